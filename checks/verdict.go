package checks

import (
	"errors"
	"maps"
	"slices"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

// A verdict is what a check says of one subject.
type verdict struct {
	status   Status
	severity Severity // 0 is the check's own
	reason   text.Text
	evidence Evidence

	remediation string // what to do; empty is the check's own
	happened    []Happening
}

// A finding is a verdict and what it is about.
type finding struct {
	subject Subject
	verdict
}

// say words a reason. See text.New.
func say(format string, args ...any) text.Text { return text.New(format, args...) }

// A reason is a Text, or a sentence of the program's own as it stands.
type reason interface{ string | text.Text }

func textOf[R reason](r R) text.Text {
	switch r := any(r).(type) {
	case text.Text:
		return r
	case string:
		return text.Text{Format: r}
	}
	return text.Text{}
}

// pass says that it holds.
func pass[R reason](r R) verdict { return verdict{status: Pass, reason: textOf(r)} }

// fail says that it does not hold.
func fail[R reason](r R) verdict { return verdict{status: Fail, reason: textOf(r)} }

// notApplicable says why the question does not arise.
func notApplicable[R reason](r R) verdict { return verdict{status: NotApplicable, reason: textOf(r)} }

// unknown says what kept the check from telling. The evidence is what identifies it: the
// codes of what was refused, the keys of what was not read, and what a doubt is about.
func unknown(err error) verdict {
	v := verdict{status: Unknown, reason: sentence(err)}
	found := map[string][]string{}
	collect(err, func(e error) {
		switch e := e.(type) { //nolint:errorlint // each node of the tree is looked at
		case *tenant.UnreadError:
			if e.Code != "" {
				found["code"] = append(found["code"], e.Code)
			}
			if e.Key != "" {
				found["unread"] = append(found["unread"], e.Key)
			}
		case *signin.Doubt:
			found[e.Property] = append(found[e.Property], e.Values...)
		}
	})
	for property, values := range found {
		v = v.with(property, sorted(values)...)
	}
	return v
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
func sentence(err error) text.Text {
	if err == nil {
		err = &tenant.UnreadError{}
	}
	return text.Sentence(err)
}

// collect visits every node of an error's tree. What lies under an UnreadError is its own.
func collect(err error, visit func(error)) {
	if err != nil {
		visit(err)
	}
	if _, ok := err.(*tenant.UnreadError); ok { //nolint:errorlint // each node of the tree is looked at
		return
	}
	switch e := err.(type) { //nolint:errorlint // each node of the tree is looked at
	case text.Text:
		for _, cause := range e.Causes() {
			collect(cause, visit)
		}
		return
	case interface{ Unwrap() []error }:
		for _, joined := range e.Unwrap() {
			collect(joined, visit)
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
