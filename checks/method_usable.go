package checks

import (
	"errors"
	"slices"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var methodUsable = Check{
	ID:       "method-usable",
	Title:    "At least one passkey or certificate of the account is usable today",
	Severity: Critical,
	Why: "A registered key opens nothing if the authentication methods policy shuts it out: a key restriction that lists other models, " +
		"a passkey profile, a group that the account is not in. Registration says nothing of it, and nobody notices until the worst day.",
	Passes: "For one passkey: the Fido2 configuration is `enabled`, the account is in an include target and in no exclude target (nested groups too), " +
		"and a passkey profile that applies to it, or without profiles the key restrictions, allows its type and AAGUID. Or certificate-based authentication is ready. " +
		"A passkey that is not attested and whose AAGUID is on no list of models does not count where attestation is enforced; where all usable keys of all accounts are such, it is unknown.",
	Remediation: "Microsoft Entra admin center > Authentication methods > Policies > Passkey (FIDO2): include the account (or a group it is in), " +
		"and allow the AAGUID named here in the passkey profile or key restrictions that stop it.",
	References: []string{pagePasskeys, pageCertificates, pageEmergencyAccess},
	evaluate:   perAccount(judgeUsable),
}

func judgeUsable(v view, u tenant.User) verdict {
	c := v.credentials(u)
	usable, unvouched := text.Join(text.Comma, c.usable), text.Join(text.Comma, c.unvouched)
	switch {
	case len(c.certain) > 0 && (c.vouched || v.someVouched()):
		if len(c.unvouched) > 0 {
			return pass(say("Usable today: %s; nobody vouches for the make of %s.", usable, unvouched)).with("methods", c.unvouchedIDs...).with("aaGuid", c.unvouchedModels...)
		}
		return pass(say("Usable today: %s.", usable))
	case len(c.certain) > 0:
		return unknown(errors.Join(say("nobody vouches for the make of any usable key of the emergency accounts, such as %s", unvouched), c.open)).
			with("methods", c.unvouchedIDs...).with("aaGuid", c.unvouchedModels...)
	case c.open != nil:
		return unknown(c.open)
	case len(c.stopped) == 0:
		return fail("The account has no passkey and no certificate.").with("methods", registeredIDs(u)...).with("user", u.ID)
	}
	return fail(text.Sentence(text.Clauses(text.Join(text.Semicolon, c.stopped).Items...))).with("aaGuid", c.aaguids...).with("methods", registeredIDs(u)...).with("user", u.ID)
}

// someVouched reports whether somebody vouches for the make of a usable key of some
// account, or a certificate is usable.
func (v view) someVouched() bool {
	return slices.ContainsFunc(v.accounts, func(a account) bool { return a.err == nil && a.perhaps == nil && v.credentials(a.user).vouched })
}

// credentials is what is known of a user's passkeys and certificates.
type credentials struct {
	usable  []text.Text
	stopped []text.Text // with the rule that stops each
	aaguids []string    // of the passkeys that are stopped
	open    error       // what could still be usable, and why that is not known

	vouched         bool        // for the make of one that is usable, or it is a certificate
	unvouched       []text.Text // usable passkeys for whose make nobody vouches
	unvouchedIDs    []string
	unvouchedModels []string

	certain  []signin.Credential // those that are usable
	possible []signin.Credential // those that may be usable
}

// credentials judges every passkey of a user, and certificate-based
// authentication.
func (v view) credentials(u tenant.User) credentials {
	var c credentials
	methods, err := signin.Registered(u)
	c.open = errors.Join(err, signin.UnknownTypes(methods))
	if err != nil {
		c.possible = append(c.possible, signin.Credential{Mode: signin.ModeFIDO2})
	}
	keys := passkeys(methods)
	for _, m := range keys {
		aaguid, _ := m.AAGUID.Get() // unread: nil is "not known"
		stopped, err := signin.PasskeyStopped(v.Snapshot, u, m)
		if err == nil && m.ID == "" && len(keys) > 1 { // it may be one of the others
			err = withoutID(u)
		}
		c.add(signin.Credential{Mode: signin.ModeFIDO2, AAGUID: aaguid}, say("passkey “%s”", m.Label()), stopped, err)
		switch {
		case err != nil:
		case !stopped.IsZero() && aaguid != nil:
			c.aaguids = sorted(append(c.aaguids, *aaguid))
		case stopped.IsZero() && !signin.Unvouched(m):
			c.vouched = true
		case stopped.IsZero():
			c.unvouched = append(c.unvouched, say("passkey “%s”", m.Label()))
			if m.ID != "" {
				c.unvouchedIDs = sorted(append(c.unvouchedIDs, m.ID))
			}
			if aaguid != nil {
				c.unvouchedModels = sorted(append(c.unvouchedModels, *aaguid))
			}
		}
	}
	stopped, err := signin.CertificateStopped(v.Snapshot, u, v.CollectedAt.Time)
	if err != nil || stopped.IsZero() {
		c.add(signin.Credential{Mode: signin.ModeCertificate}, say("certificate"), stopped, err)
		c.vouched = c.vouched || err == nil
	}
	return c
}

// withoutID is why a key that the list gives without an id is no key of its own for sure.
func withoutID(u tenant.User) error {
	return &tenant.UnreadError{Key: "users/" + u.ID + "/authentication/methods", Code: tenant.CodePartial}
}

func (c *credentials) add(credential signin.Credential, name, stopped text.Text, err error) {
	switch {
	case err != nil:
		c.open = errors.Join(c.open, err)
		c.possible = append(c.possible, credential)
	case !stopped.IsZero():
		c.stopped = append(c.stopped, say("%s: %s", name, stopped))
	default:
		c.usable = append(c.usable, name)
		c.certain = append(c.certain, credential)
	}
}
