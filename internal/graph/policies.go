package graph

import (
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"breakglass/signin"
	"breakglass/tenant"
)

// readRoleRules reads PIM's rules for Global Administrator.
func (r *reading) readRoleRules() tenant.Fact[[]tenant.RoleManagementPolicyRule] {
	type assignment struct {
		Policy *struct {
			Rules *[]tenant.RoleManagementPolicyRule `json:"rules"`
		} `json:"policy"`
	}
	assignments, err := listFact[assignment](r, ordinary, r.rolePolicies).Get()
	if err != nil {
		return tenant.Unread[[]tenant.RoleManagementPolicyRule](err)
	}
	all := []tenant.RoleManagementPolicyRule{}
	for _, a := range assignments {
		if a.Policy == nil || a.Policy.Rules == nil {
			return tenant.Unread[[]tenant.RoleManagementPolicyRule](&tenant.UnreadError{Code: tenant.CodeUnexpected})
		}
		for _, rule := range *a.Policy.Rules {
			rule.RoleDefinitionID = tenant.Known(globalAdministrator)
			all = append(all, rule)
		}
	}
	return tenant.Known(all)
}

// readPolicies reads the policies as v1.0 lists them, and those that beta alone lists. A
// policy that both list is as v1.0 has it.
func (r *reading) readPolicies() {
	published := listFact[tenant.Policy](r, conditionalAccess, r.policies)
	r.snapshot.ConditionalAccessPolicies = published
	all, err := published.Get()
	if err != nil {
		return
	}
	preview, err := listFact[tenant.Policy](r, conditionalAccess, r.previewPolicies).Get()
	if err != nil {
		r.refuse("conditionalAccessPolicies", reasonOf(err)) // those that v1.0 lists are some of them
	}
	for _, p := range preview {
		if !slices.ContainsFunc(all, func(q tenant.Policy) bool { return strings.EqualFold(q.ID, p.ID) }) {
			all = append(all, p)
		}
	}
	r.snapshot.ConditionalAccessPolicies = tenant.Known(all)
}

// readUnits reads the administrative units, and who is in the restricted ones.
func (r *reading) readUnits() tenant.Fact[[]tenant.AdministrativeUnit] {
	units, err := listFact[tenant.AdministrativeUnit](r, ordinary, r.administrativeUnits).Get()
	if err != nil {
		return tenant.Unread[[]tenant.AdministrativeUnit](err)
	}
	var restricted []string
	for _, u := range units {
		if yes, err := u.IsMemberManagementRestricted.Get(); err == nil && yes != nil && *yes {
			restricted = append(restricted, u.ID)
		}
	}
	r.readUnitMembers(units, restricted)
	return tenant.Known(units)
}

// readUnitMembers reads who is in some units.
func (r *reading) readUnitMembers(units []tenant.AdministrativeUnit, ids []string) {
	each(r, ordinary, ids, r.unitMembers, func(id string, members tenant.Fact[[]tenant.DirectoryObject]) {
		for i := range units {
			if strings.EqualFold(units[i].ID, id) {
				units[i].Members = members
			}
		}
	})
}

// readScopes reads who is in the administrative units for which an application holds a
// role, itself or as a member of a group.
func (r *reading) readScopes() {
	units, err := r.snapshot.AdministrativeUnits.Get()
	if err != nil {
		return
	}
	var ids []string
	assignments, _ := r.snapshot.RoleAssignments.Get() // unread: the checks are unknown already
	for _, a := range assignments {
		scope, err := a.DirectoryScopeID.Get()
		principal, principalErr := a.PrincipalID.Get()
		id, isUnit := strings.CutPrefix(scope, "/administrativeUnits/")
		if err != nil || principalErr != nil || !isUnit || r.known(principal) != nil {
			continue
		}
		if i := slices.IndexFunc(units, func(u tenant.AdministrativeUnit) bool { return strings.EqualFold(u.ID, id) }); i >= 0 && units[i].Members.IsZero() {
			ids = append(ids, id)
		}
	}
	r.readUnitMembers(units, r.fresh("units", ids))
}

// policyUsers returns one of the lists of users of every policy that is of one of the
// states; of every policy, if none is given.
func (r *reading) policyUsers(list func(tenant.ConditionUsers) tenant.Fact[[]string], states ...string) []string {
	policies, _ := r.snapshot.ConditionalAccessPolicies.Get() // unread: none is known
	var all []string
	for _, p := range policies {
		if state, err := p.State.Get(); len(states) > 0 && err == nil && !slices.Contains(states, state) {
			continue
		}
		conditions, _ := p.Conditions.Get() // unread: the check is unknown already
		users, _ := conditions.Users.Get()
		ids, _ := list(users).Get()
		for _, id := range ids {
			if strings.Count(id, "-") == 4 { // not a word such as All
				all = append(all, id)
			}
		}
	}
	slices.Sort(all)
	return unique(all)
}

// readExclusionGroups reads the groups through which an enforced or report-only policy
// lets an account out: their members, nested groups too, and who owns them.
func (r *reading) readExclusionGroups() {
	in := r.groupsAround()
	excluded := r.policyUsers(func(u tenant.ConditionUsers) tenant.Fact[[]string] { return u.ExcludeGroups }, tenant.PolicyEnabled, tenant.PolicyReportOnly)
	excluded = slices.DeleteFunc(excluded, func(id string) bool { return !in[strings.ToLower(id)] })
	r.readNested(excluded)
	var owned []string
	for _, id := range sortedKeys(r.groups) {
		if in[id] && r.expanded[id] {
			owned = append(owned, id)
		}
	}
	owned = append(owned, signin.HoldersOf(r.sofar(), globalAdministrator).Groups...)
	slices.Sort(owned)
	eachOf(r, r.carrier.beta(), ordinary, unique(owned), r.owners, func(id string, owners tenant.Fact[[]tenant.DirectoryObject]) {
		r.setGroup(id, func(g *tenant.Group) { g.Owners = owners })
	})
}

// readDeleted asks of everybody whom a policy names and who was not read whether there
// still is such a user or group. One that is not there is gone, unless a role is assigned
// to it: then it may be at home in another tenant.
func (r *reading) readDeleted() {
	if _, err := r.snapshot.ConditionalAccessPolicies.Get(); err != nil {
		if r.goneOpen == nil {
			r.goneOpen = &tenant.UnreadError{} // whom they name is not known, so nobody was asked for
		}
		return
	}
	elsewhere := signin.HoldersOf(r.sofar(), globalAdministrator).Elsewhere()
	for _, kind := range []struct {
		lists []func(tenant.ConditionUsers) tenant.Fact[[]string]
		known func(id string) bool
		ask   func(id string) (*abstractions.RequestInformation, error)
	}{
		{[]func(tenant.ConditionUsers) tenant.Fact[[]string]{
			func(u tenant.ConditionUsers) tenant.Fact[[]string] { return u.IncludeUsers },
			func(u tenant.ConditionUsers) tenant.Fact[[]string] { return u.ExcludeUsers },
		}, func(id string) bool { return r.known(id) != nil }, r.userExists},
		{[]func(tenant.ConditionUsers) tenant.Fact[[]string]{
			func(u tenant.ConditionUsers) tenant.Fact[[]string] { return u.IncludeGroups },
			func(u tenant.ConditionUsers) tenant.Fact[[]string] { return u.ExcludeGroups },
		}, func(id string) bool { return r.groupOf(id) != nil }, r.groupExists},
	} {
		var ids []string
		for _, list := range kind.lists {
			ids = append(ids, r.policyUsers(list)...)
		}
		slices.Sort(ids)
		ids = slices.DeleteFunc(unique(ids), func(id string) bool {
			return kind.known(id) || slices.ContainsFunc(elsewhere, func(e string) bool { return strings.EqualFold(e, id) })
		})
		for i, a := range r.carrier.batch(r.ctx, ordinary, build(ids, kind.ask)) {
			there, err := objectFact[identified](a).Get()
			switch {
			case a.err != nil && a.err.Status == 404:
				r.gone[key(ids[i])] = true
			case err != nil:
				r.goneOpen = reasonOf(err)
			case !strings.EqualFold(there.ID, ids[i]):
				r.goneOpen = &tenant.UnreadError{Code: tenant.CodeUnexpected}
			}
		}
	}
}
