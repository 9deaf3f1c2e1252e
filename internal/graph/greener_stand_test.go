package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"breakglass/internal/standin"
)

// An ask is one request of a reading: a GET, alone or in a batch, or a batch, which goes by
// one of the requests in it.
type ask struct {
	key      string // version, path and query
	path     string // without the version
	batch    bool   // the whole batch
	inBatch  bool
	multiple bool // a list
}

// A flaw is a request that is broken in one way.
type flaw struct {
	ask
	fault
}

// String says which request is broken how: by its path, what it filters by, its page, and
// whether it reads the last sign-in, which the selected properties tell.
func (f flaw) String() string {
	path, query, _ := strings.Cut(f.key, "?")
	values, _ := url.ParseQuery(query) // it was a query
	said := path
	if f.batch {
		said = "batch of " + said
	}
	if filter := values.Get("$filter"); filter != "" {
		said += " where " + filter
	}
	if _, at, paged := strings.Cut(values.Get("$skiptoken"), "."); paged {
		said += " from " + at
	}
	if strings.Contains(values.Get("$select"), "signInActivity") {
		said += " for signInActivity"
	}
	return fmt.Sprintf("[%s: %s]", said, f.name)
}

// A trial is what is broken in one reading.
type trial []flaw

// batched is the body of a batch.
type batched struct {
	Requests []batchRequest `json:"requests"`
}

// A stand is a Graph of which requests can be broken.
type stand struct {
	graph, whole *standin.Graph // whole is never broken: it knows the right answers

	mu     sync.Mutex
	asks   map[string]ask
	broken trial
	hits   int
}

func newStand(t *testing.T, file []byte) *stand {
	t.Helper()
	s := &stand{asks: map[string]ask{}}
	s.whole = serve(t, file, standin.WithPageSize(perPage))
	s.graph = serve(t, file, standin.WithPageSize(perPage), standin.WithIntercept(s.intercept))
	return s
}

// arm breaks requests from now on.
func (s *stand) arm(broken trial) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken, s.hits = broken, 0
}

// hit reports whether a broken request was made.
func (s *stand) hit() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hits > 0
}

// keyOf names a request, the same in each reading.
func keyOf(u *url.URL) string { return u.Path + "?" + u.Query().Encode() }

// keysIn are the names of the requests of a batch, and their ids.
func keysIn(r *http.Request) (keys, ids []string) {
	body, _ := io.ReadAll(r.Body) // what is not read is not JSON
	r.Body = io.NopCloser(bytes.NewReader(body))
	var b batched
	_ = json.Unmarshal(body, &b) // the stand-in will say so
	version := strings.TrimSuffix(r.URL.Path, "/$batch")
	for _, request := range b.Requests {
		if u, err := url.Parse(request.URL); err == nil {
			u.Path = version + "/" + strings.TrimPrefix(u.Path, "/")
			keys, ids = append(keys, keyOf(u)), append(ids, request.ID)
		}
	}
	return keys, ids
}

// intercept notes a request, and breaks it if that is its turn.
func (s *stand) intercept(w http.ResponseWriter, r *http.Request, path string) bool {
	keys := []string{keyOf(r.URL)}
	batch := path == "/$batch"
	if batch {
		keys, _ = keysIn(r)
	}
	s.note(r, path, keys)
	answer := s.flawOf(keys, batch)
	if answer == nil {
		return false
	}
	answer(w, r)
	return true
}

// note keeps what was asked.
func (s *stand) note(r *http.Request, path string, keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if path != "/$batch" {
		a := ask{key: keys[0], path: path, inBatch: s.asks[keys[0]].inBatch}
		s.asks[keys[0]] = a
		return
	}
	for _, key := range keys {
		a := s.asks[key]
		a.inBatch = true
		s.asks[key] = a
	}
	if len(keys) > 0 {
		first := slices.Min(keys)
		s.asks["batch of "+r.URL.Path+first] = ask{key: first, path: path, batch: true}
	}
}

// flawOf finds how a request is broken, and counts it.
func (s *stand) flawOf(keys []string, batch bool) func(http.ResponseWriter, *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.broken {
		if f.batch == batch && slices.Contains(keys, f.key) {
			s.hits++
			return f.answer
		}
	}
	return nil
}

// asked are the requests of a reading, in an order of their own.
func (s *stand) asked() []ask {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []ask
	for _, key := range slices.Sorted(maps.Keys(s.asks)) {
		all = append(all, s.asks[key])
	}
	return all
}

// right is the answer that a request gets without faults.
func (s *stand) right(a ask) []byte {
	if a.batch {
		return []byte(`{"responses": [{"id": "0", "status": 200, "body": {"value": []}}]}`)
	}
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, a.key, nil)
	r.Header.Set("Authorization", "Bearer any")
	w := httptest.NewRecorder()
	s.whole.ServeHTTP(w, r)
	return w.Body.Bytes()
}
