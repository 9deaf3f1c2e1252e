package notify

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/slack-go/slack"
)

// Slack posts messages through an incoming webhook. It cannot answer in threads, and
// does not learn what became of an attempt without an answer: then the message may
// come twice, with the same key in its footer.
type Slack struct {
	hook   WebhookURL
	client *http.Client
	retrier
}

// NewSlack returns a sink that posts to hook. It uses a copy of client.
func NewSlack(hook WebhookURL, client *http.Client) *Slack {
	return &Slack{hook: hook, client: plainClient(client), retrier: newRetrier()}
}

// Name returns "slack".
func (s *Slack) Name() string { return "slack" }

// Threads returns false.
func (s *Slack) Threads() bool { return false }

// Notify posts the message. It returns a receipt only if Slack says ok; its errors
// are of type Error, or join several.
func (s *Slack) Notify(ctx context.Context, p Posting) (Receipt, error) {
	return s.deliver(ctx,
		func(ctx context.Context) (Receipt, *Error) { return s.post(ctx, slackMessage(p.Message)) },
		func(ctx context.Context) (Receipt, *Error) { return s.post(ctx, slackPlain(p.Message)) })
}

// post posts once. The slack package takes every 200 for a success and throws the
// reason of a refusal away, so the answer is looked at here.
func (s *Slack) post(ctx context.Context, m *slack.WebhookMessage) (Receipt, *Error) {
	client, l := listen(s.client, answerLimit)
	err := slack.PostWebhookCustomHTTPContext(ctx, s.hook.reveal(), client, m)
	switch {
	case l.heard == nil:
		return Receipt{}, l.unreachable(ctx, s.hook.scrub, err)
	case l.heard.status == http.StatusOK && l.heard.body == "ok":
		return Receipt{}, nil
	}
	return Receipt{}, slackRefusal(s.hook, *l.heard)
}

// slackRefusal is the error of an answer. Slack says more by its word than by its
// status: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors.
func slackRefusal(hook WebhookURL, a answer) *Error {
	e := a.refusal(hook.scrub, a.body)
	e.word = strings.ToLower(a.body)
	class := slackClass(e.word)
	e.Class = cmp.Or(class, e.Class)
	e.Uncertain = e.Uncertain || slackUncertain(e.word) || a.status == http.StatusOK && class == ""
	switch {
	case a.page():
		e.Reason = "the answer is a web page, not Slack's"
	case a.body == "" && a.status == http.StatusOK:
		e.Reason = "the answer is empty, not Slack's"
	}
	return e
}
