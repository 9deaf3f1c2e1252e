package notify

import (
	"fmt"
	"net/http"
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

	Word  string // the service's own for it, where it has one
	Cause error  // the context's error, if that ended the attempt
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
func (e *Error) Unwrap() error { return e.Cause }

// Refusal is the error of an answer by its status alone.
func (a Answer) Refusal(scrub func(string) string, reason string) *Error {
	e := &Error{Class: Configuration, Status: a.Status, Reason: scrub(reason)}
	switch {
	case a.Status == http.StatusTooManyRequests, a.Status == http.StatusRequestTimeout, a.Status >= 500:
		e.Class = Retryable
		e.RetryAfter = a.RetryAfter()
		e.Uncertain = a.Status != http.StatusTooManyRequests
	case a.Status == http.StatusBadRequest, a.Status == http.StatusRequestEntityTooLarge, a.Status == http.StatusUnprocessableEntity:
		e.Class = Content
	case a.Status >= 300 && a.Status < 400:
		e.Reason = "the answer points elsewhere, and redirects are not followed"
	}
	return e
}

// RetryAfter reads the header of that name, in seconds or as a date:
// https://www.rfc-editor.org/rfc/rfc9110.html#field.retry-after.
func (a Answer) RetryAfter() time.Duration {
	value := a.Header.Get("Retry-After")
	const longest = 24 * time.Hour // more is as good as never
	if seconds, err := strconv.ParseUint(strings.TrimSpace(value), 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, longest)
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(date), 0), longest)
	}
	return 0
}
