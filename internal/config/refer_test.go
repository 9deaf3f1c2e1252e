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
		want          string // the account of both
	}{
		"in another case":                      {ea01, "EA01@Contoso.com", nil, "ea01@contoso.com"},
		"not declared":                         {ea01, "ea09@fabrikam.com", nil, "ea09@fabrikam.com"},
		"in a setting":                         {"", "EA02@contoso.com", []tenant.Declaration{{User: "ea02@contoso.com"}}, "ea02@contoso.com"},
		"in the file, with another elsewhere":  {ea01, "ea01@contoso.com", []tenant.Declaration{{User: "ea02@contoso.com"}}, "ea01@contoso.com"},
		"nowhere":                              {"", "ea01@contoso.com", nil, "ea01@contoso.com"}, // Load refuses it
		"perhaps in what is wrong":             {ea01, "ea02@contoso.com", []tenant.Declaration{{}}, "ea02@contoso.com"},
		"perhaps in a group":                   {ea01 + theirs, "x@contoso.com", []tenant.Declaration{{Group: id2}}, "x@contoso.com"},
		"beside a group":                       {ea01, "EA01@contoso.com", []tenant.Declaration{{Group: id2}}, "ea01@contoso.com"},
		"a group is no account":                {ea01, id2, nil, id2},
		"in Maester's form, by id":             {theirs, strings.ToUpper(id1), nil, id1},
		"in Maester's form, by the name of id": {theirs, "EA01@contoso.com", nil, id1},
		"in Maester's form, by name":           {theirs, "ea02@contoso.com", nil, "ea02@contoso.com"},
		"by the name of Maester's group":       {"GlobalSettings: {EmergencyAccessAccounts: [{Type: Group, Id: " + id2 + ", UserPrincipalName: ea@contoso.com}]}\n", "ea@contoso.com", nil, "ea@contoso.com"},
		"not in Maester's form":                {theirs, "ea03@contoso.com", nil, "ea03@contoso.com"},
	} {
		got, err := Parse("f", []byte(c.text+strings.ReplaceAll(sections, "ACCOUNT", c.account)), c.elsewhere...)
		switch {
		case err != nil: // who that is, the tenant alone knows
			t.Errorf("%s: %v", name, err)
		case got.Custody[0].Account != c.want || got.Drills[0].Account != c.want:
			t.Errorf("%s: custody of %q, a drill of %q, want %q", name, got.Custody[0].Account, got.Drills[0].Account, c.want)
		}
	}
}
