package standin_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"breakglass/internal/standin"
)

func TestThrottle(t *testing.T) {
	t.Parallel()
	var elapsed atomic.Int64
	now := func() time.Time {
		return time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC).Add(time.Duration(elapsed.Load()))
	}
	g := started(t, standin.Tenant(), standin.WithGraphClock(now),
		standin.WithThrottle(append(standin.MicrosoftLimits(), standin.Limit{Class: standin.ThrottleDirectory, First: 1, RetryAfter: 2 * time.Second})...))
	policies, signIns := g.URL()+"/identity/conditionalAccess/policies", g.URL()+"/auditLogs/signIns"
	for _, step := range []struct {
		address string
		after   time.Duration
		want    string
	}{
		{policies, 0, "200 "}, {policies, 0, "429 "}, {policies, time.Second, "200 "},
		{signIns, 0, "200 "}, {signIns, 0, "200 "}, {signIns, 0, "200 "}, {signIns, 0, "200 "}, {signIns, 0, "200 "}, {signIns, 0, "429 10"},
		{signIns, 10 * time.Second, "200 "},
		{g.URL() + "/domains", 0, "429 2"}, {g.URL() + "/domains", 0, "200 "},
	} {
		elapsed.Add(int64(step.after))
		status, header, _ := do(t, http.MethodGet, step.address, nil)
		if got := fmt.Sprint(status, " ", header.Get("Retry-After")); got != step.want {
			t.Errorf("%s at %s: %q, expected %q", step.address, now().Format(time.TimeOnly), got, step.want)
		}
	}
}
