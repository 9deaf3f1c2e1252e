package signin

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"breakglass/tenant"
)

// A Path is one way for a person to sign in as an administrator: everything that it
// needs, together.
type Path struct {
	Method     string   `json:"method"`
	Credential string   `json:"credential"`
	Needs      []string `json:"needs"` // components, in order

	combination string  // as authentication strengths name it; empty if none admits it
	aaguid      *string // of a passkey
	mfa         bool
	things      []Component // with names for people
}

// A Block says why a registered method makes no path.
type Block struct {
	Method string `json:"method"`
	Why    string `json:"why"`
}

// Keeping says where a key is and who can fetch it.
type Keeping struct {
	Account    string // a user principal name or an object id
	Credential string // its display name or id
	Place      string
	Custodians []string
}

// Circumstances are what the operator knows and Microsoft Graph does not tell.
type Circumstances struct {
	IsAccount    func(userID string) bool // emergency accounts
	Accounts     []tenant.User            // those that were read, in the role or not
	Keepings     []Keeping
	PassThrough  *bool        // how synchronised users' passwords are checked; nil if nobody said
	Dependencies []Dependency // those of Dependencies, overruled or not
	Now          time.Time
}

// A factor is one usable credential.
type factor struct {
	as          string
	method      string
	credential  string
	combination string
	aaguid      *string
	needs       []Component
}

// factors returns the usable credentials of a user, and why the others are none. The
// error says which may be usable.
func (m model) factors(u tenant.User, in Context) ([]factor, []Block, error) {
	var all []factor
	var blocked []Block
	methods, open := u.Authentication.Methods.Get()
	first, err := m.passwordFactor(u, methods, open == nil)
	open = join(open, err)
	all = append(all, first...)
	for _, registered := range methods {
		if registered.ODataType == tenant.MethodPassword || registered.ODataType == tenant.MethodEmail || registered.ODataType == tenant.MethodQRCodePin ||
			registered.ODataType == tenant.MethodResourceAccountKey {
			continue // the password is dealt with; the others never make a path for a member
		}
		f, name, err := m.factorOf(u, registered)
		if err != nil {
			open = join(open, err)
			continue
		}
		stopped, err := MethodStopped(m.snapshot, u, registered)
		switch {
		case err != nil:
			open = join(open, err)
		case stopped != "":
			blocked = append(blocked, Block{name, stopped})
		case in == AnyDevice && (f.method == PathWindowsHello || f.method == PathPlatformCredential):
			blocked = append(blocked, Block{name, "it lives in the managed computer"})
		default:
			all = append(all, f)
		}
	}
	certificate, err := m.certificateFactor(u)
	open = join(open, err)
	all = append(all, certificate...)
	return all, blocked, open
}

// factorOf describes a registered method, usable or not.
func (m model) factorOf(u tenant.User, registered tenant.Method) (factor, string, error) {
	f := factor{credential: registered.Label()}
	device := func() Component {
		id, name := registered.ID, nameOf(u, registered)
		if d, err := registered.Device.Get(); err == nil && d != nil {
			if deviceID, err := d.ID.Get(); err == nil && deviceID != nil && *deviceID != "" {
				id = *deviceID
			}
		}
		return Component{"device:" + id, name, "device"}
	}
	set := func(method, combination string, things ...Component) {
		f.method, f.combination, f.needs = method, combination, things
	}
	switch registered.ODataType {
	case tenant.MethodFIDO2:
		return m.passkeyFactor(u, registered, device)
	case tenant.MethodWindowsHello:
		set(PathWindowsHello, "windowsHelloForBusiness", device())
	case tenant.MethodPlatformCredential:
		set(PathPlatformCredential, "windowsHelloForBusiness", device())
	case tenant.MethodTemporaryAccessPass:
		set(PathTemporaryAccessPass, "temporaryAccessPassOneTime|temporaryAccessPassMultiUse")
	case tenant.MethodAuthenticator:
		set(PathPush, "microsoftAuthenticatorPush", device())
	case tenant.MethodPasswordless:
		set(PathPasswordless, "deviceBasedPush", device())
	case tenant.MethodSoftwareOATH:
		set(PathSoftwareOATH, "softwareOath", device())
	case tenant.MethodHardwareOATH:
		set(PathHardwareOATH, "hardwareOath", device())
	case tenant.MethodPhone:
		kind, err := registered.PhoneType.Get()
		if err != nil || kind == nil {
			return f, "phone", join(errors.New("the type of a phone is not known"), err)
		}
		set(PathSMS, "sms|voice", m.phoneOf(u, registered, *kind))
		if *kind != "mobile" {
			set(PathVoice, "voice", m.phoneOf(u, registered, *kind))
		}
	case tenant.MethodExternal:
		set(PathExternal, "")
	default:
		return f, "", fmt.Errorf("a method of type %q is not known", registered.ODataType)
	}
	return m.complete(f), f.method, nil
}

// nameOf names what holds a method: as its owner does, or by whose it is.
func nameOf(u tenant.User, registered tenant.Method) string {
	if name, err := registered.DisplayName.Get(); err == nil && name != nil && *name != "" {
		return *name
	}
	what := "Device"
	switch registered.ODataType {
	case tenant.MethodFIDO2:
		what = "Key"
	case tenant.MethodAuthenticator:
		what = "Authenticator"
	case tenant.MethodSoftwareOATH:
		what = "Software token"
	case tenant.MethodHardwareOATH:
		what = "Hardware token"
	case tenant.MethodWindowsHello, tenant.MethodPlatformCredential:
		what = "Computer"
	}
	return what + " of " + u.Label()
}

// passkeyFactor tells a security key from a passkey in a device and a synced one.
func (m model) passkeyFactor(u tenant.User, registered tenant.Method, device func() Component) (factor, string, error) {
	f := factor{credential: registered.Label(), combination: ModeFIDO2}
	aaguid, err := registered.AAGUID.Get()
	kind, kindErr := registered.PasskeyType.Get()
	if err != nil || kindErr != nil || kind == nil || aaguid == nil {
		return f, PathFIDO2, join(errors.New("the type or the model of a passkey is not known"), err, kindErr)
	}
	f.aaguid = aaguid
	model := strings.ToLower(*aaguid)
	_, personal := PasskeyProviders()[model]
	switch {
	case *kind == "synced":
		f.method = PathPasskeySynced
	case personal:
		f.method, f.needs = PathPasskeyDevice, []Component{device()}
	case *kind == "deviceBound":
		f.method = PathFIDO2
		needs, err := m.kept(u, registered)
		if err != nil {
			return f, PathFIDO2, err
		}
		f.needs = append(needs, Component{"key:" + registered.ID, nameOf(u, registered), "key"}, Component{"key-model:" + model, modelName(registered, model), "model"})
	default:
		return f, PathFIDO2, fmt.Errorf("the passkey type %q is not known", *kind)
	}
	return m.complete(f), f.method, nil
}

func modelName(registered tenant.Method, aaguid string) string {
	if name, err := registered.Model.Get(); err == nil && name != nil && *name != "" {
		return *name
	}
	return aaguid
}

// kept returns what it takes to fetch a key: its place, and the only person who can.
// The error says that it cannot be told which entry of custody is the key's.
func (m model) kept(u tenant.User, registered tenant.Method) ([]Component, error) {
	upn, upnErr := u.UserPrincipalName.Get()
	_, nameErr := registered.DisplayName.Get()
	var open error
	for _, k := range m.circumstances.Keepings {
		byID := strings.EqualFold(k.Account, u.ID)
		if !byID && upnErr == nil && !strings.EqualFold(k.Account, upn) {
			continue
		}
		if !byID && upnErr != nil {
			open = join(open, upnErr)
			continue
		}
		if !strings.EqualFold(k.Credential, registered.ID) && !strings.EqualFold(k.Credential, registered.Label()) {
			if registered.ID == "" || nameErr != nil {
				open = errors.New("which entry of custody is a key's cannot be told, for its id or its name is not known")
			}
			continue
		}
		var needs []Component
		if k.Place != "" {
			needs = append(needs, Component{"place:" + k.Place, k.Place, "place"})
		}
		if len(k.Custodians) == 1 {
			needs = append(needs, Component{"custodian:" + k.Custodians[0], k.Custodians[0], "person"})
		}
		return needs, nil
	}
	return nil, open
}

// phoneOf is the phone behind a method. Graph's ids of phone methods are constants, so
// it goes by its user and type; the same number on two people is one phone, which goes
// by the first of them, and never by the number.
func (m model) phoneOf(u tenant.User, registered tenant.Method, kind string) Component {
	id := u.ID + "/" + kind
	if number, err := registered.PhoneNumber.Get(); err == nil && number != nil {
		if shared, ok := m.phones[digits(*number)]; ok {
			id = shared
		}
	}
	return Component{"phone:" + id, "Phone of " + m.label(strings.Split(id, "/")[0]), "phone"}
}

// digits is a phone number without what people write between the digits.
func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
}

// complete adds the services of the method to a factor.
func (m model) complete(f factor) factor {
	for _, d := range m.circumstances.Dependencies {
		if d.Method == f.method {
			f.as = d.As
			for _, id := range d.Services {
				f.needs = append(f.needs, m.service(id))
			}
		}
	}
	return f
}

func (m model) service(id string) Component {
	for _, c := range services() {
		if c.ID == id {
			return c
		}
	}
	return Component{id, id, "service"} // the operator's own
}

// passwordFactor is the first factor that a user types: the password, or what the
// federated identity provider asks for.
func (m model) passwordFactor(u tenant.User, methods []tenant.Method, read bool) ([]factor, error) {
	domain, err := m.domainOf(u)
	if err != nil {
		return nil, err
	}
	kind, err := domain.AuthenticationType.Get()
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(kind, "Federated") {
		return m.federatedFactor(domain)
	}
	if !slices.ContainsFunc(methods, func(m tenant.Method) bool { return m.ODataType == tenant.MethodPassword }) || !read {
		return nil, nil
	}
	synced, err := u.OnPremisesSyncEnabled.Get()
	if err != nil {
		return nil, err
	}
	f := factor{method: PathPassword, credential: "password", combination: "password"}
	if through, _ := m.passThrough(); synced != nil && *synced && through {
		f.method = PathPasswordPassThrough
	}
	return []factor{m.complete(f)}, nil
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

func (m model) federatedFactor(domain tenant.Domain) ([]factor, error) {
	f := factor{method: PathFederated, credential: domain.ID, combination: "federatedSingleFactor"}
	f = m.complete(f)
	configurations, err := domain.FederationConfiguration.Get()
	if err != nil {
		return []factor{f}, nil //nolint:nilerr // absent: the first factor only
	}
	for _, c := range configurations {
		behaviour, err := c.FederatedIdpMfaBehavior.Get()
		if err == nil && behaviour != nil && (*behaviour == "acceptIfMfaDoneByFederatedIdp" || *behaviour == "enforceMfaByFederatedIdp") {
			f.as, f.combination = Both, "federatedMultiFactor"
		}
	}
	return []factor{f}, nil
}

// domainOf finds the domain of a user's name.
func (m model) domainOf(u tenant.User) (tenant.Domain, error) {
	upn, err := u.UserPrincipalName.Get()
	if err != nil {
		return tenant.Domain{}, err
	}
	domains, err := m.snapshot.Domains.Get()
	if err != nil {
		return tenant.Domain{}, err
	}
	name := tenant.DomainOf(upn)
	for _, d := range domains {
		if strings.EqualFold(d.ID, name) {
			return d, nil
		}
	}
	return tenant.Domain{}, fmt.Errorf("the domain %q is not among the tenant's domains", name)
}

// certificateFactor is the user's certificate, if one is bound.
func (m model) certificateFactor(u tenant.User) ([]factor, error) {
	stopped, err := CertificateStopped(m.snapshot, u, m.circumstances.Now)
	f := factor{method: PathCertificate, credential: "certificate", combination: ModeCertificate}
	switch {
	case err != nil:
		return nil, err
	case stopped == singleFactorOnly:
		f.method, f.combination = PathCertificateSingle, "x509CertificateSingleFactor"
	case stopped != "":
		return nil, nil
	}
	f = m.complete(f)
	checked, err := m.listsRevoked()
	if err == nil && !checked {
		f.needs = slices.DeleteFunc(f.needs, func(c Component) bool { return c.ID == RevocationList })
	}
	return []factor{f}, nil // whether a list is checked decides what it needs, not whether it works
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

// combine makes paths of factors: one that is enough alone, or a first and a second.
// Without multifactor authentication there is no way into an admin portal, save in
// clouds where Microsoft does not ask for it.
func combine(factors []factor, mandatoryMFA bool) []Path {
	var paths []Path
	for _, f := range factors {
		if f.as == Both || f.as == First && !mandatoryMFA {
			paths = append(paths, pathOf(f))
		}
		if f.as != First {
			continue
		}
		for _, second := range factors {
			if second.as == Second {
				paths = append(paths, pathOf(f, second))
			}
		}
	}
	slices.SortStableFunc(paths, func(a, b Path) int {
		return cmp.Or(cmp.Compare(a.Method, b.Method), cmp.Compare(a.Credential, b.Credential))
	})
	return paths
}

func pathOf(factors ...factor) Path {
	var p Path
	for i, f := range factors {
		if i > 0 {
			p.Method += " + "
		}
		p.Method += f.method
		p.things = append(p.things, f.needs...)
		p.aaguid = f.aaguid
		p.mfa = p.mfa || f.as == Both || f.as == Second
	}
	last := factors[len(factors)-1]
	p.Credential = last.credential
	switch {
	case last.combination == "": // an external method is in no strength
	case len(factors) == 1:
		p.combination = last.combination
	default:
		var all []string
		for alternative := range strings.SplitSeq(last.combination, "|") {
			all = append(all, factors[0].combination+","+alternative)
		}
		p.combination = strings.Join(all, "|")
	}
	return p.settled()
}

// settled orders what a path needs, each once.
func (p Path) settled() Path {
	slices.SortStableFunc(p.things, func(a, b Component) int { return cmp.Compare(a.ID, b.ID) })
	p.things = slices.CompactFunc(p.things, func(a, b Component) bool { return a.ID == b.ID })
	p.Needs = make([]string, len(p.things))
	for i, c := range p.things {
		p.Needs[i] = c.ID
	}
	return p
}

// needing is the path that needs more.
func (p Path) needing(more ...Component) Path {
	p.things = append(slices.Clone(p.things), more...)
	return p.settled()
}
