package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"breakglass/checks"
	"breakglass/display"
)

const (
	// leastLabel is how wide the names of failures are at least, where there are many
	// administrators; on a narrow terminal as much as leaves room for leastColumns.
	leastLabel   = 28
	leastColumns = 4
	countWidth   = 10
	// mostCuts is how many sets of failures are listed.
	mostCuts = 8
)

// A failure is a row of the matrix.
type failure struct {
	label  string
	left   checks.Outage
	always bool // people ask about it, whether or not it changes anything
}

// matrix shows who could still sign in if something failed: a row for each failure, a
// column for each administrator, the emergency accounts first.
func (p *page) matrix(s checks.Survival) {
	p.section(p.say("Who could still sign in if one of these failed"))
	if len(s.Administrators) == 0 {
		p.item("", cmp.Or(s.Unknown, p.say("No administrator is known.")))
		return
	}
	codes := p.legend(s)
	p.line("")
	rows, more := p.failuresOf(s)
	p.cells(s, codes, rows)
	if more > 0 {
		p.item("", p.say("… and %d more things, each of which stops one regular administrator at most, or nobody.", more))
	}
	p.para(dim, "", dim, p.say("✓ can sign in · ✗ cannot · ? not known"))
	p.reservations(s)
	p.cutSets(s.MinimalCutSets, s, p.say("What would lock everybody out, the smallest first"))
}

// legend names the administrators, and returns the heads of their columns.
func (p *page) legend(s checks.Survival) []string {
	codes := make([]string, len(s.Administrators))
	accounts, others := 0, 0
	for i, a := range s.Administrators {
		kind := p.term(a.Assignment)
		if a.Emergency {
			accounts++
			codes[i] = fmt.Sprintf("E%d", accounts)
			kind = p.say("emergency account, %s", kind)
		} else {
			others++
			codes[i] = fmt.Sprintf("A%d", others)
		}
		p.item(codes[i]+"  ", a.Name+" ("+kind+")")
	}
	return codes
}

// failuresOf chooses the rows, what leaves the fewest first, and counts the rest.
func (p *page) failuresOf(s checks.Survival) (rows []failure, more int) {
	now := s.If()
	for _, c := range s.Components {
		left := s.If(c.ID)
		row := failure{label: p.labelOf(c), left: left, always: c.Kind == "service" || c.Kind == "place" || c.Kind == "person"}
		if stopped, accounts := s.Stops(c.ID); !row.always && accounts == 0 && stopped < 2 {
			more++
			continue
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b failure) int { return len(a.left.CanSignIn) - len(b.left.CanSignIn) })
	rows = slices.Insert(rows, 0, failure{label: p.say("nothing"), left: now})
	rows = append(rows, failure{label: p.say("Conditional Access: every policy blocks"), left: s.PoliciesBlock})
	return append(rows, failure{label: p.say("all managed computers and known networks"), left: s.AnyDevice}), more
}

// labelOf names what fails. What has no name but the program's own goes by that.
func (p *page) labelOf(c checks.Component) string {
	name := p.clean(c.Said())
	if c.Ours() {
		return name
	}
	switch c.Kind {
	case "key":
		return p.say("key “%s”", name)
	case "model":
		return p.say("model “%s”", name)
	case "place":
		return p.say("place “%s”", name)
	case "person":
		return p.say("person “%s”", name)
	case "device":
		return p.say("device “%s”", name)
	}
	return name
}

// cells writes the rows, with as many columns at a time as fit.
func (p *page) cells(s checks.Survival, codes []string, rows []failure) {
	label := 0
	for _, r := range rows {
		label = max(label, cells.StringWidth(r.label))
	}
	width := 1
	for _, code := range codes {
		width = max(width, len(code)+1)
	}
	least := min(leastLabel, p.width-countWidth-2-width*leastColumns)
	label = min(label, max(least, p.width-countWidth-2-width*len(codes)))
	atOnce := max(1, (p.width-label-countWidth-2)/width)
	for from := 0; from < len(codes); from += atOnce {
		to := min(from+atOnce, len(codes))
		if from > 0 {
			p.line("")
		}
		var head strings.Builder
		head.WriteString(pad("", label) + "  " + pad(p.say("able"), countWidth))
		for _, code := range codes[from:to] {
			head.WriteString(pad(code, width))
		}
		p.line(head.String())
		for _, r := range rows {
			lines := wrap(r.label, label)
			for i, line := range lines {
				if i == 0 {
					line = pad(line, label) + "  " + p.marks(s, r.left, from, to, width)
				}
				p.line(line)
			}
		}
	}
}

// marks is the answer of a row: how many, and who.
func (p *page) marks(s checks.Survival, left checks.Outage, from, to, width int) string {
	count := pad(p.say("%d of %d", len(left.CanSignIn), len(s.Administrators)), countWidth)
	if len(left.CanSignIn) == 0 {
		count = p.paint(red, strings.TrimRight(count, " ")) + strings.Repeat(" ", countWidth-len(strings.TrimRight(count, " ")))
	}
	var b strings.Builder
	b.WriteString(count)
	for _, a := range s.Administrators[from:to] {
		mark, style := display.Unknown, yellow
		switch {
		case slices.Contains(left.CanSignIn, a.ID):
			mark, style = display.Yes, green
		case slices.Contains(left.LockedOut, a.ID):
			mark, style = display.No, red
		}
		b.WriteString(p.paint(style, mark) + strings.Repeat(" ", width-1))
	}
	return b.String()
}

// reservations says what the answer rests on besides facts.
func (p *page) reservations(s checks.Survival) {
	if s.Unknown != "" {
		p.item("", p.say("There may be other administrators: %s.", s.Unknown))
	}
	for _, a := range s.Administrators {
		if a.Unknown != "" {
			p.item(display.Unknown+" ", p.say("%s: not all ways in are known: %s.", a.Name, a.Unknown))
		}
	}
	for _, text := range s.Assumed {
		p.item("", p.say("Assumed: %s.", p.whole(text)))
	}
	if len(s.Overruled) > 0 {
		p.item("", p.say("As breakglass.yaml says, and not the program: what %s depends on.", strings.Join(s.Overruled, ", ")))
	}
}

// cutSets lists the smallest sets of failures that leave nobody.
func (p *page) cutSets(cuts [][]string, s checks.Survival, title string) {
	p.section(title)
	if len(cuts) == 0 {
		p.item("", p.say("Nobody can sign in by a way that is known."))
		return
	}
	names := map[string]string{}
	for _, c := range s.Components {
		names[c.ID] = p.labelOf(c)
	}
	for i, cut := range cuts {
		if i == mostCuts {
			p.item("", p.say("… and %d more sets.", len(cuts)-i))
			break
		}
		parts := make([]string, len(cut))
		for j, id := range cut {
			parts[j] = cmp.Or(names[id], id)
		}
		text := strings.Join(parts, " + ")
		if len(cut) == 1 && cut[0] == checks.AuthenticationService {
			text = p.say("%s (nothing avoids it)", text)
		}
		p.item("- ", text)
	}
	if len(cuts) == 1 {
		p.item("", p.say("No other set of up to three failures does."))
	}
	if slices.ContainsFunc(s.Administrators, func(a checks.Survivor) bool { return a.Unknown != "" }) || s.Unknown != "" {
		p.item("", p.say("These are over the ways in that are known; others may hold longer."))
	}
}
