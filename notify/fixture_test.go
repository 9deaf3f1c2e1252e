package notify

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/signin"
	"breakglass/text"
)

const (
	ea01 = "ea01@contoso.onmicrosoft.com"
	ea02 = "ea02@contoso.onmicrosoft.com"
)

// unusable is how the store begins to say why a memory cannot be used.
var unusable = text.New("what is remembered cannot be used")

// looked are the checks in these messages: some, so that a new check changes no message here.
var looked = []string{
	"account-count", "account-exists", "account-enabled", "account-cloud-only", "account-onmicrosoft", "account-domain-managed",
	"role-global-admin", "role-permanent", "method-phishing-resistant", "method-usable", "method-no-phone", "policy-excluded",
	"mfa-ready", "drill-recent",
}

// reportOf is a report on Contoso in which each of those checks passes for both
// accounts, except as changed.
func reportOf(at time.Time, change ...func(*checks.Report)) checks.Report {
	r := checks.Report{
		Schema:    checks.Schema,
		Tenant:    checks.Tenant{ID: "cccccccc-0000-4000-8000-000000000001", DisplayName: "Contoso Ltd", DefaultDomain: "contoso.onmicrosoft.com"},
		CheckedAt: at,
	}
	for _, id := range looked {
		c := check(id)
		subjects := []checks.Subject{user("1", ea01), user("2", ea02)}
		if c.ID == "account-count" {
			subjects = []checks.Subject{{Type: checks.SubjectTenant, ID: r.Tenant.ID, Name: "Contoso Ltd"}}
		}
		for _, s := range subjects {
			r.Results = append(r.Results, result(c, s, checks.Pass, c.Title+"."))
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

func user(n, name string) checks.Subject {
	return checks.Subject{Type: checks.SubjectUser, ID: "aaaaaaaa-0000-4000-8000-" + fmt.Sprintf("%012s", n), Name: name}
}

func result(c checks.Check, s checks.Subject, status checks.Status, reason string) checks.Result {
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

// check finds a check by its ID.
func check(id string) checks.Check {
	all := checks.All()
	return all[slices.IndexFunc(all, func(c checks.Check) bool { return c.ID == id })]
}

// set changes the results of one check for one subject, or for all if it is empty.
func set(id, subject string, status checks.Status, reason string) func(*checks.Report) {
	return func(r *checks.Report) {
		for i, old := range r.Results {
			if old.Check == id && (subject == "" || old.Subject.Name == subject) {
				r.Results[i] = result(check(id), old.Subject, status, reason)
			}
		}
	}
}

// severe gives the failing results of one check another severity.
func severe(id string, s checks.Severity) func(*checks.Report) {
	return func(r *checks.Report) {
		for i := range r.Results {
			if r.Results[i].Check == id && r.Results[i].Status == checks.Fail {
				r.Results[i].Severity = s
			}
		}
	}
}

var (
	yesterday = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	today     = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
)

const (
	restricted = "Passkey “YubiKey 5 NFC, safe A”: the key restrictions of passkey profile “Administrators” do not allow its AAGUID 2fc0579f-8113-47ea-b116-bb5a8db9202a."
	notGranted = "The sign-in log: the permission AuditLog.Read.All is missing, or the object is protected (403 Authorization_RequestDenied)."
	throttled  = "The Conditional Access policies: Microsoft Graph failed (503 serviceUnavailable)."
	included   = "A policy can apply to the account: “CA012 – Block device code flow” (through all users) demands block."
	noDrill    = "The last successful sign-in was on 2026-07-19."
	custom     = "The account's domain is contoso.com."
)

// hostileText is what an attacker would call things.
const hostileText = "<!channel> <https://evil.example|Learn more> [Click](https://evil.example) *b* `c` ![x](https://evil.example/x.png) " +
	"{{DATE(2026-01-01,SHORT)}} {{{TIME(x)}}} <at>all</at> &amp; \u202Etxet\u2066\u200B\x1b[31m\r\n# Z̸̢̛͍͙̈́̈́̀algo 👩‍👩‍👧"

// forecast adds who could sign in: two emergency accounts with a key each, and three
// regular administrators. Keys names the accounts whose key works.
func forecast(keys ...string) func(*checks.Report) {
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
		for i, name := range []string{ea01, ea02, "a", "b", "c"} {
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

// story is a message's input.
type story struct {
	name          string
	before, after checks.Report
	alarm         bool // it is not the daily run that tells
	touched       []alert.Touch
	late          bool // the first report could not be sent
}

func (s story) message() Message { return s.in("en") }

// in is the message in a language.
func (s story) in(language string) Message {
	e := s.entry()
	return Compose(e.Digest, Options{Version: "1.0.0", Key: e.Key, Language: language})
}

// entry is what a channel is told of the second report that knows of the first.
func (s story) entry() alert.Entry {
	m := alert.NewMemory("contoso")
	p := alert.Policy{Channels: []alert.Channel{{Name: "x"}}, Heartbeat: alert.Daily}
	if s.before.Schema != "" {
		m.Advance(alert.Look{Report: s.before}, p)
		key := m.Channels["x"].Queue[0].Key
		if s.late {
			m.Begin("x", key, s.before.CheckedAt)
			m.Refused("x", key, s.before.CheckedAt, alert.Refusal{Reason: "404 WorkflowNotFound", Permanent: true})
		} else {
			m.Sent("x", key, s.before.CheckedAt, alert.Sent{}, true)
		}
	}
	for _, t := range s.touched {
		m.Touch(t)
	}
	m.Advance(alert.Look{Report: s.after, Scheduled: !s.alarm}, p)
	return m.Channels["x"].Queue[0]
}

// signedIn adds what the log says of the second account.
func signedIn(status checks.Status, reason string) func(*checks.Report) {
	return func(r *checks.Report) {
		r.Results = append(r.Results, result(check("activity-sign-in"), user("2", ea02), status, reason))
	}
}

// stories are the messages whose looks are kept in testdata.
func stories() []story {
	open := []func(*checks.Report){
		set("policy-excluded", ea02, checks.Fail, included),
		set("drill-recent", ea02, checks.Fail, noDrill),
		set("account-onmicrosoft", ea01, checks.Fail, custom), severe("account-onmicrosoft", checks.Low),
	}
	with := func(more ...func(*checks.Report)) []func(*checks.Report) { return slices.Concat(open, more) }
	return []story{
		{name: "first", after: reportOf(today, with(
			set("method-usable", ea01, checks.Fail, restricted),
			set("policy-excluded", "", checks.Fail, included),
			set("account-count", "", checks.Fail, "Only one emergency account exists and is enabled."),
			set("drill-recent", "", checks.Unknown, notGranted), forecast(ea02))...)},
		{name: "daily", before: reportOf(yesterday, with(
			set("role-permanent", ea02, checks.Fail, "The role Global Administrator is eligible, not active."),
			set("account-count", "", checks.Fail, "Only one emergency account exists and is enabled."), forecast(ea01, ea02))...),
			after: reportOf(today, with(
				set("method-usable", ea01, checks.Fail, restricted),
				set("account-count", "", checks.Fail, "No emergency account exists and is enabled."), severe("account-count", checks.Critical), forecast(ea02))...)},
		{name: "unknown", before: reportOf(yesterday, open...), after: reportOf(today, with(
			set("drill-recent", "", checks.Unknown, notGranted),
			set("policy-excluded", "", checks.Unknown, throttled),
			set("mfa-ready", "", checks.Unknown, throttled))...)},
		{name: "heartbeat", before: reportOf(yesterday, with(forecast(ea02))...), after: reportOf(today, with(forecast(ea02))...)},
		{name: "flood", before: reportOf(yesterday), after: reportOf(today, flood)},
		{name: "hostile", before: reportOf(yesterday), after: reportOf(today, hostileNames)},
		{name: "alarm", before: reportOf(yesterday, with(signedIn(checks.Pass, "No sign-in is in the log since 2026-10-24."))...), alarm: true,
			after: reportOf(today, with(signedIn(checks.Fail, "Somebody signed in on 2026-11-23 05:52 UTC with Passkey (device-bound) at “Azure Portal”."))...)},
		{name: "deleted", after: reportOf(today, with(forecast(ea02))...), alarm: true,
			touched: []alert.Touch{{How: alert.Deleted, At: today, Lost: true, Last: yesterday}}},
		{name: "touched", before: reportOf(yesterday, with(forecast(ea02))...), after: reportOf(today, with(forecast(ea02))...), alarm: true, touched: []alert.Touch{
			{How: alert.Older, At: today, Lost: true, Back: yesterday.AddDate(0, 0, -30), Last: yesterday},
			alert.Touch{How: alert.Spoiled, At: today}.Because(text.New("%s: its schema is %.40q, expected %q", unusable, "<!channel>", "breakglass.memory/v2")),
			alert.Touch{How: alert.Unattested, At: today}.Because(text.New("%s: it is broken or cut off: %s", unusable, errors.New("unexpected end of JSON input"))),
			{How: alert.Foreign, At: today, Strange: []alert.Strange{
				{What: alert.StrangeDrill, Of: hostileText, Until: today.AddDate(70, 0, 0)},
				{What: alert.StrangeExplanation, Of: user("1", ea01).ID, Until: today.AddDate(70, 0, 0)},
				{What: alert.StrangeSnooze, Of: "policy-excluded", Until: today.AddDate(1, 0, 0)},
				{What: alert.StrangeUse, Of: ea02, Until: today}, {What: alert.StrangeCount}, {What: alert.StrangeCount},
			}},
		}},
		{name: "late", before: reportOf(yesterday, with(signedIn(checks.Pass, "No sign-in is in the log since 2026-10-24."), set("method-usable", ea01, checks.Fail, restricted))...), alarm: true, late: true,
			after: reportOf(today, with(used(4), set("method-usable", ea01, checks.Fail, restricted), set("account-enabled", ea02, checks.Fail, "The account is disabled."))...)},
	}
}

// used adds that somebody used the second account several times, of which the reason names
// three.
func used(times int) func(*checks.Report) {
	return func(r *checks.Report) {
		signedIn(checks.Fail, "")(r)
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

// flood makes 300 results of 20 accounts fail, each for a reason of its own.
func flood(r *checks.Report) {
	forecast()(r)
	r.Results = nil
	for i, id := range slices.Repeat(looked, 2)[:15] {
		c := check(id)
		c.ID = fmt.Sprintf("%s-%d", c.ID, i/14)
		for n := range 20 {
			account := user(fmt.Sprint(n), fmt.Sprintf("emergency-access-%02d@contoso.onmicrosoft.com", n))
			r.Results = append(r.Results, result(c, account, checks.Fail, fmt.Sprintf("Finding %d of account %d: %s", i, n, restricted)))
		}
	}
}

// hostileNames lets strangers have named everything that can be named.
func hostileNames(r *checks.Report) {
	r.Tenant.DisplayName = hostileText
	forecast(ea01, ea02)(r)
	for i := range r.Survival.Components {
		r.Survival.Components[i].Name = hostileText
	}
	for i := range r.Results[:8] {
		old := r.Results[i]
		old.Subject.Name = hostileText
		old.Subject.Type = checks.SubjectUser
		r.Results[i] = result(check(old.Check), old.Subject, checks.Fail, "The policy “"+strings.Repeat(hostileText, 9)+"” applies.")
	}
	for i := range r.Results[8:12] {
		r.Results[8+i].Status, r.Results[8+i].Reason = checks.Unknown, hostileText
	}
}

func storyOf(t testing.TB, name string) story {
	t.Helper()
	for _, s := range stories() {
		if s.name == name {
			return s
		}
	}
	t.Fatalf("no story %s", name)
	return story{}
}
