package signin

import (
	"fmt"
	"slices"
	"strings"

	"breakglass/tenant"
)

// includesUser says through what the policy includes the user: nothing if it
// does not, or if it excludes the user, and then through what. Exclusion wins, unless
// it is disregarded.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
func includesUser(s tenant.Snapshot, u tenant.User, c tenant.Conditions, disregard bool) (included, excluded string, err error) {
	users, err := c.Users.Get()
	if err != nil {
		return "", "", err
	}
	var excludeErr error
	if !disregard {
		excluded, excludeErr = listed(s, u, assignment{users.ExcludeUsers, users.ExcludeGroups, users.ExcludeRoles, users.ExcludeGuests})
		if excluded != "" {
			return "", excluded, nil
		}
	}
	included, includeErr := listed(s, u, assignment{users.IncludeUsers, users.IncludeGroups, users.IncludeRoles, users.IncludeGuests})
	unknown := unknownProperties("the users", users.Other)
	if included == "" {
		return "", "", join(includeErr, unknown)
	}
	return included, "", join(excludeErr, unknown)
}

// An assignment is one side of a policy's users: the included or the excluded.
type assignment struct {
	users, groups, roles tenant.Fact[[]string]
	guests               tenant.Fact[*tenant.GuestsOrExternalUsers]
}

// listed says through what an assignment holds the user; the error, if nothing
// certainly does, what is missing to tell.
func listed(s tenant.Snapshot, u tenant.User, a assignment) (string, error) {
	var open error
	for _, part := range []func() (string, error){
		func() (string, error) { return listedUser(u, a.users) },
		func() (string, error) { return listedGroup(s, u, a.groups) },
		func() (string, error) { return listedRole(s, u, a.roles) },
		func() (string, error) { return listedGuest(u, a.guests) },
	} {
		through, err := part()
		if through != "" {
			return through, nil
		}
		open = join(open, err)
	}
	return "", open
}

func listedUser(u tenant.User, list tenant.Fact[[]string]) (string, error) {
	ids, err := list.Get()
	if err != nil {
		return "", err
	}
	var open error
	for _, id := range slices.Sorted(slices.Values(ids)) {
		switch {
		case strings.EqualFold(id, "All"):
			return "all users", nil
		case strings.EqualFold(id, u.ID):
			return "the account itself", nil
		case strings.EqualFold(id, "GuestsOrExternalUsers"):
			guest, err := isGuest(u)
			if guest {
				return "guests and external users", nil
			}
			open = join(open, err)
		case strings.EqualFold(id, "None"):
		case !looksLikeID(id):
			open = join(open, fmt.Errorf("the users hold %q, which is not known", id))
		}
	}
	return "", open
}

// looksLikeID reports whether a value is an object id and not a word such as All.
func looksLikeID(value string) bool { return strings.Count(value, "-") == 4 }

func listedGroup(s tenant.Snapshot, u tenant.User, list tenant.Fact[[]string]) (string, error) {
	ids, err := list.Get()
	if err != nil {
		return "", err
	}
	var open error
	for _, id := range slices.Sorted(slices.Values(ids)) {
		in, err := InGroup(s, u, id)
		if in {
			return "group " + groupName(s, id), nil
		}
		open = join(open, err)
	}
	return "", open
}

// listedRole matches roles as Conditional Access does: built-in ones that the
// user holds now, for the whole tenant.
func listedRole(s tenant.Snapshot, u tenant.User, list tenant.Fact[[]string]) (string, error) {
	ids, err := list.Get()
	if err != nil {
		return "", err
	}
	var open error
	for _, id := range slices.Sorted(slices.Values(ids)) {
		held, err := HoldsRole(s, u, id)
		if held.Held {
			return "role " + roleName(id), nil
		}
		open = join(open, err)
	}
	return "", open
}

func roleName(id string) string {
	if strings.EqualFold(id, GlobalAdministrator) {
		return "Global Administrator"
	}
	return id
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
	ids, open := users.ExcludeGroups.Get()
	var all []string
	for _, id := range ids {
		in, err := InGroup(s, u, id)
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
	return c.Users.Get()
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
			return through != "", err
		}},
		{"group", users.ExcludeGroups, func(id string) (bool, error) { return InGroup(s, u, id) }},
		{"role", users.ExcludeRoles, func(id string) (bool, error) {
			held, err := HoldsRole(s, u, id)
			return held.Held, err
		}},
	} {
		ids, err := list.ids.Get()
		open = join(open, err)
		for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
			in, err := list.in(id)
			take(list.kind, strings.ToLower(id), in, err)
		}
	}
	through, err := listedGuest(u, users.ExcludeGuests)
	take("guests", "", through != "", err)
	return all, open
}

// Way returns a group and every group below it through which the user is in it, in
// order: whoever can change one of them can change who is in the first. The error says
// what is missing to tell.
func Way(s tenant.Snapshot, u tenant.User, groupID string) ([]string, error) {
	walk := groupWalk{snapshot: s, seen: map[string]bool{}}
	var all []string
	var follow func(id string) bool
	leads := map[string]bool{}
	follow = func(id string) bool {
		key := strings.ToLower(id)
		if walk.seen[key] {
			return leads[key]
		}
		walk.seen[key] = true
		members := walk.members(id)
		in := containsObject(members, u.ID)
		for _, m := range members {
			if walk.nested(m) && follow(m.ID) {
				in = true
			}
		}
		if leads[key] = in; in {
			all = append(all, id)
		}
		return in
	}
	if !follow(groupID) && walk.err == nil {
		return nil, nil
	}
	slices.Sort(all)
	return slices.Compact(all), walk.err
}
