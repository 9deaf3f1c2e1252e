package notify

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/display"
	"breakglass/notify/stories"
	"breakglass/tenant"
)

// A year is a tenant's history: what fails on each day, by a seeded random walk with some
// certain events, and what a channel makes of it.
type year struct {
	memory alert.Memory
	policy alert.Policy
	random *rand.Rand
	says   map[string]func(*checks.Report)
	mends  map[string]int // when what fails is put right, by day
	told   strings.Builder
	spoke  []time.Time
	gaps   []time.Duration
	named  map[string]bool // what was told of which subject
	faults *rand.Rand      // decides what goes wrong; nil if nothing does
	fault  string          // of the day
}

// TestYear plays a year and writes down every message that the channel was told. It is
// what an administrator reads: no repeats beyond the plan, no silence beyond the
// heartbeat.
func TestYear(t *testing.T) {
	t.Parallel()
	y := newYear(nil)
	y.play(t)
	y.expect(t, 7*24*time.Hour, 130)
	y.golden(t, "testdata/year.txt")
}

// TestYearOfFaults plays the same year with something going wrong every few days: an account
// that is not read, a channel that refuses or whose answer is lost, a process that dies, a clock
// that is ahead. Whatever people are told of in the plain year they are told of in this one.
func TestYearOfFaults(t *testing.T) {
	t.Parallel()
	plain, y := newYear(nil), newYear(rand.New(rand.NewPCG(11, 2026)))
	plain.play(t)
	y.play(t)
	y.expect(t, 7*24*time.Hour+70*time.Minute, 160) // a message comes by the look after the fault
	for _, what := range sortedKeys(plain.named) {
		if !y.named[what] {
			t.Errorf("nobody was told of %s", what)
		}
	}
	y.golden(t, "testdata/year-of-faults.txt")
}

func newYear(faults *rand.Rand) *year {
	y := &year{
		memory: alert.NewMemory("contoso"), random: rand.New(rand.NewPCG(2026, 11)), faults: faults,
		says: map[string]func(*checks.Report){}, mends: map[string]int{}, named: map[string]bool{},
	}
	first := firstDay()
	y.policy = alert.Policy{
		Channels: []alert.Channel{{Name: "slack", Mentions: true}},
		Snoozes:  []alert.Snooze{{Check: "policy-excluded", Until: first.AddDate(0, 4, 20), Reason: "CA012 waits for the vendor", By: "k.sato"}},
		Drills: []checks.Drill{
			{Account: ea01, From: first.AddDate(0, 2, 10), To: first.AddDate(0, 2, 10).Add(3 * time.Hour), By: "k.sato"},
			{Account: ea02, From: first.AddDate(0, 2, 11), To: first.AddDate(0, 2, 11).Add(3 * time.Hour), By: "m.tanaka"},
		},
	}
	return y
}

func firstDay() time.Time { return time.Date(2026, 1, 1, 6, 0, 0, 0, time.UTC) }

// play is the year, day by day.
func (y *year) play(t *testing.T) {
	t.Helper()
	for i := range 365 {
		at := firstDay().AddDate(0, 0, i)
		y.live(i, at)
		y.goWrong()
		y.run(t, at, i, true)
		if i == 69 { // the drill of the first account, seen by the watch
			y.run(t, at.Add(70*time.Minute), i, false)
		}
		if y.fault != "" { // what waits is sent by a look, when all is well again
			y.fault = ""
			y.deliver(at.Add(70*time.Minute), i)
		}
	}
}

// goWrong decides what goes wrong on a day.
func (y *year) goWrong() {
	if y.faults == nil || y.faults.IntN(4) > 0 {
		return
	}
	kinds := []string{"unread", "refused", "limited", "lost", "killed", "clock"}
	y.fault = kinds[y.faults.IntN(len(kinds))]
}

func (y *year) golden(t *testing.T, golden string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(y.told.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := []byte(y.told.String()); !bytes.Equal(got, want) {
		t.Errorf("the year is not what it was; run go test ./notify -update and read the difference in %s", golden)
	}
}

// live is what happens in the tenant before a day's run.
func (y *year) live(i int, at time.Time) {
	fails := func(id, who string, s checks.Status, why string) {
		y.says[id+who] = set(id, who, s, why)
	}
	switch i {
	case 20: // a new policy applies to the second account
		fails("policy-excluded", ea02, checks.Fail, included)
	case 40:
		fails("method-usable", ea01, checks.Fail, restricted)
	case 43:
		delete(y.says, "method-usable"+ea01)
	case 90: // a permission is withdrawn for three days
		fails("mfa-ready", "", checks.Unknown, throttled)
		fails("policy-excluded", "", checks.Unknown, throttled)
	case 93:
		delete(y.says, "mfa-ready")
		delete(y.says, "policy-excluded")
	case 200: // nobody held a drill
		fails("drill-recent", ea02, checks.Fail, noDrill)
	case 240:
		delete(y.says, "drill-recent"+ea02)
	case 300:
		y.says["gone"] = func(r *checks.Report) {
			r.Accounts = r.Accounts[:1]
			r.Results = slices.DeleteFunc(r.Results, func(x checks.Result) bool { return x.Subject.Name == ea02 })
		}
	}
	for key, until := range y.mends {
		if i >= until {
			delete(y.says, key)
			delete(y.mends, key)
		}
	}
	if y.random.IntN(30) == 0 { // something small, that somebody mends after some days
		id := stories.Looked()[y.random.IntN(6)+3]
		if _, open := y.says[id+ea01]; !open {
			fails(id, ea01, checks.Fail, "Somebody changed the account on "+at.Format("2 Jan")+".")
			y.mends[id+ea01] = i + 1 + y.random.IntN(5)
		}
	}
}

// run is one run, and what the channel is told of it. Slack is away in the summer.
func (y *year) run(t *testing.T, at time.Time, i int, scheduled bool) {
	t.Helper()
	r := reportOf(at, func(r *checks.Report) {
		for _, name := range []string{ea01, ea02} {
			n := strings.TrimSuffix(strings.TrimPrefix(name, "ea0"), "@contoso.onmicrosoft.com")
			r.Accounts = append(r.Accounts, checks.Account{ID: user(n, name).ID, Declared: name, UserPrincipalName: name})
		}
		for _, key := range sortedKeys(y.says) {
			y.says[key](r)
		}
	})
	look := alert.Look{Report: r, Scheduled: scheduled}
	if !scheduled {
		look.SignIns = []tenant.SignIn{{ID: "drill", UserID: tenant.Known(user("1", ea01).ID), CreatedDateTime: tenant.Known(tenant.Time{Time: at.Add(-9 * time.Minute)})}}
		yes, address, method := true, "203.0.113.5", "Passkey (device-bound)"
		look.SignIns[0].Status, look.SignIns[0].IsInteractive, look.SignIns[0].IPAddress = tenant.Known[*tenant.SignInStatus](nil), tenant.Known(&yes), tenant.Known(&address)
		look.SignIns[0].AuthenticationDetails = tenant.Known([]tenant.AuthenticationDetail{{AuthenticationMethod: tenant.Known(&method), AuthenticationMethodDetail: tenant.Known[*string](nil), Succeeded: tenant.Known(&yes)}})
	}
	switch y.fault {
	case "unread":
		unread(&look.Report)
	case "clock":
		y.memory.SawNews(nil, at.AddDate(0, 0, 1), false)
	}
	y.memory.Advance(look, y.policy)
	y.deliver(at, i)
}

// unread makes everything unknown about the first account, as where its profile is refused.
func unread(r *checks.Report) {
	for i := range r.Results {
		if x := &r.Results[i]; x.Subject.Name == ea01 {
			x.Status, x.Reason, x.Evidence = checks.Unknown, throttled, nil
		}
	}
}

// deliver tells the channel what waits for it.
func (y *year) deliver(at time.Time, i int) {
	for {
		e := y.memory.Channels["slack"].Due(at)
		if e == nil {
			return
		}
		key, digest := e.Key, e.Digest
		y.memory.Begin("slack", key, at)
		refusal := alert.Refusal{Reason: "503 Service Unavailable (try again)"}
		away := i >= 210 && i < 215
		switch y.fault {
		case "refused":
			away = true
		case "limited":
			away, refusal.RetryAfter = true, 48*time.Hour
		case "lost", "killed": // it arrived, and nobody knows
			y.tell(at, Compose(digest, Options{Version: "1.0.0", Key: key}))
			away, refusal.Doubtful = true, true
		}
		switch {
		case y.fault == "killed":
			y.memory.Channels["slack"].Recover()
			return
		case away:
			y.memory.Refused("slack", key, at, refusal)
			return
		}
		y.tell(at, Compose(digest, Options{Version: "1.0.0", Key: key}))
		y.memory.Sent("slack", key, at, alert.Sent{Delivered: true}, true)
	}
}

func sortedKeys[T any](m map[string]T) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// tell writes a message down: its title, and a line for each thing.
func (y *year) tell(at time.Time, m Message) {
	if n := len(y.spoke); n > 0 {
		y.gaps = append(y.gaps, at.Sub(y.spoke[n-1]))
	}
	y.spoke = append(y.spoke, at)
	fmt.Fprintf(&y.told, "%s  %s\n", at.Format("Mon 02 Jan 15:04"), m.Title)
	if m.Mention {
		y.told.WriteString("    (calls people)\n")
	}
	for _, text := range m.Lead {
		fmt.Fprintf(&y.told, "    %s\n", text)
	}
	for _, s := range m.Sections {
		fmt.Fprintf(&y.told, "    %s\n", s.Title)
		for _, it := range s.Items {
			for _, f := range it.Findings {
				y.named[fmt.Sprint(it.Checks, " ", f.Subject.Text)] = true
				fmt.Fprintf(&y.told, "      %s · %s: %s %v\n", it.Heading(it.Short), f.Subject.Text, display.Cut(f.Text.Text, 100), it.Checks)
			}
		}
	}
}

// expect is what must hold of any year, whatever the golden file says: how long a silence may
// be, and how many messages there may be.
func (y *year) expect(t *testing.T, silence time.Duration, messages int) {
	t.Helper()
	if longest := slices.Max(y.gaps); longest > silence {
		t.Errorf("silence for %v", longest)
	}
	if n := len(y.spoke); n > messages {
		t.Errorf("%d messages in a year", n)
	}
	text := y.told.String()
	for _, want := range []string{"first report", "Snooze ends soon", "Snooze has ended", "Drill announced", "Drill succeeded", "Drill over", "Drill without a sign-in", "This message covers", "not watched any more", "could not be checked for"} {
		if !strings.Contains(text, want) {
			t.Errorf("nobody was told %q", want)
		}
	}
}
