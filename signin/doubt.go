package signin

import (
	"slices"

	"breakglass/text"
)

// say words what is found, and why something is not known. See text.New.
func say(format string, args ...any) text.Text { return text.New(format, args...) }

// clauses words several reasons as one; none is the zero Text.
func clauses(all text.List) text.Text {
	switch len(all.Items) {
	case 0:
		return text.Text{}
	case 1:
		if one, ok := all.Items[0].(text.Text); ok {
			return one
		}
	}
	return say("%s", all)
}

// A Doubt is why something cannot be told for which Microsoft Graph has no code of its
// own: a word that is not known, an object that contradicts another. Property and Values
// identify what it is about, by Graph's name of the property, and hold no prose.
type Doubt struct {
	Property string
	Values   []string

	err error
}

// Text words the doubt.
func (d *Doubt) Text() text.Text { return text.Of(d.err) }

// Error is Text, in English.
func (d *Doubt) Error() string { return d.Text().String() }

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

// why is the error behind a text that says what is not known; after a report was read
// back, only the text is left.
func why(said text.Text, err error) error {
	switch {
	case err != nil:
		return err
	case said.IsZero():
		return nil
	}
	return said
}
