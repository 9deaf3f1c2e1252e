package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/host"
	"breakglass/internal/standin/testbed"
)

const (
	firstName  = "ea01@kitahama.onmicrosoft.com"
	secondName = "ea02@kitahama.onmicrosoft.com"

	declaring = "6f0d1e7a-2f07-4f67-9d3e-5f1b7a9c0d11" // a group that the tests let declare the accounts
)

// A denial is a switch that lets Graph refuse what a test names.
type denial struct{ on atomic.Bool }

func (r *denial) intercept(paths ...string) standin.GraphOption {
	return standin.WithIntercept(func(w http.ResponseWriter, _ *http.Request, path string) bool {
		for _, p := range paths {
			if r.on.Load() && strings.EqualFold(path, p) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusForbidden)
				_, _ = w.Write([]byte(`{"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}`)) // who asked may be gone
				return true
			}
		}
		return false
	})
}

// declare writes the configuration anew.
func declare(t testing.TB, w *testbed.Testbed, entries ...string) {
	t.Helper()
	text := "tenant: kitahama.onmicrosoft.com\nidentifiers: full\nemergencyAccess:\n  accounts:\n"
	for _, e := range entries {
		text += "    - " + e + "\n"
	}
	if err := os.WriteFile(filepath.Join(w.App, "breakglass.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// changed changes the tenant behind Graph.
func changed(t testing.TB, w *testbed.Testbed, change func(tenant map[string]any)) {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal(w.File, &all); err != nil {
		t.Fatal(err)
	}
	change(all)
	file, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	w.File = file
	if err := w.Graph.Replace(file); err != nil {
		t.Fatal(err)
	}
}

// userOf is a user of a tenant.
func userOf(t testing.TB, tenant map[string]any, id string) map[string]any {
	t.Helper()
	for _, u := range tenant["users"].([]any) {
		if user := u.(map[string]any); user["id"] == id {
			return user
		}
	}
	t.Fatalf("no user %s", id)
	return nil
}

// toldSince are the messages to Slack after the first n.
func toldSince(w *testbed.Testbed, n int) string {
	return string(bytes.Join(w.Slack.Posted()[n:], []byte("\n")))
}

// somethingResolved is how the first line of a message counts what is resolved.
var somethingResolved = regexp.MustCompile(`Resolved [1-9]`)

// whole is what the nth run since the handler started says of itself in its log.
func whole(t testing.TB, h *host.Host, n int) bool {
	t.Helper()
	for ; t.Context().Err() == nil; time.Sleep(10 * time.Millisecond) { // the host reads it as it comes
		var completed []string
		for line := range strings.Lines(h.Console()) {
			if strings.Contains(line, "run completed") {
				completed = append(completed, line)
			}
		}
		if len(completed) >= n {
			return strings.Contains(completed[n-1], `"whole":true`)
		}
	}
	t.Fatalf("there are not %d runs", n)
	return false
}

// TestWatchOfWhatWasNotRead: an account that a daily run could not read stays under watch, and
// who signs in with it is told by the next look; also where the run that is made of it cannot
// read the account, and where nobody but its group declares it.
func TestWatchOfWhatWasNotRead(t *testing.T) {
	t.Parallel()
	group := map[string]any{"id": declaring, "displayName": "Emergency", "groupTypes": []any{}, "isAssignableToRole": true, "securityEnabled": true, "onPremisesSyncEnabled": nil, "owners": []any{},
		"isManagementRestricted": false, "members": []any{map[string]any{"@odata.type": "#microsoft.graph.user", "id": apptest.FirstAccount}}}
	for name, c := range map[string]struct {
		declared []string
		refused  []string
		mended   bool // before somebody signs in
		forgot   bool // the handler is started anew
	}{
		"by name":                    {[]string{"user: " + firstName, "user: " + secondName}, []string{"/users/" + firstName, "/users/" + apptest.FirstAccount}, true, false},
		"by name, and still refused": {[]string{"user: " + firstName, "user: " + secondName}, []string{"/users/" + firstName, "/users/" + apptest.FirstAccount}, false, false},
		"by name, started anew":      {[]string{"user: " + firstName, "user: " + secondName}, []string{"/users/" + firstName, "/users/" + apptest.FirstAccount}, false, true},
		"by a group":                 {[]string{"group: " + declaring, "user: " + secondName}, []string{"/groups/" + declaring, "/groups/" + declaring + "/members"}, true, false},
		"by a group, still refused":  {[]string{"group: " + declaring, "user: " + secondName}, []string{"/groups/" + declaring, "/groups/" + declaring + "/members"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r denial
			w := apptest.World(t, r.intercept(c.refused...))
			changed(t, w, func(tenant map[string]any) { tenant["groups"] = append(tenant["groups"].([]any), group) })
			declare(t, w, c.declared...)
			h := apptest.Boot(t, w)
			apptest.Fire(t, h, true)
			apptest.Poll(t, h)
			r.on.Store(true)
			apptest.Fire(t, h, true)
			told := toldSince(w, 1)
			if somethingResolved.MatchString(told) || strings.Contains(told, "not watched") {
				t.Errorf("what was not read is told as %s", told)
			}
			if byGroup := strings.HasPrefix(c.declared[0], "group"); whole(t, h, 3) == byGroup {
				t.Errorf("of a run that could not read who is declared, whole is %v", byGroup)
			}
			if c.forgot {
				h.Stop()
				h = apptest.Boot(t, w)
			}
			r.on.Store(!c.mended)
			before := len(w.Slack.Posted())
			apptest.Happens(t, w, "signIns", testbed.SignIn("alarm", apptest.FirstAccount, time.Now().Add(-time.Minute), 0))
			apptest.Poll(t, h)
			if told := toldSince(w, before); !strings.Contains(told, "activity-sign-in") || !strings.Contains(told, firstName) {
				t.Errorf("told %s\n%s", told, h.Console())
			}
			if n := map[bool]int{false: 4, true: 1}[c.forgot]; whole(t, h, n) == (r.on.Load() && strings.HasPrefix(c.declared[0], "group")) {
				t.Errorf("of the run that the sign-in made, whole is %v", whole(t, h, n))
			}
		})
	}
}

// TestWatchOfAnUnknownName: a declared name that was never read leaves somebody out, and the look
// says so.
func TestWatchOfAnUnknownName(t *testing.T) {
	t.Parallel()
	var r denial
	r.on.Store(true)
	w := apptest.World(t, r.intercept("/users/"+firstName))
	declare(t, w, "user: "+firstName, "user: "+secondName)
	changed(t, w, func(tenant map[string]any) {
		tenant["roleAssignments"] = []any{} // no list names the account
		tenant["roleAssignmentScheduleInstances"] = []any{}
	})
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	if whole(t, h, 1) {
		t.Error("the run is whole")
	}
	if said := apptest.Poll(t, h); !strings.Contains(said, "who is declared could not be read") || whole(t, h, 2) {
		t.Errorf("the look says %q, whole: %v", said, whole(t, h, 2))
	}
}

// TestLeavingTheDeclaration: an account that leaves the configuration, or the declared group, is
// told by its name, once, although it holds the role as before.
func TestLeavingTheDeclaration(t *testing.T) {
	t.Parallel()
	members := []any{map[string]any{"@odata.type": "#microsoft.graph.user", "id": apptest.FirstAccount}, map[string]any{"@odata.type": "#microsoft.graph.user", "id": apptest.SecondAccount}}
	for name, c := range map[string]struct {
		declared []string
		leaves   func(t *testing.T, w *testbed.Testbed)
	}{
		"the configuration": {[]string{"user: " + firstName, "user: " + secondName}, func(t *testing.T, w *testbed.Testbed) { declare(t, w, "user: "+secondName) }},
		"the group": {[]string{"group: " + declaring}, func(t *testing.T, w *testbed.Testbed) {
			changed(t, w, func(tenant map[string]any) {
				for _, g := range tenant["groups"].([]any) {
					if group := g.(map[string]any); group["id"] == declaring {
						group["members"] = members[1:]
					}
				}
			})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.World(t)
			changed(t, w, func(tenant map[string]any) {
				tenant["groups"] = append(tenant["groups"].([]any), map[string]any{"id": declaring, "displayName": "Emergency", "groupTypes": []any{}, "isAssignableToRole": true,
					"securityEnabled": true, "onPremisesSyncEnabled": nil, "owners": []any{}, "isManagementRestricted": false, "members": members})
			})
			declare(t, w, c.declared...)
			h := apptest.Boot(t, w)
			apptest.Fire(t, h, true)
			h.Stop()
			c.leaves(t, w)
			h = apptest.Boot(t, w)
			apptest.Fire(t, h, true)
			told := toldSince(w, 1)
			if n := strings.Count(told, "not watched any more"); n == 0 || !strings.Contains(told, firstName) {
				t.Errorf("told %s", told)
			}
			before := len(w.Slack.Posted())
			apptest.Fire(t, h, true)
			if again := toldSince(w, before); strings.Contains(again, "not watched any more") {
				t.Errorf("told again: %s", again)
			}
		})
	}
}

// TestDecoy: an account whose name another user was given is told, and stays under watch.
func TestDecoy(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	declare(t, w, "user: "+firstName, "user: "+secondName)
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	apptest.Poll(t, h)
	changed(t, w, func(tenant map[string]any) {
		account := userOf(t, tenant, apptest.FirstAccount)
		decoy := maps.Clone(account)
		decoy["id"] = "dec0ffee-0000-4000-8000-000000000001"
		account["userPrincipalName"] = "forgotten@kitahama.onmicrosoft.com"
		tenant["users"] = append(tenant["users"].([]any), decoy)
	})
	before := len(w.Slack.Posted())
	apptest.Fire(t, h, true)
	if told := toldSince(w, before); !strings.Contains(told, "account-exists") || !strings.Contains(told, "forgotten@kitahama.onmicrosoft.com") {
		t.Errorf("told %s", told)
	}
	before = len(w.Slack.Posted())
	apptest.Happens(t, w, "signIns", testbed.SignIn("alarm", apptest.FirstAccount, time.Now().Add(-time.Minute), 0))
	apptest.Poll(t, h)
	if told := toldSince(w, before); !strings.Contains(told, "activity-sign-in") || !strings.Contains(told, "forgotten@kitahama.onmicrosoft.com") {
		t.Errorf("told %s", told)
	}
}
