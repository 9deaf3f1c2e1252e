package tenant

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// A Problem is a value of a tenant file that could not be used. What depends on
// it is unread; the rest is used.
type Problem struct {
	Place   string // such as users/0/accountEnabled
	Key     string // the same as the keys of unreadable name it: users/<id>/accountEnabled
	Line    int    // in the file, from 1; 0 where there is no file
	Message string
}

// String says where and what, without quoting the file.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.Place + ": " + p.Message
	}
	return fmt.Sprintf("line %d: %s: %s", p.Line, p.Place, p.Message)
}

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
	var h header
	var s Snapshot
	if kind := jsonKind(data); kind != "an object" {
		return Snapshot{}, nil, fmt.Errorf("line 1: expected an object, found %s", kind)
	}
	if err := errors.Join(json.Unmarshal(data, &h), json.Unmarshal(data, &s)); err != nil {
		return Snapshot{}, nil, fmt.Errorf("not JSON: %w", err)
	}
	s.CollectedAt, _ = h.CollectedAt.Get() // an unread one is a Problem, below
	s.Unreadable, _ = h.Unreadable.Get()
	var problems []Problem
	walk(reflect.ValueOf(&h).Elem(), nil, func(at *step, f unreadFact) {
		if err, unread := f.reason(); unread && (err != nil || at.key == "collectedAt") {
			problems = append(problems, problemsOf(at, err)...)
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
	var f Fact[T]
	if err := f.UnmarshalJSON(data); err != nil || !json.Valid(data) {
		return Unread[T](&UnreadError{Code: CodeUnexpected})
	}
	return f
}

// Settle gives every unread Fact its reason: the one that Unreadable holds for
// it, or the name of what was not collected. It returns the values that were of
// a wrong type. A reader calls it last.
func (s *Snapshot) Settle() []Problem {
	var problems []Problem
	reasons := reasonsOf(s.Unreadable)
	walk(reflect.ValueOf(s).Elem(), nil, func(at *step, f unreadFact) {
		err, unread := f.reason()
		if !unread && err == nil {
			err = reasons.beside(at, f)
		}
		if !unread && err == nil {
			return
		}
		key := at.keys()
		named := UnreadError{cause: err}
		if reason, ok := reasons.under(key); ok {
			named = reason
		}
		var own *UnreadError
		if errors.As(err, &own) && !own.empty() {
			named = *own
		}
		named.Key = key
		f.setReason(&named)
		if flawed(err) {
			problems = append(problems, problemsOf(at, err)...)
		}
	})
	return problems
}

// flawed reports whether an error is about what stands in the JSON.
func flawed(err error) bool {
	_, shape := errors.AsType[*shapeError](err)
	_, some := errors.AsType[omissions](err)
	return shape || some
}

// reasons are those of a Snapshot's Unreadable, each under its folded key.
type reasons struct {
	byKey map[string]UnreadError
	parts map[string]bool // the keys of lists that were read in part
}

func reasonsOf(unreadable map[string]UnreadError) reasons {
	r := reasons{make(map[string]UnreadError, len(unreadable)), map[string]bool{}}
	for _, key := range slices.Sorted(maps.Keys(unreadable)) {
		if _, ok := r.byKey[fold(key)]; !ok {
			r.byKey[fold(key)] = unreadable[key]
		}
	}
	return r
}

// beside finds the reason that stands beside a list that was read: it is a part of one.
func (r reasons) beside(at *step, f unreadFact) error {
	if len(r.byKey) == 0 || reflect.ValueOf(f.inner()).Elem().Kind() != reflect.Slice {
		return nil
	}
	key := fold(at.keys())
	if reason, ok := r.byKey[key]; ok && !reason.empty() {
		r.parts[key] = true
		return &reason
	}
	return nil
}

// under finds the reason of a key, or of what the key lies under.
func (r reasons) under(key string) (UnreadError, bool) {
	if len(r.byKey) == 0 {
		return UnreadError{}, false
	}
	for prefix := fold(key); prefix != ""; {
		// That a list is a part of one says nothing of the objects that are in it.
		if reason, ok := r.byKey[prefix]; ok && (prefix == fold(key) || !r.parts[prefix] && reason.Code != CodePartial) {
			return reason, true
		}
		prefix = prefix[:max(strings.LastIndex(prefix, "/"), 0)]
	}
	return UnreadError{}, false
}

// problemsOf describes the reason of a wrong type and where it stands: more than one if
// several objects were left out of a list.
func problemsOf(at *step, err error) []Problem {
	if some, ok := errors.AsType[omissions](err); ok {
		all := make([]Problem, len(some))
		for i, shape := range some {
			all[i] = problemAt(at, shape)
		}
		return all
	}
	if shape, ok := errors.AsType[*shapeError](err); ok {
		return []Problem{problemAt(at, shape)}
	}
	p := Problem{Place: at.places(), Key: at.keys(), Message: "is missing"}
	if err != nil {
		p.Message = "expected a value, found null"
	}
	return []Problem{p}
}

func problemAt(at *step, shape *shapeError) Problem {
	if shape.above {
		at = at.parent
	}
	return Problem{
		Place: strings.Join(append([]string{at.places()}, shape.path...), "/"),
		Key:   at.keys(), Message: shape.Error(),
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
		return nil, fmt.Errorf("write tenant file: %w", err)
	}
	return append(data, '\n'), nil
}

// Reasons returns why what could not be read could not be, under the keys of a tenant
// file's unreadable. What was not collected is not among them; what lies under an object
// that could not be read for the same reason goes without one of its own.
func (s Snapshot) Reasons() map[string]UnreadError {
	unreadable := map[string]UnreadError{}
	maps.Copy(unreadable, s.Unreadable)
	known := reasonsOf(s.Unreadable)
	walk(reflect.ValueOf(&s).Elem(), nil, func(at *step, f unreadFact) {
		err, unread := f.reason()
		if !unread {
			_ = known.beside(at, f) // notes a list that is a part of one
		}
		var reason *UnreadError
		if !errors.As(err, &reason) || reason.empty() || reason.Code == CodeNull {
			return
		}
		key := at.keys()
		written := UnreadError{Status: reason.Status, Code: reason.Code, Message: reason.Message}
		if _, ok := known.byKey[fold(key)]; ok {
			return
		}
		above, ok := known.under(key)
		if !ok || above.Status != written.Status || above.Code != written.Code || above.Message != written.Message {
			unreadable[key] = written
			known.byKey[fold(key)] = written
		}
	})
	return unreadable
}
