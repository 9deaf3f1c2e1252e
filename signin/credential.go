package signin

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// Ids of method configurations in the authentication-methods policy.
// https://learn.microsoft.com/graph/api/resources/authenticationmethodspolicies-overview
const (
	configFIDO2               = "Fido2"
	configEmail               = "Email"
	configQRCode              = "QRCodePin"
	configTemporaryAccessPass = "TemporaryAccessPass"
	configCertificate         = "X509Certificate"
	configAuthenticator       = "MicrosoftAuthenticator"
	configSMS                 = "Sms"
	configVoice               = "Voice"
	configSoftwareOATH        = "SoftwareOath"
	configHardwareOATH        = "HardwareOath"
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
	return tenant.MethodConfiguration{}, Doubting(say("the configuration of %s is not among those that Microsoft Graph lists", id), "configurations", id)
}

// Targeted returns the targets that hold the user. The error says which others may.
func Targeted(s tenant.Snapshot, u tenant.User, list tenant.Fact[[]tenant.Target]) ([]tenant.Target, error) {
	return inTargets(s, u, list)
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
		ok, err := isTargeted(s, u, t)
		if ok {
			in = append(in, t)
		}
		open = join(open, err)
	}
	slices.SortStableFunc(in, func(a, b tenant.Target) int { return cmp.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID)) })
	return in, open
}

// isTargeted reports whether one target holds the user.
func isTargeted(s tenant.Snapshot, u tenant.User, t tenant.Target) (bool, error) {
	if strings.EqualFold(t.ID, tenant.AllUsers) || strings.EqualFold(t.ID, u.ID) {
		return true, nil
	}
	kind, err := t.TargetType.Get()
	switch {
	case err == nil && kind != nil && strings.EqualFold(*kind, "user"):
		return false, nil // somebody else
	case err == nil && kind != nil && !strings.EqualFold(*kind, "group"):
		return false, Doubting(say("the target type %q is not known", *kind), "targetType", *kind)
	}
	return InGroup(s, u, t.ID)
}

// A scope is where a user stands with a method's configuration.
type scope struct {
	in       []tenant.Target // include targets that certainly hold the user
	stopped  text.Text       // what certainly keeps the user out
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
		return scope{stopped: say("%s is switched off in the authentication methods policy", c.ID)}
	case state != "enabled":
		return scope{open: Doubting(say("the state %q of %s is not known", state, c.ID), "state", state)}
	}
	excluded, excludeErr := inTargets(s, u, c.ExcludeTargets)
	if len(excluded) > 0 {
		return scope{stopped: say("%s excludes the account (through %s)", c.ID, targetName(s, u, excluded[0]))}
	}
	included, includeErr := inTargets(s, u, c.IncludeTargets)
	if len(included) == 0 && includeErr == nil {
		return scope{stopped: say("%s is not switched on for the account (it is in no include target)", c.ID)}
	}
	return scope{in: included, open: excludeErr, moreOpen: includeErr}
}

// outcome is what the scope alone says of a method: what stops it, or why that
// cannot be told.
func (sc scope) outcome() (text.Text, error) {
	if !sc.stopped.IsZero() {
		return sc.stopped, nil
	}
	if len(sc.in) == 0 {
		return text.Text{}, join(sc.open, sc.moreOpen)
	}
	return text.Text{}, sc.open
}

func targetName(s tenant.Snapshot, u tenant.User, t tenant.Target) text.Text {
	switch {
	case strings.EqualFold(t.ID, tenant.AllUsers):
		return say("all users")
	case strings.EqualFold(t.ID, u.ID):
		return say("the account itself")
	}
	return say("group %s", groupName(s, t.ID))
}
