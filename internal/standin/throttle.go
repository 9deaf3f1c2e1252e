package standin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A ThrottleClass is a group of endpoints that share a limit.
type ThrottleClass string

// The classes. A request that reads signInActivity counts as that class only.
const (
	ThrottleDirectory         ThrottleClass = "directory" // users, groups, roles, domains …
	ThrottleReports           ThrottleClass = "reports"   // sign-ins and authentication methods of users
	ThrottleSignInActivity    ThrottleClass = "signInActivity"
	ThrottleConditionalAccess ThrottleClass = "conditionalAccess"
)

// A Limit says how often the endpoints of a class may be asked. Refused requests
// count too, as Graph counts them.
type Limit struct {
	Class      ThrottleClass
	Requests   int           // in any Per; 0 is no limit
	Per        time.Duration // see Requests
	RetryAfter time.Duration // in whole seconds; 0 sends no Retry-After, as Conditional Access does
	First      int           // the first requests of the class are refused, whatever the rate
}

// MicrosoftLimits returns the documented limits of one application in one tenant.
// https://learn.microsoft.com/graph/throttling-limits
func MicrosoftLimits() []Limit {
	return []Limit{
		{Class: ThrottleReports, Requests: 5, Per: 10 * time.Second, RetryAfter: 10 * time.Second},
		{Class: ThrottleSignInActivity, Requests: 10, Per: time.Minute, RetryAfter: time.Minute},
		{Class: ThrottleConditionalAccess, Requests: 1, Per: time.Second},
	}
}

// throttleClass returns the class of a question.
func throttleClass(q question) ThrottleClass {
	switch {
	case strings.Contains(q.query.Get("$select"), "signInActivity"):
		return ThrottleSignInActivity
	case strings.HasPrefix(q.path, "/identity/conditionalAccess/"), strings.HasPrefix(q.path, "/identityProtection/"):
		return ThrottleConditionalAccess
	case strings.HasPrefix(q.path, "/auditLogs/"), strings.HasSuffix(q.path, "/authentication/methods"), strings.HasSuffix(q.path, "/authentication/hardwareOathMethods"):
		return ThrottleReports
	}
	return ThrottleDirectory
}

// A throttle counts requests.
type throttle struct {
	limits []Limit

	mu    sync.Mutex
	asked map[ThrottleClass][]time.Time
}

func newThrottle(limits []Limit) *throttle {
	return &throttle{limits: slices.Clone(limits), asked: map[ThrottleClass][]time.Time{}}
}

// refuses counts a question and says whether it is one too many.
func (t *throttle) refuses(q question, now time.Time) (answer, bool) {
	class := throttleClass(q)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asked[class] = append(t.asked[class], now)
	for _, l := range t.limits {
		if l.Class == class && l.exceededBy(t.asked[class], now) {
			a := refused(http.StatusTooManyRequests, "TooManyRequests", "Too many requests.")
			if l.RetryAfter > 0 {
				a.header = http.Header{"Retry-After": {strconv.Itoa(int(l.RetryAfter.Seconds()))}}
			}
			return a, true
		}
	}
	return answer{}, false
}

func (l Limit) exceededBy(asked []time.Time, now time.Time) bool {
	if len(asked) <= l.First {
		return true
	}
	if l.Requests == 0 {
		return false
	}
	recent := 0
	for _, at := range asked {
		if now.Sub(at) < l.Per {
			recent++
		}
	}
	return recent > l.Requests
}
