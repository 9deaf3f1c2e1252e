package standin_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/signin"
	"breakglass/tenant"
)

const (
	ea01 = "ea01@kitahama.onmicrosoft.com"
	ea02 = "ea02@kitahama.onmicrosoft.com"
)

func snapshot(t *testing.T) tenant.Snapshot {
	t.Helper()
	s, problems, err := tenant.Decode(standin.Tenant())
	if err != nil || len(problems) > 0 {
		t.Fatalf("the tenant file does not decode: %v %v", problems, err)
	}
	return s
}

func userOf(t *testing.T, s tenant.Snapshot, name string) tenant.User {
	t.Helper()
	u, err := s.User(name)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestTenantRoundTrips(t *testing.T) {
	t.Parallel()
	first, err := snapshot(t).Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, problems, err := tenant.Decode(first)
	if err != nil || len(problems) > 0 {
		t.Fatalf("what Encode wrote does not decode: %v %v", problems, err)
	}
	second, err := again.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("the tenant file does not round-trip")
	}
}

// TestTenantTellsTheStory pins what people see in the demo: an account whose keys
// were shut out in spring and that nobody has tried since, and one that works but
// that a new policy forgot, as the audit log shows, so that both stand and fall with managed computers. All the
// rest passes.
func TestTenantTellsTheStory(t *testing.T) {
	t.Parallel()
	settings := checks.Settings{Accounts: []tenant.Declaration{{User: ea01}, {User: ea02}}}
	drill := time.Date(2026, 11, 13, 1, 0, 0, 0, time.UTC)
	settings.Past.Drills = []checks.Drill{{Account: ea02, From: drill, To: drill.Add(time.Hour), By: "k.sato"}}
	report := checks.Run(checks.All(), snapshot(t), settings)
	var open []string
	for _, r := range report.Results {
		if r.Status.Open() {
			open = append(open, fmt.Sprint(r.Check, " ", r.Status, " ", r.Severity, " ", r.Subject.Name))
		}
	}
	want := []string{
		"method-usable fail critical " + ea01,
		"method-spare fail medium " + ea01,
		"method-distinct fail medium " + ea01,
		"policy-excluded fail critical " + ea02,
		"mfa-ready fail critical " + ea01,
		"activity-attempts fail medium " + ea01,
		"activity-changes fail high " + ea01,
		"activity-changes fail high " + ea02,
		"drill-recent fail high " + ea01,
		"tamper-applications fail medium Kumo Backup for Microsoft 365",
		"survival-emergency fail critical 株式会社北浜製作所",
		"survival-independent fail high 株式会社北浜製作所",
		"survival-any-device fail high 株式会社北浜製作所",
	}
	if !slices.Equal(open, want) {
		t.Errorf("open results:\n%s\nexpected:\n%s", strings.Join(open, "\n"), strings.Join(want, "\n"))
	}
}

func TestTenantRoles(t *testing.T) {
	t.Parallel()
	s := snapshot(t)
	for name, permanent := range map[string]bool{
		ea01: true, ea02: true,
		"k.sato@kitahama.example": true, "m.tanaka@kitahama.example": true, "d.suzuki@kitahama.example": true,
		"y.takahashi@kitahama.example": false,
	} {
		terms, err := signin.RoleTerms(s, userOf(t, s, name), signin.GlobalAdministrator)
		if err != nil || terms.Permanent != permanent {
			t.Errorf("%s: %+v %v, expected permanent: %t", name, terms, err, permanent)
		}
	}
}

func TestConfigNamesTheAccounts(t *testing.T) {
	t.Parallel()
	for _, name := range []string{ea01, ea02} {
		if !strings.Contains(string(standin.Config()), "user: "+name) {
			t.Errorf("the configuration does not declare %s", name)
		}
	}
}

func TestTenantIsACopy(t *testing.T) {
	t.Parallel()
	standin.Tenant()[0] = 'x'
	if !json.Valid(standin.Tenant()) {
		t.Error("writing to what Tenant returned changed the tenant")
	}
}

func TestEnlarge(t *testing.T) {
	t.Parallel()
	// A policy includes groups that nobody may be added to: they get nobody.
	file := edited(t, func(file object) {
		users := file["conditionalAccessPolicies"].([]any)[0].(object)["conditions"].(object)["users"].(object)
		users["includeGroups"] = []any{groupID(t, allStaff), groupID(t, exclusions), groupID(t, "Role-GlobalAdministrators")}
	})
	data, err := standin.Enlarge(file, 300)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := standin.Enlarge(file, 300); !bytes.Equal(data, again) {
		t.Error("the same number does not give the same bytes")
	}
	s, problems, err := tenant.Decode(data)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	users, _ := s.Users.Get()
	before, _ := snapshot(t).Users.Get()
	if len(users) != len(before)+300 {
		t.Errorf("%d users, expected %d more than %d", len(users), 300, len(before))
	}
	ordinary := users[len(users)-1]
	in := map[string]bool{}
	groups, _ := s.Groups.Get()
	for _, g := range groups {
		in[text(g.DisplayName)], err = signin.InGroup(s, ordinary, g.ID)
		if err != nil {
			t.Fatal(err)
		}
	}
	if want := map[string]bool{"SEC-全従業員": true, "CA-Exclude-EmergencyAccess": false, "Role-GlobalAdministrators": false, "SEC-Administrators": false}; !maps.Equal(in, want) {
		t.Errorf("an ordinary user is in %v, expected %v", in, want)
	}
}

func text(f tenant.Fact[*string]) string {
	if v, err := f.Get(); err == nil && v != nil {
		return *v
	}
	return ""
}
