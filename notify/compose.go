package notify

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"breakglass/checks"
)

// Options are what a message says besides the report.
type Options struct {
	Version string // of the program
}

// Compose words the changes. It decides all the text, so every channel says the
// same. Equal input gives equal messages.
func Compose(r checks.Report, c checks.Changes, o Options) Message {
	s := subjectsOf(allOf(r, c))
	v := verdictOf(r, c)
	m := Message{
		Tone:    v.tone(),
		Title:   cut(v.icon()+" "+v.title(), maxTitle),
		Tenant:  tenantLine(r.Tenant),
		Checked: "Checked " + r.CheckedAt.UTC().Format("2 Jan 2006, 15:04") + " UTC",
		Counts:  v.counts(),
		Lead:    v.lead(),
	}
	most := mostOutlooks
	if c.None() {
		most = 1 // a heartbeat tells the weakest
	}
	m.Outlook = outlookOf(r.Survival, c.Survival, most)
	if c.First {
		m.Sections = s.first(c)
	} else {
		m.Sections = s.changed(c)
	}
	m.Footer = v.footer(r.CheckedAt, o)
	m.Key = key(r, m)
	m.Footer += " · key " + m.Key
	return m
}

// allOf lists every result that a message may name.
func allOf(r checks.Report, c checks.Changes) []checks.Result {
	all := slices.Clone(r.Results)
	for _, changes := range [][]checks.Change{c.Worse, c.Changed, c.NotChecked, c.Resolved, c.Dropped} {
		for _, e := range changeEntries(changes) {
			all = append(all, e.now)
		}
	}
	return slices.Concat(all, c.New, c.Open, c.Blind)
}

func tenantLine(t checks.Tenant) []Run {
	var runs []Run
	for _, text := range []string{t.DisplayName, t.DefaultDomain} {
		if text = short(text, maxName); text != "" {
			runs = append(runs, strange(text))
		}
	}
	if len(runs) == 0 {
		if id := short(t.ID, maxName); id != "" {
			return []Run{strange(id)}
		}
		return []Run{ours("a tenant whose name could not be read")}
	}
	return runs
}

// key is the short hash that tells messages apart.
func key(r checks.Report, m Message) string {
	content, err := json.Marshal(m)
	if err != nil {
		panic(err) // plain data
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s", r.Tenant.ID, r.CheckedAt.UTC().Format(time.RFC3339Nano), content)
	return strings.ToLower(base32.StdEncoding.EncodeToString(h.Sum(nil)))[:10]
}

// notKnown is said of every unknown result: it is no pass.
const notKnown = "What these checks would show is not known. It does not mean that all is well."

// first is what a first report tells: everything that is open, in full.
func (s subjects) first(c checks.Changes) []Section {
	return present(
		section("Problems", "", items(plainEntries(c.Open), byCheck, s.failing)),
		section("Could not be checked", notKnown, items(plainEntries(c.Blind), byCause, s.unknown)),
	)
}

// changed is what a later report tells: changes in full, the rest on a line each.
func (s subjects) changed(c checks.Changes) []Section {
	return present(
		news(section("New", "", items(plainEntries(c.New), byCheck, s.failing))),
		news(section("Worse", "", items(changeEntries(c.Worse), byResult, s.failing))),
		news(section("Changed", "", items(changeEntries(c.Changed), byResult, s.failing))),
		news(section("Could not be checked", notKnown+" Nothing here is reported as resolved.",
			items(changeEntries(c.NotChecked), byCause, s.unknown))),
		news(section("Resolved", "", items(changeEntries(c.Resolved), byPast, s.resolved))),
		news(section("No longer checked", "These were open, and are neither resolved nor watched any more.",
			items(changeEntries(c.Dropped), byPast, s.dropped))),
		section("Still open", "", items(plainEntries(c.Open), byReason, func(g []entry) Item { return s.failing(g).brief() })),
		section("Still not checked", notKnown, items(plainEntries(c.Blind), byCause, func(g []entry) Item { return s.unknown(g).brief() })),
	)
}

func (s subjects) resolved(group []entry) Item {
	it := s.past(group)
	it.Icon, it.Short = "✅", "Resolved, was "+severityWord(it.Severity)
	if group[0].before.Status != checks.Fail {
		it.Short = "Passes, could not be checked before"
	}
	return it.brief()
}

func (s subjects) dropped(group []entry) Item {
	it := s.past(group)
	it.Icon, it.Short = "➖", "Was "+severityWord(it.Severity)
	if group[0].before.Status != checks.Fail {
		it.Short = "Could not be checked before"
	}
	if group[0].now.Status.Open() { // it is gone: this is the last that was known of it
		it.Short += ", is not asked any more"
	} else {
		it.Short += ", does not apply any more"
	}
	return it.brief()
}

// past is an item of results that were open: what counts is how bad they were.
func (s subjects) past(group []entry) Item {
	it := s.item(group)
	it.Severity = group[0].before.Severity
	return it
}

// items makes one item of each group, the worst first.
func items(entries []entry, key func(entry) string, item func([]entry) Item) []Item {
	var all []Item
	for _, group := range grouped(entries, key) {
		all = append(all, item(group))
	}
	slices.SortStableFunc(all, func(a, b Item) int { return int(b.Severity) - int(a.Severity) })
	return all
}

func section(title, note string, items []Item) Section {
	n := 0
	for _, it := range items {
		n += it.Results
	}
	return Section{Title: fmt.Sprintf("%s (%d)", title, n), Note: note, Items: items}
}

// news marks a section as one that tells what was not told before.
func news(s Section) Section {
	s.news = true
	return s
}

// present leaves out the sections that hold nothing.
func present(sections ...Section) []Section {
	return slices.DeleteFunc(sections, func(s Section) bool { return len(s.Items) == 0 })
}
