package tenant

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestReasonsOfAbsentKeys(t *testing.T) {
	t.Parallel()
	const id = "AAAAAAAA-0000-4000-8000-000000000001"
	for _, c := range []struct{ name, key, want string }{
		{"its own key", "users/" + id + "/signInActivity", "boom"},
		{"its own key in another case", "USERS/" + strings.ToLower(id) + "/SignInActivity", "boom"},
		{"the user's key", "users/" + id, "boom"},
		{"the list's key", "Users", ""}, // it says that there may be more users
		{"a deeper key", "users/" + id + "/signInActivity/lastSignInDateTime", ""},
		{"another user's key", "users/" + id + "2", ""},
		{"a key that begins the same", "users/" + id + "/signIn", ""},
		{"the user's index", "users/0/signInActivity", ""},
		{"nothing", "", ""},
	} {
		s := decode(t, fmt.Appendf(nil, `%s, "users": [{"id": "%s"}], "unreadable": {"%s": {"status": 418, "code": "boom"}}}`, at, id, c.key))
		users, err := s.Users.Get()
		if (err != nil) != (c.key == "Users") { // a reason beside the list: it is a part of one
			t.Fatal(err)
		}
		reason := second(users[0].SignInActivity.Get()).(*UnreadError) //nolint:errorlint // it is one itself
		if reason.Code != c.want || reason.Key != "users/"+strings.ToLower(id)+"/signInActivity" {
			t.Errorf("%s: %#v", c.name, reason)
		}
	}
}

func TestTheNearestReasonWins(t *testing.T) {
	t.Parallel()
	s := decode(t, []byte(at+`, "users": [{"id": "a"}], "unreadable": {"users": {"code": "far"}, "users/a": {"code": "near"}, "users/a/riskyUser": {"code": "own"}}}`))
	u, err := s.User("a")
	if err != nil {
		t.Fatal(err)
	}
	for want, err := range map[string]error{"own": second(u.RiskyUser.Get()), "near": second(u.UserType.Get())} {
		if got := err.(*UnreadError).Code; got != want { //nolint:errorlint // it is one itself
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestUnreadErrorWords(t *testing.T) {
	t.Parallel()
	const methods = "users/u1/authentication/methods"
	for _, c := range []struct {
		err  UnreadError
		want string
	}{
		{UnreadError{}, "this: it was not collected"},
		{UnreadError{Key: "signIns"}, "the sign-in log: it was not collected"},
		{UnreadError{Key: "users/u1"}, "the user: it was not collected"},
		{UnreadError{Key: "users/u1/accountEnabled"}, "“accountEnabled”: it was not collected"},
		{UnreadError{Key: methods, Status: 403, Code: CodeDenied},
			"the sign-in methods: the permission UserAuthenticationMethod.Read.All is missing, or the object is protected (403 Authorization_RequestDenied)"},
		{UnreadError{Key: methods + "/0/aaGuid", Status: 403, Code: CodeDenied},
			"“aaGuid”: the permission UserAuthenticationMethod.Read.All is missing, or the object is protected (403 Authorization_RequestDenied)"},
		{UnreadError{Key: "domains/contoso.com/federationConfiguration", Status: 403, Code: CodeDenied},
			"what the domain is federated with: the permission Domain-InternalFederation.Read.All is missing, or the object is protected (403 Authorization_RequestDenied)"},
		{UnreadError{Key: "directorySynchronization", Status: 403, Code: CodeDenied},
			"how the directory is synchronised: the permission OnPremDirectorySynchronization.Read.All is missing, or the object is protected (403 Authorization_RequestDenied)"},
		{UnreadError{Key: "conditionalAccessPolicies/directoryAudits", Status: 403, Code: CodeDenied},
			"the audit log: the permission AuditLog.Read.All is missing, or the object is protected (403 Authorization_RequestDenied)"},
		{UnreadError{Key: "somethingElse", Status: 403, Code: CodeDenied}, "“somethingElse”: Microsoft Graph refused access (403 Authorization_RequestDenied)"},
		{UnreadError{Key: "signIns", Status: 403, Code: CodeNoP1},
			"the sign-in log: the tenant has no Microsoft Entra ID P1 licence (403 Authentication_RequestFromNonPremiumTenantOrB2CTenant)"},
		{UnreadError{Key: "roleEligibilityScheduleInstances", Status: 400, Code: CodeNoP2},
			"PIM's eligible roles: the tenant has no Microsoft Entra ID P2 or ID Governance licence (400 AadPremiumLicenseRequired)"},
		{UnreadError{Key: "domains", Status: 401}, "the domains: Microsoft Graph did not accept the identity's token (401)"},
		{UnreadError{Key: "groups/g", Status: 404, Code: CodeNotFound}, "the group: Microsoft Graph does not know it (404 Request_ResourceNotFound)"},
		{UnreadError{Key: "groups/g/members", Status: 429}, "the group's members: Microsoft Graph kept throttling the requests (429)"},
		{UnreadError{Key: "organization", Status: 503, Code: "x"}, "the tenant's own record: Microsoft Graph failed (503 x)"},
		{UnreadError{Key: "organization", Status: 400, Code: "x"}, "the tenant's own record: Microsoft Graph answered 400 x"},
		{UnreadError{Code: CodeTimeout}, "this: Microsoft Graph did not answer in time"},
		{UnreadError{Code: CodeWrongType}, "this: its value is of a type that Microsoft Graph does not document"},
		{UnreadError{Code: "ofTomorrow"}, "this: ofTomorrow"},
	} {
		c.err.Message = "request 123 at 06:00:01"
		if got := c.err.Error(); got != c.want {
			t.Errorf("%q\nwant %q", got, c.want)
		}
	}
}

func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	for _, code := range []string{CodeDeadline, CodeTimeout, CodeConnection, CodeToken, CodeUnexpected, CodePagingLoop,
		CodeForeignPage, CodeTooMany, CodeWrongType, CodeNull, CodePartial, CodeContradiction, ""} {
		words := codeWords(code)
		if got := (&UnreadError{Code: code, Message: "id 1"}).Error(); words.IsZero() || got != "this: "+words.String() {
			t.Errorf("%q: %q", code, got)
		}
	}
}

func TestSources(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range Sources() {
		if seen[s.Key] || s.Label == "" {
			t.Errorf("%q stands twice or has no label", s.Key)
		}
		seen[s.Key] = true
		if got := SourceOf(strings.ReplaceAll(s.Key, "*", "some-id")); got != s {
			t.Errorf("%q finds %q", s.Key, got.Key)
		}
	}
}

func TestNotFoundAndNoLicence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err      error
		notFound bool
		licence  string
	}{
		{nil, false, ""},
		{errors.New("404"), false, ""},
		{&UnreadError{Status: 404}, true, ""},
		{fmt.Errorf("group: %w", &UnreadError{Status: 404}), true, ""},
		{&UnreadError{cause: &UnreadError{Status: 404}}, false, ""},
		{&UnreadError{Status: 403, Code: CodeDenied}, false, ""},
		{fmt.Errorf("log: %w", &UnreadError{Status: 403, Code: CodeNoP1}), false, "P1"},
		{&UnreadError{Status: 400, Code: CodeNoP2}, false, "P2"},
	} {
		licence, ok := NoLicence(c.err)
		if NotFound(c.err) != c.notFound || licence != c.licence || ok != (c.licence != "") {
			t.Errorf("%v: not found %v, no licence %q %v", c.err, NotFound(c.err), licence, ok)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z"},
		{"2026-11-23T15:00:00+09:00", "2026-11-23T06:00:00Z"},
		{"2026-11-23T06:00:00.1234567Z", "2026-11-23T06:00:00.1234567Z"},
		{"2026-11-23", "2026-11-23T00:00:00Z"},
		{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{"9999-12-31T23:59:59-00:01", ""},
		{"0000-01-01T00:00:00+09:00", ""},
		{"2026-11-23T06:00:00", ""},
		{"2026-11-23 06:00:00Z", ""},
		{"2026-13-01", ""},
		{"2026-02-30T00:00:00Z", ""},
		{"", ""},
	} {
		got, err := ParseTime(c.text)
		if c.want == "" {
			if err == nil {
				t.Errorf("%q is read as %v", c.text, got)
			}
			continue
		}
		data, marshalErr := got.MarshalJSON()
		if err != nil || marshalErr != nil || string(data) != `"`+c.want+`"` {
			t.Errorf("%q: %s %v %v", c.text, data, err, marshalErr)
		}
	}
}

// TestBesideAList: a reason that stands beside a list says that there may be more, and
// nothing of the objects that are in it.
func TestBesideAList(t *testing.T) {
	t.Parallel()
	const file = `{"collectedAt": "2026-11-23T06:00:00Z", "conditionalAccessPolicies": [{"id": "p", "state": "enabled"}],
		"unreadable": {"conditionalAccessPolicies": {"status": 503, "code": "serviceNotAvailable"}}}`
	for range 2 {
		s, problems, err := Decode([]byte(file))
		if err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
		written, err := s.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if s, _, err = Decode(written); err != nil {
			t.Fatal(err)
		}
		policies, err := s.ConditionalAccessPolicies.Get()
		if reason, ok := errors.AsType[*UnreadError](err); !ok || reason.Status != 503 || len(policies) != 1 {
			t.Fatalf("%v, and %d policies", err, len(policies))
		}
		_, err = policies[0].GrantControls.Get()
		if reason, ok := errors.AsType[*UnreadError](err); !ok || reason.Status != 0 || reason.Code != "" {
			t.Errorf("what the policy does not hold: %v", err)
		}
	}
}

// TestBesideAPart: the same of a list one of whose objects was left out, and however often
// the reasons are given.
func TestBesideAPart(t *testing.T) {
	t.Parallel()
	s := decodeAny(t, []byte(at+`, "users": [{"id": "u"}, {}], "unreadable": {"users": {"status": 503}}}`))
	for range 2 {
		users, err := s.Users.Get()
		if reason, ok := errors.AsType[*UnreadError](err); !ok || reason.Code != CodePartial || len(users) != 1 {
			t.Fatalf("%v, and %d users", err, len(users))
		}
		if err := second(users[0].DisplayName.Get()); !NotCollected(err) {
			t.Errorf("what the user does not hold: %v", err)
		}
		s.Settle()
	}
}
