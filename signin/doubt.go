package signin

import (
	"errors"
	"slices"
	"strings"
)

// A Doubt is why something cannot be told for which Microsoft Graph has no code of its
// own: a word that is not known, an object that contradicts another. Property and Values
// identify what it is about, by Graph's name of the property, and hold no prose.
type Doubt struct {
	Property string
	Values   []string

	err error
}

// Error words the doubt.
func (d *Doubt) Error() string { return d.err.Error() }

// Unwrap returns the error behind the doubt.
func (d *Doubt) Unwrap() error { return d.err }

// Doubting says of an error what it is about; nil stays nil.
func Doubting(err error, property string, values ...string) error {
	values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	if err == nil || len(values) == 0 {
		return err
	}
	return &Doubt{Property: property, Values: values, err: err}
}

// A sentenced error is worded on one line, and keeps what it is made of.
type sentenced struct{ err error }

func (s sentenced) Error() string { return sentence(s.err) }

func (s sentenced) Unwrap() error { return s.err }

// sentence words what is not known on one line.
func sentence(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// why is the error behind a text that says what is not known; after a report was read
// back, only the text is left.
func why(text string, err error) error {
	switch {
	case err != nil:
		return sentenced{err}
	case text != "":
		return errors.New(text)
	}
	return nil
}
