package signin

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestInGroup(t *testing.T) {
	t.Parallel()
	const members = "groups/1/members = "
	for _, c := range []struct {
		name    string
		changes []string
		group   string
		want    string
	}{
		{name: "a direct member", group: inner, want: "true"},
		{name: "a nested member", group: outer, want: "true"},
		{name: "an id in another case", group: "BBBBBBBB-0000-4000-8000-000000000002", want: "true"},
		{name: "no member", group: empty, want: "false"},
		{name: "a deleted group", group: gone, want: "false"},
		{name: "a group that does not exist", group: nobody, changes: []string{`unreadable = {"groups/{nobody}": {"status": 404}}`}, want: "false"},
		{name: "a group that was not collected", group: nobody, want: "?not collected"},
		{name: "members unread", changes: []string{"- groups/0/members"}, group: inner, want: "?Inner"},
		{name: "nested members unread", changes: []string{"- groups/0/members"}, group: outer, want: "?Inner"},
		{name: "a nested group unread", changes: []string{members + `[{"@odata.type": "#microsoft.graph.group", "id": "{nobody}"}]`}, group: outer, want: "?" + nobody},
		{name: "a nested group unread, but in another", changes: []string{`groups/1/members/+ = {"@odata.type": "#microsoft.graph.group", "id": "{nobody}"}`}, group: outer, want: "true"},
		{name: "a nested group that is deleted", changes: []string{members + `[{"@odata.type": "#microsoft.graph.group", "id": "{gone}"}]`}, group: outer, want: "false"},
		{name: "a circle", changes: []string{`groups/2/members = [{"@odata.type": "#microsoft.graph.group", "id": "{outer}"}]`,
			members + `[{"@odata.type": "#microsoft.graph.group", "id": "{empty}"}]`}, group: outer, want: "false"},
		{name: "a group in itself", changes: []string{members + `[{"@odata.type": "#microsoft.graph.group", "id": "{outer}"}]`}, group: outer, want: "false"},
		{name: "two ways to it", changes: []string{`groups/2/members = [{"@odata.type": "#microsoft.graph.group", "id": "{inner}"}]`,
			`groups/1/members/+ = {"@odata.type": "#microsoft.graph.group", "id": "{empty}"}`}, group: outer, want: "true"},
		{name: "a member without a type that is a group", changes: []string{members + `[{"id": "{inner}"}]`}, group: outer, want: "true"},
		{name: "a member without a type that is a user", changes: []string{members + `[{"id": "{admin}"}]`}, group: outer, want: "false"},
		{name: "a member without a type that is an application", changes: []string{members + `[{"id": "{app}"}]`}, group: outer, want: "false"},
		{name: "a member without a type that is deleted", changes: []string{members + `[{"id": "{gone}"}]`}, group: outer, want: "false"},
		{name: "a member without a type that was not collected", changes: []string{members + `[{"id": "{nobody}"}]`}, group: outer, want: "?" + nobody},
		{name: "a member without a type that is no user", changes: []string{members + `[{"id": "{nobody}"}]`, `unreadable = {"users/{nobody}": {"status": 404}}`}, group: outer, want: "?" + nobody},
		{name: "a member of a type of tomorrow", changes: []string{members + `[{"@odata.type": "#microsoft.graph.superGroup", "id": "{nobody}"}]`}, group: outer, want: "?" + nobody},
		{name: "a type of tomorrow that is a group", changes: []string{members + `[{"@odata.type": "#microsoft.graph.superGroup", "id": "{inner}"}]`}, group: outer, want: "true"},
		{name: "a device", changes: []string{members + `[{"@odata.type": "#microsoft.graph.device", "id": "{nobody}"}]`}, group: outer, want: "false"},
		{name: "the list of groups refused", changes: []string{"- groups", `unreadable = {"groups": {"status": 403}}`}, group: outer, want: "?refused"},
		{name: "the list of groups not found", changes: []string{"- groups", `unreadable = {"groups": {"status": 404}}`}, group: outer, want: "?not collected"},
		{name: "memberships say yes", changes: []string{`users/0/transitiveMemberOf = [{"id": "{empty}"}]`}, group: empty, want: "true"},
		{name: "memberships say no", changes: []string{`users/0/transitiveMemberOf = []`}, group: outer, want: "false"},
		{name: "memberships refused, the group not collected", changes: []string{`unreadable = {"users/{ea}/transitiveMemberOf": {"status": 403, "code": "Authorization_RequestDenied"}}`},
			group: nobody, want: "?GroupMember.Read.All"},
		{name: "memberships refused, the group read", changes: []string{`unreadable = {"users/{ea}/transitiveMemberOf": {"status": 403}}`}, group: outer, want: "true"},
		{name: "memberships unread", changes: []string{`users/0/transitiveMemberOf = null`}, group: outer, want: "true"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, c.changes...)
			in, err := InGroup(s, user(t, s), c.group)
			if !matches(fmt.Sprint(in), err, c.want) || err != nil && in {
				t.Errorf("%v %v, want %s", in, err, c.want)
			}
		})
	}
}

func TestUsersIn(t *testing.T) {
	t.Parallel()
	const both = "[" + ea + " " + admin + "]"
	for _, c := range []struct {
		name    string
		changes []string
		group   string
		want    string
		open    bool
	}{
		{name: "direct", group: inner, want: "[" + ea + "]"},
		{name: "nested", group: outer, want: both},
		{name: "none", group: empty, want: "[]"},
		{name: "deleted", group: gone, want: "[]"},
		{name: "not collected", group: nobody, want: "[]", open: true},
		{name: "nested members unread", changes: []string{"- groups/0/members"}, group: outer, want: "[" + admin + "]", open: true},
		{name: "twice", changes: []string{"groups/1/members/+ = {userRef}"}, group: outer, want: both},
		{name: "a circle", changes: []string{`groups/0/members/+ = {"@odata.type": "#microsoft.graph.group", "id": "{outer}"}`}, group: outer, want: both},
		{name: "without types", changes: []string{`groups/1/members = [{"id": "{inner}"}, {"id": "{admin}"}, {"id": "{app}"}, {"id": "{gone}"}]`}, group: outer, want: both},
		{name: "without a type and not collected", changes: []string{`groups/1/members = [{"id": "{nobody}"}]`}, group: outer, want: "[" + nobody + "]", open: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ids, err := UsersIn(edited(t, c.changes...), c.group)
			if fmt.Sprint(ids) != c.want || (err != nil) != c.open {
				t.Errorf("%v %v, want %s", ids, err, c.want)
			}
		})
	}
}

// TestKindsOfMembers walks the types of Microsoft Graph's pages on the members of a group
// and on directory objects: which are users, which are groups, and which neither.
// https://learn.microsoft.com/graph/api/group-list-members
// https://learn.microsoft.com/graph/api/resources/directoryobject
func TestKindsOfMembers(t *testing.T) {
	t.Parallel()
	const user, group, neither, unknown = "[" + nobody + "] <nil>", "[" + ea + "] <nil>", "[] <nil>", "[" + nobody + "] "
	for odataType, want := range map[string]string{
		"user": user, "agentUser": user, "group": group,
		"servicePrincipal": neither, "agentIdentity": neither, "agentIdentityBlueprintPrincipal": neither, "device": neither, "orgContact": neither,
		"application": neither, "agentIdentityBlueprint": neither, "administrativeUnit": neither, "directoryRole": neither, "directoryRoleTemplate": neither,
		"appRoleAssignment": neither, "externalProfile": neither, "externalUserProfile": neither, "pendingExternalUserProfile": neither, "contract": neither, "organization": neither,
		"robot": unknown, "": unknown,
	} {
		id := nobody
		if want == group {
			id = inner
		}
		typed := `"@odata.type": "#microsoft.graph.` + odataType + `", `
		if odataType == "" {
			typed = ""
		}
		ids, err := UsersIn(edited(t, `groups/1/members = [{`+typed+`"id": "`+id+`"}]`), outer)
		if got := fmt.Sprint(ids, " ", err); got != want && !(want == unknown && err != nil && strings.HasPrefix(got, want)) {
			t.Errorf("%s: %s, want %s", odataType, got, want)
		}
	}
}

// TestWay holds which groups are on the way to the account, in whatever order Graph lists
// the members: groups may hold each other.
func TestWay(t *testing.T) {
	t.Parallel()
	member := func(id string) string { return `{"@odata.type": "#microsoft.graph.group", "id": "` + id + `"}` }
	members := func(group string, ids ...string) string {
		var list []string
		for _, id := range ids {
			if id == ea {
				list = append(list, `{"@odata.type": "#microsoft.graph.user", "id": "`+ea+`"}`)
			} else {
				list = append(list, member(id))
			}
		}
		return group + "/members = [" + strings.Join(list, ", ") + "]"
	}
	const innerGroup, outerGroup, emptyGroup = "groups/0", "groups/1", "groups/2"
	for _, c := range []struct {
		name    string
		changes []string
		group   string
		want    []string
		open    bool
	}{
		{name: "direct", group: inner, want: []string{inner}},
		{name: "nested", group: outer, want: []string{inner, outer}},
		{name: "in capitals", group: strings.ToUpper(outer), want: []string{strings.ToUpper(outer), inner}},
		{name: "not in it", group: empty},
		{name: "two groups that hold each other", group: outer, want: []string{inner, outer, empty},
			changes: []string{members(outerGroup, inner, empty), members(innerGroup, empty, ea), members(emptyGroup, inner)}},
		{name: "in the other order", group: outer, want: []string{inner, outer, empty},
			changes: []string{members(outerGroup, empty, inner), members(innerGroup, ea, empty), members(emptyGroup, inner)}},
		{name: "a group that holds the one above it", group: outer, want: []string{inner, outer, empty},
			changes: []string{members(outerGroup, empty, inner), members(innerGroup, ea), members(emptyGroup, outer)}},
		{name: "a circle that leads nowhere", group: outer, changes: []string{members(outerGroup, empty), members(emptyGroup, outer)}},
		{name: "in itself", group: inner, want: []string{inner}, changes: []string{members(innerGroup, inner, ea)}},
		{name: "twice", group: outer, want: []string{inner, outer}, changes: []string{members(outerGroup, inner, inner, ea)}},
		{name: "a member that was not collected", group: outer, want: []string{inner, outer}, open: true, changes: []string{members(outerGroup, inner, nobody)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, c.changes...)
			way, err := Way(s, user(t, s), c.group)
			want := slices.Sorted(slices.Values(c.want))
			if !slices.Equal(way, want) || (err != nil) != c.open {
				t.Errorf("%v %v, want %v", way, err, want)
			}
		})
	}
}
