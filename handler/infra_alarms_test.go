package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"breakglass/internal/standin/apptest"
	"breakglass/internal/watch"
)

var (
	hasText  = regexp.MustCompile(`message has "([^"]+)"`)
	hasField = regexp.MustCompile(`tostring\(line\["([^"]+)"\]\) == "([^"]+)"`)
)

// TestInfraAlarms tries the conditions of the alarms' queries on lines that the handler
// logs.
func TestInfraAlarms(t *testing.T) {
	t.Parallel()
	lines := map[string]string{}
	for _, function := range []string{"EmergencyAccess", "Watch"} {
		lines[function+" completed"] = logged(t, function, ended{watch.Outcome{Did: "run failed in another tenant"}, nil})
		lines[function+" partial"] = logged(t, function, ended{watch.Outcome{Did: "run failed in another tenant", Partial: true}, nil})
		lines[function+" skipped"] = logged(t, function, ended{watch.Skip("the run completed elsewhere"), nil})
		lines[function+" failed"] = logged(t, function, ended{watch.Outcome{}, errors.New("run completed, not")})
	}
	want := map[string][]string{
		"silence-emergencyaccess": {"EmergencyAccess completed", "EmergencyAccess partial"}, // its message says what is not known
		"silence-watch":           {"Watch completed"},
		"errors":                  {"EmergencyAccess failed", "Watch failed"},
	}
	alarms := apptest.ReadInfra(t, nil).Local(t, "alarms").AsValueMap()
	if got := slices.Sorted(maps.Keys(alarms)); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Fatalf("alarms %q", got)
	}
	for name, alarm := range alarms {
		query := alarm.GetAttr("query").AsString()
		var got []string
		for about, log := range lines {
			if n := matches(t, query, log); n > 1 {
				t.Errorf("%s: %d lines of one run", name, n)
			} else if n == 1 {
				got = append(got, about)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want[name]) {
			t.Errorf("%s is about %q, and should be about %q:\n%s", name, got, want[name], query)
		}
		if column := alarm.GetAttr("column").AsString(); !strings.HasSuffix(strings.TrimSpace(query), "| summarize "+column+" = count()") {
			t.Errorf("%s measures %s, which is not what its query counts", name, column)
		}
	}
	if query := alarms["silence-emergencyaccess"].GetAttr("query").AsString(); !strings.Contains(query, "ago(26h)") {
		t.Errorf("silence is not 26 hours:\n%s", query)
	}
}

// ended is a run that ended so.
type ended struct {
	done watch.Outcome
	err  error
}

func (e ended) Run(context.Context, *slog.Logger, bool) (watch.Outcome, error) { return e.done, e.err }
func (e ended) Poll(context.Context, *slog.Logger) (watch.Outcome, error)      { return e.done, e.err }

// logged is what the handler logs when the host invokes a function.
func logged(t *testing.T, function string, run runner) string {
	t.Helper()
	var out bytes.Buffer
	h := routes(slog.New(newLogHandler(&out, &out)), func() (runner, error) { return run, nil })
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+function, strings.NewReader("{}")))
	return out.String()
}

// matches is how many lines satisfy all the conditions of a query.
func matches(t *testing.T, query, log string) int {
	t.Helper()
	text, fields := hasText.FindAllStringSubmatch(query, -1), hasField.FindAllStringSubmatch(query, -1)
	if len(text) != 1 || len(fields) == 0 || strings.Count(query, "==") != len(fields) {
		t.Fatalf("a query that this test does not understand:\n%s", query)
	}
	n := 0
	for line := range strings.Lines(log) {
		var said map[string]any
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(line, text[0][1]) && !slices.ContainsFunc(fields, func(f []string) bool { return fmt.Sprint(said[f[1]]) != f[2] }) {
			n++
		}
	}
	return n
}
