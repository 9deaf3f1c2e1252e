package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/host"
	"breakglass/internal/standin/testbed"
)

// TestBrokenInstallationTells: an app that cannot be set up says so in its channels, once
// however often it is started, and that it is over.
func TestBrokenInstallationTells(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	const english = "BREAKGLASS_LANGUAGE=en"
	file := filepath.Join(w.App, "breakglass.yaml")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append([]byte("drillEvry: <!channel>\n"), good...), 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		h := apptest.Restart(t, w, i == 0, english)
		apptest.Restart(t, w, false, english).Stop()
		h.Stop()
	}
	for _, s := range []*standin.Sink{w.Slack, w.Teams} {
		posted := apptest.ToldOfInstallation(s)
		if len(posted) != 1 || len(s.Posted()) != 1 {
			t.Fatalf("told %d, posted %d", len(posted), len(s.Posted()))
		}
		for _, want := range []string{"breakglass.yaml:1", "drillEvry", "expected tenant", "silence does not mean"} {
			if !bytes.Contains(posted[0], []byte(want)) {
				t.Errorf("no %q in %s", want, posted[0])
			}
		}
	}
	if err := os.WriteFile(file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	apptest.Restart(t, w, false, english).Stop()
	apptest.Restart(t, w, false, english).Stop()
	if posted := apptest.ToldOfInstallation(w.Slack); len(posted) != 2 || !bytes.Contains(posted[1], []byte("works again")) {
		t.Errorf("told %d", len(posted))
	}
	if n := len(w.Slack.Posted()); n != 3 {
		t.Errorf("posted %d: trouble, its end, the first report", n)
	}
	for _, d := range append(w.Slack.Deliveries(), w.Teams.Deliveries()...) {
		if len(d.Problems) > 0 {
			t.Errorf("the service has something to say: %v", d.Problems)
		}
	}
}

// TestTroubles: whom a broken installation tells of what. A working one tells nothing.
func TestTroubles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env    []string
		watch  bool
		runs   int // of one process
		says   string
		slack  int
		teams  int
		breaks func(t *testing.T, w *testbed.Testbed)
	}{
		"nothing is wrong":          {runs: 2},
		"one channel is wrong":      {env: []string{"SLACK_WEBHOOK_URL=https://hooks.example/SECRETSECRET"}, runs: 2, says: "SLACK_WEBHOOK_URL", teams: 1},
		"there is no schedule":      {env: []string{"BREAKGLASS_SCHEDULE="}, watch: true, runs: 2, says: "BREAKGLASS_SCHEDULE", slack: 1, teams: 1},
		"a setting is misspelt":     {env: []string{"BREAKGLASS_LANGUAGES=ja"}, runs: 2, says: "BREAKGLASS_LANGUAGE", slack: 1, teams: 1},
		"another tenant, once":      {env: []string{"BREAKGLASS_CONFIG=other.yaml"}, watch: true, runs: 1, breaks: otherTenant},
		"another tenant, again":     {env: []string{"BREAKGLASS_CONFIG=other.yaml"}, watch: true, runs: 3, says: "declares the tenant", slack: 1, teams: 1, breaks: otherTenant},
		"nothing can be remembered": {env: []string{"BREAKGLASS_STATE="}, runs: 3, says: "BREAKGLASS_STATE", slack: 1, teams: 1},
		"the state is a file":       {env: []string{"BREAKGLASS_STATE=file:///dev/null"}, runs: 3, says: "remembered", slack: 1, teams: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.World(t)
			if c.breaks != nil {
				c.breaks(t, w)
			}
			function := "EmergencyAccess"
			if c.watch {
				function = "Watch"
			}
			h := apptest.Boot(t, w, append(c.env, "BREAKGLASS_LANGUAGE=en")...)
			for range c.runs {
				_, _ = h.Invoke(t.Context(), function, host.Timer{}) // as above
			}
			slack, teams := apptest.ToldOfInstallation(w.Slack), apptest.ToldOfInstallation(w.Teams)
			if len(slack) != c.slack || len(teams) != c.teams {
				t.Fatalf("told %d in Slack and %d in Teams\n%s", len(slack), len(teams), apptest.Console(h))
			}
			for _, body := range append(slack, teams...) {
				if !bytes.Contains(body, []byte(c.says)) || bytes.Contains(body, []byte("SECRET")) {
					t.Errorf("%q: %s", c.says, body)
				}
			}
		})
	}
}

func otherTenant(t *testing.T, w *testbed.Testbed) {
	t.Helper()
	data := strings.Replace(string(standin.ConfigAsOf(time.Now())), "tenant: kitahama.", "tenant: contoso.", 1)
	if err := os.WriteFile(filepath.Join(w.App, "other.yaml"), []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestHourly: where nothing can be remembered, a process that starts anew with each look
// speaks in the first minutes of an hour only.
func TestHourly(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	env := map[string]string{}
	for _, pair := range append(w.Env(), "BREAKGLASS_STATE=", "BREAKGLASS_LANGUAGE=en") {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	for minute, want := range map[int]int{3: 1, 20: 0, 59: 0} {
		c := newInstallation(func(name string) string { return env[name] }, nil, w.App)
		c.Now = func() time.Time { return time.Date(2026, 11, 27, 6, minute, 0, 0, time.UTC) }
		before := len(apptest.ToldOfInstallation(w.Slack))
		if _, err := c.Poll(t.Context(), slog.New(slog.DiscardHandler)); err == nil {
			t.Error("it ran without a state")
		}
		if n := len(apptest.ToldOfInstallation(w.Slack)) - before; n != want {
			t.Errorf("minute %d: told %d", minute, n)
		}
	}
}

// TestDailyFailure: what only the daily run does, only a daily run finds well again.
func TestDailyFailure(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	var well atomic.Bool
	heart := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		if !well.Load() {
			rw.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(heart.Close)
	env := []string{"BREAKGLASS_LANGUAGE=en", "BREAKGLASS_HEARTBEAT_URL=" + heart.URL}
	apptest.Restart(t, w, false, env...).Stop() // with its retries
	for range 2 {
		apptest.Restart(t, w, true, env...).Stop()
	}
	if posted := apptest.ToldOfInstallation(w.Slack); len(posted) != 1 || !bytes.Contains(posted[0], []byte("BREAKGLASS_HEARTBEAT_URL answers 500")) {
		t.Fatalf("told %d: %s", len(posted), posted)
	}
	well.Store(true)
	apptest.Restart(t, w, false, env...).Stop()
	if posted := apptest.ToldOfInstallation(w.Slack); len(posted) != 2 || !bytes.Contains(posted[1], []byte("works again")) {
		t.Errorf("told %d", len(posted))
	}
}
