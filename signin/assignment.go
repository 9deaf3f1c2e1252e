package signin

import (
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// includesUser says through what the policy includes the user: nothing if it
// does not, or if it excludes the user, and then through what. Exclusion wins, unless
// it is disregarded.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
func includesUser(s tenant.Snapshot, u tenant.User, c tenant.Conditions, disregard bool) (included, excluded text.Text, err error) {
	users, err := c.People()
	if err != nil {
		return included, excluded, err
	}
	var excludeErr error
	if !disregard {
		excluded, excludeErr = listed(s, u, assignment{users.ExcludeUsers, users.ExcludeGroups, users.ExcludeRoles, users.ExcludeGuests})
		if !excluded.IsZero() {
			return included, excluded, nil
		}
	}
	included, includeErr := listed(s, u, assignment{users.IncludeUsers, users.IncludeGroups, users.IncludeRoles, users.IncludeGuests})
	unknown := unknownProperties("the users", users.Other)
	if included.IsZero() {
		return included, excluded, join(includeErr, unknown)
	}
	return included, excluded, join(excludeErr, unknown)
}

// An assignment is one side of a policy's users: the included or the excluded.
type assignment struct {
	users, groups, roles tenant.Fact[[]string]
	guests               tenant.Fact[*tenant.GuestsOrExternalUsers]
}

// listed says through what an assignment holds the user; the error, if nothing
// certainly does, what is missing to tell.
func listed(s tenant.Snapshot, u tenant.User, a assignment) (text.Text, error) {
	var open error
	for _, part := range []func() (text.Text, error){
		func() (text.Text, error) { return listedUser(u, a.users) },
		func() (text.Text, error) { return listedGroup(s, u, a.groups) },
		func() (text.Text, error) { return listedRole(s, u, a.roles) },
		func() (text.Text, error) { return listedGuest(u, a.guests) },
	} {
		through, err := part()
		if !through.IsZero() {
			return through, nil
		}
		open = join(open, err)
	}
	return text.Text{}, open
}

func listedUser(u tenant.User, list tenant.Fact[[]string]) (text.Text, error) {
	ids, err := tenant.ListOf(list)
	if err != nil {
		return text.Text{}, err
	}
	var open error
	for _, id := range slices.Sorted(slices.Values(ids)) {
		switch {
		case strings.EqualFold(id, "All"):
			return say("all users"), nil
		case strings.EqualFold(id, u.ID):
			return say("the account itself"), nil
		case strings.EqualFold(id, "GuestsOrExternalUsers"):
			guest, err := isGuest(u)
			if guest {
				return say("guests and external users"), nil
			}
			open = join(open, err)
		case strings.EqualFold(id, "None"), strings.EqualFold(id, allAgentUsers):
		case !tenant.IsObjectID(id):
			open = join(open, notKnown(say("the users hold %q, which is not known", id), id))
		}
	}
	return text.Text{}, open
}

// allAgentUsers stands for the accounts of agents that act as users, and for no person.
// https://learn.microsoft.com/entra/agent-id/disable-agent-identities
const allAgentUsers = "AllAgentIdUsers"

func listedGroup(s tenant.Snapshot, u tenant.User, list tenant.Fact[[]string]) (text.Text, error) {
	ids, err := tenant.ListOf(list)
	if err != nil {
		return text.Text{}, err
	}
	var open error
	for _, id := range slices.Sorted(slices.Values(ids)) {
		in, err := inListed(s, u, id)
		if in {
			return say("group %s", groupName(s, id)), nil
		}
		open = join(open, err)
	}
	return text.Text{}, open
}

// inListed is InGroup for an entry of a policy, which may be no id.
func inListed(s tenant.Snapshot, u tenant.User, id string) (bool, error) {
	if !tenant.IsObjectID(id) {
		return false, notKnown(say("the groups hold %q, which is not known", id), id)
	}
	return InGroup(s, u, id)
}

// holdsListed is HoldsRole for an entry of a policy. Conditional Access knows built-in
// roles, which are held for the whole tenant; a custom one matches nobody.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
func holdsListed(s tenant.Snapshot, u tenant.User, id string) (bool, error) {
	_, builtIn := tenant.BuiltInRole(id)
	switch {
	case !tenant.IsObjectID(id):
		return false, notKnown(say("the roles hold %q, which is not known", id), id)
	case !builtIn:
		return false, nil
	}
	held, err := HoldsRole(s, u, id)
	return held.Held, err
}

// listedRole matches roles as Conditional Access does.
func listedRole(s tenant.Snapshot, u tenant.User, list tenant.Fact[[]string]) (text.Text, error) {
	ids, err := tenant.ListOf(list)
	if err != nil {
		return text.Text{}, err
	}
	var open error
	for _, id := range slices.Sorted(slices.Values(ids)) {
		held, err := holdsListed(s, u, id)
		if held {
			return say("role %s", roleName(id)), nil
		}
		open = join(open, err)
	}
	return text.Text{}, open
}

func roleName(id string) text.Text {
	if strings.EqualFold(id, GlobalAdministrator) {
		return say("Global Administrator")
	}
	return say("%s", id)
}

// An Exclusion is one entry of a policy's exclusions: a user, a group, a role, or the
// guests.
type Exclusion struct {
	Kind string // "user", "group", "role" or "guests"
	ID   string
}

// ExcludingGroups returns the groups through which a policy excludes the user, in
// order and in lower case. The error says which others may.
func ExcludingGroups(s tenant.Snapshot, u tenant.User, p tenant.Policy) ([]string, error) {
	users, err := usersOf(p)
	if err != nil {
		return nil, err
	}
	ids, open := tenant.ListOf(users.ExcludeGroups)
	var all []string
	for _, id := range ids {
		in, err := inListed(s, u, id)
		if in {
			all = append(all, strings.ToLower(id))
		}
		open = join(open, err)
	}
	slices.Sort(all)
	return slices.Compact(all), open
}

func usersOf(p tenant.Policy) (tenant.ConditionUsers, error) {
	c, err := p.Conditions.Get()
	if err != nil {
		return tenant.ConditionUsers{}, err
	}
	return c.People()
}

// Exclusions returns the entries through which a policy excludes the user, in order.
// The error says which others may.
func Exclusions(s tenant.Snapshot, u tenant.User, p tenant.Policy) ([]Exclusion, error) {
	users, err := usersOf(p)
	if err != nil {
		return nil, err
	}
	var all []Exclusion
	var open error
	take := func(kind, id string, in bool, err error) {
		if in {
			all = append(all, Exclusion{kind, id})
		}
		open = join(open, err)
	}
	for _, list := range []struct {
		kind string
		ids  tenant.Fact[[]string]
		in   func(id string) (bool, error)
	}{
		{"user", users.ExcludeUsers, func(id string) (bool, error) {
			through, err := listedUser(u, tenant.Known([]string{id}))
			return !through.IsZero(), err
		}},
		{"group", users.ExcludeGroups, func(id string) (bool, error) { return inListed(s, u, id) }},
		{"role", users.ExcludeRoles, func(id string) (bool, error) { return holdsListed(s, u, id) }},
	} {
		ids, err := tenant.ListOf(list.ids)
		open = join(open, err)
		for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
			in, err := list.in(id)
			take(list.kind, strings.ToLower(id), in, err)
		}
	}
	through, err := listedGuest(u, users.ExcludeGuests)
	take("guests", "", !through.IsZero(), err)
	return all, open
}

// Way returns a group and every group below it through which the user is in it, in
// order: whoever can change one of them can change who is in the first. Groups may hold
// each other. The error says what is missing to tell.
func Way(s tenant.Snapshot, u tenant.User, groupID string) ([]string, error) {
	walk := groupWalk{snapshot: s, seen: map[string]bool{}}
	above := map[string][]string{} // the groups that hold a group, or the user, by key
	names := map[string]string{}
	var visit func(id string)
	visit = func(id string) {
		key := strings.ToLower(id)
		if _, ok := names[key]; ok {
			return
		}
		names[key] = id
		for _, m := range walk.members(id) {
			below := strings.ToLower(m.ID)
			if nested := walk.nested(m); nested || strings.EqualFold(m.ID, u.ID) {
				above[below] = append(above[below], key)
				if nested {
					visit(m.ID)
				}
			}
		}
	}
	visit(groupID)
	var all []string
	leads := map[string]bool{}
	var climb func(key string)
	climb = func(key string) {
		for _, holder := range above[key] {
			if !leads[holder] {
				leads[holder] = true
				all = append(all, names[holder])
				climb(holder)
			}
		}
	}
	climb(strings.ToLower(u.ID))
	slices.Sort(all)
	return all, walk.err
}
