package notify

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"breakglass/checks"
)

// An entry is one result to tell of, and what it was before.
type entry struct {
	now, before checks.Result
}

func plainEntries(results []checks.Result) []entry {
	entries := make([]entry, len(results))
	for i, r := range results {
		entries[i] = entry{now: r}
	}
	return entries
}

// changeEntries takes the results that are gone as they were.
func changeEntries(changes []checks.Change) []entry {
	entries := make([]entry, len(changes))
	for i, c := range changes {
		entries[i] = entry{now: c.Now, before: c.Before}
		if c.Now.Check == "" {
			entries[i].now = c.Before
		}
	}
	return entries
}

// grouped puts entries with the same key together, in the order in which the keys
// appear.
func grouped(entries []entry, key func(entry) string) [][]entry {
	place := map[string]int{}
	var groups [][]entry
	for _, e := range entries {
		k := key(e)
		i, known := place[k]
		if !known {
			i = len(groups)
			place[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], e)
	}
	return groups
}

// byCheck is the key of results that one piece of advice puts right.
func byCheck(e entry) string { return fmt.Sprintf("%s\x00%d", e.now.Check, e.now.Severity) }

// byReason is the key of results that one line can tell.
func byReason(e entry) string {
	return fmt.Sprintf("%s\x00%s\x00%s", byCheck(e), clean(e.now.Reason), e.now.Status)
}

// byPast is the key of open results of the past that one line can tell.
func byPast(e entry) string {
	return fmt.Sprintf("%s\x00%d\x00%s", byReason(e), e.before.Severity, e.before.Status)
}

// byCause is the key of results that one cause made unknown.
func byCause(e entry) string { return clean(e.now.Reason) }

// byResult is the key of a result that is told by itself.
func byResult(e entry) string {
	return fmt.Sprintf("%s\x00%s\x00%s", byCheck(e), e.now.Subject.Type, e.now.Subject.ID)
}

// findings tells of each subject what was found, those of whom the same is said
// together. It returns how many results are left out.
func (s subjects) findings(group []entry) (findings []Finding, more int) {
	for i, same := range grouped(group, byCause) {
		if i == maxFindings {
			break
		}
		var names []string
		strangers := false
		for _, e := range same {
			if name := s.name(e.now.Subject); !slices.Contains(names, name) {
				names = append(names, name)
			}
			strangers = strangers || e.now.Subject.Type != checks.SubjectTenant
		}
		findings = append(findings, Finding{
			Subject: Run{Text: list(names), Strange: strangers},
			Text:    strange(reason(same[0].now)),
			Results: len(same),
		})
	}
	return findings, len(group) - told(findings)
}

// reason is why a result is what it is. Slack takes no empty text.
func reason(r checks.Result) string {
	return cmp.Or(short(r.Reason, maxReason), "No reason was given.")
}

// told counts the results that the findings tell of.
func told(findings []Finding) int {
	n := 0
	for _, f := range findings {
		n += f.Results
	}
	return n
}

// item is what all groups have in common.
func (s subjects) item(group []entry) Item {
	it := Item{Results: len(group)}
	for _, e := range group {
		it.Severity = max(it.Severity, e.now.Severity)
		if id := cmp.Or(short(e.now.Check, maxID), "unnamed"); !slices.Contains(it.Checks, id) {
			it.Checks = append(it.Checks, id)
		}
	}
	it.Icon = icon(it.Severity)
	it.Short = capital(severityWord(it.Severity))
	it.Findings, it.More = s.findings(group)
	it.Link = link(group[0].now.References)
	return it
}

// failing tells of results that fail, with what to do.
func (s subjects) failing(group []entry) Item {
	it := s.item(group)
	first := group[0]
	it.Label = strings.ToUpper(it.Short)
	if before := first.before; before.Check != "" {
		if before.Severity != first.now.Severity {
			it.Short += ", was " + severityWord(before.Severity)
			it.Label += ", WAS " + strings.ToUpper(severityWord(before.Severity))
		}
		if was := reason(before); was != reason(first.now) {
			it.Facts = append(it.Facts, Fact{"Before", strange(was)})
		}
	}
	it.Facts = append(it.Facts, facts(
		"Expected", first.now.Title,
		"What to do", first.now.Remediation)...)
	return it
}

// unknown tells of results that one cause made unknown.
func (s subjects) unknown(group []entry) Item {
	it := s.item(group)
	it.Icon = "❔"
	it.Label = "COULD NOT BE CHECKED · " + strings.ToUpper(severityWord(it.Severity)) + " IF IT FAILS"
	it.Short = "Not known, " + severityWord(it.Severity) + " if it fails"
	if len(group) > 1 {
		it.Label = fmt.Sprintf("%d CHECKS COULD NOT BE MADE · UP TO %s IF THEY FAIL", len(group), strings.ToUpper(severityWord(it.Severity)))
		it.Short = fmt.Sprintf("%d checks not known, up to %s if they fail", len(group), severityWord(it.Severity))
	}
	passed, failed := 0, 0
	for _, e := range group {
		switch e.before.Status {
		case checks.Pass:
			passed++
		case checks.Fail:
			failed++
		case checks.Unknown, checks.NotApplicable:
		}
	}
	if passed+failed > 0 {
		it.Facts = facts("When last checked", fmt.Sprintf("%d failed, %d passed", failed, passed))
	}
	advice := group[0].now.Remediation
	if len(it.Checks) > 1 {
		advice = "Remove the cause named here; the next run makes these checks again."
	}
	it.Facts = append(it.Facts, facts("What to do", advice)...)
	return it
}

// facts makes facts of pairs of a label and a text of the program's own; those
// without a text are left out.
func facts(pairs ...string) []Fact {
	var all []Fact
	for pair := range slices.Chunk(pairs, 2) {
		if text := short(pair[1], maxAdvice); text != "" {
			all = append(all, Fact{pair[0], ours(text)})
		}
	}
	return all
}

// link is the first reference that can be followed safely.
func link(references []string) Link {
	const longest = 300
	for _, reference := range references {
		u, err := url.Parse(reference)
		if err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && len(reference) <= longest && clean(reference) == reference {
			return Link{URL: reference, Text: "Read more at " + u.Host}
		}
	}
	return Link{}
}
