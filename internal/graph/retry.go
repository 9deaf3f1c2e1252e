package graph

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"golang.org/x/time/rate"

	"breakglass/tenant"
)

// How often and how fast a read is tried again where Graph does not say.
// https://learn.microsoft.com/graph/throttling#best-practices-to-handle-throttling
const (
	mostAttempts = 5
	firstDelay   = time.Second
	longestDelay = 30 * time.Second
)

// A class is a family of requests with a limit of its own.
type class int

const (
	ordinary class = iota
	conditionalAccess
	reports
	activity
)

// limits are the rates that a client stays under, by class.
type limits map[class]*rate.Limiter

// microsoftLimits are Microsoft's, a little below: Conditional Access 1 request a
// second, reports (sign-ins, authentication methods) 5 in 10 seconds, signInActivity
// 10 a minute. https://learn.microsoft.com/graph/throttling-limits
func microsoftLimits() limits {
	return limits{
		conditionalAccess: rate.NewLimiter(rate.Every(1100*time.Millisecond), 1),
		reports:           rate.NewLimiter(rate.Every(2200*time.Millisecond), 5),
		activity:          rate.NewLimiter(rate.Every(6500*time.Millisecond), 10),
	}
}

// burst is how many requests of a class may go at once.
func (l limits) burst(of class) int {
	if limiter := l[of]; limiter != nil {
		return limiter.Burst()
	}
	return maxBatch
}

// await waits until n requests of a class may go.
func (c *carrier) await(ctx context.Context, of class, n int) error {
	limiter := c.limits[of]
	if limiter == nil {
		return ctx.Err()
	}
	now := time.Now()
	return c.sleep(ctx, limiter.ReserveN(now, n).DelayFrom(now))
}

// send sends a request, and again where trying again can help: throttled, a failure
// of Graph's, a broken connection. ri builds the request anew for each attempt.
func (c *carrier) send(ctx context.Context, of class, build func() (*abstractions.RequestInformation, error)) answer {
	return c.sendWhile(ctx, of, retriable, build)
}

// sendWhile sends a request, and again while its answer is one after which that can help.
func (c *carrier) sendWhile(ctx context.Context, of class, again func(answer) bool, build func() (*abstractions.RequestInformation, error)) answer {
	for attempt := 1; ; attempt++ {
		if c.await(ctx, of, 1) != nil {
			return answer{err: &tenant.UnreadError{Code: tenant.CodeDeadline}}
		}
		ri, err := build()
		if err != nil {
			return answer{err: &tenant.UnreadError{Code: tenant.CodeUnexpected}}
		}
		a := c.once(ctx, ri)
		if !again(a) || attempt == mostAttempts || !c.pause(ctx, attempt, []answer{a}) {
			return a
		}
	}
}

// retriable reports whether the same request may succeed later.
func retriable(a answer) bool {
	if a.err == nil {
		return false
	}
	switch a.err.Status {
	case 0:
		return a.err.Code == tenant.CodeConnection || a.err.Code == tenant.CodeTimeout || a.err.Code == tenant.CodeUnexpected
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// pause waits before the next attempt: as long as any of the answers asks, else
// longer each time, at random so that clients do not come back together. It returns
// false if the budget ends before that.
func (c *carrier) pause(ctx context.Context, attempt int, answers []answer) bool {
	wait := time.Duration(0)
	for _, a := range answers {
		wait = max(wait, retryAfter(a.header))
	}
	if wait == 0 {
		wait = min(firstDelay<<(attempt-1), longestDelay)
		wait = wait/2 + time.Duration(c.jitter()*float64(wait))
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
		return false
	}
	c.count(func(t *Traffic) { t.Retries++ })
	return c.sleep(ctx, wait) == nil
}

// retryAfter reads the header, which holds seconds or a date.
// https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
func retryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, int(time.Hour/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func random() float64 { return rand.Float64() } //nolint:gosec // not for secrets
