package tenant

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
)

// A Fact is something read from the tenant, or the reason it could not be. The
// zero Fact is unread, so a field that nobody filled in cannot pass a check.
//
// In JSON a Fact is its value; an unread Fact is an absent key.
//
// A list of objects may have been read in part: an object without an id was left out.
// Then Get returns what was read and, beside it, why there may be more.
type Fact[T any] struct {
	value T
	err   error // of a Fact that was read: why it is a part
	state factState
	at    []int // of a list some of whose objects were left out: where the others stood
}

type factState uint8

const (
	factUnread factState = iota
	factNull             // JSON null where a value is needed: kept, so that it can be written again
	factRead
)

// FactOf takes a read's outcome as it is: FactOf(read()).
func FactOf[T any](value T, err error) Fact[T] {
	if err != nil {
		return Fact[T]{err: err}
	}
	return Fact[T]{value: value, state: factRead}
}

// Known returns a Fact that holds value.
func Known[T any](value T) Fact[T] { return Fact[T]{value: value, state: factRead} }

// Unread returns a Fact that could not be read, and why.
func Unread[T any](err error) Fact[T] { return Fact[T]{err: err} }

// With returns a Fact that holds another value and is as whole as this one.
func (f Fact[T]) With(value T) Fact[T] {
	f.value = value
	return f
}

// Get returns the value, or why there is none. The error is an *UnreadError
// unless the Fact was made from another one. An error beside a list says that it is a
// part: what is in it is certain, what is not may be missing.
func (f Fact[T]) Get() (T, error) {
	if f.state == factRead {
		return f.value, f.err
	}
	var none T
	if f.err == nil {
		return none, &UnreadError{}
	}
	return none, f.err
}

// IsZero reports whether there is nothing to write: an unread Fact is an absent
// key.
func (f Fact[T]) IsZero() bool { return f.state == factUnread }

// MarshalJSON writes the value.
func (f Fact[T]) MarshalJSON() ([]byte, error) {
	if f.state != factRead {
		return []byte("null"), nil
	}
	list := reflect.ValueOf(&f.value).Elem()
	for list.Kind() == reflect.Pointer && !list.IsNil() {
		list = list.Elem()
	}
	if list.Kind() == reflect.Slice && list.IsNil() {
		return []byte("[]"), nil // read, and there are none
	}
	return json.Marshal(f.value)
}

// UnmarshalJSON reads the value. It never fails: a value of the wrong type
// leaves the Fact unread, with the reason, so that the rest is still used.
func (f *Fact[T]) UnmarshalJSON(data []byte) error {
	var value T
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		if reflect.TypeFor[T]().Kind() == reflect.Pointer {
			*f = Known(value)
			return nil
		}
		*f = Fact[T]{err: &UnreadError{Code: CodeNull}, state: factNull}
		return nil
	}
	err := json.Unmarshal(data, &value)
	if err == nil {
		err = nullIn(&value, data)
	}
	list := objectList{of: reflect.ValueOf(&value).Elem()}
	switch {
	case err == nil:
	case list.salvage(data):
	default:
		*f = Fact[T]{err: wrongType(reflect.TypeFor[T](), data, err)}
		return nil
	}
	list.unite()
	*f = Fact[T]{value: value, err: list.partial(), state: factRead, at: list.at}
	return nil
}

// unreadFact is what the walk over a Snapshot sees of any Fact.
type unreadFact interface {
	reason() (err error, unread bool)
	setReason(error)
	inner() any
	place(index int) int
	merge(other any, index int)
}

func (f *Fact[T]) reason() (error, bool) { return f.err, f.state != factRead }

func (f *Fact[T]) setReason(err error) { f.err = err }

func (f *Fact[T]) inner() any { return &f.value }

// place is where an object of a list stood in the JSON.
func (f *Fact[T]) place(index int) int {
	if index < len(f.at) {
		return f.at[index]
	}
	return index
}

// merge takes what the same Fact of another object with the same id says, which stands
// at an index of the list. Where they differ it is not known.
func (f *Fact[T]) merge(other any, index int) {
	o := other.(*Fact[T])
	silent := func(f *Fact[T]) bool { return f.state == factUnread && f.err == nil }
	switch {
	case silent(o):
	case silent(f):
		*f = *o
	case f.state != factRead:
	case o.state != factRead:
		*f = *o
	case !mergeValue(reflect.ValueOf(&f.value).Elem(), reflect.ValueOf(&o.value).Elem(), index):
		*f = Fact[T]{err: contradiction(index)}
	case f.err == nil:
		f.err = o.err
	}
}

// A shapeError says where inside a Fact's JSON the wrong type stands.
type shapeError struct {
	above bool     // it is what the Fact stands in
	path  []string // below the Fact: list indexes and property names
	want  string
	got   string
	says  string // in the place of what is wanted and found
}

func (e *shapeError) Error() string {
	if e.says != "" {
		return e.says
	}
	return "expected " + e.want + ", found " + e.got
}

// wrongType turns the decoder's error into a reason that names the place.
func wrongType(t reflect.Type, data []byte, err error) error {
	shape := shapeOf(t, data, err)
	return &UnreadError{Code: CodeWrongType, Message: shape.Error(), cause: shape}
}

// shapeOf finds the place in what does not decode as a type.
func shapeOf(t reflect.Type, data []byte, err error) *shapeError {
	shape := &shapeError{want: kindName(t), got: jsonKind(data)}
	locate(shape, t, data)
	if null, ok := errors.AsType[*nullError](err); ok {
		*shape = shapeError{path: []string{strconv.Itoa(null.index)}, want: "a text", got: "null"}
	}
	switch {
	case shape.want != shape.got:
	case errors.Is(err, errNoID):
		shape.want, shape.got = "an id", "none"
	case errors.Is(err, errNoType):
		shape.want, shape.got = "an @odata.type", "none"
	default:
		shape.want, shape.got = "a value that can be used", "another"
	}
	return shape
}

// locate descends to the innermost value that does not decode.
func locate(shape *shapeError, t reflect.Type, data []byte) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Slice:
		var items []json.RawMessage
		if json.Unmarshal(data, &items) != nil {
			return
		}
		for i, item := range items {
			if json.Unmarshal(item, reflect.New(t.Elem()).Interface()) != nil {
				shape.path = append(shape.path, strconv.Itoa(i))
				shape.want, shape.got = kindName(t.Elem()), jsonKind(item)
				locate(shape, t.Elem(), item)
				return
			}
		}
	case reflect.Struct:
		var object map[string]json.RawMessage
		if json.Unmarshal(data, &object) != nil {
			return
		}
		for field := range t.Fields() {
			name := jsonName(field)
			item, ok := object[name]
			if ok && name != "" && json.Unmarshal(item, reflect.New(field.Type).Interface()) != nil {
				shape.path = append(shape.path, name)
				shape.want, shape.got = kindName(field.Type), jsonKind(item)
				locate(shape, field.Type, item)
				return
			}
		}
	case reflect.Map:
		var object map[string]json.RawMessage
		if json.Unmarshal(data, &object) != nil {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(object)) {
			if json.Unmarshal(object[name], reflect.New(t.Elem()).Interface()) != nil {
				shape.path = append(shape.path, name)
				shape.want, shape.got = kindName(t.Elem()), jsonKind(object[name])
				locate(shape, t.Elem(), object[name])
				return
			}
		}
	default:
	}
}

// nullIn is the error of a list of texts that holds null: the decoder takes it for
// an empty text, which would be an answer.
func nullIn(value any, data []byte) error {
	list, ok := value.(*[]string)
	if pointer, isPointer := value.(**[]string); isPointer {
		list, ok = *pointer, true
	}
	if !ok || !slices.Contains(*list, "") {
		return nil
	}
	var items []*string
	if err := json.Unmarshal(data, &items); err != nil {
		return err
	}
	if i := slices.Index(items, nil); i >= 0 {
		return &nullError{i}
	}
	return nil
}

// A nullError says where in a list null stands for a text.
type nullError struct{ index int }

func (e *nullError) Error() string { return "null in a list" }

// kindName names, in JSON's words, what a Go type is decoded from.
func kindName(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[Time]() {
		return "a date and time such as 2026-11-23T06:00:00Z"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.String:
		return "a text"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

// jsonKind names what a JSON value is.
func jsonKind(data []byte) string {
	data = bytes.TrimSpace(data)
	if len(data) == 0 {
		return "nothing"
	}
	switch data[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}
