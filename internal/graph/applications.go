package graph

import (
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"breakglass/tenant"
)

// A grantedPermission is Graph's appRoleAssignment.
// https://learn.microsoft.com/graph/api/resources/approleassignment
type grantedPermission struct {
	AppRoleID     tenant.Fact[string]  `json:"appRoleId"`
	PrincipalID   tenant.Fact[string]  `json:"principalId"`
	PrincipalType tenant.Fact[string]  `json:"principalType"`
	ResourceID    tenant.Fact[*string] `json:"resourceId"`
}

// readApplications reads the applications that hold a permission of Microsoft Graph or
// a directory role, themselves or as members of a group: their number does not grow with
// the users.
func (r *reading) readApplications() {
	granted, err := listFact[grantedPermission](r, ordinary, r.graphPermissions).Get()
	if err != nil {
		r.refuse(permissionsKey, reasonOf(err))
	}
	permissions := map[string][]tenant.AppRoleAssignment{}
	var ids []string
	stray := false // a permission of which nobody can tell whose it is
	for _, g := range granted {
		id, idErr := g.PrincipalID.Get()
		kind, kindErr := g.PrincipalType.Get()
		switch {
		case idErr != nil || id == "":
			r.refuse(permissionsKey, &tenant.UnreadError{Code: tenant.CodePartial})
			stray = true
			continue
		case kindErr == nil && (strings.EqualFold(kind, "User") || strings.EqualFold(kind, "Group")):
			continue // a permission of an application takes effect for applications only
		}
		permission := tenant.AppRoleAssignment{ResourceID: g.ResourceID, AppRoleID: g.AppRoleID}
		switch {
		case kindErr != nil:
			permission.PrincipalType = tenant.Unread[string](&tenant.UnreadError{Code: tenant.CodeUnexpected})
		case !strings.EqualFold(kind, "ServicePrincipal"):
			permission.PrincipalType = g.PrincipalType
		}
		permissions[key(id)] = append(permissions[key(id)], permission)
		ids = append(ids, id)
	}
	holding := slices.Clone(ids)
	others := r.otherPrincipals()
	ids = append(ids, others...)
	slices.Sort(ids)
	nowhere := r.readPrincipals(unique(ids))
	r.refuseAll("servicePrincipals/", others, nowhere)
	for _, id := range unique(holding) {
		if r.principals[key(id)] == nil { // one that is listed is there, whatever its own record says
			r.principals[key(id)] = &tenant.ServicePrincipal{ID: id}
			r.refuseAll("servicePrincipals/", []string{id}, nowhere)
		}
	}
	for id, p := range r.principals {
		switch {
		case err != nil:
			p.AppRoleAssignments = tenant.Unread[[]tenant.AppRoleAssignment](err)
		default:
			p.AppRoleAssignments = tenant.Known(permissions[id])
			if stray { // it may be this one's
				r.refuse("servicePrincipals/"+p.ID+"/appRoleAssignments", &tenant.UnreadError{Code: tenant.CodePartial})
			}
		}
	}
}

// permissionsKey is where it stands why not all are known who hold a permission of
// Microsoft Graph, beside those who hold a role.
const permissionsKey = "servicePrincipals"

// readPrincipals reads applications by their ids, those that were not read before. It
// returns why some are none: they may be users or groups.
func (r *reading) readPrincipals(ids []string) map[string]*tenant.UnreadError {
	nowhere := map[string]*tenant.UnreadError{}
	ids = slices.DeleteFunc(unique(ids), func(id string) bool { return r.principals[key(id)] != nil })
	for i, a := range r.carrier.batch(r.ctx, ordinary, build(ids, r.servicePrincipal)) {
		principal, err := objectFact[tenant.ServicePrincipal](a).Get()
		switch {
		case a.err != nil && a.err.Status == 404:
			nowhere[key(ids[i])] = a.err
		case err == nil && !strings.EqualFold(principal.ID, ids[i]):
			r.refuse("servicePrincipals/"+ids[i], &tenant.UnreadError{Code: tenant.CodeUnexpected})
		case err != nil:
			r.refuse("servicePrincipals/"+ids[i], reasonOf(err))
		default:
			r.principals[key(principal.ID)] = &principal
		}
	}
	return nowhere
}

// refuseAll notes the reasons of some ids below a list.
func (r *reading) refuseAll(list string, ids []string, reasons map[string]*tenant.UnreadError) {
	for _, id := range ids {
		if reason := reasons[key(id)]; reason != nil {
			r.refuse(list+id, reason)
		}
	}
}

// otherPrincipals returns who holds a role and is neither a user nor a group that was
// read, and the applications in groups that were: one whose type Graph does not say may be
// one.
func (r *reading) otherPrincipals() []string {
	assignments, _ := r.snapshot.RoleAssignments.Get() // unread: the checks are unknown already
	var ids []string
	for _, a := range assignments {
		id, err := a.PrincipalID.Get()
		if err != nil {
			continue
		}
		group := r.groupOf(id)
		if r.known(id) == nil && group == nil {
			ids = append(ids, id)
		}
		if group == nil {
			continue
		}
		members, _ := group.Members.Get() // unread: the checks say so
		for _, m := range members {
			if kind := m.Kind(); (kind == tenant.KindApplication || kind == tenant.KindUnknown) && r.known(m.ID) == nil && r.groupOf(m.ID) == nil {
				ids = append(ids, m.ID)
			}
		}
	}
	return ids
}

// readWatcher reads who reads, and what it may, from the token itself. The token goes no
// further.
func (r *reading) readWatcher() tenant.Fact[tenant.Watcher] {
	token, err := r.credential.GetToken(r.ctx, policy.TokenRequestOptions{Scopes: []string{r.carrier.scope}})
	if err != nil {
		return tenant.Unread[tenant.Watcher](&tenant.UnreadError{Code: tenant.CodeToken, Message: tokenReason(err)})
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
