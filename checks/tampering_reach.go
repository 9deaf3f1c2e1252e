package checks

import (
	"errors"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

// A reach is what there is in the tenant for a power to reach: the accounts, and the
// groups that exclude them.
type reach struct {
	view
	groups       []tenant.Group
	groupsOpen   error // why there may be other groups
	accountsOpen error // why there may be other accounts
}

func (v view) reach() reach {
	r := reach{view: v}
	for _, e := range v.entries {
		r.accountsOpen = errors.Join(r.accountsOpen, e.err)
	}
	ids, open := v.excluding()
	for _, id := range ids {
		group, err := v.Group(id)
		if err != nil {
			open = errors.Join(open, say("group %s: %s", id, err))
			continue
		}
		r.groups = append(r.groups, group)
	}
	r.groupsOpen = open
	return r
}

// of reports whether a power that is held in a scope reaches an account or what protects
// it. The error says why that cannot be told.
// https://learn.microsoft.com/entra/identity/role-based-access-control/manage-roles-portal
func (r reach) of(o over, scope string) (bool, error) {
	if scope == signin.TenantScope {
		return r.everywhere(o)
	}
	o &= overObjects // a narrower scope is about users, groups and applications, never about the tenant's settings
	id, ok := strings.CutPrefix(scope, "/")
	if unit, inUnit := strings.CutPrefix(id, "administrativeUnits/"); inUnit {
		return r.inUnit(o, unit)
	}
	if !ok || id == "" || strings.Contains(id, "/") {
		return false, say("the scope %s of a role is not known", scope)
	}
	return r.overObject(o, id)
}

// everywhere is of a power over the whole tenant. Groups that were not read count.
func (r reach) everywhere(o over) (bool, error) {
	if o&^(overPeople|overGroups) != 0 {
		return true, nil
	}
	if o&overGroups != 0 && (r.groupsOpen != nil || slices.ContainsFunc(r.groups, func(g tenant.Group) bool { return changes(o, g, false) })) {
		return true, nil
	}
	return r.among(o&overPeople, func(string) bool { return true }, false)
}

// inUnit is of a power over the members of an administrative unit.
func (r reach) inUnit(o over, id string) (bool, error) {
	units, err := r.AdministrativeUnits.Get()
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(units, func(u tenant.AdministrativeUnit) bool { return strings.EqualFold(u.ID, id) })
	if i < 0 {
		return false, say("the administrative unit %s was not collected", id)
	}
	members, err := units[i].Members.Get()
	if err != nil {
		return false, say("the administrative unit %s: %s", id, err)
	}
	restricted, err := units[i].IsMemberManagementRestricted.Get()
	within := func(id string) bool { return containsObject(members, id) }
	reached, open := r.among(o, within, err != nil || restricted != nil && *restricted)
	if o&overGroups != 0 && slices.ContainsFunc(members, mayBeGroup) {
		open = errors.Join(open, r.groupsOpen)
	}
	if reached {
		return true, nil
	}
	return false, open
}

// overObject is of a power over one object.
func (r reach) overObject(o over, id string) (bool, error) {
	reached, open := r.among(o, func(other string) bool { return strings.EqualFold(id, other) }, false)
	if reached {
		return true, nil
	}
	_, userErr := r.User(id)
	_, groupErr := r.Group(id)
	_, applicationErr := r.ServicePrincipal(id)
	switch {
	case applicationErr == nil:
		return o&overApplications != 0, open
	case userErr == nil:
		return false, open
	}
	if o&overGroups != 0 && !tenant.NotFound(groupErr) { // it is a group, or may be one
		open = errors.Join(open, r.groupsOpen)
	}
	if o&overApplications != 0 && groupErr != nil { // the registration of an application, whose permissions are its service principal's
		open = errors.Join(open, say("the object %s, which a role is limited to, was not collected", id))
	}
	return false, open
}

// among reports whether a power reaches an account, or changes a group that excludes
// one, of those that are within a scope.
func (r reach) among(o over, within func(id string) bool, restricted bool) (bool, error) {
	open := r.accountsOpen
	for _, a := range r.accounts {
		switch {
		case !within(a.id):
		case o&(overAccounts|overMethods|overRoles) != 0:
			return true, nil
		case o&overPeople != 0:
			guarded, err := r.guarded(a)
			if !guarded && err == nil {
				return true, nil
			}
			open = errors.Join(open, err)
		}
	}
	if slices.ContainsFunc(r.groups, func(g tenant.Group) bool { return within(g.ID) && changes(o, g, restricted) }) {
		return true, nil
	}
	if o&(overAccounts|overMethods|overRoles|overPeople|overGroups) == 0 {
		return false, nil
	}
	return false, open
}

// changes reports whether a power can change who is in a group, or may: what is not known
// of the group counts. restricted is a power in the scope of a restricted unit.
// https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept
// https://learn.microsoft.com/entra/identity/role-based-access-control/admin-units-restricted-management
func changes(o over, g tenant.Group, restricted bool) bool {
	if assignable, err := g.IsAssignableToRole.Get(); err == nil && assignable != nil && *assignable {
		return false
	}
	if protected, err := g.IsManagementRestricted.Get(); err == nil && protected != nil && *protected && !restricted {
		return false
	}
	types, err := g.GroupTypes.Get()
	kind := overSecurity
	if slices.ContainsFunc(types, func(t string) bool { return strings.EqualFold(t, "Unified") }) {
		kind = overUnified
	}
	return o&kind != 0 || err != nil && o&overGroups != 0
}

// guarded reports whether an account is out of reach of those who manage people that are
// no administrators: it holds a role, or is in a role-assignable group.
// https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions#who-can-reset-passwords
func (v view) guarded(a account) (bool, error) {
	if a.err != nil {
		return false, a.err
	}
	held, err := signin.HoldsRole(v.Snapshot, a.user, signin.GlobalAdministrator)
	if held.Held {
		return true, nil
	}
	groups, groupsErr := v.Groups.Get()
	for _, g := range groups {
		assignable, _ := g.IsAssignableToRole.Get() // unread: it guards nobody
		members, _ := g.Members.Get()
		if assignable != nil && *assignable && containsObject(members, a.id) {
			return true, nil
		}
	}
	assignments, _ := v.RoleAssignments.Get() // unread: HoldsRole says so
	for _, row := range assignments {
		principal, principalErr := row.PrincipalID.Get()
		role, roleErr := row.RoleDefinitionID.Get()
		if name, _ := tenant.BuiltInRole(role); principalErr == nil && roleErr == nil && strings.EqualFold(principal, a.id) && !slices.Contains(unguarded(), name) {
			return true, nil
		}
	}
	return false, errors.Join(err, groupsErr)
}

// unguarded are the roles whose holders some that manage people reach all the same.
func unguarded() []string {
	return []string{
		"Authentication Administrator", "Directory Readers", "Groups Administrator", "Guest Inviter", "Helpdesk Administrator", "Message Center Reader", "Password Administrator",
		"Reports Reader", "Usage Summary Reports Reader", "User Administrator", "User Experience Success Manager",
	}
}

func containsObject(objects []tenant.DirectoryObject, id string) bool {
	return slices.ContainsFunc(objects, func(o tenant.DirectoryObject) bool { return strings.EqualFold(o.ID, id) })
}

func mayBeGroup(o tenant.DirectoryObject) bool {
	return o.Kind() == tenant.KindGroup || o.Kind() == tenant.KindUnknown
}
