package standin

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// A collection is a list of Graph that stands in the tenant file under a key.
type collection struct {
	path    string
	key     string
	context string   // of @odata.context
	options []string // query options that the endpoint takes
	filters []string // properties that $filter takes
	must    string   // a property that $filter must hold
}

// collections lists what is served from a list of the file as it is.
func collections() []collection {
	sel, filter := "$select", "$filter"
	role := []string{"principalId", "roleDefinitionId", "directoryScopeId"}
	group := []string{"groupId", "principalId", "accessId"}
	return []collection{
		{path: "organization", key: "organization", options: []string{sel}},
		{path: "domains", key: "domains", options: []string{sel}},
		{path: "roleManagement/directory/roleAssignments", key: "roleAssignments", options: []string{sel, filter, "$top"}, filters: role},
		{path: "roleManagement/directory/roleAssignmentScheduleInstances", key: "roleAssignmentScheduleInstances", options: []string{sel, filter}, filters: role},
		{path: "roleManagement/directory/roleEligibilityScheduleInstances", key: "roleEligibilityScheduleInstances", options: []string{sel, filter}, filters: role},
		{path: "identityGovernance/privilegedAccess/group/assignmentScheduleInstances", key: "groupAssignmentScheduleInstances",
			options: []string{sel, filter}, filters: group, must: "groupId"},
		{path: "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances", key: "groupEligibilityScheduleInstances",
			options: []string{sel, filter}, filters: group, must: "groupId"},
		{path: "identity/conditionalAccess/policies", key: "conditionalAccessPolicies", options: []string{sel, filter, "$top"}, filters: []string{"state", "displayName"}},
		{path: "identity/conditionalAccess/namedLocations", key: "namedLocations", options: []string{sel, filter, "$top"}, filters: []string{"displayName"}},
		{path: "policies/authenticationStrengthPolicies", key: "authenticationStrengthPolicies", options: []string{sel, filter}, filters: []string{"policyType"}},
		{path: "auditLogs/signIns", key: "signIns", options: []string{filter, "$top", "$orderby"},
			filters: []string{"userId", "userPrincipalName", "appId", "ipAddress", "createdDateTime", "status/errorCode", "clientAppUsed", signInEventTypes}},
		{path: "auditLogs/directoryAudits", key: "directoryAudits", options: []string{filter, "$top", "$orderby"},
			filters: []string{"activityDateTime", "activityDisplayName", "loggedByService", "correlationId", targetResources}},
	}
}

// route finds what a path leads to.
func (g *Graph) route(q question) answer {
	parts := q.segments()
	switch parts[0] {
	case "users":
		return g.user(q, parts[1:])
	case "groups":
		return g.group(q, parts[1:])
	case "policies":
		if len(parts) > 1 {
			switch parts[1] {
			case "authenticationMethodsPolicy":
				return g.methodsPolicy(q, parts[2:])
			case "identitySecurityDefaultsEnforcementPolicy", "authorizationPolicy":
				return g.single(q, parts[1])
			case "roleManagementPolicyAssignments":
				return g.rolePolicies(q)
			}
		}
	case "identityProtection":
		if len(parts) == 2 && parts[1] == "riskyUsers" {
			return g.riskyUsers(q)
		}
	case "servicePrincipals", graphApp:
		return g.applications(q, parts)
	case "domains":
		if len(parts) == 3 && parts[2] == "federationConfiguration" {
			return g.federation(q, parts[1])
		}
	case "directory":
		if len(parts) == 2 && parts[1] == "onPremisesSynchronization" {
			return g.synchronization(q)
		}
		if len(parts) == 3 && parts[1] == "deletedItems" {
			return g.deletedItem(q, parts[2])
		}
		if len(parts) > 1 && parts[1] == "administrativeUnits" {
			return g.units(q, parts[2:])
		}
		if len(parts) > 2 && parts[1] == "publicKeyInfrastructure" && parts[2] == "certificateBasedAuthConfigurations" {
			return g.certificates(q, parts[3:])
		}
	}
	for _, c := range collections() {
		if rest, ok := strings.CutPrefix(strings.Join(parts, "/"), c.path); ok && strings.Count(rest, "/") <= 1 {
			return g.collection(q, c, strings.TrimPrefix(rest, "/"))
		}
	}
	return unknownSegment(parts[0])
}

// collection answers for a list, or for one item of it.
func (g *Graph) collection(q question, c collection, id string) answer {
	if id != "" {
		return g.item(q, c, id)
	}
	if a, bad := q.badOptions(c.options); bad {
		return a
	}
	conditions, err := parseFilter(q.query.Get("$filter"), c.filters)
	if err != nil {
		return refused(http.StatusBadRequest, "BadRequest", "Invalid filter clause: "+err.Error())
	}
	if c.must != "" && !slices.ContainsFunc(conditions, func(f condition) bool { return f.property == c.must && f.operator == "eq" }) {
		return refused(http.StatusBadRequest, "MissingParameters", "The request needs a $filter on "+c.must+".")
	}
	if reason := g.share(c, conditions); reason != nil {
		return because(reason)
	}
	items, reason := g.file.list(c.key)
	if reason != nil {
		return because(reason)
	}
	switch c.key {
	case "signIns":
		items = signInsOf(q.version, items, conditions)
	case "directoryAudits":
		items = newestFirst(items, "activityDateTime")
	case "conditionalAccessPolicies":
		items = shownPolicies(q.version, items)
	}
	items = slices.DeleteFunc(slices.Clone(items), func(item any) bool { return !meetsAll(item, conditions) })
	return g.page(q, c.context, c.path, withoutParts(c, items))
}

// share returns the reason that the file gives for the part of a list that a
// filter asks for: one user's sign-ins, one group's schedules.
func (g *Graph) share(c collection, conditions []condition) *fault {
	for _, f := range conditions {
		switch f.property {
		case "userId", "userPrincipalName":
			_, names, _ := g.file.object("users", f.value)
			if reason := g.file.anyFault(append(names, "users/"+f.value), "/signIns"); reason != nil {
				return reason
			}
		case targetResources:
			for _, kind := range []string{"users/", "groups/"} {
				if reason := g.file.faultOf(kind + f.value + "/" + c.key); reason != nil {
					return reason
				}
			}
		case "groupId":
			if reason := g.file.faultOf("groups/" + f.value + "/" + c.key); reason != nil {
				return reason
			}
		}
	}
	return nil
}

// withoutParts leaves out what hangs on an object and has a path of its own.
func withoutParts(c collection, items []any) []any {
	if c.key != "domains" {
		return items
	}
	bare := make([]any, len(items))
	for i, item := range items {
		object, _ := item.(document)
		bare[i] = without(object, "federationConfiguration")
	}
	return bare
}

func (g *Graph) item(q question, c collection, id string) answer {
	if a, bad := q.badOptions([]string{"$select"}); bad {
		return a
	}
	items, reason := g.file.list(c.key)
	if reason != nil {
		return because(reason)
	}
	for _, item := range withoutParts(c, items) {
		if object, _ := item.(document); strings.EqualFold(text(object["id"]), id) {
			if c.key == "conditionalAccessPolicies" && q.version != "beta" && isPreview(object) {
				return refusedPreview()
			}
			return g.entity(q, c.path+"/$entity", q.project(object, nil))
		}
	}
	return because(notFound(id))
}

// entity answers with one object.
func (g *Graph) entity(q question, context string, object document) answer {
	body := document{"@odata.context": q.context(context)}
	maps.Copy(body, object)
	return answer{status: http.StatusOK, body: body}
}

// methodsPolicy answers for the authentication methods policy, which takes no
// query options.
// https://learn.microsoft.com/graph/api/authenticationmethodspolicy-get
func (g *Graph) methodsPolicy(q question, rest []string) answer {
	if a, bad := q.badOptions(nil); bad {
		return a
	}
	items, reason := g.file.list("authenticationMethodsPolicy")
	if reason == nil {
		reason = g.file.faultOf("authenticationMethodsPolicy/" + strings.Join(rest, "/"))
	}
	if reason != nil {
		return because(reason)
	}
	policy, _ := items[0].(document)
	const context = "policies/authenticationMethodsPolicy"
	if len(rest) == 0 {
		return g.entity(q, "authenticationMethodsPolicy", policy)
	}
	configurations, ok := policy["authenticationMethodConfigurations"].([]any)
	switch {
	case rest[0] != "authenticationMethodConfigurations" || len(rest) > 2:
		return unknownSegment(rest[0])
	case !ok:
		return because(denied())
	case len(rest) == 1:
		return g.page(q, "", context+"/authenticationMethodConfigurations", configurations)
	}
	for _, item := range configurations {
		if object, _ := item.(document); strings.EqualFold(text(object["id"]), rest[1]) {
			return g.entity(q, context+"/authenticationMethodConfigurations/$entity", object)
		}
	}
	return because(notFound(rest[1]))
}

// infrastructureID is the id of the one public key infrastructure that is served.
const infrastructureID = "2f5f4c9b-7a3c-4b8e-9d61-1f0f7c2b6a53"

// certificates answers for certificate-based authentication. The file has one
// list of authorities; Graph keeps them in infrastructures.
// https://learn.microsoft.com/graph/api/resources/publickeyinfrastructureroot
func (g *Graph) certificates(q question, rest []string) answer {
	if a, bad := q.badOptions([]string{"$select"}); bad {
		return a
	}
	authorities, reason := g.file.list("certificateAuthorities")
	if reason != nil {
		return because(reason)
	}
	const context = "directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
	switch {
	case len(rest) == 0 && len(authorities) == 0:
		return g.page(q, "", context, nil)
	case len(rest) == 0:
		return g.page(q, "", context, []any{document{"id": infrastructureID, "displayName": "PKI", "status": "succeeded", "statusDetails": nil, "deletedDateTime": nil}})
	case !strings.EqualFold(rest[0], infrastructureID):
		return because(notFound(rest[0]))
	case len(rest) == 2 && rest[1] == "certificateAuthorities":
		return g.page(q, "", context+"('"+infrastructureID+"')/certificateAuthorities", authorities)
	}
	return unknownSegment(rest[len(rest)-1])
}
