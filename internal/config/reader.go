package config

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"breakglass/text"
)

// A reader walks the nodes of a file and notes every mistake.
type reader struct {
	file     string
	topKeys  []string // of the whole file
	mistakes Mistakes
}

func (r *reader) mistake(line int, what, expected text.Text) {
	r.mistakes = append(r.mistakes, Mistake{Source: r.file, Line: line, What: what, Expected: expected})
}

func (r *reader) unknownKey(path string, key *yaml.Node, fields []field) {
	if key.ShortTag() == "!!merge" {
		r.mistake(key.Line, say("%s has a merge key (<<), and merge keys are not read", named(path)), say("expected the keys themselves"))
		return
	}
	what := say("%s has an unknown key %s", named(path), shown(key.Value))
	if Secretive(key.Value) {
		what = say("%s has an unknown key that is not repeated here, as it may be a secret", named(path))
	}
	r.mistake(key.Line, what, r.knownKey(path, key.Value, fields))
}

// knownKey says which key was probably meant, or where this one belongs: a line that
// begins too far to the left or to the right is in another section.
func (r *reader) knownKey(path, written string, fields []field) text.Text {
	for _, f := range fields {
		if s, ok := f.shape.(section); ok && slices.Contains(fieldNames(s.fields), written) {
			return say("it belongs in %s, further to the right", named(join(path, f.name)))
		}
	}
	if path != top && slices.Contains(r.topKeys, written) {
		return say("it belongs outside of %s, at the beginning of a line", named(path))
	}
	if near := nearest(written, fieldNames(fields)); near != "" {
		return didYouMean(near)
	}
	return say("expected %s", names(fields))
}

func empty(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// kindOf says what is written where something else is expected.
func kindOf(n *yaml.Node) text.Text {
	switch n.Kind {
	case yaml.AliasNode:
		return say("an alias (*), and aliases are not read")
	case yaml.MappingNode:
		return plain(n, "!!map", say("a mapping"), say("a mapping with a YAML tag (!)"))
	case yaml.SequenceNode:
		return plain(n, "!!seq", say("a list"), say("a list with a YAML tag (!)"))
	case yaml.ScalarNode, yaml.DocumentNode:
	}
	switch n.ShortTag() {
	case "!!null":
		return say("empty")
	case "!!bool":
		return say("true or false")
	case "!!int", "!!float":
		return say("a number")
	case "!!timestamp":
		return say("a date")
	case "!!str":
		return say("a text")
	}
	return say("a value with a YAML tag (!)")
}

func plain(n *yaml.Node, tag string, name, tagged text.Text) text.Text {
	if n.ShortTag() != tag {
		return tagged
	}
	return name
}

// say words a mistake. See text.New.
func say(format string, args ...any) text.Text { return text.New(format, args...) }

// named is a key, a setting or a place in the file, which is nobody's word.
func named(path string) text.Term { return text.Term(path) }

// number is one that is written as in the file, without a mark between its digits.
func number(n int) text.Term { return text.Term(strconv.Itoa(n)) }

func didYouMean(name string) text.Text { return say("did you mean %s?", named(name)) }

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

func names(fields []field) text.List { return choice(fieldNames(fields)) }

// choice words a choice between names of the program's own: "a, b or c".
func choice(list []string) text.List {
	terms := make([]text.Term, len(list))
	for i, name := range list {
		terms[i] = named(name)
	}
	return text.Join(text.Or, terms)
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
