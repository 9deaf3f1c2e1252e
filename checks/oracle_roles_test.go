package checks_test

import "slices"

import "strings"

// Ids of roles: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
const (
	globalAdministrator  = "62e90394-69f5-4237-9190-012177145e10"
	privilegedRole       = "e8611ab8-c189-46e8-94e1-60213ab1f814"
	privilegedAuth       = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
	partnerTier2         = "e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8"
	conditionalAccess    = "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"
	authenticationPolicy = "0526716b-113d-4c15-b2c8-68e3c22b9f80"
	cloudApplication     = "158c047a-c907-4556-b7ef-446551a6b5f7"
	globalReader         = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
	reportsReader        = "4a5d8f65-41da-4de4-8968-e035b65339cf"
	customRole           = "99999999-0000-4000-8000-000000000001" // made up: on no list of Microsoft's
)

const (
	assignments   = "roleAssignments"
	instances     = "roleAssignmentScheduleInstances"
	eligibilities = "roleEligibilityScheduleInstances"
	memberships   = "groupAssignmentScheduleInstances"
	eligibleIn    = "groupEligibilityScheduleInstances"
)

// gives says whether a row gives a role in the whole tenant.
func gives(row object, role string) truth {
	return both(is(row, "roleDefinitionId", role), is(row, "directoryScopeId", "/"))
}

// assigned says whether a list of rows gives somebody a role. Where the list was
// not read, it may.
func (t *oracle) assigned(key, principal, role string) truth {
	if _, read := list(t.file, key); !read && !t.noP2(key) {
		return unclear
	}
	return t.rows(key, principal, role)
}

func (t *oracle) rows(key, principal, role string) truth {
	all, _ := list(t.file, key)
	found := no
	for _, row := range all {
		found = either(found, both(is(row, "principalId", principal), gives(row, role)))
	}
	return found
}

// activeItself says whether somebody is assigned a role, not through a group:
// either list is enough for yes, and roleAssignments for no.
func (t *oracle) activeItself(principal, role string) truth {
	if t.rows(instances, principal, role) == yes {
		return yes
	}
	return t.assigned(assignments, principal, role)
}

// principals are the ids that rows name, in small letters, each once; "" stands
// for one that was not read.
func (t *oracle) principals(keys ...string) []string {
	seen := map[string]bool{}
	var all []string
	for _, key := range keys {
		rows, _ := list(t.file, key)
		for _, row := range rows {
			if id := lower(row["principalId"]); !seen[id] {
				seen[id] = true
				all = append(all, id)
			}
		}
	}
	return all
}

// memberForRole says whether somebody is a member of what may be a group that
// holds a role: its own members only, as Entra nests no groups there.
func (t *oracle) memberForRole(id, group string) truth {
	kind := t.kind(group)
	if group != "" && kind != "group" && kind != "" || id == group {
		return no
	}
	found := unclear
	if kind == "group" {
		found = t.directIn(id, group, false)
	}
	u, _ := t.user(id)
	if _, read := list(u, "transitiveMemberOf"); read && found == unclear && group != "" {
		found = t.inGroup(id, group) // a role-assignable group has no nested groups
	}
	return found
}

// active says whether somebody holds a role now, in the whole tenant.
func (t *oracle) active(id, role string) truth {
	found := t.activeItself(id, role)
	for _, group := range t.principals(assignments, instances) {
		holds := unclear
		if group != "" {
			holds = t.activeItself(group, role)
		} else {
			holds = t.unnamed(role, assignments)
		}
		found = either(found, both(holds, t.memberForRole(id, group)))
	}
	return found
}

// unnamed says whether a row whose principal was not read may give the role.
func (t *oracle) unnamed(role string, keys ...string) truth {
	found := no
	for _, key := range keys {
		rows, _ := list(t.file, key)
		for _, row := range rows {
			if lower(row["principalId"]) == "" {
				found = either(found, both(unclear, gives(row, role)))
			}
		}
	}
	return found
}

// eligible says whether somebody may activate a role: is eligible, is in a group
// that is, or is an eligible member of a group that holds it or may.
func (t *oracle) eligible(id, role string) truth {
	found := t.assigned(eligibilities, id, role)
	for _, group := range t.principals(assignments, instances, eligibilities) {
		activeGroup, eligibleGroup := unclear, unclear
		if group != "" {
			activeGroup, eligibleGroup = t.activeItself(group, role), t.assigned(eligibilities, group, role)
		} else {
			activeGroup, eligibleGroup = t.unnamed(role, assignments), t.unnamed(role, eligibilities)
		}
		found = either(found, both(eligibleGroup, t.memberForRole(id, group)))
		found = either(found, both(either(activeGroup, eligibleGroup), t.eligibleMember(id, group, nil)))
	}
	return found
}

// eligibleMember says whether somebody may activate membership of a group. Who is
// in a group that is an eligible member may, and so may who can get into that:
// https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups
func (t *oracle) eligibleMember(id, group string, seen []string) truth {
	if kind := t.kind(group); group != "" && kind != "group" && kind != "" {
		return no
	}
	rows, read := list(t.file, eligibleIn)
	found := truthOf(false)
	if !read && !t.noP2(eligibleIn) {
		found = unclear
	}
	if status, _ := t.answer("groups/" + group + "/" + eligibleIn); status != 0 {
		found = unclear
	}
	if slices.Contains(seen, group) {
		return no
	}
	for _, row := range rows {
		which := unclear
		if group != "" {
			which = is(row, "groupId", group)
		}
		here := both(word(row, "accessId", "member", "member", "owner"), which)
		principal := lower(row["principalId"])
		mine := is(row, "principalId", id)
		if kind := t.kind(principal); principal != "" && principal != id && (kind == "group" || kind == "") {
			mine = either(mine, either(t.inGroup(id, principal), t.eligibleMember(id, principal, append(seen, group))))
		}
		found = either(found, both(here, mine))
	}
	return found
}

// regular says whether a user is a regular administrator.
func (t *oracle) regular(id string) truth {
	return both(not(t.isAccount(id)), either(t.active(id, globalAdministrator), t.eligible(id, globalAdministrator)))
}

// lasting says whether Global Administrator is assigned to somebody, not through
// a group, with no end.
func (t *oracle) lasting(principal string) truth {
	holds := t.rows(assignments, principal, globalAdministrator)
	if t.noP2(instances) {
		return holds
	}
	rows, read := list(t.file, instances)
	if !read {
		return both(unclear, t.assigned(assignments, principal, globalAdministrator))
	}
	found, listed := no, no
	for _, row := range rows {
		here := both(is(row, "principalId", principal), gives(row, globalAdministrator))
		listed = either(listed, here)
		forever := both(word(row, "assignmentType", "Assigned", "Assigned", "Activated"), isNull(row, "endDateTime"))
		if word(row, "memberType", "Direct", "Direct") != yes { // the row may tell of a group's assignment
			forever = both(forever, unclear)
		}
		found = either(found, both(here, forever))
	}
	if listed != yes && holds != no { // the lists contradict each other, or one was not read in full
		found = either(found, unclear)
	}
	return found
}

func isNull(o object, key string) truth {
	value, there := o[key]
	if !there {
		return unclear
	}
	return truthOf(value == nil)
}

// permanent says whether somebody holds Global Administrator with no end.
func (t *oracle) permanent(id string) truth {
	if holds := t.active(id, globalAdministrator); holds != yes {
		return holds
	}
	found := both(t.lasting(id), t.activeItself(id, globalAdministrator))
	for _, group := range t.principals(assignments, instances) {
		lasting := t.unnamed(globalAdministrator, assignments)
		if group != "" {
			lasting = both(t.lasting(group), t.activeItself(group, globalAdministrator))
		}
		found = either(found, both(lasting, both(t.memberForRole(id, group), t.memberForever(id, group))))
	}
	return found
}

// memberForever says whether a membership has no end: PIM for Groups lists those
// of the groups that it manages.
func (t *oracle) memberForever(id, group string) truth {
	if t.noP2(memberships) {
		return yes
	}
	rows, read := list(t.file, memberships)
	if status, _ := t.answer("groups/" + group + "/" + memberships); !read || status != 0 {
		return unclear
	}
	managed, mine, forever := no, no, no
	for _, row := range rows {
		here := is(row, "groupId", group)
		managed = either(managed, here)
		here = both(here, both(word(row, "accessId", "member", "member", "owner"), is(row, "principalId", id)))
		mine = either(mine, here)
		lasting := both(word(row, "assignmentType", "assigned", "assigned", "activated"), isNull(row, "endDateTime"))
		if word(row, "memberType", "direct", "direct") != yes {
			lasting = both(lasting, unclear)
		}
		forever = either(forever, both(here, lasting))
	}
	switch {
	case mine == yes:
		return forever
	case mine == unclear:
		return unclear
	case managed == no:
		return yes // PIM does not manage the group
	default:
		return unclear // it does, and does not list a member that the group has
	}
}

// builtIn are the roles that policies here name; Conditional Access knows
// Microsoft's own roles only.
func builtIn(role string) bool { return !strings.EqualFold(role, customRole) }
