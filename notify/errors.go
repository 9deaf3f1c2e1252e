package notify

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"breakglass/display"
)

// A Class says what can help against an Error.
type Class string

// The classes of errors.
const (
	Retryable     Class = "try again"           // the service or the network is at fault
	Configuration Class = "check configuration" // the webhook is gone, or not what it should be
	Content       Class = "content refused"     // the service does not take this message
)

// An Error is why a message was not delivered. It never holds what authorises: the
// webhook's URL, or a token.
type Error struct {
	Class      Class
	Status     int    // of the answer; zero if there was none
	Reason     string // in the service's words, or the network's
	RetryAfter time.Duration
	// Uncertain is set if the message may have arrived all the same: whoever sends it
	// again gives the time of this attempt as the Posting's Doubt.
	Uncertain bool

	word  string // Slack's, where there is one
	cause error  // the context's error, if it ended the attempt
}

// Error says what happened and of what class it is.
func (e *Error) Error() string {
	text := e.Reason
	if e.Status != 0 {
		text = strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)))
		if e.Reason != "" {
			text += ": " + e.Reason
		}
	}
	return fmt.Sprintf("%s (%s)", text, e.Class)
}

// Unwrap returns the context's error, if that ended the attempt.
func (e *Error) Unwrap() error { return e.cause }

// refusal is the error of an answer by its status alone.
func (a answer) refusal(scrub func(string) string, reason string) *Error {
	e := &Error{Class: Configuration, Status: a.status, Reason: scrub(reason)}
	switch {
	case a.status == http.StatusTooManyRequests, a.status == http.StatusRequestTimeout, a.status >= 500:
		e.Class = Retryable
		e.RetryAfter = retryAfter(a.header.Get("Retry-After"))
		e.Uncertain = a.status != http.StatusTooManyRequests
	case a.status == http.StatusBadRequest, a.status == http.StatusRequestEntityTooLarge, a.status == http.StatusUnprocessableEntity:
		e.Class = Content
	case a.status >= 300 && a.status < 400:
		e.Reason = "the answer points elsewhere, and redirects are not followed"
	}
	return e
}

// retryAfter reads the header of that name, in seconds or as a date:
// https://www.rfc-editor.org/rfc/rfc9110.html#field.retry-after.
func retryAfter(value string) time.Duration {
	const longest = 24 * time.Hour // more is as good as never
	if seconds, err := strconv.ParseUint(strings.TrimSpace(value), 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, longest)
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(date), 0), longest)
	}
	return 0
}

// scrubbed makes a text from outside fit for an error: short, clean and without the
// secrets. What is too short to be one stays.
func scrubbed(text, mark string, secrets ...string) string {
	for _, secret := range secrets {
		if len(secret) >= 8 {
			text = strings.ReplaceAll(text, secret, mark)
			text = strings.ReplaceAll(text, url.QueryEscape(secret), mark)
		}
	}
	return display.Short(text, 160)
}

// scrub makes a text from outside fit for an error, without any part of the URL that
// authorises.
func (u WebhookURL) scrub(text string) string {
	secret, err := url.Parse(u.reveal())
	if err != nil {
		return ""
	}
	parts := []string{secret.String(), secret.RequestURI(), secret.EscapedPath(), secret.Path, secret.RawQuery}
	parts = slices.AppendSeq(parts, strings.SplitSeq(secret.Path, "/"))
	for _, values := range secret.Query() {
		parts = append(parts, values...)
	}
	return scrubbed(text, "[webhook]", parts...)
}
