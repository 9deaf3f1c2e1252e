package notify

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// A SlackBot posts messages as an app. Other than a webhook it can answer in threads,
// replace a message, and look whether an attempt without an answer arrived. It needs
// the scope chat:write; to look, channels:history, and groups:history in a private
// channel, too.
type SlackBot struct {
	token   SlackToken
	channel SlackChannel
	api     SlackAPI
	client  *http.Client
	now     func() time.Time
	retrier
}

// NewSlackBot returns a sink that posts to channel. It uses a copy of client.
func NewSlackBot(token SlackToken, channel SlackChannel, api SlackAPI, client *http.Client) *SlackBot {
	return &SlackBot{token: token, channel: channel, api: api, client: plainClient(client), now: time.Now, retrier: newRetrier()}
}

// Name returns "slack", as the webhook's: there is one of the two.
func (s *SlackBot) Name() string { return "slack" }

// Threads returns true.
func (s *SlackBot) Threads() bool { return true }

// Notify posts the message. Where an attempt before, in this call or by the Posting's
// Doubt, may have arrived, it first looks for it in the channel. If it may not look,
// the message is sent all the same, maybe twice, and the receipt says so. Errors are
// of type Error, or join several.
func (s *SlackBot) Notify(ctx context.Context, p Posting) (Receipt, error) {
	d := slackDelivery{SlackBot: s, Posting: p}
	return s.deliver(ctx,
		func(ctx context.Context) (Receipt, *Error) { return d.try(ctx, slackMessage(p.Message)) },
		func(ctx context.Context) (Receipt, *Error) { return d.try(ctx, slackPlain(p.Message)) })
}

// A slackDelivery is one Notify: what it has learned carries over to its next attempt.
type slackDelivery struct {
	*SlackBot
	Posting
	notes []string
}

// note keeps what did not go as it should, once.
func (d *slackDelivery) note(text string) {
	if !slices.Contains(d.notes, text) {
		d.notes = append(d.notes, text)
	}
}

// try makes one attempt. Replacing twice is replacing once, so nothing is looked for
// before it.
func (d *slackDelivery) try(ctx context.Context, m *slack.WebhookMessage) (Receipt, *Error) {
	if d.Replaces != "" {
		receipt, err := d.send(ctx, m)
		if err == nil || !slackGone(err.word) {
			return receipt, err
		}
		d.note("the message to replace takes no more (" + err.word + "), so a new one was posted")
		d.Replaces = ""
	}
	if receipt, err := d.look(ctx); err != nil || receipt.Found {
		return receipt, err
	}
	receipt, err := d.send(ctx, m)
	if err != nil && d.Thread != "" && slackGone(err.word) {
		d.note("the thread takes no more (" + err.word + "), so the message was posted to the channel")
		d.Thread = ""
		receipt, err = d.send(ctx, m)
	}
	return receipt, err
}

// send posts or replaces. If it is uncertain what became of it, the next attempt looks.
func (d *slackDelivery) send(ctx context.Context, m *slack.WebhookMessage) (Receipt, *Error) {
	begun := d.now()
	said, err := d.call(ctx, answerLimit, func(ctx context.Context, api *slack.Client) error {
		var err error
		if d.Replaces != "" {
			_, _, _, err = api.UpdateMessageContext(ctx, d.channel.id, d.Replaces, d.options(m)...)
		} else {
			_, _, err = api.PostMessageContext(ctx, d.channel.id, d.options(m)...)
		}
		return err
	})
	if err == nil && said.TS == "" {
		err = &Error{Class: Configuration, Status: http.StatusOK, Reason: "the answer names no message, so it is not Slack's", Uncertain: true}
	}
	if err != nil {
		if err.Uncertain && d.Doubt.IsZero() && d.Replaces == "" {
			d.Doubt = begun
		}
		return Receipt{}, err
	}
	return Receipt{ID: said.TS, Note: strings.Join(d.notes, "; ")}, nil
}

// options are the message as the slack package takes it. A message that replaces one
// keeps its blocks unless it has others:
// https://docs.slack.dev/reference/methods/chat.update.
func (d *slackDelivery) options(m *slack.WebhookMessage) []slack.MsgOption {
	options := []slack.MsgOption{
		slack.MsgOptionText(m.Text, false), // it is escaped already
		slack.MsgOptionParse(false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
	if key := d.Message.Key; key != "" {
		options = append(options, slack.MsgOptionMetadata(slack.SlackMetadata{EventType: slackEvent, EventPayload: map[string]any{"key": key}}))
	}
	switch {
	case m.Blocks != nil:
		options = append(options, slack.MsgOptionBlocks(m.Blocks.BlockSet...))
	case d.Replaces != "":
		options = append(options, slack.MsgOptionBlocks()) // none
	}
	if d.Thread != "" && d.Replaces == "" {
		options = append(options, slack.MsgOptionTS(d.Thread))
		if d.Broadcast {
			options = append(options, slack.MsgOptionBroadcast())
		}
	}
	return options
}
