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

// notKnown is the Doubt about words or properties that the program does not know.
func notKnown(text string, words ...string) error {
	return Doubting(errors.New(text), "unknown", words...)
}
