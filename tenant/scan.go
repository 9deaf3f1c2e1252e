package tenant

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// maxDepth is how deep a tenant file may nest: several times as deep as Graph's
// objects do, and little enough for any stack.
const maxDepth = 200

// places are the values whose lines are wanted, as a tree of the steps to them.
type places struct {
	below map[string]*places
	lines []*int // where to write the line
}

func (p *places) add(path []string, line *int) {
	if len(path) == 0 {
		p.lines = append(p.lines, line)
		return
	}
	if p.below == nil {
		p.below = map[string]*places{}
	}
	name := fold(path[0])
	if p.below[name] == nil {
		p.below[name] = &places{}
	}
	p.below[name].add(path[1:], line)
}

// down returns what is wanted below a key; nil where nothing is.
func (p *places) down(key string) *places {
	if p == nil || p.below == nil {
		return nil
	}
	return p.below[fold(key)]
}

// scan reads JSON token by token. It fails for what is not one JSON value, for a
// key that stands twice in one object, and for what nests too deep; and it fills
// in the lines of the wanted places.
func scan(data []byte, wanted *places) error {
	s := scanner{decoder: json.NewDecoder(bytes.NewReader(data)), data: data, line: 1}
	s.decoder.UseNumber()
	if err := s.value(wanted, 0); err != nil {
		return s.explain(err)
	}
	if _, err := s.decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("line %d: more text after the end of the JSON", s.at(s.decoder.InputOffset()))
	}
	return nil
}

type scanner struct {
	decoder *json.Decoder
	data    []byte
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

func (s *scanner) value(wanted *places, depth int) error {
	token, err := s.decoder.Token()
	if err != nil {
		return err
	}
	if depth > maxDepth {
		return fmt.Errorf("line %d: nested deeper than %d levels", s.at(s.decoder.InputOffset()), maxDepth)
	}
	if wanted != nil {
		for _, line := range wanted.lines {
			*line = s.at(s.decoder.InputOffset())
		}
	}
	switch token {
	case json.Delim('{'):
		return s.object(wanted, depth)
	case json.Delim('['):
		for i := 0; s.decoder.More(); i++ {
			if err := s.value(wanted.down(strconv.Itoa(i)), depth+1); err != nil {
				return err
			}
		}
		_, err = s.decoder.Token()
	}
	return err
}

func (s *scanner) object(wanted *places, depth int) error {
	seen := map[string]bool{}
	for s.decoder.More() {
		token, err := s.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // a key is always a string
		folded := fold(name)
		if seen[folded] {
			return fmt.Errorf("line %d: the key %.40q stands twice in one object: remove one", s.at(s.decoder.InputOffset()), name)
		}
		seen[folded] = true
		if err := s.value(wanted.down(name), depth+1); err != nil {
			return err
		}
	}
	_, err := s.decoder.Token()
	return err
}
