package standin

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// single answers for an object of which a tenant has one, which stands in the file
// under a key.
func (g *Graph) single(q question, key string) answer {
	if a, bad := q.badOptions([]string{"$select"}); bad {
		return a
	}
	items, reason := g.file.list(key)
	if reason != nil {
		return because(reason)
	}
	object, _ := items[0].(document)
	return g.entity(q, "policies/"+key+"/$entity", q.project(object, nil))
}

// rolePolicies answers for PIM's settings of a role: the file has their rules alone.
// https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments
func (g *Graph) rolePolicies(q question) answer {
	if a, bad := q.badOptions([]string{"$filter", "$expand"}); bad {
		return a
	}
	conditions, err := parseFilter(q.query.Get("$filter"), []string{"scopeId", "scopeType", "roleDefinitionId"})
	if err != nil || len(conditions) < 2 {
		return refused(http.StatusBadRequest, "InvalidFilter", "The filter must hold scopeId and scopeType.")
	}
	rules, reason := g.file.list("roleManagementPolicyRules")
	if reason != nil {
		return because(reason)
	}
	byRole := map[string][]any{}
	for _, item := range rules {
		rule, _ := item.(document)
		role := text(rule["roleDefinitionId"])
		byRole[role] = append(byRole[role], without(rule, "roleDefinitionId"))
	}
	var assignments []any
	for _, role := range slices.Sorted(maps.Keys(byRole)) {
		id := "DirectoryRole_" + role
		assignment := document{"id": id, "policyId": id, "scopeId": "/", "scopeType": "DirectoryRole", "roleDefinitionId": role}
		if !meetsAll(assignment, conditions) {
			continue
		}
		if q.query.Get("$expand") == "policy($expand=rules)" {
			assignment["policy"] = document{"id": id, "displayName": "DirectoryRole", "scopeId": "/", "scopeType": "DirectoryRole", "rules": byRole[role]}
		}
		assignments = append(assignments, assignment)
	}
	return g.page(q, "", "policies/roleManagementPolicyAssignments", assignments)
}

// riskyUsers answers for the users at risk, asked for by their ids. Graph lists nobody
// where there is no risk.
// https://learn.microsoft.com/graph/api/riskyuser-list
func (g *Graph) riskyUsers(q question) answer {
	if a, bad := q.badOptions([]string{"$select", "$filter"}); bad {
		return a
	}
	conditions, err := parseFilter(q.query.Get("$filter"), []string{"id"})
	if err != nil || len(conditions) != 1 || conditions[0].operator != "eq" {
		return refused(http.StatusBadRequest, "BadRequest", "Invalid filter clause: this stand-in takes id eq '...' alone.")
	}
	user, names, reason := g.file.object("users", conditions[0].value)
	if reason == nil {
		reason = g.file.anyFault(names, "/riskyUser")
	}
	if reason != nil && reason.Status == http.StatusNotFound {
		return g.page(q, "", "identityProtection/riskyUsers", nil)
	}
	if reason != nil {
		return because(reason)
	}
	value, collected := user["riskyUser"]
	risky, ok := value.(document)
	switch {
	case !collected:
		return because(denied())
	case !ok:
		return g.page(q, "", "identityProtection/riskyUsers", nil)
	}
	risky = without(risky)
	risky["id"] = text(user["id"])
	return g.page(q, "", "identityProtection/riskyUsers", []any{risky})
}

// units answers for administrative units, and for the members of one.
// https://learn.microsoft.com/graph/api/directory-list-administrativeunits
func (g *Graph) units(q question, rest []string) answer {
	if a, bad := q.badOptions([]string{"$select", "$top"}); bad {
		return a
	}
	units, reason := g.file.list("administrativeUnits")
	if reason != nil {
		return because(reason)
	}
	if len(rest) == 0 {
		bare := make([]any, len(units))
		for i, item := range units {
			unit, _ := item.(document)
			bare[i] = without(unit, "members")
		}
		return g.page(q, "", "directory/administrativeUnits", bare)
	}
	for _, item := range units {
		unit, _ := item.(document)
		if len(rest) != 2 || rest[1] != "members" || !strings.EqualFold(text(unit["id"]), rest[0]) {
			continue
		}
		members, ok := unit["members"].([]any)
		if !ok {
			return because(denied())
		}
		return g.pageOf(q, pageOf{"directoryObjects", members, func(member document) document { return q.project(g.file.whole(member), userDefaults()) }})
	}
	return because(notFound(rest[0]))
}

// graphApp is Microsoft Graph itself, as a service principal of the tenant.
const graphApp = "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"

// applications answers for service principals: one of them, or who holds permissions of
// Microsoft Graph.
// https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto
func (g *Graph) applications(q question, parts []string) answer {
	principals, reason := g.file.list("servicePrincipals")
	if reason != nil {
		return because(reason)
	}
	switch {
	case len(parts) == 2 && parts[0] == graphApp && parts[1] == "appRoleAssignedTo":
		if a, bad := q.badOptions([]string{"$select", "$top"}); bad {
			return a
		}
		return g.page(q, "appRoleAssignments", strings.Join(parts, "/"), assignedTo(principals))
	case len(parts) == 2 && parts[0] == "servicePrincipals":
		if a, bad := q.badOptions([]string{"$select"}); bad {
			return a
		}
		principal, _, reason := g.file.object("servicePrincipals", parts[1])
		if reason != nil {
			return because(reason)
		}
		return g.entity(q, "servicePrincipals/$entity", q.project(without(principal, "appRoleAssignments"), nil))
	}
	return unknownSegment(parts[0])
}

// assignedTo lists the permissions of all principals, as the resource knows them.
func assignedTo(principals []any) []any {
	var all []any
	for _, item := range principals {
		principal, _ := item.(document)
		granted, _ := principal["appRoleAssignments"].([]any)
		for _, g := range granted {
			assignment, _ := g.(document)
			all = append(all, document{
				"id": text(principal["id"]) + "-" + text(assignment["appRoleId"]), "appRoleId": assignment["appRoleId"], "createdDateTime": nil, "deletedDateTime": nil,
				"principalId": principal["id"], "principalDisplayName": principal["displayName"], "principalType": "ServicePrincipal",
				"resourceId": assignment["resourceId"], "resourceDisplayName": "Microsoft Graph",
			})
		}
	}
	return all
}
