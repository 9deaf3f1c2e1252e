// Package text holds sentences for people as values: a format in English and what fills it
// in. It knows no other language: package catalog looks the format up, exactly, and fills the
// translation in with the same arguments. Nothing takes a finished sentence apart again.
package text

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Text is a sentence or a part of one. Format is English, with the verbs of fmt: %s and %q
// for everything, %d for an int, %[2]s where the order is another. A Text without arguments
// is its format as it stands, percent signs included.
//
// It is an error, so that a reason stays an error on its way: errors.Is and errors.As find the
// errors among its arguments, and errors.Join joins it with others.
//
// In JSON it is {"format": …, "args": […]}, see [Text.MarshalJSON].
type Text struct {
	Format string
	Args   []any // Name, Term, int, Date, Minute, Text, List, or an error
}

// A Name is a word that strangers chose: the name or the id of an object, a value that the
// program does not know. It is never translated, and each medium cleans it in its own way.
type Name string

// A Term is a member of an enumeration of the program's own, such as the name of a service.
// It is translated by itself.
type Term string

// New makes a Text. A string among the arguments is a Name, and so is what fmt prints of a
// value that is none of those that a Text takes.
func New(format string, args ...any) Text {
	t := Text{Format: format}
	for _, arg := range args {
		switch arg.(type) {
		case Name, Term, int, Date, Minute, List, error: // a Text is an error
		default:
			arg = Name(fmt.Sprint(arg))
		}
		t.Args = append(t.Args, arg)
	}
	return t
}

// Count makes a Text that begins with a number: of the format one if n is 1, else of the
// format other. The number is the first argument of both; the format one need not show it.
func Count(n int, one, other string, args ...any) Text {
	format := other
	if n == 1 {
		format = one
	}
	return New(format, append([]any{n}, args...)...)
}

// sentence is the format of a clause that stands by itself. It begins with a capital letter.
const sentence = "%s."

// Sentence makes a whole sentence of clauses: of an error, or of several, each told once.
func Sentence(clause any) Text { return New(sentence, clause) }

// Of returns what an error says as a Text: that of a Text, of an error that words itself by a
// method Text() Text, or of several joined ones, each told once. Any other error is somebody
// else's words, which stay as they are. It is the zero Text for nil.
func Of(err error) Text {
	switch e := err.(type) { //nolint:errorlint // what wraps a Text words it in its own way
	case nil:
		return Text{}
	case Text:
		return e
	case interface{ Text() Text }:
		return e.Text()
	case interface{ Unwrap() []error }:
		return Clauses(parts(e.Unwrap())...)
	}
	return New("%s", strings.Join(lines(err), string(Semicolon)))
}

// lines are the lines of somebody else's error, each once.
func lines(err error) []string {
	var all []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if line != "" && !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	return all
}

// parts are the errors of a tree of joined ones, in their order, each text once. An error that
// words itself by several clauses is as many parts.
func parts(errs []error) []any {
	var all []any
	var said []string
	var add func(any)
	add = func(arg any) {
		t, isText := arg.(Text)
		worded, isWorded := arg.(interface{ Text() Text })
		if isWorded {
			t, isText = worded.Text(), true
		}
		joined, isJoined := arg.(interface{ Unwrap() []error })
		clauses, isList := t.clauses()
		switch {
		case isText && isList:
			for _, clause := range clauses {
				add(clause)
			}
		case isJoined && !isText:
			for _, e := range joined.Unwrap() {
				add(e)
			}
		default:
			if words := English.Arg(arg); !slices.Contains(said, words) {
				said, all = append(said, words), append(all, arg)
			}
		}
	}
	for _, err := range errs {
		if err != nil {
			add(err)
		}
	}
	return all
}

// clauses are those of a Text that is nothing but several of them.
func (t Text) clauses() ([]any, bool) {
	if t.Format != "%s" || len(t.Args) != 1 {
		return nil, false
	}
	l, ok := t.Args[0].(List)
	return l.Items, ok && l.By == Semicolon
}

// Sentinel makes an error that errors.Is finds, with a text of its own.
func Sentinel(format string) error { return &sentinelError{New(format)} }

// A sentinelError is told from another one by its address.
type sentinelError struct{ text Text }

func (s *sentinelError) Error() string { return s.text.String() }

// Text words it.
func (s *sentinelError) Text() Text { return s.text }

// Agreed returns the Text that was kept beside its English form. Where they differ, as where
// an earlier version kept no Text, it is the English form as it stands.
func Agreed(t Text, english string) Text {
	if t.Format != "" && t.String() == english {
		return t
	}
	return Text{Format: english}
}

// IsZero reports whether it says nothing.
func (t Text) IsZero() bool { return t.Format == "" }

// Equal reports whether both say the same.
func (t Text) Equal(other Text) bool { return t.String() == other.String() }

// Error is String.
func (t Text) Error() string { return t.String() }

// String returns the text in English.
func (t Text) String() string { return English.Text(t) }

// Plain returns the Text with the Texts of its errors in the place of the errors.
func (t Text) Plain() Text {
	t.Args = slices.Clone(t.Args)
	for i, arg := range t.Args {
		switch arg := arg.(type) {
		case List:
			t.Args[i] = List{By: arg.By, Items: Text{Args: arg.Items}.Plain().Args}
		case error:
			t.Args[i] = Of(arg).Plain()
		}
	}
	return t
}

// Causes are the errors among the arguments, those of lists too. A Text has no Unwrap: what
// unwraps to several errors is taken for joined ones, and they say less than the sentence.
func (t Text) Causes() []error {
	var all []error
	for _, arg := range t.Args {
		switch arg := arg.(type) {
		case error:
			all = append(all, arg)
		case List:
			all = append(all, Text{Args: arg.Items}.Causes()...)
		}
	}
	return all
}

// Is finds an error among the causes, for errors.Is.
func (t Text) Is(target error) bool {
	return slices.ContainsFunc(t.Causes(), func(cause error) bool { return errors.Is(cause, target) })
}

// As finds an error of a type among the causes, for errors.As.
func (t Text) As(target any) bool {
	return slices.ContainsFunc(t.Causes(), func(cause error) bool { return errors.As(cause, target) })
}

// Capital makes the first letter a capital one.
func Capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// A Separator is how a List joins its items.
type Separator string

// The separators, by what stands between two items in English.
const (
	Comma     Separator = ", "
	Semicolon Separator = "; " // between clauses
	Space     Separator = " "  // between sentences
	Plus      Separator = " + "
	And       Separator = " and " // before the last one; a comma between the others
	Or        Separator = " or "  // before the last one; a comma between the others
)

// A List is several things in a row, each of them what a Text takes as an argument.
type List struct {
	By    Separator
	Items []any
}

// Join lists things.
func Join[T any](by Separator, items []T) List {
	l := List{By: by}
	for _, item := range items {
		l.Items = append(l.Items, item)
	}
	return List{By: by, Items: New("", l.Items...).Args}
}

// Clauses joins clauses to one Text.
func Clauses(items ...any) Text {
	if len(items) == 1 {
		if t, ok := items[0].(Text); ok {
			return t
		}
	}
	return New("%s", Join(Semicolon, items))
}

// Sentences joins whole sentences to one Text.
func Sentences(items ...Text) Text {
	items = slices.DeleteFunc(slices.Clone(items), Text.IsZero)
	if len(items) == 1 {
		return items[0]
	}
	return New("%s", Join(Space, items))
}

// Sorted lists things in the order of their English texts, each of them once.
func Sorted[T any](by Separator, items []T) List {
	l := Join(by, items)
	slices.SortStableFunc(l.Items, func(a, b any) int { return strings.Compare(English.Arg(a), English.Arg(b)) })
	l.Items = slices.CompactFunc(l.Items, func(a, b any) bool { return English.Arg(a) == English.Arg(b) })
	return l
}
