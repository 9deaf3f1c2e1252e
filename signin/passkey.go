package signin

import (
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// PasskeyStopped says which rule of the authentication-methods policy stops a
// registered passkey (FIDO2) today; nothing if it is usable. Key restrictions and
// passkey types count at sign-in. Attestation counts at registration; where it is
// enforced, a passkey whose make nobody vouches for does not count either.
// https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-passkeys-fido2
func PasskeyStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (text.Text, error) {
	stopped, err := passkeyStopped(s, u, m)
	return stopped, Doubting(err, "methods", m.ID)
}

func passkeyStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (text.Text, error) {
	c, err := configuration(s, configFIDO2)
	if err != nil {
		return text.Text{}, err
	}
	sc := scopeOf(s, u, c)
	if !sc.stopped.IsZero() || sc.open != nil {
		return sc.stopped, sc.open
	}
	kind, kindErr := passkeyType(c, u, m)
	key := passkey{m, kind, kindErr}
	var reasons []text.Text
	open := sc.moreOpen
	for _, t := range sc.in {
		why, err := key.stoppedBy(c, t)
		switch {
		case err != nil:
			open = join(open, err)
		case why.IsZero():
			return text.Text{}, nil
		default:
			reasons = append(reasons, why)
		}
	}
	if open != nil {
		return text.Text{}, open
	}
	return clauses(text.Sorted(text.Semicolon, reasons)), nil
}

// The passkeyType of a passkey that is bound to its device, and of one that is not.
// https://learn.microsoft.com/graph/api/resources/fido2authenticationmethod
const (
	passkeyDeviceBound = "deviceBound"
	passkeySynced      = "synced"
)

// PasskeyType says of which type a registered passkey (FIDO2) is: deviceBound or synced.
func PasskeyType(s tenant.Snapshot, u tenant.User, m tenant.Method) (string, error) {
	c, err := configuration(s, configFIDO2)
	if err != nil {
		c = tenant.MethodConfiguration{PasskeyProfiles: tenant.Unread[[]tenant.PasskeyProfile](err)}
	}
	return passkeyType(c, u, m)
}

// passkeyType says of which type a passkey is. Tenants without passkey profiles know no
// other than device-bound ones, and older and sovereign clouds say nothing of the type;
// where another of the user's passkeys has one, a missing one was not collected.
func passkeyType(c tenant.MethodConfiguration, u tenant.User, m tenant.Method) (string, error) {
	kind, err := m.PasskeyType.Get()
	switch {
	case err == nil && kind != nil && (*kind == passkeyDeviceBound || *kind == passkeySynced):
		return *kind, nil
	case err == nil && kind != nil:
		return "", Doubting(say("the passkey type %q is not known", *kind), "passkeyType", *kind)
	}
	if none, profilesErr := withoutProfiles(c); profilesErr == nil && none && (err == nil || absent(err) && !typesTold(u)) {
		return passkeyDeviceBound, nil
	}
	return "", Doubting(join(say("the type of the passkey is not known"), err), "methods", m.ID)
}

// typesTold reports whether some passkey of a user says of which type it is.
func typesTold(u tenant.User) bool {
	methods, _ := Registered(u) // of those that are known
	return slices.ContainsFunc(methods, func(m tenant.Method) bool {
		kind, err := m.PasskeyType.Get()
		return err == nil && kind != nil
	})
}

// withoutProfiles reports whether a tenant has no passkey profiles: the list is empty, or
// nothing of the configuration knows that there can be some.
func withoutProfiles(c tenant.MethodConfiguration) (bool, error) {
	profiles, err := c.PasskeyProfiles.Get()
	if err == nil {
		return len(profiles) == 0, nil
	}
	_, fallback := c.DefaultPasskeyProfile.Get()
	targets, targetsErr := c.IncludeTargets.Get()
	older := absent(err) && absent(fallback) && targetsErr == nil && !slices.ContainsFunc(targets, func(t tenant.Target) bool {
		_, err := t.AllowedPasskeyProfiles.Get()
		return !absent(err)
	})
	if older {
		return true, nil
	}
	return false, err
}

// A passkey is one that is judged.
type passkey struct {
	method  tenant.Method
	kind    string
	kindErr error
}

// stoppedBy says what stops a passkey for one include target: the passkey profiles that
// apply to it, or, in a tenant with none, the legacy restrictions. One that allows it is
// enough.
func (k passkey) stoppedBy(c tenant.MethodConfiguration, t tenant.Target) (text.Text, error) {
	none, err := withoutProfiles(c)
	switch {
	case err != nil:
		return text.Text{}, err
	case none:
		return k.legacyStopping(c)
	}
	profiles, err := c.PasskeyProfiles.Get()
	if err != nil {
		return text.Text{}, err
	}
	ids, err := t.AllowedPasskeyProfiles.Get()
	if err != nil {
		return text.Text{}, err
	}
	if len(ids) == 0 {
		fallback, err := c.DefaultPasskeyProfile.Get()
		if err != nil {
			return text.Text{}, err
		}
		if fallback == nil {
			return text.Text{}, say("the default passkey profile is not set")
		}
		ids = []string{*fallback}
	}
	var reasons []text.Text
	var open error
	for _, id := range ids {
		why, err := k.profileStopping(profiles, id)
		switch {
		case err != nil:
			open = join(open, err)
		case why.IsZero():
			return text.Text{}, nil
		default:
			reasons = append(reasons, why)
		}
	}
	return clauses(text.Sorted(text.Semicolon, reasons)), open
}

// legacyStopping judges a passkey in a tenant without passkey profiles. The key
// restrictions there are older than synced passkeys and say nothing of them.
func (k passkey) legacyStopping(c tenant.MethodConfiguration) (text.Text, error) {
	stopped, err := restrictionStopping(c.KeyRestrictions, k.method, say("the key restrictions of Fido2"))
	if err != nil || !stopped.IsZero() {
		return stopped, err
	}
	switch {
	case k.kindErr != nil:
		return text.Text{}, k.kindErr
	case k.kind != passkeyDeviceBound:
		return text.Text{}, say("whether a passkey of type %q is allowed without passkey profiles is not known", k.kind)
	case !Unvouched(k.method):
		return text.Text{}, nil
	}
	enforced, err := c.IsAttestationEnforced.Get()
	switch {
	case err != nil:
		return text.Text{}, err
	case enforced == nil:
		return text.Text{}, say("whether Fido2 enforces attestation is null")
	case *enforced:
		return say("Fido2 enforces attestation, and nobody vouches for the make of the passkey"), nil
	}
	return text.Text{}, nil
}

func (k passkey) profileStopping(profiles []tenant.PasskeyProfile, id string) (text.Text, error) {
	i := slices.IndexFunc(profiles, func(p tenant.PasskeyProfile) bool { return strings.EqualFold(p.ID, id) })
	if i < 0 {
		return text.Text{}, Doubting(say("the passkey profile %s is not among those that Microsoft Graph lists", id), "passkeyProfiles", id)
	}
	name := say("passkey profile %s", id)
	if n, err := profiles[i].Name.Get(); err == nil && n != nil && *n != "" {
		name = say("passkey profile “%s”", *n)
	}
	allowed, err := profiles[i].PasskeyTypes.Get()
	if err != nil {
		return text.Text{}, err
	}
	types := commaList(allowed)
	switch {
	case k.kindErr == nil && !slices.Contains(types, k.kind):
		return say("%s allows no passkey of type %s", name, k.kind), nil
	case k.kindErr != nil && (k.otherType() || !slices.Contains(types, passkeyDeviceBound) || !slices.Contains(types, passkeySynced)):
		return text.Text{}, k.kindErr
	}
	if stopped, err := restrictionStopping(profiles[i].KeyRestrictions, k.method, say("the key restrictions of %s", name)); !stopped.IsZero() || err != nil {
		return stopped, err
	}
	return k.attestationStopping(profiles[i], name)
}

// otherType reports whether the passkey says that it is of a type that is not known.
func (k passkey) otherType() bool {
	kind, err := k.method.PasskeyType.Get()
	return err == nil && kind != nil
}

// attestationStopping says whether a profile's attestation stops a passkey for whose make
// nobody vouches.
// https://learn.microsoft.com/graph/api/resources/passkeyprofile
func (k passkey) attestationStopping(p tenant.PasskeyProfile, name text.Text) (text.Text, error) {
	if !Unvouched(k.method) {
		return text.Text{}, nil
	}
	enforced, err := p.AttestationEnforcement.Get()
	switch {
	case err != nil:
		return text.Text{}, err
	case enforced == nil:
		return text.Text{}, Doubting(say("whether %s enforces attestation is null", name), "passkeyProfiles", p.ID)
	case *enforced == "registrationOnly":
		return say("%s enforces attestation, and nobody vouches for the make of the passkey", name), nil
	case *enforced != "disabled":
		return text.Text{}, Doubting(say("the attestation %q of %s is not known", *enforced, name), "attestationEnforcement", *enforced)
	}
	return text.Text{}, nil
}

// restrictionStopping says whether a list of AAGUIDs stops a passkey.
func restrictionStopping(fact tenant.Fact[*tenant.KeyRestrictions], m tenant.Method, name text.Text) (text.Text, error) {
	r, err := fact.Get()
	if err != nil || r == nil {
		return text.Text{}, err
	}
	enforced, err := r.IsEnforced.Get()
	switch {
	case err != nil:
		return text.Text{}, err
	case enforced == nil:
		return text.Text{}, say("whether %s are enforced is not known", name)
	case !*enforced:
		return text.Text{}, nil
	}
	list, err := r.AAGUIDs.Get()
	if err != nil {
		return text.Text{}, err
	}
	kind, err := r.EnforcementType.Get()
	if err != nil {
		return text.Text{}, err
	}
	aaguid, err := m.AAGUID.Get()
	if err != nil {
		return text.Text{}, err
	}
	if aaguid == nil || kind == nil {
		return text.Text{}, say("the AAGUID of the passkey or the kind of the key restrictions is null")
	}
	listed := slices.ContainsFunc(list, func(g string) bool { return strings.EqualFold(g, *aaguid) })
	switch *kind {
	case "allow":
		if !listed {
			return say("%s do not allow its AAGUID %s", name, *aaguid), nil
		}
	case "block":
		if listed {
			return say("%s block its AAGUID %s", name, *aaguid), nil
		}
	default:
		return text.Text{}, say("the kind %q of %s is not known", *kind, name)
	}
	return text.Text{}, nil
}

// commaList splits one of Graph's comma-joined enum lists.
func commaList(joined string) []string {
	parts := strings.Split(joined, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(p string) bool { return p == "" })
}
