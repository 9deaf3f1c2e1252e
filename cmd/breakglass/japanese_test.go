package main

import (
	"regexp"
	"strings"
	"testing"

	"breakglass/catalog"
	"breakglass/checks"
	"breakglass/internal/standin/apptest"
)

// inEnglish finds a run of English words.
var inEnglish = regexp.MustCompile(`[A-Za-z]{2,}( [a-z]{2,}){2,}`)

// asItIs is what stays: names, code, addresses, and what a person wrote.
var asItIs = regexp.MustCompile("[「“][^」”]*[」”]|`[^`]*`|\"[^\"]*\"|https://\\S+|breakglass [a-z ]+|usage: .*|az functionapp config appsettings list|" +
	// What a library or the system says stays as it is.
	"(open|mkdir) \\S+: .*|file does not exist|unexpected end of JSON input|bad magic number.*|ManagedIdentityCredential .*|\\d{3} Not Found|exit status \\d+|signal: .*|Get \\S+.*|read tcp .*|dial tcp .*")

func expectJapanese(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.SplitSeq(text, "\n") {
		if left := inEnglish.FindString(asItIs.ReplaceAllString(line, "")); left != "" {
			t.Errorf("%s: %q in %s", what, left, line)
		}
	}
	if !regexp.MustCompile(`[\x{3040}-\x{30ff}]`).MatchString(text) {
		t.Errorf("%s: no Japanese in %q", what, text)
	}
}

// TestTerminalInJapanese: what the command line says is Japanese where that is asked for.
func TestTerminalInJapanese(t *testing.T) {
	t.Parallel()
	_, env := installed(t)
	env["BREAKGLASS_LANGUAGE"] = "ja"
	lines := [][]string{
		{}, {"help"}, {"permissions"}, {"explain"}, {"explain", "dependencies"}, {"demos"}, {"check", "--format", "x"}, {"check", "--nope"}, {"check", "--tenant"},
		{"check", "--at", "2026-11-20", "--config", "@/breakglass.yaml"}, {"check", "--client", "x"}, {"check", "--login", "--tenant", "x"}, {"check", "more"},
		{"doctor", "--format", "x"}, {"doctor", "--offline", "--send"}, {"doctor", "more"}, {"doctor", "--settings", "@/tenant.json"},
		{"collect"}, {"collect", "--out", "x", "--from", "y"}, {"drill"}, {"drill", "hold"}, {"drill", "start"}, {"drill", "end"}, {"acknowledge"}, {"explain", "x"}, {"explain", "a", "b"},
		{"acknowledge", "--account", apptest.DrillAccount, "--as", "holiday", "--by", "x", "--reason", "x", "--config", "@/breakglass.yaml"},
		{"permissions", "--format", "x"}, {"permissions", "grant"}, {"version", "x"}, {"survive", "--tenant", "x", "--keep", "x"}, {"check", "--tenant", "not there", "--config", "@/breakglass.yaml"},
	}
	for _, command := range []string{"check", "survive", "collect", "drill start", "drill end", "drill list", "acknowledge", "demo", "doctor", "permissions", "permissions grant", "explain"} {
		lines = append(lines, append(strings.Fields(command), "--help"))
	}
	for _, c := range checks.All() {
		lines = append(lines, []string{"explain", c.ID})
	}
	for _, args := range lines {
		s := run(t, env, args...)
		expectJapanese(t, strings.Join(args, " "), s.Out+s.Err)
	}
}

// TestDoctorInJapanese: what a doctor says of each broken installation is Japanese.
func TestDoctorInJapanese(t *testing.T) {
	t.Parallel()
	for _, all := range []map[string]broken{brokenSettings(), brokenPackages(), brokenServices()} {
		for name, b := range all {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				i := newInstallation(t, b.breaking)
				if name != "another language" {
					i.env["BREAKGLASS_LANGUAGE"] = "ja"
				}
				_, e := i.asks(b.args...)
				translator := catalog.Terminal("ja")
				for _, f := range e.Findings {
					expectJapanese(t, name, translator.Sentence(f.Says))
					if f.Remedy != "" {
						expectJapanese(t, name, translator.Sentence(f.Remedy))
					}
				}
			})
		}
	}
}
