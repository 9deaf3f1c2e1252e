package notify

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A SlackToken is a bot's. It authorises whoever holds it, so it prints as its kind
// alone.
type SlackToken struct {
	// reveal is a function for the reason that a WebhookURL's is.
	reveal func() string
}

// String returns the kind.
func (SlackToken) String() string { return "a Slack bot's token" }

// GoString returns the kind.
func (t SlackToken) GoString() string { return t.String() }

// Format writes the kind, whatever the verb.
func (t SlackToken) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(t.String())) }

// LogValue returns the kind.
func (t SlackToken) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText returns the kind.
func (t SlackToken) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// scrub makes a text from outside fit for an error, without any part of the token.
func (t SlackToken) scrub(text string) string {
	token := t.reveal()
	text = slackAnyToken.ReplaceAllString(text, "[token]")
	return scrubbed(text, "[token]", append([]string{token}, strings.Split(token, "-")...)...)
}

// ParseSlackToken reads a bot's token:
// https://docs.slack.dev/authentication/tokens. Its errors do not quote it.
func ParseSlackToken(text string) (SlackToken, error) {
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
			return SlackToken{}, errors.New(kind.is + use)
		}
	}
	if !slackTokenPattern.MatchString(text) {
		return SlackToken{}, errors.New("it does not look like a bot's token" + use)
	}
	return SlackToken{reveal: func() string { return text }}, nil
}

var (
	slackTokenPattern   = regexp.MustCompile(`^xoxb-[0-9A-Za-z-]{8,}$`)
	slackAnyToken       = regexp.MustCompile(`(xox|xapp)[a-z.]*-[0-9A-Za-z-]*`)
	slackChannelPattern = regexp.MustCompile(`^[CG][0-9A-Z]{7,}$`)
)

// A SlackChannel is a channel's id.
type SlackChannel struct{ id string }

// String returns the id.
func (c SlackChannel) String() string { return c.id }

// ParseSlackChannel reads a channel's id. Its errors do not quote it.
func ParseSlackChannel(text string) (SlackChannel, error) {
	text = strings.TrimSpace(text)
	if slackChannelPattern.MatchString(text) {
		return SlackChannel{text}, nil
	}
	const find = ": use the channel's id (C…), which stands at the end of the channel's details in Slack, and of its link"
	switch {
	case strings.HasPrefix(text, "D"), strings.HasPrefix(text, "U"), strings.HasPrefix(text, "W"), strings.HasPrefix(text, "@"):
		return SlackChannel{}, errors.New("it is a person or a direct message, not a channel" + find)
	case strings.HasPrefix(text, "#"):
		return SlackChannel{}, errors.New("it is a channel's name, which changes when the channel is renamed" + find)
	}
	return SlackChannel{}, errors.New("it is not a channel's id" + find)
}

// A SlackAPI is where Slack's Web API is; the zero one is Slack's own.
type SlackAPI struct{ address string }

// String returns the address, which ends in a slash.
func (a SlackAPI) String() string { return cmp.Or(a.address, "https://slack.com/api/") }

// ParseSlackAPI reads the address of Slack's Web API. A token goes there: only Slack's
// hosts are taken and, for trials, http to this machine.
func ParseSlackAPI(text string) (SlackAPI, error) {
	if strings.TrimSpace(text) == "" {
		return SlackAPI{}, nil
	}
	u, err := parseWebhook(text)
	switch {
	case err != nil:
		return SlackAPI{}, err
	case u.RawQuery != "" || u.ForceQuery:
		return SlackAPI{}, errors.New("the address has a query, which that of Slack's Web API has not")
	case !loopback(u) && !slices.Contains([]string{"slack.com", "slack-gov.com"}, u.Hostname()):
		return SlackAPI{}, errors.New("the host is not Slack's, and a token goes there: expected https://slack.com/api/ or https://slack-gov.com/api/")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	if u.Path == "" {
		u.Path = "/api"
	}
	if !loopback(u) && u.Path != "/api" {
		return SlackAPI{}, errors.New("the path is not that of Slack's Web API: expected https://slack.com/api/ or https://slack-gov.com/api/")
	}
	return SlackAPI{(&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path + "/"}).String()}, nil
}
