package report

import (
	"io"

	"breakglass/checks"
	"breakglass/display"
)

// An Explanation is what a check says of itself.
type Explanation struct {
	ID          string
	Title       string
	Severity    checks.Severity
	Why         string
	Passes      string
	Remediation string
	References  []string
}

// Explain writes why a check is there, when it passes and how to put it right.
// Parts that are empty are left out.
func Explain(w io.Writer, e Explanation, o TextOptions) error {
	p := newPage(o)
	p.para(plain, "", bold, display.Terminal(e.ID)+" · "+p.severity(e.Severity))
	p.item("", display.Terminal(p.whole(e.Title)))
	for _, part := range []struct{ title, text string }{
		{p.say("Why"), e.Why},
		{p.say("Passes when"), e.Passes},
		{p.say("Fix"), e.Remediation},
	} {
		if part.text != "" {
			p.section(part.title)
			p.item("  ", display.Terminal(p.whole(part.text)))
		}
	}
	if len(e.References) > 0 {
		p.section(p.say("Read more"))
		for _, page := range e.References {
			p.item("  ", display.Terminal(page))
		}
	}
	return p.writeTo(w)
}

// List writes the checks, a line for each: its id, its severity, what must hold.
func List(w io.Writer, all []Explanation, o TextOptions) error {
	p := newPage(o)
	for _, e := range all {
		_, err := io.WriteString(w, cells.FillRight(display.Terminal(e.ID), 28)+" "+cells.FillRight(p.severity(e.Severity), 9)+" "+display.Terminal(p.whole(e.Title))+"\n")
		if err != nil {
			return err
		}
	}
	return nil
}
