package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Teams posts messages through a workflow of Power Automate that is triggered by a
// webhook request.
type Teams struct {
	hook   WebhookURL
	client *http.Client
	courier
}

// NewTeams returns a sink that posts to hook. It uses a copy of client.
func NewTeams(hook WebhookURL, client *http.Client) *Teams {
	return &Teams{hook: hook, client: plainClient(client), courier: newCourier()}
}

// Name returns "teams".
func (t *Teams) Name() string { return "teams" }

// Threads is false: there are none.
func (*Teams) Threads() bool { return false }

// Notify posts the message. Most workflows answer before they post: then the message
// is accepted, and nobody can tell whether people see it. Errors are of type Error,
// or join several.
func (t *Teams) Notify(ctx context.Context, p Posting) (Receipt, error) {
	m := p.Message
	return t.deliver(ctx,
		func(ctx context.Context) (Receipt, *Error) { return t.post(ctx, teamsCard(m)) },
		func(ctx context.Context) (Receipt, *Error) { return t.post(ctx, teamsPlain(m)) })
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
	resp, err := t.client.Do(req)
	if err != nil {
		return Receipt{}, unreachable(ctx, t.hook, err)
	}
	heard, err := readAnswer(resp)
	_ = resp.Body.Close() // it was read as far as it is needed
	if err != nil {
		return Receipt{}, unreachable(ctx, t.hook, err)
	}
	page := strings.HasPrefix(heard.body, "<")
	switch {
	case heard.status == http.StatusAccepted && !page:
		return Receipt{Accepted: true}, nil
	case heard.status == http.StatusOK && !page:
		return Receipt{}, nil
	}
	return Receipt{}, teamsRefusal(t.hook, heard)
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
func teamsRefusal(hook WebhookURL, a answer) *Error {
	var said struct {
		Error struct{ Code, Message string }
	}
	reason := a.body
	if json.Unmarshal([]byte(a.body), &said) == nil && said.Error.Code != "" {
		reason = fmt.Sprintf("%s: %s", said.Error.Code, said.Error.Message)
	}
	e := a.refusal(hook, reason)
	if strings.HasPrefix(a.body, "<") {
		e.Reason = "the answer is a web page, not that of a workflow"
	}
	if said.Error.Code == "WorkflowTriggerIsNotEnabled" { // somebody turned the workflow off
		e.Class = Configuration
	}
	return e
}
