package watch_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/defect"
	"breakglass/internal/standin"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
	"breakglass/notify"
)

// surroundings are those of an app, without one.
func surroundings(t *testing.T) *testbed.Testbed {
	t.Helper()
	w, err := testbed.New(standin.Tenant())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// settingsOf are the app settings there, and more.
func settingsOf(w *testbed.Testbed, more ...string) map[string]string {
	env := map[string]string{}
	for _, pair := range slices.Concat(w.Env(), []string{"BREAKGLASS_LANGUAGE=en"}, more) {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	return env
}

// installed is an installation whose people can be reached.
func installed(env map[string]string) *watch.Installation {
	return &watch.Installation{Now: time.Now, Reach: func(ctx context.Context) watch.Reach {
		return wiring.Reach(ctx, func(name string) string { return env[name] })
	}}
}

// toldOfInstallation are the messages that a sink shows, but for those that tell of the tenant.
func toldOfInstallation(s *standin.Sink) [][]byte {
	return slices.DeleteFunc(s.Posted(), func(body []byte) bool { return !bytes.Contains(body, []byte("nstallation of breakglass-watch")) })
}

// TestUnsteadyFailures: runs that fail now in this way and now in that are told once in a
// day, and one failure by itself never.
func TestUnsteadyFailures(t *testing.T) {
	t.Parallel()
	w := surroundings(t)
	env := settingsOf(w)
	now := time.Date(2026, 11, 27, 6, 0, 0, 0, time.UTC)
	c := installed(env)
	c.Now = func() time.Time { return now }
	for i, why := range []string{"one", "two", "one", "one", "two", "two", "one", "one"} {
		c.Note(false, watch.Outcome{}, errors.New(why))
		c.Tell(t.Context(), slog.New(slog.DiscardHandler), false, nil)
		now = now.Add(5 * time.Minute)
		if n, want := len(toldOfInstallation(w.Slack)), min(i/3, 1); n != want {
			t.Fatalf("after %d failures: told %d, want %d", i+1, n, want)
		}
	}
	now = now.Add(24 * time.Hour)
	c.Note(false, watch.Outcome{}, errors.New("one"))
	c.Tell(t.Context(), slog.New(slog.DiscardHandler), false, nil)
	c.Note(false, watch.Outcome{}, nil)
	c.Tell(t.Context(), slog.New(slog.DiscardHandler), false, nil)
	posted := toldOfInstallation(w.Slack)
	if len(posted) != 3 || !bytes.Contains(posted[2], []byte("works again")) {
		t.Errorf("told %d", len(posted))
	}
}

// TestUnheardTroubles: what no regular channel takes, those for escalation hear of, once and
// then daily, and of its end. A regular channel that works again hears of it at once.
func TestUnheardTroubles(t *testing.T) {
	t.Parallel()
	w := surroundings(t)
	escalation := standin.NewSlack()
	if err := escalation.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = escalation.Close() }) // it was of use already
	env := settingsOf(w, "ESCALATION_SLACK_WEBHOOK_URL="+escalation.URL())
	var refuses atomic.Bool
	for _, s := range []*standin.Sink{w.Slack, w.Teams} {
		s.Respond(func(int) standin.Reply {
			if refuses.Load() {
				return standin.Reply{Status: 403, Body: "invalid_token"}
			}
			return standin.Reply{}
		})
	}
	now := time.Date(2026, 11, 27, 6, 0, 0, 0, time.UTC)
	broken, other := []notify.Trouble{{Says: "this is broken"}}, []notify.Trouble{{Says: "that is broken"}}
	for i, step := range []struct {
		what               string
		after              time.Duration
		refuses            bool
		troubles           []notify.Trouble
		regular, escalated int // messages so far
	}{
		{"well", 0, false, nil, 0, 0},
		{"told", 0, false, broken, 1, 0},
		{"told already", 5 * time.Minute, true, broken, 1, 0},
		{"over", 5 * time.Minute, false, nil, 2, 0},
		{"nobody takes it", 5 * time.Minute, true, broken, 2, 1},
		{"escalated already", 5 * time.Minute, true, broken, 2, 1},
		{"a day later", 24 * time.Hour, true, broken, 2, 2},
		{"something else", 5 * time.Minute, true, other, 2, 3},
		{"heard after all", 5 * time.Minute, false, other, 3, 3},
		{"all have heard", 5 * time.Minute, false, other, 3, 3},
		{"over for all who heard", 5 * time.Minute, false, nil, 4, 4},
		{"still well", 5 * time.Minute, false, nil, 4, 4},
		{"told again", 5 * time.Minute, false, broken, 5, 4},
		{"over, for who heard", 5 * time.Minute, false, nil, 6, 4},
		{"once more nobody", 5 * time.Minute, true, broken, 6, 5},
		{"over unheard", 5 * time.Minute, true, nil, 6, 6},
		{"well, and silent", 5 * time.Minute, false, nil, 6, 6},
	} {
		now = now.Add(step.after)
		refuses.Store(step.refuses)
		c := installed(env) // a new process each time
		c.Now = func() time.Time { return now }
		c.Tell(t.Context(), slog.New(slog.DiscardHandler), true, step.troubles)
		slack, teams, escalated := len(toldOfInstallation(w.Slack)), len(toldOfInstallation(w.Teams)), len(toldOfInstallation(escalation))
		if slack != step.regular || teams != step.regular || escalated != step.escalated {
			t.Fatalf("%d, %s: told %d in Slack, %d in Teams and %d in escalation, want %d and %d", i, step.what, slack, teams, escalated, step.regular, step.escalated)
		}
	}
}

// TestCheckPanicIsTold: a check that panicked is told of at once, by its text, though the run
// is made; a look at the logs alone does not make it over.
func TestCheckPanicIsTold(t *testing.T) {
	t.Parallel()
	w := surroundings(t)
	c := installed(settingsOf(w))
	caught := defect.In(func() { panic("of somebody") })
	c.Note(true, watch.Outcome{Summary: &checks.Summary{}, Defects: []notify.Trouble{watch.Defective("", caught)}}, nil)
	log := slog.New(slog.DiscardHandler)
	c.Tell(t.Context(), log, true, c.Doubts())
	c.Note(false, watch.Outcome{}, nil)
	c.Tell(t.Context(), log, false, c.Doubts())
	if n := len(toldOfInstallation(w.Slack)); n != 1 {
		t.Errorf("told %d", n)
	}
	c.Note(true, watch.Outcome{Summary: &checks.Summary{}}, nil)
	c.Tell(t.Context(), log, true, c.Doubts())
	if n := len(toldOfInstallation(w.Slack)); n != 2 {
		t.Errorf("its end is not told: %d", n)
	}
}
