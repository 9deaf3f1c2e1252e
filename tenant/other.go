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
	"unicode"
)

// The reasons of a list one of whose objects has no id or no type: what depends
// on such a list cannot be told.
var (
	errNoID   = errors.New("an object has no id")
	errNoType = errors.New("an object has no @odata.type")
)

// requireID returns the error of decoding an object, or one if it has no id. An object id
// is written in lower case: Microsoft Graph's answers do not agree on the case, and what
// is kept of one run is compared with another.
func requireID(err error, id *string) error {
	if err == nil && *id == "" {
		return errNoID
	}
	if IsObjectID(*id) {
		*id = strings.ToLower(*id)
	}
	return err
}

// jsonName returns the key of a struct field, or nothing if it has none.
func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// unknownTo returns the properties of an object that no field of known holds and
// that are not empty: null, "" and [] say nothing, and annotations and actions, which
// begin with #, say it of something else.
// https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html
func unknownTo(known any, data []byte) Other {
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil {
		return nil
	}
	fields := map[string]bool{}
	t := reflect.TypeOf(known)
	for field := range t.Fields() {
		fields[fold(jsonName(field))] = true
	}
	maps.DeleteFunc(object, func(name string, value json.RawMessage) bool {
		return fields[fold(name)] || strings.Contains(name, "@") || strings.HasPrefix(name, "#") || saysNothing(value)
	})
	if len(object) == 0 {
		return nil
	}
	return object
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
// takes for the same: encoding/json ignores case as Unicode's simple folding does.
func fold(key string) string {
	return strings.Map(func(r rune) rune {
		for {
			next := unicode.SimpleFold(r)
			if next <= r {
				return next
			}
			r = next
		}
	}, key)
}

// withOther writes an object with its unknown properties.
func withOther(known any, other Other) ([]byte, error) {
	data, err := json.Marshal(known)
	if err != nil || len(other) == 0 {
		return data, err
	}
	object := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, fmt.Errorf("merge unknown properties: %w", err)
	}
	maps.Copy(object, other)
	return json.Marshal(object)
}
