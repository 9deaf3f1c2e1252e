package signin

import (
	"errors"
	"slices"
	"time"

	"breakglass/tenant"
)

// CertificateStopped says why the user cannot sign in with a certificate as
// multifactor authentication at the given time; nothing if it is ready. Graph
// lists no certificates of users, so readiness is inferred: the method is on for
// the user, counts as multifactor, a certificate is bound to the user, and an
// authority has not expired.
// https://learn.microsoft.com/entra/identity/authentication/concept-certificate-based-authentication
func CertificateStopped(s tenant.Snapshot, u tenant.User, now time.Time) (string, error) {
	return certificateStopped(s, u, func(c tenant.MethodConfiguration) (string, error) { return authoritiesExpired(s, u, c, now) })
}

// CertificateStoppedButForAuthorities is CertificateStopped as if every certificate
// authority were valid.
func CertificateStoppedButForAuthorities(s tenant.Snapshot, u tenant.User) (string, error) {
	return certificateStopped(s, u, func(tenant.MethodConfiguration) (string, error) { return "", nil })
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

func certificateStopped(s tenant.Snapshot, u tenant.User, authorities func(tenant.MethodConfiguration) (string, error)) (string, error) {
	c, err := configuration(s, configCertificate)
	if err != nil {
		return "", err
	}
	stopped, open := scopeOf(s, u, c).outcome()
	if stopped != "" {
		return stopped, nil
	}
	for _, part := range []func() (string, error){
		func() (string, error) { return certificateUnbound(u) },
		func() (string, error) { return authorities(c) },
		func() (string, error) { return certificateSingleFactor(c) }, // the last: what else stops a certificate stops it as a first factor too
	} {
		stopped, err := part()
		if stopped != "" {
			return stopped, nil
		}
		open = join(open, err)
	}
	return "", open
}

func certificateUnbound(u tenant.User) (string, error) {
	info, err := u.AuthorizationInfo.Get()
	if err != nil {
		return "", err
	}
	if info == nil {
		return "no certificate is bound to the account", nil
	}
	ids, err := info.CertificateUserIDs.Get()
	if err == nil && !slices.ContainsFunc(ids, func(id string) bool { return id != "" }) {
		return "no certificate is bound to the account", nil
	}
	return "", err
}

// singleFactorOnly is what stops a certificate that is good as a first factor.
const singleFactorOnly = "certificates count as a single factor"

func certificateSingleFactor(c tenant.MethodConfiguration) (string, error) {
	const single, multi = "x509CertificateSingleFactor", "x509CertificateMultiFactor"
	modes, err := c.ModeConfiguration.Get()
	if err != nil {
		return "", err
	}
	if modes == nil {
		return "", Doubting(errors.New("the mode of certificate-based authentication is null"), "methods", configCertificate)
	}
	mode, err := modes.DefaultMode.Get()
	if err != nil {
		return "", err
	}
	rules, err := modes.Rules.Get()
	if err != nil {
		return "", err
	}
	other := 0
	for _, r := range rules {
		if m, err := r.Mode.Get(); err != nil || m == nil || mode == nil || *m != *mode {
			other++
		}
	}
	switch {
	case mode == nil || *mode != single && *mode != multi:
		return "", Doubting(errors.New("the mode of certificate-based authentication is not known"), "methods", configCertificate)
	case other > 0:
		return "", Doubting(errors.New("rules give some certificates another mode than the default"), "methods", configCertificate)
	case *mode == single:
		return singleFactorOnly, nil
	}
	return "", nil
}

func authoritiesExpired(s tenant.Snapshot, u tenant.User, c tenant.MethodConfiguration, now time.Time) (string, error) {
	authorities, err := s.CertificateAuthorities.Get()
	if err != nil {
		return "", err
	}
	if now.IsZero() {
		return "", Doubting(errors.New("the time is not known, so neither is which certificate authorities are valid"), "unread", "collectedAt")
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
		return "no certificate authority is valid", nil
	case !valid:
		return "", open
	}
	scopes, err := c.CertificateAuthorityScopes.Get()
	if err != nil {
		return "", err
	}
	for _, scope := range scopes {
		if in, err := inTargets(s, u, scope.IncludeTargets); err != nil || len(in) == 0 {
			return "", join(Doubting(errors.New("some certificate authorities are for other groups only"), "methods", configCertificate), err)
		}
	}
	return "", nil
}
