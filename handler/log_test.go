package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"breakglass/internal/graph"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/watch"
)

// parsed reads what was logged, a line each.
func parsed(t testing.TB, log string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(log) {
		var said map[string]any
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatalf("a line that is no JSON: %q", line)
		}
		all = append(all, said)
	}
	// Errors come through a pipe of their own, and may be early or late.
	at := func(line map[string]any) time.Time {
		said, err := time.Parse(time.RFC3339Nano, fmt.Sprint(line["time"]))
		if err != nil {
			t.Fatal(err)
		}
		return said
	}
	slices.SortStableFunc(all, func(a, b map[string]any) int { return at(a).Compare(at(b)) })
	return all
}

// eventful is what is logged when much happens: mistakes in the configuration, a channel
// that refuses, throttling, a log that cannot be read, and somebody who signs in.
func eventful(t *testing.T) (log string, w *testbed.Testbed) {
	t.Helper()
	var denied atomic.Bool
	var throttled atomic.Int32
	refuse := denies(&denied, "/auditLogs/signIns")
	w = apptest.World(t, refuse, standin.WithIntercept(func(rw http.ResponseWriter, _ *http.Request, path string) bool {
		if path != "/organization" || throttled.Add(1) > 1 {
			return false
		}
		rw.Header().Set("Retry-After", "1")
		rw.WriteHeader(http.StatusTooManyRequests)
		return true
	}))
	file := w.App + "/breakglass.yaml"
	configuration, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	mistaken := bytes.Replace(configuration, []byte("- user: ea01@"), []byte("- ea09@"), 1) // what to write instead names the account
	mistaken = bytes.Replace(mistaken, []byte("checked: 2026-10-01"), []byte("checked: k.sato"), 1)
	if err := os.WriteFile(file, mistaken, 0o600); err != nil {
		t.Fatal(err)
	}
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, false)
	if err := os.WriteFile(file, configuration, 0o600); err != nil {
		t.Fatal(err)
	}
	w.Slack.Script(standin.Reply{Status: 403, Body: "action_prohibited"})
	apptest.Fire(t, h, true)
	apptest.Poll(t, h)
	denied.Store(true)
	apptest.Poll(t, h)
	denied.Store(false)
	apptest.Happens(t, w, "signIns", testbed.SignIn("alarm", apptest.FirstAccount, time.Now().Add(-2*time.Minute), 0))
	apptest.Poll(t, h)
	apptest.Poll(t, h)
	return apptest.Console(h) + logged(t, "Watch", ended{watch.Skip("another run is in progress"), nil}), w
}

// TestLog reads all that is logged when much happens.
func TestLog(t *testing.T) {
	t.Parallel()
	log, w := eventful(t)
	runs := map[string][]map[string]any{}
	var order []string
	for _, line := range parsed(t, log) {
		run, _ := line["run"].(string)
		if runs[run] == nil {
			order = append(order, run)
		}
		runs[run] = append(runs[run], line)
	}
	asked, sent := 0, 0
	for _, run := range order {
		lines := runs[run]
		first, last := lines[0], lines[len(lines)-1]
		if run == "" || first["msg"] != "invoked" || first["version"] == "" || first["version"] == nil || first["pastDue"] != false || !strings.HasPrefix(fmt.Sprint(last["msg"]), "run ") {
			t.Errorf("run %q begins with %v and ends with %v", run, first, last)
		}
		for _, line := range lines {
			if line["function"] != first["function"] || line["invocation"] != first["invocation"] || line["time"] == nil || line["level"] == nil {
				t.Errorf("run %q: %v", run, line)
			}
		}
		for _, field := range []string{"durationMs", "requests", "batched", "throttled", "retries", "events", "sent", "waiting"} {
			if _, ok := last[field].(float64); !ok {
				t.Errorf("run %q: %s is %v", run, field, last[field])
			}
		}
		asked += int(last["requests"].(float64) + last["batched"].(float64))
		sent += int(last["sent"].(float64))
	}
	if got := len(w.Graph.Requests()); asked != got {
		t.Errorf("%d requests were logged, %d made", asked, got)
	}
	slack, teams := apptest.Posted(w)
	if n := slack + teams - len(apptest.ToldOfInstallation(w.Slack)) - len(apptest.ToldOfInstallation(w.Teams)); sent != n {
		t.Errorf("%d messages were logged, %d sent", sent, n)
	}
	if daily := runs[order[5]]; daily[len(daily)-1]["throttled"] != 1. || daily[len(daily)-1]["retries"] != 1. || daily[len(daily)-1]["fail"] == 0. || daily[len(daily)-1]["waiting"] == nil {
		t.Errorf("the daily run ended with %v", daily[len(daily)-1])
	}
	expectNobody(t, log, w)
}

// expectNobody looks for names and ids of the tenant in a log.
func expectNobody(t *testing.T, log string, w *testbed.Testbed) {
	t.Helper()
	named := regexp.MustCompile(`"(?:id|userPrincipalName|displayName|mail|principalId|appId)": ?"([^"]{4,})"`)
	known := map[string]bool{"ea09@kitahama.onmicrosoft.com": true, "k.sato": true, "osaka-safe": true}
	for _, m := range named.FindAllStringSubmatch(string(w.File), -1) {
		known[m[1]] = true
	}
	for _, secret := range []string{w.Slack.Secret(), w.Teams.Secret(), w.Identity.Header(), "eyJ"} {
		known[secret] = true
	}
	if len(known) < 100 || !strings.Contains(log, "[account]") || !strings.Contains(log, "breakglass.yaml:") {
		t.Fatalf("%d names are looked for in\n%s", len(known), log)
	}
	for name := range known {
		if strings.Contains(log, name) && name != "kitahama.onmicrosoft.com" { // the tenant's own
			t.Errorf("the log names %q", name)
		}
	}
}

// TestNameless: whoever writes a line, it names nobody.
func TestNameless(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(newLogHandler(&out, &out)).With("invocation", "2c63888f-28f0-4481-be6d-dce7a7ace732")
	for text, want := range map[string]string{
		"custody[0].account is ea09@contoso.com, and no such":        "custody[0].account is [account], and no such",
		`f:7: custody[0].checked is "at \"Müller's\""; expected a`:   "f:7: custody[0].checked is [value]; expected a",
		`place is "Müllers Safe, im Keller, hinter dem gr"…, and no`: "place is [value], and no",
		`custody[0] has an unknown key "Müller"; expected account`:   "custody[0] has an unknown key [value]; expected account",
		`Get "https://graph.microsoft.com/v1.0/users": EOF`:          `Get "https://graph.microsoft.com/v1.0/users": EOF`,
		"“北浜@contoso.onmicrosoft.com”; x":                            "“[account]”; x",
		"users/2C63888F-28f0-4481-be6d-dce7a7ace732/signIns: 403":    "users/[id]/signIns: 403",
		"not 2c63888f-28f0-4481-be6d":                                "not 2c63888f-28f0-4481-be6d",
		"told 1 of 2 channels at 09:00 @ last":                       "told 1 of 2 channels at 09:00 @ last",
		"a_b#EXT#@contoso.onmicrosoft.com:ea01@x.jp,ea02@x.jp (y)":   "[account]:[account],[account] (y)",
	} {
		for _, value := range []any{text, errors.New(text)} {
			out.Reset()
			log.ErrorContext(t.Context(), "a line", "err", value)
			line := parsed(t, out.String())[0]
			if line["err"] != want || line["invocation"] != "2c63888f-28f0-4481-be6d-dce7a7ace732" {
				t.Errorf("%q is logged as %v", text, line)
			}
		}
	}
}

// TestCall: the lines name the invocation as the host does, whatever it sends.
func TestCall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header, body string
		want         call
	}{
		"header":      {"d7d1b2a0-1", `{"Data":{"timer":{"IsPastDue":true}},"Metadata":{"RetryContext":{"MaxRetryCount":4,"RetryCount":2},"sys":{"RandGuid":"other"}}}`, call{"d7d1b2a0-1", true, 2}},
		"body":        {"", `{"Data":{"timer":{"IsPastDue":false}},"Metadata":{"sys":{"RandGuid":"fa3b2fbc-26ed"}}}`, call{"fa3b2fbc-26ed", false, 0}},
		"neither":     {"", `{"input":""}`, call{}},
		"no id":       {"a\nb", `{}`, call{}},
		"too long":    {strings.Repeat("a", 65), `{}`, call{}},
		"wrong types": {"x", `{"Data":{"timer":{"IsPastDue":true}},"Metadata":{"RetryContext":7,"sys":[]}}`, call{"x", true, 0}},
		"no JSON":     {"x", `<html>`, call{"x", false, 0}},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/Watch", strings.NewReader(c.body))
		r.Header["X-Azure-Functions-Invocationid"] = []string{c.header}
		if got := readCall(httptest.NewRecorder(), r); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestFailedRunCounts: a run that failed says what it had done.
func TestFailedRunCounts(t *testing.T) {
	t.Parallel()
	log := logged(t, "EmergencyAccess", ended{watch.Outcome{Traffic: graph.Traffic{Requests: 7, Throttled: 3}, Sent: 1}, context.DeadlineExceeded})
	lines := parsed(t, log)
	if last := lines[len(lines)-1]; last["msg"] != "run failed" || last["requests"] != 7. || last["throttled"] != 3. || last["sent"] != 1. || last["pass"] != nil || last["whole"] != nil {
		t.Errorf("it says %v", last)
	}
}
