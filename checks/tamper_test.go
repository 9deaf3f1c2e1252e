package checks

import "maps"

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

func tamperJudgements() []judgement {
	said := func(verdict string) map[string]string {
		return map[string]string{"tamper-applications " + reader: verdict}
	}
	unreadSelf := map[string]string{"tamper-self tenant": "unknown high"}
	return []judgement{
		{name: "an application can write users", changes: []string{holds("741F803B-C850-494E-B5DF-CDE7C675A1CA")}, want: said("fail medium"),
			says: map[string]string{"tamper-applications " + reader: "User.ReadWrite.All"}},
		{name: "an application has a direct way", changes: []string{holds("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8")}, want: said("fail high")},
		{name: "an application can grant itself permissions", changes: []string{holds("06b708a9-e830-4db3-a914-8e69da51d44f")}, want: said("fail high")},
		{name: "an application holds a role", changes: []string{appRole(appAdmin, "/")}, want: said("fail medium")},
		{name: "an application holds Privileged Role Administrator", changes: []string{appRole(privilegedRoleAdministrator, "/")}, want: said("fail high")},
		{name: "an application holds a role that reads", changes: []string{appRole("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "/")}},
		{name: "an application is accepted", changes: []string{holds("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8")}, settings: func(s *Settings) { s.AllowedApplications = []string{"EEEEEEEE-0000-4000-8000-000000000001"} }},
		{name: "an application called Microsoft", changes: []string{holds("741f803b-c850-494e-b5df-cde7c675a1ca"), `servicePrincipals/0/displayName = "Microsoft Graph"`}, want: said("fail medium")},
		{name: "an application of Microsoft's own", changes: []string{holds("741f803b-c850-494e-b5df-cde7c675a1ca"), `servicePrincipals/0/appOwnerOrganizationId = "72F988BF-86F1-41AF-91AB-2D7CD011DB47"`}},
		{name: "whose an application is, is not known", changes: []string{holds("741f803b-c850-494e-b5df-cde7c675a1ca"), "- servicePrincipals/0/appOwnerOrganizationId"}, want: said("unknown medium")},
		{name: "permissions of an application unread", changes: []string{"- " + spRoles}, want: said("unknown medium")},
		{name: "a permission of an application unread", changes: []string{"- " + spRoles + "/0/appRoleId"}, want: said("unknown medium")},
		{name: "roles of applications unread", changes: []string{"- roleAssignments"}, want: said("unknown medium")},
		{name: "applications unread", changes: []string{"- servicePrincipals"}, want: map[string]string{"tamper-applications tenant": "unknown medium"}},
		{name: "no applications", changes: []string{"servicePrincipals = []"}, want: map[string]string{"tamper-applications tenant": "not-applicable medium"}},

		{name: "the watcher lacks a permission", changes: []string{`watcher/roles = ["User.Read.All"]`}, want: map[string]string{"tamper-self " + watcher: "fail high"},
			says: map[string]string{"tamper-self " + watcher: "It lacks AdministrativeUnit.Read.All"}},
		{name: "the watcher may write", changes: []string{`watcher/roles/+ = "Policy.ReadWrite.ConditionalAccess"`}, want: map[string]string{"tamper-self " + watcher: "fail high"},
			says: map[string]string{"tamper-self " + watcher: "Policy.ReadWrite.ConditionalAccess"}},
		{name: "the watcher may send mail", changes: []string{`watcher/roles/+ = "Mail.Send"`}, want: map[string]string{"tamper-self " + watcher: "fail high"}},
		{name: "the watcher may read more", changes: []string{`watcher/roles/+ = "Device.Read.All"`}},
		{name: "what the watcher may is unread", changes: []string{"- watcher/roles"}, want: unreadSelf},
		{name: "who the watcher is is unread", changes: []string{"- watcher/appId"}, want: unreadSelf},
		{name: "the watcher's token unread", changes: []string{"- watcher", `unreadable = {"watcher": {"code": "tokenUnavailable"}}`}, want: maps.Clone(unreadSelf)},
		{name: "no watcher", changes: []string{"- watcher"}, want: map[string]string{"tamper-self tenant": "not-applicable high"}},
	}
}
