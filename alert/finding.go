package alert

import (
	"time"

	"breakglass/checks"
)

// A Finding is what is remembered of one question about one subject: a check that
// failed at some time, or could not be made.
type Finding struct {
	Key checks.Key `json:"key"`
	// Result is the last that was decided, so it fails or passes; zero if none ever was.
	Result checks.Result `json:"result,omitzero"`
	Since  time.Time     `json:"since,omitzero"`  // since when it fails; of a resolved one, since when it failed
	Closed time.Time     `json:"closed,omitzero"` // when it was seen to pass, or was not asked any more
	// Gone is set if it was closed because it was not asked any more.
	Gone     bool      `json:"gone,omitempty"`
	LastGood time.Time `json:"lastGood,omitzero"`
	Times    int       `json:"times,omitempty"` // how often it came back
	Passed   time.Time `json:"passed,omitzero"` // of a check whose facts arrive late: the first pass that does not count yet

	Blind *Blindness `json:"blind,omitempty"`

	Told   time.Time `json:"told,omitzero"` // when people last heard of it
	Level  int       `json:"level,omitempty"`
	Snooze *Snoozed  `json:"snooze,omitempty"`
}

// A Blindness is a time in which a check could not be made.
type Blindness struct {
	Result checks.Result `json:"result"`
	Since  time.Time     `json:"since"`
	Last   time.Time     `json:"last"` // the last run that counts
	Runs   int           `json:"runs"`
	Heard  []string      `json:"heard,omitempty"` // the events that people were told of
}

// Snoozed is a Snooze at work: what was so when it began.
type Snoozed struct {
	Snooze
	Severity checks.Severity `json:"severity"`
	Evidence checks.Evidence `json:"evidence,omitempty"`
	Broken   bool            `json:"broken,omitempty"` // what is found has changed since
	Warned   bool            `json:"warned,omitempty"` // people know that it ends soon
}

// open reports whether it fails, as far as is known.
func (f *Finding) open() bool { return f.Result.Status == checks.Fail && f.Closed.IsZero() }

// standing is how it stands; false if it is closed.
func (f *Finding) standing() (Standing, bool) {
	if f.Blind == nil && !f.open() {
		return Standing{}, false
	}
	r, since := f.Result, f.Since
	if f.Blind != nil {
		r = f.Blind.Result
		if !f.open() {
			since = f.Blind.Since
		}
	}
	s := Standing{Key: f.Key, Severity: r.Severity, Status: r.Status, Subject: r.Subject, Reason: r.Reason, Message: r.Message, Since: since}
	if f.quiet() {
		s.Snooze = &f.Snooze.Snooze
	}
	return s, true
}

// quiet reports whether a snooze keeps people from hearing of it again.
func (f *Finding) quiet() bool { return f.Snooze != nil && !f.Snooze.Broken }
