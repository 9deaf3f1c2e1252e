package checks

import (
	"errors"
	"slices"

	"breakglass/signin"
	"breakglass/tenant"
)

var accountUndeclared = Check{
	ID:       "account-undeclared",
	Title:    "The administrator does not look like an emergency account that nobody declared",
	Severity: Low,
	Why:      "An administrator outside every policy is a spare key that nobody watches: forgotten by a predecessor, or made by an intruder.",
	Passes: "The regular administrator, enabled and permanently active, is inside at least one enabled policy that restricts an ordinary sign-in: one with a condition " +
		"of risk does not count. Not applicable where no such policy is meant for administrators.",
	Remediation: "Find out who uses the account. Declare it in breakglass.yaml if it is an emergency account, put it under Conditional Access if it is a person's, " +
		"and remove its role if nobody needs it.",
	References: []string{pageEmergencyAccess, pagePolicyUsers},
	evaluate:   perAdministrator(judgeUndeclared),
}

func judgeUndeclared(v view, a signin.Administrator) verdict {
	terms, err := signin.RoleTerms(v.Snapshot, a.User, signin.GlobalAdministrator)
	switch {
	case err == nil && !terms.Permanent:
		return notApplicable("The administrator does not hold the role permanently.")
	case err != nil:
		return unknown(err)
	}
	policies, open := v.Policies()
	for _, p := range sortedPolicies(policies) {
		watched, err := v.watches(p, a.User)
		if watched {
			return pass(say("“%s” applies to the administrator.", p.Label()))
		}
		if err != nil {
			open = errors.Join(open, inPolicy(p, err))
		}
	}
	if open != nil {
		return unknown(open)
	}
	switch some, err := v.someMeant(policies); {
	case err != nil:
		return unknown(err)
	case !some:
		return notApplicable("No enabled policy that restricts sign-in is meant for administrators.")
	}
	return fail("The administrator is outside every enabled policy that restricts sign-in.").with("user", a.User.ID)
}

// watches reports whether a policy restricts a user's ordinary sign-in.
func (v view) watches(p tenant.Policy, u tenant.User) (bool, error) {
	application, applyErr := signin.CanApply(v.Snapshot, u, p)
	if applyErr == nil && !application.Can {
		return false, nil
	}
	restricts, err := ordinarilyRestricting(p)
	if err == nil && !restricts {
		return false, nil
	}
	err = errors.Join(err, applyErr, filterUnread(p)) // as in meantFor
	return err == nil, err
}

// ordinarilyRestricting reports whether a policy is enforced and restricts an ordinary
// sign-in, one without a risk.
func ordinarilyRestricting(p tenant.Policy) (bool, error) {
	restricts, err := enforcedRestricting(p)
	if err == nil && !restricts {
		return false, nil
	}
	risky, riskErr := atRiskOnly(p)
	if riskErr == nil && risky {
		return false, nil
	}
	err = errors.Join(err, riskErr)
	return err == nil, err
}

// someMeant reports whether some enforced policy that restricts an ordinary sign-in is
// meant for a regular administrator. Where there is none it does not matter who they are.
func (v view) someMeant(policies []tenant.Policy) (bool, error) {
	if !slices.ContainsFunc(policies, func(p tenant.Policy) bool {
		restricts, err := ordinarilyRestricting(p)
		return restricts || err != nil
	}) {
		return false, nil
	}
	admins, open := v.regular()
	for _, a := range admins {
		meant, err := v.meantFor(a.User, ordinarilyRestricting)
		if len(meant) > 0 {
			return true, nil
		}
		open = errors.Join(open, err)
	}
	return false, open
}

// atRiskOnly reports whether a policy has a condition of risk.
// https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset
func atRiskOnly(p tenant.Policy) (bool, error) {
	c, err := p.Conditions.Get()
	if err != nil {
		return false, err
	}
	var open error
	for _, fact := range []tenant.Fact[*[]string]{c.SignInRiskLevels, c.UserRiskLevels} {
		levels, err := fact.Get()
		if err == nil && levels != nil && len(*levels) > 0 {
			return true, nil
		}
		open = errors.Join(open, err)
	}
	insider, err := c.InsiderRiskLevels.Get()
	if err == nil && insider != nil && *insider != "" {
		return true, nil
	}
	return false, errors.Join(open, err)
}
