package checks

import (
	"errors"

	"breakglass/signin"
)

var roleSomeoneActive = Check{
	ID:       "role-someone-active",
	Title:    "At least one enabled user holds Global Administrator actively and permanently",
	Severity: Critical,
	Why:      "If every assignment is eligible, PIM must work before anybody can do anything. If the approver is away or PIM is down, the tenant has no administrator.",
	Passes:   "At least one user with `accountEnabled` true holds Global Administrator, tenant-wide, assigned and without an end.",
	Remediation: "Microsoft Entra admin center > Privileged Identity Management > Microsoft Entra roles > Assignments > Add assignments: " +
		"Global Administrator, an emergency account, assignment type Active, Permanently assigned.",
	References: []string{pageEmergencyAccess, pagePIM},
	evaluate:   perTenant(judgeSomeone),
}

func judgeSomeone(v view) verdict {
	open := v.holders.OpenNow // who can only activate it is nobody here
	active := 0
	for _, a := range v.administrators {
		enabled, err := a.User.AccountEnabled.Get()
		if err == nil && !enabled {
			continue
		}
		terms, termsErr := signin.RoleTerms(v.Snapshot, a.User, signin.GlobalAdministrator)
		switch {
		case termsErr == nil && !terms.Permanent:
		case err == nil && termsErr == nil:
			active++
		default:
			open = errors.Join(open, err, termsErr)
		}
	}
	switch {
	case active > 0:
		return pass("An enabled user holds Global Administrator permanently.")
	case open != nil:
		return unknown(open)
	}
	return fail("No enabled user holds Global Administrator permanently.").with("roleDefinitionId", signin.GlobalAdministrator)
}
