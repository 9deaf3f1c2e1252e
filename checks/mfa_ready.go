package checks

import (
	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var mfaReady = Check{
	ID:       "mfa-ready",
	Title:    "The account can satisfy Microsoft's mandatory multifactor authentication",
	Severity: Critical,
	Why: "Microsoft asks everybody who signs in to the admin portals or manages Azure for multifactor authentication, emergency accounts too. " +
		"No exclusion from Conditional Access exempts the account: with a password alone it stands at the door.",
	Passes: "The account has a way in that is multifactor authentication: a usable method that is so by itself (passkey, certificate, Windows Hello, …), a second factor " +
		"beside a first, or a federated domain that accepts its provider's. It is the same answer that the survival checks start from, before roles and policies. " +
		"A Temporary Access Pass, a QR code and an email do not count. Not applicable in sovereign clouds, where Microsoft does not ask for it.",
	Remediation: "Register a security key (FIDO2) at https://mysignins.microsoft.com/security-info and see that the authentication methods policy allows it.",
	References:  []string{pageMandatoryMFA, pageEmergencyAccess},
	evaluate: perAccount(func(v view, u tenant.User) verdict {
		asked, initial, err := signin.MandatoryMFA(v.Snapshot)
		switch {
		case err != nil:
			return unknown(err)
		case !asked:
			return notApplicable(say("Microsoft does not ask for multifactor authentication in this sovereign cloud (%s).", initial))
		}
		mfa, err := signin.MFAReady(v.Snapshot, u, v.CollectedAt.Time)
		switch {
		case mfa.Ready():
			return pass(say("Usable today: %s.", methodLabels(mfa.With)))
		case err != nil:
			return unknown(err)
		case len(mfa.Blocked) == 0:
			return fail("No method for multifactor authentication is registered.").with("methods", registeredIDs(u)...).with("user", u.ID)
		}
		return fail(say("No registered method can be used. %s.", blocks(mfa.Blocked))).with("methods", registeredIDs(u)...)
	}),
}

// methodLabels names ways of signing in for people.
func methodLabels(methods []string) text.List {
	labels := make([]text.Text, len(methods))
	for i, m := range methods {
		labels[i] = signin.MethodLabel(m)
	}
	return text.Sorted(text.Semicolon, labels)
}

// registeredIDs returns the ids of the methods that a user has registered.
func registeredIDs(u tenant.User) []string {
	methods, _ := signin.Registered(u) // those that are known
	ids := make([]string, 0, len(methods))
	for _, m := range methods {
		if m.ID != "" {
			ids = append(ids, m.ID)
		}
	}
	return sorted(ids)
}
