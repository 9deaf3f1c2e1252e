package tenant

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const small = at + `,
	"organization": {"id": "o", "verifiedDomains": [{"name": "contoso.onmicrosoft.com", "isInitial": true, "isDefault": false}, {"name": "contoso.com", "isInitial": false, "isDefault": true}]},
	"users": [{"id": "U1", "userPrincipalName": "Ea01@contoso.onmicrosoft.com"}, {"id": "u2"}],
	"groups": [{"id": "g1"}],
	"groupAssignmentScheduleInstances": [{"id": "i1", "groupId": "G1"}, {"id": "i2", "groupId": "g2"}],
	"signIns": [{"id": "s1", "userId": "u1"}, {"id": "s2", "userId": "u2"}, {"id": "s3", "userId": "U1"}],
	"deletedObjects": ["GONE"],
	"unreadable": {"users/u3": {"status": 403, "code": "Authorization_RequestDenied"}, "users/Nobody@contoso.com": {"status": 404, "code": "Request_ResourceNotFound"},
		"users/u2/signIns": {"status": 429}, "groups/g4": {"status": 404}, "groups/g2/groupAssignmentScheduleInstances": {"code": "timeout"}}
}`

// edit replaces parts of the small tenant: old, new, old, new, ….
func edit(t *testing.T, changes ...string) Snapshot {
	t.Helper()
	for _, old := range slices.Collect(slices.Chunk(changes, 2)) {
		if !strings.Contains(small, old[0]) {
			t.Fatalf("%s is not there to change", old[0])
		}
	}
	return decode(t, []byte(strings.NewReplacer(changes...).Replace(small)))
}

func TestLookups(t *testing.T) {
	t.Parallel()
	user := func(name string) func(Snapshot) (string, error) {
		return func(s Snapshot) (string, error) { u, err := s.User(name); return u.ID, err }
	}
	group := func(name string) func(Snapshot) (string, error) {
		return func(s Snapshot) (string, error) { g, err := s.Group(name); return g.ID, err }
	}
	for _, c := range []struct {
		name     string
		changes  []string
		find     func(Snapshot) (string, error)
		want     string // an id, "404" for an answer, or a part of the reason
		collects string
	}{
		{name: "a user by id", find: user("u1"), want: "U1"},
		{name: "a user by name", find: user("EA01@CONTOSO.onmicrosoft.com"), want: "U1"},
		{name: "a user refused", find: user("U3"), want: "UserReadAll"},
		{name: "a user that does not exist", find: user("nobody@Contoso.com"), want: "404"},
		{name: "a deleted user", find: user("gone"), want: "404"},
		{name: "a user that was not collected", find: user("u9"), want: "it was not collected"},
		{name: "a name, where a name was not read", find: user("ea02@contoso.onmicrosoft.com"), want: "it was not collected"},
		{name: "a user, deleted objects unread", changes: []string{`["GONE"]`, `null`}, find: user("gone"), want: "it was not collected"},
		{name: "a user, the list refused", changes: []string{`"users": [{`, `"x": [{`, `"users/u3"`, `"users"`}, find: user("u1"), want: "UserReadAll"},
		{name: "a user, the list not found", changes: []string{`"users": [{`, `"x": [{`, `"users/Nobody@contoso.com"`, `"users"`}, find: user("u1"), want: "it was not collected"},
		{name: "a group", find: group("G1"), want: "g1"},
		{name: "a group that does not exist", find: group("G4"), want: "404"},
		{name: "a deleted group", find: group("Gone"), want: "404"},
		{name: "a group that was not collected", find: group("g9"), want: "it was not collected"},
		{name: "a group, the list not found", changes: []string{`"groups": [{`, `"x": [{`, `"groups/g4"`, `"groups"`}, find: group("g1"), want: "it was not collected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			id, err := c.find(edit(t, c.changes...))
			got := id
			switch {
			case NotFound(err):
				got = "404"
			case err != nil:
				got = strings.ReplaceAll(err.Error(), ".", "")
			}
			if !strings.Contains(got, c.want) || err == nil && got != c.want {
				t.Errorf("%q (%v), want %q", got, err, c.want)
			}
		})
	}
}

func TestDeleted(t *testing.T) {
	t.Parallel()
	s := edit(t)
	if !s.Deleted("gone") || s.Deleted("u1") || edit(t, `["GONE"]`, `null`).Deleted("gone") {
		t.Error("only GONE is deleted, and only where that was read")
	}
}

func TestSharesOfLists(t *testing.T) {
	t.Parallel()
	schedules := func(s Snapshot, group string) ([]string, error) {
		own, err := s.GroupSchedules(s.GroupAssignmentScheduleInstances, "groupAssignmentScheduleInstances", group)
		var ids []string
		for _, i := range own {
			ids = append(ids, i.ID)
		}
		return ids, err
	}
	signIns := func(s Snapshot, user string) ([]string, error) {
		own, err := s.SignInsOf(user)
		var ids []string
		for _, i := range own {
			ids = append(ids, i.ID)
		}
		return ids, err
	}
	for _, c := range []struct {
		name    string
		changes []string
		of      string
		find    func(Snapshot, string) ([]string, error)
		want    string
	}{
		{"a user's sign-ins", nil, "u1", signIns, "[s1 s3] <nil>"},
		{"nobody's sign-ins", nil, "u9", signIns, "[] <nil>"},
		{"a share that was read in part", nil, "U2", signIns, "[s2] the sign-in log: Microsoft Graph kept throttling the requests (429)"},
		{"a log that was read in part", []string{`"users/u2/signIns"`, `"signIns"`}, "u1", signIns, "[s1 s3] the sign-in log: Microsoft Graph kept throttling the requests (429)"},
		{"no log", []string{`"signIns": [`, `"x": [`}, "u1", signIns, "[] the sign-in log: it was not collected"},
		{"a sign-in of nobody knows whom", []string{`"userId": "U1"`, `"y": 1`}, "u1", signIns, "[s1] “userId”: it was not collected"},
		{"a sign-in of a user without an id", []string{`"userId": "U1"`, `"userId": ""`}, "u1", signIns, "[s1] “userId”: its value is null"},
		{"a share that nobody asked for", []string{`"users/u2/signIns": {"status": 429}`, `"users/U2/signIns": {}`}, "u2", signIns, "[s2] the sign-in log: it was not collected"},
		{"a share under the user's name", []string{`"users/u2/signIns"`, `"users/EA01@contoso.onmicrosoft.com/signIns"`}, "u1", signIns, "[s1 s3] the sign-in log: Microsoft Graph kept throttling the requests (429)"},
		{"a share under another's name", []string{`"users/u2/signIns"`, `"users/EA01@contoso.onmicrosoft.com/signIns"`}, "u2", signIns, "[s2] <nil>"},
		{"a share under a name that may be the user's", []string{`"users/u2/signIns"`, `"users/ea02@contoso.onmicrosoft.com/signIns"`}, "u2", signIns, "[s2] the sign-in log: Microsoft Graph kept throttling the requests (429)"},
		{"a share under a name that is not the user's", []string{`"users/u2/signIns"`, `"users/ea02@contoso.onmicrosoft.com/signIns"`}, "u1", signIns, "[s1 s3] <nil>"},
		{"a group's schedules", nil, "g1", schedules, "[i1] <nil>"},
		{"a group without schedules", nil, "g9", schedules, "[] <nil>"},
		{"schedules that were not read", nil, "G2", schedules, "[] the group's PIM assignments: Microsoft Graph did not answer in time"},
		{"no schedules", []string{`"groupAssignmentScheduleInstances": [`, `"x": [`}, "g1", schedules, "[] PIM for Groups assignments: it was not collected"},
		{"a schedule of nobody knows which group", []string{`"groupId": "g2"`, `"y": 1`}, "g1", schedules, "[] “groupId”: it was not collected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ids, err := c.find(edit(t, c.changes...), c.of)
			if got := fmt.Sprint(ids, " ", err); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestDefaultDomain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		changes []string
		want    string
	}{
		{"the default one", nil, "contoso.com"},
		{"the initial one", []string{`, "isDefault": true`, ""}, "contoso.onmicrosoft.com"},
		{"neither", []string{`, "isDefault": true`, "", `"isInitial": true`, `"isInitial": null`}, ""},
		{"a name that was not read", []string{`"name": "contoso.com"`, `"name": null`}, "contoso.onmicrosoft.com"},
		{"no domains", []string{`"verifiedDomains"`, `"x"`}, ""},
		{"no organization", []string{`"organization"`, `"x"`}, ""},
	} {
		if got := edit(t, c.changes...).DefaultDomain(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSettleAgain(t *testing.T) {
	t.Parallel()
	s := Snapshot{Users: Known([]User{{ID: "a", AccountEnabled: FromJSON[bool]([]byte(`"yes"`))}})}
	first, again := s.Settle(), s.Settle()
	if len(first) != 1 || fmt.Sprint(first) != fmt.Sprint(again) || first[0].String() != "users/0/accountEnabled: expected true or false, found a text" {
		t.Errorf("problems %v, then %v", first, again)
	}
	s.Unreadable = map[string]UnreadError{"signIns": {Status: 403}}
	s.Settle()
	var reason *UnreadError
	if err := second(s.SignIns.Get()); !errors.As(err, &reason) || reason.Status != 403 {
		t.Errorf("a reason that comes later is not used: %v", err)
	}
}

func TestDomainOf(t *testing.T) {
	t.Parallel()
	for upn, want := range map[string]string{"a@b.c": "b.c", "a@b@c.d": "c.d", "a": "", "a@": "", "": "", "a_b.c#EXT#@d.e": "d.e"} {
		if got := DomainOf(upn); got != want {
			t.Errorf("%s is of %q, want %q", upn, got, want)
		}
	}
	if !WasInvited("a_b.c#ext#@d.e") || WasInvited("ext@d.e") {
		t.Error("who was invited is not told")
	}
}

// TestHardwareTokensOf: why somebody's hardware tokens were not read is found in any case
// of the id, survives a tenant file, and says which permission is missing.
func TestHardwareTokensOf(t *testing.T) {
	t.Parallel()
	s, _, err := Decode([]byte(`{"collectedAt": "2026-11-23T06:00:00Z", "unreadable": {"users/U1/authentication/hardwareOathMethods": {"status": 403, "code": "Authorization_RequestDenied"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	written, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := Decode(written)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []Snapshot{s, again} {
		err := s.HardwareTokensOf("u1")
		if err == nil || err.Error() != "the hardware tokens: the permission UserAuthenticationMethod.Read.All is missing, or the object is protected (403 Authorization_RequestDenied)" {
			t.Errorf("%v", err)
		}
		if err := s.HardwareTokensOf("u2"); err != nil {
			t.Errorf("of somebody whose were read: %v", err)
		}
	}
}

// TestPolicies: a policy that was deleted is none, and one that is listed twice is one.
func TestPolicies(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]string{
		`[]`: "",
		`[{"id": "a", "state": "enabled"}, {"id": "b", "state": "enabled", "deletedDateTime": null}]`:                                                  "a enabled, b enabled",
		`[{"id": "a", "state": "enabled", "deletedDateTime": "2026-11-01T00:00:00Z"}, {"id": "b", "state": "disabled"}]`:                               "b disabled",
		`[{"id": "a", "state": "enabled", "deletedDateTime": 5}]`:                                                                                      "a ?",
		`[{"id": "a", "state": "enabled", "grantControls": {"operator": "OR"}}, {"id": "A", "state": "enabled", "grantControls": {"operator": "OR"}}]`: "a enabled",
		`[{"id": "a", "state": "enabled"}, {"id": "b", "state": "enabled"}, {"id": "a", "state": "enabled"}]`:                                          "a enabled, b enabled",
		`[{"id": "a", "state": "enabled"}, {"id": "a", "state": "disabled"}]`:                                                                          "a ?",
	} {
		s, _, err := Decode([]byte(at + `, "conditionalAccessPolicies": ` + list + "}"))
		if err != nil {
			t.Fatal(err)
		}
		policies, err := s.Policies()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range policies {
			state, err := p.State.Get()
			if err != nil {
				state = "?"
			}
			got = append(got, p.ID+" "+state)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %v, want %s", list, got, want)
		}
	}
	if _, err := (Snapshot{}).Policies(); err == nil {
		t.Error("unread, and no error")
	}
}
