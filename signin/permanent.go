package signin

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// Terms is for how long somebody holds a role.
type Terms struct {
	Permanent bool
	// Limits say why not, when it is not permanent. Empty when nothing is held.
	Limits []Limit
}

// A Limit is why one way of holding a role is not permanent.
type Limit struct {
	Why   text.Text // such as "activated in PIM"
	group text.Text // through which it is held; zero if it is not
}

// Text says the limit, and through which group.
func (l Limit) Text() text.Text {
	if l.group.IsZero() {
		return l.Why
	}
	return say("through group %s: %s", l.group, l.Why)
}

// String is Text, in English.
func (l Limit) String() string { return l.Text().String() }

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
	keep := func(limit, group text.Text, err error) {
		switch {
		case err != nil:
			open = join(open, err)
		case limit.IsZero():
			terms.Permanent = true
		default:
			terms.Limits = append(terms.Limits, Limit{limit, group})
		}
	}
	if held.Direct {
		limit, err := assignmentLimit(s, u.ID, role)
		keep(limit, text.Text{}, err)
	}
	for _, group := range held.Groups {
		limit, err := assignmentLimit(s, group, role)
		if limit.IsZero() {
			membership, membershipErr := membershipLimit(s, u, group)
			if !membership.IsZero() { // whatever the group's assignment is
				limit, err = membership, nil
			}
			err = join(err, membershipErr)
		}
		keep(limit, groupName(s, group), err)
	}
	if terms.Permanent {
		return Terms{Permanent: true}, nil
	}
	if held.through && !held.Direct && len(held.Groups) == 0 {
		keep(text.Text{}, text.Text{}, say("PIM lists the role as held through a group, and which one is not known"))
	}
	if eligible(s, u, role) {
		terms.Limits = append(terms.Limits, Limit{Why: say("eligible, to be activated in PIM first")})
	}
	slices.SortFunc(terms.Limits, func(a, b Limit) int { return cmp.Compare(a.String(), b.String()) })
	return terms, join(open, held.Open) // it may be held for good in another way
}

// limits collects what limits each of several schedule instances, of which one
// without limits is enough.
type limits struct {
	permanent bool
	found     []text.Text
	open      error
}

// add takes one schedule instance.
func (l *limits) add(kind tenant.Fact[string], member tenant.Fact[*string], end tenant.Fact[*tenant.Time]) {
	limit, err := instanceLimit(kind, end)
	if err == nil && limit.IsZero() && !isDirect(member) {
		_, memberErr := member.Get()
		err = join(say("whether the assignment in PIM is direct is not known"), memberErr)
	}
	switch {
	case err != nil:
		l.open = join(l.open, err)
	case limit.IsZero():
		l.permanent = true
	default:
		l.found = append(l.found, limit)
	}
}

// outcome says what limits them all: nothing if one is permanent.
func (l *limits) outcome(none error) (text.Text, error) {
	switch {
	case l.permanent:
		return text.Text{}, nil
	case l.open != nil:
		return text.Text{}, l.open
	case len(l.found) == 0:
		return text.Text{}, none
	}
	return clauses(text.Sorted(text.Comma, l.found)), nil
}

// assignmentLimit says what limits the assignment of a role to a principal who
// holds it; nothing if it is permanent.
func assignmentLimit(s tenant.Snapshot, principal, role string) (text.Text, error) {
	if _, err := s.RoleAssignmentScheduleInstances.Get(); err != nil {
		if _, none := tenant.NoLicence(err); none {
			return text.Text{}, nil
		}
		return text.Text{}, err
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
	return all.outcome(say("%s holds the role, but PIM lists no assignment for it", principal))
}

// instanceLimit says what limits one schedule instance.
func instanceLimit(kind tenant.Fact[string], end tenant.Fact[*tenant.Time]) (text.Text, error) {
	assignment, err := kind.Get()
	if err != nil {
		return text.Text{}, err
	}
	ends, err := end.Get()
	if err != nil && strings.EqualFold(assignment, "Activated") {
		return say("activated in PIM"), nil // whenever it ends
	}
	if err != nil {
		return text.Text{}, err
	}
	switch {
	case strings.EqualFold(assignment, "Activated") && ends != nil:
		return say("activated in PIM until %s", text.Minute(ends.Time)), nil
	case strings.EqualFold(assignment, "Activated"):
		return say("activated in PIM"), nil
	case !strings.EqualFold(assignment, "Assigned"):
		return text.Text{}, Doubting(say("assignment type %q is not known", assignment), "assignmentType", assignment)
	case ends != nil:
		return say("assigned until %s", text.Minute(ends.Time)), nil
	}
	return text.Text{}, nil
}

// membershipLimit says what limits the user's direct membership of a group. A
// group with no schedules at all is not under PIM.
func membershipLimit(s tenant.Snapshot, u tenant.User, groupID string) (text.Text, error) {
	instances, err := s.GroupSchedules(s.GroupAssignmentScheduleInstances, "groupAssignmentScheduleInstances", groupID)
	if _, none := tenant.NoLicence(err); none {
		return text.Text{}, nil
	}
	if err != nil {
		return text.Text{}, err
	}
	if len(instances) == 0 {
		return text.Text{}, nil
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
			all.open = join(all.open, Doubting(say("the access %q to a group is not known", access), "accessId", access))
		default:
			all.add(instance.AssignmentType, instance.MemberType, instance.EndDateTime)
		}
	}
	limit, err := all.outcome(say("PIM manages group %s but lists no membership of %s", groupName(s, groupID), u.Label()))
	if !limit.IsZero() {
		limit = say("membership %s", limit)
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
