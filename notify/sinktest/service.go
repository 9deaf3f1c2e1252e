package sinktest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"breakglass/notify"
)

// A Reply is what a service answers to one request.
type Reply struct {
	Status int
	Body   string
	Header [2]string
	Reset  bool
}

// After is the reply with the time after which to ask again.
func (r Reply) After(value string) Reply {
	r.Header = [2]string{"Retry-After", value}
	return r
}

// A Request is what a service was sent.
type Request struct {
	Path   string
	Header http.Header
	Body   []byte
}

// A Service answers messages by a script; after its end, and where the request brings no
// message, as it does when all is well.
type Service struct {
	*httptest.Server
	well  func(Request) Reply
	posts func(Request) bool

	mu     sync.Mutex
	script []Reply
	asked  []Request
	posted []Request
}

// NewService starts a service. Where posts is nil, every request brings a message.
func NewService(t testing.TB, well func(Request) Reply, posts func(Request) bool, script ...Reply) *Service {
	t.Helper()
	s := &Service{well: well, posts: posts, script: script}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP answers.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // what is missing of it shows
	now := Request{r.URL.Path, r.Header, body}
	reply := s.reply(now)
	if reply.Reset {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
		return
	}
	if reply.Header[0] != "" {
		w.Header().Set(reply.Header[0], reply.Header[1])
	}
	w.WriteHeader(reply.Status)
	_, _ = io.WriteString(w, reply.Body)
}

func (s *Service) reply(now Request) Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, now)
	if s.posts != nil && !s.posts(now) {
		return s.well(now)
	}
	s.posted = append(s.posted, now)
	if n := len(s.posted); n <= len(s.script) {
		return s.script[n-1]
	}
	return s.well(now)
}

// Posts are the requests that brought a message.
func (s *Service) Posts() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posted
}

// Asked are all requests.
func (s *Service) Asked() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// Waits are how long a sink would have waited.
type Waits []time.Duration

// Means reach a service with a client, and do not wait.
func (w *Waits) Means(client *http.Client) notify.Means {
	return notify.Means{Client: client, Retry: notify.Retrier{
		Wait:   func(ctx context.Context, d time.Duration) error { *w = append(*w, d); return ctx.Err() },
		Jitter: func() float64 { return 0.5 },
	}}
}
