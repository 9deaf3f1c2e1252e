package slack

import (
	"cmp"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"breakglass/notify"
)

// A Token is a bot's.
type Token struct{ notify.Secret }

// scrub makes a text from outside fit for an error, without any part of the token.
func (t Token) scrub(text string) string {
	token := t.Reveal()
	text = anyToken.ReplaceAllString(text, "[token]")
	return notify.Scrubbed(text, "[token]", append([]string{token}, strings.Split(token, "-")...)...)
}

// ParseToken reads a bot's token:
// https://docs.slack.dev/authentication/tokens. Its errors do not quote it.
func ParseToken(text string) (Token, error) {
	text = strings.TrimSpace(text)
	const use = ": use the bot token (xoxb-…), which the app shows under OAuth & Permissions once it is installed"
	for _, kind := range []struct{ prefix, is string }{
		{"xoxp-", "it is a user's token"},
		{"xapp-", "it is an app-level token"},
		{"xoxe", "it is a token that expires within hours, as the app rotates its tokens, or one that configures apps: make an app without token rotation"},
		{"xoxc-", "it is the token of somebody's browser"},
		{"xoxs-", "it is the token of somebody's session"},
		{"https://", "it is a web address: that of an incoming webhook has a setting of its own"},
	} {
		if strings.HasPrefix(text, kind.prefix) {
			return Token{}, errors.New(kind.is + use)
		}
	}
	if !tokenPattern.MatchString(text) {
		return Token{}, errors.New("it does not look like a bot's token" + use)
	}
	return Token{notify.NewSecret("a Slack bot's token", text)}, nil
}

var (
	tokenPattern   = regexp.MustCompile(`^xoxb-[0-9A-Za-z-]{8,}$`)
	anyToken       = regexp.MustCompile(`(xox|xapp)[a-z.]*-[0-9A-Za-z-]*`)
	channelPattern = regexp.MustCompile(`^[CG][0-9A-Z]{7,}$`)
)

// A Channel is a channel's id.
type Channel struct{ id string }

// String returns the id.
func (c Channel) String() string { return c.id }

// ParseChannel reads a channel's id. Its errors do not quote it.
func ParseChannel(text string) (Channel, error) {
	text = strings.TrimSpace(text)
	if channelPattern.MatchString(text) {
		return Channel{text}, nil
	}
	const find = ": use the channel's id (C…), which stands at the end of the channel's details in Slack, and of its link"
	switch {
	case strings.HasPrefix(text, "D"), strings.HasPrefix(text, "U"), strings.HasPrefix(text, "W"), strings.HasPrefix(text, "@"):
		return Channel{}, errors.New("it is a person or a direct message, not a channel" + find)
	case strings.HasPrefix(text, "#"):
		return Channel{}, errors.New("it is a channel's name, which changes when the channel is renamed" + find)
	}
	return Channel{}, errors.New("it is not a channel's id" + find)
}

// An API is where Slack's Web API is; the zero one is Slack's own.
type API struct{ address string }

// String returns the address, which ends in a slash.
func (a API) String() string { return cmp.Or(a.address, "https://slack.com/api/") }

// ParseAPI reads the address of Slack's Web API. A token goes there: only Slack's
// hosts are taken and, for trials, http to this machine.
func ParseAPI(text string) (API, error) {
	if strings.TrimSpace(text) == "" {
		return API{}, nil
	}
	u, err := notify.ParseWebhook(text)
	switch {
	case err != nil:
		return API{}, err
	case u.RawQuery != "" || u.ForceQuery:
		return API{}, errors.New("the address has a query, which that of Slack's Web API has not")
	case !notify.Loopback(u) && !slices.Contains([]string{"slack.com", "slack-gov.com"}, u.Hostname()):
		return API{}, errors.New("the host is not Slack's, and a token goes there: expected https://slack.com/api/ or https://slack-gov.com/api/")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	if u.Path == "" {
		u.Path = "/api"
	}
	if !notify.Loopback(u) && u.Path != "/api" {
		return API{}, errors.New("the path is not that of Slack's Web API: expected https://slack.com/api/ or https://slack-gov.com/api/")
	}
	return API{(&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path + "/"}).String()}, nil
}
