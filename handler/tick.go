package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/internal/config"
	"breakglass/internal/graph"
	"breakglass/internal/state"
	"breakglass/notify"
	"breakglass/tenant"
)

// A source reads the tenant, and the logs alone. What it cannot read it leaves unread.
type source interface {
	// Snapshot reads what is declared, and the users of these object ids like declared ones.
	Snapshot(ctx context.Context, known ...string) tenant.Snapshot
	Logs(context.Context, graph.LogQuery) tenant.Snapshot
	Traffic() graph.Traffic
}

// A watch is one tenant under watch. It lives as long as the process.
type watch struct {
	*keeping
	source   source
	channels []channel
	config   config.Config
	settings checks.Settings
	policy   alert.Policy
	language string
	version  string // of the program
	signer   signer
	tenant   string                      // as declared; empty for the identity's own
	pulse    func(context.Context) error // tells somebody outside that a run is complete; nil if nobody waits for it
}

// leaseWait is how long a run waits for another to end. A run that died holds its lease
// for a minute.
const leaseWait = 75 * time.Second

// tick is one run: look, judge, take it into the memory, keep that together with what is
// to be told, tell. The outcome says what was done; the error says what was not, and is for
// the host to try again: nobody else makes a daily run that another run was in the way of.
func (w *watch) tick(ctx context.Context, log *slog.Logger, scheduled bool) (outcome, error) {
	leased, release, err := w.lease(ctx, leaseWait)
	switch {
	case errors.Is(err, state.ErrBusy) && scheduled:
		return outcome{}, fmt.Errorf("the daily run was not made: after %v, %w", leaseWait, err)
	case errors.Is(err, state.ErrBusy):
		return skip(err.Error()), nil
	case err != nil:
		log.ErrorContext(ctx, "no lease: going on without", "err", err)
	}
	defer release()
	return w.run(leased, log, pass{source: w.source, scheduled: scheduled, trouble: err})
}

// A pass is what a full run is made of.
type pass struct {
	source    source
	scheduled bool
	trouble   error // what already went wrong
}

// run is a tick that nobody else disturbs.
func (w *watch) run(ctx context.Context, log *slog.Logger, p pass) (outcome, error) {
	failed := []error{p.trouble}
	d := w.desk(log)
	failed = append(failed, d.recall(ctx))
	snapshot := p.source.Snapshot(ctx, w.watched(&d.memory)...)
	done := outcome{partial: alert.Partial(snapshot), traffic: p.source.Traffic()}
	if err := tokenTrouble(snapshot, w.signer); err != nil {
		return done, err // nothing was looked at: what is remembered stays as it is
	}
	if err := sameTenant(snapshot, w.tenant); err != nil {
		return done, err
	}
	report := w.judge(snapshot, d)
	log.InfoContext(ctx, "checked", verdicts(report.Summary)...)
	done.summary = &report.Summary
	done.partial = done.partial || alert.LeavesOut(report)
	for _, d := range report.Defects {
		log.ErrorContext(ctx, "a check failed as a program", "check", d.Check)
		w.caught.add(d.Error)
	}
	done.doubts = w.doubt(ctx, log, report)
	look := alert.Look{Report: report, Scheduled: p.scheduled, Partial: done.partial}
	look.SignIns, _ = snapshot.SignIns.Get() // what was not read is said by the checks
	var events []alert.Event
	failed = append(failed, d.change(ctx, func(m *alert.Memory) {
		events = m.Advance(look, w.policy)
		if p.scheduled { // or by hand
			m.Retry()
		}
	}))
	post := w.delivery(d)
	delivered, err := post.deliver(ctx)
	failed = append(failed, err)
	done.events, done.sent, done.waiting = len(events), post.sent, waiting(d.memory)
	if err := errors.Join(failed...); err != nil {
		return done, err
	}
	if w.pulse != nil && p.scheduled {
		if err := w.pulse(ctx); err != nil {
			return done, err
		}
	}
	done.did = fmt.Sprintf("%d of %d checks fail, %d unknown; %d events; told %d of %d channels",
		report.Summary.Fail, len(report.Results), report.Summary.Unknown, len(events), delivered, len(w.channels))
	return done, nil
}

// doubt returns whom the configuration names that the tenant does not know; what stands in it
// twice counts once, and is logged.
func (w *watch) doubt(ctx context.Context, log *slog.Logger, r checks.Report) []notify.Trouble {
	if twice := w.config.Twice(r); len(twice) > 0 {
		log.WarnContext(ctx, "the configuration names an account or a credential twice", "entries", len(twice))
	}
	var all []notify.Trouble
	for _, m := range mistakesOf(w.config.Strangers(r)) {
		all = append(all, notify.Trouble{Subject: m.Where, Says: m.What, Remedy: m.Expected})
	}
	return all
}

// judge runs the checks, with what is remembered.
func (w *watch) judge(s tenant.Snapshot, d *desk) checks.Report {
	settings := w.settings
	settings.Past = d.memory.Past(w.policy.Drills)
	settings.Past.Err = d.lost
	return checks.Run(checks.All(), s, settings)
}
