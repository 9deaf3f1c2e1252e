package config

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/notify"
	"breakglass/notify/kinds"
	"breakglass/text"
)

// Notifications say what people want to be told, and how often. Zero values mean the
// defaults of alert.Policy.
type Notifications struct {
	Repeat       Delays
	Heartbeat    alert.Rhythm
	HeartbeatDay string
	Mention      map[string][]notify.Person // by the kind of sink
	MentionAfter Delays
	Escalate     Delays
}

// Delays are durations by severity; zero for those that were left out.
type Delays struct{ Critical, High, Medium, Low time.Duration }

// or returns the delays that were declared, and for the others the default.
func (d Delays) or(standard map[checks.Severity]time.Duration) map[checks.Severity]time.Duration {
	all := map[checks.Severity]time.Duration{}
	for s, declared := range map[checks.Severity]time.Duration{checks.Critical: d.Critical, checks.High: d.High, checks.Medium: d.Medium, checks.Low: d.Low} {
		if declared > 0 {
			all[s] = declared
		} else if usual, ok := standard[s]; ok {
			all[s] = usual
		}
	}
	return all
}

// Policy returns what people want to be told. It is an error if a snooze ends too far
// from now.
func (c Config) Policy(now time.Time) (alert.Policy, error) {
	usual := alert.Policy{}.Defaults()
	n := c.Notifications
	p := alert.Policy{
		Repeat: n.Repeat.or(usual.Repeat), Mention: n.MentionAfter.or(usual.Mention), Escalate: n.Escalate.or(usual.Escalate),
		Heartbeat: usual.Heartbeat, Day: usual.Day, DrillEvery: c.DrillEvery, Drills: c.Drills,
	}
	if n.Heartbeat != "" {
		p.Heartbeat = n.Heartbeat
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), n.HeartbeatDay) {
			p.Day = d
		}
	}
	for _, s := range c.Snoozes {
		p.Snoozes = append(p.Snoozes, alert.Snooze{Check: s.Check, Subject: s.Subject, Until: s.Until, Reason: s.Reason, By: s.By, Critical: s.AcceptCritical})
	}
	return p, c.overlong(now).err()
}

// overlong are the snoozes that end too far from now. Load looks for them, so that every
// command gives the answer that the app does.
func (c Config) overlong(now time.Time) Mistakes {
	var mistakes Mistakes
	for i, s := range c.Snoozes {
		if s.Until.Sub(now) > alert.LongestSnooze {
			mistakes = append(mistakes, Mistake{
				Source: s.at.file, Line: s.at.line, What: say("%s ends more than %s from now", named(fmt.Sprintf("snooze[%d]", i)), text.Term(inDays(alert.LongestSnooze))),
				Expected: say("expected an earlier end: when it comes, people are told, and you can decide again"),
			})
		}
	}
	return mistakes
}

// notifications is the section of what people are told.
func (d *draft) notifications() section {
	n := &d.Notifications
	return section{empty: true, fields: []field{
		{name: "repeat", shape: delays(&n.Repeat, true), about: "How long people hear nothing of a finding that stays open, by severity."},
		{
			name: "heartbeat", shape: value[alert.Rhythm]{&n.Heartbeat, oneOf(alert.Daily, alert.Weekly, alert.Off)}, standard: alert.Weekly,
			about: "How often people hear that the watch goes on and nothing happened.",
		},
		{
			name: "heartbeatDay", shape: value[string]{&n.HeartbeatDay, oneOf("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}, standard: "monday",
			about: "The day of a weekly heartbeat, in UTC.",
		},
		{name: "mention", shape: d.mention(), about: "Who is called by name when a finding stays open for too long, or nobody can sign in."},
		{name: "escalate", shape: delays(&n.Escalate, false), about: "How long a finding may be open before the channels for escalation hear of it, by severity."},
	}}
}

func (d *draft) mention() section {
	n := &d.Notifications
	var fields []field
	for _, k := range kinds.All() {
		fields = append(fields, field{name: k.Name, shape: mentioned{n, k}, about: k.Mention.About})
	}
	return section{empty: true, fields: append(fields,
		field{name: "after", shape: delays(&n.MentionAfter, false), about: "How long a finding may be open before they are called, by severity."},
	)}
}

// mentioned are those whom a kind of sink calls.
type mentioned struct {
	to   *Notifications
	kind notify.Kind
}

func (m mentioned) read(r *reader, path string, n *yaml.Node) {
	var all []notify.Person
	m.list(&all).read(r, path, n)
	if len(all) > 0 {
		if m.to.Mention == nil {
			m.to.Mention = map[string][]notify.Person{}
		}
		m.to.Mention[m.kind.Name] = all
	}
}

func (m mentioned) schema() schema { return m.list(nil).schema() }

func (m mentioned) list(to *[]notify.Person) list[notify.Person] {
	item := person
	if how := m.kind.Mention; how.ID != "" {
		id := matching(how.Is, how.ID, 0)
		item = func(p *notify.Person) shape { return value[string]{&p.ID, id} }
	}
	return list[notify.Person]{to: to, item: item}
}

func person(p *notify.Person) shape {
	return section{fields: []field{
		{name: "user", required: true, shape: value[string]{&p.ID, userName}, about: "A user principal name or an object id."},
		{name: "name", required: true, shape: value[string]{&p.Name, freeText}, about: "The name that is shown."},
	}}
}

// delays is a duration for each severity.
func delays(to *Delays, low bool) section {
	f := func(name string, to *time.Duration) field {
		return field{name: name, shape: value[time.Duration]{to, duration()}, about: "Hours, days or weeks, such as 36h, 3d or 2w."}
	}
	fields := []field{f("critical", &to.Critical), f("high", &to.High), f("medium", &to.Medium)}
	if low {
		fields = append(fields, f("low", &to.Low))
	}
	return section{empty: true, fields: fields}
}

// acceptsCritical is the rule of a snooze of a check that is critical by itself.
func acceptsCritical(s *Snooze) rule {
	return rule{check: func(r *reader, path string, n *yaml.Node) {
		s.at = place{r.file, n.Line}
		for _, c := range checks.All() {
			if c.ID == s.Check && c.Severity == checks.Critical && !s.AcceptCritical {
				r.mistake(n.Line, say("%s is about a critical check", named(path)), say("expected acceptCritical: true beside it, if you mean to hear no more of it until then"))
			}
		}
	}}
}
