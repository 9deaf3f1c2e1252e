package checks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"breakglass/tenant"
)

// kinds names the list of Changes that holds each result, as check and subject.
func kinds(c Changes) map[string]string {
	all := map[string]string{}
	put := func(list string, r Result) { all[r.Check+" "+r.Subject.ID] = list }
	for _, r := range c.New {
		put("new", r)
	}
	for _, r := range c.Open {
		put("open", r)
	}
	for _, r := range c.Blind {
		put("blind", r)
	}
	for name, list := range map[string][]Change{"worse": c.Worse, "changed": c.Changed, "notChecked": c.NotChecked, "resolved": c.Resolved} {
		for _, change := range list {
			put(name, change.Now)
		}
	}
	for _, change := range c.Dropped {
		put("dropped", change.Before)
	}
	return all
}

func TestSince(t *testing.T) {
	t.Parallel()
	result := func(status Status, severity Severity, evidence string) *Result {
		r := Result{Check: "c", Status: status, Severity: severity, Subject: Subject{Type: SubjectUser, ID: "u"}}
		if evidence != "" {
			r.Evidence = Evidence{"x": {evidence}}
		}
		return &r
	}
	passing, failing, unsure, none := result(Pass, High, ""), result(Fail, High, "a"), result(Unknown, High, ""), result(NotApplicable, High, "")
	tests := []struct {
		name        string
		before, now *Result
		want        string
	}{
		{"still passing", passing, passing, ""},
		{"still not applicable", none, none, ""},
		{"passing and unheard of", nil, passing, ""},
		{"failing and unheard of", nil, failing, "new"},
		{"failing, passed before", passing, failing, "new"},
		{"failing, unknown before", unsure, failing, "new"},
		{"failing, not applicable before", none, failing, "new"},
		{"failing as before", failing, failing, "open"},
		{"failing, more severe", failing, result(Fail, Critical, "a"), "worse"},
		{"failing, less severe", failing, result(Fail, Low, "a"), "changed"},
		{"failing, other facts", failing, result(Fail, High, "b"), "changed"},
		{"unknown and unheard of", nil, unsure, "notChecked"},
		{"unknown, passed before", passing, unsure, "notChecked"},
		{"unknown, failed before", failing, unsure, "notChecked"},
		{"unknown as before", unsure, unsure, "blind"},
		{"passing, failed before", failing, passing, "resolved"},
		{"passing, unknown before", unsure, passing, "resolved"},
		{"not applicable, failed before", failing, none, "dropped"},
		{"not applicable, passed before", passing, none, ""},
		{"gone, failed before", failing, nil, "dropped"},
		{"gone, unknown before", unsure, nil, "dropped"},
		{"gone, passed before", passing, nil, ""},
		{"of a status that is not known", passing, result("odd", High, ""), "notChecked"},
	}
	report := func(r *Result) Report {
		all := Report{Schema: Schema}
		if r != nil {
			all.Results = []Result{*r}
		}
		return all
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := report(test.now).Since(report(test.before))
			got := kinds(c)
			if got["c u"] != test.want || c.First {
				t.Errorf("got %v, want %q", got, test.want)
			}
			quiet := test.want == "" || test.want == "open" || test.want == "blind"
			if c.None() != quiet {
				t.Errorf("None is %v", c.None())
			}
		})
	}
}

// TestEveryPairOfCases compares every case with every other: each open result is
// in exactly one list, only a pass resolves, and a report never differs from itself.
func TestEveryPairOfCases(t *testing.T) {
	t.Parallel()
	all := judgements()
	reports := make([]Report, len(all))
	for i, c := range all {
		reports[i] = c.report(t)
	}
	for i, before := range reports {
		for j, now := range reports {
			c := now.Since(before)
			if i == j && !c.None() {
				t.Errorf("%s differs from itself: %v", all[i].name, kinds(c))
			}
			listed := len(c.New) + len(c.Worse) + len(c.Changed) + len(c.NotChecked) + len(c.Open) + len(c.Blind)
			if open := now.Summary.Fail + now.Summary.Unknown; listed != open {
				t.Errorf("%s since %s: %d of %d open results are listed", all[j].name, all[i].name, listed, open)
			}
			for _, resolved := range c.Resolved {
				if resolved.Now.Status != Pass {
					t.Errorf("%s since %s: %s resolves with %s", all[j].name, all[i].name, resolved.Now.Check, resolved.Now.Status)
				}
			}
		}
	}
}

func TestFirstReport(t *testing.T) {
	t.Parallel()
	r := judgement{changes: []string{user1 + "/accountEnabled = false", "- " + user2 + "/onPremisesSyncEnabled"}}.report(t)
	c := r.Since(Report{})
	if !c.First || c.None() || len(c.New)+len(c.NotChecked) != 0 || len(c.Open) != 2 || len(c.Blind) == 0 {
		t.Errorf("got %+v", c)
	}
}

// TestSameAccountByAnotherName follows an account that goes by its declared text
// while it cannot be found or read.
func TestSameAccountByAnotherName(t *testing.T) {
	t.Parallel()
	good := judgement{}.report(t)
	gone := judgement{changes: []string{
		"users = []", `unreadable = {"users/ea01@contoso.onmicrosoft.com": {"status": 404}, "users/` + second + `": {"status": 403}}`,
	}}.report(t)
	lost := kinds(gone.Since(good))
	if lost["account-exists EA01@contoso.onmicrosoft.com"] != "new" || lost["account-enabled "+second] != "notChecked" {
		t.Errorf("lost: %v", lost)
	}
	back := kinds(good.Since(gone))
	if back["account-exists "+first] != "resolved" || back["account-enabled "+second] != "resolved" {
		t.Errorf("back: %v", back)
	}
	for _, c := range good.Since(gone).Dropped {
		if c.Now.Check == "" {
			t.Errorf("%s of %s is dropped", c.Before.Check, c.Before.Subject.ID)
		}
	}
}

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
