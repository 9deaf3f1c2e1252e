package tenant

import (
	"reflect"
	"strconv"
	"strings"
)

// A step is one step from the Snapshot down to a value: its name in the keys of
// unreadable (an object in a list goes by its id) and its place in the JSON (an
// object in a list goes by its index).
type step struct {
	parent *step
	key    string
	place  string
}

func (p *step) down(key, place string) *step { return &step{p, key, place} }

// keys returns the key of the value: the steps, joined by slashes.
func (p *step) keys() string { return p.join(func(s *step) string { return s.key }) }

// places returns where the value stands in the JSON.
func (p *step) places() string { return p.join(func(s *step) string { return s.place }) }

func (p *step) join(part func(*step) string) string {
	if p == nil {
		return ""
	}
	if p.parent == nil {
		return part(p)
	}
	return p.parent.join(part) + "/" + part(p)
}

// walk visits every Fact below v, which is addressable; what a read Fact holds
// comes after the Fact.
func walk(v reflect.Value, at *step, visit func(*step, unreadFact)) {
	if fact, ok := reflect.TypeAssert[unreadFact](v.Addr()); ok {
		visit(at, fact)
		if _, unread := fact.reason(); !unread {
			walkIn(reflect.ValueOf(fact.inner()).Elem(), at, fact.place, visit)
		}
		return
	}
	walkIn(v, at, func(index int) int { return index }, visit)
}

// walkIn walks what is no Fact; place says where the objects of a list stood.
func walkIn(v reflect.Value, at *step, place func(int) int, visit func(*step, unreadFact)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walkIn(v.Elem(), at, place, visit)
		}
	case reflect.Slice:
		if kind := v.Type().Elem().Kind(); kind != reflect.Struct && kind != reflect.Pointer {
			return // texts, or raw JSON: no Fact lies below
		}
		for i := range v.Len() {
			index := strconv.Itoa(place(i))
			walk(v.Index(i), at.down(nameOf(v.Index(i), index), index), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if name := jsonName(v.Type().Field(i)); name != "" {
				walk(v.Field(i), at.down(name, name), visit)
			}
		}
	default:
	}
}

// nameOf returns the id of an object in a list, or its index.
func nameOf(v reflect.Value, index string) string {
	if v.Kind() != reflect.Struct {
		return index
	}
	if id := v.FieldByName("ID"); id.IsValid() && id.Kind() == reflect.String && id.String() != "" {
		return strings.ReplaceAll(id.String(), "/", "_")
	}
	return index
}
