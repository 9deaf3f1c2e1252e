package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"breakglass/defect"
	"breakglass/internal/config"
	"breakglass/internal/doctor"
	"breakglass/internal/state"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
	"breakglass/notify"
)

// tickLimit is the time for one tick. The host kills the handler at its
// functionTimeout, which host.json sets to 10 minutes, and tells nobody why.
const tickLimit = 9 * time.Minute

// listen serves on the loopback interface, which is where the host calls: the
// handler has no authentication of its own. It returns nil when the context ends.
func listen(ctx context.Context, port string, h http.Handler) error {
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return fmt.Errorf("%s is %s, expected a port", portSetting, config.Quote(port))
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return err
	}
	server := newServer(h)
	server.BaseContext = func(net.Listener) context.Context { return context.WithoutCancel(ctx) }
	failed := make(chan error, 1)
	var served error
	defect.Go(func() { served = server.Serve(listener) }, func(caught *defect.Error) {
		if caught != nil {
			served = caught
		}
		failed <- served
	})
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		// A run in progress has until then to save what it told.
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		return server.Shutdown(grace)
	}
}

// newServer bounds how long a caller may take to say what it asks for: the host says it at
// once. How long the answer takes is the run's to bound.
func newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 30 * time.Second, ReadTimeout: 30 * time.Second,
		IdleTimeout: 10 * time.Minute, // longer than the host is silent
		ErrorLog:    slog.NewLogLogger(newLogHandler(os.Stdout, os.Stderr), slog.LevelError),
	}
}

// browsed reports whether a browser sent a request: a page that somebody on a developer's
// machine looks at may post to any port of it, and a browser says so. The host does not.
// https://fetch.spec.whatwg.org/#origin-header, https://w3c.github.io/webappsec-fetch-metadata/
func browsed(r *http.Request) bool {
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
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
	Run(ctx context.Context, log *slog.Logger, scheduled bool) (watch.Outcome, error)
	Poll(ctx context.Context, log *slog.Logger) (watch.Outcome, error)
}

// newHandler returns the handler of this installation. The watch is set up by the
// first run that can, and then kept.
func newHandler(getenv func(string) string, environ func() []string, log *slog.Logger) *handler {
	c := newInstallation(getenv, environ, ".")
	return routes(log, func() (runner, error) { return c, nil })
}

// newInstallation is that of the app in a directory.
func newInstallation(getenv func(string) string, environ func() []string, dir string) *watch.Installation {
	c := &watch.Installation{Version: version, App: doctor.SiteName(getenv), Now: time.Now}
	c.SetUp = func() (*watch.Watch, error) { return wiring.SetUp(getenv, dir, version) }
	c.Reach = func(ctx context.Context) watch.Reach { return wiring.Reach(ctx, getenv) }
	c.Examine = func(ctx context.Context) []notify.Trouble {
		return doctor.Faults(ctx, doctor.Here(getenv, environ), dir, c.Now())
	}
	return c
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

// An invocation is what one of the timers asks for.
type invocation struct {
	name string
	do   func(context.Context, *slog.Logger, runner) (watch.Outcome, error)
	// waits is set if it waits for another run to end, for nobody comes again for it.
	waits bool
}

// emergencyAccess is the daily timer: one full run.
func (h *handler) emergencyAccess(w http.ResponseWriter, r *http.Request) {
	h.invoked(w, r, invocation{"EmergencyAccess", func(ctx context.Context, log *slog.Logger, run runner) (watch.Outcome, error) {
		return run.Run(ctx, log, true)
	}, true})
}

// watch is the five-minute timer: a look at the logs. There will be another.
func (h *handler) watch(w http.ResponseWriter, r *http.Request) {
	h.invoked(w, r, invocation{"Watch", func(ctx context.Context, log *slog.Logger, run runner) (watch.Outcome, error) {
		return run.Poll(ctx, log)
	}, false})
}

// invoked answers one invocation of a function. Each line of its run names the run and the
// host's id of the invocation; the first says what was asked for, the last what was done.
func (h *handler) invoked(w http.ResponseWriter, r *http.Request, f invocation) {
	if browsed(r) {
		answer(w, http.StatusForbidden, "a web page asks, and not the Functions host")
		return
	}
	call := readCall(w, r)
	log := h.log.With("function", f.name, "run", runID(), "invocation", call.id)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), tickLimit)
	defer cancel()
	log.InfoContext(ctx, "invoked", "version", version, "pastDue", call.pastDue, "retry", call.retry)
	started := time.Now()
	done, err := h.turn(ctx, log, f)
	log = log.With("durationMs", time.Since(started).Milliseconds()).With(done.Attrs()...)
	switch {
	case err != nil:
		log.ErrorContext(ctx, "run failed", "err", watch.OneLine(err))
		answer(w, http.StatusInternalServerError, "run failed: "+unnamed(watch.OneLine(err))) // the host logs it
		return
	case done.Skipped:
		log.InfoContext(ctx, "run skipped", "did", done.Did)
	default:
		log.InfoContext(ctx, "run completed", "did", done.Did, "whole", !done.Partial)
	}
	answer(w, http.StatusOK, done.Did)
}

// runID tells the lines of one run from those of others, shortly.
func runID() string { return strings.ToLower(rand.Text()[:10]) }

// turn makes one run, when no other is in progress in this process. A run that waits in
// vain has failed: the host tries again, and the log shows it.
func (h *handler) turn(ctx context.Context, log *slog.Logger, f invocation) (watch.Outcome, error) {
	select {
	case h.running <- struct{}{}:
	default:
		if !f.waits {
			return watch.Skip(state.ErrBusy.Error()), nil
		}
		select {
		case h.running <- struct{}{}:
		case <-ctx.Done():
			return watch.Outcome{}, fmt.Errorf("the daily run was not made: after %v, %w", tickLimit, state.ErrBusy)
		}
	}
	defer func() { <-h.running }()
	return h.run(ctx, log, f.do)
}

// run makes one run. The installation tells of panics; one of its own fails the run with a
// reason and not the process, in which another function may be at work.
func (h *handler) run(ctx context.Context, log *slog.Logger, do func(context.Context, *slog.Logger, runner) (watch.Outcome, error)) (done watch.Outcome, err error) {
	caught := defect.In(func() {
		var run runner
		if run, err = h.setUp(); err == nil {
			done, err = do(ctx, log, run)
		}
	})
	if caught != nil {
		watch.LogDefect(ctx, log, caught)
		err = caught
	}
	return done, err
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
