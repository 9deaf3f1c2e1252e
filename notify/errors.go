package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Class says what can help against an Error.
type Class string

// The classes of errors.
const (
	Retryable     Class = "try again"           // the service or the network is at fault
	Configuration Class = "check configuration" // the webhook is gone, or not what it should be
	Content       Class = "content refused"     // the service does not take this message
)

// An Error is why a message was not delivered. It never holds the webhook's URL.
type Error struct {
	Class      Class
	Status     int    // of the answer; zero if there was none
	Reason     string // in the service's words, or the network's
	RetryAfter time.Duration

	cause error // the context's error, if it ended the attempt
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

// An answer is what a service says to a message.
type answer struct {
	status int
	header http.Header
	body   string
}

// readAnswer reads no more of an answer than it needs.
func readAnswer(resp *http.Response) (answer, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	return answer{status: resp.StatusCode, header: resp.Header, body: strings.TrimSpace(string(body))}, err
}

// refusal is the error of an answer by its status alone.
func (a answer) refusal(hook WebhookURL, reason string) *Error {
	e := &Error{Class: Configuration, Status: a.status, Reason: hook.scrub(reason)}
	switch {
	case a.status == http.StatusTooManyRequests, a.status == http.StatusRequestTimeout, a.status >= 500:
		e.Class = Retryable
		e.RetryAfter = retryAfter(a.header.Get("Retry-After"))
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

// unreachable is the error of an attempt without an answer. The net/http package
// puts the whole URL into its errors.
func unreachable(ctx context.Context, hook WebhookURL, err error) *Error {
	var withURL *url.Error
	for errors.As(err, &withURL) {
		err = withURL.Err
	}
	e := &Error{Class: Retryable, Reason: hook.scrub("no answer: " + err.Error())}
	if cause := ctx.Err(); cause != nil {
		e.cause = cause
	}
	return e
}

// scrub makes a text from outside fit for an error: short, clean and without any
// part of the URL that authorises.
func (u WebhookURL) scrub(text string) string {
	secret, err := url.Parse(u.reveal())
	if err != nil {
		return ""
	}
	parts := []string{secret.String(), secret.RequestURI(), secret.EscapedPath(), secret.Path, secret.RawQuery}
	for part := range strings.SplitSeq(secret.Path, "/") {
		if len(part) >= 8 {
			parts = append(parts, part)
		}
	}
	for _, values := range secret.Query() {
		parts = append(parts, values...)
	}
	for _, part := range parts {
		if len(part) >= 8 {
			text = strings.ReplaceAll(text, part, "[webhook]")
			text = strings.ReplaceAll(text, url.QueryEscape(part), "[webhook]")
		}
	}
	return short(text, 160)
}

// plainClient is a copy of client that follows no redirects: the message, and who is
// allowed to send it, are not for another host.
func plainClient(client *http.Client) *http.Client {
	if client == nil {
		client = &http.Client{}
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if own.Timeout == 0 {
		own.Timeout = 30 * time.Second
	}
	return &own
}
