package notify

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/display"
	"breakglass/text"
)

// byCheck is the key of results that one piece of advice puts right.
func byCheck(e alert.Event) string {
	return fmt.Sprintf("%s\x00%d\x00%t", e.Result().Check, e.Result().Severity, e.Kind == alert.CameBack || len(e.Caused) > 0)
}

// byReason is the key of results that one line can tell.
func byReason(e alert.Event) string {
	return fmt.Sprintf("%s\x00%s\x00%s\x00%s", byCheck(e), display.Chat(e.Result().Reason), e.Result().Status, e.Kind)
}

// byPast is the key of results of the past that one line can tell.
func byPast(e alert.Event) string {
	return fmt.Sprintf("%s\x00%d\x00%s\x00%s", byReason(e), e.Before.Severity, e.Before.Status, e.Since)
}

// byCause is the key of results that one cause made unknown.
func byCause(e alert.Event) string {
	return fmt.Sprintf("%s\x00%s", e.Kind, display.Chat(e.Result().Reason))
}

// byResult is the key of a result that is told by itself.
func byResult(e alert.Event) string {
	r := e.Result()
	return fmt.Sprintf("%s\x00%s\x00%s", byCheck(e), r.Subject.Type, r.Subject.ID)
}

// byStanding is the key of what is open that one line can tell.
func byStanding(s alert.Standing) string {
	return fmt.Sprintf("%s\x00%d\x00%s\x00%s\x00%s", s.Key.Check, s.Severity, s.Status, display.Chat(s.Reason), s.Since)
}

// findings tells of each subject what was found, those of whom the same is said
// together. It returns how many results are left out.
func (s subjects) findings(group []alert.Event) (findings []Finding, more int) {
	causes := display.Grouped(group, byCause)
	severe := worst(group) >= checks.High
	if severe && len(causes) > maxFindings {
		return []Finding{{Subject: s.run(about(group), s.List), Text: ours(s.say("Each for a reason of its own.")), Results: len(group)}}, 0
	}
	names := s.names
	if severe {
		names = s.List
	}
	for _, same := range causes[:min(len(causes), maxFindings)] {
		findings = append(findings, Finding{
			Subject: s.run(about(same), names), Text: strange(s.reason(same[0].Result())), Results: len(same), Whole: singular(same[0]),
		})
	}
	return findings, len(group) - told(findings)
}

// about are the subjects of events.
func about(group []alert.Event) []checks.Subject {
	all := make([]checks.Subject, len(group))
	for i, e := range group {
		all[i] = e.Result().Subject
	}
	return all
}

// worst is the severity of the worst of some events.
func worst(group []alert.Event) checks.Severity {
	severity := checks.Severity(0)
	for _, e := range group {
		severity = max(severity, gravity(e))
	}
	return severity
}

// gravity is how severe the worst is that an event tells of.
func gravity(e alert.Event) checks.Severity {
	severity := e.Result().Severity
	switch e.Kind {
	case alert.Resolved, alert.CameWent, alert.Dropped, alert.Restored:
		severity = max(severity, e.Before.Severity)
	default:
	}
	for _, r := range e.Earlier {
		severity = max(severity, r.Severity)
	}
	for _, c := range e.Caused {
		severity = max(severity, gravity(c))
	}
	return severity
}

// run names subjects, each once, joined as the caller likes.
func (s subjects) run(of []checks.Subject, join func([]string) string) Run {
	var names []string
	strangers := false
	for _, subject := range of {
		if name := s.name(subject); !slices.Contains(names, name) {
			names = append(names, name)
		}
		strangers = strangers || subject.Type != checks.SubjectTenant
	}
	return Run{Text: join(names), Strange: strangers}
}

// reason is why a result is what it is. Slack takes no empty text.
func (w words) reason(r checks.Result) string {
	return cmp.Or(display.Short(w.Text(r.Said()), maxReason), w.say("No reason was given."))
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
func (s subjects) item(group []alert.Event) Item {
	it := Item{Results: len(group), Must: worst(group) >= checks.High}
	for _, e := range group {
		r := e.Result()
		it.Severity = max(it.Severity, r.Severity)
		if id := cmp.Or(display.Short(r.Check, maxID), s.say("unnamed")); !slices.Contains(it.Checks, id) {
			it.Checks = append(it.Checks, id)
		}
	}
	it.Icon = display.Icon(it.Severity)
	it.Short = text.Capital(s.Severity(it.Severity))
	it.Findings, it.More = s.findings(group)
	it.Fields = s.untold(group, len(it.Checks) > 1)
	it.Link = s.link(group[0].Result().References)
	return it
}

// fields makes fields of pairs of a label and a text of the program's own; those
// without a text are left out.
func fields(pairs ...string) []Field {
	var all []Field
	for pair := range slices.Chunk(pairs, 2) {
		if text := display.Short(pair[1], maxAdvice); text != "" {
			all = append(all, Field{Label: pair[0], Text: ours(text)})
		}
	}
	return all
}

// link is the first reference that can be followed safely.
func (w words) link(references []string) Link {
	const longest = 300
	for _, reference := range references {
		u, err := url.Parse(reference)
		if err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && len(reference) <= longest && display.Chat(reference) == reference {
			return Link{URL: reference, Text: w.say("Read more at %s", u.Host)}
		}
	}
	return Link{}
}

// upper is for labels.
func upper(text string) string { return strings.ToUpper(text) }
