package wiring

import (
	"strings"
	"testing"

	"breakglass/alert"
	"breakglass/internal/config"
	"breakglass/internal/standin"
	"breakglass/internal/watch"
	"breakglass/notify"
	"breakglass/notify/slack"
)

// loadSinks builds the sinks of app settings, given as name and value.
func loadSinks(t *testing.T, settings ...string) ([]watch.Channel, error) {
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
	return Channels(c, getenv)
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
	bot, ok := all[0].Sink.(*slack.Bot)
	if !ok {
		t.Fatalf("%T", all[0])
	}
	if _, err := bot.Check(t.Context()); err != nil || len(s.Posted()) > 0 {
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
