package tenant

import (
	"reflect"
	"slices"
)

// A Fact is something read from the tenant, or the reason it could not be. The
// zero Fact is unread, so a field that nobody filled in cannot pass a check.
//
// In JSON a Fact is its value; an unread Fact is an absent key.
//
// A list of objects may have been read in part: an object without an id was left out.
// Then Get returns what was read and, beside it, why there may be more.
type Fact[T any] struct {
	value    T
	because  *because // nil where there is nothing to say
	state    factState
	property uint16 // of an unread Fact: which of the object's properties it is
}

// A because is what stands behind a Fact. It does not change: the unread properties of one
// object share theirs, as there are many.
type because struct {
	err error // why it is unread; of a Fact that was read, why it is a part
	at  []int // of a list some of whose objects were left out: where the others stood

	object string // the key of the object whose property nobody collected
	plan   *plan  // of that object
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
		return Unread[T](err)
	}
	return Known(value)
}

// Known returns a Fact that holds value.
func Known[T any](value T) Fact[T] { return Fact[T]{value: value, state: factRead} }

// Unread returns a Fact that could not be read, and why.
func Unread[T any](err error) Fact[T] { return Fact[T]{because: &because{err: err}} }

// With returns a Fact that holds another value and is as whole as this one.
func (f Fact[T]) With(value T) Fact[T] {
	f.value = value
	return f
}

// Get returns the value, or why there is none. The error is an *UnreadError
// unless the Fact was made from another one. An error beside a list says that it is a
// part: what is in it is certain, what is not may be missing.
func (f Fact[T]) Get() (T, error) {
	err, unread := f.reason()
	if !unread {
		return f.value, err
	}
	var none T
	if err == nil {
		err = f.because.absent(f.property)
	}
	return none, err
}

// absent is the reason of a property that nobody collected.
func (b *because) absent(property uint16) error {
	if b == nil || b.plan == nil {
		return &UnreadError{}
	}
	key := b.plan.properties[property].name
	if b.object != "" {
		key = b.object + "/" + key
	}
	return &UnreadError{Key: key}
}

// IsZero reports whether there is nothing to write: an unread Fact is an absent
// key.
func (f Fact[T]) IsZero() bool { return f.state == factUnread }

// MarshalJSON writes the value.
func (f Fact[T]) MarshalJSON() ([]byte, error) { return f.appendJSON(nil), nil }

func (f *Fact[T]) appendJSON(to []byte) []byte {
	if f.state != factRead {
		return append(to, "null"...)
	}
	return appendJSON(to, reflect.ValueOf(&f.value).Elem())
}

// UnmarshalJSON reads the value, where a Fact stands in a document that is no tenant file,
// such as a memory. It never fails, as read.
func (f *Fact[T]) UnmarshalJSON(data []byte) error {
	_ = f.read(&reader{data: data}) // it never fails
	return nil
}

// read reads the value. It never fails: a value of the wrong type leaves the Fact unread,
// with the reason, so that the rest is still used.
func (f *Fact[T]) read(r *reader) *shapeError {
	*f = Fact[T]{}
	v := reflect.ValueOf(&f.value).Elem()
	list, isList := listOf(v)
	switch first := r.peek(); {
	case first == 'n' && v.Kind() != reflect.Pointer:
		r.skip()
		*f = Unread[T](&UnreadError{Code: CodeNull})
		f.state = factNull
		return nil
	case first == '[' && isList:
		list.read(r)
		list.unite()
		if err := list.partial(); err != nil || list.at != nil {
			f.because = &because{err: err, at: list.at}
		}
	default:
		if shape := r.value(v); shape != nil {
			*f = Unread[T](&UnreadError{Code: CodeWrongType, Message: shape.Error(), cause: shape})
			return nil
		}
	}
	f.state = factRead
	return nil
}

// unreadFact is what the walk over a Snapshot sees of any Fact.
type unreadFact interface {
	reason() (err error, unread bool)
	setReason(error)
	setAbsent(from *because, property int)
	inner() any
	appendJSON(to []byte) []byte
	isList() bool
	place(index int) int
	merge(other any, index int)
}

func (f *Fact[T]) reason() (error, bool) {
	if f.because == nil {
		return nil, f.state != factRead
	}
	return f.because.err, f.state != factRead
}

func (f *Fact[T]) setReason(err error) {
	why := because{err: err}
	if f.because != nil {
		why.at = f.because.at
	}
	f.because = &why
}

// setAbsent says that a Fact without a reason is a property of an object that was not
// collected.
func (f *Fact[T]) setAbsent(from *because, property int) {
	f.because, f.property = from, uint16(property)
}

func (f *Fact[T]) inner() any { return &f.value }

func (f *Fact[T]) isList() bool { return reflect.TypeFor[T]().Kind() == reflect.Slice }

// place is where an object of a list stood in the JSON.
func (f *Fact[T]) place(index int) int {
	if f.because != nil && index < len(f.because.at) {
		return f.because.at[index]
	}
	return index
}

// merge takes what the same Fact of another object with the same id says, which stands
// at an index of the list. Where they differ it is not known.
func (f *Fact[T]) merge(other any, index int) {
	o := other.(*Fact[T])
	err, unread := f.reason()
	otherErr, otherUnread := o.reason()
	switch {
	case o.state == factUnread && otherErr == nil: // it says nothing
	case f.state == factUnread && err == nil:
		*f = *o
	case unread:
	case otherUnread:
		*f = *o
	case !mergeValue(reflect.ValueOf(&f.value).Elem(), reflect.ValueOf(&o.value).Elem(), index):
		*f = Unread[T](contradiction(index))
	case err == nil && otherErr != nil:
		f.setReason(otherErr)
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

// below returns the error one step further down.
func (e *shapeError) below(name string) *shapeError {
	e.path = slices.Insert(e.path, 0, name)
	return e
}
