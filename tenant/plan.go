package tenant

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A plan is what the program knows of the objects of a struct's type: the properties that
// it reads and writes.
//
// Objects that others refer to by id must have one: a member without an id could be
// anybody. A sign-in method must have a type: one without could be any. Such a field is
// tagged identity:"required"; an object that lacks it is left out of its list, which is
// then known to be a part. An object id is written in lower case where a field is tagged
// with identity: Microsoft Graph's answers do not agree on the case, and what is kept of
// one run is compared with another.
//
// A field of type Other keeps the properties that are not known: a condition or a control
// that the program cannot judge must not be overlooked. Its tag besides names those that
// say nothing of what the object does.
type plan struct {
	properties []property
	byName     map[string]int // index into properties, by the name and by the folded name
	id         []int          // the field of the id, if there is one
	identity   int            // index into properties of the one that is tagged identity, or -1
	required   bool           // and whether it must not be empty
	other      int            // the field that keeps what is not known, or -1
	besides    []string
}

// A property of an object is a field of a struct.
type property struct {
	name, folded string
	field        []int
}

// plans are those of all types of a tenant file.
var plans = sync.OnceValue(func() map[reflect.Type]*plan {
	all := map[reflect.Type]*plan{}
	var add func(reflect.Type)
	add = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			add(t.Elem())
		case reflect.Struct:
			if all[t] != nil {
				return
			}
			all[t] = newPlan(t)
			if reflect.PointerTo(t).Implements(reflect.TypeFor[unreadFact]()) {
				add(t.Field(0).Type)
				return
			}
			for field := range t.Fields() {
				add(field.Type)
			}
		default:
		}
	}
	add(reflect.TypeFor[header]())
	add(reflect.TypeFor[Snapshot]())
	return all
})

func planOf(t reflect.Type) *plan {
	if p, ok := plans()[t]; ok {
		return p
	}
	return newPlan(t)
}

func newPlan(t reflect.Type) *plan {
	p := &plan{byName: map[string]int{}, identity: -1, other: -1}
	for _, field := range reflect.VisibleFields(t) { // those of embedded objects, too
		if field.Type == reflect.TypeFor[Other]() {
			p.other, p.besides = field.Index[0], strings.Fields(field.Tag.Get("besides"))
		}
		name := jsonName(field)
		if name == "" {
			continue
		}
		if name == "id" {
			p.id = field.Index
		}
		if identity, ok := field.Tag.Lookup("identity"); ok {
			p.identity, p.required = len(p.properties), identity == "required"
		}
		p.byName[name], p.byName[fold(name)] = len(p.properties), len(p.properties)
		p.properties = append(p.properties, property{name, fold(name), field.Index})
	}
	return p
}

// find returns the property of a name, in any case.
func (p *plan) find(name []byte) (int, bool) {
	i, ok := p.byName[string(name)]
	if !ok {
		i, ok = p.byName[fold(string(name))]
	}
	return i, ok
}

// keep keeps a property that is not known and not empty: null, "" and [] say nothing, and
// annotations and actions, which begin with #, say it of something else.
// https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html
func (p *plan) keep(v reflect.Value, name, value []byte) {
	if p.other < 0 || bytes.Contains(name, []byte("@")) || bytes.HasPrefix(name, []byte("#")) || saysNothing(value) {
		return
	}
	if slices.Contains(p.besides, string(name)) {
		return
	}
	other := v.Field(p.other).Addr().Interface().(*Other)
	if *other == nil {
		*other = Other{}
	}
	(*other)[string(name)] = json.RawMessage(bytes.Clone(value))
}

// settle gives an object's id its form. It is an error if there must be one and is none.
func (p *plan) settle(v reflect.Value) *shapeError {
	if p.identity < 0 {
		return nil
	}
	property := p.properties[p.identity]
	id := v.FieldByIndex(property.field)
	if IsObjectID(id.String()) {
		id.SetString(strings.ToLower(id.String()))
	}
	switch {
	case !p.required || id.String() != "":
		return nil
	case property.name == "id":
		return &shapeError{want: "an id", got: "none"}
	}
	return &shapeError{want: "an @odata.type", got: "none"}
}
