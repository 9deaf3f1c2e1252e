package notify

import (
	"breakglass/alert"
	"breakglass/checks"
	"breakglass/display"
)

// drills tells which drills were announced, what became of them, and which are due.
func (c composer) drills() []Item {
	var all []Item
	for _, e := range c.of(alert.NoDrill, alert.DrillAnnounced, alert.Drilled, alert.DrillEnded, alert.DrillDue) {
		it := Item{Icon: "🔑", Severity: checks.Info, Must: e.Drill != nil, Checks: []string{e.Now.Check}, Results: 1, Keys: []checks.Key{e.Key}}
		var text Run
		switch {
		case e.Kind == alert.DrillDue:
			it.Short, it.Icon = c.say("Drill due"), "📅"
			text = ours(c.say("The next sign-in is due by %s, in %s.", c.Day(e.Due), c.Span(e.Due.Sub(c.digest.At()))))
			it.Fields = fields(c.say("What to do"), c.say("Announce the drill (breakglass drill start, or drills: in breakglass.yaml), then sign in with a key from its place."))
		case e.Drill == nil:
			continue
		default:
			it, text = c.drill(it, e.Kind, *e.Drill)
		}
		it.Label = upper(it.Short)
		it.Findings = []Finding{{Subject: c.run([]checks.Subject{e.Now.Subject}, c.names), Text: text, Results: 1}}
		all = append(all, it)
	}
	return all
}

// drill words one event of a drill.
func (c composer) drill(it Item, kind alert.Kind, u alert.Use) (Item, Run) {
	switch kind {
	case alert.NoDrill:
		it.Short, it.Icon, it.Severity = c.say("Drill without a sign-in"), "⚠️", checks.Medium
		it.Fields = append(c.afterwards(u), c.others(u)...)
		return it, strange(c.noDrill(u))
	case alert.DrillAnnounced:
		it.Short, it.Icon = c.say("Drill announced"), "📣"
		return c.announced(it, u)
	case alert.DrillEnded:
		it.Short, it.Icon = c.say("Drill over"), "🏁"
		it.Fields = append(append(c.afterwards(u), c.others(u)...), fields(c.say("What to do"), c.say("Sign out, and put the key back: from now on a sign-in with the account is an alarm."))...)
		return it, strange(c.ended(u))
	default:
		it.Short = c.say("Drill succeeded")
		it.Fields = c.alarm(u)
		return it, strange(c.drilled(u))
	}
}

// announced says of a drill who holds it, when and why, and what it excuses.
func (c composer) announced(it Item, u alert.Use) (Item, Run) {
	by := display.Short(u.By, maxName)
	text := c.say("%s announced a drill from %s to %s.", by, c.Moment(u.From), c.Moment(u.To))
	if !u.Until.IsZero() {
		text = c.say("The drill that %s announced lasts longer: from %s to %s. Before, it was to end at %s.", by, c.Moment(u.From), c.Moment(u.To), c.Moment(u.Until))
	}
	if reason := display.Short(u.Reason, maxLine); reason != "" {
		it.Fields = []Field{{Label: c.say("Reason"), Text: strange(reason)}}
	}
	if c.digest.At().After(u.To) {
		it.Fields = append(it.Fields, fields(c.say("Note"), c.say("It is over already. A sign-in that was part of it may still arrive in the log."))...)
	}
	it.Fields = append(it.Fields, fields(
		c.say("What it excuses"), c.say("Sign-ins with one key from one address: those of the first one with a key. Another address, another key or method, a failed attempt and any change of the account are told as always."),
		c.say("What to do"), c.say("If nobody of yours holds this drill, end it (breakglass drill end, or take it out of breakglass.yaml), and find out who announced it."))...)
	return it, strange(text)
}

// afterwards says that nobody heard of a drill before it was over.
func (c composer) afterwards(u alert.Use) []Field {
	if !u.Announced.After(u.To) {
		return nil
	}
	return fields(c.say("Note"), c.say("This watch saw the announcement for the first time on %s, when the drill was over. Was it announced afterwards?", c.Moment(u.Announced)))
}

// others says that there were sign-ins in a drill that it does not excuse.
func (c composer) others(u alert.Use) []Field {
	if u.Others == 0 {
		return nil
	}
	return fields(c.say("Not part of it"), c.say("%d other sign-ins in that time. The drill does not excuse them: they are told by themselves.", u.Others))
}

// ended says what was seen of a drill that is over.
func (c composer) ended(u alert.Use) string {
	by := display.Short(u.By, maxName)
	text := c.say("The drill that %s announced is over. It was from %s to %s.", by, c.Moment(u.From), c.Moment(u.To))
	if u.Withdrawn {
		text = c.say("The drill that %s announced was taken back, on %s.", by, c.Moment(u.To))
	}
	if len(u.SignIns) == 0 {
		return text + c.say(" Nobody had signed in.")
	}
	text += c.say(" %d sign-ins, the first at %s", len(u.SignIns), c.Moment(u.SignIns[0].At))
	return c.used(text, u.SignIns[0])
}

// used adds with what, from where and to what somebody signed in.
func (c composer) used(text string, s alert.Used) string {
	if s.Method != "" {
		text = c.say("%s with %s", text, display.Short(s.Method, maxName))
	}
	if s.Address != "" {
		text = c.say("%s from %s", text, display.Short(s.Address, maxName))
	}
	if s.Application != "" {
		text = c.say("%s at %s", text, display.Short(s.Application, maxName))
	}
	return text + c.say(".")
}

func (c composer) noDrill(u alert.Use) string {
	text := c.say("%s announced a drill until %s, and nobody signed in.", display.Short(u.By, maxName), c.Moment(u.To))
	switch {
	case u.Unknown != "":
		text = c.say("%s announced a drill until %s. Whether anybody signed in is not known: %s", display.Short(u.By, maxName), c.Moment(u.To), display.Short(c.Whole(u.Unknown), maxReason))
	case u.Others > 0:
		text = c.say("%s announced a drill until %s, and no sign-in was one of a drill.", display.Short(u.By, maxName), c.Moment(u.To))
	}
	return text
}

func (c composer) drilled(u alert.Use) string {
	if len(u.SignIns) == 0 {
		return c.say("%s announced a drill, and somebody signed in.", display.Short(u.By, maxName))
	}
	s := u.SignIns[0]
	return c.used(c.say("%s announced a drill, and somebody signed in at %s", display.Short(u.By, maxName), c.Moment(s.At)), s)
}

// alarm says whether the alarm rang: this message is it.
func (c composer) alarm(u alert.Use) []Field {
	if len(u.SignIns) == 0 || u.Noticed.IsZero() {
		return nil
	}
	return fields(c.say("The alarm"), c.say("It rang: this message is it. The sign-in was noticed %s after it happened.", c.Span(u.Noticed.Sub(u.SignIns[0].At))),
		c.say("Evidence"), c.say("It is kept; breakglass drill list shows it."))
}
