package checks_test

import (
	"slices"
	"strings"
)

// inScope says whether a policy is in a state, restricts and applies to somebody. For
// the profile, one that demands what is retired counts too, and with that of 2025 one
// that a credential satisfies does not.
func (t *oracle) inScope(p object, state, id string, profile bool) truth {
	counts := restricting(p)
	if profile {
		counts = either(counts, demandedOnce(p))
	}
	answer := both(inState(p, state), both(counts, t.applies(p, id)))
	if profile && t.settings.resistant {
		answer = both(answer, not(t.satisfied(p, id)))
	}
	return answer
}

func (t *oracle) judgeExcluded(e expectations, id string) {
	all, read := t.policies()
	found := no
	if !read {
		found = unclear
	}
	surely, perhaps := yes, yes // what credentials satisfy, of policies that apply and of those that may
	for _, p := range all {
		answer := t.inScope(p, enforced, id, true)
		found = either(found, answer)
		switch answer {
		case yes:
			surely = both(surely, t.satisfied(p, id))
		case unclear:
			perhaps = both(perhaps, t.satisfied(p, id))
		case no: // it asks nothing of the account
		}
	}
	allowed := []string{statusOf(not(found))}
	if found == yes {
		allowed = []string{"fail medium"}
		if surely != yes {
			allowed = []string{"fail critical"} // what is unclear is the worst that it can be
		} else if perhaps != yes || !read {
			allowed = append(allowed, "fail critical")
		}
	}
	e.say("policy-excluded", id, allowed...)
}

func (t *oracle) judgeReportOnly(e expectations, id string) {
	all, read := t.policies()
	found, managed := no, no
	if !read {
		found = unclear
	}
	severities := []string{}
	for _, p := range all {
		answer := t.inScope(p, reportOnly, id, false)
		found = either(found, answer)
		name, there := p["displayName"].(string)
		own := truthOf(strings.HasPrefix(name, "Microsoft-managed:"))
		if !there {
			own = unclear
		}
		managed = either(managed, both(answer, own))
	}
	switch managed {
	case yes:
		severities = append(severities, "fail medium")
	case no:
		severities = append(severities, "fail low")
	default:
		severities = append(severities, "fail low", "fail medium")
	}
	if found == yes {
		e.say("policy-report-only", id, severities...)
		return
	}
	e.say("policy-report-only", id, statusOf(not(found)))
}

// judgeAdministrators judges each regular administrator.
func (t *oracle) judgeAdministrators(e expectations) {
	for _, u := range t.users() {
		id := lower(u["id"])
		is := both(t.regular(id), known(u, "accountEnabled"))
		if is == no {
			continue
		}
		t.judgeOthersExcluded(e, id, is)
		if is = both(is, t.permanent(id)); is != no {
			t.judgeUndeclared(e, id, is)
		}
	}
}

func (t *oracle) judgeOthersExcluded(e expectations, id string, is truth) {
	all, read := t.policies()
	targeted, freed, targetsAny := no, no, no
	if !read {
		targeted, freed, targetsAny = unclear, unclear, unclear
	}
	for _, p := range all {
		counts := both(inState(p, enforced), both(restricting(p), atSignIn(p)))
		here := both(counts, t.named(p, "include", id))
		targeted = either(targeted, here)
		targetsAny = either(targetsAny, both(counts, t.namesAdministrators(p)))
		freed = either(freed, both(here, t.sharedExclusion(p, id)))
	}
	var allowed []string
	switch {
	case freed != no:
		allowed = []string{statusOf(not(freed))}
	case targeted == yes:
		allowed = []string{passes}
	case targeted == unclear:
		allowed = []string{passes, notApplicable, unknown} // nobody is freed either way
	case targetsAny != no:
		allowed = []string{passes, notApplicable}
	default:
		allowed = []string{notApplicable}
	}
	e.put("policy-others-excluded", id, doubtful(is, allowed))
}

// doubtful weakens what is expected of a subject that may be none.
func doubtful(is truth, allowed []string) expectation {
	if is == unclear {
		if slices.Contains(allowed, unknown) || slices.ContainsFunc(allowed, func(s string) bool { return strings.HasPrefix(s, fails) }) {
			return expectation{false, []string{unknown}}
		}
		return expectation{false, append(allowed, unknown)}
	}
	return expectation{true, allowed}
}

// namesAdministrators says whether a policy includes any regular administrator.
func (t *oracle) namesAdministrators(p object) truth {
	found := no
	if t.rolesOpen() {
		found = unclear // there may be others
	}
	for _, u := range t.users() {
		id := lower(u["id"])
		found = either(found, both(t.regular(id), t.named(p, "include", id)))
	}
	return found
}

// sharedExclusion says whether one exclusion of a policy lets out an administrator
// and an account.
func (t *oracle) sharedExclusion(p object, id string) truth {
	conditions, _ := inner(p, "conditions")
	users, read := inner(conditions, "users")
	if !read {
		return unclear
	}
	found := no
	others := func(of func(id string) truth) {
		mine := of(id)
		for _, u := range t.users() {
			other := lower(u["id"])
			if other != id {
				found = either(found, both(mine, both(t.isAccount(other), of(other))))
			}
		}
	}
	groups, groupsRead := texts(users, "excludeGroups")
	for _, group := range groups {
		others(func(id string) truth { return t.inGroup(id, group) })
	}
	roles, rolesRead := texts(users, "excludeRoles")
	for _, role := range roles {
		if builtIn(role) {
			others(func(id string) truth { return t.active(id, role) })
		}
	}
	others(func(id string) truth { return both(t.namedAsGuest(users, "exclude", id), t.guest(id)) })
	named, _ := texts(users, "excludeUsers")
	if slices.Contains(named, "guestsorexternalusers") {
		others(t.guest)
	}
	if (!groupsRead || !rolesRead) && len(t.accounts()) > 0 {
		found = either(found, unclear)
	}
	return found
}

func (t *oracle) judgeUndeclared(e expectations, id string, is truth) {
	all, read := t.policies()
	inside, any := no, no
	if !read {
		inside, any = unclear, unclear
	}
	for _, p := range all {
		counts := both(both(inState(p, enforced), restricting(p)), both(atSignIn(p), not(risky(p))))
		any = either(any, both(counts, t.namesAdministrators(p)))
		inside = either(inside, both(counts, t.applies(p, id)))
	}
	allowed := []string{statusOf(inside)}
	if inside == no {
		switch any {
		case no:
			allowed = []string{notApplicable}
		case unclear:
			allowed = []string{notApplicable, unknown}
		default:
		}
	}
	e.put("account-undeclared", id, doubtful(is, allowed))
}

// judgeGroups judges the groups that let an account out of a policy, and those on
// the way to it.
func (t *oracle) judgeGroups(e expectations) {
	subjects := map[string]truth{}
	all, _ := t.policies()
	for _, p := range all {
		conditions, _ := inner(p, "conditions")
		users, _ := inner(conditions, "users")
		groups, _ := texts(users, "excludeGroups")
		state := either(inState(p, enforced), inState(p, reportOnly))
		for _, group := range groups {
			for _, account := range t.users() {
				id := lower(account["id"])
				for _, on := range t.reachable(group) {
					subjects[on] = either(subjects[on], both(both(state, t.isAccount(id)), both(t.inGroup(id, group), t.inGroup(id, on))))
				}
			}
		}
	}
	for group, is := range subjects {
		g, ok := t.find("groups", group)
		if is == no || !ok && t.kind(group) != "" {
			continue
		}
		e.put("policy-group-protected", group, doubtful(is, []string{statusOf(t.protected(g))}))
		e.put("policy-group-members", group, doubtful(is, []string{statusOf(t.onlyAccounts(group))}))
	}
}

func (t *oracle) protected(g object) truth {
	types, typesRead := texts(g, "groupTypes")
	dynamic := truthOf(slices.Contains(types, "dynamicmembership"))
	if !typesRead {
		dynamic = unclear
	}
	answer := both(either(on(g, "isAssignableToRole"), on(g, "isManagementRestricted")), both(not(dynamic), not(on(g, "onPremisesSyncEnabled"))))
	owners, read := list(g, "owners")
	if !read {
		answer = both(answer, unclear)
	}
	for _, o := range owners {
		answer = both(answer, t.trusted(o))
	}
	return answer
}

// trusted says whether an owner or a member is an account or a regular administrator.
func (t *oracle) trusted(o object) truth {
	if kind := memberType(o); !slices.Contains(userTypes, kind) {
		return both(unclear, truthOf(kind != "group" && !slices.Contains(holdsNobody, kind)))
	}
	id := lower(o["id"])
	return either(t.isAccount(id), either(t.active(id, globalAdministrator), t.eligible(id, globalAdministrator)))
}

// onlyAccounts says whether every user in a group is an account.
func (t *oracle) onlyAccounts(group string) truth {
	answer := yes
	for _, id := range t.reachable(group) {
		g, ok := t.find("groups", id)
		if !ok {
			if status, _ := t.answer("groups/" + id); t.kind(id) == "" && status != 404 {
				answer = both(answer, unclear)
			}
			continue
		}
		members, read := list(g, "members")
		if !read {
			answer = both(answer, unclear)
		}
		for _, m := range members {
			switch kind := memberType(m); {
			case slices.Contains(userTypes, kind):
				answer = both(answer, t.isAccount(lower(m["id"])))
			case !t.wellKnown(m):
				answer = both(answer, unclear)
			}
		}
	}
	return answer
}
