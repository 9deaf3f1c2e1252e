package signin

import (
	"fmt"
	"strings"
	"testing"
)

// throughGroup makes the account hold the role through the group Role holders
// alone.
func throughGroup(more ...string) []string {
	return append([]string{"- roleAssignments/0", "- roleAssignmentScheduleInstances/0", "groups/3/members/+ = {userRef}"}, more...)
}

const (
	assignments = "roleAssignments"
	instances   = "roleAssignmentScheduleInstances"
	memberships = "groupAssignmentScheduleInstances"
	noP2        = `{"status": 400, "code": "AadPremiumLicenseRequired"}`
	membership  = memberships + `/+ = {"id": "gi", "groupId": "{holders}", "principalId": "{ea}", "accessId": "member", "assignmentType": "assigned", "memberType": "direct", "endDateTime": null`
)

func TestHoldsRole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		changes []string
		want    string
	}{
		{name: "directly", want: "held directly"},
		{name: "the role in another case", changes: []string{`roleAssignments/0/roleDefinitionId = "62E90394-69F5-4237-9190-012177145E10"`}, want: "held directly"},
		{name: "through a group", changes: throughGroup(), want: "held through " + holders},
		{name: "both", changes: []string{"groups/3/members/+ = {userRef}"}, want: "held directly through " + holders},
		{name: "nested only", changes: throughGroup(`groups/3/members = [{"@odata.type": "#microsoft.graph.group", "id": "{inner}"}]`), want: "nested in " + holders},
		{name: "not at all", changes: []string{"- roleAssignments/0", "- " + instances + "/0"}, want: ""},
		{name: "no row", changes: []string{assignments + " = []", instances + " = []"}, want: ""},
		{name: "another role", changes: []string{`roleAssignments/0/roleDefinitionId = "{nobody}"`, "- " + instances + "/0"}, want: ""},
		{name: "for an administrative unit", changes: []string{`roleAssignments/0/directoryScopeId = "/administrativeUnits/{nobody}"`, "- " + instances + "/0"}, want: ""},
		{name: "by PIM's list alone", changes: []string{"- " + assignments}, want: "held directly"},
		{name: "by roleAssignments alone", changes: []string{"- " + instances}, want: "held directly"},
		{name: "through a group, by PIM's list alone", changes: throughGroup("- " + assignments), want: "held through " + holders},
		{name: "through a group that PIM does not name", changes: []string{"- roleAssignments/0", instances + `/0/memberType = "Group"`}, want: "held"},
		{name: "neither list", changes: []string{"- " + assignments, "- " + instances}, want: "?not collected"},
		{name: "roleAssignments unread, not in PIM's list", changes: []string{"- " + assignments, "- " + instances + "/0"}, want: "?the role assignments"},
		{name: "a scope unread", changes: []string{"- roleAssignments/0/directoryScopeId", "- " + instances + "/0"}, want: "?directoryScopeId"},
		{name: "a scope null", changes: []string{"roleAssignments/0/directoryScopeId = null", "- " + instances + "/0"}, want: "?directoryScopeId"},
		{name: "another row's scope unread", changes: []string{"- roleAssignments/1/directoryScopeId"}, want: "held directly"},
		{name: "another's role unread", changes: []string{"- roleAssignments/1/roleDefinitionId", "- " + instances + "/0", "- roleAssignments/0"}, want: ""},
		{name: "another's scope unread, with nothing held", changes: []string{"- roleAssignments/1/directoryScopeId", "- " + instances + "/0", "- roleAssignments/0"}, want: ""},
		{name: "one's group's role unread", changes: throughGroup("- roleAssignments/0/roleDefinitionId", instances+" = []"), want: "?roleDefinitionId"},
		{name: "the role of somebody not collected unread", changes: []string{"- roleAssignments/1/roleDefinitionId", `roleAssignments/1/principalId = "{nobody}"`, "- " + instances + "/0", "- roleAssignments/0"},
			want: "?roleDefinitionId"},
		{name: "a principal unread", changes: []string{"- roleAssignments/0/principalId", "- " + instances + "/0"}, want: "?principalId"},
		{name: "another role's principal unread", changes: []string{"- roleAssignments/1/principalId", `roleAssignments/1/roleDefinitionId = "{nobody}"`, "roleAssignments/0/principalId = \"{admin}\"", "- " + instances + "/0"}, want: ""},
		{name: "members of the group unread", changes: throughGroup("- groups/3/members"), want: "?Role holders"},
		{name: "the group not collected", changes: throughGroup(`roleAssignments/0/principalId = "{nobody}"`, instances+` = []`), want: "?" + nobody},
		{name: "a principal that is no user", changes: throughGroup(`roleAssignments/0/principalId = "{nobody}"`, instances+` = []`, `unreadable = {"users/{nobody}": {"status": 404}}`), want: "?" + nobody},
		{name: "a principal that is no group", changes: throughGroup(`roleAssignments/0/principalId = "{nobody}"`, instances+` = []`, `unreadable = {"groups/{nobody}": {"status": 404}}`), want: ""},
		{name: "a principal that is deleted", changes: throughGroup(`roleAssignments/0/principalId = "{gone}"`, instances+` = []`), want: ""},
		{name: "a principal that is an application", changes: throughGroup(`roleAssignments/0/principalId = "{app}"`, instances+` = []`), want: ""},
		{name: "a principal that is another user", changes: throughGroup(`roleAssignments/0/principalId = "{admin}"`, instances+` = []`), want: ""},
		{name: "memberships say that it is in no group", changes: throughGroup("- groups", "users/0/transitiveMemberOf = []"), want: ""},
		{name: "memberships name the group, but not how", changes: throughGroup("- groups", `users/0/transitiveMemberOf = [{"id": "{holders}"}]`), want: "?" + holders},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, c.changes...)
			h, err := HoldsRole(s, user(t, s), GlobalAdministrator)
			if got := holdingWords(h); !matches(got, err, c.want) || err != nil && h.Held {
				t.Errorf("%q %v, want %q", got, err, c.want)
			}
		})
	}
}

func holdingWords(h Holding) string {
	var words []string
	if h.Held {
		words = append(words, "held")
	}
	if h.Direct {
		words = append(words, "directly")
	}
	if len(h.Groups) > 0 {
		words = append(words, "through "+strings.Join(h.Groups, " "))
	}
	if len(h.Nested) > 0 {
		words = append(words, "nested in "+strings.Join(h.Nested, " "))
	}
	return strings.Join(words, " ")
}

func TestRoleTerms(t *testing.T) {
	t.Parallel()
	const instance = instances + "/0/"
	eligibleRow := func(principal string) string {
		return `roleEligibilityScheduleInstances/+ = {"id": "e", "principalId": "` + principal + `", "roleDefinitionId": "{ga}", "directoryScopeId": "/", "endDateTime": null}`
	}
	notHeld := []string{"- roleAssignments/0", "- " + instances + "/0"}
	for _, c := range []struct {
		name    string
		changes []string
		want    string
	}{
		{name: "assigned with no end", want: "permanent"},
		{name: "without P2", changes: []string{"- " + instances, `unreadable = {"` + instances + `": ` + noP2 + `}`}, want: "permanent"},
		{name: "PIM refused", changes: []string{"- " + instances, `unreadable = {"` + instances + `": {"status": 403, "code": "Authorization_RequestDenied"}}`}, want: "?permission"},
		{name: "PIM unread", changes: []string{"- " + instances}, want: "?PIM's role assignments"},
		{name: "roleAssignments unread", changes: []string{"- " + assignments}, want: "permanent"},
		{name: "ends", changes: []string{instance + `endDateTime = "2026-12-31T15:00:00Z"`}, want: "[assigned until 2026-12-31 15:00 UTC]"},
		{name: "ends, and a group not collected holds it too", changes: []string{instance + `endDateTime = "2026-12-31T15:00:00Z"`, `roleAssignments/1/principalId = "{nobody}"`}, want: "?" + nobody},
		{name: "ends, and somebody unread holds it too", changes: []string{instance + `endDateTime = "2026-12-31T15:00:00Z"`, "- roleAssignments/1/principalId"}, want: "?principalId"},
		{name: "another's row in PIM unread", changes: []string{instances + `/+ = {"id": "x", "principalId": "{admin}", "directoryScopeId": "/"}`, instance + `endDateTime = "2026-12-31T15:00:00Z"`},
			want: "[assigned until 2026-12-31 15:00 UTC]"},
		{name: "activated", changes: []string{instance + `assignmentType = "Activated"`, instance + `endDateTime = "2026-11-23T10:00:00Z"`}, want: "[activated in PIM until 2026-11-23 10:00 UTC]"},
		{name: "activated with no end", changes: []string{instance + `assignmentType = "Activated"`}, want: "[activated in PIM]"},
		{name: "activated, until when unread", changes: []string{instance + `assignmentType = "Activated"`, "- " + instance + "endDateTime"}, want: "[activated in PIM]"},
		{name: "activated, and assigned for ever", changes: []string{instance + `assignmentType = "Activated"`,
			instances + `/+ = {"id": "x", "principalId": "{ea}", "roleDefinitionId": "{ga}", "directoryScopeId": "/", "assignmentType": "Assigned", "memberType": "Direct", "endDateTime": null}`}, want: "permanent"},
		{name: "an assignment of tomorrow's type", changes: []string{instance + `assignmentType = "Lent"`}, want: `?"Lent"`},
		{name: "the type unread", changes: []string{"- " + instance + "assignmentType"}, want: "?assignmentType"},
		{name: "the end unread", changes: []string{"- " + instance + "endDateTime"}, want: "?endDateTime"},
		{name: "how it is held unread", changes: []string{"- " + instance + "memberType"}, want: "?memberType"},
		{name: "in PIM for an administrative unit only", changes: []string{instance + `directoryScopeId = "/administrativeUnits/x"`}, want: "?PIM lists no assignment"},
		{name: "not in PIM's list", changes: []string{"- " + instances + "/0"}, want: "?PIM lists no assignment"},
		{name: "a row of PIM unread", changes: []string{"- " + instances + "/0/principalId"}, want: "?principalId"},
		{name: "inherited in PIM, direct in the list", changes: []string{instance + `memberType = "Inherited"`}, want: "?direct"},
		{name: "through a group that PIM does not name", changes: []string{"- roleAssignments/0", instance + `memberType = "Group"`}, want: "?through a group"},

		{name: "eligible only", changes: append(notHeld, eligibleRow(ea)), want: "[eligible, to be activated in PIM first]"},
		{name: "eligible through a group", changes: append(notHeld, eligibleRow(inner)), want: "[eligible, to be activated in PIM first]"},
		{name: "eligible for a group that holds the role", changes: append(notHeld,
			`groupEligibilityScheduleInstances/+ = {"id": "ge", "groupId": "{holders}", "principalId": "{ea}", "accessId": "member"}`), want: "[eligible, to be activated in PIM first]"},
		{name: "eligible for a group that can join the one that holds the role", changes: append(notHeld,
			`groupEligibilityScheduleInstances/+ = {"id": "ge", "groupId": "{holders}", "principalId": "{empty}", "accessId": "member"}`,
			`groupEligibilityScheduleInstances/+ = {"id": "gf", "groupId": "{empty}", "principalId": "{ea}", "accessId": "member"}`), want: "[eligible, to be activated in PIM first]"},
		{name: "eligible in a circle", changes: append(notHeld,
			`groupEligibilityScheduleInstances/+ = {"id": "ge", "groupId": "{holders}", "principalId": "{empty}", "accessId": "member"}`,
			`groupEligibilityScheduleInstances/+ = {"id": "gf", "groupId": "{empty}", "principalId": "{holders}", "accessId": "member"}`), want: "[]"},
		{name: "eligible to own a group that holds the role", changes: append(notHeld,
			`groupEligibilityScheduleInstances/+ = {"id": "ge", "groupId": "{holders}", "principalId": "{ea}", "accessId": "owner"}`), want: "[]"},
		{name: "activated from eligible", changes: []string{eligibleRow(ea), instance + `assignmentType = "Activated"`}, want: "[activated in PIM eligible, to be activated in PIM first]"},
		{name: "permanent, and eligible too", changes: []string{eligibleRow(ea)}, want: "permanent"},
		{name: "nothing", changes: notHeld, want: "[]"},

		{name: "through a group", changes: throughGroup(), want: "permanent"},
		{name: "through a group that is assigned for a time", changes: throughGroup(instance + `endDateTime = "2026-12-31T15:00:00Z"`), want: "[through group “Role holders”: assigned until 2026-12-31 15:00 UTC]"},
		{name: "through a group, schedules unread", changes: throughGroup("- " + memberships), want: "?PIM for Groups"},
		{name: "through a group, its schedules refused", changes: throughGroup(`unreadable = {"groups/{holders}/` + memberships + `": {"status": 403}}`), want: "?PIM assignments"},
		{name: "through a group, no P2", changes: throughGroup("- "+memberships, "- "+instances, `unreadable = {"`+memberships+`": `+noP2+`, "`+instances+`": `+noP2+`}`), want: "permanent"},
		{name: "through a group under PIM", changes: throughGroup(membership + "}"), want: "permanent"},
		{name: "through a group under PIM, for a time", changes: throughGroup(membership+`}`, memberships+`/0/endDateTime = "2027-01-01T00:00:00Z"`),
			want: "[through group “Role holders”: membership assigned until 2027-01-01 00:00 UTC]"},
		{name: "through a group under PIM, activated", changes: throughGroup(membership+"}", memberships+`/0/assignmentType = "activated"`), want: "[through group “Role holders”: membership activated in PIM]"},
		{name: "through a group under PIM, for a time, and the group's assignment of tomorrow's type", changes: throughGroup(membership+`}`, memberships+`/0/endDateTime = "2027-01-01T00:00:00Z"`,
			instance+`assignmentType = "Lent"`), want: "[through group “Role holders”: membership assigned until 2027-01-01 00:00 UTC]"},
		{name: "through a group under PIM, not listed, and the group's assignment of tomorrow's type", changes: throughGroup(membership+"}", memberships+`/0/principalId = "{admin}"`,
			instance+`assignmentType = "Lent"`), want: `?"Lent"`},
		{name: "through a group under PIM, not listed", changes: throughGroup(membership+"}", memberships+`/0/principalId = "{admin}"`), want: "?lists no membership"},
		{name: "through a group under PIM, its owner only", changes: throughGroup(membership+"}", memberships+`/0/accessId = "owner"`), want: "?lists no membership"},
		{name: "through a group under PIM, as something else", changes: throughGroup(membership+"}", memberships+`/0/accessId = "guest"`), want: `?"guest"`},
		{name: "through a group under PIM, which unread", changes: throughGroup(membership+"}", "- "+memberships+"/0/groupId"), want: "?groupId"},
		{name: "through a group under PIM, who unread", changes: throughGroup(membership+"}", "- "+memberships+"/0/principalId"), want: "?principalId"},
		{name: "through a group under PIM, as what unread", changes: throughGroup(membership+"}", "- "+memberships+"/0/accessId"), want: "?accessId"},
		{name: "through a group under PIM, nested", changes: throughGroup(membership+"}", memberships+`/0/memberType = "group"`), want: "?direct"},
		{name: "activated, and through a group for ever", changes: []string{"groups/3/members/+ = {userRef}", instance + `assignmentType = "Activated"`}, want: "permanent"},
		{name: "unread, and through a group for ever", changes: []string{"groups/3/members/+ = {userRef}", "- " + instance + "assignmentType"}, want: "permanent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, c.changes...)
			terms, err := RoleTerms(s, user(t, s), GlobalAdministrator)
			got := fmt.Sprint(terms.Limits)
			if terms.Permanent {
				got = "permanent"
			}
			if !matches(got, err, c.want) || err != nil && terms.Permanent {
				t.Errorf("%s %v, want %s", got, err, c.want)
			}
		})
	}
}
