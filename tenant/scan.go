package tenant

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
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
func (p *places) down(key []byte) *places {
	if p == nil || p.below == nil {
		return nil
	}
	return p.below[fold(string(key))]
}

func (p *places) item(index int) *places {
	if p == nil {
		return nil
	}
	return p.down([]byte(strconv.Itoa(index)))
}

// scan goes through a tenant file once. It fails for what is not one JSON value, for a key
// that stands twice in one object, and for what nests too deep; and it fills in the lines
// of the wanted places.
func scan(data []byte, wanted *places) error {
	s := scanner{reader: reader{data: data}, line: 1}
	if !json.Valid(data) {
		return s.explain()
	}
	return s.value(wanted, 0)
}

type scanner struct {
	reader
	keys    [][]byte // of the objects that are open, from the outermost
	line    int      // the line of counted
	counted int      // up to which lines are counted
}

// lineAt returns the line of an offset, which is not before any asked for earlier.
func (s *scanner) lineAt(offset int) int {
	s.line += bytes.Count(s.data[s.counted:offset], []byte("\n"))
	s.counted = offset
	return s.line
}

// lineOf is lineAt, for people.
func (s *scanner) lineOf(offset int) string { return strconv.Itoa(s.lineAt(offset)) }

// explain says what is wrong with what is no JSON value.
func (s *scanner) explain() error {
	decoder := json.NewDecoder(bytes.NewReader(s.data))
	err := decoder.Decode(new(json.RawMessage))
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	switch {
	case err == nil:
		s.at = int(decoder.InputOffset())
		s.peek()
		return say("line %s: more text after the end of the JSON", s.lineOf(s.at))
	case !ok:
		return say("line %s: the JSON ends too early", s.lineOf(len(s.data)))
	case strings.HasSuffix(err.Error(), "depth"): // it has no error of its own
		return s.tooDeep(int(syntax.Offset))
	}
	return say("line %s: not JSON: %s", s.lineOf(int(syntax.Offset)), err)
}

func (s *scanner) tooDeep(at int) error {
	return say("line %s: nested deeper than %d levels", s.lineOf(at), maxDepth)
}

func (s *scanner) value(wanted *places, depth int) error {
	first := s.peek()
	if depth > maxDepth {
		return s.tooDeep(s.at)
	}
	if wanted != nil {
		for _, line := range wanted.lines {
			*line = s.lineAt(s.at)
		}
	}
	switch first {
	case '{':
		open := len(s.keys)
		err := s.object(wanted, depth)
		s.keys = s.keys[:open]
		return err
	case '[':
		s.at++
		for i := 0; s.more(']'); i++ {
			if err := s.value(wanted.item(i), depth+1); err != nil {
				return err
			}
		}
	default:
		s.skip()
	}
	return nil
}

func (s *scanner) object(wanted *places, depth int) error {
	s.at++
	seen := seenKeys{s, len(s.keys), nil}
	for s.more('}') {
		key := s.key()
		if seen.again(key) {
			return say("line %s: the key %.40q stands twice in one object: remove one", s.lineOf(s.at), string(key))
		}
		if err := s.value(wanted.down(key), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// seenKeys are the keys of one object so far.
type seenKeys struct {
	*scanner
	from int             // of the scanner's keys
	many map[string]bool // the same, folded, where they are many
}

// again notes a key, and reports whether it was there already. What differs in case only
// is one key to the decoder.
func (k *seenKeys) again(key []byte) bool {
	const few = 32
	others := k.keys[k.from:]
	k.keys = append(k.keys, key)
	if len(others) < few {
		return slices.ContainsFunc(others, func(other []byte) bool { return bytes.EqualFold(other, key) })
	}
	if k.many == nil {
		k.many = map[string]bool{}
		for _, other := range others {
			k.many[fold(string(other))] = true
		}
	}
	folded := fold(string(key))
	twice := k.many[folded]
	k.many[folded] = true
	return twice
}
