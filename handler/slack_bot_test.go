package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/testbed"
)

// TestIdentityReachesTeams: the managed identity's token opens the workflow, and one that does not take it says what its
// trigger must be. The library that gets the token reads the environment of its own process, so this takes the packaged handler.
func TestIdentityReachesTeams(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	var open atomic.Bool
	workflow := standin.NewTeams(standin.WithTokens(func(token string) bool { return open.Load() && w.Identity.AcceptsForWorkflows(token) }))
	if err := workflow.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = workflow.Close() }) // it was of use already
	h := apptest.Boot(t, w, "TEAMS_WORKFLOW_URL="+workflow.URL(), "TEAMS_WORKFLOW_AUTH=identity")
	apptest.Fire(t, h, true) // Slack hears it, and that Teams does not
	open.Store(true)
	apptest.Fire(t, h, true)
	if s, m := len(w.Slack.Posted()), len(workflow.Posted()); s < 2 || !bytes.Contains(w.Slack.Posted()[1], []byte("MisMatchingOAuthClaims")) || m != 1 {
		t.Errorf("posted %d to Slack and %d to Teams", s, m)
	}
	written := apptest.Console(h)
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
	w := apptest.World(t)
	bot := standin.NewSlackBot()
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bot.Close() }) // it was of use already
	app := []string{"SLACK_WEBHOOK_URL=", "SLACK_BOT_TOKEN=" + bot.Token(), "SLACK_CHANNEL=" + bot.Channel(), "SLACK_API_URL=" + bot.APIURL(), "BREAKGLASS_LANGUAGE=en"}
	h := apptest.Boot(t, w, app...)
	apptest.Fire(t, h, true)
	apptest.Poll(t, h)
	before := len(bot.Posted())
	late := standin.SlackRefusal("fatal_error")
	late.Posts = true // it arrives, and Slack says it did not
	bot.Script("chat.postMessage", late)
	apptest.Happens(t, w, "signIns", testbed.SignIn("alarm", apptest.FirstAccount, time.Now().Add(-2*time.Minute), 0))
	apptest.Poll(t, h)
	told := bot.Posted()
	if len(told) != before+1 || told[before].Thread != "" {
		t.Fatalf("told %d: %+v", len(told)-before, told)
	}
	root := told[before]
	env := append(w.Env(), app...)
	if s := apptest.LiveIn(t, env, "acknowledge", "--account", apptest.DrillAccount, "--as", "misuse", "--by", "k.sato", "--reason", "the key was taken"); s.Code != 0 {
		t.Fatalf("exit %d: %s", s.Code, s.Err)
	}
	apptest.Fire(t, h, true)
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
	apptest.Fire(t, h, true)
	if n := len(bot.Posted()); n != before+3 || len(bot.Updates()) != 2 {
		t.Errorf("afterwards posted %d, updated %d", n, len(bot.Updates()))
	}
	written := apptest.Console(h) + string(memoryFile(t, w))
	if strings.Contains(written, bot.Token()) {
		t.Error("the bot's token is written down")
	}
	for _, d := range bot.Deliveries() {
		if len(d.Problems) > 0 && d.Problems[0] != "fatal_error" {
			t.Errorf("%s: Slack has something to say: %v", d.Call, d.Problems)
		}
	}
}
