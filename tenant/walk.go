package tenant

import (
	"reflect"
	"strconv"
	"strings"
)

// A walker goes over every Fact below a value.
type walker struct {
	visit func(*walker, unreadFact)
	steps []step // from the Snapshot down to where the walk is

	// The object that is walked through, which of its properties is visited, and what its
	// absent properties share once one is met.
	plan     *plan
	property int
	absence  *because

	known   reasons
	key     []byte       // the folded key of where the walk is, if any reason is known
	own     *UnreadError // the reason that stands under the key
	nearest *UnreadError // or under the key of what it lies in
}

// A step is one step down to a value: a property, or an object of a list, which goes by
// its id in the keys of unreadable and by its index in the JSON.
type step struct {
	property property // without a name for an object
	object   reflect.Value
	index    int
}

// walk visits every Fact below v, which is addressable; what a read Fact holds
// comes after the Fact.
func walk(v reflect.Value, known reasons, visit func(*walker, unreadFact)) {
	w := walker{visit: visit, known: known}
	w.value(v)
}

func (w *walker) value(v reflect.Value) {
	above, own := w.nearest, w.known.at(w.key)
	if own != nil {
		w.nearest = own
	}
	if fact, ok := reflect.TypeAssert[unreadFact](v.Addr()); ok {
		w.own = own
		w.visit(w, fact)
		if _, unread := fact.reason(); !unread {
			// That a list is a part of one says nothing of the objects that are in it.
			if own != nil && fact.isList() && !own.empty() {
				w.nearest = above
			}
			w.below(reflect.ValueOf(fact.inner()).Elem(), fact.place, above)
		}
	} else {
		w.below(v, func(index int) int { return index }, above)
	}
	w.nearest = above
}

// below walks what is no Fact; place says where the objects of a list stood.
func (w *walker) below(v reflect.Value, place func(int) int, above *UnreadError) {
	if w.nearest != nil && w.nearest.Code == CodePartial {
		w.nearest = above
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			w.below(v.Elem(), place, above)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Struct {
			return // texts, or raw JSON: no Fact lies below
		}
		for i := range v.Len() {
			w.down(step{object: v.Index(i), index: place(i)}, v.Index(i))
		}
	case reflect.Struct:
		absence, plan := w.absence, w.plan
		w.absence, w.plan = nil, planOf(v.Type())
		for i, property := range w.plan.properties {
			w.property = i
			w.down(step{property: property}, v.FieldByIndex(property.field))
		}
		w.absence, w.plan = absence, plan
	default:
	}
}

func (w *walker) down(s step, v reflect.Value) {
	before := len(w.key)
	if w.known != nil {
		if before > 0 {
			w.key = append(w.key, '/')
		}
		if w.key = append(w.key, s.property.folded...); s.property.name == "" {
			w.key = append(w.key, fold(s.key())...)
		}
	}
	w.steps = append(w.steps, s)
	w.value(v)
	w.steps = w.steps[:len(w.steps)-1]
	w.key = w.key[:before]
}

// key is a property's name, or the id of an object of a list, or its index.
func (s step) key() string {
	if s.property.name != "" {
		return s.property.name
	}
	if field := planOf(s.object.Type()).id; field != nil {
		if id := s.object.FieldByIndex(field); id.Kind() == reflect.String && id.String() != "" {
			return strings.ReplaceAll(id.String(), "/", "_")
		}
	}
	return strconv.Itoa(s.index)
}

// keys returns the key of where the walk is: the steps, joined by slashes.
func (w *walker) keys() string { return joinedKeys(w.steps) }

func joinedKeys(steps []step) string {
	keys := make([]string, len(steps))
	for i, s := range steps {
		keys[i] = s.key()
	}
	return strings.Join(keys, "/")
}

// places returns where the walk is in the JSON.
func (w *walker) places() string {
	places := make([]string, len(w.steps))
	for i, s := range w.steps {
		if places[i] = s.property.name; places[i] == "" {
			places[i] = strconv.Itoa(s.index)
		}
	}
	return strings.Join(places, "/")
}

// absent makes the visited Fact one that nobody collected.
func (w *walker) absent(f unreadFact) {
	if w.absence == nil {
		w.absence = &because{object: joinedKeys(w.steps[:len(w.steps)-1]), plan: w.plan}
	}
	f.setAbsent(w.absence, w.property)
}
