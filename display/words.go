package display

import (
	"slices"
	"strings"
	"time"

	"breakglass/catalog"
	"breakglass/checks"
)

// Words are what is said in one language. The English text of the code is the key.
type Words struct{ *catalog.Language }

// In returns the words of a language: en, or ja. Any other is English.
func In(language string) Words { return Words{catalog.In(language)} }

// Severity names a severity.
func (w Words) Severity(s checks.Severity) string {
	switch s {
	case checks.Critical:
		return w.Say("critical")
	case checks.High:
		return w.Say("high")
	case checks.Medium:
		return w.Say("medium")
	case checks.Low:
		return w.Say("low")
	case checks.Info:
		return w.Say("info")
	}
	return w.Say("unrated")
}

// BySeverity counts results by severity, the worst first: "2 critical, 1 high".
func (w Words) BySeverity(counts map[checks.Severity]int) string {
	var parts []string
	for _, s := range append([]checks.Severity{0}, checks.Severities()...) {
		if counts[s] > 0 {
			parts = append(parts, w.Say("%d %s", counts[s], w.Severity(s)))
		}
	}
	slices.Reverse(parts)
	return w.List(parts)
}

// List joins parts of a sentence.
func (w Words) List(parts []string) string { return strings.Join(parts, w.Say(", ")) }

// Day is a day, in UTC.
func (w Words) Day(t time.Time) string {
	if w.Name == "ja" {
		return t.UTC().Format("2006年1月2日")
	}
	return t.UTC().Format("2 Jan 2006")
}

// Moment is a time of day, in UTC.
func (w Words) Moment(t time.Time) string {
	if w.Name == "ja" {
		return t.UTC().Format("2006年1月2日 15:04") + " UTC"
	}
	return t.UTC().Format("2 Jan 2006, 15:04") + " UTC"
}

// Span is how long something took, as people say it.
func (w Words) Span(d time.Duration) string {
	switch hours := int(d.Round(time.Hour).Hours()); {
	case d < 2*time.Hour:
		return w.Say("%d minutes", max(int(d.Round(time.Minute).Minutes()), 1))
	case hours < 48:
		return w.Say("%d hours", hours)
	default:
		return w.Say("%d days", (hours+12)/24)
	}
}
