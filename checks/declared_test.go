package checks

import (
	"slices"

	"breakglass/tenant"
)

// knowing lets the accounts be known from before, as declared by what declares them.
func knowing(accounts ...Account) settings {
	return func(s *Settings) { s.Past.Accounts = accounts }
}

// inGroup declares a group, and lets both accounts be known to be in it.
func inGroup(id string) settings {
	return func(s *Settings) {
		s.Accounts = []tenant.Declaration{{Group: id}}
		for _, account := range []string{first, second} {
			s.Past.Accounts = append(s.Past.Accounts, Account{ID: account, Declared: id})
		}
	}
}

// declaredJudgements are about accounts that were known before, and whose declaration does not
// lead to them any more.
func declaredJudgements() []judgement {
	ea01 := Account{ID: first, UserPrincipalName: "ea01@contoso.onmicrosoft.com", Declared: "EA01@contoso.onmicrosoft.com"}
	renamed := user1 + `/userPrincipalName = "forgotten@contoso.onmicrosoft.com"`
	named := func(id string) string {
		return `users/+ = {"id": "` + id + `", "userPrincipalName": "ea01@contoso.onmicrosoft.com", "displayName": "Decoy", "accountEnabled": true}`
	}
	const notFound = `{"status": 404, "code": "Request_ResourceNotFound"}`
	const anew = "aaaaaaaa-0000-4000-8000-000000000099"
	gone := `unreadable = {"users/EA01@contoso.onmicrosoft.com": ` + notFound + `, "users/` + first + `": ` + notFound + `}`
	refused := `unreadable = {"users/EA01@contoso.onmicrosoft.com": ` + denied + `, "users/` + first + `": ` + denied + `}`
	// away puts somebody else in the place of the account, who is nobody's business here.
	away := []string{user1 + `/id = "` + anew + `"`, user1 + `/userPrincipalName = "somebody@contoso.onmicrosoft.com"`}
	without := func(more ...string) []string { return slices.Concat(away, more) }
	signedIn := `signIns/+ = {"id": "alarm", "userId": "` + first + `", "createdDateTime": "2026-11-20T10:00:00Z", "status": {"errorCode": 0}, "isInteractive": true}`
	return []judgement{
		{name: "known before", settings: knowing(ea01), want: map[string]string{"account-exists ea01": "pass"}},
		{name: "renamed", settings: knowing(ea01), changes: []string{renamed}, want: map[string]string{"account-exists ea01": "fail high", "account-count tenant": "pass"},
			says: map[string]string{"account-exists ea01": "forgotten@contoso.onmicrosoft.com"}},
		{name: "renamed, and a decoy", settings: knowing(ea01), changes: []string{renamed, named(anew)}, want: map[string]string{"account-exists ea01": "fail high", "account-count tenant": "pass"},
			says: map[string]string{"account-exists ea01": "another user's"}},
		{name: "known before, and its name unread", settings: knowing(ea01), changes: []string{"- " + user1 + "/userPrincipalName"}, want: map[string]string{"account-exists ea01": "unknown critical"}},
		{name: "renamed, and somebody signed in", settings: knowing(ea01), changes: []string{renamed, named(anew), signedIn}, want: map[string]string{"activity-sign-in ea01": "fail critical"}},
		{name: "deleted and made anew", settings: knowing(ea01), changes: []string{user1 + `/id = "` + anew + `"`, `unreadable = {"users/` + first + `": ` + notFound + `}`},
			want: map[string]string{"account-exists " + anew: "pass"}},
		{name: "deleted, and known before", settings: knowing(ea01), changes: without(gone), want: map[string]string{"account-exists EA01@contoso.onmicrosoft.com": "fail critical"}},
		{name: "the name is gone, and the account unread", settings: knowing(ea01), changes: without(`unreadable = {"users/EA01@contoso.onmicrosoft.com": ` + notFound + `, "users/` + first + `": ` + denied + `}`),
			want: map[string]string{"account-exists ea01": "fail critical", "account-enabled ea01": "unknown critical"}},
		{name: "unread, and known before", settings: knowing(ea01), changes: without(refused), want: map[string]string{"account-exists ea01": "unknown critical", "account-enabled ea01": "unknown critical", "account-count tenant": "unknown high"}},
		{name: "unread, and somebody signed in", settings: knowing(ea01), changes: without(refused, signedIn), want: map[string]string{"account-exists ea01": "unknown critical", "activity-sign-in ea01": "fail critical"}},
		{name: "another of its name, and the account unread", settings: knowing(ea01), changes: []string{user1 + `/id = "` + anew + `"`, `unreadable = {"users/` + first + `": ` + denied + `}`},
			want: map[string]string{"account-exists ea01": "unknown critical"}},
		{name: "a declared group unread, and its accounts known", settings: inGroup(emergency), changes: []string{"- " + group1 + "/members"},
			want: map[string]string{"account-exists " + emergency: "unknown critical", "account-count tenant": "unknown high", "account-enabled ea01": "pass", "account-enabled ea02": "pass"}},
		{name: "a declared group unread, and an account of it disabled", settings: inGroup(emergency), changes: []string{"- " + group1 + "/members", user1 + "/accountEnabled = false"},
			want: map[string]string{"account-enabled ea01": "fail critical", "account-enabled ea02": "pass"}},
		{name: "out of the declared group", settings: inGroup(emergency), changes: []string{group1 + `/members = [{"@odata.type": "#microsoft.graph.user", "id": "` + second + `"}]`}, want: map[string]string{"account-exists " + emergency: "pass", "account-count tenant": "fail high"}},
	}
}
