package notify

import (
	"slices"
	"strings"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/display"
)

// Options are what a message says besides the digest.
type Options struct {
	Version  string // of the program
	Language string // en, or ja
	Key      string // tells the message from others
	App      string // of which a message about the installation is; empty if it has no name
	// Labels are what people call the channels, by their names.
	Labels map[string]string
}

// detailed is how many items of a flood keep their details: what is new is then a cause
// to look at, not to read.
const detailed = 5

// atOnce is how many new results at once are a flood.
const atOnce = 15

// Compose words a digest. It decides all the text, so every channel says the same.
// Equal input gives equal messages.
func Compose(d alert.Digest, o Options) Message {
	w := wordsIn(o.Language)
	c := composer{subjects: w.subjectsOf(d.Names), digest: d, labels: o.Labels, events: map[alert.Kind][]alert.Event{}}
	for _, e := range d.Events {
		c.events[e.Kind] = append(c.events[e.Kind], e)
	}
	m := Message{
		Language: w.Name,
		Tone:     c.tone(),
		Title:    display.Cut(c.tone().Icon()+" "+c.title(), maxTitle),
		Tenant:   w.tenant(d.Tenant),
		Checked:  w.say("Checked %s", w.Moment(d.At())),
		Counts:   c.counts(),
		Lead:     c.lead(),
		Mention:  d.Mention,
		Key:      o.Key,
	}
	most := mostForecasts
	if d.Heartbeat {
		most = 1 // a heartbeat tells the weakest
	}
	m.Forecast = w.forecast(d.Survival, d.Before, most)
	if d.Alarm && !d.First && !slices.ContainsFunc(m.Forecast.Rows, func(r ForecastRow) bool { return r.Was != "" }) {
		m.Forecast = Forecast{}
	}
	m.Sections = c.sections()
	m.Footer = c.footer(o)
	return m
}

// A composer words one digest.
type composer struct {
	subjects
	digest alert.Digest
	labels map[string]string
	events map[alert.Kind][]alert.Event
}

// of returns the events of some kinds, in the order of the kinds.
func (c composer) of(kinds ...alert.Kind) []alert.Event {
	var all []alert.Event
	for _, k := range kinds {
		all = append(all, c.events[k]...)
	}
	return all
}

func (w words) tenant(t checks.Tenant) []Run {
	var runs []Run
	for _, text := range []string{t.DisplayName, t.DefaultDomain} {
		if text = display.Short(text, maxName); text != "" {
			runs = append(runs, strange(text))
		}
	}
	if len(runs) == 0 {
		if id := display.Short(t.ID, maxName); id != "" {
			return []Run{strange(id)}
		}
		return []Run{ours(w.say("a tenant whose name could not be read"))}
	}
	return runs
}

// sections tell what happened in full, and how things stand on a line each.
func (c composer) sections() []Section {
	notKnown := c.say("What these checks would show is not known. It does not mean that all is well.")
	failing, blind := split(c.of(alert.Baseline))
	problems, unknown := c.say("Problems"), c.say("Could not be checked")
	if c.late() {
		problems, unknown = c.say("Problems from the beginning"), c.say("Not checked from the beginning")
	}
	return present(
		news(c.section(c.say("New"), "", c.thinned(items(c.of(alert.New, alert.CameBack), byCheck, c.failing)))),
		news(c.section(c.say("Worse"), "", items(c.of(alert.Worse), byResult, c.failing))),
		news(c.section(c.say("Accounts that are not watched any more"),
			c.say("They are not declared any more. If nobody meant that, somebody has changed the configuration or the group."),
			items(c.of(alert.Unwatched), byResult, c.unwatched))),
		news(c.section(c.say("Changed"), "", items(c.of(alert.Changed), byResult, c.failing))),
		news(c.section(c.say("Could not be checked"), notKnown+c.say(" Nothing here is reported as resolved."),
			items(c.of(alert.Lost, alert.Blind), byCause, c.unknown))),
		news(c.section(c.say("Drills"), "", c.drills())),
		news(c.section(c.say("Resolved"), "", items(c.of(alert.Resolved, alert.CameWent), byPast, c.resolved))),
		news(c.section(c.say("Checked again"), "", items(c.of(alert.Restored), byPast, c.restored))),
		news(c.section(c.say("No longer checked"), c.say("These were open, and are neither resolved nor watched any more."),
			items(c.of(alert.Dropped), byPast, c.dropped))),
		news(c.section(c.say("Open for too long"), "", items(c.of(alert.Escalated), byReason, c.escalated))),
		news(c.section(c.say("Snoozes that end"), "", items(c.of(alert.SnoozeDue, alert.SnoozeEnd), byReason, c.snoozing))),
		news(c.section(problems, "", items(failing, byCheck, c.failing))),
		news(c.section(unknown, notKnown, items(blind, byCause, c.unknown))),
		c.section(c.say("Still open"), "", c.standing(func(s checks.Status) bool { return s == checks.Fail })),
		c.section(c.say("Still not checked"), notKnown, c.standing(func(s checks.Status) bool { return s != checks.Fail })),
		c.section(c.say("Snoozed"), "", c.snoozed()),
	)
}

// late reports whether something happened between the first look and the first message.
func (c composer) late() bool {
	return c.digest.First && slices.ContainsFunc(c.digest.Events, func(e alert.Event) bool { return e.Kind != alert.Baseline })
}

// split parts the events of what fails from those of what could not be checked.
func split(events []alert.Event) (failing, blind []alert.Event) {
	for _, e := range events {
		if e.Now.Status == checks.Fail {
			failing = append(failing, e)
		} else {
			blind = append(blind, e)
		}
	}
	return failing, blind
}

// thinned keeps the details of the worst when very much is new at once.
func (c composer) thinned(all []Item) []Item {
	if len(c.of(alert.New, alert.CameBack)) <= atOnce {
		return all
	}
	n := 0
	for i := range all {
		if !all[i].Brief {
			n++
		}
		if n > detailed {
			all[i] = all[i].brief()
		}
	}
	return all
}

// standing lists what is open and not told above. A heartbeat only counts it.
func (c composer) standing(which func(checks.Status) bool) []Item {
	told := map[checks.Key]bool{}
	for _, e := range c.digest.Events {
		told[e.Key] = told[e.Key] || e.Kind != alert.Open
	}
	var all []Item
	for _, same := range display.Grouped(c.open(func(s alert.Standing) bool { return s.Snooze == nil && !told[s.Key] && which(s.Status) }), byStanding) {
		all = append(all, c.line(same))
	}
	return all
}

// snoozed lists what people decided not to hear of.
func (c composer) snoozed() []Item {
	var all []Item
	told := map[checks.Key]bool{}
	for _, e := range c.of(alert.Baseline) {
		told[e.Key] = true
	}
	for _, same := range display.Grouped(c.open(func(s alert.Standing) bool { return s.Snooze != nil && !told[s.Key] }), byStanding) {
		it := c.line(same)
		it.Findings[0].Text = strange(c.snooze(*same[0].Snooze))
		all = append(all, it)
	}
	return all
}

func (c composer) open(which func(alert.Standing) bool) []alert.Standing {
	if c.digest.Heartbeat || c.digest.Alarm && !c.digest.First {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.digest.Open), func(s alert.Standing) bool { return !which(s) })
}

// snooze says of a snooze until when, by whom and why.
func (c composer) snooze(s alert.Snooze) string {
	return c.say("Snoozed until %s by %s: %s", c.Day(s.Until), display.Short(s.By, maxName), display.Short(s.Reason, maxLine))
}

// footer says what produced the message.
func (c composer) footer(o Options) string {
	name := product
	if version := display.Short(o.Version, maxID); version != "" {
		name += " " + version
	}
	parts := []string{c.say("Run %s", c.digest.At().UTC().Format("20060102T150405Z"))}
	if n := len(c.digest.Runs); n > 1 {
		parts = append(parts, c.say("covers %d runs", n))
	}
	parts = append(parts, c.completed(), name)
	if o.Key != "" {
		parts = append(parts, c.say("key %s", o.Key))
	}
	return strings.Join(parts, " · ")
}

// items makes items of each group, the worst first.
func items(events []alert.Event, key func(alert.Event) string, item func([]alert.Event) Item) []Item {
	var all []Item
	for _, group := range display.Grouped(events, key) {
		for i, portion := range portions(group) {
			it := item(portion)
			for _, e := range portion {
				it.Keys = append(it.Keys, e.Key)
			}
			if i > 0 {
				it = it.brief()
			}
			all = append(all, it.spread()...)
		}
	}
	slices.SortStableFunc(all, func(a, b Item) int { return int(b.Severity) - int(a.Severity) })
	return all
}

func (c composer) section(title, note string, items []Item) Section {
	n := 0
	for _, it := range items {
		n += it.Results
	}
	return Section{Title: c.say("%s (%d)", title, n), Note: note, Items: items}
}

// news marks a section as one that tells what was not told before.
func news(s Section) Section {
	s.News = true
	return s
}

// present leaves out the sections that hold nothing.
func present(sections ...Section) []Section {
	return slices.DeleteFunc(sections, func(s Section) bool { return len(s.Items) == 0 })
}
