package signin

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"breakglass/tenant"
)

// Ids of method configurations in the authentication-methods policy.
// https://learn.microsoft.com/graph/api/resources/authenticationmethodspolicies-overview
const (
	configFIDO2         = "Fido2"
	configCertificate   = "X509Certificate"
	configAuthenticator = "MicrosoftAuthenticator"
	configSMS           = "Sms"
	configVoice         = "Voice"
	configSoftwareOATH  = "SoftwareOath"
	configHardwareOATH  = "HardwareOath"
)

// configuration returns a method's configuration. One that is not among those
// read is an error, not a "disabled".
func configuration(s tenant.Snapshot, id string) (tenant.MethodConfiguration, error) {
	policy, err := s.AuthenticationMethodsPolicy.Get()
	if err != nil {
		return tenant.MethodConfiguration{}, err
	}
	all, err := policy.Configurations.Get()
	if err != nil {
		return tenant.MethodConfiguration{}, err
	}
	for _, c := range all {
		if strings.EqualFold(c.ID, id) {
			return c, nil
		}
	}
	return tenant.MethodConfiguration{}, fmt.Errorf("the configuration of %s is not among those that Microsoft Graph lists", id)
}

// inTargets returns the targets that hold the user. The error says which could
// not be told; the targets returned with it are certain.
func inTargets(s tenant.Snapshot, u tenant.User, list tenant.Fact[[]tenant.Target]) ([]tenant.Target, error) {
	targets, err := list.Get()
	if err != nil {
		return nil, err
	}
	var in []tenant.Target
	var open error
	for _, t := range targets {
		ok := strings.EqualFold(t.ID, tenant.AllUsers) || strings.EqualFold(t.ID, u.ID)
		if !ok {
			if ok, err = InGroup(s, u, t.ID); err != nil && open == nil {
				open = err
			}
		}
		if ok {
			in = append(in, t)
		}
	}
	return in, open
}

// A scope is where a user stands with a method's configuration.
type scope struct {
	in       []tenant.Target // include targets that certainly hold the user
	stopped  string          // what certainly keeps the user out
	open     error           // what could still keep the user out
	moreOpen error           // include targets that could not be told
}

// scopeOf says whether a configuration is enabled, and whether an include target
// holds the user and no exclude target does.
func scopeOf(s tenant.Snapshot, u tenant.User, c tenant.MethodConfiguration) scope {
	state, err := c.State.Get()
	switch {
	case err != nil:
		return scope{open: err}
	case state == "disabled":
		return scope{stopped: c.ID + " is switched off in the authentication methods policy"}
	case state != "enabled":
		return scope{open: fmt.Errorf("the state %q of %s is not known", state, c.ID)}
	}
	excluded, excludeErr := inTargets(s, u, c.ExcludeTargets)
	if len(excluded) > 0 {
		return scope{stopped: fmt.Sprintf("%s excludes the account (through %s)", c.ID, targetName(s, u, excluded[0]))}
	}
	included, includeErr := inTargets(s, u, c.IncludeTargets)
	if len(included) == 0 && includeErr == nil {
		return scope{stopped: c.ID + " is not switched on for the account (it is in no include target)"}
	}
	return scope{in: included, open: excludeErr, moreOpen: includeErr}
}

// outcome is what the scope alone says of a method: what stops it, or why that
// cannot be told.
func (sc scope) outcome() (string, error) {
	if sc.stopped != "" {
		return sc.stopped, nil
	}
	if len(sc.in) == 0 {
		return "", errors.Join(sc.open, sc.moreOpen)
	}
	return "", sc.open
}

func targetName(s tenant.Snapshot, u tenant.User, t tenant.Target) string {
	switch {
	case strings.EqualFold(t.ID, tenant.AllUsers):
		return "all users"
	case strings.EqualFold(t.ID, u.ID):
		return "the account itself"
	}
	return "group " + groupName(s, t.ID)
}

// PasskeyStopped says which rule of the authentication-methods policy stops a
// registered passkey (FIDO2) today; nothing if it is usable. Key restrictions and
// passkey types count at sign-in; attestation counts at registration only.
// https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-passkeys-fido2
func PasskeyStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (string, error) {
	c, err := configuration(s, configFIDO2)
	if err != nil {
		return "", err
	}
	sc := scopeOf(s, u, c)
	if sc.stopped != "" || sc.open != nil {
		return sc.stopped, sc.open
	}
	var reasons []string
	open := sc.moreOpen
	for _, t := range sc.in {
		why, err := passkeyStoppedBy(c, t, m)
		switch {
		case err != nil:
			open = errors.Join(open, err)
		case why == "":
			return "", nil
		default:
			reasons = append(reasons, why)
		}
	}
	if open != nil {
		return "", open
	}
	return strings.Join(slices.Compact(reasons), "; "), nil
}

// passkeyStoppedBy says what stops a passkey for one include target: the passkey
// profiles that apply to it, or, in a tenant with none, the legacy restrictions.
// One that allows it is enough.
func passkeyStoppedBy(c tenant.MethodConfiguration, t tenant.Target, m tenant.Method) (string, error) {
	profiles, err := c.PasskeyProfiles.Get()
	if err != nil {
		return "", err
	}
	if len(profiles) == 0 {
		return restrictionStopping(c.KeyRestrictions, m, "the key restrictions of Fido2")
	}
	ids, err := t.AllowedPasskeyProfiles.Get()
	if err != nil {
		return "", err
	}
	if len(ids) == 0 {
		fallback, err := c.DefaultPasskeyProfile.Get()
		if err != nil {
			return "", err
		}
		if fallback == nil {
			return "", errors.New("the default passkey profile is not set")
		}
		ids = []string{*fallback}
	}
	var reasons []string
	var open error
	for _, id := range ids {
		why, err := profileStopping(profiles, id, m)
		switch {
		case err != nil:
			open = errors.Join(open, err)
		case why == "":
			return "", nil
		default:
			reasons = append(reasons, why)
		}
	}
	return strings.Join(reasons, "; "), open
}

func profileStopping(profiles []tenant.PasskeyProfile, id string, m tenant.Method) (string, error) {
	i := slices.IndexFunc(profiles, func(p tenant.PasskeyProfile) bool { return strings.EqualFold(p.ID, id) })
	if i < 0 {
		return "", fmt.Errorf("the passkey profile %s is not among those that Microsoft Graph lists", id)
	}
	name := "passkey profile " + id
	if n, err := profiles[i].Name.Get(); err == nil && n != nil && *n != "" {
		name = "passkey profile “" + *n + "”"
	}
	allowed, err := profiles[i].PasskeyTypes.Get()
	if err != nil {
		return "", err
	}
	types := commaList(allowed)
	kind, kindErr := m.PasskeyType.Get()
	switch {
	case kindErr == nil && kind != nil && !slices.Contains(types, *kind):
		return fmt.Sprintf("%s allows no passkey of type %s", name, *kind), nil
	case (kindErr != nil || kind == nil) && !(slices.Contains(types, "deviceBound") && slices.Contains(types, "synced")):
		return "", errors.Join(errors.New("the type of the passkey is not known"), kindErr)
	}
	return restrictionStopping(profiles[i].KeyRestrictions, m, "the key restrictions of "+name)
}

// restrictionStopping says whether a list of AAGUIDs stops a passkey.
func restrictionStopping(fact tenant.Fact[*tenant.KeyRestrictions], m tenant.Method, name string) (string, error) {
	r, err := fact.Get()
	if err != nil || r == nil {
		return "", err
	}
	enforced, err := r.IsEnforced.Get()
	if err != nil || enforced == nil || !*enforced {
		return "", err
	}
	list, err := r.AAGUIDs.Get()
	if err != nil {
		return "", err
	}
	kind, err := r.EnforcementType.Get()
	if err != nil {
		return "", err
	}
	aaguid, err := m.AAGUID.Get()
	if err != nil {
		return "", err
	}
	if aaguid == nil || kind == nil {
		return "", errors.New("the AAGUID of the passkey or the kind of the key restrictions is null")
	}
	listed := slices.ContainsFunc(list, func(g string) bool { return strings.EqualFold(g, *aaguid) })
	switch *kind {
	case "allow":
		if !listed {
			return fmt.Sprintf("%s do not allow its AAGUID %s", name, *aaguid), nil
		}
	case "block":
		if listed {
			return fmt.Sprintf("%s block its AAGUID %s", name, *aaguid), nil
		}
	default:
		return "", fmt.Errorf("the kind %q of %s is not known", *kind, name)
	}
	return "", nil
}

// commaList splits one of Graph's comma-joined enum lists.
func commaList(joined string) []string {
	parts := strings.Split(joined, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(p string) bool { return p == "" })
}

// CertificateStopped says why the user cannot sign in with a certificate as
// multifactor authentication at the given time; nothing if it is ready. Graph
// lists no certificates of users, so readiness is inferred: the method is on for
// the user, counts as multifactor, a certificate is bound to the user, and an
// authority has not expired.
// https://learn.microsoft.com/entra/identity/authentication/concept-certificate-based-authentication
func CertificateStopped(s tenant.Snapshot, u tenant.User, now time.Time) (string, error) {
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
		func() (string, error) { return certificateSingleFactor(c) },
		func() (string, error) { return authoritiesExpired(s, u, c, now) },
	} {
		stopped, err := part()
		if stopped != "" {
			return stopped, nil
		}
		open = errors.Join(open, err)
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
	if err == nil && len(ids) == 0 {
		return "no certificate is bound to the account", nil
	}
	return "", err
}

func certificateSingleFactor(c tenant.MethodConfiguration) (string, error) {
	const single, multi = "x509CertificateSingleFactor", "x509CertificateMultiFactor"
	modes, err := c.ModeConfiguration.Get()
	if err != nil {
		return "", err
	}
	if modes == nil {
		return "", errors.New("the mode of certificate-based authentication is null")
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
		return "", errors.New("the mode of certificate-based authentication is not known")
	case other > 0:
		return "", errors.New("rules give some certificates another mode than the default")
	case *mode == single:
		return "certificates count as a single factor", nil
	}
	return "", nil
}

func authoritiesExpired(s tenant.Snapshot, u tenant.User, c tenant.MethodConfiguration, now time.Time) (string, error) {
	authorities, err := s.CertificateAuthorities.Get()
	if err != nil {
		return "", err
	}
	var open error
	valid := false
	for _, a := range authorities {
		expires, err := a.ExpirationDateTime.Get()
		open = errors.Join(open, err)
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
			return "", errors.Join(errors.New("some certificate authorities are for other groups only"), err)
		}
	}
	return "", nil
}
