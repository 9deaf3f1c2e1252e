package checks

import (
	"cmp"
	"errors"
	"slices"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var methodPhishingResistant = Check{
	ID:       "method-phishing-resistant",
	Title:    "The account has a passkey (FIDO2) or is ready for certificate-based authentication",
	Severity: Critical,
	Why: "A passkey depends on one service alone, Microsoft Entra's own authentication; a password with a push depends on four. " +
		"It is multifactor by itself, which Microsoft's mandatory MFA asks of everybody, and it cannot be phished.",
	Passes: "A `fido2AuthenticationMethod` is registered, or certificate-based authentication is ready: the method is on and in scope, " +
		"counts as multifactor, `certificateUserIds` is bound, and a certificate authority has not expired.",
	Remediation: "Sign in as the account at https://mysignins.microsoft.com/security-info and add a security key (FIDO2); " +
		"register a second one and keep it in another place.",
	References: []string{pageEmergencyAccess, pageResilience, pagePasskeys},
	evaluate: perAccount(func(v view, u tenant.User) verdict {
		methods, err := signin.Registered(u)
		keys := passkeys(methods)
		if len(keys) > 0 {
			return pass(say("A passkey (FIDO2) is registered: %s.", labels(keys)))
		}
		stopped, certificateErr := signin.CertificateStopped(v.Snapshot, u, v.CollectedAt.Time)
		switch {
		case certificateErr == nil && stopped.IsZero():
			return pass("Certificate-based authentication is ready.")
		case err != nil || certificateErr != nil:
			return unknown(errors.Join(err, certificateErr))
		}
		if err := signin.UnknownTypes(methods); err != nil {
			return unknown(err)
		}
		return fail(say("No passkey (FIDO2) is registered, and certificate-based authentication is not ready: %s.", stopped)).with("methods", registeredIDs(u)...).with("user", u.ID)
	}),
}

// passkeys returns the passkeys among methods, by id.
func passkeys(methods []tenant.Method) []tenant.Method {
	return ofType(methods, tenant.MethodFIDO2)
}

// ofType returns the methods of one type, by id.
func ofType(methods []tenant.Method, kind string) []tenant.Method {
	found := slices.DeleteFunc(slices.Clone(methods), func(m tenant.Method) bool { return m.ODataType != kind })
	slices.SortFunc(found, func(a, b tenant.Method) int { return cmp.Compare(a.ID, b.ID) })
	return found
}

// registeredOf returns the methods of some types that a user has registered. The error
// says which others there may be: the methods are unread, or one is of a type that the
// program does not know and may be any.
func registeredOf(u tenant.User, types ...string) ([]tenant.Method, error) {
	methods, err := signin.Registered(u)
	found := slices.DeleteFunc(slices.Clone(methods), func(m tenant.Method) bool { return !slices.Contains(types, m.ODataType) })
	return found, errors.Join(err, signin.UnknownTypes(methods))
}

// labels names methods for people.
func labels(methods []tenant.Method) text.List {
	names := make([]text.Text, 0, len(methods))
	for _, m := range methods {
		names = append(names, say("“%s”", m.Label()))
	}
	return text.Join(text.Comma, names)
}
