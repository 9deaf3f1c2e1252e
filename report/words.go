package report

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/checks"
)

// names tells which names several subjects share: those are told apart by id.
type names struct {
	shared map[string]bool
	say    func(string, ...any) string
}

func (p *page) namesOf(results []checks.Result) names {
	first := map[string]checks.Subject{}
	n := names{shared: map[string]bool{}, say: p.say}
	for _, r := range results {
		s, known := first[r.Subject.Name]
		if !known {
			first[r.Subject.Name] = r.Subject
		} else if s.ID != r.Subject.ID {
			n.shared[r.Subject.Name] = true
		}
	}
	return n
}

// of names a subject.
func (n names) of(s checks.Subject) string {
	switch {
	case s.Type == checks.SubjectTenant:
		return n.say("the tenant")
	case s.Name != "" && n.shared[s.Name] && s.ID != s.Name:
		return s.Name + " (" + s.ID + ")"
	}
	return cmp.Or(s.Name, s.ID, n.say("something without a name"))
}

// list names what the results are about, each once.
func (n names) list(results []checks.Result) string {
	var all []string
	for _, r := range results {
		all = appendNew(all, n.of(r.Subject))
	}
	return strings.Join(all, n.say(", "))
}

func worst(results []checks.Result) checks.Severity {
	var worst checks.Severity
	for _, r := range results {
		worst = max(worst, r.Severity)
	}
	return worst
}

func withStatus(results []checks.Result, s checks.Status) []checks.Result {
	var kept []checks.Result
	for _, r := range results {
		if r.Status == s {
			kept = append(kept, r)
		}
	}
	return kept
}

// grouped puts results with the same key together, in the order in which the
// keys appear.
func grouped(results []checks.Result, key func(checks.Result) string) [][]checks.Result {
	var groups [][]checks.Result
	at := map[string]int{}
	for _, r := range results {
		k := key(r)
		i, known := at[k]
		if !known {
			i = len(groups)
			at[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

// appendNew appends the texts that are not empty and not there.
func appendNew(list []string, texts ...string) []string {
	for _, t := range texts {
		if t != "" && !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}
