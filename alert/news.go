package alert

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

const (
	// overlap is how far before its watermark the logs are read, for what arrives late.
	// What comes later still, the daily run finds.
	// https://learn.microsoft.com/entra/identity/monitoring-health/reference-log-latency
	overlap = 2 * time.Hour
	// longest is how far back a watch reads: the log of a tenant without a licence.
	longest = 7 * day
	// restless is how old a watermark may grow in quiet times.
	restless = time.Hour
	// many is how many attempts in a day are worse than some, as activity-attempts has it.
	many = 10
)

// ReadFrom is since when the logs are to be read at a time.
func (w Watermark) ReadFrom(now time.Time) time.Time {
	from := w.Until.Add(-overlap)
	if earliest := now.Add(-longest); from.Before(earliest) {
		return earliest
	}
	return from
}

// Stale reports whether the watermark should be moved although nothing happened.
func (w Watermark) Stale(now time.Time) bool { return now.Sub(w.Until) >= restless }

// News are the entries of the logs that nobody has seen: each makes a full run worth its
// while, once. Of failed sign-ins those are the first of a day, and the tenth.
func (m *Memory) News(logs tenant.Snapshot) []string {
	known := map[string]bool{}
	for _, s := range m.Activity.SignIns {
		known[s.ID] = true
	}
	for id := range m.Watch.Seen {
		known[id] = true
	}
	var news []string
	see := func(id string) {
		if !known[id] {
			known[id] = true
			news = append(news, id)
		}
	}
	attempts := map[string]int{}
	signIns, _ := logs.SignIns.Get() // what was not read is for the full run to say
	for _, s := range signIns {
		if checks.Succeeded(s) {
			see(s.ID)
			continue
		}
		user, _ := s.UserID.Get() // attempts on nobody known are counted together
		attempt := fmt.Sprintf("attempt/%s/%s", strings.ToLower(user), when(s).UTC().Format(time.DateOnly))
		see(attempt)
		if attempts[attempt]++; attempts[attempt] == many {
			see(attempt + "/many")
		}
	}
	audits, _ := logs.DirectoryAudits.Get()
	for _, a := range audits {
		see(a.ID)
	}
	return news
}

// SawNews moves the watermark, past entries that a run has taken care of.
func (m *Memory) SawNews(news []string, now time.Time) {
	if m.Watch.Seen == nil && len(news) > 0 {
		m.Watch.Seen = map[string]time.Time{}
	}
	for _, id := range news {
		m.Watch.Seen[id] = now
	}
	m.Watch.Until = now
}

// Due reports whether a channel is to be told something now.
func (m *Memory) Due(now time.Time) bool {
	for _, b := range m.Channels {
		if b.Due(now) != nil {
			return true
		}
	}
	return false
}

// Explained reports whether somebody explained something since the last report, so that
// what was open may be closed.
func (m *Memory) Explained() bool {
	return m.Report != nil && slices.ContainsFunc(m.Activity.Acknowledged, func(a checks.Acknowledgement) bool {
		return !a.At.Before(m.Report.CheckedAt.Truncate(time.Second)) // it is kept in whole seconds
	})
}

// Retry lets what a channel refused be sent at once where waiting does not help: somebody
// may have put the configuration right meanwhile.
func (m *Memory) Retry() {
	for _, b := range m.Channels {
		if b.Failure != nil && b.Failure.Permanent && len(b.Queue) > 0 {
			b.Queue[0].NotBefore = time.Time{}
		}
	}
}
