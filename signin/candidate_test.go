package signin

import (
	"slices"
	"strings"
	"testing"
)

func TestCandidates(t *testing.T) {
	t.Parallel()
	const excludeEA = `conditionalAccessPolicies/0/conditions/users/`
	for _, c := range []struct {
		name    string
		changes []string
		want    []string
		says    string
	}{
		{name: "the emergency account, not the administrators", want: []string{ea}, says: "excluded from 1 of 1"},
		{name: "by its domain alone", changes: []string{excludeEA + "excludeGroups = []"}, want: []string{ea}, says: "cloud only"},
		{name: "by its exclusion alone", changes: []string{`users/0/userPrincipalName = "it@contoso.com"`}, want: []string{ea}, says: "excluded from 1 of 1"},
		{name: "by neither", changes: []string{`users/0/userPrincipalName = "it@contoso.com"`, excludeEA + "excludeGroups = []"}},
		{name: "a synchronised account of that domain", changes: []string{"users/0/onPremisesSyncEnabled = true", excludeEA + "excludeGroups = []"}},
		{name: "disabled", changes: []string{"users/0/accountEnabled = false"}},
		{name: "eligible only", changes: []string{`roleAssignments/0/principalId = "{nobody}"`, `roleAssignmentScheduleInstances/0/principalId = "{nobody}"`,
			`roleEligibilityScheduleInstances/0/principalId = "{ea}"`}},
		{name: "everybody is excluded", changes: []string{excludeEA + `excludeRoles = ["{ga}"]`}, want: []string{ea, pusher, caller}},
		{name: "policies unread", changes: []string{"- conditionalAccessPolicies"}, want: []string{ea}, says: "cloud only"},
		{name: "nothing read", changes: []string{"- users"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got, reasons []string
			for _, candidate := range Candidates(survivalTenant(t, c.changes...)) {
				got = append(got, candidate.User.ID)
				for _, reason := range candidate.Reasons {
					reasons = append(reasons, reason.String())
				}
			}
			if !slices.Equal(got, c.want) || !strings.Contains(strings.Join(reasons, "\n"), c.says) {
				t.Errorf("%v, %q", got, reasons)
			}
		})
	}
}
