package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"breakglass/alert"
	"breakglass/handler/internal/graph"
	"breakglass/handler/internal/state"
	"breakglass/tenant"
)

// glance is the five-minute watch: it reads the logs of the accounts alone, and makes a
// full run of it if there is anything that nobody has seen, or if somebody explained what
// was seen. It also sends what waits in the outboxes. When nothing happened it reads the memory and the logs, and writes
// nothing.
func (w *watch) glance(ctx context.Context, log *slog.Logger) (string, error) {
	if w.store == nil {
		return "skipped: without BREAKGLASS_STATE nothing can be told once", nil
	}
	d := w.desk(log)
	if err := d.recall(ctx); err != nil {
		return "", err
	}
	if d.memory.Report == nil { // a new installation need not wait for its first day
		log.InfoContext(ctx, "nothing is remembered: making the first run")
		return w.tick(ctx, log, false)
	}
	now := w.now()
	logs := w.source.Logs(ctx, graph.LogQuery{Since: d.memory.Watch.ReadFrom(now), Accounts: accountIDs(d.memory), Groups: d.memory.Watch.Targets})
	stats := w.source.Stats()
	news := d.memory.News(logs)
	log.InfoContext(ctx, "logs read", "new", len(news), "requests", stats.Requests, "batched", stats.BatchItems,
		"signIns", reasonFor(logs.SignIns), "audits", reasonFor(logs.DirectoryAudits))
	if len(news) == 0 && d.memory.Explained() {
		return w.tick(ctx, log, false)
	}
	if len(news) == 0 && !d.memory.Due(now) && !d.memory.Watch.Stale(now) {
		return "nothing new", nil
	}
	leased, release, err := w.lease(ctx, 0)
	if errors.Is(err, state.ErrBusy) {
		return "skipped: another run is in progress", nil
	}
	if err != nil {
		return "", err
	}
	defer release()
	if len(news) > 0 {
		return w.act(leased, log, logs, news)
	}
	return w.drain(leased, log)
}

// act makes a full run because of what the logs hold.
func (w *watch) act(ctx context.Context, log *slog.Logger, logs tenant.Snapshot, news []string) (string, error) {
	acting := *w
	acting.source = prompted{w.source, logs}
	done, err := acting.run(ctx, log, false, nil)
	w.last = acting.last
	if err != nil {
		return "", err
	}
	d := w.desk(log)
	if err := d.recall(ctx); err != nil {
		return "", err
	}
	return fmt.Sprintf("new entries in the logs: %d; %s", len(news), done), d.change(ctx, func(m *alert.Memory) { m.SawNews(news, w.now()) })
}

// drain sends what waits, and moves the watermark.
func (w *watch) drain(ctx context.Context, log *slog.Logger) (string, error) {
	d := w.desk(log)
	if err := d.recall(ctx); err != nil {
		return "", err
	}
	if err := d.change(ctx, func(m *alert.Memory) { m.SawNews(nil, w.now()) }); err != nil {
		return "", err
	}
	told, err := d.deliver(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("nothing new; told %d of %d channels what waited", told, len(w.channels)), nil
}

// reasonFor says why a log was not read; "read" if it was.
func reasonFor[T any](f tenant.Fact[[]T]) string {
	if _, err := f.Get(); err != nil {
		return oneLine(err)
	}
	return "read"
}

// accountIDs are the object ids of the accounts.
func accountIDs(m alert.Memory) []string {
	var ids []string
	for _, a := range m.Report.Accounts {
		ids = append(ids, a.ID)
	}
	return ids
}

// prompted is a source whose logs hold at least what made the run necessary: the service
// may answer the next request from a copy that does not have it yet.
type prompted struct {
	source
	logs tenant.Snapshot
}

// Snapshot reads the tenant.
func (p prompted) Snapshot(ctx context.Context) tenant.Snapshot {
	s := p.source.Snapshot(ctx)
	s.Unreadable = maps.Clone(s.Unreadable)
	if s.Unreadable == nil {
		s.Unreadable = map[string]tenant.UnreadError{}
	}
	s.SignIns = united(s, "signIns", s.SignIns, p.logs.SignIns, func(x tenant.SignIn) string { return x.ID })
	s.DirectoryAudits = united(s, "directoryAudits", s.DirectoryAudits, p.logs.DirectoryAudits, func(x tenant.DirectoryAudit) string { return x.ID })
	return s
}

// united adds what the first list lacks. Of a list that was not read this time, what was
// seen before is there, and the reason stands beside it: there may be more.
func united[T any](s tenant.Snapshot, key string, full, more tenant.Fact[[]T], id func(T) string) tenant.Fact[[]T] {
	all, err := full.Get()
	added, moreErr := more.Get()
	if moreErr != nil {
		return full
	}
	if err != nil {
		reason, ok := errors.AsType[*tenant.UnreadError](err)
		if !ok {
			return full
		}
		s.Unreadable[key] = *reason
	}
	all = slices.Clone(all)
	for _, x := range added {
		if !slices.ContainsFunc(all, func(y T) bool { return id(x) == id(y) }) {
			all = append(all, x)
		}
	}
	return tenant.Known(all)
}
