package signin

import (
	"fmt"
	"testing"
)

// words are the ways, and what is blocked.
func (m MFA) words() string {
	var blocked []string
	for _, b := range m.Blocked {
		blocked = append(blocked, b.Method+": "+b.Why)
	}
	return fmt.Sprint(m.With, " ", blocked)
}

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
		{name: "a passkey", method: method("fido2", `, "aaGuid": "{yubikey}", "passkeyType": "deviceBound"`), want: "[fido2] []"},
		{name: "a passkey alone", method: method("fido2", `, "aaGuid": "{yubikey}", "passkeyType": "deviceBound"`), changes: []string{"- {methods}/0"}, want: "[fido2] []"},
		{name: "a passkey stopped", method: method("fido2", `, "aaGuid": "x", "passkeyType": "deviceBound"`), want: "fido2: the key restrictions"},
		{name: "a passkey of which nothing is known", method: method("fido2", ""), want: "?passkeyType"},
		{name: "Windows Hello", method: method("windowsHelloForBusiness", ""), want: "[windowsHelloForBusiness] []"},
		{name: "a platform credential", method: method("platformCredential", ""), want: "[platformCredential] []"},
		{name: "Authenticator", method: method("microsoftAuthenticator", ""), want: "[password + microsoftAuthenticatorPush] []"},
		{name: "Authenticator without a password", method: method("microsoftAuthenticator", ""), changes: []string{"- {methods}/0"}, want: "microsoftAuthenticatorPush: a second factor, and there is no first"},
		{name: "Authenticator for passwordless only", method: method("microsoftAuthenticator", ""), changes: []string{`{config}/2/includeTargets/0/authenticationMode = "deviceBasedPush"`}, want: "does not allow the account the mode push"},
		{name: "Authenticator, the mode unread", method: method("microsoftAuthenticator", ""), changes: []string{"- {config}/2/includeTargets/0/authenticationMode"}, want: "?authenticationMode"},
		{name: "Authenticator, the mode null", method: method("microsoftAuthenticator", ""), changes: []string{"{config}/2/includeTargets/0/authenticationMode = null"}, want: "?null"},
		{name: "Authenticator, a mode of tomorrow", method: method("microsoftAuthenticator", ""), changes: []string{`{config}/2/includeTargets/0/authenticationMode = "wink"`}, want: `?"wink"`},
		{name: "Authenticator switched off", method: method("microsoftAuthenticator", ""), changes: []string{`{config}/2/state = "disabled"`}, want: "microsoftAuthenticatorPush: MicrosoftAuthenticator is switched off"},
		{name: "Authenticator not listed", method: method("microsoftAuthenticator", ""), changes: []string{"- {config}/2"}, want: "?MicrosoftAuthenticator"},
		{name: "passwordless", method: method("passwordlessMicrosoftAuthenticator", ""), changes: []string{"- {methods}/0"}, want: "[deviceBasedPush] []"},
		{name: "passwordless, push only", method: method("passwordlessMicrosoftAuthenticator", ""), changes: []string{`{config}/2/includeTargets/0/authenticationMode = "push"`}, want: "the mode deviceBasedPush"},
		{name: "software OATH", method: method("softwareOath", ""), want: "[password + softwareOath] []"},
		{name: "hardware OATH, not listed", method: method("hardwareOath", ""), want: "?HardwareOath"},
		{name: "a mobile phone", method: method("phone", `, "phoneType": "mobile"`), want: "[password + sms] []"},
		{name: "a mobile phone, calls off", method: method("phone", `, "phoneType": "mobile"`), changes: []string{`{config}/4/state = "disabled"`}, want: "[password + sms] []"},
		{name: "a mobile phone, texts off", method: method("phone", `, "phoneType": "mobile"`), changes: []string{`{config}/3/state = "disabled"`}, want: "[password + sms] []"},
		{name: "a mobile phone, both off", method: method("phone", `, "phoneType": "mobile"`), changes: []string{`{config}/3/state = "disabled"`, `{config}/4/state = "disabled"`}, want: "Sms is switched off in the authentication methods policy; Voice"},
		{name: "a mobile phone, texts off, calls unread", method: method("phone", `, "phoneType": "mobile"`), changes: []string{`{config}/3/state = "disabled"`, "- {config}/4/state"}, want: "?state"},
		{name: "a second mobile phone gets calls only", method: method("phone", `, "phoneType": "alternateMobile"`), changes: []string{`{config}/4/state = "disabled"`}, want: "Voice is switched off"},
		{name: "an office phone", method: method("phone", `, "phoneType": "office"`), want: "Voice does not allow office phones"},
		{name: "an office phone, allowed", method: method("phone", `, "phoneType": "office"`), changes: []string{"{config}/4/isOfficePhoneAllowed = true"}, want: "[password + voice] []"},
		{name: "an office phone, null", method: method("phone", `, "phoneType": "office"`), changes: []string{"{config}/4/isOfficePhoneAllowed = null"}, want: "?office"},
		{name: "an office phone, unread", method: method("phone", `, "phoneType": "office"`), changes: []string{"- {config}/4/isOfficePhoneAllowed"}, want: "?isOfficePhoneAllowed"},
		{name: "a phone of no known type", method: method("phone", ""), want: "?phone"},
		{name: "an external method", method: method("external", `, "configurationId": "external-1"`), want: "[password + external] []"},
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
			if got := mfa.words(); !matches(got, err, c.want) || err != nil && mfa.Ready() {
				t.Errorf("%s %v, want %s", got, err, c.want)
			}
		})
	}
	const (
		push   = `{methods}/1 = {"@odata.type": "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod", "id": "app"}`
		tokens = `unreadable = {"users/{ea}/authentication/hardwareOathMethods": {"status": 403, "code": "Authorization_RequestDenied"}}`
	)
	hardware := func(state, target string) string {
		return `{config}/+ = {"@odata.type": "#x", "id": "HardwareOath", "state": "` + state + `", "includeTargets": [{"targetType": "group", "id": "` + target + `"}], "excludeTargets": []}`
	}
	federated := func(behaviour string) []string {
		settings := `[{"id": "f", "federatedIdpMfaBehavior": "` + behaviour + `"}]`
		if behaviour == "" {
			settings = `[{"id": "f", "federatedIdpMfaBehavior": null}]`
		}
		return []string{noCert, "- {methods}/1", `domains/0/authenticationType = "Federated"`, "domains/0/federationConfiguration = " + settings}
	}
	for _, c := range []struct {
		name    string
		changes []string
		want    string
	}{
		{"a passkey and a certificate", nil, "[fido2 x509CertificateMultiFactor] []"},
		{"a certificate, methods unread", []string{"- {methods}"}, "[x509CertificateMultiFactor] []"},
		{"methods unread", []string{"- {methods}", noCert}, "?the sign-in methods"},
		{"no method", []string{"{methods} = []", noCert}, "[] []"},
		{"a passkey in a domain that was not read", []string{"- domains", noCert}, "[fido2] []"},
		{"push in a domain that was not read", []string{"- domains", noCert, push}, "[password + microsoftAuthenticatorPush] []"},
		{"push, whether the password is checked elsewhere is not known", []string{"- users/0/onPremisesSyncEnabled", noCert, push}, "[password + microsoftAuthenticatorPush] []"},
		{"a password in a domain that was not read", []string{"- domains", noCert, "- {methods}/1"}, "?the domains"},
		{"a password in a federated domain", federated(""), "[] []"},
		{"a password in a federated domain that accepts MFA", federated("acceptIfMfaDoneByFederatedIdp"), "[federated] []"},
		{"a password in a federated domain that enforces MFA", federated("enforceMfaByFederatedIdp"), "[federated] []"},
		{"a password in a federated domain that rejects MFA", federated("rejectMfaByFederatedIdp"), "[] []"},
		{"a password in a federated domain, a word of tomorrow", federated("askNicely"), `?"askNicely"`},
		{"a password in a federated domain without settings", append(federated("x"), "- domains/0/federationConfiguration"), "?what the domain is federated with"},
		{"a password in a federated domain, the setting unread", append(federated("x"), "- domains/0/federationConfiguration/0/federatedIdpMfaBehavior"), "?federatedIdpMfaBehavior"},
		{"a domain of a type of tomorrow", []string{`domains/0/authenticationType = "Quantum"`, noCert, "- {methods}/1"}, `?"Quantum"`},
		{"an invited account", []string{`users/0/userPrincipalName = "ea_home.com#EXT#@contoso.onmicrosoft.com"`}, "?signs in at home"},
		{"no name", []string{"- users/0/userPrincipalName"}, "?userPrincipalName"},
		{"hardware tokens unread, and their configuration too", []string{noCert, "- {methods}/1", tokens}, "?the hardware tokens"},
		{"hardware tokens unread", []string{noCert, "- {methods}/1", tokens, hardware("enabled", "all_users")}, "?UserAuthenticationMethod.Read.All"},
		{"hardware tokens unread, switched off", []string{noCert, "- {methods}/1", tokens, hardware("disabled", "all_users")}, "[] []"},
		{"hardware tokens unread, for others", []string{noCert, "- {methods}/1", tokens, hardware("enabled", "{empty}")}, "[] []"},
		{"hardware tokens unread, beside a passkey", []string{noCert, tokens, hardware("enabled", "all_users")}, "[fido2] []"},
		{"hardware tokens unread, and no password", []string{noCert, "{methods} = []", tokens, hardware("enabled", "all_users")}, "[] []"},
		{"a hardware token", []string{noCert, `{methods}/1 = {"@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethod", "id": "h"}`, hardware("enabled", "all_users")}, "[password + hardwareOath] []"},
		{"no method, certificates unread", []string{"{methods} = []", "- certificateAuthorities"}, "?the certificate authorities"},
		{"a method of tomorrow beside a passkey", []string{`{methods}/+ = {"@odata.type": "#microsoft.graph.telepathy", "id": "t"}`}, "[fido2 x509CertificateMultiFactor] []"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, c.changes...)
			mfa, err := MFAReady(s, user(t, s), now())
			if got := mfa.words(); !matches(got, err, c.want) {
				t.Errorf("%s %v, want %s", got, err, c.want)
			}
		})
	}
}
