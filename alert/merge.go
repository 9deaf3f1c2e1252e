package alert

import (
	"slices"

	"breakglass/checks"
)

// Then is one digest for two that follow each other: what the second makes of the first.
// A channel that could not be told for days is told once.
func (d Digest) Then(next Digest) Digest {
	merged := next
	merged.Runs = slices.Compact(slices.Concat(d.Runs, next.Runs))
	merged.First = d.First || next.First
	merged.Mention = d.Mention || next.Mention
	merged.Alarm = d.Alarm && next.Alarm
	merged.Before = d.Before
	merged.Missed = next.Missed
	if merged.Missed == "" {
		merged.Missed = d.Missed
	}
	if merged.Forgotten == "" {
		merged.Forgotten = d.Forgotten
	}
	merged.Touched = touches(d.Touched, next.Touched)
	for _, s := range d.Names {
		if !slices.ContainsFunc(merged.Names, func(n checks.Subject) bool { return n.Type == s.Type && n.ID == s.ID }) {
			merged.Names = append(merged.Names, s)
		}
	}
	merged.Events = slices.Clone(d.Events)
	for _, e := range next.Events {
		merged.add(e)
	}
	merged.Events = slices.DeleteFunc(merged.Events, func(e Event) bool { return e.Kind == "" })
	sortEvents(merged.Events)
	merged.Heartbeat = !merged.News()
	return merged
}

// add puts a later event to the earlier one of the same finding.
func (d *Digest) add(e Event) {
	i := slices.IndexFunc(d.Events, func(x Event) bool { return x.Key == e.Key && x.Kind != "" && x.Drill == nil })
	if i < 0 || e.Drill != nil { // what happened to a drill is an event each
		d.Events = append(d.Events, e)
		return
	}
	d.Events[i] = d.Events[i].then(e)
}

// then is one event for two of the same finding. Kind is empty if nothing is left to tell.
func (e Event) then(next Event) Event {
	merged := next
	merged.Caused = slices.Concat(e.Caused, next.Caused)
	fresh := e.Kind == New || e.Kind == CameBack || e.Kind == Baseline
	switch next.Kind {
	case Worse, Changed, Open, Escalated, SnoozeDue, SnoozeEnd:
		if fresh || e.Kind == Worse || e.Kind == Changed && next.Kind != Worse {
			merged.Kind, merged.Before, merged.LastGood = e.Kind, e.Before, e.LastGood
		}
		if e.Before.Check != "" {
			merged.Before = e.Before
		}
	case Resolved:
		switch e.Kind {
		case New, CameBack:
			merged.Kind = CameWent
			merged.Before, merged.Since = e.Now, e.Since
		case Baseline:
			merged.Kind = ""
		default:
		}
	case Restored:
		if e.Kind == Baseline {
			merged.Kind = Baseline
			if next.Now.Status == checks.Pass {
				merged.Kind = ""
			}
		}
	case Dropped:
		if e.Kind == Baseline {
			merged.Kind = ""
		}
	case Lost, Blind:
		if e.Kind == Baseline {
			merged.Kind = Baseline
		}
	case CameBack, New:
		if e.Kind == Baseline || e.Kind == Resolved && e.Since.IsZero() {
			merged.Kind = Baseline
		}
	default:
	}
	return merged
}
