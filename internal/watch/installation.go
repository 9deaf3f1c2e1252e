package watch

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

// An Installation sets the watch up and makes its runs, and tells the channels what is wrong
// with the installation itself: a watch that cannot be set up is as silent as one that has
// nothing to tell.
type Installation struct {
	SetUp func() (*Watch, error)
	// Examine says what of the installation can be seen to be wrong without asking a service.
	// What the services refuse, the report tells.
	Examine func(context.Context) []notify.Trouble
	// Reach is how people are told while the watch cannot be set up.
	Reach   func(context.Context) Reach
	Version string // of the program
	App     string // what the platform calls it, if that is known
	Now     func() time.Time

	Watch    *Watch           // nil until it could be set up
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

// A Reach is what is right of an installation, however much of it is wrong.
type Reach struct {
	Store    state.Store // nil where nothing can be kept
	Channels []Channel
	Err      error // why a channel is not there
	Language string
}

// A failed run, and whether the one before it failed in the same way: once is no reason to
// wake anybody.
type failed struct {
	why    string
	remedy string // empty where the error says none
	again  bool
}

func (i *Installation) Run(ctx context.Context, log *slog.Logger, scheduled bool) (Outcome, error) {
	return i.attend(ctx, log, scheduled, func(w *Watch) (Outcome, error) { return w.Run(ctx, log, scheduled) })
}

func (i *Installation) Poll(ctx context.Context, log *slog.Logger) (Outcome, error) {
	return i.attend(ctx, log, false, func(w *Watch) (Outcome, error) { return w.Poll(ctx, log) })
}

// attend makes a run, and tells what kept it from being made as it should.
func (i *Installation) attend(ctx context.Context, log *slog.Logger, scheduled bool, run func(*Watch) (Outcome, error)) (Outcome, error) {
	var err error
	guarded := func(do func()) {
		if caught := defect.In(do); caught != nil {
			LogDefect(ctx, log, caught)
			err = errors.Join(err, caught)
		}
	}
	if i.Watch == nil {
		guarded(func() { i.Watch, err = i.SetUp() })
	}
	var troubles []notify.Trouble
	guarded(func() { troubles = i.troubles(ctx, err) })
	var done Outcome
	if err == nil {
		done, err = i.attempt(ctx, log, run)
		guarded(func() { i.Watch.attest(ctx, log) })
		i.note(scheduled, done, err)
		troubles = append(troubles, i.doubts...)
	} else if caught := defect.From(err); caught != nil && len(troubles) == 0 {
		troubles = append(troubles, defective("", caught))
	}
	if !done.Skipped {
		guarded(func() { i.tell(ctx, log, scheduled, troubles) })
	}
	return done, err
}

// troubles are those of the installation, until it was once seen to be well.
func (i *Installation) troubles(ctx context.Context, failed error) []notify.Trouble {
	if i.looked && failed == nil {
		return nil
	}
	all := i.Examine(ctx)
	if failed != nil && len(all) == 0 && defect.From(failed) == nil {
		all = append(all, notify.Trouble{Says: OneLine(failed)})
	}
	i.looked = len(all) == 0
	return all
}

// note keeps how a run ended. That nobody can be told, nobody can be told.
func (i *Installation) note(scheduled bool, done Outcome, err error) {
	if i.failures == nil {
		i.failures = map[bool]failed{}
	}
	_, undelivered := errors.AsType[*notify.Error](err)
	if done.Summary != nil {
		i.doubts = slices.Concat(done.Doubts, done.Defects)
	}
	if why := panicked(done, err); why != "" {
		f := failed{why: why, remedy: ReportIt, again: true}
		i.failures[true], i.failures[scheduled] = f, f
		return
	}
	switch {
	case done.Skipped, undelivered:
	case err == nil:
		delete(i.failures, scheduled)
	default:
		f := failed{why: OneLine(err)}
		if e, ok := errors.AsType[*NotSignedIn](err); ok { // whatever else failed, that comes first
			f = failed{why: "not signed in: " + e.Why, remedy: e.Remedy}
		}
		f.again = i.failures[scheduled].why == f.why
		i.failures[scheduled] = f
	}
}

// panicked is the panic that ended a run, or that cost a part of one that judged nothing;
// empty if there was none. It is a defect of the program, so that people hear of it at once,
// and it is over when a daily run went well: what was told then is that it is.
func panicked(done Outcome, err error) string {
	if caught := defect.From(err); caught != nil {
		return caught.Error()
	}
	if done.Summary == nil && len(done.Defects) > 0 {
		return done.Defects[0].Says
	}
	return ""
}

// lasting is the trouble of runs that fail again and again.
func (i *Installation) lasting() []notify.Trouble {
	var all []notify.Trouble
	for _, scheduled := range []bool{true, false} {
		if f := i.failures[scheduled]; f.again {
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
func (i *Installation) tell(ctx context.Context, log *slog.Logger, scheduled bool, troubles []notify.Trouble) {
	lasting := i.lasting()
	key := keyOfTroubles(troubles, len(lasting) > 0)
	troubles = append(troubles, lasting...)
	if i.told != nil && i.told.Key == "" && len(troubles) == 0 {
		return // nothing was wrong, and nothing is
	}
	reached := i.Reach(ctx)
	store, m, at := i.recall(ctx, reached.Store)
	if len(troubles) == 0 && (len(i.failures) > 0 || i.told.Daily && !scheduled) {
		return // no sign of health: it failed once, or what failed was not tried
	}
	now := i.Now()
	due := key != i.told.Key || key != "" && now.Sub(i.told.At) >= noticeAgain
	switch {
	case !due && !i.told.Missed:
		return
	case store == nil && key != "" && !scheduled && now.Minute() >= 5:
		return // a process that starts anew every few minutes must not repeat itself as often
	}
	o := notify.Options{Version: i.Version, Language: reached.Language, Key: key, App: i.App}
	message := notify.Mended(o, now)
	if key != "" {
		message = notify.Broken(troubles, o, now)
	}
	taken, escalated := i.post(ctx, log, reached, message, false), false
	if key == "" && i.told.Escalated || key != "" && due && !taken {
		escalated = i.post(ctx, log, reached, message, true)
	}
	if !taken && !escalated {
		return
	}
	i.told = &alert.Notice{
		Key: key, At: now, Daily: i.failures[true].again || len(i.doubts) > 0,
		Missed: key != "" && !taken, Escalated: key != "" && (escalated || i.told.Escalated),
	}
	if store == nil {
		return
	}
	m.Notice = *i.told
	if _, err := store.Save(ctx, m, at); err != nil {
		log.ErrorContext(ctx, "told of the installation, but not remembered", "err", err)
	}
}

// recall finds out what people were told. The store is nil where nothing can be kept; then it
// is what this process told.
func (i *Installation) recall(ctx context.Context, store state.Store) (state.Store, alert.Memory, state.Version) {
	none := alert.NewMemory(installationKey)
	if i.told == nil {
		i.told = &alert.Notice{}
	}
	if store == nil {
		return nil, none, ""
	}
	m, at, err := store.Load(ctx, installationKey)
	switch {
	case err == nil:
		m.Sane(i.Now())
		if m.Notice.At.After(i.told.At) {
			i.told = &m.Notice
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
func (i *Installation) post(ctx context.Context, log *slog.Logger, reached Reach, m notify.Message, escalation bool) bool {
	if reached.Err != nil {
		log.ErrorContext(ctx, "not every channel can be told of the installation", "err", OneLine(reached.Err))
	}
	taken := false
	for _, s := range reached.Channels {
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
