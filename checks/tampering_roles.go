package checks

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"breakglass/tenant"
)

// A roleHeld is a directory role that an application holds.
type roleHeld struct {
	role, scope tenant.Fact[string]
	group       string // through which it is held; empty if directly
}

// same reports whether two say the same, as the two lists of assignments do.
func (r roleHeld) same(other roleHeld) bool {
	role, roleErr := r.role.Get()
	scope, scopeErr := r.scope.Get()
	otherRole, otherRoleErr := other.role.Get()
	otherScope, otherScopeErr := other.scope.Get()
	return errors.Join(roleErr, scopeErr, otherRoleErr, otherScopeErr) == nil && r.group == other.group && strings.EqualFold(role, otherRole) && strings.EqualFold(scope, otherScope)
}

// rolesHeld are the directory roles of applications, by the application's id in lower
// case, that have a power or may have one.
type rolesHeld struct {
	view
	byApplication map[string][]roleHeld
	unknown       []string // ids of those of whom it is not known
	missing       []error
}

// open is why there may be others.
func (h rolesHeld) open() error {
	slices.SortStableFunc(h.missing, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errors.Join(h.missing...)
}

// heldRoles reads them off the active assignments: an application cannot activate an
// eligible one. What PIM lists besides only adds.
func (v view) heldRoles() rolesHeld {
	h := rolesHeld{view: v, byApplication: map[string][]roleHeld{}}
	assignments, err := v.RoleAssignments.Get()
	if err != nil {
		h.miss("", err)
	}
	for _, a := range assignments {
		h.add(a.PrincipalID, roleHeld{role: a.RoleDefinitionID, scope: a.DirectoryScopeID})
	}
	instances, _ := v.RoleAssignmentScheduleInstances.Get() // unread: roleAssignments has them all
	for _, i := range instances {
		if _, err := i.PrincipalID.Get(); err == nil {
			h.add(i.PrincipalID, roleHeld{role: i.RoleDefinitionID, scope: i.DirectoryScopeID})
		}
	}
	h.unknown = sorted(h.unknown)
	return h
}

// add takes one row. A principal may be an application, or a group that has some as
// direct members: a role takes no nested one.
func (h *rolesHeld) add(principal tenant.Fact[string], held roleHeld) {
	if role, err := held.role.Get(); err == nil && harmless(role) {
		return
	}
	id, err := principal.Get()
	if err != nil {
		h.miss("", err)
		return
	}
	group, groupErr := h.Group(id)
	_, applicationErr := h.ServicePrincipal(id)
	_, userErr := h.User(id)
	switch {
	case groupErr == nil:
		h.addMembers(group, held)
	case applicationErr == nil:
		h.give(id, held)
	case userErr == nil, h.Deleted(id), tenant.NotFound(groupErr) && tenant.NotFound(applicationErr):
	default:
		if tenant.NotFound(groupErr) || notCollected(groupErr) && !notCollected(applicationErr) && !tenant.NotFound(applicationErr) {
			groupErr = applicationErr // it says more
		}
		h.miss(id, say("a holder of the role, %s: %s", id, groupErr))
	}
}

func (h *rolesHeld) addMembers(group tenant.Group, held roleHeld) {
	held.group = group.ID
	members, err := group.Members.Get()
	if err != nil {
		h.miss(group.ID, say("group “%s”, which holds the role: %s", groupLabel(h.Snapshot, group.ID), err))
	}
	for _, m := range members {
		if kind := m.Kind(); kind != tenant.KindApplication && kind != tenant.KindUnknown {
			continue
		}
		if _, err := h.User(m.ID); err == nil || h.Deleted(m.ID) {
			continue
		}
		if _, err := h.ServicePrincipal(m.ID); err != nil {
			h.miss(m.ID, say("a member of group “%s”, %s: %s", groupLabel(h.Snapshot, group.ID), m.ID, err))
		}
		h.give(m.ID, held)
	}
}

func (h *rolesHeld) give(id string, held roleHeld) {
	key := strings.ToLower(id)
	if !slices.ContainsFunc(h.byApplication[key], held.same) {
		h.byApplication[key] = append(h.byApplication[key], held)
	}
}

func (h *rolesHeld) miss(id string, err error) {
	h.missing = append(h.missing, err)
	if id != "" {
		h.unknown = append(h.unknown, id)
	}
}

// harmless reports whether a role is known to have no power over an account.
func harmless(role string) bool {
	name, ok := tenant.BuiltInRole(role)
	if !ok {
		return false
	}
	_, powerful := rolePowers()[name]
	return !powerful
}
