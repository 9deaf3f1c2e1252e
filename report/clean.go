package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"breakglass/checks"
)

// maxMarks is how many combining marks one letter keeps. Real writing stacks two
// or three; more than that paints over the lines above and below.
const maxMarks = 4

// clean makes a stranger's text safe to show on one line of a terminal. What
// could command the terminal, reorder the line or hide in it becomes a visible
// escape such as \x1b or U+202E; white space of every width becomes a space.
func clean(s string) string {
	var b strings.Builder
	marks := maxMarks // a mark with nothing before it would change our own text
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
			marks = maxMarks
		case unicode.Is(unicode.M, r) && marks < maxMarks && !invisible(r):
			b.WriteRune(r)
			marks++
		case unicode.Is(unicode.M, r) || hostile(r):
			b.WriteString(escape(r))
			marks = maxMarks
		case r != '\u3000' && unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
			marks = maxMarks
		default:
			b.WriteRune(r)
			marks = 0
		}
	}
	return b.String()
}

// hostile reports whether a character must not reach a terminal as it is:
// controls, format characters (bidi controls, zero-width characters, tags), line
// separators, private and unassigned characters, and letters that show nothing.
// https://www.unicode.org/reports/tr36/ and https://www.unicode.org/reports/tr39/
func hostile(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs) || invisible(r)
}

// invisible reports whether a letter or mark shows nothing. Variation selectors
// are not among them: Japanese names need them, and a letter keeps few.
func invisible(r rune) bool {
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || // fillers, the grapheme joiner
		r == '\u2800' || // the empty braille pattern
		r >= '\u180B' && r <= '\u180F' && r != '\u180E' // Mongolian selectors
}

func escape(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\t':
		return `\t`
	case r == '\r':
		return `\r`
	case r <= unicode.MaxASCII:
		return fmt.Sprintf(`\x%02x`, r)
	}
	return fmt.Sprintf("U+%04X", r)
}

// cleanReport returns the report with every text in it clean, so that nothing
// that is shown can be forgotten.
func cleanReport(r checks.Report) checks.Report {
	r.Tenant = checks.Tenant{
		ID:            clean(r.Tenant.ID),
		DisplayName:   clean(r.Tenant.DisplayName),
		DefaultDomain: clean(r.Tenant.DefaultDomain),
	}
	accounts := make([]checks.Account, len(r.Accounts))
	for i, a := range r.Accounts {
		accounts[i] = checks.Account{
			ID:                clean(a.ID),
			UserPrincipalName: clean(a.UserPrincipalName),
			DisplayName:       clean(a.DisplayName),
			Declared:          clean(a.Declared),
		}
	}
	r.Accounts = accounts
	r.Results = cleanAll(r.Results, cleanResult)
	return r
}

// cleanSurvival cleans what is shown of it. Ids stay: they are compared.
func cleanSurvival(s checks.Survival) checks.Survival {
	s.Components = cleanAll(s.Components, func(c checks.Component) checks.Component {
		c.Name = clean(c.Name)
		return c
	})
	s.Administrators = cleanAll(s.Administrators, func(a checks.Survivor) checks.Survivor {
		a.Name, a.Assignment, a.Unknown = clean(a.Name), clean(a.Assignment), clean(a.Unknown)
		a.Paths = slices.Clone(a.Paths)
		for i := range a.Paths {
			a.Paths[i].Method, a.Paths[i].Credential = clean(a.Paths[i].Method), clean(a.Paths[i].Credential)
		}
		a.Blocked = slices.Clone(a.Blocked)
		for i := range a.Blocked {
			a.Blocked[i].Method, a.Blocked[i].Why = clean(a.Blocked[i].Method), clean(a.Blocked[i].Why)
		}
		return a
	})
	s.Unknown = clean(s.Unknown)
	s.Overruled, s.Assumed = cleanAll(s.Overruled, clean), cleanAll(s.Assumed, clean)
	return s
}

func cleanResult(r checks.Result) checks.Result {
	switch r.Status {
	case checks.Pass, checks.Fail, checks.Unknown, checks.NotApplicable:
	default:
		r.Status = checks.Unknown // a status that this program does not know is no good news
	}
	r.Check = clean(r.Check)
	r.Subject = checks.Subject{
		Type: checks.SubjectType(clean(string(r.Subject.Type))),
		ID:   clean(r.Subject.ID),
		Name: clean(r.Subject.Name),
	}
	r.Title = clean(r.Title)
	r.Reason = clean(r.Reason)
	r.Remediation = clean(r.Remediation)
	r.References = cleanAll(r.References, clean)
	r.Evidence = nil // not shown
	return r
}

func cleanChange(c checks.Change) checks.Change {
	return checks.Change{Before: cleanResult(c.Before), Now: cleanResult(c.Now)}
}

func cleanChanges(c checks.Changes) checks.Changes {
	return checks.Changes{
		First:      c.First,
		New:        cleanAll(c.New, cleanResult),
		Worse:      cleanAll(c.Worse, cleanChange),
		Changed:    cleanAll(c.Changed, cleanChange),
		NotChecked: cleanAll(c.NotChecked, cleanChange),
		Resolved:   cleanAll(c.Resolved, cleanChange),
		Dropped:    cleanAll(c.Dropped, cleanChange),
		Open:       cleanAll(c.Open, cleanResult),
		Blind:      cleanAll(c.Blind, cleanResult),
	}
}

func cleanAll[T any](all []T, cleanOne func(T) T) []T {
	cleaned := make([]T, len(all))
	for i, one := range all {
		cleaned[i] = cleanOne(one)
	}
	return cleaned
}
