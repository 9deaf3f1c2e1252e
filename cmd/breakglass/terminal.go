package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/term"

	"breakglass/catalog"
	"breakglass/display"
	"breakglass/internal/config"
	"breakglass/report"
)

// Widths of the report: of what is no terminal, and the bounds of what is one.
const (
	defaultWidth = 80
	leastWidth   = 40
	mostWidth    = 120
)

// isTerminal reports whether somebody looks at what is written to w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colour reports whether standard output takes colour: https://no-color.org
func (p program) colour() bool {
	return p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb" && isTerminal(p.stdout)
}

// width is that of the terminal.
func (p program) width() int {
	f, ok := p.stdout.(*os.File)
	if !ok {
		return defaultWidth
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return defaultWidth
	}
	return min(max(width, leastWidth), mostWidth)
}

// language is that of what people read here: that of the app setting, or English.
func (p program) language() string {
	return strings.ToLower(strings.TrimSpace(p.getenv(config.SettingLanguage)))
}

// words says in the language of what people read here what the program says in English:
// a line at a time, without what a line is indented by, or the name in front of a column.
func (p program) words(text string) string {
	t := catalog.Terminal(p.language())
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lead := column.FindString(line)
		rest := strings.TrimRight(line[len(lead):], " ")
		lines[i] = lead + t.Sentence(rest) + line[len(lead)+len(rest):]
	}
	return strings.Join(lines, "\n")
}

var column = regexp.MustCompile(`^(\s*-\s+|\s*[a-z]+\s{2,}|\s+)?`)

// options are how a report is written here.
func (p program) options() report.TextOptions {
	return report.TextOptions{Width: p.width(), Colour: p.colour(), Language: p.language()}
}

// progress shows on a terminal what long work is at; it is nil where nobody looks.
func (p program) progress() func(string) {
	if !isTerminal(p.stderr) {
		return nil
	}
	return func(doing string) { fmt.Fprintf(p.stderr, "… %s\n", display.Lines(doing)) }
}

// printable makes a text safe for a terminal: line breaks stay, other control
// characters and what changes the direction of text are shown by their code.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r == '\n' || strconv.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
	}
	return b.String()
}
