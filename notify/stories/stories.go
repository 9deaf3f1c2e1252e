// Package stories holds what happens to a made-up tenant, for tests: what each message that is
// kept as an example tells. Whatever words or posts messages is tried with them.
package stories

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/signin"
	"breakglass/text"
)

// The emergency accounts.
const (
	EA01 = "ea01@contoso.onmicrosoft.com"
	EA02 = "ea02@contoso.onmicrosoft.com"
)

// Looked are the checks in these messages: some, so that a new check changes no message here.
func Looked() []string {
	return []string{
		"account-count", "account-exists", "account-enabled", "account-cloud-only", "account-onmicrosoft", "account-domain-managed",
		"role-global-admin", "role-permanent", "method-phishing-resistant", "method-usable", "method-no-phone", "policy-excluded",
		"mfa-ready", "drill-recent",
	}
}

// ReportOf is a report on Contoso in which each of those checks passes for both
// accounts, except as changed.
func ReportOf(at time.Time, change ...func(*checks.Report)) checks.Report {
	r := checks.Report{
		Schema:    checks.Schema,
		Tenant:    checks.Tenant{ID: "cccccccc-0000-4000-8000-" + fmt.Sprintf("%012d", 1), DisplayName: "Contoso Ltd", DefaultDomain: "contoso.onmicrosoft.com"},
		CheckedAt: at,
	}
	for _, id := range Looked() {
		c := Check(id)
		subjects := []checks.Subject{User("1", EA01), User("2", EA02)}
		if c.ID == "account-count" {
			subjects = []checks.Subject{{Type: checks.SubjectTenant, ID: r.Tenant.ID, Name: "Contoso Ltd"}}
		}
		for _, s := range subjects {
			r.Results = append(r.Results, Result(c, s, checks.Pass, c.Title+"."))
		}
	}
	for _, f := range change {
		f(&r)
	}
	r.Summary = checks.Summary{}
	for _, result := range r.Results {
		switch result.Status {
		case checks.Pass:
			r.Summary.Pass++
		case checks.Fail:
			r.Summary.Fail++
		case checks.NotApplicable:
			r.Summary.NotApplicable++
		case checks.Unknown:
			r.Summary.Unknown++
		}
	}
	return r
}

// User is an account.
func User(n, name string) checks.Subject {
	return checks.Subject{Type: checks.SubjectUser, ID: "aaaaaaaa-0000-4000-8000-" + fmt.Sprintf("%012s", n), Name: name}
}

// Result is what a check says of a subject.
func Result(c checks.Check, s checks.Subject, status checks.Status, reason string) checks.Result {
	r := checks.Result{
		Check: c.ID, Status: status, Severity: c.Severity, Subject: s, Title: c.Title, Reason: reason,
		References: c.References, Evidence: checks.Evidence{"what": {reason}},
	}
	if status.Open() {
		r.Remediation = c.Remediation
	}
	if status == checks.Unknown {
		r.Remediation = "Let the watcher read what it could not, then look again. If the check fails then: " + c.Remediation
	}
	return r
}

// Check finds a check by its ID.
func Check(id string) checks.Check {
	all := checks.All()
	return all[slices.IndexFunc(all, func(c checks.Check) bool { return c.ID == id })]
}

// Set changes the results of one check for one subject, or for all if it is empty.
func Set(id, subject string, status checks.Status, reason string) func(*checks.Report) {
	return func(r *checks.Report) {
		for i, old := range r.Results {
			if old.Check == id && (subject == "" || old.Subject.Name == subject) {
				r.Results[i] = Result(Check(id), old.Subject, status, reason)
			}
		}
	}
}

// Severe gives the failing results of one check another severity.
func Severe(id string, s checks.Severity) func(*checks.Report) {
	return func(r *checks.Report) {
		for i := range r.Results {
			if r.Results[i].Check == id && r.Results[i].Status == checks.Fail {
				r.Results[i].Severity = s
			}
		}
	}
}

// Yesterday is when the first report of a story is made.
func Yesterday() time.Time { return time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC) }

// Today is when the second one is made.
func Today() time.Time { return time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC) }

// Reasons, as checks give them.
const (
	Restricted = "Passkey “YubiKey 5 NFC, safe A”: the key restrictions of passkey profile “Administrators” do not allow its AAGUID 2fc0579f-8113-47ea-b116-bb5a8db9202a."
	NotGranted = "The sign-in log: the permission AuditLog.Read.All is missing, or the object is protected (403 Authorization_RequestDenied)."
	Throttled  = "The Conditional Access policies: Microsoft Graph failed (503 serviceUnavailable)."
	Included   = "A policy can apply to the account: “CA012 – Block device code flow” (through all users) demands block."
	NoDrill    = "The last successful sign-in was on 2026-07-19."
	Custom     = "The account's domain is contoso.com."
)

// HostileText is what an attacker would call things.
const HostileText = "<!channel> <https://evil.example|Learn more> [Click](https://evil.example) *b* `c` ![x](https://evil.example/x.png) " +
	"{{DATE(2026-01-01,SHORT)}} {{{TIME(x)}}} <at>all</at> &amp; \u202Etxet\u2066\u200B\x1b[31m\r\n# Z̸̢̛͍͙̈́̈́̀algo 👩‍👩‍👧"

// Forecast adds who could sign in: two emergency accounts with a key each, and three
// regular administrators. Keys names the accounts whose key works.
func Forecast(keys ...string) func(*checks.Report) {
	return func(r *checks.Report) {
		path := func(needs ...string) signin.Path {
			return signin.Path{Method: "fido2", Needs: append([]string{"entra-authentication"}, needs...)}
		}
		s := checks.Survival{Components: []checks.Component{
			{ID: "entra-authentication", Name: "Microsoft Entra authentication", Kind: "service"},
			{ID: "entra-mfa", Name: "Microsoft's MFA service", Kind: "service"},
			{ID: "phone-carrier", Name: "Phone network", Kind: "service"},
			{ID: "pim", Name: "Privileged Identity Management", Kind: "service"},
			{ID: "key:1", Name: "YubiKey A", Kind: "key"},
			{ID: "place:safe", Name: "safe-tokyo", Kind: "place"},
			{ID: "phone:x", Name: "Phone of admin@contoso.com", Kind: "phone"},
			{ID: "device:managed", Name: "Managed devices", Kind: "device"},
		}}
		for i, name := range []string{EA01, EA02, "a", "b", "c"} {
			who := checks.Survivor{ID: name, Name: name, Emergency: i < 2}
			switch {
			case i < 2 && slices.Contains(keys, name):
				who.Paths = []signin.Path{path("key:"+name, "place:safe")}
			case i == 2:
				who.Paths = []signin.Path{path("entra-mfa", "device:managed"), path("entra-mfa", "phone-carrier", "phone:x")}
			case i > 2:
				who.Paths = []signin.Path{path("entra-mfa", "device:managed", "pim")}
			}
			s.Administrators = append(s.Administrators, who)
		}
		able := append([]string{}, keys...) // a list, as every outage has one
		s.AnyDevice.CanSignIn, s.PoliciesBlock.CanSignIn = able, able
		r.Survival = &s
	}
}

// A Story is a message's input.
type Story struct {
	Name          string
	Before, After checks.Report
	Alarm         bool // it is not the daily run that tells
	Touched       []alert.Touch
	Late          bool // the first report could not be sent
}

// Entry is what a channel is told of the second report that knows of the first.
func (s Story) Entry() alert.Entry {
	m := alert.NewMemory("contoso")
	p := alert.Policy{Channels: []alert.Channel{{Name: "x"}}, Heartbeat: alert.Daily}
	if s.Before.Schema != "" {
		m.Advance(alert.Look{Report: s.Before}, p)
		key := m.Channels["x"].Queue[0].Key
		if s.Late {
			m.Begin("x", key, s.Before.CheckedAt)
			m.Refused("x", key, s.Before.CheckedAt, alert.Refusal{Reason: "404 WorkflowNotFound", Permanent: true})
		} else {
			m.Sent("x", key, s.Before.CheckedAt, alert.Sent{}, true)
		}
	}
	for _, t := range s.Touched {
		m.Touch(t)
	}
	m.Advance(alert.Look{Report: s.After, Scheduled: !s.Alarm}, p)
	return m.Channels["x"].Queue[0]
}

// SignedIn adds what the log says of the second account.
func SignedIn(status checks.Status, reason string) func(*checks.Report) {
	return func(r *checks.Report) {
		r.Results = append(r.Results, Result(Check("activity-sign-in"), User("2", EA02), status, reason))
	}
}

// unusable is how the store begins to say why a memory cannot be used.
func unusable() text.Text { return text.New("what is remembered cannot be used") }

// All are the messages whose looks are kept in testdata.
func All() []Story {
	open := []func(*checks.Report){
		Set("policy-excluded", EA02, checks.Fail, Included),
		Set("drill-recent", EA02, checks.Fail, NoDrill),
		Set("account-onmicrosoft", EA01, checks.Fail, Custom), Severe("account-onmicrosoft", checks.Low),
	}
	with := func(more ...func(*checks.Report)) []func(*checks.Report) { return slices.Concat(open, more) }
	return []Story{
		{Name: "first", After: ReportOf(Today(), with(
			Set("method-usable", EA01, checks.Fail, Restricted),
			Set("policy-excluded", "", checks.Fail, Included),
			Set("account-count", "", checks.Fail, "Only one emergency account exists and is enabled."),
			Set("drill-recent", "", checks.Unknown, NotGranted), Forecast(EA02))...)},
		{Name: "daily", Before: ReportOf(Yesterday(), with(
			Set("role-permanent", EA02, checks.Fail, "The role Global Administrator is eligible, not active."),
			Set("account-count", "", checks.Fail, "Only one emergency account exists and is enabled."), Forecast(EA01, EA02))...),
			After: ReportOf(Today(), with(
				Set("method-usable", EA01, checks.Fail, Restricted),
				Set("account-count", "", checks.Fail, "No emergency account exists and is enabled."), Severe("account-count", checks.Critical), Forecast(EA02))...)},
		{Name: "unknown", Before: ReportOf(Yesterday(), open...), After: ReportOf(Today(), with(
			Set("drill-recent", "", checks.Unknown, NotGranted),
			Set("policy-excluded", "", checks.Unknown, Throttled),
			Set("mfa-ready", "", checks.Unknown, Throttled))...)},
		{Name: "heartbeat", Before: ReportOf(Yesterday(), with(Forecast(EA02))...), After: ReportOf(Today(), with(Forecast(EA02))...)},
		{Name: "flood", Before: ReportOf(Yesterday()), After: ReportOf(Today(), Flood)},
		{Name: "hostile", Before: ReportOf(Yesterday()), After: ReportOf(Today(), HostileNames)},
		{Name: "alarm", Before: ReportOf(Yesterday(), with(SignedIn(checks.Pass, "No sign-in is in the log since 2026-10-24."))...), Alarm: true,
			After: ReportOf(Today(), with(SignedIn(checks.Fail, "Somebody signed in on 2026-11-23 05:52 UTC with Passkey (device-bound) at “Azure Portal”."))...)},
		{Name: "deleted", After: ReportOf(Today(), with(Forecast(EA02))...), Alarm: true,
			Touched: []alert.Touch{{How: alert.Deleted, At: Today(), Lost: true, Last: Yesterday()}}},
		{Name: "touched", Before: ReportOf(Yesterday(), with(Forecast(EA02))...), After: ReportOf(Today(), with(Forecast(EA02))...), Alarm: true, Touched: []alert.Touch{
			{How: alert.Older, At: Today(), Lost: true, Back: Yesterday().AddDate(0, 0, -30), Last: Yesterday()},
			alert.Touch{How: alert.Spoiled, At: Today()}.Because(text.New("%s: its schema is %.40q, expected %q", unusable(), "<!channel>", "breakglass.memory/v2")),
			alert.Touch{How: alert.Unattested, At: Today()}.Because(text.New("%s: it is broken or cut off: %s", unusable(), errors.New("unexpected end of JSON input"))),
			{How: alert.Foreign, At: Today(), Strange: []alert.Strange{
				{What: alert.StrangeDrill, Of: HostileText, Until: Today().AddDate(70, 0, 0)},
				{What: alert.StrangeExplanation, Of: User("1", EA01).ID, Until: Today().AddDate(70, 0, 0)},
				{What: alert.StrangeSnooze, Of: "policy-excluded", Until: Today().AddDate(1, 0, 0)},
				{What: alert.StrangeUse, Of: EA02, Until: Today()}, {What: alert.StrangeCount}, {What: alert.StrangeCount},
			}},
		}},
		{Name: "late", Before: ReportOf(Yesterday(), with(SignedIn(checks.Pass, "No sign-in is in the log since 2026-10-24."), Set("method-usable", EA01, checks.Fail, Restricted))...), Alarm: true, Late: true,
			After: ReportOf(Today(), with(Used(4), Set("method-usable", EA01, checks.Fail, Restricted), Set("account-enabled", EA02, checks.Fail, "The account is disabled."))...)},
	}
}

// Used adds that somebody used the second account several times, of which the reason names
// three.
func Used(times int) func(*checks.Report) {
	return func(r *checks.Report) {
		SignedIn(checks.Fail, "")(r)
		last := &r.Results[len(r.Results)-1]
		var words []string
		for i := range times {
			text := fmt.Sprintf("on 2026-11-23 05:%02d UTC with Passkey (device-bound) at “Azure Portal”, from the address 203.0.113.%d", 52-9*i, 7+i)
			last.Happened = append(last.Happened, checks.Happening{ID: fmt.Sprint(i), Text: text})
			if i < 3 {
				words = append(words, text)
			}
		}
		last.Reason = fmt.Sprintf("Somebody signed in %s; and %d times before that.", strings.Join(words, "; "), times-3)
	}
}

// Flood makes 300 results of 20 accounts fail, each for a reason of its own.
func Flood(r *checks.Report) {
	Forecast()(r)
	r.Results = nil
	for i, id := range slices.Repeat(Looked(), 2)[:15] {
		c := Check(id)
		c.ID = fmt.Sprintf("%s-%d", c.ID, i/14)
		for n := range 20 {
			account := User(fmt.Sprint(n), fmt.Sprintf("emergency-access-%02d@contoso.onmicrosoft.com", n))
			r.Results = append(r.Results, Result(c, account, checks.Fail, fmt.Sprintf("Finding %d of account %d: %s", i, n, Restricted)))
		}
	}
}

// HostileNames lets strangers have named everything that can be named.
func HostileNames(r *checks.Report) {
	r.Tenant.DisplayName = HostileText
	Forecast(EA01, EA02)(r)
	for i := range r.Survival.Components {
		r.Survival.Components[i].Name = HostileText
	}
	for i := range r.Results[:8] {
		old := r.Results[i]
		old.Subject.Name = HostileText
		old.Subject.Type = checks.SubjectUser
		r.Results[i] = Result(Check(old.Check), old.Subject, checks.Fail, "The policy “"+strings.Repeat(HostileText, 9)+"” applies.")
	}
	for i := range r.Results[8:12] {
		r.Results[8+i].Status, r.Results[8+i].Reason = checks.Unknown, HostileText
	}
}

// Of is the story of that name. A test asks for one that there is.
func Of(name string) Story {
	all := All()
	return all[slices.IndexFunc(all, func(s Story) bool { return s.Name == name })]
}

// Enormous makes 120 checks of as many names come out alike: several times what a message holds.
func Enormous(name string, status checks.Status) func(*checks.Report) {
	return func(r *checks.Report) {
		r.Tenant.DisplayName, r.Tenant.DefaultDomain = name, name
		r.Results = nil
		for i := range 120 {
			c := Check("account-exists")
			c.ID, c.Title, c.Remediation = fmt.Sprintf("%d-%s", i, name), name, name
			r.Results = append(r.Results, Result(c, User(fmt.Sprint(i), fmt.Sprint(i)+name), status, fmt.Sprint(i)+name))
		}
	}
}

// Little makes as many results fail as there is room for blocks, with little to say.
func Little(r *checks.Report) {
	r.Results = nil
	for i := range 25 {
		r.Results = append(r.Results, checks.Result{Check: fmt.Sprint(i), Status: checks.Fail, Reason: "x", Severity: checks.Low})
	}
}

// Large are the stories that no message holds whole, with names of many kinds.
func Large() []Story {
	all := []Story{{Name: "many little ones", Before: ReportOf(Yesterday()), After: ReportOf(Today(), Little)}}
	for _, name := range []string{strings.Repeat("緊急", 250), strings.Repeat("\"\\", 250), strings.Repeat("👩🏽", 250), HostileText + strings.Repeat("<&>", 250)} {
		all = append(all,
			Story{Name: fmt.Sprintf("%.12q fails", name), Before: ReportOf(Yesterday()), After: ReportOf(Today(), Enormous(name, checks.Fail))},
			Story{Name: fmt.Sprintf("%.12q, first, unknown", name), After: ReportOf(Today(), Enormous(name, checks.Unknown))})
	}
	return all
}
