package checks

import (
	"errors"

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
	meant, open := v.ordinarilyMeantFor(a.User)
	for _, p := range meant {
		application, err := signin.CanApply(v.Snapshot, a.User, p)
		if err == nil && application.Can {
			return pass("“" + p.Label() + "” applies to the administrator.")
		}
		if err != nil {
			open = errors.Join(open, inPolicy(p, err))
		}
	}
	if open != nil {
		return unknown(open)
	}
	if len(meant) == 0 {
		if some, err := v.someMeant(); err != nil || !some {
			if err != nil {
				return unknown(err)
			}
			return notApplicable("No enabled policy that restricts sign-in is meant for administrators.")
		}
	}
	return fail("The administrator is outside every enabled policy that restricts sign-in.").with("user", a.User.ID)
}

// someMeant reports whether some enforced, restricting policy is meant for somebody
// among the administrators and the accounts.
func (v view) someMeant() (bool, error) {
	open := v.administratorsOpen
	for _, a := range v.administrators {
		meant, err := v.ordinarilyMeantFor(a.User)
		if len(meant) > 0 {
			return true, nil
		}
		open = errors.Join(open, err)
	}
	return false, open
}

// ordinarilyMeantFor is meantFor, without the policies that apply only where there is a
// risk: those let an ordinary sign-in pass.
func (v view) ordinarilyMeantFor(u tenant.User) ([]tenant.Policy, error) {
	meant, open := v.meantFor(u)
	var ordinary []tenant.Policy
	for _, p := range meant {
		risky, err := atRiskOnly(p)
		switch {
		case err != nil:
			open = errors.Join(open, inPolicy(p, err))
		case !risky:
			ordinary = append(ordinary, p)
		}
	}
	return ordinary, open
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
