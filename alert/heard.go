package alert

import (
	"maps"
	"slices"
	"strings"

	"breakglass/checks"
)

// Explain completes an explanation with what people had been told of the account by now:
// it covers nothing else. It returns how many of the remembered sign-ins it covers.
func (m *Memory) Explain(a checks.Acknowledgement) (checks.Acknowledgement, int) {
	a.Listed, a.Told, a.Attempts = true, nil, nil
	for i := range m.Findings {
		f := &m.Findings[i]
		if !strings.EqualFold(f.Key.Subject, a.Account) || checks.ByID(f.Key.Check).Tells == checks.NoDeed {
			continue
		}
		unheard := m.unheard(f.Key)
		told := events(f.Result)
		if f.Blind != nil {
			told = append(told, f.Blind.Heard...)
		}
		a.Told = append(a.Told, slices.DeleteFunc(told, func(e string) bool { return slices.Contains(unheard, e) })...)
		if checks.ByID(f.Key.Check).Tells == checks.Attempted && len(unheard) == 0 {
			a.Attempts = maps.Clone(m.Activity.Attempts[strings.ToLower(a.Account)])
		}
	}
	slices.Sort(a.Told)
	a.Told = slices.Compact(a.Told)
	covered := 0
	for _, s := range m.Activity.SignIns {
		user, _ := s.UserID.Get() // without it, it is nobody's
		at, err := s.CreatedDateTime.Get()
		if err == nil && strings.EqualFold(user, a.Account) && !at.After(a.Until) && slices.Contains(a.Told, s.ID) {
			covered++
		}
	}
	return a, covered
}

// events are the sign-ins and changes that a result tells of.
func events(r checks.Result) []string {
	return slices.Concat(r.Evidence["signIns"], r.Evidence["events"])
}

// unheard are the events of a finding that no regular channel has taken yet: they wait in
// each of them.
func (m *Memory) unheard(k checks.Key) []string {
	var everywhere []string
	first := true
	for _, b := range m.Channels {
		if b.Escalation {
			continue
		}
		waits := b.waits(k)
		if !first {
			waits = slices.DeleteFunc(waits, func(e string) bool { return !slices.Contains(everywhere, e) })
		}
		everywhere, first = waits, false
	}
	return everywhere
}

// waits are the events of a finding that a channel was not told of yet.
func (b *Box) waits(k checks.Key) []string {
	var all []string
	for _, entry := range b.Queue {
		if entry.Posted > 0 {
			continue
		}
		for _, e := range entry.Digest.Events {
			if e.Key == k {
				before := events(e.Before)
				all = append(all, slices.DeleteFunc(events(e.Now), func(id string) bool { return slices.Contains(before, id) })...)
			}
		}
	}
	return all
}
