package checks

import (
	"errors"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var policyNoDangling = Check{
	ID:          "policy-no-dangling",
	Title:       "The policy names nobody who has been deleted",
	Severity:    Low,
	Why:         "An exclusion of a deleted group or account excludes nobody. It looks like protection in the portal, and hides that the new group was never added.",
	Passes:      "The policy, in whatever state, includes and excludes no user and no group that is known to be deleted.",
	Remediation: "Microsoft Entra admin center > Conditional Access > the policy > Users: remove the deleted object, and add what has taken its place.",
	References:  []string{pagePolicyUsers},
	evaluate:    perPolicy(judgeDangling),
}

// perPolicy asks the question of every policy.
func perPolicy(judge func(view, tenant.Policy) verdict) func(view) []finding {
	return func(v view) []finding {
		policies, err := v.Policies()
		findings := make([]finding, len(policies))
		for i, p := range policies {
			findings[i] = finding{subject: Subject{Type: SubjectPolicy, ID: p.ID, Name: p.Label()}, verdict: judge(v, p)}
		}
		return v.covered(findings, err, "Every Conditional Access policy is known.", "There are no Conditional Access policies.")
	}
}

func judgeDangling(v view, p tenant.Policy) verdict {
	c, err := p.Conditions.Get()
	if err != nil {
		return unknown(err).with("policies", p.ID)
	}
	users, err := c.People()
	if err != nil {
		return unknown(err).with("policies", p.ID)
	}
	var gone []string
	var open error
	for _, list := range []struct {
		fact  tenant.Fact[[]string]
		group bool
	}{{users.IncludeUsers, false}, {users.ExcludeUsers, false}, {users.IncludeGroups, true}, {users.ExcludeGroups, true}} {
		ids, err := tenant.ListOf(list.fact)
		open = errors.Join(open, err)
		for _, id := range ids {
			deleted, err := v.isDeleted(id, list.group)
			if deleted {
				gone = append(gone, strings.ToLower(id))
			}
			open = errors.Join(open, err)
		}
	}
	switch gone = sorted(gone); {
	case len(gone) > 0:
		return fail(say("The policy names what has been deleted: %s.", text.Join(text.Comma, gone))).with("deleted", gone...).with("policies", p.ID)
	case open != nil:
		return unknown(open).with("policies", p.ID)
	}
	return pass("The policy names nobody who is known to be deleted.")
}

// isDeleted reports whether an id that a policy names is known to be deleted. Words
// such as All are no ids.
func (v view) isDeleted(id string, group bool) (bool, error) {
	if !tenant.IsObjectID(id) {
		return false, nil
	}
	var err error
	if group {
		_, err = v.Group(id)
	} else {
		_, err = v.User(id)
	}
	switch {
	case err == nil:
		return false, nil
	case tenant.NotFound(err):
		return true, nil
	}
	if _, err := v.DeletedObjects.Get(); err != nil {
		return false, signin.Doubting(say("%s: %s", id, err), "objects", strings.ToLower(id))
	}
	return false, nil // what policies name was looked for, and this is not among what is gone
}
