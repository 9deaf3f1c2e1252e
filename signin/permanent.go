package signin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"breakglass/tenant"
)

// Terms is for how long somebody holds a role.
type Terms struct {
	Permanent bool
	// Limits say why not, when it is not permanent: "activated …", "ends …",
	// "eligible only". Empty when nothing is held.
	Limits []string
}

// RoleTerms says whether the user holds a role permanently and actively: assigned
// with no end, directly or through a group whose assignment and membership both
// have no end. Without P2 there are no schedules, and what is assigned is
// permanent. The error says what is missing to tell.
// https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-configure
func RoleTerms(s tenant.Snapshot, u tenant.User, role string) (Terms, error) {
	held, err := HoldsRole(s, u, role)
	if err != nil {
		return Terms{}, err
	}
	var terms Terms
	var open error
	keep := func(limit string, err error) {
		switch {
		case err != nil:
			open = join(open, err)
		case limit == "":
			terms.Permanent = true
		default:
			terms.Limits = append(terms.Limits, limit)
		}
	}
	if held.Direct {
		keep(assignmentLimit(s, u.ID, role))
	}
	for _, group := range held.Groups {
		limit, err := assignmentLimit(s, group, role)
		if limit == "" {
			membership, membershipErr := membershipLimit(s, u, group)
			if membership != "" { // whatever the group's assignment is
				limit, err = membership, nil
			}
			err = join(err, membershipErr)
		}
		if limit != "" {
			limit = "through group " + groupName(s, group) + ": " + limit
		}
		keep(limit, err)
	}
	if terms.Permanent {
		return Terms{Permanent: true}, nil
	}
	if held.through && !held.Direct && len(held.Groups) == 0 {
		keep("", errors.New("PIM lists the role as held through a group, and which one is not known"))
	}
	if eligible(s, u, role) {
		terms.Limits = append(terms.Limits, "eligible, to be activated in PIM first")
	}
	slices.Sort(terms.Limits)
	return terms, join(open, held.Open) // it may be held for good in another way
}

// limits collects what limits each of several schedule instances, of which one
// without limits is enough.
type limits struct {
	permanent bool
	found     []string
	open      error
}

// add takes one schedule instance.
func (l *limits) add(kind tenant.Fact[string], member tenant.Fact[*string], end tenant.Fact[*tenant.Time]) {
	limit, err := instanceLimit(kind, end)
	if err == nil && limit == "" && !isDirect(member) {
		_, memberErr := member.Get()
		err = join(errors.New("whether the assignment in PIM is direct is not known"), memberErr)
	}
	switch {
	case err != nil:
		l.open = join(l.open, err)
	case limit == "":
		l.permanent = true
	default:
		l.found = append(l.found, limit)
	}
}

// outcome says what limits them all: nothing if one is permanent.
func (l *limits) outcome(none error) (string, error) {
	switch {
	case l.permanent:
		return "", nil
	case l.open != nil:
		return "", l.open
	case len(l.found) == 0:
		return "", none
	}
	slices.Sort(l.found)
	return strings.Join(slices.Compact(l.found), ", "), nil
}

// assignmentLimit says what limits the assignment of a role to a principal who
// holds it; nothing if it is permanent.
func assignmentLimit(s tenant.Snapshot, principal, role string) (string, error) {
	if _, err := s.RoleAssignmentScheduleInstances.Get(); err != nil {
		if _, none := tenant.NoLicence(err); none {
			return "", nil
		}
		return "", err
	}
	planned, open := scheduled(s.RoleAssignmentScheduleInstances, role)
	all := limits{open: open}
	for _, g := range planned {
		switch {
		case !g.concerns(principal):
		case g.doubt != nil:
			all.open = join(all.open, g.doubt)
		default:
			all.add(g.instance.AssignmentType, g.instance.MemberType, g.instance.EndDateTime)
		}
	}
	return all.outcome(fmt.Errorf("%s holds the role, but PIM lists no assignment for it", principal))
}

// instanceLimit says what limits one schedule instance.
func instanceLimit(kind tenant.Fact[string], end tenant.Fact[*tenant.Time]) (string, error) {
	assignment, err := kind.Get()
	if err != nil {
		return "", err
	}
	ends, err := end.Get()
	if err != nil && strings.EqualFold(assignment, "Activated") {
		return "activated in PIM", nil // whenever it ends
	}
	if err != nil {
		return "", err
	}
	until := ""
	if ends != nil {
		until = " until " + ends.UTC().Format("2006-01-02 15:04 UTC")
	}
	switch {
	case strings.EqualFold(assignment, "Activated"):
		return "activated in PIM" + until, nil
	case !strings.EqualFold(assignment, "Assigned"):
		return "", Doubting(fmt.Errorf("assignment type %q is not known", assignment), "assignmentType", assignment)
	case ends != nil:
		return "assigned" + until, nil
	}
	return "", nil
}

// membershipLimit says what limits the user's direct membership of a group. A
// group with no schedules at all is not under PIM.
func membershipLimit(s tenant.Snapshot, u tenant.User, groupID string) (string, error) {
	instances, err := s.GroupSchedules(s.GroupAssignmentScheduleInstances, "groupAssignmentScheduleInstances", groupID)
	if _, none := tenant.NoLicence(err); none {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if len(instances) == 0 {
		return "", nil
	}
	var all limits
	for _, instance := range instances {
		principal, principalErr := instance.PrincipalID.Get()
		access, accessErr := instance.AccessID.Get()
		switch {
		case principalErr == nil && !strings.EqualFold(principal, u.ID), accessErr == nil && strings.EqualFold(access, "owner"):
		case principalErr != nil || accessErr != nil:
			all.open = join(all.open, principalErr, accessErr)
		case !strings.EqualFold(access, "member"):
			all.open = join(all.open, Doubting(fmt.Errorf("the access %q to a group is not known", access), "accessId", access))
		default:
			all.add(instance.AssignmentType, instance.MemberType, instance.EndDateTime)
		}
	}
	limit, err := all.outcome(fmt.Errorf("PIM manages group %s but lists no membership of %s", groupName(s, groupID), u.Label()))
	if limit != "" {
		limit = "membership " + limit
	}
	return limit, err
}

// eligible reports whether the user is known to be eligible for a role, directly,
// through a group, or for membership of a group that gets it.
func eligible(s tenant.Snapshot, u tenant.User, role string) bool {
	for _, h := range HoldersOf(s, role).All {
		if strings.EqualFold(h.ID, u.ID) {
			return h.Eligible
		}
	}
	return false
}
