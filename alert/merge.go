package alert

import (
	"slices"

	"breakglass/checks"
)

// Then is one digest for two that follow each other: what the second makes of the first.
// A channel that could not be told for days is told once, of everything that happened and
// of how things stand in the end.
func (d Digest) Then(next Digest) Digest {
	merged := next
	merged.Runs = slices.Compact(slices.Concat(d.Runs, next.Runs))
	merged.First = d.First || next.First
	merged.Mention = d.Mention || next.Mention
	merged.Alarm = d.Alarm && next.Alarm
	merged.Before = d.Before
	if d.First && d.Before == nil {
		merged.Before = d.Survival // what changed since is news
	}
	merged.Missed = next.Missed
	if merged.Missed == "" {
		merged.Missed = d.Missed
	}
	if merged.Forgotten == "" {
		merged.Forgotten = d.Forgotten
	}
	merged.Touched = touches(d.Touched, next.Touched)
	merged.Names = slices.Clone(next.Names)
	for _, s := range d.Names {
		if !slices.ContainsFunc(merged.Names, func(n checks.Subject) bool { return n.Type == s.Type && n.ID == s.ID }) {
			merged.Names = append(merged.Names, s)
		}
	}
	merged.Events = slices.Clone(d.Events)
	for _, e := range next.Events {
		merged.add(e)
	}
	merged.release()
	sortEvents(merged.Events)
	merged.Heartbeat = !merged.News()
	return merged
}

// add puts a later event to the earlier one of the same finding. What became of drills is
// told one by one; that one is due is said as it stands.
func (d *Digest) add(e Event) {
	i := slices.IndexFunc(d.Events, func(x Event) bool { return x.Key == e.Key && x.Drill == nil })
	if i >= 0 && e.Drill == nil {
		d.Events[i] = d.Events[i].then(e)
		return
	}
	d.Events = append(d.Events, e)
}

// release takes out what an event explained that is over, or not known any more: it stands for
// itself again.
func (d *Digest) release() {
	var released []Event
	for i := range d.Events {
		if e := &d.Events[i]; e.Kind != Unwatched && (e.Kind.closes() || e.Kind == Restored || e.Now.Status != checks.Fail) {
			released = append(released, e.Caused...)
			e.Caused = nil
		}
	}
	for _, e := range released {
		// What is told of it by itself came later.
		if i := slices.IndexFunc(d.Events, func(x Event) bool { return x.Key == e.Key && x.Drill == nil }); i >= 0 {
			d.Events[i] = e.then(d.Events[i])
		} else {
			d.Events = append(d.Events, e)
		}
	}
}

// closes reports whether a finding's life ends with the event.
func (k Kind) closes() bool { return k == Resolved || k == CameWent || k == Dropped }

// begins reports whether people hear of the finding by this event for the first time in
// its life.
func (k Kind) begins() bool { return k == Baseline || k == New || k == CameBack }

// reminds ranks the kinds that tell of nothing that was found; 0 for the others.
func (k Kind) reminds() int {
	return slices.Index([]Kind{Open, SnoozeDue, SnoozeEnd, Escalated}, k) + 1
}

// then is one event for two of the same finding.
func (e Event) then(next Event) Event {
	merged := next
	merged.Level = max(e.Level, next.Level)
	merged.Caused = caused(e.Caused, next.Caused)
	merged.Happened = happened(e.Happened, next.Happened)
	switch next.Kind {
	case Worse, Changed:
		quiet := e.Now.Status == checks.Fail && next.Kind == Changed && len(next.Happened) == 0
		if e.Kind == New || e.Kind == CameBack || e.Kind == Baseline && quiet || e.Kind == Worse || e.Kind == Changed && next.Kind != Worse {
			merged.Kind, merged.Before, merged.LastGood = e.Kind, e.Before, e.LastGood
		}
		if e.Before.Check != "" {
			merged.Before = e.Before
		}
	case Open, SnoozeDue, SnoozeEnd, Escalated:
		merged = merged.reminding(e)
	case Resolved:
		if e.Kind.begins() {
			merged.Kind = CameWent
			merged.Since = e.Since
			if e.Now.Status == checks.Fail || next.Before.Check == "" {
				merged.Before = e.Now
			}
		}
	case Restored:
		merged = merged.restoring(e)
	case Lost, Blind:
		if e.Kind == Baseline {
			merged.Kind = Baseline
		}
	default:
	}
	merged.Earlier = e.earlier(next, merged)
	return merged
}

// reminding is a reminder after something that was not told yet: that is told, as things
// are now. Only what is open for too long is more than a change of what is known.
func (e Event) reminding(before Event) Event {
	was := before.Kind
	if e.Kind == Escalated && (was == Restored || was == Lost || was == Blind) || was.reminds() > 0 && was.reminds() <= e.Kind.reminds() || was == SnoozeDue {
		if before.Before.Check != "" {
			e.Before = before.Before
		}
		return e
	}
	e.Kind, e.Before, e.LastGood, e.Until = was, before.Before, before.LastGood, before.Until
	if was.reminds() == 0 {
		e.Since = before.Since
	}
	return e
}

// restoring is the end of a blindness after something that was not told yet.
func (e Event) restoring(before Event) Event {
	untold := slices.ContainsFunc(before.Earlier, func(r checks.Result) bool { return r.Status == checks.Fail })
	switch {
	case e.Now.Status != checks.Fail:
	case before.Kind == Baseline:
		e.Kind, e.Before, e.Since = Baseline, before.Before, before.Since
	case untold && before.Before.Status == checks.Fail && before.Before.Severity < e.Now.Severity:
		e.Kind, e.Before = Worse, before.Before
	case untold:
		e.Kind, e.Before = New, checks.Result{}
	}
	return e
}

// caused joins what an event explains, each finding once.
func caused(a, b []Event) []Event {
	all := slices.Clone(a)
	for _, e := range b {
		if i := slices.IndexFunc(all, func(x Event) bool { return x.Key == e.Key }); i >= 0 {
			all[i] = all[i].then(e)
		} else {
			all = append(all, e)
		}
	}
	return all
}

// happened joins entries of a log, each once, the newest first.
func happened(earlier, later []checks.Happening) []checks.Happening {
	all := slices.Clone(later)
	for _, h := range earlier {
		if !slices.ContainsFunc(all, func(x checks.Happening) bool { return x.ID == h.ID && x.Text == h.Text }) {
			all = append(all, h)
		}
	}
	return all
}

// mostEarlier bounds what is kept of things that each happened once.
const mostEarlier = 50

// earlier is what is left to say of two events besides what the merged one says. Of a state
// that is the worst that it was, if that is worse than what is said now; of things that
// happen, each.
func (e Event) earlier(next, merged Event) []checks.Result {
	all := slices.Concat(e.Earlier, e.untold(), next.Earlier)
	if checks.ByID(e.Key.Check).Event {
		var left []checks.Result
		for _, r := range all {
			if r.Reason != merged.Now.Reason && !slices.ContainsFunc(left, func(x checks.Result) bool { return x.Reason == r.Reason }) {
				left = append(left, r)
			}
		}
		return left[max(0, len(left)-mostEarlier):]
	}
	var worst *checks.Result
	for i, r := range all {
		if r.Severity < checks.High || merged.says(r) {
			continue
		}
		if worst == nil || r.Severity > worst.Severity || worst.Status != checks.Fail && r.Status == checks.Fail {
			worst = &all[i]
		}
	}
	if worst == nil {
		return nil
	}
	return []checks.Result{*worst}
}

// untold is what the event found, in short; nothing if it is of a kind that finds nothing. What
// is open for too long may stand for the event that found it.
func (e Event) untold() []checks.Result {
	r := e.Now
	switch {
	case e.Kind == Resolved, e.Kind == CameWent, e.Kind == Dropped:
		r = e.Before
	case e.Kind.reminds() > 0 && e.Kind != Escalated:
		return nil
	}
	if !r.Status.Open() || r.Check == "" {
		return nil
	}
	return []checks.Result{{Check: r.Check, Status: r.Status, Severity: r.Severity, Subject: r.Subject, Reason: r.Reason, Message: r.Message}}
}

// says reports whether the event itself tells that it was as bad as that.
func (e Event) says(r checks.Result) bool {
	told := []checks.Result{e.Now}
	if e.Kind.closes() || e.Kind == Restored {
		told = append(told, e.Before)
	}
	return slices.ContainsFunc(told, func(x checks.Result) bool {
		return x.Severity >= r.Severity && (x.Status == checks.Fail || x.Status.Open() && r.Status != checks.Fail)
	})
}
