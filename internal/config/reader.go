package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A reader walks the nodes of a file and notes every mistake.
type reader struct {
	file     string
	topKeys  []string // of the whole file
	mistakes Mistakes
}

func (r *reader) mistake(line int, what, expected string) {
	r.mistakes = append(r.mistakes, Mistake{Source: r.file, Line: line, What: what, Expected: expected})
}

func (r *reader) unknownKey(path string, key *yaml.Node, fields []field) {
	if key.ShortTag() == "!!merge" {
		r.mistake(key.Line, path+" has a merge key (<<), and merge keys are not read", "expected the keys themselves")
		return
	}
	what := path + " has an unknown key " + shown(key.Value)
	if Secretive(key.Value) {
		what = path + " has an unknown key that is not repeated here, as it may be a secret"
	}
	r.mistake(key.Line, what, r.knownKey(path, key.Value, fields))
}

// knownKey says which key was probably meant, or where this one belongs: a line that
// begins too far to the left or to the right is in another section.
func (r *reader) knownKey(path, written string, fields []field) string {
	for _, f := range fields {
		if s, ok := f.shape.(section); ok && slices.Contains(fieldNames(s.fields), written) {
			return "it belongs in " + join(path, f.name) + ", further to the right"
		}
	}
	if path != top && slices.Contains(r.topKeys, written) {
		return "it belongs outside of " + path + ", at the beginning of a line"
	}
	if near := nearest(written, fieldNames(fields)); near != "" {
		return "did you mean " + near + "?"
	}
	return "expected " + names(fields)
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

// fieldNames are the keys that can be suggested.
func fieldNames(fields []field) []string {
	var list []string
	for _, f := range fields {
		if !f.unnamed {
			list = append(list, f.name)
		}
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

// lookup returns the value of a mapping's key, or nil.
func lookup(n *yaml.Node, name string) *yaml.Node {
	if n.Kind != yaml.MappingNode || n.ShortTag() != "!!map" {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Kind == yaml.ScalarNode && n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}
