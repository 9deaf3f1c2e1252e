package signin

import (
	"slices"
	"strings"

	"breakglass/tenant"
)

// addFirst adds the first factor that a user types: the password, or what the federated
// identity provider asks for.
func (m model) addFirst(w *ways, u tenant.User, methods []tenant.Method) {
	password := factor{method: PathPassword, credential: "password", combination: "password"}
	has := slices.ContainsFunc(methods, func(m tenant.Method) bool { return m.ODataType == tenant.MethodPassword })
	federated, domain, err := m.federated(u)
	if err != nil {
		w.open = join(w.open, err)
		if has {
			w.bare = append(w.bare, m.complete(password))
		}
		return
	}
	if federated {
		m.addFederated(w, domain)
		return
	}
	if !has {
		return
	}
	synced, err := u.OnPremisesSyncEnabled.Get()
	if err != nil {
		w.open = join(w.open, err)
		w.bare = append(w.bare, m.complete(password))
		return
	}
	if through, _ := m.passThrough(); synced != nil && *synced && through {
		password.method = PathPasswordPassThrough
	}
	w.usable = append(w.usable, m.complete(password))
}

// federated reports whether another identity provider does the sign-ins of a user's
// domain.
func (m model) federated(u tenant.User) (bool, tenant.Domain, error) {
	domain, err := m.domainOf(u)
	if err != nil {
		return false, domain, err
	}
	kind, err := domain.AuthenticationType.Get()
	switch {
	case err != nil:
		return false, domain, err
	case strings.EqualFold(kind, "Federated"):
		return true, domain, nil
	case strings.EqualFold(kind, "Managed"):
		return false, domain, nil
	}
	return false, domain, Doubting(say("the authentication type %q of the domain %s is not known", kind, domain.ID), "authenticationType", kind)
}

// addFederated adds what a federated identity provider gives: a first factor, and
// multifactor authentication where the domain accepts the provider's. Where the domain's
// settings were not read, it is taken not to be accepted.
// https://learn.microsoft.com/graph/api/resources/internaldomainfederation
func (m model) addFederated(w *ways, domain tenant.Domain) {
	f := m.complete(factor{method: PathFederated, credential: domain.ID, combination: "federatedSingleFactor"})
	accepted, unread, err := providerMFA(domain)
	if accepted {
		f.as, f.combination = Both, "federatedMultiFactor"
	} else {
		w.open, w.openMFA = join(w.open, err), unread
	}
	w.usable = append(w.usable, f)
}

// providerMFA reports whether a federated domain accepts its provider's multifactor
// authentication. The errors say that it may: the settings are unread, or not known.
func providerMFA(domain tenant.Domain) (accepted bool, unread, unknown error) {
	configurations, err := domain.FederationConfiguration.Get()
	if err != nil {
		return false, err, nil
	}
	for _, c := range configurations {
		behaviour, err := c.FederatedIdpMfaBehavior.Get()
		switch {
		case err != nil:
			unread = join(unread, err)
		case behaviour == nil, *behaviour == "rejectMfaByFederatedIdp":
		case *behaviour == "acceptIfMfaDoneByFederatedIdp", *behaviour == "enforceMfaByFederatedIdp":
			accepted = true
		default:
			unknown = join(unknown, Doubting(say("what %q means for multifactor authentication of the domain %s is not known", *behaviour, domain.ID),
				"federatedIdpMfaBehavior", *behaviour))
		}
	}
	return accepted, unread, unknown
}

// passThrough reports whether synchronised users' passwords are checked on premises.
// Where nobody says, the dependency is assumed.
func (m model) passThrough() (through, said bool) {
	synchronization, err := m.snapshot.DirectorySynchronization.Get()
	if err == nil {
		features, err := synchronization.Features.Get()
		if err == nil {
			if hash, err := features.PasswordSyncEnabled.Get(); err == nil && hash != nil {
				return !*hash, true
			}
		}
	}
	if m.circumstances.PassThrough != nil {
		return *m.circumstances.PassThrough, true
	}
	return true, false
}

// addCertificate adds the user's certificate, if one is bound.
func (m model) addCertificate(w *ways, u tenant.User) {
	stopped, err := CertificateStopped(m.snapshot, u, m.circumstances.Now)
	f := factor{method: PathCertificate, credential: "certificate", combination: ModeCertificate}
	switch {
	case err != nil:
		w.open = join(w.open, err)
		return
	case stopped.Equal(singleFactorOnly()):
		f.method, f.combination = PathCertificateSingle, "x509CertificateSingleFactor"
	case !stopped.IsZero():
		return
	}
	f = m.complete(f)
	checked, err := m.listsRevoked()
	if err == nil && !checked {
		f.needs = slices.DeleteFunc(f.needs, func(c Component) bool { return c.ID == RevocationList })
	}
	w.usable = append(w.usable, f) // whether a list is checked decides what it needs, not whether it works
}

// listsRevoked reports whether a certificate authority has a list of revoked
// certificates, without which none is checked.
func (m model) listsRevoked() (bool, error) {
	authorities, err := m.snapshot.CertificateAuthorities.Get()
	if err != nil {
		return true, err
	}
	var open error
	for _, a := range authorities {
		url, err := a.CertificateRevocationListURL.Get()
		if err == nil && url != nil && *url != "" {
			return true, nil
		}
		open = join(open, err)
	}
	return open != nil, open
}

// lonely says of single factors that have no partner that they are not enough.
func (w ways) lonely() []Block {
	var blocked []Block
	for _, f := range w.usable {
		switch {
		case f.as == First && !w.has(Second):
			blocked = append(blocked, block(f.method, say("alone it is no multifactor authentication, which Microsoft asks for")))
		case f.as == Second && !w.has(First):
			blocked = append(blocked, block(f.method, say("a second factor, and there is no first")))
		}
	}
	return blocked
}
