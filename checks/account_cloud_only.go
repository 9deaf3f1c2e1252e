package checks

import "breakglass/tenant"

var accountCloudOnly = Check{
	ID:       "account-cloud-only",
	Title:    "The account exists only in the cloud",
	Severity: Critical,
	Why: "A synchronised account depends on the on-premises directory, which may be what has failed or been taken over; " +
		"a mistake there can disable or delete it here.",
	Passes:      "`onPremisesSyncEnabled` is not true.",
	Remediation: "Create a cloud-only account on the *.onmicrosoft.com domain to replace this one, declare it, and retire this one.",
	References:  []string{pageEmergencyAccess},
	evaluate: perAccount(func(_ view, u tenant.User) verdict {
		synced, err := u.OnPremisesSyncEnabled.Get()
		switch {
		case err != nil:
			return unknown(err)
		case synced != nil && *synced:
			return fail("The account is synchronised from an on-premises directory.").with("onPremisesSyncEnabled", "true")
		}
		return pass("The account exists only in the cloud.")
	}),
}
