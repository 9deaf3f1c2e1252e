package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

const (
	hostVersion   = "4.1045.200.26080"
	pollInterval  = 25 * time.Millisecond
	mostRedirects = 50 // of .NET's HttpClient
)

var errNotReady = errors.New("handler does not answer")

// send waits for the handler, posts the body and judges the answer, all within the function's time.
func (h *Host) send(ctx context.Context, f function, id string, body []byte) (answer, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var timeUp <-chan time.Time
	if h.app.Timeout > 0 {
		timer := time.NewTimer(h.app.Timeout)
		defer timer.Stop()
		timeUp = timer.C
	}
	// Four times the handler's own limit, then the host stops (WorkerFunctionInvoker).
	p, err := h.readyProcess(ctx, time.After(4*h.app.Init))
	if errors.Is(err, errNotReady) {
		h.halt(err)
	}
	if err != nil {
		return answer{}, err
	}
	type outcome struct {
		answer answer
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		got, err := h.post(ctx, f.Name, id, body)
		if err == nil {
			err = got.judge(f)
		}
		done <- outcome{got, err}
	}()
	var silent answer
	var stopped <-chan struct{} // a host that stops cuts the connection, which is an outcome, too
	for {
		select {
		case o := <-done:
			if errors.Is(o.err, errSilent) {
				silent, stopped = o.answer, h.stopped
				continue // nothing more comes: time will be up
			}
			var failure *Failure
			if o.err == nil || errors.As(o.err, &failure) {
				return o.answer, o.err
			}
			return o.answer, h.broken(ctx, p, o.err)
		case <-timeUp:
			h.timedOut(p)
			return silent, &Failure{Message: fmt.Sprintf("Timeout value of %s was exceeded by function: Functions.%s", formatTimeSpan(h.app.Timeout), f.Name)}
		case <-ctx.Done():
			return silent, ctx.Err()
		case <-stopped:
			return silent, h.stopReason()
		}
	}
}

// timedOut kills the handler and starts another; that is not counted as a failure of the handler.
func (h *Host) timedOut(p *process) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !p.isDisposed() && !h.halted() {
		h.log.add(Information, Own, "Function timed out. Restarting the handler.")
		h.restart(p)
	}
}

// broken words a connection that failed. If the handler is just ending, it waits until the host has seen that, so that a
// retry does not reach a dead process.
func (h *Host) broken(ctx context.Context, p *process, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	select {
	case <-p.handled:
	case <-time.After(killWait):
	}
	if isDial(err) {
		return &Failure{Message: fmt.Sprintf("Connection refused (127.0.0.1:%d)", h.port)}
	}
	return &Failure{Message: "An error occurred while sending the request."}
}

func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// newClient follows redirects as .NET does: after 301, 302 and 303 a POST becomes a GET.
func newClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{DisableCompression: true},
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > mostRedirects {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
}

// post sends an invocation. The body has no length in advance, so it goes out chunked.
func (h *Host) post(ctx context.Context, name, id string, body []byte) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.Address()+"/"+name, nil)
	if err != nil {
		return answer{}, err
	}
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.Body, _ = req.GetBody() // as above: no error
	req.ContentLength = -1
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Azure-Functions-Host/"+hostVersion)
	req.Header.Set("X-Azure-Functions-HostVersion", hostVersion)
	req.Header.Set("X-Azure-Functions-InvocationId", id)
	resp, err := h.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	got := answer{status: resp.StatusCode, header: resp.Header, length: resp.ContentLength}
	got.body, err = io.ReadAll(resp.Body)
	return got, err
}

// awaitReady asks the handler for / until anything answers (DefaultHttpWorkerService.IsWorkerReady): any status will do,
// and so will any error after the connection is made.
func (h *Host) awaitReady(p *process) {
	ctx, cancel := context.WithTimeout(context.Background(), h.app.Init)
	defer cancel()
	for {
		err := h.ping(ctx)
		if ctx.Err() == nil && (err == nil || !isDial(err)) {
			h.mu.Lock()
			defer h.mu.Unlock()
			if !p.isDisposed() { // else it may be its successor that answers
				h.startups = append(h.startups, time.Since(p.begun))
				close(p.ready)
			}
			return
		}
		select {
		case <-p.disposed:
			return
		case <-ctx.Done():
			h.mu.Lock()
			defer h.mu.Unlock()
			if !h.given(p) {
				h.fail(p, &Failure{Message: "Initializing HttpWorker timed out."})
			}
			return
		case <-time.After(pollInterval):
		}
	}
}

func (h *Host) ping(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.Address()+"/", nil)
	if err != nil {
		return err
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// formatTimeSpan writes a duration as .NET does.
func formatTimeSpan(d time.Duration) string {
	text := fmt.Sprintf("%02d:%02d:%02d", int(d.Hours())%24, int(d.Minutes())%60, int(d.Seconds())%60)
	if days := int(d.Hours()) / 24; days > 0 {
		text = fmt.Sprintf("%d.%s", days, text)
	}
	if ticks := d % time.Second / 100; ticks > 0 {
		text += fmt.Sprintf(".%07d", ticks)
	}
	return text
}
