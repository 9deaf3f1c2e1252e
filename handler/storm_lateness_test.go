package main

import (
	"slices"
	"strings"
	"time"
)

// hears takes what people read.
func (o *oracle) hears(lane int, text string) {
	small := strings.ToLower(text)
	for _, c := range o.claims {
		if !c.high && cutShort.MatchString(small) { // what is less than high may be counted only
			c.told[lane] = true
		}
		if strings.Contains(small, c.account.name) && slices.ContainsFunc(c.words, func(w string) bool { return strings.Contains(small, w) }) {
			c.told[lane] = true
		}
	}
}

// remember takes how a channel fared.
func (o *oracle) remember(r ran, i int, h heard) {
	m := &o.lanes[i]
	switch {
	case h.refused:
		*m = laneMemory{waiting: true, refused: h, at: r.at, strange: !r.rightClock, spoken: m.spoken}
	case r.killed:
		m.waiting = true // and nothing to wait for
	case h.tookAny() && r.rightClock:
		*m = laneMemory{spoken: true}
	case m.strange && r.rightClock: // what is put right, is so from now on
		m.strange, m.at = false, r.at
	}
}

// overdue accuses the handler of what it has not told in time.
func (o *oracle) overdue(r ran, before []laneMemory) {
	for _, c := range o.claims {
		for i, h := range r.lanes {
			if c.told[i] || c.noticed.IsZero() || !r.sound() || h.refused || h.broken {
				continue
			}
			m := before[i]
			if m.waiting && !m.at.IsZero() && r.at.Before(m.at.Add(within(c.critical, m.refused))) {
				continue
			}
			c.told[i] = true // once
			o.accuse(c.kind+" untold"+o.circumstances(m), "%s was not told in %s by %s, though a run noticed it at %s", c.what, h.name, clockTime(r.at), clockTime(c.noticed))
		}
	}
	o.forget(func(c *claim) bool { return !slices.Contains(c.told, false) })
}

// circumstances tell one defect from another: what happened in the history before.
func (o *oracle) circumstances(m laneMemory) string {
	said := ""
	switch {
	case !m.spoken:
		said = " in a channel's first message"
	case m.waiting:
		said = " after a refusal"
	}
	if o.strange {
		said += " after a wrong clock"
	}
	return said
}

// tookAny reports whether the channel took a message of the outbox. What is said of the
// installation itself goes past that.
func (h heard) tookAny() bool {
	return slices.ContainsFunc(h.texts, func(text string) bool { return !strings.Contains(text, "nstallation of breakglass-watch") })
}

// within is how long a message may wait for a channel that works again.
func within(critical bool, last heard) time.Duration {
	const slack = time.Minute
	if critical && !last.forGood {
		return 10*time.Minute + slack
	}
	return time.Hour + slack
}
