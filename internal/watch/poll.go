package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"breakglass/alert"
	"breakglass/internal/graph"
	"breakglass/internal/state"
	"breakglass/tenant"
)

// Poll is the five-minute watch: it reads the logs of the accounts alone, and makes a
// full run of it if there is anything that nobody has seen, if somebody explained what
// was seen, if a drill was announced or is over, or if the logs can be read again. It also
// sends what waits in the outboxes. When nothing happened it reads the memory and the logs, and writes nothing.
func (w *Watch) Poll(ctx context.Context, log *slog.Logger) (Outcome, error) {
	if w.Store == nil {
		return Skip("without BREAKGLASS_STATE nothing can be told once"), nil
	}
	d := w.session(log)
	if err := d.recall(ctx); err != nil {
		return Outcome{}, err
	}
	if d.memory.Report == nil { // a new installation need not wait for its first day
		log.InfoContext(ctx, "nothing is remembered: making the first run")
		return w.Run(ctx, log, false)
	}
	if len(d.memory.Touched) > 0 {
		return w.Run(ctx, log, false)
	}
	seen := w.readLogs(ctx, log, &d.memory)
	done, err := w.follow(ctx, log, seen, &d.memory)
	done.Traffic = done.Traffic.Plus(seen.traffic)
	if _, told := errors.AsType[*NotSignedIn](err); !told {
		err = errors.Join(TokenTrouble(seen.logs, w.Signer), err)
	}
	return done, err
}

// follow does what a look at the logs asks for.
func (w *Watch) follow(ctx context.Context, log *slog.Logger, seen poll, m *alert.Memory) (Outcome, error) {
	if len(seen.news) == 0 && (m.Explained() || m.DrillsUnheard(w.Policy.Drills, seen.at) || !seen.unread && m.Recovered(seen.at)) {
		return w.Run(ctx, log, false)
	}
	if len(seen.news) == 0 && !m.Due(seen.at) && !m.Watch.Stale(seen.at, seen.partial) {
		return Outcome{Did: "nothing new" + seen.but(), Partial: seen.partial, Waiting: waiting(*m)}, nil
	}
	leased, release, err := w.Lease(ctx, 0)
	if errors.Is(err, state.ErrBusy) { // the next look finds the same
		return Skip(err.Error()), nil
	}
	if err != nil {
		return Outcome{Partial: seen.partial}, err
	}
	defer release()
	if len(seen.news) > 0 {
		return w.act(leased, log, seen)
	}
	return w.drain(leased, log, seen)
}

// A poll is what a look at the logs brought.
type poll struct {
	at      time.Time // when they were asked for
	logs    tenant.Snapshot
	news    []string
	unread  bool // one of them was left unread
	partial bool // one of them was, or somebody's was not asked for
	traffic graph.Traffic
}

// but says what a partial look cannot.
func (s poll) but() string {
	switch {
	case s.unread:
		return ", but a log could not be read"
	case s.partial:
		return ", but who is declared could not be read"
	}
	return ""
}

// readLogs reads the logs.
func (w *Watch) readLogs(ctx context.Context, log *slog.Logger, m *alert.Memory) poll {
	s := poll{at: w.Now()}
	s.logs = w.Source.Logs(ctx, graph.LogQuery{Since: m.ReadFrom(s.at), Accounts: w.watched(m), Groups: m.Watch.Targets})
	s.news, s.unread = m.News(s.logs), alert.Partial(s.logs)
	s.partial = s.unread || m.LeftOut()
	s.traffic = w.Source.Traffic()
	log.InfoContext(ctx, "logs read", "new", len(s.news), "whole", !s.partial,
		"signIns", reasonFor(s.logs, "signIns", s.logs.SignIns), "audits", reasonFor(s.logs, "directoryAudits", s.logs.DirectoryAudits))
	return s
}

// act makes a full run because of what the logs hold.
func (w *Watch) act(ctx context.Context, log *slog.Logger, seen poll) (Outcome, error) {
	done, err := w.full(ctx, log, pass{source: withLogs{w.Source, seen.logs}})
	if err != nil {
		return done, err
	}
	d := w.session(log)
	if err := d.recall(ctx); err != nil {
		return done, err
	}
	done.Did = fmt.Sprintf("new entries in the logs: %d%s; %s", len(seen.news), seen.but(), done.Did)
	// What the look could not read, a full run that was not partial has read. Whom neither knows,
	// both left out.
	done.Partial = done.Partial && seen.partial || d.memory.LeftOut()
	return done, d.change(ctx, func(m *alert.Memory) { m.SawNews(seen.news, seen.at, done.Partial) })
}

// drain sends what waits, and moves the watermark.
func (w *Watch) drain(ctx context.Context, log *slog.Logger, seen poll) (Outcome, error) {
	done := Outcome{Partial: seen.partial}
	d := w.session(log)
	if err := d.recall(ctx); err != nil {
		return done, err
	}
	if err := d.change(ctx, func(m *alert.Memory) { m.SawNews(nil, seen.at, seen.partial) }); err != nil {
		return done, err
	}
	post := w.delivery(d)
	told, err := post.deliver(ctx)
	done.Sent, done.Waiting = post.sent, waiting(d.memory)
	if err != nil {
		return done, err
	}
	done.Did = fmt.Sprintf("nothing new%s; told %d of %d channels what waited", seen.but(), told, len(w.Channels))
	return done, nil
}

// reasonFor says why a log was not read, or not for each account and group; "read" if it
// was. It does not say for which: no one's id is in it.
func reasonFor[T any](logs tenant.Snapshot, log string, f tenant.Fact[[]T]) string {
	if _, err := f.Get(); err != nil {
		return OneLine(err)
	}
	var reasons []string
	for key, reason := range logs.Unreadable {
		if key[strings.LastIndex(key, "/")+1:] == log {
			reason.Key = log
			reasons = append(reasons, reason.Error())
		}
	}
	if len(reasons) == 0 {
		return "read"
	}
	slices.Sort(reasons)
	return "read in part: " + strings.Join(slices.Compact(reasons), "; ")
}

// watched are the object ids of the accounts under watch, and those that are declared.
func (w *Watch) watched(m *alert.Memory) []string {
	var ids []string
	for _, a := range m.Watched() {
		ids = append(ids, a.ID)
	}
	for _, d := range w.Accounts {
		known := slices.ContainsFunc(ids, func(id string) bool { return strings.EqualFold(id, d.User) })
		if d.User != "" && !tenant.IsUserPrincipalName(d.User) && !known {
			ids = append(ids, d.User)
		}
	}
	return ids
}

// withLogs is a source whose logs hold at least what made the run necessary: the service
// may answer the next request from a copy that does not have it yet.
type withLogs struct {
	Source
	logs tenant.Snapshot
}

// Snapshot reads the tenant.
func (p withLogs) Snapshot(ctx context.Context, known ...string) tenant.Snapshot {
	s := p.Source.Snapshot(ctx, known...)
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
