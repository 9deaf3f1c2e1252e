package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"breakglass/checks"
	"breakglass/display"
	"breakglass/text"
)

// TextOptions say how text is laid out.
type TextOptions struct {
	// Width is how many columns the terminal has: 80 if it is 0, and at least 40.
	Width int
	// Colour adds colours; nothing is told by colour alone.
	Colour bool
	// Changes, unless nil, are what differs from the report before.
	Changes *checks.Changes
	// Language is English, or Japanese if it is ja.
	Language string
}

const (
	defaultWidth = 80
	minWidth     = 40
)

// A style is what a terminal does to text: the parameter of the sequence that
// selects graphic rendition. https://ecma-international.org/publications-and-standards/standards/ecma-48/
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	green  style = "32"
	yellow style = "33"
)

// styleOf shows how something is meant.
func styleOf(t display.Tone) style {
	switch t {
	case display.Bad:
		return red
	case display.Warning:
		return yellow
	case display.Good:
		return green
	case display.Calm:
	}
	return dim
}

// A page is text under construction. The text that it is given is clean.
type page struct {
	strings.Builder
	width  int
	colour bool
	in     display.Words
}

// say words a text in the language of the page.
func (p *page) say(text string, args ...any) string { return p.in.Say(text, args...) }

// whole words an English text that is kept as it is, in the language of the page.
func (p *page) whole(english string) string { return p.in.Whole(english) }

// spoken is a report whose checks speak the language of the page.
func (p *page) spoken(r checks.Report) checks.Report {
	results := make([]checks.Result, len(r.Results))
	for i, result := range r.Results {
		result.Title, result.Reason, result.Remediation = p.whole(result.Title), p.in.Text(result.Said()), p.in.Text(result.Advice())
		results[i] = result
	}
	r.Results = results
	return r
}

// clean words a Text in the language of the page; what strangers wrote is safe.
func (p *page) clean(t text.Text) string { return display.Terminal(p.in.Text(t)) }

// survival is who could still sign in, clean, with what is said of it in the language of the
// page. Names stay.
func (p *page) survival(s checks.Survival) checks.Survival {
	was := s
	s = cleanSurvival(s) // which copies what is changed here
	s.Unknown = p.clean(was.Said())
	for i, a := range was.Administrators {
		s.Administrators[i].Unknown = p.clean(a.Said())
		for j, b := range a.Blocked {
			s.Administrators[i].Blocked[j].Why = p.clean(b.Said())
		}
	}
	return s
}

// severity names a severity.
func (p *page) severity(s checks.Severity) string { return p.in.Severity(s) }

// term is a word of the program's in the language of the page; any other text, a
// stranger's too, stays as it is.
func (p *page) term(name string) string { return p.in.Arg(text.Term(name)) }

func newPage(o TextOptions) *page {
	return &page{width: max(minWidth, cmp.Or(o.Width, defaultWidth)), colour: o.Colour, in: display.In(o.Language)}
}

// paint gives the text a style, on terminals that have colours.
func (p *page) paint(s style, text string) string {
	if !p.colour || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// section begins a part of the page.
func (p *page) section(title string) {
	p.WriteByte('\n')
	p.para(plain, "", bold, title)
}

// line writes a line as it is.
func (p *page) line(text string) {
	p.WriteString(strings.TrimRight(text, " "))
	p.WriteByte('\n')
}

// para writes wrapped text. The label stands before the first line, and the
// others are indented by as much.
func (p *page) para(labelStyle style, label string, textStyle style, text string) {
	indent := cells.StringWidth(label)
	for i, l := range wrap(text, p.width-indent) {
		before := strings.Repeat(" ", indent)
		if i == 0 {
			before = p.paint(labelStyle, label)
		}
		p.line(before + p.paint(textStyle, l))
	}
}

// item writes wrapped text with a plain label.
func (p *page) item(label, text string) { p.para(plain, label, plain, text) }

func (p *page) writeTo(w io.Writer) error {
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
