package graph

import (
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"breakglass/signin"
	"breakglass/tenant"
)

// readHolders reads whoever holds Global Administrator, now or when they activate it, and
// all that is on the way to them. What to read next follows from every list that names
// somebody: the function that tells the checks who gets the role says what it lacks.
func (r *reading) readHolders() {
	for {
		needs := signin.HoldersOf(r.sofar(), globalAdministrator).Needs
		principals := r.fresh("principals", needs.Principals)
		users := r.fresh("users", needs.Users)
		groups := r.fresh("groups", needs.Groups)
		applications := r.fresh("servicePrincipals", needs.Applications)
		schedules := r.fresh("schedules", needs.Schedules)
		if len(principals)+len(users)+len(groups)+len(applications)+len(schedules) == 0 {
			return
		}
		r.identify(principals)
		r.readProfiles(users)
		r.readGroups(groups)
		r.refuseAll("servicePrincipals/", applications, r.readPrincipals(applications))
		r.readGroupSchedules(schedules)
	}
}

// identify finds out what ids of which nothing is known stand for: users, groups or
// applications. What is none of them, and was not deleted, is at home in another tenant.
func (r *reading) identify(ids []string) {
	unknown := func(list string, ids []string) []string {
		return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
			_, refused := r.reasonFor(list + "/" + id)
			return !refused
		})
	}
	r.readProfiles(ids)
	left := unknown("users", ids) // whether it is not there, or could not be read: it may be a group
	r.readGroups(left)
	left = unknown("groups", left)
	r.refuseAll("servicePrincipals/", left, r.readPrincipals(left))
	r.lookAmongDeleted(slices.DeleteFunc(left, func(id string) bool {
		return slices.ContainsFunc([]string{"users", "groups", "servicePrincipals"}, func(list string) bool {
			reason, refused := r.reasonFor(list + "/" + id)
			return !refused || reason.Status != 404
		})
	}))
}

// lookAmongDeleted asks of ids whether they are of something that was deleted.
func (r *reading) lookAmongDeleted(ids []string) {
	for i, a := range r.carrier.batch(r.ctx, ordinary, build(ids, r.deletedItem)) {
		item, err := objectFact[identified](a).Get()
		switch {
		case a.err != nil && a.err.Status == 404:
		case err != nil:
			r.goneOpen = reasonOf(err)
		case !strings.EqualFold(item.ID, ids[i]):
			r.goneOpen = &tenant.UnreadError{Code: tenant.CodeUnexpected}
		default:
			r.gone[key(ids[i])] = true
		}
	}
}

// readNested reads groups with their members, and the groups in them, level by
// level, each once, and returns the ids of the users that it finds.
func (r *reading) readNested(ids []string) []string {
	var users []string
	seen := map[string]bool{}
	for level := unique(ids); len(level) > 0; {
		for _, id := range level {
			seen[key(id)] = true
			r.expanded[key(id)] = true
		}
		var next []string
		for _, m := range r.readGroups(level) {
			switch {
			case m.Kind() == tenant.KindGroup || r.groupOf(m.ID) != nil:
				if !seen[key(m.ID)] {
					next = append(next, m.ID)
				}
			default:
				users = append(users, m.ID)
			}
		}
		level = unique(next)
	}
	return users
}

// readGroups reads groups and their direct members, those that were not read before, and
// returns the members.
func (r *reading) readGroups(ids []string) []tenant.DirectoryObject {
	var open, members []string
	for _, id := range unique(ids) {
		if r.groupOf(id) == nil {
			open = append(open, id)
		}
	}
	for i, a := range r.carrier.batch(r.ctx, ordinary, build(open, r.group)) {
		group, err := objectFact[tenant.Group](a).Get()
		if err == nil && !strings.EqualFold(group.ID, open[i]) {
			err = &tenant.UnreadError{Code: tenant.CodeUnexpected}
		}
		if err != nil {
			r.refuse("groups/"+open[i], reasonOf(err))
			continue
		}
		r.keepGroup(group)
	}
	var all []tenant.DirectoryObject
	for _, id := range unique(ids) {
		group := r.groupOf(id)
		switch {
		case group == nil:
		case group.Members.IsZero():
			members = append(members, id)
		default:
			list, _ := group.Members.Get() // the reason is kept with the group
			all = append(all, list...)
		}
	}
	return append(all, r.readMembers(members)...)
}

// readMembers reads the direct members of groups that were read.
func (r *reading) readMembers(ids []string) []tenant.DirectoryObject {
	var all []tenant.DirectoryObject
	eachOf(r, r.carrier.beta(), ordinary, r.fresh("members", ids), r.members, func(id string, members tenant.Fact[[]tenant.DirectoryObject]) {
		list, _ := members.Get() // the reason is kept with the group
		all = append(all, list...)
		r.setGroup(id, func(g *tenant.Group) { g.Members = members })
	})
	return all
}

// readRoleGroups reads the direct members of every group that holds a role, whichever: a
// role takes a direct membership. Only groups that can hold one are asked for; where
// Graph does not list those, whoever holds a role may be one.
func (r *reading) readRoleGroups() {
	if len(r.fresh("lists", []string{"roleGroups"})) > 0 {
		r.canHold = listFact[tenant.Group](r, ordinary, r.roleGroups)
	}
	candidates, err := r.canHold.Get()
	isGroup := map[string]bool{}
	for _, g := range candidates {
		isGroup[key(g.ID)] = true
	}
	var held []string
	assignments, _ := r.snapshot.RoleAssignments.Get() // unread: those that PIM names are read
	for _, a := range assignments {
		id, idErr := a.PrincipalID.Get()
		switch {
		case idErr != nil || r.known(id) != nil:
		case isGroup[key(id)] || err != nil:
			held = append(held, id)
		default: // no group that can hold a role, so none that does
			r.refuseAll("groups/", r.fresh("groups", []string{id}), map[string]*tenant.UnreadError{key(id): {Status: 404, Code: tenant.CodeNotFound}})
		}
	}
	slices.Sort(held)
	held = unique(held)
	for _, g := range candidates {
		if slices.ContainsFunc(held, func(id string) bool { return strings.EqualFold(id, g.ID) }) {
			r.keepGroup(g)
		}
	}
	r.readGroups(held)
}

// readGroupSchedules reads PIM for Groups. Where a group's share cannot be read, that
// is noted for the group; a missing licence is one for all.
func (r *reading) readGroupSchedules(ids []string) {
	r.snapshot.GroupAssignmentScheduleInstances = r.schedules(r.snapshot.GroupAssignmentScheduleInstances, "groupAssignmentScheduleInstances", ids, r.groupAssignmentSchedules)
	r.snapshot.GroupEligibilityScheduleInstances = r.schedules(r.snapshot.GroupEligibilityScheduleInstances, "groupEligibilityScheduleInstances", ids, r.groupEligibilitySchedules)
}

// schedules adds what PIM says of some groups to what it said of others.
func (r *reading) schedules(before tenant.Fact[[]tenant.GroupScheduleInstance], name string, ids []string,
	one func(string) (*abstractions.RequestInformation, error)) tenant.Fact[[]tenant.GroupScheduleInstance] {
	all, err := before.Get()
	licence := err
	if _, none := tenant.NoLicence(err); !none {
		licence = nil
	}
	each(r, ordinary, ids, one, func(id string, list tenant.Fact[[]tenant.GroupScheduleInstance]) {
		own, err := list.Get()
		if _, none := tenant.NoLicence(err); none {
			licence = err
		} else if err != nil {
			r.refuse("groups/"+id+"/"+name, reasonOf(err))
		}
		all = append(all, own...)
	})
	if licence != nil {
		return tenant.Unread[[]tenant.GroupScheduleInstance](licence)
	}
	return tenant.Known(append([]tenant.GroupScheduleInstance{}, all...))
}

// settleSchedules says of PIM for Groups what nobody asked for: while a list that names
// the groups with the role is unread, any group that can hold one may be among them. With
// every list read there is nothing to say of the others.
func (r *reading) settleSchedules() {
	s := &r.snapshot
	var open error
	for _, err := range []error{errorOf(s.RoleAssignments), errorOf(s.RoleAssignmentScheduleInstances), errorOf(s.RoleEligibilityScheduleInstances)} {
		if _, none := tenant.NoLicence(err); err != nil && !none {
			open = err
		}
	}
	for _, list := range []*tenant.Fact[[]tenant.GroupScheduleInstance]{&s.GroupAssignmentScheduleInstances, &s.GroupEligibilityScheduleInstances} {
		switch {
		case !list.IsZero() || reasonOf(errorOf(*list)).Code != "":
		case open != nil:
			*list = tenant.Unread[[]tenant.GroupScheduleInstance](open)
		default:
			*list = tenant.Known([]tenant.GroupScheduleInstance{})
		}
	}
	if open == nil {
		return
	}
	for _, g := range ordered(r.groups) {
		if can, err := g.IsAssignableToRole.Get(); r.asked["schedules/"+key(g.ID)] || err == nil && (can == nil || !*can) {
			continue
		}
		for _, name := range []string{"groupAssignmentScheduleInstances", "groupEligibilityScheduleInstances"} {
			r.refuse("groups/"+g.ID+"/"+name, reasonOf(open))
		}
	}
}

func errorOf[T any](f tenant.Fact[T]) error {
	_, err := f.Get()
	return err
}
