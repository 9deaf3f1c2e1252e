package notify

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/slack-go/slack"
)

// slackAnswer is what the Web API's methods answer, as far as it is used:
// https://docs.slack.dev/apis/web-api#responses.
type slackAnswer struct {
	OK       bool
	Error    string
	Needed   string
	TS       string
	UserID   string `json:"user_id"`
	BotID    string `json:"bot_id"`
	Messages []slackPosted
	Response struct {
		Cursor   string   `json:"next_cursor"`
		Messages []string // what is wrong with the blocks
	} `json:"response_metadata"`

	scopes string // what the token may do; empty if Slack does not say
}

// A slackPosted is a message that is in a channel. Metadata is whatever its sender,
// maybe a stranger, made of it.
type slackPosted struct {
	TS       string
	User     string
	BotID    string `json:"bot_id"`
	Metadata json.RawMessage
}

// call asks the Web API once. The slack package takes answers for a success that say
// nothing, does not know a limit that is given as a date, and decodes all of every
// stranger's message: so it makes the request, and the answer is looked at here.
func (s *SlackBot) call(ctx context.Context, limit int64, ask func(context.Context, *slack.Client) error) (slackAnswer, *Error) {
	client, l := listen(s.client, limit)
	err := ask(ctx, slack.New(s.token.reveal(), slack.OptionHTTPClient(client), slack.OptionAPIURL(s.api.String())))
	if l.heard == nil {
		return slackAnswer{}, l.unreachable(ctx, s.token.scrub, err)
	}
	said, refused := s.judge(*l.heard)
	said.scopes = l.heard.header.Get("X-OAuth-Scopes")
	return said, refused
}

// judge tells Slack's success from all else.
func (s *SlackBot) judge(a answer) (slackAnswer, *Error) {
	var said slackAnswer
	err := json.Unmarshal([]byte(a.body), &said)
	ours := err == nil && (said.OK || said.Error != "")
	if ours && said.OK && a.status == http.StatusOK {
		return said, nil
	}
	e := a.refusal(s.token.scrub, a.body)
	switch {
	case ours && !said.OK:
		s.word(e, said, a)
	case a.page():
		e.Reason = "the answer is a web page, not Slack's"
	case a.status == http.StatusOK && a.body == "":
		e.Reason = "the answer is empty, not Slack's"
	case a.status == http.StatusOK:
		e.Reason = "the answer is not Slack's"
	}
	if a.status == http.StatusOK && !ours {
		e.Uncertain = true
	}
	return slackAnswer{}, e
}

// word puts Slack's word for its refusal into an error. What Slack refuses with a word
// that is not known is for people to look into.
func (s *SlackBot) word(e *Error, said slackAnswer, a answer) {
	e.word = said.Error
	e.Reason = s.token.scrub(said.Error)
	e.Class = slackClass(said.Error)
	switch {
	case e.Class == "" && e.Status >= 500:
		e.Class = Retryable
	case e.Class == "":
		e.Class = Configuration
	}
	e.Uncertain = e.Uncertain || slackUncertain(said.Error)
	e.RetryAfter = retryAfter(a.header.Get("Retry-After"))
	if e.Status == http.StatusOK {
		e.Status = 0 // it would read as if all were well
	}
	if len(said.Response.Messages) > 0 {
		e.Reason += ": " + s.token.scrub(strings.Join(said.Response.Messages, "; "))
	}
	if remedy := slackRemedy(said.Error, s.token.scrub(said.Needed)); remedy != "" {
		e.Reason += ": " + remedy
	}
}
