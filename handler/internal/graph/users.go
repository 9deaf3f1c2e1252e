package graph

import (
	"errors"
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"breakglass/tenant"
)

// build makes the requests of a batch. One that cannot be built stays nil.
func build(ids []string, one func(id string) (*abstractions.RequestInformation, error)) []*abstractions.RequestInformation {
	all := make([]*abstractions.RequestInformation, len(ids))
	for i, id := range ids {
		if ri, err := one(id); err == nil {
			all[i] = ri
		}
	}
	return all
}

// readDeclared reads the declared accounts: the users, and the users of the groups.
func (r *reading) readDeclared() {
	var users, groups []string
	for _, d := range r.accounts {
		if d.Group != "" {
			groups = append(groups, d.Group)
		} else {
			users = append(users, d.User)
		}
	}
	ids := r.readProfiles(users)
	if len(groups) > 0 {
		ids = append(ids, r.readProfiles(r.readNested(groups))...)
	}
	r.declared = ids
}

// findDeclared adds the declared accounts that could not be read by their name but are
// among the administrators: they are known all the same.
func (r *reading) findDeclared() {
	for _, d := range r.accounts {
		if u := r.known(d.User); u != nil {
			r.declared = append(r.declared, u.ID)
			delete(r.unreadable, "users/"+d.User)
		}
	}
	r.declared = unique(r.declared)
}

// readProfiles reads users by id or name, those not read before, and returns the
// object ids of those that exist.
func (r *reading) readProfiles(declared []string) []string {
	var found, open []string
	for _, d := range unique(declared) {
		if u := r.known(d); u != nil {
			found = append(found, u.ID)
		} else {
			open = append(open, d)
		}
	}
	answers := r.carrier.batch(r.ctx, ordinary, build(open, r.user))
	for i, a := range answers {
		user, err := objectFact[tenant.User](a).Get()
		if err != nil {
			r.refuse("users/"+open[i], reasonOf(err))
			continue
		}
		r.mu.Lock()
		if r.users[user.ID] == nil {
			r.users[user.ID] = &user
		}
		r.mu.Unlock()
		found = append(found, user.ID)
	}
	return found
}

// known finds a user that was read before, by id or name.
func (r *reading) known(declared string) *tenant.User {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, u := range r.users {
		if upn, err := u.UserPrincipalName.Get(); strings.EqualFold(u.ID, declared) || err == nil && strings.EqualFold(upn, declared) {
			return u
		}
	}
	return nil
}

// reasonOf finds the reason in an error of a Fact.
func reasonOf(err error) *tenant.UnreadError {
	if reason, ok := errors.AsType[*tenant.UnreadError](err); ok {
		return reason
	}
	return &tenant.UnreadError{Code: tenant.CodeUnexpected}
}

// readUsers reads what hangs on each user: the registered methods and the groups of
// all of them, what their passwords hang on outside of Microsoft Entra, the last sign-in
// and the log of the declared accounts only.
func (r *reading) readUsers() {
	everybody := make([]string, 0, len(r.users))
	for _, u := range ordered(r.users) {
		everybody = append(everybody, u.ID)
	}
	federated, synchronised := r.elsewhere()
	together(
		func() { r.readMethods(everybody) },
		func() { r.readMemberships(everybody) },
		func() { r.readFederations(federated) },
		func() { r.snapshot.DirectorySynchronization = r.readSynchronization(synchronised) },
		func() { r.readActivity(r.declared) },
		func() { r.readRisks(r.declared) },
		func() { r.readRequirements(r.declared) },
	)
}

// each reads one list for each id and gives it to keep.
func each[T any](r *reading, of class, ids []string, one func(string) (*abstractions.RequestInformation, error), keep func(id string, list tenant.Fact[[]T])) {
	for i, a := range r.carrier.batch(r.ctx, of, build(ids, one)) {
		body, err := r.carrier.follow(r.ctx, of, a)
		fact := tenant.Unread[[]T](err)
		if err == nil {
			fact = tenant.FromJSON[[]T](body)
		}
		keep(ids[i], fact)
	}
}

func (r *reading) readMethods(ids []string) {
	each(r, reports, ids, r.methods, func(id string, methods tenant.Fact[[]tenant.Method]) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.users[id].Authentication.Methods = methods
	})
}

// readMemberships reads the groups that users are in, nested ones too. The groups
// are noted by name, without their members: who else is in them is nobody's question.
func (r *reading) readMemberships(ids []string) {
	each(r, ordinary, ids, r.memberOf, func(id string, groups tenant.Fact[[]tenant.Group]) {
		list, err := groups.Get()
		r.mu.Lock()
		defer r.mu.Unlock()
		if err != nil {
			r.users[id].TransitiveMemberOf = tenant.Unread[[]tenant.DirectoryObject](err)
			return
		}
		memberOf := make([]tenant.DirectoryObject, len(list))
		for i, g := range list {
			memberOf[i] = tenant.DirectoryObject{ODataType: tenant.TypeGroup, ID: g.ID, DisplayName: g.DisplayName}
			if r.groups[g.ID] == nil {
				r.groups[g.ID] = &g
			}
		}
		r.users[id].TransitiveMemberOf = tenant.Known(memberOf)
	})
}

// readActivity reads the date of the last sign-in. Graph has no signInActivity for
// somebody who never signed in; that is an answer.
func (r *reading) readActivity(ids []string) {
	for i, a := range r.carrier.batch(r.ctx, activity, build(ids, r.signInActivity)) {
		user, err := objectFact[tenant.User](a).Get()
		fact := user.SignInActivity
		if err != nil {
			fact = tenant.Unread[*tenant.SignInActivity](err)
		} else if activity, getErr := fact.Get(); fact.IsZero() || getErr == nil && activity == nil {
			fact = tenant.Known(&tenant.SignInActivity{
				LastSuccessfulSignInDateTime:     tenant.Known[*tenant.Time](nil),
				LastSignInDateTime:               tenant.Known[*tenant.Time](nil),
				LastNonInteractiveSignInDateTime: tenant.Known[*tenant.Time](nil),
			})
		}
		r.mu.Lock()
		r.users[ids[i]].SignInActivity = fact
		r.mu.Unlock()
	}
}

// readRisks reads what Microsoft sees of the accounts' risk. Graph knows no risky user
// where there is no risk; that is an answer.
func (r *reading) readRisks(ids []string) {
	for _, id := range ids {
		a := r.carrier.send(r.ctx, conditionalAccess, func() (*abstractions.RequestInformation, error) { return r.riskyUser(id) })
		fact := tenant.Known[*tenant.RiskyUser](nil)
		if a.err == nil || a.err.Status != 404 {
			fact = objectFact[*tenant.RiskyUser](a)
		}
		r.mu.Lock()
		r.users[id].RiskyUser = fact
		r.mu.Unlock()
	}
}

// readRequirements reads the accounts' per-user MFA, which a batch of v1.0 cannot.
func (r *reading) readRequirements(ids []string) {
	for _, id := range ids {
		a := r.carrier.send(r.ctx, ordinary, func() (*abstractions.RequestInformation, error) { return r.mfaRequirements(id) })
		fact := objectFact[*tenant.AuthenticationRequirements](a)
		r.mu.Lock()
		r.users[id].Authentication.Requirements = fact
		r.mu.Unlock()
	}
}

// unique returns the texts without those that differ in case only, in order.
func unique(texts []string) []string {
	var all []string
	for _, text := range texts {
		if !slices.ContainsFunc(all, func(t string) bool { return strings.EqualFold(t, text) }) {
			all = append(all, text)
		}
	}
	return all
}
