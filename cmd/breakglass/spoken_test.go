package main

import (
	"bytes"
	"strings"
	"testing"

	"breakglass/alert"
)

// TestSpoken: what is kept and told in every channel is a line of some length.
func TestSpoken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		by, reason string
		says       string
	}{
		{strings.Repeat("北", alert.LongestName), strings.Repeat("北", alert.LongestText), ""},
		{strings.Repeat("x", alert.LongestName+1), "x", "--by has 201 characters: 200 at most"},
		{"x", strings.Repeat("x", alert.LongestText+1), "--reason has 1001 characters: 1000 at most"},
		{"x", "a\nb", "--reason is not text on one line"},
		{"a\x1b[31m", "x", "--by is not text on one line"},
		{"a\u2028b", "x", "--by is not text on one line"},
		{"a\xff", "x", "--by is not text on one line"},
		{" x\n", "x ", ""},
	} {
		for _, args := range [][]string{{"acknowledge", "--as", "drill"}, {"drill", "start"}} {
			var said bytes.Buffer
			p := program{getenv: func(string) string { return "" }, stdout: &said, stderr: &said}
			code := p.run(t.Context(), append(args, "--account", "a@contoso.com", "--by", c.by, "--reason", c.reason))
			if c.says != "" && (code != exitUsage || !strings.Contains(said.String(), c.says)) || c.says == "" && code == exitUsage {
				t.Errorf("%q %.20q %.20q: exit %d, %s", args, c.by, c.reason, code, said.String())
			}
		}
	}
}
