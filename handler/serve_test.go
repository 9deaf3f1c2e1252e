package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"breakglass/internal/watch"
)

// A ticker is a run of either timer.
type ticker func(context.Context, *slog.Logger) (string, error)

func (f ticker) Run(ctx context.Context, log *slog.Logger, _ bool) (watch.Outcome, error) {
	did, err := f(ctx, log)
	return watch.Outcome{Did: did}, err
}

func (f ticker) Poll(ctx context.Context, log *slog.Logger) (watch.Outcome, error) {
	return f.Run(ctx, log, false)
}

// exchange posts a body to a handler whose runs are the given function.
func exchange(t *testing.T, tick ticker, body io.Reader) (status int, answer map[string]any, logged string) {
	t.Helper()
	var out, errs bytes.Buffer
	h := routes(slog.New(newLogHandler(&out, &errs)), func() (runner, error) { return tick, nil })
	server := httptest.NewServer(h)
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/EmergencyAccess", body)
	if err != nil {
		t.Fatal(err)
	}
	request.ContentLength = -1 // chunked, as the host posts
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if got := response.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("content type %q", got)
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	if answer["Outputs"] == nil || answer["Logs"] == nil {
		t.Errorf("an answer that the host cannot use: %v", answer)
	}
	return response.StatusCode, answer, out.String() + "\n" + errs.String()
}

func quiet(context.Context, *slog.Logger) (string, error) { return "all is well", nil }

// TestAnyTimer posts what hosts were seen to post, and what none should.
func TestAnyTimer(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"first run":          `{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"0001-01-01T00:00:00","Next":"2024-11-30T14:45:51+00:00","LastUpdated":"2024-11-30T14:43:50.4+00:00"},"IsPastDue":false}},"Metadata":{"sys":{"MethodName":"EmergencyAccess"}}}`,
		"no schedule status": `{"Data":{"timer":{"ScheduleStatus":null,"IsPastDue":true}},"Metadata":{"RetryContext":{"MaxRetryCount":4}}}`,
		"timer as text":      `{"Data":{"timer":"{\"IsPastDue\":true}"}}`,
		"by hand":            `{"input":""}`,
		"null":               `null`, "empty": ``, "no JSON": `<html>`, "a list": `[]`, "cut off": `{"Data":{"timer":`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, answer, logged := exchange(t, quiet, strings.NewReader(body))
			if logs, _ := answer["Logs"].([]any); status != http.StatusOK || len(logs) != 1 || logs[0] != "all is well" {
				t.Errorf("%d %v", status, answer)
			}
			if late := strings.Contains(body, `IsPastDue":true`) || strings.Contains(body, `IsPastDue\":true`); strings.Contains(logged, `"pastDue":true`) != late {
				t.Errorf("pastDue is wrong in %s", logged)
			}
		})
	}
}

func TestFailedTick(t *testing.T) {
	t.Parallel()
	for name, tick := range map[string]ticker{
		"error": func(context.Context, *slog.Logger) (string, error) {
			return "", errors.Join(errors.New("slack is down"), errors.New("teams is down"))
		},
		"panic": func(context.Context, *slog.Logger) (string, error) { panic("slack is down") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, answer, logged := exchange(t, tick, strings.NewReader(`{}`))
			if status != http.StatusInternalServerError || answer["ReturnValue"] != nil {
				t.Errorf("%d %v", status, answer)
			}
			want := map[string]string{"error": "slack is down; teams is down", "panic": "a defect of breakglass: a panic with a value of type string"}[name]
			if !strings.Contains(logged, `"level":"ERROR"`) || !strings.Contains(logged, want) {
				t.Errorf("logged %q", logged)
			}
		})
	}
}

// TestOneRunAtATime posts while a run is at work: the watch gives way, for it comes
// again, and the daily run waits.
func TestOneRunAtATime(t *testing.T) {
	t.Parallel()
	begun, finish := make(chan bool), make(chan bool)
	runs := 0
	h := routes(slog.New(slog.DiscardHandler), func() (runner, error) {
		return ticker(func(context.Context, *slog.Logger) (string, error) {
			runs++
			begun <- true
			<-finish
			return "done", nil
		}), nil
	})
	post := func(function string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+function, strings.NewReader("{}")))
		return w
	}
	first, daily := make(chan *httptest.ResponseRecorder), make(chan *httptest.ResponseRecorder)
	go func() { first <- post("EmergencyAccess") }()
	<-begun
	if w := post("Watch"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "skipped") || runs != 1 {
		t.Errorf("the watch: %d %s, %d runs", w.Code, w.Body, runs)
	}
	go func() { daily <- post("EmergencyAccess") }()
	finish <- true
	if w := <-first; w.Code != http.StatusOK {
		t.Errorf("first %d", w.Code)
	}
	<-begun
	finish <- true
	if w := <-daily; w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "done") || runs != 2 {
		t.Errorf("the daily run: %d %s, %d runs", w.Code, w.Body, runs)
	}
}

// TestWaitInVain: a daily run that another one is in the way of has failed, for nobody else
// makes it.
func TestWaitInVain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		finish := make(chan bool)
		h := routes(slog.New(slog.DiscardHandler), func() (runner, error) {
			return ticker(func(context.Context, *slog.Logger) (string, error) {
				<-finish
				return "done", nil
			}), nil
		})
		post := func() *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/EmergencyAccess", strings.NewReader("{}")))
			return w
		}
		go post()
		synctest.Wait()
		began := time.Now()
		if w := post(); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "the daily run was not made: after 9m0s, another run is in progress") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if waited := time.Since(began); waited != tickLimit {
			t.Errorf("it waited %v", waited)
		}
		close(finish)
	})
}

// TestReadiness: the host asks GET / for any answer at all, and other paths are not
// there.
func TestReadiness(t *testing.T) {
	t.Parallel()
	h := routes(slog.New(slog.DiscardHandler), func() (runner, error) {
		t.Error("asked for readiness, a tick was set up")
		return ticker(quiet), nil
	})
	for _, r := range []struct{ method, path string }{{"GET", "/"}, {"GET", "/EmergencyAccess"}, {"POST", "/Other"}, {"POST", "/EmergencyAccess/"}} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), r.method, r.path, nil))
		if w.Code < 400 {
			t.Errorf("%s %s: %d", r.method, r.path, w.Code)
		}
	}
}

func TestBadPort(t *testing.T) {
	t.Parallel()
	for _, port := range []string{"", "0", "-1", "65536", "http", "80 "} {
		if err := listen(t.Context(), port, http.NotFoundHandler()); err == nil || !strings.Contains(err.Error(), portSetting) {
			t.Errorf("port %q: %v", port, err)
		}
	}
}
