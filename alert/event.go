package alert

import (
	"slices"
	"time"

	"breakglass/checks"
	"breakglass/text"
)

// A Kind is what happened to a finding. It is kept as text, so that an outbox written
// today still means the same after kinds are added.
type Kind string

// The kinds of events.
const (
	Baseline  Kind = "baseline"   // it was so when the watch began
	New       Kind = "new"        // it fails, and did not before
	CameBack  Kind = "came-back"  // it fails again
	Worse     Kind = "worse"      // it fails, more severely than before
	Changed   Kind = "changed"    // it fails, for other facts or less severely
	Resolved  Kind = "resolved"   // it passes, and failed before
	CameWent  Kind = "came-went"  // it failed and passes again, and nobody could be told meanwhile
	Lost      Kind = "lost"       // it could not be checked, and could be before
	Blind     Kind = "blind"      // it is critical, and could not be checked twice in a row
	Restored  Kind = "restored"   // it can be checked again; Now says with what result
	Dropped   Kind = "dropped"    // it was open, and is not asked any more
	Unwatched Kind = "unwatched"  // an account is not declared any more
	Open      Kind = "open"       // it is open as before, and people are reminded
	Escalated Kind = "escalated"  // it has been open for too long
	SnoozeDue Kind = "snooze-due" // its snooze ends soon
	SnoozeEnd Kind = "snooze-end" // its snooze has ended
	LockedOut Kind = "locked-out" // no administrator could sign in
	Drilled   Kind = "drilled"    // an account was used in a drill
	NoDrill   Kind = "no-drill"   // a drill has ended, and nobody signed in
	DrillDue  Kind = "drill-due"  // a drill is due soon

	DrillAnnounced Kind = "drill-announced" // somebody said that an account will be used
	DrillEnded     Kind = "drill-ended"     // a drill that was used is over, or was taken back
)

// An Event is one thing to tell.
type Event struct {
	Kind   Kind          `json:"kind"`
	Key    checks.Key    `json:"key"`
	Now    checks.Result `json:"now,omitzero"`    // zero if it is gone
	Before checks.Result `json:"before,omitzero"` // zero if it was unheard of, or passed

	Since    time.Time `json:"since,omitzero"`    // since when it is, or was, open
	Until    time.Time `json:"until,omitzero"`    // when it was seen to pass again
	LastGood time.Time `json:"lastGood,omitzero"` // when it was last seen to pass, before it failed
	Times    int       `json:"times,omitempty"`   // how often it came back
	Level    int       `json:"level,omitempty"`   // of an escalation
	Snooze   *Snooze   `json:"snooze,omitempty"`
	Drill    *Use      `json:"drill,omitempty"`
	Due      time.Time `json:"due,omitzero"` // when a drill is due

	// Caused are events that this one explains.
	Caused []Event `json:"caused,omitempty"`

	// Happened are the entries of a log that this is about and that people were not told of.
	Happened []checks.Happening `json:"happened,omitempty"`
	// Earlier is what else it was meanwhile, the oldest first, where people were not told of
	// it and the rest of the event does not say.
	Earlier []checks.Result `json:"earlier,omitempty"`
}

// escalates reports whether the event tells, beside anything else, that something has been open
// for too long.
func (e Event) escalates() bool {
	return e.Level > 0 && e.Kind != Open && e.Kind != SnoozeDue && e.Kind != SnoozeEnd
}

// Result is what the event is about: as it is, or as it last was.
func (e Event) Result() checks.Result {
	if e.Now.Check == "" {
		return e.Before
	}
	return e.Now
}

// A Standing is something that is open, told or not.
type Standing struct {
	Key      checks.Key      `json:"key"`
	Severity checks.Severity `json:"severity"`
	Status   checks.Status   `json:"status"`
	Subject  checks.Subject  `json:"subject"`
	Reason   string          `json:"reason"`
	Message  text.Text       `json:"message,omitzero"`
	Since    time.Time       `json:"since"`
	Snooze   *Snooze         `json:"snooze,omitempty"`
}

// Said is the Text of the reason.
func (s Standing) Said() text.Text { return text.Agreed(s.Message, s.Reason) }

// A Digest is what one channel is told in one message: everything that happened since
// the last one, and how things stand.
type Digest struct {
	Tenant    checks.Tenant    `json:"tenant"`
	Runs      []time.Time      `json:"runs"`                // the runs that it covers; the last is when things stood so
	Names     []checks.Subject `json:"names,omitempty"`     // of everything in the report, to tell equal names apart
	First     bool             `json:"first,omitempty"`     // it tells everything that is open; what happened since the watch began is news all the same
	Heartbeat bool             `json:"heartbeat,omitempty"` // nothing happened
	Mention   bool             `json:"mention,omitempty"`   // somebody must look now
	Alarm     bool             `json:"alarm,omitempty"`     // of a run that something made necessary: what is open is for the daily one
	Events    []Event          `json:"events,omitempty"`
	Open      []Standing       `json:"open,omitempty"`

	Pass          int `json:"pass"`
	Fail          int `json:"fail"`
	Unknown       int `json:"unknown"`
	NotApplicable int `json:"notApplicable"`

	// Survival is who could sign in, Before who could when the channel last heard.
	Survival *checks.Survival `json:"survival,omitempty"`
	Before   *checks.Survival `json:"before,omitempty"`

	// Missed says why the channel did not hear of earlier runs in time; empty if it did.
	Missed string `json:"missed,omitempty"`
	// Forgotten says that what was told before is lost, and why.
	Forgotten string `json:"forgotten,omitempty"`
	// Touched says that another hand was at what is remembered.
	Touched []Touch `json:"touched,omitempty"`
}

// At is the run that the digest ends with.
func (d Digest) At() time.Time {
	if len(d.Runs) == 0 {
		return time.Time{}
	}
	return d.Runs[len(d.Runs)-1]
}

// News reports whether the digest tells of anything that happened.
func (d Digest) News() bool { return d.First || len(d.Events) > 0 || len(d.Touched) > 0 }

// Urgent reports whether the digest tells of something critical, or that nobody can sign in. What
// people were told of before is not urgent.
func (d Digest) Urgent() bool {
	return slices.ContainsFunc(d.Events, func(e Event) bool {
		switch e.Kind {
		case LockedOut:
			return true
		case New, CameBack, Worse, Changed, CameWent, Baseline:
			return e.Result().Severity == checks.Critical
		default:
			return false
		}
	})
}
