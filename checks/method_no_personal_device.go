package checks

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

var methodNoPersonalDevice = Check{
	ID:       "method-no-personal-device",
	Title:    "No sign-in method of the account lives in a phone or a computer",
	Severity: High,
	Why: "A phone or a computer belongs to somebody, is updated, replaced, wiped and lost, and is not in a safe. " +
		"What lives in it is gone with the person, and on the worst day that person may be the one who is missing.",
	Passes: "Registered is none of: Microsoft Authenticator, Windows Hello for Business, a platform credential, a software OATH code, a synced passkey, " +
		"a passkey whose AAGUID is a phone's, a computer's or a password manager's. A device-bound passkey of any other AAGUID is not a personal device.",
	Remediation: "Register security keys, try them, then delete the method: Microsoft Entra admin center > Users > the account > Authentication methods.",
	References:  []string{pageEmergencyAccess, pageResilience},
	evaluate:    perAccount(judgePersonal),
}

// personalTypes are the methods that live in a phone or a computer.
func personalTypes() map[string]string {
	return map[string]string{
		tenant.MethodAuthenticator:      "Microsoft Authenticator",
		tenant.MethodPasswordless:       "Microsoft Authenticator, passwordless",
		tenant.MethodWindowsHello:       "Windows Hello for Business",
		tenant.MethodPlatformCredential: "a platform credential",
		tenant.MethodSoftwareOATH:       "a software OATH code",
	}
}

// otherTypes are the methods that do not, or that other checks ask about.
func otherTypes() []string {
	return []string{tenant.MethodPassword, tenant.MethodPhone, tenant.MethodEmail, tenant.MethodHardwareOATH, tenant.MethodTemporaryAccessPass,
		tenant.MethodExternal, tenant.MethodQRCodePin, tenant.MethodResourceAccountKey}
}

func judgePersonal(_ view, u tenant.User) verdict {
	methods, err := u.Authentication.Methods.Get()
	if err != nil {
		return unknown(err)
	}
	var found, ids, aaguids []string
	var open error
	for _, m := range methods {
		name, personal := personalTypes()[m.ODataType]
		var aaguid string
		switch {
		case personal:
		case m.ODataType == tenant.MethodFIDO2:
			name, aaguid, err = personalPasskey(m)
			open = errors.Join(open, err)
		case !slices.Contains(otherTypes(), m.ODataType):
			open = errors.Join(open, fmt.Errorf("a method of type %q is not known", m.ODataType))
		}
		if name != "" {
			found = append(found, name)
			ids = append(ids, m.ID)
		}
		if aaguid != "" {
			aaguids = append(aaguids, aaguid)
		}
	}
	var said verdict
	switch {
	case len(found) > 0:
		said = fail("Registered: "+strings.Join(sorted(found), ", ")+".").with("methods", sorted(ids)...)
	case open != nil:
		said = unknown(open)
	default:
		said = pass("No registered method lives in a phone or a computer.")
	}
	return said.with("aaGuid", sorted(aaguids)...)
}

// personalPasskey names a passkey that lives in a phone, a computer or a password
// manager; nothing if it does not. The AAGUID is returned where it is known.
func personalPasskey(m tenant.Method) (name, aaguid string, err error) {
	id, idErr := m.AAGUID.Get()
	if idErr == nil && id != nil {
		aaguid = strings.ToLower(*id)
	}
	if provider, known := signin.PasskeyProviders()[aaguid]; known {
		return "a passkey in " + provider, aaguid, nil
	}
	kind, kindErr := m.PasskeyType.Get()
	switch {
	case kindErr == nil && kind != nil && *kind == "synced":
		return "a synced passkey", aaguid, nil
	case kindErr != nil:
		return "", aaguid, kindErr
	case kind == nil:
		return "", aaguid, errors.New("the type of a passkey is not known")
	case *kind != "deviceBound":
		return "", aaguid, fmt.Errorf("the passkey type %q is not known", *kind)
	case idErr != nil:
		return "", aaguid, idErr
	case id == nil:
		return "", aaguid, errors.New("the AAGUID of a passkey is null")
	}
	return "", aaguid, nil
}
