package alert

import (
	"fmt"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

// activity is a look in which activity checks of the first account say so.
func activity(t *testing.T, at time.Time, log []tenant.SignIn, results ...checks.Result) Look {
	t.Helper()
	r := report(t, at, nil)
	for _, x := range results {
		x.Subject, x.Severity = account("1"), checks.Critical
		r.Results = append(r.Results, x)
	}
	return Look{Report: r, SignIns: log}
}

func seenBy(check string, status checks.Status, evidence string, ids ...string) checks.Result {
	return checks.Result{Check: check, Status: status, Evidence: checks.Evidence{evidence: ids}}
}

// TestExplain: an explanation covers what a regular channel was told of, and nothing that came
// since.
func TestExplain(t *testing.T) {
	t.Parallel()
	p := everything()
	p.Channels = []Channel{{Name: "slack"}, {Name: "teams"}, {Name: "pager", Escalation: true}}
	m := NewMemory("t")
	m.Advance(Look{Report: report(t, start, nil)}, p)
	take(&m, start)
	a := checks.Acknowledgement{Account: ea01, Until: start.Add(2 * day), As: checks.ExplainedDrill, By: "k.sato"}
	expect := func(about string, told, attempts string, covered int) {
		t.Helper()
		got, n := m.Explain(a)
		if !got.Listed || fmt.Sprint(got.Told) != told || fmt.Sprint(got.Attempts) != attempts || n != covered {
			t.Errorf("%s: covers %v, %v and %d", about, got.Told, got.Attempts, n)
		}
	}
	expect("nothing happened", "[]", "map[]", 0)
	log := []tenant.SignIn{signIn("a", ea01, start.Add(time.Hour), 0), signIn("f", ea01, start.Add(time.Hour), 50126), signIn("other", ea02, start.Add(time.Hour), 0)}
	results := []checks.Result{
		seenBy("activity-sign-in", checks.Fail, "signIns", "a"), seenBy("activity-changes", checks.Fail, "events", "c"),
		seenBy("activity-attempts", checks.Fail, "signIns", "f"), seenBy("role-permanent", checks.Fail, "events", "x"),
	}
	m.Advance(activity(t, start.Add(2*time.Hour), log, results...), p)
	expect("nobody has the message", "[]", "map[]", 0)
	key := m.Channels["teams"].Queue[0].Key
	m.Begin("teams", key, start.Add(2*time.Hour))
	expect("it is on its way", "[]", "map[]", 0)
	m.Sent("teams", key, start.Add(2*time.Hour), Sent{}, true)
	const kind = "map[2026-03-02/50126/medium:1]"
	expect("one channel has it", "[a c f]", kind, 1)
	log = append(log, signIn("b", ea01, start.Add(time.Hour), 0), signIn("g", ea01, start.Add(time.Hour), 50126))
	results[0] = seenBy("activity-sign-in", checks.Fail, "signIns", "a", "b")
	m.Advance(activity(t, start.Add(3*time.Hour), log, results...), p)
	expect("one more sign-in, which nobody heard of", "[a c f]", "map[2026-03-02/50126/medium:2]", 1)
	take(&m, start.Add(3*time.Hour))
	expect("everybody heard", "[a b c f]", "map[2026-03-02/50126/medium:2]", 2)
	a.Until = start
	expect("what was before", "[a b c f]", "map[2026-03-02/50126/medium:2]", 0)
	a.Account = ea02
	expect("another account", "[]", "map[]", 0)
}

// TestExplainWhatIsNotKnown: of a check that could not be made, people hear once which
// sign-ins leave it open, and again by a reminder.
func TestExplainWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	p := everything()
	p.Repeat = map[checks.Severity]time.Duration{checks.Critical: day}
	m := watched(t, p)
	told := func() string {
		got, _ := m.Explain(checks.Acknowledgement{Account: ea01, Until: start.Add(9 * day)})
		return fmt.Sprint(got.Told)
	}
	look := activity(t, start.Add(time.Hour), nil, seenBy("activity-sign-in", checks.Unknown, "signIns", "a"))
	m.Advance(look, p)
	take(m, start.Add(time.Hour))
	if told() != "[a]" {
		t.Errorf("covers %s", told())
	}
	m.Advance(activity(t, start.Add(90*time.Minute), nil, seenBy("activity-sign-in", checks.Unknown, "signIns", "a", "b")), p)
	if told() != "[a]" {
		t.Errorf("with one more that nobody heard of, covers %s", told())
	}
	again := activity(t, start.Add(3*day), nil, seenBy("activity-sign-in", checks.Unknown, "signIns", "a", "b"))
	again.Scheduled = true
	m.Advance(again, p)
	take(m, start.Add(3*day))
	if told() != "[a b]" {
		t.Errorf("after a reminder, covers %s", told())
	}
}

// TestAttemptsAreForgotten with the log that holds them.
func TestAttemptsAreForgotten(t *testing.T) {
	t.Parallel()
	p := everything()
	m := watched(t, p)
	see(t, m, p, start.Add(time.Hour), signIn("f", ea01, start, 50126), signIn("g", ea01, start, 50126))
	see(t, m, p, start.Add(2*time.Hour), signIn("f", ea01, start, 50126))
	if n := m.Activity.Attempts[ea01]["2026-03-02/50126/medium"]; n != 2 {
		t.Errorf("%d are counted", n)
	}
	see(t, m, p, start.Add(50*day))
	if len(m.Activity.Attempts) != 0 {
		t.Errorf("after weeks %v is kept", m.Activity.Attempts)
	}
}

// TestASignInIsToldByItself: that an account was disabled or is not watched any more does not
// explain who signed in with it.
func TestASignInIsToldByItself(t *testing.T) {
	t.Parallel()
	p := everything()
	m := watched(t, p)
	look := activity(t, start.Add(day), nil, seenBy("activity-sign-in", checks.Fail, "signIns", "a"), seenBy("activity-drift", checks.Fail, "what", "b"))
	for i := range look.Report.Results {
		if r := &look.Report.Results[i]; r.Check == "account-enabled" && r.Subject.ID == ea01 {
			r.Status = checks.Fail
		}
	}
	if got := kinds(m.Advance(look, p)); got != "new activity-sign-in/1, new account-enabled/1 +1" {
		t.Errorf("told %q", got)
	}
}
