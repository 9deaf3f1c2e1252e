package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Teams posts messages through a workflow of Power Automate that is triggered by a
// webhook request. It cannot answer in threads.
type Teams struct {
	hook   WebhookURL
	token  func(context.Context) (string, error) // nil if the URL's signature authorises
	client *http.Client
	retrier
}

// NewTeams returns a sink that posts to hook, whose signature authorises it. It uses
// a copy of client.
func NewTeams(hook WebhookURL, client *http.Client) *Teams {
	return &Teams{hook: hook, client: plainClient(client), retrier: newRetrier()}
}

// NewTeamsIdentity returns a sink that posts to trigger with a token for its Scope,
// so that there is no secret to keep. It uses a copy of client. This follows
// https://learn.microsoft.com/power-automate/oauth-authentication, which is about the
// trigger "When an HTTP request is received"; it has not been tried against a live
// workflow.
func NewTeamsIdentity(trigger TeamsTrigger, client *http.Client, token func(context.Context) (string, error)) *Teams {
	t := NewTeams(trigger.hook, client)
	t.token = token
	return t
}

// Name returns "teams".
func (t *Teams) Name() string { return "teams" }

// Threads returns false.
func (t *Teams) Threads() bool { return false }

// Notify posts the message. Most workflows answer before they post: then the message
// is accepted, and nobody can tell whether people see it. Errors are of type Error,
// or join several.
func (t *Teams) Notify(ctx context.Context, p Posting) (Receipt, error) {
	return t.deliver(ctx,
		func(ctx context.Context) (Receipt, *Error) { return t.post(ctx, teamsCard(p.Message)) },
		func(ctx context.Context) (Receipt, *Error) { return t.post(ctx, teamsPlain(p.Message)) })
}

// post posts once.
func (t *Teams) post(ctx context.Context, e envelope) (Receipt, *Error) {
	body, err := encode(e)
	if err != nil {
		return Receipt{}, &Error{Class: Content, Reason: "encode: " + err.Error()}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.hook.reveal(), bytes.NewReader(body))
	if err != nil {
		return Receipt{}, &Error{Class: Configuration, Reason: "the webhook's URL cannot be used"}
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	scrub := t.hook.scrub
	if t.token != nil {
		token, err := t.token(ctx)
		if err != nil {
			return Receipt{}, &Error{Class: Retryable, Reason: "no token for the workflow: " + scrub(err.Error()), cause: ctx.Err()}
		}
		scrub = func(text string) string { return t.hook.scrub(scrubbed(text, "[token]", token)) }
		req.Header.Set("Authorization", "Bearer "+token)
	}
	client, l := listen(t.client, answerLimit)
	resp, err := client.Do(req)
	if err == nil {
		_ = resp.Body.Close() // the listener read it
	}
	switch {
	case l.heard == nil:
		return Receipt{}, l.unreachable(ctx, scrub, err)
	case l.heard.status == http.StatusAccepted && !l.heard.page():
		return Receipt{Accepted: true}, nil
	case l.heard.status == http.StatusOK && l.heard.body == "":
		// A workflow that answers when it has posted says so with 200, and its answer may have no
		// body; so does many a proxy that passes nothing on. Sent again, it may come twice.
		return Receipt{Accepted: true, Note: "the answer is 200 without a word: nobody can tell whether people see the message"}, nil
	case l.heard.status == http.StatusOK && !l.heard.page():
		return Receipt{}, nil
	}
	return Receipt{}, teamsRefusal(scrub, *l.heard, t.token != nil)
}

// encode writes compact JSON. It escapes no more than it must, as the size counts.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// teamsRefusal is the error of an answer, in the words of Power Automate.
func teamsRefusal(scrub func(string) string, a answer, identity bool) *Error {
	var said struct {
		Error struct{ Code, Message string }
	}
	reason := a.body
	if json.Unmarshal([]byte(a.body), &said) == nil && said.Error.Code != "" {
		reason = fmt.Sprintf("%s: %s", said.Error.Code, said.Error.Message)
	}
	e := a.refusal(scrub, reason)
	if a.page() {
		e.Reason = "the answer is a web page, not that of a workflow"
	}
	switch {
	case a.status == http.StatusOK, a.status == http.StatusAccepted:
		e.Uncertain = true
	case said.Error.Code == "WorkflowTriggerIsNotEnabled": // somebody turned the workflow off
		e.Class = Configuration
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden:
		e.Reason += "; " + teamsAuthorization(identity)
	}
	return e
}

// teamsAuthorization says what the workflow's trigger must be for a caller with or
// without an identity.
func teamsAuthorization(identity bool) string {
	if identity {
		return "the workflow's trigger must be for “Any user in my tenant”, or for “Specific users in my tenant” with the object id of the identity " +
			"that asks, and the identity of the same tenant"
	}
	return "the workflow's trigger must be for “Anyone”, and the URL the one that it shows today"
}
