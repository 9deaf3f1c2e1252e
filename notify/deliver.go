package notify

import (
	"context"
	"errors"
	"math/rand/v2"
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

// A retrier tries again where that can help.
type retrier struct {
	wait   func(context.Context, time.Duration) error
	jitter func() float64 // 0 to 1
}

func newRetrier() retrier { return retrier{wait: wait, jitter: rand.Float64} }

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

// An attempt posts a message once.
type attempt func(context.Context) (Receipt, *Error)

// deliver posts the message, and once as plain text if the service does not take its
// form. The error that errors.As finds says what can help, and whether the message
// may have arrived by any of the attempts.
func (c retrier) deliver(ctx context.Context, rich, plain attempt) (Receipt, error) {
	budget := maxWaiting
	receipt, refused := c.insist(ctx, rich, &budget)
	if refused == nil {
		return receipt, nil
	}
	if refused.Class != Content {
		return Receipt{}, refused
	}
	receipt, err := c.insist(ctx, plain, &budget)
	if err != nil {
		err.Uncertain = err.Uncertain || refused.Uncertain
		return Receipt{}, errors.Join(err, refused)
	}
	receipt.Plain = !receipt.Found // what was found may be of either form
	return receipt, nil
}

// insist attempts again while that can help and there is time; it takes the time that
// it waits from budget. The error is the last attempt's.
func (c retrier) insist(ctx context.Context, try attempt, budget *time.Duration) (Receipt, *Error) {
	delay := firstDelay
	uncertain := false
	for n := 1; ; n++ {
		receipt, err := try(ctx)
		if err == nil {
			return receipt, nil
		}
		uncertain = uncertain || err.Uncertain
		err.Uncertain = uncertain
		pause := max(delay/2+time.Duration(c.jitter()*float64(delay)), err.RetryAfter)
		delay *= 4
		deadline, limited := ctx.Deadline()
		if err.Class != Retryable || n == maxAttempts || ctx.Err() != nil || pause > *budget ||
			limited && time.Until(deadline) < pause {
			return Receipt{}, err
		}
		*budget -= pause
		if c.wait(ctx, pause) != nil {
			return Receipt{}, err
		}
	}
}
