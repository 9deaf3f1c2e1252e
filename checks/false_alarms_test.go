package checks

import (
	"slices"
	"testing"
)

// TestNoFalseAlarms are tenants that are as they should be, and that other tools are
// known to complain about. A result that may fail is named.
func TestNoFalseAlarms(t *testing.T) {
	t.Parallel()
	gone := "ffffffff-0000-4000-8000-000000000001"
	for _, c := range []struct {
		name    string
		changes []string
		may     string
	}{
		{name: "the accounts are excluded by a group in a group, not by name"},
		{name: "the accounts are permanent Global Administrators, which others must not be"},
		{name: "the password cannot be removed, and is no weaker method of its own"},
		{name: "a deleted account is still excluded", may: "policy-no-dangling",
			changes: []string{users + `/excludeUsers = ["` + gone + `"]`, `deletedObjects = ["` + gone + `"]`}},
		{name: "nobody has used an account for 89 days", changes: []string{activity1 + `/lastSuccessfulSignInDateTime = "2026-08-26T06:00:00Z"`}},
		{name: "a policy for workload identities, which cannot exclude users", changes: []string{another("Workloads", "enabled", `"block"`),
			`conditionalAccessPolicies/1/conditions/clientApplications = {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"], "excludeServicePrincipals": [], "servicePrincipalFilter": null}`}},
		{name: "a policy for agents, which cannot either", changes: []string{another("Agents", "enabled", `"block"`),
			`conditionalAccessPolicies/1/conditions/clientApplications = {"includeServicePrincipals": [], "servicePrincipalFilter": null, "includeAgentIdServicePrincipals": ["All"]}`}},
		{name: "a policy for an authentication context", changes: []string{another("Context", "enabled", `"block"`),
			`conditionalAccessPolicies/1/conditions/applications = {"includeApplications": [], "excludeApplications": [], "includeUserActions": [], "includeAuthenticationContextClassReferences": ["c1"], "applicationFilter": null}`}},
		{name: "a report-only policy", changes: []string{another("Try", "enabledForReportingButNotEnforced", `"block"`)}, may: "policy-report-only"},
		{name: "a contingency policy that is disabled", changes: []string{another("EM001 - ENABLE IN EMERGENCY", "disabled", `"block"`)}},
		{name: "a policy that excludes one by one", changes: []string{users + "/excludeGroups = []", users + `/excludeUsers = ["` + first + `", "` + second + `"]`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, r := range (judgement{changes: c.changes}).report(t).Results {
				if slices.Contains([]Status{Fail, Unknown}, r.Status) && r.Check != c.may {
					t.Errorf("%s of %s: %s: %s", r.Check, r.Subject.Name, r.Status, r.Reason)
				}
			}
		})
	}
}
