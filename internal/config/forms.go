package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"breakglass/checks"
	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

// A form is how a single value is written. Parse returns false for what is not of it.
type form[T any] struct {
	expected text.Text
	tags     []string // of YAML, beside !!str
	bare     bool     // not in quotes
	schema   schema
	parse    func(string) (T, bool)
}

// The patterns mean the same to Go and to ECMA 262 with Unicode, as JSON Schema asks.
const (
	idPattern     = `[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`
	domainPattern = `([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}`
	// Wider than what Microsoft Entra allows today, but nothing that could be taken
	// for an address or a list:
	// https://learn.microsoft.com/entra/identity/hybrid/connect/plan-connect-userprincipalname
	localPattern = `[\p{L}\p{M}\p{N}!#$%&'*+.=?^_{|}~` + "`" + `-]{1,64}`

	longestDomain = 253
	longestUser   = 64 + 1 + longestDomain
)

var (
	objectID   = matching(say("an object id (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)"), "^"+idPattern+"$", 36)
	tenantName = matching(say("the tenant's id or one of its domains"), "^("+idPattern+"|"+domainPattern+")$", longestDomain)
	userName   = matching(say("a user principal name or an object id"), "^("+idPattern+"|"+localPattern+"@"+domainPattern+")$", longestUser)
	freeText   = anyText()
	moment     = dateOrTime()
	checkName  = checkNames()
	methodName = methodNames()
	service    = matching(say("the id of a service, as in the list that `breakglass explain dependencies` prints, or one of your own in small letters, digits and hyphens"), "^[a-z0-9]+(-[a-z0-9]+)*$", 64)
)

// matching is a text of a pattern.
func matching(expected text.Text, pattern string, longest int) form[string] {
	compiled := regexp.MustCompile(pattern)
	return form[string]{
		expected: expected,
		schema:   schema{Type: "string", Pattern: pattern, PatternErrorMessage: "Expected " + expected.String() + ".", MaxLength: longest},
		parse: func(s string) (string, bool) {
			return s, (longest == 0 || utf8.RuneCountInString(s) <= longest) && compiled.MatchString(s)
		},
	}
}

// anyText is what people can read, on one line. A line end after it is a block's of YAML.
func anyText() form[string] {
	const control = `\x00-\x1f\x7f-\x9f`
	f := matching(say("text, in quotes if it looks like a number or a date"), `^[^`+control+`]*[^`+control+`\p{Z}][^`+control+`]*\n*$`, 0)
	matches := f.parse
	f.parse = func(s string) (string, bool) {
		_, ok := matches(s)
		return strings.TrimSpace(s), ok
	}
	return f
}

// oneOf is one of a few names.
func oneOf[T ~string](allowed ...T) form[T] {
	list := make([]string, len(allowed))
	for i, a := range allowed {
		list[i] = string(a)
	}
	return form[T]{
		expected: say("%s", choice(list)),
		schema:   schema{Type: "string", Enum: list},
		parse:    func(s string) (T, bool) { return T(s), slices.Contains(list, s) },
	}
}

// checkNames are the ids of the checks that there are.
func checkNames() form[string] {
	var ids []string
	for _, c := range checks.All() {
		ids = append(ids, c.ID)
	}
	f := oneOf(ids...)
	f.expected = say("the id of a check, such as %s", named(ids[0]))
	return f
}

// methodNames are the ways of signing in, as the table of dependencies names them.
func methodNames() form[string] {
	var ids []string
	for _, d := range signin.Dependencies() {
		ids = append(ids, d.Method)
	}
	return oneOf(ids...)
}

// count is a number that is above zero.
func count(most int) form[int] {
	return form[int]{
		expected: say("a whole number from 1 to %s, without quotes", number(most)),
		tags:     []string{"!!int"},
		bare:     true,
		schema:   schema{Type: "integer", Minimum: 1, Maximum: most},
		parse: func(s string) (int, bool) {
			n, err := strconv.Atoi(s)
			return n, err == nil && 1 <= n && n <= most && s == strconv.Itoa(n) // decimal alone, unlike YAML
		},
	}
}

// truth is true or false.
func truth() form[bool] {
	return form[bool]{
		expected: say("true or false, without quotes"), tags: []string{"!!bool"}, bare: true, schema: schema{Type: "boolean"},
		parse: func(s string) (bool, bool) { return s == "true", s == "true" || s == "false" },
	}
}

const day = 24 * time.Hour

// duration is a number of hours, days of 24 hours, or weeks. The longest is below the
// longest of Go.
func duration() form[time.Duration] {
	written := matching(say("a duration in hours, days or weeks, such as 36h, 90d or 12w"), "^([1-9][0-9]{0,4}[hd]|[1-9][0-9]{0,3}w)$", 0)
	return form[time.Duration]{expected: written.expected, schema: written.schema, parse: func(s string) (time.Duration, bool) {
		if _, ok := written.parse(s); !ok {
			return 0, false
		}
		unit := map[byte]time.Duration{'h': time.Hour, 'd': day, 'w': 7 * day}[s[len(s)-1]]
		n, err := strconv.Atoi(s[:len(s)-1])
		return time.Duration(n) * unit, err == nil
	}}
}

// inDays writes a duration as the form does.
func inDays(d time.Duration) string { return strconv.Itoa(int(d/day)) + "d" }

// dateOrTime is a time with its offset, or a date, which is where it begins in UTC.
func dateOrTime() form[time.Time] {
	const (
		date  = `[0-9]{4}-[0-9]{2}-[0-9]{2}`
		clock = `[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])`
	)
	written := matching(say("a date (2026-12-15) or a time with its offset (2026-11-20T09:00:00+09:00)"), "^"+date+"(T"+clock+")?$", 0)
	written.schema.AnyOf = []schema{{Format: "date"}, {Format: "date-time"}}
	return form[time.Time]{expected: written.expected, tags: []string{"!!timestamp"}, schema: written.schema, parse: func(s string) (time.Time, bool) {
		if _, ok := written.parse(s); !ok {
			return time.Time{}, false
		}
		t, err := tenant.ParseTime(s)
		return t.Time, err == nil
	}}
}
