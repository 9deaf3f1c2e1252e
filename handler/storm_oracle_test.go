package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"breakglass/internal/watch"
)

// The oracle judges what people were told from what happened, and knows nothing of how the
// handler decides. It demands:
//
//   - A sign-in, and the first failed one of a day (UTC), with an account that is declared and
//     was seen to be by a sound daily run, is told by the first sound look or daily run after it.
//   - A fact that breaks is told by the first sound daily run that meets it broken.
//   - An account that leaves the configuration or the group, or is renamed behind another that
//     gets its name, is told by the first sound daily run after that.
//   - Each of these in each channel, by the account's name and by what happened, at once if the
//     channel took what it was last sent. After a refusal it may take an hour, and ten minutes
//     where it is critical and waiting can help.
//   - In an announced drill the first sign-in with a registered key may be told as the drill's
//     success; others with that key from that address need not be told. All else is.
//   - Nothing is called resolved, in order or no longer asked that has been broken since before
//     the run, by a channel that had nothing waiting from before.
//   - A look that calls itself whole has asked for the sign-ins of each such account.
//   - A run with which nothing is wrong does not fail.
//
// A run is sound if nothing was wrong with Graph, the storage, the process and the clock. What
// an unsound run owes is owed by the next sound one. An account that leaves, or whose use is
// explained, before a sound run looked is owed nothing for what it did until then.
type oracle struct {
	accounts []*account
	claims   []*claim
	facts    []*fact
	lanes    []laneMemory
	runs     []time.Time // of the world's clock
	strange  bool        // the handler's clock was wrong once
	accused  []accusation
}

// An account is what the oracle knows of one.
type account struct {
	id, name, key string
	grouped       bool // declared through the group

	gone    bool // it is not declared now, or its name is another's
	watched bool // a sound daily run saw it declared
	drill   drillSeen
	open    time.Time // when somebody last signed in whom nobody has explained; zero if none
	tried   string    // the last day with a failed attempt
}

// short is the account's name without its domain.
func (a *account) short() string { return a.name[:strings.Index(a.name, "@")] }

// A drillSeen is a drill that was announced, and the address from which its key was used.
type drillSeen struct {
	from, to time.Time
	address  string
}

// A claim is something that people are to be told.
type claim struct {
	kind     string // sign-in, drill, attempt, change, leaving
	what     string
	account  *account
	words    []string // one of these, in small letters, says what happened
	critical bool
	high     bool  // or critical
	daily    bool  // only a daily run can see it
	fact     *fact // that broke; nil for what happened
	noticed  time.Time
	told     []bool // by lane
}

// A fact is something about an account that can break.
type fact struct {
	check    string
	words    []string
	critical bool
	account  *account
	broken   time.Time // since when; zero if it is well
	seenWell bool      // by the last sound daily run
}

// A laneMemory is what the oracle knows of a channel.
type laneMemory struct {
	waiting bool      // something may lie there that it did not take
	refused heard     // the last refusal
	at      time.Time // when
	strange bool      // that was by a wrong clock
	spoken  bool      // it took a message in an earlier run
}

// A heard is what came of a run at the other end of a channel.
type heard struct {
	name                     string
	texts                    []string
	refused, broken, forGood bool
}

// A ran is a run as it is seen from outside.
type ran struct {
	daily                            bool
	at                               time.Time
	rightClock, wholeRead, storeHeld bool
	killed                           bool
	outcome                          watch.Outcome
	err                              error
	asked                            []int // accounts whose sign-ins were asked for and given
	lanes                            []heard
}

func (r ran) sound() bool { return r.rightClock && r.wholeRead && r.storeHeld && !r.killed }

// An accusation is what the oracle has against the handler. Its kind stays when the history is
// made shorter.
type accusation struct{ kind, says string }

func newOracle(accounts []*account, lanes int) *oracle {
	o := &oracle{accounts: accounts, lanes: make([]laneMemory, lanes)}
	for _, a := range accounts {
		o.facts = append(o.facts,
			&fact{check: "account-enabled", words: []string{"account-enabled", "is disabled"}, critical: true, account: a},
			&fact{check: "role-global-admin", words: []string{"role-global-admin"}, critical: true, account: a},
			&fact{check: "policy-excluded", words: []string{"policy-excluded"}, account: a},
		)
	}
	return o
}

func (o *oracle) accuse(kind, format string, args ...any) {
	o.accused = append(o.accused, accusation{kind, fmt.Sprintf(format, args...)})
}

// owe notes what people are to be told of an account that is watched.
func (o *oracle) owe(c claim) {
	if c.account.watched && !c.account.gone {
		c.told = make([]bool, len(o.lanes))
		o.claims = append(o.claims, &c)
	}
}

// signsIn notes a sign-in: at which time, from which address, with the registered key or not,
// at an application that no other sign-in is at.
func (o *oracle) signsIn(a *account, at time.Time, address, app string, key bool) {
	c := claim{kind: "sign-in", what: fmt.Sprintf("a sign-in with %s from %s at %s", a.short(), address, app), account: a, words: []string{strings.ToLower(app)}, critical: true, high: true}
	d := &a.drill
	switch inside := !d.to.IsZero() && !at.Before(d.from) && !at.After(d.to); {
	case inside && key && d.address == address:
		return
	case inside && key && d.address == "":
		d.address = address
		c.kind, c.critical, c.high, c.words = "drill", false, false, append(c.words, "drill")
		o.owe(c)
		return
	case inside:
		c.kind = "sign-in in a drill"
	default:
		a.open = at
	}
	o.owe(c)
}

// tries notes a failed attempt.
func (o *oracle) tries(a *account, at time.Time) {
	day := at.Format(time.DateOnly)
	if a.tried == day {
		return
	}
	a.tried = day
	kind := "attempt"
	if !at.After(a.drill.to) && !at.Before(a.drill.from) {
		kind = "attempt in a drill"
	}
	o.owe(claim{kind: kind, what: "a failed sign-in with " + a.short(), account: a, words: []string{"activity-attempts", "sign-in failed"}})
}

// explained notes that somebody explained what an account was used for.
func (o *oracle) explained(a *account) {
	a.open = time.Time{}
	o.forget(func(c *claim) bool { return c.account == a && !c.daily && c.noticed.IsZero() })
}

// forget gives up claims.
func (o *oracle) forget(which func(*claim) bool) { o.claims = slices.DeleteFunc(o.claims, which) }

// leaves notes that an account is not declared any more, or has lost its name.
func (o *oracle) leaves(a *account) {
	o.forget(func(c *claim) bool { return c.account == a && c.noticed.IsZero() })
	o.owe(claim{kind: "leaving", what: a.short() + " is not declared any more, or lost its name", account: a, words: leavingWords(), high: true, daily: true})
	a.gone = true
}

// returns notes that it is declared again, by its own name.
func (o *oracle) returns(a *account) {
	a.gone, a.watched = false, false // until a sound daily run sees it: a look reads no declaration
	o.forget(func(c *claim) bool { return c.account == a && c.noticed.IsZero() })
}

// turns notes that a fact breaks or is well again.
func (o *oracle) turns(a *account, check string, broken bool, at time.Time) {
	for _, f := range o.facts {
		if f.account != a || f.check != check || broken == !f.broken.IsZero() {
			continue
		}
		f.broken = time.Time{}
		if !broken {
			continue
		}
		f.broken = at
		if f.seenWell && !slices.ContainsFunc(o.claims, func(c *claim) bool { return c.fact == f && c.noticed.IsZero() }) {
			o.owe(claim{kind: "change", what: check + " of " + a.short() + " breaks", account: a, words: f.words, critical: f.critical, high: f.critical, daily: true, fact: f})
		}
	}
}

// judge takes a run, and accuses the handler of what it should have told.
func (o *oracle) judge(r ran) {
	o.unwhole(r)
	o.failed(r)
	for i, h := range r.lanes {
		for _, text := range h.texts {
			o.lies(r, i, h, text)
			o.hears(i, text)
		}
	}
	if r.sound() {
		o.notices(r)
	}
	before := slices.Clone(o.lanes)
	for i, h := range r.lanes {
		o.remember(r, i, h)
	}
	o.overdue(r, before)
	o.strange = o.strange || !r.rightClock
	o.runs = append(o.runs, r.at)
}

// notices notes what a sound run must have seen. What broke and was well again before is owed
// to nobody.
func (o *oracle) notices(r ran) {
	o.forget(func(c *claim) bool { return r.daily && c.fact != nil && c.noticed.IsZero() && c.fact.broken.IsZero() })
	for _, c := range o.claims {
		if c.noticed.IsZero() && (r.daily || !c.daily) {
			c.noticed = r.at
		}
	}
	if !r.daily {
		return
	}
	for _, a := range o.accounts {
		a.watched = !a.gone
	}
	for _, f := range o.facts {
		f.seenWell = f.account.watched && f.broken.IsZero()
	}
}
