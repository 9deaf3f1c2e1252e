package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"breakglass/alert"
	"breakglass/catalog"
	"breakglass/checks"
	"breakglass/display"
	"breakglass/internal/config"
	"breakglass/internal/state"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
)

// A ledger is the memory of an installation, opened at the command line.
type ledger struct {
	config config.Config
	key    string
	store  state.Store
	say    func(text string, args ...any) string
	now    time.Time
}

// ledger opens the memory that BREAKGLASS_STATE names.
func (p program) ledger(configFile string) (ledger, error) {
	c, err := p.configuration(configFile)
	if err != nil {
		return ledger{}, err
	}
	if c.State == "" {
		return ledger{}, errors.New("BREAKGLASS_STATE is not set: it names where the installation keeps what it remembers, as in its app settings")
	}
	store, err := state.Open(context.Background(), c.State, p.getenv)
	if err != nil {
		return ledger{}, err
	}
	printer := catalog.Printer(c.Language)
	return ledger{
		config: c, key: wiring.MemoryKey(c), store: store, now: time.Now().UTC(),
		say: func(text string, args ...any) string { return printer.Sprintf(text, args...) },
	}, nil
}

// read returns what is remembered; it may be nothing yet.
func (l ledger) read(ctx context.Context) (alert.Memory, error) {
	m, _, err := l.store.Load(ctx, l.key)
	if errors.Is(err, fs.ErrNotExist) {
		return alert.NewMemory(l.key), nil
	}
	m.Sane(l.now) // what has no effect is not listed
	return m, err
}

// change changes what is remembered, while no run is at work.
func (l ledger) change(ctx context.Context, change func(*alert.Memory) error) error {
	k := &watch.State{Store: l.store, Key: l.key, Now: time.Now}
	return k.Update(ctx, change)
}

// account finds a declared account by how it is declared, its name or its id.
func (l ledger) account(m alert.Memory, text string) (checks.Account, error) {
	var known []string
	for _, a := range m.Watched() {
		if called(a, text) {
			return a, nil
		}
		known = append(known, cmp.Or(a.UserPrincipalName, a.Declared, a.ID))
	}
	for _, d := range l.config.Accounts {
		if d.User != "" && strings.EqualFold(text, d.User) {
			return checks.Account{ID: d.User, Declared: d.User, UserPrincipalName: d.User}, nil
		}
		if d.User != "" && !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, d.User) }) {
			known = append(known, d.User)
		}
	}
	return checks.Account{}, usagef("%q is no emergency access account that is watched: %s", text, strings.Join(known, ", "))
}

// called reports whether a text names an account: its name, its id, or how it is declared.
func called(a checks.Account, text string) bool {
	return text != "" && (strings.EqualFold(text, a.ID) || strings.EqualFold(text, a.UserPrincipalName) || strings.EqualFold(text, a.Declared))
}

// drill announces drills, ends them, and shows what became of them.
func (p program) drill(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usagef("drill start, drill end or drill list? See breakglass drill start --help")
	}
	switch args[0] {
	case "start":
		return p.drillStart(ctx, args[1:])
	case "end":
		return p.drillEnd(ctx, args[1:])
	case "list":
		return p.drillList(ctx, args[1:])
	}
	return usagef("drill %s? There are drill start, drill end and drill list", args[0])
}

func (p program) drillStart(ctx context.Context, args []string) error {
	flags := newFlags("drill start", "Announces that an emergency access account will be used, in the channels too. The first sign-in with a key is then told as the drill's success and not as an alarm, and others with that key from the same address are part of it. Another address, key or method, failed attempts and changes of the account are told all the same.")
	account := flags.String("account", "", "the `ACCOUNT`, as it is declared")
	length := flags.Duration("for", 2*time.Hour, "how long the announcement holds")
	by := flags.String("by", "", "who holds the drill (`NAME`)")
	reason := flags.String("reason", "", "what it is for (`TEXT`)")
	file := flags.String("config", "", "the configuration `FILE` (default breakglass.yaml)")
	if err := p.parse(flags, args); err != nil {
		return ignoreHelp(err)
	}
	switch {
	case flags.NArg() > 0:
		return noArguments(flags)
	case *account == "" || strings.TrimSpace(*by) == "":
		return usagef("drill start needs --account and --by: which account is used, and who uses it")
	case *length < time.Minute || *length > checks.LongestDrill:
		return usagef("--for is %v: between a minute and 7 days", *length)
	}
	if err := errors.Join(spoken("--by", *by, alert.LongestName), spoken("--reason", *reason, alert.LongestText)); err != nil {
		return err
	}
	l, err := p.ledger(*file)
	if err != nil {
		return err
	}
	strange := false // no run is remembered under the tenant's name
	d := checks.Drill{From: l.now, To: l.now.Add(*length), By: strings.TrimSpace(*by), Reason: strings.TrimSpace(*reason)}
	err = l.change(ctx, func(m *alert.Memory) error {
		a, err := l.account(*m, *account)
		if err != nil {
			return err
		}
		strange = m.Report == nil
		d.Account = cmp.Or(a.UserPrincipalName, a.Declared)
		for _, other := range m.Activity.Drills {
			if called(a, other.Account) && other.To.After(l.now) {
				return fmt.Errorf("a drill of %s is announced until %s by %s: end it first (breakglass drill end --account %s)", d.Account, stamp(other.To), other.By, d.Account)
			}
		}
		m.Activity.Announce(d)
		return nil
	})
	if err != nil {
		return err
	}
	if strange {
		fmt.Fprintln(p.stderr, "breakglass: "+p.words("no run is remembered there. If the app has made one, its tenant is declared otherwise than here, and it does not hear of this drill."))
	}
	_, err = fmt.Fprintln(p.stdout, display.Lines(strings.Join([]string{
		l.say("A drill of %s is announced until %s.", d.Account, stamp(d.To)),
		l.say("Sign in now, with a key from its place. The sign-in is told in the channels within some minutes: that is the alarm you are testing."),
		l.say("When you are done: breakglass drill end --account %s", d.Account),
	}, "\n")))
	return err
}

// stamp is a time for people, in UTC.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + " UTC" }

func (p program) drillEnd(ctx context.Context, args []string) error {
	flags := newFlags("drill end", "Ends an announced drill now: from here on a sign-in with the account is an alarm again.")
	account := flags.String("account", "", "the `ACCOUNT`, as it is declared")
	file := flags.String("config", "", "the configuration `FILE` (default breakglass.yaml)")
	if err := p.parse(flags, args); err != nil {
		return ignoreHelp(err)
	}
	if err := noArguments(flags); err != nil {
		return err
	}
	if *account == "" {
		return usagef("drill end needs --account: of which account the drill is")
	}
	l, err := p.ledger(*file)
	if err != nil {
		return err
	}
	name := ""
	err = l.change(ctx, func(m *alert.Memory) error {
		a, err := l.account(*m, *account)
		if err != nil {
			return err
		}
		name = cmp.Or(a.UserPrincipalName, a.Declared)
		for i := range m.Activity.Drills {
			if d := &m.Activity.Drills[i]; called(a, d.Account) && d.To.After(l.now) {
				d.To = l.now
				return nil
			}
		}
		return fmt.Errorf("no drill of %s is announced at the command line; one in breakglass.yaml ends as it says there", name)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, display.Lines(l.say("The drill of %s has ended. A sign-in with it is an alarm again.", name)))
	return err
}

func (p program) drillList(ctx context.Context, args []string) error {
	flags := newFlags("drill list", "The drills that were announced, what was used, and who was told: evidence that is kept when the sign-in log has forgotten.")
	asJSON := flags.Bool("json", false, "for a program")
	file := flags.String("config", "", "the configuration `FILE` (default breakglass.yaml)")
	if err := p.parse(flags, args); err != nil {
		return ignoreHelp(err)
	}
	if err := noArguments(flags); err != nil {
		return err
	}
	l, err := p.ledger(*file)
	if err != nil {
		return err
	}
	m, err := l.read(ctx)
	if err != nil {
		return err
	}
	uses := l.uses(m)
	if *asJSON {
		e := json.NewEncoder(p.stdout)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{"schema": "breakglass.drills/v1", "drills": uses})
	}
	if len(uses) == 0 {
		_, err := fmt.Fprintln(p.stdout, l.say("No drill is announced. Announce one with breakglass drill start."))
		return err
	}
	for _, u := range uses {
		if _, err := fmt.Fprintln(p.stdout, display.Lines(l.use(u))); err != nil {
			return err
		}
	}
	return nil
}

// uses are the drills that were announced, the newest first, with what became of them.
func (l ledger) uses(m alert.Memory) []alert.Use {
	all := slices.Clone(m.Activity.Uses)
	for _, d := range slices.Concat(l.config.Drills, m.Activity.Drills) {
		same := func(u alert.Use) bool { return strings.EqualFold(u.Account, d.Account) && u.From.Equal(d.From) }
		if !slices.ContainsFunc(all, same) {
			all = append(all, alert.Use{Drill: d})
		}
	}
	slices.SortStableFunc(all, func(a, b alert.Use) int { return b.From.Compare(a.From) })
	return all
}

// use is one drill, in lines.
func (l ledger) use(u alert.Use) string {
	lines := []string{l.say("%s  %s to %s, by %s", u.Account, stamp(u.From), stamp(u.To), u.By)}
	if u.Reason != "" {
		lines = append(lines, "  "+u.Reason)
	}
	for _, s := range u.SignIns {
		text := l.say("  signed in at %s", stamp(s.At))
		if s.Method != "" {
			text += l.say(" with %s", s.Method)
		}
		if s.Address != "" {
			text += l.say(" from %s", s.Address)
		}
		if s.Application != "" {
			text += l.say(" at %s", s.Application)
		}
		lines = append(lines, text)
	}
	if u.Others > 0 {
		lines = append(lines, l.say("  not part of it: %d other sign-ins, told by themselves", u.Others))
	}
	if !u.Announced.IsZero() {
		lines = append(lines, l.say("  the watch saw the announcement at %s", stamp(u.Announced)))
	}
	if len(u.SignIns) > 0 && !u.Noticed.IsZero() {
		lines = append(lines, l.say("  noticed at %s", stamp(u.Noticed)))
	}
	for _, a := range u.Alarms {
		text := l.say("  told %s at %s: accepted", a.Channel, stamp(a.At))
		if a.Delivered {
			text = l.say("  told %s at %s: delivered", a.Channel, stamp(a.At))
		}
		lines = append(lines, text)
	}
	if u.Withdrawn {
		lines = append(lines, l.say("  taken back"))
	}
	switch {
	case len(u.SignIns) > 0 && !u.Ended.IsZero() && !u.Ended.Equal(u.Announced): // else it was over before anybody watched
		lines = append(lines, l.say("  told that it is over at %s", stamp(u.Ended)))
	case len(u.SignIns) > 0:
	case u.Unknown != "":
		lines = append(lines, l.say("  whether anybody signed in is not known: %s", u.Unknown))
	case u.Missed:
		lines = append(lines, l.say("  nobody signed in"))
	case u.To.After(l.now):
		lines = append(lines, l.say("  announced; nobody has signed in yet"))
	default:
		lines = append(lines, l.say("  over; no sign-in is known"))
	}
	return strings.Join(lines, "\n")
}
