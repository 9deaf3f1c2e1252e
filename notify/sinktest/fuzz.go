package sinktest

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/notify"
	"breakglass/notify/stories"
)

// answering is a service that always answers the same.
type answering struct {
	status int
	wait   string // its Retry-After
	body   string
}

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body) // what was sent does not matter
	}
	return &http.Response{
		StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Retry-After": {a.wait}},
		Body: io.NopCloser(strings.NewReader(a.body)), Request: r,
	}, nil
}

// FuzzAnswers: whatever the service answers, only what it says in its own way counts as taken,
// an error has a class, a wait is none that goes back, and nothing tells a secret.
func FuzzAnswers(f *testing.F, s Sink) {
	f.Helper()
	for _, body := range []string{"", "ok", "no_service", "invalid_token", `{"error":{"code":"WorkflowNotFound","message":"x"}}`, `{"ok":true,"ts":"1.0"}`, "<html>", "1"} {
		for _, status := range []int{200, 202, 302, 400, 404, 429, 503} {
			f.Add(status, "120", body)
		}
	}
	f.Add(429, "Fri, 31 Dec 2100 23:59:59 GMT", "")
	posting := Daily()
	f.Fuzz(func(t *testing.T, status int, wait, body string) {
		if status < 200 || status > 999 { // net/http hands on no other
			return
		}
		var waits Waits
		sink := s.New(t, "http://127.0.0.1:1", waits.Means(&http.Client{Transport: answering{status, wait, body}}))
		receipt, err := sink.Notify(t.Context(), posting)
		var e *notify.Error
		switch {
		case err == nil && !s.Taken(status, body):
			t.Errorf("%d %q counts as taken", status, body)
		case err != nil && (!errors.As(err, &e) || e.Class == "" || e.RetryAfter < 0):
			t.Errorf("%d %q: %#v", status, body, err)
		}
		for _, secret := range s.Secrets {
			if text := printed(err, receipt); strings.Contains(text, secret) && !strings.Contains(body, secret) {
				t.Errorf("%d %q: %s is told: %s", status, body, secret, text)
			}
		}
		for _, w := range waits {
			if w < 0 || w > 5*time.Minute {
				t.Errorf("%d %q: waits %v", status, wait, w)
			}
		}
	})
}

// FuzzMessages lets strangers name everything, and expects that it can be sent.
func FuzzMessages(f *testing.F, s Sink) {
	f.Helper()
	f.Add(stories.HostileText, stories.HostileText)
	f.Add("{{{", "\u202E\n")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, name, reason string) {
		after := stories.ReportOf(stories.Today(), stories.Set("policy-excluded", stories.EA01, checks.Fail, reason), stories.Set("drill-recent", stories.EA01, checks.Unknown, reason))
		after.Results = append(after.Results, checks.Result{Check: name, Status: checks.Fail, Title: reason, Remediation: name, References: []string{name}})
		after.Tenant.DisplayName = name
		for i := range after.Results {
			after.Results[i].Subject.Name = name
		}
		story := stories.Story{Before: stories.ReportOf(stories.Yesterday()), After: after}
		m := notify.Compose(story.Entry().Digest, notify.Options{Version: name, Language: "ja"})
		for _, part := range notify.Split(m, s.Kind.Takes) {
			rich, plain := s.sent(t, part)
			for _, r := range []Request{rich, plain} {
				if complaint := s.Limits(part, s.decode(t, r), r); complaint != "" {
					t.Error(complaint)
				}
			}
		}
	})
}
