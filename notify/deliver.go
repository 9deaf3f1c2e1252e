package notify

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// A Receipt says what a service did with a message.
type Receipt struct {
	// Accepted is set if the service took the message without saying that people see it.
	Accepted bool
	// ID is the message's, where the service says so.
	ID string
	// Found is set if an earlier attempt had arrived, so that nothing was sent again.
	Found bool
	// Plain is set if the service refused the formatted message and took it as plain text.
	Plain bool
}

// String says what is certain: delivered or accepted.
func (r Receipt) String() string {
	if r.Accepted {
		return "accepted"
	}
	return "delivered"
}

const (
	maxAttempts = 3
	maxWaiting  = time.Minute // in all, so that one service does not use up the run
	firstDelay  = time.Second // four times as long after each attempt
	answerLimit = 64 << 10
)

// A courier tries again where that can help.
type courier struct {
	wait   func(context.Context, time.Duration) error
	jitter func() float64 // 0 to 1
}

func newCourier() courier { return courier{wait: wait, jitter: rand.Float64} }

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
// form.
func (c courier) deliver(ctx context.Context, rich, plain attempt) (Receipt, error) {
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
		return Receipt{}, errors.Join(refused, err)
	}
	receipt.Plain = true
	return receipt, nil
}

// insist attempts again while that can help and there is time; it takes the time that
// it waits from budget.
func (c courier) insist(ctx context.Context, try attempt, budget *time.Duration) (Receipt, *Error) {
	delay := firstDelay
	for n := 1; ; n++ {
		receipt, err := try(ctx)
		if err == nil {
			return receipt, nil
		}
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
