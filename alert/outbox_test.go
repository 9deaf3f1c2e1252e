package alert

import (
	"testing"
	"time"

	"breakglass/checks"
)

func alone() Policy { return everything() }

// watched is a memory whose channel was told that all is well.
func watched(t *testing.T, p Policy) *Memory {
	t.Helper()
	return play(t, p)
}

func look(t *testing.T, m *Memory, p Policy, days float64, says today) {
	t.Helper()
	at := start.Add(time.Duration(days * float64(day)))
	m.Advance(Look{Report: report(t, at, says), Scheduled: true}, p)
}

// TestMerged: a channel that cannot be told for days is told once, of all that happened.
func TestMerged(t *testing.T) {
	t.Parallel()
	const fails = "role-permanent/1 fail high a"
	for name, c := range map[string]struct {
		days []today
		want string
	}{
		"new":                   {[]today{{fails}, {fails}, {fails}}, "new role-permanent/1"},
		"came and went":         {[]today{{fails}, nil}, "came-went role-permanent/1"},
		"new, then worse":       {[]today{{fails}, {"role-permanent/1 fail critical a"}}, "new role-permanent/1"},
		"new, then other facts": {[]today{{fails}, {"role-permanent/1 fail high b"}}, "new role-permanent/1"},
		"new, then lost":        {[]today{{fails}, {"role-permanent/1 unknown"}}, "lost role-permanent/1"},
		"lost and restored":     {[]today{{"role-permanent/1 unknown"}, nil}, "restored role-permanent/1"},
		"two":                   {[]today{{fails}, {fails, "method-spare/2 fail high"}}, "new role-permanent/1, new method-spare/2"},
		"back and forth":        {[]today{{fails}, nil, {fails}, nil}, "came-went role-permanent/1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := watched(t, alone())
			for i, says := range c.days {
				look(t, m, alone(), float64(i+1), says)
				m.Refused("slack", m.Channels["slack"].Queue[0].Key, start, Refusal{Reason: "503"})
			}
			q := m.Channels["slack"].Queue
			if len(q) != 1 {
				t.Fatalf("%d messages wait", len(q))
			}
			d := q[0].Digest
			if got := kinds(d.Events); got != c.want {
				t.Errorf("told %q, want %q", got, c.want)
			}
			if len(d.Runs) > len(c.days) || d.Missed == "" && len(d.Runs) > 1 {
				t.Errorf("covers %v, missed %q", d.Runs, d.Missed)
			}
		})
	}
}

// TestMergedKeepsWhatWas: the merged event says what was before the first and is after the
// last.
func TestMergedKeepsWhatWas(t *testing.T) {
	t.Parallel()
	m := watched(t, alone())
	look(t, m, alone(), 1, today{"role-permanent/1 fail medium a"})
	take(m, start.Add(day))
	look(t, m, alone(), 2, today{"role-permanent/1 fail high a"})
	look(t, m, alone(), 3, today{"role-permanent/1 fail critical b"})
	e := m.Channels["slack"].Queue[0].Digest.Events
	if len(e) != 1 || e[0].Kind != Worse || e[0].Before.Severity != checks.Medium || e[0].Now.Severity != checks.Critical {
		t.Errorf("told %+v", e)
	}
}

// TestFirstMerged: a first message that could not be delivered tells everything that is
// open, and what happened meanwhile as news.
func TestFirstMerged(t *testing.T) {
	t.Parallel()
	m := NewMemory("t")
	look(t, &m, alone(), 0, today{"role-permanent/1 fail high", "method-spare/1 fail high", "method-spare/2 fail high"})
	look(t, &m, alone(), 1, today{"role-permanent/1 fail critical", "method-spare/2 fail high", "drill-recent/2 unknown", "account-enabled/2 fail critical"})
	q := m.Channels["slack"].Queue
	if len(q) != 1 || !q[0].Digest.First {
		t.Fatalf("waiting: %+v", q)
	}
	want := "worse role-permanent/1, new account-enabled/2 +1, baseline method-spare/2, came-went method-spare/1"
	if got := kinds(q[0].Digest.Events); got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

// TestDoubt: what may have arrived is not changed any more; what follows waits behind it.
func TestDoubt(t *testing.T) {
	t.Parallel()
	m := watched(t, alone())
	look(t, m, alone(), 1, today{"role-permanent/1 fail high"})
	key := m.Channels["slack"].Queue[0].Key
	at := start.Add(day)
	m.Begin("slack", key, at)
	m.Refused("slack", key, at, Refusal{Reason: "no answer", Doubtful: true})
	look(t, m, alone(), 2, nil)
	look(t, m, alone(), 3, today{"method-spare/1 fail high"})
	q := m.Channels["slack"].Queue
	if len(q) != 2 || q[0].Key != key || !q[0].Doubt.Equal(at) || kinds(q[0].Digest.Events) != "new role-permanent/1" {
		t.Fatalf("waiting: %+v", q)
	}
	if got := kinds(q[1].Digest.Events); got != "new method-spare/1, resolved role-permanent/1" {
		t.Errorf("behind it %q", got)
	}
	// A process that died while it sent leaves the same.
	m = watched(t, alone())
	look(t, m, alone(), 1, today{"role-permanent/1 fail high"})
	key = m.Channels["slack"].Queue[0].Key
	m.Begin("slack", key, at)
	m.Channels["slack"].Recover()
	look(t, m, alone(), 2, nil)
	if q := m.Channels["slack"].Queue; len(q) != 2 || q[0].Key != key || !q[0].Doubt.Equal(at) || q[0].Attempts != 1 {
		t.Errorf("after a crash: %+v", q)
	}
}

func TestBackOff(t *testing.T) {
	t.Parallel()
	m := watched(t, alone())
	look(t, m, alone(), 1, today{"role-permanent/1 fail high"})
	b := m.Channels["slack"]
	now := start.Add(day)
	var waits []time.Duration
	for range 9 {
		m.Begin("slack", b.Queue[0].Key, now)
		m.Refused("slack", b.Queue[0].Key, now, Refusal{Reason: "503"})
		waits = append(waits, b.Queue[0].NotBefore.Sub(now))
		if b.Due(now) != nil || b.Due(now.Add(waits[len(waits)-1])) == nil {
			t.Errorf("due at the wrong time after %v", waits)
		}
	}
	for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
		if waits[i] != want*time.Minute {
			t.Errorf("waits %v", waits)
			break
		}
	}
	m.Refused("slack", b.Queue[0].Key, now, Refusal{Reason: "429", RetryAfter: 3 * time.Hour})
	if got := b.Queue[0].NotBefore.Sub(now); got != time.Hour {
		t.Errorf("waits %v where 3 hours are asked for", got)
	}
	if b.Due(now.Add(-day)) == nil {
		t.Error("a clock that was wrong puts a message off for a day")
	}
	m.Refused("slack", "another", now, Refusal{Reason: "x"}) // a change that comes too late
	if b.Failure.Reason != "429" {
		t.Error("an entry that is not there was refused")
	}
}

// TestUrgent: a message of something critical waits for ten minutes at most, whatever the channel
// asks for, and what is queued before it does not hold it up for longer.
func TestUrgent(t *testing.T) {
	t.Parallel()
	for name, says := range map[string][]today{
		"alone":               {{"role-permanent/1 fail critical"}},
		"behind one in doubt": {{"method-spare/1 fail low"}, {"role-permanent/1 fail critical", "method-spare/1 fail low"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := watched(t, alone())
			b := m.Channels["slack"]
			now := start
			for i, s := range says {
				now = start.Add(time.Duration(i+1) * day)
				look(t, m, alone(), float64(i+1), s)
				m.Begin("slack", b.Queue[0].Key, now)
				m.Refused("slack", b.Queue[0].Key, now, Refusal{Reason: "429", Doubtful: true, RetryAfter: day})
			}
			if len(b.Queue) != len(says) || b.Due(now.Add(9*time.Minute)) != nil || b.Due(now.Add(10*time.Minute)) == nil {
				t.Errorf("of %d messages the first is not before %v", len(b.Queue), b.Queue[0].NotBefore.Sub(now))
			}
		})
	}
}

// TestDeliveries: a channel that must be mended is told on the other at once, and so is one that
// asks to be left alone for long; one that only does not answer after a day, or after ten minutes
// where something critical waits; and its recovery once.
func TestDeliveries(t *testing.T) {
	t.Parallel()
	p := alone()
	p.Channels = append(p.Channels, Channel{Name: "teams"})
	for name, c := range map[string]struct {
		permanent bool
		asks      time.Duration // to wait
		severity  string
		after     time.Duration
	}{
		"configuration": {true, 0, "high", 0}, "outage": {false, 0, "high", day}, "an hour": {false, time.Hour, "high", day},
		"asks for longer": {false, time.Hour + time.Second, "high", 0}, "critical": {false, 0, "critical", 10 * time.Minute},
		"critical, and asks for longer": {false, 11 * time.Minute, "critical", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := watched(t, p)
			look(t, m, p, 1, today{"role-permanent/1 fail " + c.severity})
			at := start.Add(day)
			m.Sent("teams", m.Channels["teams"].Queue[0].Key, at, Sent{}, true)
			m.Refused("slack", m.Channels["slack"].Queue[0].Key, at, Refusal{Reason: "404 no_service", Permanent: c.permanent, RetryAfter: c.asks})
			if c.after > 0 && m.Deliveries(at.Add(c.after-time.Minute), p) {
				t.Error("told too early")
			}
			if !m.Deliveries(at.Add(c.after), p) {
				t.Fatal("not told")
			}
			q := m.Channels["teams"].Queue
			if len(q) != 1 || kinds(q[0].Digest.Events) != "new delivery" || q[0].Digest.Events[0].Now.Reason != "404 no_service" || len(m.Channels["slack"].Queue) != 1 {
				t.Fatalf("teams is told %+v", q)
			}
			take(m, at.Add(c.after))
			if !m.Deliveries(at.Add(c.after+time.Hour), p) || kinds(m.Channels["teams"].Queue[0].Digest.Events) != "resolved delivery" || len(m.Channels["slack"].Queue) != 0 {
				t.Errorf("after it works again: teams %+v, slack %+v", m.Channels["teams"].Queue, m.Channels["slack"].Queue)
			}
			if m.Deliveries(at.Add(c.after+2*time.Hour), p) {
				t.Error("told twice")
			}
			look(t, m, p, 3, today{"role-permanent/1 fail " + c.severity})
			if q := m.Channels["teams"].Queue; len(q) != 1 {
				t.Errorf("the next run makes of it %+v", q)
			}
		})
	}
}

// TestThreads: the message that tells of a finding first is the one that later ones
// answer to, while one of its findings is open.
func TestThreads(t *testing.T) {
	t.Parallel()
	m := watched(t, alone())
	two := today{"role-permanent/1 fail high", "method-spare/1 fail high"}
	look(t, m, alone(), 1, two)
	b := m.Channels["slack"]
	key := b.Queue[0].Key
	m.Sent("slack", key, start, Sent{ID: "1.1", Starts: b.Queue[0].Digest.Fresh(), Message: []byte(`{}`)}, true)
	look(t, m, alone(), 2, today{"method-spare/1 fail high", "drill-recent/2 fail high"})
	e := b.Queue[0]
	threads := b.Threaded(e)
	if len(threads) != 1 || kinds(e.Digest.Only(threads[0].Keys).Events) != "resolved role-permanent/1" || !e.Digest.InChannel(threads) {
		t.Errorf("threads %+v of %q", threads, kinds(e.Digest.Events))
	}
	m.Sent("slack", e.Key, start, Sent{ID: "2.2", Starts: []checks.Key{{Check: "drill-recent", Subject: ea02}}}, false)
	if again := b.Threaded(b.Queue[0]); len(again) != 1 || again[0].ID != "1.1" {
		t.Errorf("its own thread is among %+v", again)
	}
	m.Sent("slack", e.Key, start, Sent{Replaces: "1.1", Message: []byte(`{"Title":"x"}`)}, true)
	if len(b.Threads) != 2 || len(b.Threads[0].Keys) != 1 || string(b.Threads[0].Message) != `{"Title":"x"}` {
		t.Errorf("threads %+v", b.Threads)
	}
	look(t, m, alone(), 3, today{"drill-recent/2 fail high"})
	if e := b.Queue[0]; e.Digest.InChannel(b.Threaded(e)) {
		t.Errorf("the channel is told what the thread can be: %q", kinds(e.Digest.Events))
	}
	take(m, start)
	if len(b.Threads) != 1 || b.Threads[0].ID != "2.2" {
		t.Errorf("threads %+v", b.Threads)
	}
}

// TestForgotten: a memory that is lost is told, once.
func TestForgotten(t *testing.T) {
	t.Parallel()
	m := NewMemory("t")
	m.Forgotten = "it is broken"
	look(t, &m, alone(), 0, today{"role-permanent/1 fail high"})
	if d := m.Channels["slack"].Queue[0].Digest; d.Forgotten == "" || m.Forgotten != "" {
		t.Errorf("told %+v, and remembers %q", d, m.Forgotten)
	}
}

// TestUnconfigured: a channel that is not configured any more is forgotten, and told
// everything when it comes back.
func TestUnconfigured(t *testing.T) {
	t.Parallel()
	m := watched(t, alone())
	look(t, m, Policy{Channels: []Channel{{Name: "teams"}}}, 1, nil)
	if m.Channels["slack"] != nil || m.Channels["teams"] == nil {
		t.Errorf("channels %v", m.Channels)
	}
	look(t, m, alone(), 2, nil)
	if !m.Channels["slack"].Queue[0].Digest.First {
		t.Error("it is not told everything")
	}
}
