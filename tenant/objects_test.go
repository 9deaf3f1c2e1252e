package tenant

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// identified are the lists of the tenant file whose objects others refer to by their id, or
// which cannot be told without a type: where they stand, what goes before and after, and an
// object of each.
func identifiedLists() map[string][3]string {
	const policy = `"authenticationMethodsPolicy": {"authenticationMethodConfigurations": [`
	return map[string][3]string{
		"users":                          {`"users": [`, `]`, `{"id": "ID"}`},
		"groups":                         {`"groups": [`, `]`, `{"id": "ID"}`},
		"groups/g/members":               {`"groups": [{"id": "g", "members": [`, `]}]`, `{"id": "ID"}`},
		"groups/g/owners":                {`"groups": [{"id": "g", "owners": [`, `]}]`, `{"id": "ID"}`},
		"users/u/transitiveMemberOf":     {`"users": [{"id": "u", "transitiveMemberOf": [`, `]}]`, `{"id": "ID"}`},
		"users/u/authentication/methods": {`"users": [{"id": "u", "authentication": {"methods": [`, `]}}]`, `{"@odata.type": "#t", "id": "ID"}`},
		"domains":                        {`"domains": [`, `]`, `{"id": "ID"}`},
		"administrativeUnits":            {`"administrativeUnits": [`, `]`, `{"id": "ID"}`},
		"administrativeUnits/a/members":  {`"administrativeUnits": [{"id": "a", "members": [`, `]}]`, `{"id": "ID"}`},
		"conditionalAccessPolicies":      {`"conditionalAccessPolicies": [`, `]`, `{"id": "ID"}`},
		"namedLocations":                 {`"namedLocations": [`, `]`, `{"id": "ID"}`},
		"authenticationStrengthPolicies": {`"authenticationStrengthPolicies": [`, `]`, `{"id": "ID"}`},
		"servicePrincipals":              {`"servicePrincipals": [`, `]`, `{"id": "ID"}`},
		"authenticationMethodsPolicy/authenticationMethodConfigurations":                       {policy, `]}`, `{"id": "ID"}`},
		"authenticationMethodsPolicy/authenticationMethodConfigurations/Fido2/includeTargets":  {policy + `{"id": "Fido2", "includeTargets": [`, `]}]}`, `{"id": "ID"}`},
		"authenticationMethodsPolicy/authenticationMethodConfigurations/Fido2/excludeTargets":  {policy + `{"id": "Fido2", "excludeTargets": [`, `]}]}`, `{"id": "ID"}`},
		"authenticationMethodsPolicy/authenticationMethodConfigurations/Fido2/passkeyProfiles": {policy + `{"id": "Fido2", "passkeyProfiles": [`, `]}]}`, `{"id": "ID"}`},
	}
}

// facts are those of a Snapshot, by their keys.
func facts(s *Snapshot) map[string]unreadFact {
	all := map[string]unreadFact{}
	walk(reflect.ValueOf(s).Elem(), nil, func(w *walker, f unreadFact) { all[w.keys()] = f })
	return all
}

// ids are those of the objects of a list that was read.
func ids(f unreadFact) []string {
	list := reflect.ValueOf(f.inner()).Elem()
	var all []string
	for i := range list.Len() {
		all = append(all, list.Index(i).FieldByName("ID").String())
	}
	return all
}

// TestObjectWithoutID: one object that cannot be told from others is left out and named,
// the rest of its list is used, and the list is known to be a part.
func TestObjectWithoutID(t *testing.T) {
	t.Parallel()
	for key, c := range identifiedLists() {
		for _, bad := range []struct{ text, message string }{
			{"{}", "none"}, {`{"id": null}`, "none"}, {`{"id": ""}`, "none"}, {"null", "null"}, {"7", "a number"}, {`"ID"`, "a text"}, {`{"@odata.type": "#t", "id": 7}`, "a number"},
		} {
			first, second := strings.ReplaceAll(c[2], "ID", "one"), strings.ReplaceAll(c[2], "ID", "two")
			text := at + ",\n" + c[0] + "\n" + first + ",\n" + bad.text + ",\n" + second + "\n" + c[1] + "}"
			s, problems, err := Decode([]byte(text))
			if err != nil || len(problems) != 1 || problems[0].Line != 4 || !strings.HasSuffix(problems[0].Message, "found "+bad.message) || problems[0].Key != key {
				t.Errorf("%s: %s: %v %q", key, bad.text, err, problems)
				continue
			}
			f := facts(&s)[key]
			if got := fmt.Sprint(ids(f)); got != "[one two]" {
				t.Errorf("%s: %s: of the list %s is left", key, bad.text, got)
			}
			reason, ok := errors.AsType[*UnreadError](first2(f.reason()))
			if !ok || reason.Code != CodePartial || reason.Key != key {
				t.Errorf("%s: %s: the list is whole: %v", key, bad.text, reason)
			}
			again := decodeAny(t, encode(t, s))
			if reason, ok := errors.AsType[*UnreadError](first2(facts(&again)[key].reason())); !ok || reason.Code != CodePartial {
				t.Errorf("%s: %s: written and read again the list is whole", key, bad.text)
			}
		}
	}
}

func first2[A, B any](a A, _ B) A { return a }

// decodeAny decodes a file that may have problems.
func decodeAny(t *testing.T, data []byte) Snapshot {
	t.Helper()
	s, _, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestEveryListOfObjects: no list of the tenant file is overlooked above.
func TestEveryListOfObjects(t *testing.T) {
	t.Parallel()
	tested := map[reflect.Type]bool{}
	s := Snapshot{}
	for key, c := range identifiedLists() {
		s = decodeAny(t, []byte(at+","+c[0]+strings.ReplaceAll(c[2], "ID", "one")+c[1]+"}"))
		tested[reflect.ValueOf(facts(&s)[key].inner()).Elem().Type().Elem()] = true
	}
	// What nobody refers to: an entry of a log or of a list of rows is judged by what it says.
	rows := []reflect.Type{
		reflect.TypeFor[RoleAssignment](), reflect.TypeFor[RoleScheduleInstance](), reflect.TypeFor[GroupScheduleInstance](), reflect.TypeFor[RoleManagementPolicyRule](),
		reflect.TypeFor[SignIn](), reflect.TypeFor[DirectoryAudit](), reflect.TypeFor[Organization](),
	}
	var see func(reflect.Type)
	seen := map[reflect.Type]bool{}
	see = func(u reflect.Type) {
		if seen[u] || u == reflect.TypeFor[Time]() {
			return
		}
		seen[u] = true
		switch u.Kind() {
		case reflect.Pointer, reflect.Slice:
			see(u.Elem())
		case reflect.Struct:
			if id, ok := u.FieldByName("ID"); ok && id.Type.Kind() == reflect.String && !tested[u] && !slices.Contains(rows, u) {
				t.Errorf("%s has an id, and no list of it is tested", u)
			}
			for field := range u.Fields() {
				see(field.Type)
			}
		default:
		}
	}
	see(reflect.TypeFor[Snapshot]())
}

// TestObjectTwice: an object that stands twice counts once, whatever the case of its id;
// what the two say differently is not known, and the rest is.
func TestObjectTwice(t *testing.T) {
	t.Parallel()
	const (
		a = `{"id": "AAAAAAAA-0000-4000-8000-00000000000a", "accountEnabled": true, "userPrincipalName": "a@x.y", "otherMails": ["1", "2"], "authentication": {"methods": [{"@odata.type": "#t", "id": "m"}]}}`
	)
	lower := func(text string) string {
		return strings.ReplaceAll(text, "AAAAAAAA-0000-4000-8000-00000000000a", "aaaaaaaa-0000-4000-8000-00000000000A")
	}
	for _, c := range []struct {
		name, other string
		unread      string // keys below the user
	}{
		{"the same", a, ""},
		{"in another case", lower(a), ""},
		{"in another order", lower(strings.Replace(a, `["1", "2"]`, `["2", "1"]`, 1)), ""},
		{"with less", `{"id": "AAAAAAAA-0000-4000-8000-00000000000a", "userPrincipalName": "a@x.y"}`, ""},
		{"with more", strings.Replace(a, `"accountEnabled"`, `"displayName": "A", "accountEnabled"`, 1), ""},
		{"enabled and not", strings.Replace(a, "true", "false", 1), "accountEnabled"},
		{"enabled and null", strings.Replace(a, "true", "null", 1), "accountEnabled"},
		{"enabled and a wrong type", strings.Replace(a, "true", `"yes"`, 1), "accountEnabled"},
		{"other mails", strings.Replace(a, `"2"`, `"3"`, 1), "otherMails"},
		{"other methods", strings.Replace(a, `"m"`, `"n"`, 1), "authentication/methods"},
		{"more methods", strings.Replace(a, `"m"}`, `"m"}, {"@odata.type": "#t", "id": "n"}`, 1), "authentication/methods"},
	} {
		for _, order := range [][2]string{{a, c.other}, {c.other, a}} {
			text := at + ", \"users\": [\n{\"id\": \"b\"},\n" + order[0] + ",\n" + order[1] + "]}"
			s, problems, err := Decode([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			users, usersErr := s.Users.Get()
			if len(users) != 2 || usersErr != nil {
				t.Errorf("%s: %d users, %v", c.name, len(users), usersErr)
				continue
			}
			var unread []string
			id := users[1].ID
			for key, f := range facts(&s) {
				if rest, ok := strings.CutPrefix(key, "users/"+id+"/"); ok {
					if reason, ok := errors.AsType[*UnreadError](first2(f.reason())); ok && !reason.empty() {
						unread = append(unread, rest)
					}
				}
			}
			if got := strings.Join(unread, " "); got != c.unread {
				t.Errorf("%s: unread is %q, want %q", c.name, got, c.unread)
			}
			contradicts := c.unread != "" && !strings.Contains(c.name, "null") && !strings.Contains(c.name, "wrong type")
			if contradicts && (len(problems) != 1 || problems[0].Line != 3 || !strings.Contains(problems[0].Message, "at index 2, has the same id and says otherwise")) {
				t.Errorf("%s: %q", c.name, problems)
			}
			if c.unread == "" && len(problems) > 0 {
				t.Errorf("%s: %q", c.name, problems)
			}
		}
	}
}

// TestWhatOneObjectIs: what has one id need not be one object, and what is one may be of
// two kinds.
func TestWhatOneObjectIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, key, text string
		want            int
		partial         bool
	}{
		{"a user and a group in one", "groups/g/members", `"groups": [{"id": "g", "members": [{"@odata.type": "#microsoft.graph.user", "id": "m"}, {"@odata.type": "#microsoft.graph.group", "id": "M"}, {"id": "n"}]}]`, 1, true},
		{"three that do not agree", "groups/g/members", `"groups": [{"id": "g", "members": [{"@odata.type": "#a", "id": "m"}, {"@odata.type": "#b", "id": "m"}, {"@odata.type": "#a", "id": "m"}]}]`, 0, true},
		{"a type and none", "groups/g/members", `"groups": [{"id": "g", "members": [{"id": "m"}, {"@odata.type": "#microsoft.graph.user", "id": "m"}]}]`, 1, false},
		{"methods of two types", "users/u/authentication/methods", `"users": [{"id": "u", "authentication": {"methods": [{"@odata.type": "#a", "id": "m"}, {"@odata.type": "#b", "id": "m"}]}}]`, 2, false},
		{"methods without ids", "users/u/authentication/methods", `"users": [{"id": "u", "authentication": {"methods": [{"@odata.type": "#a"}, {"@odata.type": "#a"}, {"@odata.type": "#b"}]}}]`, 2, false},
		{"rules of two roles", "roleManagementPolicyRules", `"roleManagementPolicyRules": [{"id": "e", "roleDefinitionId": "r"}, {"id": "e", "roleDefinitionId": "s"}, {"id": "E", "roleDefinitionId": "R"}]`, 2, false},
		{"targets for one group", "authenticationMethodsPolicy/authenticationMethodConfigurations/Fido2/includeTargets",
			`"authenticationMethodsPolicy": {"authenticationMethodConfigurations": [{"id": "Fido2", "includeTargets": [{"id": "g", "authenticationMode": "any"}, {"id": "g", "authenticationMode": "push"}]}]}`, 2, false},
		{"authorities, whose id may be unread", "certificateAuthorities", `"certificateAuthorities": [{"displayName": "a"}, {"displayName": "b"}, {"id": "c"}, {"id": "C"}]`, 3, false},
		{"configurations of one method", "authenticationMethodsPolicy/authenticationMethodConfigurations", `"authenticationMethodsPolicy": {"authenticationMethodConfigurations": [{"id": "Fido2"}, {"id": "fido2"}]}`, 1, false},
		{"policies with one property that is not known", "conditionalAccessPolicies", `"conditionalAccessPolicies": [{"id": "p", "new": {"x": [1, 2]}}, {"id": "P", "new": {"x": [2,1]}}]`, 1, false},
		{"policies with two", "conditionalAccessPolicies", `"conditionalAccessPolicies": [{"id": "p", "new": {"x": [1]}}, {"id": "p", "new": {"x": [2]}}]`, 0, true},
		{"sign-ins", "signIns", `"signIns": [{"id": "s", "status": {"errorCode": 0}}, {"id": "s", "status": {"errorCode": 50126}}, {}, {}]`, 3, false},
	} {
		s := decodeAny(t, []byte(at+",\n"+c.text+"}"))
		f := facts(&s)[c.key]
		err, _ := f.reason()
		if n := reflect.ValueOf(f.inner()).Elem().Len(); n != c.want || (err != nil) != c.partial {
			t.Errorf("%s: %d, partial %v", c.name, n, err)
		}
	}
}

// TestNotInAPart: of a list that is a part nobody can be said not to be there.
func TestNotInAPart(t *testing.T) {
	t.Parallel()
	s := decodeAny(t, []byte(at+`, "users": [{"id": "u"}, {}], "groups": [{"id": "g"}, {}], "deletedObjects": ["d"], "unreadable": {"users/x": {"status": 404}}}`))
	for id, code := range map[string]string{"y": CodePartial, "x": "", "d": CodeNotFound} {
		_, err := s.User(id)
		if reason, ok := errors.AsType[*UnreadError](err); !ok || reason.Code != code || NotFound(err) != (id != "y") {
			t.Errorf("user %s: %v", id, err)
		}
	}
	if _, err := s.Group("y"); first2(errors.AsType[*UnreadError](err)).Code != CodePartial {
		t.Errorf("group: %v", err)
	}
	for _, found := range []error{second(s.User("U")), second(s.Group("G"))} {
		if found != nil {
			t.Errorf("what is there is not found: %v", found)
		}
	}
}

// TestPartsAgain: a list that was read in part, Microsoft Graph's too, is written with its
// reason and read as a part again, to the same bytes.
func TestPartsAgain(t *testing.T) {
	t.Parallel()
	s := Snapshot{Users: FromJSON[[]User]([]byte(`[{"id": "u"}, {"displayName": "x"}, {"id": "u", "accountEnabled": true}, {"id": "U", "accountEnabled": false}]`))}
	problems := s.Settle()
	if len(problems) != 2 || problems[0].Key != "users" || problems[1].Key != "users/u/accountEnabled" {
		t.Errorf("%+v", problems)
	}
	reasons := s.Reasons()
	if keys := slices.Sorted(maps.Keys(reasons)); fmt.Sprint(keys) != "[users users/u/accountEnabled]" || reasons["users"].Code != CodePartial || reasons[keys[1]].Code != CodeContradiction {
		t.Errorf("%+v", reasons)
	}
	s.CollectedAt, _ = ParseTime("2026-11-23T06:00:00Z")
	written := encode(t, s)
	again := decodeAny(t, written)
	if got := encode(t, again); string(got) != string(written) {
		t.Errorf("%s\n%s", written, got)
	}
	u, err := again.User("u")
	if err != nil {
		t.Fatal(err)
	}
	if err := second(u.DisplayName.Get()); first2(errors.AsType[*UnreadError](err)).Code != "" {
		t.Errorf("what was not collected is %v", err)
	}
	if whole := s.Users.With(nil); second(whole.Get()) == nil {
		t.Error("another value makes a part whole")
	}
}
