package config

import (
	"strings"
	"testing"

	"breakglass/tenant"
)

// TestReferences: custody and drills name accounts as they are declared, wherever
// that is.
func TestReferences(t *testing.T) {
	t.Parallel()
	const (
		ea01     = "emergencyAccess: {accounts: [{user: ea01@contoso.com}]}\n"
		theirs   = "GlobalSettings: {EmergencyAccessAccounts: [{Type: User, Id: " + id1 + ", UserPrincipalName: ea01@contoso.com}, {UserPrincipalName: ea02@contoso.com}]}\n"
		sections = "custody: [{account: ACCOUNT, credential: c}]\ndrills: [{account: ACCOUNT, from: 2026-11-20, to: 2026-11-21, by: k}]\n"
	)
	for name, c := range map[string]struct {
		text, account string
		elsewhere     []tenant.Declaration
		want          string // the account of both; empty for a mistake in each
	}{
		"in another case":                      {ea01, "EA01@Contoso.com", nil, "ea01@contoso.com"},
		"not declared":                         {ea01, "ea09@fabrikam.com", nil, ""},
		"in a setting":                         {"", "EA02@contoso.com", []tenant.Declaration{{User: "ea02@contoso.com"}}, "ea02@contoso.com"},
		"in the file, with another elsewhere":  {ea01, "ea01@contoso.com", []tenant.Declaration{{User: "ea02@contoso.com"}}, "ea01@contoso.com"},
		"nowhere":                              {"", "ea01@contoso.com", nil, "ea01@contoso.com"}, // Load refuses it
		"perhaps in what is wrong":             {ea01, "ea02@contoso.com", []tenant.Declaration{{}}, "ea02@contoso.com"},
		"perhaps in a group":                   {ea01 + theirs, "x@contoso.com", []tenant.Declaration{{Group: id2}}, "x@contoso.com"},
		"beside a group":                       {ea01, "EA01@contoso.com", []tenant.Declaration{{Group: id2}}, "ea01@contoso.com"},
		"a group is no account":                {ea01, id2, nil, ""},
		"in Maester's form, by id":             {theirs, strings.ToUpper(id1), nil, id1},
		"in Maester's form, by the name of id": {theirs, "EA01@contoso.com", nil, id1},
		"in Maester's form, by name":           {theirs, "ea02@contoso.com", nil, "ea02@contoso.com"},
		"by the name of Maester's group":       {"GlobalSettings: {EmergencyAccessAccounts: [{Type: Group, Id: " + id2 + ", UserPrincipalName: ea@contoso.com}]}\n", "ea@contoso.com", nil, "ea@contoso.com"},
		"not in Maester's form":                {theirs, "ea03@contoso.com", nil, ""},
	} {
		got, err := Parse("f", []byte(c.text+strings.ReplaceAll(sections, "ACCOUNT", c.account)), c.elsewhere...)
		switch {
		case c.want == "":
			if err == nil || strings.Count(err.Error(), "no such account is declared") != 2 {
				t.Errorf("%s: %v, want two mistakes", name, err)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case got.Custody[0].Account != c.want || got.Drills[0].Account != c.want:
			t.Errorf("%s: custody of %q, a drill of %q, want %q", name, got.Custody[0].Account, got.Drills[0].Account, c.want)
		}
	}
}

// TestReferencesSayWhatIsDeclared, and are brief where much is.
func TestReferencesSayWhatIsDeclared(t *testing.T) {
	t.Parallel()
	var many []tenant.Declaration
	for _, a := range "abcdef" {
		many = append(many, tenant.Declaration{User: strings.Repeat(string(a), 9) + "@contoso.com"})
	}
	for want, elsewhere := range map[string][]tenant.Declaration{
		"expected an account as it is declared: aaaaaaaaa@contoso.com or bbbbbbbbb@contoso.com": many[:2],
		"expected an account that is declared":                                                  many,
		"did you mean xyz1@fabrikam.example?":                                                   append(many, tenant.Declaration{User: "xyz1@fabrikam.example"}),
	} {
		_, err := Parse("f", []byte("custody: [{account: xyz@fabrikam.example, credential: c}]"), elsewhere...)
		if err == nil || !strings.HasSuffix(err.Error(), "; "+want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}
