package signin

import (
	"slices"
	"strings"

	"breakglass/tenant"
)

// GlobalAdministrator is the role template id of Global Administrator.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference#global-administrator
const GlobalAdministrator = "62e90394-69f5-4237-9190-012177145e10"

// TenantScope is the directory scope of an assignment for the whole tenant.
const TenantScope = "/"

// A grant is one row that gives a role to a principal.
type grant struct {
	principal string                       // empty if it was not read
	instance  *tenant.RoleScheduleInstance // nil for a row of roleAssignments
	doubt     error                        // why the row may give another role, or to another principal
}

// concerns reports whether a grant is to a principal, or may be.
func (g grant) concerns(principal string) bool {
	return g.principal == "" || strings.EqualFold(g.principal, principal)
}

// grants returns the tenant-wide rows for a role, and those of which it cannot be told
// whether they are.
func grants(role string, rows []grantRow) []grant {
	var found []grant
	for _, row := range rows {
		roleID, roleErr := row.role.Get()
		scope, scopeErr := row.scope.Get()
		if roleErr == nil && !strings.EqualFold(roleID, role) || scopeErr == nil && scope != TenantScope {
			continue
		}
		principal, err := row.principal.Get()
		found = append(found, grant{principal, row.instance, join(roleErr, scopeErr, err)})
	}
	return found
}

type grantRow struct {
	role, scope, principal tenant.Fact[string]
	instance               *tenant.RoleScheduleInstance
}

func assigned(s tenant.Snapshot, role string) ([]grant, error) {
	list, err := s.RoleAssignments.Get()
	if err != nil {
		return nil, err
	}
	rows := make([]grantRow, len(list))
	for i, a := range list {
		rows[i] = grantRow{a.RoleDefinitionID, a.DirectoryScopeID, a.PrincipalID, nil}
	}
	return grants(role, rows), nil
}

func scheduled(list tenant.Fact[[]tenant.RoleScheduleInstance], role string) ([]grant, error) {
	instances, err := list.Get()
	if err != nil {
		return nil, err
	}
	rows := make([]grantRow, len(instances))
	for i, instance := range instances {
		rows[i] = grantRow{instance.RoleDefinitionID, instance.DirectoryScopeID, instance.PrincipalID, &instances[i]}
	}
	return grants(role, rows), nil
}

// A Holding is how a user holds a role now, tenant-wide.
type Holding struct {
	Held   bool
	Direct bool     // assigned to the user
	Groups []string // role-assignable groups that hold it and that the user is a direct member of
	Nested []string // groups that hold it and that the user is in through another group only: Entra ignores these
	// Open is why it may be held in other ways too.
	Open error

	through bool // PIM says that the user holds it through a group, but not which
}

// HoldsRole says how the user holds a role now, tenant-wide, directly or as a
// direct member of a group. Either list of assignments suffices to hold it; that
// nothing is held takes roleAssignments, else it is an error.
// https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept
func HoldsRole(s tenant.Snapshot, u tenant.User, role string) (Holding, error) {
	now, open := assigned(s, role)
	planned, _ := scheduled(s.RoleAssignmentScheduleInstances, role) // only adds: an unread list is no answer
	var h Holding
	seen := map[string]bool{}
	for _, g := range append(now, planned...) {
		switch {
		case g.doubt != nil:
			if g.instance == nil && mayReach(s, u, g) {
				open = join(open, g.doubt)
			}
		case g.instance != nil && strings.EqualFold(g.principal, u.ID) && !isDirect(g.instance.MemberType):
			h.through = true
		case !seen[strings.ToLower(g.principal)]:
			seen[strings.ToLower(g.principal)] = true
			open = join(open, h.add(s, u, g.principal))
		}
	}
	slices.Sort(h.Groups)
	slices.Sort(h.Nested)
	h.Open = open
	if h.Held = h.Direct || len(h.Groups) > 0 || h.through; h.Held {
		return h, nil
	}
	return h, open
}

// mayReach reports whether a grant is to the user or to a group that the user may be a
// direct member of: one that is surely somebody else's gives nothing, whatever it is.
func mayReach(s tenant.Snapshot, u tenant.User, g grant) bool {
	if g.concerns(u.ID) {
		return true
	}
	direct, _, err := memberOfPrincipal(s, u, g.principal)
	return direct || err != nil
}

// isDirect reports whether a schedule instance is known to be the principal's own,
// and not one that comes through a group.
func isDirect(memberType tenant.Fact[*string]) bool {
	kind, err := memberType.Get()
	return err == nil && kind != nil && strings.EqualFold(*kind, "Direct")
}

// add takes one principal that holds the role.
func (h *Holding) add(s tenant.Snapshot, u tenant.User, principal string) error {
	if strings.EqualFold(principal, u.ID) {
		h.Direct = true
		return nil
	}
	direct, nested, err := memberOfPrincipal(s, u, principal)
	switch {
	case direct:
		h.Groups = append(h.Groups, principal)
	case nested:
		h.Nested = append(h.Nested, principal)
	}
	return err
}

// memberOfPrincipal says whether the user is a direct or a nested member of a
// principal, which may be no group at all.
func memberOfPrincipal(s tenant.Snapshot, u tenant.User, principal string) (direct, nested bool, err error) {
	memberOf, memberErr := u.TransitiveMemberOf.Get()
	if memberErr == nil && !containsObject(memberOf, principal) {
		return false, false, nil
	}
	group, err := s.Group(principal)
	if err != nil {
		if isOther(s, principal) || tenant.NotFound(err) {
			return false, false, nil
		}
		return false, false, say("a holder of the role, %s: %s", principal, membershipsOr(memberErr, err))
	}
	members, err := group.Members.Get()
	if err != nil {
		return false, false, say("group %s, which holds the role: %s", groupLabel(group), err)
	}
	if containsObject(members, u.ID) {
		return true, false, nil
	}
	nested, _ = InGroup(s, u, principal) // a nested membership gives nothing, so it need not be known
	return false, nested, nil
}

// isOther reports whether an id is known to be a user or an application. That
// there is no such user says nothing: it can be a group.
func isOther(s tenant.Snapshot, id string) bool {
	if _, err := s.User(id); err == nil {
		return true
	}
	_, err := s.ServicePrincipal(id)
	return err == nil
}
