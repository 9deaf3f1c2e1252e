package checks

import "breakglass/tenant"

var accountProtected = Check{
	ID:       "account-protected",
	Title:    "The account is in a restricted management administrative unit",
	Severity: Info,
	Why: "Outside one, every helpdesk administrator with the right role and every application with the right permission can change the account. " +
		"Inside, only those who are assigned to that unit can. It is a hardening that Microsoft offers, not one that it asks for.",
	Passes: "`isManagementRestricted` is true.",
	Remediation: "Microsoft Entra admin center > Roles & admins > Admin units > Add: choose Restricted management administrative unit, and add the accounts. " +
		"Read first what it prevents: in it nobody without a role for the unit can reset the account.",
	References: []string{"https://learn.microsoft.com/entra/identity/role-based-access-control/admin-units-restricted-management"},
	evaluate: perAccount(func(_ view, u tenant.User) verdict {
		restricted, err := u.IsManagementRestricted.Get()
		switch {
		case err != nil:
			return unknown(err)
		case restricted != nil && *restricted:
			return pass("A restricted management administrative unit protects the account.")
		}
		return fail("No restricted management administrative unit protects the account.").with("isManagementRestricted", "false")
	}),
}
