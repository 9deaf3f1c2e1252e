package signin

import (
	"slices"
	"time"

	"breakglass/tenant"
	"breakglass/text"
)

// CertificateStopped says why the user cannot sign in with a certificate as
// multifactor authentication at the given time; nothing if it is ready. Graph
// lists no certificates of users, so readiness is inferred: the method is on for
// the user, counts as multifactor, a certificate is bound to the user, and an
// authority has not expired.
// https://learn.microsoft.com/entra/identity/authentication/concept-certificate-based-authentication
func CertificateStopped(s tenant.Snapshot, u tenant.User, now time.Time) (text.Text, error) {
	return certificateStopped(s, u, func(c tenant.MethodConfiguration) (text.Text, error) { return authoritiesExpired(s, u, c, now) })
}

// CertificateStoppedButForAuthorities is CertificateStopped as if every certificate
// authority were valid.
func CertificateStoppedButForAuthorities(s tenant.Snapshot, u tenant.User) (text.Text, error) {
	return certificateStopped(s, u, func(tenant.MethodConfiguration) (text.Text, error) { return text.Text{}, nil })
}

// AuthoritiesScoped reports whether some certificate authorities are for some groups
// only.
func AuthoritiesScoped(s tenant.Snapshot) (bool, error) {
	c, err := configuration(s, configCertificate)
	if err != nil {
		return false, err
	}
	scopes, err := c.CertificateAuthorityScopes.Get()
	return len(scopes) > 0, err
}

func certificateStopped(s tenant.Snapshot, u tenant.User, authorities func(tenant.MethodConfiguration) (text.Text, error)) (text.Text, error) {
	c, err := configuration(s, configCertificate)
	if err != nil {
		return text.Text{}, err
	}
	stopped, open := scopeOf(s, u, c).outcome()
	if !stopped.IsZero() {
		return stopped, nil
	}
	for _, part := range []func() (text.Text, error){
		func() (text.Text, error) { return certificateUnbound(u) },
		func() (text.Text, error) { return authorities(c) },
		func() (text.Text, error) { return certificateSingleFactor(c) }, // the last: what else stops a certificate stops it as a first factor too
	} {
		stopped, err := part()
		if !stopped.IsZero() {
			return stopped, nil
		}
		open = join(open, err)
	}
	return text.Text{}, open
}

func certificateUnbound(u tenant.User) (text.Text, error) {
	info, err := u.AuthorizationInfo.Get()
	if err != nil {
		return text.Text{}, err
	}
	if info == nil {
		return say("no certificate is bound to the account"), nil
	}
	ids, err := info.CertificateUserIDs.Get()
	if err == nil && !slices.ContainsFunc(ids, func(id string) bool { return id != "" }) {
		return say("no certificate is bound to the account"), nil
	}
	return text.Text{}, err
}

// singleFactorOnly is what stops a certificate that is good as a first factor.
func singleFactorOnly() text.Text { return say("certificates count as a single factor") }

func certificateSingleFactor(c tenant.MethodConfiguration) (text.Text, error) {
	const single, multi = "x509CertificateSingleFactor", "x509CertificateMultiFactor"
	modes, err := c.ModeConfiguration.Get()
	if err != nil {
		return text.Text{}, err
	}
	if modes == nil {
		return text.Text{}, Doubting(say("the mode of certificate-based authentication is null"), "methods", configCertificate)
	}
	mode, err := modes.DefaultMode.Get()
	if err != nil {
		return text.Text{}, err
	}
	rules, err := modes.Rules.Get()
	if err != nil {
		return text.Text{}, err
	}
	other := 0
	for _, r := range rules {
		if m, err := r.Mode.Get(); err != nil || m == nil || mode == nil || *m != *mode {
			other++
		}
	}
	switch {
	case mode == nil || *mode != single && *mode != multi:
		return text.Text{}, Doubting(say("the mode of certificate-based authentication is not known"), "methods", configCertificate)
	case other > 0:
		return text.Text{}, Doubting(say("rules give some certificates another mode than the default"), "methods", configCertificate)
	case *mode == single:
		return singleFactorOnly(), nil
	}
	return text.Text{}, nil
}

func authoritiesExpired(s tenant.Snapshot, u tenant.User, c tenant.MethodConfiguration, now time.Time) (text.Text, error) {
	authorities, err := s.CertificateAuthorities.Get()
	if err != nil {
		return text.Text{}, err
	}
	if now.IsZero() {
		return text.Text{}, Doubting(say("the time is not known, so neither is which certificate authorities are valid"), "unread", "collectedAt")
	}
	var open error
	valid := false
	for _, a := range authorities {
		expires, err := a.ExpirationDateTime.Get()
		open = join(open, err)
		valid = valid || err == nil && expires.After(now)
	}
	switch {
	case !valid && open == nil:
		return say("no certificate authority is valid"), nil
	case !valid:
		return text.Text{}, open
	}
	scopes, err := c.CertificateAuthorityScopes.Get()
	if err != nil {
		return text.Text{}, err
	}
	for _, scope := range scopes {
		if in, err := inTargets(s, u, scope.IncludeTargets); err != nil || len(in) == 0 {
			return text.Text{}, join(Doubting(say("some certificate authorities are for other groups only"), "methods", configCertificate), err)
		}
	}
	return text.Text{}, nil
}
