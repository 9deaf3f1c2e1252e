package signin

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/text"
)

// A gap is what is missing, in the order of the words and each of them once, so that it
// reads the same in whichever order Graph lists it. It is what errors.Join gives, and
// words each part only once.
type gap []part

type part struct {
	words string
	err   error
}

// Error is that of errors.Join.
func (g *gap) Error() string {
	words := make([]string, len(*g))
	for i, p := range *g {
		words[i] = p.words
	}
	return strings.Join(words, "\n")
}

// Unwrap returns the parts.
func (g *gap) Unwrap() []error {
	errs := make([]error, len(*g))
	for i, p := range *g {
		errs[i] = p.err
	}
	return errs
}

// join is errors.Join as a gap.
func join(errs ...error) error {
	var all gap
	var only *gap
	for _, err := range errs {
		switch e := err.(type) { //nolint:errorlint // each itself
		case nil:
		case *gap:
			only = e
			all = append(all, *e...)
		case text.Text:
			all = append(all, part{e.Error(), e})
		case interface{ Unwrap() []error }:
			for _, err := range e.Unwrap() {
				all = append(all, part{err.Error(), err})
			}
		default:
			all = append(all, part{err.Error(), err})
		}
	}
	switch {
	case len(all) == 0:
		return nil
	case only != nil && len(*only) == len(all):
		return only
	}
	slices.SortStableFunc(all, func(a, b part) int { return cmp.Compare(a.words, b.words) })
	all = slices.CompactFunc(all, func(a, b part) bool { return a.words == b.words })
	return &all
}

// notKnown is the Doubt about words or properties that the program does not know.
func notKnown(said text.Text, words ...string) error { return Doubting(said, "unknown", words...) }
