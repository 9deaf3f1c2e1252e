package graph

import (
	"errors"
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"breakglass/signin"
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
	r.readProfiles(users)
	if len(groups) > 0 {
		r.readProfiles(r.readNested(groups))
	}
	r.readProfiles(r.pinned)
}

// findDeclared resolves the declarations as the checks do, when all is read that can tell:
// an account that could not be read by its name, or among the members of a declared group,
// may be one of the administrators.
func (r *reading) findDeclared() {
	s := r.sofar()
	for _, d := range r.accounts {
		if d.Group == "" {
			if u := r.known(d.User); u != nil {
				r.declared = append(r.declared, u.ID)
				delete(r.unreadable, "users/"+d.User)
			}
			continue
		}
		ids, _ := signin.UsersIn(s, d.Group) // those that are known
		for _, id := range ids {
			if u := r.known(id); u != nil {
				r.declared = append(r.declared, u.ID)
				delete(r.unreadable, "users/"+id)
			}
		}
	}
	for _, id := range r.pinned {
		if r.known(id) != nil {
			r.declared = append(r.declared, key(id))
			delete(r.unreadable, "users/"+id)
		}
	}
	slices.Sort(r.declared)
	r.declared = unique(r.declared)
}

// readProfiles reads users by id or name, those not read before.
func (r *reading) readProfiles(declared []string) {
	var open []string
	for _, d := range unique(declared) {
		if r.known(d) == nil {
			open = append(open, d)
		}
	}
	answers := r.carrier.batch(r.ctx, ordinary, build(open, r.user))
	for i, a := range answers {
		user, err := objectFact[tenant.User](a).Get()
		if err == nil && !tenant.IsUserPrincipalName(open[i]) && !strings.EqualFold(user.ID, open[i]) {
			err = &tenant.UnreadError{Code: tenant.CodeUnexpected}
		}
		if err != nil {
			r.refuse("users/"+open[i], reasonOf(err))
			continue
		}
		r.keepUser(user)
	}
}

// reasonOf finds the reason in an error of a Fact.
func reasonOf(err error) *tenant.UnreadError {
	if reason, ok := errors.AsType[*tenant.UnreadError](err); ok {
		return reason
	}
	return &tenant.UnreadError{Code: tenant.CodeUnexpected}
}

// readUsers reads what hangs on each user for whom that was not read before: the registered
// methods and the groups of all of them, what their passwords hang on outside of Microsoft
// Entra, the last sign-in and the log of the declared accounts only. It reports whether
// there was anybody.
func (r *reading) readUsers() bool {
	var everybody []string
	for _, u := range ordered(r.users) {
		everybody = append(everybody, u.ID)
	}
	everybody = r.fresh("people", everybody)
	accounts := r.fresh("accounts", r.declared)
	if len(everybody)+len(accounts) == 0 {
		return false
	}
	federated, synchronised := r.elsewhere()
	together(
		func() { r.readMethods(everybody) },
		func() { r.readMemberships(everybody) },
		func() { r.readFederations(r.fresh("domains", federated)) },
		func() {
			if synchronised && r.snapshot.DirectorySynchronization.IsZero() {
				r.snapshot.DirectorySynchronization = r.readSynchronization(true)
			}
		},
		func() { r.readActivity(accounts) },
		func() { r.readRisks(accounts) },
		func() { r.readRequirements(accounts) },
	)
	return true
}

// each reads one list for each id and gives it to keep.
func each[T any](r *reading, of class, ids []string, one func(string) (*abstractions.RequestInformation, error), keep func(id string, list tenant.Fact[[]T])) {
	eachOf(r, r.carrier.base.String(), of, ids, one, keep)
}

// eachOf is each for one of the versions, by its address.
func eachOf[T any](r *reading, base string, of class, ids []string, one func(string) (*abstractions.RequestInformation, error), keep func(id string, list tenant.Fact[[]T])) {
	for i, a := range r.carrier.batchOf(r.ctx, base, of, build(ids, one)) {
		body, err := r.carrier.follow(r.ctx, of, a)
		fact := tenant.Unread[[]T](err)
		if err == nil {
			fact = tenant.FromJSON[[]T](body)
		}
		keep(ids[i], fact)
	}
}

// hardwareOATH is the id of the configuration of hardware tokens.
const hardwareOATH = "HardwareOath"

// readMethods reads the registered methods. Where beta does not answer, v1.0 does, which
// does not show hardware tokens.
func (r *reading) readMethods(ids []string) {
	var left []string
	reasons := map[string]error{}
	eachOf(r, r.carrier.beta(), reports, ids, r.methods, func(id string, methods tenant.Fact[[]tenant.Method]) {
		if err := errorOf(methods); err != nil {
			left, reasons[id] = append(left, id), err
			return
		}
		r.setUser(id, func(u *tenant.User) { u.Authentication.Methods = methods })
	})
	each(r, reports, left, r.publishedMethods, func(id string, methods tenant.Fact[[]tenant.Method]) {
		r.setUser(id, func(u *tenant.User) { u.Authentication.Methods = methods })
		if errorOf(methods) == nil {
			r.refuse("users/"+id+"/authentication/hardwareOathMethods", reasonOf(reasons[id]))
		}
	})
	if len(left) > 0 || r.anyHardwareToken() {
		r.readHardwareTokens()
	}
}

func (r *reading) anyHardwareToken() bool {
	for _, u := range ordered(r.users) {
		methods, _ := u.Authentication.Methods.Get() // unread: the checks say so
		if slices.ContainsFunc(methods, func(m tenant.Method) bool { return m.ODataType == tenant.MethodHardwareOATH }) {
			return true
		}
	}
	return false
}

// readHardwareTokens adds the configuration of hardware tokens to those that v1.0 lists,
// where somebody has one or may have.
func (r *reading) readHardwareTokens() {
	policy, err := r.snapshot.AuthenticationMethodsPolicy.Get()
	if err != nil {
		return
	}
	configurations, err := policy.Configurations.Get()
	if err != nil || slices.ContainsFunc(configurations, func(c tenant.MethodConfiguration) bool { return strings.EqualFold(c.ID, hardwareOATH) }) {
		return
	}
	token, err := objectFact[tenant.MethodConfiguration](r.carrier.send(r.ctx, ordinary, r.hardwareTokens)).Get()
	if err != nil || !strings.EqualFold(token.ID, hardwareOATH) {
		return // one that is not among the configurations is not known
	}
	policy.Configurations = tenant.Known(append(slices.Clone(configurations), token))
	r.snapshot.AuthenticationMethodsPolicy = tenant.Known(policy)
}

// readMemberships reads the groups that users are in, nested ones too. The groups
// are noted by name, without their members: who else is in them is nobody's question.
func (r *reading) readMemberships(ids []string) {
	each(r, ordinary, ids, r.memberOf, func(id string, groups tenant.Fact[[]tenant.Group]) {
		list, err := groups.Get()
		if err != nil {
			r.setUser(id, func(u *tenant.User) { u.TransitiveMemberOf = tenant.Unread[[]tenant.DirectoryObject](err) })
			return
		}
		memberOf := make([]tenant.DirectoryObject, len(list))
		for i, g := range list {
			memberOf[i] = tenant.DirectoryObject{ODataType: tenant.TypeGroup, ID: g.ID, DisplayName: g.DisplayName}
			r.keepGroup(g)
		}
		r.setUser(id, func(u *tenant.User) { u.TransitiveMemberOf = tenant.Known(memberOf) })
	})
}

// readActivity reads the date of the last sign-in. Graph has no signInActivity for
// somebody who never signed in; that is an answer.
func (r *reading) readActivity(ids []string) {
	for i, a := range r.carrier.batch(r.ctx, activity, build(ids, r.signInActivity)) {
		user, err := objectFact[tenant.User](a).Get()
		if err == nil && !strings.EqualFold(user.ID, ids[i]) {
			err = &tenant.UnreadError{Code: tenant.CodeUnexpected}
		}
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
		r.setUser(ids[i], func(u *tenant.User) { u.SignInActivity = fact })
	}
}

// readRisks reads what Microsoft sees of the accounts' risk. Graph lists nobody where
// there is no risk; that is an answer.
func (r *reading) readRisks(ids []string) {
	type risky struct {
		ID string `json:"id"`
		tenant.RiskyUser
	}
	for _, id := range ids {
		list, err := listFact[risky](r, conditionalAccess, func() (*abstractions.RequestInformation, error) { return r.riskyUsers(id) }).Get()
		fact := tenant.Known[*tenant.RiskyUser](nil)
		switch {
		case err != nil:
			fact = tenant.Unread[*tenant.RiskyUser](err)
		case len(list) == 1 && strings.EqualFold(list[0].ID, id):
			fact = tenant.Known(&list[0].RiskyUser)
		case len(list) > 0:
			fact = tenant.Unread[*tenant.RiskyUser](&tenant.UnreadError{Code: tenant.CodeUnexpected})
		}
		r.setUser(id, func(u *tenant.User) { u.RiskyUser = fact })
	}
}

// readRequirements reads the accounts' per-user MFA, which only beta knows.
func (r *reading) readRequirements(ids []string) {
	for i, a := range r.carrier.batchOf(r.ctx, r.carrier.beta(), ordinary, build(ids, r.mfaRequirements)) {
		fact := objectFact[*tenant.AuthenticationRequirements](a)
		r.setUser(ids[i], func(u *tenant.User) { u.Authentication.Requirements = fact })
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
