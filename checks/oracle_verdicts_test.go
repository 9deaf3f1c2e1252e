package checks_test

import (
	"slices"
	"strings"
)

// An expectation is what a check may say about one subject. Unless it is certain,
// the program may also say nothing of the subject.
type expectation struct {
	certain bool
	allowed []string
}

// expectations are by check, then by subject: an object id in small letters, a
// declared text, or “tenant”.
type expectations map[string]map[string]expectation

func (e expectations) say(check, subject string, allowed ...string) {
	e.put(check, subject, expectation{true, allowed})
}

func (e expectations) put(check, subject string, one expectation) {
	if e[check] == nil {
		e[check] = map[string]expectation{}
	}
	e[check][subject] = one
}

const (
	passes        = "pass"
	fails         = "fail"
	unknown       = "unknown"
	notApplicable = "not-applicable"
	theTenant     = "tenant"
)

func statusOf(answer truth) string { return [...]string{fails, unknown, passes}[answer] }

// judge says what each check must say.
func (t *oracle) judge() expectations {
	e := expectations{}
	t.judgeDeclarations(e)
	t.judgeCounts(e)
	for _, account := range t.accounts() {
		id := lower(account["id"])
		e.say("role-global-admin", id, statusOf(t.active(id, globalAdministrator)))
		e.say("role-permanent", id, statusOf(t.permanent(id)))
		t.judgeExcluded(e, id)
		t.judgeReportOnly(e, id)
	}
	t.judgeAdministrators(e)
	t.judgeGroups(e)
	t.judgeRoleGroups(e)
	t.judgeApplications(e)
	return e
}

func (t *oracle) judgeDeclarations(e expectations) {
	least, most, open := 0, 0, false
	counted := map[string]bool{}
	for _, account := range t.accounts() {
		id := lower(account["id"])
		counted[id] = true
		e.say("account-enabled", id, statusOf(known(account, "accountEnabled")))
		if enabled := known(account, "accountEnabled"); enabled == yes {
			least, most = least+1, most+1
		} else if enabled == unclear {
			most++
		}
	}
	for _, d := range t.settings.accounts {
		if d.Group != "" {
			open = t.judgeDeclaredGroup(e, d.Group) || open
			for _, id := range t.people() {
				if _, collected := t.user(id); !collected && t.inDeclared(id, d.Group) && !t.gone(id) && !counted[id] {
					most, counted[id] = most+1, true // a person, of whom nothing is known
				}
			}
			continue
		}
		if u, ok := t.declared(d.User); ok {
			e.say("account-exists", lower(u["id"]), passes)
			continue
		}
		if status, _ := t.answer("users/" + d.User); status == 404 || t.gone(d.User) {
			e.say("account-exists", strings.ToLower(d.User), fails)
			continue
		}
		e.say("account-exists", strings.ToLower(d.User), unknown)
		if !counted[strings.ToLower(d.User)] {
			most, counted[strings.ToLower(d.User)] = most+1, true
		}
	}
	switch {
	case least >= 2:
		e.say("account-count", theTenant, passes)
	case most >= 2 || open:
		e.say("account-count", theTenant, unknown)
	case most < 1:
		e.say("account-count", theTenant, "fail critical")
	case least == 1:
		e.say("account-count", theTenant, "fail high")
	default:
		e.say("account-count", theTenant, "fail critical", "fail high")
	}
}

// judgeDeclaredGroup says what must be said of a declared group itself, and
// whether there may be accounts that nobody knows.
func (t *oracle) judgeDeclaredGroup(e expectations, group string) bool {
	open, any := false, false
	for _, id := range t.reachable(group) {
		if _, ok := t.find("groups", id); !ok {
			if status, _ := t.answer("groups/" + id); t.kind(id) == "" && status != 404 {
				open = true
			}
			continue
		}
		g, _ := t.find("groups", id)
		members, read := list(g, "members")
		open = open || !read
		for _, m := range members {
			kind := memberType(m)
			switch {
			case slices.Contains(userTypes, kind):
				any = any || !t.gone(lower(m["id"]))
			case kind != "group" && !slices.Contains(holdsNobody, kind):
				open = true
			}
		}
	}
	switch {
	case open:
		e.say("account-exists", strings.ToLower(group), unknown)
	case !any:
		e.say("account-exists", strings.ToLower(group), fails)
	default:
		e.say("account-exists", strings.ToLower(group), passes)
	}
	return open
}

// inDeclared says whether somebody is in a declared group.
func (t *oracle) inDeclared(id, group string) bool {
	return slices.ContainsFunc(t.reachable(group), func(g string) bool { return t.directIn(id, g, false) == yes })
}

// known is a Boolean property for which null is no answer.
func known(o object, key string) truth {
	value, isBool := o[key].(bool)
	if !isBool {
		return unclear
	}
	return truthOf(value)
}

// judgeCounts judges how many hold Global Administrator, and whether anybody does
// for good.
func (t *oracle) judgeCounts(e expectations) {
	open := t.rolesOpen()
	least, most, someone := 0, 0, no
	if t.holdersOpen() {
		someone = unclear
	}
	for _, id := range t.people() {
		if t.gone(id) {
			continue
		}
		u, collected := t.user(id)
		enabled := unclear
		if collected {
			enabled = known(u, "accountEnabled")
		}
		someone = either(someone, both(enabled, t.permanent(id)))
		switch t.regular(id) {
		case yes:
			least, most = least+1, most+1
		case unclear:
			most++
		default:
		}
	}
	e.say("role-someone-active", theTenant, statusOf(someone))
	switch {
	case least > t.settings.limit:
		e.say("role-few-global-admins", theTenant, fails)
	case open || most > t.settings.limit:
		e.say("role-few-global-admins", theTenant, unknown)
	default:
		e.say("role-few-global-admins", theTenant, passes)
	}
}

// people are the ids of everybody who was collected or is a member of a group.
func (t *oracle) people() []string {
	var all []string
	add := func(id string) {
		if id != "" && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	for _, u := range t.users() {
		add(lower(u["id"]))
	}
	groups, _ := list(t.file, "groups")
	for _, g := range groups {
		members, _ := list(g, "members")
		for _, m := range members {
			if slices.Contains(userTypes, memberType(m)) {
				add(lower(m["id"]))
			}
		}
	}
	return all
}

// rolesOpen reports whether somebody may hold Global Administrator, or be able to
// activate it, whom nobody knows.
func (t *oracle) rolesOpen() bool {
	for _, key := range []string{assignments, eligibilities} {
		if _, read := list(t.file, key); !read && !t.noP2(key) {
			return true
		}
	}
	for _, id := range t.principals(assignments, instances, eligibilities) {
		holds := either(t.unnamed(globalAdministrator, assignments, eligibilities), no)
		if id != "" {
			holds = either(t.activeItself(id, globalAdministrator), t.assigned(eligibilities, id, globalAdministrator))
		}
		if holds != no && (id == "" || t.holderOpen(id, nil)) {
			return true
		}
	}
	return false
}

// holdersOpen reports whether somebody whom nobody knows may hold Global
// Administrator now.
func (t *oracle) holdersOpen() bool {
	if _, read := list(t.file, assignments); !read {
		return true
	}
	return slices.ContainsFunc(t.principals(assignments, instances), func(id string) bool {
		if id == "" {
			return t.unnamed(globalAdministrator, assignments) != no
		}
		g, ok := t.find("groups", id)
		members, read := list(g, "members")
		stranger := slices.ContainsFunc(members, func(m object) bool { return !t.wellKnown(m) })
		return t.activeItself(id, globalAdministrator) != no && (ok && (!read || stranger) || t.kind(id) == "" || t.elsewhere(id))
	})
}

// holderOpen reports whether it is not known who gets a role through its holder.
func (t *oracle) holderOpen(id string, seen []string) bool {
	switch t.kind(id) {
	case "user", "application":
		return false
	case "nobody":
		return t.elsewhere(id)
	case "":
		return true
	}
	g, _ := t.find("groups", id)
	members, read := list(g, "members")
	if !read || slices.ContainsFunc(members, func(m object) bool { return !t.wellKnown(m) }) || slices.Contains(seen, id) {
		return !slices.Contains(seen, id)
	}
	rows, read := list(t.file, eligibleIn)
	if status, _ := t.answer("groups/" + id + "/" + eligibleIn); !read && !t.noP2(eligibleIn) || status != 0 {
		return true
	}
	for _, row := range rows {
		if both(is(row, "groupId", id), word(row, "accessId", "member", "member", "owner")) == no {
			continue
		}
		principal := lower(row["principalId"])
		if principal == "" || t.nestedOpen(principal, append(seen, id)) {
			return true
		}
	}
	return false
}

// nestedOpen is holderOpen for a group that is an eligible member, whose nested
// members may activate as well.
func (t *oracle) nestedOpen(id string, seen []string) bool {
	for _, group := range t.reachable(id) {
		if status, _ := t.answer("groups/" + group); group != id && status == 404 {
			continue
		}
		if t.holderOpen(group, seen) {
			return true
		}
	}
	return false
}

func (t *oracle) wellKnown(m object) bool {
	kind := memberType(m)
	return kind == "group" || slices.Contains(userTypes, kind) || slices.Contains(holdsNobody, kind)
}
