package checks

import (
	"cmp"
	"errors"
	"slices"

	"breakglass/signin"
	"breakglass/tenant"
)

var policyOthersExcluded = Check{
	ID:       "policy-others-excluded",
	Title:    "What excludes the emergency accounts does not free the administrator too",
	Severity: Medium,
	Why:      "An exclusion that is meant for the spare key and also holds a person who works with the role every day takes the lock off the front door.",
	Passes: "No enabled policy that restricts sign-in and is meant for the administrator lets them out through an exclusion (a group, a role, all guests) that also excludes an emergency account. " +
		"Not applicable where no such policy is meant for them.",
	Remediation: "Exclude the emergency accounts through a group that holds nobody else, never through the role Global Administrator or a group of administrators.",
	References:  []string{pageEmergencyAccess, pagePolicyUsers},
	evaluate:    perAdministrator(judgeOthersExcluded),
}

func judgeOthersExcluded(v view, a signin.Administrator) verdict {
	meant, open := v.meantFor(a.User, enforcedRestricting)
	if len(meant) == 0 && open == nil {
		return notApplicable("No enabled policy that restricts sign-in is meant for the administrator.")
	}
	var through []tenant.Policy
	for _, p := range meant {
		shared, err := v.sharedExclusion(a.User, p)
		if shared {
			through = append(through, p)
		}
		if err != nil {
			open = errors.Join(open, inPolicy(p, err))
		}
	}
	names, ids := policyNames(through)
	switch {
	case len(through) > 0:
		return fail(say("What excludes an emergency account also excludes the administrator: from %s.", names)).with("policies", ids...)
	case open != nil:
		return unknown(open)
	}
	return pass("No exclusion of an emergency account frees the administrator.")
}

// enforcedRestricting reports whether a policy is enforced and restricts sign-in.
func enforcedRestricting(p tenant.Policy) (bool, error) { return restricting(p, tenant.PolicyEnabled) }

// sharedExclusion reports whether a policy excludes the user through an entry that
// also excludes an account.
func (v view) sharedExclusion(u tenant.User, p tenant.Policy) (bool, error) {
	own, open := signin.Exclusions(v.Snapshot, u, p)
	if len(own) == 0 && open == nil {
		return false, nil
	}
	for _, a := range v.accounts {
		if err := cmp.Or(a.err, a.perhaps); err != nil {
			open = errors.Join(open, err)
			continue
		}
		theirs, err := signin.Exclusions(v.Snapshot, a.user, p)
		if slices.ContainsFunc(own, func(e signin.Exclusion) bool { return slices.Contains(theirs, e) }) {
			return true, nil
		}
		open = errors.Join(open, err)
	}
	return false, open
}
