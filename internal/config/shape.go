package config

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"breakglass/text"
)

// A shape is what a value must look like. It reads one and notes the mistakes, and it
// describes itself to editors. Both come from what it holds, so they agree.
type shape interface {
	read(r *reader, path string, n *yaml.Node)
	schema() schema
}

// A field is a key of a section.
type field struct {
	name     string
	about    string // for people, in an editor
	shape    shape
	required bool
	standard any    // what holds where the key is left out, if that can be written
	beside   string // another key, without which this one is unknown
	unnamed  bool   // not among the keys that mistakes and editors suggest
}

// A section is a mapping with keys that are known.
type section struct {
	fields []field
	open   bool // other keys are somebody else's, and are let pass
	empty  bool // nothing after the colon declares nothing
	rule   rule
	// instead says what to write in the place of n; if it is nil the keys are listed.
	instead func(n *yaml.Node) text.Text
}

// A rule is what the keys of a section must be together. Check is called where each
// alone is right; schema is as much of it as editors can know.
type rule struct {
	check  func(r *reader, path string, n *yaml.Node)
	schema schema
}

func isKind(path string, n *yaml.Node) text.Text { return say("%s is %s", named(path), kindOf(n)) }

func (s section) read(r *reader, path string, n *yaml.Node) {
	if s.empty && empty(n) {
		return
	}
	if n.Kind != yaml.MappingNode || n.ShortTag() != "!!map" {
		r.mistake(n.Line, isKind(path, n), s.expected(n, "expected a mapping with %s"))
		return
	}
	before := len(r.mistakes)
	seen := s.keys(r, path, n)
	for _, f := range s.fields {
		if _, ok := seen[f.name]; f.required && !ok {
			r.mistake(n.Line, say("%s has no %s", named(path), named(f.name)), s.expected(n, "expected %s"))
		}
	}
	if s.rule.check != nil && len(r.mistakes) == before {
		s.rule.check(r, path, n)
	}
}

func (s section) expected(n *yaml.Node, format string) text.Text {
	if s.instead != nil {
		return s.instead(n)
	}
	return say(format, names(s.fields))
}

// keys reads each key's value, and returns the line of each.
func (s section) keys(r *reader, path string, n *yaml.Node) map[string]int {
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.mistake(key.Line, say("%s has a key that is %s", named(path), kindOf(key)), say("expected %s", names(s.fields)))
			continue
		}
		at := slices.IndexFunc(s.fields, func(f field) bool {
			return f.name == key.Value && (f.beside == "" || lookup(n, f.beside) != nil)
		})
		if at < 0 {
			if !s.open {
				r.unknownKey(path, key, s.fields)
			}
			continue
		}
		if first, twice := seen[key.Value]; twice {
			r.mistake(key.Line, say("%s is given twice", named(join(path, key.Value))), say("expected once; the other is in line %s", number(first)))
			continue
		}
		seen[key.Value] = key.Line
		s.fields[at].shape.read(r, join(path, key.Value), value)
	}
	return seen
}

// A list is a sequence. Nothing after the colon is an empty one, as where every entry
// is commented out.
type list[T any] struct {
	to   *[]T
	item func(*T) shape
	none func(path string) text.Text // what is wrong with an empty list; nil if nothing is
}

// read adds an entry for each in the file, so that they stand at the same places.
func (l list[T]) read(r *reader, path string, n *yaml.Node) {
	if !empty(n) && (n.Kind != yaml.SequenceNode || n.ShortTag() != "!!seq") {
		r.mistake(n.Line, isKind(path, n), say(`expected a list, each entry on a line that begins with "- "`))
		return
	}
	if len(n.Content) == 0 && l.none != nil {
		r.mistake(n.Line, l.none(path), say("expected at least one, or no %s", named(path)))
	}
	for i, entry := range n.Content {
		var item T
		l.item(&item).read(r, fmt.Sprintf("%s[%d]", path, i), entry)
		*l.to = append(*l.to, item)
	}
}

// A value is a single one.
type value[T any] struct {
	to   *T
	form form[T]
}

func (v value[T]) read(r *reader, path string, n *yaml.Node) {
	text := n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str"
	if !text && (n.Kind != yaml.ScalarNode || !slices.Contains(v.form.tags, n.ShortTag())) {
		r.mistake(n.Line, isKind(path, n), say("expected %s", v.form.expected))
		return
	}
	parsed, ok := v.form.parse(n.Value)
	if ok && (!text || !v.form.bare) {
		*v.to = parsed
		return
	}
	expected := say("expected %s", v.form.expected)
	if near := nearest(n.Value, v.form.schema.Enum); near != "" {
		expected = didYouMean(near)
	}
	r.mistake(n.Line, is(path, n.Value), expected)
}

// orEmpty is a shape in whose place a program writes null, or a text without
// characters, where it has nothing to say.
type orEmpty struct{ shape }

func (o orEmpty) read(r *reader, path string, n *yaml.Node) {
	if !empty(n) && (n.Kind != yaml.ScalarNode || n.Value != "") {
		o.shape.read(r, path, n)
	}
}

// ignored is somebody else's value.
type ignored struct{}

func (ignored) read(*reader, string, *yaml.Node) {}

// refused is a value that is planned, and is a mistake meanwhile.
type refused struct{ what, expected text.Text }

func (f refused) read(r *reader, _ string, n *yaml.Node) { r.mistake(n.Line, f.what, f.expected) }
