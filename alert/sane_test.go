package alert

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
)

var (
	ages = start.AddDate(70, 0, 0)
	soon = start.Add(allowance)
)

// TestSane: each limit that holds for what is written is held to when it is read. Want is what
// is left of it.
func TestSane(t *testing.T) {
	t.Parallel()
	drill := func(from, to time.Time) checks.Drill {
		return checks.Drill{Account: "ea01", From: from, To: to, By: "x"}
	}
	explained := func(until, at time.Time) checks.Acknowledgement {
		return checks.Acknowledgement{Account: ea01, Until: until, At: at, As: checks.ExplainedDrill, By: "x", Reason: "x"}
	}
	for name, c := range map[string]struct {
		put     func(*Memory)
		strange string
		left    func(*Memory) any
		want    any
	}{
		"a drill for ages": {func(m *Memory) { m.Activity.Drills = []checks.Drill{drill(start.AddDate(-6, 0, 0), ages)} }, "drill ea01", drills, 0},
		"a drill of seven days and a second": {
			func(m *Memory) {
				m.Activity.Drills = []checks.Drill{drill(start, start.Add(checks.LongestDrill+time.Second))}
			}, "drill ea01", drills, 0,
		},
		"a drill of seven days":          {func(m *Memory) { m.Activity.Drills = []checks.Drill{drill(start, start.Add(checks.LongestDrill))} }, "", drills, 1},
		"a drill announced for later":    {func(m *Memory) { m.Activity.Drills = []checks.Drill{drill(ages, ages.Add(time.Hour))} }, "drill ea01", drills, 0},
		"a drill announced a moment ago": {func(m *Memory) { m.Activity.Drills = []checks.Drill{drill(soon, soon.Add(time.Hour))} }, "", drills, 1},
		"an explanation for ages":        {func(m *Memory) { m.Activity.Acknowledged = []checks.Acknowledgement{explained(ages, start)} }, "explanation " + ea01, explanations, 0},
		"an explanation of later days":   {func(m *Memory) { m.Activity.Acknowledged = []checks.Acknowledgement{explained(ages, ages)} }, "explanation " + ea01, explanations, 0},
		"an explanation a moment ahead":  {func(m *Memory) { m.Activity.Acknowledged = []checks.Acknowledgement{explained(soon, soon)} }, "", explanations, 1},
		"an explanation of what was":     {func(m *Memory) { m.Activity.Acknowledged = []checks.Acknowledgement{explained(start.Add(-day), start)} }, "", explanations, 1},
		"a snooze for ages":              {func(m *Memory) { m.Findings[0].Snooze = &Snoozed{Snooze: Snooze{Until: ages}} }, "snooze role-permanent", snoozes, 0},
		"a snooze of 90 days":            {func(m *Memory) { m.Findings[0].Snooze = &Snoozed{Snooze: Snooze{Until: start.Add(LongestSnooze)}} }, "", snoozes, 1},
		"a drill that is called told":    {func(m *Memory) { m.Activity.Uses = []Use{{Drill: drill(start, soon), Noticed: start}} }, "use ea01", func(m *Memory) any { return m.Activity.Uses[0].Noticed.IsZero() }, true},
		"a drill that was held": {func(m *Memory) {
			m.Activity.Uses = []Use{{Drill: drill(start, soon), Noticed: start, SignIns: []Used{{}}}}
		}, "", func(m *Memory) any { return m.Activity.Uses[0].Noticed }, start},
		"too many explanations":    {func(m *Memory) { m.Activity.Acknowledged = make([]checks.Acknowledgement, entriesKept+5) }, "count ", explanations, entriesKept},
		"too many drills and uses": {func(m *Memory) { m.Activity.Drills, m.Activity.Uses = make([]checks.Drill, 5000), make([]Use, 5000) }, "count ", drills, entriesKept},
		"a queue without end":      {func(m *Memory) { m.Channels["slack"].Queue = make([]Entry, 5000) }, "count ", func(m *Memory) any { return len(m.Channels["slack"].Queue) }, queueKept},
		"threads without end":      {func(m *Memory) { m.Channels["slack"].Threads = make([]Thread, 5000) }, "", func(m *Memory) any { return len(m.Channels["slack"].Threads) }, entriesKept},
		"a reason without end": {func(m *Memory) {
			m.Activity.Drills = []checks.Drill{{By: strings.Repeat("界", 9000), Reason: strings.Repeat("x", 9000)}}
		}, "", func(m *Memory) any { return len(m.Activity.Drills[0].By) + len(m.Activity.Drills[0].Reason) }, 3*LongestName + LongestText},
		"a name without end": {func(m *Memory) {
			m.Activity.Drills = []checks.Drill{{Account: strings.Repeat("x", 9000), From: ages, To: ages}}
		}, "drill " + strings.Repeat("x", LongestName), drills, 0},
		"a serial that overflows":     {func(m *Memory) { m.Serial = 1<<63 - 1 }, "count ", func(m *Memory) any { return m.Serial }, int64(0)},
		"a serial below none":         {func(m *Memory) { m.Serial = -1 }, "count ", func(m *Memory) any { return m.Serial }, int64(0)},
		"a serial of an installation": {func(m *Memory) { m.Kept = map[string]Mark{"t": {Serial: 1<<63 - 1}, "u": {Serial: 7}} }, "", func(m *Memory) any { return len(m.Kept) }, 1},
		"logs read until later":       {func(m *Memory) { m.Watch.Until = ages }, "", func(m *Memory) any { return m.ReadFrom(start) }, start.Add(-longest)},
		"logs unread from later":      {func(m *Memory) { m.Watch.Unread = ages }, "", func(m *Memory) any { return m.Watch.Unread }, start},
		"entries seen later":          {func(m *Memory) { m.Watch.Seen = map[string]time.Time{"x": ages} }, "", func(m *Memory) any { return m.Watch.Seen["x"] }, start},
		"attempts of later days": {func(m *Memory) {
			m.Watch.Seen = map[string]time.Time{"attempt/x/2099-01-01/many": start, "attempt/x/" + start.Format(time.DateOnly): start}
		}, "", func(m *Memory) any { return len(m.Watch.Seen) }, 1},
		"a finding told later":            {func(m *Memory) { m.Findings[0].Told = ages }, "", func(m *Memory) any { return m.Findings[0].Told }, start},
		"a finding open from later":       {func(m *Memory) { m.Findings[0].Since, m.Findings[0].Closed = ages, ages }, "", func(m *Memory) any { return m.Findings[0].Since }, start},
		"a finding that passed later":     {func(m *Memory) { m.Findings[0].Passed, m.Findings[0].LastGood = ages, ages }, "", func(m *Memory) any { return m.Findings[0].Passed }, time.Time{}},
		"a finding unknown from later":    {func(m *Memory) { m.Findings[0].Blind = &Blindness{Since: ages, Last: ages} }, "", func(m *Memory) any { return m.Findings[0].Blind.Last }, start},
		"a channel that spoke later":      {func(m *Memory) { m.Channels["slack"].Spoke = ages }, "", func(m *Memory) any { return m.Channels["slack"].Spoke }, start},
		"a channel that failed from then": {func(m *Memory) { m.Channels["slack"].Failure = &Failure{Since: ages} }, "", func(m *Memory) any { return m.Channels["slack"].Failure.Since }, start},
		"a message for later":             {func(m *Memory) { m.Channels["slack"].Queue = []Entry{{NotBefore: ages}} }, "", func(m *Memory) any { return m.Due(start) }, true},
		"a report of later":               {func(m *Memory) { m.Report.CheckedAt = ages }, "", func(m *Memory) any { return m.Report.CheckedAt }, start.Add(-restless)},
		"told later of the installation":  {func(m *Memory) { m.Notice.At = ages }, "", func(m *Memory) any { return m.Notice.At }, start},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := NewMemory("t")
			m.Advance(Look{Report: report(t, start, today{"role-permanent/1 fail critical"}), Scheduled: true}, everything())
			take(&m, start)
			c.put(&m)
			var strange []string
			for _, x := range m.Sane(start) {
				strange = append(strange, string(x.What)+" "+x.Of)
			}
			if got := strings.Join(strange, ", "); got != c.strange {
				t.Errorf("strange: %.99q, want %q", got, c.strange)
			}
			if got := c.left(&m); !reflect.DeepEqual(got, c.want) {
				t.Errorf("left: %v, want %v", got, c.want)
			}
		})
	}
}

func drills(m *Memory) any       { return len(m.Activity.Drills) }
func explanations(m *Memory) any { return len(m.Activity.Acknowledged) }
func snoozes(m *Memory) any {
	if m.Findings[0].Snooze == nil {
		return 0
	}
	return 1
}

// TestSaneLeavesItsOwn: in what this program writes, through a year of days in which anything
// happens, nothing is strange and nothing is put right.
func TestSaneLeavesItsOwn(t *testing.T) {
	t.Parallel()
	p := Policy{
		Channels: []Channel{{Name: "slack", Mentions: true}, {Name: "teams"}, {Name: "escalation-slack", Escalation: true}},
		Snoozes:  []Snooze{{Check: "method-spare", Until: start.Add(LongestSnooze), Reason: "x", By: "x"}},
		Drills:   []checks.Drill{{Account: account("2").Name, From: start.Add(9 * day), To: start.Add(10 * day), By: "x"}},
	}
	m := NewMemory("t")
	says := []today{nil, {"role-permanent/1 fail critical"}, {"method-spare/2 fail high a", "account-enabled/1 unknown"}, {"account-enabled/1 unknown"}, {"without 2"}}
	for i := range 365 {
		at := start.Add(time.Duration(i) * day)
		m.Advance(Look{Report: report(t, at, says[i%len(says)]), Scheduled: true, Partial: i%7 == 0}, p)
		m.SawNews([]string{fmt.Sprint(i), "attempt/x/" + at.Format(time.DateOnly)}, at, i%5 == 0)
		if i%20 == 3 {
			m.Activity.Announce(checks.Drill{Account: account("1").Name, From: at, To: at.Add(checks.LongestDrill), By: "x"})
			m.Activity.Keep(checks.Acknowledgement{Account: ea01, Until: at.Truncate(time.Second), At: at.Truncate(time.Second), As: checks.ExplainedDrill})
		}
		if e := m.Channels["slack"].Due(at); e != nil && i%3 == 0 {
			key := e.Key
			m.Begin("slack", key, at)
			m.Refused("slack", key, at, Refusal{Reason: "no answer", RetryAfter: day})
		}
		if i%4 == 0 {
			take(&m, at)
		}
		before, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		strange := m.Sane(at)
		after, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if len(strange) > 0 || string(before) != string(after) {
			t.Fatalf("day %d: strange %+v\n%s\n%s", i, strange, before, after)
		}
	}
}

// TestTouchIsToldOnce: by every regular channel, whatever else there is to tell, and with all
// that is open if what was told is lost.
func TestTouchIsToldOnce(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} {
		p := everything()
		p.Channels = []Channel{{Name: "slack"}, {Name: "teams"}, {Name: "escalation-slack", Escalation: true}}
		m := NewMemory("t")
		says := today{"role-permanent/1 fail critical"}
		m.Advance(Look{Report: report(t, start, says), Scheduled: true}, p)
		take(&m, start)
		m.Touch(Touch{How: Older, At: start, Lost: lost})
		for i, want := range []int{2, 0} {
			m.Advance(Look{Report: report(t, start.Add(time.Duration(i+1)*time.Hour), says)}, p)
			all := take(&m, start)
			if len(all) != want {
				t.Fatalf("lost %v, run %d: told %d, want %d", lost, i, len(all), want)
			}
			for _, d := range all {
				if len(d.Touched) != 1 || d.First || (d.Forgotten != "") != lost || (kinds(d.Events) == "open role-permanent/1") != lost || d.Alarm == lost {
					t.Errorf("lost %v: told %+v", lost, d)
				}
			}
		}
	}
}

// TestTouchesMerge: what one message could not tell, the next one does.
func TestTouchesMerge(t *testing.T) {
	t.Parallel()
	one := Digest{Runs: []time.Time{start}, Touched: []Touch{{How: Deleted}}}
	two := Digest{Runs: []time.Time{start.Add(day)}, Touched: []Touch{{How: Spoiled}}}
	if got := one.Then(two).Touched; len(got) != 2 || got[0].How != Deleted || got[1].How != Spoiled {
		t.Errorf("told %+v", got)
	}
	if got := one.Then(Digest{Runs: []time.Time{start.Add(day)}, Heartbeat: true}); len(got.Touched) != 1 || got.Heartbeat {
		t.Errorf("told %+v", got)
	}
}

// TestAttest: a mark shows what goes back, and so never does.
func TestAttest(t *testing.T) {
	t.Parallel()
	m := NewMemory("installation")
	for i, step := range []struct {
		tenant string
		serial int64
		news   bool
	}{{"a", 5, true}, {"a", 5, false}, {"a", 3, false}, {"b", 1, true}, {"a", 6, true}} {
		if got := m.Attest(step.tenant, Mark{Serial: step.serial, At: start}); got != step.news {
			t.Errorf("step %d: news %v", i, got)
		}
	}
	if m.Kept["a"].Serial != 6 || m.Kept["b"].Serial != 1 {
		t.Errorf("kept %+v", m.Kept)
	}
}

// TestTouchWithoutChannels: where nobody is told, nothing waits to be.
func TestTouchWithoutChannels(t *testing.T) {
	t.Parallel()
	p := everything()
	p.Channels = nil
	m := NewMemory("t")
	m.Touch(Touch{How: Deleted, At: start})
	m.Advance(Look{Report: report(t, start, nil)}, p)
	if len(m.Touched) > 0 {
		t.Errorf("still to be told: %+v", m.Touched)
	}
}
