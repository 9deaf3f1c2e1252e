package checks

import (
	"strings"
	"testing"

	"breakglass/defect"
	"breakglass/tenant"
)

// breaking is All with one check whose question panics.
func breaking(id string, evaluate func(Check) func(view) []finding) []Check {
	all := All()
	for i, c := range all {
		if c.ID == id {
			all[i].evaluate = evaluate(c)
		}
	}
	return all
}

// TestCheckPanics: a check that panics is unknown for all that it was asked about, the others
// answer, and what had failed is not taken for settled.
func TestCheckPanics(t *testing.T) {
	t.Parallel()
	s, settings := goodTenant(t).snapshot(t), declared()
	whole := Run(All(), s, settings)
	r := Run(breaking("account-enabled", func(Check) func(view) []finding {
		return func(view) []finding { panic("of ea01@contoso.onmicrosoft.com") }
	}), s, settings)
	others := func(r Report) int {
		n := 0
		for _, x := range r.Results {
			if x.Check != "account-enabled" {
				n++
			}
		}
		return n
	}
	if others(r) != others(whole) {
		t.Errorf("%d other results in place of %d", others(r), others(whole))
	}
	var said []Result
	for _, x := range r.Results {
		if x.Check == "account-enabled" {
			said = append(said, x)
		}
	}
	if len(said) != 1 || said[0].Status != Unknown || said[0].Subject.Type != SubjectTenant || !said[0].Evidence.Equal(Evidence{"code": {tenant.CodeDefect}}) {
		t.Fatalf("said %+v", said)
	}
	if !r.LostSight("account-enabled") {
		t.Error("what had failed would be taken for settled")
	}
	if len(r.Defects) != 1 || r.Defects[0].Check != "account-enabled" || strings.Contains(r.Defects[0].Error.Error()+said[0].Reason, "ea01") {
		t.Errorf("the defects are %v", r.Defects)
	}
}

// TestAccountPanics: a panic about one account leaves the answer about the other.
func TestAccountPanics(t *testing.T) {
	t.Parallel()
	r := Run(breaking("account-enabled", func(Check) func(view) []finding {
		return perAccount(func(_ view, u tenant.User) verdict {
			if u.ID == first {
				panic("now")
			}
			return fail("It is disabled.")
		})
	}), goodTenant(t).snapshot(t), declared())
	got := map[string]Status{}
	for _, x := range r.Results {
		if x.Check == "account-enabled" {
			got[x.Subject.ID] = x.Status
		}
	}
	if len(got) != 2 || got[first] != Unknown || got[second] != Fail || len(r.Defects) != 1 {
		t.Errorf("said %v, with %v", got, r.Defects)
	}
}

// TestSurvivalPanics: where it could not be computed who could still sign in, the checks of
// it are unknown, and no other asks for it.
func TestSurvivalPanics(t *testing.T) {
	t.Parallel()
	v := newView(goodTenant(t).snapshot(t), declared().withDefaults())
	v.survival, v.broken = nil, defect.In(func() { panic("now") })
	for _, c := range All() {
		found, survival := c.ask(v), strings.HasPrefix(c.ID, "survival-")
		if broken := len(found) == 1 && found[0].evidence.Equal(Evidence{"code": {tenant.CodeDefect}}); broken != survival {
			t.Errorf("%s: %+v", c.ID, found)
		}
	}
}
