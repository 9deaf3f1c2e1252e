package checks

import (
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

// resolve finds out whom a declaration names. Who was known to be declared stays an account
// while it cannot be told that they are not any more.
func (p Past) resolve(s tenant.Snapshot, d tenant.Declaration) (entry, []account) {
	if d.Group != "" {
		return p.resolveGroup(s, d)
	}
	e := entry{declared: d, subject: Subject{Type: SubjectUser, ID: d.User, Name: d.User}}
	user, err := s.User(d.User)
	if held := p.pinned(d.User); held != "" && (err != nil || !strings.EqualFold(user.ID, held)) {
		return p.resolvePinned(s, e, held)
	}
	switch {
	case tenant.NotFound(err):
		e.missing = say(noSuchUser)
		return e, nil
	case err != nil:
		e.err = err
		return e, []account{{id: d.User, declared: d.User, err: err}}
	}
	return e.of(user), []account{accountOf(user, d.User)}
}

const noSuchUser = "Microsoft Entra knows no such user: the account was deleted or renamed, or the declaration has a mistake."

// pinned is the object id of the account that a declared name meant; empty if that is not known.
func (p Past) pinned(declared string) string {
	i := slices.IndexFunc(p.Accounts, func(a Account) bool { return strings.EqualFold(a.Declared, declared) })
	if i < 0 {
		return ""
	}
	return p.Accounts[i].ID
}

// of is the entry of a user who was found.
func (e entry) of(u tenant.User) entry {
	e.subject = Subject{Type: SubjectUser, ID: u.ID, Name: u.Label()}
	e.users = append(e.users, u.ID)
	return e
}

func accountOf(u tenant.User, declared string) account {
	return account{id: u.ID, user: u, declared: declared, exists: true}
}

// resolvePinned resolves a declaration whose name does not lead to the account that it led to
// before: that one was renamed or deleted, or one of the two was not read. Another user of the
// name is no account: whoever takes a name would take what is declared by it.
func (p Past) resolvePinned(s tenant.Snapshot, e entry, held string) (entry, []account) {
	declared := e.declared.User
	user, err := s.User(declared)
	before, heldErr := s.User(held)
	switch {
	case tenant.NotFound(heldErr) && err == nil: // deleted, and made anew
		return e.of(user), []account{accountOf(user, declared)}
	case tenant.NotFound(heldErr) && tenant.NotFound(err):
		e.missing = say(noSuchUser)
		return e, nil
	case heldErr != nil:
		e.subject = Subject{Type: SubjectUser, ID: held, Name: declared}
		if e.err = heldErr; tenant.NotFound(err) {
			e.missing, e.err = say(noSuchUser), nil // renamed or deleted
		}
		return e, []account{{id: held, user: p.remembered(held), declared: declared, exists: true, err: heldErr}}
	}
	e = e.of(before)
	switch {
	case err == nil:
		e.mistaken = say("The name is another user's now, who is not watched. The account that it meant is called “%s”.", before.Label())
		e.users = append(e.users, user.ID)
	case renamed(before, declared):
		e.mistaken = say("The account was renamed: it is called “%s”.", before.Label())
	default: // its name was not read: it may be another now
		_, e.err = before.UserPrincipalName.Get()
	}
	return e, []account{accountOf(before, declared)}
}

// remembered is what is known of an account that was not read: whose it is, and its names.
func (p Past) remembered(id string) tenant.User {
	u := tenant.User{ID: id}
	for _, a := range p.Accounts {
		if strings.EqualFold(a.ID, id) && a.UserPrincipalName != "" {
			u.UserPrincipalName = tenant.Known(a.UserPrincipalName)
			u.DisplayName = tenant.Known(&a.DisplayName)
		}
	}
	return u
}

// renamed reports whether an account is known not to have a name.
func renamed(u tenant.User, name string) bool {
	upn, err := u.UserPrincipalName.Get()
	return err == nil && tenant.IsUserPrincipalName(name) && !strings.EqualFold(upn, name)
}

func (p Past) resolveGroup(s tenant.Snapshot, d tenant.Declaration) (entry, []account) {
	e := entry{declared: d, subject: Subject{Type: SubjectGroup, ID: d.Group, Name: d.Group}}
	group, err := s.Group(d.Group)
	switch {
	case tenant.NotFound(err):
		e.missing = say("Microsoft Entra knows no such group: it was deleted, or the declaration has a mistake.")
	case err != nil:
		e.err = err
	default:
		e.subject = Subject{Type: SubjectGroup, ID: group.ID, Name: groupLabel(s, group.ID)}
		e.users, e.err = signin.UsersIn(s, group.ID)
		if len(e.users) == 0 && e.err == nil {
			e.missing = say("The group has no users, so it declares no emergency account.")
		}
	}
	ids := e.users
	if e.err != nil {
		ids = p.withKnown(ids, d.Group)
	}
	var accounts []account
	for _, id := range ids {
		user, err := s.User(id)
		a := account{id: id, user: p.remembered(id), declared: d.Group, group: d.Group, exists: true, err: err}
		if err == nil {
			a.id, a.user = user.ID, user
		}
		if !slices.Contains(e.users, id) {
			a.perhaps = e.err
		}
		accounts = append(accounts, a)
	}
	return e, accounts
}

// withKnown adds the accounts that were known to be in a group: whoever is not seen in one that
// was not read as a whole may be in it as before.
func (p Past) withKnown(ids []string, group string) []string {
	ids = slices.Clone(ids)
	for _, a := range p.Accounts {
		known := slices.ContainsFunc(ids, func(id string) bool { return strings.EqualFold(id, a.ID) })
		if strings.EqualFold(a.Declared, group) && !known {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// Unwatched is what was said last of an account that is declared no more: nothing is known of it.
func Unwatched(s Subject) Result {
	return Result{Check: accountExists.ID, Severity: High, Status: Unknown, Subject: s}
}

// Unresolved are the declarations of which the report cannot tell whom they name.
func (r Report) Unresolved() []Subject {
	var all []Subject
	for _, said := range r.Results {
		if said.Check == accountExists.ID && said.Status == Unknown {
			all = append(all, said.Subject)
		}
	}
	return all
}

// Declares says whether an account that the report does not list is declared still, as far as
// the report can tell: its declaration stands, and names nobody or could not be resolved.
func (r Report) Declares(a Account) bool {
	return slices.ContainsFunc(r.Results, func(said Result) bool {
		switch {
		case said.Check != accountExists.ID:
			return false
		case said.Subject.Type == SubjectGroup:
			return strings.EqualFold(said.Subject.ID, a.Declared) && said.Status == Unknown
		}
		return strings.EqualFold(said.Subject.ID, a.ID) || strings.EqualFold(said.Subject.ID, a.Declared)
	})
}
