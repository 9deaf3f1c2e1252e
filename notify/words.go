package notify

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"breakglass/catalog"
	"breakglass/checks"
	"breakglass/text"
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

// words are what is said in one language. The English text of the code is the key.
type words struct {
	language string
	say      func(text string, args ...any) string
	in       *catalog.Language
}

func wordsIn(language string) words {
	in := catalog.In(language)
	return words{language: language, in: in, say: in.Say}
}

// text words what a check said.
func (w words) text(t text.Text) string { return w.in.Text(t) }

// whole words an English text that is kept as it is.
func (w words) whole(english string) string { return w.in.Whole(english) }

// severity names a severity.
func (w words) severity(s checks.Severity) string {
	switch s {
	case checks.Critical:
		return w.say("critical")
	case checks.High:
		return w.say("high")
	case checks.Medium:
		return w.say("medium")
	case checks.Low:
		return w.say("low")
	case checks.Info:
		return w.say("info")
	}
	return w.say("unrated")
}

// bySeverity counts results by severity, the worst first: "2 critical, 1 high".
func (w words) bySeverity(counts map[checks.Severity]int) string {
	var parts []string
	for _, s := range append([]checks.Severity{0}, checks.Severities()...) {
		if counts[s] > 0 {
			parts = append(parts, w.say("%d %s", counts[s], w.severity(s)))
		}
	}
	slices.Reverse(parts)
	return w.list(parts)
}

// list joins parts of a sentence.
func (w words) list(parts []string) string { return strings.Join(parts, w.say(", ")) }

// names joins names, and counts those that are too many to name.
func (w words) names(names []string) string {
	if more := len(names) - maxNames; more > 0 {
		return w.say("%s and %d more", w.list(names[:maxNames]), more)
	}
	return w.list(names)
}

// date is a day, in UTC.
func (w words) date(t time.Time) string {
	if w.language == "ja" {
		return t.UTC().Format("2006年1月2日")
	}
	return t.UTC().Format("2 Jan 2006")
}

// moment is a time of day, in UTC.
func (w words) moment(t time.Time) string {
	if w.language == "ja" {
		return t.UTC().Format("2006年1月2日 15:04") + " UTC"
	}
	return t.UTC().Format("2 Jan 2006, 15:04") + " UTC"
}

// span is how long something took, as people say it.
func (w words) span(d time.Duration) string {
	switch hours := int(d.Round(time.Hour).Hours()); {
	case d < 2*time.Hour:
		return w.say("%d minutes", max(int(d.Round(time.Minute).Minutes()), 1))
	case hours < 48:
		return w.say("%d hours", hours)
	default:
		return w.say("%d days", (hours+12)/24)
	}
}

// capital makes the first letter of one of the program's own words a capital one.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
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

// subjects names what results are about.
type subjects struct {
	words
	shared map[string]bool
}

func (w words) subjectsOf(all []checks.Subject) subjects {
	ids := map[string]string{}
	s := subjects{words: w, shared: map[string]bool{}}
	for _, subject := range all {
		name := short(subject.Name, maxName)
		if id, known := ids[name]; known && id != subject.ID {
			s.shared[name] = true
		}
		ids[name] = subject.ID
	}
	return s
}

// name names a subject, and says what it is unless it is a user.
func (s subjects) name(subject checks.Subject) string {
	name, id := short(subject.Name, maxName), short(subject.ID, maxName)
	switch {
	case name == "":
		name = cmp.Or(id, s.say("something without a name"))
	case s.shared[name] && id != name:
		name += " (" + id + ")"
	}
	switch subject.Type {
	case checks.SubjectTenant:
		return s.say("The tenant")
	case checks.SubjectGroup:
		return s.say("Group “%s”", name)
	case checks.SubjectPolicy:
		return s.say("Policy “%s”", name)
	case checks.SubjectApplication:
		return s.say("Application “%s”", name)
	case checks.SubjectUser:
	}
	return name
}
