package watch

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"breakglass/alert"
	"breakglass/defect"
	"breakglass/internal/state"
)

// State is where one tenant's memory is kept, and what this process knows of it.
type State struct {
	Store  state.Store // nil if none is configured
	Key    string      // under which the memory is kept
	Now    func() time.Time
	Caught *Defects // panics that cost a part of a run

	recollection
}

// Lease makes whoever holds it the only one, and waits a while for another to end.
func (k *State) Lease(ctx context.Context, wait time.Duration) (context.Context, func(), error) {
	if k.Store == nil {
		return ctx, func() {}, nil
	}
	const again = 2 * time.Second
	for {
		leased, release, err := k.Store.Lease(ctx, k.Key)
		if err == nil {
			return leased, func() {
				k.Caught.Add(defect.From(context.Cause(leased)))
				release()
			}, nil
		}
		if wait -= again; !errors.Is(err, state.ErrBusy) || wait < 0 || ctx.Err() != nil {
			return ctx, func() {}, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(again):
		}
	}
}

// Update changes what is remembered from outside of a run, while no run is at work. What to
// do is done again where another was faster: to what that one left.
func (k *State) Update(ctx context.Context, do func(*alert.Memory) error) error {
	leased, release, err := k.Lease(ctx, leaseWait)
	if err != nil {
		return err
	}
	defer release()
	d := k.session(slog.New(slog.DiscardHandler))
	if err := d.recall(leased); err != nil {
		return err
	}
	if d.memory.Forgotten != "" {
		return fmt.Errorf("%s: the next run replaces it; try again after it", d.memory.Forgotten)
	}
	if err := do(&d.memory); err != nil {
		return err
	}
	made := true
	var refused error
	err = d.change(leased, func(m *alert.Memory) {
		if !made {
			refused = do(m)
		}
		made = false
	})
	return errors.Join(refused, err)
}

// A session is the memory during one run.
type session struct {
	*State
	log      *slog.Logger
	id       string // tells this run from others
	memory   alert.Memory
	at       state.Version
	down     bool   // the store cannot be used in this run
	lost     error  // why what was remembered is not known
	noticing string // what another hand did, as this run found it; empty if nothing
}

// session begins a run.
func (k *State) session(log *slog.Logger) *session {
	return &session{State: k, log: log, id: rand.Text()}
}

// A recollection is what a process knows of the memory from its earlier runs: enough to go on
// where it cannot be kept, and to notice that another hand was at it.
type recollection struct {
	last *alert.Memory // the newest that it read or made
	// kept is the newest that the store is known to have had. What was made and could not be
	// kept is none: that an older one is found then is nobody's doing.
	kept     alert.Mark
	asked    bool   // what the installation's memory attests was read
	attested int64  // the Serial that it attests
	noticed  string // what another hand did, and people are told of
	// unattested is set from when that cannot be used until it is to be told.
	unattested *alert.Touch
}

// recall returns what is remembered. A memory that cannot be used is replaced, and one
// that cannot be reached costs repetition, never silence. What another hand did to it is
// noted, to be told.
func (d *session) recall(ctx context.Context) error {
	d.memory = alert.NewMemory(d.Key)
	if d.Store == nil {
		if d.last != nil {
			d.memory = *d.last
		}
		return nil
	}
	d.heed(ctx)
	kept, v, err := d.Store.Load(ctx, d.Key)
	d.at = v
	touch, kept := d.found(kept, err)
	switch {
	case err == nil:
		d.memory = kept
	case touch != nil, errors.Is(err, fs.ErrNotExist):
		err = nil
	default:
		d.down, d.lost = true, err
		d.memory.Forgotten = err.Error()
		err = fmt.Errorf("recall what is remembered: %w", err)
	}
	if replaces(touch) {
		touch.Lost = d.last == nil || d.last.Serial < d.kept.Serial
	}
	if d.last != nil && d.last.Serial > d.memory.Serial {
		d.memory = *d.last // told, but not kept; or kept, and gone
	}
	if !d.down {
		if touch == nil {
			touch = d.unattested
		}
		d.note(ctx, touch)
		d.memory.Serial = max(d.memory.Serial, d.kept.Serial)
	}
	for _, box := range d.memory.Channels {
		box.Recover()
	}
	return err
}

// found judges what the store gave: what another hand did, if one did anything, and what of
// it can be used.
func (d *session) found(kept alert.Memory, err error) (*alert.Touch, alert.Memory) {
	now := d.Now()
	t := &alert.Touch{At: now, Last: d.kept.At}
	switch {
	case errors.Is(err, state.ErrUnusable):
		*t = t.Because(err)
		t.How = alert.Spoiled
	case errors.Is(err, fs.ErrNotExist) && d.kept.Serial > 0:
		t.How = alert.Deleted
	case err != nil:
		return nil, kept
	default:
		t.Strange = kept.Sane(now)
		if kept.Report != nil {
			t.Back = kept.Report.CheckedAt
		}
		switch {
		case kept.Serial < d.kept.Serial:
			t.How = alert.Older
		case len(t.Strange) > 0:
			t.How = alert.Foreign
		default:
			t = nil
		}
		if !replaces(t) {
			d.have(kept)
		}
	}
	return t, kept
}

// replaces reports whether another hand left nothing to go on from, or what is out of date.
func replaces(t *alert.Touch) bool { return t != nil && t.How != alert.Foreign }

// note takes what another hand did into the memory, until people heard. What is found again,
// as the memory cannot be put in order, they have heard.
func (d *session) note(ctx context.Context, t *alert.Touch) {
	if t == nil {
		d.noticing, d.noticed = "", ""
		return
	}
	d.noticing = fmt.Sprint(t.How, d.at)
	if d.noticing == d.noticed {
		return
	}
	d.log.ErrorContext(ctx, "the memory was touched by another hand", "how", string(t.How), "lost", t.Lost, "dropped", len(t.Strange), "err", t.Reason)
	d.memory.Touch(*t)
}

// have notes a memory that the store has.
func (d *session) have(m alert.Memory) {
	if m.Serial > d.kept.Serial {
		d.kept = alert.Mark{Serial: m.Serial, At: d.Now()}
	}
	if d.last == nil || m.Serial > d.last.Serial {
		d.last = &m
	}
}

// change changes the memory and keeps it, as one step. Another run may have changed it
// meanwhile: then the change is made to what that one left. What another hand left is put
// back.
func (d *session) change(ctx context.Context, do func(*alert.Memory)) error {
	change := func(m *alert.Memory) {
		do(m)
		m.Serial++
		m.Run = d.id
	}
	change(&d.memory)
	for range 3 {
		err := d.save(ctx)
		if !errors.Is(err, state.ErrConflict) {
			return err
		}
		mine := d.memory
		kept, v, loadErr := d.Store.Load(ctx, d.Key)
		touch, kept := d.found(kept, loadErr)
		switch {
		case replaces(touch):
			d.at = v
			d.note(ctx, touch)
			continue
		case loadErr != nil:
			d.down = true
			return fmt.Errorf("keep what is remembered: %w", errors.Join(err, loadErr))
		}
		d.at = v
		if kept.Run == mine.Run && kept.Serial == mine.Serial { // this very save, whose answer was lost
			return nil
		}
		d.memory = kept
		d.note(ctx, touch)
		change(&d.memory)
	}
	return fmt.Errorf("keep what is remembered: %w, again and again", state.ErrConflict)
}

// save keeps the memory. A run goes on without: it is the next one that suffers.
func (d *session) save(ctx context.Context) error {
	mine := d.memory
	d.last, d.noticed, d.unattested = &mine, d.noticing, nil
	if d.Store == nil || d.down {
		return nil
	}
	// What was told must be kept even if the time for the run is over.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	next, err := d.Store.Save(grace, d.memory, d.at)
	switch {
	case err == nil:
		d.at, d.noticing, d.noticed = next, "", "" // it is in order: what is found now is new
		d.have(mine)
		return nil
	case errors.Is(err, state.ErrConflict):
		return err
	}
	d.down = true
	return fmt.Errorf("keep what is remembered: %w", err)
}
