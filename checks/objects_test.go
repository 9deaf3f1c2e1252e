package checks

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"breakglass/tenant"
)

// objects returns the paths of the objects of a document's lists that have an id.
func (d document) objects() []string {
	var all []string
	for _, path := range keys("", map[string]any(d)) {
		if exempt(path) {
			continue
		}
		holder, name := d.at(path)
		list, ok := holder.([]any)
		if !ok {
			continue
		}
		if object, ok := list[index(name)].(map[string]any); ok && object["id"] != nil {
			all = append(all, path)
		}
	}
	slices.Sort(all)
	return all
}

func index(name string) int {
	var i int
	if err := json.Unmarshal([]byte(name), &i); err != nil {
		panic(err)
	}
	return i
}

// again adds to the list of an object a copy of it, changed.
func (d document) again(path string, change func(map[string]any)) {
	data, err := json.Marshal(d.object(path))
	if err != nil {
		panic(err)
	}
	var object map[string]any
	if err := json.Unmarshal(data, &object); err != nil {
		panic(err)
	}
	change(object)
	if data, err = json.Marshal(object); err != nil {
		panic(err)
	}
	d.set(path[:strings.LastIndex(path, "/")]+"/+", string(data))
}

func (d document) object(path string) map[string]any {
	holder, name := d.at(path)
	return holder.([]any)[index(name)].(map[string]any)
}

// eachObject gives some objects of every case to a test; all cases together, or "every" of 1,
// give all.
func eachObject(t *testing.T, test func(t *testing.T, d document, s Settings, path string)) {
	t.Helper()
	for n, c := range judgements() {
		if c.name != "good" && len(c.want) == 0 {
			continue // everything passes already
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, s := c.tenant(t)
			for i, path := range d.objects() {
				if *every == 1 || (i+n)%(3*(*every)) == 0 {
					test(t, clone(d), s, path)
				}
			}
		})
	}
}

// greener names what passes after, and neither passed before nor was moot. Of an account that
// had left its group nobody asked before: where who is in the group is not known, it is one again.
func greener(before, after Report) []Key {
	passed, moot := passes(before), notAsked(before)
	asked := func(id string) bool {
		is := func(a Account) bool { return a.ID == id }
		return slices.ContainsFunc(before.Accounts, is) || !slices.ContainsFunc(after.Accounts, is)
	}
	var all []Key
	for key := range passes(after) {
		if !passed[key] && !moot[key.Check] && asked(key.Subject) {
			all = append(all, key)
		}
	}
	return all
}

// TestObjectWithoutAnID: of what is left out nothing is taken for granted.
func TestObjectWithoutAnID(t *testing.T) {
	t.Parallel()
	eachObject(t, func(t *testing.T, d document, s Settings, path string) {
		before := Run(All(), d.snapshot(t), s)
		object := d.object(path)
		delete(object, "id")
		delete(object, "@odata.type")
		for _, key := range greener(before, Run(All(), d.snapshot(t), s)) {
			t.Errorf("%s without an id: %s passes for %s", path, key.Check, key.Subject)
		}
	})
}

// TestObjectGivenTwice: it counts once, in any case of its id, and where the two differ
// nothing is taken for granted.
func TestObjectGivenTwice(t *testing.T) {
	t.Parallel()
	eachObject(t, func(t *testing.T, d document, s Settings, path string) {
		before := Run(All(), d.snapshot(t), s)
		twice := clone(d)
		twice.again(path, func(object map[string]any) { object["id"] = strings.ToUpper(object["id"].(string)) })
		if !bytes.Equal(encode(t, before), encode(t, Run(All(), twice.snapshot(t), s))) {
			t.Errorf("%s twice: the report differs", path)
		}
		for name, value := range d.object(path) {
			var other any
			switch v := value.(type) {
			case bool:
				other = !v
			case string:
				other = v + "x"
			case []any:
				other = []any{}
			}
			if other == nil || name == "id" {
				continue
			}
			contradicting := clone(d)
			contradicting.again(path, func(map[string]any) {})
			contradicting.object(path)[name] = other // the first is the wrong one
			for _, key := range greener(before, Run(All(), contradicting.snapshot(t), s)) {
				t.Errorf("%s twice, with another %s: %s passes for %s", path, name, key.Check, key.Subject)
			}
		}
	})
}

// TestAPartOfTheUsersIsAliased: people are not named because one user has no id.
func TestAPartOfTheUsersIsAliased(t *testing.T) {
	t.Parallel()
	d := goodTenant(t)
	d.edit(t, `users/+ = {"displayName": "nobody"}`)
	s := declared()
	s.Identifiers = IdentifiersAlias
	snapshot := d.snapshot(t)
	data := string(encode(t, Run(All(), snapshot, s)))
	users, err := snapshot.Users.Get()
	if err == nil || len(users) < 3 {
		t.Fatalf("%d users, %v", len(users), err)
	}
	for _, u := range users {
		upn, err := u.UserPrincipalName.Get()
		if account := strings.EqualFold(u.ID, first) || strings.EqualFold(u.ID, second); err == nil && !account && strings.Contains(data, upn) {
			t.Errorf("%s is named", upn)
		}
	}
	for _, a := range []string{first, second} {
		if _, err := newView(snapshot, s.withDefaults()).User(a); err != nil {
			t.Error(err)
		}
	}
	if _, err := newView(snapshot, s.withDefaults()).Users.Get(); !strings.Contains(err.Error(), "a part") {
		t.Errorf("the list is whole: %v", err)
	}
	if _, ok := tenant.NoLicence(err); ok {
		t.Error(err)
	}
}
