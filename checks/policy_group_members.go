package checks

import (
	"slices"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var policyGroupMembers = Check{
	ID:         "policy-group-members",
	Title:      "Nobody but emergency accounts is in the group that excludes them",
	Severity:   Medium,
	LosesSight: true,
	Why:        "Everybody else in the group is outside Conditional Access too: a service account that was put there for a day, an administrator who once had trouble to sign in, an intruder.",
	Passes:     "Every user in the group, in nested groups too, is an emergency account.",
	Remediation: "Microsoft Entra admin center > Groups > the group > Members: remove everybody who is not an emergency account. " +
		"Whoever needs an exclusion of their own gets it by another group and for a stated time.",
	References: []string{pageEmergencyAccess, pagePolicyUsers},
	evaluate:   perExclusionGroup(judgeMembers),
}

func judgeMembers(v view, g tenant.Group) verdict {
	ids, err := signin.UsersIn(v.Snapshot, g.ID)
	others := slices.DeleteFunc(slices.Clone(ids), v.isAccount)
	for _, e := range v.entries {
		if e.err != nil { // one of them may be an account
			return unknown(e.err).with("groups", g.ID)
		}
	}
	switch {
	case len(others) > 0:
		return fail(text.Count(len(others), "One user in the group is no emergency account: %[2]s.", "%d users in the group are no emergency accounts: %s.", v.named(others))).
			with("members", others...).with("groups", g.ID)
	case err != nil:
		return unknown(err).with("groups", g.ID)
	}
	return pass("Every user in the group is an emergency account.")
}
