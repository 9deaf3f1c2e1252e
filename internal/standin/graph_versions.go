package standin

import (
	"net/http"
	"slices"
	"strings"
)

// What follows is what v1.0 leaves out although it is there, without a word: whoever reads
// v1.0 alone takes it for absent.

// published is what v1.0 knows of a Conditional Access policy, by the path of an object in
// it. https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy
func published() map[string][]string {
	filter, isEnabled := []string{"mode", "rule"}, []string{"isEnabled"}
	guests := []string{"guestOrExternalUserTypes", "externalTenants"}
	return map[string][]string{
		"conditions": strings.Fields(`applications authenticationFlows clientAppTypes clientApplications devices insiderRiskLevels locations
			platforms servicePrincipalRiskLevels signInRiskLevels userRiskLevels users`),
		"conditions/users": strings.Fields(`excludeGroups excludeGuestsOrExternalUsers excludeRoles excludeUsers includeGroups
			includeGuestsOrExternalUsers includeRoles includeUsers`),
		"conditions/users/includeGuestsOrExternalUsers": guests,
		"conditions/users/excludeGuestsOrExternalUsers": guests,
		"conditions/applications": strings.Fields(`applicationFilter excludeApplications includeApplications
			includeAuthenticationContextClassReferences includeUserActions`),
		"conditions/applications/applicationFilter":            filter,
		"conditions/authenticationFlows":                       {"transferMethods"},
		"conditions/clientApplications":                        {"excludeServicePrincipals", "includeServicePrincipals", "servicePrincipalFilter"},
		"conditions/clientApplications/servicePrincipalFilter": filter,
		"conditions/devices":                                   {"deviceFilter"},
		"conditions/devices/deviceFilter":                      filter,
		"conditions/locations":                                 {"excludeLocations", "includeLocations"},
		"conditions/platforms":                                 {"excludePlatforms", "includePlatforms"},
		"grantControls":                                        {"authenticationStrength", "builtInControls", "customAuthenticationFactors", "operator", "termsOfUse"},
		"sessionControls": strings.Fields(`applicationEnforcedRestrictions cloudAppSecurity disableResilienceDefaults persistentBrowser
			secureSignInSession signInFrequency`),
		"sessionControls/applicationEnforcedRestrictions": isEnabled,
		"sessionControls/cloudAppSecurity":                {"isEnabled", "cloudAppSecurityType"},
		"sessionControls/persistentBrowser":               {"isEnabled", "mode"},
		"sessionControls/secureSignInSession":             isEnabled,
		"sessionControls/signInFrequency":                 {"isEnabled", "authenticationType", "frequencyInterval", "type", "value"},
	}
}

// isPreview reports whether a policy uses what v1.0 does not know: a property of one of
// the objects above that is not listed there and says something.
func isPreview(policy document) bool {
	for path, known := range published() {
		var value any = policy
		for name := range strings.SplitSeq(path, "/") {
			object, _ := value.(document)
			value = object[name]
		}
		object, _ := value.(document)
		for name, value := range object {
			if !strings.Contains(name, "@odata.") && !slices.Contains(known, name) && !saysNothing(value) {
				return true
			}
		}
	}
	return false
}

// saysNothing reports whether a value is null, empty, or holds nothing but such values.
func saysNothing(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case []any:
		return len(value) == 0
	case document:
		for name, inner := range value {
			if !strings.Contains(name, "@odata.") && !saysNothing(inner) {
				return false
			}
		}
		return true
	}
	return false
}

// shownPolicies are the policies that a version lists: v1.0 leaves out those of preview
// features, without a word, and neither lists what was deleted.
func shownPolicies(version string, policies []any) []any {
	return slices.DeleteFunc(slices.Clone(policies), func(item any) bool {
		policy, _ := item.(document)
		return policy["deletedDateTime"] != nil || version != "beta" && isPreview(policy)
	})
}

// refusedPreview is the answer of v1.0 for one policy of preview features.
// https://github.com/hashicorp/terraform-provider-azuread/issues/937
func refusedPreview() answer {
	return refused(http.StatusBadRequest, "BadRequest", "1037: The policy you requested contains preview features. Use the Beta endpoint to retrieve this policy.")
}

// hardwareToken is the type of a method that beta alone knows.
const hardwareToken = "#microsoft.graph.hardwareOathAuthenticationMethod"

// betaMethods are the types of authentication methods that v1.0 leaves out of its list.
// https://learn.microsoft.com/graph/api/resources/authenticationmethods-overview?view=graph-rest-beta
func betaMethods() []string {
	return []string{hardwareToken, "#microsoft.graph.passwordlessMicrosoftAuthenticatorAuthenticationMethod", "#microsoft.graph.resourceAccountKeyAuthenticationMethod"}
}

// shownMethods are the methods that a version lists.
func shownMethods(version string, methods []any) []any {
	if version == "beta" {
		return methods
	}
	return withoutTypes(methods, betaMethods()...)
}

// applicationTypes are the types of a group's members that are applications.
// https://learn.microsoft.com/graph/api/resources/serviceprincipal
func applicationTypes() []string {
	return []string{"#microsoft.graph.servicePrincipal", "#microsoft.graph.agentIdentity", "#microsoft.graph.agentIdentityBlueprintPrincipal"}
}

// shownMembers are the members or owners of a group that a version lists: v1.0 leaves out
// applications.
// https://learn.microsoft.com/graph/known-issues#get-groupsidmembers-doesnt-return-service-principals-in-v10
// https://learn.microsoft.com/graph/api/group-list-owners
func shownMembers(version string, members []any) []any {
	if version == "beta" {
		return members
	}
	return withoutTypes(members, applicationTypes()...)
}

// withoutTypes leaves out the objects of some types.
func withoutTypes(objects []any, types ...string) []any {
	return slices.DeleteFunc(slices.Clone(objects), func(item any) bool {
		object, _ := item.(document)
		return slices.Contains(types, text(object["@odata.type"]))
	})
}

// ofType keeps the objects of one type.
func ofType(objects []any, name string) []any {
	return slices.DeleteFunc(slices.Clone(objects), func(item any) bool {
		object, _ := item.(document)
		return text(object["@odata.type"]) != name
	})
}
