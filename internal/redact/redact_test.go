package redact

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/tenant"
)

var update = flag.Bool("update", false, "write the golden files")

var guid = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)

func redacted(t testing.TB, file []byte) ([]byte, Aliases) {
	t.Helper()
	out, aliases, err := Redact(file)
	if err != nil {
		t.Fatal(err)
	}
	return out, aliases
}

// settings are the declarations for a file, or for its redacted form.
func settings(t testing.TB, alias func(string) string) checks.Settings {
	t.Helper()
	s := checks.Settings{AllowedApplications: []string{alias("a9a5b4c3-0000-4000-8000-000000000001")}}
	for _, a := range []string{"ea01@kitahama.onmicrosoft.com", "ea02@kitahama.onmicrosoft.com", "nobody@kitahama.onmicrosoft.com"} {
		s.Accounts = append(s.Accounts, tenant.Declaration{User: alias(a)})
	}
	for i, key := range []string{"UnT_mCaNXGHOlZWQCxi3aKOAsBX2UCAe4FUwU4GZgZA1", "ZzkL5tR_EjkYD1UHZHY88TN8Mqg_5GZVQsibTkUF11E1"} {
		s.Custody = append(s.Custody, checks.Custody{Account: alias("ea02@kitahama.onmicrosoft.com"), Credential: alias(key), Place: fmt.Sprint("safe ", i), Custodians: []string{"sato"}})
	}
	return s
}

// verdicts are what the checks say, with the subjects' aliases, and how many ways there
// are in.
func verdicts(t testing.TB, file []byte, alias func(string) string) []string {
	t.Helper()
	s, _, err := tenant.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	own := alias
	if own == nil {
		own = func(text string) string { return text }
	}
	report := checks.Run(checks.All(), s, settings(t, own))
	var all []string
	for _, r := range report.Results {
		all = append(all, fmt.Sprint(r.Check, " ", r.Status, " ", r.Severity, " ", r.Subject.ID))
	}
	for _, a := range report.Survival.Administrators {
		all = append(all, fmt.Sprint(a.ID, " has ", len(a.Paths), " paths, ", len(a.Blocked), " blocks, unknown: ", a.Unknown != ""))
	}
	all = append(all, fmt.Sprint(len(report.Survival.MinimalCutSets), " cut sets"))
	slices.Sort(all)
	return all
}

// same fails unless both files get the same verdicts.
func same(t *testing.T, name string, original []byte) {
	t.Helper()
	out, aliases := redacted(t, original)
	alias := func(text string) string {
		if a, ok := aliases.Of(text); ok {
			return a
		}
		return text
	}
	want := verdicts(t, original, nil)
	for i, line := range want {
		words := strings.Split(line, " ")
		for j, word := range words {
			words[j] = alias(word)
		}
		want[i] = strings.Join(words, " ")
	}
	slices.Sort(want)
	if got := verdicts(t, out, alias); !slices.Equal(got, want) {
		for _, line := range got {
			if !slices.Contains(want, line) {
				t.Errorf("%s: redacted: %s", name, line)
			}
		}
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Errorf("%s: original: %s", name, line)
			}
		}
	}
}

// TestVerdictsStay: every check says the same of the made-up tenant, of what is left of it
// when anything is taken out, and with anything that the program does not know in it.
func TestVerdictsStay(t *testing.T) {
	t.Parallel()
	same(t, "as it is", standin.Tenant())
	random := rand.New(rand.NewPCG(5, 6)) //nolint:gosec // not for secrets
	for i := range 150 {
		var v any
		if err := json.Unmarshal(standin.Tenant(), &v); err != nil {
			t.Fatal(err)
		}
		changed := []string{change(random, v, ""), change(random, v, "")}
		file, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprint(i, " ", changed), file)
	}
}

// change takes a random value out, or puts a strange one in, and says where.
func change(random *rand.Rand, v any, path string) string {
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for key := range v {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		if len(keys) == 0 {
			return path
		}
		key := keys[random.IntN(len(keys))]
		deeper := random.IntN(4) > 0
		if _, list := v[key].([]any); list && deeper || !list && deeper && isObject(v[key]) {
			return change(random, v[key], path+"/"+key)
		}
		if path == "" && key == "collectedAt" {
			return path
		}
		switch random.IntN(5) {
		case 0:
			v[key] = nil
		case 1:
			v["excludeAgentsOfKitahama"] = []any{"Sato"}
		case 2:
			v[key] = "not-Graph's"
		default:
			delete(v, key)
		}
		return path + "/" + key
	case []any:
		if len(v) > 0 {
			return change(random, v[random.IntN(len(v))], path+"/…")
		}
	}
	return path
}

func isObject(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

// TestOtherVerdictsStay does the same for rules of devices, guests and domains.
func TestOtherVerdictsStay(t *testing.T) {
	t.Parallel()
	const device = `"devices": null`
	for name, replace := range map[string][]string{
		"a device filter":                  {device, `"devices": {"deviceFilter": {"mode": "exclude", "rule": "device.isCompliant -eq True -or device.trustType -eq \"ServerAD\""}}`},
		"another device filter":            {device, `"devices": {"deviceFilter": {"mode": "include", "rule": "device.displayName -startsWith \"KITAHAMA\""}}`},
		"an intricate device filter":       {device, `"devices": {"deviceFilter": {"mode": "include", "rule": "(device.isCompliant -eq True -and device.model -eq \"K\") -or device.isCompliant -ne True"}}`},
		"a filter of the operating system": {device, `"devices": {"deviceFilter": {"mode": "exclude", "rule": "device.operatingSystem -startsWith 'Win' -and device.extensionAttribute1 -notIn [\"SAW\", \"Sato\"]"}}`},
		"a filter of joined devices":       {device, `"devices": {"deviceFilter": {"mode": "include", "rule": "device.trustType -eq \"AzureAD\" -or device.trustType -eq \"ServerAD\" -or device.shoeSize -eq 9"}}`},
		"a filter that does not end":       {device, `"devices": {"deviceFilter": {"mode": "include", "rule": "device.isCompliant -eq True -or device.model -eq \"Sato"}}`},
		"a filter with -not":               {device, `"devices": {"deviceFilter": {"mode": "exclude", "rule": "-not (device.isCompliant -eq False)"}}`},
		"agents":                           {`"includeUsers": ["All"]`, `"includeUsers": ["AllAgentIdUsers"]`},
		"all but the compliant network":    {`"excludeLocations": ["AllTrusted"]`, `"excludeLocations": ["3d46dbda-8382-466a-856d-eb00cbc6b910"]`},
		"countries by GPS":                 {`"countryLookupMethod": "clientIpAddress"`, `"countryLookupMethod": "authenticatorAppGps"`},
		"a deleted policy":                 {`"state": "enabled"`, `"deletedDateTime": "2026-11-01T00:00:00Z", "state": "enabled"`},
		"a user from elsewhere":            {`"userPrincipalName": "k.sato@kitahama.example"`, `"userPrincipalName": "k.sato_gmail.com#EXT#@kitahama.onmicrosoft.com"`},
		"a mail routing domain":            {`"userPrincipalName": "ea01@kitahama.onmicrosoft.com"`, `"userPrincipalName": "ea01@kitahama.mail.onmicrosoft.com"`},
		"a name with two signs":            {`"userPrincipalName": "ea01@kitahama.onmicrosoft.com"`, `"userPrincipalName": "ea01@x@kitahama.onmicrosoft.com"`},
		"an external method": {
			`"authenticationMethodConfigurations": [`, `"authenticationMethodConfigurations": [{"@odata.type": "#microsoft.graph.externalAuthenticationMethodConfiguration", "id": "abcdef12-3456-4789-8abc-def012345678", "state": "enabled", "includeTargets": [{"targetType": "group", "id": "all_users"}], "excludeTargets": []},`,
			`"methods": [`, `"methods": [{"@odata.type": "#microsoft.graph.externalAuthenticationMethod", "id": "1bcdef12-3456-4789-8abc-def012345678", "configurationId": "abcdef12-3456-4789-8abc-def012345678", "displayName": "Duo"},`,
		},
		"a look-alike domain":       {`"userPrincipalName": "ea01@kitahama.onmicrosoft.com"`, `"userPrincipalName": "ea01@evilonmicrosoft.com"`},
		"another cloud":             {"kitahama.onmicrosoft.com", "kitahama.partner.onmschina.cn"},
		"capital letters":           {"ea01@kitahama.onmicrosoft.com", "EA01@Kitahama.OnMicrosoft.com"},
		"a federated domain":        {`"id": "kitahama.example", "authenticationType": "Managed"`, `"id": "kitahama.example", "authenticationType": "Federated", "federationConfiguration": [{"id": "x", "federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp"}]`},
		"the same phone":            {`"phoneNumber": "+81 90`, `"phoneNumber": "+81 (90)`},
		"failed sign-ins left out":  {`"deletedObjects": [`, `"unreadable": {"users/8a119b9e-16bc-4732-8f7b-7676d015b0dc/failedSignIns": {"code": "tooManyPages"}}, "deletedObjects": [`},
		"an audit log in part":      {`"deletedObjects": [`, `"unreadable": {"conditionalAccessPolicies/directoryAudits": {"status": 403, "code": "Authorization_RequestDenied"}}, "deletedObjects": [`},
		"an unreadable method list": {`"signIns": [`, `"unreadable": {"users/2c63888f-28f0-4481-be6d-dce7a7ace732/riskyUser": {"status": 403, "code": "AadPremiumLicenseRequired", "message": "for Sato"}}, "signIns": [`},
		"a missing account":         {`"signIns": [`, `"unreadable": {"users/nobody@kitahama.onmicrosoft.com": {"status": 404}}, "signIns": [`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := []byte(strings.NewReplacer(replace...).Replace(string(standin.Tenant())))
			if bytes.Equal(file, standin.Tenant()) {
				t.Fatal("nothing was changed")
			}
			same(t, name, file)
		})
	}
}

// texts are all texts of a JSON value, the keys of objects left out.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, texts(item)...)
		}
		return all
	case map[string]any:
		var all []string
		for key, item := range v {
			if key != "aaGuid" && key != "aaGuids" && key != "allowedAAGUIDs" && key != "servicePlanId" {
				all = append(all, texts(item)...)
			}
		}
		return all
	}
	return nil
}

// TestNothingIsLeft: what is the same in both files is on a list that somebody has read,
// and by other means nothing of the tenant is found.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	out, _ := redacted(t, standin.Tenant())
	var original, now any
	if json.Unmarshal(standin.Tenant(), &original) != nil || json.Unmarshal(out, &now) != nil {
		t.Fatal("not JSON")
	}
	lower := strings.ToLower(string(out))
	kept := map[string]bool{}
	for _, text := range texts(original) {
		if len(text) >= 3 && !isDate(text) && strings.Contains(lower, strings.ToLower(text)) {
			kept[text] = true
		}
	}
	list := make([]string, 0, len(kept))
	for text := range kept {
		list = append(list, text)
	}
	slices.Sort(list)
	golden(t, "kept.golden.txt", strings.Join(list, "\n")+"\n")

	for _, text := range texts(original) {
		for _, id := range guid.FindAllString(text, -1) {
			if !isPublic(id) && strings.Contains(lower, strings.ToLower(id)) {
				t.Errorf("the id %s is left", id)
			}
		}
	}
	for what, pattern := range map[string]string{
		"a name":               `kitahama|北浜|sato|佐藤|suzuki|tanaka|takahashi|yubikey|iphone|pixel|ca0\d\d`,
		"Japanese":             `[\p{Han}\p{Hiragana}\p{Katakana}]`,
		"a phone number":       `\+81`,
		"an address":           `\b(203\.0\.113|198\.51\.100|10|172|192\.168)\.\d+\.\d+`,
		"electronic mail":      `@(\w+\.)*[a-z]+\.(jp|net)`,
		"a key of nobody's":    `"(kitahama|sato)[^"]*":`,
		"an unredacted number": `"(mobilePhone|phoneNumber)": \d`,
	} {
		if found := regexp.MustCompile(`(?i)` + pattern).Find(out); found != nil {
			t.Errorf("%s is left: %s", what, found)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s is not what is kept (read it, then -update): %v\n%s", file, err, got)
	}
}

// TestNowhere: what names something of a tenant goes from every place of the file, also
// from those that hold words of Graph's.
func TestNowhere(t *testing.T) {
	t.Parallel()
	for _, value := range []any{
		"abcdef12-3456-4789-8abc-def012345678", "9bcdef12-3456-4789-8abc-def012345678", "sato.example.org", "PC-SATO", "pc.sato.example", "#sato.example", "k.sato@kitahama.jp",
		"Sato 1", "佐藤", "+81 90-8765-4321", "09087654321", "203.0.113.77", "2001:db9::77", `device.displayName -eq "Sato"`, json.Number("819087654321"), json.Number("90876543"),
	} {
		var v any
		if err := json.Unmarshal(standin.Tenant(), &v); err != nil {
			t.Fatal(err)
		}
		file, err := json.Marshal(filled(v, value))
		if err != nil {
			t.Fatal(err)
		}
		out, _ := redacted(t, file)
		if text := fmt.Sprint(value); strings.Contains(strings.ToLower(string(out)), strings.ToLower(text)) {
			t.Errorf("%s is left", text)
		}
	}
}

// filled returns a JSON value with one text or number in the place of all others, but
// for AAGUIDs, which stay.
func filled(v, value any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			if key != "aaGuid" && key != "aaGuids" && key != "allowedAAGUIDs" && key != "servicePlanId" {
				v[key] = filled(v[key], value)
			}
		}
		return v
	case []any:
		for i := range v {
			v[i] = filled(v[i], value)
		}
		return v
	case nil, bool:
		return v
	}
	return value
}

// TestHostile: what the program does not know says nothing either.
func TestHostile(t *testing.T) {
	t.Parallel()
	file := `{"collectedAt": "2026-11-23T06:00:00Z", "Secrets of Sato": {"sato": ["Sato", {"k.sato@kitahama.jp": 819012345678}], "displayName": "Sato"},
		"users": [{"id": "Sato", "userPrincipalName": "sato", "mobilePhone": 819012345678, "extension_0123_costCentre": "Sato", "userType": "Sato Ken", "accountEnabled": "Sato 1",
			"authentication": {"methods": [{"@odata.type": "#microsoft.graph.Sato Ken", "aaGuid": "Sato's", "createdDateTime": "2026 Sato"}]}}],
		"roleAssignments": [{"directoryScopeId": "/administrativeUnits/Sato/Sato", "roleDefinitionId": "sato@x"}],
		"namedLocations": [{"ipRanges": [{"cidrAddress": "203.0.113.0/24"}, {"cidrAddress": "2001:db9::/32"}, {"cidrAddress": "Sato"}]}],
		"users@odata.sato": 1,
		"unreadable": {"users/k.sato@kitahama.jp/authentication/Sato": {"status": 403, "code": "Sato Ken", "message": "Sato may not"}, "Sato": {}}}`
	out, _ := redacted(t, []byte(file))
	for _, text := range []string{"sato", "819012345678", "kitahama", "203.0.113", "2001:db9", "costCentre"} {
		if strings.Contains(strings.ToLower(string(out)), strings.ToLower(text)) {
			t.Errorf("%s is left in %s", text, out)
		}
	}
	for _, broken := range []string{"", "{", `{"a": 1} x`, `{"a" 1}`, strings.Repeat("[", 200), "\x00"} {
		if _, _, err := Redact([]byte(broken)); err == nil {
			t.Errorf("%.20q is no error", broken)
		}
	}
}

// TestSameEverywhere: equal files give equal bytes, one thing has one alias, and two
// things have two.
func TestSameEverywhere(t *testing.T) {
	t.Parallel()
	first, aliases := redacted(t, standin.Tenant())
	second, _ := redacted(t, append([]byte("\xef\xbb\xbf"), standin.Tenant()...))
	if !bytes.Equal(first, second) {
		t.Error("twice, and not the same bytes")
	}
	seen := map[string]string{}
	for key, alias := range aliases.byText {
		if other, twice := seen[alias]; twice {
			t.Errorf("%s and %s are both %s", key, other, alias)
		}
		seen[alias] = key
	}
	id, ok := aliases.Of("2C63888F-28f0-4481-be6d-dce7a7ace732")
	if n := bytes.Count(first, []byte(id)); !ok || n != bytes.Count(bytes.ToLower(standin.Tenant()), []byte("2c63888f-28f0-4481-be6d-dce7a7ace732")) {
		t.Errorf("%s stands in %d places", id, n)
	}
}

// TestPublicIDs holds the list to what the rules name.
func TestPublicIDs(t *testing.T) {
	t.Parallel()
	if !slices.IsSorted(publicIDs()) {
		t.Error("not in order")
	}
	for _, dir := range []string{"signin", "checks", "tenant"} {
		files, err := filepath.Glob(filepath.Join("..", "..", dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "passkey_providers.go") || strings.HasSuffix(file, "security_keys.go") || strings.HasSuffix(file, "exchange_plans.go") { // these stay anyway
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range guid.FindAllString(string(source), -1) {
				if !isPublic(id) {
					t.Errorf("%s names %s, which is not listed", file, id)
				}
			}
		}
	}
}

// FuzzRedact: strangers' bytes never panic, what can be read can be read afterwards, and
// no address and no id comes through.
func FuzzRedact(f *testing.F) {
	for _, seed := range []string{
		`{"collectedAt": "2026-11-23T06:00:00Z", "users": [{"id": "a", "userPrincipalName": "k.sato@kitahama.jp"}]}`, `{"unreadable": {"users/x@y.z/a": {"code": "x@y.z"}}}`,
		`{"x@y.z": [1, null, true, "x@y.z"]}`, `{"groups": [{"displayName": "3f0d9a1c-5b1e-4c55-9b5e-0a4f2d6f7a01"}]}`, `[]`, `"x@y.z"`, "\xff", `{"id": "\ud800"}`,
		`{"rule": "device.isCompliant -eq True -or x@y.z"}`, `{"directoryScopeId": "/x@y.z"}`, `{"domains": [{"id": "x@y.z.onmicrosoft.com"}]}`,
	} {
		f.Add([]byte(seed))
	}
	mail := regexp.MustCompile(`[A-Za-z0-9._-]{3,}@[A-Za-z0-9-]{3,}\.[A-Za-z]{2,}`)
	f.Fuzz(func(t *testing.T, file []byte) {
		out, _, err := Redact(file)
		if err != nil {
			return
		}
		if !json.Valid(out) {
			t.Fatalf("not JSON: %s", out)
		}
		if _, _, err := tenant.Decode(file); err == nil {
			if _, _, err := tenant.Decode(out); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		}
		again, _, err := Redact(file)
		if err != nil || !bytes.Equal(again, out) {
			t.Error("twice, and not the same bytes")
		}
		for _, found := range mail.FindAll(out, -1) {
			if !regexp.MustCompile(`^user-\d+`).Match(found) && !bytes.Contains(found, []byte("@odata.")) {
				t.Errorf("%s is left of %s", found, file)
			}
		}
		for _, id := range guid.FindAll(out, -1) {
			if !isPublic(string(id)) && !bytes.HasPrefix(id, []byte("00000000-0000-4000-8000-")) &&
				!bytes.Contains(bytes.ToLower(file), []byte("aaguid")) {
				t.Errorf("%s is left of %s", id, file)
			}
		}
	})
}
