package main

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/internal/config"
	"breakglass/internal/standin"
	"breakglass/internal/standin/testbed"
	"breakglass/notify"
)

// loadSinks builds the sinks of app settings, given as name and value.
func loadSinks(t *testing.T, settings ...string) ([]sink, error) {
	t.Helper()
	getenv := func(name string) string {
		for i := 0; i < len(settings); i += 2 {
			if settings[i] == name {
				return settings[i+1]
			}
		}
		return map[string]string{"BREAKGLASS_ACCOUNTS": "ea01@contoso.com"}[name]
	}
	c, err := config.Load(getenv, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return sinks(c, getenv, http.DefaultClient)
}

func TestSinkMistakes(t *testing.T) {
	t.Parallel()
	const trigger = "https://x.environment.api.powerplatform.com/workflows/SECRETSECRET?api-version=1"
	for name, c := range map[string]struct {
		settings []string
		says     []string
	}{
		"all of a bot": {[]string{"SLACK_BOT_TOKEN", "xoxp-SECRETSECRET", "SLACK_CHANNEL", "#SECRET", "SLACK_API_URL", "https://SECRET.example/api/", "TEAMS_WORKFLOW_URL", "https://SECRET.example/"},
			[]string{"SLACK_BOT_TOKEN: it is a user's token: use the bot token", "SLACK_CHANNEL: it is a channel's name", "SLACK_API_URL: the host is not Slack's", "TEAMS_WORKFLOW_URL: the host is not"}},
		"webhook":              {[]string{"SLACK_WEBHOOK_URL", "https://SECRET.example/"}, []string{"SLACK_WEBHOOK_URL: the host"}},
		"a signature is taken": {[]string{"TEAMS_WORKFLOW_URL", trigger}, []string{"TEAMS_WORKFLOW_URL: the URL has no sig"}},
		"an identity signs":    {[]string{"TEAMS_WORKFLOW_URL", trigger + "&sig=SECRETSECRET", "TEAMS_WORKFLOW_AUTH", "identity"}, []string{"TEAMS_WORKFLOW_URL, with TEAMS_WORKFLOW_AUTH set to identity: the URL has a sig"}},
	} {
		all, err := loadSinks(t, c.settings...)
		if err == nil || len(all) > 0 || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v, %v", name, all, err)
			continue
		}
		for _, text := range c.says {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("%s: %v, want %q in it", name, err, text)
			}
		}
	}
	good := "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
	if all, err := loadSinks(t, "SLACK_WEBHOOK_URL", good, "TEAMS_WORKFLOW_URL", trigger); err == nil || len(all) != 1 || all[0].Name() != "slack" {
		t.Errorf("one of two: %v, %v", all, err)
	}
	if all, err := loadSinks(t); err != nil || len(all) > 0 {
		t.Errorf("without any: %v, %v", all, err)
	}
}

// message is one that a sink takes.
func message() notify.Message {
	return notify.Compose(alert.Digest{}, notify.Options{Version: "1.0.0", Key: "abcdefghij"})
}

// TestBotReachesSlack: the bot and the stand-in of Slack's Web API, which know nothing of one another, agree.
func TestBotReachesSlack(t *testing.T) {
	t.Parallel()
	s := standin.NewSlackBot()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // it was of use already
	all, err := loadSinks(t, "SLACK_BOT_TOKEN", s.Token(), "SLACK_CHANNEL", s.Channel(), "SLACK_API_URL", s.APIURL())
	if err != nil || len(all) != 1 || all[0].Name() != "slack" {
		t.Fatalf("%v, %v", all, err)
	}
	bot, ok := all[0].(*notify.SlackBot)
	if !ok {
		t.Fatalf("%T", all[0])
	}
	if err := bot.Check(t.Context()); err != nil || len(s.Posted()) > 0 {
		t.Errorf("Check: %v", err)
	}
	m := message()
	first, err := bot.Notify(t.Context(), notify.Posting{Message: m})
	if err != nil || first.ID != s.Posted()[0].TS || s.Posted()[0].Key() != m.Key {
		t.Fatalf("%+v, %v", first, err)
	}
	late := standin.SlackRefusal("fatal_error")
	late.Posts = true
	s.Script("chat.postMessage", late)
	answer, err := bot.Notify(t.Context(), notify.Posting{Message: m, Thread: first.ID, Broadcast: true})
	if err != nil || !answer.Found || len(s.Threads()[first.ID]) != 1 || s.Threads()[first.ID][0].TS != answer.ID {
		t.Errorf("%+v, %v", answer, err)
	}
	replaced, err := bot.Notify(t.Context(), notify.Posting{Message: m, Replaces: first.ID})
	if err != nil || replaced.ID != first.ID || len(s.Updates()) != 1 || len(s.Posted()) != 2 {
		t.Errorf("%+v, %v", replaced, err)
	}
	s.Delete(first.ID)
	if again, err := bot.Notify(t.Context(), notify.Posting{Message: m, Replaces: first.ID}); err != nil || again.ID == first.ID || again.Note == "" {
		t.Errorf("%+v, %v", again, err)
	}
	for _, d := range s.Deliveries() {
		if len(d.Problems) > 0 && d.Problems[0] != "message_not_found" {
			t.Errorf("%s: Slack has something to say: %v", d.Call, d.Problems)
		}
	}
}

// TestIdentityReachesTeams: the managed identity's token opens the workflow, and one that does not take it says what its
// trigger must be. The library that gets the token reads the environment of its own process, so this takes the packaged handler.
func TestIdentityReachesTeams(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	var open atomic.Bool
	workflow := standin.NewTeams(standin.WithTokens(func(token string) bool { return open.Load() && w.Identity.AcceptsForWorkflows(token) }))
	if err := workflow.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = workflow.Close() }) // it was of use already
	h := boot(t, w, "TEAMS_WORKFLOW_URL="+workflow.URL(), "TEAMS_WORKFLOW_AUTH=identity")
	fire(t, h, true) // Slack hears it, and that Teams does not
	open.Store(true)
	fire(t, h, true)
	if s, m := len(w.Slack.Posted()), len(workflow.Posted()); s < 2 || !bytes.Contains(w.Slack.Posted()[1], []byte("MisMatchingOAuthClaims")) || m != 1 {
		t.Errorf("posted %d to Slack and %d to Teams", s, m)
	}
	written := console(h)
	for _, text := range []string{"MisMatchingOAuthClaims", "“Any user in my tenant”"} {
		if !strings.Contains(written, text) {
			t.Errorf("no %s in %s", text, written)
		}
	}
	if strings.Contains(written, "eyJ") {
		t.Error("a token is written down")
	}
}

// TestThreads: a finding's life is one thread. What becomes of it is said there and in the
// channel, and the message that told of it first is brought up to date.
func TestThreads(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	bot := standin.NewSlackBot()
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bot.Close() }) // it was of use already
	app := []string{"SLACK_WEBHOOK_URL=", "SLACK_BOT_TOKEN=" + bot.Token(), "SLACK_CHANNEL=" + bot.Channel(), "SLACK_API_URL=" + bot.APIURL(), "BREAKGLASS_LANGUAGE=en"}
	h := boot(t, w, app...)
	fire(t, h, true)
	glance(t, h)
	before := len(bot.Posted())
	late := standin.SlackRefusal("fatal_error")
	late.Posts = true // it arrives, and Slack says it did not
	bot.Script("chat.postMessage", late)
	happened(t, w, "signIns", testbed.SignIn("alarm", firstAccount, time.Now().Add(-2*time.Minute), 0))
	glance(t, h)
	told := bot.Posted()
	if len(told) != before+1 || told[before].Thread != "" {
		t.Fatalf("told %d: %+v", len(told)-before, told)
	}
	root := told[before]
	env := append(w.Env(), app...)
	if s := liveIn(t, env, "acknowledge", "--account", drillAccount, "--as", "misuse", "--by", "k.sato", "--reason", "the key was taken"); s.code != 0 {
		t.Fatalf("exit %d: %s", s.code, s.err)
	}
	fire(t, h, true)
	answers := bot.Threads()[root.TS]
	if len(answers) != 1 || !answers[0].Broadcast || !strings.Contains(fmt.Sprint(answers[0].Content), "activity-sign-in") {
		t.Fatalf("answers: %+v", answers)
	}
	if root.Key() == answers[0].Key() || !strings.HasSuffix(answers[0].Key(), "-2") && !strings.HasSuffix(answers[0].Key(), "-1") {
		t.Errorf("the answer's key is %q, the first message's %q", answers[0].Key(), root.Key())
	}
	// What was done before is explained too: the first report's thread hears of that.
	updates := bot.Updates()
	i := slices.IndexFunc(updates, func(p standin.SlackPost) bool { return p.TS == root.TS })
	if i < 0 || len(updates) != 2 || !strings.Contains(fmt.Sprint(updates[i].Content), "Settled on") {
		t.Errorf("%d updates: %+v", len(updates), updates)
	}
	if n := len(bot.Posted()); n != before+3 {
		t.Errorf("posted %d in all, and %d before", n, before)
	}
	fire(t, h, true)
	if n := len(bot.Posted()); n != before+3 || len(bot.Updates()) != 2 {
		t.Errorf("afterwards posted %d, updated %d", n, len(bot.Updates()))
	}
	written := console(h) + string(memoryFile(t, w))
	if strings.Contains(written, bot.Token()) {
		t.Error("the bot's token is written down")
	}
	for _, d := range bot.Deliveries() {
		if len(d.Problems) > 0 && d.Problems[0] != "fatal_error" {
			t.Errorf("%s: Slack has something to say: %v", d.Call, d.Problems)
		}
	}
}
