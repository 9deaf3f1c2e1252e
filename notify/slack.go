package notify

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// Slack posts messages through an incoming webhook.
type Slack struct {
	hook   WebhookURL
	client *http.Client
	courier
}

// NewSlack returns a sink that posts to hook. It uses a copy of client.
func NewSlack(hook WebhookURL, client *http.Client) *Slack {
	return &Slack{hook: hook, client: plainClient(client), courier: newCourier()}
}

// Name returns "slack".
func (s *Slack) Name() string { return "slack" }

// Threads is false: there are none.
func (*Slack) Threads() bool { return false }

// Notify posts the message. It returns a receipt only if Slack says ok; its errors
// are of type Error, or join several.
func (s *Slack) Notify(ctx context.Context, p Posting) (Receipt, error) {
	m := p.Message
	return s.deliver(ctx,
		func(ctx context.Context) (Receipt, *Error) { return s.post(ctx, slackMessage(m)) },
		func(ctx context.Context) (Receipt, *Error) { return s.post(ctx, slackPlain(m)) })
}

// post posts once. The slack package takes every 200 for a success and throws the
// reason of a refusal away, so the answer is looked at here.
func (s *Slack) post(ctx context.Context, m *slack.WebhookMessage) (Receipt, *Error) {
	listener := &listener{next: s.client.Transport}
	client := *s.client
	client.Transport = listener
	err := slack.PostWebhookCustomHTTPContext(ctx, s.hook.reveal(), &client, m)
	switch {
	case listener.heard == nil && err != nil:
		return Receipt{}, unreachable(ctx, s.hook, err)
	case listener.heard == nil:
		return Receipt{}, &Error{Class: Retryable, Reason: "no answer"}
	case listener.heard.status == http.StatusOK && listener.heard.body == "ok":
		return Receipt{}, nil
	}
	return Receipt{}, slackRefusal(s.hook, *listener.heard)
}

// A listener keeps the answer that passes through it.
type listener struct {
	next  http.RoundTripper
	heard *answer
}

// RoundTrip implements http.RoundTripper.
func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	next := l.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	heard, err := readAnswer(resp)
	_ = resp.Body.Close() // it was read as far as it is needed
	if err != nil {
		return nil, err
	}
	l.heard = &heard
	resp.Body = io.NopCloser(bytes.NewReader([]byte(heard.body)))
	return resp, nil
}

// slackRefusal is the error of an answer. Slack says more by its word than by its
// status: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors.
func slackRefusal(hook WebhookURL, a answer) *Error {
	e := a.refusal(hook, a.body)
	if strings.HasPrefix(a.body, "<") {
		e.Reason = "the answer is a web page, not Slack's"
	}
	word := strings.ToLower(a.body)
	switch {
	case a.status == http.StatusOK:
		e.Class = Configuration
		if e.Reason == "" {
			e.Reason = "the answer is empty, not Slack's"
		}
	case slices.Contains([]string{"ratelimited", "rate_limited", "request_timeout", "service_unavailable", "internal_error", "fatal_error"}, word):
		e.Class = Retryable
	case slices.Contains([]string{"invalid_blocks", "invalid_payload", "no_text", "msg_too_long", "msg_blocks_too_long", "too_many_attachments"}, word):
		e.Class = Content
	case slices.Contains([]string{"user_not_found", "channel_not_found", "channel_is_archived", "action_prohibited", "invalid_token", "no_service",
		"no_service_id", "no_active_hooks", "no_team", "team_disabled", "posting_to_general_channel_denied"}, word):
		e.Class = Configuration
	}
	return e
}
