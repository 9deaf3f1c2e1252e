package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/state"
)

// failingTenant is one in which nearly everything fails, as of now.
func failingTenant(t testing.TB) []byte {
	t.Helper()
	file, err := os.ReadFile("../internal/graph/testdata/failing.json")
	if err != nil {
		t.Fatal(err)
	}
	if file, err = standin.AsOf(file, time.Now().Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	return file
}

// An outage is what is wrong with Microsoft Graph in one run.
type outage struct {
	request string         // which requests fail, in words
	path    *regexp.Regexp // their paths
	name    string
	answer  http.HandlerFunc
}

// outages are every fault of the requests that say who holds the role, who is in a group and
// who somebody is. Each asks to wait for a second at most, where it asks.
func outages() []outage {
	answers := map[string]http.HandlerFunc{
		"403":                     refusing(http.StatusForbidden, `{"error": {"code": "Authorization_RequestDenied", "message": "no"}}`),
		"404 of a gateway":        refusing(http.StatusNotFound, "<html>404</html>"),
		"429 for ever":            refusing(http.StatusTooManyRequests, `{"error": {"code": "TooManyRequests", "message": "later"}}`),
		"500":                     refusing(http.StatusInternalServerError, `{"error": {"code": "generalException", "message": "oh"}}`),
		"{}":                      refusing(http.StatusOK, `{}`),
		"cut off":                 refusing(http.StatusOK, `{"value": [{"id": "`),
		"wrong type":              refusing(http.StatusOK, `{"value": 7, "id": {}}`),
		"the connection is reset": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	var all []outage
	for request, path := range map[string]string{
		"role assignments": `^/roleManagement/directory/roleAssignments$`,
		"PIM assignments":  `^/roleManagement/directory/roleAssignmentScheduleInstances$`,
		"PIM eligibility":  `^/roleManagement/directory/roleEligibilityScheduleInstances$`,
		"PIM for Groups":   `^/identityGovernance/privilegedAccess/group/`,
		"groups":           `^/groups/[^/]+$`,
		"members":          `^/groups/[^/]+/members`,
		"the role group":   `^/groups/640a0001`,
		"users":            `^/users/[^/]+$`,
		"an account":       `^/users/ea01`,
		"memberships":      `^/users/[^/]+/transitiveMemberOf`,
	} {
		for name, answer := range answers {
			if name == "the connection is reset" && !strings.Contains(path, "directory/role") {
				continue // what goes in a batch has no connection of its own
			}
			all = append(all, outage{request, regexp.MustCompile(path), name, answer})
		}
	}
	return all
}

func refusing(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the handler may be gone
	}
}

// TestOutageResolvesNothing runs the handler twice: on a whole Microsoft Graph, then on one
// of which some requests fail. Nothing that was found before is closed by it, and nobody is
// told so.
func TestOutageResolvesNothing(t *testing.T) {
	t.Parallel()
	file := failingTenant(t)
	first := newFailingWorld(t, file, nil)
	apptest.Fire(t, apptest.Boot(t, first), true)
	before := remembered(t, first)
	// Most of an outage is waiting for the next attempt, so that many can go on at once.
	const atOnce = 24
	var group sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for _, o := range outages() {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			t.Run(o.request+" "+o.name, func(t *testing.T) { // not t.Parallel, which lets go as many as there are processors
				if wrong := suffer(t, file, before, o); len(wrong) > 0 {
					t.Errorf("%s", strings.Join(wrong, "\n\t"))
				}
			})
		})
	}
	group.Wait()
}

// suffer makes the second run of a world that remembers the first, and returns what it made
// better.
func suffer(t *testing.T, file []byte, before alert.Memory, o outage) []string {
	var hits atomic.Int32
	w := newFailingWorld(t, file, func(rw http.ResponseWriter, r *http.Request, path string) bool {
		if !o.path.MatchString(path) {
			return false
		}
		hits.Add(1)
		o.answer(rw, r)
		return true
	})
	if _, err := state.NewDir(w.State).Save(t.Context(), before, ""); err != nil {
		t.Fatal(err)
	}
	apptest.Fire(t, apptest.Boot(t, w), true)
	var wrong []string
	if hits.Load() == 0 {
		wrong = append(wrong, "was not asked")
	}
	for _, body := range w.Slack.Posted() {
		for _, words := range []string{"Resolved, was", "No longer checked", "not watched any more"} {
			if bytes.Contains(body, []byte(words)) {
				wrong = append(wrong, "people read “"+words+"”")
			}
		}
	}
	open := map[checks.Key]checks.Result{}
	for _, f := range before.Findings {
		if f.Closed.IsZero() {
			open[f.Key] = f.Result
		}
	}
	for _, f := range remembered(t, w).Findings {
		if was, ok := open[f.Key]; ok && !f.Closed.IsZero() {
			wrong = append(wrong, fmt.Sprintf("%s %s: %s %s → %s, gone: %v", f.Key.Check, f.Key.Subject, was.Status, was.Severity, f.Result.Status, f.Gone))
		}
		delete(open, f.Key)
	}
	for _, key := range slices.SortedFunc(maps.Keys(open), func(a, b checks.Key) int { return strings.Compare(a.Check+a.Subject, b.Check+b.Subject) }) {
		wrong = append(wrong, fmt.Sprintf("%s %s: forgotten", key.Check, key.Subject))
	}
	return wrong
}

// newFailingWorld is a world around the packaged handler that watches the failing tenant.
func newFailingWorld(t testing.TB, file []byte, intercept standin.Intercept) *testbed.Testbed {
	t.Helper()
	var options []standin.GraphOption
	if intercept != nil {
		options = append(options, standin.WithIntercept(intercept))
	}
	var watcher struct {
		Watcher struct {
			Roles []string `json:"roles"`
		} `json:"watcher"`
	}
	if err := json.Unmarshal(file, &watcher); err != nil {
		t.Fatal(err)
	}
	w, err := testbed.NewWith(watcher.Watcher.Roles, file, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	if err := w.Stage(apptest.Handler(t)); err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile("../internal/graph/testdata/failing.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.App, "breakglass.yaml"), config, 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// remembered is what a world's handler remembers.
func remembered(t testing.TB, w *testbed.Testbed) alert.Memory {
	t.Helper()
	m, _, err := state.NewDir(w.State).Load(t.Context(), "minato.onmicrosoft.com")
	if err != nil {
		t.Error(err)
	}
	return m
}
