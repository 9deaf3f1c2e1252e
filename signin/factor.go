package signin

import (
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// A factor is one usable credential.
type factor struct {
	as          string
	method      string
	credential  string
	combination string
	aaguid      *string
	needs       []Component
}

// ways are the credentials of a user, in a context.
type ways struct {
	usable  []factor // what each needs is known
	bare    []factor // usable too, but not all that they need is known, and open says why
	blocked []Block
	open    error // what else may be usable, and why that is not known
	openMFA error // why a first factor may be multifactor authentication, which survival assumes it is not
}

// waysOf returns the usable credentials of a user, and why the others are none.
func (m model) waysOf(u tenant.User, in Context) ways {
	if err := signsInAtHome(u); err != nil {
		return ways{open: err}
	}
	var w ways
	methods, err := Registered(u)
	w.open = err
	m.addFirst(&w, u, methods)
	for _, registered := range methods {
		switch registered.ODataType {
		case tenant.MethodPassword, tenant.MethodEmail, tenant.MethodQRCodePin, tenant.MethodResourceAccountKey:
			continue // the password is dealt with; the others never make a path for a member
		case tenant.MethodTemporaryAccessPass:
			if m.lasting {
				continue
			}
		}
		m.addMethod(&w, u, registered, in)
	}
	m.addCertificate(&w, u)
	if err := m.snapshot.HardwareTokensOf(u.ID); err != nil && (w.has(First) || w.open != nil) {
		stopped, scopeErr := scopeStopped(m.snapshot, u, configHardwareOATH)
		if stopped.IsZero() {
			w.open = join(w.open, err, scopeErr)
		}
	}
	return w
}

// has reports whether some factor that can be used has a role in a sign-in.
func (w ways) has(as string) bool {
	return slices.ContainsFunc(slices.Concat(w.usable, w.bare), func(f factor) bool { return f.as == as })
}

// addMethod adds a registered method, usable or not.
func (m model) addMethod(w *ways, u tenant.User, registered tenant.Method, in Context) {
	f, name, err := m.factorOf(u, registered)
	stopped, stoppedErr := MethodStopped(m.snapshot, u, registered)
	switch {
	case stoppedErr != nil:
		w.open = join(w.open, err, stoppedErr)
	case !stopped.IsZero():
		w.blocked = append(w.blocked, block(name, stopped))
	case in == AnyDevice && (f.method == PathWindowsHello || f.method == PathPlatformCredential):
		w.blocked = append(w.blocked, block(name, say("it lives in the managed computer")))
	case err != nil:
		w.open = join(w.open, err)
		w.bare = append(w.bare, f)
	default:
		w.usable = append(w.usable, f)
	}
}

// factorOf describes a registered method, usable or not. With an error, not all that it
// needs is known.
func (m model) factorOf(u tenant.User, registered tenant.Method) (factor, string, error) {
	f := factor{credential: registered.Label()}
	device := func() Component {
		id, name := registered.ID, nameOf(u, registered)
		if d, err := registered.Device.Get(); err == nil && d != nil {
			if deviceID, err := d.ID.Get(); err == nil && deviceID != nil && *deviceID != "" {
				id = *deviceID
			}
		}
		return component("device:"+id, "device", name)
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
			return f, "phone", Doubting(join(say("the type of a phone is not known"), err), "methods", registered.ID)
		}
		set(PathSMS, "sms|voice", m.phoneOf(u, registered, *kind))
		if *kind != "mobile" {
			set(PathVoice, "voice", m.phoneOf(u, registered, *kind))
		}
	case tenant.MethodExternal:
		set(PathExternal, "")
	default:
		return f, "", unknownType(registered)
	}
	return m.complete(f), f.method, nil
}

// nameOf names what holds a method: as its owner does, or by whose it is.
func nameOf(u tenant.User, registered tenant.Method) text.Text {
	if name, err := registered.DisplayName.Get(); err == nil && name != nil && *name != "" {
		return say(called, *name)
	}
	switch registered.ODataType {
	case tenant.MethodFIDO2:
		return say("Key of %s", u.Label())
	case tenant.MethodAuthenticator:
		return say("Authenticator of %s", u.Label())
	case tenant.MethodSoftwareOATH:
		return say("Software token of %s", u.Label())
	case tenant.MethodHardwareOATH:
		return say("Hardware token of %s", u.Label())
	case tenant.MethodWindowsHello, tenant.MethodPlatformCredential:
		return say("Computer of %s", u.Label())
	}
	return say("Device of %s", u.Label())
}

// passkeyFactor tells a security key from a passkey in a device and a synced one.
func (m model) passkeyFactor(u tenant.User, registered tenant.Method, device func() Component) (factor, string, error) {
	f := factor{method: PathFIDO2, as: Both, credential: registered.Label(), combination: ModeFIDO2}
	aaguid, err := registered.AAGUID.Get()
	kind, kindErr := PasskeyType(m.snapshot, u, registered)
	if err != nil || aaguid == nil || kindErr != nil {
		return f, PathFIDO2, Doubting(join(say("the type or the model of a passkey is not known"), err, kindErr), "methods", registered.ID)
	}
	f.aaguid = aaguid
	model := strings.ToLower(*aaguid)
	_, personal := PasskeyProviders()[model]
	switch {
	case kind == passkeySynced:
		f.method = PathPasskeySynced
	case personal:
		f.method, f.needs = PathPasskeyDevice, []Component{device()}
	default:
		needs, err := m.kept(u, registered)
		if err != nil {
			return f, PathFIDO2, err
		}
		f.needs = append(needs, component("key:"+registered.ID, "key", nameOf(u, registered)), component("key-model:"+model, "model", say(called, modelName(registered, model))))
	}
	return m.complete(f), f.method, nil
}

func modelName(registered tenant.Method, aaguid string) string {
	if name, err := registered.Model.Get(); err == nil && name != nil && *name != "" {
		return *name
	}
	return aaguid
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
	return component("phone:"+id, "phone", say("Phone of %s", m.label(strings.Split(id, "/")[0])))
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
	return component(id, "service", say(called, id)) // the operator's own
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
	return tenant.Domain{}, Doubting(say("the domain %q is not among the tenant's domains", name), "domain", name)
}
