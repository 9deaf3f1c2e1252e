package notify

import (
	"fmt"
	"slices"
	"sort"

	"breakglass/display"
)

// Split makes several messages of one, where one would have to leave out what must be told.
// Each is one that takes says is taken as it is, has the number of the part in its title, and from the
// second on in its key. Equal messages are split alike, so that after a crash the part that
// comes next is the one that was to come.
func Split(m Message, takes func(Message) bool) []Message {
	if n := m.musts(); n == 0 || takes(m.Bare()) {
		return []Message{m}
	}
	var rest []place
	for _, p := range m.ranked() {
		if p.must {
			rest = append(rest, p)
		}
	}
	var parts []Message
	for len(rest) > 0 {
		n := sort.Search(len(rest), func(i int) bool {
			part := m.part(rest[:i+1], len(rest)-i-1, len(parts))
			details := 0
			if len(parts) == 0 {
				details = leastDetails // what to do stands there for the worst
			}
			return !takes(part.numbered(len(parts)+1, 99).reduced(step{details, i + 1}))
		})
		n = max(n, 1) // one that is too large by itself is shortened
		parts = append(parts, m.part(rest[:n], len(rest)-n, len(parts)))
		rest = rest[n:]
	}
	for i := range parts {
		parts[i] = parts[i].numbered(i+1, len(parts))
	}
	return parts
}

// musts counts the items that must be told.
func (m Message) musts() int {
	n := 0
	for _, s := range m.Sections {
		for _, it := range s.Items {
			if s.must(it) {
				n++
			}
		}
	}
	return n
}

// part is the message with some of what must be told. What need not be told stands in the
// first part alone, as does what stands above the sections.
func (m Message) part(some []place, left, number int) Message {
	w := wordsIn(m.Language)
	mine := map[[2]int]bool{}
	for _, p := range some {
		mine[[2]int{p.section, p.item}] = true
	}
	sections := m.Sections
	m.Sections = nil
	for s, section := range sections {
		items := section.Items
		section.Items = nil
		for i, it := range items {
			if mine[[2]int{s, i}] || number == 0 && !section.must(it) {
				section.Items = append(section.Items, it)
			}
		}
		if number > 0 {
			section.Title, section.More = w.say("%s, continued", section.Title), ""
		}
		if len(section.Items) > 0 {
			m.Sections = append(m.Sections, section)
		}
	}
	if number > 0 {
		m.Counts, m.Lead, m.Forecast, m.Mention, m.Mentions = nil, nil, Forecast{}, false, nil
	}
	if left > 0 {
		m.Lead = append(slices.Clone(m.Lead), w.say("There is more than one message takes. It goes on in the next one."))
	}
	return m
}

// numbered says which part of how many the message is.
func (m Message) numbered(n, of int) Message {
	suffix := fmt.Sprintf(" (%d/%d)", n, of)
	m.Title = display.Cut(m.Title, maxTitle-len(suffix)) + suffix
	if n > 1 && m.Key != "" {
		suffix = fmt.Sprintf(".%d", n)
		m.Key += suffix
		m.Footer += suffix // it ends with the key
	}
	return m
}
