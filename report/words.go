package report

import (
	"breakglass/checks"
	"breakglass/display"
)

// names names what results are about. Their texts are clean.
type names struct{ display.Subjects }

func (p *page) namesOf(results []checks.Result) names {
	all := make([]checks.Subject, len(results))
	for i, r := range results {
		all[i] = r.Subject
	}
	return names{p.in.Subjects(all, display.Terminal)}
}

// list names what the results are about, each once.
func (n names) list(results []checks.Result) string {
	var all []string
	for _, r := range results {
		all = display.Once(all, n.Plain(r.Subject))
	}
	return n.List(all)
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
