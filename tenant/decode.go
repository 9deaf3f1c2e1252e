package tenant

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"breakglass/text"
)

// A Problem is a value of a tenant file that could not be used. What depends on
// it is unread; the rest is used.
type Problem struct {
	Place   string // such as users/0/accountEnabled
	Key     string // the same as the keys of unreadable name it: users/<id>/accountEnabled
	Line    int    // in the file, from 1; 0 where there is no file
	Message string
}

// Text says where and what, without quoting the file.
func (p Problem) Text() text.Text {
	if p.Line == 0 {
		return say("%s: %s", p.Place, p.Message)
	}
	return say("line %s: %s: %s", strconv.Itoa(p.Line), p.Place, p.Message)
}

// String is Text, in English.
func (p Problem) String() string { return p.Text().String() }

// header is what a tenant file holds beside the facts.
type header struct {
	CollectedAt Fact[Time]                   `json:"collectedAt"`
	Unreadable  Fact[map[string]UnreadError] `json:"unreadable,omitzero"`
}

// Decode reads a tenant file. It is an error, naming the line, if the text is
// not one JSON object or a key is written twice; values of a wrong type are
// Problems.
func Decode(data []byte) (Snapshot, []Problem, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // the byte order mark that Windows editors write
	if err := scan(data, nil); err != nil {
		return Snapshot{}, nil, err
	}
	if kind := jsonKind(data); kind != "an object" {
		return Snapshot{}, nil, say("line 1: expected an object, found %s", text.Term(kind))
	}
	var h header
	var s Snapshot
	_ = (&reader{data: data}).value(reflect.ValueOf(&h).Elem()) // a Fact that cannot be read says so itself
	_ = (&reader{data: data}).value(reflect.ValueOf(&s).Elem())
	s.CollectedAt, _ = h.CollectedAt.Get() // an unread one is a Problem, below
	s.Unreadable, _ = h.Unreadable.Get()
	var problems []Problem
	walk(reflect.ValueOf(&h).Elem(), nil, func(w *walker, f unreadFact) {
		if err, unread := f.reason(); unread && (err != nil || w.keys() == "collectedAt") {
			problems = append(problems, problemsOf(w, err)...)
		}
	})
	problems = append(problems, s.Settle()...)
	problems = slices.CompactFunc(problems, func(a, b Problem) bool { return a.Place == b.Place })
	if len(problems) == 0 {
		return s, nil, nil
	}
	var wanted places
	for i, p := range problems {
		wanted.add(strings.Split(p.Place, "/"), &problems[i].Line)
	}
	return s, problems, scan(data, &wanted)
}

// FromJSON decodes a Fact from Graph's JSON, as a tenant file would hold it.
func FromJSON[T any](data []byte) Fact[T] {
	if !json.Valid(data) {
		return Unread[T](&UnreadError{Code: CodeUnexpected})
	}
	var f Fact[T]
	_ = f.read(&reader{data: data}) // it never fails
	return f
}

// problemsOf describes the reason of a wrong type and where it stands: more than one if
// several objects were left out of a list.
func problemsOf(w *walker, err error) []Problem {
	if some, ok := errors.AsType[omissions](err); ok {
		all := make([]Problem, len(some))
		for i, shape := range some {
			all[i] = problemAt(w, shape)
		}
		return all
	}
	if shape, ok := errors.AsType[*shapeError](err); ok {
		return []Problem{problemAt(w, shape)}
	}
	p := Problem{Place: w.places(), Key: w.keys(), Message: "is missing"}
	if err != nil {
		p.Message = "expected a value, found null"
	}
	return []Problem{p}
}

func problemAt(w *walker, shape *shapeError) Problem {
	if shape.above {
		outer := walker{steps: w.steps[:len(w.steps)-1]}
		w = &outer
	}
	return Problem{
		Place: strings.Join(append([]string{w.places()}, shape.path...), "/"),
		Key:   w.keys(), Message: shape.Error(),
	}
}

// Encode writes the Snapshot as a tenant file. Decode reads it back the same.
func (s Snapshot) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(struct {
		CollectedAt Time `json:"collectedAt"`
		Snapshot
		Unreadable map[string]UnreadError `json:"unreadable,omitempty"`
	}{s.CollectedAt, s, s.Reasons()}, "", "  ")
	if err != nil {
		return nil, say("write tenant file: %s", err)
	}
	return append(data, '\n'), nil
}
