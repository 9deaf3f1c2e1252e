package slack

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"breakglass/notify"
)

// A Bot posts messages as an app. Other than a webhook it can answer in threads,
// replace a message, and look whether an attempt without an answer arrived. It needs
// the scope chat:write; to look, channels:history, and groups:history in a private
// channel, too.
type Bot struct {
	token   Token
	channel Channel
	api     API
	client  *http.Client
	now     func() time.Time
	retry   notify.Retrier
}

// NewBot returns a sink that posts to channel.
func NewBot(token Token, channel Channel, api API, m notify.Means) *Bot {
	return &Bot{token: token, channel: channel, api: api, client: notify.Client(m.Client), now: time.Now, retry: m.Retry}
}

// Name returns "slack", as the webhook's: there is one of the two.
func (s *Bot) Name() string { return "slack" }

// Threads returns true.
func (s *Bot) Threads() bool { return true }

// Notify posts the message. Where an attempt before, in this call or by the Posting's
// Doubt, may have arrived, it first looks for it in the channel. If it may not look,
// the message is sent all the same, maybe twice, and the receipt says so. Errors are
// of type Error, or join several.
func (s *Bot) Notify(ctx context.Context, p notify.Posting) (notify.Receipt, error) {
	d := delivery{Bot: s, Posting: p}
	return s.retry.Deliver(ctx,
		func(ctx context.Context) (notify.Receipt, *notify.Error) { return d.try(ctx, Render(p.Message)) },
		func(ctx context.Context) (notify.Receipt, *notify.Error) { return d.try(ctx, Plain(p.Message)) })
}

// A delivery is one Notify: what it has learned carries over to its next attempt.
type delivery struct {
	*Bot
	notify.Posting
	notes []string
}

// note keeps what did not go as it should, once.
func (d *delivery) note(text string) {
	if !slices.Contains(d.notes, text) {
		d.notes = append(d.notes, text)
	}
}

// try makes one attempt. Replacing twice is replacing once, so nothing is looked for
// before it.
func (d *delivery) try(ctx context.Context, m *slack.WebhookMessage) (notify.Receipt, *notify.Error) {
	if d.Replaces != "" {
		receipt, err := d.send(ctx, m)
		if err == nil || !gone(err.Word) {
			return receipt, err
		}
		d.note("the message to replace takes no more (" + err.Word + "), so a new one was posted")
		d.Replaces = ""
	}
	if receipt, err := d.look(ctx); err != nil || receipt.Found {
		return receipt, err
	}
	receipt, err := d.send(ctx, m)
	if err != nil && d.Thread != "" && gone(err.Word) {
		d.note("the thread takes no more (" + err.Word + "), so the message was posted to the channel")
		d.Thread = ""
		receipt, err = d.send(ctx, m)
	}
	return receipt, err
}

// send posts or replaces. If it is uncertain what became of it, the next attempt looks.
func (d *delivery) send(ctx context.Context, m *slack.WebhookMessage) (notify.Receipt, *notify.Error) {
	begun := d.now()
	said, err := d.call(ctx, notify.AnswerLimit, func(ctx context.Context, api *slack.Client) error {
		var err error
		if d.Replaces != "" {
			_, _, _, err = api.UpdateMessageContext(ctx, d.channel.id, d.Replaces, d.options(m)...)
		} else {
			_, _, err = api.PostMessageContext(ctx, d.channel.id, d.options(m)...)
		}
		return err
	})
	if err == nil && said.TS == "" {
		err = &notify.Error{Class: notify.Configuration, Status: http.StatusOK, Reason: "the answer names no message, so it is not Slack's", Uncertain: true}
	}
	if err != nil {
		if err.Uncertain && d.Doubt.IsZero() && d.Replaces == "" {
			d.Doubt = begun
		}
		return notify.Receipt{}, err
	}
	return notify.Receipt{ID: said.TS, Note: strings.Join(d.notes, "; ")}, nil
}

// options are the message as the slack package takes it. A message that replaces one
// keeps its blocks unless it has others:
// https://docs.slack.dev/reference/methods/chat.update.
func (d *delivery) options(m *slack.WebhookMessage) []slack.MsgOption {
	options := []slack.MsgOption{
		slack.MsgOptionText(m.Text, false), // it is escaped already
		slack.MsgOptionParse(false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
	if key := d.Message.Key; key != "" {
		options = append(options, slack.MsgOptionMetadata(slack.SlackMetadata{EventType: eventType, EventPayload: map[string]any{"key": key}}))
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
