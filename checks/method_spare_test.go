package checks

// registered adds a method to ea01.
func registered(method string) string {
	return user1 + `/authentication/methods/+ = {"@odata.type": "#microsoft.graph.` + method + `}`
}

// campaign sets the registration campaign.
func campaign(state, include, exclude string) string {
	return `authenticationMethodsPolicy/registrationEnforcement = {"authenticationMethodsRegistrationCampaign": {"state": "` + state + `", "includeTargets": [` + include + `], "excludeTargets": [` + exclude + `]}}`
}

const (
	everybody = `{"id": "all_users", "targetType": "group", "targetedAuthenticationMethod": "microsoftAuthenticator"}`
	ssprOn    = "authorizationPolicy/allowedToUseSSPR = true"
	phone     = `phoneAuthenticationMethod", "id": "3179e48a-750b-4051-897c-87b9720928f7", "phoneType": "mobile"`
	app       = `microsoftAuthenticatorAuthenticationMethod", "id": "app", "displayName": "Phone"`
)

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
		{name: "a method of tomorrow", changes: []string{registered(`telepathyAuthenticationMethod", "id": "t2"`)}, want: map[string]string{"method-no-personal-device ea01": "unknown high"}},

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
		{name: "registration required", changes: []string{fido2 + "/includeTargets/0/isRegistrationRequired = true"}, want: map[string]string{"method-no-campaign ea01": "pass"}},
		{name: "registration of the app required", changes: []string{"authenticationMethodsPolicy/authenticationMethodConfigurations/1/includeTargets/0/isRegistrationRequired = true"},
			want: map[string]string{"method-no-campaign ea01": "fail low", "method-no-campaign ea02": "fail low"}},
		{name: "registration of the app required, switched off", changes: []string{"authenticationMethodsPolicy/authenticationMethodConfigurations/1/includeTargets/0/isRegistrationRequired = true",
			`authenticationMethodsPolicy/authenticationMethodConfigurations/1/state = "disabled"`}},
	}
}
