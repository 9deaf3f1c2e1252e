package main

import (
	"fmt"
	"strings"

	"breakglass/display"
)

// line prints a line for people.
func (p program) line(text string) { fmt.Fprintln(p.stdout, display.Lines(p.words(text))) }

// list prints lines under a heading, if there are any: names, and what is said already.
func (p program) list(heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	p.line(heading)
	for _, line := range lines {
		fmt.Fprintln(p.stdout, display.Lines(line))
	}
}

// describe says what an identity has and lacks.
func (p program) describe(r grantReport) {
	p.line(fmt.Sprintf("Identity: %s (%s)", r.Identity.Name, r.Identity.ID))
	p.line(fmt.Sprintf("Granted already: %d of %d", len(r.in(stateHeld)), len(r.Needed)))
	var missing, absent, beyond []string
	for _, n := range r.in(stateMissing) {
		missing = append(missing, "  + "+n.Name)
	}
	for _, n := range r.in(stateNotOffered) {
		absent = append(absent, "  ? "+n.Name)
	}
	for _, b := range r.Beyond {
		beyond = append(beyond, "  ! "+b.label())
	}
	p.list("To grant:", missing)
	p.list("Not offered in this cloud, so what needs them stays unknown:", absent)
	p.list("Granted beyond need, and left as it is; whoever takes over the identity has it too:", beyond)
}

// outcome says what is not there after granting, and why.
func (p program) outcome(r grantReport) {
	p.list("Not granted:", p.because(r.in(stateRefused, stateMissing)))
	p.list("Not seen when the grants were read again; run this with --check in a few minutes:", p.because(r.in(stateNotSeen)))
}

// because lists permissions with their reasons, those with the same reason in one line.
func (p program) because(some []neededPermission) []string {
	var lines []string
	for len(some) > 0 {
		var names []string
		reason := some[0].Reason
		for len(some) > 0 && some[0].Reason == reason {
			names = append(names, some[0].Name)
			some = some[1:]
		}
		lines = append(lines, "  - "+strings.Join(names, ", ")+": "+p.words(reason))
	}
	return lines
}

// conclude says whether the identity has what it needs: only if a read showed it.
func (p program) conclude(r grantReport, check bool) error {
	have := len(r.in(stateHeld, stateGranted))
	switch {
	case check && (!r.Complete || len(r.Beyond) > 0):
		return errFound
	case check:
		p.line("The identity has what it needs, and no more.")
		return nil
	case r.Complete && len(r.in(stateGranted)) > 0:
		p.line("The identity has what it needs. A running app sees it with its next token, within a day: restart it to see it at once.")
		return nil
	case r.Complete:
		p.line("The identity has what it needs.")
		return nil
	case have+len(r.in(stateNotOffered)) == len(r.Needed):
		p.line("The identity has all that this cloud offers. What needs the rest stays unknown.")
	}
	return fmt.Errorf("the identity has %d of the %d permissions that it needs", have, len(r.Needed))
}
