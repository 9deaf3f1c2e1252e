package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"breakglass/internal/standin/testbed"
)

// A happening is one thing that happens. What it means does not hang on the steps before it, so
// that a history stays one when some are left out; what cannot happen then does not.
type happening struct {
	do     string
	who, n int
	serial int // tells it from others
}

// A deed is a kind of step.
type deed struct {
	name   string
	weight int
	do     func(*storm, happening)
	says   func(happening) string // more than its name
}

// deeds are all kinds of steps, and how often each comes.
func deeds() []deed {
	who := func(s happening) string { return stormAccounts()[s.who].short() }
	return []deed{
		{"look", 22, func(s *storm, _ happening) { s.looks(1) }, nil},
		{"an hour of looks", 3, func(s *storm, _ happening) { s.looks(12) }, nil},
		{"daily run", 10, (*storm).daily, nil},
		{"time passes", 4, func(s *storm, p happening) { s.wait(pauses()[p.n%len(pauses())]) }, func(p happening) string { return pauses()[p.n%len(pauses())].String() }},
		{"sign-in", 10, (*storm).signsIn, func(p happening) string { return who(p) + ", " + waysIn()[p.n%len(waysIn())].says }},
		{"failed sign-in", 4, (*storm).tries, who},
		{"disabled or enabled", 3, (*storm).disables, who},
		{"role removed or given back", 2, (*storm).dismisses, who},
		{"a policy without exclusion comes or goes", 2, (*storm).blocks, nil},
		{"behind a decoy or back", 1, (*storm).disguises, who},
		{"out of what is declared, or back", 3, (*storm).leaves, who},
		{"reads fail", 6, (*storm).failsReads, func(p happening) string {
			f := readFaultOf(p)
			return fmt.Sprintf("%s answer %d in %d runs", f.kind, f.status, f.runs)
		}},
		{"a channel breaks", 6, (*storm).breaksLane, func(p happening) string {
			return fmt.Sprintf("the %s: %s", []string{"first", "last"}[p.who%2], laneFaults()[p.n%len(laneFaults())].kind)
		}},
		{"the channels are mended", 5, func(s *storm, _ happening) { s.mends() }, nil},
		{"the storage fails", 2, func(s *storm, p happening) { s.store.kind = storeKinds()[p.n%len(storeKinds())] }, func(p happening) string { return storeKinds()[p.n%len(storeKinds())] }},
		{"the next run dies", 3, func(s *storm, p happening) { s.store.kill, s.store.after = 1+p.n%9, p.who%2 == 0 }, func(p happening) string {
			return fmt.Sprintf("%s save %d", []string{"after", "before"}[p.who%2], 1+p.n%9)
		}},
		{"a new process", 2, func(s *storm, _ happening) { s.start() }, nil},
		{"the clock is a day ahead in the next run", 2, func(s *storm, _ happening) { s.ahead.Store(int64(24 * time.Hour)) }, nil},
		{"a drill is announced or ended", 3, (*storm).drills, who},
		{"explained", 2, (*storm).explains, who},
	}
}

func pauses() []time.Duration {
	return []time.Duration{20 * time.Minute, 2 * time.Hour, 9 * time.Hour, 26 * time.Hour, 50 * time.Hour}
}

func storeKinds() []string { return []string{"unreadable", "read-only", "conflict"} }

// A wayIn is how somebody signs in.
type wayIn struct {
	says, address string
	key           bool
}

func waysIn() []wayIn {
	return []wayIn{
		{"with the key", "203.0.113.10", true}, {"with the key", "203.0.113.10", true},
		{"with the key from elsewhere", "198.51.100.77", true}, {"with the password", "198.51.100.66", false},
	}
}

// draw makes a history of a seed.
func draw(seed uint64, length int) []happening {
	random := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a repeatable history is wanted
	all := deeds()
	total := 0
	for _, d := range all {
		total += d.weight
	}
	var steps []happening
	if random.IntN(3) == 0 { // something is broken from the beginning
		steps = append(steps, happening{"a channel breaks", random.IntN(2), random.IntN(100), 0})
	}
	steps = append(steps, happening{do: "daily run"})
	for len(steps) < length {
		left := random.IntN(total)
		i := slices.IndexFunc(all, func(d deed) bool { left -= d.weight; return left < 0 })
		steps = append(steps, happening{all[i].name, random.IntN(len(stormAccounts())), random.IntN(1000), len(steps) + 1})
	}
	// What was late comes due.
	for _, do := range []string{"the channels are mended", "look", "an hour of looks", "look", "daily run", "an hour of looks", "look"} {
		steps = append(steps, happening{do: do, serial: len(steps) + 1})
	}
	return steps
}

func (p happening) String() string {
	for _, d := range deeds() {
		if d.name == p.do && d.says != nil {
			return p.do + ": " + d.says(p)
		}
	}
	return p.do
}

// take lets a step happen. Each takes a minute, so that no two things happen at once.
func (s *storm) take(p happening) {
	s.wait(time.Minute)
	for _, d := range deeds() {
		if d.name == p.do {
			d.do(s, p)
		}
	}
}

func (s *storm) looks(n int) {
	for range n {
		s.wait(5 * time.Minute)
		s.run(false)
	}
}

func (s *storm) daily(happening) { s.run(true) }

func (s *storm) who(p happening) *account { return s.oracle.accounts[p.who] }

// enters writes an entry into the sign-in log.
func (s *storm) enters(p happening, way wayIn, code int) (at time.Time, app string) {
	at, app = s.truly().Truncate(time.Second), fmt.Sprintf("Console%dx", p.serial)
	entry := testbed.SignIn(fmt.Sprintf("entry-%d", p.serial), s.who(p).id, at, code)
	entry["appDisplayName"], entry["ipAddress"], entry["userPrincipalName"] = app, way.address, s.who(p).name
	method := map[string]any{"authenticationMethod": "Password", "succeeded": code == 0}
	if way.key {
		method = map[string]any{"authenticationMethod": "Passkey (device-bound)", "authenticationMethodDetail": s.who(p).key, "succeeded": code == 0}
	}
	entry["authenticationDetails"] = []any{method}
	s.change(func(file map[string]any) { file["signIns"] = append([]any{entry}, file["signIns"].([]any)...) })
	return at, app
}

func (s *storm) signsIn(p happening) {
	way := waysIn()[p.n%len(waysIn())]
	at, app := s.enters(p, way, 0)
	s.oracle.signsIn(s.who(p), at, way.address, app, way.key)
}

func (s *storm) tries(p happening) {
	at, _ := s.enters(p, wayIn{address: "198.51.100.66"}, 50126)
	s.oracle.tries(s.who(p), at)
}

func (s *storm) disables(p happening) {
	u := s.user(s.who(p).id)
	enabled := u["accountEnabled"] == true
	s.change(func(map[string]any) { u["accountEnabled"] = !enabled })
	s.oracle.turns(s.who(p), "account-enabled", enabled, s.truly())
}

// dismisses takes every assignment from an account, or gives them back.
func (s *storm) dismisses(p happening) {
	a := s.who(p)
	taken, gone := s.roles[p.who]
	s.change(func(file map[string]any) {
		for i, list := range []string{"roleAssignments", "roleAssignmentScheduleInstances"} {
			entries := file[list].([]any)
			if gone {
				file[list] = append(entries, taken[i].([]any)...)
				continue
			}
			own := func(e any) bool { return e.(map[string]any)["principalId"] == a.id }
			var its []any
			for _, e := range entries {
				if own(e) {
					its = append(its, e)
				}
			}
			s.roles[p.who] = append(s.roles[p.who], its)
			file[list] = slices.DeleteFunc(slices.Clone(entries), own)
		}
	})
	if gone {
		delete(s.roles, p.who)
	}
	s.oracle.turns(a, "role-global-admin", !gone, s.truly())
}

// blocks adds a policy that stops everybody, or takes it away.
func (s *storm) blocks(happening) {
	const id = "0f5b8a14-2f7d-4d8c-9f5c-6a1d2e3f4b5c"
	came := false
	s.change(func(file map[string]any) {
		policies := file["conditionalAccessPolicies"].([]any)
		is := func(x any) bool { return x.(map[string]any)["id"] == id }
		if slices.ContainsFunc(policies, is) {
			file["conditionalAccessPolicies"] = slices.DeleteFunc(slices.Clone(policies), is)
			return
		}
		var policy map[string]any
		_ = json.Unmarshal(encoded(policies[2]), &policy) // it came from JSON
		policy["id"], policy["displayName"], came = id, "CA900: Block everybody", true
		conditions := policy["conditions"].(map[string]any)
		conditions["users"].(map[string]any)["excludeGroups"] = []any{}
		conditions["clientAppTypes"] = []any{"all"}
		file["conditionalAccessPolicies"] = append(policies, policy)
	})
	for _, a := range s.oracle.accounts {
		s.oracle.turns(a, "policy-excluded", came, s.truly())
	}
}
