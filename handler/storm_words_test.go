package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
)

// encoded is a value as JSON; it came from there.
func encoded(value any) []byte {
	data, _ := json.Marshal(value)
	return data
}

// textOf is what people read of a message, a piece on each line, in order.
func textOf(body []byte) string {
	var message any
	if json.Unmarshal(body, &message) != nil {
		return string(body)
	}
	var lines []string
	var walk func(key string, value any)
	walk = func(key string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for _, name := range ordered(v) {
				walk(name, v[name])
			}
		case []any:
			for _, item := range v {
				walk(key, item)
			}
		case string:
			if slices.Contains([]string{"text", "title", "value", "inlines"}, key) && strings.TrimSpace(v) != "" {
				lines = append(lines, strings.Split(strings.TrimSpace(v), "\n")...)
			}
		}
	}
	walk("", message)
	return strings.Join(lines, "\n")
}

// ordered are the names of an object, that of what comes first before the others.
func ordered(object map[string]any) []string {
	first := []string{"title", "text", "inlines", "body", "items", "columns", "facts", "elements", "value"}
	var names []string
	for name := range object {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		i, j := slices.Index(first, a), slices.Index(first, b)
		if i != j {
			return i - j
		}
		return strings.Compare(a, b)
	})
	return names
}

// leavingWords say that an account is not watched, or not under its name.
func leavingWords() []string {
	return []string{"not watched", "no longer watched", "renamed", "another account", "another user", "another object", "not declared"}
}

// cutShort is how a message says that it does not name all.
var cutShort = regexp.MustCompile(`\+\d+ more`)

// settles are how a message begins what it says to be over.
var settles = regexp.MustCompile(`(?i)(resolved, was|came and went, was|in order, could not be checked|is not asked any more|does not apply any more)`)

// heads is the heading of a section, or the last line of a message.
var heads = regexp.MustCompile(`^[A-Z][^\n]* \(\d+\)$|^Run \d{8}T`)

// begins is how each item of a message begins: with an icon.
var begins = regexp.MustCompile(`^(✅|🔴|🟠|🟡|🔵|⚪|➖|❔|⚠|🛠|ℹ|💤|🔧|⏰)`)

// settled are the parts of a message that say what is over.
func settled(text string) []string {
	var parts []string
	inside := false
	for line := range strings.Lines(text) {
		switch {
		case settles.MatchString(line):
			parts, inside = append(parts, line), true
		case heads.MatchString(strings.TrimSpace(line)), begins.MatchString(line):
			inside = false
		case inside:
			parts[len(parts)-1] += line
		}
	}
	return parts
}

// lies accuses the handler of calling over what is not. A channel in which something lay may
// be told what was so then.
func (o *oracle) lies(r ran, i int, h heard, text string) {
	if o.lanes[i].waiting || h.refused || r.killed || !r.storeHeld || len(o.runs) == 0 {
		return
	}
	before := o.runs[len(o.runs)-1]
	for _, part := range settled(text) {
		for _, a := range o.accounts {
			if !a.watched || a.gone || !strings.Contains(part, a.name) {
				continue
			}
			for _, f := range o.facts {
				if f.account == a && !f.broken.IsZero() && f.broken.Before(before) && strings.Contains(part, f.check) {
					o.accuse("called over", "%s tells that %s of %s is over: %s", h.name, f.check, a.short(), oneLineOf(part))
				}
			}
			if !a.open.IsZero() && a.open.Before(before) && strings.Contains(part, "activity-sign-in") {
				o.accuse("called over", "%s tells that the sign-in with %s is over: %s", h.name, a.short(), oneLineOf(part))
			}
		}
	}
}

func oneLineOf(text string) string { return strings.Join(strings.Fields(text), " ") }

// unwhole accuses the handler of a look that left somebody out and says that it was whole.
func (o *oracle) unwhole(r ran) {
	if r.daily || r.killed || r.err != nil || r.outcome.Skipped || r.outcome.Partial {
		return
	}
	for i, a := range o.accounts {
		if a.watched && !a.gone && !slices.Contains(r.asked, i) {
			o.accuse("not whole", "the look at %s left %s out, and says that it was whole: %s", clockTime(r.at), a.short(), r.outcome.Did)
		}
	}
}

// failed accuses the handler of a run that failed, or did nothing, though nothing was wrong.
func (o *oracle) failed(r ran) {
	wrong := slices.ContainsFunc(r.lanes, func(h heard) bool { return h.refused || h.broken })
	for _, m := range o.lanes {
		wrong = wrong || m.waiting
	}
	if r.sound() && !wrong && (r.err != nil || r.outcome.Skipped) {
		o.accuse("failed", "the run at %s failed though nothing was wrong: %v %s", clockTime(r.at), r.err, r.outcome.Did)
	}
}

// clockTime is a time for whoever reads an accusation.
func clockTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + " UTC" }
