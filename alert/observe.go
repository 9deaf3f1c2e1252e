package alert

import (
	"cmp"
	"slices"
	"time"

	"breakglass/checks"
)

// twice is how far apart two runs must be to count as two: a run that a change caused
// may follow another at once.
const twice = time.Hour

// An observation is one look on its way into the memory.
type observation struct {
	*Memory
	look   Look
	policy Policy
	at     time.Time
	first  bool
	ids    map[string]string
	before map[checks.Key]checks.Result
	checks map[string]checks.Check
	seen   map[checks.Key]bool
	left   map[string]bool // accounts that are not declared any more, by object id
	events []Event
}

func (m *Memory) observe(l Look, p Policy) *observation {
	o := &observation{
		Memory: m, look: l, policy: p, at: l.Report.CheckedAt, first: m.Report == nil,
		before: map[checks.Key]checks.Result{}, checks: map[string]checks.Check{}, seen: map[checks.Key]bool{},
	}
	o.ids = checks.ObjectIDs(checks.Report{Accounts: m.Watched()}, l.Report)
	if m.Report != nil {
		for _, r := range m.Report.Results {
			o.before[r.Key(o.ids)] = r
		}
	}
	for _, c := range checks.All() {
		o.checks[c.ID] = c
	}
	return o
}

// say notes an event.
func (o *observation) say(kind Kind, f *Finding, e Event) {
	e.Kind, e.Key, e.Times = kind, f.Key, f.Times
	if f.quiet() {
		e.Snooze = &f.Snooze.Snooze
	}
	f.Told = o.at
	if f.Blind != nil {
		f.Blind.Heard = events(f.Blind.Result)
	}
	o.events = append(o.events, e)
}

// results compares every result with what is remembered of it.
func (o *observation) results() {
	for _, r := range o.look.Report.Results {
		o.result(r)
	}
}

func (o *observation) result(r checks.Result) {
	key := r.Key(o.ids)
	o.seen[key] = true
	f := o.finding(key)
	switch {
	case r.Status == checks.Pass && f != nil:
		o.pass(f, r)
	case r.Status == checks.NotApplicable && f != nil:
		o.drop(f, r)
	case r.Status == checks.Fail:
		o.fail(o.ensure(key), r)
	case r.Status == checks.Pass, r.Status == checks.NotApplicable:
	default: // unknown, and what a later version may say
		o.unknown(o.ensure(key), r)
	}
}

// ensure returns what is remembered of a question, from now on.
func (o *observation) ensure(key checks.Key) *Finding {
	if f := o.finding(key); f != nil {
		return f
	}
	o.Findings = append(o.Findings, Finding{Key: key})
	return &o.Findings[len(o.Findings)-1]
}

// pass closes what failed. A pass of facts that arrive late counts when it is seen again,
// unless somebody explained what it was.
func (o *observation) pass(f *Finding, r checks.Result) {
	blind := f.Blind
	f.Blind = nil
	check := o.checks[f.Key.Check]
	explained := o.explained(*f)
	switch {
	case f.open() && check.Lags && !explained && f.Passed.IsZero():
		f.Passed = o.at
	case f.open() && check.Lags && !explained && o.at.Sub(f.Passed) < twice:
	case f.open():
		e := Event{Now: r, Before: f.Result, Since: f.Since, Until: o.at}
		f.Result, f.Closed, f.Gone, f.Passed, f.Level = r, o.at, false, time.Time{}, 0
		if !check.Event {
			o.say(Resolved, f, e)
		}
		f.Snooze = nil
	case blind != nil:
		if f.Closed.IsZero() {
			f.Closed = o.at
		}
		o.say(Restored, f, Event{Now: r, Before: blind.Result, Since: blind.Since, Until: o.at})
	}
}

// explained reports whether somebody explained what was done with an account after people
// last heard of a finding about it: what was told since then, nobody can have meant.
func (o *observation) explained(f Finding) bool {
	heard := maxTime(f.Since, f.Told).Truncate(time.Second) // an explanation is kept in whole seconds
	return slices.ContainsFunc(o.Activity.Acknowledged, func(a checks.Acknowledgement) bool {
		return a.Account == f.Key.Subject && !a.At.Before(heard)
	})
}

// fail opens what is new, and tells what is not as it was.
func (o *observation) fail(f *Finding, r checks.Result) {
	blind, was := f.Blind, *f
	f.Blind, f.Passed, f.Result = nil, time.Time{}, r
	switch {
	case was.open() && r.Severity > was.Result.Severity:
		o.broken(f)
		o.say(Worse, f, Event{Now: r, Before: was.Result, Since: f.Since})
	case was.open() && (r.Severity != was.Result.Severity || !r.Evidence.Equal(was.Result.Evidence)):
		o.broken(f)
		o.say(o.unlessEvent(f, Changed), f, Event{Now: r, Before: was.Result, Since: f.Since})
	case was.open() && blind != nil:
		o.say(Restored, f, Event{Now: r, Before: blind.Result, Since: blind.Since, Until: o.at})
	case was.open():
	default:
		o.opened(f, was, r)
	}
}

// opened begins a new life of a finding.
func (o *observation) opened(f *Finding, was Finding, r checks.Result) {
	f.Since, f.Closed, f.Gone, f.Level = o.at, time.Time{}, false, 0
	kind := New
	switch {
	case o.first:
		kind = Baseline
	case was.Result.Check != "" && !was.Closed.IsZero():
		f.LastGood = was.Closed
		f.Times++
		kind = o.unlessEvent(f, CameBack)
	case o.before[f.Key].Status == checks.Pass:
		f.LastGood = o.Report.CheckedAt
	}
	o.say(kind, f, Event{Now: r, Since: f.Since, LastGood: f.LastGood})
}

// unlessEvent is New for a check whose failures are each something that happened.
func (o *observation) unlessEvent(f *Finding, kind Kind) Kind {
	if o.checks[f.Key.Check].Event {
		return New
	}
	return kind
}

// broken ends a snooze: what it was about is not so any more.
func (o *observation) broken(f *Finding) {
	if f.Snooze != nil {
		f.Snooze.Broken = true
	}
}

// unknown keeps what was known: it resolves nothing and opens nothing.
func (o *observation) unknown(f *Finding, r checks.Result) {
	if f.Blind == nil {
		f.Blind = &Blindness{Result: r, Since: o.at, Last: o.at, Runs: 1}
		e := Event{Now: r, Before: f.Result, Since: o.at}
		if f.Result.Check == "" {
			e.Before = o.before[f.Key]
		}
		kind := Lost
		if o.first {
			kind = Baseline
		}
		o.say(kind, f, e)
		return
	}
	f.Blind.Result = r
	if o.at.Sub(f.Blind.Last) < twice {
		return
	}
	f.Blind.Runs++
	f.Blind.Last = o.at
	if r.Severity == checks.Critical && f.Blind.Runs == 2 {
		o.say(Blind, f, Event{Now: r, Before: f.Result, Since: f.Blind.Since})
	}
}

// drop closes what is not asked any more.
func (o *observation) drop(f *Finding, r checks.Result) {
	s, stands := f.standing()
	if !stands {
		return
	}
	was := f.Result
	if f.Blind != nil {
		was = f.Blind.Result
	}
	f.Blind, f.Passed, f.Closed, f.Gone, f.Level, f.Snooze = nil, time.Time{}, o.at, true, 0, nil
	if !o.checks[f.Key.Check].Event {
		o.say(Dropped, f, Event{Now: r, Before: was, Since: s.Since, Until: o.at})
	}
}

// gone drops what the report does not ask about, unless it only lost sight of it.
func (o *observation) gone() {
	for i := range o.Findings {
		f := &o.Findings[i]
		if !o.seen[f.Key] && f.Key.Check != Delivery && (o.left[f.Key.Subject] || !o.look.Report.LostSight(f.Key.Check)) {
			o.drop(f, checks.Result{})
		}
	}
}

// lockedOut tells when nobody could sign in as things are.
func (o *observation) lockedOut() {
	s := o.look.Report.Survival
	if s == nil || len(s.Administrators) == 0 || s.Unknown != "" {
		return
	}
	now := s.If()
	locked := len(now.CanSignIn) == 0 && len(now.Unknown) == 0
	if locked && !o.Locked {
		o.events = append(o.events, Event{Kind: LockedOut, Key: checks.Key{Check: string(LockedOut)}, Since: o.at})
	}
	o.Locked = locked
}

// escalations tells, once for each level, of what has been open for too long.
func (o *observation) escalations() {
	for i := range o.Findings {
		f := &o.Findings[i]
		s, stands := f.standing()
		if !stands || f.quiet() {
			continue
		}
		level := o.policy.level(s.Severity, o.at.Sub(s.Since))
		if level <= f.Level {
			continue
		}
		f.Level = level
		if i := slices.IndexFunc(o.events, func(e Event) bool { return e.Key == f.Key }); i >= 0 {
			if e := &o.events[i]; e.Kind == Restored && e.Now.Status == checks.Fail {
				e.Kind, e.Before, e.Until = Escalated, checks.Result{}, time.Time{}
			}
			o.events[i].Level = level // whatever else is told of it, that goes to whom it escalates to
			continue
		}
		o.replace(f, Escalated, s)
	}
}

// reminders tells of what stays open, by plan. What is of the same severity goes along,
// so that there is one message and not one each day.
func (o *observation) reminders() {
	due := map[checks.Severity]bool{}
	for i := range o.Findings {
		if f := &o.Findings[i]; o.remindable(f) {
			s, _ := f.standing()
			every, planned := o.policy.Repeat[s.Severity]
			due[s.Severity] = due[s.Severity] || planned && o.at.Sub(f.Told) >= every-early
		}
	}
	for i := range o.Findings {
		f := &o.Findings[i]
		if s, _ := f.standing(); o.remindable(f) && due[s.Severity] && o.at.Sub(f.Told) >= day-early {
			o.replace(f, Open, s)
		}
	}
}

func (o *observation) remindable(f *Finding) bool {
	_, stands := f.standing()
	return stands && !f.quiet() && f.Key.Check != Delivery
}

// replace tells of a finding that is as it was, unless something else is told of it.
func (o *observation) replace(f *Finding, kind Kind, s Standing) {
	if slices.ContainsFunc(o.events, func(e Event) bool { return e.Key == f.Key }) {
		return
	}
	e := Event{Now: f.Result, Since: s.Since, Level: f.Level}
	if f.Blind != nil {
		e.Now = f.Blind.Result
	}
	o.say(kind, f, e)
}

// fold puts what one event explains below it.
func (o *observation) fold() {
	for i := range o.events {
		e := &o.events[i]
		cause := e.Kind == Unwatched || checks.ByID(e.Key.Check).Explains && (e.Kind == New || e.Kind == CameBack)
		if !cause || e.Key.Subject == "" {
			continue
		}
		for j := range o.events {
			c := &o.events[j]
			if i != j && c.Key.Subject == e.Key.Subject && c.Kind != "" && !checks.ByID(c.Key.Check).Explains {
				switch c.Kind {
				case New, CameBack, Worse, Changed:
					if checks.ByID(c.Key.Check).Tells != checks.NoDeed || c.escalates() { // somebody did it, or it is open for too long: that is told by itself
						continue
					}
					fallthrough
				case Dropped, Lost:
					e.Caused = append(e.Caused, *c)
					c.Kind = ""
				default:
				}
			}
		}
	}
	o.events = slices.DeleteFunc(o.events, func(e Event) bool { return e.Kind == "" })
}

// order puts the events as they are told: bad news first, the worst of it before the rest.
func (o *observation) order() {
	sortEvents(o.events)
}

func sortEvents(events []Event) {
	place := places()
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Or(a.Kind.rank()-b.Kind.rank(), int(b.Result().Severity)-int(a.Result().Severity), place(a.Key, b.Key))
	})
}

// rank orders the kinds.
func (k Kind) rank() int {
	order := []Kind{LockedOut, Worse, New, CameBack, Baseline, Blind, Unwatched, Changed, Lost, DrillAnnounced, NoDrill, Drilled, DrillEnded, Resolved, CameWent, Restored, Dropped, Escalated, SnoozeEnd, SnoozeDue, DrillDue, Open}
	if i := slices.Index(order, k); i >= 0 {
		return i
	}
	return len(order)
}
