package tenant

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// A Problem is a value of a tenant file that could not be used. What depends on
// it is unread; the rest is used.
type Problem struct {
	Place   string // such as users/0/accountEnabled
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
	if _, err := scan(data, nil); err != nil {
		return Snapshot{}, nil, err
	}
	var h header
	var s Snapshot
	if err := json.Unmarshal(data, &h); err != nil {
		return Snapshot{}, nil, fmt.Errorf("line 1: expected an object, found %s", jsonKind(data))
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return Snapshot{}, nil, err
	}
	s.CollectedAt, _ = h.CollectedAt.Get() // an unread one is a Problem, below
	s.Unreadable, _ = h.Unreadable.Get()
	var problems []Problem
	walk(reflect.ValueOf(&h).Elem(), nil, func(at *step, f unreadFact) {
		if err, unread := f.reason(); unread && (err != nil || at.key == "collectedAt") {
			problems = append(problems, problemOf(at, err))
		}
	})
	problems = append(problems, s.Settle()...)
	wanted := map[string]bool{}
	for _, p := range problems {
		wanted[p.Place] = true
	}
	lines, err := scan(data, wanted)
	if err != nil {
		return Snapshot{}, nil, err
	}
	for i := range problems {
		problems[i].Line = lines[problems[i].Place]
	}
	return s, problems, nil
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
	walk(reflect.ValueOf(s).Elem(), nil, func(at *step, f unreadFact) {
		err, unread := f.reason()
		if !unread {
			return
		}
		var reason *UnreadError
		if !errors.As(err, &reason) {
			reason = s.reasonFor(at.keys(), err)
		}
		named := *reason
		named.Key = at.keys()
		f.setReason(&named)
		if named.Code == CodeWrongType {
			problems = append(problems, problemOf(at, &named))
		}
	})
	return problems
}

// reasonFor finds the reason that Unreadable holds for a key or for what the key
// lies under.
func (s *Snapshot) reasonFor(key string, cause error) *UnreadError {
	for prefix := key; prefix != ""; {
		if reason, ok := s.unreadable(prefix); ok {
			return reason
		}
		cut := strings.LastIndex(prefix, "/")
		prefix = prefix[:max(cut, 0)]
	}
	return &UnreadError{cause: cause}
}

// problemOf describes the reason of a wrong type and where it stands.
func problemOf(at *step, err error) Problem {
	p := Problem{Place: at.places(), Message: "is missing"}
	if err != nil {
		p.Message = "expected a value, found null"
	}
	var shape *shapeError
	if errors.As(err, &shape) {
		p.Message = shape.Error()
		if len(shape.path) > 0 {
			p.Place += "/" + strings.Join(shape.path, "/")
		}
	}
	return p
}

// Encode writes the Snapshot as a tenant file. Decode reads it back the same.
func (s Snapshot) Encode() ([]byte, error) {
	copied := s
	unreadable := map[string]UnreadError{}
	for key, reason := range s.Unreadable {
		unreadable[key] = reason
	}
	walk(reflect.ValueOf(&copied).Elem(), nil, func(at *step, f unreadFact) {
		err, unread := f.reason()
		var reason *UnreadError
		if !unread || !errors.As(err, &reason) || reason.Code == "" && reason.Status == 0 || reason.Code == CodeNull {
			return
		}
		if _, ok := s.unreadable(at.keys()); !ok && s.reasonFor(at.keys(), nil).Code == "" {
			unreadable[at.keys()] = *reason
		}
	})
	data, err := json.MarshalIndent(struct {
		CollectedAt Time `json:"collectedAt"`
		Snapshot
		Unreadable map[string]UnreadError `json:"unreadable,omitempty"`
	}{s.CollectedAt, copied, unreadable}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write tenant file: %w", err)
	}
	return append(data, '\n'), nil
}

// scan reads JSON token by token. It fails for what is not one JSON value and
// for a key that stands twice in one object, and returns the lines of the wanted
// places.
func scan(data []byte, wanted map[string]bool) (map[string]int, error) {
	s := scanner{decoder: json.NewDecoder(bytes.NewReader(data)), data: data, wanted: wanted, lines: map[string]int{}, line: 1}
	if err := s.value(nil); err != nil {
		return nil, s.explain(err)
	}
	if _, err := s.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("line %d: more text after the end of the JSON", s.at(s.decoder.InputOffset()))
	}
	return s.lines, nil
}

type scanner struct {
	decoder *json.Decoder
	data    []byte
	wanted  map[string]bool
	lines   map[string]int
	line    int   // the line of offset
	offset  int64 // up to which lines are counted
}

// at returns the line of an offset, which is not before any asked for earlier.
func (s *scanner) at(offset int64) int {
	offset = min(offset, int64(len(s.data)))
	if offset > s.offset {
		s.line += bytes.Count(s.data[s.offset:offset], []byte("\n"))
		s.offset = offset
	}
	return s.line
}

func (s *scanner) explain(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: not JSON: %w", s.at(max(syntax.Offset, s.decoder.InputOffset())), err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("line %d: the JSON ends too early", s.at(int64(len(s.data))))
	}
	return err
}

func (s *scanner) value(at *step) error {
	token, err := s.decoder.Token()
	if err != nil {
		return err
	}
	if s.wanted != nil {
		if place := at.places(); s.wanted[place] {
			s.lines[place] = s.at(s.decoder.InputOffset())
		}
	}
	switch token {
	case json.Delim('{'):
		return s.object(at)
	case json.Delim('['):
		for i := 0; s.decoder.More(); i++ {
			if err := s.value(at.down("", strconv.Itoa(i))); err != nil {
				return err
			}
		}
		_, err = s.decoder.Token()
	}
	return err
}

func (s *scanner) object(at *step) error {
	seen := map[string]bool{}
	for s.decoder.More() {
		token, err := s.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // a key is always a string
		if folded := strings.ToLower(name); seen[folded] {
			return fmt.Errorf("line %d: the key %.40q stands twice in one object: remove one", s.at(s.decoder.InputOffset()), name)
		} else {
			seen[folded] = true
		}
		if err := s.value(at.down("", name)); err != nil {
			return err
		}
	}
	_, err := s.decoder.Token()
	return err
}
