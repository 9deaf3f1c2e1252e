package signin

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"breakglass/tenant"
)

// MFA says whether the user has a usable method that satisfies multifactor
// authentication: one that is enough alone, or a second factor beside a password.
// A Temporary Access Pass, a QR code and an email do not count.
type MFA struct {
	Ready   bool
	With    []string // the methods that do it, in words
	Stopped []string // registered methods that cannot be used, and why
}

// MFAReady says with what the user can do multifactor authentication at the given
// time. The error says what is missing to tell, if no method is known to do.
// https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication
func MFAReady(s tenant.Snapshot, u tenant.User, now time.Time) (MFA, error) {
	var result MFA
	var open error
	take := func(name, stopped string, err error) {
		switch {
		case err != nil:
			open = join(open, err)
		case stopped != "":
			result.Stopped = append(result.Stopped, name+": "+stopped)
		default:
			result.With = append(result.With, name)
		}
	}
	if stopped, err := CertificateStopped(s, u, now); err != nil || stopped == "" {
		take("certificate", stopped, err)
	}
	methods, err := u.Authentication.Methods.Get()
	if err != nil {
		open = join(open, err)
	}
	hasPassword := slices.ContainsFunc(methods, func(m tenant.Method) bool { return m.ODataType == tenant.MethodPassword })
	for _, m := range methods {
		name, known := methodNames()[m.ODataType]
		if !known {
			open = join(open, fmt.Errorf("a method of type %q is not known", m.ODataType))
			continue
		}
		if name == "" {
			continue
		}
		stopped, alone, err := methodStopped(s, u, m)
		if err == nil && stopped == "" && !alone && !hasPassword {
			stopped = "a second factor, but no password is registered"
		}
		take(name, stopped, err)
	}
	slices.Sort(result.With)
	slices.Sort(result.Stopped)
	result.Ready = len(result.With) > 0
	if result.Ready {
		return result, nil
	}
	return result, open
}

// methodNames names the types of methods; those that never satisfy MFA have no
// name.
func methodNames() map[string]string {
	return map[string]string{
		tenant.MethodPassword: "", tenant.MethodEmail: "", tenant.MethodTemporaryAccessPass: "",
		tenant.MethodQRCodePin: "", tenant.MethodResourceAccountKey: "",
		tenant.MethodFIDO2:              "passkey (FIDO2)",
		tenant.MethodWindowsHello:       "Windows Hello for Business",
		tenant.MethodPlatformCredential: "platform credential",
		tenant.MethodAuthenticator:      "Microsoft Authenticator",
		tenant.MethodPasswordless:       "Microsoft Authenticator, passwordless",
		tenant.MethodSoftwareOATH:       "software OATH code",
		tenant.MethodHardwareOATH:       "hardware OATH token",
		tenant.MethodPhone:              "phone",
		tenant.MethodExternal:           "external method",
	}
}

// methodStopped says what stops a registered method today, and whether it is MFA
// alone. Methods without a configuration of their own are usable when registered.
func methodStopped(s tenant.Snapshot, u tenant.User, m tenant.Method) (stopped string, alone bool, err error) {
	switch m.ODataType {
	case tenant.MethodFIDO2:
		stopped, err = PasskeyStopped(s, u, m)
		return stopped, true, err
	case tenant.MethodWindowsHello, tenant.MethodPlatformCredential:
		return "", true, nil
	case tenant.MethodPasswordless:
		stopped, err = authenticatorStopped(s, u, "deviceBasedPush")
		return stopped, true, err
	case tenant.MethodAuthenticator:
		stopped, err = authenticatorStopped(s, u, "push")
	case tenant.MethodSoftwareOATH:
		stopped, err = scopeStopped(s, u, configSoftwareOATH)
	case tenant.MethodHardwareOATH:
		stopped, err = scopeStopped(s, u, configHardwareOATH)
	case tenant.MethodPhone:
		stopped, err = phoneStopped(s, u, m)
	case tenant.MethodExternal:
		id, idErr := m.ConfigurationID.Get()
		if idErr != nil || id == nil {
			return "", false, join(errors.New("the configuration of an external method is not known"), idErr)
		}
		stopped, err = scopeStopped(s, u, *id)
	}
	return stopped, false, err
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
