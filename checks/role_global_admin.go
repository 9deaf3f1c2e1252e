package checks

import (
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var roleGlobalAdmin = Check{
	ID:       "role-global-admin",
	Title:    "The account holds Global Administrator now, for the whole tenant",
	Severity: Critical,
	Why: "Only Global Administrator can undo every mistake that locks the others out: a Conditional Access policy, " +
		"an authentication method switched off, a lost role.",
	Passes: "An assignment of Global Administrator with scope `/` to the account, or to a role-assignable group that it is a direct member of, is active now. " +
		"A nested membership, an eligibility and the scope of an administrative unit do not count.",
	Remediation: "Microsoft Entra admin center > Roles & admins > Global Administrator > Add assignments: assign the account itself, assignment type Active, permanently.",
	References:  []string{pageEmergencyAccess, pageRoleGroups},
	evaluate:    perAccount(judgeRole),
}

func judgeRole(v view, u tenant.User) verdict {
	held, err := signin.HoldsRole(v.Snapshot, u, signin.GlobalAdministrator)
	switch {
	case err != nil:
		return unknown(err)
	case held.Direct:
		return pass("Global Administrator is assigned to the account itself.")
	case held.Held:
		return pass(say("Global Administrator is held through %s.", v.groupNames(held.Groups)))
	}
	reasons := []text.Text{say("The account does not hold Global Administrator now.")}
	if len(held.Nested) > 0 {
		reasons = append(reasons, say("It is only a nested member of %s, and Microsoft Entra ignores nested groups here.", v.groupNames(held.Nested)))
	}
	scopes := v.narrowScopes(u)
	if len(scopes) > 0 {
		reasons = append(reasons, say("An assignment for %s is not one for the whole tenant.", text.Join(text.Comma, scopes)))
	}
	return fail(text.Sentences(reasons...)).with("user", u.ID).with("nestedGroups", held.Nested...).with("directoryScopeId", scopes...)
}

// groupNames names groups for people.
func (v view) groupNames(ids []string) text.List {
	names := make([]text.Text, len(ids))
	for i, id := range ids {
		names[i] = say("group “%s”", groupLabel(v.Snapshot, id))
	}
	return text.Join(text.Comma, names)
}

// narrowScopes returns the scopes below the tenant for which the user is assigned
// Global Administrator directly.
func (v view) narrowScopes(u tenant.User) []string {
	var scopes []string
	assignments, _ := v.RoleAssignments.Get() // unread: the verdict is unknown already
	for _, a := range assignments {
		role, _ := a.RoleDefinitionID.Get() // an unread one is no match
		principal, _ := a.PrincipalID.Get()
		scope, _ := a.DirectoryScopeID.Get()
		if strings.EqualFold(role, signin.GlobalAdministrator) && strings.EqualFold(principal, u.ID) && scope != signin.TenantScope && scope != "" {
			scopes = append(scopes, scope)
		}
	}
	return sorted(scopes)
}
