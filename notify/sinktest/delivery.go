package sinktest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/notify"
)

// a row is one course of a delivery.
type row struct {
	name      string
	script    []Reply
	class     notify.Class // of the error; empty if it is delivered
	posts     int
	waits     Waits
	plain     bool
	says      string
	uncertain bool // the error says that the message may have arrived
}

func courses(s Sink) []row {
	busy, limited, reset := Reply{Status: 503}, Reply{Status: 429}, Reply{Reset: true}
	once, twice := Waits{time.Second}, Waits{time.Second, 4 * time.Second}
	page := Reply{Status: 200, Body: "<html>Log in at " + s.Authority + "</html>"}
	told := Reply{Status: 502, Body: s.Authority}
	return []row{
		{name: "well", posts: 1},
		{name: "busy", script: []Reply{busy}, posts: 2, waits: once},
		{name: "busy twice", script: []Reply{{Status: 502}, {Status: 500}}, posts: 3, waits: twice},
		{name: "always busy", script: []Reply{busy, busy, told}, class: notify.Retryable, posts: 3, waits: twice, says: "502", uncertain: true},
		{name: "out of time", script: []Reply{{Status: 408}}, posts: 2, waits: once},
		{name: "limited", script: []Reply{limited.After("30")}, posts: 2, waits: Waits{30 * time.Second}},
		{name: "limited without a time", script: []Reply{limited}, posts: 2, waits: once},
		{name: "limited for less", script: []Reply{limited.After("0")}, posts: 2, waits: once},
		{name: "limited for long", script: []Reply{limited.After("3600")}, class: notify.Retryable, posts: 1, says: "429"},
		{name: "limited until a day", script: []Reply{limited.After("Fri, 31 Dec 2100 23:59:59 GMT")}, class: notify.Retryable, posts: 1},
		{name: "limited until yesterday", script: []Reply{limited.After("Fri, 31 Dec 1999 23:59:59 GMT")}, posts: 2, waits: once},
		{name: "limited in words", script: []Reply{limited.After("soon")}, posts: 2, waits: once},
		{name: "limited twice", script: []Reply{limited.After("40"), limited.After("40")}, class: notify.Retryable, posts: 2, waits: Waits{40 * time.Second}},
		{name: "busy, then limited", script: []Reply{busy, limited.After("3600")}, class: notify.Retryable, posts: 2, waits: once, uncertain: true},
		{name: "reset", script: []Reply{reset}, posts: 2, waits: once},
		{name: "reset again and again", script: []Reply{reset, reset, reset}, class: notify.Retryable, posts: 3, waits: twice, says: "no answer", uncertain: true},
		{name: "200 of something else", script: []Reply{page}, class: notify.Configuration, posts: 1, says: "web page", uncertain: true},
		{name: "gone", script: []Reply{{Status: 404}}, class: notify.Configuration, posts: 1, says: "404"},
		{name: "not allowed", script: []Reply{{Status: 403, Body: page.Body}}, class: notify.Configuration, posts: 1},
		{name: "too large", script: []Reply{{Status: 413}}, posts: 2, plain: true},
		{name: "refused once", script: []Reply{s.Refused}, posts: 2, plain: true},
		{name: "refused twice", script: []Reply{s.Refused, s.Refused}, class: notify.Content, posts: 2},
		{name: "refused, then busy", script: []Reply{s.Refused, busy}, posts: 3, waits: once, plain: true},
		{name: "busy, then refused", script: []Reply{busy, s.Refused}, posts: 3, waits: once, plain: true},
		{name: "busy, refused, gone", script: []Reply{busy, s.Refused, {Status: 404}}, class: notify.Configuration, posts: 3, waits: once, uncertain: true},
		{name: "long answer", script: []Reply{{Status: 403, Body: strings.Repeat("\x1b[31m"+s.Authority+"\n", 9999)}}, class: notify.Configuration, posts: 1},
	}
}

// delivers: a sink tries again where that can help and as long as it has time, falls back to
// plain text once, and says what is certain.
func delivers(t *testing.T, s Sink) {
	for _, tt := range courses(s) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			service := s.Service(t, tt.script...)
			var waits Waits
			receipt, err := s.New(t, service.URL, waits.Means(service.Client())).Notify(t.Context(), Daily())
			ExpectError(t, err, tt.class, tt.uncertain, tt.says)
			s.expectNoSecret(t, err, receipt)
			if well := tt.class == ""; receipt.Plain != tt.plain || receipt.Accepted != (well && s.Accepted) {
				t.Errorf("receipt %+v", receipt)
			}
			if n := len(service.Posts()); n != tt.posts || !slices.Equal(waits, tt.waits) {
				t.Errorf("%d posts, waits %v; want %d, %v", n, waits, tt.posts, tt.waits)
			}
		})
	}
}

// staysWithItsHost: the message, and who is allowed to send it, are not for another host.
func staysWithItsHost(t *testing.T, s Sink) {
	elsewhere := s.Service(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		service := s.Service(t, Reply{Status: status, Header: [2]string{"Location", elsewhere.URL}})
		var waits Waits
		_, err := s.New(t, service.URL, waits.Means(service.Client())).Notify(t.Context(), Daily())
		ExpectError(t, err, notify.Configuration, false, "redirects are not followed")
		if len(service.Posts()) != 1 || len(elsewhere.Asked()) != 0 {
			t.Errorf("%d: %d posts, %d elsewhere", status, len(service.Posts()), len(elsewhere.Asked()))
		}
	}
}

// endsWithContext: nothing is sent for a caller who is gone, or waited for who has no time.
func endsWithContext(t *testing.T, s Sink) {
	service := s.Service(t, Reply{Status: 503}, Reply{Status: 503}, Reply{Status: 503})
	var waits Waits
	sink := s.New(t, service.URL, waits.Means(service.Client()))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := sink.Notify(gone, Daily())
	if !errors.Is(err, context.Canceled) || len(service.Asked()) != 0 || len(waits) != 0 {
		t.Errorf("%v after %d requests and %v", err, len(service.Asked()), waits)
	}
	s.expectNoSecret(t, err)

	late, stop := context.WithTimeout(t.Context(), 900*time.Millisecond) // less than the first delay
	_, err = sink.Notify(late, Daily())
	stop()
	var e *notify.Error
	if !errors.As(err, &e) || e.Class != notify.Retryable || len(waits) != 0 {
		t.Errorf("%v, waits %v", err, waits)
	}
}

// hanging is a service that does not answer. It says when it was asked.
func hanging(t *testing.T, asked func()) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server see that the caller is gone
		asked()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	return server
}

// endsWhileWaiting: whoever gives up does not know what became of the message.
func endsWhileWaiting(t *testing.T, s Sink) {
	ctx, cancel := context.WithCancel(t.Context())
	server := hanging(t, cancel)
	var waits Waits
	_, err := s.New(t, server.URL, waits.Means(server.Client())).Notify(ctx, Daily())
	ExpectError(t, err, notify.Retryable, true, "")
	s.expectNoSecret(t, err)
	if !errors.Is(err, context.Canceled) || len(waits) != 0 {
		t.Errorf("%#v after %v", err, waits)
	}
}

// endsInTime: an answer that comes later than anybody waits for it leaves it open what became
// of the message.
func endsInTime(t *testing.T, s Sink) {
	server := hanging(t, func() {})
	server.Client().Timeout = 50 * time.Millisecond
	var waits Waits
	_, err := s.New(t, server.URL, waits.Means(server.Client())).Notify(t.Context(), Daily())
	ExpectError(t, err, notify.Retryable, true, "")
	s.expectNoSecret(t, err)
	if errors.Is(err, context.Canceled) || len(waits) != 2 {
		t.Errorf("%#v after %v", err, waits)
	}
}

// needsNetwork: without one the message has not arrived, and another attempt can help.
func needsNetwork(t *testing.T, s Sink) {
	service := s.Service(t)
	service.Close()
	var waits Waits
	_, err := s.New(t, service.URL, waits.Means(service.Client())).Notify(t.Context(), Daily())
	ExpectError(t, err, notify.Retryable, false, "refused")
	s.expectNoSecret(t, err)
	if strings.Contains(err.Error(), "Post") {
		t.Errorf("the error tells the request: %v", err)
	}
}
