package host

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"breakglass/internal/funcapp"
)

// killWait is how long the host waits for a handler that it has killed.
const killWait = time.Second

// process is one run of the handler.
type process struct {
	cmd      *exec.Cmd
	begun    time.Time
	ready    chan struct{} // closed when it has answered
	ended    chan struct{} // closed when it has exited and its output is read
	handled  chan struct{} // closed when the host has acted on that
	disposed chan struct{} // closed when the host has given it up: its exit means nothing more
	giveUp   func()

	mu      sync.Mutex
	lastErr []string // the last lines of standard error, which the host puts into its own message
}

// startProcess runs the handler with the environment that the host gives it (HttpWorkerProcess.CreateWorkerProcess).
func startProcess(a funcapp.App, opts Options, port int, log *journal) (*process, error) {
	p := &process{ready: make(chan struct{}), ended: make(chan struct{}), handled: make(chan struct{}), disposed: make(chan struct{})}
	p.giveUp = sync.OnceFunc(func() { close(p.disposed) })
	worker, number := newID(), strconv.Itoa(port)

	p.cmd = exec.CommandContext(context.Background(), a.Executable, a.Arguments...) // only the host's rules end it
	p.cmd.Dir = a.WorkDir
	p.cmd.Env = append(slices.Clone(opts.Env),
		"FUNCTIONS_CUSTOMHANDLER_PORT="+number,
		"FUNCTIONS_CUSTOMHANDLER_WORKER_ID="+worker,
		"FUNCTIONS_HTTPWORKER_PORT="+number,
		"FUNCTIONS_HTTPWORKER_ID="+worker,
		"FUNCTIONS_APP_ROOT_PATH="+a.Dir,
	)
	out := &lineWriter{line: log.output, tee: opts.Stdout}
	errs := &lineWriter{tee: opts.Stderr, line: func(line string) {
		if log.errorOutput(line) {
			p.remember(line)
		}
	}}
	p.cmd.Stdout, p.cmd.Stderr = io.Writer(out), io.Writer(errs)
	p.cmd.WaitDelay = killWait // a grandchild may hold the streams open
	p.begun = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // how it ended is in ProcessState
		out.flush()
		errs.flush()
		close(p.ended)
	}()
	return p, nil
}

// remember keeps the last three error lines.
func (p *process) remember(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lastErr = append(p.lastErr, line)
	if len(p.lastErr) > 3 {
		p.lastErr = p.lastErr[1:]
	}
}

func (p *process) lastErrors() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lastErr, ",")
}

// dispose ends the process as the host does: killed at once, never asked.
func (p *process) dispose() {
	p.giveUp()
	p.kill()
	select {
	case <-p.ended:
	case <-time.After(2 * killWait):
	}
}

func (p *process) isDisposed() bool {
	select {
	case <-p.disposed:
		return true
	default:
		return false
	}
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
}

// Signal sends a signal to the handler, as a container runtime or a person at a terminal would. The host itself never does.
func (h *Host) Signal(sig os.Signal) error {
	h.mu.Lock()
	p := h.current
	h.mu.Unlock()
	return p.cmd.Process.Signal(sig)
}

// newID makes a GUID.
func newID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// freePort picks a port below the range that systems hand out by themselves, so that no other socket takes it before the
// handler listens.
func freePort() (int, error) {
	const first, count = 20000, 12000
	var config net.ListenConfig
	for range 100 {
		n, err := rand.Int(rand.Reader, big.NewInt(count))
		if err != nil {
			return 0, err
		}
		port := first + int(n.Int64())
		l, err := config.Listen(context.Background(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		return port, l.Close()
	}
	return 0, errors.New("no free port on 127.0.0.1")
}
