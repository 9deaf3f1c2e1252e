package signin

import (
	"cmp"
	"errors"
	"slices"
)

// join is errors.Join with the errors in order of their text and each of them
// once, so that what is missing reads the same in whichever order Graph lists it.
func join(errs ...error) error {
	var all []error
	for _, err := range errs {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			all = append(all, joined.Unwrap()...)
		} else if err != nil {
			all = append(all, err)
		}
	}
	slices.SortStableFunc(all, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errors.Join(slices.CompactFunc(all, func(a, b error) bool { return a.Error() == b.Error() })...)
}

// A Gap is why something cannot be told, with what identifies it: the id of a group
// whose members were not read, a word that the program does not know.
type Gap struct {
	Property string // as evidence names it
	Values   []string
	Cause    error
}

// Properties of a Gap.
const (
	GapUnknown  = "unknown" // words and properties that the program does not know
	GapGroups   = "groups"
	GapPolicies = "policies"
)

func (g *Gap) Error() string { return g.Cause.Error() }

// Unwrap returns the cause.
func (g *Gap) Unwrap() error { return g.Cause }

// notKnown is the Gap of a word or a property.
func notKnown(text string, words ...string) error {
	return &Gap{GapUnknown, words, errors.New(text)}
}
