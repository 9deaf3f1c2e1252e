package checks

import (
	"maps"
	"slices"

	"breakglass/tenant"
)

// accountChecks are the checks that are asked of each account.
func accountChecks() []Check {
	r := Run(All(), tenant.Snapshot{}, Settings{Accounts: []tenant.Declaration{{User: "a"}}, Custody: []Custody{{Account: "a"}}})
	return slices.DeleteFunc(All(), func(c Check) bool {
		return !slices.ContainsFunc(r.Results, func(r Result) bool { return r.Check == c.ID && r.Subject.ID == "a" })
	})
}

// unread1 are the verdicts when the whole of ea01 cannot be read.
func unread1(subject string) map[string]string {
	want := map[string]string{"account-count tenant": "unknown high"}
	for _, c := range accountChecks() {
		want[c.ID+" "+subject] = "unknown " + c.Severity.String()
	}
	return want
}

func groupDeclared(id string) settings {
	return func(s *Settings) { s.Accounts = []tenant.Declaration{{Group: id}} }
}

func accountJudgements() []judgement {
	return []judgement{
		{name: "good"},
		{name: "guests are members too", changes: []string{user1 + "/userType = null"}},
		{
			name: "one account is declared", settings: func(s *Settings) { s.Accounts = s.Accounts[:1] },
			want: map[string]string{"account-count tenant": "fail high"},
			says: map[string]string{"account-count tenant": "Only one"},
		},
		{
			name: "none is declared", settings: func(s *Settings) { s.Accounts = nil },
			want: map[string]string{"account-count tenant": "fail critical"},
		},
		{
			name:     "one account is declared twice",
			settings: func(s *Settings) { s.Accounts[1].User = first },
			want:     map[string]string{"account-count tenant": "fail high"},
		},
		{
			name: "one account is declared twice, in two cases", settings: func(s *Settings) {
				s.Accounts = []tenant.Declaration{{User: "Other@contoso.com"}, {User: "other@Contoso.com"}}
			},
			want: map[string]string{"account-count tenant": "fail critical", "account-exists Other@contoso.com": "unknown critical"},
		},
		{
			name: "one account that is gone is declared twice, in two cases", settings: func(s *Settings) {
				s.Accounts = append(s.Accounts, tenant.Declaration{User: "Gone@contoso.com"}, tenant.Declaration{User: "gone@contoso.com"})
			},
			changes: []string{`unreadable = {"users/gone@contoso.com": {"status": 404, "code": "Request_ResourceNotFound"}}`},
			want:    map[string]string{"account-exists Gone@contoso.com": "fail critical"},
		},
		{
			name: "disabled", changes: []string{user1 + "/accountEnabled = false"},
			want: map[string]string{"account-count tenant": "fail high", "account-enabled ea01": "fail critical"},
		},
		{
			name: "both disabled", changes: []string{user1 + "/accountEnabled = false", user2 + "/accountEnabled = false"},
			want: map[string]string{"account-count tenant": "fail critical", "account-enabled ea01": "fail critical", "account-enabled ea02": "fail critical"},
		},
		{
			name: "accountEnabled unread", changes: []string{"- " + user1 + "/accountEnabled"},
			want: map[string]string{"account-count tenant": "unknown high", "account-enabled ea01": "unknown critical"},
			says: map[string]string{"account-enabled ea01": "not collected"},
		},
		{
			name: "one disabled and one unread", changes: []string{"- " + user1 + "/accountEnabled", user2 + "/accountEnabled = false"},
			want: map[string]string{"account-count tenant": "fail critical", "account-enabled ea01": "unknown critical", "account-enabled ea02": "fail critical"},
		},
		{
			name: "accountEnabled of a wrong type", changes: []string{user1 + `/accountEnabled = "yes"`},
			want: map[string]string{"account-count tenant": "unknown high", "account-enabled ea01": "unknown critical"},
		},
		{
			name: "not found", settings: func(s *Settings) { s.Accounts[0].User = "gone@contoso.com" },
			changes: []string{`unreadable = {"users/gone@contoso.com": {"status": 404, "code": "Request_ResourceNotFound"}}`},
			want:    map[string]string{"account-count tenant": "fail high", "account-exists gone@contoso.com": "fail critical"},
		},
		{
			name: "deleted", settings: func(s *Settings) { s.Accounts[0].User = "99999999-0000-4000-8000-000000000000" },
			changes: []string{`deletedObjects = ["99999999-0000-4000-8000-000000000000"]`},
			want:    map[string]string{"account-count tenant": "fail high", "account-exists 99999999-0000-4000-8000-000000000000": "fail critical"},
		},
		{
			name: "not collected", settings: func(s *Settings) { s.Accounts[0].User = "other@contoso.com" },
			want: unread1("other@contoso.com"),
		},
		{
			name: "refused", settings: func(s *Settings) { s.Accounts[0].User = "other@contoso.com" },
			changes: []string{`unreadable = {"users/other@contoso.com": ` + denied + `}`},
			want:    unread1("other@contoso.com"),
			says:    map[string]string{"mfa-ready other@contoso.com": "User.Read.All"},
		},
		{
			name: "no users were read", changes: []string{"- users"},
			want: func() map[string]string {
				want := unread1("EA01@contoso.onmicrosoft.com")
				maps.Copy(want, unread1("ea02"))
				return want
			}(),
		},
		{name: "a group is declared", settings: groupDeclared(emergency)},
		{name: "a group with a nested group is declared", settings: groupDeclared(keyHolders)},
		{
			name: "a group and one of its users are declared",
			settings: func(s *Settings) {
				s.Accounts = []tenant.Declaration{{User: first}, {Group: emergency}}
			},
		},
		{
			name: "an empty group is declared", settings: groupDeclared(nobody),
			want: map[string]string{"account-count tenant": "fail critical", "account-exists " + nobody: "fail critical"},
		},
		{
			name: "a deleted group is declared", settings: groupDeclared(emergency + "0"),
			changes: []string{`unreadable = {"groups/` + emergency + `0": {"status": 404}}`},
			want:    map[string]string{"account-count tenant": "fail critical", "account-exists " + emergency + "0": "fail critical"},
		},
		{
			name: "an unread group is declared", settings: groupDeclared(emergency + "0"),
			want: map[string]string{"account-count tenant": "unknown high", "account-exists " + emergency + "0": "unknown critical"},
		},
		{
			name: "a declared group's nested group was not read", settings: groupDeclared(keyHolders),
			changes: []string{"- groups/0/members"},
			want: map[string]string{
				"account-count tenant": "unknown high", "account-exists " + keyHolders: "unknown critical",
			},
			says: map[string]string{"account-exists " + keyHolders: "Emergency access"},
		},
		{
			name: "a member of a declared group was not read", settings: groupDeclared(emergency),
			changes: []string{`groups/0/members/+ = {"@odata.type": "#microsoft.graph.user", "id": "member-3"}`},
			want: func() map[string]string {
				want := unread1("member-3")
				delete(want, "account-count tenant")
				delete(want, "account-exists member-3")
				return want
			}(),
		},
		{
			name: "synchronised", changes: []string{user1 + "/onPremisesSyncEnabled = true"},
			want: map[string]string{"account-cloud-only ea01": "fail critical"},
		},
		{
			name: "onPremisesSyncEnabled unread", changes: []string{"- " + user1 + "/onPremisesSyncEnabled"},
			want: map[string]string{"account-cloud-only ea01": "unknown critical"},
		},
		{
			name: "custom federated domain", changes: []string{user2 + `/userPrincipalName = "ea02@Contoso.com"`},
			want: map[string]string{"account-onmicrosoft ea02": "fail high", "account-domain-managed ea02": "fail critical"},
		},
		{
			name: "another tenant's look-alike domain", changes: []string{user2 + `/userPrincipalName = "ea02@evilonmicrosoft.com"`},
			want: map[string]string{"account-onmicrosoft ea02": "fail high", "account-domain-managed ea02": "fail critical"},
			says: map[string]string{"account-domain-managed ea02": "not among"},
		},
		{
			name: "mail routing domain",
			changes: []string{
				user2 + `/userPrincipalName = "ea02@contoso.mail.onmicrosoft.com"`,
				`domains/+ = {"id": "contoso.mail.onmicrosoft.com", "authenticationType": "Managed", "isInitial": false}`,
			},
			want: map[string]string{"account-onmicrosoft ea02": "fail high"},
		},
		{name: "domain in capitals", changes: []string{user2 + `/userPrincipalName = "EA02@CONTOSO.ONMICROSOFT.COM"`}},
		{
			name: "authentication type not known", changes: []string{`domains/0/authenticationType = "unknownFutureValue"`},
			want: map[string]string{"account-domain-managed ea01": "unknown critical", "account-domain-managed ea02": "unknown critical"},
		},
		{
			name: "domains unread", changes: []string{"- domains", `unreadable = {"domains": ` + denied + `}`},
			want: map[string]string{"account-domain-managed ea01": "unknown critical", "account-domain-managed ea02": "unknown critical"},
			says: map[string]string{"account-domain-managed ea01": "Domain.Read.All"},
		},
		{
			name: "user principal name unread", changes: []string{"- " + user2 + "/userPrincipalName"},
			want: map[string]string{"account-onmicrosoft ea02": "unknown high", "account-domain-managed ea02": "unknown critical"},
		},
	}
}
