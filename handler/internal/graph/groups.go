package graph

import (
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"breakglass/tenant"
)

// readNested reads groups with their members, and the groups in them, level by
// level, each once. It returns the ids of the users that it finds.
func (r *reading) readNested(ids []string) []string {
	var users []string
	seen := map[string]bool{}
	for level := unique(ids); len(level) > 0; {
		for _, id := range level {
			seen[strings.ToLower(id)] = true
			r.expanded[strings.ToLower(id)] = true
		}
		var next []string
		for _, m := range r.readGroups(level) {
			switch {
			case m.ODataType == tenant.TypeUser:
				users = append(users, m.ID)
			case m.ODataType == tenant.TypeGroup && !seen[strings.ToLower(m.ID)]:
				next = append(next, m.ID)
			}
		}
		level = unique(next)
	}
	return users
}

// readGroups reads groups and their direct members, and returns the members.
func (r *reading) readGroups(ids []string) []tenant.DirectoryObject {
	var existing []string
	for i, a := range r.carrier.batch(r.ctx, ordinary, build(ids, r.group)) {
		group, err := objectFact[tenant.Group](a).Get()
		if err != nil {
			r.refuse("groups/"+ids[i], reasonOf(err))
			continue
		}
		r.mu.Lock()
		if r.groups[group.ID] == nil {
			r.groups[group.ID] = &group
		}
		r.mu.Unlock()
		existing = append(existing, group.ID)
	}
	return r.readMembers(existing)
}

// readMembers reads the direct members of groups that were read.
func (r *reading) readMembers(ids []string) []tenant.DirectoryObject {
	var all []tenant.DirectoryObject
	each(r, ordinary, ids, r.members, func(id string, members tenant.Fact[[]tenant.DirectoryObject]) {
		list, _ := members.Get() // the reason is kept with the group
		all = append(all, list...)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.groups[id].Members = members
	})
	return all
}

// readHolders reads whoever holds Global Administrator, now or when they activate
// it: users, and the users in groups that hold it. A principal that is neither a
// user nor a group is an application.
func (r *reading) readHolders() {
	var principals []string
	assignments, _ := r.snapshot.RoleAssignments.Get() // unread: nobody is known
	for _, a := range assignments {
		principals = append(principals, holder(a.RoleDefinitionID, a.DirectoryScopeID, a.PrincipalID)...)
	}
	for _, list := range []tenant.Fact[[]tenant.RoleScheduleInstance]{r.snapshot.RoleAssignmentScheduleInstances, r.snapshot.RoleEligibilityScheduleInstances} {
		instances, _ := list.Get() // unread: nobody is known
		for _, i := range instances {
			principals = append(principals, holder(i.RoleDefinitionID, i.DirectoryScopeID, i.PrincipalID)...)
		}
	}
	slices.Sort(principals)
	principals = unique(principals)
	r.readProfiles(principals)
	var others []string
	for _, p := range principals {
		if reason, refused := r.unreadable["users/"+p]; refused && reason.Status == 404 {
			others = append(others, p)
		}
	}
	var users []string
	for _, m := range r.readGroups(others) {
		if m.ODataType == tenant.TypeUser {
			users = append(users, m.ID)
		}
	}
	r.readProfiles(users)
}

// holder is the principal of a row, if the row gives Global Administrator for the
// whole tenant.
func holder(role, scope, principal tenant.Fact[string]) []string {
	id, err := role.Get()
	if err != nil || !strings.EqualFold(id, globalAdministrator) {
		return nil
	}
	if where, err := scope.Get(); err != nil || where != "/" {
		return nil
	}
	if who, err := principal.Get(); err == nil {
		return []string{who}
	}
	return nil
}

// readRoleGroups reads the direct members of every group that an account is in and
// that holds a role, and what PIM says of the groups that hold Global Administrator:
// a role takes a direct membership.
func (r *reading) readRoleGroups() {
	var unreadMembers, global []string
	assignments, _ := r.snapshot.RoleAssignments.Get() // unread: none is known
	for _, a := range assignments {
		id, err := a.PrincipalID.Get()
		if err != nil {
			continue
		}
		group := r.groups[id]
		if group == nil {
			continue
		}
		if group.Members.IsZero() {
			unreadMembers = append(unreadMembers, id)
		}
		if len(holder(a.RoleDefinitionID, a.DirectoryScopeID, a.PrincipalID)) > 0 {
			global = append(global, id)
		}
	}
	slices.Sort(unreadMembers)
	slices.Sort(global)
	r.readMembers(slices.Compact(unreadMembers))
	r.readGroupSchedules(slices.Compact(global))
}

// readGroupSchedules reads PIM for Groups. Where a group's share cannot be read, that
// is noted for the group; a missing licence is one for all.
func (r *reading) readGroupSchedules(ids []string) {
	assigned := r.schedules("groupAssignmentScheduleInstances", ids, r.groupAssignmentSchedules)
	eligible := r.schedules("groupEligibilityScheduleInstances", ids, r.groupEligibilitySchedules)
	r.snapshot.GroupAssignmentScheduleInstances = assigned
	r.snapshot.GroupEligibilityScheduleInstances = eligible
}

func (r *reading) schedules(name string, ids []string, one func(string) (*abstractions.RequestInformation, error)) tenant.Fact[[]tenant.GroupScheduleInstance] {
	all := []tenant.GroupScheduleInstance{}
	var licence error
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
	return tenant.Known(all)
}
