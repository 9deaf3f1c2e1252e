package watch

import (
	"strings"

	"breakglass/checks"
	"breakglass/internal/graph"
	"breakglass/notify"
)

// An Outcome is what a run did: what its invocation answers, and its last line in the log
// says. Beside an error it is what was done until then.
type Outcome struct {
	Did     string // in words
	Skipped bool   // it left everything to another run
	// Partial is set if a log was left unread, so that something may have happened which
	// nobody has heard of.
	Partial bool
	Traffic graph.Traffic
	Summary *checks.Summary  // nil if nothing was judged
	Events  int              // that happened to findings
	Sent    int              // messages that a channel took
	Waiting int              // messages that are kept for later
	Doubts  []notify.Trouble // about the configuration, now that the tenant is known; of a full run
	Defects []notify.Trouble // panics that cost a part of the run
}

// Skip is the outcome of a run that was none, and why.
func Skip(why string) Outcome { return Outcome{Did: "skipped: " + why, Skipped: true} }

// Attrs are the counts, as they are logged.
func (o Outcome) Attrs() []any {
	all := []any{
		"requests", o.Traffic.Requests, "batched", o.Traffic.Batched, "throttled", o.Traffic.Throttled, "retries", o.Traffic.Retries,
		"events", o.Events, "sent", o.Sent, "waiting", o.Waiting,
	}
	if o.Summary != nil {
		all = append(all, verdicts(*o.Summary)...)
	}
	return all
}

// verdicts are the results by status, as they are logged.
func verdicts(s checks.Summary) []any {
	return []any{"pass", s.Pass, "fail", s.Fail, "unknown", s.Unknown, "notApplicable", s.NotApplicable, "worst", s.Worst.String()}
}

// OneLine joins what errors.Join keeps on lines of their own.
func OneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
