package checks

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write generated documents and golden files")

// TestReadme holds README.md to the checks: it is generated from them.
func TestReadme(t *testing.T) {
	t.Parallel()
	want := readme()
	if *update {
		if err := os.WriteFile("README.md", want, 0o644); err != nil { //nolint:gosec // a document for everybody
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("checks/README.md is not what the checks say: run `make docs`")
	}
}

func readme() []byte {
	var b bytes.Buffer
	b.WriteString("<!-- Generated from the checks by `make docs`. Do not edit. -->\n\n# What is checked\n\n" +
		"Each check gives one result for each subject: `pass`, `fail`, `unknown` (it could not look, or what it read does not decide it) or `not-applicable`.\n" +
		"What could not be read is `unknown`, with the reason; it never passes. `breakglass explain <check>` prints one of these.\n\n" +
		"| check | severity | passes when |\n|---|---|---|\n")
	for _, c := range All() {
		b.WriteString("| [`" + c.ID + "`](#" + c.ID + ") | " + c.Severity.String() + " | " + c.Title + " |\n")
	}
	for _, c := range All() {
		b.WriteString("\n## " + c.ID + "\n\n**" + c.Title + "** · " + c.Severity.String() + "\n\n" + escape(c.Why) + "\n\n" +
			"Passes when: " + escape(c.Passes) + "\n\nTo put it right: " + escape(c.Remediation) + "\n\n")
		for _, r := range c.References {
			b.WriteString("- <" + r + ">\n")
		}
	}
	return b.Bytes()
}

// escape keeps placeholders such as <label> and patterns such as *.contoso.com out
// of Markdown's hands, outside of code.
func escape(text string) string {
	parts := strings.Split(text, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.NewReplacer("<", "&lt;", ">", "&gt;", "*", `\*`).Replace(parts[i])
	}
	return strings.Join(parts, "`")
}
