package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"breakglass/checks"
	"breakglass/internal/graph"
	"breakglass/report"
)

// permissions prints which permissions of Microsoft Graph the watcher needs, what each
// reads, and what is lost without it.
func (p program) permissions(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == "grant" {
		return p.grantPermissions(ctx, args[1:])
	}
	flags := newFlags("permissions", "The application permissions of Microsoft Graph that the watcher needs, why each, and what is unknown without it. All of them read; none writes.")
	format := flags.String("format", "text", "text, json, markdown, or az for the commands of the Azure CLI that grant them")
	id := flags.String("identity", "", "with --format az: the object id or the client id of the managed identity (`ID`)")
	if err := p.parse(flags, args); err != nil {
		return ignoreHelp(err)
	}
	if err := noArguments(flags); err != nil {
		return err
	}
	switch {
	case *id != "" && *format != "az":
		return usagef("--identity needs --format az; permissions grant is what grants")
	case *id != "" && !graph.IsID(*id):
		return notAnID(*id)
	}
	switch *format {
	case "text":
		return p.permissionsText()
	case "json":
		encoder := json.NewEncoder(p.stdout)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(checks.Permissions())
	case "az":
		return permissionsAz(p.stdout, *id)
	case "markdown":
		return permissionsMarkdown(p.stdout)
	}
	return usagef("--format is %q, expected text, json, markdown or az", *format)
}

func (p program) permissionsText() error {
	for i, permission := range checks.Permissions() {
		if i > 0 {
			fmt.Fprintln(p.stdout)
		}
		lost := p.words(permission.Lost)
		if len(permission.Checks) > 0 {
			lost += ": " + strings.Join(permission.Checks, ", ")
		}
		err := report.Paragraphs(p.stdout, p.options(), permission.Name,
			[2]string{p.label("reads"), p.words(permission.Reads)}, [2]string{p.label("without"), lost}, [2]string{p.label("id"), permission.ID})
		if err != nil {
			return err
		}
	}
	return nil
}

// label stands before a paragraph.
func (p program) label(text string) string {
	if said := p.words(text); said != text {
		return "  " + said + ": "
	}
	return fmt.Sprintf("  %-9s", text)
}

// permissionsMarkdown writes the table of the README.
func permissionsMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| permission | reads | not known without it | checks |\n|---|---|---|---|\n")
	for _, p := range checks.Permissions() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %d |\n", p.Name, p.Reads, p.Lost, len(p.Checks))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
