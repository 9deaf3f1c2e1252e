package alert

import (
	"fmt"
	"slices"
	"testing"

	"breakglass/checks"
)

// TestThenLosesNothing: for each two kinds of events of one finding, what the first found
// of high severity is still said by the one event that is made of both.
func TestThenLosesNothing(t *testing.T) {
	t.Parallel()
	finds := func(k Kind, reason string, s checks.Severity) Event {
		r := checks.Result{Check: "role-permanent", Status: checks.Fail, Severity: s, Subject: account("1"), Reason: reason}
		e := Event{Kind: k, Key: checks.Key{Check: r.Check, Subject: ea01}, Now: r}
		switch k {
		case Resolved, CameWent, Dropped:
			e.Before, e.Now.Status = r, checks.Pass
		case Lost, Blind:
			e.Now.Status = checks.Unknown
		case Worse, Changed:
			e.Before = r
			e.Before.Severity, e.Before.Reason = checks.Medium, "before"
		default:
		}
		return e
	}
	first := []Kind{Baseline, New, CameBack, Worse, Changed, Lost, Blind, Resolved, CameWent, Dropped, Restored}
	next := append(slices.Clone(first[1:]), Open, Escalated, SnoozeDue, SnoozeEnd)
	for _, a := range first {
		for _, b := range next {
			for _, s := range []checks.Severity{checks.Low, checks.Critical} {
				t.Run(fmt.Sprintf("%s, %s %s", a, b, s), func(t *testing.T) {
					t.Parallel()
					one := finds(a, "the first", checks.Critical)
					got := one.then(finds(b, "the second", s))
					r := one.untold()[0]
					if got.Kind == "" || !got.says(r) && !slices.ContainsFunc(got.Earlier, func(x checks.Result) bool { return x.Severity == r.Severity }) {
						t.Errorf("of %v is left %+v", r, got)
					}
					if a == Baseline && b == Resolved && got.Kind != CameWent || a == New && b == Open && got.Kind != New || a == Lost && b == Open && got.Kind != Lost {
						t.Errorf("is told as %s", got.Kind)
					}
				})
			}
		}
	}
}

// TestThenKeepsWhatHappened: entries of a log are told each, however they come together,
// and so is each failure that is something that happened.
func TestThenKeepsWhatHappened(t *testing.T) {
	t.Parallel()
	happened := func(k Kind, ids ...string) Event {
		e := Event{Kind: k, Key: checks.Key{Check: "activity-sign-in", Subject: ea01}}
		e.Now = checks.Result{Check: e.Key.Check, Status: checks.Fail, Severity: checks.Critical, Subject: account("1")}
		for _, id := range ids {
			e.Happened = append(e.Happened, checks.Happening{ID: id, Text: id})
		}
		return e
	}
	for _, k := range []Kind{Baseline, New, CameBack, Changed} {
		got := happened(k, "a").then(happened(Changed, "b", "c"))
		if len(got.Happened) != 3 {
			t.Errorf("%s: %v", k, got.Happened)
		}
		if k == Baseline && got.Kind != Changed {
			t.Errorf("a sign-in after the first look is %s", got.Kind)
		}
	}
	drift := func(k Kind, reason string) Event {
		return Event{Kind: k, Key: checks.Key{Check: "activity-drift", Subject: ea01}, Now: checks.Result{Check: "activity-drift", Status: checks.Fail, Severity: checks.High, Reason: reason}}
	}
	got := drift(New, "a").then(drift(New, "b")).then(drift(New, "c"))
	if len(got.Earlier) != 2 || got.Earlier[0].Reason != "a" || got.Now.Reason != "c" {
		t.Errorf("left: %+v", got)
	}
}

// TestAlarmIsNotFolded: a disabled account does not hide that somebody signed in with it.
func TestAlarmIsNotFolded(t *testing.T) {
	t.Parallel()
	in := Event{Kind: Changed, Key: checks.Key{Check: "activity-sign-in", Subject: ea01}, Now: checks.Result{Check: "activity-sign-in", Status: checks.Fail, Happened: []checks.Happening{{ID: "a"}}}}
	cause := Event{Kind: New, Key: checks.Key{Check: "account-enabled", Subject: ea01}, Caused: []Event{in}}
	if got := told([]Event{cause}); len(got) != 2 || got[0].Caused != nil || len(got[1].Happened) != 1 {
		t.Errorf("told %+v", got)
	}
}

// TestThreadIsNoPlaceForAlarms: what is new is told in the channel, though an earlier
// finding of the same thread is told there too.
func TestThreadIsNoPlaceForAlarms(t *testing.T) {
	t.Parallel()
	in, role := checks.Key{Check: "activity-drift", Subject: ea01}, checks.Key{Check: "role-permanent", Subject: ea01}
	d := Digest{Events: []Event{{Kind: New, Key: in}, {Kind: Resolved, Key: role}}}
	if !d.InChannel([]Thread{{Keys: []checks.Key{in, role}}}) {
		t.Error("it is told nowhere")
	}
}
