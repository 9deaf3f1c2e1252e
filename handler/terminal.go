package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
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

// progress shows on a terminal what long work is at; it is nil where nobody looks.
func (p program) progress() func(string) {
	if !isTerminal(p.stderr) {
		return nil
	}
	return func(doing string) { fmt.Fprintf(p.stderr, "… %s\n", printable(doing)) }
}
