// Package apptest has what tests of whole processes need: the handler as it is packaged, with the host and the stand-ins around
// it; the command line; the storage emulator; and what Terraform would set. Tests alone import it.
package apptest

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"breakglass/internal/standin"
	"breakglass/internal/standin/host"
	"breakglass/internal/standin/testbed"
)

// Tenant is the made-up tenant as of now, as the handler's clock is the real one.
func Tenant(t testing.TB) []byte {
	t.Helper()
	file, err := standin.AsOf(standin.Tenant(), time.Now().Add(-time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// World is a world around the packaged handler.
func World(t testing.TB, options ...standin.GraphOption) *testbed.Testbed {
	t.Helper()
	w, err := testbed.New(Tenant(t), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	if err := w.Stage(Handler(t)); err != nil {
		t.Fatal(err)
	}
	return w
}

// Boot starts the host on the world's app.
func Boot(t testing.TB, w *testbed.Testbed, env ...string) *host.Host {
	t.Helper()
	h, err := host.Start(t.Context(), host.Options{
		Dir: w.App, Env: append(w.Env(), env...), RetryDelay: func(time.Duration) time.Duration { return time.Millisecond },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Stop)
	return h
}

// Fire fires the timer and expects success or failure.
func Fire(t testing.TB, h *host.Host, succeeds bool) host.Invocation {
	t.Helper()
	invocation, err := h.Invoke(t.Context(), "EmergencyAccess", host.Timer{})
	if (err == nil) != succeeds {
		t.Fatalf("invocation: %v\n%s", err, h.Console())
	}
	return invocation
}

// Posted are the messages that people saw since the last call with the same counts.
func Posted(w *testbed.Testbed) (slack, teams int) {
	return len(w.Slack.Posted()), len(w.Teams.Posted())
}

func ExpectPosted(t testing.TB, w *testbed.Testbed, slack, teams int) {
	t.Helper()
	if s, m := Posted(w); s != slack || m != teams {
		t.Errorf("posted %d to Slack and %d to Teams, want %d and %d", s, m, slack, teams)
	}
}

// Console stops the handler and returns all that it wrote: its answer may be here before its lines.
func Console(h *host.Host) string {
	h.Stop()
	return h.Console()
}

// ErrorLines stops the handler and returns the errors that it wrote.
func ErrorLines(h *host.Host) []string {
	h.Stop()
	var lines []string
	for _, line := range h.Lines() {
		if line.Level == host.Error && line.Category == host.Console {
			lines = append(lines, line.Text)
		}
	}
	return lines
}

const FirstAccount = "2c63888f-28f0-4481-be6d-dce7a7ace732" // ea01 of the made-up tenant

// Poll fires the five-minute timer and expects success.
func Poll(t testing.TB, h *host.Host) string {
	t.Helper()
	invocation, err := h.Invoke(t.Context(), "Watch", host.Timer{})
	if err != nil {
		t.Fatalf("invocation: %v\n%s", err, h.Console())
	}
	return strings.Join(invocation.Last().Logs, "; ")
}

// Happens lets something happen in the tenant.
func Happens(t testing.TB, w *testbed.Testbed, list string, entry map[string]any) {
	t.Helper()
	if err := w.Happens(list, entry); err != nil {
		t.Fatal(err)
	}
}

// told are the messages that a sink shows, but for those that tell of the tenant.
func ToldOfInstallation(s *standin.Sink) [][]byte {
	var all [][]byte
	for _, body := range s.Posted() {
		if bytes.Contains(body, []byte("nstallation of breakglass-watch")) {
			all = append(all, body)
		}
	}
	return all
}

// Restart starts a new process of the app, and fires a timer.
func Restart(t *testing.T, w *testbed.Testbed, watch bool, env ...string) *host.Host {
	t.Helper()
	h := Boot(t, w, env...)
	function := "EmergencyAccess"
	if watch {
		function = "Watch"
	}
	_, _ = h.Invoke(t.Context(), function, host.Timer{}) // whether it failed is not the question
	return h
}
