package host

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Failure is an invocation that the host counts as failed, in the host's words.
type Failure struct{ Message string }

func (f *Failure) Error() string { return f.Message }

// An Attempt is one try at an invocation.
type Attempt struct {
	ID          string         // as in X-Azure-Functions-InvocationId
	Status      int            // HTTP status; zero without an answer
	Body        []byte         // of the answer
	Outputs     map[string]any // for the bindings that function.json declares
	Logs        []string
	ReturnValue any
	Took        time.Duration
	Err         error // nil if it succeeded, a *Failure if it failed
}

// An Invocation is one firing of a timer with its retries.
type Invocation struct {
	Function string
	Attempts []Attempt
}

// Last returns the attempt that decided.
func (i Invocation) Last() Attempt {
	if len(i.Attempts) == 0 {
		return Attempt{}
	}
	return i.Attempts[len(i.Attempts)-1]
}

// Invoke fires the timer of a function and returns when the host would be done with it, retries included. The error is
// a *Failure if the last attempt failed, and another one if nothing could be judged: no such function, a stopped host,
// a context that ended.
func (h *Host) Invoke(ctx context.Context, name string, timer Timer) (Invocation, error) {
	inv := Invocation{Function: name}
	loaded, ok := h.app.Functions[name]
	if !ok {
		if why, ok := h.app.Refused[name]; ok {
			return inv, fmt.Errorf("function %s is not loaded: %w", name, why)
		}
		return inv, fmt.Errorf("no function %q: have %v", name, h.Functions())
	}
	if err := h.begin(); err != nil {
		return inv, err
	}
	defer h.running.Done()
	if !timer.ByHand {
		select {
		case h.busy[name] <- struct{}{}:
			defer func() { <-h.busy[name] }()
		case <-ctx.Done():
			return inv, ctx.Err()
		}
	}
	return h.attempts(ctx, function{loaded}, timer)
}

// begin counts a running invocation, unless the host stops.
func (h *Host) begin() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.halted() {
		h.running.Add(1)
		return nil
	}
	if errors.Is(h.why, ErrStopped) {
		return h.why
	}
	return ErrStopped
}

func (h *Host) attempts(ctx context.Context, f function, timer Timer) (Invocation, error) {
	inv := Invocation{Function: f.Name}
	var retry *retryContext
	if f.Retry != nil && !timer.ByHand {
		retry = &retryContext{MaxRetryCount: f.Retry.Most}
	}
	for {
		a := h.attempt(ctx, f, timer, retry)
		inv.Attempts = append(inv.Attempts, a)
		var failure *Failure
		if !errors.As(a.Err, &failure) || retry == nil || f.Retry.Most >= 0 && retry.RetryCount >= f.Retry.Most {
			return inv, a.Err
		}
		retry.RetryCount++
		retry.Exception = &exception{ClassName: "System.Exception", Message: failure.Message}
		delay := f.Retry.Delay(retry.RetryCount)
		if h.opts.RetryDelay != nil {
			delay = h.opts.RetryDelay(delay)
		}
		select {
		case <-time.After(delay):
		case <-h.halting:
		case <-ctx.Done():
			return inv, ctx.Err()
		}
		if h.halted() {
			return inv, a.Err
		}
	}
}

// attempt runs a function once and writes the host's own log lines about it.
func (h *Host) attempt(ctx context.Context, f function, timer Timer, retry *retryContext) Attempt {
	a := Attempt{ID: newID()}
	began := time.Now()
	h.log.add(Information, Own, fmt.Sprintf("Executing 'Functions.%s' (Id=%s)", f.Name, a.ID))
	body, err := f.payload(timer, retry, began)
	if err != nil {
		a.Err = fmt.Errorf("timer: %w", err)
		return a
	}
	var got answer
	got, a.Err = h.send(ctx, f, a.ID, body)
	a.Status, a.Body, a.Outputs, a.Logs, a.ReturnValue = got.status, got.body, got.outputs, got.logs, got.returnValue
	for _, line := range a.Logs {
		h.log.add(Information, User, line)
	}
	a.Took = time.Since(began)
	level, word, why := Information, "Succeeded", ""
	if a.Err != nil {
		level, word, why = Error, "Failed", " "+a.Err.Error()
	}
	h.log.add(level, Own, fmt.Sprintf("Executed 'Functions.%s' (%s, Id=%s, Duration=%dms)%s", f.Name, word, a.ID, a.Took.Milliseconds(), why))
	return a
}
