package notify

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/display"
	"breakglass/text"
)

const (
	// maxTold is how much one text tells of what must not be left out, in characters.
	maxTold = 1000
	// maxToldFields is how many such texts an item holds.
	maxToldFields = 2
)

// portions part a group so that each of high severity is named: first as many as are easily
// read, then lists of names. What is less severe comes last, and may be counted.
func portions(group []alert.Event) [][]alert.Event {
	if worst(group) < checks.High {
		return [][]alert.Event{group}
	}
	group = slices.Clone(group)
	slices.SortStableFunc(group, func(a, b alert.Event) int {
		return rank(gravity(a) < checks.High) - rank(gravity(b) < checks.High)
	})
	var all [][]alert.Event
	for len(group) > 0 {
		n := portion(group, len(all) == 0)
		all = append(all, group[:n])
		group = group[n:]
	}
	return all
}

// portion is how many events, from the first on, one item tells of.
func portion(group []alert.Event, first bool) int {
	if gravity(group[0]) < checks.High {
		return len(group)
	}
	causes, size := map[string]map[string]bool{}, 0
	seen := map[string]bool{}
	names := func(text string) {
		if !seen[text] {
			seen[text] = true
			size += utf8.RuneCountInString(text) + 2
		}
	}
	for i, e := range group {
		r := e.Result()
		names(display.Short(r.Subject.Name, maxName) + display.Short(r.Subject.ID, maxName))
		names(display.Short(r.Check, maxID))
		key := byCause(e)
		if causes[key] == nil {
			causes[key] = map[string]bool{}
		}
		causes[key][r.Subject.ID] = true
		readable := len(causes) <= maxFindings && len(causes[key]) <= maxNames
		severe := gravity(e) >= checks.High
		if i > 0 && (size > maxTold || !severe || !readable && (first || singular(e))) {
			if !severe && first && readable && size <= maxTold {
				continue
			}
			return i
		}
	}
	return len(group)
}

// singular reports whether an event is about something that happened, and so has a text
// that no other stands for.
func singular(e alert.Event) bool {
	return len(e.Happened) > 0 || checks.ByID(e.Key.Check).Tells != checks.NoDeed || checks.ByID(e.Key.Check).Event
}

// untold tells what happened besides what the findings say. Where a group is of several
// checks, each is named.
func (s subjects) untold(group []alert.Event, several bool) []Field {
	var all []Field
	for _, e := range group {
		prefix := ""
		if len(group) > 1 {
			prefix = s.name(e.Result().Subject)
			if several {
				prefix += " (" + display.Short(e.Key.Check, maxID) + ")"
			}
			prefix += ": "
		}
		shown := s.reason(e.Result())
		var log, meanwhile []string
		for _, h := range e.Happened {
			if text := display.Short(s.Text(h.Said()), maxAdvice); !strings.Contains(shown, text) {
				log = append(log, text)
			}
		}
		for _, r := range e.Earlier {
			was := text.Capital(s.Severity(r.Severity))
			if r.Status != checks.Fail {
				was = s.say("Not known, %s if it fails", s.Severity(r.Severity))
			}
			meanwhile = append(meanwhile, was+": "+s.reason(r))
		}
		all = append(all, gathered(s.say("Also in the log"), prefix, log)...)
		all = append(all, gathered(s.say("Meanwhile"), prefix, meanwhile)...)
	}
	return all
}

// gathered makes as few fields as texts need.
func gathered(label, prefix string, texts []string) []Field {
	var all []Field
	for _, text := range texts {
		if n := len(all); n > 0 && utf8.RuneCountInString(all[n-1].Text.Text)+utf8.RuneCountInString(text) < maxTold {
			all[n-1].Text.Text += "; " + text
			continue
		}
		all = append(all, Field{Label: label, Text: strange(prefix + text), Must: true})
	}
	return all
}

// spread parts an item that holds more of what must be told than is easily read.
func (it Item) spread() []Item {
	var kept, moved []Field
	must := 0
	for _, f := range it.Fields {
		if f.Must {
			must++
		}
		if f.Must && must > maxToldFields {
			moved = append(moved, f)
		} else {
			kept = append(kept, f)
		}
	}
	it.Fields = kept
	all := []Item{it}
	for some := range slices.Chunk(moved, maxToldFields) {
		more := it.brief()
		more.Fields, more.Results, more.More = some, 0, 0
		more.Findings = slices.Clone(more.Findings[:min(len(more.Findings), 1)])
		for i := range more.Findings {
			more.Findings[i].Text, more.Findings[i].Results = ours(cmp.Or(some[0].Label, "…")), 0
		}
		all = append(all, more)
	}
	return all
}
