package alert

import (
	"slices"
	"testing"
	"time"

	"breakglass/checks"
)

// unwatched looks at the accounts of a report that lacks the first one, and returns what is told.
func unwatched(t *testing.T, m *Memory, p Policy, change func(*checks.Report)) []Event {
	t.Helper()
	r := report(t, m.Report.CheckedAt.Add(day), today{"without 1"})
	change(&r)
	return m.Advance(Look{Report: r, Scheduled: true}, p)
}

func ids(m *Memory) []string {
	var all []string
	for _, a := range m.Watched() {
		all = append(all, a.ID)
	}
	return all
}

// TestNotDeclared: whether an account is declared is asked of its declaration, and of nothing
// else that the report says of it. It is told once.
func TestNotDeclared(t *testing.T) {
	t.Parallel()
	group := checks.Subject{Type: checks.SubjectGroup, ID: "6f0d0000-0000-4000-8000-000000000000", Name: "Emergency"}
	entry := func(s checks.Subject, status checks.Status) func(*checks.Report) {
		return func(r *checks.Report) {
			r.Results = append(r.Results, checks.Result{Check: "account-exists", Subject: s, Status: status, Severity: checks.Critical})
		}
	}
	administrator := func(r *checks.Report) {
		r.Results = append(r.Results, checks.Result{Check: "account-undeclared", Subject: account("1"), Status: checks.Pass, Severity: checks.Medium})
	}
	byName := checks.Subject{Type: checks.SubjectUser, ID: account("1").Name, Name: account("1").Name}
	for name, c := range map[string]struct {
		declared string
		change   func(*checks.Report)
		left     bool
	}{
		"out of the configuration":                   {account("1").Name, func(*checks.Report) {}, true},
		"an administrator still":                     {account("1").Name, administrator, true},
		"deleted":                                    {account("1").Name, entry(byName, checks.Fail), false},
		"not read":                                   {account("1").Name, entry(byName, checks.Unknown), false},
		"read by its id":                             {account("1").Name, entry(account("1"), checks.Unknown), false},
		"out of the group":                           {group.ID, entry(group, checks.Pass), true},
		"the group is empty, or gone":                {group.ID, entry(group, checks.Fail), true},
		"the group was not read":                     {group.ID, entry(group, checks.Unknown), false},
		"another group was not read":                 {"77770000-0000-4000-8000-000000000000", entry(group, checks.Unknown), true},
		"the group, in capitals, was not read":       {"6F0D0000-0000-4000-8000-000000000000", entry(group, checks.Unknown), false},
		"the name is another account's, made anew":   {account("1").Name, entry(account("3"), checks.Pass), true},
		"another account of the same name is unread": {account("1").Name, entry(account("3"), checks.Unknown), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := everything()
			m := watched(t, p)
			m.Accounts[0].Declared = c.declared
			told := unwatched(t, m, p, c.change)
			left := slices.IndexFunc(told, func(e Event) bool { return e.Kind == Unwatched && e.Key.Subject == ea01 })
			if (left >= 0) != c.left || slices.Contains(ids(m), ea01) == c.left {
				t.Fatalf("told %s, watched %v", kinds(told), ids(m))
			}
			if c.left && told[left].Before.Subject.Name != account("1").Name {
				t.Errorf("it is called %q", told[left].Before.Subject.Name)
			}
			for _, e := range unwatched(t, m, p, c.change) {
				if e.Kind == Unwatched {
					t.Errorf("told again: %s", kinds([]Event{e}))
				}
			}
		})
	}
}

// TestLeftWithFindings: what was open about an account that is not declared any more is closed
// with it, although the check could not see everything.
func TestLeftWithFindings(t *testing.T) {
	t.Parallel()
	p := everything()
	m := watched(t, p)
	look(t, m, p, 1, today{"role-permanent/1 fail critical"})
	blind := func(r *checks.Report) {
		r.Results = append(r.Results, checks.Result{Check: "role-permanent", Subject: checks.Subject{Type: checks.SubjectTenant}, Status: checks.Unknown, Severity: checks.High})
	}
	if told := kinds(unwatched(t, m, p, blind)); told != "unwatched/1 +1, lost role-permanent" {
		t.Errorf("told %s", told)
	}
}

// TestLeavesOut: a report that cannot tell who is declared leaves somebody out, and the logs are
// not read as a whole; one that could not read an account that is known does not.
func TestLeavesOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		subject checks.Subject
		status  checks.Status
		out     bool
	}{
		"a name":               {checks.Subject{Type: checks.SubjectUser, ID: "ea09@contoso.com"}, checks.Unknown, true},
		"a name of nobody":     {checks.Subject{Type: checks.SubjectUser, ID: "ea09@contoso.com"}, checks.Fail, false},
		"an id":                {account("1"), checks.Unknown, false},
		"a group":              {checks.Subject{Type: checks.SubjectGroup, ID: "g"}, checks.Unknown, true},
		"a group that is read": {checks.Subject{Type: checks.SubjectGroup, ID: "g"}, checks.Pass, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := everything()
			m := watched(t, p)
			read := m.Watch.Until
			r := report(t, start.Add(day), nil)
			r.Results = append(r.Results, checks.Result{Check: "account-exists", Subject: c.subject, Status: c.status, Severity: checks.Critical})
			m.Advance(Look{Report: r}, p)
			if m.LeftOut() != c.out || m.Watch.Until.Equal(read) != c.out || m.Watch.Unread.IsZero() == c.out {
				t.Errorf("left out is %v, the logs are read until %v, and not since %v", m.LeftOut(), m.Watch.Until, m.Watch.Unread)
			}
			if c.out && (m.Recovered(start.Add(day+59*time.Minute)) || !m.Recovered(start.Add(day+time.Hour))) {
				t.Error("a full run is not due after an hour")
			}
		})
	}
}

// TestWatchedByEarlierVersions: a memory that names no accounts has those of its last report, and
// those that it knew by their declaration.
func TestWatchedByEarlierVersions(t *testing.T) {
	t.Parallel()
	m := watched(t, everything())
	m.Accounts, m.Declared = nil, map[string]string{"ea01@contoso.com": ea01, "ea02@contoso.com": ea02}
	m.Report.Accounts = m.Report.Accounts[1:]
	if got := ids(m); !slices.Equal(got, []string{ea01, ea02}) {
		t.Errorf("watched are %v", got)
	}
}

// TestClockAhead: a look, or a full run, under a clock that was a day ahead does not blind the
// looks after it, also those that come when that day is over.
func TestClockAhead(t *testing.T) {
	t.Parallel()
	now := start.Add(time.Hour)
	look, run := watched(t, everything()), watched(t, everything())
	look.SawNews(nil, now.Add(day), false)
	run.Advance(Look{Report: report(t, now.Add(day), nil)}, everything())
	for _, later := range []time.Duration{0, 2 * day} {
		if from := look.ReadFrom(now.Add(later)); !from.Equal(start.Add(-2 * time.Hour)) {
			t.Errorf("%v after a look, the logs are read from %v", later, from)
		}
	}
	if from := run.ReadFrom(now); !from.Equal(now.Add(-7 * day)) {
		t.Errorf("after a full run, the logs are read from %v", from)
	}
	look.SawNews(nil, now, false)
	if !look.Watch.Until.Equal(now) {
		t.Errorf("a look under the right clock leaves %v", look.Watch.Until)
	}
}
