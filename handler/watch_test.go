package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/state"
)

// memoryFile is what is kept, as bytes.
func memoryFile(t testing.TB, w *testbed.Testbed) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(w.State, "memory-kitahama.onmicrosoft.com.json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestWatch: a quiet look writes nothing and asks little; what happens is told within it,
// once; and the daily run does not tell it again.
func TestWatch(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	apptest.ExpectPosted(t, w, 1, 1)
	kept := memoryFile(t, w)
	asked := len(w.Graph.Requests())
	apptest.Poll(t, h) // what the daily run saw is told, and is seen for the first time by the watch
	seen := memoryFile(t, w)
	if said := apptest.Poll(t, h); said != "nothing new" || !bytes.Equal(seen, memoryFile(t, w)) {
		t.Errorf("a quiet look says %q; written anew: %v", said, !bytes.Equal(seen, memoryFile(t, w)))
	}
	apptest.ExpectPosted(t, w, 1, 1)
	http := 0
	requests := w.Graph.Requests()[asked:]
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
		{"signIns", testbed.SignIn("alarm", apptest.FirstAccount, time.Now().Add(-2*time.Minute), 0), "Azure Portal"},
		{"directoryAudits", map[string]any{
			"id": "changed", "activityDateTime": time.Now().Add(-time.Minute).UTC().Format(time.RFC3339), "activityDisplayName": "Reset password (by admin)", "category": "UserManagement",
			"initiatedBy": map[string]any{"user": map[string]any{"id": "x", "userPrincipalName": "somebody@kitahama.example"}}, "targetResources": []any{map[string]any{"id": apptest.FirstAccount, "type": "User"}},
		}, "Reset password (by admin)"},
	} {
		apptest.Happens(t, w, change.list, change.entry)
		if said := apptest.Poll(t, h); !strings.Contains(said, "new entries in the logs: 1") {
			t.Errorf("the watch says %q", said)
		}
		apptest.ExpectPosted(t, w, 2+i, 2+i)
		if last := w.Slack.Posted()[1+i]; !bytes.Contains(last, []byte(change.want)) {
			t.Errorf("told %s", last)
		}
		if said := apptest.Poll(t, h); said != "nothing new" {
			t.Errorf("after it, the watch says %q", said)
		}
		apptest.Fire(t, h, true)
		apptest.ExpectPosted(t, w, 2+i, 2+i)
	}
	if lines := apptest.ErrorLines(h); len(lines) > 0 {
		t.Errorf("errors: %q", lines)
	}
}

// TestWatchOfAnAttack: the first attempt of a day is told, and the tenth; not each.
func TestWatchOfAnAttack(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	apptest.Poll(t, h)
	at := time.Now().Add(-time.Minute) // all at once, and so on one day
	for i := range 15 {
		apptest.Happens(t, w, "signIns", testbed.SignIn(string(rune('a'+i)), apptest.FirstAccount, at, 50126))
		apptest.Poll(t, h)
	}
	if s := len(w.Slack.Posted()); s > 3 {
		t.Errorf("an attack of fifteen attempts is told %d times", s-1)
	}
	if last := w.Slack.Posted()[len(w.Slack.Posted())-1]; !bytes.Contains(last, []byte("activity-attempts")) || !bytes.Contains(last, []byte("Worse")) {
		t.Errorf("told %s", last)
	}
}

// TestWatchMakesTheFirstRun: a new installation speaks within five minutes.
func TestWatchMakesTheFirstRun(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w)
	apptest.Poll(t, h)
	apptest.ExpectPosted(t, w, 1, 1)
	apptest.Fire(t, h, true)
	apptest.ExpectPosted(t, w, 1, 1)
}

// TestWatchWithoutMemory: without it nothing could be told once.
func TestWatchWithoutMemory(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w, "SLACK_WEBHOOK_URL=", "TEAMS_WORKFLOW_URL=", "BREAKGLASS_STATE=")
	if said := apptest.Poll(t, h); !strings.Contains(said, "skipped") {
		t.Errorf("says %q", said)
	}
}

// TestDrillEndToEnd: a drill is announced, somebody signs in, the alarm rings as the
// drill's success, and the evidence is kept. What else is done with the account meanwhile is
// told as ever, by the next look, and so is the drill's end, once.
func TestDrillEndToEnd(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	apptest.Poll(t, h)
	env := w.Env()
	drill := func(args ...string) string {
		t.Helper()
		s := apptest.LiveIn(t, env, args...)
		if s.Code != 0 {
			t.Fatalf("%q: exit %d: %s", args, s.Code, s.Err)
		}
		return s.Out
	}
	told := len(w.Slack.Posted())
	// looks makes two looks, of which the first tells one message with the words, and without the others.
	looks := func(about string, with, without []string) {
		t.Helper()
		apptest.Poll(t, h)
		apptest.Poll(t, h)
		posted := w.Slack.Posted()
		if len(posted) != told+1 || len(w.Teams.Posted()) != len(posted) {
			t.Fatalf("%s: told %d messages in Slack: %s", about, len(posted)-told, posted[len(posted)-1])
		}
		for _, text := range with {
			if !bytes.Contains(posted[told], []byte(text)) {
				t.Errorf("%s: told without %q: %s", about, text, posted[told])
			}
		}
		for _, text := range without {
			if bytes.Contains(posted[told], []byte(text)) {
				t.Errorf("%s: told with %q: %s", about, text, posted[told])
			}
		}
		told++
	}
	drill("drill", "start", "--account", apptest.DrillAccount, "--by", "k.sato", "--for", "1h", "--reason", "does the alarm ring?")
	looks("the announcement", []string{"DRILL ANNOUNCED", "k.sato announced a drill from", "does the alarm ring?"}, []string{"DRILL SUCCEEDED"})
	time.Sleep(1100 * time.Millisecond) // the log has whole seconds, and the drill began between two
	apptest.Happens(t, w, "signIns", testbed.SignIn("drill", apptest.FirstAccount, time.Now(), 0))
	looks("the sign-in", []string{"DRILL SUCCEEDED", "Passkey (device-bound) from 203.0.113.5"}, []string{"activity-sign-in"})
	apptest.Happens(t, w, "signIns", testbed.SignIn("again", apptest.FirstAccount, time.Now(), 0))
	apptest.Poll(t, h)
	if posted := w.Slack.Posted(); len(posted) != told {
		t.Errorf("another portal is told: %s", posted[told])
	}
	other := testbed.SignIn("other", apptest.FirstAccount, time.Now(), 0)
	other["ipAddress"], other["authenticationDetails"] = "198.51.100.7", []any{map[string]any{"authenticationMethod": "Password", "authenticationMethodDetail": nil, "succeeded": true}}
	apptest.Happens(t, w, "signIns", other)
	looks("a password from elsewhere", []string{"CRITICAL", "activity-sign-in", "with Password", "announced by k.sato, which does not excuse it"}, []string{"DRILL"})
	at := time.Now()
	for i := range 12 {
		apptest.Happens(t, w, "signIns", testbed.SignIn(fmt.Sprint("failed", i), apptest.FirstAccount, at, 50126))
	}
	looks("twelve failed attempts", []string{"activity-attempts", "failed 14 times", "excuses no failed sign-in"}, []string{"DRILL"})
	drill("drill", "end", "--account", apptest.DrillAccount)
	time.Sleep(1100 * time.Millisecond) // a run has whole seconds too
	looks("the end", []string{"DRILL OVER", "2 sign-ins, the first at", "One other sign-in in that time"}, []string{"DRILL SUCCEEDED", "New (1)"})
	list := drill("drill", "list")
	for _, part := range []string{"does the alarm ring?", "with Passkey (device-bound) from 203.0.113.5 at Azure Portal", "not part of it: one other sign-in", "the watch saw the announcement at", "noticed at", "told slack at", "delivered", "told teams at", "accepted", "told that it is over at"} {
		if !strings.Contains(list, part) {
			t.Errorf("no %q in\n%s", part, list)
		}
	}
	// Afterwards the same is an alarm.
	apptest.Happens(t, w, "signIns", testbed.SignIn("late", apptest.FirstAccount, time.Now().Add(time.Second), 0))
	looks("after the drill", []string{"activity-sign-in"}, []string{"DRILL"})
}

// TestAcknowledgementIsOfWhatWasTold: an explanation closes what people heard of, and not a
// sign-in that was there before it and that the log brings later.
func TestAcknowledgementIsOfWhatWasTold(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	apptest.Poll(t, h)
	at := time.Now().Add(-time.Minute)
	apptest.Happens(t, w, "signIns", testbed.SignIn("known", apptest.FirstAccount, at, 0))
	apptest.Poll(t, h)
	told := len(w.Slack.Posted())
	other := testbed.SignIn("unheard", apptest.FirstAccount, at.Add(-time.Minute), 0)
	other["ipAddress"] = "198.51.100.7"
	apptest.Happens(t, w, "signIns", other) // the log was late
	s := apptest.LiveIn(t, w.Env(), "acknowledge", "--account", apptest.DrillAccount, "--as", "drill", "--by", "k.sato", "--reason", "it was us")
	if s.Code != 0 || !strings.Contains(s.Out, "remembered and covered: 1.") {
		t.Fatalf("exit %d: %s%s", s.Code, s.Out, s.Err)
	}
	apptest.Poll(t, h)
	posted := w.Slack.Posted()
	if len(posted) != told+1 || !bytes.Contains(posted[told], []byte("somebody signed in")) || !bytes.Contains(posted[told], []byte("activity-sign-in")) {
		t.Fatalf("told %d: %s", len(posted)-told, posted[len(posted)-1])
	}
	if s := apptest.LiveIn(t, w.Env(), "acknowledge", "--account", apptest.DrillAccount, "--as", "drill", "--by", "k.sato", "--reason", "that too"); !strings.Contains(s.Out, "remembered and covered: 1.") {
		t.Errorf("exit %d: %s%s", s.Code, s.Out, s.Err)
	}
	apptest.Poll(t, h)
	if posted := w.Slack.Posted(); len(posted) != told+2 || !bytes.Contains(posted[told+1], []byte("Resolved")) {
		t.Errorf("told %d: %s", len(posted)-told, posted[len(posted)-1])
	}
}

// TestWatchThatCouldNotRead: what happens while a log cannot be read is told when it can be,
// and the looks meanwhile say that they were not whole.
func TestWatchThatCouldNotRead(t *testing.T) {
	t.Parallel()
	var denied atomic.Bool
	w := apptest.World(t, denies(&denied, "/auditLogs/signIns"))
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	apptest.Poll(t, h)
	apptest.ExpectPosted(t, w, 1, 1)
	before := watermark(t, w)
	denied.Store(true)
	if said := apptest.Poll(t, h); said != "nothing new, but a log could not be read; told 0 of 2 channels what waited" {
		t.Errorf("a look that is refused says %q", said)
	}
	kept := memoryFile(t, w)
	if now := watermark(t, w); !now.Until.Equal(before.Until) || now.Unread.IsZero() {
		t.Errorf("a look that is refused moves the watermark from %v to %+v", before.Until, now)
	}
	apptest.Happens(t, w, "signIns", testbed.SignIn("unseen", apptest.FirstAccount, time.Now().Add(-3*time.Hour), 0)) // longer ago than any look reads of itself
	if said := apptest.Poll(t, h); said != "nothing new, but a log could not be read" || !bytes.Equal(kept, memoryFile(t, w)) {
		t.Errorf("the next says %q; written anew: %v", said, !bytes.Equal(kept, memoryFile(t, w)))
	}
	apptest.ExpectPosted(t, w, 1, 1)
	denied.Store(false)
	if said := apptest.Poll(t, h); !strings.Contains(said, "checks fail") {
		t.Errorf("when it can be read again, the watch says %q", said)
	}
	apptest.ExpectPosted(t, w, 2, 2)
	if last := w.Slack.Posted()[1]; !bytes.Contains(last, []byte("activity-sign-in")) {
		t.Errorf("told %s", last)
	}
	apptest.Poll(t, h) // what the full run saw is seen by the watch
	if said := apptest.Poll(t, h); said != "nothing new" {
		t.Errorf("after it, the watch says %q", said)
	}
	var whole []string
	for _, line := range parsed(t, apptest.Console(h)) {
		if reason := fmt.Sprint(line["signIns"]); line["msg"] == "logs read" && (reason == "read") != (line["whole"] == true) || strings.Contains(reason, apptest.FirstAccount) {
			t.Errorf("whole %v, sign-ins %q", line["whole"], reason)
		}
		if line["msg"] == "run completed" && line["function"] == "Watch" {
			whole = append(whole, fmt.Sprint(line["whole"]))
		}
	}
	if got := strings.Join(whole, " "); got != "true false false true true true" {
		t.Errorf("whole: %s", got)
	}
}

// TestRunThatCouldNotRead: a daily run that cannot read a log has not seen what is there.
func TestRunThatCouldNotRead(t *testing.T) {
	t.Parallel()
	var denied atomic.Bool
	denied.Store(true)
	w := apptest.World(t, denies(&denied, "/auditLogs/signIns"))
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	if now := watermark(t, w); !now.Until.IsZero() || now.Unread.IsZero() {
		t.Errorf("the watermark is %+v", now)
	}
	denied.Store(false)
	apptest.Fire(t, h, true)
	if now := watermark(t, w); now.Until.IsZero() || !now.Unread.IsZero() {
		t.Errorf("when it can be read, the watermark is %+v", now)
	}
}

// denies refuses what is asked for at a path, while it shall.
func denies(denied *atomic.Bool, at string) standin.GraphOption {
	return standin.WithIntercept(func(rw http.ResponseWriter, _ *http.Request, path string) bool {
		if !denied.Load() || path != at {
			return false
		}
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(http.StatusForbidden)
		_, _ = rw.Write([]byte(`{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges"}}`))
		return true
	})
}

// watermark is how far the logs were read, as it is kept.
func watermark(t testing.TB, w *testbed.Testbed) alert.Watermark {
	t.Helper()
	m, _, err := state.NewDir(w.State).Load(t.Context(), "kitahama.onmicrosoft.com")
	if err != nil {
		t.Fatal(err)
	}
	return m.Watch
}
