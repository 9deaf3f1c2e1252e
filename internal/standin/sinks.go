package standin

import (
	"crypto/rand"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Sink stands in for the webhook of a chat service: it judges a message as the service would, and answers in its words.
// It keeps what it got, so that a test can look at what people would have seen.
type Sink struct {
	server loopback
	path   string // with the query: what the service wants to be called by
	secret string
	judge  func(r *http.Request, body []byte) verdict

	mu         sync.Mutex
	respond    map[string]func(n int) Reply // by the delivery's Call
	deliveries []Delivery
}

// SinkOf stands in for the service of a kind of sink, where one address is enough to reach it;
// nil if there is nothing that does.
func SinkOf(kind string) *Sink {
	switch kind {
	case "slack":
		return NewSlack()
	case "teams":
		return NewTeams()
	}
	return nil
}

// A Delivery is one request that a sink got.
type Delivery struct {
	Method string
	Call   string // which of a service's methods was asked; empty for a webhook
	Header http.Header
	Body   []byte
	Status int  // of the answer; zero if the connection was reset
	Posted bool // people see it
	// Problems are what is wrong with the message, in more words than the service has for it. There can be some although
	// the service accepted the message.
	Problems []string
}

// A Reply is a fault that replaces the service's own answer. The zero Reply leaves it.
type Reply struct {
	Status   int
	Header   map[string]string
	Body     string
	Delay    time.Duration // before anything else; ends early if the caller hangs up
	Reset    bool          // the connection breaks, and there is no answer
	Redirect string        // Location; the status is 307 unless given
	Posts    bool          // the message is posted all the same, as when an answer is lost
}

// verdict is a service's own answer.
type verdict struct {
	status      int
	contentType string
	header      map[string]string
	body        string
	posted      bool
	problems    []string
	call        string // see Delivery
	commit      func() // does what was asked for, if anything is posted
}

// Start listens on the loopback interface.
func (s *Sink) Start() error { return s.server.start(s) }

// Close stops listening and cuts the connections.
func (s *Sink) Close() error { return s.server.stop() }

// URL is the webhook's address, which is a secret as a real one is.
func (s *Sink) URL() string { return s.server.url + s.path }

// Secret is the part of the URL that must be found nowhere else.
func (s *Sink) Secret() string { return s.secret }

// Respond sets the faults: reply is called with the number of the request, from 1. Nil ends them.
func (s *Sink) Respond(reply func(n int) Reply) { s.respondTo("", reply) }

// Script gives the next requests one reply each; those after them get the service's own answer.
func (s *Sink) Script(replies ...Reply) { s.script("", replies) }

// respondTo is Respond for the requests of one call, which are numbered by themselves.
func (s *Sink) respondTo(call string, reply func(n int) Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.respond == nil {
		s.respond = map[string]func(int) Reply{}
	}
	s.respond[call] = reply
}

// script is Script for the requests of one call.
func (s *Sink) script(call string, replies []Reply) {
	done := 0
	for _, d := range s.Deliveries() {
		if d.Call == call {
			done++
		}
	}
	s.respondTo(call, func(n int) Reply {
		if i := n - done - 1; i < len(replies) {
			return replies[i]
		}
		return Reply{}
	})
}

// Deliveries returns all requests so far.
func (s *Sink) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.deliveries)
}

// Received returns the bodies of all requests so far, whatever became of them.
func (s *Sink) Received() [][]byte {
	return s.bodies(func(Delivery) bool { return true })
}

// Posted returns the messages that people see.
func (s *Sink) Posted() [][]byte {
	return s.bodies(func(d Delivery) bool { return d.Posted })
}

func (s *Sink) bodies(wanted func(Delivery) bool) [][]byte {
	var bodies [][]byte
	for _, d := range s.Deliveries() {
		if wanted(d) {
			bodies = append(bodies, d.Body)
		}
	}
	return bodies
}

// mostRequestBytes ends the reading of a request. It is this stand-in's own limit: neither service documents its.
const mostRequestBytes = 1 << 20

// ServeHTTP answers one request.
func (s *Sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, mostRequestBytes+1))
	if err != nil {
		return // the caller hung up
	}
	own := verdict{status: http.StatusRequestEntityTooLarge, contentType: "text/html", problems: []string{"more than 1 MiB"}}
	if len(body) <= mostRequestBytes {
		own = s.judge(r, body)
	}
	reply := s.deliver(Delivery{
		Method: r.Method, Call: own.call, Header: r.Header.Clone(), Body: body, Status: own.status, Posted: own.posted, Problems: own.problems,
	}, own.commit)
	if !reply.wait(r) {
		return
	}
	if reply.Reset {
		reset(w)
		return
	}
	reply.write(w, own)
}

// deliver keeps d, lets it be done unless a fault prevents it, and returns the fault.
func (s *Sink) deliver(d Delivery, commit func()) Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	var reply Reply
	if respond := s.respond[d.Call]; respond != nil {
		n := 1
		for _, earlier := range s.deliveries {
			if earlier.Call == d.Call {
				n++
			}
		}
		reply = respond(n)
	}
	if reply.Reset || reply.Redirect != "" || reply.Status != 0 {
		d.Posted, d.Status = d.Posted && reply.Posts, reply.status()
	}
	if d.Posted && commit != nil {
		commit()
	}
	s.deliveries = append(s.deliveries, d)
	return reply
}

func (reply Reply) status() int {
	switch {
	case reply.Reset:
		return 0
	case reply.Status == 0 && reply.Redirect != "":
		return http.StatusTemporaryRedirect
	}
	return reply.Status
}

// wait reports whether the caller is still there after the delay.
func (reply Reply) wait(r *http.Request) bool {
	if reply.Delay == 0 {
		return true
	}
	select {
	case <-time.After(reply.Delay):
		return true
	case <-r.Context().Done():
		return false
	}
}

func (reply Reply) write(w http.ResponseWriter, own verdict) {
	status, body := reply.status(), reply.Body
	if status == 0 {
		w.Header().Set("Content-Type", own.contentType)
		for name, value := range own.header {
			w.Header().Set(name, value)
		}
		status, body = own.status, own.body
	}
	if reply.Redirect != "" {
		w.Header().Set("Location", reply.Redirect)
	}
	for name, value := range reply.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // the caller may have hung up
}

// reset breaks the connection so that the caller sees a reset rather than an end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // nearly the same: the connection is closed
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it the close is a polite one
	}
	_ = conn.Close()
}

// newSecret makes a token that occurs nowhere by chance.
func newSecret() string { return "SECRET" + rand.Text() }
