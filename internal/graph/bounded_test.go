package graph

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"breakglass/tenant"
)

// endless is a body without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func (endless) Close() error { return nil }

// TestAnswersAreBounded: an answer that never ends is none, whoever gives it.
func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.Copy(w, endless{}) // until the caller has enough
	}))
	t.Cleanup(server.Close)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	options := tokenOptions()
	response, err := options.Transport.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); !tooLong || len(data) > maxTokenAnswer {
		t.Errorf("of an identity: %d bytes, %v", len(data), err)
	}
	a, err := take(&http.Response{StatusCode: http.StatusOK, Body: endless{}})
	if err != nil || a.err == nil || a.err.Code != tenant.CodeTooMany || len(a.body) > maxBody+1 {
		t.Errorf("of Microsoft Graph: %d bytes, %v, %v", len(a.body), a.err, err)
	}
	if _, err := Ahead(t.Context(), server.URL); err != nil { // it reads no body
		t.Error(err)
	}
}
