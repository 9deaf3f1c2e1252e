package checks

const (
	assignment1 = "roleAssignments/0"
	assignment2 = "roleAssignments/1"
	schedule1   = "roleAssignmentScheduleInstances/0"
	schedule2   = "roleAssignmentScheduleInstances/1"
	noP2        = `{"status": 400, "code": "AadPremiumLicenseRequired"}`
)

func roleJudgements() []judgement {
	bothUnknown := map[string]string{"role-permanent ea01": "unknown critical", "role-permanent ea02": "unknown critical"}
	return []judgement{
		{
			name:    "another role",
			changes: []string{assignment1 + `/roleDefinitionId = "fe930be7-5e62-47db-91af-98c3a49a38b1"`, schedule1 + `/roleDefinitionId = "fe930be7-5e62-47db-91af-98c3a49a38b1"`},
			want:    map[string]string{"role-global-admin ea01": "fail critical", "role-permanent ea01": "fail critical"},
		},
		{
			name:    "scope of an administrative unit",
			changes: []string{assignment1 + `/directoryScopeId = "/administrativeUnits/au-1"`, schedule1 + `/directoryScopeId = "/administrativeUnits/au-1"`},
			want:    map[string]string{"role-global-admin ea01": "fail critical", "role-permanent ea01": "fail critical"},
			says:    map[string]string{"role-global-admin ea01": "/administrativeUnits/au-1"},
		},
		{
			name: "eligible only",
			changes: []string{
				assignment1 + `/principalId = "aaaaaaaa-0000-4000-8000-000000000003"`, schedule1 + `/principalId = "aaaaaaaa-0000-4000-8000-000000000003"`,
				`roleEligibilityScheduleInstances/+ = {"id": "e-1", "principalId": "` + first + `", "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10", "directoryScopeId": "/", "endDateTime": null}`,
			},
			want: map[string]string{"role-global-admin ea01": "fail critical", "role-permanent ea01": "fail critical"},
			says: map[string]string{"role-permanent ea01": "eligible"},
		},
		{
			name: "nobody for good, and who is eligible unread",
			changes: []string{schedule1 + `/assignmentType = "Activated"`, schedule2 + `/assignmentType = "Activated"`, "roleAssignmentScheduleInstances/2/assignmentType = \"Activated\"",
				"- roleEligibilityScheduleInstances"},
			want: map[string]string{"role-someone-active tenant": "fail critical", "role-permanent ea01": "fail critical", "role-permanent ea02": "fail critical"},
		},
		{
			name: "activated", changes: []string{schedule1 + `/assignmentType = "Activated"`, schedule1 + `/endDateTime = "2026-11-23T10:00:00Z"`},
			want: map[string]string{"role-permanent ea01": "fail critical"},
			says: map[string]string{"role-permanent ea01": "activated in PIM until 2026-11-23 10:00 UTC"},
		},
		{
			name: "ending", changes: []string{schedule2 + `/endDateTime = "2027-01-01T00:00:00Z"`},
			want: map[string]string{"role-permanent ea02": "fail critical"},
			says: map[string]string{"role-permanent ea02": "Role holders"},
		},
		{
			name: "assignment type not known", changes: []string{schedule1 + `/assignmentType = "Provisional"`},
			want: map[string]string{"role-permanent ea01": "unknown critical"},
		},
		{
			name: "assignment without a schedule", changes: []string{schedule1 + `/principalId = "other"`},
			want: map[string]string{"role-permanent ea01": "unknown critical"},
		},
		{name: "schedules unread", changes: []string{"- roleAssignmentScheduleInstances"}, want: bothUnknown},
		{
			name:    "no P2 licence",
			changes: []string{"- roleAssignmentScheduleInstances", "- roleEligibilityScheduleInstances", `unreadable = {"roleAssignmentScheduleInstances": ` + noP2 + `, "roleEligibilityScheduleInstances": ` + noP2 + `}`},
		},
		{
			name:    "schedules refused",
			changes: []string{"- roleAssignmentScheduleInstances", `unreadable = {"roleAssignmentScheduleInstances": ` + denied + `}`},
			want:    bothUnknown,
			says:    map[string]string{"role-permanent ea01": "RoleManagement.Read.Directory"},
		},
		{name: "assignments unread, schedules say it", changes: []string{"- roleAssignments"}},
		{
			name: "no list of roles was read", changes: []string{"- roleAssignments", "- roleAssignmentScheduleInstances"},
			want: map[string]string{
				"role-global-admin ea01": "unknown critical", "role-global-admin ea02": "unknown critical",
				"role-permanent ea01": "unknown critical", "role-permanent ea02": "unknown critical",
			},
		},
		{
			name: "members of the group that holds the role were not read", changes: []string{"- groups/1/members"},
			want: map[string]string{"role-global-admin ea02": "unknown critical", "role-permanent ea02": "unknown critical"},
		},
		{
			name:    "nested member of the group that holds the role",
			changes: []string{`groups/1/members = [{"@odata.type": "#microsoft.graph.group", "id": "` + emergency + `"}]`},
			want:    map[string]string{"role-global-admin ea02": "fail critical", "role-permanent ea02": "fail critical"},
			says:    map[string]string{"role-global-admin ea02": "“Role holders”, and Microsoft Entra ignores nested groups"},
		},
		{
			name: "membership through PIM for Groups ends",
			changes: []string{`groupAssignmentScheduleInstances/+ = {"id": "g-1", "principalId": "` + second + `", "groupId": "` + roleHolders +
				`", "accessId": "member", "assignmentType": "assigned", "endDateTime": "2027-01-01T00:00:00Z"}`},
			want: map[string]string{"role-permanent ea02": "fail critical"},
			says: map[string]string{"role-permanent ea02": "membership"},
		},
		{
			name:    "PIM for Groups unread",
			changes: []string{"- groupAssignmentScheduleInstances"},
			want:    map[string]string{"role-permanent ea02": "unknown critical"},
		},
	}
}
