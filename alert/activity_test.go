package alert

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

// signIn is one of an account; code 0 is a success.
func signIn(id, user string, at time.Time, code int) tenant.SignIn {
	return signInFrom("203.0.113.5", "Passkey (device-bound)", tenant.SignIn{ID: id, UserID: tenant.Known(user), CreatedDateTime: tenant.Known(tenant.Time{Time: at}), Status: tenant.Known(&tenant.SignInStatus{ErrorCode: tenant.Known(&code)})})
}

// signInFrom says from where a sign-in came, and with what.
func signInFrom(address, method string, s tenant.SignIn) tenant.SignIn {
	application, yes := "Azure Portal", true
	s.AppDisplayName, s.IPAddress, s.IsInteractive = tenant.Known(&application), tenant.Known(&address), tenant.Known(&yes)
	s.AuthenticationDetails = tenant.Known([]tenant.AuthenticationDetail{{AuthenticationMethod: tenant.Known(&method), AuthenticationMethodDetail: tenant.Known[*string](nil), Succeeded: tenant.Known(&yes)}})
	return s
}

func TestDrillDue(t *testing.T) {
	t.Parallel()
	p := everything()
	m := watched(t, p)
	last := start.Add(-70 * day)
	var days []int
	for i := 1; i < 40; i++ {
		r := report(t, start.Add(time.Duration(i)*day), nil)
		j := slices.IndexFunc(r.Results, func(x checks.Result) bool { return x.Check == "drill-recent" && x.Subject.ID == ea01 })
		r.Results[j].Evidence = checks.Evidence{"lastSuccessfulSignInDateTime": {last.Format(time.RFC3339)}}
		if i > 20 {
			r.Results[j].Status = checks.Fail
		}
		for _, e := range m.Advance(Look{Report: r, Scheduled: true}, p) {
			if e.Kind == DrillDue {
				days = append(days, i)
			}
		}
		take(m, r.CheckedAt)
	}
	if fmt.Sprint(days) != "[6 17]" {
		t.Errorf("reminded on days %v, want 14 and 3 days before", days)
	}
}

// TestSignInsAreBounded: what is remembered does not grow without end, and never loses
// the last of an account.
func TestSignInsAreBounded(t *testing.T) {
	t.Parallel()
	p := everything()
	m := watched(t, p)
	var all []tenant.SignIn
	for i := range 3 * signInsKept {
		all = append(all, signIn(fmt.Sprint(i), ea01, start.Add(time.Duration(i)*time.Minute), 0))
	}
	all = append(all, signIn("old", ea02, start.Add(-500*day), 0), signIn("nobody", "", start, 0))
	see(t, m, p, start.Add(day), all...)
	if n := len(m.Activity.SignIns); n != signInsKept+2 {
		t.Errorf("%d are remembered", n)
	}
	if m.Activity.SignIns[0].ID != fmt.Sprint(3*signInsKept-1) {
		t.Errorf("the newest is %s", m.Activity.SignIns[0].ID)
	}
}

func TestNews(t *testing.T) {
	t.Parallel()
	p := everything()
	m := watched(t, p)
	now := start.Add(day)
	logs := func(signIns []tenant.SignIn, audits ...string) tenant.Snapshot {
		s := tenant.Snapshot{SignIns: tenant.Known(signIns)}
		var all []tenant.DirectoryAudit
		for _, id := range audits {
			all = append(all, tenant.DirectoryAudit{ID: id})
		}
		s.DirectoryAudits = tenant.Known(all)
		return s
	}
	failed := func(n int) []tenant.SignIn {
		var all []tenant.SignIn
		for i := range n {
			all = append(all, signIn(fmt.Sprint("f", i), ea01, now, 50126))
		}
		return all
	}
	steps := []struct {
		logs tenant.Snapshot
		want string
	}{
		{logs(nil), "[]"},
		{logs([]tenant.SignIn{signIn("s", ea01, now, 0)}, "a"), "[s a]"},
		{logs([]tenant.SignIn{signIn("s", ea01, now, 0)}, "a"), "[]"},
		{logs(failed(1), "a", "b"), "[attempt/" + ea01 + "/2026-03-03 b]"},
		{logs(failed(9)), "[]"},
		{logs(failed(10)), "[attempt/" + ea01 + "/2026-03-03/many]"},
		{logs(failed(30)), "[]"},
		{logs(append(failed(30), signIn("r", ea01, now, 50074))), "[attempt/" + ea01 + "/2026-03-03/high]"},
		{logs(append(failed(30), signIn("r", ea01, now, 50074), signIn("b", ea01, now, 53003))), "[attempt/" + ea01 + "/2026-03-03/critical]"},
		{logs(append(failed(30), signIn("r", ea01, now, 50074), signIn("b", ea01, now, 53003), signIn("b2", ea01, now, 53000))), "[]"},
		{logs([]tenant.SignIn{signIn("i", ea02, now, 50140)}), "[]"},
		{tenant.Snapshot{}, "[]"},
	}
	for i, s := range steps {
		news := m.News(s.logs)
		if got := fmt.Sprint(news); got != s.want {
			t.Errorf("step %d: %s, want %s", i, got, s.want)
		}
		m.SawNews(news, now, false)
	}
	see(t, m, p, now, signIn("daily", ea01, now, 0))
	if got := m.News(logs([]tenant.SignIn{signIn("daily", ea01, now, 0)})); len(got) != 0 {
		t.Errorf("what the daily run saw is news: %v", got)
	}
	see(t, m, p, now.Add(20*day))
	if len(m.Watch.Seen) != 0 {
		t.Errorf("after weeks %v is kept", m.Watch.Seen)
	}
}

func TestWatermark(t *testing.T) {
	t.Parallel()
	now := start
	for name, c := range map[string]struct {
		until time.Time
		from  time.Duration
		stale bool
	}{
		"just now":   {now, -overlap, false},
		"an hour":    {now.Add(-time.Hour), -time.Hour - overlap, true},
		"a long gap": {now.Add(-60 * day), -longest, true},
		"none":       {time.Time{}, -longest, true},
	} {
		m := Memory{Watch: Watermark{Until: c.until}}
		if got := m.ReadFrom(now).Sub(now); got != c.from || m.Watch.Stale(now, false) != c.stale {
			t.Errorf("%s: from %v, stale %v", name, got, m.Watch.Stale(now, false))
		}
	}
}

// TestPartial: a log is whole only if each of its parts was read; one that needs a licence
// which the tenant does not have is none to come back for.
func TestPartial(t *testing.T) {
	t.Parallel()
	throttled, unlicensed := tenant.UnreadError{Status: 429}, tenant.UnreadError{Status: 403, Code: tenant.CodeNoP1}
	signIns, audits := tenant.Known([]tenant.SignIn{}), tenant.Known([]tenant.DirectoryAudit{})
	for name, c := range map[string]struct {
		logs tenant.Snapshot
		want bool
	}{
		"read":                   {tenant.Snapshot{SignIns: signIns, DirectoryAudits: audits}, false},
		"nothing asked":          {tenant.Snapshot{}, true},
		"sign-ins throttled":     {tenant.Snapshot{SignIns: tenant.Unread[[]tenant.SignIn](&throttled), DirectoryAudits: audits}, true},
		"audits throttled":       {tenant.Snapshot{SignIns: signIns, DirectoryAudits: tenant.Unread[[]tenant.DirectoryAudit](&throttled)}, true},
		"no licence":             {tenant.Snapshot{SignIns: tenant.Unread[[]tenant.SignIn](&unlicensed), DirectoryAudits: audits}, false},
		"no licence, and denied": {tenant.Snapshot{SignIns: tenant.Unread[[]tenant.SignIn](&unlicensed), DirectoryAudits: audits, Unreadable: map[string]tenant.UnreadError{"users/1/directoryAudits": {Status: 403, Code: tenant.CodeDenied}}}, true},
		"one account's sign-ins": {tenant.Snapshot{SignIns: signIns, DirectoryAudits: audits, Unreadable: map[string]tenant.UnreadError{"users/1/signIns": throttled}}, true},
		"one group's changes":    {tenant.Snapshot{SignIns: signIns, DirectoryAudits: audits, Unreadable: map[string]tenant.UnreadError{"groups/1/directoryAudits": throttled}}, true},
		"one whom nobody asked":  {tenant.Snapshot{SignIns: signIns, DirectoryAudits: audits, Unreadable: map[string]tenant.UnreadError{"users/1/signIns": {}, "groups/directoryAudits": {}}}, false},
		"seen before the run":    {tenant.Snapshot{SignIns: signIns, DirectoryAudits: audits, Unreadable: map[string]tenant.UnreadError{"signIns": throttled}}, true},
		"too many failed ones":   {tenant.Snapshot{SignIns: signIns, DirectoryAudits: audits, Unreadable: map[string]tenant.UnreadError{"users/1/failedSignIns": {Code: tenant.CodeTooMany}}}, false},
		"something else":         {tenant.Snapshot{SignIns: signIns, DirectoryAudits: audits, Unreadable: map[string]tenant.UnreadError{"users/1/authentication/methods": throttled}}, false},
	} {
		if got := Partial(c.logs); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestWatermarkOfAPartialLook: what could not be read is read again, from where it was
// read last, and a full run is due when it can be.
func TestWatermarkOfAPartialLook(t *testing.T) {
	t.Parallel()
	m := watched(t, everything())
	read := m.Watch.Until
	expect := func(about string, until, unread time.Time) {
		t.Helper()
		if w := m.Watch; !w.Until.Equal(until) || !w.Unread.Equal(unread) {
			t.Errorf("%s: until %v, unread since %v", about, w.Until, w.Unread)
		}
	}
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	if m.Recovered(at(5)) || !m.Watch.Stale(at(5), true) {
		t.Errorf("before anything failed: %+v", m.Watch)
	}
	m.SawNews([]string{"a"}, at(5), true)
	expect("a partial look", read, at(5))
	m.SawNews(nil, at(120), true)
	expect("another", read, at(5))
	if !m.Recovered(at(125)) || m.Watch.Stale(at(125), true) {
		t.Errorf("after them: %+v", m.Watch)
	}
	m.Advance(Look{Report: report(t, at(125), nil), Partial: true}, everything())
	expect("a full run that was refused too", read, at(5))
	if m.Recovered(at(130)) || !m.Recovered(at(185)) {
		t.Error("a full run that was refused is repeated at once, or never")
	}
	m.SawNews(nil, at(130), false)
	expect("a look that was whole", at(130), at(5))
	m.SawNews(nil, at(100), false)
	expect("one that took longer", at(130), at(5))
	m.Advance(Look{Report: report(t, at(185), nil)}, everything())
	expect("a full run", at(185), time.Time{})
	m.Advance(Look{Report: report(t, at(190), nil), Partial: true}, everything())
	expect("a full run that was refused first", at(185), at(190))
}

func TestTargets(t *testing.T) {
	t.Parallel()
	p := everything()
	m := watched(t, p)
	r := report(t, start.Add(day), nil)
	r.Results = append(r.Results, checks.Result{Check: "policy-group-protected", Status: checks.Pass, Subject: checks.Subject{Type: checks.SubjectGroup, ID: "g"}})
	m.Advance(Look{Report: r}, p)
	r = report(t, start.Add(2*day), nil)
	r.Results = append(r.Results, checks.Result{Check: "policy-group-protected", Status: checks.Unknown, Subject: checks.Subject{Type: checks.SubjectTenant}})
	m.Advance(Look{Report: r}, p)
	if fmt.Sprint(m.Watch.Targets) != "[g]" {
		t.Errorf("when groups cannot be read, %v are watched", m.Watch.Targets)
	}
	m.Advance(Look{Report: report(t, start.Add(3*day), nil)}, p)
	if len(m.Watch.Targets) != 0 {
		t.Errorf("without groups %v are watched", m.Watch.Targets)
	}
}
