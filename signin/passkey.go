package signin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"breakglass/tenant"
)

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
			open = join(open, err)
		case why == "":
			return "", nil
		default:
			reasons = append(reasons, why)
		}
	}
	if open != nil {
		return "", open
	}
	slices.Sort(reasons)
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
		return legacyStopping(c, m)
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
			open = join(open, err)
		case why == "":
			return "", nil
		default:
			reasons = append(reasons, why)
		}
	}
	slices.Sort(reasons)
	return strings.Join(slices.Compact(reasons), "; "), open
}

// legacyStopping judges a passkey in a tenant without passkey profiles. The key
// restrictions there are older than synced passkeys and say nothing of them.
func legacyStopping(c tenant.MethodConfiguration, m tenant.Method) (string, error) {
	stopped, err := restrictionStopping(c.KeyRestrictions, m, "the key restrictions of Fido2")
	if err != nil || stopped != "" {
		return stopped, err
	}
	kind, err := m.PasskeyType.Get()
	switch {
	case err != nil || kind == nil:
		return "", join(errors.New("the type of the passkey is not known"), err)
	case *kind != "deviceBound":
		return "", fmt.Errorf("whether a passkey of type %q is allowed without passkey profiles is not known", *kind)
	}
	return "", nil
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
	case kindErr == nil && kind != nil && *kind != "deviceBound" && *kind != "synced":
		return "", fmt.Errorf("the passkey type %q is not known", *kind)
	case kindErr == nil && kind != nil && !slices.Contains(types, *kind):
		return fmt.Sprintf("%s allows no passkey of type %s", name, *kind), nil
	case (kindErr != nil || kind == nil) && !(slices.Contains(types, "deviceBound") && slices.Contains(types, "synced")):
		return "", join(errors.New("the type of the passkey is not known"), kindErr)
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
	switch {
	case err != nil:
		return "", err
	case enforced == nil:
		return "", fmt.Errorf("whether %s are enforced is not known", name)
	case !*enforced:
		return "", nil
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
