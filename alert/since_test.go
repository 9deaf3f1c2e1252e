package alert

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"breakglass/checks"
)

// listed names the list of Changes that holds each result, as check and subject.
func listed(c checks.Changes) map[string]string {
	all := map[string]string{}
	put := func(list string, r checks.Result) { all[r.Check+" "+r.Subject.ID] = list }
	for _, r := range c.New {
		put("new", r)
	}
	for _, r := range c.Open {
		put("open", r)
	}
	for _, r := range c.Blind {
		put("blind", r)
	}
	for name, list := range map[string][]checks.Change{"worse": c.Worse, "changed": c.Changed, "notChecked": c.NotChecked, "resolved": c.Resolved} {
		for _, change := range list {
			put(name, change.Now)
		}
	}
	for _, change := range c.Dropped {
		put("dropped", change.Before)
	}
	return all
}

// TestSince walks through what a result was and is.
func TestSince(t *testing.T) {
	t.Parallel()
	result := func(status checks.Status, severity checks.Severity, evidence string) *checks.Result {
		r := checks.Result{Check: "c", Status: status, Severity: severity, Subject: checks.Subject{Type: checks.SubjectUser, ID: "u"}}
		if evidence != "" {
			r.Evidence = checks.Evidence{"x": {evidence}}
		}
		return &r
	}
	passing, failing, unsure, none := result(checks.Pass, checks.High, ""), result(checks.Fail, checks.High, "a"), result(checks.Unknown, checks.High, ""), result(checks.NotApplicable, checks.High, "")
	tests := []struct {
		name        string
		before, now *checks.Result
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
		{"failing, more severe", failing, result(checks.Fail, checks.Critical, "a"), "worse"},
		{"failing, less severe", failing, result(checks.Fail, checks.Low, "a"), "changed"},
		{"failing, other facts", failing, result(checks.Fail, checks.High, "b"), "changed"},
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
		{"of a status that is not known", passing, result("odd", checks.High, ""), "notChecked"},
	}
	one := func(r *checks.Result) checks.Report {
		all := checks.Report{Schema: Schema}
		if r != nil {
			all.Results = []checks.Result{*r}
		}
		return all
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := Since(one(test.before), one(test.now))
			got := listed(c)
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

// TestSinceProperties compares random reports: each open result is in exactly one list, only a
// pass resolves, nothing differs from itself, and what the memory tells of the second report is
// what differs.
func TestSinceProperties(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		before, now := someReport(random), someReport(random)
		c := Since(before, now)
		open := 0
		for _, r := range now.Results {
			if r.Status.Open() {
				open++
			}
		}
		if n := len(c.New) + len(c.Worse) + len(c.Changed) + len(c.NotChecked) + len(c.Open) + len(c.Blind); n != open {
			t.Fatalf("%d of %d open results are listed: %v\nbefore %+v\nnow %+v", n, open, listed(c), before.Results, now.Results)
		}
		for _, r := range c.Resolved {
			if r.Now.Status != checks.Pass || !r.Before.Status.Open() {
				t.Fatalf("%s resolves with %s after %s", r.Now.Check, r.Now.Status, r.Before.Status)
			}
		}
		if same := Since(now, now); !same.None() {
			t.Fatalf("a report differs from itself: %v", listed(same))
		}
		if first := Since(checks.Report{}, now); !first.First || len(first.Open)+len(first.Blind) != open {
			t.Fatalf("a first report has %v", listed(first))
		}
	}
}

// someReport asks two checks about three accounts, of which any may be missing.
func someReport(random *rand.Rand) checks.Report {
	r := checks.Report{Schema: checks.Schema}
	for _, check := range []string{"account-enabled", "activity-sign-in"} {
		for n := range 3 {
			if random.IntN(5) == 0 {
				continue
			}
			status := []checks.Status{checks.Pass, checks.Fail, checks.Unknown, checks.NotApplicable}[random.IntN(4)]
			subject := account(fmt.Sprint(n + 1))
			if status == checks.Unknown && random.IntN(3) == 0 {
				subject = checks.Subject{Type: checks.SubjectTenant, ID: "t"} // it lost sight of who there is
			}
			r.Results = append(r.Results, checks.Result{
				Check: check, Subject: subject, Status: status, Severity: checks.Severities()[random.IntN(3)],
				Evidence: checks.Evidence{"x": {fmt.Sprint(random.IntN(2))}},
			})
		}
	}
	seen := map[string]bool{}
	all := r.Results[:0]
	for _, result := range r.Results { // a report gives each answer once
		if key := result.Check + result.Subject.ID; !seen[key] {
			seen[key] = true
			all = append(all, result)
		}
	}
	r.Results = all
	return r
}

// TestSinceByAnotherName follows an account that goes by its declared text while it cannot be
// found or read.
func TestSinceByAnotherName(t *testing.T) {
	t.Parallel()
	found := checks.Result{Check: "account-exists", Status: checks.Pass, Severity: checks.High, Subject: account("1")}
	lost := found
	lost.Status, lost.Subject = checks.Fail, checks.Subject{Type: checks.SubjectUser, ID: "EA01@contoso.com", Name: "EA01@contoso.com"}
	good := checks.Report{Schema: checks.Schema, Accounts: []checks.Account{{ID: account("1").ID, Declared: "EA01@contoso.com"}}, Results: []checks.Result{found}}
	gone := checks.Report{Schema: checks.Schema, Results: []checks.Result{lost}}
	if got := listed(Since(good, gone)); len(got) != 1 || got["account-exists EA01@contoso.com"] != "new" {
		t.Errorf("lost: %v", got)
	}
	if got := listed(Since(gone, good)); len(got) != 1 || got["account-exists "+account("1").ID] != "resolved" {
		t.Errorf("back: %v", got)
	}
}
