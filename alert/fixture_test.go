package alert

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
)

// start is the first run of every test; runs are a day apart.
var start = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC) // a Monday

const (
	ea01 = "11111111-0000-4000-8000-000000000001"
	ea02 = "11111111-0000-4000-8000-000000000002"
)

// A day is what one report says: results as "check/subject status [severity] [evidence]",
// such as "role-permanent/1 fail critical a". Everything else passes.
type today []string

// tick is one daily run.
type tick struct {
	says today
	want string // the events, as "kind check/subject", separated by commas
}

func account(n string) checks.Subject {
	return checks.Subject{Type: checks.SubjectUser, ID: "11111111-0000-4000-8000-00000000000" + n, Name: "ea0" + n + "@contoso.com"}
}

// asked are the checks of these reports, of each account.
var asked = []string{"account-exists", "account-enabled", "role-permanent", "method-spare", "drill-recent"}

func report(t testing.TB, at time.Time, says today) checks.Report {
	t.Helper()
	r := checks.Report{Schema: checks.Schema, CheckedAt: at, Tenant: checks.Tenant{ID: "t", DisplayName: "Contoso"}}
	dropped := map[string]bool{}
	for _, s := range says {
		if n, ok := strings.CutPrefix(s, "without "); ok {
			dropped[n] = true
		}
	}
	for _, n := range []string{"1", "2"} {
		if !dropped[n] {
			r.Accounts = append(r.Accounts, checks.Account{ID: account(n).ID, Declared: account(n).Name, UserPrincipalName: account(n).Name})
		}
	}
	for _, check := range asked {
		for _, n := range []string{"1", "2"} {
			if !dropped[n] {
				r.Results = append(r.Results, checks.Result{Check: check, Subject: account(n), Status: checks.Pass, Severity: checks.High, Reason: "It is so."})
			}
		}
	}
	for _, s := range says {
		apply(t, &r, s)
	}
	for _, result := range r.Results {
		switch result.Status {
		case checks.Pass:
			r.Summary.Pass++
		case checks.Fail:
			r.Summary.Fail++
		case checks.Unknown:
			r.Summary.Unknown++
		case checks.NotApplicable:
			r.Summary.NotApplicable++
		}
	}
	return r
}

func apply(t testing.TB, r *checks.Report, s string) {
	t.Helper()
	words := strings.Fields(s)
	if words[0] == "without" {
		return
	}
	check, n, _ := strings.Cut(words[0], "/")
	i := slices.IndexFunc(r.Results, func(x checks.Result) bool { return x.Check == check && x.Subject.ID == account(n).ID })
	if i < 0 {
		t.Fatalf("no result for %q", s)
	}
	if words[1] == "gone" {
		r.Results = slices.Delete(r.Results, i, i+1)
		return
	}
	x := &r.Results[i]
	x.Status, x.Reason = checks.Status(words[1]), s
	if len(words) > 2 {
		severity, err := checks.ParseSeverity(words[2])
		if err != nil {
			t.Fatal(err)
		}
		x.Severity = severity
	}
	if len(words) > 3 {
		x.Evidence = checks.Evidence{"what": words[3:]}
	}
}

// kinds writes events down as tests expect them.
func kinds(events []Event) string {
	var all []string
	for _, e := range events {
		text := string(e.Kind)
		if e.Key.Check != "" {
			text += " " + e.Key.Check
		}
		if e.Key.Subject != "" && e.Key.Subject != "slack" && e.Key.Subject != "teams" {
			text += "/" + e.Key.Subject[len(e.Key.Subject)-1:]
		}
		if len(e.Caused) > 0 {
			text += fmt.Sprintf(" +%d", len(e.Caused))
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// everything repeats nothing, so that only what happens is told.
func everything() Policy {
	return Policy{Repeat: map[checks.Severity]time.Duration{}, Heartbeat: Off, Channels: []Channel{{Name: "slack"}}}
}

// play runs days after a first one on which all is well, and compares the events.
func play(t *testing.T, p Policy, days ...tick) *Memory {
	t.Helper()
	m := NewMemory("t")
	m.Advance(Look{Report: report(t, start, nil), Scheduled: true}, p)
	take(&m, start)
	for i, d := range days {
		at := start.Add(time.Duration(i+1) * day)
		got := kinds(m.Advance(Look{Report: report(t, at, d.says), Scheduled: true}, p))
		if got != d.want {
			t.Errorf("day %d, %q: told %q, want %q", i+1, d.says, got, d.want)
		}
		take(&m, at)
	}
	return &m
}

// take delivers what is in every outbox.
func take(m *Memory, at time.Time) []Digest {
	var all []Digest
	for name, b := range m.Channels {
		for len(b.Queue) > 0 {
			all = append(all, b.Queue[0].Digest)
			key := b.Queue[0].Key
			m.Begin(name, key, at)
			m.Sent(name, key, at, Sent{Delivered: true}, true)
		}
	}
	return all
}
