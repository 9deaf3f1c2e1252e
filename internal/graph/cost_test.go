package graph

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"breakglass/internal/standin"
	"breakglass/tenant"
)

// TestCostDoesNotGrowWithUsers reads the made-up tenant and the same one with many
// more users: the requests are the same.
func TestCostDoesNotGrowWithUsers(t *testing.T) {
	t.Parallel()
	large, err := standin.Enlarge(standin.Tenant(), 5000)
	if err != nil {
		t.Fatal(err)
	}
	var asked [2][]string
	for i, file := range [][]byte{standin.Tenant(), large} {
		g := serve(t, file)
		r := reader(t, g)
		r.Snapshot(t.Context())
		for _, request := range g.Requests() {
			asked[i] = append(asked[i], request.Path+"?"+request.Query.Get("$filter"))
		}
		slices.Sort(asked[i])
		took := r.Traffic()
		if took.Retries+took.Throttled > 0 || took.Requests+took.Batched != len(asked[i]) {
			t.Errorf("%+v, and Graph was asked %d times", took, len(asked[i]))
		}
	}
	if !slices.Equal(asked[0], asked[1]) {
		t.Errorf("asked\n%s\nand with more users\n%s", strings.Join(asked[0], "\n"), strings.Join(asked[1], "\n"))
	}
}

// sleeps records how long a carrier would have waited.
type sleeps struct {
	mu  sync.Mutex
	all []time.Duration
}

func (s *sleeps) sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d > 0 {
		s.all = append(s.all, d)
	}
	return ctx.Err()
}

// TestRetries refuses the first two of a request and then answers: the reader waits as
// long as Graph asks, else longer each time, and reads everything.
func TestRetries(t *testing.T) {
	t.Parallel()
	methods := "/users/" + ea01 + "/authentication/methods"
	for name, c := range map[string]struct {
		path, header string
		status       int
		want         []time.Duration
	}{
		"asked to wait":              {"/organization", "7", 429, []time.Duration{7 * time.Second, 7 * time.Second}},
		"asked to wait, in a batch":  {methods, "7", 429, []time.Duration{7 * time.Second, 7 * time.Second}},
		"no word of it":              {"/identity/conditionalAccess/policies", "", 429, []time.Duration{time.Second, 2 * time.Second}},
		"no word of it, in a batch":  {methods, "", 429, []time.Duration{time.Second, 2 * time.Second}},
		"nonsense":                   {"/organization", "soon", 503, []time.Duration{time.Second, 2 * time.Second}},
		"a failure of Graph's":       {"/domains", "", 500, []time.Duration{time.Second, 2 * time.Second}},
		"asked to wait for an hour":  {"/organization", "3600", 429, nil},
		"refused, which stays so":    {"/organization", "", 403, nil},
		"refused for good, in batch": {methods, "", 403, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			hits := 0
			g := serve(t, standin.Tenant(), standin.WithIntercept(func(w http.ResponseWriter, request *http.Request, path string) bool {
				if path != c.path {
					return false
				}
				mu.Lock()
				defer mu.Unlock()
				if hits++; hits > 2 {
					return false
				}
				refuse(c.status, c.header, "code")(w, request)
				return true
			}))
			r := reader(t, g)
			var waited sleeps
			r.carrier.sleep = waited.sleep
			r.carrier.jitter = func() float64 { return 0.5 }
			s := r.Snapshot(t.Context())
			if !slices.Equal(waited.all, c.want) {
				t.Errorf("waited %v, want %v", waited.all, c.want)
			}
			want := Traffic{Retries: len(c.want)}
			if c.status == 429 {
				want.Throttled = min(hits, 2)
			}
			for _, request := range g.Requests() {
				if want.Requests++; request.InBatch {
					want.Requests--
					want.Batched++
				}
			}
			if got := r.Traffic(); got != want {
				t.Errorf("counted %+v, want %+v", got, want)
			}
			_, organization := s.Organization.Get()
			_, policies := s.ConditionalAccessPolicies.Get()
			user, err := s.User(ea01)
			if err != nil {
				t.Fatal(err)
			}
			_, registered := user.Authentication.Methods.Get()
			complete := organization == nil && policies == nil && registered == nil
			if complete != (len(c.want) > 0) {
				t.Errorf("organization: %v, policies: %v, methods: %v", organization, policies, registered)
			}
		})
	}
}

// TestThrottledForGood: each answer that asks to wait counts, the last one too; of a batch
// that is refused as a whole it is one.
func TestThrottledForGood(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/organization", "/users/" + ea01 + "/authentication/methods", "/$batch"} {
		var hits atomic.Int32
		r := reader(t, serve(t, standin.Tenant(), standin.WithIntercept(func(w http.ResponseWriter, request *http.Request, at string) bool {
			if at != path {
				return false
			}
			hits.Add(1)
			refuse(429, "1", "TooManyRequests")(w, request)
			return true
		})))
		var waited sleeps
		r.carrier.sleep = waited.sleep
		r.Snapshot(t.Context())
		if got := r.Traffic(); got.Throttled != int(hits.Load()) || got.Throttled < mostAttempts || got.Retries*mostAttempts != got.Throttled*(mostAttempts-1) {
			t.Errorf("%s: counted %+v of %d", path, got, hits.Load())
		}
	}
	if got := (Traffic{1, 2, 3, 4}).Plus(Traffic{10, 20, 30, 40}); got != (Traffic{11, 22, 33, 44}) {
		t.Errorf("together %+v", got)
	}
}

// TestDeadline: a Graph that does not answer ends the reading in time, and the reason
// is that.
func TestDeadline(t *testing.T) {
	t.Parallel()
	g := serve(t, standin.Tenant(), standin.WithIntercept(func(_ http.ResponseWriter, r *http.Request, path string) bool {
		if path == "/identity/conditionalAccess/policies" {
			<-r.Context().Done()
		}
		return false
	}))
	r := reader(t, g)
	r.budget = 500 * time.Millisecond
	s := r.Snapshot(t.Context())
	_, err := s.ConditionalAccessPolicies.Get()
	if reason := reasonOf(err); reason.Code != tenant.CodeDeadline {
		t.Errorf("policies: %v", err)
	}
	if _, err := s.Organization.Get(); err != nil {
		t.Errorf("organization: %v", err)
	}
}

// TestNoTokenGoesElsewhere: neither a redirect nor a next page leads the token to
// another host, and only Microsoft's are taken for Graph.
func TestNoTokenGoesElsewhere(t *testing.T) {
	t.Parallel()
	elsewhere := serve(t, standin.Tenant())
	r := reader(t, serve(t, standin.Tenant(), standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, path string) bool {
		switch path {
		case "/organization":
			http.Redirect(w, r, elsewhere.URL()+path, http.StatusTemporaryRedirect)
		case "/domains":
			nextPage(func(*http.Request) string { return elsewhere.URL() + path })(w, r)
		default:
			return false
		}
		return true
	})))
	s := r.Snapshot(t.Context())
	_, organization := s.Organization.Get()
	_, domains := s.Domains.Get()
	if organization == nil || reasonOf(domains).Code != tenant.CodeForeignPage {
		t.Errorf("organization: %v, domains: %v", organization, domains)
	}
	if n := len(elsewhere.Requests()); n > 0 {
		t.Errorf("another host was asked %d times", n)
	}
	for address, ok := range map[string]bool{
		"": true, "https://graph.microsoft.com": true, "https://graph.microsoft.us/v1.0": true, "http://127.0.0.1:1/v1.0": true,
		"http://graph.microsoft.com/v1.0": false, "https://graph.microsoft.com.evil.example/v1.0": false, "https://evil.example/?graph.microsoft.com": false,
		"https://graph.microsoft.com@evil.example/": false, "https://graph.microsoft.com:444/v1.0": false, "ftp://127.0.0.1/": false, "://": false,
	} {
		_, err := New(Options{URL: address, Credential: anyToken{}})
		if (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestLimits: what goes to Microsoft is paced by its throttle classes.
func TestLimits(t *testing.T) {
	t.Parallel()
	r := reader(t, serve(t, standin.Tenant()))
	var waited sleeps
	r.carrier.sleep = waited.sleep
	r.carrier.limits = microsoftLimits()
	r.Snapshot(t.Context())
	const policyPages = 4 // at one a second, the first at once
	ofPolicies := 0
	for _, d := range waited.all {
		if d > 900*time.Millisecond {
			ofPolicies++
		}
	}
	if ofPolicies < policyPages-1 {
		t.Errorf("waited %v", waited.all)
	}
}
