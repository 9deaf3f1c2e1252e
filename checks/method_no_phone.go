package checks

import (
	"breakglass/tenant"
	"breakglass/text"
)

var methodNoPhone = Check{
	ID:       "method-no-phone",
	Title:    "No phone is a sign-in method of the account",
	Severity: High,
	Why: "A phone belongs to a person, is lost or changed, and needs a phone network and Microsoft's MFA service. Whoever takes over the number holds a factor " +
		"of the most powerful account. Calls and text messages end for Global Administrators on 2027-07-01.",
	Passes:      "No `phoneAuthenticationMethod` of any type is registered.",
	Remediation: "Microsoft Entra admin center > Users > the account > Authentication methods: delete the phone numbers, after a security key is registered and tried.",
	References:  []string{pageEmergencyAccess, pageTextMessages, pageResilience},
	evaluate: perAccount(func(_ view, u tenant.User) verdict {
		phones, err := registeredOf(u, tenant.MethodPhone)
		switch {
		case len(phones) == 0 && err != nil:
			return unknown(err)
		case len(phones) == 0:
			return pass("No phone is registered.")
		}
		ids := make([]string, len(phones))
		for i, p := range phones {
			ids[i] = p.ID
		}
		count := text.Count(len(phones), "A phone is registered.", "%d phones are registered.")
		return fail(text.Sentences(count, say("Microsoft ends calls and text messages for Global Administrators on 2027-07-01."))).with("methods", sorted(ids)...)
	}),
}
