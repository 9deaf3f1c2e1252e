package checks

import (
	"errors"
	"slices"

	"breakglass/tenant"
	"breakglass/text"
)

var custodyRecorded = Check{
	ID:          "custody-recorded",
	Title:       "It is written down where every key of the account is",
	Severity:    Medium,
	Why:         "A key that nobody can find opens nothing. And a record of a key that is no longer registered sends somebody to a safe for nothing, in the middle of an outage.",
	Passes:      "Every registered passkey and certificate has an entry under `custody`, and every entry names a registered one. Not applicable without `custody`.",
	Remediation: "Bring `custody` in breakglass.yaml in step with Microsoft Entra admin center > Users > the account > Authentication methods: an entry for each key, by its name or id.",
	References:  []string{pageEmergencyAccess},
	evaluate:    perCustodian(judgeRecorded),
}

func judgeRecorded(v view, u tenant.User) verdict {
	keys, open := v.keysOf(u)
	entries, unnamed := v.custodyOf(u)
	var problems []text.Text
	var evidence []string
	for _, k := range keys {
		if _, ok := entryFor(k, entries); !ok {
			problems = append(problems, say("nothing says where “%s” is", k.name))
			evidence = append(evidence, k.id)
		}
	}
	for _, c := range entries {
		if open == nil && !slices.ContainsFunc(keys, func(k key) bool { return k.is(c) }) {
			problems = append(problems, say("“%s” is not registered", c.Credential))
			evidence = append(evidence, c.Credential)
		}
	}
	switch err := ambiguous(keys, entries); {
	case err != nil:
		return unknown(err)
	case len(problems) > 0 && unnamed != nil: // an entry by name may be the account's
		return unknown(errors.Join(unnamed, open))
	case len(problems) > 0:
		return fail(text.Sentence(text.Clauses(text.Sorted(text.Semicolon, problems).Items...))).with("credentials", sorted(evidence)...)
	case open != nil || unnamed != nil:
		return unknown(errors.Join(open, unnamed))
	case len(keys) == 0:
		return pass("The account has no key, and custody names none.")
	}
	return pass("Custody says where every key is.")
}
