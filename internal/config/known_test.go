package config

import (
	"strings"
	"testing"

	"breakglass/checks"
)

// reportOf is one of a tenant with the accounts ea01 and ea02, of whose declarations one may
// be unread.
func reportOf(status checks.Status) checks.Report {
	r := checks.Report{Accounts: []checks.Account{
		{ID: id1, UserPrincipalName: "ea01@contoso.com", Declared: "EA01@contoso.com"}, {ID: id2, UserPrincipalName: "ea02@contoso.com", Declared: id2},
	}}
	for _, a := range r.Accounts {
		subject := checks.Subject{Type: checks.SubjectUser, ID: a.ID}
		r.Results = append(r.Results, checks.Result{Check: "account-exists", Status: status, Subject: subject}, checks.Result{Check: "drill-recent", Status: checks.Fail, Subject: subject})
	}
	r.Results = append(r.Results, checks.Result{Check: "policy-group-protected", Status: checks.Fail, Subject: checks.Subject{Type: checks.SubjectGroup, ID: "6f0d9a1c-5b1e-4c55-9b5e-0a4f2d6f7a09"}})
	return r
}

// TestStrangers: custody, drills and snoozes name an account by its name or its id, in any
// case, whichever the declaration uses. What matches nobody is told with its line, once the
// tenant is known.
func TestStrangers(t *testing.T) {
	t.Parallel()
	const accounts = "emergencyAccess: {accounts: [{user: EA01@contoso.com}, {user: " + id2 + "}]}\n"
	forms := map[string]func(who string) (text, path string){
		"custody": func(who string) (string, string) {
			return "custody:\n  - {account: " + who + ", credential: c}\n", "custody[0].account"
		},
		"drills": func(who string) (string, string) {
			return "drills:\n  - {account: " + who + ", from: 2026-11-20, to: 2026-11-21, by: k}\n", "drills[0].account"
		},
		"snooze": func(who string) (string, string) {
			return "snooze:\n  - {check: drill-recent, subject: " + who + ", until: 2026-11-20, reason: r, by: k}\n", "snooze[0].subject"
		},
	}
	const stranger = "7f0d9a1c-5b1e-4c55-9b5e-0a4f2d6f7a03"
	for name, form := range forms {
		for _, who := range []string{"ea01@contoso.com", "EA01@Contoso.com", id1, strings.ToUpper(id1), "ea02@contoso.com", "EA02@contoso.com", id2, strings.ToUpper(id2)} {
			text, _ := form(who)
			c, err := Parse("f.yaml", []byte(accounts+text))
			if err != nil {
				t.Fatal(err)
			}
			if all := c.Strangers(reportOf(checks.Pass)); len(all) > 0 {
				t.Errorf("%s of %s: %v", name, who, all)
			}
		}
		for who, expected := range map[string]string{"ea03@contoso.com": "did you mean ea01@contoso.com?", "x.y@fabrikam.example": "expected an account as it is declared: ea01@contoso.com or ea02@contoso.com", stranger: "expected an account as it is declared: ea01@contoso.com or ea02@contoso.com"} {
			text, path := form(who)
			c, err := Parse("f.yaml", []byte(accounts+text))
			if err != nil {
				t.Fatal(err)
			}
			want := "f.yaml:3: " + path + " is \"" + who + "\", and no such account is declared; " + expected
			if all := c.Strangers(reportOf(checks.Pass)); len(all) != 1 || all.Error() != want {
				t.Errorf("%s of %s: %v\nwant %s", name, who, all, want)
			}
			if all := c.Strangers(reportOf(checks.Unknown)); len(all) > 0 {
				t.Errorf("%s of %s, with accounts unread: %v", name, who, all)
			}
		}
	}
	for subject, strange := range map[string]bool{"6F0D9A1C-5B1E-4C55-9B5E-0A4F2D6F7A09": false, stranger: false, "ea03@contoso.com": true} {
		for _, check := range []string{"policy-group-protected", "tamper-applications"} {
			c, err := Parse("f.yaml", []byte(accounts+"snooze:\n  - {check: "+check+", subject: "+subject+", until: 2026-11-20, reason: r, by: k}\n"))
			if err != nil {
				t.Fatal(err)
			}
			if all := c.Strangers(reportOf(checks.Pass)); (len(all) > 0) != strange {
				t.Errorf("a snooze of %s about %s: %v", check, subject, all)
			}
		}
	}
}

// TestDeclaredTwice: two entries of one account, or of one credential, are named with both
// lines, in whatever form they name it.
func TestDeclaredTwice(t *testing.T) {
	t.Parallel()
	account := func(who string) string { return "    - user: " + who + "\n" }
	custody := func(who, credential string) string {
		return "  - {account: " + who + ", credential: " + credential + "}\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		"one of each":                 {account("ea01@contoso.com") + account("ea02@contoso.com"), ""},
		"in two cases":                {account("EA01@contoso.com") + account("ea01@contoso.com"), "f.yaml:4: emergencyAccess.accounts[1] declares the same account as another entry; expected one entry for each; the other is in line 3"},
		"by its name and its id":      {account(id1) + account("ea01@contoso.com"), "f.yaml:4: emergencyAccess.accounts[1] declares the same account as another entry; expected one entry for each; the other is in line 3"},
		"an id in two cases":          {account(id1) + account(strings.ToUpper(id1)), "f.yaml:4: emergencyAccess.accounts[1] declares the same account as another entry; expected one entry for each; the other is in line 3"},
		"one that is not there":       {account("x@contoso.com") + account("X@contoso.com"), "f.yaml:4: emergencyAccess.accounts[1] declares the same account as another entry; expected one entry for each; the other is in line 3"},
		"keys of two accounts":        {account("ea01@contoso.com") + "custody:\n" + custody("ea01@contoso.com", "A") + custody("ea02@contoso.com", "A"), ""},
		"a key, by name and by id":    {account("ea01@contoso.com") + "custody:\n" + custody("ea01@contoso.com", "A") + custody(id1, "a"), "f.yaml:6: custody[1] is for the same credential of the same account as another entry; expected one entry for each; the other is in line 5. Where two keys have one name, use their ids"},
		"two keys, by name and by id": {account("ea01@contoso.com") + "custody:\n" + custody("ea01@contoso.com", "A") + custody(id1, "B"), ""},
	} {
		got, err := Parse("f.yaml", []byte("emergencyAccess:\n  accounts:\n"+c.text))
		if err != nil {
			t.Fatal(name, err)
		}
		if all := got.Twice(reportOf(checks.Pass)); all.Error() != c.want {
			t.Errorf("%s: %v\nwant %s", name, all, c.want)
		}
	}
	got, err := Parse("f.yaml", []byte("GlobalSettings:\n  EmergencyAccessAccounts:\n    - {Id: "+id1+"}\n    - {UserPrincipalName: ea01@contoso.com}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if all := got.Twice(reportOf(checks.Pass)); len(all) != 1 || !strings.HasPrefix(all.Error(), "f.yaml:4: GlobalSettings.EmergencyAccessAccounts[1] declares the same") {
		t.Errorf("in Maester's form: %v", all)
	}
}
