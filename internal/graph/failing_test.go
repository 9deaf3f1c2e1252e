package graph

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

// failingFile is a tenant in which nearly everything fails, with every kind of holder of
// Global Administrator: what a reading leaves out, something in it hangs on.
const failingFile = "testdata/failing.json"

// failing is the tenant file of that tenant.
func failing(t testing.TB) []byte {
	t.Helper()
	file, err := os.ReadFile(failingFile)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// failingSettings are the configuration that watches it: two accounts by name, of which one
// does not exist, and two through a group; and what is remembered of it from before somebody
// set a password and registered a key.
func failingSettings(t testing.TB) checks.Settings {
	t.Helper()
	s := checks.Settings{
		Accounts: []tenant.Declaration{
			{User: "ea01@minato.onmicrosoft.com"}, {User: "ea04@minato.onmicrosoft.com"}, {Group: "640e0005-5eed-4bad-8abe-0f1e2d3c4b5a"},
		},
		Custody: []checks.Custody{
			{Account: "ea01@minato.onmicrosoft.com", Credential: "Key A", Place: "safe", Custodians: []string{"k.sato"}, Checked: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
			{Account: "ea01@minato.onmicrosoft.com", Credential: "certificate", Place: "safe", Custodians: []string{"k.sato"}},
			{Account: "ea02@minato.example", Credential: "Key Z", Place: "safe", Custodians: []string{"k.sato"}, Checked: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)},
		},
		AllowedApplications: []string{"5a060006-5eed-4bad-8abe-0f1e2d3c4b5a"},
	}
	earlier := bytes.ReplaceAll(failing(t), []byte("2026-01-15T03:04:05Z"), []byte("2025-01-15T03:04:05Z"))
	earlier = bytes.ReplaceAll(earlier, []byte("key-ea02"), []byte("key-before"))
	before := checks.Run(checks.All(), decoded(t, earlier), s)
	s.Past.Before = &before
	return s
}

func decoded(t testing.TB, file []byte) tenant.Snapshot {
	t.Helper()
	s, problems, err := tenant.Decode(file)
	if err != nil || len(problems) > 0 {
		t.Fatalf("the tenant file does not decode: %v %v", problems, err)
	}
	return s
}

const failingGolden = "testdata/failing.golden.txt"

// TestFailingTenantFails: what is not well in the tenant is found, by a look at its file.
// The list is what keeps it from being weakened: a check that does not fail in it cannot be
// seen to pass for want of knowledge.
func TestFailingTenantFails(t *testing.T) {
	t.Parallel()
	report := checks.Run(checks.All(), decoded(t, failing(t)), failingSettings(t))
	var b strings.Builder
	failed := map[string]bool{}
	for _, r := range report.Results {
		if r.Status.Open() {
			fmt.Fprintf(&b, "%s %s %s %s\n", r.Check, r.Status, r.Severity, subjectOf(r))
		}
		failed[r.Check] = failed[r.Check] || r.Status == checks.Fail
	}
	if *update {
		if err := os.WriteFile(failingGolden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if golden, err := os.ReadFile(failingGolden); err != nil || string(golden) != b.String() {
		t.Errorf("%s is not what is open: run with -update and look (%v)\n%s", failingGolden, err, b.String())
	}
	if n := strings.Count(b.String(), " fail "); n < 25 {
		t.Errorf("%d results fail, expected 25 or more", n)
	}
	for check, fails := range failed {
		if !fails && !slices.Contains(neverFailing(), check) {
			t.Errorf("%s fails for nobody", check)
		}
	}
}

// neverFailing are the checks that cannot fail in it, as others could then not: two accounts
// are there and enabled, and somebody holds the role for good.
func neverFailing() []string {
	return []string{"account-count", "role-someone-active", "survival-independent"}
}

// TestFailingTenantHolders: every kind of holder of Global Administrator is in it, and groups
// that hold each other.
func TestFailingTenantHolders(t *testing.T) {
	t.Parallel()
	s := decoded(t, failing(t))
	kinds := map[string]int{}
	assignments, _ := s.RoleAssignments.Get()
	for _, a := range assignments {
		role, _ := a.RoleDefinitionID.Get()
		scope, _ := a.DirectoryScopeID.Get()
		if id, _ := a.PrincipalID.Get(); role == globalAdministrator && scope == "/" {
			kinds["holder: "+kindIn(s, id)]++
		}
	}
	eligible, _ := s.RoleEligibilityScheduleInstances.Get()
	for _, i := range eligible {
		id, _ := i.PrincipalID.Get()
		kinds["eligible: "+kindIn(s, id)]++
	}
	joining, _ := s.GroupEligibilityScheduleInstances.Get()
	for _, i := range joining {
		id, _ := i.PrincipalID.Get()
		kinds["eligible member: "+kindIn(s, id)]++
	}
	joined, _ := s.GroupAssignmentScheduleInstances.Get()
	for _, i := range joined {
		if end, err := i.EndDateTime.Get(); err == nil && end != nil {
			kinds["member until a day"]++
		}
	}
	users, _ := s.Users.Get()
	for _, u := range users {
		if upn, _ := u.UserPrincipalName.Get(); tenant.WasInvited(upn) {
			kinds["invited member"]++
		}
		if kind, _ := u.UserType.Get(); kind != nil && *kind == "Guest" {
			kinds["guest"]++
		}
		methods, _ := u.Authentication.Methods.Get()
		for _, m := range methods {
			kinds[m.ODataType]++
		}
	}
	groups, _ := s.Groups.Get()
	for _, g := range groups {
		members, _ := g.Members.Get()
		for _, m := range members {
			kinds["member: "+m.ODataType]++
			if inner, err := s.Group(m.ID); err == nil {
				back, _ := inner.Members.Get()
				if slices.ContainsFunc(back, func(m tenant.DirectoryObject) bool { return strings.EqualFold(m.ID, g.ID) }) {
					kinds["groups that hold each other"]++
				}
			}
		}
	}
	for _, kind := range []string{
		"holder: user", "holder: group", "holder: application", "holder: deleted", "holder: elsewhere", "eligible: user", "eligible member: user", "eligible member: group",
		"member until a day", "member: " + tenant.TypeServicePrincipal, "member: #microsoft.graph.agentUser", "invited member", "guest", "groups that hold each other", tenant.MethodHardwareOATH,
	} {
		if kinds[kind] == 0 {
			t.Errorf("no %s among %v", kind, kinds)
		}
	}
}

// kindIn says what an id is of.
func kindIn(s tenant.Snapshot, id string) string {
	if _, err := s.User(id); err == nil {
		return "user"
	}
	if _, err := s.Group(id); err == nil {
		return "group"
	}
	principals, _ := s.ServicePrincipals.Get()
	if slices.ContainsFunc(principals, func(p tenant.ServicePrincipal) bool { return strings.EqualFold(p.ID, id) }) {
		return "application"
	}
	if s.Deleted(id) {
		return "deleted"
	}
	return "elsewhere"
}

// subjectOf names the subject of a result, the same in each run.
func subjectOf(r checks.Result) string {
	if r.Subject.Type == checks.SubjectTenant {
		return "tenant"
	}
	return string(r.Subject.Type) + " " + r.Subject.ID
}
