package config

import (
	"errors"
	"strings"
	"testing"
)

// A mistakeCase is a file and the whole text of its error, without the "f:".
type mistakeCase struct{ name, text, want string }

// with puts a line in place of, or after, a good file's.
func with(line string) string {
	return "emergencyAccess:\n  accounts:\n    - user: ea01@contoso.onmicrosoft.com\n" + line + "\n"
}

func mistakeCases() []mistakeCase {
	const (
		list     = `a list, each entry on a line that begins with "- "`
		text     = "text, in quotes if it looks like a number or a date"
		user     = "a user principal name or an object id"
		id       = "an object id (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)"
		when     = "a date (2026-12-15) or a time with its offset (2026-11-20T09:00:00+09:00)"
		topNames = "tenant, emergencyAccess, custody, passwordAuthentication, dependencies, identifiers, allow, drills, snooze, notifications or GlobalSettings"
		declare  = `emergencyAccess with accounts, a list of "- user: <user principal name or object id>" or "- group: <object id>"`
		drill    = "{account: ea01@contoso.onmicrosoft.com, from: 2026-11-20, to: 2026-11-21, by: k}"
		snooze   = "{check: drill-recent, until: 2026-11-20, reason: r, by: k}"
		maester  = "GlobalSettings: {EmergencyAccessAccounts: "
	)
	return []mistakeCase{
		{"empty", "", "1: the file declares nothing; expected " + declare},
		{"only a comment", "# emergencyAccess:\n", "1: the file declares nothing; expected " + declare},
		{"only markers", "---\n...\n", "1: the file declares nothing; expected " + declare},
		{"null", "~", "1: the file declares nothing; expected " + declare},
		{"a list", "- user: x", "1: the file is a list; expected a mapping with " + topNames},
		{"a text", "ea01@contoso.onmicrosoft.com", "1: the file is a text; expected a mapping with " + topNames},
		{"huge", strings.Repeat("#", maxSize+1), "1: the file is larger than 1 MiB; expected a breakglass.yaml"},
		{"control character", "tenant: a.bc\n\x00", "2: a character that is not text; expected UTF-8 without control characters"},
		{"not UTF-8", "a\n\nb: \xff", "3: a character that is not text; expected UTF-8 without control characters"},
		{"two documents", with("---\ntenant: a.bc"), "4: the file holds a second YAML document; expected one"},
		{"syntax", with("tenant: [a"), "3: the syntax is broken near this line: did not find expected ',' or ']'; expected YAML or JSON"},
		{"syntax after the document", with("---\na: ]"), "4: the syntax is broken near this line: did not find expected node content; expected YAML or JSON"},
		{"tab", with("  \tdrillEvery: 90d"), "3: the syntax is broken near this line: found a tab character that violates indentation; expected YAML or JSON"},
		{"unknown anchor", with("tenant: *https://secret"), "4: an alias (*) of nothing, or of itself; expected the value itself; quote a text that begins with *"},
		{"alias of itself", with("tenant: &a [*a]"), "4: tenant is a list; expected the tenant's id or one of its domains"},
		{"alias", with("custody: &a\ndrills: *a"), "5: drills is an alias (*), and aliases are not read; expected " + list},
		{"alias of a text", "tenant: &a contoso.com\npasswordAuthentication: *a", "2: passwordAuthentication is an alias (*), and aliases are not read; expected hash or pass-through"},
		{"alias bomb", "tenant: [&a [x, x], &b [*a, *a], &c [*b, *b], &d [*c, *c], [*d, *d]]", "1: tenant is a list; expected the tenant's id or one of its domains"},
		{"merge key", with("<<: {tenant: contoso.com}"), "4: the file has a merge key (<<), and merge keys are not read; expected the keys themselves"},
		{"merged alias", "emergencyAccess: &a {accounts: [{user: a@b.co}]}\nallow: {<<: *a}", "2: allow has a merge key (<<), and merge keys are not read; expected the keys themselves"},
		{"a quoted merge key", with("'<<': 1"), `4: the file has an unknown key "<<"; expected ` + topNames},
		{"deep nesting", strings.Repeat("[", 20000), "1: the syntax is broken near this line: exceeded max depth of 10000; expected YAML or JSON"},
		{"deep nesting of entries", strings.Repeat("- ", 20000), "1: the syntax is broken near this line: exceeded max depth of 10000; expected YAML or JSON"},
		{"binary", with("tenant: !!binary aGVsbG8="), "4: tenant is a value with a YAML tag (!); expected the tenant's id or one of its domains"},
		{"tag", with("tenant: !secret contoso.com"), "4: tenant is a value with a YAML tag (!); expected the tenant's id or one of its domains"},
		{"tagged section", with("allow: !x {}"), "4: allow is a mapping with a YAML tag (!); expected a mapping with applications"},
		{"tagged list", with("drills: !x []"), "4: drills is a list with a YAML tag (!); expected " + list},
		{"key that is a list", with("[a, b]: c"), "4: the file has a key that is a list; expected " + topNames},

		{"unknown key", with("colour: red"), `4: the file has an unknown key "colour"; expected ` + topNames},
		{"misspelt key", with("snoze: []"), `4: the file has an unknown key "snoze"; did you mean snooze?`},
		{"key in another case", with("  drillevery: 90d"), `4: emergencyAccess has an unknown key "drillevery"; did you mean drillEvery?`},
		{"key of a section at the top", with("drillEvery: 90d"), `4: the file has an unknown key "drillEvery"; it belongs in emergencyAccess, further to the right`},
		{"section that is empty, and its key at the top", "emergencyAccess:\naccounts:\n  - user: a@b.co", "1: emergencyAccess is empty; expected a mapping with accounts, drillEvery, maxGlobalAdministrators or policyProfile\n" +
			`f:2: the file has an unknown key "accounts"; it belongs in emergencyAccess, further to the right`},
		{"section in another", with("  custody: []"), `4: emergencyAccess has an unknown key "custody"; it belongs outside of emergencyAccess, at the beginning of a line`},
		{"key that is a secret", with("https://hooks.example.com/x: 1"), "4: the file has an unknown key that is not repeated here, as it may be a secret; expected " + topNames},
		{"long key", with(strings.Repeat("k", 100) + ": 1"), `4: the file has an unknown key "` + strings.Repeat("k", 40) + `"…; expected ` + topNames},
		{"duplicate key", with("tenant: a.bc\ntenant: d.ef"), "5: tenant is given twice; expected once; the other is in line 4"},
		{"duplicate section", with(with("")), "4: emergencyAccess is given twice; expected once; the other is in line 1"},
		{"several tenants", "tenants:\n  - tenant: a.bc\n    nonsense: 1\n", "2: several tenants are not supported by this version; expected the sections of one tenant, without tenants"},

		{"tenant", with("tenant: contoso"), `4: tenant is "contoso"; expected the tenant's id or one of its domains`},
		{"tenant, empty", with("tenant:"), "4: tenant is empty; expected the tenant's id or one of its domains"},
		{"tenant, a number", with("tenant: 12"), "4: tenant is a number; expected the tenant's id or one of its domains"},
		{"tenant, a secret", with("tenant: https://hooks.slack.com/services/T0/B0/x"), "4: tenant has a value that is not repeated here, as it may be a secret; expected the tenant's id or one of its domains"},
		{"tenant, a key", with("tenant: kY3v+0/aQ8xZ1bW5tR7uP2sD4fG6hJ9kL0zX3cV5bN=="), "4: tenant has a value that is not repeated here, as it may be a secret; expected the tenant's id or one of its domains"},
		{"tenant, an application's secret", with("tenant: f0o8Q~bAr-B4z.qUx_1234567890abcdefghijkl"), "4: tenant has a value that is not repeated here, as it may be a secret; expected the tenant's id or one of its domains"},
		{"a token as a key", with("xapp-1-A0B1C2D3E4F-1234567890123-abcdef: 1"), "4: the file has an unknown key that is not repeated here, as it may be a secret; expected " + topNames},
		{"an account that is nearly one", "emergencyAccess:\n  accounts: [3F0D9A1C-5B1E-4C55-9B5E-0A4F2D6F7A0]", `2: emergencyAccess.accounts[0] is a text; expected "- user: <user principal name or object id>" or "- group: <object id>"`},
		{"tenant, a long text", with("tenant: " + strings.Repeat("界", 50)), `4: tenant is "` + strings.Repeat("界", 40) + `"…; expected the tenant's id or one of its domains`},
		{"tenant, hostile", with(`tenant: "a\e[31m\u202e"`), `4: tenant is "a\x1b[31m\u202e"; expected the tenant's id or one of its domains`},

		{"emergencyAccess, empty", "emergencyAccess:", "1: emergencyAccess is empty; expected a mapping with accounts, drillEvery, maxGlobalAdministrators or policyProfile"},
		{"accounts, empty", "emergencyAccess:\n  accounts:", "2: emergencyAccess.accounts declares no account; expected at least one, or no emergencyAccess.accounts"},
		{"accounts, none", "emergencyAccess:\n  accounts: []", "2: emergencyAccess.accounts declares no account; expected at least one, or no emergencyAccess.accounts"},
		{"accounts, a mapping", "emergencyAccess:\n  accounts: {user: a@b.co}", "2: emergencyAccess.accounts is a mapping; expected " + list},
		{"account, a text", "emergencyAccess:\n  accounts: [a@b.co]", `2: emergencyAccess.accounts[0] is a text; write "- user: a@b.co"`},
		{"account, an id", "emergencyAccess:\n  accounts:\n    - " + id1, `3: emergencyAccess.accounts[0] is a text; write "- user: ` + id1 + `" for a user, or "- group: ` + id1 + `" for a group`},
		{"account, a name", "emergencyAccess:\n  accounts:\n    - ea01", `3: emergencyAccess.accounts[0] is a text; expected "- user: <user principal name or object id>" or "- group: <object id>"`},
		{"account, nobody", "emergencyAccess:\n  accounts: [{}]", "2: emergencyAccess.accounts[0] declares not exactly one; expected user or group"},
		{"account, both", "emergencyAccess:\n  accounts: [{user: a@b.co, group: " + id2 + "}]", "2: emergencyAccess.accounts[0] declares not exactly one; expected user or group"},
		{"user", "emergencyAccess:\n  accounts:\n  - user: ea01", `3: emergencyAccess.accounts[0].user is "ea01"; expected ` + user},
		{"users in one", "emergencyAccess:\n  accounts:\n  - user: a@b.co,c@d.ef", `3: emergencyAccess.accounts[0].user is "a@b.co,c@d.ef"; expected ` + user},
		{"user, a path", "emergencyAccess:\n  accounts:\n  - user: ../x@b.co", `3: emergencyAccess.accounts[0].user is "../x@b.co"; expected ` + user},
		{"user, a number", "emergencyAccess:\n  accounts:\n  - user: 1", "3: emergencyAccess.accounts[0].user is a number; expected " + user + ""},
		{"group", "emergencyAccess:\n  accounts:\n  - group: Emergency", `3: emergencyAccess.accounts[0].group is "Emergency"; expected ` + id},
		{"drillEvery without unit", with("  drillEvery: 90"), "4: emergencyAccess.drillEvery is a number; expected a duration in hours, days or weeks, such as 36h, 90d or 12w"},
		{"drillEvery", with("  drillEvery: 3 months"), `4: emergencyAccess.drillEvery is "3 months"; expected a duration in hours, days or weeks, such as 36h, 90d or 12w`},
		{"drillEvery, ISO 8601", with("  drillEvery: P90D"), `4: emergencyAccess.drillEvery is "P90D"; expected a duration in hours, days or weeks, such as 36h, 90d or 12w`},
		{"drillEvery, a fraction", with("  drillEvery: 1.5d"), `4: emergencyAccess.drillEvery is "1.5d"; expected a duration in hours, days or weeks, such as 36h, 90d or 12w`},
		{"drillEvery, a capital", with("  drillEvery: 90D"), `4: emergencyAccess.drillEvery is "90D"; expected a duration in hours, days or weeks, such as 36h, 90d or 12w`},
		{"drillEvery, as Go writes it", with("  drillEvery: 2160h0m0s"), `4: emergencyAccess.drillEvery is "2160h0m0s"; expected a duration in hours, days or weeks, such as 36h, 90d or 12w`},
		{"drillEvery, zero", with("  drillEvery: 0d"), `4: emergencyAccess.drillEvery is "0d"; expected a duration in hours, days or weeks, such as 36h, 90d or 12w`},
		{"drillEvery, negative", with("  drillEvery: -1d"), `4: emergencyAccess.drillEvery is "-1d"; expected a duration in hours, days or weeks, such as 36h, 90d or 12w`},
		{"drillEvery, overflow", with("  drillEvery: 99999w"), `4: emergencyAccess.drillEvery is "99999w"; expected a duration in hours, days or weeks, such as 36h, 90d or 12w`},
		{"maxGlobalAdministrators", with("  maxGlobalAdministrators: four"), `4: emergencyAccess.maxGlobalAdministrators is "four"; expected a whole number from 1 to 10000, without quotes`},
		{"maxGlobalAdministrators, in quotes", with("  maxGlobalAdministrators: '4'"), `4: emergencyAccess.maxGlobalAdministrators is "4"; expected a whole number from 1 to 10000, without quotes`},
		{"maxGlobalAdministrators, zero", with("  maxGlobalAdministrators: 0"), `4: emergencyAccess.maxGlobalAdministrators is "0"; expected a whole number from 1 to 10000, without quotes`},
		{"maxGlobalAdministrators, octal", with("  maxGlobalAdministrators: 010"), `4: emergencyAccess.maxGlobalAdministrators is "010"; expected a whole number from 1 to 10000, without quotes`},
		{"maxGlobalAdministrators, a fraction", with("  maxGlobalAdministrators: 4.5"), "4: emergencyAccess.maxGlobalAdministrators is a number; expected a whole number from 1 to 10000, without quotes"},
		{"policyProfile", with("  policyProfile: exclude"), `4: emergencyAccess.policyProfile is "exclude"; did you mean excluded?`},

		{"custody, no account", with("custody: [{credential: c}]"), "4: custody[0] has no account; expected account, credential, place, custodians or checked"},
		{"custody, no credential", with("custody: [{account: ea01@contoso.onmicrosoft.com}]"), "4: custody[0] has no credential; expected account, credential, place, custodians or checked"},
		{"custody, credential", with("custody: [{account: ea01@contoso.onmicrosoft.com, credential: 123}]"), "4: custody[0].credential is a number; expected " + text},
		{"custody, blank place", with("custody: [{account: ea01@contoso.onmicrosoft.com, credential: c, place: ' '}]"), `4: custody[0].place is " "; expected ` + text},
		{"custody, custodians", with("custody: [{account: ea01@contoso.onmicrosoft.com, credential: c, custodians: k}]"), "4: custody[0].custodians is a text; expected " + list},
		{"custody, custodian", with("custody: [{account: ea01@contoso.onmicrosoft.com, credential: c, custodians: [k, true]}]"), "4: custody[0].custodians[1] is true or false; expected " + text},
		{"custody, checked", with("custody: [{account: ea01@contoso.onmicrosoft.com, credential: c, checked: 01.10.2026}]"), `4: custody[0].checked is "01.10.2026"; expected ` + when},
		{"custody, no such day", with("custody: [{account: ea01@contoso.onmicrosoft.com, credential: c, checked: 2026-02-30}]"), `4: custody[0].checked is "2026-02-30"; expected ` + when},
		{"custody, a credential twice", with("custody:\n  - {account: ea01@contoso.onmicrosoft.com, credential: c}\n  - {account: ea01@contoso.onmicrosoft.com, credential: d}\n  - {account: EA01@contoso.onmicrosoft.com, credential: c}"), "7: custody[2] is for the same credential of the same account as another entry; expected one entry for each; the other is in line 5. Where two keys have one name, use their ids"},
		{"custody, a credential twice in a group", "emergencyAccess: {accounts: [{group: " + id2 + "}]}\ncustody:\n  - {account: a@b.co, credential: c}\n  - {account: A@b.co, credential: c}", "4: custody[1] is for the same credential of the same account as another entry; expected one entry for each; the other is in line 3. Where two keys have one name, use their ids"},
		{"passwordAuthentication", with("passwordAuthentication: federated"), `4: passwordAuthentication is "federated"; expected hash or pass-through`},
		{"dependencies, a method that is none", with("dependencies: [{method: fido, services: [], reason: r}]"), `4: dependencies[0].method is "fido"; did you mean fido2?`},
		{"dependencies, a service", with("dependencies: [{method: fido2, services: [MFA Service], reason: r}]"), `4: dependencies[0].services[0] is "MFA Service"; expected the id of a service, as in the list that ` + "`breakglass explain dependencies`" + ` prints, or one of your own in small letters, digits and hyphens`},
		{"dependencies, no reason", with("dependencies: [{method: fido2, services: []}]"), "4: dependencies[0] has no reason; expected method, services or reason"},
		{"dependencies, twice", with("dependencies:\n  - {method: fido2, services: [], reason: r}\n  - {method: fido2, services: [a], reason: r}"), "6: dependencies[1] is for the same method as another entry; expected one entry for each; the other is in line 5"},
		{"identifiers", with("identifiers: none"), `4: identifiers is "none"; expected alias or full`},
		{"allow", with("allow: [x]"), "4: allow is a list; expected a mapping with applications"},
		{"allow, applications", with("allow: {applications: [x]}"), `4: allow.applications[0] is "x"; expected ` + id},

		{"drill, nothing", with("drills: [{}]"), strings.Join([]string{
			"4: drills[0] has no account; expected account, from, to, by or reason",
			"f:4: drills[0] has no from; expected account, from, to, by or reason",
			"f:4: drills[0] has no to; expected account, from, to, by or reason",
			"f:4: drills[0] has no by; expected account, from, to, by or reason",
		}, "\n")},
		{"drill, no offset", with("drills: [" + strings.Replace(drill, "2026-11-20", "2026-11-20T09:00:00", 1) + "]"), `4: drills[0].from is "2026-11-20T09:00:00"; expected ` + when},
		{"drill, backwards", with("drills: [" + strings.Replace(drill, "2026-11-21", "2026-11-20", 1) + "]"), "4: drills[0] ends before it begins; expected from to be before to"},
		{"drill, eight days", with("drills: [" + strings.Replace(drill, "2026-11-21", "2026-11-28", 1) + "]"), "4: drills[0] lasts more than 7d; expected an earlier end: a sign-in in that time is no alarm"},
		{"snooze, check", with("snooze: [" + strings.Replace(snooze, "drill-recent", "drill", 1) + "]"), `4: snooze[0].check is "drill"; expected the id of a check, such as account-count`},
		{"snooze, until", with("snooze: [" + strings.Replace(snooze, "2026-11-20", "forever", 1) + "]"), `4: snooze[0].until is "forever"; expected ` + when},
		{"snooze, no reason", with("snooze: [" + strings.Replace(snooze, "reason: r, ", "", 1) + "]"), "4: snooze[0] has no reason; expected check, subject, until, reason, by or acceptCritical"},
		{"snooze, empty subject", with("snooze: [" + strings.Replace(snooze, "by", "subject: , by", 1) + "]"), "4: snooze[0].subject is empty; expected " + text},

		{"snooze, a critical check", with("snooze: [" + strings.Replace(snooze, "drill-recent", "role-global-admin", 1) + "]"), "4: snooze[0] is about a critical check; expected acceptCritical: true beside it, if you mean to hear no more of it until then"},
		{"snooze, yes", with("snooze: [" + strings.Replace(snooze, "by", "acceptCritical: yes, by", 1) + "]"), `4: snooze[0].acceptCritical is "yes"; expected true or false, without quotes`},
		{"notifications, a list", with("notifications: [x]"), "4: notifications is a list; expected a mapping with repeat, heartbeat, heartbeatDay, mention or escalate"},
		{"notifications, heartbeat", with("notifications: {heartbeat: hourly}"), `4: notifications.heartbeat is "hourly"; expected daily, weekly or off`},
		{"notifications, day", with("notifications: {heartbeatDay: mon}"), `4: notifications.heartbeatDay is "mon"; expected monday, tuesday, wednesday, thursday, friday, saturday or sunday`},
		{"notifications, repeat", with("notifications: {repeat: {critical: 1}}"), `4: notifications.repeat.critical is a number; expected a duration in hours, days or weeks, such as 36h, 90d or 12w`},
		{"notifications, escalate low", with("notifications: {escalate: {low: 1d}}"), `4: notifications.escalate has an unknown key "low"; expected critical, high or medium`},
		{"notifications, Slack member", with("notifications: {mention: {slack: [k.sato]}}"), `4: notifications.mention.slack[0] is "k.sato"; expected a Slack member id, such as U012AB3CD`},
		{"notifications, Teams without a name", with("notifications: {mention: {teams: [{user: k.sato@b.co}]}}"), "4: notifications.mention.teams[0] has no name; expected user or name"},

		{"Maester without accounts", "GlobalSettings: {x: 1}", "1: GlobalSettings has no EmergencyAccessAccounts; expected EmergencyAccessAccounts, a list of {Type: User or Group, Id: <object id>, UserPrincipalName: <name>}"},
		{"Maester, none", maester + "[]}", "1: GlobalSettings.EmergencyAccessAccounts declares no account; expected at least one, or no GlobalSettings.EmergencyAccessAccounts"},
		{"Maester, a text", maester + "[a@b.co]}", `1: GlobalSettings.EmergencyAccessAccounts[0] is a text; write {"Type": "User", "UserPrincipalName": "a@b.co"}`},
		{"Maester, an id as text", maester + "[" + id1 + "]}", `1: GlobalSettings.EmergencyAccessAccounts[0] is a text; write {"Type": "User", "Id": "` + id1 + `"}, or Group in the place of User`},
		{"Maester, a number", maester + "[1]}", "1: GlobalSettings.EmergencyAccessAccounts[0] is a number; expected {Type: User or Group, Id: <object id>, UserPrincipalName: <name>}"},
		{"Maester, in small letters", maester + "[{type: User, id: " + id1 + "}]}", "1: GlobalSettings.EmergencyAccessAccounts[0] has an unknown key \"type\"; did you mean Type?\nf:1: GlobalSettings.EmergencyAccessAccounts[0] has an unknown key \"id\"; did you mean Id?"},
		{"Maester, type", maester + "[{Type: Role, Id: " + id1 + "}]}", `1: GlobalSettings.EmergencyAccessAccounts[0].Type is "Role"; expected User or Group`},
		{"Maester, id", maester + "[{Type: User, Id: ea01}]}", `1: GlobalSettings.EmergencyAccessAccounts[0].Id is "ea01"; expected ` + id},
		{"Maester, group by name", maester + "[{Type: Group, UserPrincipalName: a@b.co}]}", "1: GlobalSettings.EmergencyAccessAccounts[0] is a group without Id; expected the group's object id"},
		{"Maester, nobody", maester + "[{Type: User}]}", "1: GlobalSettings.EmergencyAccessAccounts[0] names nobody; expected Id or UserPrincipalName"},
		{"Maester's keys without Maester", with("TestSettings: []"), `4: the file has an unknown key "TestSettings"; expected ` + topNames},
	}
}

func TestParseMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range mistakeCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("f", []byte(c.text))
			if err == nil || err.Error() != "f:"+c.want {
				t.Errorf("Parse:\n%v\nwant:\nf:%s", err, c.want)
			}
		})
	}
}

func TestMistakesAreBounded(t *testing.T) {
	t.Parallel()
	_, err := Parse("f", []byte("drills:\n"+strings.Repeat("  - 1\n", 60)))
	var mistakes Mistakes
	if !errors.As(err, &mistakes) || len(mistakes) != 60 || len(mistakes.Unwrap()) != 60 {
		t.Fatalf("%d mistakes, want 60", len(mistakes))
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != maxMistakes+1 || lines[maxMistakes] != "f: and 10 more mistakes" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}
