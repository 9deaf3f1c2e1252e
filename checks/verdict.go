package checks

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"breakglass/tenant"
)

// A verdict is what a check says of one subject.
type verdict struct {
	status   Status
	severity Severity // 0 is the check's own
	reason   string
	evidence Evidence

	remediation string // what to do; empty is the check's own
}

// A finding is a verdict and what it is about.
type finding struct {
	subject Subject
	verdict
}

// pass says that it holds.
func pass(reason string) verdict { return verdict{status: Pass, reason: reason} }

// fail says that it does not hold.
func fail(reason string) verdict { return verdict{status: Fail, reason: reason} }

// notApplicable says why the question does not arise.
func notApplicable(reason string) verdict { return verdict{status: NotApplicable, reason: reason} }

// unknown says what kept the check from telling.
func unknown(err error) verdict {
	return verdict{status: Unknown, reason: sentence(err)}.with("code", codesOf(err)...).with("unread", unreadIn(err)...)
}

// as gives the verdict another severity than the check's own.
func (v verdict) as(s Severity) verdict {
	v.severity = s
	return v
}

// with adds evidence; none, if there are no values.
func (v verdict) with(property string, values ...string) verdict {
	if len(values) == 0 {
		return v
	}
	evidence := Evidence{property: values}
	maps.Copy(evidence, v.evidence)
	v.evidence = evidence
	return v
}

// sentence words an error; each of several reasons once.
func sentence(err error) string {
	if err == nil {
		err = &tenant.UnreadError{}
	}
	var parts []string
	for part := range strings.SplitSeq(err.Error(), "\n") {
		if part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return capital(strings.Join(parts, "; ")) + "."
}

// capital makes the first letter a capital one.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// codesOf returns the codes of everything that could not be read, sorted.
func codesOf(err error) []string {
	var codes []string
	collect(err, func(unread *tenant.UnreadError) {
		if unread.Code != "" {
			codes = append(codes, unread.Code)
		}
	})
	slices.Sort(codes)
	return slices.Compact(codes)
}

// unreadIn returns what could not be read, by the keys of a tenant file's unreadable,
// sorted.
func unreadIn(err error) []string {
	var keys []string
	collect(err, func(unread *tenant.UnreadError) {
		if unread.Key != "" {
			keys = append(keys, unread.Key)
		}
	})
	return sorted(keys)
}

// collect visits every UnreadError in an error's tree.
func collect(err error, visit func(*tenant.UnreadError)) {
	if unread, ok := err.(*tenant.UnreadError); ok { //nolint:errorlint // each node of the tree is looked at
		visit(unread)
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			collect(e, visit)
		}
		return
	}
	if inner := errors.Unwrap(err); inner != nil {
		collect(inner, visit)
	}
}

// sorted returns the texts in order, each once.
func sorted(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}
