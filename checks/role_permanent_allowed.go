package checks

import (
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

var rolePermanentAllowed = Check{
	ID:       "role-permanent-allowed",
	Title:    "PIM lets Global Administrator be assigned permanently",
	Severity: Medium,
	Why: "Where PIM demands an end for every active assignment, a lost permanent assignment of an emergency account cannot be given back, " +
		"and the next one ends on a day that nobody writes down.",
	Passes: "PIM's rule `Expiration_Admin_Assignment` for Global Administrator does not require an expiration. Not applicable without a P2 licence.",
	Remediation: "Microsoft Entra admin center > Privileged Identity Management > Microsoft Entra roles > Settings > Global Administrator > Edit > Assignment: " +
		"Allow permanent active assignment.",
	References: []string{pageEmergencyAccess, "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-change-default-settings"},
	evaluate:   perTenant(judgeExpiration),
}

func judgeExpiration(v view) verdict {
	rules, err := v.RoleManagementPolicyRules.Get()
	if _, none := tenant.NoLicence(err); none {
		return notApplicable("Without a Microsoft Entra ID P2 licence there is no PIM, and every assignment is permanent.")
	}
	if err != nil {
		return unknown(err)
	}
	for _, rule := range rules {
		role, err := rule.RoleDefinitionID.Get()
		if err == nil && !strings.EqualFold(role, signin.GlobalAdministrator) || !strings.EqualFold(rule.ID, "Expiration_Admin_Assignment") {
			continue
		}
		if err != nil {
			return unknown(err)
		}
		required, err := rule.IsExpirationRequired.Get()
		switch {
		case err != nil:
			return unknown(err)
		case required == nil:
			return unknown(say("whether PIM's rule requires an expiration is not known")).with("rules", rule.ID)
		case *required:
			return fail("PIM requires an end for every active assignment of Global Administrator.").with("rules", rule.ID)
		}
		return pass("PIM allows permanent active assignments of Global Administrator.")
	}
	return unknown(say("PIM's rule Expiration_Admin_Assignment for Global Administrator is not among those that Microsoft Graph lists")).with("rules", "Expiration_Admin_Assignment")
}
