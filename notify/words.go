package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"breakglass/checks"
)

// product is how the program calls itself.
const product = "breakglass-watch"

// Limits on what one text may take, in characters.
const (
	maxName   = 120
	maxID     = 60
	maxReason = 600
	maxLine   = 200 // of a reason on a single line
	maxAdvice = 600
	maxNames  = 5
	// maxFindings is how many different findings an item tells of.
	maxFindings = 3
	maxTitle    = 150 // Slack takes no more in a header
)

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// severityWord names a severity.
func severityWord(s checks.Severity) string { return cmp.Or(s.String(), "unrated") }

// capital makes the first letter of one of the program's own words a capital one.
func capital(text string) string {
	return strings.ToUpper(text[:1]) + text[1:]
}

// icon repeats a severity for the eye; the word stands beside it.
func icon(s checks.Severity) string {
	switch s {
	case checks.Critical:
		return "🔴"
	case checks.High:
		return "🟠"
	case checks.Medium:
		return "🟡"
	case checks.Low:
		return "🔵"
	case checks.Info:
	}
	return "⚪"
}

// bySeverity counts results by severity, the worst first: "2 critical, 1 high".
func bySeverity(counts map[checks.Severity]int) string {
	var parts []string
	for _, s := range append([]checks.Severity{0}, checks.Severities()...) {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], severityWord(s)))
		}
	}
	slices.Reverse(parts)
	return strings.Join(parts, ", ")
}

// list joins names, and counts those that are too many to name.
func list(names []string) string {
	if more := len(names) - maxNames; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNames], ", "), more)
	}
	return strings.Join(names, ", ")
}

// subjects names what results are about.
type subjects struct{ shared map[string]bool }

// subjectsOf finds the names that several subjects have: those are told apart by id.
func subjectsOf(results []checks.Result) subjects {
	ids := map[string]string{}
	s := subjects{shared: map[string]bool{}}
	for _, r := range results {
		name := short(r.Subject.Name, maxName)
		if id, known := ids[name]; known && id != r.Subject.ID {
			s.shared[name] = true
		}
		ids[name] = r.Subject.ID
	}
	return s
}

// name names a subject, and says what it is unless it is a user.
func (s subjects) name(subject checks.Subject) string {
	if subject.Type == checks.SubjectTenant {
		return "The tenant"
	}
	name, id := short(subject.Name, maxName), short(subject.ID, maxName)
	switch {
	case name == "":
		name = cmp.Or(id, "something without a name")
	case s.shared[name] && id != name:
		name += " (" + id + ")"
	}
	switch subject.Type {
	case checks.SubjectGroup, checks.SubjectPolicy, checks.SubjectApplication:
		return fmt.Sprintf("%s “%s”", capital(string(subject.Type)), name)
	case checks.SubjectUser, checks.SubjectTenant:
	}
	return name
}
