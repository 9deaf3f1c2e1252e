package tenant

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"unicode/utf8"
)

// A reader takes values out of JSON that is known to be valid, from the first byte to the
// last. Package json would go through every value again for each Fact that it lies in.
type reader struct {
	data []byte
	at   int
}

// peek skips white space and returns the byte that a value begins with.
func (r *reader) peek() byte {
	for {
		switch c := r.data[r.at]; c {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return c
		}
	}
}

// more goes to the next item of a list or an object. It reports false after the last, and
// is past the end then.
func (r *reader) more(end byte) bool {
	c := r.peek()
	if c == ',' {
		r.at++
		c = r.peek()
	}
	if c == end {
		r.at++
	}
	return c != end
}

// raw takes a value as it is written.
func (r *reader) raw() []byte {
	r.peek()
	start := r.at
	r.skip()
	return r.data[start:r.at]
}

// skip goes past a value.
func (r *reader) skip() {
	for depth := 0; ; {
		switch r.peek() {
		case '"':
			r.skipText()
		case '{', '[':
			depth++
			r.at++
		case '}', ']':
			depth--
			r.at++
		case ',', ':':
			r.at++
		default:
			r.skipWord()
		}
		if depth == 0 {
			return
		}
	}
}

// skipWord goes past a number, true, false or null.
func (r *reader) skipWord() {
	for ; r.at < len(r.data); r.at++ {
		switch r.data[r.at] {
		case ',', ':', ']', '}', ' ', '\t', '\r', '\n':
			return
		}
	}
}

func (r *reader) skipText() {
	for r.at++; r.data[r.at] != '"'; r.at++ {
		if r.data[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
}

// count returns how many items the list or the object has that is next.
func (r *reader) count() int {
	ahead, n := *r, 0
	end := ahead.peek() + 2 // ] and } are two after [ and {
	for ahead.at++; ahead.more(end); n++ {
		ahead.skip()
		if end == '}' {
			ahead.peek()
			ahead.at++
			ahead.skip()
		}
	}
	return n
}

// key takes a property's name and the colon after it.
func (r *reader) key() []byte {
	name := r.raw()
	r.peek()
	r.at++
	if plain(name) {
		return name[1 : len(name)-1]
	}
	return []byte(unquoted(name))
}

// text takes a text.
func (r *reader) text() string {
	raw := r.raw()
	if plain(raw) {
		return string(raw[1 : len(raw)-1])
	}
	return unquoted(raw)
}

// plain reports whether a text is written as it reads.
func plain(raw []byte) bool { return bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) }

func unquoted(raw []byte) string {
	var text string
	_ = json.Unmarshal(raw, &text) // it is a text
	return text
}

// readable is what reads itself.
type readable interface {
	read(r *reader) *shapeError
}

// value reads into a value, which is addressable. A value of another type is skipped, and
// the error says what is wrong with the innermost one, where there are several with the
// first.
func (r *reader) value(v reflect.Value) *shapeError {
	switch into := v.Addr().Interface().(type) {
	case readable:
		return into.read(r)
	case *json.RawMessage:
		*into = bytes.Clone(r.raw())
		return nil
	case *map[string]UnreadError:
		return r.reasons(into)
	case *[]string:
		return r.texts(into)
	}
	first := r.peek()
	switch kind := v.Kind(); {
	case kind == reflect.Struct:
		return r.object(v, planOf(v.Type()))
	case first == 'n':
		r.skip()
		return nil
	case kind == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return r.value(v.Elem())
	case kind == reflect.Slice && first == '[':
		return r.list(v)
	case kind == reflect.String && first == '"':
		v.SetString(r.text())
		return nil
	case kind == reflect.Bool && (first == 't' || first == 'f'):
		v.SetBool(first == 't')
		r.skip()
		return nil
	case kind == reflect.Int:
		ahead := *r
		if number, err := strconv.ParseInt(string(ahead.raw()), 10, 64); err == nil {
			*r = ahead
			v.SetInt(number)
			return nil
		}
	}
	return r.mismatch(v.Type())
}

// list reads a list that is no Fact's: all of it, or none.
func (r *reader) list(v reflect.Value) *shapeError {
	list := objectList{list: v}
	if list.read(r); len(list.omitted) > 0 {
		return list.omitted[0]
	}
	return nil
}

// mismatch skips a value that cannot be a type's.
func (r *reader) mismatch(t reflect.Type) *shapeError {
	return &shapeError{want: kindName(t), got: jsonKind(r.raw())}
}

// object reads the properties of an object. Null is an object without any, and cannot be
// one that must have an id.
func (r *reader) object(v reflect.Value, p *plan) *shapeError {
	switch first := r.peek(); {
	case first == 'n' && !p.required:
		r.skip()
		return nil
	case first != '{':
		return r.mismatch(v.Type())
	}
	var wrong *shapeError
	wrongAt := len(p.properties)
	r.at++
	for r.more('}') {
		name := r.key()
		i, known := p.find(name)
		if !known {
			p.keep(v, name, r.raw())
			continue
		}
		if shape := r.value(v.FieldByIndex(p.properties[i].field)); shape != nil && i < wrongAt {
			wrong, wrongAt = shape.below(p.properties[i].name), i
		}
	}
	if wrong == nil {
		wrong = p.settle(v)
	}
	return wrong
}

// texts reads a list of texts. Null is none: it would look like an empty one.
func (r *reader) texts(into *[]string) *shapeError {
	if r.peek() != '[' {
		return r.mismatch(reflect.TypeOf(*into))
	}
	list := make([]string, r.count())
	var wrong *shapeError
	r.at++
	for i := 0; r.more(']'); i++ {
		if r.peek() == '"' {
			list[i] = r.text()
		} else if shape := r.mismatch(reflect.TypeFor[string]()); wrong == nil {
			wrong = shape.below(strconv.Itoa(i))
		}
	}
	*into = list
	return wrong
}

// reasons reads what could not be read, and why.
func (r *reader) reasons(into *map[string]UnreadError) *shapeError {
	if r.peek() != '{' {
		return r.mismatch(reflect.TypeOf(*into))
	}
	all := make(map[string]UnreadError, r.count())
	var wrong *shapeError
	wrongKey := ""
	r.at++
	for r.more('}') {
		key := string(r.key())
		var reason UnreadError
		if shape := r.value(reflect.ValueOf(&reason).Elem()); shape != nil && (wrong == nil || key < wrongKey) {
			wrong, wrongKey = shape.below(key), key
		}
		all[key] = reason
	}
	*into = all
	return wrong
}

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
