package host

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/internal/funcapp"
)

func TestRequest(t *testing.T) {
	t.Parallel()
	h := start(t, "serve", retryTimer)
	inv, err := h.Invoke(t.Context(), "Check", Timer{PastDue: true})
	if err != nil {
		t.Fatal(err)
	}
	s := echo(t, inv)
	if s.Method != "POST" || s.Path != "/Check" {
		t.Errorf("got %s %s", s.Method, s.Path)
	}
	if s.Length != -1 || !slices.Equal(s.Transfer, []string{"chunked"}) {
		t.Errorf("length %d, transfer encoding %v; want chunked", s.Length, s.Transfer)
	}
	if got := s.Header.Get("X-Azure-Functions-InvocationId"); got != inv.Last().ID || got == "" {
		t.Errorf("invocation id %q, want %q", got, inv.Last().ID)
	}
	if got := s.Header.Get("Content-Type"); got != "application/json; charset=utf-8" || s.Header.Get("X-Azure-Functions-HostVersion") == "" {
		t.Errorf("headers %v", s.Header)
	}
	if got := s.Header.Get("User-Agent"); !strings.HasPrefix(got, "Azure-Functions-Host/") {
		t.Errorf("user agent %q", got)
	}
	var call struct {
		Data struct {
			Timer struct {
				Schedule       struct{ AdjustForDST bool }
				ScheduleStatus struct{ Last, Next, LastUpdated string }
				IsPastDue      bool
			} `json:"timer"`
		}
		Metadata struct {
			Sys          struct{ MethodName, UtcNow, RandGuid string } `json:"sys"`
			RetryContext json.RawMessage
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(s.Body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&call); err != nil {
		t.Fatal(err)
	}
	status := call.Data.Timer.ScheduleStatus
	if status.Last != "0001-01-01T00:00:00" {
		t.Errorf("Last is %q; that of a first run has no offset", status.Last)
	}
	if !strings.HasSuffix(status.Next, "+00:00") || !strings.HasSuffix(status.LastUpdated, "+00:00") {
		t.Errorf("status %+v", status)
	}
	if !call.Data.Timer.IsPastDue || call.Metadata.Sys.MethodName != "Check" || call.Metadata.Sys.RandGuid == "" {
		t.Errorf("got %s", s.Body)
	}
	if got := string(call.Metadata.RetryContext); got != `{"MaxRetryCount":3,"RetryCount":0,"Exception":null}` {
		t.Errorf("RetryContext %s", got)
	}
}

func TestNoScheduleStatus(t *testing.T) {
	t.Parallel()
	for name, rest := range map[string]string{
		"useMonitor off":  `"schedule":"0 0 6 * * *","useMonitor":false`,
		"under a minute":  `"schedule":"*/10 * * * * *"`,
		"twice a minute":  `"schedule":"0,30 * * * * *"`,
		"a step in range": `"schedule":"0/20 * * * * *"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := stage(t, map[string]string{"Check/function.json": `{"bindings":[{"type":"timerTrigger","name":"timer",` + rest + `}]}`})
			app, err := funcapp.Read(dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			body, err := function{app.Functions["Check"]}.payload(Timer{}, nil, time.Now())
			if err != nil || !bytes.Contains(body, []byte(`"ScheduleStatus":null`)) || bytes.Contains(body, []byte("RetryContext")) {
				t.Errorf("%s, %v", body, err)
			}
		})
	}
}

func TestTimestamps(t *testing.T) {
	t.Parallel()
	f := function{funcapp.Function{Name: "Check", Binding: "timer", Monitored: true}}
	at := time.Date(2024, 11, 30, 14, 45, 51, 403838000, time.UTC)
	body, err := f.payload(Timer{Last: at.Add(-time.Hour), Next: at, LastUpdated: at}, nil, at)
	want := `{"Last":"2024-11-30T13:45:51.403838+00:00","Next":"2024-11-30T14:45:51+00:00","LastUpdated":"2024-11-30T14:45:51.403838+00:00"}`
	if err != nil || !strings.Contains(string(body), want) || !strings.Contains(string(body), `"UtcNow":"2024-11-30T14:45:51.403838Z"`) {
		t.Errorf("%s, %v", body, err)
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	h := start(t, "serve", plainTimer)
	good := `{"Outputs":{},"Logs":["a",7],"ReturnValue":null}`
	const invalid = "Invalid HttpResponseMessage:"
	for _, c := range []struct {
		name         string
		status       int
		contentType  string
		body, failed string
	}{
		{name: "good", status: 200, contentType: "application/json", body: good},
		{name: "charset and case", status: 201, contentType: "Application/JSON; charset=utf-8", body: strings.ToLower(good)},
		{name: "empty object", status: 200, contentType: "application/json", body: `{}`},
		{name: "more than asked for", status: 200, contentType: "application/json", body: `{"Status":"ok"} trailing`},
		{name: "no content type", status: 200, body: good, failed: invalid},
		{name: "as Go guesses it", status: 200, contentType: "text/plain; charset=utf-8", body: good, failed: invalid},
		{name: "array", status: 200, contentType: "application/json", body: `[]`, failed: invalid},
		{name: "string", status: 200, contentType: "application/json", body: `"ok"`, failed: invalid},
		{name: "cut off", status: 200, contentType: "application/json", body: good[:20], failed: invalid},
		{name: "logs is no list", status: 200, contentType: "application/json", body: `{"Logs":"a"}`, failed: invalid},
		{name: "log is no text", status: 200, contentType: "application/json", body: `{"Logs":[{}]}`, failed: invalid},
		{name: "outputs is no object", status: 200, contentType: "application/json", body: `{"Outputs":[]}`, failed: invalid},
		{name: "500", status: 500, contentType: "application/json", body: good, failed: "Response status code does not indicate success: 500 (Internal Server Error)."},
		{name: "404", status: 404, contentType: "application/json", body: good, failed: "Response status code does not indicate success: 404 (Not Found)."},
		{name: "304", status: 304, contentType: "application/json", failed: "Response status code does not indicate success: 304 (Not Modified)."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			timer := order(t, orders{Status: c.status, Type: &c.contentType, Body: &c.body})
			timer.ByHand = true // so that the cases do not wait for one another
			inv, err := h.Invoke(t.Context(), "Check", timer)
			var failure *Failure
			if c.failed == "" && err != nil || c.failed != "" && (!errors.As(err, &failure) || !strings.HasPrefix(failure.Message, c.failed)) {
				t.Errorf("got %v, want %q", err, c.failed)
			}
			if inv.Last().Status != c.status {
				t.Errorf("status %d", inv.Last().Status)
			}
			if c.name == "good" && !slices.Equal(inv.Last().Logs, []string{"a", "7"}) {
				t.Errorf("logs %q", inv.Last().Logs)
			}
		})
	}
}

func TestOutputsAreThoseDeclared(t *testing.T) {
	t.Parallel()
	f := function{funcapp.Function{Outputs: map[string]string{"text": "", "raw": "binary"}}}
	got := f.declared(map[string]any{"text": "b2s=", "raw": "b2s=", "stray": 1})
	if want := map[string]any{"text": []byte("ok"), "raw": "b2s="}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRedirectLosesThePost(t *testing.T) {
	t.Parallel()
	h := start(t, "serve", plainTimer)
	inv, err := h.Invoke(t.Context(), "Check", order(t, orders{Redirect: 301}))
	if err == nil || inv.Last().Status != 404 {
		t.Errorf("status %d, %v; want the GET's 404", inv.Last().Status, err)
	}
	// 307 keeps method and body, so the handler obeys the order at the new place for ever: the host stops following.
	inv, err = h.Invoke(t.Context(), "Check", order(t, orders{Redirect: 307}))
	if err == nil || inv.Last().Status != 307 {
		t.Errorf("status %d, %v", inv.Last().Status, err)
	}
}

// A function that takes too long and one whose answer holds no object end the same way.
func TestTimeout(t *testing.T) {
	t.Parallel()
	null, empty, none := "null", "", ""
	for name, o := range map[string]orders{
		"hangs": {Hang: true}, "null": {Body: &null}, "empty": {Body: &empty}, "empty, no type": {Body: &empty, Type: &none},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := start(t, "serve", plainTimer, "AzureFunctionsJobHost__functionTimeout=00:00:00.3")
			for range 4 { // more than the host would take from a handler that fails
				if err := h.Ready(t.Context()); err != nil {
					t.Fatal(err)
				}
				var failure *Failure
				_, err := h.Invoke(t.Context(), "Check", order(t, o))
				if !errors.As(err, &failure) || failure.Message != "Timeout value of 00:00:00.3000000 was exceeded by function: Functions.Check" {
					t.Fatalf("got %v", err)
				}
			}
			if err := h.Ready(t.Context()); err != nil {
				t.Error(err)
			}
			if exits := h.Exits(); len(exits) != 4 || exits[0].Code != 137 {
				t.Errorf("exits %v", exits)
			}
		})
	}
}

func TestNoTimeout(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{"Check/function.json": plainTimer})
	h := startIn(t, dir, "serve", "AzureFunctionsJobHost__functionTimeout=-1")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		waitFor(t, filepath.Join(dir, "hanging"))
		cancel()
	}()
	if _, err := h.Invoke(ctx, "Check", order(t, orders{Hang: true})); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	var delays []time.Duration
	h, err := Start(t.Context(), Options{
		Dir: stage(t, map[string]string{"Check/function.json": retryTimer}),
		Env: []string{"HOST_TEST_HANDLER=serve"},
		RetryDelay: func(d time.Duration) time.Duration {
			delays = append(delays, d)
			return 0
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Stop)

	inv, err := h.Invoke(t.Context(), "Check", order(t, orders{FailUntil: 2}))
	if err != nil || len(inv.Attempts) != 3 {
		t.Fatalf("%d attempts, %v; want success in the third", len(inv.Attempts), err)
	}
	if inv.Attempts[0].ID == inv.Attempts[1].ID {
		t.Error("two attempts with one id")
	}
	if body := string(echo(t, inv).Body); !strings.Contains(body, `"RetryCount":2,"Exception":{"ClassName":`) {
		t.Errorf("third request: %s", body)
	}
	delays = nil
	inv, err = h.Invoke(t.Context(), "Check", order(t, orders{FailUntil: 9}))
	if err == nil || len(inv.Attempts) != 4 {
		t.Errorf("%d attempts, %v; want failure after three retries", len(inv.Attempts), err)
	}
	if want := []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second}; !slices.Equal(delays, want) {
		t.Errorf("delays %v, want %v", delays, want)
	}
	byHand := order(t, orders{Status: 500})
	byHand.ByHand = true
	if inv, err := h.Invoke(t.Context(), "Check", byHand); err == nil || len(inv.Attempts) != 1 {
		t.Errorf("by hand: %d attempts, %v; want one", len(inv.Attempts), err)
	}
}

func TestNoRetryWithoutPolicy(t *testing.T) {
	t.Parallel()
	h := start(t, "serve", plainTimer)
	if inv, err := h.Invoke(t.Context(), "Check", order(t, orders{Status: 500})); err == nil || len(inv.Attempts) != 1 {
		t.Errorf("%d attempts, %v; want one", len(inv.Attempts), err)
	}
}

func TestRetryAfterACrashReachesTheNewHandler(t *testing.T) {
	t.Parallel()
	h := start(t, "serve", retryTimer)
	code := 1
	inv, err := h.Invoke(t.Context(), "Check", order(t, orders{Exit: &code}))
	var failure *Failure
	if !errors.As(err, &failure) || len(inv.Attempts) != 3 || len(h.Exits()) != 3 {
		t.Errorf("%d attempts, %d exits, %v; want three crashes, and no fourth attempt", len(inv.Attempts), len(h.Exits()), err)
	}
}

func TestBrokenConnectionIsAFailure(t *testing.T) {
	t.Parallel()
	h := start(t, "serve", plainTimer)
	var failure *Failure
	if _, err := h.Invoke(t.Context(), "Check", order(t, orders{Abort: true})); !errors.As(err, &failure) {
		t.Errorf("got %v", err)
	}
	if _, err := h.Invoke(t.Context(), "Check", Timer{}); err != nil {
		t.Errorf("the handler lives, but: %v", err)
	}
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	h := start(t, "serve", plainTimer)
	one, two := order(t, orders{Meet: "meet-1"}), order(t, orders{Meet: "meet-2"})
	two.ByHand = true // the only way for one timer to run twice at a time
	done := make(chan error, 2)
	for _, timer := range []Timer{one, two} {
		go func() {
			_, err := h.Invoke(t.Context(), "Check", timer)
			done <- err
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestTimerWaitsForItself(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{"Check/function.json": plainTimer})
	h := startIn(t, dir, "serve")
	go func() { _, _ = h.Invoke(t.Context(), "Check", order(t, orders{Hang: true})) }()
	waitFor(t, filepath.Join(dir, "hanging"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	inv, err := h.Invoke(ctx, "Check", Timer{})
	if !errors.Is(err, context.Canceled) || len(inv.Attempts) != 0 {
		t.Errorf("%d attempts, %v; want none", len(inv.Attempts), err)
	}
}

func TestUnknownFunction(t *testing.T) {
	t.Parallel()
	h := start(t, "serve", plainTimer)
	if _, err := h.Invoke(t.Context(), "check", Timer{}); err == nil || !strings.Contains(err.Error(), "[Check]") {
		t.Errorf("got %v", err)
	}
}

func TestLogLevels(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	h, err := Start(t.Context(), Options{
		Dir: stage(t, map[string]string{"Check/function.json": plainTimer}),
		Env: []string{"HOST_TEST_HANDLER=serve"}, Stdout: &out, Stderr: &errs,
	})
	if err != nil {
		t.Fatal(err)
	}
	body := `{"Logs":["from the answer"]}`
	if _, err := h.Invoke(t.Context(), "Check", order(t, orders{
		Out: "an error on stdout\r\nlast", Err: "plain\nThis WARNs\nlisten tcp: bind: address already in use\n", Body: &body,
	})); err != nil {
		t.Error(err)
	}
	h.Stop() // and with that all output is read
	for _, want := range []LogLine{
		{Information, Console, "an error on stdout"},
		{Information, Console, "last"},
		{Error, Console, "plain"},
		{Warning, Console, "This WARNs"},
		{Error, Own, "Port is already in use. Process cannot start."},
		{Information, User, "from the answer"},
	} {
		if !slices.Contains(h.Lines(), want) {
			t.Errorf("no %v in %v", want, h.Lines())
		}
	}
	if !strings.HasPrefix(out.String(), "an error") || !strings.HasPrefix(errs.String(), "plain\n") {
		t.Errorf("copies %q and %q", out.String(), errs.String())
	}
	if got := h.Console(); !strings.Contains(got, "plain\n") || strings.Contains(got, "from the answer") {
		t.Errorf("console %q", got)
	}
}

func TestTimeSpanIsWritten(t *testing.T) {
	t.Parallel()
	if got := formatTimeSpan(26*time.Hour + 3*time.Minute + 4500*time.Millisecond); got != "1.02:03:04.5000000" {
		t.Errorf("got %s", got)
	}
}

// TestWhatIsLeftOut: a function that the host refuses does not run, and the rest does.
func TestWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	h := startIn(t, stage(t, map[string]string{"Good/function.json": plainTimer, "Bad/function.json": `{}`}), "serve")
	if got := h.Functions(); !slices.Equal(got, []string{"Good"}) || h.Refused()["Bad"] == nil {
		t.Errorf("functions %v, refused %v", got, h.Refused())
	}
	if _, err := h.Invoke(t.Context(), "Bad", Timer{}); err == nil {
		t.Error("Bad runs")
	}
}
