package main

import (
	"breakglass/checks"
	"breakglass/internal/graph"
	"breakglass/notify"
)

// An outcome is what a run did: what its invocation answers, and its last line in the log
// says. Beside an error it is what was done until then.
type outcome struct {
	did     string // in words
	skipped bool   // it left everything to another run
	// partial is set if a log was left unread, so that something may have happened which
	// nobody has heard of.
	partial bool
	traffic graph.Traffic
	summary *checks.Summary  // nil if nothing was judged
	events  int              // that happened to findings
	sent    int              // messages that a channel took
	waiting int              // messages that are kept for later
	doubts  []notify.Trouble // about the configuration, now that the tenant is known; of a full run
	defects []notify.Trouble // panics that cost a part of the run
}

// skip is the outcome of a run that was none, and why.
func skip(why string) outcome { return outcome{did: "skipped: " + why, skipped: true} }

// attrs are the counts, as they are logged.
func (o outcome) attrs() []any {
	all := []any{
		"requests", o.traffic.Requests, "batched", o.traffic.Batched, "throttled", o.traffic.Throttled, "retries", o.traffic.Retries,
		"events", o.events, "sent", o.sent, "waiting", o.waiting,
	}
	if o.summary != nil {
		all = append(all, verdicts(*o.summary)...)
	}
	return all
}

// verdicts are the results by status, as they are logged.
func verdicts(s checks.Summary) []any {
	return []any{"pass", s.Pass, "fail", s.Fail, "unknown", s.Unknown, "notApplicable", s.NotApplicable, "worst", s.Worst.String()}
}
