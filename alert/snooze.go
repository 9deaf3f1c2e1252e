package alert

import (
	"slices"
	"strings"

	"breakglass/checks"
)

// warning is how long before its end people hear that a snooze ends.
const warning = 3 * day

// snoozes puts the declared snoozes to work, and tells of those that end.
func (o *observation) snoozes() {
	for i := range o.Findings {
		f := &o.Findings[i]
		s, stands := f.standing()
		if !stands {
			f.Snooze = nil
			continue
		}
		o.begin(f, s)
		if !f.quiet() {
			continue
		}
		o.attach(f.Key, f.Snooze.Snooze)
		snooze := f.Snooze.Snooze
		switch left := snooze.Until.Sub(o.at); {
		case left <= 0:
			f.Snooze = nil
			o.replace(f, SnoozeEnd, s)
			o.attach(f.Key, snooze)
		case left <= warning && !f.Snooze.Warned:
			f.Snooze.Warned = true
			o.replace(f, SnoozeDue, s)
			o.attach(f.Key, snooze)
		}
	}
}

// begin puts a snooze to work that is not yet, and ends one that was taken back.
func (o *observation) begin(f *Finding, s Standing) {
	i := slices.IndexFunc(o.policy.Snoozes, func(d Snooze) bool {
		return d.Check == s.Key.Check && (d.Subject == "" || strings.EqualFold(o.accountID(d.Subject), s.Key.Subject)) && (s.Severity < checks.Critical || d.Critical)
	})
	switch {
	case i < 0:
		f.Snooze = nil
	case f.Snooze != nil && f.Snooze.Equal(o.policy.Snoozes[i]):
	case o.policy.Snoozes[i].Until.After(o.at):
		f.Snooze = &Snoozed{Snooze: o.policy.Snoozes[i], Severity: s.Severity, Evidence: f.Result.Evidence}
	default:
		f.Snooze = nil
	}
}

// attach says with what is told of a finding that it is snoozed.
func (o *observation) attach(k checks.Key, s Snooze) {
	for i := range o.events {
		if e := &o.events[i]; e.Key == k {
			e.Snooze = &s
		}
	}
}
