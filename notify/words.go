package notify

import (
	"breakglass/checks"
	"breakglass/display"
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
type words struct{ display.Words }

func wordsIn(language string) words { return words{display.In(language)} }

func (w words) say(text string, args ...any) string { return w.Say(text, args...) }

// names joins names, and counts those that are too many to name.
func (w words) names(names []string) string {
	if more := len(names) - maxNames; more > 0 {
		return w.say("%s and %d more", w.List(names[:maxNames]), more)
	}
	return w.List(names)
}

// subjects names what results are about.
type subjects struct {
	words
	known display.Subjects
}

func (w words) subjectsOf(all []checks.Subject) subjects {
	return subjects{w, w.Subjects(all, func(s string) string { return display.Short(s, maxName) })}
}

// name names a subject, and says what it is unless it is a user.
func (s subjects) name(subject checks.Subject) string { return s.known.Full(subject) }
