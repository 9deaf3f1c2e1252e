package notify

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"breakglass/display"
)

// A Secret authorises whoever holds it, so it prints as what it is and no more.
type Secret struct {
	is string
	// reveal is a function because fmt prints the unexported fields of whatever holds a
	// Secret, without asking it.
	reveal func() string
}

// NewSecret returns a secret, and what it prints as.
func NewSecret(is, value string) Secret {
	return Secret{is: is, reveal: func() string { return value }}
}

// Reveal returns the value. Call it only where the value is used.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// String returns what it is.
func (s Secret) String() string { return s.is }

// GoString returns what it is.
func (s Secret) GoString() string { return s.is }

// Format writes what it is, whatever the verb.
func (s Secret) Format(to fmt.State, _ rune) { _, _ = to.Write([]byte(s.is)) }

// LogValue returns what it is.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.is) }

// MarshalText returns what it is.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.is), nil }

// A WebhookURL is the address of a webhook, which prints as its host alone.
type WebhookURL struct{ Secret }

// NewWebhook makes a secret of an address.
func NewWebhook(u *url.URL) WebhookURL {
	return WebhookURL{NewSecret("webhook at "+u.Host, u.String())}
}

// Scrub makes a text from outside fit for an error, without any part of the URL that
// authorises.
func (u WebhookURL) Scrub(text string) string {
	secret, err := url.Parse(u.Reveal())
	if err != nil {
		return ""
	}
	parts := []string{secret.String(), secret.RequestURI(), secret.EscapedPath(), secret.Path, secret.RawQuery}
	parts = slices.AppendSeq(parts, strings.SplitSeq(secret.Path, "/"))
	for _, values := range secret.Query() {
		parts = append(parts, values...)
	}
	return Scrubbed(text, "[webhook]", parts...)
}

// Scrubbed makes a text from outside fit for an error: short, clean and without the
// secrets. What is too short to be one stays.
func Scrubbed(text, mark string, secrets ...string) string {
	for _, secret := range secrets {
		if len(secret) >= 8 {
			text = strings.ReplaceAll(text, secret, mark)
			text = strings.ReplaceAll(text, url.QueryEscape(secret), mark)
		}
	}
	return display.Short(text, 160)
}

// ParseWebhook reads a URL that may be posted to. Its errors do not quote it.
func ParseWebhook(text string) (*url.URL, error) {
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
	if Loopback(u) {
		return u, nil
	}
	if u.Scheme != "https" || u.Port() != "" && u.Port() != "443" {
		return nil, errors.New("the URL does not begin with https://, or names a port")
	}
	return u, nil
}

// Loopback reports whether u is plain http to this machine.
func Loopback(u *url.URL) bool {
	if u == nil || u.Scheme != "http" {
		return false
	}
	address, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && address.IsLoopback()
}
