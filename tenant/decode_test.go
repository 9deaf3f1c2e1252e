package tenant

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

const at = `{"collectedAt": "2026-11-23T06:00:00Z"`

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "line 1: the JSON ends too early"},
		{"white space", " \n ", "line 2: the JSON ends too early"},
		{"null", "null", "line 1: expected an object, found null"},
		{"a list", "[]", "line 1: expected an object, found a list"},
		{"a text", `"tenant"`, "line 1: expected an object, found a text"},
		{"truncated in an object", at + ",\n\"users\": [{\"id\":\n", "line 3: the JSON ends too early"},
		{"truncated in a list", at + ",\n\"users\": [", "line 2: the JSON ends too early"},
		{"truncated in a text", at + ",\n\n\"users", "line 3: the JSON ends too early"},
		{"trailing text", at + "}\n\nmore", "line 3: more text after the end of the JSON"},
		{"a second object", at + "}\n{}", "line 2: more text after the end of the JSON"},
		{"a comma too many", at + ",\n}", "line 2: not JSON"},
		{"a comma missing", "{\n\"a\": 1\n\"b\": 2}", "line 3: not JSON"},
		{"an unquoted key", "{\n\n users: 1}", "line 3: not JSON"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "line 1: not JSON"},
		{"a key twice", at + ",\n\"users\": [],\n\"users\": []}", `line 3: the key "users" stands twice`},
		{"a key twice in two cases", at + ",\n\"users\": [],\n\"Users\": []}", `line 3: the key "Users" stands twice`},
		{"a key twice, folded", at + ",\n\"users\": [],\n\"uſers\": []}", `line 3: the key "uſers" stands twice`},
		{"a key twice, deep", at + `, "users": [{"id": "a", "accountEnabled": true, "ACCOUNTENABLED": false}]}`, `line 1: the key "ACCOUNTENABLED" stands twice`},
		{"a key twice, unknown", at + `, "x": {"y": [{"z": 1, "z": 2}]}}`, `the key "z" stands twice`},
		{"nested too deep", at + `, "x": ` + strings.Repeat("\n[", 300) + strings.Repeat("]", 300) + "}", "line 202: nested deeper than 200 levels"},
		{"nested far too deep", strings.Repeat("[", 5_000_000), "line 1: nested deeper than 200 levels"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := Decode([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Decode: %v, want %q", err, c.want)
			}
		})
	}
}

func TestDecodeAccepts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text string }{
		{"a byte order mark", "\xef\xbb\xbf" + at + "}"},
		{"Windows line ends", at + ",\r\n\"users\": []\r\n}\r\n"},
		{"unknown properties", at + `, "tenantBrand": {"a": [1, null]}, "users": [{"id": "a", "shoeSize": 1e999}]}`},
		{"nesting of a real depth", at + `, "x": ` + strings.Repeat("[", 150) + strings.Repeat("]", 150) + "}"},
		{"an old collectedAt", `{"collectedAt": "2026-11-23"}`},
		{"an empty list of reasons", at + `, "unreadable": {}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, problems, err := Decode([]byte(c.text)); err != nil || len(problems) > 0 {
				t.Errorf("Decode: %v %v", err, problems)
			}
		})
	}
}

// Each case stands alone on the fourth line of a file whose other facts are good.
func TestWrongTypes(t *testing.T) {
	t.Parallel()
	const user = "users/0/"
	for _, c := range []struct{ name, line, place, message string }{
		{"a list", `"groups": {}`, "groups", "expected a list, found an object"},
		{"null for a list", `"groups": [null]`, "groups/0", "expected an object, found null"},
		{"an object", `"organization": []`, "organization", "expected an object, found a list"},
		{"a fact in an object", `"organization": {"id": "o", "displayName": 1}`, "organization/displayName", "expected a text, found a number"},
		{"an id", `"groups": [{"id": "g"}, {"id": 7}]`, "groups/1/id", "expected a text, found a number"},
		{"no id", `"groups": [{"id": "g"}, {"displayName": "x"}]`, "groups/1", "expected an id, found none"},
		{"an empty id", `"domains": [{"id": ""}]`, "domains/0", "expected an id, found none"},
		{"a null id", `"groups": [{"id": "g", "members": [{"id": null}]}]`, "groups/0/members/0", "expected an id, found none"},
		{"a boolean", `"identitySecurityDefaultsEnforcementPolicy": {"isEnabled": "true"}`,
			"identitySecurityDefaultsEnforcementPolicy/isEnabled", "expected true or false, found a text"},
		{"a number", `"domains": [{"id": "d", "passwordValidityPeriodInDays": "90"}]`, "domains/0/passwordValidityPeriodInDays", "expected a whole number, found a text"},
		{"a huge number", `"domains": [{"id": "d", "passwordValidityPeriodInDays": 1e400}]`, "domains/0/passwordValidityPeriodInDays", "expected a whole number, found a number"},
		{"a fraction", `"domains": [{"id": "d", "passwordValidityPeriodInDays": 1.5}]`, "domains/0/passwordValidityPeriodInDays", "expected a whole number, found a number"},
		{"a date", `"certificateAuthorities": [{"expirationDateTime": "tomorrow"}]`,
			"certificateAuthorities/0/expirationDateTime", "expected a date and time such as 2026-11-23T06:00:00Z, found a text"},
		{"a year that cannot be written", `"certificateAuthorities": [{"expirationDateTime": "9999-12-31T23:59:59-10:00"}]`,
			"certificateAuthorities/0/expirationDateTime", "expected a date and time such as 2026-11-23T06:00:00Z, found a text"},
		{"an object for a date", `"certificateAuthorities": [{"expirationDateTime": {"": 1}}]`,
			"certificateAuthorities/0/expirationDateTime", "expected a date and time such as 2026-11-23T06:00:00Z, found an object"},
		{"a text in a list", `"deletedObjects": ["a", 2]`, "deletedObjects/1", "expected a text, found a number"},
		{"null in a list", `"deletedObjects": ["a", "", null]`, "deletedObjects/2", "expected a text, found null"},
		{"null in a list that may be null", `"conditionalAccessPolicies": [{"id": "p", "conditions": {"userRiskLevels": [null]}}]`,
			"conditionalAccessPolicies/0/conditions/userRiskLevels/0", "expected a text, found null"},
		{"a condition", `"conditionalAccessPolicies": [{"id": "p", "conditions": {"users": {"includeUsers": "All"}}}]`,
			"conditionalAccessPolicies/0/conditions/users/includeUsers", "expected a list, found a text"},
		{"the reasons", `"unreadable": []`, "unreadable", "expected an object, found a list"},
		{"one reason", `"unreadable": {"a": {"status": 403}, "b": {"status": "403"}}`, "unreadable/b/status", "expected a whole number, found a text"},
		{"null for the reasons", `"unreadable": null`, "unreadable", "expected a value, found null"},
		{"authentication", `"servicePrincipals": [], "users": [{"id": "u", "authentication": 5}]`, user + "authentication", "expected an object, found a number"},
		{"null for authentication", `"users": [{"id": "u", "authentication": null}]`, user + "authentication", "expected an object, found null"},
		{"methods", `"users": [{"id": "u", "authentication": {"methods": {}}}]`, user + "authentication/methods", "expected a list, found an object"},
		{"a method without a type", `"users": [{"id": "u", "authentication": {"methods": [{"id": "m"}]}}]`, user + "authentication/methods/0", "expected an @odata.type, found none"},
		{"null for a method", `"users": [{"id": "u", "authentication": {"methods": [null]}}]`, user + "authentication/methods/0", "expected an object, found null"},
		{"a property of a method", `"users": [{"id": "u", "authentication": {"methods": [{"@odata.type": "#t", "id": "m", "aaGuid": 1}]}}]`,
			user + "authentication/methods/0/aaGuid", "expected a text, found a number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := at + ",\n\"signIns\": [],\n\"watcher\": {\"appId\": \"w\"},\n" + c.line + "\n}"
			s, problems, err := Decode([]byte(text))
			want := Problem{Place: c.place, Line: 4, Message: c.message}
			if len(problems) == 1 {
				want.Key = problems[0].Key
			}
			if err != nil || len(problems) != 1 || problems[0] != want {
				t.Fatalf("Decode: %v\n%q\nwant\n%q", err, problems, want)
			}
			if _, err := s.SignIns.Get(); err != nil {
				t.Errorf("the rest is not used: %v", err)
			}
			if watcher, err := s.Watcher.Get(); err != nil || second(watcher.AppID.Get()) != nil {
				t.Errorf("the rest is not used: %v", err)
			}
			wrong := 0
			walk(reflect.ValueOf(&s).Elem(), nil, func(_ *walker, f unreadFact) {
				err, _ := f.reason()
				if reason, ok := errors.AsType[*UnreadError](err); ok && (reason.Code == CodeWrongType || reason.Code == CodePartial) {
					wrong++
				}
			})
			if !strings.HasPrefix(c.place, "unreadable") && wrong == 0 {
				t.Error("no fact is unread for the wrong type")
			}
		})
	}
}

func TestProblemsOfSeveralLines(t *testing.T) {
	t.Parallel()
	_, problems, err := Decode([]byte("{\n\"users\": [\n{\"id\": \"a\",\n\"accountEnabled\": 1},\n{\"id\": \"b\", \"displayName\":\n[]}],\n\"Groups\": 0}"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "[collectedAt: is missing line 4: users/0/accountEnabled: expected true or false, found a number " +
		"line 6: users/1/displayName: expected a text, found a list line 7: groups: expected a list, found a number]"
	if got := fmt.Sprint(problems); got != want {
		t.Errorf("problems\n%s\nwant\n%s", got, want)
	}
}

func TestNullAndAbsent(t *testing.T) {
	t.Parallel()
	s, problems, err := Decode([]byte(at + `, "groups": [], "domains": null, "users": [
		{"id": "a", "displayName": null, "accountEnabled": null, "assignedPlans": null, "otherMails": [], "signInActivity": {"lastSignInDateTime": null}}]}`))
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	u, err := s.User("A")
	if err != nil {
		t.Fatal(err)
	}
	if name, err := u.DisplayName.Get(); err != nil || name != nil {
		t.Errorf("null where Graph allows it: %v %v", name, err)
	}
	if mails, err := u.OtherMails.Get(); err != nil || mails == nil {
		t.Errorf("an empty list: %v %v", mails, err)
	}
	if groups, err := s.Groups.Get(); err != nil || len(groups) != 0 {
		t.Errorf("an empty list: %v %v", groups, err)
	}
	for _, c := range []struct {
		err  error
		code string
		key  string
	}{
		{second(s.Domains.Get()), CodeNull, "domains"},
		{second(u.AccountEnabled.Get()), CodeNull, "users/a/accountEnabled"},
		{second(u.AssignedPlans.Get()), CodeNull, "users/a/assignedPlans"},
		{second(u.UserType.Get()), "", "users/a/userType"},
		{second(u.Authentication.Methods.Get()), "", "users/a/authentication/methods"},
		{second(s.SignIns.Get()), "", "signIns"},
	} {
		if reason, ok := c.err.(*UnreadError); !ok || reason.Code != c.code || reason.Key != c.key { //nolint:errorlint // it is one itself
			t.Errorf("%s: %#v", c.key, c.err)
		}
	}
	written := string(encode(t, s))
	for _, kept := range []string{`"domains": null`, `"accountEnabled": null`, `"displayName": null`, `"otherMails": []`, `"lastSignInDateTime": null`} {
		if !strings.Contains(written, kept) {
			t.Errorf("%s is not written again", kept)
		}
	}
}

func TestFromJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, code string }{
		{`[{"id": "d"}]`, "read"},
		{`[]`, "read"},
		{`null`, CodeNull},
		{``, CodeUnexpected},
		{`<html>`, CodeUnexpected},
		{`[{"id": "d"}`, CodeUnexpected},
		{`[{"id": "d"}] x`, CodeUnexpected},
		{`{"value": []}`, CodeWrongType},
		{`[{}]`, CodePartial},
		{`[{"id": "d"}, {"id": "D"}, {}]`, CodePartial},
	} {
		code := "read"
		if err := second(FromJSON[[]Domain]([]byte(c.text)).Get()); err != nil {
			code = err.(*UnreadError).Code //nolint:errorlint // it is one itself
		}
		if code != c.code {
			t.Errorf("%q: %q, want %q", c.text, code, c.code)
		}
	}
}

// TestFromJSONOfOtherTypes: a reader's own types are read as those of a tenant file are.
func TestFromJSONOfOtherTypes(t *testing.T) {
	t.Parallel()
	type wrapped struct {
		ID string `json:"id"`
		RiskyUser
		Policy *struct {
			Rules *[]RoleManagementPolicyRule `json:"rules"`
		} `json:"policy"`
	}
	one, err := FromJSON[wrapped]([]byte(`{"id": "w", "riskLevel": "high", "policy": {"rules": [{"id": "r", "maximumDuration": 1}, null]}}`)).Get()
	if err != nil || one.Policy == nil || one.Policy.Rules == nil || len(*one.Policy.Rules) != 2 || (*one.Policy.Rules)[0].ID != "r" {
		t.Fatalf("%+v %v", one, err)
	}
	if level, err := one.RiskLevel.Get(); err != nil || level == nil || *level != "high" {
		t.Errorf("an embedded property: %v %v", level, err)
	}
	if _, err := (*one.Policy.Rules)[0].MaximumDuration.Get(); err == nil {
		t.Error("a wrong type below is read")
	}
	_, err = FromJSON[wrapped]([]byte(`{"policy": {"rules": [{"id": "r"}, {"id": 5}]}}`)).Get()
	shape, ok := errors.AsType[*shapeError](err)
	if !ok || strings.Join(shape.path, "/") != "policy/rules/1/id" || shape.Error() != "expected a text, found a number" {
		t.Errorf("a wrong type in a list: %v", err)
	}
}
