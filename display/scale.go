package display

import "breakglass/checks"

// A Tone says how something is meant, for media that have colours or signs. Words say the
// same without it.
type Tone int

// The tones, from the calmest. They are kept as numbers.
const (
	Calm    Tone = iota // nothing to do, or not looked at
	Good                // looked at, and well
	Warning             // to be known
	Bad                 // to be put right
)

// Icon repeats a tone for the eye.
func (t Tone) Icon() string {
	switch t {
	case Bad:
		return "🔴"
	case Warning:
		return "⚠️"
	case Good:
		return "✅"
	case Calm:
	}
	return "ℹ️"
}

// ToneOf is that of a failure.
func ToneOf(s checks.Severity) Tone {
	if s.String() != "" && s < checks.High {
		return Warning
	}
	return Bad
}

// Icon repeats a severity for the eye; the word stands beside it.
func Icon(s checks.Severity) string {
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

// The marks of an answer, a column wide each.
const (
	Yes     = "✓"
	No      = "✗"
	Unknown = "?"
	Neither = "–" // the question does not arise
)
