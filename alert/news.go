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
	// slowest is longer than any look takes: a watermark that lies further ahead of one is from a
	// clock that was wrong.
	slowest = time.Hour
	// restless is how old a watermark may grow in quiet times.
	restless = time.Hour
)

// ReadFrom is since when the logs are to be read at a time: since the last full run, or since
// they were read as a whole if that is longer ago. A look may have been made under a clock that
// was ahead, so where the last one ended is not relied on.
func (m *Memory) ReadFrom(now time.Time) time.Time {
	read := m.Watch.Until
	if m.Report != nil && m.Report.CheckedAt.Before(read) {
		read = m.Report.CheckedAt
	}
	from, earliest := read.Add(-overlap), now.Add(-longest)
	if from.Before(earliest) || read.After(now) { // a clock was wrong: when they were read is not known
		return earliest
	}
	return from
}

// Stale reports whether the watermark should be kept anew although nothing happened: it
// has grown old, or a log was left unread for the first time.
func (w Watermark) Stale(now time.Time, partial bool) bool {
	if partial {
		return w.Unread.IsZero()
	}
	return now.Sub(w.Until) >= restless
}

// Partial reports whether a log that was asked for was left unread, as a whole or for one
// account or group: what happened meanwhile may be there. A log that the tenant has no
// licence for is none to come back for, and of failed sign-ins without end the ones that
// were read say all that there is to tell.
func Partial(logs tenant.Snapshot) bool {
	left := func(err error) bool {
		_, unlicensed := tenant.NoLicence(err)
		return err != nil && !unlicensed
	}
	_, signIns := logs.SignIns.Get()
	_, audits := logs.DirectoryAudits.Get()
	if left(signIns) || left(audits) {
		return true
	}
	for key, reason := range logs.Unreadable {
		log := key[strings.LastIndex(key, "/")+1:]
		asked := !tenant.NotCollected(&reason)
		if (log == "signIns" || log == "directoryAudits") && asked && left(&reason) {
			return true
		}
	}
	return false
}

// Recovered reports whether a full run is due when the logs can be read again. After a
// full run that could not read them itself it is not so at once: that one reads further
// back than a look does, and may be refused again.
func (m *Memory) Recovered(now time.Time) bool {
	since := m.Watch.Unread
	return !since.IsZero() && m.Report != nil && (since.After(m.Report.CheckedAt) || now.Sub(m.Report.CheckedAt) >= restless)
}

// News are the entries of the logs that nobody has seen: each makes a full run worth its
// while, once. Of failed sign-ins those are the first of a day, the first that is worse than
// those, and the one from which activity-attempts calls them many.
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
		severity, failed := checks.Attempt(s)
		if !failed {
			continue
		}
		user, _ := s.UserID.Get() // attempts on nobody known are counted together
		attempt := fmt.Sprintf("attempt/%s/%s", strings.ToLower(user), when(s).UTC().Format(time.DateOnly))
		if severity > checks.Medium {
			see(attempt + "/" + severity.String())
		} else {
			see(attempt)
		}
		if attempts[attempt]++; attempts[attempt] == checks.ManyAttempts {
			see(attempt + "/many")
		}
	}
	audits, _ := logs.DirectoryAudits.Get()
	for _, a := range audits {
		see(a.ID)
	}
	return news
}

// SawNews notes entries that a run has taken care of, in logs that were read at a time. It
// moves the watermark, also back from a time that a wrong clock gave, unless one of them was
// left unread: then the next look reads from where this one did.
func (m *Memory) SawNews(news []string, now time.Time, partial bool) {
	if m.Watch.Seen == nil && len(news) > 0 {
		m.Watch.Seen = map[string]time.Time{}
	}
	for _, id := range news {
		m.Watch.Seen[id] = now
	}
	switch {
	case !partial && (now.After(m.Watch.Until) || m.Watch.Until.Sub(now) > slowest):
		m.Watch.Until = now
	case partial && m.Watch.Unread.IsZero():
		m.Watch.Unread = now
	}
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
