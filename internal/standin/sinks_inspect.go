package standin

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// inspector walks a message and notes what its service would not take, each with a JSON pointer.
type inspector struct{ problems []string }

func (c *inspector) note(at, format string, args ...any) {
	c.problems = append(c.problems, at+": "+fmt.Sprintf(format, args...))
}

// object wants an object with no properties but the known ones; without any known, all are.
func (c *inspector) object(at string, value any, known ...string) document {
	object, ok := value.(document)
	if !ok {
		c.note(at, "must be an object")
		return nil
	}
	if len(known) == 0 {
		return object
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if !slices.Contains(known, name) {
			c.note(at, "invalid additional property: %s", name)
		}
	}
	return object
}

// list wants between least and most items.
func (c *inspector) list(at string, value any, least, most int) []any {
	items, ok := value.([]any)
	if !ok && (value != nil || least > 0) {
		c.note(at, "must be a list")
		return nil
	}
	if len(items) < least || len(items) > most {
		c.note(at, "has %d items; must have %d to %d", len(items), least, most)
	}
	return items
}

// str wants a string of between least and most characters. An absent one is as good as an empty one.
func (c *inspector) str(at string, value any, least, most int) string {
	text, ok := value.(string)
	if !ok && value != nil {
		c.note(at, "must be a string")
		return ""
	}
	if n := utf8.RuneCountInString(text); n < least || n > most {
		c.note(at, "has %d characters; must have %d to %d", n, least, most)
	}
	return text
}

// oneOf wants one of the words.
func (c *inspector) oneOf(at string, value any, words ...string) string {
	text, _ := value.(string)
	if !slices.Contains(words, text) {
		c.note(at, "must be one of %s, not %q", strings.Join(words, ", "), value)
	}
	return text
}
