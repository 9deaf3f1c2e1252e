package checks

import (
	"errors"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
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
func personalTypes() map[string]text.Text {
	return map[string]text.Text{
		tenant.MethodAuthenticator:      say("Microsoft Authenticator"),
		tenant.MethodPasswordless:       say("Microsoft Authenticator, passwordless"),
		tenant.MethodWindowsHello:       say("Windows Hello for Business"),
		tenant.MethodPlatformCredential: say("a platform credential"),
		tenant.MethodSoftwareOATH:       say("a software OATH code"),
	}
}

func judgePersonal(v view, u tenant.User) verdict {
	methods, err := signin.Registered(u)
	var found []text.Text
	var ids, aaguids []string
	open := errors.Join(err, signin.UnknownTypes(methods))
	for _, m := range methods {
		name, personal := personalTypes()[m.ODataType]
		var aaguid string
		if !personal && m.ODataType == tenant.MethodFIDO2 {
			name, aaguid, err = v.personalPasskey(u, m)
			open = errors.Join(open, signin.Doubting(err, "methods", m.ID))
		}
		if !name.IsZero() {
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
		said = fail(say("Registered: %s.", text.Sorted(text.Comma, found))).with("methods", sorted(ids)...)
	case open != nil:
		said = unknown(open)
	default:
		said = pass("No registered method lives in a phone or a computer.")
	}
	return said.with("aaGuid", sorted(aaguids)...)
}

// personalPasskey names a passkey that lives in a phone, a computer or a password
// manager; nothing if it does not. The AAGUID is returned where it is known.
func (v view) personalPasskey(u tenant.User, m tenant.Method) (name text.Text, aaguid string, err error) {
	id, idErr := m.AAGUID.Get()
	if idErr == nil && id != nil {
		aaguid = strings.ToLower(*id)
	}
	if provider, known := signin.PasskeyProviders()[aaguid]; known {
		return say("a passkey in %s", provider), aaguid, nil
	}
	kind, err := signin.PasskeyType(v.Snapshot, u, m)
	switch {
	case err != nil:
		return name, aaguid, err
	case kind == "synced":
		return say("a synced passkey"), aaguid, nil
	case idErr != nil:
		return name, aaguid, idErr
	case id == nil:
		return name, aaguid, say("the AAGUID of a passkey is null")
	}
	return name, aaguid, nil
}
