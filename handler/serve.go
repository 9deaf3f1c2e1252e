package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// tickLimit is the time for one tick. The host kills the handler at its
// functionTimeout, which host.json sets to 10 minutes, and tells nobody why.
const tickLimit = 9 * time.Minute

// maxRequest bounds what the host posts; a timer's request is below a kilobyte.
const maxRequest = 1 << 20

// listen serves on the loopback interface, which is where the host calls: the
// handler has no authentication of its own. It returns nil when the context ends.
func listen(ctx context.Context, port string, h http.Handler) error {
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return fmt.Errorf("%s is %.20q, expected a port", portSetting, port)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 30 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		// A tick in progress has until then to save what it told.
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		return server.Shutdown(grace)
	}
}

// A handler answers the Functions host. It is ready at once: what a run needs is
// set up by the run, and a mistake of the configuration fails the run, not the
// start, because a handler that does not start is restarted thrice and then silent.
type handler struct {
	mux   *http.ServeMux
	log   *slog.Logger
	setUp func() (runner, error)

	running chan struct{} // holds one while a run is in progress: runs never overlap
}

// A runner makes the runs of the two timers, and says what it did.
type runner interface {
	tick(ctx context.Context, log *slog.Logger, scheduled bool) (string, error)
	glance(ctx context.Context, log *slog.Logger) (string, error)
}

// newHandler returns the handler of this installation. The watch is set up by the
// first run that can, and then kept.
func newHandler(getenv func(string) string, log *slog.Logger) *handler {
	var w *watch
	return routes(log, func() (runner, error) {
		if w == nil {
			ready, err := setUp(getenv, ".")
			if err != nil {
				return nil, err
			}
			w = ready
		}
		return w, nil
	})
}

func routes(log *slog.Logger, setUp func() (runner, error)) *handler {
	h := &handler{mux: http.NewServeMux(), log: log, setUp: setUp, running: make(chan struct{}, 1)}
	h.mux.HandleFunc("POST /EmergencyAccess", h.emergencyAccess)
	h.mux.HandleFunc("POST /Watch", h.watch)
	return h
}

// ServeHTTP answers the host. Its first requests, GET / every 25 milliseconds, ask
// for any answer at all.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// emergencyAccess is the daily timer: one full run. It waits for another to end.
func (h *handler) emergencyAccess(w http.ResponseWriter, r *http.Request) {
	h.invoked(w, r, "EmergencyAccess", func(ctx context.Context, log *slog.Logger, run runner) (string, error) {
		return run.tick(ctx, log, true)
	}, func(ctx context.Context) bool {
		select {
		case h.running <- struct{}{}:
			return true
		case <-ctx.Done():
			return false
		}
	})
}

// watch is the five-minute timer: a look at the logs. There will be another.
func (h *handler) watch(w http.ResponseWriter, r *http.Request) {
	h.invoked(w, r, "Watch", func(ctx context.Context, log *slog.Logger, run runner) (string, error) {
		return run.glance(ctx, log)
	}, func(context.Context) bool {
		select {
		case h.running <- struct{}{}:
			return true
		default:
			return false
		}
	})
}

// invoked answers one invocation of a function, if begin lets it run.
func (h *handler) invoked(w http.ResponseWriter, r *http.Request, function string, do func(context.Context, *slog.Logger, runner) (string, error), begin func(context.Context) bool) {
	log := h.log.With("function", function, "invocation", r.Header.Get("X-Azure-Functions-InvocationId"))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), tickLimit)
	defer cancel()
	log.InfoContext(ctx, "invoked", "pastDue", pastDue(w, r))
	if !begin(ctx) {
		log.InfoContext(ctx, "skipped: another run is in progress")
		answer(w, http.StatusOK, "skipped: another run is in progress")
		return
	}
	defer func() { <-h.running }()
	started := time.Now()
	summary, err := h.run(ctx, log, do)
	if err != nil {
		log.ErrorContext(ctx, "run failed", "err", oneLine(err), "seconds", time.Since(started).Seconds())
		answer(w, http.StatusInternalServerError, "run failed: "+oneLine(err))
		return
	}
	log.InfoContext(ctx, "run completed", "seconds", time.Since(started).Seconds(), "did", summary)
	answer(w, http.StatusOK, summary)
}

// run makes one run. A panic fails the run with a reason and not the process,
// in which another function may be at work.
func (h *handler) run(ctx context.Context, log *slog.Logger, do func(context.Context, *slog.Logger, runner) (string, error)) (summary string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a defect of breakglass: %v", p)
		}
	}()
	run, err := h.setUp()
	if err != nil {
		return "", err
	}
	return do(ctx, log, run)
}

// pastDue says whether the host makes up for a missed run. The rest of what it
// posts is not needed, and its timestamps are not always RFC 3339, so whatever it
// posts the run goes on.
func pastDue(w http.ResponseWriter, r *http.Request) bool {
	var posted struct {
		Data struct {
			Timer json.RawMessage `json:"timer"`
		}
	}
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&posted) != nil {
		return false
	}
	text := posted.Data.Timer
	var quoted string
	if json.Unmarshal(text, &quoted) == nil {
		text = json.RawMessage(quoted)
	}
	var timer struct{ IsPastDue bool }
	return json.Unmarshal(text, &timer) == nil && timer.IsPastDue
}

// answer writes an invocation's result. The host hangs on an empty or null body
// and refuses any content type but JSON.
func answer(w http.ResponseWriter, status int, lines ...string) {
	body, err := json.Marshal(map[string]any{"Outputs": map[string]any{}, "Logs": lines, "ReturnValue": nil})
	if err != nil {
		body = []byte(`{"Outputs":{},"Logs":[],"ReturnValue":null}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the host is gone: nobody is left to tell
}

// oneLine joins what errors.Join keeps on lines of their own.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
