package checks

import (
	"slices"
	"testing"
)

// TestEvidenceOfWhatIsOpen: whatever fails or is not known names what it rests on, in every
// case: an id, a date, a code, a word that is not known, what was not read.
func TestEvidenceOfWhatIsOpen(t *testing.T) {
	t.Parallel()
	for _, c := range judgements() {
		for _, r := range c.known(t).Results {
			if !r.Status.Open() {
				continue
			}
			if len(r.Evidence) == 0 {
				t.Errorf("%s: %s of %s is %s without evidence: %s", c.name, r.Check, r.Subject.ID, r.Status, r.Reason)
			}
			for property, values := range r.Evidence {
				if len(values) == 0 || slices.Contains(values, "") {
					t.Errorf("%s: %s: %s is %q", c.name, r.Check, property, values)
				}
			}
		}
	}
}

// TestCodesOfSurvival: what keeps survival from telling is in the evidence with the code
// that Microsoft Graph gave.
func TestCodesOfSurvival(t *testing.T) {
	t.Parallel()
	c := judgement{changes: []string{"- " + user1 + "/authentication/methods", "- " + user2 + "/authentication/methods", "- roleAssignments",
		`unreadable = {"users/` + first + `/authentication/methods": ` + denied + `, "users/` + second + `/authentication/methods": {"status": 500, "code": "generalException"}, "roleAssignments": {"status": 429, "code": "TooManyRequests"}}`}}
	want := map[string][]string{
		"survival-emergency": {"Authorization_RequestDenied", "generalException"}, "survival-any-device": {"Authorization_RequestDenied", "generalException"},
		"survival-independent": {"Authorization_RequestDenied", "TooManyRequests", "generalException"},
	}
	for _, r := range c.report(t).Results {
		if codes, asked := want[r.Check]; asked && (r.Status != Unknown || !slices.Equal(r.Evidence["code"], codes)) {
			t.Errorf("%s is %s with %v: %s", r.Check, r.Status, r.Evidence, r.Reason)
		}
	}
}
