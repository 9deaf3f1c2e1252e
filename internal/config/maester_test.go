package config

import (
	"encoding/json"
	"reflect"
	"testing"

	"breakglass/tenant"
)

// TestTheirAccounts takes each spelling that Maester and Microsoft's Zero Trust
// Assessment document, as JSON and as YAML:
// https://maester.dev/docs/configuration/emergency-access-accounts
// https://github.com/microsoft/zerotrustassessment, Get-ZtEmergencyAccessAccounts
func TestTheirAccounts(t *testing.T) {
	t.Parallel()
	const name = "BreakGlass1@contoso.com"
	s := compiled(t)
	for _, c := range []struct {
		entry string
		want  tenant.Declaration
	}{
		{`{"UserPrincipalName": "` + name + `", "Type": "User"}`, tenant.Declaration{User: name}},
		{`{"Type": "User", "UserPrincipalName": "` + name + `"}`, tenant.Declaration{User: name}},
		{`{"Id": "` + id1 + `", "Type": "User"}`, tenant.Declaration{User: id1}},
		{`{"Id": "` + id2 + `", "Type": "Group"}`, tenant.Declaration{Group: id2}},
		{`{"Type": "User", "Id": "` + id1 + `", "UserPrincipalName": "` + name + `"}`, tenant.Declaration{User: id1}},
		{`{"Type": "Group", "Id": "` + id2 + `", "UserPrincipalName": "breakglass@contoso.com"}`, tenant.Declaration{Group: id2}},
		// What their programs do, though it is not documented.
		{`{"Type": "user", "UserPrincipalName": "` + name + `"}`, tenant.Declaration{User: name}},
		{`{"Type": "group", "Id": "` + id2 + `"}`, tenant.Declaration{Group: id2}},
		{`{"UserPrincipalName": "` + name + `"}`, tenant.Declaration{User: name}},
		{`{"Id": "` + id1 + `"}`, tenant.Declaration{User: id1}},
		{`{"Type": "User", "Id": null, "UserPrincipalName": "` + name + `", "DisplayName": "Break glass 1"}`, tenant.Declaration{User: name}},
		{`{"Type": "User", "Id": "", "UserPrincipalName": "` + name + `", "DisplayName": ""}`, tenant.Declaration{User: name}},
	} {
		for form, text := range map[string]string{
			"JSON":      `{"GlobalSettings": {"EmergencyAccessAccounts": [` + c.entry + `]}, "TestSettings": [{"Id": "MT.1005", "Severity": "Critical"}]}`,
			"flow YAML": "GlobalSettings:\n  EmergencyAccessAccounts:\n    - " + c.entry + "\n",
			"YAML":      "GlobalSettings:\n  EmergencyAccessAccounts:\n    -" + block(t, c.entry, "\n        ") + "\n",
		} {
			got, err := Parse("f", []byte(text))
			if err != nil || !reflect.DeepEqual(got.Accounts, []tenant.Declaration{c.want}) {
				t.Errorf("%s %s: %+v, %v", form, c.entry, got.Accounts, err)
			}
			value, ok := plainValue([]byte(text))
			if err := s.Validate(value); !ok || err != nil {
				t.Errorf("%s %s, the schema: %v", form, c.entry, err)
			}
		}
	}
}

// block writes an entry with each key on a line of its own.
func block(t *testing.T, entry, indent string) string {
	t.Helper()
	var keys map[string]*string
	if err := json.Unmarshal([]byte(entry), &keys); err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, key := range []string{"Type", "Id", "UserPrincipalName", "DisplayName"} {
		value, ok := keys[key]
		switch {
		case !ok:
		case value == nil:
			text += indent + key + ":"
		case *value == "":
			text += indent + key + ": ''"
		default:
			text += indent + key + ": " + *value
		}
	}
	return text
}

// TestTheirFiles: the keys that stand beside the accounts are let pass, whatever they
// hold, and ours may stand beside theirs.
func TestTheirFiles(t *testing.T) {
	t.Parallel()
	const accounts = `"GlobalSettings": {"EmergencyAccessAccounts": [{"Type": "Group", "Id": "` + id2 + `"}], "Contoso.SiteUrl": "https://contoso.com", "GitHubApiVersion": "2022-11-28"}`
	s := compiled(t)
	for name, text := range map[string]string{
		"Maester 2": `{"$schema": "x", "ModuleVersion": "2.0.0", "ConfigVersion": "", ` + accounts + `, "TestSettings": [{"Id": "CIS.GH.1.2.2", "Severity": "Medium"}]}`,
		"Maester 3": `{"Metadata": {"RunId": "1"}, ` + accounts + `, "Selection": {"Tag": []}, "TestSettings": [], "Environment": {"Cloud": "GCC"}, "Execution": {"TestTimeoutSeconds": 0}, "Output": {"ErrorsAsFailures": false}}`,
		"Zero Trust Assessment": `{"Days": 30, "MaximumSignInLogQueryTime": 60, "Path": "./ZeroTrustReport", "ShowLog": false, "ExportLog": true, "DisableTelemetry": false,
			"Resume": false, "Tests": ["21815"], "TestTimeout": "01:00:00", ` + accounts + `}`,
		"with ours": `{` + accounts + `, "TestSettings": [], "tenant": "contoso.com", "emergencyAccess": {"drillEvery": "30d"}}`,
	} {
		got, err := Parse("f", []byte(text))
		if err != nil || !reflect.DeepEqual(got.Accounts, []tenant.Declaration{{Group: id2}}) {
			t.Errorf("%s: %+v, %v", name, got.Accounts, err)
		}
		value, ok := plainValue([]byte(text))
		if err := s.Validate(value); !ok || err != nil {
			t.Errorf("%s, the schema: %v", name, err)
		}
	}
}
