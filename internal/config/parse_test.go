package config

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	id1 = "3f0d9a1c-5b1e-4c55-9b5e-0a4f2d6f7a01"
	id2 = "6f0d9a1c-5b1e-4c55-9b5e-0a4f2d6f7a02"
)

func example(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", name), []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(example(t, name)); got != want {
		t.Errorf("%s (-update writes it):\n%s\nwant:\n%s", name, got, want)
	}
}

func TestParseComplete(t *testing.T) {
	t.Parallel()
	c, err := Parse("breakglass.yaml", example(t, "complete.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "complete.golden.json", string(text)+"\n")

	hash := false
	want := checks.Settings{
		Accounts:                []tenant.Declaration{{User: "ea01@contoso.onmicrosoft.com"}, {User: id1}, {Group: id2}},
		DrillEvery:              90 * 24 * time.Hour,
		MaxGlobalAdministrators: 4,
		PolicyProfile:           checks.ProfilePhishingResistant,
		Custody: []checks.Custody{
			{
				Account: "ea01@contoso.onmicrosoft.com", Credential: "YubiKey A", Place: "safe-tokyo", Custodians: []string{"k.sato", "m.tanaka"},
				Checked: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC),
			},
			{Account: "ea01@contoso.onmicrosoft.com", Credential: "予備の鍵"},
		},
		AllowedApplications: []string{"7a0d9a1c-5b1e-4c55-9b5e-0a4f2d6f7a03"},
		PassThrough:         &hash,
		Dependencies: []checks.Dependency{
			{Method: "passkey-synced", Services: []string{"passkey-provider", "home-network"}, Reason: "the provider's page of 2026-10-01"},
			{Method: "password", Reason: "nothing else"},
		},
		Identifiers: checks.IdentifiersFull,
		Past:        checks.Past{Drills: c.Drills},
	}
	if !reflect.DeepEqual(c.Settings(), want) {
		t.Errorf("Settings = %+v, want %+v", c.Settings(), want)
	}
	if d := c.Drills[0]; !d.From.Equal(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)) || d.To.Sub(d.From) != 3*time.Hour {
		t.Errorf("the drill is from %v to %v", d.From, d.To)
	}
	if s := c.Snoozes[0]; !s.Until.Equal(time.Date(2026, 12, 15, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the snooze is until %v, want the beginning of the day in UTC", s.Until)
	}
}

func TestParseAccounts(t *testing.T) {
	t.Parallel()
	users := []tenant.Declaration{{User: "ea01@contoso.onmicrosoft.com"}, {User: "ea02@contoso.onmicrosoft.com"}}
	minimal := string(example(t, "minimal.yaml"))
	for name, c := range map[string]struct {
		text string
		want []tenant.Declaration
	}{
		"minimal":                {minimal, users},
		"byte order mark":        {"\ufeff" + minimal, users},
		"CRLF":                   {strings.ReplaceAll(minimal, "\n", "\r\n"), users},
		"both":                   {"\ufeff" + strings.ReplaceAll(minimal, "\n", "\r\n"), users},
		"no line end":            {strings.TrimSpace(minimal), users},
		"document markers":       {"---\n" + minimal + "...\n", users},
		"UTF-16":                 {utf16(minimal), users},
		"JSON":                   {`{"emergencyAccess":{"accounts":[{"user":"ea01@contoso.onmicrosoft.com"},{"user":"ea02@contoso.onmicrosoft.com"}]}}`, users},
		"commented-out sections": {minimal + "custody:\n#  - account: x\nallow:\ndrills:\nsnooze:\n", users},
		"a drill of seven days":  {minimal + "drills: [{account: ea01@contoso.onmicrosoft.com, from: 2026-11-20, to: 2026-11-27, by: k}]\n", users},
		"none":                   {"tenant: contoso.onmicrosoft.com\n", nil},
		"Maester": {string(example(t, "maester-config.json")), []tenant.Declaration{
			{User: id1}, {User: "ea02@contoso.onmicrosoft.com"}, {User: "ea03@contoso.onmicrosoft.com"}, {Group: id2},
		}},
		"Zero Trust Assessment": {string(example(t, "zero-trust-assessment.yaml")), []tenant.Declaration{{User: id1}, {Group: id2}}},
		"both forms": {minimal + string(example(t, "zero-trust-assessment.yaml")), append(append([]tenant.Declaration{}, users...),
			tenant.Declaration{User: id1}, tenant.Declaration{Group: id2})},
		"the same in capitals": {minimal + "    - user: EA02@CONTOSO.onmicrosoft.com\n", users},
		"a guest's name":       {minimal + "    - user: k.o'hara_fabrikam.com#EXT#@contoso.onmicrosoft.com\n", append(append([]tenant.Declaration{}, users...), tenant.Declaration{User: "k.o'hara_fabrikam.com#EXT#@contoso.onmicrosoft.com"})},
	} {
		got, err := Parse("f", []byte(c.text))
		if err != nil || !reflect.DeepEqual(got.Accounts, c.want) {
			t.Errorf("%s: accounts %+v, %v\nwant %+v", name, got.Accounts, err, c.want)
		}
	}
}

func TestParseDurations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"1h": time.Hour, "36h": 36 * time.Hour, "99999h": 99999 * time.Hour, "90d": 2160 * time.Hour, "99999d": 2399976 * time.Hour,
		"12w": 2016 * time.Hour, "9999w": 1679832 * time.Hour, "'90d'": 2160 * time.Hour,
	} {
		c, err := Parse("f", []byte("emergencyAccess: {drillEvery: "+text+"}"))
		if err != nil || c.DrillEvery != want {
			t.Errorf("%s: %v, %v, want %v", text, c.DrillEvery, err, want)
		}
	}
}

func utf16(text string) string {
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for _, c := range []byte(text) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

func TestParseAllMistakes(t *testing.T) {
	t.Parallel()
	c, err := Parse("breakglass.yaml", example(t, "mistakes.yaml"))
	if err == nil || !reflect.DeepEqual(c, Config{}) {
		t.Fatalf("Parse = %+v, %v; want mistakes and no Config", c, err)
	}
	golden(t, "mistakes.golden.txt", err.Error()+"\n")

	var mistakes Mistakes
	var one Mistake
	if !errors.As(err, &mistakes) || !errors.As(err, &one) || one.Error() != mistakes[0].Error() {
		t.Errorf("the error is a %T that leads to %+v", err, one)
	}
	checkMistakes(t, err, example(t, "mistakes.yaml"))
}
