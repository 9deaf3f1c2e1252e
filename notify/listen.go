package notify

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// AnswerLimit is how much of an answer is read, in bytes. Slack repeats the whole
// message in it, with six bytes for each character that is not ASCII.
const AnswerLimit = 1 << 20

// An Answer is what a service says to a request.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Page reports whether the answer is a web page, as that of a proxy.
func (a Answer) Page() bool { return strings.HasPrefix(a.Body, "<") }

// Exchange makes one request with a copy of client, and returns the answer to it, whatever
// the function makes of it. No more than limit bytes of it are read.
func Exchange(ctx context.Context, client *http.Client, limit int64, scrub func(string) string, request func(*http.Client) error) (Answer, *Error) {
	own, l := listen(client, limit)
	err := request(own)
	if l.heard == nil {
		return Answer{}, l.unreachable(ctx, scrub, err)
	}
	return *l.heard, nil
}

// A listener carries one request and keeps the answer to it.
type listener struct {
	next      http.RoundTripper
	limit     int64
	heard     *Answer
	connected atomic.Bool // so the request may have been sent
}

// listen returns a copy of client for one request, and what keeps the answer. No
// more than limit bytes of it are read.
func listen(client *http.Client, limit int64) (*http.Client, *listener) {
	l := &listener{next: client.Transport, limit: limit}
	own := *client
	own.Transport = l
	return &own, l
}

// RoundTrip implements http.RoundTripper.
func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	next := l.next
	if next == nil {
		next = http.DefaultTransport
	}
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { l.connected.Store(true) }}
	resp, err := next.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, l.limit))
	_ = resp.Body.Close() // it was read as far as it is needed
	if err != nil {
		return nil, err
	}
	l.heard = &Answer{Status: resp.StatusCode, Header: resp.Header, Body: strings.TrimSpace(string(data))}
	resp.Body = io.NopCloser(strings.NewReader(l.heard.Body))
	return resp, nil
}

// unreachable is the error of a request without an answer. The net/http package puts
// the whole URL into its errors.
func (l *listener) unreachable(ctx context.Context, scrub func(string) string, err error) *Error {
	if err == nil {
		err = errors.New("nothing was said")
	}
	var withURL *url.Error
	for errors.As(err, &withURL) {
		err = withURL.Err
	}
	return &Error{Class: Retryable, Reason: scrub("no answer: " + err.Error()), Uncertain: l.connected.Load(), Cause: ctx.Err()}
}

// Client is a copy of client that follows no redirects: the message, and who is
// allowed to send it, are not for another host.
func Client(client *http.Client) *http.Client {
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
