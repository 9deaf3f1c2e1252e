package alert

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"breakglass/checks"
)

// A Box is what one channel is still to be told, and what became of what it was told.
type Box struct {
	Since time.Time `json:"since"`           // when it was first to be told anything
	Spoke time.Time `json:"spoke,omitzero"`  // when it last took a message
	Beat  bool      `json:"beat,omitempty"`  // that was a heartbeat
	Queue []Entry   `json:"queue,omitempty"` // the oldest first
	// Failure is why it takes no messages; nil if the last one went well.
	Failure *Failure `json:"failure,omitempty"`
	Threads []Thread `json:"threads,omitempty"`
	// Escalation is set if it hears only of what nobody took care of.
	Escalation bool `json:"escalation,omitempty"`
}

// An Entry is one message that is not delivered yet.
type Entry struct {
	Key      string    `json:"key"` // tells it from others, and does not change once it may have been sent
	Digest   Digest    `json:"digest"`
	Queued   time.Time `json:"queued"`
	Attempts int       `json:"attempts,omitempty"`
	// Trying is when an attempt began of which no end is known: the process may have died.
	Trying time.Time `json:"trying,omitzero"`
	// Doubt is when an attempt began that may have arrived; zero if none did.
	Doubt time.Time `json:"doubt,omitzero"`
	// NotBefore is when to try again.
	NotBefore time.Time `json:"notBefore,omitzero"`
	// Posted counts the parts that were delivered, of a message that has several.
	Posted int `json:"posted,omitempty"`
}

// A Failure is why a channel takes no messages.
type Failure struct {
	Since     time.Time `json:"since"`
	Reason    string    `json:"reason"`    // without secrets
	Permanent bool      `json:"permanent"` // waiting does not help: somebody must mend the configuration
	// Long is set if the channel asked to wait for longer than people can wait.
	Long bool `json:"long,omitempty"`
	Told bool `json:"told,omitempty"`
}

// A Thread is a message that later ones about its findings answer to.
type Thread struct {
	ID      string          `json:"id"`
	Entry   string          `json:"entry"` // the key of what it was sent with
	At      time.Time       `json:"at"`
	Keys    []checks.Key    `json:"keys"`    // of findings that are still open
	Message json.RawMessage `json:"message"` // as it stands
}

// Delivery is the check of the channels themselves. It is no check of the tenant.
const Delivery = "delivery"

// undelivered is how long a channel may be unreachable before other channels hear of it.
const undelivered = day

const (
	// patience is how long a message waits for a channel before it is tried again, whatever the
	// channel asks for.
	patience = time.Hour
	// urgency is patience for a message of something critical. Where that is not taken for so
	// long, other channels hear of it.
	urgency = 10 * time.Minute
)

// open reports whether later events may still be put into the entry: nobody can have
// seen it.
func (e *Entry) open() bool { return e.Trying.IsZero() && e.Doubt.IsZero() && e.Posted == 0 }

// put queues a digest; one that nobody can have seen yet becomes part of it.
func (b *Box) put(tenant, channel string, d Digest) {
	if n := len(b.Queue); n > 0 && b.Queue[n-1].open() {
		e := &b.Queue[n-1]
		e.Digest = e.Digest.Then(d)
		if b.Failure != nil {
			e.Digest.Missed = b.Failure.Reason
		}
		e.Key = keyOf(tenant, channel, e.Digest)
		return
	}
	b.Queue = append(b.Queue, Entry{Key: keyOf(tenant, channel, d), Digest: d, Queued: d.At()})
}

// refresh brings what waits up to date: what nobody can have seen yet is told as things are
// when it is sent.
func (b *Box) refresh(tenant, channel string, d Digest) {
	if n := len(b.Queue); n > 0 && b.Queue[n-1].open() {
		b.put(tenant, channel, d)
	}
}

// keyOf is short, so that people can compare it.
func keyOf(tenant, channel string, d Digest) string {
	content, err := json.Marshal(d)
	if err != nil {
		panic(err) // plain data
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s", tenant, channel, content))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:10]
}

// Recover takes an attempt of which no end is known for one that may have arrived.
func (b *Box) Recover() {
	for i := range b.Queue {
		if e := &b.Queue[i]; !e.Trying.IsZero() {
			if e.Doubt.IsZero() {
				e.Doubt = e.Trying
			}
			e.Trying = time.Time{}
		}
	}
}

// Due returns the entry to send next; nil if there is none now. One that is to wait for longer
// than any does was put off by a clock that was wrong.
func (b *Box) Due(now time.Time) *Entry {
	if len(b.Queue) == 0 {
		return nil
	}
	wait := b.Queue[0].NotBefore.Sub(now)
	if wait > 0 && wait <= b.patience() {
		return nil
	}
	return &b.Queue[0]
}

// patience is how long the channel's next message may wait: what is behind it waits as well.
func (b *Box) patience() time.Duration {
	if b.urgent() {
		return urgency
	}
	return patience
}

// urgent reports whether something critical waits.
func (b *Box) urgent() bool {
	return slices.ContainsFunc(b.Queue, func(e Entry) bool { return e.Digest.Urgent() })
}

// Begin notes that an entry is about to be sent.
func (m *Memory) Begin(channel, key string, now time.Time) {
	if e := m.head(channel, key); e != nil {
		e.Attempts++
		e.Trying = now
	}
}

// head is the entry that is sent next, if it is the one that is meant.
func (m *Memory) head(channel, key string) *Entry {
	b := m.Channels[channel]
	if b == nil || len(b.Queue) == 0 || b.Queue[0].Key != key {
		return nil
	}
	return &b.Queue[0]
}

// A Refusal is how an attempt ended that did not succeed.
type Refusal struct {
	Reason     string // without secrets
	Permanent  bool   // waiting does not help
	Doubtful   bool   // it may have arrived all the same
	RetryAfter time.Duration
}

// Refused keeps an entry for later.
func (m *Memory) Refused(channel, key string, now time.Time, r Refusal) {
	e := m.head(channel, key)
	if e == nil {
		return
	}
	if r.Doubtful && e.Doubt.IsZero() {
		e.Doubt = e.Trying
	}
	e.Trying = time.Time{}
	b := m.Channels[channel]
	e.NotBefore = now.Add(min(max(r.RetryAfter, backOff(e.Attempts)), b.patience()))
	if b.Failure == nil || b.Failure.Since.After(now) {
		b.Failure = &Failure{Since: now}
	}
	b.Failure.Reason, b.Failure.Permanent, b.Failure.Long = r.Reason, r.Permanent, r.RetryAfter > b.patience()
}

// backOff grows from one minute to an hour.
func backOff(attempts int) time.Duration {
	return min(time.Minute<<min(max(attempts-1, 0), 6), time.Hour)
}

// queue gives each channel what is news to it.
func (m *Memory) queue(o *observation) {
	if m.Channels == nil {
		m.Channels = map[string]*Box{}
	}
	queued := false
	events := told(o.events)
	for _, c := range o.policy.Channels {
		box, known := m.Channels[c.Name]
		if !known {
			box = &Box{Since: o.at}
			m.Channels[c.Name] = box
		}
		box.Escalation = c.Escalation
		d := o.digest()
		d.First = !known && !c.Escalation
		d.Events = eventsFor(c, events)
		if d.First {
			d.Events, d.Before = o.baseline(d.Events), nil
		}
		if !c.Escalation {
			d.Forgotten, d.Touched = m.Forgotten, m.Touched
			d.Alarm = d.Alarm && m.Forgotten == "" // what is open is told again
		}
		d.Heartbeat = !d.News() && !c.Escalation && o.heartbeatDue(box)
		if !d.News() && !d.Heartbeat {
			box.refresh(m.Tenant, c.Name, d)
			continue
		}
		d.Mention = slices.ContainsFunc(d.Events, func(e Event) bool { return e.Kind == LockedOut || e.escalates() })
		box.put(m.Tenant, c.Name, d)
		queued = true
	}
	for name := range m.Channels {
		if !slices.ContainsFunc(o.policy.Channels, func(c Channel) bool { return c.Name == name }) {
			delete(m.Channels, name)
		}
	}
	m.Touched = nil // every channel that there is has it
	if queued {
		m.Survival, m.Forgotten = o.look.Report.Survival, ""
	}
}

// eventsFor are those that a channel hears of.
func eventsFor(c Channel, all []Event) []Event {
	var own []Event
	for _, e := range all {
		switch {
		case e.Key.Check == Delivery && e.Key.Subject == c.Name: // it hears of its own by hearing again
		case !c.Escalation, e.Kind == LockedOut, e.escalates() && e.Level > 1, e.Key.Check == Delivery:
			own = append(own, e)
		}
	}
	return own
}

// told are events as they are told: with the entries of the logs that people did not hear
// of, and nothing that happened hidden below what it has in common with.
func told(events []Event) []Event {
	var all []Event
	for _, e := range events {
		var explained []Event
		for _, c := range e.Caused {
			if len(c.Now.Happened) > 0 || checks.ByID(c.Key.Check).Event && c.Now.Status == checks.Fail {
				all = append(all, c.withHappened())
			} else {
				explained = append(explained, c)
			}
		}
		e.Caused = explained
		all = append(all, e.withHappened())
	}
	sortEvents(all)
	return all
}

// withHappened keeps of the entries of a log those that are new to people.
func (e Event) withHappened() Event {
	if e.Kind.reminds() == 0 {
		e.Happened = slices.DeleteFunc(slices.Clone(e.Now.Happened), func(h checks.Happening) bool {
			return slices.ContainsFunc(e.Before.Happened, func(x checks.Happening) bool { return x.ID == h.ID })
		})
	}
	e.Now.Happened, e.Before.Happened = nil, nil
	return e
}

// baseline is everything that is open, for a channel that hears for the first time, and
// what this look found to have happened.
func (o *observation) baseline(news []Event) []Event {
	all := slices.DeleteFunc(slices.Clone(news), func(e Event) bool {
		switch e.Kind {
		case LockedOut, New, CameBack, Worse, Unwatched, Drilled:
			return false
		case Changed:
			return len(e.Happened) == 0
		default:
			return true
		}
	})
	for _, s := range o.Standing() {
		if slices.ContainsFunc(all, func(e Event) bool { return e.Key == s.Key }) {
			continue
		}
		f := o.finding(s.Key)
		e := Event{Kind: Baseline, Key: s.Key, Now: f.Result, Since: s.Since, Snooze: s.Snooze, Times: f.Times}
		if f.Blind != nil {
			e.Now = f.Blind.Result
		}
		all = append(all, e.withHappened())
	}
	sortEvents(all)
	return all
}

// heartbeatDue reports whether people have heard nothing for so long that silence would
// be ambiguous.
func (o *observation) heartbeatDue(b *Box) bool {
	silent := o.at.Sub(maxTime(b.Spoke, b.Since))
	switch {
	case !o.look.Scheduled || o.policy.Heartbeat == Off || len(b.Queue) > 0:
		return false
	case o.policy.Heartbeat == Daily:
		return true
	}
	// The day matters only among heartbeats: after another message one so soon would be noise.
	enough := 6*day - early
	if b.Beat {
		enough = 3*day - early
	}
	return o.at.UTC().Weekday() == o.policy.Day && silent >= enough || silent >= 7*day-early
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// digest is how things stand.
func (o *observation) digest() Digest {
	r := o.look.Report
	return Digest{
		Tenant: r.Tenant, Runs: []time.Time{r.CheckedAt}, Names: o.names(), Open: o.Standing(),
		Pass: r.Summary.Pass, Fail: r.Summary.Fail, Unknown: r.Summary.Unknown, NotApplicable: r.Summary.NotApplicable,
		Survival: r.Survival, Before: o.Survival, Alarm: !o.look.Scheduled,
	}
}

// names are the subjects of everything that is known, each once.
func (o *observation) names() []checks.Subject {
	seen := map[string]bool{}
	var all []checks.Subject
	add := func(s checks.Subject) {
		if key := string(s.Type) + "/" + s.ID; s.ID != "" && !seen[key] {
			seen[key] = true
			all = append(all, s)
		}
	}
	for _, r := range o.look.Report.Results {
		add(r.Subject)
	}
	for _, e := range o.events {
		add(e.Result().Subject)
	}
	return all
}

// Deliveries tells the channels that work of those that do not, and reports whether
// there is anything new to send.
func (m *Memory) Deliveries(now time.Time, p Policy) bool {
	if m.Report == nil {
		return false
	}
	l := Look{Report: *m.Report}
	o := m.observe(l, p.Defaults())
	o.at, o.first = now, false
	for _, c := range p.Channels {
		o.delivery(c.Name)
	}
	if len(o.events) == 0 {
		return false
	}
	o.order()
	m.queue(o)
	return true
}

func (o *observation) delivery(channel string) {
	box := o.Channels[channel]
	key := checks.Key{Check: Delivery, Subject: channel}
	r := checks.Result{
		Check: Delivery, Status: checks.Pass, Severity: checks.High, Subject: checks.Subject{Type: "channel", ID: channel, Name: channel},
	}
	if box == nil || box.Failure == nil {
		if f := o.finding(key); f != nil {
			o.pass(f, r)
		}
		return
	}
	lasted := o.at.Sub(box.Failure.Since)
	if box.Failure.Permanent || box.Failure.Long || lasted >= undelivered || box.urgent() && lasted >= urgency {
		r.Status, r.Reason = checks.Fail, box.Failure.Reason
		o.fail(o.ensure(key), r)
	}
}

// A Sent is what became of one part of an entry.
type Sent struct {
	ID        string          // of the message; empty where there is none
	Delivered bool            // otherwise accepted: nobody knows whether people see it
	Starts    []checks.Key    // findings whose thread begins with it
	Replaces  string          // the message that it was put in the place of
	Message   json.RawMessage // as it stands, where it has a thread
}

// Sent notes that a part of an entry was sent; last says whether it was the last one.
func (m *Memory) Sent(channel, key string, now time.Time, s Sent, last bool) {
	e := m.head(channel, key)
	if e == nil {
		return
	}
	e.Posted++
	e.Trying, e.Doubt = time.Time{}, time.Time{}
	if e.Posted == 1 {
		m.Activity.rang(e.Digest, Alarm{Channel: channel, At: now, Delivered: s.Delivered})
	}
	b := m.Channels[channel]
	if s.ID != "" && len(s.Starts) > 0 {
		b.Threads = newest(append(b.Threads, Thread{ID: s.ID, Entry: key, At: now, Keys: s.Starts, Message: s.Message}))
	}
	for i := range b.Threads {
		if b.Threads[i].ID == s.Replaces {
			b.Threads[i].Message = s.Message
		}
	}
	if last {
		b.settle(now)
	}
}

// settle takes the first entry out: the channel has it, or says that it will. A thread
// lasts while one of its findings does.
func (b *Box) settle(now time.Time) {
	closed := b.Queue[0].Digest.Closes()
	b.Beat = b.Queue[0].Digest.Heartbeat
	b.Queue = slices.Delete(b.Queue, 0, 1)
	b.Spoke, b.Failure = now, nil
	for i := range b.Threads {
		b.Threads[i].Keys = slices.DeleteFunc(slices.Clone(b.Threads[i].Keys), func(k checks.Key) bool { return slices.Contains(closed, k) })
	}
	b.Threads = slices.DeleteFunc(b.Threads, func(t Thread) bool { return len(t.Keys) == 0 || now.Sub(t.At) > kept })
}

// Threaded are the earlier threads that an entry has something for.
func (b *Box) Threaded(e Entry) []Thread {
	var all []Thread
	for _, t := range b.Threads {
		if t.Entry != e.Key && len(e.Digest.Only(t.Keys).Events) > 0 {
			all = append(all, t)
		}
	}
	return all
}

// Fresh are the findings that a digest tells of for the first time in their life.
func (d Digest) Fresh() []checks.Key {
	var all []checks.Key
	for _, e := range d.Events {
		switch e.Kind {
		case Baseline, New, CameBack, Lost:
			all = append(all, e.Key)
		default:
		}
	}
	return all
}

// Closes are the findings whose life ends in a digest.
func (d Digest) Closes() []checks.Key {
	var all []checks.Key
	for _, e := range d.Events {
		switch e.Kind {
		case Resolved, CameWent, Dropped:
			all = append(all, e.Key)
		case Restored:
			if e.Now.Status != checks.Fail {
				all = append(all, e.Key)
			}
		default:
		}
	}
	return all
}

// answers reports whether an event is told where one of the findings began. What is new is
// told to everybody, though an earlier life of it has a thread.
func (e Event) answers(keys []checks.Key) bool {
	return e.Kind != Open && e.Kind != New && e.Kind != Baseline && slices.Contains(keys, e.Key)
}

// Only is a digest of the events of some findings, without what the rest of it is about.
func (d Digest) Only(keys []checks.Key) Digest {
	d.Events = slices.DeleteFunc(slices.Clone(d.Events), func(e Event) bool {
		return !e.answers(keys)
	})
	d.Open, d.Survival, d.Before, d.First, d.Heartbeat, d.Missed, d.Forgotten, d.Touched = nil, nil, nil, false, false, "", "", nil
	return d
}

// InChannel reports whether a digest has anything that no thread is about.
func (d Digest) InChannel(threads []Thread) bool {
	if d.First || d.Heartbeat || len(d.Events) == 0 || len(d.Touched) > 0 {
		return true
	}
	for _, e := range d.Events {
		if !slices.ContainsFunc(threads, func(t Thread) bool { return e.answers(t.Keys) }) {
			return true
		}
	}
	return false
}
