package notify

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"
)

// A Posting is a message and where it goes. Thread, Broadcast and Replaces are for
// sinks whose Threads is true; others must not be given them, and post a new message.
type Posting struct {
	Message Message
	// Thread is the ID of the message to answer to; empty for a new one in the channel.
	Thread string
	// Broadcast shows an answer in the channel too.
	Broadcast bool
	// Replaces is the ID of the message that this one takes the place of, without notice
	// to anybody.
	Replaces string
	// Doubt is when the first attempt to send this very message that ended without a
	// certain answer began; zero if there was none. The message is told by its Key.
	Doubt time.Time
}

// A Sink posts messages to one service. Its errors are of type Error, or join several.
type Sink interface {
	// Name is that of its Kind.
	Name() string
	// Threads reports whether it can answer to a message and replace one.
	Threads() bool
	// Notify posts a message. It returns a receipt only if the service says in its own way
	// that it took the message.
	Notify(context.Context, Posting) (Receipt, error)
}

// A Checker is a sink that can be looked at without sending anything.
type Checker interface {
	// Check says what was tried, and what is wrong.
	Check(context.Context) (string, error)
}

// Means are by what a sink reaches its service.
type Means struct {
	Client *http.Client // a usual one if it is nil; a sink uses a copy that follows no redirects
	Retry  Retrier
	// Token asks for tokens of the program's identity, for a scope.
	Token func(scope string) (func(context.Context) (string, error), error)
}

// A Receipt says what a service did with a message.
type Receipt struct {
	// Accepted is set if the service took the message without saying that people see it.
	Accepted bool
	// Plain is set if the service refused the formatted message and took it as plain text.
	Plain bool
	// Found is set if an earlier attempt had arrived, so that nothing was sent again.
	Found bool
	// ID names the message for answers and for its replacement; empty where the service
	// gives none. It is not the Posting's Replaces if that message was gone.
	ID string
	// Note says what did not go as it should although the message is delivered, in words
	// for the log.
	Note string
}

// String says what is certain: delivered, now or before, or accepted.
func (r Receipt) String() string {
	switch {
	case r.Accepted:
		return "accepted"
	case r.Found:
		return "delivered before"
	}
	return "delivered"
}

const (
	maxAttempts = 3
	maxWaiting  = time.Minute // in all, so that one service does not use up the run
	firstDelay  = time.Second // four times as long after each attempt
)

// A Retrier tries again where that can help. The zero one waits by the clock; a test says
// how it waits.
type Retrier struct {
	Wait   func(context.Context, time.Duration) error
	Jitter func() float64 // 0 to 1
}

// wait waits for d, or returns the context's error.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// An Attempt posts a message once.
type Attempt func(context.Context) (Receipt, *Error)

// Deliver posts the message, and once as plain text if the service does not take its
// form. The error that errors.As finds says what can help, and whether the message
// may have arrived by any of the attempts.
func (r Retrier) Deliver(ctx context.Context, rich, plain Attempt) (Receipt, error) {
	budget := maxWaiting
	receipt, refused := r.insist(ctx, rich, &budget)
	if refused == nil {
		return receipt, nil
	}
	if refused.Class != Content {
		return Receipt{}, refused
	}
	receipt, err := r.insist(ctx, plain, &budget)
	if err != nil {
		err.Uncertain = err.Uncertain || refused.Uncertain
		return Receipt{}, errors.Join(err, refused)
	}
	receipt.Plain = !receipt.Found // what was found may be of either form
	return receipt, nil
}

// insist attempts again while that can help and there is time; it takes the time that
// it waits from budget. The error is the last attempt's.
func (r Retrier) insist(ctx context.Context, try Attempt, budget *time.Duration) (Receipt, *Error) {
	if r.Wait == nil {
		r.Wait, r.Jitter = wait, rand.Float64
	}
	delay := firstDelay
	uncertain := false
	for n := 1; ; n++ {
		receipt, err := try(ctx)
		if err == nil {
			return receipt, nil
		}
		uncertain = uncertain || err.Uncertain
		err.Uncertain = uncertain
		pause := max(delay/2+time.Duration(r.Jitter()*float64(delay)), err.RetryAfter)
		delay *= 4
		deadline, limited := ctx.Deadline()
		if err.Class != Retryable || n == maxAttempts || ctx.Err() != nil || pause > *budget ||
			limited && time.Until(deadline) < pause {
			return Receipt{}, err
		}
		*budget -= pause
		if r.Wait(ctx, pause) != nil {
			return Receipt{}, err
		}
	}
}
