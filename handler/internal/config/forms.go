package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"breakglass/checks"
)

var (
	idPattern     = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	domainPattern = regexp.MustCompile(`^(?i)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$`)
	// Wider than what Microsoft Entra allows today, but nothing that could be taken
	// for an address or a list:
	// https://learn.microsoft.com/entra/identity/hybrid/connect/plan-connect-userprincipalname
	localPattern    = regexp.MustCompile(`^[^\s@/\\"<>,;:()\[\]\p{C}]{1,64}$`)
	durationPattern = regexp.MustCompile(`^([1-9][0-9]{0,4})([hdw])$`)
)

// text is anything that people can read.
func text() form[string] {
	return form[string]{expected: "text, in quotes if it looks like a number or a date", parse: func(s string) (string, bool) {
		s = strings.TrimSpace(s)
		return s, s != "" && !strings.ContainsFunc(s, unicode.IsControl)
	}}
}

func objectID() form[string] {
	return matching("an object id (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)", idPattern.MatchString)
}

func tenantName() form[string] {
	return matching("the tenant's id or one of its domains", func(s string) bool { return idPattern.MatchString(s) || isDomain(s) })
}

func userName() form[string] {
	return matching("a user principal name or an object id", isUser)
}

func matching(expected string, matches func(string) bool) form[string] {
	return form[string]{expected: expected, parse: func(s string) (string, bool) {
		s = strings.TrimSpace(s)
		return s, matches(s)
	}}
}

func isUser(s string) bool {
	local, domain, _ := strings.Cut(s, "@")
	return idPattern.MatchString(s) || localPattern.MatchString(local) && isDomain(domain)
}

func isDomain(s string) bool { return len(s) <= 253 && domainPattern.MatchString(s) }

// oneOf is one of a few names.
func oneOf[T ~string](allowed ...T) form[T] {
	list := make([]string, len(allowed))
	for i, a := range allowed {
		list[i] = string(a)
	}
	return form[T]{expected: enumerate(list), parse: func(s string) (T, bool) { return T(s), slices.Contains(list, s) }}
}

func count() form[int] {
	const most = 10000
	return form[int]{expected: "a number from 1 to 10000", tags: []string{"!!int"}, parse: func(s string) (int, bool) {
		n, err := strconv.ParseUint(s, 10, 16) // decimal alone, unlike YAML
		return int(n), err == nil && 1 <= n && n <= most && s[0] != '0'
	}}
}

// duration is a number of hours, days of 24 hours, or weeks.
func duration() form[time.Duration] {
	const day = 24 * time.Hour
	return form[time.Duration]{expected: "a duration such as 90d, 12h or 2w", parse: func(s string) (time.Duration, bool) {
		parts := durationPattern.FindStringSubmatch(s)
		if parts == nil {
			return 0, false
		}
		n, err := strconv.Atoi(parts[1])
		unit := map[string]time.Duration{"h": time.Hour, "d": day, "w": 7 * day}[parts[2]]
		d := time.Duration(n) * unit
		return d, err == nil && d/unit == time.Duration(n)
	}}
}

// moment is a time with its offset, or a date, which is where it begins in UTC.
func moment() form[time.Time] {
	const expected = "a date (2026-12-15) or a time with its offset (2026-11-20T09:00:00+09:00)"
	return form[time.Time]{expected: expected, tags: []string{"!!timestamp"}, parse: func(s string) (time.Time, bool) {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t, err = time.Parse(time.DateOnly, s)
		}
		return t.UTC(), err == nil
	}}
}

// checkName is the id of a check there is.
func checkName() form[string] {
	var ids []string
	for _, c := range checks.All() {
		ids = append(ids, c.ID)
	}
	return matching("the id of a check, such as "+ids[0], func(s string) bool { return slices.Contains(ids, s) })
}
