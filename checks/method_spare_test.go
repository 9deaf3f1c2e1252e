package checks

import (
	"strconv"
	"strings"
)

// registered adds a method to ea01.
func registered(method string) string {
	return user1 + `/authentication/methods/+ = {"@odata.type": "#microsoft.graph.` + method + `}`
}

// campaign sets the registration campaign.
func campaign(state, include, exclude string) string {
	return `authenticationMethodsPolicy/registrationEnforcement = {"authenticationMethodsRegistrationCampaign": {"state": "` + state + `", "includeTargets": [` + include + `], "excludeTargets": [` + exclude + `]}}`
}

const (
	apps      = "authenticationMethodsPolicy/authenticationMethodConfigurations/1"
	password  = `{"@odata.type": "#microsoft.graph.passwordAuthenticationMethod", "id": "28c10230-6103-485e-b985-444c60001490"}`
	everybody = `{"id": "all_users", "targetType": "group", "targetedAuthenticationMethod": "microsoftAuthenticator"}`
	ssprOn    = "authorizationPolicy/allowedToUseSSPR = true"
	phone     = `phoneAuthenticationMethod", "id": "3179e48a-750b-4051-897c-87b9720928f7", "phoneType": "mobile"`
	app       = `microsoftAuthenticatorAuthenticationMethod", "id": "app", "displayName": "Phone"`
)

// keyA is ea01's first key, by another name or by its own.
func keyA(name string) string {
	return `{"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "key-a", "displayName": "` + name + `", "aaGuid": "cb69481e-8ff7-4039-93ec-0a2729a154a8", "passkeyType": "deviceBound"}`
}

// allowEverything is a passkey profile that restricts nothing.
func allowEverything() []string { return []string{fido2 + "/passkeyProfiles/0/keyRestrictions = null"} }

// makeless takes the make of all keys of some users away.
func makeless(changes []string, users ...int) []string {
	for _, u := range users {
		for _, key := range []string{"1", "2"} {
			place := "users/" + strconv.Itoa(u) + "/authentication/methods/" + key
			changes = append(changes, place+`/aaGuid = "00000000-0000-0000-0000-000000000000"`, place+`/attestationLevel = "notAttested"`)
		}
	}
	return changes
}

// tokensUnread is a tenant in which ea01 may have hardware tokens.
func tokensUnread(state string) []string {
	return []string{`unreadable = {"users/` + first + `/authentication/hardwareOathMethods": ` + denied + `}`,
		`authenticationMethodsPolicy/authenticationMethodConfigurations/+ = {"@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethodConfiguration", "id": "HardwareOath", "state": "` + state + `",
		"includeTargets": [{"targetType": "group", "id": "all_users"}], "excludeTargets": []}`}
}

// federatedAccount gives ea01 a password alone, in a federated domain.
func federatedAccount(behaviour string) []string {
	return []string{user1 + "/authentication/methods = [" + password + "]", user1 + `/userPrincipalName = "ea01@contoso.com"`,
		`domains/1/federationConfiguration = [{"id": "f", "federatedIdpMfaBehavior": "` + behaviour + `"}]`}
}

// personal are the verdicts when something of ea01 lives in a phone or a computer.
func personal() map[string]string {
	return map[string]string{"method-no-personal-device ea01": "fail high"}
}

// spareJudgements are cases of what else is registered.
func spareJudgements() []judgement {
	certificate := []string{
		user1 + `/authorizationInfo = {"certificateUserIds": ["X509:<SKI>abc"]}`, x509 + `/state = "enabled"`, x509 + `/includeTargets = [{"targetType": "group", "id": "all_users", "isRegistrationRequired": false}]`,
	}
	with := func(more ...string) []string { return append(append([]string{}, certificate...), more...) }
	return []judgement{
		{name: "one key", changes: []string{noSpare}, want: map[string]string{"method-spare ea01": "fail medium"}, says: map[string]string{"method-spare ea01": "Only one"}},
		{name: "one key of two is usable", changes: []string{method1 + "/aaGuid = " + otherModel}, want: map[string]string{"method-spare ea01": "fail medium", "method-usable ea01": "pass"}},
		{name: "whether the second key is usable is not known", changes: []string{"- " + method1 + "/aaGuid"}, want: map[string]string{"method-spare ea01": "unknown medium"}},
		{name: "one key and a certificate", changes: with(noSpare), want: map[string]string{"method-spare ea01": "pass", "method-certificate-lasting ea01": "pass"}},

		{name: "Authenticator", changes: []string{registered(app)}, want: personal()},
		{name: "Windows Hello", changes: []string{registered(`windowsHelloForBusinessAuthenticationMethod", "id": "w"`)}, want: personal()},
		{name: "platform credential", changes: []string{registered(`platformCredentialAuthenticationMethod", "id": "p"`)}, want: personal()},
		{name: "software OATH", changes: []string{registered(`softwareOathAuthenticationMethod", "id": "s"`)}, want: personal()},
		{name: "a passkey in Authenticator", changes: []string{registered(`fido2AuthenticationMethod", "id": "f", "aaGuid": "90A3CCDF-635C-4729-A248-9B709135078F", "passkeyType": "deviceBound"`)},
			want: personal(), says: map[string]string{"method-no-personal-device ea01": "Authenticator"}},
		{name: "a synced passkey", changes: []string{registered(`fido2AuthenticationMethod", "id": "f", "aaGuid": "00000000-0000-0000-0000-000000000000", "passkeyType": "synced"`)}, want: personal()},
		{name: "a key of no known model", changes: []string{registered(`fido2AuthenticationMethod", "id": "f", "aaGuid": "00000000-0000-0000-0000-000000000000", "passkeyType": "deviceBound"`)},
			want: map[string]string{"method-no-personal-device ea01": "pass"}},
		{name: "a key whose type is not known", changes: []string{registered(`fido2AuthenticationMethod", "id": "f", "aaGuid": "00000000-0000-0000-0000-000000000000"`)},
			want: map[string]string{"method-no-personal-device ea01": "unknown high"}},
		{name: "a method of tomorrow", changes: []string{registered(`telepathyAuthenticationMethod", "id": "t2"`)}, want: map[string]string{"method-no-personal-device ea01": "unknown high", "method-no-phone ea01": "unknown high",
			"method-no-temporary ea01": "unknown medium", "method-no-self-service-reset ea01": "pass"}},

		{name: "reset by phone", changes: []string{ssprOn, registered(phone)}, want: map[string]string{"method-no-self-service-reset ea01": "fail medium"}},
		{name: "reset by mail", changes: []string{ssprOn, registered(`emailAuthenticationMethod", "id": "m"`)}, want: map[string]string{"method-no-self-service-reset ea01": "fail medium"}},
		{name: "reset is on, and nothing to reset with", changes: []string{ssprOn}},
		{name: "reset not known", changes: []string{"- authorizationPolicy", registered(phone)}, want: map[string]string{"method-no-self-service-reset ea01": "unknown medium"}},
		{name: "reset null", changes: []string{"authorizationPolicy/allowedToUseSSPR = null", registered(phone)}, want: map[string]string{"method-no-self-service-reset ea01": "unknown medium"}},
		{name: "reset not known, and nothing to reset with", changes: []string{"- authorizationPolicy"}},
		{name: "reset is on, methods unread", changes: []string{ssprOn, "- " + user1 + "/authentication/methods"}, want: map[string]string{"method-no-self-service-reset ea01": "unknown medium"}},

		{name: "a Temporary Access Pass", changes: []string{registered(`temporaryAccessPassAuthenticationMethod", "id": "tap", "isUsable": true`)}, want: map[string]string{"method-no-temporary ea01": "fail medium"}},
		{name: "an expired Temporary Access Pass", changes: []string{registered(`temporaryAccessPassAuthenticationMethod", "id": "tap", "isUsable": false`)}},
		{name: "a Temporary Access Pass, usable or not", changes: []string{registered(`temporaryAccessPassAuthenticationMethod", "id": "tap", "isUsable": null`)}, want: map[string]string{"method-no-temporary ea01": "unknown medium"}},

		{name: "an authority expires soon", changes: with(`certificateAuthorities/0/expirationDateTime = "2026-12-22T00:00:00Z"`), want: map[string]string{"method-certificate-lasting ea01": "fail high"},
			says: map[string]string{"method-certificate-lasting ea01": "“Contoso CA” on 2026-12-22"}},
		{name: "an authority lasts 31 days", changes: with(`certificateAuthorities/0/expirationDateTime = "2026-12-24T06:00:00Z"`), want: map[string]string{"method-certificate-lasting ea01": "pass"}},
		{name: "an authority expires soon, for a group", changes: with(`certificateAuthorities/0/expirationDateTime = "2026-12-22T00:00:00Z"`,
			x509+`/certificateAuthorityScopes = [{"subjectKeyIdentifier": "x", "includeTargets": [{"id": "all_users", "targetType": "group"}]}]`),
			want: map[string]string{"method-certificate-lasting ea01": "unknown high"}},
		{name: "an authority's end is unread", changes: with("- certificateAuthorities/0/expirationDateTime"), want: map[string]string{"method-certificate-lasting ea01": "unknown high"}},
		{name: "authorities unread", changes: with("- certificateAuthorities"), want: map[string]string{"method-certificate-lasting ea01": "unknown high"}},
		{name: "no authority", changes: with("certificateAuthorities = []"), want: map[string]string{"method-certificate-lasting ea01": "fail high"}},
		{name: "certificates unread", changes: []string{"- authenticationMethodsPolicy"}, want: map[string]string{"method-certificate-lasting ea01": "unknown high"}},

		{name: "an administrator has the same keys", changes: []string{user3 + `/authentication/methods/+ = {"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "k", "aaGuid": "CB69481E-8FF7-4039-93EC-0A2729A154A8", "passkeyType": "deviceBound"}`,
			user3 + `/authentication/methods/+ = {"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "k2", "aaGuid": "fa2b99dc-9e39-4257-8f92-4a30d23c4118", "passkeyType": "deviceBound"}`},
			want: map[string]string{"method-distinct ea01": "fail medium", "method-distinct ea02": "fail medium"}},
		{name: "an administrator has the same keys, and there is a certificate", changes: with(user3+`/authentication/methods/+ = {"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "k", "aaGuid": "cb69481e-8ff7-4039-93ec-0a2729a154a8", "passkeyType": "deviceBound"}`,
			user3+`/authentication/methods/+ = {"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "k2", "aaGuid": "fa2b99dc-9e39-4257-8f92-4a30d23c4118", "passkeyType": "deviceBound"}`),
			want: map[string]string{"method-distinct ea01": "pass", "method-distinct ea02": "fail medium"}},
		{name: "an administrator's methods unread", changes: []string{"- " + user3 + "/authentication/methods"}, want: map[string]string{"method-distinct ea01": "unknown medium"}},
		{name: "an administrator's key of no known model", changes: []string{user3 + `/authentication/methods/+ = {"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "k", "passkeyType": "deviceBound"}`},
			want: map[string]string{"method-distinct ea01": "unknown medium"}},

		{name: "campaign", changes: []string{campaign("enabled", everybody, "")}, want: map[string]string{"method-no-campaign ea01": "fail low", "method-no-campaign ea02": "fail low"}},
		{name: "campaign, excluded", changes: []string{campaign("enabled", everybody, `{"id": "`+keyHolders+`", "targetType": "group"}`)}},
		{name: "campaign for what is there", changes: []string{campaign("enabled", everybody, ""), registered(app)}, want: map[string]string{"method-no-campaign ea01": "pass", "method-no-campaign ea02": "fail low"}},
		{name: "campaign of Microsoft's", changes: []string{campaign("default", everybody, "")}, want: map[string]string{"method-no-campaign ea01": "unknown low"}},
		{name: "campaign of Microsoft's, excluded", changes: []string{campaign("default", everybody, `{"id": "`+keyHolders+`", "targetType": "group"}`)}},
		{name: "campaign unread", changes: []string{"- authenticationMethodsPolicy/registrationEnforcement"}, want: map[string]string{"method-no-campaign ea01": "unknown low"}},
		{name: "campaign of a state of tomorrow", changes: []string{campaign("sometimes", everybody, "")}, want: map[string]string{"method-no-campaign ea01": "unknown low"}, says: map[string]string{"method-no-campaign ea01": `"sometimes"`}},
		{name: "campaign for a method that is switched off", changes: []string{campaign("enabled", everybody, ""), apps + `/state = "disabled"`}, want: map[string]string{"method-no-campaign ea01": "pass"}},
		{name: "campaign for a method that is for others", changes: []string{campaign("enabled", everybody, ""), apps + `/includeTargets/0/id = "` + nobody + `"`}, want: map[string]string{"method-no-campaign ea01": "pass"}},
		{name: "campaign for an app that cannot push", changes: []string{campaign("enabled", everybody, ""), apps + `/includeTargets/0/authenticationMode = "deviceBasedPush"`}, want: map[string]string{"method-no-campaign ea01": "pass"}},
		{name: "campaign for an app, the mode unread", changes: []string{campaign("enabled", everybody, ""), "- " + apps + `/includeTargets/0/authenticationMode`}, want: map[string]string{"method-no-campaign ea01": "unknown low"}},
		{name: "campaign for passkeys", changes: []string{campaign("enabled", strings.Replace(everybody, "microsoftAuthenticator", "fido2", 1), "")}, want: map[string]string{"method-no-campaign ea01": "pass"}},
		{name: "campaign for passkeys, and there is none", changes: []string{campaign("enabled", strings.Replace(everybody, "microsoftAuthenticator", "Fido2", 1), ""), user1 + "/authentication/methods = []"},
			want: map[string]string{"method-no-campaign ea01": "fail low", "method-no-campaign ea02": "pass"}},
		{name: "campaign for a method of tomorrow", changes: []string{campaign("enabled", strings.Replace(everybody, "microsoftAuthenticator", "telepathy", 1), "")}, want: map[string]string{"method-no-campaign ea01": "unknown low"},
			says: map[string]string{"method-no-campaign ea01": `"telepathy"`}},
		{name: "campaign for another user", changes: []string{campaign("enabled", `{"id": "`+second+`", "targetType": "user", "targetedAuthenticationMethod": "microsoftAuthenticator"}`, "")},
			want: map[string]string{"method-no-campaign ea01": "pass", "method-no-campaign ea02": "fail low"}},
		{name: "registration required", changes: []string{fido2 + "/includeTargets/0/isRegistrationRequired = true", user1 + "/authentication/methods = []"}, want: map[string]string{"method-no-campaign ea01": "pass"}},
		{name: "registration of the app required", changes: []string{apps + "/includeTargets/0/isRegistrationRequired = true"}, want: map[string]string{"method-no-campaign ea01": "pass", "method-no-campaign ea02": "pass"}},

		{name: "a key that the list repeats", changes: []string{user1 + `/authentication/methods/2 = ` + keyA("Key A")}, want: map[string]string{"method-spare ea01": "fail medium", "custody-recorded ea01": "fail medium"},
			says: map[string]string{"method-spare ea01": "Only one"}},
		{name: "a key that has two names", changes: []string{user1 + `/authentication/methods/2 = ` + keyA("Key Z")}, want: map[string]string{"method-spare ea01": "fail medium", "method-usable ea01": "pass",
			"custody-recorded ea01": "unknown medium"}},
		{name: "a key without an id beside one with", changes: []string{"- " + user1 + "/authentication/methods/2/id"}, want: map[string]string{"method-spare ea01": "unknown medium", "method-usable ea01": "pass", "method-distinct ea01": "pass",
			"custody-recorded ea01": "unknown medium"}},
		{name: "a key of two makes", changes: []string{user1 + `/authentication/methods/2 = ` + strings.Replace(keyA("Key A"), "cb69481e-8ff7-4039-93ec-0a2729a154a8", "00000000-1111-2222-3333-444444444444", 1)},
			want: map[string]string{"method-spare ea01": "unknown medium", "method-usable ea01": "unknown critical", "mfa-ready ea01": "unknown critical", "method-distinct ea01": "unknown medium"}},
		{name: "reset is on, and a method of tomorrow", changes: []string{ssprOn, registered(`telepathyAuthenticationMethod", "id": "t2"`)}, want: map[string]string{"method-no-self-service-reset ea01": "unknown medium",
			"method-no-phone ea01": "unknown high", "method-no-temporary ea01": "unknown medium", "method-no-personal-device ea01": "unknown high", "custody-recorded ea01": "unknown medium"}},
		{name: "no key, and a method of tomorrow", changes: []string{user1 + `/authentication/methods = [{"@odata.type": "#microsoft.graph.telepathyAuthenticationMethod", "id": "t2"}]`},
			want: map[string]string{"method-usable ea01": "unknown critical", "method-spare ea01": "unknown medium", "method-phishing-resistant ea01": "unknown critical", "mfa-ready ea01": "unknown critical", "method-distinct ea01": "unknown medium"}},
		{name: "an administrator's method of tomorrow", changes: []string{user3 + `/authentication/methods/+ = {"@odata.type": "#microsoft.graph.telepathyAuthenticationMethod", "id": "t3"}`},
			want: map[string]string{"method-distinct ea01": "unknown medium"}},

		{name: "no make of any key is known", changes: makeless(allowEverything(), 0, 1), want: map[string]string{"method-usable ea01": "unknown critical", "method-usable ea02": "unknown critical", "mfa-ready ea01": "pass", "method-spare ea01": "pass"},
			says: map[string]string{"method-usable ea02": "Nobody vouches for the make of any usable key of the emergency accounts, such as passkey “Key B”"}},
		{name: "the make of one account's keys is known", changes: makeless(allowEverything(), 0), want: map[string]string{"method-usable ea01": "pass", "method-usable ea02": "pass"},
			says: map[string]string{"method-usable ea01": "nobody vouches for the make of passkey “Key A”, passkey “Key A spare”"}},
		{name: "no make of any key is known, and an account's methods are unread", changes: append(makeless(allowEverything(), 0), "- "+user2+"/authentication/methods"),
			want: map[string]string{"method-usable ea01": "unknown critical"}},
		{name: "no make of any key is known, and there is a certificate", changes: with(makeless(allowEverything(), 0, 1)...), want: map[string]string{"method-usable ea01": "pass", "method-usable ea02": "pass"}},
		{name: "no make is known, and attestation is enforced", changes: makeless([]string{fido2 + "/passkeyProfiles/0/keyRestrictions = null", fido2 + `/passkeyProfiles/0/attestationEnforcement = "registrationOnly"`}, 0),
			want: map[string]string{"method-usable ea01": "fail critical", "mfa-ready ea01": "fail critical"}, says: map[string]string{"method-usable ea01": "“Security keys” enforces attestation"}},

		{name: "passkeys of an older cloud", changes: []string{fido2 + "/passkeyProfiles = []", fido2 + "/includeTargets/0/allowedPasskeyProfiles = []", "- " + user1 + "/authentication/methods/1/passkeyType",
			"- " + user1 + "/authentication/methods/2/passkeyType"}},
		{name: "passkeys are for another user", changes: []string{fido2 + `/includeTargets/0 = {"targetType": "user", "id": "` + second + `", "allowedPasskeyProfiles": ["prof-1"]}`},
			want: map[string]string{"method-usable ea01": "fail critical", "mfa-ready ea01": "fail critical", "method-usable ea02": "pass"}},

		{name: "hardware tokens unread", changes: append([]string{user1 + "/authentication/methods = [" + password + "]"}, tokensUnread("enabled")...), want: map[string]string{"mfa-ready ea01": "unknown critical"},
			says: map[string]string{"mfa-ready ea01": "UserAuthenticationMethod.Read.All"}},
		{name: "hardware tokens unread, and there is a key", changes: tokensUnread("enabled")},
		{name: "hardware tokens unread, and switched off", changes: append([]string{user1 + "/authentication/methods = [" + password + "]"}, tokensUnread("disabled")...), want: map[string]string{"mfa-ready ea01": "fail critical"}},
		{name: "a hardware token", changes: append([]string{user1 + "/authentication/methods = [" + password + `, {"@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethod", "id": "h"}]`}, tokensUnread("enabled")[1:]...),
			want: map[string]string{"mfa-ready ea01": "pass", "method-usable ea01": "fail critical"}},

		{name: "a password whose federated provider does MFA", settings: byID, changes: federatedAccount("acceptIfMfaDoneByFederatedIdp"), want: map[string]string{"mfa-ready ea01": "pass", "account-domain-managed ea01": "fail critical"},
			says: map[string]string{"mfa-ready ea01": "Federated domain"}},
		{name: "a password whose federated provider does no MFA", settings: byID, changes: federatedAccount("rejectMfaByFederatedIdp"), want: map[string]string{"mfa-ready ea01": "fail critical"}},
		{name: "a password whose federated provider does what is not known", settings: byID, changes: federatedAccount("askNicely"), want: map[string]string{"mfa-ready ea01": "unknown critical"}},
		{name: "a password in a federated domain whose settings are unread", settings: byID, changes: federatedAccount("")[:2], want: map[string]string{"mfa-ready ea01": "unknown critical"}},
	}
}
