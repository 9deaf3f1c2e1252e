package notify

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// A reply is what a service answers to one post.
type reply struct {
	status int
	body   string
	header [2]string
	reset  bool
}

// A service answers posts by a script; after its end, as it does when all is well.
type service struct {
	*httptest.Server
	mu     sync.Mutex
	script []reply
	well   reply
	bodies []string
	types  []string

	headers []http.Header
}

const secretPath = "/services/T00000000/B00000000/SECRETSECRETSECRET"

func newService(t *testing.T, well reply, script ...reply) *service {
	t.Helper()
	s := &service{script: script, well: well}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	answer := s.well
	if n := len(s.bodies); n < len(s.script) {
		answer = s.script[n]
	}
	s.bodies = append(s.bodies, string(body))
	s.types = append(s.types, r.Header.Get("Content-Type"))
	s.headers = append(s.headers, r.Header)
	s.mu.Unlock()
	if answer.reset {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
		return
	}
	if answer.header[0] != "" {
		w.Header().Set(answer.header[0], answer.header[1])
	}
	w.WriteHeader(answer.status)
	_, _ = io.WriteString(w, answer.body)
}

func (s *service) posts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bodies
}

// sleeps are the waits that would have been.
type sleeps []time.Duration

func (s *sleeps) retrier() retrier {
	return retrier{
		wait:   func(ctx context.Context, d time.Duration) error { *s = append(*s, d); return ctx.Err() },
		jitter: func() float64 { return 0.5 },
	}
}

type notifier interface {
	Name() string
	Threads() bool
	Notify(context.Context, Posting) (Receipt, error)
}

func daily(t testing.TB) Posting {
	t.Helper()
	return Posting{Message: storyOf(t, "daily").message()}
}

// newSink makes a sink of that name that posts to s and does not wait.
func newSink(t *testing.T, name string, s *service, waits *sleeps) notifier {
	t.Helper()
	if name == "slack" {
		hook, err := ParseSlackWebhook(s.URL + secretPath)
		if err != nil {
			t.Fatal(err)
		}
		sink := NewSlack(hook, s.Client())
		sink.retrier = waits.retrier()
		return sink
	}
	hook, err := ParseTeamsWorkflow(s.URL + secretPath + "?sig=SECRETSIGNATURE")
	if err != nil {
		t.Fatal(err)
	}
	sink := NewTeams(hook, s.Client())
	sink.retrier = waits.retrier()
	return sink
}

var well = map[string]reply{"slack": {status: 200, body: "ok"}, "teams": {status: 202}}

// expectNoSecret fails if an error tells any part of the URL.
func expectNoSecret(t *testing.T, name string, err error) {
	t.Helper()
	if err != nil && (strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "services/")) {
		t.Errorf("%s: the error tells the URL: %v", name, err)
	}
}

func TestDelivery(t *testing.T) {
	t.Parallel()
	page := "<html>Log in at " + secretPath + "</html>"
	tests := []struct {
		name, sink string
		script     []reply
		class      Class // of the error; empty if it is delivered
		posts      int
		waits      sleeps
		receipt    Receipt
		says       string
		uncertain  bool // the error says that the message may have arrived
	}{
		{name: "well", sink: "slack", posts: 1},
		{name: "well", sink: "teams", posts: 1, receipt: Receipt{Accepted: true}},
		{name: "confirmed", sink: "teams", script: []reply{{status: 200, body: "{}"}}, posts: 1},
		{name: "200 and empty", sink: "teams", script: []reply{{status: 200}}, posts: 1, receipt: Receipt{Accepted: true, Note: "the answer is 200 without a word: nobody can tell whether people see the message"}},
		{name: "ok with a newline", sink: "slack", script: []reply{{status: 200, body: "ok\n"}}, posts: 1},
		{name: "200 but not ok", sink: "slack", script: []reply{{status: 200, body: page}}, class: Configuration, posts: 1, says: "web page", uncertain: true},
		{name: "200 and empty", sink: "slack", script: []reply{{status: 200}}, class: Configuration, posts: 1, says: "empty", uncertain: true},
		{name: "200 web page", sink: "teams", script: []reply{{status: 200, body: page}}, class: Configuration, posts: 1, says: "web page", uncertain: true},
		{name: "busy", sink: "slack", script: []reply{{status: 503, body: page}}, posts: 2, waits: sleeps{time.Second}},
		{name: "busy twice", sink: "teams", script: []reply{{status: 502}, {status: 500}}, posts: 3, waits: sleeps{time.Second, 4 * time.Second}, receipt: Receipt{Accepted: true}},
		{name: "always busy", sink: "slack", script: []reply{{status: 500}, {status: 500}, {status: 500}}, class: Retryable, posts: 3, waits: sleeps{time.Second, 4 * time.Second}, says: "500", uncertain: true},
		{name: "limited", sink: "slack", script: []reply{{status: 429, body: "rate_limited", header: [2]string{"Retry-After", "30"}}}, posts: 2, waits: sleeps{30 * time.Second}},
		{name: "limited without a time", sink: "teams", script: []reply{{status: 429}}, posts: 2, waits: sleeps{time.Second}, receipt: Receipt{Accepted: true}},
		{name: "limited for less", sink: "teams", script: []reply{{status: 429, header: [2]string{"Retry-After", "0"}}}, posts: 2, waits: sleeps{time.Second}, receipt: Receipt{Accepted: true}},
		{name: "limited for long", sink: "slack", script: []reply{{status: 429, header: [2]string{"Retry-After", "3600"}}}, class: Retryable, posts: 1, says: "429"},
		{name: "limited until a day", sink: "slack", script: []reply{{status: 429, header: [2]string{"Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT"}}}, class: Retryable, posts: 1},
		{name: "limited until yesterday", sink: "slack", script: []reply{{status: 429, header: [2]string{"Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT"}}}, posts: 2, waits: sleeps{time.Second}},
		{name: "limited in words", sink: "slack", script: []reply{{status: 429, header: [2]string{"Retry-After", "soon"}}}, posts: 2, waits: sleeps{time.Second}},
		{name: "limited twice", sink: "slack", script: []reply{{status: 429, header: [2]string{"Retry-After", "40"}}, {status: 429, header: [2]string{"Retry-After", "40"}}}, class: Retryable, posts: 2, waits: sleeps{40 * time.Second}},
		{name: "reset", sink: "slack", script: []reply{{reset: true}}, posts: 2, waits: sleeps{time.Second}},
		{name: "reset", sink: "teams", script: []reply{{reset: true}, {reset: true}, {reset: true}}, class: Retryable, posts: 3, waits: sleeps{time.Second, 4 * time.Second}, says: "no answer", uncertain: true},
		{name: "busy, then limited", sink: "teams", script: []reply{{status: 502}, {status: 429, header: [2]string{"Retry-After", "3600"}}}, class: Retryable, posts: 2, waits: sleeps{time.Second}, uncertain: true},
		{name: "busy, then refused twice", sink: "slack", script: []reply{{status: 502}, {status: 400, body: "no_text"}, {status: 403, body: "invalid_token"}}, class: Configuration, posts: 3, waits: sleeps{time.Second}, says: "no_text", uncertain: true},
		{name: "in doubt", sink: "slack", script: []reply{{status: 400, body: "fatal_error"}, {status: 200, body: "ratelimited"}}, posts: 3, waits: sleeps{time.Second, 4 * time.Second}},
		{name: "moving", sink: "slack", script: []reply{{status: 403, body: "team_added_to_org"}}, posts: 2, waits: sleeps{time.Second}},
		{name: "403", sink: "teams", script: []reply{{status: 403, body: `{"error":{"code":"X","message":"outdated URL"}}`}}, class: Configuration, posts: 1, says: "“Anyone”"},
		{name: "revoked", sink: "slack", script: []reply{{status: 404, body: "no_service"}}, class: Configuration, posts: 1, says: "no_service"},
		{name: "token", sink: "slack", script: []reply{{status: 403, body: "invalid_token"}}, class: Configuration, posts: 1, says: "invalid_token"},
		{name: "archived", sink: "slack", script: []reply{{status: 410, body: "channel_is_archived"}}, class: Configuration, posts: 1, says: "channel_is_archived"},
		{name: "user", sink: "slack", script: []reply{{status: 400, body: "user_not_found"}}, class: Configuration, posts: 1, says: "user_not_found"},
		{name: "unauthorised", sink: "teams", script: []reply{{status: 401, body: `{"error":{"code":"DirectApiAuthorizationRequired","message":"sig ` + "SECRETSIGNATURE" + `"}}`}}, class: Configuration, posts: 1, says: "DirectApiAuthorizationRequired"},
		{name: "gone", sink: "teams", script: []reply{{status: 404, body: `{"error":{"code":"WorkflowNotFound","message":"Not found."}}`}}, class: Configuration, posts: 1, says: "WorkflowNotFound: Not found."},
		{name: "off", sink: "teams", script: []reply{{status: 400, body: `{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"Off."}}`}}, class: Configuration, posts: 1},
		{name: "redirect", sink: "slack", script: []reply{{status: 307, header: [2]string{"Location", "/elsewhere"}}}, class: Configuration, posts: 1, says: "redirects are not followed"},
		{name: "redirect", sink: "teams", script: []reply{{status: 302, header: [2]string{"Location", "/elsewhere"}}}, class: Configuration, posts: 1, says: "redirects are not followed"},
		{name: "refused once", sink: "slack", script: []reply{{status: 400, body: "invalid_blocks"}}, posts: 2, receipt: Receipt{Plain: true}},
		{name: "refused once", sink: "teams", script: []reply{{status: 400, body: `{"error":{"code":"TriggerInputSchemaMismatch","message":"x"}}`}}, posts: 2, receipt: Receipt{Accepted: true, Plain: true}},
		{name: "too large", sink: "teams", script: []reply{{status: 413}}, posts: 2, receipt: Receipt{Accepted: true, Plain: true}},
		{name: "refused twice", sink: "slack", script: []reply{{status: 400, body: "invalid_blocks"}, {status: 400, body: "no_text"}}, class: Content, posts: 2, says: "no_text"},
		{name: "refused, then busy", sink: "slack", script: []reply{{status: 400, body: "invalid_payload"}, {status: 503}}, posts: 3, waits: sleeps{time.Second}, receipt: Receipt{Plain: true}},
		{name: "busy, then refused", sink: "slack", script: []reply{{status: 503}, {status: 400, body: "msg_blocks_too_long"}}, posts: 3, waits: sleeps{time.Second}, receipt: Receipt{Plain: true}},
		{name: "long answer", sink: "slack", script: []reply{{status: 403, body: strings.Repeat("\x1b[31m"+secretPath+"\n", 9999)}}, class: Configuration, posts: 1},
	}
	for _, tt := range tests {
		t.Run(tt.sink+" "+tt.name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, well[tt.sink], tt.script...)
			var waits sleeps
			receipt, err := newSink(t, tt.sink, s, &waits).Notify(t.Context(), daily(t))
			var e *Error
			switch {
			case tt.class == "" && err != nil:
				t.Errorf("error %v", err)
			case tt.class != "" && (!errors.As(err, &e) || e.Class != tt.class):
				t.Errorf("error %v, want class %q", err, tt.class)
			case err != nil && e.Uncertain != tt.uncertain:
				t.Errorf("error %v, uncertain %v", err, e.Uncertain)
			case err != nil && (!strings.Contains(err.Error(), tt.says) || strings.ContainsAny(err.Error(), "\x1b") || len(err.Error()) > 500):
				t.Errorf("error %q, want %q in it", err, tt.says)
			}
			expectNoSecret(t, tt.name, err)
			if receipt != tt.receipt {
				t.Errorf("receipt %+v, want %+v", receipt, tt.receipt)
			}
			if n := len(s.posts()); n != tt.posts {
				t.Errorf("%d posts, want %d", n, tt.posts)
			}
			if len(waits) != len(tt.waits) {
				t.Fatalf("waits %v, want %v", waits, tt.waits)
			}
			for i := range waits {
				if waits[i] != tt.waits[i] {
					t.Errorf("waits %v, want %v", waits, tt.waits)
				}
			}
		})
	}
}

func TestPlainTextFallback(t *testing.T) {
	t.Parallel()
	s := newService(t, well["slack"], reply{status: 400, body: "invalid_blocks"})
	var waits sleeps
	if _, err := newSink(t, "slack", s, &waits).Notify(t.Context(), Posting{Message: storyOf(t, "hostile").message()}); err != nil {
		t.Fatal(err)
	}
	posts := s.posts()
	if !strings.Contains(posts[0], `"blocks"`) || strings.Contains(posts[1], `"blocks"`) || !strings.Contains(posts[1], `"parse":"none"`) {
		t.Errorf("posted %s, then %s", posts[0], posts[1])
	}
}

func TestContentTypes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"slack": "application/json", "teams": "application/json; charset=utf-8"} {
		s := newService(t, well[name])
		var waits sleeps
		sink := newSink(t, name, s, &waits)
		if _, err := sink.Notify(t.Context(), daily(t)); err != nil {
			t.Fatal(err)
		}
		if sink.Name() != name || s.types[0] != want {
			t.Errorf("%s posts %q", sink.Name(), s.types[0])
		}
	}
}

func TestContextEndsDelivery(t *testing.T) {
	t.Parallel()
	for name := range well {
		s := newService(t, well[name], reply{status: 503}, reply{status: 503}, reply{status: 503})
		ctx, cancel := context.WithCancel(t.Context())
		var waits sleeps
		sink := newSink(t, name, s, &waits)
		cancel()
		_, err := sink.Notify(ctx, daily(t))
		if !errors.Is(err, context.Canceled) || len(s.posts()) != 0 || len(waits) != 0 {
			t.Errorf("%s: %v after %d posts and %v", name, err, len(s.posts()), waits)
		}
		expectNoSecret(t, name, err)

		late, stop := context.WithTimeout(t.Context(), 900*time.Millisecond) // less than the first delay
		_, err = sink.Notify(late, daily(t))
		stop()
		var e *Error
		if !errors.As(err, &e) || e.Class != Retryable || len(waits) != 0 {
			t.Errorf("%s: %v, waits %v", name, err, waits)
		}
	}
}

// TestSlow: an answer that comes later than anybody waits for it leaves it open what became
// of the message, for every sink; its secrets are not in the error.
func TestSlow(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server see that the caller is gone
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	server.Client().Timeout = 50 * time.Millisecond
	s := &service{Server: server}
	var waits sleeps
	for name, sink := range map[string]notifier{
		"Slack's webhook": newSink(t, "slack", s, &waits), "Slack's bot": (&workspace{Server: server}).bot(t, &waits), "Teams": newSink(t, "teams", s, &waits),
	} {
		waits = nil
		receipt, err := sink.Notify(t.Context(), daily(t))
		var e *Error
		if !errors.As(err, &e) || e.Class != Retryable || !e.Uncertain || errors.Is(err, context.Canceled) {
			t.Errorf("%s: %+v, %#v", name, receipt, err)
		}
		if len(waits) != 2 {
			t.Errorf("%s: tried again after %v", name, waits)
		}
		expectNoSecret(t, name, err)
	}
}

func TestNoNetwork(t *testing.T) {
	t.Parallel()
	for name := range well {
		s := newService(t, reply{})
		s.Close()
		var waits sleeps
		_, err := newSink(t, name, s, &waits).Notify(t.Context(), daily(t))
		var e *Error
		if !errors.As(err, &e) || e.Class != Retryable || !strings.Contains(err.Error(), "refused") || strings.Contains(err.Error(), "Post") {
			t.Errorf("%s: %v", name, err)
		}
		expectNoSecret(t, name, err)
	}
}

func TestClientIsCopied(t *testing.T) {
	t.Parallel()
	hook, err := ParseSlackWebhook(slackURL)
	if err != nil {
		t.Fatal(err)
	}
	given := &http.Client{}
	for _, own := range []*http.Client{NewSlack(hook, given).client, NewTeams(hook, given).client, NewSlack(hook, nil).client} {
		if own == given || own.CheckRedirect == nil || own.Timeout == 0 {
			t.Errorf("client %+v", own)
		}
	}
	if given.CheckRedirect != nil || given.Timeout != 0 || given.Transport != nil {
		t.Errorf("the given client is %+v", given)
	}
}

func TestWaitEndsWithContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := wait(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := wait(t.Context(), 0); err != nil {
		t.Error(err)
	}
}

func TestReceipt(t *testing.T) {
	t.Parallel()
	if d, a := (Receipt{}).String(), (Receipt{Accepted: true}).String(); d != "delivered" || a != "accepted" {
		t.Errorf("%s, %s", d, a)
	}
}
