package watch

import (
	"context"
	"log/slog"
	"sync"

	"breakglass/defect"
	"breakglass/notify"
)

// ReportIt is what to do about a panic.
const ReportIt = "please report it, as SECURITY.md of the project says, with this text and what breakglass version prints; " +
	"in the log of the app a line “defect” says more"

// Defects are the panics that cost a part of a run, and not the run.
type Defects struct {
	mu  sync.Mutex
	all []*defect.Error
}

// Add takes one in. Without a list there is nobody to tell.
func (d *Defects) Add(caught *defect.Error) {
	if d == nil || caught == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, caught)
}

// take empties the list, and returns each once.
func (d *Defects) take() []*defect.Error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var some []*defect.Error
	seen := map[string]bool{}
	for _, caught := range d.all {
		if !seen[caught.Error()] {
			some = append(some, caught)
		}
		seen[caught.Error()] = true
	}
	d.all = nil
	return some
}

// LogDefect logs a panic, on one line and without a name of the tenant.
func LogDefect(ctx context.Context, log *slog.Logger, caught *defect.Error) {
	log.ErrorContext(ctx, "defect", "err", caught, "stack", caught.Stack())
}

// defective words a panic for people; subject is what it is about, if that is known.
func defective(subject string, caught *defect.Error) notify.Trouble {
	return notify.Trouble{Subject: subject, Says: caught.Error(), Remedy: ReportIt}
}

// attempt makes a run. A panic is its error, and what waits for people is sent in spite of
// it. One that cost no more than a part of the run is told like a doubt about the
// configuration, or with the error.
func (i *Installation) attempt(ctx context.Context, log *slog.Logger, run func(*Watch) (Outcome, error)) (Outcome, error) {
	var done Outcome
	var err error
	if caught := defect.In(func() { done, err = run(i.Watch) }); caught != nil {
		LogDefect(ctx, log, caught)
		done, err = i.Watch.rest(ctx, log), caught
	}
	for _, caught := range i.Watch.Caught.take() {
		LogDefect(ctx, log, caught)
		done.Defects = append(done.Defects, defective("", caught))
	}
	return done, err
}

// rest does what is left to do of a run that a panic ended: what waits is sent. What the
// run found is found again by the next.
func (w *Watch) rest(ctx context.Context, log *slog.Logger) Outcome {
	done := Outcome{Partial: true}
	caught := defect.In(func() {
		leased, release, err := w.Lease(ctx, 0)
		if err != nil {
			log.ErrorContext(ctx, "what waits is left to the next run", "err", err)
			return
		}
		defer release()
		d := w.session(log)
		post := w.delivery(d)
		if err = d.recall(leased); err == nil && waiting(d.memory) > 0 {
			_, err = post.deliver(leased)
		}
		done.Sent, done.Waiting = post.sent, waiting(d.memory)
		if err != nil {
			log.ErrorContext(ctx, "not everything that waits was sent", "err", OneLine(err))
		}
	})
	w.Caught.Add(caught)
	return done
}
