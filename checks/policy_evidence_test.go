package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestPolicyGaps holds what the evidence is where it cannot be told.
func TestPolicyGaps(t *testing.T) {
	t.Parallel()
	const good = "cccccccc-0000-4000-8000-000000000001"
	for _, c := range []struct {
		change, check, subject string
		want                   string
	}{
		{users + `/excludeUsers = ["AllRobots"]`, "policy-excluded", second, ""},
		{users + `/excludeGroups = ["AllRobots"]`, "policy-excluded", first, "policies=[" + good + "] unknown=[AllRobots]"},
		{users + `/excludeGroups/+ = "AllGroups"`, "policy-group-members", "", "policies=[" + good + "] unknown=[AllGroups]"},
		{policy + `/conditions/moonPhase = {"phase": "full"}`, "policy-excluded", first, ""},
		{policy + `/state = "sometimes"`, "policy-group-protected", "", "policies=[" + good + "] unknown=[sometimes]"},
		{"- groups/0/members", "policy-excluded", first, "groups=[" + emergency + "] policies=[" + good + "] unread=[groups/" + emergency + "/members]"},
		{"- " + policy + "/conditions", "policy-no-dangling", good, "policies=[" + good + "] unread=[conditionalAccessPolicies/" + good + "/conditions]"},
		{"- " + keyGroup + "/groupTypes", "policy-group-protected", keyHolders, "groups=[" + keyHolders + "] unread=[groups/" + keyHolders + "/groupTypes]"},
		{"- " + keyGroup + "/groupTypes", "policy-group-protected", emergency, ""},
		{keyGroup + "/onPremisesSyncEnabled = true", "policy-group-protected", keyHolders, "groups=[" + keyHolders + "]"},
		{keyGroup + "/members/+ = " + stranger, "policy-group-members", keyHolders, "groups=[" + keyHolders + "] members=[ffffffff-0000-4000-8000-000000000009]"},
		{"- conditionalAccessPolicies", "policy-excluded", first, "unread=[conditionalAccessPolicies]"},
		{"- identitySecurityDefaultsEnforcementPolicy", "policy-security-defaults", "", "unread=[identitySecurityDefaultsEnforcementPolicy]"},
	} {
		d := goodTenant(t)
		d.edit(t, c.change)
		said := "not asked"
		for _, r := range Run(All(), d.snapshot(t), declared()).Results {
			if r.Check != c.check || r.Subject.ID != c.subject && !(c.subject == "" && r.Subject.Type == SubjectTenant) {
				continue
			}
			var parts []string
			for _, property := range slices.Sorted(maps.Keys(r.Evidence)) {
				parts = append(parts, fmt.Sprintf("%s=%v", property, []string(r.Evidence[property])))
			}
			said = strings.Join(parts, " ")
		}
		if said != c.want {
			t.Errorf("%s, %s: %s, want %s", c.change, c.check, said, c.want)
		}
	}
}
