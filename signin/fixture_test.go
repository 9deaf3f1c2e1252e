package signin

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"breakglass/tenant"
)

// Ids of testdata/tenant.json. "nobody" is in none of its lists.
const (
	ea      = "aaaaaaaa-0000-4000-8000-000000000001"
	admin   = "aaaaaaaa-0000-4000-8000-000000000002"
	inner   = "bbbbbbbb-0000-4000-8000-000000000001"
	outer   = "bbbbbbbb-0000-4000-8000-000000000002"
	empty   = "bbbbbbbb-0000-4000-8000-000000000003"
	holders = "bbbbbbbb-0000-4000-8000-000000000004"
	gone    = "bbbbbbbb-0000-4000-8000-000000000009"
	app     = "eeeeeeee-0000-4000-8000-000000000001"
	nobody  = "ffffffff-0000-4000-8000-000000000001"
	yubikey = "cb69481e-8ff7-4039-93ec-0a2729a154a8"
)

func now() time.Time { return time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC) }

// shorthand stands for the ids in the changes of a case.
func shorthand(text string) string {
	return strings.NewReplacer("{ea}", ea, "{admin}", admin, "{inner}", inner, "{outer}", outer, "{empty}", empty, "{holders}", holders,
		"{gone}", gone, "{app}", app, "{nobody}", nobody, "{ga}", GlobalAdministrator, "{ca}", "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "{custom}", "cccccccc-1111-4000-8000-000000000001", "{yubikey}", yubikey,
		"{policy}", "conditionalAccessPolicies/0", "{users}", "conditionalAccessPolicies/0/conditions/users",
		"{apps}", "conditionalAccessPolicies/0/conditions/applications", "{conditions}", "conditionalAccessPolicies/0/conditions",
		"{grant}", "conditionalAccessPolicies/0/grantControls", "{config}", "authenticationMethodsPolicy/authenticationMethodConfigurations",
		"{strengths}", "authenticationStrengthPolicies", "{key}", "users/0/authentication/methods/1", "{methods}", "users/0/authentication/methods",
		"{userRef}", `{"@odata.type": "#microsoft.graph.user", "id": "`+ea+`"}`).Replace(text)
}

func document(t testing.TB) any { return documentOf(t, "testdata/tenant.json") }

func documentOf(t testing.TB, file string) any {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var d any
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// edited returns the good tenant with changes: "path = JSON" sets a value, "- path"
// removes it. A path that ends in /+ adds to a list.
func edited(t testing.TB, changes ...string) tenant.Snapshot {
	t.Helper()
	return snapshot(t, editedDocument(t, changes...))
}

func editedDocument(t testing.TB, changes ...string) any {
	t.Helper()
	return editedOf(t, document(t), changes...)
}

func editedOf(t testing.TB, d any, changes ...string) any {
	t.Helper()
	for _, change := range changes {
		change = shorthand(change)
		path, value, set := strings.Cut(change, " = ")
		path, drop := strings.CutPrefix(path, "- ")
		var v any
		if set == drop || set && json.Unmarshal([]byte(value), &v) != nil {
			t.Fatalf("%s is no change", change)
		}
		d = changed(t, d, strings.Split(path, "/"), v, drop)
	}
	return d
}

func changed(t testing.TB, here any, path []string, v any, drop bool) any {
	t.Helper()
	switch holder := here.(type) {
	case map[string]any:
		if len(path) > 1 {
			holder[path[0]] = changed(t, holder[path[0]], path[1:], v, drop)
			return holder
		}
		if _, ok := holder[path[0]]; drop && !ok {
			t.Fatalf("no %s to remove", path[0])
		}
		if holder[path[0]] = v; drop {
			delete(holder, path[0])
		}
		return holder
	case []any:
		if path[0] == "+" {
			return append(holder, v)
		}
		i, err := strconv.Atoi(path[0])
		if err != nil || i >= len(holder) {
			t.Fatalf("no element %s", path[0])
		}
		switch {
		case len(path) > 1:
			holder[i] = changed(t, holder[i], path[1:], v, drop)
		case drop:
			return append(holder[:i:i], holder[i+1:]...)
		default:
			holder[i] = v
		}
		return holder
	}
	t.Fatalf("nothing at %v", path)
	return nil
}

func snapshot(t testing.TB, d any) tenant.Snapshot {
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

// user returns the emergency account of a tenant.
func user(t testing.TB, s tenant.Snapshot) tenant.User {
	t.Helper()
	u, err := s.User(ea)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// matches reports whether an answer is as a case wants it: want is a part of the
// answer's words, or of the error's if it begins with "?".
func matches(found any, err error, want string) bool {
	got := fmt.Sprint(found)
	if part, unknown := strings.CutPrefix(want, "?"); unknown {
		return err != nil && strings.Contains(err.Error(), part)
	}
	return err == nil && (got == want || want != "" && strings.Contains(got, want))
}
