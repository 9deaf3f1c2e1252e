package notify

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"breakglass/checks"
	"breakglass/display"
)

// leastDetails is how many items keep their details while others lose their line,
// evenShare how many items of each section come before any other.
const (
	leastDetails = 3
	evenShare    = 5
)

// Fit shortens a message as little as needed: first details go, then whole items, the
// least severe and the oldest first. What is left out is counted. What must be told goes
// last: a message that Split has made has room for it.
func (m Message) Fit(fits func(Message) bool) Message {
	if fits(m) {
		return m
	}
	steps := m.steps()
	i := sort.Search(len(steps)-1, func(i int) bool { return fits(m.reduced(steps[i])) })
	return m.reduced(steps[i])
}

// Bare is the message with nothing but what must be told, a line each.
func (m Message) Bare() Message { return m.reduced(step{0, m.musts()}) }

// A step says how many items a message shows, and how many of them in detail.
type step struct{ details, lines int }

// steps lists ever shorter versions of a message.
func (m Message) steps() []step {
	details, lines, musts := 0, 0, 0
	for _, s := range m.Sections {
		for _, it := range s.Items {
			lines++
			if s.must(it) {
				musts++
			}
			if !it.Brief {
				details++
			}
		}
	}
	var all []step
	for d := details; d > leastDetails; d-- {
		all = append(all, step{d, lines})
	}
	d := min(details, leastDetails)
	for l := lines; l > max(d, musts); l-- {
		all = append(all, step{d, l})
	}
	for ; d < musts && d > 0; d-- {
		all = append(all, step{d, musts})
	}
	for l := max(d, musts); l >= 0; l-- {
		all = append(all, step{min(d, l), l})
	}
	return all
}

// place is where an item stands, and what it counts for.
type place struct {
	section, item int
	must          bool
	late, known   bool
	severity      checks.Severity
}

// ranked lists the items by what people must know first.
func (m Message) ranked() []place {
	var all []place
	for s, section := range m.Sections {
		for i, it := range section.Items {
			all = append(all, place{s, i, section.must(it), i >= evenShare, !section.News, it.Severity})
		}
	}
	slices.SortStableFunc(all, func(a, b place) int {
		return cmp.Or(rank(!a.must)-rank(!b.must), rank(a.late)-rank(b.late), rank(a.known)-rank(b.known), int(b.severity)-int(a.severity))
	})
	return all
}

func rank(last bool) int {
	if last {
		return 1
	}
	return 0
}

// reduced shows only so many items, and says in each section how many more there are.
func (m Message) reduced(to step) Message {
	w := wordsIn(m.Language)
	shown := map[[2]int]Item{}
	for _, p := range m.ranked()[:to.lines] {
		it := m.Sections[p.section].Items[p.item]
		if !it.Brief {
			to.details--
			if to.details < 0 {
				it = it.brief()
			}
		}
		shown[[2]int{p.section, p.item}] = it
	}
	sections := make([]Section, len(m.Sections))
	for s, section := range m.Sections {
		sections[s] = section
		sections[s].Items = nil
		hidden, total := map[checks.Severity]int{}, 0
		for i, it := range section.Items {
			if kept, ok := shown[[2]int{s, i}]; ok {
				sections[s].Items = append(sections[s].Items, kept)
				continue
			}
			hidden[it.Severity] += it.Results
			total += it.Results
		}
		if total > 0 {
			sections[s].More = strings.TrimPrefix(section.More+" · "+w.say("+%d more: %s", total, w.BySeverity(hidden)), " · ")
		}
	}
	m.Sections = sections
	return m
}

// brief is the item on a single line. Of what is of high severity nothing is left out that
// has a name.
func (it Item) brief() Item {
	const mostChecks = 3
	severe := it.must()
	if n := len(it.Checks) - mostChecks; n > 0 && !severe {
		it.Checks, it.MoreChecks = it.Checks[:mostChecks], it.MoreChecks+n
	}
	it.Brief, it.Link = true, Link{}
	it.Fields = slices.DeleteFunc(slices.Clone(it.Fields), func(f Field) bool { return !f.Must })
	it.Findings = slices.Clone(it.Findings)
	if !severe {
		it.Findings = it.Findings[:min(len(it.Findings), 1)]
	}
	for i, f := range it.Findings {
		if !f.Whole {
			it.Findings[i].Text.Text = display.Cut(f.Text.Text, maxLine)
		}
	}
	it.More = it.Results - told(it.Findings)
	return it
}

// Heading is what an item begins with, and what has become of it.
func (it Item) Heading(text string) string {
	if it.Settled != "" {
		return "✅ " + it.Settled + " · " + text
	}
	return it.Icon + " " + text
}

// Rest says what an item leaves out; it is empty if that is nothing.
func (it Item) Rest(w display.Words) string {
	if it.More == 0 {
		return ""
	}
	return w.Say("+%d more", it.More)
}

// CheckIDs lists the checks of an item, and counts those that are left out.
func (it Item) CheckIDs(w display.Words) []string {
	ids := it.Checks
	if it.MoreChecks > 0 {
		ids = append(slices.Clone(ids), w.Say("and %d more", it.MoreChecks))
	}
	return ids
}
