package checks

import (
	"errors"
	"time"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

// lasting is for how long a certificate authority must still be valid: time enough to
// replace it without haste.
const lasting = 30 * 24 * time.Hour

var methodCertificateLasting = Check{
	ID:       "method-certificate-lasting",
	Title:    "The certificate authorities that the account depends on do not expire soon",
	Severity: High,
	Why:      "When an authority expires, every certificate that it issued is refused on that day, without another word.",
	Passes: "Every certificate authority that the account depends on is valid for 30 days more. Not applicable where the account could not sign in with a " +
		"certificate whatever the authorities are.",
	Remediation: "Upload the renewed authority: Microsoft Entra admin center > Protection > Show more > Security Center > Public key infrastructure. " +
		"Then see that the account's certificate is issued by it.",
	References: []string{pageCertificates, "https://learn.microsoft.com/entra/identity/authentication/how-to-certificate-based-authentication"},
	evaluate:   perAccount(judgeAuthorities),
}

func judgeAuthorities(v view, u tenant.User) verdict {
	// With an authority that lasts for ever, what stops the account is something else.
	stopped, err := signin.CertificateStoppedButForAuthorities(v.Snapshot, u)
	switch {
	case !stopped.IsZero():
		return notApplicable(say("The account does not sign in with a certificate: %s.", stopped))
	case err != nil:
		return unknown(err)
	}
	authorities, err := v.CertificateAuthorities.Get()
	if err != nil {
		return unknown(err)
	}
	if v.CollectedAt.IsZero() {
		return unknown(signin.Doubting(say("the time is not known"), "unread", "collectedAt"))
	}
	var soon []text.Text
	var ids []string
	var open error
	for _, a := range authorities {
		expires, err := a.ExpirationDateTime.Get()
		switch {
		case err != nil:
			open = errors.Join(open, err)
		case expires.Before(v.CollectedAt.Add(lasting)):
			soon = append(soon, say("%s on %s", authorityName(a), text.Date(expires.Time)))
			if id, err := a.ID.Get(); err == nil {
				ids = append(ids, id)
			}
		}
	}
	scoped, scopeErr := signin.AuthoritiesScoped(v.Snapshot)
	switch {
	case len(soon) > 0 && (scoped || scopeErr != nil):
		return unknown(errors.Join(say("%s expire, and whether the account depends on them cannot be told, as authorities are for some groups only",
			text.Sorted(text.Comma, soon)), scopeErr)).with("certificateAuthorities", sorted(ids)...)
	case len(soon) > 0:
		return fail(say("Expiring: %s.", text.Sorted(text.Comma, soon))).with("certificateAuthorities", sorted(ids)...).with("user", u.ID)
	case open != nil:
		return unknown(open)
	case len(authorities) == 0:
		return fail("The tenant has no certificate authority.").with("user", u.ID)
	}
	return pass("Every certificate authority is valid for more than 30 days.")
}

func authorityName(a tenant.CertificateAuthority) text.Text {
	if name, err := a.DisplayName.Get(); err == nil && name != nil && *name != "" {
		return say("“%s”", *name)
	}
	if id, err := a.ID.Get(); err == nil && id != "" {
		return say("%s", id)
	}
	return say("an authority without a name")
}
