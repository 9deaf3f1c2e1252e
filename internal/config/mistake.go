package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"breakglass/text"
)

// A Mistake is one thing that is wrong in the file or in an app setting.
type Mistake struct {
	Source   string // the file's name, or the app setting's
	Line     int    // 0 for an app setting
	What     text.Text
	Expected text.Text // zero where What says it all
}

// Where returns "file:line", or the app setting.
func (m Mistake) Where() string {
	if m.Line > 0 {
		return fmt.Sprintf("%s:%d", m.Source, m.Line)
	}
	return m.Source
}

// Error returns "file:line: what is wrong; what is expected".
func (m Mistake) Error() string { return m.Text().String() }

// Text is what Error says.
func (m Mistake) Text() text.Text {
	said := m.What
	if !m.Expected.IsZero() {
		said = text.Clauses(m.What, m.Expected)
	}
	return say("%s: %s", named(m.Where()), said)
}

// Mistakes are everything that is wrong, in the order of the file's lines.
type Mistakes []Mistake

// maxMistakes is how many are worded; a file with more is not this program's.
const maxMistakes = 50

// Error returns one line for each mistake.
func (m Mistakes) Error() string {
	lines := make([]string, 0, min(len(m), maxMistakes+1))
	for i, mistake := range m {
		if i == maxMistakes {
			lines = append(lines, say("%s: and %d more mistakes", named(mistake.Source), len(m)-i).String())
			break
		}
		lines = append(lines, mistake.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns each mistake.
func (m Mistakes) Unwrap() []error {
	errs := make([]error, len(m))
	for i := range m {
		errs[i] = m[i]
	}
	return errs
}

// err returns the mistakes in order, or nil if there are none.
func (m Mistakes) err() error {
	if len(m) == 0 {
		return nil
	}
	return m.ordered()
}

// ordered puts the mistakes in order.
func (m Mistakes) ordered() Mistakes {
	slices.SortStableFunc(m, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(min(b.Line, 1), min(a.Line, 1)), cmp.Compare(a.Line, b.Line)) // app settings last
	})
	return m
}
