package notify

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
)

// A WebhookURL authorises whoever holds it, so it prints as its host alone.
type WebhookURL struct {
	host string
	// reveal is a function because fmt prints the unexported fields of whatever holds a
	// WebhookURL, without asking it.
	reveal func() string
}

// String returns the host.
func (u WebhookURL) String() string { return "webhook at " + u.host }

// GoString returns the host.
func (u WebhookURL) GoString() string { return u.String() }

// Format writes the host, whatever the verb.
func (u WebhookURL) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(u.String())) }

// LogValue returns the host.
func (u WebhookURL) LogValue() slog.Value { return slog.StringValue(u.String()) }

// MarshalText returns the host.
func (u WebhookURL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// ParseSlackWebhook reads the URL of a Slack incoming webhook:
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. For
// trials, http is taken if the host is this machine.
func ParseSlackWebhook(text string) (WebhookURL, error) {
	u, err := parseWebhook(text)
	if err != nil || loopback(u) {
		return webhook(u), err
	}
	if host := u.Hostname(); host != "hooks.slack.com" && host != "hooks.slack-gov.com" {
		return WebhookURL{}, errors.New("the host is not hooks.slack.com: use the URL of an incoming webhook")
	}
	if !strings.HasPrefix(u.Path, "/services/") {
		return WebhookURL{}, errors.New("the path does not begin with /services/: use the URL of an incoming webhook, not that of a workflow")
	}
	return webhook(u), nil
}

// parseWebhook reads a URL that may be posted to. Its errors do not quote it.
func parseWebhook(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil: // it quotes the text
		return nil, errors.New("not a URL")
	case u.Host == "" || u.Hostname() == "":
		return nil, errors.New("not a URL with a host")
	case u.User != nil || u.Fragment != "":
		return nil, errors.New("the URL has a user or a fragment, which no webhook has")
	}
	u.Host = strings.ToLower(u.Host)
	if loopback(u) {
		return u, nil
	}
	if u.Scheme != "https" || u.Port() != "" && u.Port() != "443" {
		return nil, errors.New("the URL does not begin with https://, or names a port")
	}
	return u, nil
}

// loopback reports whether u is plain http to this machine.
func loopback(u *url.URL) bool {
	if u == nil || u.Scheme != "http" {
		return false
	}
	address, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && address.IsLoopback()
}

func webhook(u *url.URL) WebhookURL {
	if u == nil {
		return WebhookURL{}
	}
	text := u.String()
	return WebhookURL{host: u.Host, reveal: func() string { return text }}
}
