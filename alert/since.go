package alert

import (
	"slices"

	"breakglass/checks"
)

// Since compares a report with one of before, as the memory compares it with what it
// remembers; the zero Report if there was none. Losing sight of a problem is a change and
// never good news. On the first report every failing result is in Open and every unknown one
// in Blind.
//
// A pass counts at once, whatever the check: there are only the two reports.
func Since(before, now checks.Report) checks.Changes {
	c := checks.Changes{First: before.Schema == "", Survival: before.Survival}
	m := NewMemory(before.Tenant.ID)
	m.Accounts = slices.Concat(before.Accounts, now.Accounts) // by these an account is the same by another name
	if !c.First {
		m.compare(before)
	}
	told := map[checks.Key]bool{}
	o := m.compare(now)
	for _, e := range o.events {
		told[e.Key] = true
		change := checks.Change{Before: e.Before, Now: e.Now}
		switch e.Kind {
		case New, CameBack:
			c.New = append(c.New, e.Now)
		case Worse:
			c.Worse = append(c.Worse, change)
		case Changed:
			c.Changed = append(c.Changed, change)
		case Lost:
			c.NotChecked = append(c.NotChecked, change)
		case Resolved, Restored:
			c.Resolved = append(c.Resolved, change)
		case Dropped:
			c.Dropped = append(c.Dropped, change)
		case Baseline:
			delete(told, e.Key) // it stands
		default:
		}
	}
	for _, r := range now.Results {
		switch {
		case told[r.Key(o.ids)] || !r.Status.Open():
		case r.Status == checks.Fail:
			c.Open = append(c.Open, r)
		default:
			c.Blind = append(c.Blind, r)
		}
	}
	return c
}

// compare takes a report into a memory that nobody keeps.
func (m *Memory) compare(r checks.Report) *observation {
	o := m.observe(Look{Report: r}, Policy{})
	o.checks = nil // no pass waits to be seen again
	o.results()
	o.gone()
	m.Report = &r
	return o
}
