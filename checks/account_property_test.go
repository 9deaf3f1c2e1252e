package checks

import (
	"regexp"
	"strings"
	"testing"
)

// riskless is Graph's answer without the licence for Identity Protection.
const riskless = `unreadable = {"users/` + first + `/riskyUser": {"status": 403, "code": "AadPremiumLicenseRequired"}}`

func exchangePlan(status string) string {
	return user1 + `/assignedPlans = [{"service": "Exchange", "capabilityStatus": "` + status + `"}]`
}

// byID declares ea01 by its object id, so that its name can be another.
func byID(s *Settings) {
	s.Accounts[0].User = first
	for i := range s.Custody[:2] {
		s.Custody[i].Account = first
	}
}

// plans are ea01's.
func plans(service, status string, ids ...string) string {
	var all []string
	for _, id := range ids {
		all = append(all, `{"service": "`+service+`", "capabilityStatus": "`+status+`", "servicePlanId": "`+id+`"}`)
	}
	return user1 + "/assignedPlans = [" + strings.Join(all, ", ") + "]"
}

// TestCapabilityStatus walks Microsoft's table of the states of a plan.
// https://learn.microsoft.com/graph/api/resources/assignedplan#capabilitystatus-values
func TestCapabilityStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]string{"Enabled": "fail low", "Warning": "fail low", "Suspended": "", "LockedOut": "", "Deleted": "", "unknownFutureValue": "unknown low"} {
		got, _ := judgement{changes: []string{plans("exchange", status, "efb87545-963c-4e0d-99df-69c6916d9eb0")}}.judge(t)
		if got["account-no-mailbox ea01"] != want {
			t.Errorf("%s: %q, want %q", status, got["account-no-mailbox ea01"], want)
		}
	}
}

// TestExchangePlans holds the tables of service plans to their form: ids in small letters,
// each in one table.
func TestExchangePlans(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	give, none := mailboxPlans(), mailboxlessPlans()
	for _, table := range []map[string]string{give, none} {
		for id, name := range table {
			if !form.MatchString(id) || name == "" || give[id] != "" && none[id] != "" {
				t.Errorf("%q is %q", id, name)
			}
		}
	}
	for _, id := range []string{"113feb6c-3fe4-4440-bddc-54d774bf0318", "922ba911-5694-4e99-a794-73aed9bfeec8", "176a09a6-7ec5-4039-ac02-b2791c6ba793", "da040e0a-b393-4bea-bb76-928b3fa1cf5a"} {
		if none[id] == "" {
			t.Errorf("%s gives no mailbox", id)
		}
	}
	for _, id := range []string{"efb87545-963c-4e0d-99df-69c6916d9eb0", "9aaf7827-d63c-4b61-89c3-182f06f82e5c", "4a82b400-a79f-41a4-b4e2-e94f5787b113"} {
		if give[id] == "" {
			t.Errorf("%s gives a mailbox", id)
		}
	}
	for _, service := range otherServices() {
		if service != strings.ToLower(service) || strings.Contains(service, "exchange") {
			t.Errorf("%q", service)
		}
	}
}

// propertyJudgements are cases of the properties of an account.
func propertyJudgements() []judgement {
	return []judgement{
		{name: "guest", changes: []string{user1 + `/userType = "Guest"`}, want: map[string]string{"account-member ea01": "fail medium"}},
		{name: "user type of tomorrow", changes: []string{user1 + `/userType = "Robot"`}, want: map[string]string{"account-member ea01": "unknown medium"}},
		{name: "invited as a member", settings: byID, changes: []string{user1 + `/userPrincipalName = "ea01_home.com#EXT#@contoso.onmicrosoft.com"`}, want: map[string]string{"account-member ea01": "fail medium", "mfa-ready ea01": "unknown critical"},
			says: map[string]string{"account-member ea01": "invited"}},
		{name: "invited, in small letters, and the user type unread", settings: byID, changes: []string{user1 + `/userPrincipalName = "ea01_home.com#ext#@contoso.onmicrosoft.com"`, "- " + user1 + "/userType"}, want: map[string]string{"account-member ea01": "fail medium"}},
		{name: "a guest, and the name unread", settings: byID, changes: []string{user1 + `/userType = "Guest"`, "- " + user1 + "/userPrincipalName"}, want: map[string]string{"account-member ea01": "fail medium"}},
		{name: "a member, and the name unread", settings: byID, changes: []string{"- " + user1 + "/userPrincipalName"}, want: map[string]string{"account-member ea01": "unknown medium"}},
		{name: "user type unread", changes: []string{"- " + user1 + "/userType"}, want: map[string]string{"account-member ea01": "unknown medium"}},

		{name: "password: the domain alone says never", changes: []string{user1 + "/passwordPolicies = null"}, want: map[string]string{"account-password-permanent ea01": "pass"}},
		{name: "password: among other policies", changes: []string{user1 + `/passwordPolicies = "DisableStrongPassword, disablepasswordexpiration"`, "- domains/0/passwordValidityPeriodInDays"},
			want: map[string]string{"account-password-permanent ea01": "pass", "account-password-permanent ea02": "pass"}},
		{
			name: "password: expires", changes: []string{user1 + `/passwordPolicies = "None"`, "domains/0/passwordValidityPeriodInDays = 90"},
			want: map[string]string{"account-password-permanent ea01": "fail medium", "account-password-permanent ea02": "pass"},
			says: map[string]string{"account-password-permanent ea01": "after 90 days"},
		},
		{name: "password: no number", changes: []string{user1 + "/passwordPolicies = null", "domains/0/passwordValidityPeriodInDays = null"},
			want: map[string]string{"account-password-permanent ea01": "unknown medium"}, says: map[string]string{"account-password-permanent ea01": "when the tenant was made"}},
		{name: "password: number unread", changes: []string{user1 + "/passwordPolicies = null", "- domains/0/passwordValidityPeriodInDays"},
			want: map[string]string{"account-password-permanent ea01": "unknown medium"}},
		{name: "password: policy unread, the domain expires", changes: []string{"- " + user1 + "/passwordPolicies", "domains/0/passwordValidityPeriodInDays = 90"},
			want: map[string]string{"account-password-permanent ea01": "unknown medium"}},
		{name: "password: policy unread, the domain says never", changes: []string{"- " + user1 + "/passwordPolicies"}, want: map[string]string{"account-password-permanent ea01": "pass"}},

		{name: "mailbox", changes: []string{exchangePlan("Enabled")}, want: map[string]string{"account-no-mailbox ea01": "fail low"}},
		{name: "mailbox of a licence that runs out", changes: []string{exchangePlan("Warning")}, want: map[string]string{"account-no-mailbox ea01": "fail low"}},
		{name: "mailbox suspended", changes: []string{exchangePlan("Suspended")}, want: map[string]string{"account-no-mailbox ea01": "pass"}},
		{name: "mailbox: service unread", changes: []string{user1 + `/assignedPlans = [{"capabilityStatus": "Enabled"}]`}, want: map[string]string{"account-no-mailbox ea01": "unknown low"}},
		{name: "mailbox: status unread", changes: []string{user1 + `/assignedPlans = [{"service": "exchange"}]`}, want: map[string]string{"account-no-mailbox ea01": "unknown low"}},
		{name: "plans that come with other licences", changes: []string{plans("exchange", "Enabled", "113FEB6C-3fe4-4440-bddc-54d774bf0318", "176a09a6-7ec5-4039-ac02-b2791c6ba793", "9f431833-0334-42de-a7dc-70aa40db46db")}},
		{name: "mailbox beside plans that are none", changes: []string{plans("exchange", "Enabled", "113feb6c-3fe4-4440-bddc-54d774bf0318", "efb87545-963c-4e0d-99df-69c6916d9eb0")}, want: map[string]string{"account-no-mailbox ea01": "fail low"}},
		{name: "mailbox of a plan on no list", changes: []string{plans("exchange", "Enabled", "99999999-0000-4000-8000-000000000000")}, want: map[string]string{"account-no-mailbox ea01": "fail low"}},
		{name: "mailbox whose service has another name", changes: []string{plans("mail", "Enabled", "9AAF7827-d63c-4b61-89c3-182f06f82e5c")}, want: map[string]string{"account-no-mailbox ea01": "fail low"}},
		{name: "a plan of another service", changes: []string{plans("SharePoint", "Enabled", "5dbe027f-2339-4123-9542-606e4d348a72")}},
		{name: "a plan of a service of tomorrow", changes: []string{plans("ExchangeNext", "Enabled", "99999999-0000-4000-8000-000000000000")}, want: map[string]string{"account-no-mailbox ea01": "unknown low"}, says: map[string]string{"account-no-mailbox ea01": `"ExchangeNext"`}},
		{name: "a plan of a service of tomorrow, deleted", changes: []string{plans("ExchangeNext", "Deleted", "99999999-0000-4000-8000-000000000000")}},
		{name: "mailbox in a state of tomorrow", changes: []string{plans("exchange", "Frozen", "efb87545-963c-4e0d-99df-69c6916d9eb0")}, want: map[string]string{"account-no-mailbox ea01": "unknown low"}, says: map[string]string{"account-no-mailbox ea01": `"Frozen"`}},
		{name: "mailbox in the state null", changes: []string{user1 + `/assignedPlans = [{"service": "exchange", "capabilityStatus": null}]`}, want: map[string]string{"account-no-mailbox ea01": "unknown low"}},
		{name: "mailbox of the service null", changes: []string{user1 + `/assignedPlans = [{"service": null, "capabilityStatus": "Enabled"}]`}, want: map[string]string{"account-no-mailbox ea01": "unknown low"}},
		{name: "a plan that is none, in a state of tomorrow", changes: []string{plans("exchange", "Frozen", "113feb6c-3fe4-4440-bddc-54d774bf0318")}},
		{name: "plans unread", changes: []string{"- " + user1 + "/assignedPlans"}, want: map[string]string{"account-no-mailbox ea01": "unknown low"}},

		{
			name: "a person's phone", changes: []string{user1 + `/mobilePhone = "+81 90 1234 5678"`, user2 + `/otherMails = ["sato@example.com"]`},
			want: map[string]string{"account-impersonal ea01": "fail low", "account-impersonal ea02": "fail low"},
			says: map[string]string{"account-impersonal ea01": "Set on the account: mobilePhone."},
		},
		{name: "a desk's phone", changes: []string{user1 + `/businessPhones = ["03"]`}, want: map[string]string{"account-impersonal ea01": "fail low"}},
		{name: "empty texts are no numbers", changes: []string{user1 + `/mobilePhone = ""`, user1 + `/businessPhones = [""]`}},
		{name: "phone unread", changes: []string{"- " + user1 + "/mobilePhone"}, want: map[string]string{"account-impersonal ea01": "unknown low"}},
		{name: "desk's phone unread", changes: []string{"- " + user1 + "/businessPhones"}, want: map[string]string{"account-impersonal ea01": "unknown low"}},
		{name: "mail unread", changes: []string{"- " + user1 + "/otherMails"}, want: map[string]string{"account-impersonal ea01": "unknown low"}},
		{name: "mail unread, a phone is there", changes: []string{"- " + user1 + "/otherMails", user1 + `/mobilePhone = "1"`}, want: map[string]string{"account-impersonal ea01": "fail low"}},

		{name: "unprotected", changes: []string{user1 + "/isManagementRestricted = null"}, want: map[string]string{"account-protected ea01": "fail info"}},
		{name: "protection unread", changes: []string{"- " + user1 + "/isManagementRestricted"}, want: map[string]string{"account-protected ea01": "unknown info"}},

		{name: "at risk", changes: []string{user1 + `/riskyUser/riskState = "atRisk"`}, want: map[string]string{"account-not-risky ea01": "fail high"}},
		{name: "compromised", changes: []string{user1 + `/riskyUser/riskState = "confirmedCompromised"`}, want: map[string]string{"account-not-risky ea01": "fail high"}},
		{name: "risk dismissed", changes: []string{user1 + `/riskyUser/riskState = "dismissed"`}},
		{name: "no risk is listed", changes: []string{user1 + "/riskyUser = null"}},
		{name: "risk of tomorrow", changes: []string{user1 + `/riskyUser/riskState = "somewhat"`}, want: map[string]string{"account-not-risky ea01": "unknown high"}},
		{name: "risk null", changes: []string{user1 + `/riskyUser/riskState = null`}, want: map[string]string{"account-not-risky ea01": "unknown high"}},
		{name: "risk unread", changes: []string{"- " + user1 + "/riskyUser"}, want: map[string]string{"account-not-risky ea01": "unknown high"}},
		{name: "risk without a licence", changes: []string{"- " + user1 + "/riskyUser", riskless}, want: map[string]string{"account-not-risky ea01": "not-applicable high"}},

		{name: "per-user MFA enforced", changes: []string{user1 + `/authentication/requirements/perUserMfaState = "enforced"`}, want: map[string]string{"mfa-not-per-user ea01": "fail high"}},
		{name: "per-user MFA enabled", changes: []string{user1 + `/authentication/requirements/perUserMfaState = "enabled"`}, want: map[string]string{"mfa-not-per-user ea01": "fail high"}},
		{name: "per-user MFA of tomorrow", changes: []string{user1 + `/authentication/requirements/perUserMfaState = "half"`}, want: map[string]string{"mfa-not-per-user ea01": "unknown high"}},
		{name: "per-user MFA null", changes: []string{user1 + `/authentication/requirements = null`}, want: map[string]string{"mfa-not-per-user ea01": "unknown high"}},
		{name: "per-user MFA unread", changes: []string{"- " + user1 + "/authentication/requirements"}, want: map[string]string{"mfa-not-per-user ea01": "unknown high"}},
	}
}
