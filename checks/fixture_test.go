package checks

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"breakglass/tenant"
)

// Ids of testdata/good.json.
const (
	first       = "aaaaaaaa-0000-4000-8000-000000000001"
	second      = "aaaaaaaa-0000-4000-8000-000000000002"
	emergency   = "bbbbbbbb-0000-4000-8000-000000000001"
	roleHolders = "bbbbbbbb-0000-4000-8000-000000000002"
	keyHolders  = "bbbbbbbb-0000-4000-8000-000000000003"
	nobody      = "bbbbbbbb-0000-4000-8000-000000000004"
	strengthMFA = "00000000-0000-0000-0000-000000000004"
	strengthX   = "dddddddd-0000-4000-8000-000000000001"
)

// declared are the accounts of the good tenant, one by name and one by id.
func declared() Settings {
	return Settings{
		Identifiers: IdentifiersFull,
		Accounts:    []tenant.Declaration{{User: "EA01@contoso.onmicrosoft.com"}, {User: second}},
		Custody: []Custody{
			{Account: "ea01@contoso.onmicrosoft.com", Credential: "Key A", Place: "safe east", Custodians: []string{"sato", "tanaka"}, Checked: seen()},
			{Account: first, Credential: "key-a-spare", Place: "safe west", Custodians: []string{"sato"}, Checked: seen()},
			{Account: second, Credential: "Key B", Place: "safe east", Custodians: []string{"tanaka"}, Checked: seen()},
			{Account: second, Credential: "key-b-spare", Place: "safe west", Custodians: []string{"suzuki", "sato"}, Checked: seen()},
		},
	}
}

// seen is when somebody last looked for the keys of the good tenant.
func seen() time.Time { return time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC) }

// A document is a tenant file as plain JSON values, to be changed by a test.
type document map[string]any

func goodTenant(t testing.TB) document {
	t.Helper()
	data, err := os.ReadFile("testdata/good.json")
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d document) snapshot(t testing.TB) tenant.Snapshot {
	t.Helper()
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := tenant.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// at returns the container of the last part of a path such as users/0/id.
func (d document) at(path string) (any, string) {
	parts := strings.Split(path, "/")
	var here any = map[string]any(d)
	for _, part := range parts[:len(parts)-1] {
		switch v := here.(type) {
		case map[string]any:
			here = v[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil {
				panic(err)
			}
			here = v[i]
		default:
			panic("no such path: " + path)
		}
	}
	return here, parts[len(parts)-1]
}

// set puts JSON at a path; at a path that ends in + it is added to a list.
func (d document) set(path, text string) {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		panic(path + ": " + err.Error())
	}
	if list, ok := strings.CutSuffix(path, "/+"); ok {
		holder, name := d.at(list)
		old, _ := holder.(map[string]any)[name].([]any) // a list that is not there is empty
		holder.(map[string]any)[name] = append(old, value)
		return
	}
	switch holder, name := d.at(path); v := holder.(type) {
	case map[string]any:
		v[name] = value
	case []any:
		i, err := strconv.Atoi(name)
		if err != nil {
			panic(err)
		}
		v[i] = value
	}
}

// drop removes the key at a path.
func (d document) drop(path string) {
	holder, name := d.at(path)
	if _, ok := holder.(map[string]any)[name]; !ok {
		panic("nothing to drop at " + path)
	}
	delete(holder.(map[string]any), name)
}

// edit is a list of changes: "path = JSON" sets, "- path" drops.
func (d document) edit(t testing.TB, changes ...string) {
	t.Helper()
	for _, change := range changes {
		if path, ok := strings.CutPrefix(change, "- "); ok {
			d.drop(path)
			continue
		}
		path, value, ok := strings.Cut(change, " = ")
		if !ok {
			t.Fatalf("%q is no change", change)
		}
		d.set(path, value)
	}
}
