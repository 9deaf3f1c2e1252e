package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"breakglass/handler/internal/host"
	"breakglass/tenant"
)

const firstAccount = "2c63888f-28f0-4481-be6d-dce7a7ace732" // ea01 of the made-up tenant

// glance fires the five-minute timer and expects success.
func glance(t testing.TB, h *host.Host) string {
	t.Helper()
	invocation, err := h.Invoke(t.Context(), "Watch", host.Timer{})
	if err != nil {
		t.Fatalf("invocation: %v\n%s", err, h.Console())
	}
	return strings.Join(invocation.Last().Logs, "; ")
}

// happened lets something happen in the tenant.
func happened(t testing.TB, w *world, list string, entry map[string]any) {
	t.Helper()
	if err := w.happens(list, entry); err != nil {
		t.Fatal(err)
	}
}

// memoryFile is what is kept, as bytes.
func memoryFile(t testing.TB, w *world) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(w.state, "memory-kitahama.onmicrosoft.com.json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestWatch: a quiet look writes nothing and asks little; what happens is told within it,
// once; and the daily run does not tell it again.
func TestWatch(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	h := w.start(t)
	fire(t, h, true)
	expectPosted(t, w, 1, 1)
	kept := memoryFile(t, w)
	asked := len(w.graph.Requests())
	glance(t, h) // what the daily run saw is told, and is seen for the first time by the watch
	seen := memoryFile(t, w)
	if said := glance(t, h); said != "nothing new" || !bytes.Equal(seen, memoryFile(t, w)) {
		t.Errorf("a quiet look says %q; written anew: %v", said, !bytes.Equal(seen, memoryFile(t, w)))
	}
	expectPosted(t, w, 1, 1)
	http := 0
	requests := w.graph.Requests()[asked:]
	for _, r := range requests {
		if !r.InBatch {
			http++
		}
	}
	t.Logf("%d bytes are kept; two looks took %d HTTP requests", len(kept), http)
	// Each time something happens, and is told once.
	for i, change := range []struct {
		list  string
		entry map[string]any
		want  string
	}{
		{"signIns", signIn("alarm", firstAccount, time.Now().Add(-2*time.Minute), 0), "Azure Portal"},
		{"directoryAudits", map[string]any{
			"id": "changed", "activityDateTime": time.Now().Add(-time.Minute).UTC().Format(time.RFC3339), "activityDisplayName": "Reset password (by admin)", "category": "UserManagement",
			"initiatedBy": map[string]any{"user": map[string]any{"id": "x", "userPrincipalName": "somebody@kitahama.example"}}, "targetResources": []any{map[string]any{"id": firstAccount, "type": "User"}},
		}, "Reset password (by admin)"},
	} {
		happened(t, w, change.list, change.entry)
		if said := glance(t, h); !strings.Contains(said, "new entries in the logs: 1") {
			t.Errorf("the watch says %q", said)
		}
		expectPosted(t, w, 2+i, 2+i)
		if last := w.slack.Posted()[1+i]; !bytes.Contains(last, []byte(change.want)) {
			t.Errorf("told %s", last)
		}
		if said := glance(t, h); said != "nothing new" {
			t.Errorf("after it, the watch says %q", said)
		}
		fire(t, h, true)
		expectPosted(t, w, 2+i, 2+i)
	}
	if lines := errorLines(h); len(lines) > 0 {
		t.Errorf("errors: %q", lines)
	}
}

// TestWatchOfAnAttack: the first attempt of a day is told, and the tenth; not each.
func TestWatchOfAnAttack(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	h := w.start(t)
	fire(t, h, true)
	glance(t, h)
	at := time.Now().Add(-time.Minute) // all at once, and so on one day
	for i := range 15 {
		happened(t, w, "signIns", signIn(string(rune('a'+i)), firstAccount, at, 50126))
		glance(t, h)
	}
	if s := len(w.slack.Posted()); s > 3 {
		t.Errorf("an attack of fifteen attempts is told %d times", s-1)
	}
	if last := w.slack.Posted()[len(w.slack.Posted())-1]; !bytes.Contains(last, []byte("activity-attempts")) || !bytes.Contains(last, []byte("Worse")) {
		t.Errorf("told %s", last)
	}
}

// TestWatchMakesTheFirstRun: a new installation speaks within five minutes.
func TestWatchMakesTheFirstRun(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	h := w.start(t)
	glance(t, h)
	expectPosted(t, w, 1, 1)
	fire(t, h, true)
	expectPosted(t, w, 1, 1)
}

// TestWatchWithoutMemory: without it nothing could be told once.
func TestWatchWithoutMemory(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	h := w.start(t, "SLACK_WEBHOOK_URL=", "TEAMS_WORKFLOW_URL=", "BREAKGLASS_STATE=")
	if said := glance(t, h); !strings.Contains(said, "skipped") {
		t.Errorf("says %q", said)
	}
}

// TestDrillEndToEnd: a drill is announced, somebody signs in, the alarm rings as the
// drill's success, and the evidence is kept.
func TestDrillEndToEnd(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	h := w.start(t)
	fire(t, h, true)
	glance(t, h)
	env := w.env()
	if s := liveIn(t, env, "drill", "start", "--account", drillAccount, "--by", "k.sato", "--for", "1h", "--reason", "does the alarm ring?"); s.code != 0 {
		t.Fatalf("exit %d: %s", s.code, s.err)
	}
	told := len(w.slack.Posted())
	happened(t, w, "signIns", signIn("drill", firstAccount, time.Now().Add(time.Second), 0))
	time.Sleep(1100 * time.Millisecond) // the log has whole seconds, and the drill began between two
	glance(t, h)
	if posted := w.slack.Posted(); len(posted) != told+1 || !bytes.Contains(posted[told], []byte("DRILL SUCCEEDED")) || !bytes.Contains(posted[told], []byte("Passkey (device-bound)")) ||
		bytes.Contains(posted[told], []byte("activity-sign-in")) {
		t.Errorf("told %d: %s", len(posted)-told, posted[len(posted)-1])
	}
	s := liveIn(t, env, "drill", "list")
	for _, part := range []string{"does the alarm ring?", "with Passkey (device-bound) at Azure Portal", "noticed at", "told slack at", "delivered", "told teams at", "accepted"} {
		if !strings.Contains(s.out, part) {
			t.Errorf("no %q in\n%s", part, s.out)
		}
	}
	if s := liveIn(t, env, "drill", "end", "--account", drillAccount); s.code != 0 {
		t.Fatalf("exit %d: %s", s.code, s.err)
	}
	// Afterwards the same is an alarm.
	happened(t, w, "signIns", signIn("late", firstAccount, time.Now().Add(time.Second), 0))
	glance(t, h)
	if posted := w.slack.Posted(); len(posted) != told+2 || !bytes.Contains(posted[told+1], []byte("activity-sign-in")) {
		t.Errorf("after the drill: %d, %s", len(posted)-told, posted[len(posted)-1])
	}
}

// A reading is a source that always reads the same.
type reading struct {
	source
	snapshot tenant.Snapshot
}

func (r reading) Snapshot(context.Context) tenant.Snapshot { return r.snapshot }

// TestPromptedKeepsWhatItSaw: what made a run necessary is in it even where the run cannot
// read the log, and that there may be more is too.
func TestPromptedKeepsWhatItSaw(t *testing.T) {
	t.Parallel()
	in := tenant.SignIn{ID: "in", UserID: tenant.Known(firstAccount)}
	seen := tenant.Snapshot{SignIns: tenant.Known([]tenant.SignIn{in}), DirectoryAudits: tenant.Known([]tenant.DirectoryAudit{{ID: "changed"}})}
	throttled := &tenant.UnreadError{Status: 429}
	for name, full := range map[string]tenant.Snapshot{
		"unread":         {SignIns: tenant.Unread[[]tenant.SignIn](throttled), DirectoryAudits: tenant.Unread[[]tenant.DirectoryAudit](throttled)},
		"read in part":   {SignIns: tenant.Known([]tenant.SignIn{}), DirectoryAudits: tenant.Known([]tenant.DirectoryAudit{}), Unreadable: map[string]tenant.UnreadError{"users/" + firstAccount + "/signIns": *throttled, "groups/g/directoryAudits": *throttled}},
		"read as before": seen,
	} {
		s := prompted{reading{snapshot: full}, seen}.Snapshot(t.Context())
		signIns, err := s.SignInsOf(firstAccount)
		audits, auditErr := s.Audits()
		if len(signIns) != 1 || len(audits) != 1 || (err == nil) != (name == "read as before") || (auditErr == nil) != (name == "read as before") {
			t.Errorf("%s: %d sign-ins, %v; %d entries, %v", name, len(signIns), err, len(audits), auditErr)
		}
	}
}
