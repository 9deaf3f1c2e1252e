package signin

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"breakglass/tenant"
)

// Ids of testdata/survival.json, beside ea.
const (
	pusher = "aaaaaaaa-0000-4000-8000-000000000002"
	caller = "aaaaaaaa-0000-4000-8000-000000000003"
	helloe = "aaaaaaaa-0000-4000-8000-000000000004"
)

func survivalTenant(t testing.TB, changes ...string) tenant.Snapshot {
	t.Helper()
	return snapshot(t, editedOf(t, documentOf(t, "testdata/survival.json"), changes...))
}

// circumstances are those of the test's tenant: its first user is an emergency account,
// whose key lies in a safe.
func circumstances(t testing.TB, s tenant.Snapshot) Circumstances {
	t.Helper()
	return Circumstances{
		IsAccount: func(id string) bool { return id == ea }, Accounts: []tenant.User{user(t, s)}, Now: now(),
		Keepings: []Keeping{{Account: "EA01@contoso.onmicrosoft.com", Credential: "Key A", Place: "safe", Custodians: []string{"sato"}}},
	}
}

func survive(t testing.TB, changes ...string) Survival {
	t.Helper()
	s := survivalTenant(t, changes...)
	return Survive(s, circumstances(t, s))
}

func survivorOf(t testing.TB, s Survival, id string) Survivor {
	t.Helper()
	i := slices.IndexFunc(s.Administrators, func(a Survivor) bool { return a.ID == id })
	if i < 0 {
		t.Fatalf("%s is not among %+v", id, s.Administrators)
	}
	return s.Administrators[i]
}

// TestServicesCounted: a password hangs on one service, a password with push on four,
// a security key and Windows Hello on one, and neither on Microsoft's MFA service.
func TestServicesCounted(t *testing.T) {
	t.Parallel()
	s := survive(t)
	count := func(id string) (services []string) {
		for _, need := range survivorOf(t, s, id).Paths[0].Needs {
			if IsService(need) {
				services = append(services, need)
			}
		}
		return services
	}
	for _, c := range []struct {
		id   string
		want int
	}{{ea, 1}, {pusher, 4}} {
		if got := count(c.id); len(got) != c.want {
			t.Errorf("%s depends on %v, want %d", c.id, got, c.want)
		}
	}
	if got := count(helloe); slices.Contains(got, MFAService) || !slices.Equal(got, []string{Authentication, PIM}) {
		t.Errorf("Windows Hello of somebody eligible depends on %v", got)
	}
	for _, d := range Dependencies() {
		if d.Method == PathPassword && len(d.Services) != 1 || d.Evidence == "" || d.Source == "" || d.Label == "" || d.As == "" {
			t.Errorf("%+v", d)
		}
		for _, service := range d.Services {
			if !IsService(service) {
				t.Errorf("%s: %s has no name", d.Method, service)
			}
		}
	}
}

// words are a survivor's paths, blocks and what is not known.
func words(s Survivor) string {
	var lines []string
	for _, p := range s.Paths {
		lines = append(lines, fmt.Sprintf("%s (%s): %s", p.Method, p.Credential, strings.Join(p.Needs, " ")))
	}
	for _, k := range s.Blocked {
		lines = append(lines, fmt.Sprintf("blocked %s: %s", k.Method, k.Why))
	}
	if s.Unknown != "" {
		lines = append(lines, "unknown: "+s.Unknown)
	}
	return s.Assignment + "\n" + strings.Join(lines, "\n")
}

const (
	sv        = "users/0/authentication/methods/1"
	pushPath  = "password + microsoftAuthenticatorPush (Pixel): device:app entra-authentication entra-mfa internet-on-device push-notification"
	keyPath   = "fido2 (Key A): custodian:sato entra-authentication key-model:cb69481e-8ff7-4039-93ec-0a2729a154a8 key:key-a place:safe"
	helloPath = "windowsHelloForBusiness (LAPTOP-1): device:laptop-1 entra-authentication pim"
	smsPath   = "password + sms (3179e48a-750b-4051-897c-87b9720928f7): entra-authentication entra-mfa phone-carrier phone:" + caller + "/mobile"
	alone     = "blocked password: alone it is no multifactor authentication, which Microsoft asks for"
	controls  = "conditionalAccessPolicies/0/grantControls/builtInControls = "
	strength  = "conditionalAccessPolicies/0/grantControls/authenticationStrength = "
)

func TestPaths(t *testing.T) {
	t.Parallel()
	second := func(method string) string {
		return `users/1/authentication/methods/1 = {"@odata.type": "#microsoft.graph.` + method + `}`
	}
	domain := func(kind, more string) string {
		return `domains/1 = {"id": "contoso.com", "authenticationType": "` + kind + `", "isInitial": false` + more + `}`
	}
	const (
		condition = "conditionalAccessPolicies/0/conditions/"
		invited   = "users/1/userPrincipalName = "
		atHome    = "the account was invited and signs in at home, in a tenant whose sign-in methods are not known here"
		noApp     = "- users/1/authentication/methods/1"
		tokens    = `unreadable = {"users/` + pusher + `/authentication/hardwareOathMethods": {"status": 403, "code": "Authorization_RequestDenied"}}`
	)
	hardware := func(state string) string {
		return `authenticationMethodsPolicy/authenticationMethodConfigurations/+ = {"@odata.type": "#x", "id": "HardwareOath", "state": "` + state + `", "includeTargets": [{"targetType": "group", "id": "all_users"}], "excludeTargets": []}`
	}
	for _, c := range []struct {
		name    string
		changes []string
		of      string
		want    []string
	}{
		{name: "a security key in a safe", of: ea, want: []string{"permanent", keyPath, alone}},
		{name: "push", of: pusher, want: []string{"permanent", pushPath}},
		{name: "a phone", of: caller, want: []string{"permanent", smsPath}},
		{name: "Windows Hello, eligible", of: helloe, want: []string{"eligible", helloPath, alone}},
		{name: "the role ends", of: pusher, changes: []string{`roleAssignmentScheduleInstances/1/endDateTime = "2027-01-01T00:00:00Z"`}, want: []string{"active", pushPath}},
		{name: "approval", of: helloe, changes: []string{"roleManagementPolicyRules/0/setting/isApprovalRequired = true"},
			want: []string{"eligible", "windowsHelloForBusiness (LAPTOP-1): approver device:laptop-1 entra-authentication pim", alone}},
		{name: "approval not known", of: helloe, changes: []string{"- roleManagementPolicyRules"}, want: []string{"eligible", alone, "unknown: PIM's settings of the role: it was not collected"}},
		{name: "disabled", of: ea, changes: []string{"users/0/accountEnabled = false"}, want: []string{"permanent", "blocked account: the account is disabled"}},
		{name: "without the role", of: ea, changes: []string{`roleAssignments/0/principalId = "{nobody}"`, `roleAssignmentScheduleInstances/0/principalId = "{nobody}"`, `deletedObjects = ["{nobody}"]`},
			want: []string{"none", "blocked role: the account does not hold Global Administrator"}},

		{name: "a passkey in Authenticator", of: ea, changes: []string{sv + `/aaGuid = "90a3ccdf-635c-4729-a248-9b709135078f"`}, want: []string{"permanent", "passkey-on-device (Key A): device:key-a entra-authentication internet-on-device", alone}},
		{name: "a synced passkey", of: ea, changes: []string{sv + `/passkeyType = "synced"`}, want: []string{"permanent", "passkey-synced (Key A): entra-authentication passkey-provider", alone}},
		{name: "a passkey of which nothing is known", of: ea, changes: []string{"- " + sv + "/aaGuid"}, want: []string{"permanent", alone, "unknown: the type or the model of a passkey is not known; “aaGuid”: it was not collected"}},
		{name: "a key that is shut out", of: ea, changes: []string{`authenticationMethodsPolicy/authenticationMethodConfigurations/0/state = "disabled"`},
			want: []string{"permanent", "blocked fido2: Fido2 is switched off in the authentication methods policy", alone}},
		{name: "a certificate", of: ea, changes: []string{"- " + sv, `users/0/authorizationInfo = {"certificateUserIds": ["x"]}`},
			want: []string{"permanent", "x509CertificateMultiFactor (certificate): crl entra-authentication pki", alone}},
		{name: "a certificate without a list", of: ea, changes: []string{"- " + sv, `users/0/authorizationInfo = {"certificateUserIds": ["x"]}`, "certificateAuthorities/0/certificateRevocationListUrl = null"},
			want: []string{"permanent", "x509CertificateMultiFactor (certificate): entra-authentication pki", alone}},
		{name: "a certificate as a first factor", of: pusher, changes: []string{`users/1/authorizationInfo = {"certificateUserIds": ["x"]}`, "- users/1/authentication/methods/0",
			`authenticationMethodsPolicy/authenticationMethodConfigurations/1/authenticationModeConfiguration/x509CertificateAuthenticationDefaultMode = "x509CertificateSingleFactor"`},
			want: []string{"permanent", "x509CertificateSingleFactor + microsoftAuthenticatorPush (Pixel): crl device:app entra-authentication entra-mfa internet-on-device pki push-notification"}},
		{name: "a Temporary Access Pass", of: pusher, changes: []string{second(`temporaryAccessPassAuthenticationMethod", "id": "tap", "isUsable": true`)}, want: []string{"permanent", "temporaryAccessPass (tap): entra-authentication", alone}},
		{name: "passwordless", of: pusher, changes: []string{second(`passwordlessMicrosoftAuthenticatorAuthenticationMethod", "id": "app", "displayName": "Pixel"`)},
			want: []string{"permanent", "deviceBasedPush (Pixel): device:app entra-authentication entra-mfa internet-on-device push-notification", alone}},
		{name: "a code", of: pusher, changes: []string{second(`softwareOathAuthenticationMethod", "id": "oath"`)}, want: []string{"permanent", "password + softwareOath (oath): device:oath entra-authentication entra-mfa"}},
		{name: "an external method", of: pusher, changes: []string{second(`externalAuthenticationMethod", "id": "e", "configurationId": "external-1"`)}, want: []string{"permanent", "password + external (e): entra-authentication entra-mfa external-mfa"}},
		{name: "an email", of: pusher, changes: []string{second(`emailAuthenticationMethod", "id": "e"`)}, want: []string{"permanent", alone}},
		{name: "no password", of: pusher, changes: []string{"- users/1/authentication/methods/0"}, want: []string{"permanent", "blocked microsoftAuthenticatorPush: a second factor, and there is no first"}},
		{name: "two people's phone", of: caller, changes: []string{second(`phoneAuthenticationMethod", "id": "3179e48a-750b-4051-897c-87b9720928f7", "phoneType": "mobile", "phoneNumber": "+81-90-12345678"`)},
			want: []string{"permanent", strings.Replace(smsPath, "phone:"+caller, "phone:"+pusher, 1)}},
		{name: "an office phone", of: caller, changes: []string{`users/2/authentication/methods/1/phoneType = "office"`}, want: []string{"permanent", alone, "blocked voice: Voice does not allow office phones"}},

		{name: "a synchronised password, unsaid", of: pusher, changes: []string{"users/1/onPremisesSyncEnabled = true"},
			want: []string{"permanent", "password-pass-through + microsoftAuthenticatorPush (Pixel): device:app entra-authentication entra-mfa internet-on-device on-premises push-notification"}},
		{name: "a synchronised password, by hash", of: pusher, changes: []string{"users/1/onPremisesSyncEnabled = true", `directorySynchronization = {"features": {"passwordSyncEnabled": true}}`}, want: []string{"permanent", pushPath}},
		{name: "federated", of: pusher, changes: []string{domain("Federated", "")},
			want: []string{"permanent", "federated + microsoftAuthenticatorPush (Pixel): device:app entra-authentication entra-mfa internet-on-device on-premises push-notification"}},
		{name: "federated, with MFA", of: helloe, changes: []string{domain("Federated", `, "federationConfiguration": [{"id": "f", "federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp"}]`)},
			want: []string{"eligible", "federated (contoso.com): entra-authentication on-premises pim", helloPath}},
		{name: "domains unread", of: pusher, changes: []string{"- domains"}, want: []string{"permanent", "unknown: the domains: it was not collected; the tenant's own record: it was not collected"}},
		{name: "which cloud it is is not known", of: pusher, changes: []string{"- domains/0/isInitial", `organization = {"id": "o", "verifiedDomains": []}`},
			want: []string{"permanent", pushPath, "unknown: none of the tenant's domains is said to be its initial one"}},
		{name: "invited", of: pusher, changes: []string{invited + `"admin_home.com#EXT#@contoso.onmicrosoft.com"`}, want: []string{"permanent", "unknown: " + atHome}},
		{name: "invited, in small letters, as a member", of: pusher, changes: []string{invited + `"admin_home.com#ext#@contoso.onmicrosoft.com"`, `users/1/userType = "Member"`}, want: []string{"permanent", "unknown: " + atHome}},
		{name: "a guest who was not invited", of: pusher, changes: []string{`users/1/userType = "Guest"`}, want: []string{"permanent", pushPath}},
		{name: "invited and disabled", of: pusher, changes: []string{invited + `"admin_home.com#EXT#@contoso.onmicrosoft.com"`, "users/1/accountEnabled = false"},
			want: []string{"permanent", "blocked account: the account is disabled"}},
		{name: "invited or not", of: pusher, changes: []string{"- users/1/userPrincipalName"}, want: []string{"permanent", "unknown: “userPrincipalName”: it was not collected"}},
		{name: "hardware tokens unread", of: pusher, changes: []string{noApp, tokens, hardware("enabled")}, want: []string{"permanent", alone, "unknown: the hardware tokens: the permission UserAuthenticationMethod.Read.All is missing, or the object is protected (403 Authorization_RequestDenied)"}},
		{name: "hardware tokens unread, and switched off", of: pusher, changes: []string{noApp, tokens, hardware("disabled")}, want: []string{"permanent", alone}},
		{name: "hardware tokens unread, and no password", of: pusher, changes: []string{`users/1/authentication/methods = []`, tokens, hardware("enabled")}, want: []string{"permanent", ""}},
		{name: "a hardware token", of: pusher, changes: []string{`users/1/authentication/methods/1 = {"@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethod", "id": "h"}`, hardware("enabled")},
			want: []string{"permanent", "password + hardwareOath (h): device:h entra-authentication entra-mfa"}},
		{name: "a method that is listed twice", of: pusher, changes: []string{`users/1/authentication/methods/+ = {"@odata.type": "#microsoft.graph.passwordAuthenticationMethod", "id": "PASSWORD"}`}, want: []string{"permanent", pushPath}},
		{name: "a federated domain, a word of tomorrow", of: pusher, changes: []string{domain("Federated", `, "federationConfiguration": [{"id": "f", "federatedIdpMfaBehavior": "askNicely"}]`), noApp},
			want: []string{"permanent", "blocked federated: alone it is no multifactor authentication, which Microsoft asks for", `unknown: what "askNicely" means for multifactor authentication of the domain contoso.com is not known`}},
		{name: "methods unread", of: pusher, changes: []string{"- users/1/authentication/methods"}, want: []string{"permanent", "unknown: the sign-in methods: it was not collected"}},

		{name: "report-only changes nothing", of: pusher, changes: []string{`conditionalAccessPolicies/0/state = "enabledForReportingButNotEnforced"`, controls + `["block"]`}, want: []string{"permanent", pushPath}},
		{name: "block", of: pusher, changes: []string{controls + `["block"]`}, want: []string{"permanent", "blocked password + microsoftAuthenticatorPush: policy “MFA” demands block"}},
		{name: "block spares the account", of: ea, changes: []string{controls + `["block"]`}, want: []string{"permanent", keyPath, alone}},
		{name: "a compliant device", of: pusher, changes: []string{controls + `["compliantDevice"]`}, want: []string{"permanent", strings.Replace(pushPath, "device:app", "device:app device:managed", 1) + "~"}},
		{name: "MFA or a compliant device", of: pusher, changes: []string{controls + `["compliantDevice", "mfa"]`}, want: []string{"permanent", pushPath}},
		{name: "terms of use", of: pusher, changes: []string{controls + `[]`, `conditionalAccessPolicies/0/grantControls/termsOfUse = ["t"]`}, want: []string{"permanent", pushPath}},
		{name: "a change of password", of: pusher, changes: []string{controls + `["passwordChange"]`}, want: []string{"permanent", "blocked password + microsoftAuthenticatorPush: policy “MFA” demands passwordChange"}},
		{name: "a control of tomorrow", of: pusher, changes: []string{controls + `["telepathy"]`}, want: []string{"permanent", `unknown: policy “MFA”: the control "telepathy" is not known`}},
		{name: "a strength that does not admit", of: pusher, changes: []string{controls + "[]", strength + `{"id": "00000000-0000-0000-0000-000000000004", "displayName": "Strong", "allowedCombinations": ["fido2"]}`},
			want: []string{"permanent", "blocked password + microsoftAuthenticatorPush: policy “MFA” demands strength “Strong”"}},
		{name: "a strength that admits in another order", of: pusher, changes: []string{controls + "[]", strength + `{"id": "dddddddd-0000-4000-8000-000000000001", "displayName": "S", "allowedCombinations": []}`}, want: []string{"permanent", pushPath}},
		{name: "a strength that admits texts", of: caller, changes: []string{controls + "[]", strength + `{"id": "dddddddd-0000-4000-8000-000000000001", "displayName": "S", "allowedCombinations": []}`}, want: []string{"permanent", smsPath}},
		{name: "for the role, to somebody eligible", of: helloe, changes: []string{controls + `["block"]`, condition + "users/includeUsers = []", condition + `users/includeRoles = ["{ga}"]`},
			want: []string{"eligible", alone, "blocked windowsHelloForBusiness: policy “MFA” demands block"}},
		{name: "outside of trusted networks", of: pusher, changes: []string{controls + `["block"]`, condition + `locations = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}`}, want: []string{"permanent", pushPath}},
		{name: "outside of the office", of: pusher, changes: []string{controls + `["block"]`, condition + `locations = {"includeLocations": ["All"], "excludeLocations": ["office"]}`}, want: []string{"permanent", pushPath}},
		{name: "outside of Japan", of: pusher, changes: []string{controls + `["block"]`, condition + `locations = {"includeLocations": ["All"], "excludeLocations": ["japan"]}`}, want: []string{"permanent", pushPath}},
		{name: "inside of Japan", of: pusher, changes: []string{controls + `["block"]`, condition + `locations = {"includeLocations": ["japan"], "excludeLocations": []}`}, want: []string{"permanent", pushPath}},
		{name: "at a place that was not read", of: pusher, changes: []string{controls + `["block"]`, condition + `locations = {"includeLocations": ["mars"], "excludeLocations": []}`},
			want: []string{"permanent", "unknown: policy “MFA”: the location mars is not among those that Microsoft Graph lists"}},
		{name: "phones only", of: pusher, changes: []string{controls + `["block"]`, condition + `platforms = {"includePlatforms": ["iOS", "android"], "excludePlatforms": []}`}, want: []string{"permanent", pushPath}},
		{name: "at risk only", of: pusher, changes: []string{controls + `["block"]`, condition + `userRiskLevels = ["high"]`}, want: []string{"permanent", pushPath}},
		{name: "for what is not compliant", of: pusher, changes: []string{controls + `["block"]`, condition + `devices = {"deviceFilter": {"mode": "exclude", "rule": "device.isCompliant -eq True"}}`}, want: []string{"permanent", pushPath}},
		{name: "for devices that cannot be told", of: pusher, changes: []string{controls + `["block"]`, condition + `devices = {"deviceFilter": {"mode": "include", "rule": "device.model -eq \"X\""}}`},
			want: []string{"permanent", `unknown: policy “MFA”: the device filter "device.model -eq \"X\"" cannot be judged`}},
		{name: "token protection", of: pusher, changes: []string{`conditionalAccessPolicies/0/sessionControls = {"secureSignInSession": {"isEnabled": true}}`},
			want: []string{"permanent", "unknown: policy “MFA” demands token protection, and what can meet that is not known"}},
		{name: "policies unread", of: pusher, changes: []string{"- conditionalAccessPolicies"}, want: []string{"permanent", "unknown: the Conditional Access policies: it was not collected"}},
		{name: "no MFA in a sovereign cloud", of: helloe, changes: []string{`domains/0/id = "contoso.onmicrosoft.us"`, `conditionalAccessPolicies = []`}, want: []string{"eligible", "password (password): entra-authentication pim", helloPath}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, want := words(survivorOf(t, survive(t, c.changes...), c.of)), strings.Join(c.want, "\n")
			if prefix, part := strings.CutSuffix(want, "~"); part {
				if !strings.Contains(got, "device:managed") || !strings.Contains(got, IntuneCompliance) {
					t.Errorf("got\n%s\nwant like\n%s", got, prefix)
				}
				return
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestPeopleOnce: however often, in whatever case and with whatever blanks a person or a
// place is written down, it is one.
func TestPeopleOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		custodians []string
		want       string
	}{
		{[]string{"sato"}, "sato"}, {[]string{"sato", "sato"}, "sato"}, {[]string{"Sato", "sato", " SATO "}, "SATO"}, {[]string{"佐藤 花子", "佐藤　花子", "佐藤花子"}, "佐藤 花子"},
		{[]string{"sato", ""}, "sato"}, {[]string{"sato", "tanaka"}, ""}, {[]string{" "}, ""}, {nil, ""},
	} {
		for _, name := range []string{"EA01@contoso.onmicrosoft.com", strings.ToUpper(ea)} {
			s := survivalTenant(t)
			said := circumstances(t, s)
			said.Keepings = []Keeping{{Account: name, Credential: "KEY A", Place: " Safe ", Custodians: c.custodians}, {Account: pusher, Credential: "x", Place: "safe"}}
			needs := survivorOf(t, Survive(s, said), ea).Paths[0].Needs
			custodian := slices.IndexFunc(needs, func(n string) bool { return strings.HasPrefix(n, "custodian:") })
			if got := custodian >= 0; got != (c.want != "") || got && needs[custodian] != "custodian:"+c.want {
				t.Errorf("%q of %s: %v", c.custodians, name, needs)
			}
			if !slices.Contains(needs, "place:Safe") {
				t.Errorf("%q of %s: %v", c.custodians, name, needs)
			}
			if people := People(c.custodians); len(people) > 2 || c.want != "" && len(people) != 1 {
				t.Errorf("%q are %q", c.custodians, people)
			}
		}
	}
}

// TestKeptByID: an entry that names a key by its id is meant before one that gives its
// name, in whatever order they are written down.
func TestKeptByID(t *testing.T) {
	t.Parallel()
	entries := []Keeping{{Account: ea, Credential: "Key A", Place: "by name"}, {Account: ea, Credential: "key-a", Place: "by id"}}
	changes := []string{sv + `/displayName = "Key A"`}
	for range 2 {
		slices.Reverse(entries)
		s := survivalTenant(t, append(changes, sv+`/id = "key-a"`)...)
		said := circumstances(t, s)
		said.Keepings = entries
		if needs := survivorOf(t, Survive(s, said), ea).Paths[0].Needs; !slices.Contains(needs, "place:by id") {
			t.Errorf("%v: %v", entries, needs)
		}
	}
}

// TestWhyIsKept: what is not known keeps what Microsoft Graph answered, and a text that was
// read back stays a reason.
func TestWhyIsKept(t *testing.T) {
	t.Parallel()
	s := survive(t, "- users/1/authentication/methods", "- roleAssignments", `unreadable = {"users/`+pusher+`/authentication/methods": {"status": 403, "code": "Authorization_RequestDenied"}, "roleAssignments": {"status": 500, "code": "generalException"}}`)
	for code, err := range map[string]error{"Authorization_RequestDenied": survivorOf(t, s, pusher).Why(), "generalException": s.Why()} {
		var unread *tenant.UnreadError
		if !errors.As(err, &unread) || unread.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	if got := survivorOf(t, s, pusher); got.Why().Error() != got.Unknown {
		t.Errorf("%v is worded as %q", got.Why(), got.Unknown)
	}
	if err := (Survivor{Unknown: "x"}).Why(); err == nil || err.Error() != "x" {
		t.Errorf("after a report was read back: %v", err)
	}
	if (Survivor{}).Why() != nil || (Survival{}).Why() != nil {
		t.Error("a reason for nothing")
	}
}

// TestMandatoryMFA: the clouds, by the initial domain that either list names.
func TestMandatoryMFA(t *testing.T) {
	t.Parallel()
	domain := func(name, initial string) string {
		return `domains = [{"id": "contoso.com", "isInitial": false}, {"id": "` + name + `", "isInitial": ` + initial + `}]`
	}
	organization := func(name string) string {
		return `organization = {"id": "o", "verifiedDomains": [{"name": "` + name + `", "isInitial": true}]}`
	}
	for _, c := range []struct {
		changes []string
		asked   bool
		initial string
	}{
		{[]string{domain("contoso.onmicrosoft.com", "true")}, true, "contoso.onmicrosoft.com"},
		{[]string{domain("contoso.OnMicrosoft.us", "true")}, false, "contoso.OnMicrosoft.us"},
		{[]string{domain("contoso.partner.onmschina.cn", "true")}, false, "contoso.partner.onmschina.cn"},
		{[]string{domain("evil.example.onmicrosoft.us", "true")}, true, "evil.example.onmicrosoft.us"},
		{[]string{"- domains", organization("contoso.onmicrosoft.us")}, false, "contoso.onmicrosoft.us"},
		{[]string{domain("contoso.onmicrosoft.us", "false"), organization("contoso.onmicrosoft.us")}, false, "contoso.onmicrosoft.us"},
		{[]string{domain("contoso.onmicrosoft.us", "false")}, true, ""},
		{[]string{"- domains"}, true, ""},
	} {
		asked, initial, err := MandatoryMFA(survivalTenant(t, c.changes...))
		if asked != c.asked || initial != c.initial || (err != nil) != (c.initial == "") {
			t.Errorf("%v: %v %q %v", c.changes, asked, initial, err)
		}
	}
}

// TestAssumed: what nothing tells is taken for the worse, and said.
func TestAssumed(t *testing.T) {
	t.Parallel()
	const synced = "users/1/onPremisesSyncEnabled = true"
	federated := func(more string) string {
		return `domains/1 = {"id": "contoso.com", "authenticationType": "Federated", "isInitial": false` + more + `}`
	}
	for _, c := range []struct {
		name    string
		changes []string
		want    []string
	}{
		{"nobody is synchronised", nil, nil},
		{"nobody says how passwords are checked", []string{synced}, []string{assumedPassThrough}},
		{"Graph says it", []string{synced, `directorySynchronization = {"features": {"passwordSyncEnabled": false}}`}, nil},
		{"a federated domain without settings", []string{federated("")}, []string{assumedNoMFA}},
		{"a federated domain", []string{federated(`, "federationConfiguration": []`)}, nil},
	} {
		if got := survive(t, c.changes...).Assumed; !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	for _, through := range []bool{true, false} {
		s := survivalTenant(t, synced)
		said := circumstances(t, s)
		said.PassThrough = &through
		if got := Survive(s, said).Assumed; got != nil {
			t.Errorf("the operator says it: %q", got)
		}
	}
}

// TestPoliciesBlock: a policy that can apply to somebody could lock them out.
func TestPoliciesBlock(t *testing.T) {
	t.Parallel()
	const policy = "conditionalAccessPolicies/0/"
	none := []string{}
	for _, c := range []struct {
		name                  string
		changes               []string
		able, locked, unknown []string
	}{
		{"the account is excluded", nil, []string{ea}, []string{pusher, caller, helloe}, nil},
		{"nobody is excluded", []string{policy + "conditions/users/excludeGroups = []"}, none, []string{ea, pusher, caller, helloe}, nil},
		{"no policy", []string{"conditionalAccessPolicies = []"}, []string{ea, pusher, caller, helloe}, none, nil},
		{"a report-only policy", []string{policy + `state = "enabledForReportingButNotEnforced"`}, []string{ea, pusher, caller, helloe}, none, nil},
		{"a policy that stops nobody", []string{policy + "grantControls = null", policy + "sessionControls = null"}, []string{ea, pusher, caller, helloe}, none, nil},
		{"policies unread", []string{"- conditionalAccessPolicies"}, none, none, []string{ea, pusher, caller, helloe}},
		{"whether it applies is not known", []string{policy + `state = "sometimes"`}, []string{ea}, none, []string{pusher, caller, helloe}},
		{"what it demands is not known", []string{policy + "grantControls = 3"}, []string{ea}, none, []string{pusher, caller, helloe}},
		{"the account is disabled", []string{"users/0/accountEnabled = false"}, none, []string{ea, pusher, caller, helloe}, nil},
		{"the account's methods are unread", []string{"- users/0/authentication/methods"}, none, []string{pusher, caller, helloe}, []string{ea}},
	} {
		if got := survive(t, c.changes...).PoliciesBlock; !slices.Equal(got.CanSignIn, c.able) || !slices.Equal(got.LockedOut, c.locked) || !slices.Equal(got.Unknown, c.unknown) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
