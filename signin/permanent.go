package signin

import (
	"fmt"
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
		case err != nil && open == nil:
			open = err
		case err == nil && limit == "":
			terms.Permanent = true
		case err == nil:
			terms.Limits = append(terms.Limits, limit)
		}
	}
	if held.Direct {
		keep(assignmentLimit(s, u.ID, role))
	}
	for _, group := range held.Groups {
		limit, err := assignmentLimit(s, group, role)
		if err == nil && limit == "" {
			limit, err = membershipLimit(s, u, group)
		}
		if limit != "" {
			limit = "through group " + groupName(s, group) + ": " + limit
		}
		keep(limit, err)
	}
	if terms.Permanent {
		return Terms{Permanent: true}, nil
	}
	if eligible(s, u, role) {
		terms.Limits = append(terms.Limits, "eligible, to be activated in PIM first")
	}
	return terms, open
}

// assignmentLimit says what limits the assignment of a role to a principal who
// holds it; nothing if it is permanent.
func assignmentLimit(s tenant.Snapshot, principal, role string) (string, error) {
	planned, err := scheduled(s.RoleAssignmentScheduleInstances, role)
	if _, none := tenant.NoLicence(err); none {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	limit, seen := "", false
	for _, g := range planned {
		if !strings.EqualFold(g.principal, principal) {
			continue
		}
		l, err := instanceLimit(g.instance.AssignmentType, g.instance.EndDateTime)
		if err != nil {
			return "", err
		}
		if l == "" {
			return "", nil
		}
		limit, seen = l, true
	}
	if !seen {
		return "", fmt.Errorf("%s holds the role, but PIM lists no assignment for it", principal)
	}
	return limit, nil
}

// instanceLimit says what limits one schedule instance.
func instanceLimit(kind tenant.Fact[string], end tenant.Fact[*tenant.Time]) (string, error) {
	assignment, err := kind.Get()
	if err != nil {
		return "", err
	}
	ends, err := end.Get()
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
		return "", fmt.Errorf("assignment type %q is not known", assignment)
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
	limit, seen := "", false
	for _, instance := range instances {
		principal, err := instance.PrincipalID.Get()
		if err != nil {
			return "", err
		}
		access, err := instance.AccessID.Get()
		if err != nil {
			return "", err
		}
		if !strings.EqualFold(principal, u.ID) || !strings.EqualFold(access, "member") {
			continue
		}
		l, err := instanceLimit(instance.AssignmentType, instance.EndDateTime)
		if err != nil {
			return "", err
		}
		if l == "" {
			return "", nil
		}
		limit, seen = "membership "+l, true
	}
	if len(instances) > 0 && !seen {
		return "", fmt.Errorf("PIM manages group %s but lists no membership of %s", groupName(s, groupID), u.Label())
	}
	return limit, nil
}

// eligible reports whether the user is known to be eligible for a role, directly,
// through a group, or for membership of a group that holds it.
func eligible(s tenant.Snapshot, u tenant.User, role string) bool {
	rows, _ := scheduled(s.RoleEligibilityScheduleInstances, role) // unread: nothing is known
	for _, g := range rows {
		if strings.EqualFold(g.principal, u.ID) {
			return true
		}
		if direct, _, err := memberOfPrincipal(s, u, g.principal); err == nil && direct {
			return true
		}
	}
	holders, _ := assigned(s, role) // unread: nothing is known
	for _, g := range holders {
		instances, _ := s.GroupSchedules(s.GroupEligibilityScheduleInstances, "groupEligibilityScheduleInstances", g.principal)
		for _, instance := range instances {
			if principal, err := instance.PrincipalID.Get(); err == nil && strings.EqualFold(principal, u.ID) {
				return true
			}
		}
	}
	return false
}
