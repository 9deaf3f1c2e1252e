package signin

import (
	"fmt"
	"slices"
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
		stopped, err := MethodStopped(s, u, m)
		if err == nil && stopped == "" && !multifactor(m) && !hasPassword {
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
