package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"breakglass/display"
)

// TestSinksPrintNoSecret prints everything that a sink and its parts can be printed as.
func TestSinksPrintNoSecret(t *testing.T) {
	t.Parallel()
	token, err := ParseSlackToken(botToken)
	if err != nil {
		t.Fatal(err)
	}
	channel, err := ParseSlackChannel("C1234567")
	if err != nil {
		t.Fatal(err)
	}
	hook, err := ParseTeamsWorkflow(teamsURL)
	if err != nil {
		t.Fatal(err)
	}
	slackHook, err := ParseSlackWebhook(slackURL)
	if err != nil {
		t.Fatal(err)
	}
	trigger, err := ParseTeamsTrigger(triggerURL("api.powerplatform.com"))
	if err != nil {
		t.Fatal(err)
	}
	bot := NewSlackBot(token, channel, SlackAPI{}, nil)
	identity := NewTeamsIdentity(trigger, nil, func(context.Context) (string, error) { return bearer, nil })
	values := []any{
		token, &token, bot, *bot, slackDelivery{SlackBot: bot}, NewTeams(hook, nil), *NewTeams(hook, nil), NewSlack(slackHook, nil), *NewSlack(slackHook, nil),
		identity, *identity, trigger, &trigger, hook, slackHook, map[string]any{"token": token}, []any{bot}, struct{ T SlackToken }{token}, errors.New(token.String()),
	}
	var printed bytes.Buffer
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&printed, verb+"\n", v)
		}
		slog.New(slog.NewJSONHandler(&printed, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&printed, nil)).Info("x", "v", v)
		if text, err := json.Marshal(v); err == nil { // functions cannot be
			printed.Write(text)
		}
	}
	for _, secret := range []string{"SECRET", "xoxb", "000000000000-", "sig=", "XXXXXXXX", "0123456789", fmt.Sprintf("%x", "xoxb"), fmt.Sprintf("%X", "xoxb"), fmt.Sprintf("%x", "SECRET"), "eyJ"} {
		if strings.Contains(printed.String(), secret) {
			t.Errorf("%q is printed", secret)
		}
	}
	if !strings.Contains(printed.String(), "a Slack bot's token") {
		t.Error("nothing is printed of the token's kind")
	}
}

func TestThreads(t *testing.T) {
	t.Parallel()
	hook := WebhookURL{}
	for want, sinks := range map[bool][]notifier{
		false: {NewSlack(hook, nil), NewTeams(hook, nil), NewTeamsIdentity(TeamsTrigger{}, nil, nil)},
		true:  {NewSlackBot(SlackToken{}, SlackChannel{}, SlackAPI{}, nil)},
	} {
		for _, sink := range sinks {
			if sink.Threads() != want {
				t.Errorf("%T: threads %v", sink, sink.Threads())
			}
		}
	}
}

// TestPostingIsPlain: what is kept until it is sent survives being written down.
func TestPostingIsPlain(t *testing.T) {
	t.Parallel()
	p := Posting{Message: Message{Title: "x"}, Thread: "1.2", Broadcast: true, Replaces: "3.4", Doubt: time.Unix(5, 0).UTC()}
	text, err := json.Marshal(p)
	var back Posting
	if err != nil || json.Unmarshal(text, &back) != nil || fmt.Sprint(back) != fmt.Sprint(p) {
		t.Errorf("%s, %v", text, err)
	}
}

// TestKeptMessages: a message that an earlier version kept is read whole.
func TestKeptMessages(t *testing.T) {
	t.Parallel()
	var m Message
	err := json.Unmarshal([]byte(`{"Tone":3,"Outlook":{"Title":"x"},"Sections":[{"Items":[{"Facts":[{"Label":"y"}]}]}]}`), &m)
	if err != nil || m.Tone != display.Bad || m.Forecast.Title != "x" || m.Sections[0].Items[0].Fields[0].Label != "y" {
		t.Errorf("%+v, %v", m, err)
	}
}
