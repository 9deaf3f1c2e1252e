package checks

import (
	"maps"
	"slices"
	"strings"

	"breakglass/tenant"
)

const (
	reader   = "eeeeeeee-0000-4000-8000-000000000001"
	watcher  = "eeeeeeee-0000-4000-8000-0000000000a0"
	spRoles  = "servicePrincipals/0/appRoleAssignments"
	appAdmin = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
)

// holds gives the application Reader a permission.
func holds(appRole string) string {
	return spRoles + `/+ = {"resourceId": "eeeeeeee-0000-4000-8000-0000000000ff", "appRoleId": "` + appRole + `"}`
}

func appRole(role, scope string) string {
	return `roleAssignments/+ = {"id": "ra-app", "principalId": "` + reader + `", "roleDefinitionId": "` + role + `", "directoryScopeId": "` + scope + `"}`
}

// roleID is the template id of a built-in role.
func roleID(name string) string { return idOf(tenant.BuiltInRoles(), name) }

// permissionID is the id of an application permission of Microsoft Graph.
func permissionID(name string) string { return idOf(tenant.GraphPermissions(), name) }

func idOf(names map[string]string, name string) string {
	for id, n := range names {
		if n == name {
			return id
		}
	}
	panic("nothing of Microsoft's is called " + name)
}

const (
	unit      = "99999999-0000-4000-8000-000000000001"
	inUnit    = "/administrativeUnits/" + unit
	custom    = "77777777-0000-4000-8000-000000000001"
	powerful  = "bbbbbbbb-0000-4000-8000-000000000010"
	unguard   = "groups/0/isAssignableToRole = false"
	asUnified = `groups/0/groupTypes = ["Unified"]`
)

// unitOf gives the tenant an administrative unit with members.
func unitOf(restricted string, members ...string) string {
	return `administrativeUnits = [{"id": "` + unit + `", "displayName": "Tokyo", "isMemberManagementRestricted": ` + restricted + `, "members": [` + strings.Join(members, ", ") + `]}]`
}

func memberOf(kind, id string) string {
	return `{"@odata.type": "#microsoft.graph.` + kind + `", "id": "` + id + `"}`
}

// aGroup gives the tenant a role-assignable group with members, which holds a role.
func aGroup(role string, members ...string) []string {
	return []string{
		`groups/+ = {"id": "` + powerful + `", "displayName": "Automation", "isAssignableToRole": true, "groupTypes": [], "onPremisesSyncEnabled": null, "owners": [],
			"members": [` + strings.Join(members, ", ") + `]}`,
		`roleAssignments/+ = {"id": "ra-app", "principalId": "` + powerful + `", "roleDefinitionId": "` + role + `", "directoryScopeId": "/"}`,
	}
}

func tamperJudgements() []judgement {
	return slices.Concat(applicationJudgements(), groupPowerJudgements(), scopeJudgements(), throughGroupJudgements(), selfJudgements())
}

func said(verdict string) map[string]string {
	return map[string]string{"tamper-applications " + reader: verdict}
}

func saidOfAll(verdict, of string) map[string]string {
	return map[string]string{"tamper-applications " + reader: verdict, "tamper-applications tenant": of}
}

func applicationJudgements() []judgement {
	const userWrite = "741f803b-c850-494e-b5df-cde7c675a1ca"
	return []judgement{
		{name: "an application can write users", changes: []string{holds("741F803B-C850-494E-B5DF-CDE7C675A1CA")}, want: said("fail medium"),
			says: map[string]string{"tamper-applications " + reader: "User.ReadWrite.All"}},
		{name: "an application has a direct way", changes: []string{holds("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8")}, want: said("fail high")},
		{name: "an application can grant itself permissions", changes: []string{holds("06b708a9-e830-4db3-a914-8e69da51d44f")}, want: said("fail high")},
		{name: "an application holds a role", changes: []string{appRole(appAdmin, "/")}, want: said("fail medium")},
		{name: "an application holds Authentication Policy Administrator", changes: []string{appRole("0526716b-113d-4c15-b2c8-68e3c22b9f80", "/")}, want: said("fail medium")},
		{name: "an application holds Privileged Role Administrator", changes: []string{appRole(roleID("Privileged Role Administrator"), "/")}, want: said("fail high")},
		{name: "an application holds Privileged Authentication Administrator", changes: []string{appRole("7BE44C8A-ADAF-4E2A-84D6-AB2649E08A13", "/")}, want: said("fail high")},
		{name: "an application holds Partner Tier2 Support", changes: []string{appRole(roleID("Partner Tier2 Support"), "/")}, want: said("fail high")},
		{name: "an application holds a role that reads", changes: []string{appRole("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "/")}, want: said("pass")},
		{name: "an application holds a custom role", changes: []string{appRole(custom, "/")}, want: said("unknown medium"),
			says: map[string]string{"tamper-applications " + reader: "The role " + custom + " is a custom one"}},
		{name: "an application holds a custom role and a power", changes: []string{appRole(custom, "/"), holds(userWrite)}, want: said("fail medium")},
		{name: "an application can activate a role", changes: []string{`roleEligibilityScheduleInstances/+ = {"id": "e-1", "principalId": "` + reader +
			`", "roleDefinitionId": "` + roleID("Global Administrator") + `", "directoryScopeId": "/", "endDateTime": null}`}, want: said("pass")},
		{name: "an application is accepted", changes: []string{holds("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8")}, settings: func(s *Settings) { s.AllowedApplications = []string{"EEEEEEEE-0000-4000-8000-000000000001"} }},
		{name: "an application called Microsoft", changes: []string{holds(userWrite), `servicePrincipals/0/displayName = "Microsoft Graph"`}, want: said("fail medium")},
		{name: "an application of Microsoft's own", changes: []string{holds(userWrite), `servicePrincipals/0/appOwnerOrganizationId = "72F988BF-86F1-41AF-91AB-2D7CD011DB47"`}},
		{name: "whose an application is, is not known", changes: []string{holds(userWrite), "- servicePrincipals/0/appOwnerOrganizationId"}, want: said("unknown medium")},
		{name: "permissions of an application unread", changes: []string{"- " + spRoles}, want: said("unknown medium")},
		{name: "a permission of an application unread", changes: []string{"- " + spRoles + "/0/appRoleId"}, want: said("unknown medium")},
		{name: "a permission of an application is null", changes: []string{spRoles + "/0/appRoleId = null"}, want: said("unknown medium")},
		{name: "a permission that the program does not know", changes: []string{holds(custom)}, want: said("unknown medium"),
			says: map[string]string{"tamper-applications " + reader: "The permission " + custom + " is not known"}},
		{name: "a permission of a user's", changes: []string{holds(userWrite), spRoles + `/1/principalType = "User"`}, want: said("pass")},
		{name: "a permission of a group's", changes: []string{holds(userWrite), spRoles + `/1/principalType = "Group"`}, want: said("pass")},
		{name: "a permission of an application's", changes: []string{holds(userWrite), spRoles + `/1/principalType = "ServicePrincipal"`}, want: said("fail medium")},
		{name: "a permission of nobody knows whom", changes: []string{holds(userWrite), spRoles + `/1/principalType = "Agent"`}, want: said("unknown medium")},
		{name: "a permission of null", changes: []string{holds(userWrite), spRoles + `/1/principalType = null`}, want: said("unknown medium")},
		{name: "a role of an application unread", changes: []string{appRole(appAdmin, "/"), "- roleAssignments/3/roleDefinitionId"}, want: said("unknown medium")},
		{name: "whose a role is, is unread", changes: []string{appRole(appAdmin, "/"), "- roleAssignments/3/principalId"}, want: saidOfAll("unknown medium", "unknown medium")},
		{name: "where an application holds a role is unread", changes: []string{appRole(appAdmin, "/"), "- roleAssignments/3/directoryScopeId"}, want: said("unknown medium")},
		{name: "roles of applications unread", changes: []string{"- roleAssignments"}, want: saidOfAll("unknown medium", "unknown medium")},
		{name: "roles of applications unread, PIM lists one", changes: []string{"- roleAssignments", `roleAssignmentScheduleInstances/+ = {"id": "si-4", "principalId": "` + reader +
			`", "roleDefinitionId": "` + roleID("Global Administrator") + `", "directoryScopeId": "/", "assignmentType": "Assigned", "memberType": "Direct", "startDateTime": null, "endDateTime": null}`},
			want: saidOfAll("fail high", "unknown medium")},
		{name: "an application holds Global Administrator and was not collected", changes: []string{
			`roleAssignments/+ = {"id": "ra-app", "principalId": "` + custom + `", "roleDefinitionId": "` + roleID("Global Administrator") + `", "directoryScopeId": "/"}`},
			want: saidOfAll("unknown medium", "unknown medium")},
		{name: "who holds a role is known to be gone", changes: []string{`deletedObjects = ["` + custom + `"]`,
			`roleAssignments/+ = {"id": "ra-app", "principalId": "` + custom + `", "roleDefinitionId": "` + roleID("Global Administrator") + `", "directoryScopeId": "/"}`}, want: saidOfAll("pass", "pass")},
		{name: "who holds a role that reads was not collected", changes: []string{
			`roleAssignments/+ = {"id": "ra-app", "principalId": "` + custom + `", "roleDefinitionId": "` + roleID("Global Reader") + `", "directoryScopeId": "/"}`}, want: saidOfAll("pass", "pass")},
		{name: "who holds a role is no group and no application", changes: []string{`unreadable = {"groups/` + custom + `": {"status": 404, "code": "Request_ResourceNotFound"}, "servicePrincipals/` + custom + `": {"status": 404, "code": "Request_ResourceNotFound"}}`,
			`roleAssignments/+ = {"id": "ra-app", "principalId": "` + custom + `", "roleDefinitionId": "` + appAdmin + `", "directoryScopeId": "/"}`}, want: saidOfAll("pass", "pass")},
		{name: "who holds a role is no group, and perhaps an application", changes: []string{`unreadable = {"groups/` + custom + `": {"status": 404, "code": "Request_ResourceNotFound"}, "servicePrincipals/` +
			custom + `": {"status": 503, "code": "serviceNotAvailable"}}`, `roleAssignments/+ = {"id": "ra-app", "principalId": "` + custom + `", "roleDefinitionId": "` + appAdmin + `", "directoryScopeId": "/"}`},
			want: saidOfAll("unknown medium", "unknown medium"), says: map[string]string{"tamper-applications tenant": "serviceNotAvailable"}},
		{name: "applications unread", changes: []string{"- servicePrincipals"}, want: map[string]string{"tamper-applications tenant": "unknown medium"}},
		{name: "applications read in part", changes: []string{holds(userWrite), `unreadable = {"servicePrincipals": {"code": "partial"}}`}, want: saidOfAll("fail medium", "unknown medium")},
		{name: "no applications", changes: []string{"servicePrincipals = []"}, want: map[string]string{"tamper-applications tenant": "not-applicable medium"}},
	}
}

// groupPowerJudgements: powers over groups count where a group that excludes an account is
// of a kind that they can change.
func groupPowerJudgements() []judgement {
	write, exchange, intune := holds(permissionID("GroupMember.ReadWrite.All")), appRole(roleID("Exchange Administrator"), "/"), appRole(roleID("Intune Administrator"), "/")
	knowledge, helpdesk := appRole(roleID("Knowledge Administrator"), "/"), appRole(roleID("Helpdesk Administrator"), "/")
	return []judgement{
		{name: "an application can write groups, all of them protected", changes: []string{write}, want: said("pass")},
		{name: "an application can write groups", changes: []string{write, unguard}, want: said("fail medium")},
		{name: "an application can write the teams", changes: []string{holds(permissionID("TeamMember.ReadWrite.All")), unguard}, want: said("pass")},
		{name: "an application can write the team that excludes", changes: []string{holds(permissionID("TeamMember.ReadWrite.All")), unguard, asUnified}, want: said("fail medium")},
		{name: "Groups Administrator of protected groups", changes: []string{appRole(roleID("Groups Administrator"), "/")}, want: said("pass")},
		{name: "Groups Administrator", changes: []string{appRole(roleID("Groups Administrator"), "/"), unguard}, want: said("fail medium")},
		{name: "Groups Administrator, restricted group", changes: []string{appRole(roleID("Groups Administrator"), "/"), unguard, "groups/0/isManagementRestricted = true"}, want: said("pass")},
		{name: "Groups Administrator, whether the group is protected is unread", changes: []string{appRole(roleID("Groups Administrator"), "/"), "- groups/0/isAssignableToRole"}, want: said("fail medium")},
		{name: "Exchange Administrator of security groups", changes: []string{exchange, unguard}, want: said("pass")},
		{name: "Exchange Administrator", changes: []string{exchange, unguard, asUnified}, want: said("fail medium")},
		{name: "Exchange Administrator, the kind of group unread", changes: []string{exchange, unguard, "- groups/0/groupTypes"}, want: said("fail medium")},
		{name: "Knowledge Administrator", changes: []string{knowledge, unguard}, want: said("fail medium")},
		{name: "Knowledge Administrator of Microsoft 365 groups", changes: []string{knowledge, unguard, asUnified}, want: said("pass")},
		{name: "Intune Administrator of protected groups", changes: []string{intune}, want: said("fail medium")},
		{name: "Groups Administrator, groups unread", changes: []string{appRole(roleID("Groups Administrator"), "/"), "- groups"}, want: said("fail medium")},
		{name: "Groups Administrator, policies unread", changes: []string{appRole(roleID("Groups Administrator"), "/"), "- conditionalAccessPolicies"}, want: said("fail medium")},
		{name: "Helpdesk Administrator", changes: []string{helpdesk}, want: said("pass")},
		{name: "Helpdesk Administrator, an account is no administrator", changes: []string{helpdesk, assignment1 + `/roleDefinitionId = "` + roleID("Directory Readers") + `"`,
			schedule1 + `/roleDefinitionId = "` + roleID("Directory Readers") + `"`, unguard}, want: said("fail medium")},
		{name: "Helpdesk Administrator, an account holds another role", changes: []string{helpdesk, assignment1 + `/roleDefinitionId = "` + roleID("Conditional Access Administrator") + `"`,
			schedule1 + `/roleDefinitionId = "` + roleID("Conditional Access Administrator") + `"`, unguard}, want: said("pass")},
		{name: "Helpdesk Administrator, an account is in a role-assignable group", changes: []string{helpdesk, assignment1 + `/roleDefinitionId = "` + roleID("Directory Readers") + `"`,
			schedule1 + `/roleDefinitionId = "` + roleID("Directory Readers") + `"`}, want: said("pass")},
		{name: "Helpdesk Administrator, an account unread", changes: []string{helpdesk, "- users"}, want: said("unknown medium")},
	}
}

// scopeJudgements: a role in the scope of an administrative unit counts if an account or a
// group that excludes one is in it.
func scopeJudgements() []judgement {
	authentication, groups := appRole(roleID("Privileged Authentication Administrator"), inUnit), appRole(roleID("Groups Administrator"), inUnit)
	account, other := memberOf("user", first), memberOf("user", "aaaaaaaa-0000-4000-8000-000000000003")
	of := func(name, scope string) string { return appRole(roleID(name), scope) }
	return []judgement{
		{name: "a role in a unit with an account", changes: []string{authentication, unitOf("false", account)}, want: said("fail high"),
			says: map[string]string{"tamper-applications " + reader: "role Privileged Authentication Administrator at " + inUnit}},
		{name: "a role in a unit without an account", changes: []string{authentication, unitOf("false", other)}, want: said("pass")},
		{name: "a role in a unit, units unread", changes: []string{authentication}, want: said("unknown medium")},
		{name: "a role in a unit that was not collected", changes: []string{authentication, "administrativeUnits = []"}, want: said("unknown medium")},
		{name: "a role in a unit, members unread", changes: []string{authentication, unitOf("false"), "- administrativeUnits/0/members"}, want: said("unknown medium")},
		{name: "a role over settings in a unit", changes: []string{of("Cloud Device Administrator", inUnit), unitOf("false", account)}, want: said("pass")},
		{name: "a custom role in a unit with an account", changes: []string{appRole(custom, inUnit), unitOf("false", account)}, want: said("unknown medium")},
		{name: "a custom role in a unit without an account", changes: []string{appRole(custom, inUnit), unitOf("false", other)}, want: said("pass")},
		{name: "Groups Administrator in a unit with an account", changes: []string{groups, unitOf("false", account), unguard}, want: said("pass")},
		{name: "Groups Administrator in a unit with the group", changes: []string{groups, unitOf("false", memberOf("group", emergency)), unguard}, want: said("fail medium")},
		{name: "Groups Administrator in a unit with the role-assignable group", changes: []string{groups, unitOf("false", memberOf("group", emergency))}, want: said("pass")},
		{name: "Groups Administrator in a unit with the restricted group", changes: []string{groups, unitOf("false", memberOf("group", keyHolders))}, want: said("pass")},
		{name: "Groups Administrator in the restricted unit of the group", changes: []string{groups, unitOf("true", memberOf("group", keyHolders))}, want: said("fail medium")},
		{name: "Groups Administrator in a unit with some group, policies unread", changes: []string{groups, unitOf("false", memberOf("group", nobody)), "- conditionalAccessPolicies"}, want: said("unknown medium")},
		{name: "Groups Administrator in a unit without groups, policies unread", changes: []string{groups, unitOf("false", other), "- conditionalAccessPolicies"}, want: said("pass")},
		{name: "Helpdesk Administrator in a unit with an account", changes: []string{of("Helpdesk Administrator", inUnit), unitOf("false", account)}, want: said("pass")},
		{name: "a role over one account", changes: []string{of("Privileged Authentication Administrator", "/"+first)}, want: said("fail high")},
		{name: "a role over somebody else", changes: []string{of("Privileged Authentication Administrator", "/aaaaaaaa-0000-4000-8000-000000000003")}, want: said("pass")},
		{name: "a role over the group", changes: []string{of("Groups Administrator", "/"+emergency), unguard}, want: said("fail medium")},
		{name: "a role over the group, which has no id", changes: []string{of("Groups Administrator", "/"+emergency), unguard, "- groups/0/id"}, want: said("unknown medium")},
		{name: "a role over another group", changes: []string{of("Groups Administrator", "/"+nobody), unguard}, want: said("pass")},
		{name: "a role over some group, policies unread", changes: []string{of("Groups Administrator", "/"+nobody), "- conditionalAccessPolicies"}, want: said("unknown medium")},
		{name: "a role over an application", changes: []string{of("Application Administrator", "/eeeeeeee-0000-4000-8000-000000000002")}, want: said("fail medium")},
		{name: "a role over the registration of an application", changes: []string{of("Application Administrator", "/"+custom)}, want: said("unknown medium")},
		{name: "a role over users at the registration of an application", changes: []string{of("Helpdesk Administrator", "/"+custom)}, want: said("pass")},
		{name: "a role over settings at one object", changes: []string{of("Conditional Access Administrator", "/"+custom)}, want: said("pass")},
		{name: "a role in a scope that is not known", changes: []string{of("User Administrator", "/attributeSets/x")}, want: said("unknown medium")},
		{name: "a role in no scope", changes: []string{of("User Administrator", "")}, want: said("unknown medium")},
	}
}

// throughGroupJudgements: an application holds what a group holds that it is in.
func throughGroupJudgements() []judgement {
	global := roleID("Global Administrator")
	app := memberOf("servicePrincipal", "EEEEEEEE-0000-4000-8000-000000000001")
	return []judgement{
		{name: "an application in the group that holds the role", changes: []string{`groups/1/members/+ = ` + app}, want: said("fail high"),
			says: map[string]string{"tamper-applications " + reader: "role Global Administrator through group “Role holders”"}},
		{name: "an application in a group that holds a role", changes: aGroup(appAdmin, app), want: said("fail medium")},
		{name: "an application in a group that holds a role that reads", changes: aGroup(roleID("Global Reader"), app), want: said("pass")},
		{name: "an application in a group that holds a custom role", changes: aGroup(custom, app), want: said("unknown medium")},
		{name: "an agent in a group that holds a role", changes: aGroup(appAdmin, memberOf("agentIdentity", reader)), want: said("fail medium")},
		{name: "an agent's user in a group that holds a role", changes: aGroup(appAdmin, memberOf("agentUser", custom)), want: saidOfAll("pass", "pass")},
		{name: "an application nested in a group that holds a role", changes: append(aGroup(appAdmin, memberOf("group", nobody)), `groups/3/members = [`+app+`]`), want: said("pass")},
		{name: "an application that can join a group that holds a role", changes: append(aGroup(global), `groupEligibilityScheduleInstances/+ = {"id": "g-1", "principalId": "`+reader+
			`", "groupId": "`+powerful+`", "accessId": "member", "endDateTime": null}`), want: said("pass")},
		{name: "members of a group that holds a role unread", changes: append(aGroup(appAdmin), "- groups/4/members"), want: saidOfAll("unknown medium", "unknown medium")},
		{name: "members of a group that holds a role that reads unread", changes: append(aGroup(roleID("Global Reader")), "- groups/4/members"), want: saidOfAll("pass", "pass")},
		{name: "an application in a group that holds a role was not collected", changes: aGroup(appAdmin, memberOf("servicePrincipal", custom)), want: saidOfAll("unknown medium", "unknown medium")},
	}
}

func selfJudgements() []judgement {
	unreadSelf := map[string]string{"tamper-self tenant": "unknown high"}
	return []judgement{
		{name: "the watcher lacks a permission", changes: []string{`watcher/roles = ["User.Read.All"]`}, want: map[string]string{"tamper-self " + watcher: "fail high"},
			says: map[string]string{"tamper-self " + watcher: "It lacks AdministrativeUnit.Read.All"}},
		{name: "the watcher may write", changes: []string{`watcher/roles/+ = "Policy.ReadWrite.ConditionalAccess"`}, want: map[string]string{"tamper-self " + watcher: "fail high"},
			says: map[string]string{"tamper-self " + watcher: "Policy.ReadWrite.ConditionalAccess"}},
		{name: "the watcher may send mail", changes: []string{`watcher/roles/+ = "Mail.Send"`}, want: map[string]string{"tamper-self " + watcher: "fail high"}},
		{name: "the watcher may read more", changes: []string{`watcher/roles/+ = "Device.Read.All"`}},
		{name: "the watcher may read of teams", changes: []string{`watcher/roles/+ = "TeamsAppInstallation.ReadForUser.All"`}, want: map[string]string{"tamper-self " + watcher: "pass"}},
		{name: "the watcher may do what is not known", changes: []string{`watcher/roles/+ = "Everything.Read.All"`}, want: map[string]string{"tamper-self " + watcher: "fail high"}},
		{name: "what the watcher may is unread", changes: []string{"- watcher/roles"}, want: unreadSelf},
		{name: "who the watcher is is unread", changes: []string{"- watcher/appId"}, want: unreadSelf},
		{name: "the watcher's token unread", changes: []string{"- watcher", `unreadable = {"watcher": {"code": "tokenUnavailable"}}`}, want: maps.Clone(unreadSelf)},
		{name: "no watcher", changes: []string{"- watcher"}, want: map[string]string{"tamper-self tenant": "not-applicable high"}},
	}
}
