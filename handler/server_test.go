package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestBodyThatNeverEnds: a caller that does not end what it says gets its answer, and does not
// hold the connection.
func TestBodyThatNeverEnds(t *testing.T) {
	t.Parallel()
	for _, request := range []string{"POST /EmergencyAccess", "POST /Watch", "POST /", "GET /"} {
		t.Run(request, func(t *testing.T) {
			t.Parallel()
			server := newServer(routes(slog.New(slog.DiscardHandler), func() (runner, error) { return ticker(quiet), nil }))
			if server.ReadTimeout == 0 || server.ReadTimeout > time.Minute || server.IdleTimeout <= 5*time.Minute {
				t.Fatalf("a caller may take %v, and be silent for %v", server.ReadTimeout, server.IdleTimeout)
			}
			server.ReadTimeout = 100 * time.Millisecond // it is the same, sooner
			listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			served := make(chan error)
			go func() { served <- server.Serve(listener) }()
			connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			if err := connection.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(connection, request+" HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"Data\":"); err != nil {
				t.Fatal(err)
			}
			said, err := io.ReadAll(connection)
			if err != nil || !strings.HasPrefix(string(said), "HTTP/1.1 ") {
				t.Errorf("said %q, %v", said, err)
			}
			_ = server.Close() // it was of use already
			if err := <-served; !errors.Is(err, http.ErrServerClosed) {
				t.Error(err)
			}
		})
	}
}

// TestHostThatWaits: whoever has said what it asks for may wait for longer than that may take.
func TestHostThatWaits(t *testing.T) {
	t.Parallel()
	deadlines := make(chan time.Time, 10)
	h := routes(slog.New(slog.DiscardHandler), func() (runner, error) { return ticker(quiet), nil })
	for body, want := range map[string]int{`{}`: 1, strings.Repeat("x", maxRequest+1): 0} {
		w := deadlined{httptest.NewRecorder(), deadlines}
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/Watch", strings.NewReader(body)))
		if len(deadlines) != want {
			t.Errorf("%d bytes: the deadline was lifted %d times", len(body), len(deadlines))
		}
		for range len(deadlines) {
			if at := <-deadlines; !at.IsZero() {
				t.Errorf("it is %v", at)
			}
		}
	}
}

type deadlined struct {
	*httptest.ResponseRecorder
	set chan time.Time
}

func (d deadlined) SetReadDeadline(at time.Time) error {
	d.set <- at
	return nil
}

// TestWebPageMayNotAsk: a page in a browser starts no run, and the host does.
func TestWebPageMayNotAsk(t *testing.T) {
	t.Parallel()
	runs := 0
	h := routes(slog.New(slog.DiscardHandler), func() (runner, error) {
		return ticker(func(context.Context, *slog.Logger) (string, error) {
			runs++
			return "done", nil
		}), nil
	})
	for _, header := range []string{"Origin: https://evil.example", "Origin: null", "Origin: http://127.0.0.1:8080", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"} {
		name, value, _ := strings.Cut(header, ": ")
		for _, function := range []string{"/EmergencyAccess", "/Watch"} {
			w := httptest.NewRecorder()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, function, strings.NewReader("{}"))
			r.Header.Set(name, value)
			h.ServeHTTP(w, r)
			if w.Code != http.StatusForbidden || runs != 0 {
				t.Errorf("%s with %s: %d, %d runs", function, header, w.Code, runs)
			}
		}
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/Watch", strings.NewReader("{}"))
	r.Header.Set("User-Agent", "Azure-Functions-Host/4.1045.200.25556")
	r.Host = "somewhere.example" // what stands there is the host's to say
	if h.ServeHTTP(w, r); w.Code != http.StatusOK || runs != 1 {
		t.Errorf("the host: %d, %d runs", w.Code, runs)
	}
}
