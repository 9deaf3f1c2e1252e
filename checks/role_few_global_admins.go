package checks

import (
	"errors"

	"breakglass/text"
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
		switch {
		case surely > most:
			return fail(say("%d people hold Global Administrator besides the emergency accounts, more than %d.", len(admins), most)).with("administrators", ids...).with("elsewhere", elsewhere...)
		case open != nil, len(elsewhere) > 0:
			return unknown(errors.Join(open, v.holders.OpenElsewhere())).with("elsewhere", elsewhere...)
		}
		return pass(text.Count(len(admins), "One person holds Global Administrator besides the emergency accounts.",
			"%d people hold Global Administrator besides the emergency accounts."))
	}),
}
