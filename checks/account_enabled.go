package checks

import "breakglass/tenant"

var accountEnabled = Check{
	ID:          "account-enabled",
	Title:       "The account is enabled",
	Severity:    Critical,
	Explains:    true,
	Why:         "A disabled account cannot sign in at all. Clean-ups of unused accounts like to disable exactly this one.",
	Passes:      "`accountEnabled` is true.",
	Remediation: "Microsoft Entra admin center > Users > the account > Edit properties > Settings > Account enabled. Then find out in the audit log who disabled it.",
	References:  []string{pageEmergencyAccess},
	evaluate: perAccount(func(_ view, u tenant.User) verdict {
		enabled, err := u.AccountEnabled.Get()
		switch {
		case err != nil:
			return unknown(err)
		case !enabled:
			return fail("The account is disabled: it cannot sign in.").with("accountEnabled", "false")
		}
		return pass("The account is enabled.")
	}),
}
