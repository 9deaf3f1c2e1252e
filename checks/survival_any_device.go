package checks

import (
	"errors"
)

var survivalAnyDevice = Check{
	ID:       "survival-any-device",
	Title:    "An emergency account can sign in from any computer on any network",
	Severity: High,
	Why: "On the worst day the managed computer may be what is broken, and the office what cannot be entered. An account that only gets in from there " +
		"shares their fate.",
	Passes: "At least one account has a way in from an unmanaged computer on an unknown network in an unknown country: no policy demands a managed device " +
		"or a known network of it, and its method is not built into such a device.",
	Remediation: "Exclude the account from the policies that demand a managed device or a known network, and give it a FIDO2 security key, which works in any computer.",
	References:  []string{pageEmergencyAccess, pageResilience},
	evaluate:    perTenant(judgeSurvivalAnyDevice),
}

func judgeSurvivalAnyDevice(v view) verdict {
	unread := v.unreadAccounts()
	if len(v.accounts) == 0 && unread == nil {
		return fail(noSpareKey).with("tenant", v.tenantID()...)
	}
	s := standingOf(v.survives().Elsewhere, v.survives().AnyDevice, true)
	if len(s.able) > 0 {
		return pass("An emergency account can sign in from an unmanaged computer on an unknown network.")
	}
	if open := errors.Join(unread, s.why()); open != nil {
		return unknown(open)
	}
	return fail(say("No emergency account can sign in from an unmanaged computer on an unknown network: %s.", s.blocked())).with("accounts", v.accountIDs()...)
}
