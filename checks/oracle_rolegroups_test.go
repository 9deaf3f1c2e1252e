package checks_test

import "slices"

// judgeRoleGroups judges the groups that hold Global Administrator or are eligible
// for it.
func (t *oracle) judgeRoleGroups(e expectations) {
	groups, _ := list(t.file, "groups")
	for _, g := range groups {
		id := lower(g["id"])
		holds := either(t.activeItself(id, globalAdministrator), t.assigned(eligibilities, id, globalAdministrator))
		if holds == no {
			continue
		}
		answer := both(not(on(g, "onPremisesSyncEnabled")), t.joinersTrusted(id))
		owners, read := list(g, "owners")
		if !read {
			answer = both(answer, unclear)
		}
		for _, o := range owners {
			answer = both(answer, t.trusted(o))
		}
		e.put("role-group-protected", id, doubtful(holds, []string{statusOf(answer)}))
	}
}

// joinersTrusted says whether whoever is in a group that is an eligible member, or can
// become an owner, is an account or a regular administrator.
func (t *oracle) joinersTrusted(group string) truth {
	rows, read := list(t.file, eligibleIn)
	answer := truthOf(read || t.noP2(eligibleIn))
	if answer == no {
		answer = unclear
	}
	for _, row := range rows {
		here := both(is(row, "groupId", group), word(row, "accessId", "member", "member", "owner"))
		principal := lower(row["principalId"])
		trusted := yes
		switch t.kind(principal) {
		case "group":
			trusted = t.each(principal, func(m object) truth { return either(t.isAccount(lower(m["id"])), t.holdsAnyway(lower(m["id"]))) })
		case "":
			trusted = unclear
		}
		answer = both(answer, either(not(here), trusted))
		owner := both(is(row, "groupId", group), word(row, "accessId", "owner", "member", "owner"))
		trusted = t.trusted(member("user", principal))
		switch t.kind(principal) {
		case "group":
			trusted = t.each(principal, t.trusted)
		case "":
			trusted = unclear
		}
		answer = both(answer, either(not(owner), trusted))
	}
	return answer
}

// each says whether something holds of every user and every application in a group.
func (t *oracle) each(group string, of func(m object) truth) truth {
	answer := yes
	for _, id := range t.reachable(group) {
		g, ok := t.find("groups", id)
		members, read := list(g, "members")
		if !read && (ok || t.kind(id) == "") {
			answer = both(answer, unclear)
		}
		for _, m := range members {
			if kind := memberType(m); kind != "group" && !slices.Contains([]string{"device", "orgcontact"}, kind) {
				answer = both(answer, of(m))
			}
		}
	}
	return answer
}

// holdsAnyway says whether somebody gets Global Administrator without joining a group
// through another one.
func (t *oracle) holdsAnyway(id string) truth {
	found := either(t.activeItself(id, globalAdministrator), t.assigned(eligibilities, id, globalAdministrator))
	rows, read := list(t.file, eligibleIn)
	for _, group := range t.principals(assignments, instances, eligibilities) {
		holds := either(t.unnamed(globalAdministrator, assignments), t.unnamed(globalAdministrator, eligibilities))
		if group != "" {
			holds = either(t.activeItself(group, globalAdministrator), t.assigned(eligibilities, group, globalAdministrator))
		}
		in := t.memberForRole(id, group)
		if !read && !t.noP2(eligibleIn) {
			in = either(in, unclear)
		}
		for _, row := range rows {
			here := both(word(row, "accessId", "member", "member", "owner"), is(row, "groupId", group))
			in = either(in, both(here, is(row, "principalId", id)))
		}
		found = either(found, both(holds, in))
	}
	return found
}
