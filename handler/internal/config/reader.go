package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A reader walks the nodes of a file and notes every mistake.
type reader struct {
	file     string
	mistakes Mistakes
}

func (r *reader) mistake(line int, what, expected string) {
	r.mistakes = append(r.mistakes, Mistake{Source: r.file, Line: line, What: what, Expected: expected})
}

// A field is a key of a section. Its read is given the field's path, for people.
type field struct {
	name     string
	required bool
	read     func(path string, n *yaml.Node)
}

// section reads a mapping. It returns false if n is none.
func (r *reader) section(path string, n *yaml.Node, fields []field) bool {
	if n.Kind != yaml.MappingNode || n.ShortTag() != "!!map" {
		r.mistake(n.Line, path+" is "+kindOf(n), "expected "+names(fields))
		return false
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.mistake(key.Line, path+" has a key that is "+kindOf(key), "expected "+names(fields))
			continue
		}
		at := slices.IndexFunc(fields, func(f field) bool { return f.name == key.Value })
		if at < 0 {
			r.unknownKey(path, key, fields)
			continue
		}
		if first, twice := seen[key.Value]; twice {
			r.mistake(key.Line, fmt.Sprintf("%s is given twice", join(path, key.Value)), fmt.Sprintf("expected once; the other is in line %d", first))
			continue
		}
		seen[key.Value] = key.Line
		fields[at].read(join(path, key.Value), value)
	}
	for _, f := range fields {
		if _, ok := seen[f.name]; f.required && !ok {
			r.mistake(n.Line, path+" has no "+f.name, "expected "+names(fields))
		}
	}
	return true
}

func (r *reader) unknownKey(path string, key *yaml.Node, fields []field) {
	what := path + " has an unknown key " + shown(key.Value)
	if secretive(key.Value) {
		what = path + " has an unknown key that is not repeated here, as it may be a secret"
	}
	if near := nearest(key.Value, fieldNames(fields)); near != "" {
		r.mistake(key.Line, what, "did you mean "+near+"?")
		return
	}
	r.mistake(key.Line, what, "expected "+names(fields))
}

// list reads a sequence; nothing after the colon is an empty one, as where every
// entry is commented out.
func (r *reader) list(path string, n *yaml.Node, each func(path string, item *yaml.Node)) {
	if empty(n) {
		return
	}
	if n.Kind != yaml.SequenceNode || n.ShortTag() != "!!seq" {
		r.mistake(n.Line, path+" is "+kindOf(n), "expected a list")
		return
	}
	for i, item := range n.Content {
		each(fmt.Sprintf("%s[%d]", path, i), item)
	}
}

// A form is how a value is written. Parse returns false for what is not of it.
type form[T any] struct {
	expected string
	tags     []string // of YAML, beside !!str
	parse    func(string) (T, bool)
}

// value returns what reads a single value into to.
func value[T any](r *reader, to *T, f form[T]) func(string, *yaml.Node) {
	return func(path string, n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" && !slices.Contains(f.tags, n.ShortTag()) {
			r.mistake(n.Line, path+" is "+kindOf(n), "expected "+f.expected)
			return
		}
		parsed, ok := f.parse(n.Value)
		if !ok {
			r.mistake(n.Line, is(path, n.Value), "expected "+f.expected)
			return
		}
		*to = parsed
	}
}

func empty(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// kindOf says what is written where something else is expected.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.AliasNode:
		return "an alias (*), and aliases are not read"
	case yaml.MappingNode:
		return plain(n, "!!map", "a mapping")
	case yaml.SequenceNode:
		return plain(n, "!!seq", "a list")
	case yaml.ScalarNode, yaml.DocumentNode:
	}
	switch n.ShortTag() {
	case "!!null":
		return "empty"
	case "!!bool":
		return "true or false"
	case "!!int", "!!float":
		return "a number"
	case "!!timestamp":
		return "a date"
	case "!!str":
		return "a text"
	}
	return "a value with a YAML tag (!)"
}

func plain(n *yaml.Node, tag, name string) string {
	if n.ShortTag() != tag {
		return name + " with a YAML tag (!)"
	}
	return name
}

func join(path, name string) string {
	if path == top {
		return name
	}
	return path + "." + name
}

func fieldNames(fields []field) []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.name
	}
	return list
}

func names(fields []field) string { return enumerate(fieldNames(fields)) }

// enumerate words a choice: "a, b or c".
func enumerate(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}
