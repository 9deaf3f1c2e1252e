package checks

import (
	"strings"

	"breakglass/tenant"
)

var accountNoMailbox = Check{
	ID:       "account-no-mailbox",
	Title:    "The account has no mailbox",
	Severity: Low,
	Why: "An account outside Conditional Access is also outside the policy that blocks legacy sign-in. A mailbox brings protocols that know no " +
		"multifactor authentication, so the password alone can be tried there, and mail brings phishing.",
	Passes:      "No assigned plan with `service` `exchange` has the `capabilityStatus` `Enabled` or `Warning`.",
	Remediation: "Microsoft 365 admin center > Users > Active users > the account > Licenses and apps: remove the licence, or the app Exchange Online.",
	References:  []string{pageEmergencyAccess, "https://learn.microsoft.com/entra/identity/conditional-access/policy-block-legacy-authentication"},
	evaluate: perAccount(func(_ view, u tenant.User) verdict {
		plans, err := u.AssignedPlans.Get()
		if err != nil {
			return unknown(err)
		}
		var open error
		for _, p := range plans {
			service, serviceErr := p.Service.Get()
			status, statusErr := p.CapabilityStatus.Get()
			exchange := serviceErr == nil && service != nil && strings.EqualFold(*service, "exchange")
			on := statusErr == nil && status != nil && (strings.EqualFold(*status, "Enabled") || strings.EqualFold(*status, "Warning"))
			switch {
			case exchange && on:
				return fail("The account has a plan for Exchange Online ("+*status+").").with("capabilityStatus", *status)
			case serviceErr != nil && (on || statusErr != nil):
				open = serviceErr
			case exchange && statusErr != nil:
				open = statusErr
			}
		}
		if open != nil {
			return unknown(open)
		}
		return pass("The account has no plan for a mailbox.")
	}),
}
