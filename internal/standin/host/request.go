package host

import (
	"encoding/json"
	"time"

	"breakglass/internal/funcapp"
)

// A Timer is what a timer tells its function. The zero Timer is the first run ever, on time.
type Timer struct {
	// Last is when the timer last fired; zero is never. Next is the occurrence being run, LastUpdated when the status was
	// written; zero is the time of the request.
	Last, Next, LastUpdated time.Time
	// PastDue says that the host was not there at the time.
	PastDue bool
	// ByHand is a run asked for with POST /admin/functions/<name>: it may overlap another run, and is not retried.
	ByHand bool
	// Raw, where given, is sent instead of all of this.
	Raw json.RawMessage
}

// The property names and their order are those of the host's TimerInfo.
type timerInfo struct {
	Schedule struct {
		AdjustForDST bool
	}
	ScheduleStatus *scheduleStatus
	IsPastDue      bool
}

type scheduleStatus struct {
	Last, Next, LastUpdated string
}

type retryContext struct {
	MaxRetryCount int
	RetryCount    int
	Exception     *exception
}

type exception struct {
	ClassName string
	Message   string
}

type systemData struct {
	MethodName string
	UtcNow     string
	RandGuid   string
}

// timestamp writes a time as the host does. The time of a timer that never fired has no offset, so it is not RFC 3339:
// https://github.com/Azure/azure-functions-host/issues/7391.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return "0001-01-01T00:00:00"
	}
	return t.UTC().Format("2006-01-02T15:04:05.9999999-07:00")
}

// A function is one that the host runs.
type function struct{ funcapp.Function }

// payload is the body of an invocation.
func (f function) payload(t Timer, retry *retryContext, now time.Time) ([]byte, error) {
	info := timerInfo{IsPastDue: t.PastDue}
	info.Schedule.AdjustForDST = true
	if f.Monitored {
		orNow := func(t time.Time) time.Time {
			if t.IsZero() {
				return now
			}
			return t
		}
		info.ScheduleStatus = &scheduleStatus{
			Last: timestamp(t.Last), Next: timestamp(orNow(t.Next).Truncate(time.Second)), LastUpdated: timestamp(orNow(t.LastUpdated)),
		}
	}
	data := map[string]any{f.Binding: info}
	if t.Raw != nil {
		data[f.Binding] = t.Raw
	}
	metadata := map[string]any{"sys": systemData{
		MethodName: f.Name, UtcNow: now.UTC().Format("2006-01-02T15:04:05.9999999Z"), RandGuid: newID(),
	}}
	if retry != nil {
		metadata["RetryContext"] = retry
	}
	return json.Marshal(struct{ Data, Metadata map[string]any }{data, metadata})
}
