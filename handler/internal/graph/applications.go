package graph

import (
	"cmp"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"breakglass/tenant"
)

// A grantedPermission is Graph's appRoleAssignment.
type grantedPermission struct {
	AppRoleID     string `json:"appRoleId"`
	PrincipalID   string `json:"principalId"`
	PrincipalType string `json:"principalType"`
	ResourceID    string `json:"resourceId"`
}

// readApplications reads the applications that hold a permission of Microsoft Graph or
// a directory role: their number does not grow with the users.
func (r *reading) readApplications() tenant.Fact[[]tenant.ServicePrincipal] {
	granted, err := listFact[grantedPermission](r, ordinary, r.graphPermissions).Get()
	if err != nil {
		return tenant.Unread[[]tenant.ServicePrincipal](err)
	}
	permissions := map[string][]tenant.AppRoleAssignment{}
	var ids []string
	for _, g := range granted {
		if !strings.EqualFold(g.PrincipalType, "ServicePrincipal") {
			continue
		}
		key := strings.ToLower(g.PrincipalID)
		permissions[key] = append(permissions[key], tenant.AppRoleAssignment{ResourceID: tenant.Known(&g.ResourceID), AppRoleID: tenant.Known(g.AppRoleID)})
		ids = append(ids, g.PrincipalID)
	}
	ids = append(ids, r.otherPrincipals()...)
	slices.Sort(ids)
	ids = unique(ids)
	all := []tenant.ServicePrincipal{}
	for i, a := range r.carrier.batch(r.ctx, ordinary, build(ids, r.servicePrincipal)) {
		if a.err != nil && a.err.Status == 404 {
			continue // no application: a user or a group
		}
		principal, err := objectFact[tenant.ServicePrincipal](a).Get()
		if err != nil {
			principal = tenant.ServicePrincipal{ID: ids[i]}
			r.refuse("servicePrincipals/"+ids[i], reasonOf(err))
		}
		held, known := permissions[strings.ToLower(ids[i])]
		if err == nil || known { // else it may be no application at all
			principal.AppRoleAssignments = tenant.Known(held)
		}
		all = append(all, principal)
	}
	slices.SortFunc(all, func(a, b tenant.ServicePrincipal) int { return cmp.Compare(a.ID, b.ID) })
	return tenant.Known(all)
}

// otherPrincipals returns who holds a role and is neither a user nor a group that was
// read.
func (r *reading) otherPrincipals() []string {
	assignments, _ := r.snapshot.RoleAssignments.Get() // unread: the checks are unknown already
	var ids []string
	for _, a := range assignments {
		if id, err := a.PrincipalID.Get(); err == nil && r.known(id) == nil && r.groups[id] == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// readWatcher reads who reads, and what it may, from the token itself. The token goes no
// further.
func (r *reading) readWatcher() tenant.Fact[tenant.Watcher] {
	token, err := r.credential.GetToken(r.ctx, policy.TokenRequestOptions{Scopes: []string{r.carrier.scope}})
	if err != nil {
		return tenant.Unread[tenant.Watcher](&tenant.UnreadError{Code: tenant.CodeToken})
	}
	who, err := principalOf(token.Token)
	switch {
	case err != nil:
		return tenant.Unread[tenant.Watcher](&tenant.UnreadError{Code: tenant.CodeUnexpected})
	case who.Person:
		return tenant.Fact[tenant.Watcher]{} // what a person may is their own affair
	}
	return tenant.Known(tenant.Watcher{AppID: tenant.Known(who.AppID), Roles: tenant.Known(who.Roles)})
}
