package standin

import (
	"crypto/rand"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Graph stands in for Microsoft Graph and answers from a tenant file. It is
// strict where Graph is: a token, the query options that an endpoint takes, the
// properties that must be selected. What the file does not hold is refused with
// 403, never made up.
// https://learn.microsoft.com/graph/api/overview
type Graph struct {
	file      *graphFile
	accepts   func(token string) bool
	pageSize  int
	lenient   bool
	latency   time.Duration
	now       func() time.Time
	intercept Intercept
	throttle  *throttle
	capitals  func(path string) bool
	server    loopback

	changing sync.RWMutex // held for reading by each request

	mu      sync.Mutex
	log     []GraphRequest
	batches uint64
}

// A GraphRequest is one request that a Graph was asked, alone or in a batch.
type GraphRequest struct {
	Method  string
	Version string // v1.0 or beta
	Path    string // without the version: /users/…
	Query   url.Values
	InBatch bool
	At      time.Time
}

// An Intercept may answer a request instead of the stand-in: it returns whether
// it did. Path is without the version; that of a batch is /$batch. It is called for
// each request of a batch too; what it writes is then that request's answer.
type Intercept func(w http.ResponseWriter, r *http.Request, path string) bool

// A GraphOption changes a Graph.
type GraphOption func(*Graph)

// WithTokenCheck sets which bearer tokens are accepted, such as Identity.Accepts.
// Without it any token is.
func WithTokenCheck(accepts func(token string) bool) GraphOption {
	return func(g *Graph) { g.accepts = accepts }
}

// WithPageSize sets how many items a page has at most: 5 unless set, so that
// lists come in several pages.
func WithPageSize(items int) GraphOption { return func(g *Graph) { g.pageSize = items } }

// WithoutStrictSelect answers a user or a group without $select as Graph does,
// with the default properties. Otherwise such a request is refused, because
// properties that are not among them would be read as null.
func WithoutStrictSelect() GraphOption { return func(g *Graph) { g.lenient = true } }

// WithLatency makes every request take this long; a batch counts once.
func WithLatency(latency time.Duration) GraphOption { return func(g *Graph) { g.latency = latency } }

// WithGraphClock sets where the Graph takes the time from.
func WithGraphClock(now func() time.Time) GraphOption { return func(g *Graph) { g.now = now } }

// WithIntercept sets who may answer before the stand-in.
func WithIntercept(intercept Intercept) GraphOption {
	return func(g *Graph) { g.intercept = intercept }
}

// WithThrottle limits how often it may be asked.
func WithThrottle(limits ...Limit) GraphOption {
	return func(g *Graph) { g.throttle = newThrottle(limits) }
}

// NewGraph returns a Graph that answers from a tenant file. It is an
// http.Handler; Start serves it.
func NewGraph(file []byte, options ...GraphOption) (*Graph, error) {
	f, err := readGraphFile(file)
	if err != nil {
		return nil, err
	}
	g := &Graph{
		file: f, pageSize: 5, now: time.Now, throttle: newThrottle(nil),
		accepts:   func(string) bool { return true },
		intercept: func(http.ResponseWriter, *http.Request, string) bool { return false },
		capitals:  func(string) bool { return false },
	}
	for _, option := range options {
		option(g)
	}
	return g, nil
}

// Start serves the Graph on the loopback interface until Close.
func (g *Graph) Start() error { return g.server.start(g) }

// Close stops serving.
func (g *Graph) Close() error { return g.server.stop() }

// URL returns the address of version v1.0, once started.
func (g *Graph) URL() string { return g.server.url + "/v1.0" }

// Requests returns what was asked so far, in order; the requests of a batch come
// after the batch.
func (g *Graph) Requests() []GraphRequest {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.log)
}

// ServeHTTP answers a request.
func (g *Graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.latency > 0 {
		wait := time.NewTimer(g.latency)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-r.Context().Done():
			return
		}
	}
	w.Header().Set("Date", g.now().UTC().Format(http.TimeFormat))
	q := newQuestion(r)
	g.record(q, false)
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" || !g.accepts(token) {
		g.write(w, q, refused(http.StatusUnauthorized, "InvalidAuthenticationToken", "Access token validation failure."))
		return
	}
	if g.intercept(w, r, q.path) {
		return
	}
	g.changing.RLock()
	defer g.changing.RUnlock()
	if q.path == "/$batch" {
		g.write(w, q, g.batch(r, q))
		return
	}
	g.write(w, q, g.answer(q))
}

// Replace puts another tenant file in the place of the one that is served: something has
// happened in the tenant.
func (g *Graph) Replace(file []byte) error {
	f, err := readGraphFile(file)
	if err != nil {
		return err
	}
	g.changing.Lock()
	defer g.changing.Unlock()
	g.file = f
	return nil
}

func (g *Graph) record(q question, inBatch bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.log = append(g.log, GraphRequest{q.method, q.version, q.path, q.query, inBatch, g.now()})
}

// A question is a request, taken apart.
type question struct {
	method   string
	version  string // v1.0 or beta, or nothing
	path     string // without the version
	query    url.Values
	root     string // the address of the service, without the version
	clientID string // the client's own id of the request
}

func newQuestion(r *http.Request) question {
	q := question{method: r.Method, path: r.URL.Path, query: r.URL.Query(), root: "http://" + r.Host, clientID: r.Header.Get("client-request-id")}
	if r.TLS != nil {
		q.root = "https://" + r.Host
	}
	for _, version := range []string{"v1.0", "beta"} {
		if rest, ok := strings.CutPrefix(r.URL.Path, "/"+version+"/"); ok {
			q.version, q.path = version, "/"+rest
		}
	}
	return q
}

// segments returns the parts of the path.
func (q question) segments() []string { return strings.Split(strings.Trim(q.path, "/"), "/") }

// An answer is what a question gets.
type answer struct {
	status int
	header http.Header
	body   any
	reason *fault // instead of a body
}

func refused(status int, code, message string) answer { return because(&fault{status, code, message}) }

func because(reason *fault) answer { return answer{status: reason.Status, reason: reason} }

// answer answers one question that is not a batch.
func (g *Graph) answer(q question) answer {
	if q.version == "" {
		return unknownSegment(q.path)
	}
	if limited, ok := g.throttle.refuses(q, g.now()); ok {
		return limited
	}
	if q.method != http.MethodGet {
		return refused(http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
	}
	return g.route(q)
}

func unknownSegment(segment string) answer {
	return refused(http.StatusBadRequest, "BadRequest", "Resource not found for the segment '"+segment+"'.")
}

// json returns the answer's body; an error in Graph's envelope, with an id that
// no other has.
// https://learn.microsoft.com/graph/errors
func (g *Graph) json(q question, a answer) any {
	switch {
	case a.reason == nil && g.capitals(q.path):
		return capitalised(a.body)
	case a.reason == nil:
		return a.body
	}
	id := requestID()
	client := q.clientID
	if client == "" {
		client = id
	}
	return document{"error": document{
		"code": a.reason.Code, "message": a.reason.Message,
		"innerError": document{"date": g.now().UTC().Format("2006-01-02T15:04:05"), "request-id": id, "client-request-id": client},
	}}
}

func (g *Graph) write(w http.ResponseWriter, q question, a answer) {
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Request-Id", requestID())
	writeJSON(w, a.status, g.json(q, a))
}

const contentType = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"

// requestID returns a random UUID.
func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails: https://pkg.go.dev/crypto/rand#Read
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
