package alert

import (
	"cmp"
	"slices"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

// Schema names the format in which a Memory is kept.
const Schema = "breakglass.memory/v2"

// kept is how long a closed finding is remembered, so that it can be said to come back.
const kept = 400 * day

// A Memory is what is remembered of one tenant from one run to the next.
type Memory struct {
	Schema string `json:"schema"`
	Tenant string `json:"tenant"` // under which it is kept
	// Serial grows with every change, and Run names the run that made the last one: of
	// two memories of one tenant the one with the larger Serial is the newer.
	Serial int64  `json:"serial"`
	Run    string `json:"run,omitempty"`

	Report   *checks.Report   `json:"report,omitempty"`   // the last one; nil before the first
	Survival *checks.Survival `json:"survival,omitempty"` // as people last heard of it
	// Accounts are those under watch: known to be declared, and not known to be so no more. The
	// last report need not have seen them.
	Accounts []checks.Account  `json:"accounts,omitempty"`
	Declared map[string]string `json:"declared,omitempty"` // of earlier versions: their object ids, by how they are declared
	Locked   bool              `json:"locked,omitempty"`   // people heard that nobody could sign in
	Findings []Finding         `json:"findings"`
	Channels map[string]*Box   `json:"channels"`
	Activity Activity          `json:"activity"`
	Watch    Watermark         `json:"watch,omitzero"`

	// Notice is what people were told of the installation itself. It is kept under a key of
	// its own, with nothing else.
	Notice Notice `json:"notice,omitzero"`

	// Kept says, in the memory of the installation, which memory of each tenant was last kept.
	Kept map[string]Mark `json:"kept,omitempty"`

	// Forgotten says that what was remembered before is lost, and why; until people heard.
	Forgotten string `json:"forgotten,omitempty"`
	// Touched says that another hand was at it, and how; until people heard.
	Touched []Touch `json:"touched,omitempty"`
}

// A Notice is what people were last told of an installation: of which troubles, by a Key of
// theirs, or of none any more, with an empty Key.
type Notice struct {
	Key string    `json:"key,omitempty"`
	At  time.Time `json:"at,omitzero"`
	// Daily is set if only a daily run can find that it is over.
	Daily bool `json:"daily,omitempty"`
	// Missed is set if no regular channel took it, and Escalated if the channels for
	// escalation heard of troubles that are not over.
	Missed    bool `json:"missed,omitempty"`
	Escalated bool `json:"escalated,omitempty"`
}

// noted takes how far a full run has read the logs, and which groups it found to matter:
// those that checks are about.
func (m *Memory) noted(l Look) {
	r := l.Report
	switch {
	case !l.Partial:
		m.Watch.Until, m.Watch.Unread = r.CheckedAt, time.Time{}
	case m.Watch.Unread.IsZero():
		m.Watch.Unread = r.CheckedAt
	}
	var groups []string
	for _, result := range r.Results {
		if result.Subject.Type == checks.SubjectGroup {
			groups = append(groups, result.Subject.ID)
		}
	}
	if slices.ContainsFunc(checks.All(), func(c checks.Check) bool { return c.LosesSight && r.LostSight(c.ID) }) {
		groups = append(groups, m.Watch.Targets...)
	}
	slices.Sort(groups)
	m.Watch.Targets = slices.Compact(groups)
	for id, seen := range m.Watch.Seen {
		if r.CheckedAt.Sub(seen) > seenKept {
			delete(m.Watch.Seen, id)
		}
	}
}

// seenKept is longer than the logs are read back.
const seenKept = longest + 3*day

// A Watermark is how far the logs were read between two full runs.
type Watermark struct {
	Until time.Time `json:"until,omitzero"` // everything that arrived by then was seen
	// Unread is since when a log could not be read, until a full run has read both; zero
	// if they can be.
	Unread time.Time `json:"unread,omitzero"`
	// Seen are the ids of events that made a run necessary, and when they were seen: the
	// logs are read with an overlap, for what arrives late.
	Seen map[string]time.Time `json:"seen,omitempty"`
	// Targets are the groups whose changes matter, by object id.
	Targets []string `json:"targets,omitempty"`
}

// FromTold returns the memory of an installation that kept nothing but the reports that
// its channels were told of. A channel that had fallen behind is told everything.
func FromTold(tenant string, told map[string]checks.Report) Memory {
	m := NewMemory(tenant)
	var last checks.Report
	for _, r := range told {
		if r.CheckedAt.After(last.CheckedAt) {
			last = r
		}
	}
	if last.Schema == "" {
		return m
	}
	m.observe(Look{Report: last}, Policy{}).results()
	for name, r := range told {
		if r.CheckedAt.Equal(last.CheckedAt) {
			m.Channels[name] = &Box{Since: r.CheckedAt, Spoke: r.CheckedAt}
		}
	}
	m.Report, m.Survival = &last, last.Survival
	return m
}

// NewMemory returns one that remembers nothing.
func NewMemory(tenant string) Memory {
	return Memory{Schema: Schema, Tenant: tenant, Channels: map[string]*Box{}}
}

// A Look is what one run found.
type Look struct {
	Report  checks.Report
	SignIns []tenant.SignIn // of the accounts, as far as the log shows
	// Partial is set if a log was left unread: how far the logs were read is then not so far. A
	// report that leaves out somebody who is declared makes it so too.
	Partial bool
	// Scheduled is set for the daily run: only it reminds, and sends a heartbeat.
	Scheduled bool
}

// Advance takes a look into the memory and queues what it makes news of. It returns the
// events, in the order in which they are told. The same look twice makes no news the
// second time.
func (m *Memory) Advance(l Look, p Policy) []Event {
	p = p.Defaults()
	l.Partial = l.Partial || LeavesOut(l.Report)
	o := m.observe(l, p)
	o.results()
	o.accounts()
	o.gone()
	o.lockedOut()
	o.remember()
	o.drills()
	o.snoozes()
	o.escalations()
	o.again()
	if l.Scheduled {
		o.reminders()
		o.drillsDue()
	}
	o.fold()
	o.order()
	m.queue(o)
	m.Report = &l.Report
	m.noted(l)
	m.prune(l.Report.CheckedAt, p.Drills)
	return o.events
}

// prune forgets what nobody asks for any more.
func (m *Memory) prune(now time.Time, configured []checks.Drill) {
	m.Findings = slices.DeleteFunc(m.Findings, func(f Finding) bool {
		_, stands := f.standing()
		return !stands && (f.Result.Check == "" || now.Sub(f.Closed) > kept)
	})
	slices.SortFunc(m.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Key.Check, b.Key.Check), cmp.Compare(a.Key.Subject, b.Key.Subject))
	})
	m.Activity.prune(now, configured)
}

// finding finds what is remembered of a question; nil if nothing is.
func (m *Memory) finding(k checks.Key) *Finding {
	for i := range m.Findings {
		if m.Findings[i].Key == k {
			return &m.Findings[i]
		}
	}
	return nil
}

// Standing lists everything that is open, the worst first, and the oldest of those.
func (m *Memory) Standing() []Standing {
	var all []Standing
	for i := range m.Findings {
		if s, ok := m.Findings[i].standing(); ok {
			all = append(all, s)
		}
	}
	place := places()
	slices.SortStableFunc(all, func(a, b Standing) int {
		return cmp.Or(int(b.Severity)-int(a.Severity), a.Since.Compare(b.Since), place(a.Key, b.Key))
	})
	return all
}

// places compares keys by the order of the catalogue, then by subject.
func places() func(a, b checks.Key) int {
	at := map[string]int{}
	for i, c := range checks.All() {
		at[c.ID] = i + 1
	}
	return func(a, b checks.Key) int {
		return cmp.Or(at[a.Check]-at[b.Check], cmp.Compare(a.Check, b.Check), cmp.Compare(a.Subject, b.Subject))
	}
}
