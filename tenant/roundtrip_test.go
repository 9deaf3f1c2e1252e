package tenant

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// maximal makes a JSON value for a type, with every property that the program
// knows, each with a value of its own, and a property that it does not know
// wherever those are kept.
type maximal struct {
	n    int // values made
	each int // objects in a list
}

func (m *maximal) value(t reflect.Type) any {
	m.n++
	switch {
	case strings.HasPrefix(t.Name(), "Fact["):
		return m.value(t.Field(0).Type)
	case t == reflect.TypeFor[Time]():
		return fmt.Sprintf("2026-11-23T06:%02d:%02d.5Z", m.n/60%60, m.n%60)
	case t == reflect.TypeFor[json.RawMessage]():
		return map[string]any{"isEnabled": true, "number": float64(m.n), "text": "a <b> & c"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return m.value(t.Elem())
	case reflect.Slice:
		list := []any{}
		for range m.each {
			list = append(list, m.value(t.Elem()))
		}
		return list
	case reflect.Bool:
		return m.n%2 == 0
	case reflect.Int:
		return float64(m.n)
	case reflect.String:
		return fmt.Sprintf("text %d “日本” <&>", m.n)
	case reflect.Struct:
		object := map[string]any{}
		for field := range t.Fields() {
			if name := jsonName(field); name != "" {
				object[name] = m.value(field.Type)
			}
			if field.Type == reflect.TypeFor[Other]() {
				object["notKnownYet"] = map[string]any{"number": float64(m.n)}
			}
		}
		return object
	}
	panic("no JSON for " + t.String())
}

func maximalFile(t *testing.T, each int) (map[string]any, []byte) {
	t.Helper()
	document := (&maximal{each: each}).value(reflect.TypeFor[Snapshot]()).(map[string]any)
	document["collectedAt"] = "2026-11-23T06:00:00Z"
	data, err := json.MarshalIndent(document, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return document, data
}

func decode(t *testing.T, data []byte) Snapshot {
	t.Helper()
	s, problems, err := Decode(data)
	if err != nil || len(problems) > 0 {
		t.Fatalf("Decode: %v %v", err, problems)
	}
	return s
}

func encode(t *testing.T, s Snapshot) []byte {
	t.Helper()
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestEveryPropertySurvives(t *testing.T) {
	t.Parallel()
	document, data := maximalFile(t, 2)
	s := decode(t, data)
	facts := 0
	walk(reflect.ValueOf(&s).Elem(), nil, func(w *walker, f unreadFact) {
		facts++
		if err, unread := f.reason(); unread {
			t.Errorf("%s is unread: %v", w.keys(), err)
		}
	})
	if facts < 400 {
		t.Errorf("only %d facts were looked at", facts)
	}
	written := encode(t, s)
	var again map[string]any
	if err := json.Unmarshal(written, &again); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, document) {
		t.Errorf("lost or changed:\n%s", written)
	}
	if second := encode(t, decode(t, written)); !bytes.Equal(second, written) {
		t.Error("a second writing differs from the first")
	}
}

func TestEveryPropertyMayBeAbsent(t *testing.T) {
	t.Parallel()
	_, data := maximalFile(t, 1)
	var document any
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	eachKey(document, "", func(object map[string]any, key, place string) {
		if place == "/collectedAt" || key == "id" || key == "@odata.type" {
			return
		}
		value := object[key]
		delete(object, key)
		defer func() { object[key] = value }()
		changed, _ := json.Marshal(document)
		s, problems, err := Decode(changed)
		if err != nil || len(problems) > 0 {
			t.Fatalf("without %s: %v %v", place, err, problems)
		}
		first, err := s.Encode()
		if err != nil {
			t.Fatalf("without %s: %v", place, err)
		}
		var again any
		if err := json.Unmarshal(first, &again); err != nil || !reflect.DeepEqual(again, document) {
			t.Errorf("without %s the rest changed", place)
		}
	})
}

// eachKey visits every key of the first element of every list.
func eachKey(v any, place string, visit func(object map[string]any, key, place string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			eachKey(inner, place+"/"+key, visit)
			visit(v, key, place+"/"+key)
		}
	case []any:
		if len(v) > 0 {
			eachKey(v[0], place+"/0", visit)
		}
	}
}

func TestAReadersSnapshotSurvives(t *testing.T) {
	t.Parallel()
	at, err := ParseTime("2026-11-23T15:00:00+09:00")
	if err != nil {
		t.Fatal(err)
	}
	denied := &UnreadError{Status: 403, Code: CodeDenied, Message: "Insufficient privileges"}
	noP1 := &UnreadError{Status: 403, Code: CodeNoP1}
	s := Snapshot{
		CollectedAt: at,
		Users: Known([]User{{
			ID: "U1", SignInActivity: Unread[*SignInActivity](noP1), AccountEnabled: Known(true),
			PasswordPolicies: Known[*string](nil), Authentication: Authentication{Methods: Unread[[]Method](denied)},
		}}),
		Groups:          Known([]Group(nil)),
		RoleAssignments: Unread[[]RoleAssignment](fmt.Errorf("roles: %w", &UnreadError{Code: CodeTimeout})),
		SignIns:         FromJSON[[]SignIn]([]byte(`{}`)),
		Unreadable:      map[string]UnreadError{"users/u1": *denied, "groups/g1": {Status: 404, Code: CodeNotFound}},
	}
	s.Settle()
	data := encode(t, s)
	again, problems, err := Decode(data)
	if err != nil || len(problems) != 0 {
		t.Fatal(err, problems)
	}
	u, err := again.User("u1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		err  error
		want UnreadError
	}{
		{"the property's own reason, not that of the user", second(u.SignInActivity.Get()), *noP1},
		{"the user's reason", second(u.Authentication.Methods.Get()), *denied},
		{"the user's reason for what was not asked", second(u.DisplayName.Get()), *denied},
		{"a wrapped reason", second(again.RoleAssignments.Get()), UnreadError{Code: CodeTimeout}},
		{"a wrong type", second(again.SignIns.Get()), UnreadError{Code: CodeWrongType, Message: "expected a list, found an object"}},
		{"an object that is gone", second(again.Group("G1")), UnreadError{Status: 404, Code: CodeNotFound}},
	} {
		reason, ok := c.err.(*UnreadError) //nolint:errorlint // it is one itself
		if !ok || reason.Status != c.want.Status || reason.Code != c.want.Code || reason.Message != c.want.Message {
			t.Errorf("%s: %v", c.name, c.err)
		}
	}
	if groups, err := again.Groups.Get(); err != nil || groups == nil {
		t.Errorf("no groups were read as %v, %v", groups, err)
	}
	if text := encode(t, again); !bytes.Equal(text, data) {
		t.Errorf("a second writing differs:\n%s\n%s", data, text)
	}
}

func second[T any](_ T, err error) error { return err }

func TestUnknownConditionalAccessPropertiesAreKept(t *testing.T) {
	t.Parallel()
	const policy = `{"id": "p", "conditions": {"times": {"start":  9}, "empty": [ ], "nothing": null, "blank": "", "Users": {},
		"applications@odata.context": "x", "off": false, "none": {}}, "grantControls": {"newControl": [1]}, "sessionControls": {"newSession": {"isEnabled": false}}}`
	p, err := FromJSON[Policy]([]byte(policy)).Get()
	if err != nil {
		t.Fatal(err)
	}
	conditions, _ := p.Conditions.Get()
	if len(conditions.Other) != 3 || conditions.Other["times"] == nil || conditions.Other["off"] == nil || conditions.Other["none"] == nil {
		t.Errorf("conditions keep %v", conditions.Other)
	}
	data, err := json.Marshal(Known(p))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"id":"p","conditions":{"none":{},"off":false,"times":{"start":9},"users":{}},"grantControls":{"newControl":[1]},"sessionControls":{"newSession":{"isEnabled":false}}}`
	if string(data) != want {
		t.Errorf("written as\n%s\nwant\n%s", data, want)
	}
}
