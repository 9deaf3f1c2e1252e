package signin

import (
	"fmt"
	"testing"
)

func TestMFAReady(t *testing.T) {
	t.Parallel()
	const (
		password = `{"@odata.type": "#microsoft.graph.passwordAuthenticationMethod", "id": "password"}`
		noCert   = certificate + `state = "disabled"`
	)
	method := func(kind, more string) string {
		return `{"@odata.type": "#microsoft.graph.` + kind + `AuthenticationMethod", "id": "m"` + more + `}`
	}
	// The account has the method and a password, and no certificate.
	for _, c := range []struct {
		name    string
		method  string
		changes []string
		want    string
	}{
		{name: "a passkey", method: method("fido2", `, "aaGuid": "{yubikey}", "passkeyType": "deviceBound"`), want: "[passkey (FIDO2)] []"},
		{name: "a passkey alone", method: method("fido2", `, "aaGuid": "{yubikey}", "passkeyType": "deviceBound"`), changes: []string{"- {methods}/0"}, want: "[passkey (FIDO2)] []"},
		{name: "a passkey stopped", method: method("fido2", `, "aaGuid": "x", "passkeyType": "deviceBound"`), want: "[] [passkey (FIDO2): the key restrictions"},
		{name: "a passkey of which nothing is known", method: method("fido2", ""), want: "?passkeyType"},
		{name: "Windows Hello", method: method("windowsHelloForBusiness", ""), want: "[Windows Hello for Business] []"},
		{name: "a platform credential", method: method("platformCredential", ""), want: "[platform credential] []"},
		{name: "Authenticator", method: method("microsoftAuthenticator", ""), want: "[Microsoft Authenticator] []"},
		{name: "Authenticator without a password", method: method("microsoftAuthenticator", ""), changes: []string{"- {methods}/0"}, want: "[] [Microsoft Authenticator: a second factor, but no password"},
		{name: "Authenticator for passwordless only", method: method("microsoftAuthenticator", ""), changes: []string{`{config}/2/includeTargets/0/authenticationMode = "deviceBasedPush"`}, want: "does not allow the account the mode push"},
		{name: "Authenticator, the mode unread", method: method("microsoftAuthenticator", ""), changes: []string{"- {config}/2/includeTargets/0/authenticationMode"}, want: "?authenticationMode"},
		{name: "Authenticator, the mode null", method: method("microsoftAuthenticator", ""), changes: []string{"{config}/2/includeTargets/0/authenticationMode = null"}, want: "?null"},
		{name: "Authenticator, a mode of tomorrow", method: method("microsoftAuthenticator", ""), changes: []string{`{config}/2/includeTargets/0/authenticationMode = "wink"`}, want: `?"wink"`},
		{name: "Authenticator switched off", method: method("microsoftAuthenticator", ""), changes: []string{`{config}/2/state = "disabled"`}, want: "[] [Microsoft Authenticator: MicrosoftAuthenticator is switched off"},
		{name: "Authenticator not listed", method: method("microsoftAuthenticator", ""), changes: []string{"- {config}/2"}, want: "?MicrosoftAuthenticator"},
		{name: "passwordless", method: method("passwordlessMicrosoftAuthenticator", ""), changes: []string{"- {methods}/0"}, want: "[Microsoft Authenticator, passwordless] []"},
		{name: "passwordless, push only", method: method("passwordlessMicrosoftAuthenticator", ""), changes: []string{`{config}/2/includeTargets/0/authenticationMode = "push"`}, want: "the mode deviceBasedPush"},
		{name: "software OATH", method: method("softwareOath", ""), want: "[software OATH code] []"},
		{name: "hardware OATH, not listed", method: method("hardwareOath", ""), want: "?HardwareOath"},
		{name: "a mobile phone", method: method("phone", `, "phoneType": "mobile"`), want: "[phone] []"},
		{name: "a mobile phone, calls off", method: method("phone", `, "phoneType": "mobile"`), changes: []string{`{config}/4/state = "disabled"`}, want: "[phone] []"},
		{name: "a mobile phone, texts off", method: method("phone", `, "phoneType": "mobile"`), changes: []string{`{config}/3/state = "disabled"`}, want: "[phone] []"},
		{name: "a mobile phone, both off", method: method("phone", `, "phoneType": "mobile"`), changes: []string{`{config}/3/state = "disabled"`, `{config}/4/state = "disabled"`}, want: "Sms is switched off in the authentication methods policy; Voice"},
		{name: "a mobile phone, texts off, calls unread", method: method("phone", `, "phoneType": "mobile"`), changes: []string{`{config}/3/state = "disabled"`, "- {config}/4/state"}, want: "?state"},
		{name: "a second mobile phone gets calls only", method: method("phone", `, "phoneType": "alternateMobile"`), changes: []string{`{config}/4/state = "disabled"`}, want: "Voice is switched off"},
		{name: "an office phone", method: method("phone", `, "phoneType": "office"`), want: "Voice does not allow office phones"},
		{name: "an office phone, allowed", method: method("phone", `, "phoneType": "office"`), changes: []string{"{config}/4/isOfficePhoneAllowed = true"}, want: "[phone] []"},
		{name: "an office phone, null", method: method("phone", `, "phoneType": "office"`), changes: []string{"{config}/4/isOfficePhoneAllowed = null"}, want: "?office"},
		{name: "an office phone, unread", method: method("phone", `, "phoneType": "office"`), changes: []string{"- {config}/4/isOfficePhoneAllowed"}, want: "?isOfficePhoneAllowed"},
		{name: "a phone of no known type", method: method("phone", ""), want: "?phone"},
		{name: "an external method", method: method("external", `, "configurationId": "external-1"`), want: "[external method] []"},
		{name: "an external method, unknown", method: method("external", `, "configurationId": "external-2"`), want: "?external-2"},
		{name: "an external method, unread", method: method("external", ""), want: "?configurationId"},
		{name: "a Temporary Access Pass", method: method("temporaryAccessPass", `, "isUsable": true`), want: "[] []"},
		{name: "a QR code", method: method("qrCodePin", ""), want: "[] []"},
		{name: "an email", method: method("email", ""), want: "[] []"},
		{name: "a password alone", method: password, want: "[] []"},
		{name: "a method of tomorrow", method: method("telepathy", ""), want: "?telepathy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, append([]string{noCert, "{methods} = [" + password + "," + c.method + "]"}, c.changes...)...)
			mfa, err := MFAReady(s, user(t, s), now())
			if got := fmt.Sprint(mfa.With, " ", mfa.Stopped); !matches(got, err, c.want) || mfa.Ready != (len(mfa.With) > 0) || err != nil && mfa.Ready {
				t.Errorf("%s %v, want %s", got, err, c.want)
			}
		})
	}
	for _, c := range []struct {
		name    string
		changes []string
		want    string
	}{
		{"a passkey and a certificate", nil, "[certificate passkey (FIDO2)] []"},
		{"a certificate, methods unread", []string{"- {methods}"}, "[certificate] []"},
		{"methods unread", []string{"- {methods}", noCert}, "?the sign-in methods"},
		{"no method", []string{"{methods} = []", noCert}, "[] []"},
		{"no method, certificates unread", []string{"{methods} = []", "- certificateAuthorities"}, "?the certificate authorities"},
		{"a method of tomorrow beside a passkey", []string{`{methods}/+ = {"@odata.type": "#microsoft.graph.telepathy", "id": "t"}`}, "[certificate passkey (FIDO2)] []"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, c.changes...)
			mfa, err := MFAReady(s, user(t, s), now())
			if got := fmt.Sprint(mfa.With, " ", mfa.Stopped); !matches(got, err, c.want) {
				t.Errorf("%s %v, want %s", got, err, c.want)
			}
		})
	}
}
