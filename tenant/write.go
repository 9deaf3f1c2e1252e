package tenant

import (
	"encoding/json"
	"maps"
	"reflect"
	"strconv"
	"time"
)

// appendJSON writes a value, which is addressable. Package json, which asks a Fact for it,
// sees to the white space.
func appendJSON(to []byte, v reflect.Value) []byte {
	switch from := v.Addr().Interface().(type) {
	case unreadFact:
		return from.appendJSON(to)
	case *json.RawMessage:
		return append(to, *from...)
	case *Time:
		return appendText(to, from.UTC().Format(time.RFC3339Nano))
	}
	switch v.Kind() {
	case reflect.Struct:
		return appendObject(to, v)
	case reflect.Slice: // one that is nil was read, and there are none
		to = append(to, '[')
		for i := range v.Len() {
			if i > 0 {
				to = append(to, ',')
			}
			to = appendJSON(to, v.Index(i))
		}
		return append(to, ']')
	case reflect.Pointer:
		if v.IsNil() {
			return append(to, "null"...)
		}
		return appendJSON(to, v.Elem())
	case reflect.Bool:
		return strconv.AppendBool(to, v.Bool())
	case reflect.Int:
		return strconv.AppendInt(to, v.Int(), 10)
	case reflect.String:
		return appendText(to, v.String())
	default:
		data, _ := json.Marshal(v.Interface()) // properties that are not known
		return append(to, data...)
	}
}

func appendText(to []byte, text string) []byte {
	data, _ := json.Marshal(text) // a text can always be written
	return append(to, data...)
}

// appendObject writes an object without what was not read. One with properties that are
// not known has all of them in the order of their names.
func appendObject(to []byte, v reflect.Value) []byte {
	p := planOf(v.Type())
	if p.other >= 0 && v.Field(p.other).Len() > 0 {
		object := maps.Clone(v.Field(p.other).Interface().(Other))
		for _, property := range p.properties {
			if field := v.FieldByIndex(property.field); !unwritten(field) {
				object[property.name] = appendJSON(nil, field)
			}
		}
		data, _ := json.Marshal(object) // raw JSON, as it was read
		return append(to, data...)
	}
	to = append(to, '{')
	open := len(to)
	for _, property := range p.properties {
		field := v.FieldByIndex(property.field)
		if unwritten(field) {
			continue
		}
		if len(to) > open {
			to = append(to, ',')
		}
		to = append(append(append(to, '"'), property.name...), `":`...)
		to = appendJSON(to, field)
	}
	return append(to, '}')
}

// unwritten reports whether a property is a Fact that was not read, or holds such only.
func unwritten(field reflect.Value) bool {
	zero, ok := reflect.TypeAssert[interface{ IsZero() bool }](field.Addr())
	return ok && zero.IsZero()
}
