package checks

import "slices"

const otherModel = `"00000000-1111-2222-3333-444444444444"`

// keyless are the verdicts when no passkey or certificate of ea01 is usable, and
// its passkey is registered.
func keyless() map[string]string {
	return map[string]string{"method-usable ea01": "fail critical", "mfa-ready ea01": "fail critical"}
}

// keyUnknown are the verdicts when it cannot be told whether the passkeys are usable.
func keyUnknown(accounts ...string) map[string]string {
	want := map[string]string{}
	for _, a := range accounts {
		want["method-usable "+a] = "unknown critical"
		want["mfa-ready "+a] = "unknown critical"
	}
	return want
}

func keylessBoth() map[string]string {
	want := keyless()
	want["method-usable ea02"], want["mfa-ready ea02"] = "fail critical", "fail critical"
	return want
}

func methodJudgements() []judgement {
	certificate := []string{
		user1 + "/authentication/methods = []", user1 + `/authorizationInfo = {"certificateUserIds": ["X509:<SKI>abc"]}`,
		x509 + `/state = "enabled"`, x509 + `/includeTargets = [{"targetType": "group", "id": "all_users", "isRegistrationRequired": false}]`,
	}
	nothing := map[string]string{"method-phishing-resistant ea01": "fail critical", "method-usable ea01": "fail critical", "mfa-ready ea01": "fail critical"}
	return []judgement{
		{name: "password only", changes: []string{user1 + "/authentication/methods = []"}, want: nothing},
		{
			name: "methods unread", changes: []string{"- " + user1 + "/authentication/methods", `unreadable = {"users/` + first + `/authentication/methods": ` + denied + `}`},
			want: map[string]string{
				"method-phishing-resistant ea01": "unknown critical", "method-usable ea01": "unknown critical",
				"method-no-phone ea01": "unknown high", "mfa-ready ea01": "unknown critical",
			},
			says: map[string]string{"method-usable ea01": "UserAuthenticationMethod.Read.All"},
		},
		{
			name: "model shut out by the passkey profile", changes: []string{noSpare, method1 + "/aaGuid = " + otherModel},
			want: keyless(),
			says: map[string]string{"method-usable ea01": "Passkey “Key A”: the key restrictions of passkey profile “Security keys” do not allow its AAGUID 00000000-1111-2222-3333-444444444444."},
		},
		{
			name: "another profile of the target allows it",
			changes: []string{
				noSpare, method1 + "/aaGuid = " + otherModel, fido2 + `/includeTargets/0/allowedPasskeyProfiles/+ = "prof-2"`,
				fido2 + `/passkeyProfiles/+ = {"id": "prof-2", "name": "All", "passkeyTypes": "deviceBound,synced", "attestationEnforcement": "disabled", "keyRestrictions": {"isEnforced": false, "enforcementType": "block", "aaGuids": []}}`,
			},
		},
		{name: "blocked model", changes: []string{fido2 + `/passkeyProfiles/0/keyRestrictions/enforcementType = "block"`}, want: keylessBoth()},
		{name: "synced passkey", changes: []string{noSpare, method1 + `/passkeyType = "synced"`}, want: keyless()},
		{name: "passkey type unread", changes: []string{noSpare, "- " + method1 + "/passkeyType"}, want: keyUnknown("ea01")},
		{name: "AAGUID unread", changes: []string{noSpare, "- " + method1 + "/aaGuid"}, want: keyUnknown("ea01")},
		{name: "no profile named: the default one", changes: []string{fido2 + "/includeTargets/0/allowedPasskeyProfiles = []"}},
		{
			name: "profile not among those read", changes: []string{fido2 + `/includeTargets/0/allowedPasskeyProfiles = ["prof-9"]`},
			want: keyUnknown("ea01", "ea02"),
		},
		{
			name: "legacy restrictions shut the model out",
			changes: []string{
				fido2 + "/passkeyProfiles = []", fido2 + `/keyRestrictions = {"isEnforced": true, "enforcementType": "allow", "aaGuids": [` + otherModel + `]}`,
			},
			want: keylessBoth(),
		},
		{name: "legacy restrictions are off", changes: []string{fido2 + "/passkeyProfiles = []", fido2 + `/keyRestrictions = {"isEnforced": false, "enforcementType": "allow", "aaGuids": []}`}},
		{name: "passkeys are switched off", changes: []string{fido2 + `/state = "disabled"`}, want: keylessBoth()},
		{name: "state not known", changes: []string{fido2 + `/state = "partially"`}, want: keyUnknown("ea01", "ea02")},
		{
			name: "excluded by a nested group", changes: []string{fido2 + `/excludeTargets = [{"targetType": "group", "id": "` + keyHolders + `"}]`},
			want: keylessBoth(),
			says: map[string]string{"method-usable ea01": "Key holders"},
		},
		{name: "included by a nested group", changes: []string{fido2 + `/includeTargets/0/id = "` + keyHolders + `"`}},
		{name: "in no include target", changes: []string{fido2 + `/includeTargets/0/id = "` + nobody + `"`}, want: keylessBoth()},
		{name: "include target not read", changes: []string{fido2 + `/includeTargets/0/id = "` + nobody + `0"`}, want: keyUnknown("ea01", "ea02")},
		{
			name: "passkeys are not among the configurations read", changes: []string{fido2 + `/id = "Fido3"`},
			want: keyUnknown("ea01", "ea02"),
		},
		{
			name: "methods policy unread", changes: []string{"- authenticationMethodsPolicy"},
			want: keyUnknown("ea01", "ea02"),
		},
		{
			name: "a second key is usable", changes: []string{
				noSpare, method1 + "/aaGuid = " + otherModel,
				user1 + `/authentication/methods/+ = {"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "key-c", "displayName": "Key C", "aaGuid": "CB69481E-8FF7-4039-93EC-0A2729A154A8", "passkeyType": "deviceBound"}`,
			},
		},
		{name: "certificate is ready", changes: certificate},
		{name: "certificate: the authority has expired", changes: append([]string{`certificateAuthorities/0/expirationDateTime = "2026-11-01T00:00:00Z"`}, certificate...), want: nothing},
		{name: "certificate: none is bound", changes: append(slices.Clip(certificate), user1+"/authorizationInfo = null"), want: nothing},
		{
			name:    "certificate: single factor",
			changes: append([]string{x509 + `/authenticationModeConfiguration/x509CertificateAuthenticationDefaultMode = "x509CertificateSingleFactor"`}, certificate...),
			want:    nothing,
		},
		{
			name:    "certificate: authorities unread",
			changes: append([]string{"- certificateAuthorities"}, certificate...),
			want: map[string]string{
				"method-phishing-resistant ea01": "unknown critical", "method-usable ea01": "unknown critical", "mfa-ready ea01": "unknown critical",
			},
		},
		{
			name: "phone", changes: []string{user1 + `/authentication/methods/+ = {"@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "3179e48a-750b-4051-897c-87b9720928f7", "phoneType": "mobile", "phoneNumber": "+81 90"}`},
			want: map[string]string{"method-no-phone ea01": "fail high"},
			says: map[string]string{"method-no-phone ea01": "2027-07-01"},
		},
		{
			name: "a method of a kind not known", changes: []string{user1 + `/authentication/methods/+ = {"@odata.type": "#microsoft.graph.telepathyAuthenticationMethod", "id": "t"}`},
		},
		{
			name: "push is MFA but no key", changes: []string{
				noSpare, user1 + `/authentication/methods/1 = {"@odata.type": "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod", "id": "app", "displayName": "Phone"}`,
			},
			want: map[string]string{"method-phishing-resistant ea01": "fail critical", "method-usable ea01": "fail critical"},
		},
		{
			name: "a Temporary Access Pass is no MFA", changes: []string{
				noSpare, user1 + `/authentication/methods/1 = {"@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethod", "id": "tap", "isUsable": true}`,
			},
			want: nothing,
		},
	}
}
