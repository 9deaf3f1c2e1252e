package checks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"breakglass/tenant"
)

func TestReportJSON(t *testing.T) {
	t.Parallel()
	r := judgement{changes: []string{user1 + "/accountEnabled = false", "- " + user2 + "/onPremisesSyncEnabled"}}.report(t)
	written := encode(t, r)
	for _, part := range []string{
		`"schema": "breakglass.report/v1"`, `"checkedAt": "2026-11-23T06:00:00Z"`, `"defaultDomain": "contoso.com"`,
		`"declared": "EA01@contoso.onmicrosoft.com"`, `"worst": "critical"`, `"accountEnabled": "false"`,
	} {
		if !bytes.Contains(written, []byte(part)) {
			t.Errorf("no %s in %s", part, written)
		}
	}
	read, err := ParseReport(written)
	if err != nil {
		t.Fatal(err)
	}
	if again := encode(t, read); !bytes.Equal(again, written) {
		t.Errorf("read and written again: %s", again)
	}
}

func TestParseReportRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                                   "unexpected end",
		`{"schema": "breakglass.report/v9"}`: "v9",
		`{"schema": "breakglass.report/v1", "results": [{"severity": "dire"}]}`: "not a severity",
		`[]`: "report",
	} {
		if _, err := ParseReport([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, without %q", text, err, want)
		}
	}
}

func TestSeverity(t *testing.T) {
	t.Parallel()
	for _, s := range Severities() {
		if got, err := ParseSeverity(strings.ToUpper(s.String())); err != nil || got != s {
			t.Errorf("%v: %v, %v", s, got, err)
		}
	}
	for _, bad := range []string{"", "dire"} {
		if _, err := ParseSeverity(bad); err == nil {
			t.Errorf("%q is a severity", bad)
		}
	}
	if fmt.Sprint(Severity(0), Severity(9)) != " " {
		t.Error("a severity that is none has a name")
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	e := Evidence{"one": {"a"}, "two": {"b", "c"}}
	data, err := json.Marshal(e)
	if err != nil || string(data) != `{"one":"a","two":["b","c"]}` {
		t.Fatalf("%s, %v", data, err)
	}
	var read Evidence
	if err := json.Unmarshal(data, &read); err != nil || !read.Equal(e) || read.Equal(Evidence{"one": {"a"}}) || read.Equal(Evidence{"one": {"a"}, "two": {"b"}}) {
		t.Errorf("%v, %v", read, err)
	}
	if err := json.Unmarshal([]byte(`{"x": 3}`), &read); err == nil {
		t.Error("a number is evidence")
	}
}

// TestRunOfNothing judges a tenant of which nothing was read and none declared.
func TestRunOfNothing(t *testing.T) {
	t.Parallel()
	r := Run(All(), tenant.Snapshot{}, Settings{})
	for _, result := range r.Results {
		want := Unknown
		switch result.Check {
		case "account-count", "survival-emergency", "survival-independent", "survival-any-device":
			want = Fail
		case "custody-separate", "tamper-self", "policy-security-defaults":
			want = NotApplicable
		}
		if result.Status != want || result.Subject.Type != SubjectTenant {
			t.Errorf("%s of the %s: %s", result.Check, result.Subject.Type, result.Status)
		}
	}
}
