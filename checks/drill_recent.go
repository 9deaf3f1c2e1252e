package checks

import (
	"time"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var drillRecent = Check{
	ID:         "drill-recent",
	Title:      "Somebody signed in with the account recently",
	Severity:   High,
	Lags:       true,
	ProofOfUse: true,
	Why: "A key that was never turned may not turn. Only a sign-in shows that the key, its PIN, the safe, the people and the policies still fit together; " +
		"Microsoft asks for one every 90 days.",
	Passes: "A successful sign-in lies within `drillEvery` (90 days), by the sign-in log, by `lastSuccessfulSignInDateTime`, or by what is remembered of the log. " +
		"The log can show a sign-in; that it shows none proves nothing, as it forgets after 30 days.",
	Remediation: "Hold a drill: tell those who watch the alarms, fetch a key from its place, sign in to https://entra.microsoft.com as the account, " +
		"look at one administrator's page, sign out, put the key back and write down who and when.",
	References: []string{pageEmergencyAccess, pageSignInActivity},
	evaluate: perAccount(func(v view, u tenant.User) verdict {
		last, err := v.lastSignIn(u)
		switch {
		case last != nil && v.CollectedAt.Sub(last.Time) <= v.settings.DrillEvery:
			return pass(lastSignedIn(*last)).with(LastSignIn, timestamp(*last))
		case err != nil:
			return unknown(err)
		case last == nil:
			return fail("Nobody has ever signed in with the account, as far as Microsoft Entra records it (since 2023-12-01).").with("user", u.ID)
		}
		return fail(lastSignedIn(*last)).with(LastSignIn, timestamp(*last))
	}),
}

func lastSignedIn(at tenant.Time) text.Text {
	return say("The last successful sign-in was on %s.", text.Date(at.Time))
}

// lastSignIn returns the newest successful sign-in that is known; nil if there is
// none. The error says why there may be a newer one: only signInActivity can rule
// that out.
func (v view) lastSignIn(u tenant.User) (*tenant.Time, error) {
	var newest *tenant.Time
	take := func(t tenant.Time) {
		if newest == nil || t.After(newest.Time) {
			newest = &t
		}
	}
	known, _ := v.uses(u) // unread: the log can only pass the check
	for _, s := range known {
		if at, err := s.CreatedDateTime.Get(); err == nil {
			take(at)
		}
	}
	activity, err := u.SignInActivity.Get()
	if err != nil {
		return newest, err
	}
	if activity == nil {
		return newest, signin.Doubting(say("the last sign-in: Microsoft Graph gives none for the account"), "unread", "users/"+u.ID+"/signInActivity")
	}
	last, err := activity.LastSuccessfulSignInDateTime.Get()
	if err != nil {
		return newest, err
	}
	if last != nil {
		take(*last)
	}
	return newest, nil
}

func timestamp(t tenant.Time) string { return t.UTC().Format(time.RFC3339) }
