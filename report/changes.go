package report

import (
	"fmt"

	"breakglass/checks"
)

// roomForLabels is the width from which labels stand beside the text, in columns.
const roomForLabels = 60

// changes tells what differs from the report before.
func (p *page) changes(c checks.Changes, names names) {
	p.section("Since last time")
	if c.First {
		p.item("", "This is the first report: there is nothing to compare it with.")
		return
	}
	if c.None() {
		p.item("", "Nothing changed.")
	}
	change := func(s style, word string, r checks.Result, more string) {
		text := fmt.Sprintf("%s, %s%s", r.Check, names.of(r.Subject), more)
		if p.width < roomForLabels {
			p.para(s, "  ", s, word)
			p.item("    ", text)
			return
		}
		p.para(s, "  "+pad(word, 9)+"  ", plain, text)
	}
	for _, r := range c.New {
		change(red, "new", r, ": "+word(r.Severity))
	}
	for _, d := range c.Worse {
		change(red, "worse", d.Now, severities(d))
	}
	for _, d := range c.Changed {
		change(yellow, "changed", d.Now, severities(d))
	}
	for _, d := range c.NotChecked {
		change(yellow, "not known", d.Now, lost(d))
	}
	for _, d := range c.Resolved {
		change(green, "resolved", d.Now, "")
	}
	for _, d := range c.Dropped {
		if d.Now.Check == "" {
			change(plain, "dropped", d.Before, ": is not asked any more")
		} else {
			change(plain, "dropped", d.Now, ": does not apply any more")
		}
	}
	if len(c.Open)+len(c.Blind) > 0 {
		p.item("", fmt.Sprintf("As before: %d fail, %d could not be made.", len(c.Open), len(c.Blind)))
	}
}

func severities(c checks.Change) string {
	if c.Now.Severity == c.Before.Severity {
		return ": " + word(c.Now.Severity)
	}
	return fmt.Sprintf(": %s, was %s", word(c.Now.Severity), word(c.Before.Severity))
}

// lost says what was known before sight of it was lost.
func lost(c checks.Change) string {
	switch {
	case c.Before.Check == "":
		return ": asked for the first time"
	case c.Before.Status == checks.Fail:
		return ": failed when last seen"
	case c.Before.Status == checks.Pass:
		return ": passed when last seen"
	}
	return ""
}
