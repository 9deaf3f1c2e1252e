package checks

// An id that is 404 as a user, a group and an application.
const (
	partner   = "aaaaaaaa-0000-4000-8000-0000000000f1"
	joiners   = "bbbbbbbb-0000-4000-8000-000000000009"
	anEngine  = "eeeeeeee-0000-4000-8000-000000000009"
	notThere  = `{"status": 404, "code": "Request_ResourceNotFound"}`
	newcomers = 6 // more than the tenant may have with the one that it has
)

// nowhere says that Graph knows an id as nothing.
func nowhere(id string) string {
	return `unreadable = {"users/` + id + `": ` + notThere + `, "groups/` + id + `": ` + notThere + `, "servicePrincipals/` + id + `": ` + notThere + `}`
}

// assignedTo gives Global Administrator to a principal.
func assignedTo(id string) string {
	return `roleAssignments/+ = {"id": "ra-9", "principalId": "` + id + `", "roleDefinitionId": "` + globalID + `", "directoryScopeId": "/"}`
}

// canJoin lets a principal become a member of the group that holds the role.
func canJoin(id, access string) string {
	return `groupEligibilityScheduleInstances/+ = {"id": "ge-` + id + `", "principalId": "` + id + `", "groupId": "` + roleHolders + `", "accessId": "` + access + `", "endDateTime": null}`
}

// inJoiners is a group of newcomers, of whom there are too many, and of one nested group.
func inJoiners() []string {
	members := `{"@odata.type": "#microsoft.graph.servicePrincipal", "id": "` + anEngine + `"}`
	var changes []string
	for _, n := range []string{"1", "2", "3", "4"} {
		id := "aaaaaaaa-0000-4000-8000-0000000000b" + n
		members += `, {"@odata.type": "#microsoft.graph.user", "id": "` + id + `"}`
		changes = append(changes, `users/+ = {"id": "`+id+`", "userPrincipalName": "b`+n+`@contoso.com", "accountEnabled": true, "userType": "Member", "authorizationInfo": null, "authentication": {"methods": []}}`)
	}
	return append(changes, `groups/+ = {"id": "`+joiners+`", "displayName": "Joiners", "members": [`+members+`]}`)
}

// holderJudgements are cases of who gets Global Administrator, and by which way.
func holderJudgements() []judgement {
	few := "role-few-global-admins tenant"
	return []judgement{
		{
			name: "a group whose members can become members of the group that holds the role", changes: append(inJoiners(), canJoin(joiners, "member")),
			want: map[string]string{few: "fail medium"}, says: map[string]string{few: "5 people"},
		},
		{
			name: "the same group in capitals", changes: append(inJoiners(), canJoin("BBBBBBBB-0000-4000-8000-000000000009", "Member")),
			want: map[string]string{few: "fail medium"},
		},
		{name: "a group whose members can become owners", changes: append(inJoiners(), canJoin(joiners, "owner")), want: map[string]string{few: "pass"}},
		{name: "a group of the accounts whose members can become owners", changes: []string{canJoin(emergency, "owner")}, want: map[string]string{"role-group-protected " + roleHolders: "pass"}},
		{
			name: "what becoming a member gives is not known", changes: []string{canJoin(regular, "guardian")},
			want: map[string]string{few: "unknown medium"}, says: map[string]string{few: `"guardian"`},
		},
		{
			name: "a group that can join was not read", changes: []string{canJoin(joiners, "member")},
			want: map[string]string{few: "unknown medium", "role-someone-active tenant": "pass", "role-group-protected " + roleHolders: "unknown high"}, says: map[string]string{few: "Who can join group “Role holders”"},
		},
		{
			name:    "a holder from another tenant",
			changes: []string{assignedTo(partner), nowhere(partner)},
			want:    map[string]string{few: "unknown medium", "account-undeclared tenant": "pass", "policy-others-excluded tenant": "pass", "method-distinct ea01": "pass"},
			says:    map[string]string{few: "A holder of the role, " + partner + ", is from another tenant"},
		},
		{name: "too many holders, and one from another tenant", changes: append(more(newcomers), assignedTo(partner), nowhere(partner)), want: map[string]string{few: "fail medium"}},
		{name: "a deleted holder whom Graph does not know", changes: []string{assignedTo(partner), nowhere(partner), `deletedObjects = ["` + partner + `"]`}, want: map[string]string{few: "pass"}},
		{
			name: "whether a holder was deleted was not read", changes: []string{assignedTo(partner), nowhere(partner), "- deletedObjects"},
			want: map[string]string{few: "unknown medium"},
		},
		{name: "an application holds the role", changes: []string{assignedTo("eeeeeeee-0000-4000-8000-000000000002")}, want: map[string]string{few: "pass"}},
		{
			name: "an application that was not read is in the group that holds the role", changes: []string{`groups/1/members/+ = {"@odata.type": "#microsoft.graph.servicePrincipal", "id": "` + anEngine + `"}`},
			want: map[string]string{few: "pass"},
		},
		{
			name: "somebody of no known type is in the group that holds the role", changes: []string{`groups/1/members/+ = {"@odata.type": "#microsoft.graph.somethingNew", "id": "` + anEngine + `"}`},
			want: map[string]string{few: "unknown medium"},
		},
	}
}
