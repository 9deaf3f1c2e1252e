package report

import (
	"io"
	"strings"

	"breakglass/display"
)

// An Examined is one thing of an installation that was looked at, in the language of who
// reads it.
type Examined struct {
	Tone   display.Tone
	Status string
	Name   string
	Says   string
	// Remedy and Reference are what to do, and where it is written; each empty if there is
	// nothing.
	Remedy, Reference string
}

// Examination writes what was looked at: what is to be done with a paragraph each, all else
// on a line or two.
func Examination(w io.Writer, o TextOptions, all []Examined) error {
	p := newPage(o)
	statuses, names := 0, 0
	for _, e := range all {
		statuses = max(statuses, cells.StringWidth(e.Status))
		if width := cells.StringWidth(display.Terminal(e.Name)); e.Remedy == "" && width <= mostNamed {
			names = max(names, width)
		}
	}
	for i, e := range all {
		if i == 0 || e.Remedy != "" || all[i-1].Remedy != "" {
			p.WriteByte('\n')
		}
		p.examined(e, statuses+2, names+2)
	}
	return p.writeTo(w)
}

// mostNamed is how wide a name may be that has what is said of it beside it.
const mostNamed = 16

func (p *page) examined(e Examined, statuses, names int) {
	label, name := pad(e.Status, statuses), display.Terminal(e.Name)
	if e.Remedy == "" && p.width >= roomForLabels && cells.StringWidth(name) <= mostNamed {
		p.para(styleOf(e.Tone), label+pad(name, names), plain, display.Terminal(e.Says))
		return
	}
	p.para(styleOf(e.Tone), label, bold, name)
	indent := "    "
	if e.Remedy == "" && p.width >= roomForLabels {
		indent = strings.Repeat(" ", statuses+names)
	}
	p.item(indent, display.Terminal(e.Says))
	if e.Remedy != "" {
		p.item(indent+"→ ", display.Terminal(e.Remedy))
	}
	if e.Reference != "" {
		p.para(dim, indent+"  ", dim, e.Reference)
	}
}
