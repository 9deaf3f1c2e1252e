package report

import (
	"cmp"
	"io"
	"regexp"
	"slices"
	"strings"

	"breakglass/checks"
	"breakglass/display"
)

// WhatIfSchema names the format of a WhatIf's JSON.
const WhatIfSchema = "breakglass.survive/v1"

// A WhatIf is the answer to who could still sign in if things failed or were otherwise.
type WhatIf struct {
	Schema    string        `json:"schema"`
	Tenant    checks.Tenant `json:"tenant"`
	CheckedAt string        `json:"checkedAt"` // RFC 3339, UTC
	Changed   []Supposition `json:"changed"`   // what is taken to be otherwise
	AsThings  checks.Outage `json:"asThingsAre"`
	Then      checks.Outage `json:"then"`
	// MinimalCutSets are what would lock everybody out besides.
	MinimalCutSets [][]string      `json:"minimalCutSets"`
	Survival       checks.Survival `json:"survival"` // with what is otherwise, and nothing down
}

// WhatIfText writes the answer for a person at a terminal.
func WhatIfText(w io.Writer, a WhatIf, o TextOptions) error {
	p := newPage(o)
	s := p.survival(a.Survival)
	names := map[string]string{}
	for _, c := range s.Components {
		names[c.ID] = p.labelOf(c)
	}
	p.para(plain, "", bold, p.question(a, names))
	colour := green
	if len(a.Then.CanSignIn) == 0 {
		colour = red
	}
	able, all, now := len(a.Then.CanSignIn), len(s.Administrators), len(a.AsThings.CanSignIn)
	answer := p.say("%d of %d administrators could sign in; as things are, %d can.", able, all, now)
	if n := len(a.Then.Unknown); n > 0 {
		answer = p.say("%d of %d administrators could sign in, %d not known; as things are, %d can.", able, all, n, now)
	}
	p.para(plain, "", colour, answer)
	if len(a.Then.Down) == 0 {
		p.matrix(s)
		return p.writeTo(w)
	}
	p.whoIs(p.say("Still in"), s, a.Then.CanSignIn, display.Yes, green, func(who checks.Survivor) string { return p.waysIn(who, a.Then.Down) })
	p.whoIs(p.say("Locked out"), s, a.Then.LockedOut, display.No, red, func(who checks.Survivor) string { return p.whyOut(who, a.Then.Down, names) })
	p.whoIs(p.say("Not known"), s, a.Then.Unknown, display.Unknown, yellow, func(who checks.Survivor) string { return who.Unknown })
	if s.Unknown != "" || len(s.Assumed)+len(s.Overruled) > 0 {
		p.WriteByte('\n')
	}
	p.reservations(checks.Survival{Unknown: s.Unknown, Assumed: s.Assumed, Overruled: s.Overruled})
	if len(a.Then.CanSignIn) > 0 {
		p.cutSets(a.MinimalCutSets, s, p.say("What would then lock everybody out, the smallest first"))
	}
	return p.writeTo(w)
}

// WhatIfJSON writes the answer for a program.
func WhatIfJSON(w io.Writer, a WhatIf) error { return writeJSON(w, a) }

// A Supposition is something that is taken to be otherwise, in words that are translated,
// and the names in them.
type Supposition struct {
	Text string
	Args []string
}

// MarshalText writes it in English.
func (s Supposition) MarshalText() ([]byte, error) {
	return []byte(newPage(TextOptions{}).suppose(s)), nil
}

func (p *page) suppose(s Supposition) string {
	args := make([]any, len(s.Args))
	for i, arg := range s.Args {
		args[i] = display.Terminal(arg)
	}
	return p.say(s.Text, args...)
}

// question words what was asked.
func (p *page) question(a WhatIf, names map[string]string) string {
	down := make([]string, len(a.Then.Down))
	for i, id := range a.Then.Down {
		down[i] = cmp.Or(names[id], display.Terminal(id))
	}
	failed := strings.Join(down, p.say(" and "))
	changed := make([]string, len(a.Changed))
	for i, s := range a.Changed {
		changed[i] = p.suppose(s)
	}
	otherwise := strings.Join(changed, p.say(", and "))
	switch {
	case failed == "" && otherwise == "":
		return p.say("As things are:")
	case otherwise == "":
		return p.say("If %s failed:", failed)
	case failed == "":
		return p.say("If %s:", otherwise)
	}
	return p.say("If %s failed, and %s:", failed, otherwise)
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
			name += " (" + p.say("emergency account") + ")"
		}
		p.para(style, mark+" ", plain, name)
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
func (p *page) waysIn(who checks.Survivor, down []string) string {
	var ways []string
	for _, path := range who.Paths {
		if len(hit(path.Needs, down)) == 0 {
			ways = display.Once(ways, p.wayOf(path))
		}
	}
	return strings.Join(ways, "; ")
}

// idOnly is the id of a method that has no name.
var idOnly = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|^[0-9A-Za-z_-]{36,}$`)

func (p *page) wayOf(path checks.Path) string {
	way := p.method(path.Method)
	if path.Credential != "" && path.Credential != "password" && !idOnly.MatchString(path.Credential) {
		way += " “" + path.Credential + "”"
	}
	return way
}

// whyOut says what breaks each way, or why there is none.
func (p *page) whyOut(who checks.Survivor, down []string, names map[string]string) string {
	var whys []string
	for _, path := range who.Paths {
		var broken []string
		for _, id := range hit(path.Needs, down) {
			broken = append(broken, cmp.Or(names[id], id))
		}
		whys = display.Once(whys, p.say("%s needs %s", p.wayOf(path), strings.Join(broken, p.say(" and "))))
	}
	if len(whys) > 0 {
		return strings.Join(whys, "; ")
	}
	for _, b := range who.Blocked {
		whys = display.Once(whys, p.method(b.Method)+": "+b.Why)
	}
	return p.say("as things are, too: %s", cmp.Or(strings.Join(whys, "; "), p.say("no method that is enough")))
}

// method names a way of signing in, of one factor or of two.
func (p *page) method(method string) string {
	return p.clean(checks.MethodLabel(method))
}
