package checks

const (
	ofRole    = "groups/1" // Role holders
	intruder  = "aaaaaaaa-0000-4000-8000-0000000000c1"
	nestedOne = "bbbbbbbb-0000-4000-8000-000000000011"
)

// nested lets the members of another group join the group that holds the role.
func nested(members ...string) []string {
	list := ""
	for i, m := range members {
		if i > 0 {
			list += ", "
		}
		list += m
	}
	return []string{`groups/+ = {"id": "` + nestedOne + `", "displayName": "Tier 0", "isAssignableToRole": false, "members": [` + list + `]}`, canJoin(nestedOne, "member")}
}

// aStranger is a user who holds nothing.
const aStranger = `users/+ = {"id": "` + intruder + `", "userPrincipalName": "stranger@contoso.com", "accountEnabled": true, "userType": "Member", "authorizationInfo": null, "authentication": {"methods": []}}`

func roleGroupJudgements() []judgement {
	group, all := "role-group-protected "+roleHolders, "role-group-protected tenant"
	is := func(verdict string) map[string]string { return map[string]string{group: verdict} }
	owned := func(kind, id string) string { return ofRole + `/owners/+ = ` + memberOf(kind, id) }
	both := map[string]string{group: "unknown high", all: "unknown high"}
	return []judgement{
		{name: "role group: a stranger owns it", changes: []string{owned("user", intruder), aStranger}, want: is("fail high"), says: map[string]string{group: "stranger@contoso.com"}},
		{name: "role group: an administrator owns it", changes: []string{owned("user", regular)}, want: is("pass")},
		{name: "role group: an account owns it, in capitals", changes: []string{owned("user", "AAAAAAAA-0000-4000-8000-000000000001")}, want: is("pass")},
		{name: "role group: an application owns it", changes: []string{owned("servicePrincipal", reader)}, want: is("fail high")},
		{name: "role group: owners unread", changes: []string{"- " + ofRole + "/owners"}, want: is("unknown high")},
		{name: "role group: an owner, administrators unread", changes: []string{owned("user", intruder), aStranger, "- roleEligibilityScheduleInstances"}, want: both},
		{name: "role group: synchronised", changes: []string{ofRole + "/onPremisesSyncEnabled = true"}, want: is("fail high")},
		{name: "role group: whether it is synchronised is unread", changes: []string{"- " + ofRole + "/onPremisesSyncEnabled"}, want: is("unknown high")},
		{name: "role group: a stranger can become its owner", changes: []string{aStranger, canJoin(intruder, "Owner")}, want: is("fail high"), says: map[string]string{group: "can become its owner: stranger@contoso.com"}},
		{name: "role group: a stranger can join it", changes: []string{aStranger, canJoin(intruder, "member")}, want: is("pass")},
		{name: "role group: accounts and administrators can join it through a group", changes: nested(memberOf("user", first), memberOf("user", regular)), want: is("pass")},
		{name: "role group: a stranger can join it through a group", changes: append(nested(memberOf("user", intruder), memberOf("user", regular)), aStranger), want: is("fail high"),
			says: map[string]string{group: "others can join it through another group: stranger@contoso.com"}},
		{name: "role group: a stranger can join it through a group and by name", changes: append(nested(memberOf("user", intruder)), aStranger, canJoin(intruder, "member")), want: is("pass")},
		{name: "role group: a nested stranger can join it", changes: append(nested(memberOf("group", nobody)), aStranger, `groups/3/members/+ = `+memberOf("user", intruder)), want: is("fail high")},
		{name: "role group: an application could join it through a group", changes: nested(memberOf("servicePrincipal", reader)), want: is("fail high")},
		{name: "role group: an agent could join it through a group", changes: nested(memberOf("agentIdentity", reader)), want: is("fail high")},
		{name: "role group: an application without a type could join it through a group", changes: nested(`{"id": "` + reader + `"}`), want: is("fail high")},
		{name: "role group: an application could join it through a group without a type", changes: append(nested(`{"id": "`+nobody+`"}`), `groups/3/members/+ = `+memberOf("servicePrincipal", reader)), want: is("fail high")},
		{name: "role group: who can join through a group is unread", changes: append(nested(), "- groups/4/members"), want: both},
		{name: "role group: who can join is unread", changes: []string{"- groupEligibilityScheduleInstances"}, want: both},
		{name: "role group: what one can become is not known", changes: []string{canJoin(regular, "guardian")}, want: both},
		{name: "role group: without PIM nobody can join", changes: []string{"- groupEligibilityScheduleInstances", `unreadable = {"groupEligibilityScheduleInstances": ` + noP2 + `}`}, want: is("pass")},
		{name: "role group: eligible", changes: []string{"- " + ofRole + "/owners", assignment2 + `/roleDefinitionId = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"`, schedule2 + `/roleDefinitionId = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"`,
			`roleEligibilityScheduleInstances/+ = {"id": "e-1", "principalId": "` + roleHolders + `", "roleDefinitionId": "` + globalID + `", "directoryScopeId": "/", "endDateTime": null}`}, want: is("unknown high")},
		{name: "role group: by PIM's list alone", changes: []string{"- " + ofRole + "/owners", "- roleAssignments"}, want: both},
		{name: "role group: of another role", changes: []string{"- " + ofRole + "/owners", assignment2 + `/roleDefinitionId = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"`, schedule2 + `/roleDefinitionId = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"`},
			want: map[string]string{all: "not-applicable high"}},
		{name: "role group: in an administrative unit", changes: []string{"- " + ofRole + "/owners", assignment2 + `/directoryScopeId = "` + inUnit + `"`, schedule2 + `/directoryScopeId = "` + inUnit + `"`},
			want: map[string]string{all: "not-applicable high"}},
	}
}
