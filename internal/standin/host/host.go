package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"breakglass/internal/funcapp"
)

// The host's rules for a handler that keeps ending (HttpFunctionInvocationDispatcher).
const (
	exitDone       = 0   // the host lets it be: no restart, and every later invocation fails
	exitRestart    = 200 // the host starts it again and does not count it
	mostFailures   = 3   // at this many the host stops
	failuresWithin = 30 * time.Minute
	stopWait       = 10 * time.Second // for running invocations when the host stops
)

// ErrStopped is the error of a host that has stopped, by itself or because it was told to.
var ErrStopped = errors.New("functions host is stopped")

// Options say what to run.
type Options struct {
	// Dir is a staged app: host.json, the handler, and a directory with a function.json for each function.
	Dir string
	// Env is the host's environment, which is where app settings are. The handler inherits all of it, and nothing else:
	// what the caller's own process has must be added by the caller.
	Env []string
	// Stdout and Stderr get a copy of what the handler writes. Nil is nowhere.
	Stdout, Stderr io.Writer
	// RetryDelay replaces the wait before a retry; it is given the wait of the retry policy. Nil keeps it.
	RetryDelay func(time.Duration) time.Duration
}

// An Exit is how one run of the handler ended.
type Exit struct {
	Code   int           // 128 and the signal's number if a signal ended it
	MaxRSS int64         // in bytes; zero where the system does not tell
	Ran    time.Duration // from its start
}

// A Host runs one custom handler.
type Host struct {
	app    funcapp.App
	opts   Options
	port   int
	client *http.Client
	log    journal
	busy   map[string]chan struct{} // one token for each function: a timer never overlaps itself

	mu       sync.Mutex
	current  *process
	failures []time.Time
	startups []time.Duration
	exits    []Exit
	why      error // why the host stopped

	running sync.WaitGroup // invocations
	halting chan struct{}  // closed when no more invocations are taken
	stopped chan struct{}  // closed when the handler is gone
}

// Start reads the app and starts its handler, and returns when it answers. A context that ends stops the host at once.
func Start(ctx context.Context, opts Options) (*Host, error) {
	a, err := funcapp.Read(opts.Dir, opts.Env)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	h := &Host{
		app: a, opts: opts, port: port, client: newClient(), busy: map[string]chan struct{}{},
		halting: make(chan struct{}), stopped: make(chan struct{}),
	}
	for name := range a.Functions {
		h.busy[name] = make(chan struct{}, 1)
	}
	h.mu.Lock()
	err = h.launch()
	h.mu.Unlock()
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { h.halt(context.Cause(ctx)) })
	return h, h.Ready(ctx)
}

// Ready waits until the handler takes requests, which matters after a restart.
func (h *Host) Ready(ctx context.Context) error {
	_, err := h.readyProcess(ctx, nil)
	return err
}

// readyProcess waits for a handler that answers, or for the deadline, and returns it.
func (h *Host) readyProcess(ctx context.Context, deadline <-chan time.Time) (*process, error) {
	for {
		h.mu.Lock()
		p := h.current
		over := p.isDisposed()
		h.mu.Unlock()
		if over { // and no successor: the host is about to stop
			<-h.stopped
			return nil, h.stopReason()
		}
		select {
		case <-h.stopped:
			return nil, h.stopReason()
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-deadline:
			return nil, errNotReady
		case <-p.disposed:
		case <-p.ready:
			if !p.isDisposed() {
				return p, nil
			}
		}
	}
}

// launch starts the handler. The caller holds the lock.
func (h *Host) launch() error {
	p, err := startProcess(h.app, h.opts, h.port, &h.log)
	if err != nil {
		return fmt.Errorf("start handler: %w", err)
	}
	h.client.CloseIdleConnections()
	h.current = p
	go h.awaitReady(p)
	go func() {
		<-p.ended
		h.exited(p)
		close(p.handled)
	}()
	return nil
}

// exited acts on the end of a handler (WorkerProcess.OnProcessExited).
func (h *Host) exited(p *process) {
	h.mu.Lock()
	defer h.mu.Unlock()
	code := exitCode(p.cmd.ProcessState)
	h.exits = append(h.exits, Exit{Code: code, MaxRSS: maxRSS(p.cmd.ProcessState), Ran: time.Since(p.begun)})
	if h.given(p) {
		return
	}
	switch code {
	case exitDone:
	case exitRestart:
		h.log.add(Information, Own, "Language Worker Process exited and needs to be restarted.")
		h.restart(p)
	default:
		h.fail(p, fmt.Errorf("%s exited with code %d\n %s", p.cmd.Path, code, p.lastErrors()))
	}
}

// given reports whether the end of p means nothing to the host. The caller holds the lock.
func (h *Host) given(p *process) bool { return p.isDisposed() || h.halted() }

// halted reports whether the host is stopping. The caller holds the lock, or does not mind being late.
func (h *Host) halted() bool {
	select {
	case <-h.halting:
		return true
	default:
		return false
	}
}

// fail counts a failure of the handler and restarts it. The caller holds the lock.
func (h *Host) fail(p *process, why error) {
	h.log.add(Error, Own, why.Error())
	now := time.Now()
	if n := len(h.failures); n > 0 && now.Sub(h.failures[n-1]) > failuresWithin {
		h.failures = nil
	}
	h.failures = append(h.failures, now)
	h.why = why
	h.restart(p)
}

// restart replaces p, unless the handler has failed too often: then the host stops. The caller holds the lock.
func (h *Host) restart(p *process) {
	p.dispose()
	var err error
	if len(h.failures) >= mostFailures {
		h.log.add(Error, Own, "Exceeded http worker restart retry count. Shutting down Functions Host")
		err = fmt.Errorf("exceeded http worker restart retry count: %w", h.why)
	} else if err = h.launch(); err == nil {
		return
	}
	h.why = fmt.Errorf("%w: %w", ErrStopped, err)
	h.takeNoMore()
	go h.halt(nil) // it waits for p, and p may wait for this
}

// Stop stops the host: it takes no more invocations, gives the running ones ten seconds, and kills the handler. The handler
// is never asked to end: what it wants to keep must be safe at any moment.
func (h *Host) Stop() {
	h.mu.Lock()
	h.takeNoMore()
	h.mu.Unlock()
	idle := make(chan struct{})
	go func() {
		h.running.Wait()
		close(idle)
	}()
	select {
	case <-idle:
	case <-h.stopped:
	case <-time.After(stopWait):
	}
	h.halt(nil)
}

// takeNoMore refuses invocations from here on. The caller holds the lock.
func (h *Host) takeNoMore() {
	if !h.halted() {
		close(h.halting)
	}
}

// halt kills the handler, once, and marks the host as stopped.
func (h *Host) halt(why error) {
	h.mu.Lock()
	h.takeNoMore()
	select {
	case <-h.stopped:
	default:
		if !errors.Is(h.why, ErrStopped) {
			h.why = ErrStopped
			if why != nil {
				h.why = fmt.Errorf("%w: %w", ErrStopped, why)
			}
		}
		h.current.dispose()
		close(h.stopped)
	}
	p := h.current
	h.mu.Unlock()
	<-p.handled
	h.client.CloseIdleConnections()
}

func (h *Host) stopReason() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.why
}

// Kill ends the handler with SIGKILL from outside, as a lack of memory would, and returns when the host has reacted.
// That is a failure of the handler: the host restarts it, and stops at the third within half an hour.
func (h *Host) Kill() {
	h.mu.Lock()
	p := h.current
	h.mu.Unlock()
	p.kill()
	<-p.handled
}
