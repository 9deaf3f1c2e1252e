package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/internal/graph"
	"breakglass/internal/state"
	"breakglass/notify"
	"breakglass/tenant"
)

// A Source reads the tenant, and the logs alone. What it cannot read it leaves unread.
type Source interface {
	// Snapshot reads what is declared, and the users of these object ids like declared ones.
	Snapshot(ctx context.Context, known ...string) tenant.Snapshot
	Logs(context.Context, graph.LogQuery) tenant.Snapshot
	Traffic() graph.Traffic
}

// A Watch is one tenant under watch. It lives as long as the process.
type Watch struct {
	*State
	Source   Source
	Channels []Channel
	Accounts []tenant.Declaration // who is declared
	Settings checks.Settings
	Policy   alert.Policy
	Language string
	Version  string // of the program
	Signer   Signer
	// Doubts says whom the configuration names that the tenant does not know, and how much
	// stands in it twice.
	Doubts func(checks.Report) (strangers []notify.Trouble, twice int)
	Tenant string                      // as declared; empty for the identity's own
	Pulse  func(context.Context) error // tells somebody outside that a run is complete; nil if nobody waits for it
}

// leaseWait is how long a run waits for another to end. A run that died holds its lease
// for a minute.
const leaseWait = 75 * time.Second

// Run is one run: look, judge, take it into the memory, keep that together with what is
// to be told, tell. The outcome says what was done; the error says what was not, and is for
// the host to try again: nobody else makes a daily run that another run was in the way of.
func (w *Watch) Run(ctx context.Context, log *slog.Logger, scheduled bool) (Outcome, error) {
	leased, release, err := w.Lease(ctx, leaseWait)
	switch {
	case errors.Is(err, state.ErrBusy) && scheduled:
		return Outcome{}, fmt.Errorf("the daily run was not made: after %v, %w", leaseWait, err)
	case errors.Is(err, state.ErrBusy):
		return Skip(err.Error()), nil
	case err != nil:
		log.ErrorContext(ctx, "no lease: going on without", "err", err)
	}
	defer release()
	return w.full(leased, log, pass{source: w.Source, scheduled: scheduled, trouble: err})
}

// A pass is what a full run is made of.
type pass struct {
	source    Source
	scheduled bool
	trouble   error // what already went wrong
}

// full is a tick that nobody else disturbs.
func (w *Watch) full(ctx context.Context, log *slog.Logger, p pass) (Outcome, error) {
	failed := []error{p.trouble}
	d := w.session(log)
	failed = append(failed, d.recall(ctx))
	snapshot := p.source.Snapshot(ctx, w.watched(&d.memory)...)
	done := Outcome{Partial: alert.Partial(snapshot), Traffic: p.source.Traffic()}
	if err := TokenTrouble(snapshot, w.Signer); err != nil {
		return done, err // nothing was looked at: what is remembered stays as it is
	}
	if err := SameTenant(snapshot, w.Tenant); err != nil {
		return done, err
	}
	report := w.judge(snapshot, d)
	log.InfoContext(ctx, "checked", verdicts(report.Summary)...)
	done.Summary = &report.Summary
	done.Partial = done.Partial || alert.LeavesOut(report)
	for _, d := range report.Defects {
		log.ErrorContext(ctx, "a check failed as a program", "check", d.Check)
		w.Caught.Add(d.Error)
	}
	done.Doubts = w.doubt(ctx, log, report)
	look := alert.Look{Report: report, Scheduled: p.scheduled, Partial: done.Partial}
	look.SignIns, _ = snapshot.SignIns.Get() // what was not read is said by the checks
	var events []alert.Event
	failed = append(failed, d.change(ctx, func(m *alert.Memory) {
		events = m.Advance(look, w.Policy)
		if p.scheduled { // or by hand
			m.Retry()
		}
	}))
	post := w.delivery(d)
	delivered, err := post.deliver(ctx)
	failed = append(failed, err)
	done.Events, done.Sent, done.Waiting = len(events), post.sent, waiting(d.memory)
	if err := errors.Join(failed...); err != nil {
		return done, err
	}
	if w.Pulse != nil && p.scheduled {
		if err := w.Pulse(ctx); err != nil {
			return done, err
		}
	}
	done.Did = fmt.Sprintf("%d of %d checks fail, %d unknown; %d events; told %d of %d channels",
		report.Summary.Fail, len(report.Results), report.Summary.Unknown, len(events), delivered, len(w.Channels))
	return done, nil
}

// doubt returns whom the configuration names that the tenant does not know; what stands in it
// twice counts once, and is logged.
func (w *Watch) doubt(ctx context.Context, log *slog.Logger, r checks.Report) []notify.Trouble {
	if w.Doubts == nil {
		return nil
	}
	strangers, twice := w.Doubts(r)
	if twice > 0 {
		log.WarnContext(ctx, "the configuration names an account or a credential twice", "entries", twice)
	}
	return strangers
}

// judge runs the checks, with what is remembered.
func (w *Watch) judge(s tenant.Snapshot, d *session) checks.Report {
	settings := w.Settings
	settings.Past = d.memory.Past(w.Policy.Drills)
	settings.Past.Err = d.lost
	return checks.Run(checks.All(), s, settings)
}

// SameTenant fails if what was read is not the tenant that was declared: watching
// another one would look like watching. What was not read cannot differ.
func SameTenant(s tenant.Snapshot, declared string) error {
	organization, err := s.Organization.Get()
	if declared == "" || err != nil || strings.EqualFold(organization.ID, declared) {
		return nil //nolint:nilerr // an unread tenant is told by the results
	}
	domains, err := organization.VerifiedDomains.Get()
	if err != nil && strings.Contains(declared, ".") {
		return nil //nolint:nilerr // as above
	}
	for _, d := range domains {
		if name, err := d.Name.Get(); err == nil && name != nil && strings.EqualFold(*name, declared) {
			return nil
		}
	}
	return fmt.Errorf("the configuration declares the tenant %.80q, but the identity reads tenant %s: it must be in the tenant that it watches", declared, organization.ID)
}
