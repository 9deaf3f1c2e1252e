package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"time"

	"breakglass/checks"
	"breakglass/handler/internal/state"
	"breakglass/notify"
	"breakglass/tenant"
)

// remindAfter is how long people hear nothing before they are told that the watch
// goes on: silence must not be ambiguous. A daily run is a little early or late, so
// an hour less than a week.
const remindAfter = 7*24*time.Hour - time.Hour

// A source reads the tenant. What it cannot read it leaves unread.
type source interface {
	Snapshot(context.Context) tenant.Snapshot
}

// A memory keeps what people were last told.
type memory interface {
	Load(ctx context.Context, tenant string) (state.Memory, state.Version, error)
	Save(context.Context, state.Memory, state.Version) (state.Version, error)
}

// A sink tells people.
type sink interface {
	Name() string
	Notify(context.Context, notify.Posting) (notify.Receipt, error)
}

// A watch is one tenant under watch. It lives as long as the process.
type watch struct {
	source   source
	memory   memory // nil if none is configured
	sinks    []sink
	settings checks.Settings
	tenant   string // as declared; empty for the identity's own
	key      string // under which the memory is kept

	// told is what each sink was last told by this process: where the memory cannot
	// be read or written, a retry still repeats nothing.
	told map[string]checks.Report
}

// tick is one run of the timer: look, judge, compare, tell, remember. The text says
// what was done; the error says what was not, and is for the host to try again.
func (w *watch) tick(ctx context.Context, log *slog.Logger) (string, error) {
	snapshot := w.source.Snapshot(ctx)
	if err := sameTenant(snapshot, w.tenant); err != nil {
		return "", err
	}
	report := checks.Run(checks.All(), snapshot, w.settings)
	log.InfoContext(ctx, "checked",
		"pass", report.Summary.Pass, "fail", report.Summary.Fail, "unknown", report.Summary.Unknown,
		"notApplicable", report.Summary.NotApplicable, "worst", report.Summary.Worst.String())
	kept, v, err := w.recall(ctx, log)
	failed := []error{err}
	news := 0
	for _, s := range w.sinks {
		spoke, err := w.tell(ctx, log, s, report, kept.Told[s.Name()])
		if err != nil {
			failed = append(failed, err)
			continue
		}
		if !spoke {
			continue
		}
		news++
		kept.Told[s.Name()] = report
		w.told = maps.Clone(kept.Told)
		if v, err = w.remember(ctx, kept, v); err != nil {
			failed = append(failed, err)
		}
	}
	summary := fmt.Sprintf("%d of %d checks fail, %d unknown; told %d of %d channels",
		report.Summary.Fail, len(report.Results), report.Summary.Unknown, news, len(w.sinks))
	return summary, errors.Join(failed...)
}

// recall returns what people were told. A memory that cannot be used is replaced,
// and one that cannot be reached costs repetition, never silence.
func (w *watch) recall(ctx context.Context, log *slog.Logger) (state.Memory, state.Version, error) {
	none := state.Memory{Tenant: w.key, Told: maps.Clone(w.told)}
	if none.Told == nil {
		none.Told = map[string]checks.Report{}
	}
	if w.memory == nil {
		return none, "", nil
	}
	kept, v, err := w.memory.Load(ctx, w.key)
	switch {
	case err == nil:
	case errors.Is(err, fs.ErrNotExist):
		return none, v, nil
	case errors.Is(err, state.ErrUnusable):
		log.ErrorContext(ctx, "memory lost: everything is told again", "err", err)
		return none, v, nil
	default:
		return none, v, fmt.Errorf("recall what was told: %w", err)
	}
	for name, here := range w.told {
		if here.CheckedAt.After(kept.Told[name].CheckedAt) {
			kept.Told[name] = here // told, but not remembered
		}
	}
	return kept, v, nil
}

// remember keeps what people were told.
func (w *watch) remember(ctx context.Context, m state.Memory, v state.Version) (state.Version, error) {
	if w.memory == nil {
		return v, nil
	}
	// What was told must be kept even if the time for the tick is over.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	next, err := w.memory.Save(grace, m, v)
	if err != nil {
		return v, fmt.Errorf("remember what was told: %w", err)
	}
	return next, nil
}

// tell tells one sink what is news to it, and reports whether there was any.
func (w *watch) tell(ctx context.Context, log *slog.Logger, s sink, r checks.Report, before checks.Report) (bool, error) {
	if before.Tenant.ID != "" && r.Tenant.ID != "" && before.Tenant.ID != r.Tenant.ID {
		before = checks.Report{} // the identity has moved to another tenant
	}
	changes := r.Since(before)
	if changes.None() && r.CheckedAt.Sub(before.CheckedAt) < remindAfter {
		log.InfoContext(ctx, "nothing new", "channel", s.Name())
		return false, nil
	}
	receipt, err := s.Notify(ctx, notify.Posting{Message: notify.Compose(r, changes, notify.Options{Version: version})})
	if err != nil {
		return false, fmt.Errorf("tell %s: %w", s.Name(), err)
	}
	log.InfoContext(ctx, "told", "channel", s.Name(), "receipt", receipt.String(),
		"new", len(changes.New), "worse", len(changes.Worse), "changed", len(changes.Changed), "notChecked", len(changes.NotChecked),
		"resolved", len(changes.Resolved), "dropped", len(changes.Dropped))
	return true, nil
}
