package signin

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"breakglass/tenant"
)

// An Administrator is a user who holds Global Administrator tenant-wide, or can.
type Administrator struct {
	User     tenant.User
	Active   bool // holds it now
	Eligible bool // can activate it in PIM, or join a group that holds it
}

// Administrators returns everybody who holds Global Administrator tenant-wide, active
// or eligible, directly or as a direct member of a group, each person once and in the
// order of their ids. The error says that there may be others, and why; those returned
// with it are certain.
func Administrators(s tenant.Snapshot) ([]Administrator, error) {
	found := administrators{snapshot: s, byID: map[string]*Administrator{}}
	for _, source := range []struct {
		rows func() ([]grant, error)
		note func(*Administrator)
	}{
		{func() ([]grant, error) { return assigned(s, GlobalAdministrator) }, func(a *Administrator) { a.Active = true }},
		{func() ([]grant, error) { return licensed(s.RoleAssignmentScheduleInstances) }, func(a *Administrator) { a.Active = true }},
		{func() ([]grant, error) { return licensed(s.RoleEligibilityScheduleInstances) }, func(a *Administrator) { a.Eligible = true }},
	} {
		rows, err := source.rows()
		found.open = join(found.open, err)
		for _, g := range rows {
			found.principal(g.principal, source.note)
		}
	}
	all := make([]Administrator, 0, len(found.byID))
	for _, a := range found.byID {
		all = append(all, *a)
	}
	slices.SortFunc(all, func(a, b Administrator) int { return cmp.Compare(a.User.ID, b.User.ID) })
	return all, found.open
}

// licensed returns the rows of one of PIM's lists. Without the licence for PIM there
// are none.
func licensed(list tenant.Fact[[]tenant.RoleScheduleInstance]) ([]grant, error) {
	rows, err := scheduled(list, GlobalAdministrator)
	if _, none := tenant.NoLicence(err); none {
		return nil, nil
	}
	return rows, err
}

type administrators struct {
	snapshot tenant.Snapshot
	byID     map[string]*Administrator
	open     error
}

// principal notes whoever has the role through a principal: a user, or the direct
// members of a group, those who can become members too.
func (f *administrators) principal(id string, note func(*Administrator)) {
	if f.user(id, note) {
		return
	}
	group, err := f.snapshot.Group(id)
	if err != nil {
		if !tenant.NotFound(err) && !isOther(f.snapshot, id) {
			if userErr := f.unread(id); absent(err) && !tenant.NotFound(userErr) {
				err = userErr // it says more than that a group was not collected
			}
			f.open = join(f.open, fmt.Errorf("a holder of the role, %s: %w", id, err))
		}
		return
	}
	members, err := group.Members.Get()
	if err != nil {
		f.open = join(f.open, fmt.Errorf("group %s, which holds the role: %w", groupLabel(group), err))
	}
	walk := groupWalk{snapshot: f.snapshot, seen: map[string]bool{}}
	for _, m := range members {
		if walk.nested(m) || !walk.person(m) { // nested groups give no role
			continue
		}
		if !f.user(m.ID, note) {
			f.open = join(f.open, fmt.Errorf("a member of group %s, %s: %w", groupLabel(group), m.ID, f.unread(m.ID)))
		}
	}
	f.open = join(f.open, walk.err)
	f.joining(group)
}

// joining notes who is eligible for membership of a group.
func (f *administrators) joining(group tenant.Group) {
	instances, err := f.snapshot.GroupSchedules(f.snapshot.GroupEligibilityScheduleInstances, "groupEligibilityScheduleInstances", group.ID)
	if _, none := tenant.NoLicence(err); none {
		return
	}
	f.open = join(f.open, err)
	for _, instance := range instances {
		access, accessErr := instance.AccessID.Get()
		principal, principalErr := instance.PrincipalID.Get()
		if err := join(accessErr, principalErr); err != nil {
			f.open = join(f.open, err)
			continue
		}
		if strings.EqualFold(access, "member") && !f.user(principal, func(a *Administrator) { a.Eligible = true }) {
			if _, err := f.snapshot.Group(principal); err != nil {
				f.open = join(f.open, fmt.Errorf("who can join group %s, %s: %w", groupLabel(group), principal, f.unread(principal)))
			}
		}
	}
}

// user notes a user, and reports whether the id is one, or is known to be gone.
func (f *administrators) user(id string, note func(*Administrator)) bool {
	u, err := f.snapshot.User(id)
	if err != nil {
		return f.snapshot.Deleted(id)
	}
	key := strings.ToLower(u.ID)
	if f.byID[key] == nil {
		f.byID[key] = &Administrator{User: u}
	}
	note(f.byID[key])
	return true
}

func (f *administrators) unread(id string) error {
	_, err := f.snapshot.User(id)
	return err
}
