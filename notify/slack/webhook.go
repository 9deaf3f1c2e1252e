package slack

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/slack-go/slack"

	"breakglass/notify"
)

// A Webhook posts messages through an incoming webhook. It cannot answer in threads, and
// does not learn what became of an attempt without an answer: then the message may
// come twice, with the same key in its footer.
type Webhook struct {
	hook   notify.WebhookURL
	client *http.Client
	retry  notify.Retrier
}

// NewWebhook returns a sink that posts to hook.
func NewWebhook(hook notify.WebhookURL, m notify.Means) *Webhook {
	return &Webhook{hook: hook, client: notify.Client(m.Client), retry: m.Retry}
}

// Name returns "slack".
func (s *Webhook) Name() string { return "slack" }

// Threads returns false.
func (s *Webhook) Threads() bool { return false }

// Notify posts the message. It returns a receipt only if Slack says ok; its errors
// are of type Error, or join several.
func (s *Webhook) Notify(ctx context.Context, p notify.Posting) (notify.Receipt, error) {
	return s.retry.Deliver(ctx,
		func(ctx context.Context) (notify.Receipt, *notify.Error) { return s.post(ctx, Render(p.Message)) },
		func(ctx context.Context) (notify.Receipt, *notify.Error) { return s.post(ctx, Plain(p.Message)) })
}

// post posts once. The slack package takes every 200 for a success and throws the
// reason of a refusal away, so the answer is looked at here.
func (s *Webhook) post(ctx context.Context, m *slack.WebhookMessage) (notify.Receipt, *notify.Error) {
	answer, failed := notify.Exchange(ctx, s.client, notify.AnswerLimit, s.hook.Scrub, func(client *http.Client) error {
		return slack.PostWebhookCustomHTTPContext(ctx, s.hook.Reveal(), client, m)
	})
	switch {
	case failed != nil:
		return notify.Receipt{}, failed
	case answer.Status == http.StatusOK && answer.Body == "ok":
		return notify.Receipt{}, nil
	}
	return notify.Receipt{}, refusal(s.hook, answer)
}

// refusal is the error of an answer. Slack says more by its word than by its
// status: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors.
func refusal(hook notify.WebhookURL, a notify.Answer) *notify.Error {
	e := a.Refusal(hook.Scrub, a.Body)
	word := strings.ToLower(a.Body)
	class := classOf(word)
	e.Class = cmp.Or(class, e.Class)
	e.Uncertain = e.Uncertain || uncertain(word) || a.Status == http.StatusOK && class == ""
	switch {
	case a.Page():
		e.Reason = "the answer is a web page, not Slack's"
	case a.Body == "" && a.Status == http.StatusOK:
		e.Reason = "the answer is empty, not Slack's"
	}
	return e
}

// ParseWebhook reads the URL of an incoming webhook:
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. For
// trials, http is taken if the host is this machine.
func ParseWebhook(text string) (notify.WebhookURL, error) {
	u, err := notify.ParseWebhook(text)
	switch {
	case err != nil:
		return notify.WebhookURL{}, err
	case notify.Loopback(u):
	case u.Hostname() != "hooks.slack.com" && u.Hostname() != "hooks.slack-gov.com":
		return notify.WebhookURL{}, errors.New("the host is not hooks.slack.com: use the URL of an incoming webhook")
	case !strings.HasPrefix(u.Path, "/services/"):
		return notify.WebhookURL{}, errors.New("the path does not begin with /services/: use the URL of an incoming webhook, not that of a workflow")
	}
	return notify.NewWebhook(u), nil
}
