package alert

import (
	"time"

	"breakglass/checks"
)

// A Policy says what people want to be told, and how often.
type Policy struct {
	// Repeat is how long people hear nothing of a finding that stays open; severities
	// without an entry are counted only.
	Repeat map[checks.Severity]time.Duration
	// Heartbeat is how often people hear that the watch goes on and nothing happened.
	Heartbeat Rhythm
	Day       time.Weekday // of a weekly heartbeat, in UTC
	// Mention and Escalate are how long a finding may be open before somebody is
	// mentioned, and before the channels for escalation hear of it.
	Mention  map[checks.Severity]time.Duration
	Escalate map[checks.Severity]time.Duration
	Snoozes  []Snooze
	Drills   []checks.Drill // announced in the configuration
	// DrillEvery is how often an account is to be used; 0 is checks.DefaultDrillEvery.
	DrillEvery time.Duration
	Channels   []Channel
}

// A Rhythm is how often a heartbeat comes.
type Rhythm string

// The rhythms.
const (
	Weekly Rhythm = "weekly"
	Daily  Rhythm = "daily"
	Off    Rhythm = "off"
)

// A Channel is where people are told.
type Channel struct {
	Name string
	// Escalation is set if it hears only of what nobody took care of.
	Escalation bool
	// Mentions is set if somebody can be mentioned there.
	Mentions bool
}

// A Snooze is a decision to hear no more of a finding for a while. It never changes
// what is found, and ends when that changes.
type Snooze struct {
	Check   string    `json:"check"`
	Subject string    `json:"subject,omitempty"` // object id; empty for all
	Until   time.Time `json:"until"`
	Reason  string    `json:"reason"`
	By      string    `json:"by"`
	// Critical is set if it is meant for critical findings too.
	Critical bool `json:"critical,omitempty"`
}

// Equal reports whether both are the same decision.
func (s Snooze) Equal(o Snooze) bool {
	return s.Check == o.Check && s.Subject == o.Subject && s.Until.Equal(o.Until) && s.Reason == o.Reason && s.By == o.By && s.Critical == o.Critical
}

const day = 24 * time.Hour

// early is how much too early a daily run may be: the timer is not exact to the minute.
const early = 2 * time.Hour

// Defaults fills in what the operator left out.
func (p Policy) Defaults() Policy {
	if p.Repeat == nil {
		p.Repeat = map[checks.Severity]time.Duration{checks.Critical: day, checks.High: 3 * day, checks.Medium: 7 * day, checks.Low: 30 * day}
	}
	if p.Heartbeat == "" {
		p.Heartbeat, p.Day = Weekly, time.Monday
	}
	if p.Mention == nil {
		p.Mention = map[checks.Severity]time.Duration{checks.Critical: day, checks.High: 7 * day}
	}
	if p.Escalate == nil {
		p.Escalate = map[checks.Severity]time.Duration{checks.Critical: 3 * day}
	}
	if p.DrillEvery == 0 {
		p.DrillEvery = checks.DefaultDrillEvery
	}
	return p
}

// level is how far a finding that is open for so long is escalated: 1 to the people
// who are mentioned, 2 to the channels for escalation.
func (p Policy) level(s checks.Severity, age time.Duration) int {
	mentions, escalates := false, false
	for _, c := range p.Channels {
		mentions = mentions || c.Mentions
		escalates = escalates || c.Escalation
	}
	if after, ok := p.Escalate[s]; ok && escalates && age > after {
		return 2
	}
	if after, ok := p.Mention[s]; ok && mentions && age > after {
		return 1
	}
	return 0
}
