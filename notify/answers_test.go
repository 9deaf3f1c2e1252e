package notify

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
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
	return &http.Response{StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Retry-After": {a.wait}}, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

// FuzzAnswers: whatever a webhook or a workflow answers, only what the service says in its own way
// counts as taken, an error has a class, a wait is none that goes back, and nothing tells the
// address.
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{"", "ok", "no_service", "invalid_token", `{"error":{"code":"WorkflowNotFound","message":"x"}}`, "<html>", "1"} {
		for _, status := range []int{200, 202, 302, 400, 404, 429, 503} {
			f.Add(status, "120", body)
		}
	}
	f.Add(429, "Fri, 31 Dec 2100 23:59:59 GMT", "")
	f.Fuzz(func(t *testing.T, status int, wait, body string) {
		if status < 200 || status > 999 { // net/http hands on no other
			return
		}
		slack, err := ParseSlackWebhook(slackURL)
		if err != nil {
			t.Fatal(err)
		}
		teams, err := ParseTeamsWorkflow(teamsURL)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Transport: answering{status, wait, body}}
		var waits sleeps
		hook, flow := NewSlack(slack, client), NewTeams(teams, client)
		hook.retrier, flow.retrier = waits.retrier(), waits.retrier()
		for name, notify := range map[string]func() (Receipt, error){
			"slack": func() (Receipt, error) { return hook.Notify(t.Context(), daily(t)) },
			"teams": func() (Receipt, error) { return flow.Notify(t.Context(), daily(t)) },
		} {
			receipt, err := notify()
			var e *Error
			switch {
			case err == nil && (status < 200 || status > 299 || name == "slack" && strings.TrimSpace(body) != "ok"):
				t.Errorf("%s: %d %q counts as taken", name, status, body)
			case err != nil && (!errors.As(err, &e) || e.Class == "" || e.RetryAfter < 0):
				t.Errorf("%s: %d %q: %#v", name, status, body, err)
			}
			said := receipt.Note
			if err != nil {
				said += err.Error()
			}
			for _, secret := range []string{"XXXXXXXX", "sig=", "SECRET"} {
				if strings.Contains(said, secret) && !strings.Contains(body, secret) {
					t.Errorf("%s: %d %q: %s is told: %s", name, status, body, secret, said)
				}
			}
		}
		for _, w := range waits {
			if w < 0 || w > 5*time.Minute {
				t.Errorf("%d %q: waits %v", status, wait, w)
			}
		}
	})
}
