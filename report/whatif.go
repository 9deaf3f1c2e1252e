package report

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"breakglass/checks"
)

// WhatIfSchema names the format of a WhatIf's JSON.
const WhatIfSchema = "breakglass.survive/v1"

// A WhatIf is the answer to who could still sign in if things failed or were otherwise.
type WhatIf struct {
	Schema    string        `json:"schema"`
	Tenant    checks.Tenant `json:"tenant"`
	CheckedAt string        `json:"checkedAt"` // RFC 3339, UTC
	Changed   []string      `json:"changed"`   // what is taken to be otherwise, in words
	AsThings  checks.Outage `json:"asThingsAre"`
	Then      checks.Outage `json:"then"`
	// MinimalCutSets are what would lock everybody out besides.
	MinimalCutSets [][]string      `json:"minimalCutSets"`
	Survival       checks.Survival `json:"survival"` // with what is otherwise, and nothing down
}

// WhatIfText writes the answer for a person at a terminal.
func WhatIfText(w io.Writer, a WhatIf, o TextOptions) error {
	p := newPage(o)
	s := cleanSurvival(a.Survival)
	names := map[string]string{}
	for _, c := range s.Components {
		names[c.ID] = labelOf(c)
	}
	p.para(plain, "", bold, clean(a.question(names)))
	colour := green
	if len(a.Then.CanSignIn) == 0 {
		colour = red
	}
	answer := fmt.Sprintf("%d of %s could sign in", len(a.Then.CanSignIn), plural(len(s.Administrators), "administrator"))
	if n := len(a.Then.Unknown); n > 0 {
		answer += fmt.Sprintf(", %d not known", n)
	}
	p.para(plain, "", colour, fmt.Sprintf("%s; as things are, %d can.", answer, len(a.AsThings.CanSignIn)))
	if len(a.Then.Down) == 0 {
		p.matrix(s)
		return p.writeTo(w)
	}
	p.whoIs("Still in", s, a.Then.CanSignIn, "✓ ", green, func(who checks.Survivor) string { return waysIn(who, a.Then.Down) })
	p.whoIs("Locked out", s, a.Then.LockedOut, "✗ ", red, func(who checks.Survivor) string { return whyOut(who, a.Then.Down, names) })
	p.whoIs("Not known", s, a.Then.Unknown, "? ", yellow, func(who checks.Survivor) string { return who.Unknown })
	if s.Unknown != "" || len(s.Assumed)+len(s.Overruled) > 0 {
		p.WriteByte('\n')
	}
	p.reservations(checks.Survival{Unknown: s.Unknown, Assumed: s.Assumed, Overruled: s.Overruled})
	if len(a.Then.CanSignIn) > 0 {
		p.cutSets(a.MinimalCutSets, s, "What would then lock everybody out, the smallest first")
	}
	return p.writeTo(w)
}

// WhatIfJSON writes the answer for a program.
func WhatIfJSON(w io.Writer, a WhatIf) error { return writeJSON(w, a) }

// question words what was asked.
func (a WhatIf) question(names map[string]string) string {
	var parts []string
	if len(a.Then.Down) > 0 {
		down := make([]string, len(a.Then.Down))
		for i, id := range a.Then.Down {
			down[i] = cmp.Or(names[id], id)
		}
		parts = append(parts, strings.Join(down, " and ")+" failed")
	}
	parts = append(parts, a.Changed...)
	if len(parts) == 0 {
		return "As things are:"
	}
	return "If " + strings.Join(parts, ", and ") + ":"
}

// whoIs lists some of the administrators, each with a reason.
func (p *page) whoIs(title string, s checks.Survival, ids []string, mark string, style style, why func(checks.Survivor) string) {
	if len(ids) == 0 {
		return
	}
	p.section(title)
	for _, a := range s.Administrators {
		if !slices.Contains(ids, a.ID) {
			continue
		}
		name := a.Name
		if a.Emergency {
			name += " (emergency account)"
		}
		p.para(style, mark, plain, name)
		p.item("    ", why(a))
	}
}

func hit(needs, down []string) []string {
	var broken []string
	for _, need := range needs {
		if slices.Contains(down, need) {
			broken = append(broken, need)
		}
	}
	return broken
}

// waysIn names the ways that are left.
func waysIn(who checks.Survivor, down []string) string {
	var ways []string
	for _, path := range who.Paths {
		if len(hit(path.Needs, down)) == 0 {
			ways = appendNew(ways, wayOf(path))
		}
	}
	return strings.Join(ways, "; ")
}

// idOnly is the id of a method that has no name.
var idOnly = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|^[0-9A-Za-z_-]{36,}$`)

func wayOf(path checks.Path) string {
	way := checks.MethodLabel(path.Method)
	if path.Credential != "" && path.Credential != "password" && !idOnly.MatchString(path.Credential) {
		way += " “" + path.Credential + "”"
	}
	return way
}

// whyOut says what breaks each way, or why there is none.
func whyOut(who checks.Survivor, down []string, names map[string]string) string {
	var whys []string
	for _, path := range who.Paths {
		var broken []string
		for _, id := range hit(path.Needs, down) {
			broken = append(broken, cmp.Or(names[id], id))
		}
		whys = appendNew(whys, wayOf(path)+" needs "+strings.Join(broken, " and "))
	}
	if len(whys) > 0 {
		return strings.Join(whys, "; ")
	}
	for _, b := range who.Blocked {
		whys = appendNew(whys, checks.MethodLabel(b.Method)+": "+b.Why)
	}
	return "as things are, too: " + cmp.Or(strings.Join(whys, "; "), "no method that is enough")
}
