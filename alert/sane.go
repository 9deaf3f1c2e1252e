package alert

import (
	"maps"
	"slices"
	"strings"
	"time"

	"breakglass/checks"
)

// What is remembered is read from a place where others may write. What holds for all that
// this program writes there is held to when it is read.
const (
	// LongestSnooze is how long a finding may be kept quiet with one decision: after that
	// somebody looks again.
	LongestSnooze = 90 * day
	// LongestName and LongestText bound who says something, and what they say, in characters.
	LongestName = 200
	LongestText = 1000

	// allowance is how far the clock may be ahead that wrote a time.
	allowance = 10 * time.Minute
	// lastSerial is more changes than are ever made.
	lastSerial = 1 << 52
	// entriesKept bounds the drills, the explanations and the threads.
	entriesKept = 1000
	// queueKept bounds what waits for one channel: what nobody has seen is one message.
	queueKept = 100
)

// A StrangeKind is what this program does not write.
type StrangeKind string

// The kinds of what is strange.
const (
	StrangeDrill       StrangeKind = "drill"       // too long, or announced for later
	StrangeExplanation StrangeKind = "explanation" // of what has not happened
	StrangeSnooze      StrangeKind = "snooze"      // longer than LongestSnooze
	StrangeUse         StrangeKind = "use"         // a drill that is told already, and that nobody held
	StrangeCount       StrangeKind = "count"       // more than is kept
)

// Strange is something that was dropped: of which account or finding, and until when it would
// have held.
type Strange struct {
	What  StrangeKind `json:"what"`
	Of    string      `json:"of,omitempty"`
	Until time.Time   `json:"until,omitzero"`
}

// Sane holds a memory that was read to the limits that hold for writing it. It returns what
// it dropped because this program does not write it: another hand did, or a clock was wrong.
// A time that lies ahead is put right without a word, for a clock that was ahead once must
// not silence the watch for as long.
func (m *Memory) Sane(now time.Time) []Strange {
	s := sieve{now: now, latest: now.Add(allowance)}
	if m.Serial < 0 || m.Serial > lastSerial {
		m.Serial = 0
		s.drop(true, Strange{What: StrangeCount})
	}
	s.activity(&m.Activity)
	s.watermark(&m.Watch)
	for i := range m.Findings {
		s.finding(&m.Findings[i])
	}
	for _, b := range m.Channels {
		s.box(b)
	}
	if m.Report != nil && m.Report.CheckedAt.After(s.latest) {
		m.Report.CheckedAt = now.Add(-restless) // so that a full run is due where one is wanted
	}
	s.past(&m.Notice.At)
	maps.DeleteFunc(m.Kept, func(_ string, k Mark) bool { return k.Serial < 0 || k.Serial > lastSerial })
	m.Touched = touches(m.Touched, nil)
	return s.strange[:min(len(s.strange), strangeTold)]
}

// strangeTold bounds how much is said of what was dropped.
const strangeTold = 20

// A sieve holds what was read to the limits.
type sieve struct {
	now, latest time.Time
	strange     []Strange
}

// drop notes what is strange, if it is.
func (s *sieve) drop(is bool, x Strange) bool {
	if is {
		x.Of = CutText(x.Of, LongestName)
		s.strange = append(s.strange, x)
	}
	return is
}

// past puts a time right that lies ahead.
func (s *sieve) past(t *time.Time) {
	if t.After(s.latest) {
		*t = s.now
	}
}

// unknown forgets a time that lies ahead.
func (s *sieve) unknown(t *time.Time) {
	if t.After(s.latest) {
		*t = time.Time{}
	}
}

func (s *sieve) activity(a *Activity) {
	a.Drills = slices.DeleteFunc(a.Drills, func(d checks.Drill) bool {
		return s.drop(d.To.Sub(d.From) > checks.LongestDrill || d.From.After(s.latest), Strange{StrangeDrill, d.Account, d.To})
	})
	a.Acknowledged = slices.DeleteFunc(a.Acknowledged, func(x checks.Acknowledgement) bool {
		return s.drop(x.At.After(s.latest) || x.Until.Sub(x.At) > time.Second, Strange{StrangeExplanation, x.Account, x.Until}) // both are kept in whole seconds
	})
	for i := range a.Uses {
		u := &a.Uses[i]
		u.By, u.Reason = CutText(u.By, LongestName), CutText(u.Reason, LongestText)
		if s.drop(len(u.SignIns) == 0 && !u.Noticed.IsZero(), Strange{StrangeUse, u.Account, u.To}) {
			u.Noticed = time.Time{}
		}
		s.past(&u.Noticed)
	}
	if a.bound() {
		s.drop(true, Strange{What: StrangeCount})
	}
	for i := range a.Drills {
		d := &a.Drills[i]
		d.By, d.Reason = CutText(d.By, LongestName), CutText(d.Reason, LongestText)
	}
	for i := range a.Acknowledged {
		x := &a.Acknowledged[i]
		x.By, x.Reason = CutText(x.By, LongestName), CutText(x.Reason, LongestText)
	}
}

// bound keeps the newest of what people add, and reports whether there was more.
func (a *Activity) bound() bool {
	before := len(a.Drills) + len(a.Acknowledged) + len(a.Uses)
	a.Drills, a.Acknowledged, a.Uses = newest(a.Drills), newest(a.Acknowledged), newest(a.Uses)
	return len(a.Drills)+len(a.Acknowledged)+len(a.Uses) < before
}

// newest are the last of a list that grows at its end.
func newest[T any](all []T) []T { return all[max(len(all)-entriesKept, 0):] }

// Announce remembers a drill.
func (a *Activity) Announce(d checks.Drill) {
	a.Drills = append(a.Drills, d)
	a.bound()
}

// Keep remembers what the use of an account was.
func (a *Activity) Keep(x checks.Acknowledgement) {
	a.Acknowledged = append(a.Acknowledged, x)
	a.bound()
}

func (s *sieve) watermark(w *Watermark) {
	s.unknown(&w.Until) // so that the logs are read as far back as they go
	s.past(&w.Unread)
	maps.DeleteFunc(w.Seen, func(id string, _ time.Time) bool { return s.tomorrow(id) })
	for id, at := range w.Seen {
		s.past(&at)
		w.Seen[id] = at
	}
}

// tomorrow reports whether attempts are called seen that can only be made later.
func (s *sieve) tomorrow(id string) bool {
	parts := strings.Split(id, "/")
	if parts[0] != "attempt" || len(parts) < 3 {
		return false
	}
	at, err := time.Parse(time.DateOnly, parts[2])
	return err == nil && at.After(s.latest.Add(day))
}

func (s *sieve) finding(f *Finding) {
	for _, t := range []*time.Time{&f.Since, &f.Closed, &f.Told} {
		s.past(t)
	}
	s.unknown(&f.LastGood)
	s.unknown(&f.Passed)
	if f.Blind != nil {
		s.past(&f.Blind.Since)
		s.past(&f.Blind.Last)
	}
	if f.Snooze != nil && s.drop(f.Snooze.Until.Sub(s.latest) > LongestSnooze, Strange{StrangeSnooze, f.Key.Check, f.Snooze.Until}) {
		f.Snooze = nil
	}
}

func (s *sieve) box(b *Box) {
	s.past(&b.Since)
	s.past(&b.Spoke)
	if b.Failure != nil {
		s.past(&b.Failure.Since)
	}
	if s.drop(len(b.Queue) > queueKept, Strange{What: StrangeCount}) {
		b.Queue = slices.Delete(b.Queue, queueKept/2, len(b.Queue)-queueKept/2)
	}
	for i := range b.Queue {
		e := &b.Queue[i]
		for _, t := range []*time.Time{&e.Queued, &e.Trying, &e.Doubt} {
			s.past(t)
		}
		if e.NotBefore.Sub(s.latest) > day {
			e.NotBefore = time.Time{}
		}
		e.Digest.Touched = touches(e.Digest.Touched, nil)
	}
	b.Threads = newest(b.Threads)
	for i := range b.Threads {
		s.past(&b.Threads[i].At)
	}
}

// CutText is the beginning of a text, in characters.
func CutText(text string, most int) string {
	if len(text) <= most {
		return text
	}
	n := 0
	for i := range text {
		if n == most {
			return text[:i]
		}
		n++
	}
	return text
}
