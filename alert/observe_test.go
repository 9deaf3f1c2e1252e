package alert

import (
	"encoding/json"
	"flag"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"breakglass/checks"
)

// TestLife is the life of a finding, one transition after another.
func TestLife(t *testing.T) {
	t.Parallel()
	const fails = "role-permanent/1 fail high a"
	tests := map[string][]tick{
		"new, once":        {{today{fails}, "new role-permanent/1"}, {today{fails}, ""}, {today{fails}, ""}},
		"resolved, once":   {{today{fails}, "new role-permanent/1"}, {nil, "resolved role-permanent/1"}, {nil, ""}},
		"came back":        {{today{fails}, "new role-permanent/1"}, {nil, "resolved role-permanent/1"}, {today{fails}, "came-back role-permanent/1"}, {today{fails}, ""}},
		"worse":            {{today{fails}, "new role-permanent/1"}, {today{"role-permanent/1 fail critical a"}, "worse role-permanent/1"}, {today{"role-permanent/1 fail critical a"}, ""}},
		"better":           {{today{"role-permanent/1 fail critical a"}, "new role-permanent/1"}, {today{fails}, "changed role-permanent/1"}, {today{fails}, ""}},
		"other facts":      {{today{fails}, "new role-permanent/1"}, {today{"role-permanent/1 fail high b"}, "changed role-permanent/1"}, {today{"role-permanent/1 fail high b"}, ""}},
		"lost and found":   {{today{fails}, "new role-permanent/1"}, {today{"role-permanent/1 unknown"}, "lost role-permanent/1"}, {today{fails}, "restored role-permanent/1"}},
		"lost, then worse": {{today{fails}, "new role-permanent/1"}, {today{"role-permanent/1 unknown"}, "lost role-permanent/1"}, {today{"role-permanent/1 fail critical a"}, "worse role-permanent/1"}},
		"lost resolves nothing": {
			{today{fails}, "new role-permanent/1"}, {today{"role-permanent/1 unknown"}, "lost role-permanent/1"},
			{today{"role-permanent/1 unknown"}, ""}, {nil, "resolved role-permanent/1"},
		},
		"lost while well":     {{today{"role-permanent/1 unknown"}, "lost role-permanent/1"}, {nil, "restored role-permanent/1"}, {today{fails}, "new role-permanent/1"}},
		"lost opens nothing":  {{today{"role-permanent/1 unknown"}, "lost role-permanent/1"}, {today{fails}, "new role-permanent/1"}},
		"blind twice":         {{today{"role-permanent/1 unknown critical"}, "lost role-permanent/1"}, {today{"role-permanent/1 unknown critical"}, "blind role-permanent/1"}, {today{"role-permanent/1 unknown critical"}, ""}},
		"not asked any more":  {{today{fails}, "new role-permanent/1"}, {today{"role-permanent/1 not-applicable"}, "dropped role-permanent/1"}, {today{"role-permanent/1 not-applicable"}, ""}},
		"gone":                {{today{fails}, "new role-permanent/1"}, {today{"role-permanent/1 gone"}, "dropped role-permanent/1"}, {today{"role-permanent/1 gone"}, ""}},
		"moot from the start": {{today{"role-permanent/1 not-applicable"}, ""}, {nil, ""}},
		"two of a kind":       {{today{fails, "role-permanent/2 fail high a"}, "new role-permanent/1, new role-permanent/2"}, {today{fails}, "resolved role-permanent/2"}},
		"the worst first": {
			{today{fails, "method-spare/1 fail critical"}, "new method-spare/1, new role-permanent/1"},
			{today{"method-spare/2 fail medium", "method-spare/1 unknown"}, "new method-spare/2, lost method-spare/1, resolved role-permanent/1"},
		},
		"an account is not declared any more": {{nil, ""}, {today{"without 2"}, "unwatched/2"}, {today{"without 2"}, ""}},
		"with what was open about it":         {{today{"role-permanent/2 fail high"}, "new role-permanent/2"}, {today{"without 2"}, "unwatched/2 +1"}, {today{"without 2"}, ""}},
		"one cause": {
			{today{"account-enabled/1 fail critical", "role-permanent/1 fail high", "method-spare/1 fail high", "method-spare/2 fail high"}, "new account-enabled/1 +2, new method-spare/2"},
			{today{"account-enabled/1 fail critical", "role-permanent/1 fail high", "method-spare/1 fail high", "method-spare/2 fail high"}, ""},
		},
	}
	for name, days := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, everything(), days...)
		})
	}
}

// TestLate: facts that arrive late must be seen twice before they resolve anything.
func TestLate(t *testing.T) {
	t.Parallel()
	const fails = "drill-recent/1 fail high"
	m := play(t, everything(),
		tick{today{fails}, "new drill-recent/1"}, tick{nil, ""}, tick{today{fails}, ""}, tick{nil, ""}, tick{nil, "resolved drill-recent/1"}, tick{nil, ""})
	if n := len(m.Standing()); n != 0 {
		t.Errorf("%d findings stand", n)
	}
	// A run five minutes later is no second look.
	m = play(t, everything(), tick{today{fails}, "new drill-recent/1"}, tick{nil, ""})
	soon := start.Add(2*day + 5*time.Minute)
	if got := kinds(m.Advance(Look{Report: report(t, soon, nil)}, everything())); got != "" {
		t.Errorf("five minutes later: %q", got)
	}
}

// TestExplained: what somebody explained is over at once, and only what they explained.
func TestExplained(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		account string
		at      time.Duration // after the finding
		want    string
	}{
		{ea01, time.Minute, "resolved drill-recent/1"}, {ea01, 0, "resolved drill-recent/1"}, {ea01, -time.Minute, ""}, {ea02, time.Minute, ""},
	} {
		m := play(t, everything(), tick{today{"drill-recent/1 fail high"}, "new drill-recent/1"})
		found := start.Add(day)
		m.Activity.Acknowledged = []checks.Acknowledgement{{Account: c.account, At: found.Add(c.at), By: "k.sato"}}
		if m.Explained() != (c.at >= 0) {
			t.Errorf("%v: is there something new? %v", c, m.Explained())
		}
		if got := kinds(m.Advance(Look{Report: report(t, found.Add(5*time.Minute), nil)}, everything())); got != c.want {
			t.Errorf("%v: %q", c, got)
		}
		if m.Explained() {
			t.Errorf("%v: still new", c)
		}
	}
}

// TestNotExplained: an explanation is of what people had heard by then, and not of what was
// told after it.
func TestNotExplained(t *testing.T) {
	t.Parallel()
	for want, said := range map[string]time.Duration{"": time.Hour, "resolved drill-recent/1": day} {
		m := play(t, everything(), tick{today{"drill-recent/1 fail high a"}, "new drill-recent/1"}, tick{today{"drill-recent/1 fail high b"}, "changed drill-recent/1"})
		m.Activity.Acknowledged = []checks.Acknowledgement{{Account: ea01, At: start.Add(day + said), By: "k.sato"}}
		if got := kinds(m.Advance(Look{Report: report(t, start.Add(2*day+5*time.Minute), nil)}, everything())); got != want {
			t.Errorf("explained %v after it was found: %q, want %q", said, got, want)
		}
	}
}

// TestRetry: what waiting does not help is tried at once when somebody asks for a run.
func TestRetry(t *testing.T) {
	t.Parallel()
	for _, permanent := range []bool{true, false} {
		m := watched(t, alone())
		look(t, m, alone(), 1, today{"role-permanent/1 fail high"})
		at := start.Add(day)
		key := m.Channels["slack"].Queue[0].Key
		m.Begin("slack", key, at)
		m.Refused("slack", key, at, Refusal{Reason: "no", Permanent: permanent})
		m.Retry()
		if m.Due(at) != permanent {
			t.Errorf("permanent %v: due %v", permanent, m.Due(at))
		}
	}
}

// TestFirst: a first look tells everything and calls nothing new.
func TestFirst(t *testing.T) {
	t.Parallel()
	m := NewMemory("t")
	m.Advance(Look{Report: report(t, start, today{"role-permanent/1 fail high", "method-spare/2 unknown"}), Scheduled: true}, everything())
	all := take(&m, start)
	if len(all) != 1 || !all[0].First || kinds(all[0].Events) != "baseline role-permanent/1, baseline method-spare/2" {
		t.Fatalf("told %+v", all)
	}
	// A channel that comes later is told the same, and the first nothing again.
	p := everything()
	p.Channels = append(p.Channels, Channel{Name: "teams"})
	m.Advance(Look{Report: report(t, start.Add(day), today{"role-permanent/1 fail high", "method-spare/2 unknown"}), Scheduled: true}, p)
	if m.Channels["teams"].Queue[0].Digest.First != true || len(m.Channels["slack"].Queue) != 0 {
		t.Errorf("slack %+v, teams %+v", m.Channels["slack"].Queue, m.Channels["teams"].Queue)
	}
}

// TestAccountThatCannotBeRead goes by its declared text meanwhile.
func TestAccountThatCannotBeRead(t *testing.T) {
	t.Parallel()
	m := play(t, everything(), tick{today{"role-permanent/1 fail high"}, "new role-permanent/1"})
	r := report(t, start.Add(2*day), nil)
	r.Accounts = r.Accounts[1:]
	for i := range r.Results {
		if r.Results[i].Subject.ID == ea01 {
			r.Results[i].Subject = checks.Subject{Type: checks.SubjectUser, ID: account("1").Name, Name: account("1").Name}
			r.Results[i].Status = checks.Unknown
		}
	}
	for range 2 { // the second time neither report knows the id
		got := kinds(m.Advance(Look{Report: r}, everything()))
		if want := "lost account-exists/1, lost account-enabled/1, lost role-permanent/1, lost method-spare/1, lost drill-recent/1"; got != want && got != "" {
			t.Errorf("told %q", got)
		}
		r.CheckedAt = r.CheckedAt.Add(day)
	}
	if got := kinds(m.Advance(Look{Report: report(t, r.CheckedAt, nil)}, everything())); got != "resolved role-permanent/1, restored account-exists/1, restored account-enabled/1, restored method-spare/1, restored drill-recent/1" {
		t.Errorf("read again: %q", got)
	}
}

// TestLostSight: what a check did not find out about is not gone.
func TestLostSight(t *testing.T) {
	t.Parallel()
	m := play(t, everything(), tick{today{"role-permanent/1 fail high"}, "new role-permanent/1"})
	r := report(t, start.Add(2*day), today{"role-permanent/1 gone"})
	r.Results = append(r.Results, checks.Result{Check: "role-permanent", Status: checks.Unknown, Severity: checks.High, Subject: checks.Subject{Type: checks.SubjectTenant, ID: "t"}})
	if got := kinds(m.Advance(Look{Report: r}, everything())); got != "lost role-permanent" {
		t.Errorf("told %q", got)
	}
	if got := kinds(m.Advance(Look{Report: report(t, start.Add(3*day), today{"role-permanent/1 fail high"})}, everything())); got != "dropped role-permanent" {
		t.Errorf("told %q", got)
	}
}

// TestPlan: what stays open is repeated by severity, together.
func TestPlan(t *testing.T) {
	t.Parallel()
	p := Policy{Heartbeat: Off, Channels: []Channel{{Name: "slack"}}}
	open := today{"role-permanent/2 fail critical", "role-permanent/1 fail high", "method-spare/2 fail medium", "drill-recent/1 fail low"}
	days := []tick{{open, "new role-permanent/2, new role-permanent/1, new method-spare/2, new drill-recent/1"}}
	for i := 1; i <= 30; i++ {
		want := "open role-permanent/2"
		if i%3 == 0 {
			want += ", open role-permanent/1"
		}
		if i%7 == 0 {
			want += ", open method-spare/2"
		}
		if i%30 == 0 {
			want += ", open drill-recent/1"
		}
		days = append(days, tick{open, want})
	}
	play(t, p, days...)
}

// TestPlanIsAligned: two of one severity are repeated in one message, not on two days.
func TestPlanIsAligned(t *testing.T) {
	t.Parallel()
	p := Policy{Heartbeat: Off, Channels: []Channel{{Name: "slack"}}}
	one, two := today{"role-permanent/1 fail high"}, today{"role-permanent/1 fail high", "method-spare/1 fail high"}
	play(t, p, tick{one, "new role-permanent/1"}, tick{two, "new method-spare/1"}, tick{two, ""},
		tick{two, "open role-permanent/1, open method-spare/1"}, tick{two, ""}, tick{two, ""}, tick{two, "open role-permanent/1, open method-spare/1"})
}

func TestHeartbeat(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy Policy
		want   []int // the days, 0 being the first Monday after the first message
	}{
		"weekly":   {Policy{}, []int{6, 13}},
		"thursday": {Policy{Heartbeat: Weekly, Day: time.Thursday}, []int{6, 9}}, // the first message was on a Monday
		"daily":    {Policy{Heartbeat: Daily}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}},
		"off":      {Policy{Heartbeat: Off}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.policy.Channels = []Channel{{Name: "slack"}, {Name: "pager", Escalation: true}}
			m := NewMemory("t")
			m.Advance(Look{Report: report(t, start, nil), Scheduled: true}, c.policy)
			take(&m, start)
			var got []int
			for i := range 14 {
				at := start.Add(time.Duration(i+1) * day)
				m.Advance(Look{Report: report(t, at, nil), Scheduled: true}, c.policy)
				for _, d := range take(&m, at) {
					if d.Heartbeat {
						got = append(got, i)
					}
				}
				m.Advance(Look{Report: report(t, at.Add(time.Hour), nil)}, c.policy)
				if n := len(take(&m, at)); n != 0 {
					t.Errorf("a run in between sends %d", n)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("on days %v, want %v", got, c.want)
			}
		})
	}
}

func TestEscalation(t *testing.T) {
	t.Parallel()
	p := everything()
	p.Channels = []Channel{{Name: "slack", Mentions: true}, {Name: "pager", Escalation: true}}
	critical := today{"role-permanent/1 fail critical", "method-spare/1 fail high"}
	m := play(t, p, tick{critical, "new role-permanent/1, new method-spare/1"}, tick{critical, ""}, tick{critical, "escalated role-permanent/1"}, tick{critical, ""},
		tick{critical, "escalated role-permanent/1"}, tick{critical, ""}, tick{critical, ""}, tick{critical, ""}, tick{critical, "escalated method-spare/1"}, tick{critical, ""})
	if f := m.finding(checks.Key{Check: "role-permanent", Subject: ea01}); f.Level != 2 {
		t.Errorf("level %d", f.Level)
	}
	// The second channel hears of the second level, and nobody is called for the first time twice.
	m = play(t, p, tick{critical, "new role-permanent/1, new method-spare/1"}, tick{critical, ""}, tick{critical, "escalated role-permanent/1"}, tick{critical, ""})
	at := start.Add(5 * day)
	m.Advance(Look{Report: report(t, at, critical), Scheduled: true}, p)
	if q := m.Channels["pager"].Queue; len(q) != 1 || !q[0].Digest.Mention || q[0].Digest.First || kinds(q[0].Digest.Events) != "escalated role-permanent/1" {
		t.Errorf("the second channel is told %+v", q)
	}
	// It hears of it too if something else is told of the finding at that time.
	m = play(t, p, tick{critical, "new role-permanent/1, new method-spare/1"}, tick{critical, ""}, tick{critical, "escalated role-permanent/1"}, tick{critical, ""})
	m.Advance(Look{Report: report(t, at, today{"role-permanent/1 fail critical b", "method-spare/1 fail high"}), Scheduled: true}, p)
	if q := m.Channels["pager"].Queue; len(q) != 1 || !q[0].Digest.Mention || kinds(q[0].Digest.Events) != "changed role-permanent/1" {
		t.Errorf("of a change the second channel is told %+v", q)
	}
	// Without anybody to call, nothing escalates.
	play(t, everything(), tick{critical, "new role-permanent/1, new method-spare/1"}, tick{critical, ""}, tick{critical, ""}, tick{critical, ""}, tick{critical, ""}, tick{critical, ""})
}

func TestSnooze(t *testing.T) {
	t.Parallel()
	p := Policy{Heartbeat: Off, Channels: []Channel{{Name: "slack", Mentions: true}}}
	p.Snoozes = []Snooze{{Check: "role-permanent", Subject: ea01, Until: start.Add(6 * day), Reason: "the move", By: "k.sato"}}
	const fails, worse = "role-permanent/1 fail high", "role-permanent/1 fail critical"
	play(t, p, tick{today{fails}, "new role-permanent/1"}, tick{today{fails}, ""}, tick{today{fails}, "snooze-due role-permanent/1"}, tick{today{fails}, ""}, tick{today{fails}, ""},
		tick{today{fails}, "snooze-end role-permanent/1"}, tick{today{fails}, ""}, tick{today{fails}, ""}, tick{today{fails}, "escalated role-permanent/1"})
	t.Run("broken by a change", func(t *testing.T) {
		t.Parallel()
		long := p
		long.Snoozes = []Snooze{{Check: "role-permanent", Until: start.Add(60 * day), Reason: "the move", By: "k.sato"}}
		play(t, long, tick{today{fails}, "new role-permanent/1"}, tick{today{fails}, ""}, tick{today{"role-permanent/1 fail high b"}, "changed role-permanent/1"}, tick{today{"role-permanent/1 fail high b"}, ""},
			tick{today{"role-permanent/1 fail high b"}, ""}, tick{today{"role-permanent/1 fail high b"}, "open role-permanent/1"})
	})
	t.Run("critical", func(t *testing.T) {
		t.Parallel()
		play(t, p, tick{today{worse}, "new role-permanent/1"}, tick{today{worse}, "open role-permanent/1"})
		accepted := p
		accepted.Snoozes = []Snooze{{Check: "role-permanent", Until: start.Add(60 * day), Reason: "the move", By: "k.sato", Critical: true}}
		play(t, accepted, tick{today{worse}, "new role-permanent/1"}, tick{today{worse}, ""})
	})
	t.Run("shown", func(t *testing.T) {
		t.Parallel()
		m := play(t, p, tick{today{fails}, "new role-permanent/1"})
		if s := m.Standing(); len(s) != 1 || s[0].Snooze == nil || s[0].Snooze.Reason != "the move" {
			t.Errorf("stands %+v", s)
		}
	})
	t.Run("of another", func(t *testing.T) {
		t.Parallel()
		play(t, p, tick{today{"role-permanent/2 fail critical"}, "new role-permanent/2"}, tick{today{"role-permanent/2 fail critical"}, "open role-permanent/2"})
	})
}

func TestLockedOut(t *testing.T) {
	t.Parallel()
	p := everything()
	p.Channels = append(p.Channels, Channel{Name: "pager", Escalation: true})
	p.Snoozes = []Snooze{{Check: "role-permanent", Until: start.Add(60 * day), Reason: "r", By: "b", Critical: true}}
	m := play(t, p, tick{nil, ""})
	r := report(t, start.Add(2*day), nil)
	r.Survival = &checks.Survival{Administrators: []checks.Survivor{{ID: ea01, Emergency: true}, {ID: "other"}}}
	if got := kinds(m.Advance(Look{Report: r}, p)); got != "locked-out locked-out" {
		t.Errorf("told %q", got)
	}
	for name, b := range m.Channels {
		if len(b.Queue) != 1 || !b.Queue[0].Digest.Mention {
			t.Errorf("%s is told %+v", name, b.Queue)
		}
	}
	if got := kinds(m.Advance(Look{Report: r}, p)); got != "" {
		t.Errorf("again %q", got)
	}
	r.Survival = &checks.Survival{Administrators: []checks.Survivor{{ID: ea01, Emergency: true, Unknown: "unread"}}}
	m = play(t, p, tick{nil, ""})
	if got := kinds(m.Advance(Look{Report: r}, p)); got != "" {
		t.Errorf("what is not known is told as %q", got)
	}
}

// history is a year of random days.
func history(t testing.TB, random *rand.Rand) []today {
	t.Helper()
	state := map[string]string{}
	var days []today
	for range 365 {
		for _, check := range asked {
			for _, n := range []string{"1", "2"} {
				if random.IntN(60) != 0 {
					continue
				}
				key := check + "/" + n
				state[key] = key + " " + []string{"pass", "pass", "fail high a", "fail high b", "fail critical a", "fail medium", "unknown", "unknown critical", "not-applicable"}[random.IntN(9)]
			}
		}
		var says today
		for _, key := range slices.Sorted(maps.Keys(state)) {
			says = append(says, state[key])
		}
		days = append(days, says)
	}
	return days
}

var years = flag.Uint64("years", 10, "how many random years TestProperties plays")

// TestProperties plays random years. Whatever happens: the same look twice makes no news;
// the order of results does not matter; nothing is told as new that is known to be open,
// as resolved that was not told, or twice; and what stands is what the report says.
func TestProperties(t *testing.T) {
	t.Parallel()
	for seed := range *years {
		m, shuffled := NewMemory("t"), NewMemory("t")
		open := map[checks.Key]bool{}
		random := rand.New(rand.NewPCG(seed, 1))
		for i, says := range history(t, rand.New(rand.NewPCG(seed, 0))) {
			at := start.Add(time.Duration(i) * day)
			r := report(t, at, says)
			events := m.Advance(Look{Report: r, Scheduled: true}, Policy{Channels: []Channel{{Name: "slack"}}})
			for _, e := range withCaused(events) {
				switch e.Kind {
				case New, CameBack, Baseline:
					if open[e.Key] && e.Now.Status == checks.Fail {
						t.Fatalf("seed %d, day %d: %s is told as %s and is open", seed, i, e.Key, e.Kind)
					}
					open[e.Key] = e.Now.Status == checks.Fail
				case Resolved, Dropped:
					if e.Before.Status == checks.Fail && !open[e.Key] {
						t.Fatalf("seed %d, day %d: %s is told as %s and was not open", seed, i, e.Key, e.Kind)
					}
					open[e.Key] = false
				default:
				}
			}
			again := r
			again.CheckedAt = at.Add(time.Minute)
			if more := kinds(m.Advance(Look{Report: again}, Policy{Channels: []Channel{{Name: "slack"}}})); more != "" {
				t.Fatalf("seed %d, day %d: the same look again tells %q", seed, i, more)
			}
			standsAsReported(t, &m, r)
			other := r
			other.Results = slices.Clone(r.Results)
			random.Shuffle(len(other.Results), func(a, b int) { other.Results[a], other.Results[b] = other.Results[b], other.Results[a] })
			shuffled.Advance(Look{Report: other, Scheduled: true}, Policy{Channels: []Channel{{Name: "slack"}}})
			other.CheckedAt = at.Add(time.Minute)
			shuffled.Advance(Look{Report: other}, Policy{Channels: []Channel{{Name: "slack"}}})
		}
		m.Report, shuffled.Report = nil, nil
		if a, b := written(t, m.Findings), written(t, shuffled.Findings); a != b {
			t.Errorf("seed %d: the order of results matters:\n%s\n%s", seed, a, b)
		}
	}
}

func withCaused(events []Event) []Event {
	var all []Event
	for _, e := range events {
		all = append(append(all, e), e.Caused...)
	}
	return all
}

// standsAsReported: what fails or is unknown stands, and what stands does, except for
// facts that arrive late.
func standsAsReported(t *testing.T, m *Memory, r checks.Report) {
	t.Helper()
	stands := map[checks.Key]bool{}
	for _, s := range m.Standing() {
		stands[s.Key] = true
	}
	for _, x := range r.Results {
		key := x.Key(nil)
		if x.Status.Open() && !stands[key] {
			t.Fatalf("%v is %s and does not stand", key, x.Status)
		}
		if !x.Status.Open() && stands[key] && x.Check != "drill-recent" {
			t.Fatalf("%v is %s and stands", key, x.Status)
		}
	}
}

func written(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
