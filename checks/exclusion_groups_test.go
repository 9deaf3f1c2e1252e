package checks

import "breakglass/tenant"

const (
	group1   = "groups/0" // Emergency access, in Key holders
	keyGroup = "groups/2" // Key holders, which the policy excludes
	stranger = `{"@odata.type": "#microsoft.graph.user", "id": "ffffffff-0000-4000-8000-000000000009"}`
	secondCA = `conditionalAccessPolicies/+ = `
)

// another is a second policy like the good tenant's first, in another state.
func another(name, state, controls string) string {
	return secondCA + `{"id": "cccccccc-0000-4000-8000-000000000002", "displayName": "` + name + `", "state": "` + state + `",
		"conditions": {"users": {"includeUsers": ["All"], "excludeUsers": [], "includeGroups": [], "excludeGroups": [], "includeRoles": [], "excludeRoles": []},
			"applications": {"includeApplications": ["All"], "excludeApplications": [], "includeUserActions": [], "applicationFilter": null}, "clientAppTypes": ["all"],
			"signInRiskLevels": [], "userRiskLevels": [], "insiderRiskLevels": null},
		"grantControls": {"operator": "OR", "builtInControls": [` + controls + `], "customAuthenticationFactors": [], "termsOfUse": [], "authenticationStrength": null}, "sessionControls": null}`
}

// both are the verdicts of a check about each of the two groups.
func both(check, verdict string) map[string]string {
	return map[string]string{check + " " + emergency: verdict, check + " " + keyHolders: verdict}
}

// exclusionJudgements are cases of report-only policies, of the groups that exclude,
// and of what policies name.
func exclusionJudgements() []judgement {
	const reportOnly = "enabledForReportingButNotEnforced"
	would := func(severity string) map[string]string {
		return map[string]string{"policy-report-only ea01": "fail " + severity, "policy-report-only ea02": "fail " + severity}
	}
	return []judgement{
		{name: "report-only policy", changes: []string{another("Try", reportOnly, `"mfa"`)}, want: would("low")},
		{name: "report-only policy of Microsoft's", changes: []string{another("Microsoft-managed: Block legacy", reportOnly, `"block"`)}, want: would("medium")},
		{name: "report-only policy that demands nothing", changes: []string{another("Try", reportOnly, "")}},
		{name: "report-only policy that cannot be judged", changes: []string{another("Try", reportOnly, `"mfa"`), "- conditionalAccessPolicies/1/conditions"},
			want: map[string]string{"policy-report-only ea01": "unknown low"}},
		{name: "a policy in a state of tomorrow", changes: []string{another("Try", "enabledForSome", `"mfa"`)}, want: map[string]string{"policy-report-only ea01": "unknown low", "policy-excluded ea01": "unknown medium"}},

		{name: "a group that everybody can change", changes: []string{group1 + "/isAssignableToRole = null"}, want: map[string]string{"policy-group-protected " + emergency: "fail high", "policy-group-protected " + keyHolders: "pass"}},
		{name: "the group above it too", changes: []string{keyGroup + "/isManagementRestricted = false"}, want: map[string]string{"policy-group-protected " + keyHolders: "fail high", "policy-group-protected " + emergency: "pass"}},
		{name: "a dynamic group", changes: []string{keyGroup + `/groupTypes = ["DynamicMembership"]`}, want: map[string]string{"policy-group-protected " + keyHolders: "fail high"}},
		{name: "a synchronised group", changes: []string{keyGroup + "/onPremisesSyncEnabled = true"}, want: map[string]string{"policy-group-protected " + keyHolders: "fail high"}},
		{name: "a group with an owner", changes: []string{keyGroup + "/owners = [" + stranger + "]"}, want: map[string]string{"policy-group-protected " + keyHolders: "fail high"}},
		{name: "owned by an administrator", changes: []string{keyGroup + `/owners = [{"@odata.type": "#microsoft.graph.user", "id": "` + regular + `"}, {"@odata.type": "#microsoft.graph.user", "id": "` + first + `"}]`}},
		{name: "owned by somebody, and administrators are not known", changes: []string{keyGroup + "/owners = [" + stranger + "]", "- roleEligibilityScheduleInstances"},
			want: map[string]string{"policy-group-protected " + keyHolders: "unknown high"}},
		{name: "owners unread", changes: []string{"- " + keyGroup + "/owners"}, want: map[string]string{"policy-group-protected " + keyHolders: "unknown high"}},
		{name: "group types unread", changes: []string{"- " + keyGroup + "/groupTypes"}, want: map[string]string{"policy-group-protected " + keyHolders: "unknown high"}},
		{name: "synchronisation unread", changes: []string{"- " + keyGroup + "/onPremisesSyncEnabled"}, want: map[string]string{"policy-group-protected " + keyHolders: "unknown high"}},
		{name: "protection of a group unread", changes: []string{"- " + group1 + "/isAssignableToRole"}, want: map[string]string{"policy-group-protected " + emergency: "unknown high"}},
		{
			name: "excluded one by one", changes: []string{users + "/excludeGroups = []", users + `/excludeUsers = ["` + first + `", "` + second + `"]`},
			want: map[string]string{"policy-group-protected tenant": "not-applicable high", "policy-group-members tenant": "not-applicable medium"},
		},
		{name: "excluded by a group that is not read", changes: []string{users + `/excludeGroups/+ = "bbbbbbbb-0000-4000-8000-000000000077"`},
			want: map[string]string{"policy-group-protected tenant": "unknown high", "policy-group-members tenant": "unknown medium"}},
		{name: "a disabled policy's group is nobody's question", changes: []string{policy + `/state = "disabled"`},
			want: map[string]string{"policy-group-protected tenant": "not-applicable high"}},
		{name: "a report-only policy's group counts", changes: []string{policy + `/state = "` + reportOnly + `"`}, want: both("policy-group-protected", "pass")},

		{name: "a stranger in the group", changes: []string{keyGroup + "/members/+ = " + stranger}, want: map[string]string{"policy-group-members " + keyHolders: "fail medium", "policy-group-members " + emergency: "pass"}},
		{name: "an application in the group is no user", changes: []string{keyGroup + `/members/+ = {"@odata.type": "#microsoft.graph.servicePrincipal", "id": "eeeeeeee-0000-4000-8000-000000000001"}`}},
		{name: "members of the group above unread", changes: []string{"- " + keyGroup + "/members"}, want: map[string]string{"policy-group-members tenant": "unknown medium"}},
		{name: "a nested group of the group was not read", changes: []string{keyGroup + `/members/+ = {"@odata.type": "#microsoft.graph.group", "id": "bbbbbbbb-0000-4000-8000-000000000078"}`},
			want: map[string]string{"policy-group-members " + keyHolders: "unknown medium", "policy-group-members " + emergency: "pass"}},

		{name: "a deleted account is excluded", changes: []string{users + `/excludeUsers = ["ffffffff-0000-4000-8000-000000000001"]`, `deletedObjects = ["FFFFFFFF-0000-4000-8000-000000000001"]`},
			want: map[string]string{"policy-no-dangling cccccccc-0000-4000-8000-000000000001": "fail low", "policy-excluded ea01": "pass"}},
		{name: "a deleted group is excluded", changes: []string{users + `/excludeGroups/+ = "ffffffff-0000-4000-8000-000000000001"`, `unreadable = {"groups/ffffffff-0000-4000-8000-000000000001": {"status": 404}}`},
			want: map[string]string{"policy-no-dangling cccccccc-0000-4000-8000-000000000001": "fail low"}},
		{name: "whether somebody was deleted is not known", changes: []string{users + `/excludeUsers = ["ffffffff-0000-4000-8000-000000000001"]`, "- deletedObjects"},
			want: map[string]string{"policy-no-dangling cccccccc-0000-4000-8000-000000000001": "unknown low"}},
		{name: "conditions of a policy unread", changes: []string{"- " + policy + "/conditions"}, want: map[string]string{"policy-no-dangling cccccccc-0000-4000-8000-000000000001": "unknown low"}},
		{name: "none to be dangling", changes: []string{"conditionalAccessPolicies = []"}, want: map[string]string{"policy-no-dangling tenant": "not-applicable low"}},

		{name: "security defaults", changes: []string{"identitySecurityDefaultsEnforcementPolicy/isEnabled = true"}, want: map[string]string{"policy-security-defaults tenant": "pass"}},
		{name: "security defaults, and an account has a password only", changes: []string{"identitySecurityDefaultsEnforcementPolicy/isEnabled = true", user1 + "/authentication/methods = []"},
			want: map[string]string{"policy-security-defaults tenant": "fail high"}},
		{name: "security defaults, and methods unread", changes: []string{"identitySecurityDefaultsEnforcementPolicy/isEnabled = true", "- " + user1 + "/authentication/methods"},
			want: map[string]string{"policy-security-defaults tenant": "unknown high"}},
		{name: "security defaults, and the declared account was not read", changes: []string{"identitySecurityDefaultsEnforcementPolicy/isEnabled = true"}, settings: func(s *Settings) { s.Accounts = []tenant.Declaration{{User: "gone@contoso.com"}} },
			want: map[string]string{"policy-security-defaults tenant": "unknown high"}},
		{name: "security defaults, and the declared account does not exist", changes: []string{"identitySecurityDefaultsEnforcementPolicy/isEnabled = true", `unreadable = {"users/gone@contoso.com": {"status": 404}}`},
			settings: func(s *Settings) { s.Accounts = []tenant.Declaration{{User: "gone@contoso.com"}} }, want: map[string]string{"policy-security-defaults tenant": "not-applicable info"}},
		{name: "security defaults unread", changes: []string{"- identitySecurityDefaultsEnforcementPolicy"}, want: map[string]string{"policy-security-defaults tenant": "unknown info"}},
	}
}
