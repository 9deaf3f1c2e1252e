package tenant

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// jsonName returns the key of a struct field, or nothing if it has none.
func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

func saysNothing(value json.RawMessage) bool {
	var compact bytes.Buffer
	if json.Compact(&compact, value) != nil {
		return false
	}
	switch compact.String() {
	case "null", `""`, "[]":
		return true
	}
	return false
}

// Names returns the names of the properties that say something, in order: an object all
// of whose properties are empty says nothing.
func (o Other) Names() []string {
	var names []string
	for name, value := range o {
		if !emptyThroughout(value) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func emptyThroughout(value json.RawMessage) bool {
	var object map[string]json.RawMessage
	if saysNothing(value) || json.Unmarshal(value, &object) != nil {
		return saysNothing(value)
	}
	for name, inner := range object {
		if !strings.Contains(name, "@") && !emptyThroughout(inner) {
			return false
		}
	}
	return true
}

// fold maps a key to the one form that it shares with every key that the decoder
// takes for the same: case is ignored as Unicode's simple folding does.
func fold(key string) string {
	return strings.Map(func(r rune) rune {
		for r > unicode.MaxASCII {
			next := unicode.SimpleFold(r)
			if next <= r {
				r = next
				break
			}
			r = next
		}
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, key)
}
