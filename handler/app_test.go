package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/host"
	"breakglass/internal/state"
)

func TestTellsOnce(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	apptest.ExpectPosted(t, w, 1, 1)
	for _, sink := range []*standin.Sink{w.Slack, w.Teams} {
		for _, d := range sink.Deliveries() {
			if len(d.Problems) > 0 {
				t.Errorf("the service has something to say: %v", d.Problems)
			}
			for _, part := range []string{"method-usable", "ea01@kitahama.onmicrosoft.com"} {
				if !bytes.Contains(d.Body, []byte(part)) {
					t.Errorf("no %s in %s", part, d.Body)
				}
			}
		}
	}
	apptest.Fire(t, h, true)
	apptest.ExpectPosted(t, w, 1, 1)
	if lines := apptest.ErrorLines(h); len(lines) > 0 {
		t.Errorf("errors: %q", lines)
	}
	kept, _, err := state.NewDir(w.State).Load(t.Context(), "kitahama.onmicrosoft.com")
	if err != nil || len(kept.Channels) != 2 || kept.Report.Summary.Fail == 0 {
		t.Errorf("remembered %v, %v", kept.Channels, err)
	}
}

// TestNoSecrets looks for what authorises in everything that is written or sent.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	w.Slack.Script(standin.Reply{Status: 403, Body: "invalid_token"}, standin.Reply{Reset: true}, standin.Reply{Status: 302, Redirect: "http://127.0.0.1:1/"})
	escalation := standin.NewSlack()
	if err := escalation.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = escalation.Close() }) // it was of use already
	h := apptest.Boot(t, w, "AZURE_STORAGE_CONNECTION_STRING=AccountKey=c3RvcmFnZS1zZWNyZXQ=",
		"ESCALATION_SLACK_WEBHOOK_URL="+escalation.URL(), "BREAKGLASS_HEARTBEAT_URL=http://127.0.0.1:1/ping/heartbeatsecret?sig=heartbeatsecret")
	_, _ = h.Invoke(t.Context(), "EmergencyAccess", host.Timer{}) // whatever becomes of it
	written := apptest.Console(h)
	for _, line := range h.Lines() {
		written += line.Text + "\n"
	}
	for _, body := range slices.Concat(w.Slack.Received(), w.Teams.Received()) {
		written += string(body)
	}
	for _, file := range []string{w.State} {
		entries, err := os.ReadDir(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			data, err := os.ReadFile(file + "/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			written += string(data)
		}
	}
	for name, secret := range map[string]string{
		"Slack's path": w.Slack.Secret(), "Teams's path": w.Teams.Secret(), "the identity header": w.Identity.Header(),
		"a token": "eyJ", "the storage key": "c3RvcmFnZS1zZWNyZXQ",
		"the path of escalation": escalation.Secret(), "the heartbeat's address": "heartbeatsecret",
	} {
		if strings.Contains(written, secret) {
			t.Errorf("%s is written down", name)
		}
	}
}

// TestKilled kills the handler after Slack was told and before Teams is.
func TestKilled(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	arrived := make(chan bool, 1)
	w.Teams.Respond(func(n int) standin.Reply {
		if n > 1 {
			return standin.Reply{}
		}
		arrived <- true
		return standin.Reply{Delay: time.Minute, Reset: true}
	})
	h := apptest.Boot(t, w)
	done := make(chan error, 1)
	go func() {
		_, err := h.Invoke(t.Context(), "EmergencyAccess", host.Timer{ByHand: true})
		done <- err
	}()
	<-arrived
	h.Kill()
	if err := <-done; err == nil {
		t.Error("the invocation of a killed handler succeeded")
	}
	apptest.Fire(t, h, true)
	if len(w.Slack.Posted()) != 1 || len(w.Teams.Received()) < 2 {
		t.Errorf("posted %d to Slack, Teams received %d", len(w.Slack.Posted()), len(w.Teams.Received()))
	}
	apptest.Fire(t, h, true)
	if n := len(w.Slack.Posted()); n != 1 {
		t.Errorf("posted %d to Slack", n)
	}
}

// TestKilledWhileReading kills the handler before anybody was told.
func TestKilledWhileReading(t *testing.T) {
	t.Parallel()
	var reads atomic.Int32
	reading := make(chan bool)
	w := apptest.World(t, standin.WithIntercept(func(_ http.ResponseWriter, r *http.Request, path string) bool {
		if path == "/organization" && reads.Add(1) == 1 {
			reading <- true
			<-r.Context().Done()
		}
		return false
	}))
	h := apptest.Boot(t, w)
	go func() { _, _ = h.Invoke(t.Context(), "EmergencyAccess", host.Timer{ByHand: true}) }()
	<-reading
	h.Kill()
	apptest.ExpectPosted(t, w, 0, 0)
	apptest.Fire(t, h, true)
	apptest.ExpectPosted(t, w, 1, 1)
}

// TestEnds: a handler that is asked to end does so with a code after which the host
// starts it again.
func TestEnds(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w)
	if err := h.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for len(h.Exits()) == 0 {
		select {
		case <-t.Context().Done():
			t.Fatal("the handler goes on")
		case <-time.After(time.Millisecond):
		}
	}
	apptest.Fire(t, h, true)
	if exits := h.Exits(); len(exits) != 1 || exits[0].Code != exitRestart {
		t.Errorf("exits %v", exits)
	}
}

// TestOneSinkDown: the other one is told all the same, and of the first; the run is
// complete, and what the first missed is kept, and tried once more by each full run.
func TestOneSinkDown(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	w.Slack.Respond(func(int) standin.Reply { return standin.Reply{Status: 403, Body: "action_prohibited"} })
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	apptest.Fire(t, h, true)
	if s, m := len(w.Slack.Received()), w.Teams.Posted(); s != 2 || len(m) != 2 || !bytes.Contains(m[1], []byte("action_prohibited")) {
		t.Errorf("Slack received %d, Teams was told %d times", s, len(m))
	}
	kept, _, err := state.NewDir(w.State).Load(t.Context(), "kitahama.onmicrosoft.com")
	if err != nil || len(kept.Channels["slack"].Queue) != 1 || !kept.Channels["slack"].Failure.Permanent {
		t.Errorf("kept %+v, %v", kept.Channels["slack"], err)
	}
	if lines := strings.Join(apptest.ErrorLines(h), "\n"); !strings.Contains(lines, `"msg":"not told"`) {
		t.Errorf("errors: %s", lines)
	}
}

// TestNobodyCanBeTold: then the run fails, and the host tries again.
func TestNobodyCanBeTold(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	for _, s := range []*standin.Sink{w.Slack, w.Teams} {
		s.Respond(func(int) standin.Reply { return standin.Reply{Status: 404, Body: "no_service"} })
	}
	h := apptest.Boot(t, w)
	if failed := apptest.Fire(t, h, false); len(failed.Attempts) < 2 {
		t.Errorf("%d attempts: the host did not try again", len(failed.Attempts))
	}
}

func TestSinks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		unset        []string
		slack, teams int
	}{
		"Slack only": {[]string{"TEAMS_WORKFLOW_URL="}, 1, 0},
		"Teams only": {[]string{"SLACK_WEBHOOK_URL="}, 0, 1},
		"neither":    {[]string{"SLACK_WEBHOOK_URL=", "TEAMS_WORKFLOW_URL=", "BREAKGLASS_STATE="}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.World(t)
			h := apptest.Boot(t, w, c.unset...)
			apptest.Fire(t, h, true)
			apptest.ExpectPosted(t, w, c.slack, c.teams)
			if log := apptest.Console(h); !strings.Contains(log, `"worst":"critical"`) {
				t.Errorf("the log does not say what was found: %s", log)
			}
		})
	}
}

// TestStateLost: people are told, and what cannot be remembered is not repeated by
// the host's retries.
func TestStateLost(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	if err := os.Remove(w.State); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.State, []byte("a file where the directory should be"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, false)
	apptest.ExpectPosted(t, w, 2, 2) // the second says that nothing is remembered
	if err := os.Remove(w.State); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.State, 0o700); err != nil {
		t.Fatal(err)
	}
	apptest.Fire(t, h, true) // what hangs on the memory can be checked again
	apptest.ExpectPosted(t, w, 4, 4)
	if last := w.Slack.Posted()[2]; !bytes.Contains(last, []byte("activity-sign-in")) || bytes.Contains(last, []byte("method-usable\",")) && bytes.Contains(last, []byte("New (")) {
		t.Errorf("told %s", last)
	}
	apptest.Fire(t, h, true)
	apptest.ExpectPosted(t, w, 4, 4)
}

// TestStateBroken: a memory that cannot be used is told again and replaced.
func TestStateBroken(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	entries, err := os.ReadDir(w.State)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".json") {
			if err := os.WriteFile(w.State+"/"+e.Name(), []byte(`{"schema":`), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	h.Kill() // what this process remembers is gone with it
	apptest.Fire(t, h, true)
	apptest.ExpectPosted(t, w, 2, 2)
	apptest.Fire(t, h, true)
	apptest.ExpectPosted(t, w, 2, 2)
}

// TestBrokenConfiguration: the handler starts, every run fails, and the log says
// where the mistake is.
func TestBrokenConfiguration(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	if err := os.WriteFile(w.App+"/breakglass.yaml", []byte("emergencyAccess:\n  acounts: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, false)
	if len(h.Exits()) > 0 {
		t.Error("the handler ended")
	}
	if lines := strings.Join(apptest.ErrorLines(h), "\n"); !strings.Contains(lines, "breakglass.yaml:2") {
		t.Errorf("errors: %s", lines)
	}
	apptest.ExpectPosted(t, w, 1, 1) // what is wrong with the installation
}

// TestAnotherTenant: an identity that reads another tenant than the one declared is
// no watch at all.
func TestAnotherTenant(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	file := w.App + "/breakglass.yaml"
	if err := os.WriteFile(file, bytes.Replace(standin.Config(), []byte("tenant: kitahama."), []byte("tenant: other."), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, false)
	apptest.ExpectPosted(t, w, 1, 1) // that it is another
	if len(apptest.ToldOfInstallation(w.Slack)) != 1 {
		t.Error("something else was told")
	}
}

// TestLosesSight: what can no longer be read is told, and told again when it can.
func TestLosesSight(t *testing.T) {
	t.Parallel()
	var denied atomic.Bool
	w := apptest.World(t, standin.WithIntercept(func(rw http.ResponseWriter, _ *http.Request, path string) bool {
		if !denied.Load() || path != "/identity/conditionalAccess/policies" {
			return false
		}
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(http.StatusForbidden)
		_, _ = rw.Write([]byte(`{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges"}}`))
		return true
	}))
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	denied.Store(true)
	apptest.Fire(t, h, true)
	apptest.ExpectPosted(t, w, 2, 2)
	if last := w.Slack.Posted()[1]; !bytes.Contains(last, []byte("policy-excluded")) || !bytes.Contains(last, []byte("Policy.Read.All")) {
		t.Errorf("told %s", last)
	}
	apptest.Fire(t, h, true)
	apptest.ExpectPosted(t, w, 2, 2)
	denied.Store(false)
	apptest.Fire(t, h, true)
	apptest.ExpectPosted(t, w, 3, 3)
}

// TestBlindIdentity: without a token nothing is judged, and people are told of the
// installation and not of each check.
func TestBlindIdentity(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w, "IDENTITY_HEADER=wrong", "BREAKGLASS_LANGUAGE=en")
	apptest.Fire(t, h, false)
	apptest.ExpectPosted(t, w, 1, 1)
	if told := apptest.ToldOfInstallation(w.Slack); len(told) != 1 || !bytes.Contains(told[0], []byte("not signed in: ")) {
		t.Errorf("told %s", told)
	}
	if log := apptest.Console(h); strings.Contains(log, `"msg":"checked"`) {
		t.Errorf("something is judged: %s", log)
	}
}

// TestPortTaken: a handler that cannot listen ends with an error, so that the host
// starts it again.
func TestPortTaken(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w)
	var out, errs bytes.Buffer
	p := process{stdout: &out, stderr: &errs, getenv: func(name string) string {
		if name == portSetting {
			return h.Address()[strings.LastIndex(h.Address(), ":")+1:]
		}
		return ""
	}}
	if code := p.run(context.Background(), nil); code != exitError || !strings.Contains(errs.String(), "in use") {
		t.Errorf("exit %d, %s", code, errs.String())
	}
}
