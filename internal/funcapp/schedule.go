package funcapp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// field is one of the six of an NCRONTAB expression:
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions.
type field struct {
	name        string
	first, last int
	words       []string // three letters are enough; words[0] stands for first
}

func ncrontabFields() []field {
	return []field{
		{name: "second", last: 59},
		{name: "minute", last: 59},
		{name: "hour", last: 23},
		{name: "day", first: 1, last: 31},
		{name: "month", first: 1, last: 12, words: strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")},
		{name: "weekday", last: 6, words: strings.Fields("sun mon tue wed thu fri sat")},
	}
}

// CheckSchedule says why the host would not take a schedule, with its settings put in already.
func CheckSchedule(text string) error {
	if setting.MatchString(text) {
		return fmt.Errorf("%q refers to another setting, which the host does not follow here", text)
	}
	_, err := readSchedule(text, nil)
	return err
}

// readSchedule resolves %SETTING% and checks the expression. It reports whether the timer fires at most once a minute.
// A missing setting or a wrong expression disables the function, and the host goes on without a word to the handler.
func readSchedule(text string, s settings) (overMinute bool, err error) {
	for _, m := range setting.FindAllStringSubmatch(text, -1) {
		value, ok := s[m[1]]
		if !ok || value == "" {
			return false, fmt.Errorf("%s does not resolve to a value", m[0])
		}
		text = strings.ReplaceAll(text, m[0], value)
	}
	parts := strings.Fields(text)
	if len(parts) == 5 {
		parts = slices.Insert(parts, 0, "0")
	}
	fields := ncrontabFields()
	if len(parts) != len(fields) {
		return false, fmt.Errorf("%q is not a NCRONTAB expression of 5 or 6 fields", text)
	}
	for i, f := range fields {
		if err := f.check(parts[i]); err != nil {
			return false, fmt.Errorf("%q: %w", text, err)
		}
	}
	return !strings.ContainsAny(parts[0], "*,-/"), nil
}

// check accepts lists of *, a, a-b, each with an optional step.
func (f field) check(text string) error {
	for item := range strings.SplitSeq(text, ",") {
		span, step, stepped := strings.Cut(item, "/")
		if stepped {
			if n, err := strconv.Atoi(step); err != nil || n < 1 {
				return fmt.Errorf("%s: step %q", f.name, step)
			}
		}
		if span == "*" {
			continue
		}
		from, to, ranged := strings.Cut(span, "-")
		if !ranged {
			to = from
		}
		a, okA := f.number(from)
		b, okB := f.number(to)
		if !okA || !okB || a > b {
			return fmt.Errorf("%s: %q", f.name, item)
		}
	}
	return nil
}

func (f field) number(text string) (int, bool) {
	if n, err := strconv.Atoi(text); err == nil {
		return n, n >= f.first && n <= f.last
	}
	if len(text) < 3 {
		return 0, false
	}
	i := slices.Index(f.words, strings.ToLower(text[:3]))
	return i + f.first, i >= 0
}
