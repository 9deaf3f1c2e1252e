package signin

import (
	"fmt"
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
	principal string
	instance  *tenant.RoleScheduleInstance // nil for a row of roleAssignments
}

// grants returns the tenant-wide rows for a role.
func grants(role string, rows []grantRow) ([]grant, error) {
	var found []grant
	for _, row := range rows {
		roleID, err := row.role.Get()
		if err != nil {
			return nil, err
		}
		if !strings.EqualFold(roleID, role) {
			continue
		}
		scope, err := row.scope.Get()
		if err != nil {
			return nil, err
		}
		if scope != TenantScope {
			continue
		}
		principal, err := row.principal.Get()
		if err != nil {
			return nil, err
		}
		found = append(found, grant{principal, row.instance})
	}
	return found, nil
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
	return grants(role, rows)
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
	return grants(role, rows)
}

// A Holding is how a user holds a role now, tenant-wide.
type Holding struct {
	Held   bool
	Direct bool     // assigned to the user
	Groups []string // role-assignable groups that hold it and that the user is a direct member of
	Nested []string // groups that hold it and that the user is in through another group only: Entra ignores these
}

// HoldsRole says how the user holds a role now, tenant-wide, directly or as a
// direct member of a group. Either list of assignments suffices to hold it; that
// nothing is held takes roleAssignments, else it is an error.
// https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept
func HoldsRole(s tenant.Snapshot, u tenant.User, role string) (Holding, error) {
	now, assignedErr := assigned(s, role)
	planned, _ := scheduled(s.RoleAssignmentScheduleInstances, role) // only adds: an unread list is no answer
	var h Holding
	var open error
	seen := map[string]bool{}
	for _, g := range append(now, planned...) {
		if seen[strings.ToLower(g.principal)] {
			continue
		}
		seen[strings.ToLower(g.principal)] = true
		if err := h.add(s, u, g.principal); err != nil && open == nil {
			open = err
		}
	}
	h.Held = h.Direct || len(h.Groups) > 0
	switch {
	case h.Held:
		return h, nil
	case assignedErr != nil:
		return h, assignedErr
	}
	return h, open
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
	if memberOf, err := u.TransitiveMemberOf.Get(); err == nil && !containsObject(memberOf, principal) {
		return false, false, nil
	}
	group, err := s.Group(principal)
	if err != nil {
		if isOther(s, principal) || tenant.NotFound(err) {
			return false, false, nil
		}
		return false, false, fmt.Errorf("a holder of the role, %s: %w", principal, err)
	}
	members, err := group.Members.Get()
	if err != nil {
		return false, false, fmt.Errorf("group %s, which holds the role: %w", groupLabel(group), err)
	}
	if containsObject(members, u.ID) {
		return true, false, nil
	}
	nested, _ = InGroup(s, u, principal) // a nested membership gives nothing, so it need not be known
	return false, nested, nil
}

// isOther reports whether an id is known to be a user or an application.
func isOther(s tenant.Snapshot, id string) bool {
	if _, err := s.User(id); err == nil || tenant.NotFound(err) {
		return true
	}
	principals, err := s.ServicePrincipals.Get()
	if err != nil {
		return false
	}
	for _, p := range principals {
		if strings.EqualFold(p.ID, id) {
			return true
		}
	}
	return false
}
