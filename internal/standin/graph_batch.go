package standin

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
)

// maxBatch is how many requests a batch may hold.
// https://learn.microsoft.com/graph/json-batching
const maxBatch = 20

type batchItem struct {
	ID      string            `json:"id"`
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
}

// batch answers a batch: each request by itself, in an order that is not theirs
// and the same every time.
func (g *Graph) batch(r *http.Request, q question) answer {
	if q.method != http.MethodPost {
		return refused(http.StatusMethodNotAllowed, "Request_BadRequest", "A batch is posted.")
	}
	var body struct {
		Requests []batchItem `json:"requests"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return refused(http.StatusBadRequest, "BadRequest", "Invalid batch payload format.")
	}
	if len(body.Requests) == 0 || len(body.Requests) > maxBatch {
		return refused(http.StatusBadRequest, "BadRequest", "Number of batch request steps must be 1 to 20.")
	}
	seen := map[string]bool{}
	for _, item := range body.Requests {
		if item.ID == "" || seen[item.ID] {
			return refused(http.StatusBadRequest, "BadRequest", "Request Id values must be unique and present.")
		}
		seen[item.ID] = true
	}
	g.mu.Lock()
	g.batches++
	order := rand.New(rand.NewPCG(20, g.batches)) // a repeatable order is wanted
	g.mu.Unlock()
	responses := make([]any, len(body.Requests))
	for i, item := range body.Requests {
		responses[i] = g.batched(r, q, item)
	}
	order.Shuffle(len(responses), func(i, j int) { responses[i], responses[j] = responses[j], responses[i] })
	return answer{status: http.StatusOK, body: document{"responses": responses}}
}

// batched answers one request of a batch.
func (g *Graph) batched(outer *http.Request, q question, item batchItem) document {
	recorder := &recorder{header: http.Header{}, status: http.StatusOK}
	target, err := url.Parse(item.URL)
	if err != nil || target.Host != "" {
		g.write(recorder, q, refused(http.StatusBadRequest, "BadRequest", "Invalid batch payload format."))
		return recorder.response(item.ID)
	}
	inner := outer.Clone(outer.Context())
	inner.Method, inner.Body, inner.ContentLength = strings.ToUpper(item.Method), http.NoBody, 0
	inner.URL = &url.URL{Path: "/" + q.version + "/" + strings.TrimPrefix(target.Path, "/"), RawQuery: target.RawQuery}
	inner.RequestURI = inner.URL.String()
	for name, value := range item.Headers {
		inner.Header.Set(name, value)
	}
	question := newQuestion(inner)
	g.record(question, true)
	if !g.intercept(recorder, inner, question.path) {
		g.write(recorder, question, g.answer(question))
	}
	return recorder.response(item.ID)
}

// A recorder keeps the answer to one request of a batch.
type recorder struct {
	header http.Header
	status int
	wrote  bool
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
	}
}

func (r *recorder) Write(data []byte) (int, error) {
	r.wrote = true
	return r.body.Write(data)
}

// response returns the answer as it stands in a batch: JSON as it is, anything
// else in base64.
func (r *recorder) response(id string) document {
	headers := document{}
	for name, values := range r.header {
		headers[name] = strings.Join(values, ", ")
	}
	response := document{"id": id, "status": r.status, "headers": headers}
	switch {
	case r.body.Len() == 0:
	case json.Valid(r.body.Bytes()):
		response["body"] = json.RawMessage(r.body.Bytes())
	default:
		response["body"] = base64.StdEncoding.EncodeToString(r.body.Bytes())
	}
	return response
}
