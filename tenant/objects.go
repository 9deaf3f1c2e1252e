package tenant

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// An objectList is a list of a Fact's, while it is read: what of it can be used, each
// object once.
type objectList struct {
	list    reflect.Value
	at      []int         // where the objects stand in the JSON; nil if that is where they are
	omitted []*shapeError // what was left out, and why
}

// listOf reports whether a value is a list of objects.
func listOf(v reflect.Value) (objectList, bool) {
	return objectList{list: v}, v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct
}

// read reads a list and leaves out what cannot be such an object.
func (l *objectList) read(r *reader) {
	n := r.count()
	objects := reflect.MakeSlice(l.list.Type(), n, n)
	kept := 0
	r.at++
	for i := 0; r.more(']'); i++ {
		object := objects.Index(kept)
		if shape := r.value(object); shape != nil {
			l.omit(i, shape)
			object.SetZero()
			continue
		}
		if len(l.omitted) > 0 {
			l.at = append(l.at, i)
		}
		kept++
	}
	if missing := kept - len(l.at); len(l.omitted) > 0 { // those before the first that was left out
		first := make([]int, missing, kept)
		for i := range first {
			first[i] = i
		}
		l.at = append(first, l.at...)
	}
	l.list.Set(objects.Slice3(0, kept, kept))
}

// omit notes what was left out, at its place in the list.
func (l *objectList) omit(i int, shape *shapeError) {
	l.omitted = append(l.omitted, shape.below(strconv.Itoa(i)))
}

// unite makes one object of those that have one id: a page may repeat one, and in a file
// one may stand twice. Where they differ nothing is known; where what they are differs,
// they are left out.
func (l *objectList) unite() {
	list := l.list
	if list.Len() < 2 {
		return
	}
	first := make(map[string]int, list.Len()) // the index of the one that is kept
	gone := map[int]bool{}
	for i := range list.Len() {
		id := identity(list.Index(i))
		if id == "" {
			continue
		}
		j, again := first[id]
		if !again {
			first[id] = i
			continue
		}
		gone[i] = true
		if !gone[j] && !mergeValue(list.Index(j), list.Index(i), l.place(i)) {
			gone[j] = true
			l.omit(l.place(j), &shapeError{says: contradicts(l.place(i))})
		}
	}
	if len(gone) > 0 {
		l.remove(list, gone)
	}
}

func (l *objectList) place(i int) int {
	if l.at == nil {
		return i
	}
	return l.at[i]
}

// remove takes objects out of the list.
func (l *objectList) remove(list reflect.Value, gone map[int]bool) {
	kept := reflect.MakeSlice(list.Type(), 0, list.Len()-len(gone))
	at := make([]int, 0, list.Len()-len(gone))
	for i := range list.Len() {
		if !gone[i] {
			kept = reflect.Append(kept, list.Index(i))
			at = append(at, l.place(i))
		}
	}
	list.Set(kept)
	l.at = at
}

// partial is the reason of a list something of which was left out; nil if nothing was.
func (l *objectList) partial() error {
	if len(l.omitted) == 0 {
		return nil
	}
	slices.SortStableFunc(l.omitted, func(a, b *shapeError) int {
		x, _ := strconv.Atoi(a.path[0]) // it is an index
		y, _ := strconv.Atoi(b.path[0])
		return x - y
	})
	return &UnreadError{Code: CodePartial, Message: l.omitted[0].Error(), cause: omissions(l.omitted)}
}

// omissions are what was left out of a list.
type omissions []*shapeError

func (o omissions) Error() string { return o[0].Error() }

// identity is what tells an object of a list from the others, without regard to case;
// empty if nothing does. A method is told by its type and its id, as Microsoft Graph has
// each type under a path of its own, and a rule of PIM by its role as well. A target only
// names an object: two targets for one group are two.
func identity(object reflect.Value) string {
	switch v := object.Addr().Interface().(type) {
	case *Target:
		return ""
	case *SignIn, *DirectoryAudit: // each is something that happened: two that differ are two, whatever their ids
		return content(object)
	case *Method:
		if v.ID == "" { // then what it says must do
			return content(object)
		}
		return fold(v.ODataType + "/" + v.ID)
	case *RoleManagementPolicyRule:
		role, err := v.RoleDefinitionID.Get()
		if err != nil || v.ID == "" {
			return ""
		}
		return fold(role + "/" + v.ID)
	}
	field := planOf(object.Type()).id
	if field == nil {
		return ""
	}
	switch id := object.FieldByIndex(field); id.Kind() {
	case reflect.String:
		return fold(id.String())
	default:
		fact, ok := reflect.TypeAssert[Fact[string]](id)
		text, err := fact.Get()
		if !ok || err != nil {
			return ""
		}
		return fold(text)
	}
}

// mergeValue takes into one value what another says of the same object, which stands at
// an index of its list. It reports false if they contradict each other elsewhere than in
// a Fact.
func mergeValue(into, other reflect.Value, index int) bool {
	if fact, ok := reflect.TypeAssert[unreadFact](into.Addr()); ok {
		fact.merge(other.Addr().Interface(), index)
		return true
	}
	switch into.Kind() {
	case reflect.Pointer:
		if into.IsNil() || other.IsNil() {
			return into.IsNil() && other.IsNil()
		}
		return mergeValue(into.Elem(), other.Elem(), index)
	case reflect.Struct:
		if at, ok := reflect.TypeAssert[Time](into); ok {
			return at.Equal(other.Interface().(Time).Time)
		}
		for i := range into.NumField() {
			if !mergeField(into.Field(i), other.Field(i), index) {
				return false
			}
		}
		return true
	default:
		return content(into) == content(other)
	}
}

// mergeField is mergeValue for a field of an object. A text that is no Fact is an id or a
// type, without regard to case; one without characters is absent and says nothing.
func mergeField(into, other reflect.Value, index int) bool {
	if into.Kind() != reflect.String {
		return mergeValue(into, other, index)
	}
	if into.String() == "" {
		into.SetString(other.String())
	}
	return other.String() == "" || strings.EqualFold(into.String(), other.String())
}

// content is all that a value says, lists as sets.
func content(v reflect.Value) string { return ordered(appendJSON(nil, v)) }

// ordered writes JSON in one way, with every list in one order.
func ordered(data []byte) string {
	var list []json.RawMessage
	if json.Unmarshal(data, &list) == nil {
		items := make([]string, len(list))
		for i, item := range list {
			items[i] = ordered(item)
		}
		slices.Sort(items)
		return "[" + strings.Join(slices.Compact(items), ",") + "]"
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) == nil && object != nil {
		for name, value := range object {
			object[name] = json.RawMessage(ordered(value))
		}
		if written, err := json.Marshal(object); err == nil { // with its keys in order
			return string(written)
		}
	}
	var text string
	if json.Unmarshal(data, &text) == nil && IsObjectID(text) {
		return strings.ToLower(string(data))
	}
	return string(data)
}

// contradicts says what is wrong with an object that stands twice.
func contradicts(index int) string {
	return "another object of the list, at index " + strconv.Itoa(index) + ", has the same id and says otherwise"
}

// contradiction is the reason of a Fact of which two objects with one id say different
// things.
func contradiction(index int) error {
	shape := &shapeError{says: contradicts(index)}
	return &UnreadError{Code: CodeContradiction, Message: shape.Error(), cause: shape}
}
