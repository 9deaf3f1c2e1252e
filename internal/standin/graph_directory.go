package standin

import (
	"net/http"
	"slices"
	"strings"
)

// user answers for a user and what hangs on it.
func (g *Graph) user(q question, rest []string) answer {
	if len(rest) == 0 {
		return unknownSegment("users")
	}
	user, names, reason := g.file.object("users", rest[0])
	if reason != nil {
		return because(reason)
	}
	below, kind := castTo(strings.Join(rest[1:], "/"))
	if reason := g.file.anyFault(names, "/"+below); below != "" && reason != nil {
		return because(reason)
	}
	if kind != "" && (kind != "group" || below != "transitiveMemberOf") {
		return unknownSegment(kind)
	}
	switch below {
	case "":
		return g.theUser(q, user, names, rest[0])
	case "authentication/methods":
		return g.methods(q, user)
	case "authentication/hardwareOathMethods":
		return g.hardwareTokens(q, user)
	case "authentication/requirements":
		return g.requirements(q, user)
	case "transitiveMemberOf":
		return g.memberOf(q, user, kind != "")
	}
	return unknownSegment(below)
}

// castTo takes a cast to users, groups or applications off a path. The schema's namespace
// has a short name, which the SDKs use. https://graph.microsoft.com/v1.0/$metadata
func castTo(path string) (bare, kind string) {
	for _, kind := range []string{"user", "group", "servicePrincipal"} {
		for _, namespace := range []string{"microsoft.graph", "graph"} {
			if bare, cast := strings.CutSuffix(path, "/"+namespace+"."+kind); cast {
				return bare, kind
			}
		}
	}
	return path, ""
}

func (g *Graph) theUser(q question, user document, names []string, asked string) answer {
	selected, a, bad := g.selection(q, "user", userProperties())
	if bad {
		return a
	}
	// https://learn.microsoft.com/graph/api/resources/signinactivity
	if slices.Contains(selected, "signInActivity") && strings.Contains(asked, "@") {
		return refused(http.StatusBadRequest, "BadRequest", "Get By Key only supports UserId and the key has to be a valid Guid")
	}
	for _, property := range selected {
		if reason := g.file.anyFault(names, "/"+property); reason != nil {
			return because(reason)
		}
	}
	bare := without(user, "authentication", "riskyUser", "transitiveMemberOf")
	return g.entity(q, selectedContext("users", selected)+"/$entity", q.project(bare, userDefaults()))
}

// methods answers for the authentication methods of a user, which take no query
// options.
// https://learn.microsoft.com/graph/api/authentication-list-methods
func (g *Graph) methods(q question, user document) answer {
	if a, bad := q.badOptions(nil); bad {
		return a
	}
	authentication, _ := user["authentication"].(document)
	methods, ok := authentication["methods"].([]any)
	if !ok {
		return because(denied())
	}
	return g.page(q, "", "users('"+text(user["id"])+"')/authentication/methods", shownMethods(q.version, methods))
}

// hardwareTokens answers for the hardware tokens of a user, which only beta knows.
// https://learn.microsoft.com/graph/api/authentication-list-hardwareoathmethods?view=graph-rest-beta
func (g *Graph) hardwareTokens(q question, user document) answer {
	if q.version != "beta" {
		return unknownSegment("hardwareOathMethods")
	}
	if a, bad := q.badOptions([]string{"$select", "$top"}); bad {
		return a
	}
	authentication, _ := user["authentication"].(document)
	methods, ok := authentication["methods"].([]any)
	if !ok {
		return because(denied())
	}
	return g.page(q, "", "users('"+text(user["id"])+"')/authentication/hardwareOathMethods", ofType(methods, hardwareToken))
}

// requirements answers for the per-user MFA state, which only beta knows.
// https://learn.microsoft.com/graph/api/authentication-get?view=graph-rest-beta
func (g *Graph) requirements(q question, user document) answer {
	if q.version != "beta" {
		return unknownSegment("requirements")
	}
	authentication, _ := user["authentication"].(document)
	requirements, ok := authentication["requirements"].(document)
	if !ok {
		return because(denied())
	}
	return g.entity(q, "users('"+text(user["id"])+"')/authentication/requirements", requirements)
}

// memberOf answers for the groups that a user is in, nested ones too. Objects
// that a path is cast to carry no type of their own.
// https://learn.microsoft.com/graph/api/user-list-transitivememberof
func (g *Graph) memberOf(q question, user document, cast bool) answer {
	if a, bad := q.badOptions([]string{"$select", "$top", "$count"}); bad {
		return a
	}
	groups, ok := user["transitiveMemberOf"].([]any)
	if !ok {
		var reason *fault
		if groups, reason = g.file.groupsOf(text(user["id"])); reason != nil {
			return because(reason)
		}
	}
	context := "groups"
	if !cast {
		context = "directoryObjects"
	}
	return g.pageOf(q, pageOf{context, groups, func(group document) document {
		bare := without(group, "members", "owners", "@odata.type")
		if !cast {
			bare["@odata.type"] = "#microsoft.graph.group"
		}
		return q.project(bare, groupDefaults())
	}})
}

// selection returns the properties that $select names. Without $select a strict
// stand-in refuses: the defaults lack properties that null would speak for.
func (g *Graph) selection(q question, kind string, known []string) ([]string, answer, bool) {
	if a, bad := q.badOptions([]string{"$select"}); bad {
		return nil, a, true
	}
	selected := q.selected()
	if len(selected) == 0 && !g.lenient {
		return nil, refused(http.StatusBadRequest, "BadRequest",
			"This stand-in asks for $select: without it Graph leaves out properties that are then read as null."), true
	}
	for _, property := range selected {
		if !slices.Contains(known, property) {
			return nil, refused(http.StatusBadRequest, "BadRequest",
				"Parsing OData Select and Expand failed: Could not find a property named '"+property+"' on type 'microsoft.graph."+kind+"'."), true
		}
	}
	return selected, answer{}, false
}

// userDefaults are the properties of a user that Graph returns without $select.
// https://learn.microsoft.com/graph/api/user-get
func userDefaults() []string {
	return strings.Fields(`id businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname userPrincipalName @odata.type`)
}

// userProperties are the properties of a user that can be selected here.
// https://learn.microsoft.com/graph/api/resources/user
func userProperties() []string {
	return append(userDefaults(), strings.Fields(`accountEnabled ageGroup assignedLicenses assignedPlans authorizationInfo city companyName
		country createdDateTime creationType customSecurityAttributes deletedDateTime department employeeId employeeType externalUserState
		identities isManagementRestricted isResourceAccount lastPasswordChangeDateTime licenseAssignmentStates mailNickname
		onPremisesDistinguishedName onPremisesDomainName onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime
		onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled onPremisesUserPrincipalName otherMails
		passwordPolicies passwordProfile postalCode provisionedPlans proxyAddresses securityIdentifier showInAddressList
		signInActivity signInSessionsValidFromDateTime state streetAddress usageLocation userType`)...)
}
