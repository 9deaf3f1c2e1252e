package config

import (
	"bytes"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// secrets take the place of "SECRET" in what the fuzzer writes. Each ends with what
// nobody may read.
func secrets() []string {
	return []string{
		"https://hooks.slack.com/services/T00000000/B00000000/n0b0dyMayReadThis",
		"https://prod-1.westeurope.logic.azure.com/workflows/1?sig=n0b0dyMayReadThis",
		"xoxb-1234567890-n0b0dyMayReadThis",
		"kY3v+0/aQ8xZ1bW5tR7uP2sD4fG6n0b0dyMayReadThis",
	}
}

const unreadable = "n0b0dyMayReadThis"

// FuzzParse: whatever a file holds, the answer is a Config that editors accept, too,
// or mistakes that can be shown to anybody.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"complete.yaml", "minimal.yaml", "mistakes.yaml", "maester-config.json", "zero-trust-assessment.yaml"} {
		f.Add(example(f, name))
	}
	for _, m := range mistakeCases() {
		if len(m.text) < 4096 { // more of the same only slows it down
			f.Add([]byte(m.text))
		}
	}
	for _, text := range append(secretCases(), goodCases()...) {
		f.Add([]byte(text))
	}
	f.Add([]byte(utf16("tenant: x")))
	s := compiled(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, secret := range secrets() {
			planted := bytes.ReplaceAll(data, []byte("SECRET"), []byte(secret))
			c, err := Parse("file.yaml", planted)
			if err != nil {
				if !reflect.DeepEqual(c, Config{}) {
					t.Errorf("a Config beside %v", err)
				}
				checkMistakes(t, err, planted)
			} else if value, ok := plainValue(planted); ok {
				if err := s.Validate(value); err != nil {
					t.Errorf("the reader takes it, and the schema does not: %v", err)
				}
			}
			for _, d := range c.Accounts {
				if (d.User == "") == (d.Group == "") {
					t.Errorf("declared %+v", d)
				}
			}
			if bytes.Equal(planted, data) {
				return
			}
		}
	})
}

// secretCases have a secret wherever one could be pasted.
func secretCases() []string {
	const account = "emergencyAccess:\n  accounts:\n    - user: ea01@contoso.com\n"
	return []string{
		"SECRET", "- SECRET", "SECRET: 1", "'SECRET", "\"SECRET", "[SECRET", "{SECRET: SECRET, SECRET: SECRET}", "? SECRET\n: 1",
		"tenant: SECRET", "tenant: [SECRET]", "tenant: {SECRET: 1}", "tenant: !SECRET x", "tenant: !<SECRET> x", "tenant: &SECRET x", "tenant: *SECRET",
		"tenant: |\n  SECRET\n", "tenant: \"\\x41SECRET\"", "%SECRET\n---\n", "%TAG ! SECRET\n---\n!x y", "# SECRET\n", "--- SECRET\n--- SECRET\n", "tenant: x SECRET: y: z",
		"emergencyAccess: {accounts: [SECRET], drillEvery: SECRET, maxGlobalAdministrators: SECRET, policyProfile: SECRET}",
		"emergencyAccess: {accounts: [{user: SECRET}, {group: SECRET}, {SECRET: SECRET}]}", "emergencyAccess: {accounts: [{user: SECRET@b.co}]}\ncustody: [{account: a@b.co, credential: c}]",
		account + "custody: [{account: SECRET, credential: SECRET, place: [SECRET], checked: SECRET}]\n",
		account + "drills: [{account: SECRET@contoso.com, from: SECRET, to: SECRET, by: SECRET}]\n",
		account + "snooze: [{check: SECRET, until: SECRET, reason: \"\\tSECRET\", by: SECRET}]\n", account + "allow: {applications: [SECRET]}\npasswordAuthentication: SECRET",
		"GlobalSettings: {EmergencyAccessAccounts: [SECRET, {Type: SECRET, Id: SECRET, UserPrincipalName: SECRET}]}", "GlobalSettings: SECRET",
		"emergencyAccess: {accounts: [SECRET@contoso.com]}", "GlobalSettings: {EmergencyAccessAccounts: [SECRET@contoso.com]}",
	}
}

// TestSecretsAreNotRepeated: none of the cases is taken as it is and forgotten.
func TestSecretsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, text := range secretCases() {
		for _, secret := range secrets() {
			planted := []byte(strings.ReplaceAll(text, "SECRET", secret))
			if _, err := Parse("file.yaml", planted); err != nil {
				checkMistakes(t, err, planted)
			}
		}
	}
}

// checkMistakes holds every mistake to what each must be: with a place that is in the
// file and after the one before, on one line, printable, and without a secret.
func checkMistakes(t *testing.T, err error, data []byte) {
	t.Helper()
	var mistakes Mistakes
	if !errors.As(err, &mistakes) || len(mistakes) == 0 {
		t.Fatalf("the error is a %T", err)
	}
	lines := 2 // YAML's ends of lines are more than Go's
	for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
		lines += bytes.Count(data, []byte(end))
	}
	before := 1
	for _, m := range mistakes {
		if m.Line < before || m.Line > lines {
			t.Errorf("line %d of %d, after line %d: %v", m.Line, lines, before, m)
		}
		before = m.Line
		text := m.Error()
		if !strings.HasPrefix(text, m.Source+":"+strconv.Itoa(m.Line)+": "+m.What.String()) || m.Source == "" || m.What.IsZero() || m.Expected.IsZero() {
			t.Errorf("%+v says too little: %s", m, text)
		}
		if strings.ContainsFunc(text, func(c rune) bool { return !strconv.IsPrint(c) }) {
			t.Errorf("%q does not print", text)
		}
		if strings.Contains(text, unreadable) || strings.Contains(text, "://") {
			t.Errorf("a secret is repeated: %s", text)
		}
	}
}
