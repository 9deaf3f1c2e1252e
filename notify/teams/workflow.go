package teams

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"breakglass/notify"
)

// A Workflow posts messages through a workflow of Power Automate that is triggered by a
// webhook request. It cannot answer in threads.
type Workflow struct {
	hook   notify.WebhookURL
	token  func(context.Context) (string, error) // nil if the URL's signature authorises
	client *http.Client
	retry  notify.Retrier
}

// NewWorkflow returns a sink that posts to hook, whose signature authorises it.
func NewWorkflow(hook notify.WebhookURL, m notify.Means) *Workflow {
	return &Workflow{hook: hook, client: notify.Client(m.Client), retry: m.Retry}
}

// NewWithIdentity returns a sink that posts to trigger with a token for its Scope,
// so that there is no secret to keep. This follows
// https://learn.microsoft.com/power-automate/oauth-authentication, which is about the
// trigger "When an HTTP request is received"; it has not been tried against a live
// workflow.
func NewWithIdentity(trigger Trigger, m notify.Means, token func(context.Context) (string, error)) *Workflow {
	t := NewWorkflow(trigger.hook, m)
	t.token = token
	return t
}

// Name returns "teams".
func (t *Workflow) Name() string { return "teams" }

// Threads returns false.
func (t *Workflow) Threads() bool { return false }

// Notify posts the message. Most workflows answer before they post: then the message
// is accepted, and nobody can tell whether people see it. Errors are of type Error,
// or join several.
func (t *Workflow) Notify(ctx context.Context, p notify.Posting) (notify.Receipt, error) {
	return t.retry.Deliver(ctx,
		func(ctx context.Context) (notify.Receipt, *notify.Error) { return t.post(ctx, Render(p.Message)) },
		func(ctx context.Context) (notify.Receipt, *notify.Error) { return t.post(ctx, Plain(p.Message)) })
}

// post posts once.
func (t *Workflow) post(ctx context.Context, e Envelope) (notify.Receipt, *notify.Error) {
	body, err := notify.Encode(e)
	if err != nil {
		return notify.Receipt{}, &notify.Error{Class: notify.Content, Reason: "encode: " + err.Error()}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.hook.Reveal(), bytes.NewReader(body))
	if err != nil {
		return notify.Receipt{}, &notify.Error{Class: notify.Configuration, Reason: "the webhook's URL cannot be used"}
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	scrub := t.hook.Scrub
	if t.token != nil {
		token, err := t.token(ctx)
		if err != nil {
			return notify.Receipt{}, &notify.Error{Class: notify.Retryable, Reason: "no token for the workflow: " + scrub(err.Error()), Cause: ctx.Err()}
		}
		scrub = func(text string) string { return t.hook.Scrub(notify.Scrubbed(text, "[token]", token)) }
		req.Header.Set("Authorization", "Bearer "+token)
	}
	answer, failed := notify.Exchange(ctx, t.client, notify.AnswerLimit, scrub, func(client *http.Client) error {
		resp, err := client.Do(req)
		if err == nil {
			_ = resp.Body.Close() // it is read
		}
		return err
	})
	switch {
	case failed != nil:
		return notify.Receipt{}, failed
	case answer.Status == http.StatusAccepted && !answer.Page():
		return notify.Receipt{Accepted: true}, nil
	case answer.Status == http.StatusOK && answer.Body == "":
		// A workflow that answers when it has posted says so with 200, and its answer may have no
		// body; so does many a proxy that passes nothing on. Sent again, it may come twice.
		return notify.Receipt{Accepted: true, Note: "the answer is 200 without a word: nobody can tell whether people see the message"}, nil
	case answer.Status == http.StatusOK && !answer.Page():
		return notify.Receipt{}, nil
	}
	return notify.Receipt{}, refusal(scrub, answer, t.token != nil)
}

// refusal is the error of an answer, in the words of Power Automate.
func refusal(scrub func(string) string, a notify.Answer, identity bool) *notify.Error {
	var said struct {
		Error struct{ Code, Message string }
	}
	reason := a.Body
	if json.Unmarshal([]byte(a.Body), &said) == nil && said.Error.Code != "" {
		reason = fmt.Sprintf("%s: %s", said.Error.Code, said.Error.Message)
	}
	e := a.Refusal(scrub, reason)
	if a.Page() {
		e.Reason = "the answer is a web page, not that of a workflow"
	}
	switch {
	case a.Status == http.StatusOK, a.Status == http.StatusAccepted:
		e.Uncertain = true
	case said.Error.Code == "WorkflowTriggerIsNotEnabled": // somebody turned the workflow off
		e.Class = notify.Configuration
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden:
		e.Reason += "; " + authorization(identity)
	}
	return e
}

// authorization says what the workflow's trigger must be for a caller with or
// without an identity.
func authorization(identity bool) string {
	if identity {
		return "the workflow's trigger must be for “Any user in my tenant”, or for “Specific users in my tenant” with the object id of the identity " +
			"that asks, and the identity of the same tenant"
	}
	return "the workflow's trigger must be for “Anyone”, and the URL the one that it shows today"
}
