package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"breakglass/alert"
	"breakglass/defect"
	"breakglass/internal/state"
	"breakglass/notify"
)

// A caretaker sets the watch up and makes its runs, and tells the channels what is wrong
// with the installation itself: a watch that cannot be set up is as silent as one that has
// nothing to tell.
type caretaker struct {
	setUp func() (*watch, error)
	// examine says what of the installation can be seen to be wrong without asking a service.
	// What the services refuse, the report tells.
	examine func(context.Context) []notify.Trouble
	// reach is how people are told while the watch cannot be set up.
	reach   func(context.Context) reach
	version string // of the program
	app     string // what the platform calls it, if that is known
	now     func() time.Time

	watch    *watch           // nil until it could be set up
	looked   bool             // the installation was looked at, and nothing was wrong
	failures map[bool]failed  // of the last run, by whether it was the daily one
	doubts   []notify.Trouble // about the configuration, of the last full run
	// told is what people were told of the installation. Where the state cannot be used,
	// it lasts as long as the process.
	told *alert.Notice
}

// installationKey is the key under which it is kept what was told of the installation. No
// tenant has it: it is no id and no domain.
const installationKey = "installation"

// noticeAgain is how long people are left alone with a trouble that they were told of: a day,
// less what a daily run may be early by.
const noticeAgain = 24*time.Hour - 30*time.Minute

// A reach is what is right of an installation, however much of it is wrong.
type reach struct {
	store    state.Store // nil where nothing can be kept
	channels []channel
	err      error // why a channel is not there
	language string
}

// A failed run, and whether the one before it failed in the same way: once is no reason to
// wake anybody.
type failed struct {
	why    string
	remedy string // empty where the error says none
	again  bool
}

func (c *caretaker) tick(ctx context.Context, log *slog.Logger, scheduled bool) (outcome, error) {
	return c.attend(ctx, log, scheduled, func(w *watch) (outcome, error) { return w.tick(ctx, log, scheduled) })
}

func (c *caretaker) glance(ctx context.Context, log *slog.Logger) (outcome, error) {
	return c.attend(ctx, log, false, func(w *watch) (outcome, error) { return w.glance(ctx, log) })
}

// attend makes a run, and tells what kept it from being made as it should.
func (c *caretaker) attend(ctx context.Context, log *slog.Logger, scheduled bool, run func(*watch) (outcome, error)) (outcome, error) {
	var err error
	guarded := func(do func()) {
		if caught := defect.In(do); caught != nil {
			logDefect(ctx, log, caught)
			err = errors.Join(err, caught)
		}
	}
	if c.watch == nil {
		guarded(func() { c.watch, err = c.setUp() })
	}
	var troubles []notify.Trouble
	guarded(func() { troubles = c.troubles(ctx, err) })
	var done outcome
	if err == nil {
		done, err = c.attempt(ctx, log, run)
		guarded(func() { c.watch.attest(ctx, log) })
		c.note(scheduled, done, err)
		troubles = append(troubles, c.doubts...)
	} else if caught := defect.From(err); caught != nil && len(troubles) == 0 {
		troubles = append(troubles, defective("", caught))
	}
	if !done.skipped {
		guarded(func() { c.tell(ctx, log, scheduled, troubles) })
	}
	return done, err
}

// troubles are those of the installation, until it was once seen to be well.
func (c *caretaker) troubles(ctx context.Context, failed error) []notify.Trouble {
	if c.looked && failed == nil {
		return nil
	}
	all := c.examine(ctx)
	if failed != nil && len(all) == 0 && defect.From(failed) == nil {
		all = append(all, notify.Trouble{Says: oneLine(failed)})
	}
	c.looked = len(all) == 0
	return all
}

// note keeps how a run ended. That nobody can be told, nobody can be told.
func (c *caretaker) note(scheduled bool, done outcome, err error) {
	_, undelivered := errors.AsType[*notify.Error](err)
	if done.summary != nil {
		c.doubts = slices.Concat(done.doubts, done.defects)
	}
	if why := panicked(done, err); why != "" {
		f := failed{why: why, remedy: reportIt, again: true}
		c.failures[true], c.failures[scheduled] = f, f
		return
	}
	switch {
	case done.skipped, undelivered:
	case err == nil:
		delete(c.failures, scheduled)
	default:
		f := failed{why: oneLine(err)}
		if e, ok := errors.AsType[*notSignedIn](err); ok { // whatever else failed, that comes first
			f = failed{why: "not signed in: " + e.why, remedy: e.remedy}
		}
		f.again = c.failures[scheduled].why == f.why
		c.failures[scheduled] = f
	}
}

// panicked is the panic that ended a run, or that cost a part of one that judged nothing;
// empty if there was none. It is a defect of the program, so that people hear of it at once,
// and it is over when a daily run went well: what was told then is that it is.
func panicked(done outcome, err error) string {
	if caught := defect.From(err); caught != nil {
		return caught.Error()
	}
	if done.summary == nil && len(done.defects) > 0 {
		return done.defects[0].Says
	}
	return ""
}

// lasting is the trouble of runs that fail again and again.
func (c *caretaker) lasting() []notify.Trouble {
	var all []notify.Trouble
	for _, scheduled := range []bool{true, false} {
		if f := c.failures[scheduled]; f.again {
			remedy := cmp.Or(f.remedy, "breakglass doctor, asked where the app's settings are, says more")
			all = append(all, notify.Trouble{Says: f.why, Remedy: remedy})
		}
	}
	return slices.Compact(all)
}

// tell says to the channels what is wrong, beside it which runs fail, once and then daily,
// and that it is over. Runs that fail now in this way and now in that are told once. If no
// regular channel takes it, those for escalation hear of it, and of its end, and the regular
// ones are tried again.
func (c *caretaker) tell(ctx context.Context, log *slog.Logger, scheduled bool, troubles []notify.Trouble) {
	lasting := c.lasting()
	key := keyOfTroubles(troubles, len(lasting) > 0)
	troubles = append(troubles, lasting...)
	if c.told != nil && c.told.Key == "" && len(troubles) == 0 {
		return // nothing was wrong, and nothing is
	}
	reached := c.reach(ctx)
	store, m, at := c.recall(ctx, reached.store)
	if len(troubles) == 0 && (len(c.failures) > 0 || c.told.Daily && !scheduled) {
		return // no sign of health: it failed once, or what failed was not tried
	}
	now := c.now()
	due := key != c.told.Key || key != "" && now.Sub(c.told.At) >= noticeAgain
	switch {
	case !due && !c.told.Missed:
		return
	case store == nil && key != "" && !scheduled && now.Minute() >= 5:
		return // a process that starts anew every few minutes must not repeat itself as often
	}
	o := notify.Options{Version: c.version, Language: reached.language, Key: key, App: c.app}
	message := notify.Mended(o, now)
	if key != "" {
		message = notify.Broken(troubles, o, now)
	}
	taken, escalated := c.post(ctx, log, reached, message, false), false
	if key == "" && c.told.Escalated || key != "" && due && !taken {
		escalated = c.post(ctx, log, reached, message, true)
	}
	if !taken && !escalated {
		return
	}
	c.told = &alert.Notice{
		Key: key, At: now, Daily: c.failures[true].again || len(c.doubts) > 0,
		Missed: key != "" && !taken, Escalated: key != "" && (escalated || c.told.Escalated),
	}
	if store == nil {
		return
	}
	m.Notice = *c.told
	if _, err := store.Save(ctx, m, at); err != nil {
		log.ErrorContext(ctx, "told of the installation, but not remembered", "err", err)
	}
}

// recall finds out what people were told. The store is nil where nothing can be kept; then it
// is what this process told.
func (c *caretaker) recall(ctx context.Context, store state.Store) (state.Store, alert.Memory, state.Version) {
	none := alert.NewMemory(installationKey)
	if c.told == nil {
		c.told = &alert.Notice{}
	}
	if store == nil {
		return nil, none, ""
	}
	m, at, err := store.Load(ctx, installationKey)
	switch {
	case err == nil:
		m.Sane(c.now())
		if m.Notice.At.After(c.told.At) {
			c.told = &m.Notice
		}
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, state.ErrUnusable):
		m = none
	default:
		return nil, none, ""
	}
	return store, m, at
}

// post sends a message to every channel that can be built, of those for escalation or of the
// others, and reports whether one took it.
func (c *caretaker) post(ctx context.Context, log *slog.Logger, reached reach, m notify.Message, escalation bool) bool {
	if reached.err != nil {
		log.ErrorContext(ctx, "not every channel can be told of the installation", "err", oneLine(reached.err))
	}
	taken := false
	for _, s := range reached.channels {
		if s.Escalation != escalation {
			continue
		}
		if _, err := s.Notify(ctx, notify.Posting{Message: m}); err != nil {
			log.ErrorContext(ctx, "not told of the installation", "channel", s.Name(), "err", err)
			continue
		}
		log.InfoContext(ctx, "told of the installation", "channel", s.Name(), "key", m.Key)
		taken = true
	}
	return taken
}

// keyOfTroubles tells troubles from others; empty if there are none.
func keyOfTroubles(all []notify.Trouble, runsFail bool) string {
	if len(all) == 0 && !runsFail {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %v", all, runsFail))
	return hex.EncodeToString(sum[:5])
}
