package graph

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"breakglass/tenant"
)

// Objects are kept under their ids in lower case: Microsoft Graph's lists do not agree on
// the case.

func key(id string) string { return strings.ToLower(id) }

// keepUser keeps a user, unless that one was read before.
func (r *reading) keepUser(u tenant.User) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users[key(u.ID)] == nil {
		r.users[key(u.ID)] = &u
	}
}

// keepGroup keeps a group, unless it was read before.
func (r *reading) keepGroup(g tenant.Group) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.groups[key(g.ID)] == nil {
		r.groups[key(g.ID)] = &g
	}
}

// setUser changes a user who was read.
func (r *reading) setUser(id string, change func(*tenant.User)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if u := r.users[key(id)]; u != nil {
		change(u)
	}
}

// setGroup changes a group that was read.
func (r *reading) setGroup(id string, change func(*tenant.Group)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if g := r.groups[key(id)]; g != nil {
		change(g)
	}
}

// groupOf finds a group that was read before.
func (r *reading) groupOf(id string) *tenant.Group {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.groups[key(id)]
}

// known finds a user that was read before, by id or name.
func (r *reading) known(declared string) *tenant.User {
	r.mu.Lock()
	defer r.mu.Unlock()
	if u := r.users[key(declared)]; u != nil {
		return u
	}
	for _, u := range r.users {
		if upn, err := u.UserPrincipalName.Get(); err == nil && strings.EqualFold(upn, declared) {
			return u
		}
	}
	return nil
}

// fresh returns the ids that were not asked for yet as something, each once, and notes
// them as asked for.
func (r *reading) fresh(as string, ids []string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var left []string
	for _, id := range ids {
		if k := as + "/" + key(id); !r.asked[k] {
			r.asked[k] = true
			left = append(left, id)
		}
	}
	return left
}

// sofar is the snapshot of what was read up to now.
func (r *reading) sofar() tenant.Snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.snapshot
	s.Users = tenant.Known(ordered(r.users))
	s.Groups = tenant.Known(ordered(r.groups))
	s.ServicePrincipals = tenant.Known(ordered(r.principals))
	if reason, refused := r.unreadable[permissionsKey]; refused && len(r.principals) == 0 {
		s.ServicePrincipals = tenant.Unread[[]tenant.ServicePrincipal](&reason)
	}
	s.DeletedObjects = r.deleted()
	s.Unreadable = maps.Clone(r.unreadable)
	return s
}

// deleted are the ids that are known to be gone.
func (r *reading) deleted() tenant.Fact[[]string] {
	if r.goneOpen != nil {
		return tenant.Unread[[]string](r.goneOpen)
	}
	return tenant.Known(slices.AppendSeq([]string{}, maps.Keys(r.gone)))
}

func sortedKeys[T any](byID map[string]*T) []string {
	return slices.SortedFunc(maps.Keys(byID), cmp.Compare[string])
}

func ordered[T any](byID map[string]*T) []T {
	all := make([]T, 0, len(byID))
	for _, id := range sortedKeys(byID) {
		all = append(all, *byID[id])
	}
	return all
}

// refuse notes why something could not be read.
func (r *reading) refuse(key string, err *tenant.UnreadError) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unreadable[key] = *err
}

// reasonFor is why something could not be read, if that was noted.
func (r *reading) reasonFor(key string) (tenant.UnreadError, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	reason, ok := r.unreadable[key]
	return reason, ok
}
