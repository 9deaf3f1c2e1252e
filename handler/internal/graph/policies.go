package graph

import (
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

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
	each(r, ordinary, restricted, r.unitMembers, func(id string, members tenant.Fact[[]tenant.DirectoryObject]) {
		for i := range units {
			if units[i].ID == id {
				units[i].Members = members
			}
		}
	})
	return tenant.Known(units)
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
		if in[strings.ToLower(id)] && r.expanded[strings.ToLower(id)] {
			owned = append(owned, id)
		}
	}
	each(r, ordinary, owned, r.owners, func(id string, owners tenant.Fact[[]tenant.DirectoryObject]) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.groups[id].Owners = owners
	})
}

// readDeleted asks of everybody whom a policy names and who was not read whether there
// still is such a user or group.
func (r *reading) readDeleted() tenant.Fact[[]string] {
	if _, err := r.snapshot.ConditionalAccessPolicies.Get(); err != nil {
		return tenant.Fact[[]string]{} // whom they name is not known
	}
	gone := []string{}
	var failed *tenant.UnreadError
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
		}, func(id string) bool { return r.groups[id] != nil }, r.groupExists},
	} {
		var ids []string
		for _, list := range kind.lists {
			ids = append(ids, r.policyUsers(list)...)
		}
		slices.Sort(ids)
		ids = slices.DeleteFunc(unique(ids), kind.known)
		for i, a := range r.carrier.batch(r.ctx, ordinary, build(ids, kind.ask)) {
			there, err := objectFact[identified](a).Get()
			switch {
			case a.err != nil && a.err.Status == 404:
				gone = append(gone, ids[i])
			case err != nil:
				failed = reasonOf(err)
			case !strings.EqualFold(there.ID, ids[i]):
				failed = &tenant.UnreadError{Code: tenant.CodeUnexpected}
			}
		}
	}
	if failed != nil {
		return tenant.Unread[[]string](failed)
	}
	slices.Sort(gone)
	return tenant.Known(gone)
}
