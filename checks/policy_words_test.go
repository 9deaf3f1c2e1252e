package checks

// policyWordJudgements are cases of the words of policies.
func policyWordJudgements() []judgement {
	const (
		conditions = policy + "/conditions"
		block      = grant + `/builtInControls = ["block"]`
		heldCustom = `roleAssignments/+ = {"id": "custom", "principalId": "` + first + `", "roleDefinitionId": "99999999-0000-4000-8000-000000000021", "directoryScopeId": "/"}`
		custom     = `["99999999-0000-4000-8000-000000000021"]`
		agentUser  = `{"@odata.type": "#microsoft.graph.agentUser", "id": "ffffffff-0000-4000-8000-000000000008"}`
	)
	return []judgement{
		{name: "agents that act as users are blocked", changes: with(block, users+`/includeUsers = ["AllAgentIdUsers"]`)},
		{name: "agents that act as users are excluded", changes: with(users + `/excludeUsers = ["AllAgentIdUsers"]`), want: stopped("medium")},
		{name: "the resources of agents are blocked", changes: with(block, conditions+`/applications/includeApplications = ["AllAgentIdResources"]`)},
		{name: "lists of agents that are empty", changes: []string{conditions + `/agents = {"includeAgents": [], "excludeAgents": []}`}},
		{name: "an agent in the group", changes: []string{keyGroup + "/members/+ = " + agentUser}, want: map[string]string{"policy-group-members " + keyHolders: "fail medium", "policy-group-members " + emergency: "pass"}},
		{name: "a policy for workload identities without users", changes: with(block, users+" = null", conditions+`/clientApplications = {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"], "excludeServicePrincipals": []}`),
			want: map[string]string{"policy-group-members tenant": "not-applicable medium"}},
		{name: "a deleted policy", changes: with(block, policy+`/deletedDateTime = "2026-11-01T00:00:00Z"`), want: map[string]string{"policy-no-dangling tenant": "not-applicable low"}},
		{name: "a policy of which it cannot be told whether it is deleted", changes: with(block, policy+`/deletedDateTime = 5`), want: openPolicies},
		{name: "included by a custom role", changes: with(block, heldCustom, users+"/includeUsers = []", users+"/includeRoles = "+custom)},
		{name: "excluded by a custom role", changes: with(block, heldCustom, users+"/excludeRoles = "+custom), want: stopped("critical")},

		{name: "a policy that is listed twice", changes: []string{another("Block", "enabled", `"block"`), another("Block", "enabled", `"block"`)}, want: stopped("critical"),
			says: map[string]string{"policy-excluded ea01": "A policy can apply to the account: “Block” (through all users) demands block."}},

		{name: "groups that hold each other", changes: []string{
			`groups/+ = {"id": "bbbbbbbb-0000-4000-8000-000000000011", "displayName": "Circle", "isAssignableToRole": false, "isManagementRestricted": false, "groupTypes": [], "onPremisesSyncEnabled": null, "owners": [], "members": [{"@odata.type": "#microsoft.graph.group", "id": "` + emergency + `"}]}`,
			keyGroup + `/members/+ = {"@odata.type": "#microsoft.graph.group", "id": "bbbbbbbb-0000-4000-8000-000000000011"}`,
			group1 + `/members/+ = {"@odata.type": "#microsoft.graph.group", "id": "bbbbbbbb-0000-4000-8000-000000000011"}`},
			want: map[string]string{"policy-group-protected bbbbbbbb-0000-4000-8000-000000000011": "fail high", "policy-group-members bbbbbbbb-0000-4000-8000-000000000011": "pass"}},
	}
}
