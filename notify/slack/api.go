package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/slack-go/slack"

	"breakglass/notify"
)

// response is what the Web API's methods answer, as far as it is used:
// https://docs.slack.dev/apis/web-api#responses.
type response struct {
	OK       bool
	Error    string
	Needed   string
	TS       string
	UserID   string `json:"user_id"`
	BotID    string `json:"bot_id"`
	Messages []posted
	Response struct {
		Cursor   string   `json:"next_cursor"`
		Messages []string // what is wrong with the blocks
	} `json:"response_metadata"`

	scopes string // what the token may do; empty if Slack does not say
}

// A posted is a message that is in a channel. Metadata is whatever its sender,
// maybe a stranger, made of it.
type posted struct {
	TS       string
	User     string
	BotID    string `json:"bot_id"`
	Metadata json.RawMessage
}

// call asks the Web API once. The slack package takes answers for a success that say
// nothing, does not know a limit that is given as a date, and decodes all of every
// stranger's message: so it makes the request, and the answer is looked at here.
func (s *Bot) call(ctx context.Context, limit int64, ask func(context.Context, *slack.Client) error) (response, *notify.Error) {
	answer, failed := notify.Exchange(ctx, s.client, limit, s.token.scrub, func(client *http.Client) error {
		return ask(ctx, slack.New(s.token.Reveal(), slack.OptionHTTPClient(client), slack.OptionAPIURL(s.api.String())))
	})
	if failed != nil {
		return response{}, failed
	}
	said, refused := s.judge(answer)
	said.scopes = answer.Header.Get("X-OAuth-Scopes")
	return said, refused
}

// judge tells Slack's success from all else.
func (s *Bot) judge(a notify.Answer) (response, *notify.Error) {
	var said response
	err := json.Unmarshal([]byte(a.Body), &said)
	ours := err == nil && (said.OK || said.Error != "")
	if ours && said.OK && a.Status == http.StatusOK {
		return said, nil
	}
	e := a.Refusal(s.token.scrub, a.Body)
	switch {
	case ours && !said.OK:
		s.word(e, said, a)
	case a.Page():
		e.Reason = "the answer is a web page, not Slack's"
	case a.Status == http.StatusOK && a.Body == "":
		e.Reason = "the answer is empty, not Slack's"
	case a.Status == http.StatusOK:
		e.Reason = "the answer is not Slack's"
	}
	if a.Status == http.StatusOK && !ours {
		e.Uncertain = true
	}
	return response{}, e
}

// word puts Slack's word for its refusal into an error. What Slack refuses with a word
// that is not known is for people to look into.
func (s *Bot) word(e *notify.Error, said response, a notify.Answer) {
	e.Word = s.token.scrub(said.Error)
	e.Reason = e.Word
	e.Class = classOf(said.Error)
	switch {
	case e.Class == "" && e.Status >= 500:
		e.Class = notify.Retryable
	case e.Class == "":
		e.Class = notify.Configuration
	}
	e.Uncertain = e.Uncertain || uncertain(said.Error)
	e.RetryAfter = a.RetryAfter()
	if e.Status == http.StatusOK {
		e.Status = 0 // it would read as if all were well
	}
	if len(said.Response.Messages) > 0 {
		e.Reason += ": " + s.token.scrub(strings.Join(said.Response.Messages, "; "))
	}
	if remedy := remedyOf(said.Error, s.token.scrub(said.Needed)); remedy != "" {
		e.Reason += ": " + remedy
	}
}
