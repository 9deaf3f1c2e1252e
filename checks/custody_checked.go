package checks

import (
	"errors"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var custodyChecked = Check{
	ID:       "custody-checked",
	Title:    "Somebody has lately seen every key of the account in its place",
	Severity: Medium,
	Why:      "A key in a safe that was opened for something else, moved, or rebuilt is a key that nobody has. Only looking shows it.",
	Passes: "Each entry under `custody` was `checked` within `drillEvery` (90 days). An entry without a date is unknown. " +
		"Not applicable without `custody`, or where the account has no entry.",
	Remediation: "Go and look, try the safe's lock, and write the date under `custody` in breakglass.yaml.",
	References:  []string{pageEmergencyAccess},
	evaluate:    perCustodian(judgeChecked),
}

func judgeChecked(v view, u tenant.User) verdict {
	entries, unnamed := v.custodyOf(u)
	if len(entries) == 0 && unnamed == nil {
		return notApplicable("No custody is declared for the account.")
	}
	if v.CollectedAt.IsZero() {
		return unknown(signin.Doubting(say("the time is not known"), "unread", "collectedAt"))
	}
	var old []text.Text
	var named []string
	open := unnamed
	for _, c := range entries {
		switch {
		case c.Checked.IsZero():
			open = errors.Join(open, signin.Doubting(say("custody does not say when somebody last saw “%s”", c.Credential), "credentials", c.Credential))
		case c.Checked.After(v.CollectedAt.Time):
			open = errors.Join(open, signin.Doubting(say("custody says that “%s” is seen on %s, which is yet to come", c.Credential, text.Date(c.Checked)),
				"credentials", c.Credential))
		case v.CollectedAt.Sub(c.Checked) > v.settings.DrillEvery:
			named = append(named, c.Credential)
			old = append(old, say("“%s” on %s", c.Credential, text.Date(c.Checked)))
		}
	}
	switch {
	case len(old) > 0:
		return fail(say("Last seen in its place: %s.", text.Sorted(text.Comma, old))).with("credentials", sorted(named)...)
	case open != nil:
		return unknown(open)
	}
	return pass("Somebody has lately seen every key in its place.")
}
