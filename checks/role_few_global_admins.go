package checks

import (
	"errors"
	"fmt"
)

var roleFewGlobalAdmins = Check{
	ID:       "role-few-global-admins",
	Title:    "Few people hold Global Administrator",
	Severity: Medium,
	Why: "Every holder of the role can disable the emergency accounts, remove their keys and change the policies. " +
		"Microsoft asks for fewer than five.",
	Passes: "At most `maxGlobalAdministrators` (4) regular administrators hold Global Administrator tenant-wide, active or eligible, directly or through a group, " +
		"each counted once. Emergency accounts are not counted. A holder from another tenant, such as a partner's, is named: how many people are behind it is unknown.",
	Remediation: "Microsoft Entra admin center > Roles & admins > Global Administrator > Assignments: give people the least privileged role that their work needs, " +
		"and remove them here.",
	References: []string{"https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices"},
	evaluate: perTenant(func(v view) verdict {
		admins, open := v.regular()
		ids := make([]string, len(admins))
		surely := 0 // no emergency accounts
		for i, a := range admins {
			ids[i] = a.User.ID
			if v.mayBeAccount(a.User) == nil {
				surely++
			}
		}
		elsewhere := v.holders.Elsewhere()
		most := v.settings.MaxGlobalAdministrators
		switch count := fmt.Sprintf("%d people hold Global Administrator besides the emergency accounts", len(admins)); {
		case surely > most:
			return fail(fmt.Sprintf("%s, more than %d.", count, most)).with("administrators", ids...).with("elsewhere", elsewhere...)
		case open != nil, len(elsewhere) > 0:
			return unknown(errors.Join(open, v.holders.OpenElsewhere())).with("elsewhere", elsewhere...)
		case len(admins) == 1:
			return pass("One person holds Global Administrator besides the emergency accounts.")
		default:
			return pass(count + ".")
		}
	}),
}
