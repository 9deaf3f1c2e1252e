package checks

import "fmt"

const (
	regular   = "aaaaaaaa-0000-4000-8000-000000000003"
	user3     = "users/2"
	schedule3 = "roleAssignmentScheduleInstances/2"
	expiry    = "roleManagementPolicyRules/0"
	globalID  = "62e90394-69f5-4237-9190-012177145e10"
)

// more returns the changes that add that many administrators.
func more(n int) []string {
	var changes []string
	for i := range n {
		id := fmt.Sprintf("aaaaaaaa-0000-4000-8000-00000000001%d", i)
		changes = append(changes,
			`users/+ = {"id": "`+id+`", "userPrincipalName": "a`+fmt.Sprint(i)+`@contoso.com", "accountEnabled": true, "userType": "Member", "authorizationInfo": null, "authentication": {"methods": []}}`,
			`roleAssignments/+ = {"id": "ra-`+id+`", "principalId": "`+id+`", "roleDefinitionId": "`+globalID+`", "directoryScopeId": "/"}`,
			`roleAssignmentScheduleInstances/+ = {"id": "si-`+id+`", "principalId": "`+id+`", "roleDefinitionId": "`+globalID+`", "directoryScopeId": "/", "assignmentType": "Assigned", "memberType": "Direct", "endDateTime": null}`)
	}
	return changes
}

func eligibleFor(id string) string {
	return `roleEligibilityScheduleInstances/+ = {"id": "e-9", "principalId": "` + id + `", "roleDefinitionId": "` + globalID + `", "directoryScopeId": "/", "memberType": "Direct", "endDateTime": null}`
}

// administratorJudgements are cases of who administers the tenant.
func administratorJudgements() []judgement {
	const exclude = users + `/excludeUsers = ["` + regular + `"]`
	const onlyGroup = `conditionalAccessPolicies/1/conditions/users/excludeGroups = ["` + keyHolders + `"]`
	return []judgement{
		{name: "four administrators", changes: more(3)},
		{name: "five administrators", changes: more(4), want: map[string]string{"role-few-global-admins tenant": "fail medium"},
			says: map[string]string{"role-few-global-admins tenant": "5 people"}},
		{name: "five administrators, and six are allowed", changes: more(4), settings: func(s *Settings) { s.MaxGlobalAdministrators = 6 }},
		{
			name: "five administrators, and one whose name is unread may be a declared account", changes: append(more(3), "- users/0/userPrincipalName"),
			want: map[string]string{"role-few-global-admins tenant": "unknown medium"},
		},
		{name: "an administrator is listed twice", changes: append(more(3), eligibleFor(regular))},
		{
			name: "eligible administrators count", changes: append(more(3), eligibleFor("aaaaaaaa-0000-4000-8000-000000000099"),
				`users/+ = {"id": "aaaaaaaa-0000-4000-8000-000000000099", "accountEnabled": true, "userPrincipalName": "e@contoso.com", "userType": "Member", "authorizationInfo": null, "authentication": {"methods": []}}`),
			want: map[string]string{"role-few-global-admins tenant": "fail medium", "account-undeclared aaaaaaaa-0000-4000-8000-000000000099": "not-applicable low"},
		},
		{
			name: "an administrator was not collected", changes: []string{eligibleFor("aaaaaaaa-0000-4000-8000-000000000098")},
			want: map[string]string{"role-few-global-admins tenant": "unknown medium", "account-undeclared tenant": "unknown low", "policy-others-excluded tenant": "unknown medium", "method-distinct ea01": "unknown medium"},
		},
		{name: "a deleted administrator", changes: []string{eligibleFor("aaaaaaaa-0000-4000-8000-000000000098"), `deletedObjects = ["aaaaaaaa-0000-4000-8000-000000000098"]`}},
		{
			name: "eligibility unread", changes: []string{"- roleEligibilityScheduleInstances"},
			want: map[string]string{"role-few-global-admins tenant": "unknown medium", "role-someone-active tenant": "pass"},
		},
		{
			name: "nobody but the accounts", changes: []string{"roleAssignments/2/principalId = \"" + first + "\"", schedule3 + `/principalId = "` + first + `"`},
			want: map[string]string{"account-undeclared tenant": "not-applicable low", "policy-others-excluded tenant": "not-applicable medium", "role-few-global-admins tenant": "pass"},
		},

		{name: "PIM demands an end", changes: []string{expiry + "/isExpirationRequired = true"}, want: map[string]string{"role-permanent-allowed tenant": "fail medium"}},
		{name: "PIM's rule is null", changes: []string{expiry + "/isExpirationRequired = null"}, want: map[string]string{"role-permanent-allowed tenant": "unknown medium"}},
		{name: "PIM's rule unread", changes: []string{"- " + expiry + "/isExpirationRequired"}, want: map[string]string{"role-permanent-allowed tenant": "unknown medium"}},
		{name: "PIM's rule of another role", changes: []string{expiry + `/roleDefinitionId = "x"`}, want: map[string]string{"role-permanent-allowed tenant": "unknown medium"}},
		{name: "PIM's rules unread", changes: []string{"- roleManagementPolicyRules"}, want: map[string]string{"role-permanent-allowed tenant": "unknown medium"}},
		{name: "no PIM", changes: []string{"- roleManagementPolicyRules", `unreadable = {"roleManagementPolicyRules": ` + noP2 + `}`}, want: map[string]string{"role-permanent-allowed tenant": "not-applicable medium"}},

		{
			name: "everybody's role ends", changes: []string{schedule1 + `/assignmentType = "Activated"`, schedule2 + `/endDateTime = "2027-01-01T00:00:00Z"`, schedule3 + `/endDateTime = "2027-01-01T00:00:00Z"`},
			want: map[string]string{"role-someone-active tenant": "fail critical", "role-permanent ea01": "fail critical", "role-permanent ea02": "fail critical"},
		},
		{
			name:    "only a disabled user holds the role for good",
			changes: []string{schedule1 + `/assignmentType = "Activated"`, schedule2 + `/endDateTime = "2027-01-01T00:00:00Z"`, user3 + "/accountEnabled = false"},
			want:    map[string]string{"role-someone-active tenant": "fail critical"},
		},
		{
			name:    "whether the one who holds the role is enabled is not known",
			changes: []string{schedule1 + `/assignmentType = "Activated"`, schedule2 + `/endDateTime = "2027-01-01T00:00:00Z"`, "- " + user3 + "/accountEnabled"},
			want:    map[string]string{"role-someone-active tenant": "unknown critical"},
		},

		{
			name: "an administrator outside every policy", changes: []string{exclude}, want: map[string]string{"account-undeclared " + regular: "fail low", "policy-others-excluded " + regular: "pass"},
		},
		{
			name: "an administrator outside one of two policies", changes: []string{exclude,
				`conditionalAccessPolicies/+ = {"id": "p-2", "displayName": "Portals", "state": "enabled", "conditions": {"users": {"includeUsers": ["` + regular + `"], "excludeUsers": [], "includeGroups": [], "excludeGroups": [], "includeRoles": [], "excludeRoles": []}, "applications": {"includeApplications": ["MicrosoftAdminPortals"], "excludeApplications": [], "applicationFilter": null}, "clientAppTypes": ["all"], "signInRiskLevels": [], "userRiskLevels": [], "insiderRiskLevels": null}, "grantControls": {"operator": "OR", "builtInControls": ["mfa"], "customAuthenticationFactors": [], "termsOfUse": [], "authenticationStrength": null}, "sessionControls": null}`},
			want: map[string]string{"account-undeclared " + regular: "pass"},
		},
		{
			name: "an administrator inside of a policy for risky sign-ins only", changes: []string{exclude, another("Risk", "enabled", `"mfa"`), `conditionalAccessPolicies/1/conditions/signInRiskLevels = ["high"]`, onlyGroup},
			want: map[string]string{"account-undeclared " + regular: "fail low"},
		},
		{
			name: "an administrator inside of a policy for risky users only", changes: []string{exclude, another("Risk", "enabled", `"mfa"`), `conditionalAccessPolicies/1/conditions/userRiskLevels = ["high"]`, onlyGroup},
			want: map[string]string{"account-undeclared " + regular: "fail low"},
		},
		{
			name: "an administrator inside of a policy for insiders only", changes: []string{exclude, another("Risk", "enabled", `"mfa"`), `conditionalAccessPolicies/1/conditions/insiderRiskLevels = "elevated"`, onlyGroup},
			want: map[string]string{"account-undeclared " + regular: "fail low"},
		},
		{
			name: "whether a policy is for risky sign-ins only is not known", changes: []string{exclude, another("Risk", "enabled", `"mfa"`), "- conditionalAccessPolicies/1/conditions/signInRiskLevels", onlyGroup},
			want: map[string]string{"account-undeclared " + regular: "unknown low"},
		},
		{
			name: "a policy for the accounts alone watches no administrator", changes: []string{users + `/includeUsers = ["` + first + `"]`, users + `/excludeGroups = []`},
			want: map[string]string{"account-undeclared " + regular: "not-applicable low", "policy-excluded ea01": "fail medium", "policy-others-excluded " + regular: "not-applicable medium"},
		},
		{
			name: "no policy, and who is eligible unread", changes: []string{"conditionalAccessPolicies = []", "- roleEligibilityScheduleInstances"},
			want: map[string]string{"account-undeclared " + regular: "not-applicable low"},
		},
		{
			name: "an administrator outside every policy, of which one restricts nobody knows how", changes: []string{exclude,
				`conditionalAccessPolicies/+ = {"id": "p-2", "displayName": "Next year's", "state": "enabled", "conditions": {"users": {"includeUsers": ["All"], "excludeUsers": ["` + regular + `", "` + first + `", "` + second + `"], "includeGroups": [], "excludeGroups": [], "includeRoles": [], "excludeRoles": []}, "applications": {"includeApplications": ["All"], "excludeApplications": [], "applicationFilter": null}, "clientAppTypes": ["all"], "signInRiskLevels": [], "userRiskLevels": [], "insiderRiskLevels": null}, "grantControls": null, "sessionControls": {"nextYears": {"isEnabled": true}}}`},
			want: map[string]string{"account-undeclared " + regular: "fail low"},
		},
		{name: "a disabled administrator is not asked about", changes: []string{exclude, user3 + "/accountEnabled = false"}, want: map[string]string{"account-undeclared tenant": "not-applicable low"}},
		{name: "whether an administrator is outside is not known", changes: []string{"- " + users + "/excludeUsers"}, want: map[string]string{"account-undeclared " + regular: "unknown low"}},
		{
			name: "no policy restricts", changes: []string{policy + `/state = "disabled"`},
			want: map[string]string{"account-undeclared " + regular: "not-applicable low", "policy-others-excluded " + regular: "not-applicable medium"},
		},
		{
			name: "the accounts' group frees an administrator", changes: []string{`groups/0/members/+ = {"@odata.type": "#microsoft.graph.user", "id": "` + regular + `"}`},
			want: map[string]string{"policy-others-excluded " + regular: "fail medium", "account-undeclared " + regular: "fail low", "policy-group-members " + emergency: "fail medium", "policy-group-members " + keyHolders: "fail medium"},
			says: map[string]string{"policy-others-excluded " + regular: "Require MFA for all users", "policy-group-members " + emergency: "admin@contoso.com"},
		},
		{
			name: "a role frees everybody", changes: []string{users + `/excludeRoles = ["` + globalID + `"]`},
			want: map[string]string{"policy-others-excluded " + regular: "fail medium"},
		},
		{
			name: "whether the role frees an administrator is not known", changes: []string{"- " + users + "/excludeRoles"},
			want: map[string]string{"policy-others-excluded " + regular: "unknown medium"},
		},
	}
}
