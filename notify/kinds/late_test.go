package kinds

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/notify"
	"breakglass/notify/slack"
	"breakglass/notify/stories"
	"breakglass/notify/teams"
	"breakglass/tenant"
)

var (
	sequences = flag.Int("sequences", 40, "how many sequences of events and failures are tried")
	firstSeed = flag.Int("seed", 0, "the first of their seeds")
)

// A tale is one random sequence of looks at a tenant, and of failures of its channels.
type tale struct {
	*rand.Rand
	t       *testing.T
	memory  alert.Memory
	policy  alert.Policy
	at      time.Time
	n       int                            // of looks
	holds   map[checks.Key]checks.Result   // what does not pass
	gone    map[int]bool                   // accounts that are not declared any more
	size    int                            // how many accounts there are
	down    map[string]bool                // channels that take nothing
	owed    map[string]map[string][]string // by channel: what it is to be told, and by which words, all of one text
	since   map[checks.Key]time.Time       // since when something fails
	serial  int
	signIns []tenant.SignIn
}

var talked = []string{"account-exists", "account-enabled", "role-permanent", "method-usable", "policy-excluded", "method-no-phone", "activity-drift", "activity-sign-in"}

// regular are the channels that hear of everything. The last one is added on the way.
var regular = []string{"webhook", "bot", "teams", "added"}

// TestLate: whatever happens and whichever channel fails when, each regular channel is told
// by name of each thing of high severity or above, and each sign-in, by the time that
// nothing waits for it any more; and takes what it is sent.
func TestLate(t *testing.T) {
	t.Parallel()
	for i := range *sequences {
		seed := *firstSeed + i
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			x := begin(t, seed)
			for range 4 + x.IntN(10) {
				x.look()
				x.deliver()
			}
			x.recover()
			for _, channel := range append(slices.Clone(regular), "escalation") {
				for what, words := range x.owed[channel] {
					t.Errorf("seed %d: %s was not told of %s by one text that holds %q", seed, channel, what, words)
				}
			}
		})
	}
}

func begin(t *testing.T, seed int) *tale {
	t.Helper()
	x := &tale{
		Rand: rand.New(rand.NewPCG(uint64(seed), 5)), t: t, memory: alert.NewMemory("contoso"), at: stories.Yesterday(),
		holds: map[checks.Key]checks.Result{}, gone: map[int]bool{}, down: map[string]bool{},
		since: map[checks.Key]time.Time{}, owed: map[string]map[string][]string{},
	}
	x.size = 2 + x.IntN(4)
	if x.IntN(15) == 0 {
		x.size = 20 + x.IntN(40)
	}
	for _, name := range regular[:3] {
		x.add(name)
	}
	x.policy.Channels = append(x.policy.Channels, alert.Channel{Name: "escalation", Escalation: true})
	x.owed["escalation"] = map[string][]string{}
	return x
}

func (x *tale) add(channel string) {
	x.policy.Channels = append(x.policy.Channels, alert.Channel{Name: channel, Mentions: true})
	x.owed[channel] = map[string][]string{}
	x.down[channel] = x.IntN(2) == 0
}

// owe notes what each channel that is there is to be told.
func (x *tale) owe(what string, words ...string) {
	for _, c := range x.policy.Channels {
		if !c.Escalation {
			x.owed[c.Name][fmt.Sprintf("look %d: %s", x.n, what)] = words
		}
	}
}

func account(n int) checks.Subject {
	return stories.User(fmt.Sprint(n+1), fmt.Sprintf("emergency-access-%02d@contoso.onmicrosoft.com", n))
}

// change is one thing that happens in the tenant.
func (x *tale) change() {
	n := x.IntN(x.size)
	if x.gone[n] {
		return
	}
	who, c := account(n), stories.Check(talked[x.IntN(len(talked))])
	key := checks.Key{Check: c.ID, Subject: who.ID}
	x.serial++
	_, open := x.holds[key]
	switch {
	case c.ID == "activity-sign-in" && x.IntN(5) > 0:
		x.signIn(key, who)
	case c.ID == "activity-drift":
		reason := fmt.Sprintf("The account was changed, case %d.", x.serial)
		x.holds[key] = stories.Result(c, who, checks.Fail, reason)
	case open && x.IntN(2) == 0:
		delete(x.holds, key)
	case c.ID == "activity-sign-in":
	case x.IntN(12) == 0 && x.n > 0:
		x.gone[n] = true
		x.owe("no longer watched", who.Name, "ot watched any more")
	default:
		status := []checks.Status{checks.Fail, checks.Fail, checks.Fail, checks.Unknown}[x.IntN(4)]
		r := stories.Result(c, who, status, fmt.Sprintf("It is not as it must be, case %d.", x.serial))
		if x.IntN(4) == 0 {
			r.Reason = "It is not as it must be." // as others are
		}
		r.Severity = checks.Severities()[x.IntN(5)]
		r.Evidence = checks.Evidence{"case": {fmt.Sprint(x.serial)}}
		x.holds[key] = r
	}
}

// resolved: people are told of what is over, unless it happened and ended between two looks.
func (x *tale) resolved(key checks.Key, who checks.Subject) {
	if slices.ContainsFunc(x.memory.Report.Results, func(r checks.Result) bool { return r.Key(nil) == key && r.Status == checks.Fail }) {
		for channel := range x.memory.Channels {
			if channel != "escalation" { // nor one that did not hear of it
				x.owed[channel][fmt.Sprintf("look %d: resolved %s", x.n, key)] = []string{who.Name, key.Check}
			}
		}
	}
}

// signIn lets somebody use an account, once or several times. The reason names three.
func (x *tale) signIn(key checks.Key, who checks.Subject) {
	r := x.holds[key]
	happened := slices.Clone(r.Happened)
	for range 1 + x.IntN(6) {
		x.serial++
		text := fmt.Sprintf("on 2026-11-%02d 05:%02d UTC with Passkey at “Portal %d”, from the address 192.0.2.%d", 1+x.n, x.serial%60, x.serial, x.serial%250)
		happened = slices.Insert(happened, 0, checks.Happening{ID: fmt.Sprint(x.serial), Text: text})
	}
	var ids, words []string
	for i, h := range happened {
		ids = append(ids, h.ID)
		if i < 3 {
			words = append(words, h.Text)
		}
	}
	r = stories.Result(stories.Check(key.Check), who, checks.Fail, "Somebody signed in "+strings.Join(words, "; ")+".")
	r.Happened, r.Evidence = happened, checks.Evidence{"signIns": ids}
	x.holds[key] = r
}

// look is one run: what changed since the last one is taken into the memory.
func (x *tale) look() {
	if x.n > 1 && len(x.policy.Channels) == 4 && x.IntN(4) == 0 {
		x.add("added")
	}
	before := maps.Clone(x.holds)
	changes := x.IntN(4)
	if x.IntN(8) == 0 {
		changes = x.size * 4 // very much at once
	}
	for range changes {
		x.change()
	}
	r := checks.Report{Schema: checks.Schema, CheckedAt: x.at, Tenant: checks.Tenant{ID: "contoso", DisplayName: "Contoso"}}
	for n := range x.size {
		if x.gone[n] {
			continue
		}
		who := account(n)
		r.Accounts = append(r.Accounts, checks.Account{ID: who.ID, Declared: who.Name, UserPrincipalName: who.Name})
		for _, id := range talked {
			key := checks.Key{Check: id, Subject: who.ID}
			now, open := x.holds[key]
			if !open {
				now = stories.Result(stories.Check(id), who, checks.Pass, "It is so.")
				if before[key].Severity >= checks.High && !stories.Check(id).Lags && x.n > 0 {
					x.resolved(key, who)
				}
			}
			r.Results = append(r.Results, now)
			x.age(key, now)
			if now.Status.Open() && now.Severity >= checks.High {
				x.expect(key, before[key], now)
			}
		}
	}
	for _, result := range r.Results {
		switch result.Status {
		case checks.Pass:
			r.Summary.Pass++
		case checks.Fail:
			r.Summary.Fail++
		case checks.Unknown, checks.NotApplicable:
			r.Summary.Unknown++
		}
	}
	drill := x.drill()
	x.memory.Advance(alert.Look{Report: r, SignIns: x.signIns, Scheduled: x.IntN(2) == 0}, x.policy)
	if drill != "" && x.n > 0 {
		x.owe("a drill", drill, "Drill succeeded")
	}
	x.n++
	x.at = x.at.Add([]time.Duration{5 * time.Minute, 2 * time.Hour, 24 * time.Hour, 40 * time.Hour}[x.IntN(4)])
}

// expect: what is worse or other than it was is to be told, and all to a new channel.
func (x *tale) expect(key checks.Key, was, now checks.Result) {
	words := []string{now.Subject.Name, key.Check}
	for _, h := range now.Happened {
		if !slices.ContainsFunc(was.Happened, func(x checks.Happening) bool { return x.ID == h.ID && x.Text == h.Text }) {
			x.owe("the sign-in "+h.ID, now.Subject.Name, h.Text)
		}
	}
	if key.Check == "activity-drift" && now.Reason != was.Reason {
		words = append(words, now.Reason)
	}
	if now.Status == checks.Unknown && was.Status == checks.Unknown {
		return // it is as little known as before
	}
	if now.Status != was.Status || now.Severity > was.Severity || !now.Evidence.Equal(was.Evidence) {
		x.owe(fmt.Sprintf("%s of %s is %s, %s", key.Check, now.Subject.Name, now.Status, now.Severity), words...)
		return
	}
	x.expectNew(key, words)
}

// age: the channel for escalation is told of what is critical for more than three days.
// What was unknown meanwhile is left to other tests.
func (x *tale) age(key checks.Key, now checks.Result) {
	since, known := x.since[key]
	switch {
	case now.Status == checks.Unknown:
		x.since[key] = time.Time{}
	case known && since.IsZero(), stories.Check(key.Check).Lags:
	case now.Status != checks.Fail:
		delete(x.since, key)
	case !known:
		x.since[key] = x.at
	case now.Severity == checks.Critical && x.at.Sub(since) > 72*time.Hour:
		x.since[key] = time.Time{}
		x.owed["escalation"][fmt.Sprintf("look %d: %s", x.n, key)] = []string{now.Subject.Name, key.Check}
	}
}

// expectNew: a new channel is told of all that is open.
func (x *tale) expectNew(key checks.Key, words []string) {
	for _, c := range x.policy.Channels {
		if _, known := x.memory.Channels[c.Name]; !known && !c.Escalation {
			x.owed[c.Name]["open "+key.Check+" "+words[0]] = words
		}
	}
}

// drill lets an account be used as it was announced. It returns the account.
func (x *tale) drill() string {
	n := x.IntN(x.size)
	if x.IntN(6) > 0 || x.gone[n] || x.size > 10 {
		return ""
	}
	who := account(n)
	x.policy.Drills = append(x.policy.Drills, checks.Drill{Account: who.Name, From: x.at.Add(-time.Minute), To: x.at, By: "k.sato"})
	x.serial++
	yes, address, method := true, "203.0.113.5", "Passkey (device-bound)"
	x.signIns = append(x.signIns, tenant.SignIn{
		ID: fmt.Sprint("drill", x.serial), UserID: tenant.Known(who.ID), CreatedDateTime: tenant.Known(tenant.Time{Time: x.at.Add(-time.Second)}),
		Status: tenant.Known[*tenant.SignInStatus](nil), IsInteractive: tenant.Known(&yes), IPAddress: tenant.Known(&address),
		AuthenticationDetails: tenant.Known([]tenant.AuthenticationDetail{{AuthenticationMethod: tenant.Known(&method), AuthenticationMethodDetail: tenant.Known[*string](nil), Succeeded: tenant.Known(&yes)}}),
	})
	return who.Name
}

// deliver sends what is due, as far as the channels take it.
func (x *tale) deliver() {
	for _, c := range x.policy.Channels {
		if x.IntN(3) == 0 {
			x.down[c.Name] = !x.down[c.Name]
		}
		for x.send(c.Name) {
		}
	}
}

// recover lets all channels work until nothing waits.
func (x *tale) recover() {
	clear(x.down)
	for range 200 {
		x.at = x.at.Add(2 * time.Hour)
		waits := false
		for _, c := range x.policy.Channels {
			for x.send(c.Name) {
			}
			waits = waits || len(x.memory.Channels[c.Name].Queue) > 0
		}
		if !waits {
			return
		}
		x.memory.Retry()
	}
	x.t.Error("something waits for ever")
}

// send sends the next entry of a channel. It reports whether all of it went well.
func (x *tale) send(channel string) bool {
	box := x.memory.Channels[channel]
	if box == nil || box.Due(x.at) == nil {
		return false
	}
	e := *box.Due(x.at)
	p := notify.Plan{Options: notify.Options{Version: "1.0.0", Key: e.Key}, Threaded: channel == "bot", Now: x.at, Takes: Take}
	if p.Threaded {
		p.Threads = box.Threaded(e)
	}
	parts := notify.Parts(e, p)
	x.same(parts, notify.Parts(e, p))
	for i := e.Posted; i < len(parts); i++ {
		x.memory.Begin(channel, e.Key, x.at)
		fate := x.IntN(12)
		if x.down[channel] || fate < 3 {
			x.fail(channel, e.Key, parts[i], fate)
			return false
		}
		x.arrive(channel, parts[i].Posting)
		x.serial++
		s := alert.Sent{ID: fmt.Sprint(x.serial), Delivered: true, Starts: parts[i].Starts, Replaces: parts[i].Posting.Replaces}
		if len(s.Starts) > 0 || s.Replaces != "" {
			s.Message, _ = json.Marshal(parts[i].Posting.Message) // plain data
		}
		x.memory.Sent(channel, e.Key, x.at, s, i == len(parts)-1)
	}
	return true
}

// fail lets one part end in one of the ways in which that can be.
func (x *tale) fail(channel, key string, p notify.Part, fate int) {
	switch r := (alert.Refusal{Reason: "503"}); fate % 4 {
	case 0: // the process dies, after or before the service has it
		if x.IntN(2) == 0 && !x.down[channel] {
			x.arrive(channel, p.Posting)
		}
		x.memory.Channels[channel].Recover()
		return
	case 1:
		r.Doubtful = true
		x.memory.Refused(channel, key, x.at, r)
	case 2:
		r.Permanent = true
		x.memory.Refused(channel, key, x.at, r)
	default:
		x.memory.Refused(channel, key, x.at, r)
	}
}

func (x *tale) same(a, b []notify.Part) {
	first, _ := notify.Encode(a) // plain data
	again, _ := notify.Encode(b)
	if !bytes.Equal(first, again) {
		x.t.Error("equal entries become different postings")
	}
}

// arrive is what people then can read. It settles what is owed.
func (x *tale) arrive(channel string, p notify.Posting) {
	var texts []string
	switch plain := x.IntN(10) == 0; {
	case channel == "teams":
		form := teams.Render
		if plain {
			form = teams.Plain
		}
		card, _ := notify.Encode(form(p.Message)) // plain data
		if len(card) > 20000 {
			x.t.Errorf("a card is too large: %s", p.Message.Title)
		}
		texts = readCard(x.t, card, plain)
	case plain:
		text := slack.Plain(p.Message).Text
		if len([]rune(text)) > 40000 {
			x.t.Errorf("a text is too long: %s", p.Message.Title)
		}
		texts = readLines(strings.Split(text, "\n"))
	default:
		m := slack.Render(p.Message)
		blocks, _ := notify.Encode(m.Blocks.BlockSet) // plain data
		if n := len([]rune(string(blocks))); len(m.Blocks.BlockSet) > 50 || n > 13200 {
			x.t.Errorf("%d blocks of %d characters: %s", len(m.Blocks.BlockSet), n, p.Message.Title)
		}
		texts = readBlocks(x.t, blocks)
	}
	if p.Replaces != "" {
		return // nobody is told
	}
	for what, words := range x.owed[channel] {
		if slices.ContainsFunc(texts, func(text string) bool {
			return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(strings.ToLower(text), strings.ToLower(w)) })
		}) {
			delete(x.owed[channel], what)
		}
	}
}

// readBlocks are the texts of Slack's blocks: each item's, with its details.
func readBlocks(t *testing.T, blocks []byte) []string {
	t.Helper()
	var all []struct {
		Type     string
		Elements []json.RawMessage
	}
	if err := json.Unmarshal(blocks, &all); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, b := range all {
		if b.Type != "rich_text" {
			continue
		}
		details := strings.IndexAny(textOf(t, b.Elements[0]), "🔴🟠🟡🔵⚪❔⚠🔑📅") == 0
		whole := ""
		for _, e := range b.Elements {
			var list struct {
				Type     string
				Elements []json.RawMessage
			}
			if err := json.Unmarshal(e, &list); err != nil {
				t.Fatal(err)
			}
			whole += " " + textOf(t, e)
			if list.Type == "rich_text_list" && !details {
				for _, item := range list.Elements {
					texts = append(texts, textOf(t, item))
				}
			}
		}
		if details {
			texts = append(texts, whole)
		}
	}
	return texts
}

// readCard are the texts of a card: each container's, and each line's with the one below.
func readCard(t *testing.T, card []byte, plain bool) []string {
	t.Helper()
	var sent struct {
		Attachments []struct {
			Content struct{ Body []json.RawMessage }
		}
	}
	if err := json.Unmarshal(card, &sent); err != nil {
		t.Fatal(err)
	}
	var texts, lines []string
	for _, e := range sent.Attachments[0].Content.Body {
		lines = append(lines, textOf(t, e))
		if bytes.HasPrefix(e, []byte(`{"type":"Container"`)) {
			texts = append(texts, lines[len(lines)-1])
		}
	}
	if plain {
		return readLines(lines)
	}
	for i := range lines[1:] {
		texts = append(texts, lines[i]+lines[i+1])
	}
	return texts
}

// readLines are the texts of a message without form: a line and what is set in below it.
func readLines(lines []string) []string {
	var texts []string
	for _, line := range lines {
		if n := len(texts); n > 0 && strings.HasPrefix(line, "  ") {
			texts[n-1] += line
		} else {
			texts = append(texts, line)
		}
	}
	return texts
}

// textOf joins what people can read.
func textOf(t *testing.T, data []byte) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var visit func(any)
	visit = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			if text, ok := v["text"].(string); ok {
				b.WriteString(text)
			}
			for _, key := range []string{"elements", "items", "inlines", "columns"} {
				visit(v[key])
			}
		case []any:
			for _, inner := range v {
				visit(inner)
			}
		}
	}
	visit(value)
	return b.String()
}
