package doctor

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/internal/config"
	"breakglass/internal/funcapp"
	"breakglass/internal/graph"
	"breakglass/internal/state"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
	"breakglass/notify"
)

// A Request says what to examine, and what of the world may be reached for it.
type Request struct {
	Surroundings
	Version  string // of the program that looks
	Language string // of a test message
	Dir      string // where a configuration file is looked for
	Config   string // the configuration file, where one is named
	Package  string // a zip file or a directory; empty if none is examined
	Start    bool   // the package's handler may be started
	Offline  bool   // no service is reached
	Send     bool   // each channel gets a test message
	// Access says with whose rights the tenant is read.
	Access func(context.Context, config.Config) (graph.Options, error)
	// Progress is told what long work is at; nil where nobody looks.
	Progress func(string)
}

// An examiner gathers what is judged.
type examiner struct {
	Request
	pack     *openPackage // nil if none is examined
	config   config.Config
	remains  bool // config is what is right in the app settings, and no more
	channels []watch.Channel
	mistakes []Mistake
	doubts   []Finding // about the configuration, once the tenant is known
	now      func() time.Time
}

// Examine looks at everything.
func Examine(ctx context.Context, r Request) (Examination, error) {
	x := &examiner{Request: r, now: time.Now}
	if r.Package != "" {
		pack, err := openPackageAt(r.Package)
		if err != nil {
			return Examination{}, err
		}
		x.pack = pack
		x.pack.start = r.Start
		defer x.pack.close()
	}
	x.load()
	return x.examine(ctx)
}

// Faults looks from within an app, in its directory, at what needs no service. What only the
// host reads is not looked at: it has let the app run.
func Faults(ctx context.Context, s Surroundings, dir string, now time.Time) []notify.Trouble {
	s.App = false
	x := &examiner{Request: Request{Surroundings: s, Dir: dir}, now: func() time.Time { return now }}
	if hasFile(x.Dir, "host.json") {
		x.pack = &openPackage{name: x.Dir, dir: x.Dir, own: true}
	}
	x.load()
	findings, _ := x.local(ctx)
	var all []notify.Trouble
	for _, f := range findings {
		if f.Status == Fault {
			all = append(all, notify.Trouble{Subject: f.Subject, Says: f.Says, Remedy: f.Remedy})
		}
	}
	return all
}

// load reads the configuration as the app would: that of the package, unless another is
// named.
func (x *examiner) load() {
	dir, getenv := x.Dir, x.Getenv
	if x.pack != nil && x.pack.has("breakglass.yaml") {
		dir = x.pack.dir
	}
	named := x.Config
	if named != "" {
		if path, err := filepath.Abs(named); err == nil { // it is named from here, and not from the package
			named = path
		}
	}
	c, err := config.LoadNamed(getenv, dir, named)
	if err != nil && !errors.Is(err, config.ErrNoAccounts) {
		c, x.remains = config.Remains(getenv), true
	}
	x.mistakes = mistakesOf(err)
	x.config = c
	all, err := wiring.Channels(c, getenv)
	x.adds(mistakesOf(err))
	if _, err := wiring.PolicyOf(c, nil, x.now()); err != nil {
		x.adds(mistakesOf(err))
	}
	x.channels = all
}

// adds takes mistakes in, one for each place: the first says what the others come from.
func (x *examiner) adds(more []Mistake) {
	for _, m := range more {
		if !x.mistaken(m.Where) {
			x.mistakes = append(x.mistakes, m)
		}
	}
}

// mistaken reports whether something is wrong with settings of these names, or names that
// begin so.
func (x *examiner) mistaken(begin string) bool {
	return slices.ContainsFunc(x.mistakes, func(m Mistake) bool { return m.Where != "" && strings.HasPrefix(m.Where, begin) })
}

// examine looks at everything.
func (x *examiner) examine(ctx context.Context) (Examination, error) {
	local, p := x.local(ctx)
	findings := append(local, Versions(x.Version, p))
	lookedAs := "It looked as whoever is signed in on this machine, whose rights are not those of the app's identity."
	switch {
	case x.Offline:
		lookedAs = "It reached no service."
		for _, a := range []Area{AreaIdentity, AreaPermissions, AreaGraph, AreaLicences, AreaState, AreaRuns, AreaChannels, AreaClock} {
			findings = append(findings, Finding{Area: a, Status: Skipped, Says: "--offline was given"})
		}
		return New(x.Version, lookedAs, x.now(), findings...), nil
	case x.managed():
		lookedAs = "It looked as the managed identity of the app."
	}
	remote, err := x.remote(ctx)
	return New(x.Version, lookedAs, x.now(), append(findings, remote...)...), err
}

// local looks at what needs no service: the settings, the schedule, the package.
func (x *examiner) local(ctx context.Context) ([]Finding, *Package) {
	getenv := x.Getenv
	if _, err := x.store(ctx); err != nil && getenv("BREAKGLASS_STATE") != "" {
		x.adds(mistakesOf(err))
	}
	s := Settings{
		Mistakes: x.mistakes, Names: x.Names, Read: append(config.SettingNames(), scheduleSetting), Nearest: config.Nearest, Elsewhere: x.Vault,
		Accounts: len(x.config.Accounts), Channels: x.regular(), State: getenv("BREAKGLASS_STATE") != "",
		Value: getenv, App: x.App,
	}
	schedule := Schedule{Text: getenv(scheduleSetting)}
	switch {
	case config.Secretive(schedule.Text):
		schedule.Text, schedule.Err = scheduleSetting, errors.New(config.Quote(schedule.Text)+", and not six fields")
	case schedule.Text != "":
		schedule.Err = funcapp.CheckSchedule(schedule.Text)
	}
	findings := append(s.Judge(), schedule.Judge())
	if x.pack == nil {
		return append(findings, Finding{Area: AreaPackage, Status: Skipped, Says: "no package was named: --package build/breakglass-watch.zip"}), nil
	}
	p := x.pack.inspect(ctx, x.Names, getenv)
	if p == nil {
		return findings, nil
	}
	return append(findings, p.Judge()...), p
}

// regular counts the channels that hear of everything.
func (x *examiner) regular() int {
	n := 0
	for _, c := range x.channels {
		if !c.Escalation {
			n++
		}
	}
	return n
}

// managed reports whether the platform gives an identity.
func (x *examiner) managed() bool { return x.Getenv("IDENTITY_ENDPOINT") != "" }

// remote looks at what a service tells.
func (x *examiner) remote(ctx context.Context) ([]Finding, error) {
	o, err := x.Access(ctx, x.config)
	if err != nil {
		return nil, err
	}
	say := x.Progress
	if say == nil {
		say = func(string) {}
	}
	say("looking at the identity, the clock and where memories are kept")
	who := x.who(ctx, o)
	findings := who.Judge()
	trial, runs, memory := x.memory(ctx)
	findings = append(findings, trial.Judge(), runs.Judge())
	say("looking at the channels")
	for _, c := range x.channels {
		if family, _, _ := strings.Cut(strings.ToUpper(strings.ReplaceAll(c.Name(), "-", "_")), "_WEBHOOK"); x.mistaken(family) {
			continue // told already
		}
		findings = append(findings, x.channel(ctx, c, memory).Judge())
	}
	clock := x.clock(ctx)
	findings = append(findings, clock.Judge())
	reading := x.reading(ctx, o, who, clock)
	return slices.Concat(findings, x.doubts, reading.Judge()), nil
}

// otherCloud reports whether it is not known which Microsoft Graph is the tenant's.
func (x *examiner) otherCloud() bool { return x.mistaken("BREAKGLASS_GRAPH_URL") }

func (x *examiner) who(ctx context.Context, o graph.Options) Identity {
	i := Identity{Managed: x.managed()}
	if x.otherCloud() {
		i.Skipped = "BREAKGLASS_GRAPH_URL must be right first: a token goes there"
		return i
	}
	who, err := graph.Who(ctx, o)
	if i.Opaque = errors.Is(err, graph.ErrOpaque); !i.Opaque {
		i.Err = err
	}
	i.Person, i.ObjectID, i.Roles = who.Person, who.ObjectID, who.Roles
	return i
}

func (x *examiner) clock(ctx context.Context) Clock {
	if x.otherCloud() {
		return Clock{Skipped: "BREAKGLASS_GRAPH_URL must be right first"}
	}
	ahead, err := graph.Ahead(ctx, x.config.GraphURL)
	return Clock{Ahead: ahead, Err: err, Silent: errors.Is(err, graph.ErrNoAnswer)}
}

// reading reads the whole tenant once, as a run does.
func (x *examiner) reading(ctx context.Context, o graph.Options, who Identity, clock Clock) Reading {
	r := Reading{Identity: who, Declared: x.config.Accounts}
	switch {
	case who.Skipped != "":
		r.Skipped = who.Skipped
	case clock.Silent: // each read would be tried for a minute
		r.Away = clock.Err
		return r
	case who.Err != nil:
		r.Skipped = "there is no token to read with"
	case len(x.config.Accounts) == 0:
		r.Skipped = "the accounts must be declared first"
	}
	if r.Skipped != "" {
		return r
	}
	reader, err := graph.New(o)
	if err != nil {
		r.Skipped = err.Error()
		return r
	}
	s := reader.Snapshot(ctx)
	report := checks.Run(checks.All(), s, x.config.Settings())
	for _, m := range mistakesOf(slices.Concat(x.config.Strangers(report), x.config.Twice(report))) {
		x.doubts = append(x.doubts, Finding{Area: AreaSettings, Subject: m.Where, Status: Fault, Says: m.What, Remedy: m.Expected})
	}
	traffic := reader.Traffic()
	r.Reasons, r.Organization, r.Wrong = s.Reasons(), s.Organization, watch.SameTenant(s, x.config.Tenant)
	r.Requests, r.Throttled = traffic.Requests, traffic.Throttled
	return r
}

// Store opens where memories are kept.
func (x *examiner) store(ctx context.Context) (state.Store, error) {
	return state.Open(ctx, x.Getenv("BREAKGLASS_STATE"), x.Getenv)
}

// memory tries where memories are kept, and reads the one of the tenant.
func (x *examiner) memory(ctx context.Context) (State, Runs, alert.Memory) {
	const first = "BREAKGLASS_STATE must be right first"
	store, err := x.store(ctx)
	if err != nil {
		return State{Skipped: first}, Runs{Skipped: first}, alert.Memory{}
	}
	trial := State{Err: state.Probe(ctx, store), Managed: x.managed()}
	if trial.Err != nil {
		return trial, Runs{Skipped: "what is remembered cannot be reached"}, alert.Memory{}
	}
	runs := Runs{Now: x.now(), Daily: EveryDay(x.Getenv(scheduleSetting))}
	if x.remains {
		return trial, Runs{Skipped: "which tenant is watched is not known before the configuration is right"}, alert.Memory{}
	}
	m, _, err := store.Load(ctx, wiring.MemoryKey(x.config))
	m.Sane(runs.Now) // a time that lies ahead is none
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		runs.Err = err
	case m.Report != nil:
		runs.Last = m.Report.CheckedAt
	}
	return trial, runs, m
}

// Channel looks whether a channel can be told, with a message if that is asked for.
func (x *examiner) channel(ctx context.Context, c watch.Channel, m alert.Memory) Channel {
	found := Channel{Name: c.Name()}
	if box := m.Channels[c.Name()]; box != nil && box.Failure != nil {
		found.Kept = box.Failure.Reason
	}
	var err error
	if s, ok := c.Sink.(notify.Checker); ok {
		found.Tried, err = s.Check(ctx)
	}
	if x.Send && err == nil {
		o := notify.Options{Version: x.Version, Language: x.Language, App: SiteName(x.Getenv)}
		var receipt notify.Receipt
		receipt, err = c.Notify(ctx, notify.Posting{Message: notify.Test(o, x.now())})
		found.Tried, found.Sent = "a test message was taken", true
		if receipt.Accepted {
			found.Tried = "a test message was accepted; whether people see it only they can tell"
		}
	}
	if err != nil {
		found.Err, found.Certain = err, watch.RefusalOf(err).Permanent
	}
	return found
}
