package alert

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

// drilling announces a drill of the first account, two days after the start.
func drilling() Policy {
	p := everything()
	p.Drills = []checks.Drill{{Account: account("1").Name, From: start.Add(2 * day), To: start.Add(2*day + 2*time.Hour), By: "k.sato"}}
	return p
}

func see(t *testing.T, m *Memory, p Policy, at time.Time, all ...tenant.SignIn) string {
	t.Helper()
	return kinds(m.Advance(Look{Report: report(t, at, nil), SignIns: all}, p))
}

func TestDrill(t *testing.T) {
	t.Parallel()
	p := drilling()
	m := watched(t, p)
	if got := see(t, m, p, start.Add(day)); got != "drill-announced drill/1" {
		t.Errorf("of the announcement told %q", got)
	}
	in := signIn("in", ea01, start.Add(2*day+time.Hour), 0)
	at := start.Add(2*day + 70*time.Minute)
	if got := see(t, m, p, at, in, signIn("failed", ea01, start.Add(2*day+50*time.Minute), 50126), signIn("other", ea02, start.Add(2*day+time.Hour), 0)); got != "drilled drill/1" {
		t.Fatalf("told %q", got)
	}
	if got := see(t, m, p, at.Add(5*time.Minute), in, signIn("again", ea01, start.Add(2*day+61*time.Minute), 0)); got != "" {
		t.Errorf("told again %q", got)
	}
	take(m, at.Add(6*time.Minute))
	u := m.Activity.Uses
	if len(u) != 1 || len(u[0].SignIns) != 2 || u[0].SignIns[0].Application != "Azure Portal" || !u[0].Noticed.Equal(at) ||
		len(u[0].Alarms) != 1 || u[0].Alarms[0] != (Alarm{Channel: "slack", At: at.Add(6 * time.Minute), Delivered: true}) {
		t.Errorf("evidence %+v", u)
	}
	for i, want := range []string{"", "drill-ended drill/1", ""} {
		if got := see(t, m, p, start.Add(2*day+2*time.Hour+time.Duration(i)*time.Minute)); got != want {
			t.Errorf("%d minutes after it told %q, want %q", i, got, want)
		}
	}
	if len(m.Activity.Uses) != 1 || !m.Activity.Uses[0].Announced.Equal(start.Add(day)) || !m.Activity.Uses[0].Ended.Equal(start.Add(2*day+2*time.Hour+time.Minute)) {
		t.Errorf("kept %+v", m.Activity.Uses)
	}
	// A year later the evidence is there, and the log is not.
	see(t, m, p, start.Add(365*day))
	if len(m.Activity.Uses) != 1 || len(m.Past(p.Drills).SignIns) != 3 {
		t.Errorf("after a year %+v", m.Activity)
	}
}

func TestDrillWithoutASignIn(t *testing.T) {
	t.Parallel()
	p := drilling()
	m := watched(t, p)
	see(t, m, p, start.Add(day))
	if got := see(t, m, p, start.Add(2*day+5*time.Hour)); got != "" {
		t.Errorf("before the log can be complete: %q", got)
	}
	if got := see(t, m, p, start.Add(2*day+9*time.Hour)); got != "no-drill drill/1" {
		t.Errorf("told %q", got)
	}
	if got := see(t, m, p, start.Add(3*day)); got != "" {
		t.Errorf("told again %q", got)
	}
	// It arrives late all the same.
	if got := see(t, m, p, start.Add(4*day), signIn("late", ea01, start.Add(2*day+time.Minute), 0)); got != "drilled drill/1" {
		t.Errorf("told %q", got)
	}
	if u := m.Activity.Uses[0]; u.Missed {
		t.Errorf("still missed: %+v", u)
	}
}

// TestDrillThatCannotBeSeen: without the log nobody can say that nobody signed in.
func TestDrillThatCannotBeSeen(t *testing.T) {
	t.Parallel()
	p := drilling()
	m := watched(t, p)
	r := report(t, start.Add(2*day+9*time.Hour), nil)
	r.Results = append(r.Results, checks.Result{Check: "activity-sign-in", Status: checks.Unknown, Subject: account("1"), Reason: "No licence."})
	events := m.Advance(Look{Report: r}, p)
	i := slices.IndexFunc(events, func(e Event) bool { return e.Kind == NoDrill })
	if i < 0 || events[i].Drill.Unknown != "No licence." || events[i].Drill.Missed {
		t.Errorf("told %+v", events)
	}
}

// hour is a time on the day of the drill, which lasts from the first to the third hour.
func hour(hours float64) time.Time { return start.Add(2*day + time.Duration(hours*float64(time.Hour))) }

// A turn is a run in the life of a drill.
type turn struct {
	at      time.Time
	drills  []checks.Drill
	signIns []tenant.SignIn
	want    string
}

// TestWhatIsToldOfADrill: that it was announced, that it was used, and that it is over, each
// once; and of one that nobody heard of before it was over, in one message.
func TestWhatIsToldOfADrill(t *testing.T) {
	t.Parallel()
	d := checks.Drill{Account: account("1").Name, From: hour(0), To: hour(2), By: "k.sato"}
	long, short, ended := d, d, d
	long.To, short.To, ended.To = hour(5), hour(1), hour(1.5)
	drill, longer, shorter, over := []checks.Drill{d}, []checks.Drill{long}, []checks.Drill{short}, []checks.Drill{ended}
	in := []tenant.SignIn{signIn("in", ea01, hour(1), 0)}
	const announced, used, end, none = "drill-announced drill/1", "drilled drill/1", "drill-ended drill/1", "no-drill drill/1"
	for name, turns := range map[string][]turn{
		"used":                           {{hour(-20), drill, nil, announced}, {hour(-10), drill, nil, ""}, {hour(1.1), drill, in, used}, {hour(2), drill, in, ""}, {hour(2.1), drill, in, end}, {hour(2.2), drill, in, ""}, {hour(9), drill, in, ""}},
		"first seen when it runs":        {{hour(1.1), drill, in, announced + ", " + used}, {hour(2.1), drill, in, end}},
		"first seen when it is over":     {{hour(2.1), drill, in, used + ", " + end}, {hour(2.2), drill, in, ""}, {hour(9), drill, in, ""}},
		"over and not used":              {{hour(2.1), drill, nil, announced}, {hour(2.2), drill, nil, ""}, {hour(9), drill, nil, none}, {hour(9.1), drill, nil, ""}},
		"over, and used as it turns out": {{hour(2.1), drill, nil, announced}, {hour(3), drill, in, used}, {hour(3.1), drill, in, ""}},
		"long over and not used":         {{hour(9), drill, nil, none}, {hour(9.1), drill, nil, ""}},
		"over for a month":               {{hour(800), drill, nil, announced}, {hour(801), drill, nil, ""}},
		"over for a month, and used":     {{hour(800), drill, in, used + ", " + end}, {hour(801), drill, in, ""}},
		"over for three years":           {{hour(30000), drill, nil, announced}, {hour(30001), drill, nil, ""}, {hour(30002), drill, nil, ""}},
		"made longer":                    {{hour(1.1), drill, in, announced + ", " + used}, {hour(1.2), longer, in, announced}, {hour(1.3), longer, in, ""}, {hour(2.1), longer, in, ""}, {hour(5.1), longer, in, end}},
		"made longer after its end":      {{hour(1.1), drill, in, announced + ", " + used}, {hour(2.1), drill, in, end}, {hour(2.2), longer, in, announced}, {hour(5.1), longer, in, end}},
		"made shorter, then longer":      {{hour(0.1), drill, nil, announced}, {hour(1.1), shorter, in, used + ", " + end}, {hour(1.2), drill, in, announced}, {hour(2.1), drill, in, end}},
		"ended by hand":                  {{hour(0.1), drill, nil, announced}, {hour(1.6), over, in, used + ", " + end}, {hour(2.1), over, in, ""}},
		"taken back":                     {{hour(0.1), drill, nil, announced}, {hour(0.2), nil, nil, end}, {hour(0.3), nil, nil, ""}, {hour(0.4), drill, nil, announced}, {hour(1.1), drill, in, used}, {hour(1.2), nil, in, end}, {hour(9), nil, in, ""}},
		"taken away when it is over":     {{hour(0.1), drill, nil, announced}, {hour(2.1), nil, nil, ""}},
		"only used otherwise":            {{hour(0.1), drill, nil, announced}, {hour(1.1), drill, []tenant.SignIn{signInFrom("203.0.113.5", "Password", signIn("p", ea01, hour(1), 0))}, ""}, {hour(9), drill, nil, none}},
		"a second address":               {{hour(1.1), drill, in, announced + ", " + used}, {hour(1.2), drill, []tenant.SignIn{signInFrom("198.51.100.7", "Passkey (device-bound)", signIn("b", ea01, hour(0.5), 0))}, ""}, {hour(2.1), drill, nil, end}},
		"of which the log tells later":   {{hour(1.1), drill, []tenant.SignIn{signInFrom("203.0.113.5", "", signIn("in", ea01, hour(1), 0))}, announced}, {hour(1.2), drill, in, used}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := everything()
			m := watched(t, p)
			for _, turn := range turns {
				p.Drills = turn.drills
				unheard := m.DrillsUnheard(p.Drills, turn.at)
				if got := see(t, m, p, turn.at, turn.signIns...); got != turn.want {
					t.Errorf("after %v told %q, want %q", turn.at.Sub(hour(0)), got, turn.want)
				}
				if news := turn.want != "" && !strings.Contains(turn.want, used); news && !unheard || turn.want == "" && unheard || m.DrillsUnheard(p.Drills, turn.at) {
					t.Errorf("after %v a look finds something to tell before it: %v, after it: %v", turn.at.Sub(hour(0)), unheard, m.DrillsUnheard(p.Drills, turn.at))
				}
			}
		})
	}
}

// TestDrillOfTheFirstRun: a first report tells of what is open, and the next run of the drill;
// of one that was over long before, or that excuses nothing, nobody need hear.
func TestDrillOfTheFirstRun(t *testing.T) {
	t.Parallel()
	in := signIn("in", ea01, start.Add(-2*time.Hour), 0)
	d := checks.Drill{Account: account("1").Name, From: start.Add(-3 * time.Hour), To: start.Add(time.Hour), By: "k.sato"}
	past := d
	past.To = start.Add(-time.Hour)
	old := d
	old.From, old.To = start.Add(-10*day), start.Add(-9*day)
	for name, c := range map[string]struct {
		drill   checks.Drill
		signIns []tenant.SignIn
		want    string
	}{
		"running":            {d, nil, "drill-announced drill/1"},
		"over and used":      {past, []tenant.SignIn{in}, "drilled drill/1, drill-ended drill/1"},
		"over, not used":     {past, nil, ""},
		"long over and used": {old, []tenant.SignIn{signIn("in", ea01, old.To.Add(-time.Minute), 0)}, ""},
	} {
		p := everything()
		p.Drills = []checks.Drill{c.drill}
		m := NewMemory("t")
		if got := see(t, &m, p, start, c.signIns...); got != "" {
			t.Errorf("%s: first told %q", name, got)
		}
		if got := m.DrillsUnheard(p.Drills, start.Add(time.Minute)); got != (c.want != "") {
			t.Errorf("%s: something to tell: %v", name, got)
		}
		if got := see(t, &m, p, start.Add(time.Minute), c.signIns...); got != c.want {
			t.Errorf("%s: then told %q, want %q", name, got, c.want)
		}
	}
}

// TestDrillOfAnEarlierVersion: what an earlier version told is not told again.
func TestDrillOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	d := checks.Drill{Account: account("1").Name, From: hour(0), To: hour(2), By: "k.sato"}
	for name, use := range map[string]string{
		"used":   `{"signIns": [{"id": "in", "at": "2026-03-04T07:00:00Z", "method": "Passkey (device-bound)"}], "noticed": "2026-03-04T07:05:00Z"}`,
		"missed": `{"missed": true}`,
	} {
		p := everything()
		p.Drills = []checks.Drill{d}
		m := watched(t, everything())
		u := Use{Drill: d, Subject: account("1")}
		if err := json.Unmarshal([]byte(use), &u); err != nil {
			t.Fatal(err)
		}
		m.Activity.Uses = []Use{u}
		if got := see(t, m, p, hour(9)); got != "" {
			t.Errorf("%s: told %q", name, got)
		}
	}
}

// TestDrillKeepsWhatWasTold: what people heard that the drill was held with stays so, whatever
// the log brings later.
func TestDrillKeepsWhatWasTold(t *testing.T) {
	t.Parallel()
	p := drilling()
	m := watched(t, p)
	see(t, m, p, hour(1.1), signIn("in", ea01, hour(1), 0))
	earlier := signInFrom("198.51.100.7", "Passkey (device-bound)", signIn("early", ea01, hour(0.5), 0))
	see(t, m, p, hour(1.2), earlier)
	past := m.Past(p.Drills)
	if past.Drills[0].Used == nil || past.Drills[0].Used.Address != "203.0.113.5" || len(m.Activity.Uses[0].SignIns) != 1 || m.Activity.Uses[0].Others != 1 {
		t.Errorf("kept %+v of %+v", m.Activity.Uses[0], past.Drills)
	}
}

// TestEveryRegularChannelHearsOfADrill, and one that took no messages hears of all of it, also
// beside a drill that is due.
func TestEveryRegularChannelHearsOfADrill(t *testing.T) {
	t.Parallel()
	p := drilling()
	p.Channels = []Channel{{Name: "slack"}, {Name: "teams"}, {Name: "pager", Escalation: true}}
	m := NewMemory("t")
	m.Advance(Look{Report: report(t, start, nil), Scheduled: true}, p)
	take(&m, start)
	see(t, &m, p, hour(0.5))
	see(t, &m, p, hour(1.1), signIn("in", ea01, hour(1), 0))
	r := report(t, hour(2.5), nil)
	for i := range r.Results {
		if r.Results[i].Check == "drill-recent" {
			r.Results[i].Evidence = checks.Evidence{"lastSuccessfulSignInDateTime": {hour(-80 * 24).Format(time.RFC3339)}}
		}
	}
	m.Advance(Look{Report: r, Scheduled: true}, p)
	for _, name := range []string{"slack", "teams"} {
		if q := m.Channels[name].Queue; len(q) != 1 || kinds(q[0].Digest.Events) != "drill-announced drill/1, drilled drill/1, drill-ended drill/1, drill-due drill/1, drill-due drill/2" {
			t.Errorf("%s is to be told %+v", name, q)
		}
	}
	if len(m.Channels["pager"].Queue) != 0 {
		t.Error("the channel for escalation is told")
	}
}
