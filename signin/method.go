package signin

import (
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// MethodStopped says what stops a registered method today, under the authentication
// methods policy and by its own state; nothing if it is usable. Methods without a
// configuration of their own (password, Windows Hello for Business, platform
// credential) are usable when registered. A method of a type that is not known is an
// error.
// https://learn.microsoft.com/graph/api/resources/authenticationmethods-overview
func MethodStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (text.Text, error) {
	stopped, err := methodStopped(s, u, m)
	return stopped, Doubting(err, "methods", m.ID)
}

func methodStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (text.Text, error) {
	switch m.ODataType {
	case tenant.MethodPassword, tenant.MethodWindowsHello, tenant.MethodPlatformCredential, tenant.MethodResourceAccountKey:
		return text.Text{}, nil
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
			return text.Text{}, join(say("the configuration of an external method is not known"), err)
		}
		return scopeStopped(s, u, *id)
	}
	return text.Text{}, unknownType(m)
}

// RegistrationStopped says what keeps the user from being asked to register the method
// of a registration campaign; nothing if that can be. A campaign asks only people who
// are enabled for the method, and for Microsoft Authenticator in a mode that can push. A
// method that the program does not know is an error.
// https://learn.microsoft.com/graph/api/resources/authenticationmethodsregistrationcampaignincludetarget
// https://learn.microsoft.com/entra/identity/authentication/how-to-mfa-registration-campaign
func RegistrationStopped(s tenant.Snapshot, u tenant.User, targeted string) (text.Text, error) {
	var stopped text.Text
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
		return text.Text{}, Doubting(say("whom a registration campaign for the method %q asks is not known", targeted), "targetedAuthenticationMethod", targeted)
	}
	switch {
	case slices.ContainsFunc(methods, func(m tenant.Method) bool { return slices.Contains(types, m.ODataType) }):
		return say("the account has registered the method"), nil
	case !stopped.IsZero():
		return stopped, nil
	}
	return text.Text{}, err
}

// temporaryPassStopped says what stops a Temporary Access Pass: the policy, or that it
// has expired, was used, or is not valid yet, as Graph says.
func temporaryPassStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (text.Text, error) {
	stopped, err := scopeStopped(s, u, configTemporaryAccessPass)
	if !stopped.IsZero() {
		return stopped, nil
	}
	usable, usableErr := m.IsUsable.Get()
	switch {
	case usableErr == nil && usable != nil && !*usable:
		if reason, err := m.MethodUsabilityReason.Get(); err == nil && reason != nil && *reason != "" {
			return say("it is not usable (%s)", *reason), nil
		}
		return say("it is not usable"), nil
	case usableErr == nil && usable == nil:
		usableErr = say("whether the Temporary Access Pass is usable is null")
	}
	return text.Text{}, join(err, usableErr)
}

func scopeStopped(s tenant.Snapshot, u tenant.User, id string) (text.Text, error) {
	c, err := configuration(s, id)
	if err != nil {
		return text.Text{}, err
	}
	return scopeOf(s, u, c).outcome()
}

// authenticatorStopped says what stops Authenticator in one of its modes.
func authenticatorStopped(s tenant.Snapshot, u tenant.User, mode string) (text.Text, error) {
	c, err := configuration(s, configAuthenticator)
	if err != nil {
		return text.Text{}, err
	}
	sc := scopeOf(s, u, c)
	if !sc.stopped.IsZero() || sc.open != nil {
		return sc.stopped, sc.open
	}
	open := sc.moreOpen
	for _, t := range sc.in {
		allowed, err := t.AuthenticationMode.Get()
		switch {
		case err != nil:
			open = join(open, err)
		case allowed == nil:
			open = join(open, say("the authentication mode of Microsoft Authenticator is null"))
		case *allowed == "any" || *allowed == mode:
			return text.Text{}, nil
		case *allowed != "push" && *allowed != "deviceBasedPush":
			open = join(open, say("the authentication mode %q is not known", *allowed))
		}
	}
	if open != nil {
		return text.Text{}, open
	}
	return say("%s does not allow the account the mode %s", c.ID, mode), nil
}

// phoneStopped says what stops a phone: text messages go to mobile numbers, calls
// to all, to an office phone only where that is allowed.
func phoneStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (text.Text, error) {
	kind, err := m.PhoneType.Get()
	if err != nil || kind == nil {
		return text.Text{}, join(say("the type of a phone is not known"), err)
	}
	var reasons []text.Text
	var open error
	take := func(stopped text.Text, err error) bool {
		if err != nil {
			open = join(open, err)
		} else if !stopped.IsZero() {
			reasons = append(reasons, stopped)
		}
		return err == nil && stopped.IsZero()
	}
	if *kind == "mobile" && take(scopeStopped(s, u, configSMS)) {
		return text.Text{}, nil
	}
	if take(voiceStopped(s, u, *kind)) {
		return text.Text{}, nil
	}
	if open != nil {
		return text.Text{}, open
	}
	return clauses(text.Join(text.Semicolon, reasons)), nil
}

func voiceStopped(s tenant.Snapshot, u tenant.User, kind string) (text.Text, error) {
	c, err := configuration(s, configVoice)
	if err != nil {
		return text.Text{}, err
	}
	stopped, err := scopeOf(s, u, c).outcome()
	if !stopped.IsZero() || err != nil || kind != "office" {
		return stopped, err
	}
	allowed, err := c.IsOfficePhoneAllowed.Get()
	if err == nil && allowed == nil {
		return text.Text{}, say("whether Voice allows office phones is not known")
	}
	if err == nil && !*allowed {
		return say("Voice does not allow office phones"), nil
	}
	return text.Text{}, err
}
