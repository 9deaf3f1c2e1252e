package signin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"breakglass/tenant"
)

// includesUser says through what the policy includes the user: nothing if it
// does not, or if it excludes the user. Exclusion wins.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
func includesUser(s tenant.Snapshot, u tenant.User, c tenant.Conditions) (string, error) {
	users, err := c.Users.Get()
	if err != nil {
		return "", err
	}
	excluded, excludeErr := listed(s, u, assignment{users.ExcludeUsers, users.ExcludeGroups, users.ExcludeRoles, users.ExcludeGuests})
	if excluded != "" {
		return "", nil
	}
	included, includeErr := listed(s, u, assignment{users.IncludeUsers, users.IncludeGroups, users.IncludeRoles, users.IncludeGuests})
	unknown := unknownProperties("the users", users.Other)
	if included == "" {
		return "", join(includeErr, unknown)
	}
	return included, join(excludeErr, unknown)
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

// isGuest says whether the user is a guest. Whether a condition on external users
// holds a member whose name carries the mark of an invited user cannot be told.
func isGuest(u tenant.User) (bool, error) {
	kind, err := u.UserType.Get()
	if err != nil {
		return false, err
	}
	upn, err := u.UserPrincipalName.Get()
	if err != nil {
		return false, err
	}
	switch {
	case kind != nil && strings.EqualFold(*kind, "Guest"):
		return true, nil
	case kind != nil && !strings.EqualFold(*kind, "Member"):
		return false, fmt.Errorf("the user type %q is not known", *kind)
	case strings.Contains(strings.ToUpper(upn), "#EXT#"):
		return false, errors.New("whether the condition on external users holds an invited member cannot be told")
	}
	return false, nil
}

// listedGuest matches guests and external users. Of which kind a guest is cannot
// be told, so a condition on some kinds leaves it open.
func listedGuest(u tenant.User, fact tenant.Fact[*tenant.GuestsOrExternalUsers]) (string, error) {
	condition, err := fact.Get()
	if err == nil && condition == nil {
		return "", nil
	}
	guest, guestErr := isGuest(u)
	if guestErr == nil && !guest {
		return "", nil
	}
	if err != nil || guestErr != nil {
		return "", join(err, guestErr)
	}
	return "", errors.New("of which kind the external user is cannot be told")
}
