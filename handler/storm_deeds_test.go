package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/internal/state"
	"breakglass/internal/watch"
)

// disguises renames an account and gives its name to an ordinary user, or undoes that. An
// account of the group is declared by no name.
func (s *storm) disguises(p happening) {
	const decoy = "d3c01a00-5b1e-4f66-8c1a-0123456789a"
	a := s.who(p)
	if a.grouped {
		return
	}
	u, id := s.user(a.id), decoy+string(rune('0'+p.who))
	back := u["userPrincipalName"] != a.name
	s.change(func(file map[string]any) {
		users := file["users"].([]any)
		if back {
			u["userPrincipalName"] = a.name
			file["users"] = slices.DeleteFunc(slices.Clone(users), func(x any) bool { return x.(map[string]any)["id"] == id })
			return
		}
		var other map[string]any
		_ = json.Unmarshal(encoded(s.user(ordinaryID)), &other) // it came from JSON
		other["id"], other["userPrincipalName"] = id, a.name
		u["userPrincipalName"] = "old-" + a.name
		file["users"] = append(users, other)
	})
	s.declared(p.who)
}

// leaves takes an account out of the configuration or out of the group, or puts it back.
func (s *storm) leaves(p happening) {
	s.away[p.who] = !s.away[p.who]
	if s.who(p).grouped {
		members := []string{}
		if !s.away[p.who] {
			members = append(members, s.who(p).id)
		}
		s.members(members...)
	} else {
		s.configure()
		s.start() // a new setting makes a new process
	}
	s.declared(p.who)
}

// declared tells the oracle whether an account is declared, and has its name.
func (s *storm) declared(who int) {
	a := s.oracle.accounts[who]
	gone := s.away[who] || s.user(a.id)["userPrincipalName"] != a.name
	switch {
	case gone && !a.gone:
		s.oracle.leaves(a)
	case !gone && a.gone:
		s.oracle.returns(a)
	}
}

func readFaultOf(p happening) readFault {
	all := readFaults()
	f := all[p.n%len(all)]
	f.status = []int{http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusForbidden, http.StatusNotFound}[p.n/len(all)%4]
	f.runs = 1 + p.who%2
	return f
}

func (s *storm) failsReads(p happening) { s.reads = readFaultOf(p) }

func (s *storm) breaksLane(p happening) {
	l := s.lanes[0]
	if p.who%2 == 1 {
		l = s.lanes[len(s.lanes)-1]
	}
	l.breaks(laneFaults()[p.n%len(laneFaults())])
}

func (s *storm) mends() {
	for _, l := range s.lanes {
		l.breaks(laneFault{})
	}
}

// remembered changes the memory as the command line does, between two runs; nothing is
// changed before the first.
func (s *storm) remembered(change func(*alert.Memory)) bool {
	store := state.NewDir(s.State)
	kept := &watch.State{Key: stormKey, Store: store, Now: s.truly}
	if _, _, err := store.Load(context.Background(), stormKey); err != nil {
		return false
	}
	if err := kept.Update(context.Background(), func(m *alert.Memory) error { change(m); return nil }); err != nil {
		s.t.Fatal(err)
	}
	return true
}

// drills announces a drill of two hours, or ends the one that is announced.
func (s *storm) drills(p happening) {
	a, at := s.who(p), s.truly()
	s.remembered(func(m *alert.Memory) {
		if at.Before(a.drill.to) {
			for i := range m.Activity.Drills {
				if d := &m.Activity.Drills[i]; strings.EqualFold(d.Account, a.name) && d.To.After(at) {
					d.To = at
				}
			}
			a.drill.to = at
			return
		}
		a.drill = drillSeen{from: at, to: at.Add(2 * time.Hour)}
		m.Activity.Drills = append(m.Activity.Drills, checks.Drill{Account: a.name, From: at, To: a.drill.to, By: "k.sato"})
	})
}

// explains says of all that was done with an account what it was.
func (s *storm) explains(p happening) {
	a, at := s.who(p), s.truly()
	s.remembered(func(m *alert.Memory) {
		m.Activity.Acknowledged = append(m.Activity.Acknowledged, checks.Acknowledgement{
			Account: a.id, Until: at, As: checks.ExplainedMisuse, By: "k.sato", Reason: "it is known", At: at,
		})
		s.oracle.explained(a)
	})
}
