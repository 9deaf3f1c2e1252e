package signin

import (
	"errors"
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// InGroup reports whether the user is in the group, through nested groups too.
// The error says what is missing to tell.
func InGroup(s tenant.Snapshot, u tenant.User, groupID string) (bool, error) {
	memberOf, memberErr := u.TransitiveMemberOf.Get()
	if memberErr == nil {
		return containsObject(memberOf, groupID), nil
	}
	walk := groupWalk{snapshot: s, seen: map[string]bool{}}
	found := walk.find(groupID, u.ID)
	switch {
	case found:
		return true, nil
	case walk.err != nil:
		if err := membershipsOr(memberErr, walk.err); !errors.Is(walk.err, err) {
			return false, ofGroup(groupID, err)
		}
		return false, walk.err
	}
	return false, nil
}

// membershipsOr is why it cannot be told whether a user is in a group: the reason why
// the user's memberships were not read, where there is one, or else what is missing
// of the group.
func membershipsOr(memberErr, groupErr error) error {
	if groupErr == nil || memberErr == nil || absent(memberErr) {
		return groupErr
	}
	return memberErr
}

func containsObject(objects []tenant.DirectoryObject, id string) bool {
	for _, o := range objects {
		if strings.EqualFold(o.ID, id) {
			return true
		}
	}
	return false
}

// A groupWalk follows the members of groups to any depth, each group once.
type groupWalk struct {
	snapshot tenant.Snapshot
	seen     map[string]bool
	err      error    // what was not read on the way
	unread   []string // the groups whose members were not
}

func (w *groupWalk) missing(err error) { w.err = join(w.err, err) }

// ofGroup says of which group it is that something is missing.
func ofGroup(id string, err error) error {
	return Doubting(err, "groups", strings.ToLower(id))
}

// members returns the direct members of a group; a group that does not exist has
// none.
func (w *groupWalk) members(groupID string) []tenant.DirectoryObject {
	group, err := w.snapshot.Group(groupID)
	if err != nil {
		if !tenant.NotFound(err) {
			w.unread = append(w.unread, groupID)
			w.missing(ofGroup(groupID, say("group %s: %s", groupID, err)))
		}
		return nil
	}
	members, err := group.Members.Get()
	if err != nil {
		w.unread = append(w.unread, group.ID)
		w.missing(ofGroup(groupID, say("group %s: %s", groupLabel(group), err)))
	}
	return members
}

// nested reports whether a member is a group. A member of no known type that is
// in none of the lists could be one.
func (w *groupWalk) nested(m tenant.DirectoryObject) bool {
	switch m.Kind() {
	case tenant.KindGroup:
		return true
	case tenant.KindUser, tenant.KindApplication, tenant.KindOther:
		return false
	case tenant.KindUnknown:
	}
	_, err := w.snapshot.Group(m.ID)
	if err != nil && !tenant.NotFound(err) && !isOther(w.snapshot, m.ID) {
		w.missing(ofGroup(m.ID, say("member %s: %s", m.ID, err)))
	}
	return err == nil
}

// person reports whether a member that is no group is a user, or could be one.
func (w *groupWalk) person(m tenant.DirectoryObject) bool {
	switch m.Kind() {
	case tenant.KindUser:
		return true
	case tenant.KindGroup, tenant.KindApplication, tenant.KindOther:
		return false
	case tenant.KindUnknown:
	}
	_, err := w.snapshot.User(m.ID)
	return err == nil || !isOther(w.snapshot, m.ID) && !w.snapshot.Deleted(m.ID)
}

// find looks for an object below a group.
func (w *groupWalk) find(groupID, id string) bool {
	if key := strings.ToLower(groupID); w.seen[key] {
		return false
	} else {
		w.seen[key] = true
	}
	members := w.members(groupID)
	if containsObject(members, id) {
		return true
	}
	for _, m := range members {
		if w.nested(m) && w.find(m.ID, id) {
			return true
		}
	}
	return false
}

// visit calls each for every member below a group that is no group itself, of each group
// once.
func (w *groupWalk) visit(groupID string, each func(tenant.DirectoryObject)) {
	key := strings.ToLower(groupID)
	if w.seen[key] {
		return
	}
	w.seen[key] = true
	for _, m := range w.members(groupID) {
		if w.nested(m) {
			w.visit(m.ID, each)
		} else {
			each(m)
		}
	}
}

// UsersIn returns the object ids of the users in a group, nested ones too, in
// order and each once. The error says that the list may be incomplete, and why.
func UsersIn(s tenant.Snapshot, groupID string) ([]string, error) {
	walk := groupWalk{snapshot: s, seen: map[string]bool{}}
	var ids []string
	walk.visit(groupID, func(m tenant.DirectoryObject) {
		if walk.person(m) {
			ids = append(ids, m.ID)
		}
	})
	slices.Sort(ids)
	return slices.Compact(ids), walk.err
}

// groupLabel names a group for people.
func groupLabel(g tenant.Group) text.Text {
	if name, err := g.DisplayName.Get(); err == nil && name != nil && *name != "" {
		return say("“%s”", *name)
	}
	return say("%s", g.ID)
}

// groupName names a group that may not have been read.
func groupName(s tenant.Snapshot, id string) text.Text {
	g, err := s.Group(id)
	if err != nil {
		return say("%s", id)
	}
	return groupLabel(g)
}
