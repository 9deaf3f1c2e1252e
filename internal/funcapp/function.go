package funcapp

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// functionName is what the host accepts as a function's name; "host" is taken.
var functionName = regexp.MustCompile(`(?i)^[a-z][a-z0-9_\-]{0,127}$`)

// ErrDisabled says that a function is switched off, in function.json or by a setting.
var ErrDisabled = errors.New("disabled")

// ErrSchedule says that the host does not take a function's schedule.
var ErrSchedule = errors.New("schedule")

// A Function is one timer function.
type Function struct {
	Name      string
	Binding   string            // name of the trigger, the key under Data
	Monitored bool              // the host remembers when it ran, and sends that as ScheduleStatus
	Outputs   map[string]string // type of data by the binding's name
	Retry     *RetryPolicy
}

// A RetryPolicy says when a failed run is tried again:
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retry-policies.
type RetryPolicy struct {
	Most        int // -1 is without end
	exponential bool
	least, cap  time.Duration
}

// Delay is the wait before retry number n, counted from 1. The host adds jitter to an exponential one; this does not.
func (p RetryPolicy) Delay(n int) time.Duration {
	if !p.exponential {
		return p.least
	}
	d := p.least
	for ; n > 1 && d < p.cap; n-- {
		d *= 2
	}
	return min(d, p.cap)
}

type functionJSON struct {
	Disabled   any
	ScriptFile string
	Bindings   []struct {
		Type, Name, Direction, DataType, Schedule string
		UseMonitor                                *bool
	}
	Retry *struct {
		Strategy                                        string
		MaxRetryCount                                   *int
		DelayInterval, MinimumInterval, MaximumInterval string
	}
}

// readFunction reads one function.json. An error means that the host would leave the function out and run the rest.
func readFunction(dir string, raw []byte, s settings) (Function, error) {
	name := filepath.Base(dir)
	if !functionName.MatchString(name) || strings.EqualFold(name, "host") {
		return Function{}, fmt.Errorf("%q is not a function name", name)
	}
	var j functionJSON
	if err := json.Unmarshal(raw, &j); err != nil {
		return Function{}, fmt.Errorf("function.json: %w", err)
	}
	if isDisabled(j.Disabled, name, s) {
		return Function{}, ErrDisabled
	}
	if j.ScriptFile != "" {
		if _, err := os.Stat(filepath.Join(dir, j.ScriptFile)); err != nil {
			return Function{}, fmt.Errorf("scriptFile: %w", err)
		}
	}
	f := Function{Name: name, Outputs: map[string]string{}}
	for _, b := range j.Bindings {
		switch {
		case strings.EqualFold(b.Direction, "out"):
			f.Outputs[b.Name] = strings.ToLower(b.DataType)
		case strings.EqualFold(b.Type, "timerTrigger") && f.Binding == "":
			overMinute, err := readSchedule(b.Schedule, s)
			if err != nil {
				return Function{}, fmt.Errorf("%w: %w", ErrSchedule, err)
			}
			f.Binding = b.Name
			// The host does not keep the status of a timer that fires more than once a minute.
			f.Monitored = overMinute && (b.UseMonitor == nil || *b.UseMonitor)
		default:
			return Function{}, fmt.Errorf("binding %q of type %q: one timer is read and nothing else", b.Name, b.Type)
		}
	}
	if f.Binding == "" {
		return Function{}, errors.New("no timerTrigger with a name")
	}
	var err error
	f.Retry, err = j.retryPolicy()
	return f, err
}

// isDisabled follows https://learn.microsoft.com/azure/azure-functions/disable-function.
func isDisabled(property any, name string, s settings) bool {
	value := fmt.Sprint(property)
	if v, ok := s["AzureWebJobs."+name+".Disabled"]; ok {
		value = v
	} else if m := setting.FindStringSubmatch(value); m != nil {
		value = s[m[1]]
	} else if v, ok := s[value]; ok {
		value = v
	}
	return strings.EqualFold(value, "true") || value == "1"
}

func (j functionJSON) retryPolicy() (*RetryPolicy, error) {
	if j.Retry == nil {
		return nil, nil
	}
	if j.Retry.MaxRetryCount == nil {
		return nil, errors.New("retry: no maxRetryCount")
	}
	p := RetryPolicy{Most: *j.Retry.MaxRetryCount}
	intervals := map[string]*time.Duration{j.Retry.DelayInterval: &p.least}
	switch strings.ToLower(j.Retry.Strategy) {
	case "fixeddelay":
		if j.Retry.DelayInterval == "" {
			return nil, errors.New("retry: no delayInterval")
		}
	case "exponentialbackoff":
		if j.Retry.MinimumInterval == "" || j.Retry.MaximumInterval == "" {
			return nil, errors.New("retry: minimumInterval and maximumInterval are both needed")
		}
		p.exponential = true
		intervals = map[string]*time.Duration{j.Retry.MinimumInterval: &p.least, j.Retry.MaximumInterval: &p.cap}
	default:
		return nil, fmt.Errorf("retry: strategy %q", j.Retry.Strategy)
	}
	for text, d := range intervals {
		var err error
		if *d, err = timeSpanOr(text, 0); err != nil {
			return nil, fmt.Errorf("retry: %w", err)
		}
	}
	if p.exponential && p.cap < p.least {
		p.cap = p.least
	}
	return &p, nil
}
