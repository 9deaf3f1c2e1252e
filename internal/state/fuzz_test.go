package state

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/notify"
	"breakglass/tenant"
)

// lived is a memory in which everything that is kept is there.
func lived() alert.Memory {
	at := report("").CheckedAt
	m := memory(tenantID, "first")
	m.Activity = alert.Activity{
		SignIns:      []tenant.SignIn{{ID: "s", UserID: tenant.Known("a"), CreatedDateTime: tenant.Known(tenant.Time{Time: at})}},
		Drills:       []checks.Drill{{Account: "ea01@contoso.onmicrosoft.com", From: at, To: at.Add(time.Hour), By: "x", Reason: "y"}},
		Acknowledged: []checks.Acknowledgement{{Account: "a", Until: at, As: checks.ExplainedDrill, By: "x", Reason: "y", At: at}},
		Uses:         []alert.Use{{Subject: checks.Subject{Type: checks.SubjectUser, ID: "a"}, SignIns: []alert.Used{{ID: "s", At: at}}, Noticed: at, Alarms: []alert.Alarm{{Channel: "slack", At: at}}}},
		Reminded:     map[string]alert.Reminder{"a": {Due: at, Days: 3}},
	}
	m.SawNews([]string{"attempt/a/2026-11-23"}, at, true)
	m.Findings[0].Snooze = &alert.Snoozed{Snooze: alert.Snooze{Check: "drill-recent", Until: at.Add(time.Hour)}}
	m.Findings[0].Blind = &alert.Blindness{Result: m.Findings[0].Result, Since: at, Last: at, Runs: 1}
	message, _ := json.Marshal(notify.Compose(m.Channels["slack"].Queue[0].Digest, notify.Options{Key: "k"})) // plain data
	m.Channels["slack"].Threads = []alert.Thread{{ID: "1", Entry: "x", At: at, Keys: []checks.Key{m.Findings[0].Key}, Message: message}}
	m.Touch(alert.Touch{How: alert.Foreign, At: at, Lost: true, Strange: []alert.Strange{{What: alert.StrangeDrill, Of: "a", Until: at}}})
	m.Attest("other", alert.Mark{Serial: 7, At: at})
	return m
}

// FuzzMemory: whatever stands where the memory is kept is refused, or held to the limits, taken
// on by the next runs, and told; and what is written of it is read again as it was.
func FuzzMemory(f *testing.F) {
	for _, m := range []alert.Memory{alert.NewMemory(tenantID), memory(tenantID, "kept"), lived()} {
		data, err := encode(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	old, err := json.Marshal(map[string]any{"schema": earlier, "tenant": tenantID, "told": map[string]checks.Report{"slack": report("new")}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(old)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := decode(data, tenantID)
		if err != nil {
			return
		}
		now := report("").CheckedAt.Add(time.Hour)
		m.Sane(now)
		wantLimits(t, m, now)
		for _, box := range m.Channels {
			box.Recover()
		}
		policy := alert.Policy{
			Channels: []alert.Channel{{Name: "slack", Mentions: true}, {Name: "teams"}, {Name: "escalation-slack", Escalation: true}},
			Snoozes:  []alert.Snooze{{Check: "drill-recent", Until: now.Add(time.Hour), By: "x", Reason: "y"}},
		}
		for i := range 2 {
			r := report("changed")
			r.CheckedAt = now.Add(time.Duration(i) * 24 * time.Hour)
			m.News(tenant.Snapshot{})
			m.Advance(alert.Look{Report: r, Scheduled: i > 0}, policy)
			m.Deliveries(r.CheckedAt, policy)
			m.Retry()
			tell(&m, r.CheckedAt)
			wantSame(t, m)
		}
	})
}

// wantLimits sees that nothing is left that would keep people from hearing.
func wantLimits(t *testing.T, m alert.Memory, now time.Time) {
	t.Helper()
	const ahead = 10 * time.Minute
	for _, d := range m.Activity.Drills {
		if d.To.Sub(now) > checks.LongestDrill+ahead {
			t.Errorf("a drill until %v", d.To)
		}
	}
	for _, a := range m.Activity.Acknowledged {
		if a.Until.Sub(now) > ahead+time.Second {
			t.Errorf("an explanation until %v", a.Until)
		}
	}
	if again := m.Sane(now); len(again) > 0 {
		t.Errorf("held to the limits twice: %+v", again)
	}
}

// tell words what waits, as a run does, and takes the first message of each channel for sent.
func tell(m *alert.Memory, now time.Time) {
	for name, box := range m.Channels {
		for _, e := range box.Queue {
			for _, language := range []string{"en", "ja"} {
				notify.Compose(e.Digest, notify.Options{Key: e.Key, Language: language})
			}
			for _, thread := range box.Threaded(e) {
				digest := e.Digest.Only(thread.Keys)
				notify.Compose(digest, notify.Options{})
				var first notify.Message
				if json.Unmarshal(thread.Message, &first) == nil {
					first.Settle(digest.Closes(), notify.SettledOn("en", now))
				}
			}
		}
		if e := box.Due(now); e != nil {
			key := e.Key
			m.Begin(name, key, now)
			m.Refused(name, key, now, alert.Refusal{Reason: "no answer", Doubtful: true})
			m.Sent(name, key, now, alert.Sent{ID: "1", Starts: e.Digest.Fresh()}, true)
		}
	}
}

// wantSame sees that a memory is read as it was written.
func wantSame(t *testing.T, m alert.Memory) {
	t.Helper()
	once, err := encode(m)
	if err != nil {
		t.Fatalf("it cannot be written: %v", err)
	}
	read, err := decode(once, tenantID)
	if err != nil {
		t.Fatalf("what was written is refused: %v\n%s", err, once)
	}
	twice, err := encode(read)
	if err != nil || !bytes.Equal(once, twice) {
		t.Fatalf("it reads otherwise: %v\n%s\n%s", err, once, twice)
	}
}
