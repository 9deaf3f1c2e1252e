package checks

import (
	"errors"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var methodNoTemporary = Check{
	ID:       "method-no-temporary",
	Title:    "No Temporary Access Pass of the account can be used",
	Severity: Medium,
	Why: "A Temporary Access Pass is a password that is also multifactor authentication. One that is left over opens the account to whoever has read it, " +
		"and one that is relied on has expired by the day it is needed.",
	Passes:      "No Temporary Access Pass is registered, or none that is usable (`isUsable`).",
	Remediation: "Microsoft Entra admin center > Users > the account > Authentication methods: delete the Temporary Access Pass. If nobody remembers making it, look in the audit log.",
	References:  []string{pageEmergencyAccess, "https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass"},
	evaluate: perAccount(func(_ view, u tenant.User) verdict {
		var ids []string
		passes, open := registeredOf(u, tenant.MethodTemporaryAccessPass)
		for _, m := range passes {
			usable, err := m.IsUsable.Get()
			switch {
			case err != nil:
				open = errors.Join(open, err)
			case usable == nil:
				open = errors.Join(open, signin.Doubting(say("whether a Temporary Access Pass is usable is null"), "methods", m.ID))
			case *usable:
				ids = append(ids, m.ID)
			}
		}
		switch {
		case len(ids) > 0:
			return fail("A Temporary Access Pass can be used.").with("methods", sorted(ids)...)
		case open != nil:
			return unknown(open)
		case len(passes) > 0:
			return pass(text.Count(len(passes), "%d Temporary Access Pass is registered, and cannot be used.", "%d Temporary Access Passes are registered, and cannot be used."))
		}
		return pass("No Temporary Access Pass is registered.")
	}),
}
