package signin

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"breakglass/tenant"
)

// A HolderKind says what a holder of a role is.
type HolderKind string

// The kinds of holders. A group is none: whoever is in it is.
const (
	HolderUser        HolderKind = "user"
	HolderApplication HolderKind = "application"
	HolderElsewhere   HolderKind = "elsewhere" // at home in another tenant, as a partner's administrators are
)

// A Holder is somebody, or an application, who gets a role for the whole tenant.
type Holder struct {
	Kind     HolderKind
	ID       string      // object id, as the lists write it
	User     tenant.User // of a HolderUser
	Active   bool        // has it now
	Eligible bool        // can activate it, or the membership of a group that has it
	Direct   bool        // by an assignment of its own
	Groups   []string    // the groups that it comes through, in lower case and in order
}

// Holders is who gets one role for the whole tenant, and what must still be read to tell.
type Holders struct {
	All     []Holder // each once, in the order of their ids
	Groups  []string // the groups that get the role, in lower case and in order
	Open    error    // why there may be others; those in All are certain
	OpenNow error    // why there may be others who have it now
	Needs   Needs
}

// Needs is what a list names and was not read. Ids are as the lists write them.
type Needs struct {
	Principals   []string // may be users, groups or applications
	Users        []string
	Groups       []string // that are on the way to holders, with their members
	Applications []string
	Schedules    []string // groups of which PIM for Groups says who is a member, and who can become one
}

// HoldersOf says who gets a role for the whole tenant: people, applications, and whoever
// is from another tenant; assigned or eligible; directly, as a direct member of a group, or
// as somebody who can become one. Entra gives a role to direct members of a
// role-assignable group only; a group that is an eligible member brings all that are in it.
// https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept
// https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups
func HoldersOf(s tenant.Snapshot, role string) Holders {
	w := holderWalk{snapshot: s, found: map[string]*Holder{}, groups: map[string]bool{}, joinable: map[string]bool{}, index: indexOf(s)}
	for _, source := range []struct {
		rows   func() ([]grant, error)
		active bool
	}{
		{func() ([]grant, error) { return assigned(s, role) }, true},
		{func() ([]grant, error) { return licensed(s.RoleAssignmentScheduleInstances, role) }, true},
		{func() ([]grant, error) { return licensed(s.RoleEligibilityScheduleInstances, role) }, false},
	} {
		h := standing{active: source.active, eligible: !source.active}
		rows, err := source.rows()
		w.missing(h, err)
		for _, g := range rows {
			if w.missing(h, g.doubt); g.doubt == nil {
				w.principal(g.principal, h)
			}
		}
	}
	return w.outcome()
}

// licensed returns the rows of one of PIM's lists. Without the licence for PIM there
// are none.
func licensed(list tenant.Fact[[]tenant.RoleScheduleInstance], role string) ([]grant, error) {
	rows, err := scheduled(list, role)
	if _, none := tenant.NoLicence(err); none {
		return nil, nil
	}
	return rows, err
}

// standing is how somebody gets a role.
type standing struct {
	active, eligible bool
	through          string // a group, in lower case; empty for an assignment of one's own
}

// in is how the members of a group get it.
func (h standing) in(group string) standing {
	h.through = strings.ToLower(group)
	return h
}

// A holderWalk follows what gives a role.
type holderWalk struct {
	snapshot tenant.Snapshot
	index    index
	found    map[string]*Holder // by id in lower case
	groups   map[string]bool    // that get the role, by id in lower case
	joinable map[string]bool    // whose eligible members were followed, by what is joined and id in lower case
	open     error
	openNow  error // of those who have it now
	needs    Needs
}

// missing notes what was not read of those who get the role in some way.
func (w *holderWalk) missing(h standing, err error) {
	w.open = join(w.open, err)
	if h.active {
		w.openNow = join(w.openNow, err)
	}
}

func (w *holderWalk) outcome() Holders {
	h := Holders{Groups: slices.Sorted(maps.Keys(w.groups)), Open: w.open, OpenNow: w.openNow, Needs: w.needs}
	for _, holder := range w.found {
		slices.Sort(holder.Groups)
		h.All = append(h.All, *holder)
	}
	slices.SortFunc(h.All, func(a, b Holder) int { return cmp.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID)) })
	for _, list := range []*[]string{&h.Needs.Principals, &h.Needs.Users, &h.Needs.Groups, &h.Needs.Applications, &h.Needs.Schedules} {
		slices.Sort(*list)
		*list = slices.CompactFunc(*list, strings.EqualFold)
	}
	return h
}

// note adds a holder, or how one that is known gets the role too.
func (w *holderWalk) note(kind HolderKind, id string, h standing) *Holder {
	key := strings.ToLower(id)
	holder := w.found[key]
	if holder == nil {
		holder = &Holder{Kind: kind, ID: id}
		w.found[key] = holder
	}
	holder.Active = holder.Active || h.active
	holder.Eligible = holder.Eligible || h.eligible
	if h.through == "" {
		holder.Direct = true
	} else if !slices.Contains(holder.Groups, h.through) {
		holder.Groups = append(holder.Groups, h.through)
	}
	return holder
}

// principal notes who gets the role by an assignment: a user, an application, or those in
// a group.
func (w *holderWalk) principal(id string, h standing) {
	if w.user(id, h) || w.application(id, h) {
		return
	}
	group, ok := w.index.groups[strings.ToLower(id)]
	switch {
	case ok:
		w.group(*group, h)
	case w.snapshot.Deleted(id):
	case w.snapshot.Elsewhere(id):
		w.note(HolderElsewhere, id, h)
	default:
		w.needs.Principals = append(w.needs.Principals, id)
		w.missing(h, say("a holder of the role, %s: %s", id, w.whyUnread(id)))
	}
}

// user notes a user who was read.
func (w *holderWalk) user(id string, h standing) bool {
	u, ok := w.index.users[strings.ToLower(id)]
	if ok {
		w.note(HolderUser, u.ID, h).User = *u
	}
	return ok
}

// application notes an application that was read.
func (w *holderWalk) application(id string, h standing) bool {
	p, ok := w.index.applications[strings.ToLower(id)]
	if ok {
		w.note(HolderApplication, p.ID, h)
	}
	return ok
}

// whyUnread says why it is not known what an id stands for: the most telling of the
// reasons why there is no such user, group or application among those that were read.
func (w *holderWalk) whyUnread(id string) error {
	_, user := w.snapshot.User(id)
	_, group := w.snapshot.Group(id)
	_, application := w.snapshot.ServicePrincipal(id)
	for _, err := range []error{group, user, application} {
		if !absent(err) && !tenant.NotFound(err) {
			return err
		}
	}
	if _, err := w.snapshot.DeletedObjects.Get(); err != nil && tenant.NotFound(user) && tenant.NotFound(group) && tenant.NotFound(application) {
		return err
	}
	for _, err := range []error{user, group, application} {
		if absent(err) {
			return err
		}
	}
	return group
}

// group notes who gets the role through a group: its direct members, and those who can
// become members.
func (w *holderWalk) group(group tenant.Group, h standing) {
	key := strings.ToLower(group.ID)
	w.groups[key] = true
	members, err := group.Members.Get()
	if err != nil {
		w.needs.Groups = append(w.needs.Groups, group.ID)
		w.missing(h, say("group %s, which holds the role: %s", groupLabel(group), err))
	}
	for _, m := range members {
		w.member(m, group, h.in(key))
	}
	w.joining(group, key)
}

// member notes a direct member of a group that gets the role. Groups in it get none.
func (w *holderWalk) member(m tenant.DirectoryObject, group tenant.Group, h standing) {
	unread := func(needs *[]string, err error) {
		*needs = append(*needs, m.ID)
		w.missing(h, say("a member of group %s, %s: %s", groupLabel(group), m.ID, err))
	}
	if w.user(m.ID, h) || w.application(m.ID, h) || w.snapshot.Deleted(m.ID) {
		return
	}
	switch m.Kind() {
	case tenant.KindGroup, tenant.KindOther:
	case tenant.KindUser:
		_, err := w.snapshot.User(m.ID)
		unread(&w.needs.Users, err)
	case tenant.KindApplication:
		w.note(HolderApplication, m.ID, h)
		w.needs.Applications = append(w.needs.Applications, m.ID)
	case tenant.KindUnknown:
		if _, ok := w.index.groups[strings.ToLower(m.ID)]; ok || w.snapshot.Elsewhere(m.ID) {
			return
		}
		unread(&w.needs.Principals, w.whyUnread(m.ID))
	}
}

// joining notes who is eligible for membership of a group through which the role is
// had in the end, by its id in lower case: users, and everybody in groups or eligible for
// them, who can become a member of those first.
func (w *holderWalk) joining(group tenant.Group, through string) {
	key := through + " " + strings.ToLower(group.ID)
	if w.joinable[key] {
		return
	}
	w.joinable[key] = true
	w.needs.Schedules = append(w.needs.Schedules, group.ID)
	instances, err := w.snapshot.GroupSchedules(w.snapshot.GroupEligibilityScheduleInstances, "groupEligibilityScheduleInstances", group.ID)
	if _, none := tenant.NoLicence(err); none {
		return
	}
	h := standing{eligible: true, through: through}
	w.missing(h, err)
	for _, instance := range instances {
		access, accessErr := instance.AccessID.Get()
		principal, principalErr := instance.PrincipalID.Get()
		if accessErr == nil && strings.EqualFold(access, "owner") {
			continue
		}
		if err := join(accessErr, principalErr); err != nil {
			w.missing(h, err)
			continue
		}
		if !strings.EqualFold(access, "member") {
			w.missing(h, Doubting(say("the access %q to a group is not known", access), "accessId", access))
			continue
		}
		w.joiner(principal, group, h)
	}
}

// joiner notes somebody who can become a member, or everybody in a group that can.
func (w *holderWalk) joiner(id string, group tenant.Group, h standing) {
	if w.user(id, h) || w.application(id, h) || w.snapshot.Deleted(id) {
		return
	}
	if _, ok := w.index.groups[strings.ToLower(id)]; ok {
		w.below(id, h)
		return
	}
	if w.snapshot.Elsewhere(id) {
		w.note(HolderElsewhere, id, h)
		return
	}
	w.needs.Principals = append(w.needs.Principals, id)
	w.missing(h, say("who can join group %s, %s: %s", groupLabel(group), id, w.whyUnread(id)))
}

// below notes everybody in a group, nested ones too, and everybody who can join one of
// them.
func (w *holderWalk) below(groupID string, h standing) {
	walk := groupWalk{snapshot: w.snapshot, seen: map[string]bool{}}
	walk.visit(groupID, func(m tenant.DirectoryObject) {
		if !w.user(m.ID, h) && !w.application(m.ID, h) && walk.person(m) {
			_, err := w.snapshot.User(m.ID)
			w.needs.Users = append(w.needs.Users, m.ID)
			w.missing(h, say("a member of group %s, %s: %s", groupName(w.snapshot, groupID), m.ID, err))
		}
	})
	w.missing(h, walk.err)
	w.needs.Groups = append(w.needs.Groups, walk.unread...)
	for _, id := range slices.Sorted(maps.Keys(walk.seen)) {
		if group, ok := w.index.groups[id]; ok {
			w.joining(*group, h.through)
		}
	}
}

// An index finds objects of a snapshot by their ids in lower case.
type index struct {
	users        map[string]*tenant.User
	groups       map[string]*tenant.Group
	applications map[string]*tenant.ServicePrincipal
}

func indexOf(s tenant.Snapshot) index {
	users, _ := s.Users.Get() // unread: none is found, and whoever looks for one says why
	groups, _ := s.Groups.Get()
	applications, _ := s.ServicePrincipals.Get()
	return index{
		byID(users, func(u *tenant.User) string { return u.ID }),
		byID(groups, func(g *tenant.Group) string { return g.ID }),
		byID(applications, func(p *tenant.ServicePrincipal) string { return p.ID }),
	}
}

func byID[T any](all []T, id func(*T) string) map[string]*T {
	m := make(map[string]*T, len(all))
	for i := range all {
		if key := strings.ToLower(id(&all[i])); key != "" && m[key] == nil {
			m[key] = &all[i]
		}
	}
	return m
}
