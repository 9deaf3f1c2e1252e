package report

import (
	"fmt"

	"breakglass/checks"
)

// roomForLabels is the width from which labels stand beside the text, in columns.
const roomForLabels = 60

// changes tells what differs from the report before.
func (p *page) changes(c checks.Changes, names names) {
	p.section(p.say("Since last time"))
	if c.First {
		p.item("", p.say("This is the first report: there is nothing to compare it with."))
		return
	}
	if c.None() {
		p.item("", p.say("Nothing changed."))
	}
	change := func(s style, word string, r checks.Result, more string) {
		text := fmt.Sprintf("%s, %s%s", r.Check, names.Plain(r.Subject), more)
		if p.width < roomForLabels {
			p.para(s, "  ", s, word)
			p.item("    ", text)
			return
		}
		p.para(s, "  "+pad(word, 9)+"  ", plain, text)
	}
	for _, r := range c.New {
		change(red, p.say("new"), r, ": "+p.severity(r.Severity))
	}
	for _, d := range c.Worse {
		change(red, p.say("worse"), d.Now, p.severities(d))
	}
	for _, d := range c.Changed {
		change(yellow, p.say("changed"), d.Now, p.severities(d))
	}
	for _, d := range c.NotChecked {
		change(yellow, p.say("not known"), d.Now, p.lost(d))
	}
	for _, d := range c.Resolved {
		change(green, p.say("resolved"), d.Now, "")
	}
	for _, d := range c.Dropped {
		if d.Now.Check == "" {
			change(plain, p.say("dropped"), d.Before, p.say(": is not asked any more"))
		} else {
			change(plain, p.say("dropped"), d.Now, p.say(": does not apply any more"))
		}
	}
	if len(c.Open)+len(c.Blind) > 0 {
		p.item("", p.say("As before: %d fail, %d could not be made.", len(c.Open), len(c.Blind)))
	}
}

func (p *page) severities(c checks.Change) string {
	if c.Now.Severity == c.Before.Severity {
		return ": " + p.severity(c.Now.Severity)
	}
	return p.say(": %s, was %s", p.severity(c.Now.Severity), p.severity(c.Before.Severity))
}

// lost says what was known before sight of it was lost.
func (p *page) lost(c checks.Change) string {
	switch {
	case c.Before.Check == "":
		return p.say(": asked for the first time")
	case c.Before.Status == checks.Fail:
		return p.say(": failed when last seen")
	case c.Before.Status == checks.Pass:
		return p.say(": passed when last seen")
	}
	return ""
}
