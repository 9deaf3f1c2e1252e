package notify

import (
	"cmp"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/display"
)

func (c composer) total() int {
	d := c.digest
	return d.Pass + d.Fail + d.Unknown + d.NotApplicable
}

// tone judges the news; a calm message has none.
func (c composer) tone() display.Tone {
	d := c.digest
	switch {
	case len(c.unheard())+len(c.of(alert.Worse, alert.LockedOut, alert.Escalated))+c.again() > 0, d.First && d.Fail > 0, len(d.Touched) > 0:
		return display.Bad
	case len(c.of(alert.Lost, alert.Blind, alert.Changed, alert.Dropped, alert.Unwatched, alert.NoDrill)) > 0, d.First && d.Unknown > 0, c.total() == 0, d.Forgotten != "":
		return display.Warning
	case len(c.of(alert.Resolved, alert.CameWent, alert.Restored, alert.Drilled)) > 0, d.First, d.Heartbeat && len(d.Open) == 0:
		if d.Fail+d.Unknown > 0 && len(c.of(alert.Drilled)) == 0 {
			return display.Warning
		}
		return display.Good
	case d.Heartbeat, len(c.of(alert.DrillDue, alert.DrillAnnounced, alert.DrillEnded)) == len(d.Events):
		return display.Calm
	}
	return display.Warning
}

// title says the worst first.
func (c composer) title() string {
	d := c.digest
	switch {
	case c.total() == 0:
		return c.say("Emergency access: %s", c.say("nothing was checked"))
	case d.Heartbeat:
		return c.say("Emergency access: %s", c.say("still watching, nothing changed"))
	}
	parts := c.happened()
	if len(parts) == 0 {
		parts = []string{c.state()}
	}
	return c.say("Emergency access: %s", c.List(parts[:min(len(parts), 3)]))
}

// happened says what happened, the worst first.
func (c composer) happened() []string {
	var parts []string
	say := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	count := func(text string, kinds ...alert.Kind) {
		if n := len(c.of(kinds...)); n > 0 {
			say(c.say(text, n))
		}
	}
	if len(c.of(alert.LockedOut)) > 0 {
		say(c.say("nobody can sign in"))
	}
	if len(c.digest.Touched) > 0 {
		say(c.say("the memory of the watch was changed"))
	}
	used, fresh := c.signIns()
	if used > 0 {
		say(c.say("somebody signed in with %d emergency accounts", used))
	}
	say(c.problems(severitiesOf(fresh), true))
	say(c.became(c.of(alert.Worse)))
	count("%d accounts not watched any more", alert.Unwatched)
	if n := len(c.of(alert.Lost, alert.Blind)); n > 0 {
		say(c.say("%d of %d checks could not be made", n, c.total()))
	}
	if n := len(c.of(alert.Changed)) - c.again(); n > 0 {
		say(c.say("%d problems changed", n))
	}
	if d := c.digest; d.First {
		switch state := c.state(); {
		case len(parts) == 0, d.Fail+d.Unknown == 0:
			say(state)
		default:
			say(c.say("%s in all", state))
		}
	}
	count("%d drills succeeded", alert.Drilled)
	count("%d drills without a sign-in", alert.NoDrill)
	count("%d drills announced", alert.DrillAnnounced)
	count("%d drills over", alert.DrillEnded)
	count("%d no longer checked", alert.Dropped)
	closed := len(c.of(alert.Resolved, alert.CameWent))
	count("%d resolved", alert.Resolved, alert.CameWent)
	count("%d checked again", alert.Restored)
	overdue, blind := split(c.of(alert.Escalated))
	if len(overdue) > 0 {
		say(c.say("%s, open for too long", c.problems(severitiesOf(overdue), false)))
	}
	if len(blind) > 0 {
		say(c.say("%d checks not made for too long", len(blind)))
	}
	if len(parts) == 0 && len(c.of(alert.Open)) > 0 {
		say(c.say("%s, still open", c.problems(severitiesOf(c.of(alert.Open)), false)))
	}
	count("%d snoozes end", alert.SnoozeDue, alert.SnoozeEnd)
	count("%d drills due", alert.DrillDue)
	if closed > 0 && len(parts) == 1 && !c.digest.First {
		left := c.state()
		if c.digest.Fail > 0 && c.digest.Unknown == 0 {
			left = c.say("%s still open", left)
		}
		say(left)
	}
	return parts
}

// signIns counts the accounts that somebody used, and returns what else is new.
func (c composer) signIns() (used int, fresh []alert.Event) {
	for _, e := range c.unheard() {
		if signIn(e) {
			used++
		} else {
			fresh = append(fresh, e)
		}
	}
	return used + c.again(), fresh
}

// unheard are the problems that are new to people: also those of which it is not known any
// more whether they are still there.
func (c composer) unheard() []alert.Event {
	all := c.of(alert.New, alert.CameBack)
	for _, e := range c.of(alert.Lost, alert.Blind) {
		for _, r := range e.Earlier {
			if r.Status == checks.Fail {
				e.Now = r
				all = append(all, e)
				break
			}
		}
	}
	return all
}

// signIn reports whether an event is that somebody used an account.
func signIn(e alert.Event) bool { return checks.ByID(e.Key.Check).Tells == checks.SignedIn }

// again counts the accounts that somebody used once more.
func (c composer) again() int {
	n := 0
	for _, e := range c.of(alert.Changed) {
		if signIn(e) {
			n++
		}
	}
	return n
}

// state says what is so, without a comparison.
func (c composer) state() string {
	var parts []string
	if c.digest.Fail > 0 {
		var failing []checks.Severity
		for _, s := range c.digest.Open {
			if s.Status == checks.Fail && s.Key.Check != alert.Delivery {
				failing = append(failing, s.Severity)
			}
		}
		parts = append(parts, c.problems(failing, false))
	}
	if n := c.digest.Unknown; n > 0 {
		parts = append(parts, c.say("%d of %d checks could not be made", n, c.total()))
	}
	return cmp.Or(c.List(parts), c.say("everything that was checked is in order"))
}

func severitiesOf(events []alert.Event) []checks.Severity {
	all := make([]checks.Severity, len(events))
	for i, e := range events {
		all[i] = e.Result().Severity
	}
	return all
}

// problems counts problems, the worst first: "1 new critical problem and 2 others".
func (c composer) problems(all []checks.Severity, fresh bool) string {
	if len(all) == 0 {
		return ""
	}
	worst, n := checks.Severity(0), 0
	for _, s := range all {
		if s > worst {
			worst, n = s, 0
		}
		if s == worst {
			n++
		}
	}
	text := c.say("%d %s problems", n, c.Severity(worst))
	if fresh {
		text = c.say("%d new %s problems", n, c.Severity(worst))
	}
	if n < len(all) {
		return c.say("%s and %d others", text, len(all)-n)
	}
	return text
}

// became counts the problems that grew worse: "1 problem became critical".
func (c composer) became(worse []alert.Event) string {
	if len(worse) == 0 {
		return ""
	}
	severity := checks.Severity(0)
	same := true
	for i, e := range worse {
		same = same && (i == 0 || e.Now.Severity == severity)
		severity = max(severity, e.Now.Severity)
	}
	if same {
		return c.say("%d problems became %s", len(worse), c.Severity(severity))
	}
	return c.say("%d problems became worse, up to %s", len(worse), c.Severity(severity))
}

// counts are the numbers at the top.
func (c composer) counts() []Count {
	d := c.digest
	unknown := Count{c.say("Not checked"), d.Unknown, d.Unknown > 0}
	if d.First {
		var late []Count
		if n := len(c.unheard()); n > 0 {
			late = append(late, Count{c.say("New"), n, true})
		}
		if n := len(c.of(alert.Worse, alert.Changed)); n > 0 {
			late = append(late, Count{c.say("Worse or changed"), n, true})
		}
		return append(late, []Count{{c.say("Problems"), d.Fail, d.Fail > 0}, unknown, {c.say("In order"), d.Pass, false}, {c.say("Not applicable"), d.NotApplicable, false}}...)
	}
	if d.Heartbeat {
		return nil
	}
	fresh := len(c.unheard())
	counts := []Count{{c.say("New"), fresh, fresh > 0}}
	if n := len(c.of(alert.Worse, alert.Changed)); n > 0 {
		counts = append(counts, Count{c.say("Worse or changed"), n, len(c.of(alert.Worse)) > 0})
	}
	counts = append(counts, unknown, Count{c.say("Resolved"), len(c.of(alert.Resolved, alert.CameWent)), false})
	if n := len(c.of(alert.Dropped)); n > 0 {
		counts = append(counts, Count{c.say("No longer checked"), n, false})
	}
	return append(counts, Count{c.say("Open in all"), d.Fail, false})
}

// lead is what to know before the sections.
func (c composer) lead() []string {
	var lead []string
	d := c.digest
	if len(c.of(alert.LockedOut)) > 0 {
		lead = append(lead, c.say("No administrator can sign in by a way that is known, the emergency access accounts neither. Whoever is still signed in should not sign out: put an account right from that session, now."))
	}
	for _, t := range d.Touched {
		lead = append(lead, c.touched(t)...)
	}
	if d.Forgotten != "" {
		lead = append(lead, c.say("What was told before is lost, so everything that is open is told again."))
	}
	if d.Missed != "" {
		lead = append(lead, c.say("This channel did not hear of earlier runs, because it took no messages: %s. This message covers %d runs, the first on %s.",
			display.Short(d.Missed, maxLine), len(d.Runs), c.Moment(d.Runs[0])))
	}
	switch {
	case c.late():
		lead = append(lead, c.say("This is the first report from this installation. What has happened since the first look at the tenant, on %s, is told first; what was so from the beginning follows.", c.Moment(d.Runs[0])))
	case d.First && d.Forgotten == "":
		lead = append(lead, c.say("This is the first report from this installation, and it proves that the installation works: the tenant was read and this channel was reached. From here on you hear what changes, and now and then that the watch goes on."))
	case d.Heartbeat:
		lead = append(lead, c.say("Still watching: nothing changed; %s; %s.", c.completed(), c.stillOpen()))
	}
	return lead
}

// stillOpen counts what is open, and says since when the oldest is.
func (c composer) stillOpen() string {
	counts := map[checks.Severity]int{}
	var oldest time.Time
	n := 0
	for _, s := range c.digest.Open {
		if s.Status != checks.Fail {
			continue
		}
		n++
		counts[s.Severity]++
		if oldest.IsZero() || s.Since.Before(oldest) {
			oldest = s.Since
		}
	}
	if n == 0 {
		return c.say("none open")
	}
	return c.say("%d still open (%s), the oldest since %s", n, c.BySeverity(counts), c.Day(oldest))
}

func (c composer) completed() string {
	return c.say("%d of %d checks completed", c.total()-c.digest.Unknown, c.total())
}
