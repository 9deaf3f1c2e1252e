package signin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"breakglass/tenant"
)

// MethodStopped says what stops a registered method today, under the authentication
// methods policy and by its own state; nothing if it is usable. Methods without a
// configuration of their own (password, Windows Hello for Business, platform
// credential) are usable when registered. A method of a type that is not known is an
// error.
// https://learn.microsoft.com/graph/api/resources/authenticationmethods-overview
func MethodStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (string, error) {
	stopped, err := methodStopped(s, u, m)
	return stopped, Doubting(err, "methods", m.ID)
}

func methodStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (string, error) {
	switch m.ODataType {
	case tenant.MethodPassword, tenant.MethodWindowsHello, tenant.MethodPlatformCredential, tenant.MethodResourceAccountKey:
		return "", nil
	case tenant.MethodFIDO2:
		return passkeyStopped(s, u, m)
	case tenant.MethodPasswordless:
		return authenticatorStopped(s, u, "deviceBasedPush")
	case tenant.MethodAuthenticator:
		return authenticatorStopped(s, u, "push")
	case tenant.MethodSoftwareOATH:
		return scopeStopped(s, u, configSoftwareOATH)
	case tenant.MethodHardwareOATH:
		return scopeStopped(s, u, configHardwareOATH)
	case tenant.MethodEmail:
		return scopeStopped(s, u, configEmail)
	case tenant.MethodQRCodePin:
		return scopeStopped(s, u, configQRCode)
	case tenant.MethodTemporaryAccessPass:
		return temporaryPassStopped(s, u, m)
	case tenant.MethodPhone:
		return phoneStopped(s, u, m)
	case tenant.MethodExternal:
		id, err := m.ConfigurationID.Get()
		if err != nil || id == nil {
			return "", join(errors.New("the configuration of an external method is not known"), err)
		}
		return scopeStopped(s, u, *id)
	}
	return "", unknownType(m)
}

// RegistrationStopped says what keeps the user from being asked to register the method
// of a registration campaign; nothing if that can be. A campaign asks only people who
// are enabled for the method, and for Microsoft Authenticator in a mode that can push. A
// method that the program does not know is an error.
// https://learn.microsoft.com/graph/api/resources/authenticationmethodsregistrationcampaignincludetarget
// https://learn.microsoft.com/entra/identity/authentication/how-to-mfa-registration-campaign
func RegistrationStopped(s tenant.Snapshot, u tenant.User, targeted string) (string, error) {
	stopped := ""
	methods, err := Registered(u)
	err = join(err, UnknownTypes(methods))
	var types []string
	switch {
	case strings.EqualFold(targeted, configAuthenticator):
		types = []string{tenant.MethodAuthenticator, tenant.MethodPasswordless}
		var scopeErr error
		if stopped, scopeErr = authenticatorStopped(s, u, "push"); scopeErr != nil {
			err = join(err, scopeErr)
		}
	case strings.EqualFold(targeted, configFIDO2):
		types = []string{tenant.MethodFIDO2}
		var scopeErr error
		if stopped, scopeErr = scopeStopped(s, u, configFIDO2); scopeErr != nil {
			err = join(err, scopeErr)
		}
	default:
		return "", Doubting(fmt.Errorf("whom a registration campaign for the method %q asks is not known", targeted), "targetedAuthenticationMethod", targeted)
	}
	switch {
	case slices.ContainsFunc(methods, func(m tenant.Method) bool { return slices.Contains(types, m.ODataType) }):
		return "the account has registered the method", nil
	case stopped != "":
		return stopped, nil
	}
	return "", err
}

// temporaryPassStopped says what stops a Temporary Access Pass: the policy, or that it
// has expired, was used, or is not valid yet, as Graph says.
func temporaryPassStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (string, error) {
	stopped, err := scopeStopped(s, u, configTemporaryAccessPass)
	if stopped != "" {
		return stopped, nil
	}
	usable, usableErr := m.IsUsable.Get()
	switch {
	case usableErr == nil && usable != nil && !*usable:
		why := "it is not usable"
		if reason, err := m.MethodUsabilityReason.Get(); err == nil && reason != nil && *reason != "" {
			why += " (" + *reason + ")"
		}
		return why, nil
	case usableErr == nil && usable == nil:
		usableErr = errors.New("whether the Temporary Access Pass is usable is null")
	}
	return "", join(err, usableErr)
}

func scopeStopped(s tenant.Snapshot, u tenant.User, id string) (string, error) {
	c, err := configuration(s, id)
	if err != nil {
		return "", err
	}
	return scopeOf(s, u, c).outcome()
}

// authenticatorStopped says what stops Authenticator in one of its modes.
func authenticatorStopped(s tenant.Snapshot, u tenant.User, mode string) (string, error) {
	c, err := configuration(s, configAuthenticator)
	if err != nil {
		return "", err
	}
	sc := scopeOf(s, u, c)
	if sc.stopped != "" || sc.open != nil {
		return sc.stopped, sc.open
	}
	open := sc.moreOpen
	for _, t := range sc.in {
		allowed, err := t.AuthenticationMode.Get()
		switch {
		case err != nil:
			open = join(open, err)
		case allowed == nil:
			open = join(open, errors.New("the authentication mode of Microsoft Authenticator is null"))
		case *allowed == "any" || *allowed == mode:
			return "", nil
		case *allowed != "push" && *allowed != "deviceBasedPush":
			open = join(open, fmt.Errorf("the authentication mode %q is not known", *allowed))
		}
	}
	if open != nil {
		return "", open
	}
	return c.ID + " does not allow the account the mode " + mode, nil
}

// phoneStopped says what stops a phone: text messages go to mobile numbers, calls
// to all, to an office phone only where that is allowed.
func phoneStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (string, error) {
	kind, err := m.PhoneType.Get()
	if err != nil || kind == nil {
		return "", join(errors.New("the type of a phone is not known"), err)
	}
	var reasons []string
	var open error
	take := func(stopped string, err error) bool {
		if err != nil {
			open = join(open, err)
		} else if stopped != "" {
			reasons = append(reasons, stopped)
		}
		return err == nil && stopped == ""
	}
	if *kind == "mobile" && take(scopeStopped(s, u, configSMS)) {
		return "", nil
	}
	if take(voiceStopped(s, u, *kind)) {
		return "", nil
	}
	if open != nil {
		return "", open
	}
	return strings.Join(reasons, "; "), nil
}

func voiceStopped(s tenant.Snapshot, u tenant.User, kind string) (string, error) {
	c, err := configuration(s, configVoice)
	if err != nil {
		return "", err
	}
	stopped, err := scopeOf(s, u, c).outcome()
	if stopped != "" || err != nil || kind != "office" {
		return stopped, err
	}
	allowed, err := c.IsOfficePhoneAllowed.Get()
	if err == nil && allowed == nil {
		return "", errors.New("whether Voice allows office phones is not known")
	}
	if err == nil && !*allowed {
		return "Voice does not allow office phones", nil
	}
	return "", err
}
