package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"breakglass/catalog"
	"breakglass/display"
	"breakglass/internal/config"
	"breakglass/internal/watch"
	"breakglass/report"
	"breakglass/signin"
	"breakglass/tenant"
)

// discover helps somebody who declared no account: it names users who look like
// emergency accounts, as candidates to declare. Nothing is judged, so it always
// returns an error that says how to declare accounts.
func (p program) discover(ctx context.Context, f checkFlags, c config.Config, undeclared error) error {
	s, err := p.snapshot(ctx, f, c)
	if err == nil {
		err = watch.SameTenant(s, c.Tenant)
	}
	if err != nil {
		return errors.Join(undeclared, err)
	}
	if err := p.suggest(s); err != nil {
		return err
	}
	return undeclared
}

// suggest writes the candidates of a tenant, and the file that would declare them.
func (p program) suggest(s tenant.Snapshot) error {
	o := report.TextOptions{Width: defaultWidth, Language: p.language()}
	candidates := signin.Candidates(s)
	var parts [][2]string
	if _, err := signin.Administrators(s); err != nil {
		parts = append(parts, [2]string{"  ", p.words("Not everybody who holds Global Administrator is known: " + err.Error() + ".")})
	}
	if len(candidates) == 0 {
		if len(parts) == 0 {
			parts = append(parts, [2]string{"  ", p.words("Nobody who holds Global Administrator is excluded from most Conditional Access policies, or exists in the cloud only under a *.onmicrosoft.com name.")})
		}
		return report.Paragraphs(p.stderr, o, p.words("No candidates for emergency accounts were found."), parts...)
	}
	var file strings.Builder
	file.WriteString("emergencyAccess:\n  accounts:\n")
	for _, candidate := range candidates {
		name, err := candidate.User.UserPrincipalName.Get()
		if err != nil {
			name = p.words("name not known")
		}
		parts = append(parts, [2]string{"  ", name + " (" + candidate.User.ID + ")"})
		for _, reason := range candidate.Reasons {
			parts = append(parts, [2]string{"    - ", catalog.In(p.language()).Text(reason)})
		}
		fmt.Fprintf(&file, "    - user: %s # %s\n", onLine(candidate.User.ID), onLine(name))
	}
	if err := report.Paragraphs(p.stderr, o, p.words("Candidates: these look like emergency accounts. Nothing was judged."), parts...); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.stderr, "\n%s\n\n%s\n", p.words("Keep those that are, in breakglass.yaml:"), &file)
	return err
}

// onLine makes a stranger's text safe for a terminal, and keeps it on its line.
func onLine(text string) string { return strings.ReplaceAll(display.Lines(text), "\n", `\n`) }
