package main

import (
	"regexp"
	"strings"
	"testing"

	"breakglass/checks"
)

// inEnglish finds a run of English words.
var inEnglish = regexp.MustCompile(`[A-Za-z]{2,}( [a-z]{2,}){2,}`)

// asItIs is what stays: names, code, addresses, and what a person wrote.
var asItIs = regexp.MustCompile("[「“][^」”]*[」”]|`[^`]*`|\"[^\"]*\"|https://\\S+|breakglass [a-z ]+|usage: .*")

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
		{"collect"}, {"collect", "--out", "x", "--from", "y"}, {"drill"}, {"drill", "hold"}, {"drill", "start"}, {"drill", "end"}, {"acknowledge"}, {"explain", "x"}, {"explain", "a", "b"},
		{"acknowledge", "--account", drillAccount, "--as", "holiday", "--by", "x", "--reason", "x", "--config", "@/breakglass.yaml"},
		{"permissions", "--format", "x"}, {"permissions", "grant"}, {"version", "x"}, {"survive", "--tenant", "x", "--keep", "x"}, {"check", "--tenant", "not there", "--config", "@/breakglass.yaml"},
	}
	for _, command := range []string{"check", "survive", "collect", "drill start", "drill end", "drill list", "acknowledge", "demo", "permissions", "permissions grant", "explain"} {
		lines = append(lines, append(strings.Fields(command), "--help"))
	}
	for _, c := range checks.All() {
		lines = append(lines, []string{"explain", c.ID})
	}
	for _, args := range lines {
		s := run(t, env, args...)
		expectJapanese(t, strings.Join(args, " "), s.out+s.err)
	}
}
