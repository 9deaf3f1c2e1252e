package signin

import (
	"testing"
)

// TestWords walks the special values and the properties of Microsoft's pages on
// policies, of v1.0 and of beta. Each has its documented meaning where it includes
// and where it excludes; what stands on none of them leaves the answer unknown.
func TestWords(t *testing.T) {
	t.Parallel()
	const (
		toNobody   = `{users}/includeUsers = []`
		everybody  = "all users []"
		guest      = `users/0/userType = "Guest"`
		invited    = `users/0/userPrincipalName = "ea01_contoso.com#EXT#@contoso.onmicrosoft.com"`
		apps       = `{apps}/includeApplications = `
		agent      = `{conditions}/clientApplications = `
		identities = "https://learn.microsoft.com/graph/api/resources/conditionalaccessclientapplications?view=graph-rest-beta"
		users      = "https://learn.microsoft.com/graph/api/resources/conditionalaccessusers"
		resources  = "https://learn.microsoft.com/graph/api/resources/conditionalaccessapplications?view=graph-rest-beta"
		agents     = "https://learn.microsoft.com/entra/agent-id/disable-agent-identities"
		set        = "https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset?view=graph-rest-beta"
		devices    = "https://learn.microsoft.com/graph/api/resources/conditionalaccessdevices?view=graph-rest-beta"
		places     = "https://learn.microsoft.com/graph/api/resources/conditionalaccesslocations"
		platforms  = "https://learn.microsoft.com/graph/api/resources/conditionalaccessplatforms"
		guests     = "https://learn.microsoft.com/graph/api/resources/conditionalaccessguestsorexternalusers"
		risk       = "https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset"
		policies   = "https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy"
	)
	for _, c := range []struct {
		name, source string
		changes      []string
		want         string // "no", or what includes the account and the open conditions
	}{
		{"includeUsers All", users, []string{`{users}/includeUsers = ["All"]`}, everybody},
		{"includeUsers None", users, []string{`{users}/includeUsers = ["None"]`}, "no"},
		{"includeUsers GuestsOrExternalUsers", users, []string{`{users}/includeUsers = ["GuestsOrExternalUsers"]`}, "no"},
		{"includeUsers GuestsOrExternalUsers, a guest", users, []string{guest, `{users}/includeUsers = ["GuestsOrExternalUsers"]`}, "guests and external users []"},
		{"includeUsers AllAgentIdUsers", agents, []string{`{users}/includeUsers = ["AllAgentIdUsers"]`}, "no"},
		{"includeUsers AllAgentIdUsers and a person", agents, []string{`{users}/includeUsers = ["AllAgentIdUsers", "{ea}"]`}, "the account itself []"},
		{"includeUsers a user's name", users, []string{`{users}/includeUsers = ["ea01@contoso.onmicrosoft.com"]`}, "?not known"},
		{"includeUsers with four hyphens and no id", users, []string{`{users}/includeUsers = ["every-user-of-the-tenant"]`}, `?"every-user-of-the-tenant"`},
		{"includeUsers of tomorrow", users, []string{`{users}/includeUsers = ["AllRobots"]`}, `?"AllRobots"`},
		{"includeUsers null", users, []string{`{users}/includeUsers = null`}, "no"},
		{"users null", set, []string{`{users} = null`}, "no"},
		{"every list of the users null", users, []string{`{users} = {"includeUsers": null, "includeGroups": null, "includeRoles": null, "excludeUsers": null, "excludeGroups": null, "excludeRoles": null, "includeGuestsOrExternalUsers": null, "excludeGuestsOrExternalUsers": null}`}, "no"},
		{"excludeUsers null", users, []string{`{users}/excludeUsers = null`}, everybody},
		{"excludeUsers GuestsOrExternalUsers", users, []string{`{users}/excludeUsers = ["GuestsOrExternalUsers"]`}, everybody},
		{"excludeUsers AllAgentIdUsers", agents, []string{`{users}/excludeUsers = ["AllAgentIdUsers"]`}, everybody},
		{"excludeUsers of tomorrow", users, []string{`{users}/excludeUsers = ["AllRobots"]`}, `?"AllRobots"`},
		{"excludeGroups and excludeRoles null", users, []string{`{users}/excludeGroups = null`, `{users}/excludeRoles = null`}, everybody},
		{"includeGroups a word", users, []string{toNobody, `{users}/includeGroups = ["All"]`}, `?"All"`},
		{"includeGroups a word, the memberships read", users, []string{toNobody, `users/0/transitiveMemberOf = []`, `{users}/includeGroups = ["All"]`}, `?"All"`},
		{"excludeGroups a word", users, []string{`users/0/transitiveMemberOf = []`, `{users}/excludeGroups = ["All"]`}, `?"All"`},
		{"includeRoles a word", users, []string{toNobody, `{users}/includeRoles = ["All"]`}, `?"All"`},
		{"excludeRoles a word", users, []string{`{users}/excludeRoles = ["All"]`}, `?"All"`},

		{"kinds of guests null", guests, []string{guest, toNobody, `{users}/includeGuestsOrExternalUsers = {"guestOrExternalUserTypes": null, "externalTenants": null}`}, "no"},
		{"invited members of tenants that are not said", guests, []string{invited, toNobody, `{users}/includeGuestsOrExternalUsers = {"guestOrExternalUserTypes": "b2bCollaborationMember", "externalTenants": {"@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants", "membershipKind": null}}`}, "guests and external users []"},
		{"invited members of tenants of a kind of tomorrow", guests, []string{invited, toNobody, `{users}/includeGuestsOrExternalUsers = {"guestOrExternalUserTypes": "b2bCollaborationMember", "externalTenants": {"membershipKind": "some"}}`}, "?tenant"},
		{"kinds of guests none", guests, []string{guest, toNobody, `{users}/includeGuestsOrExternalUsers = {"guestOrExternalUserTypes": "none", "externalTenants": null}`}, "no"},
		{"kinds of guests, excluded null", guests, []string{guest, `{users}/excludeGuestsOrExternalUsers = {"guestOrExternalUserTypes": null, "externalTenants": null}`}, everybody},

		{"includeApplications All", resources, []string{apps + `["All"]`}, everybody},
		{"includeApplications None", resources, []string{apps + `["None"]`}, "no"},
		{"includeApplications Office365", resources, []string{apps + `["Office365"]`}, "no"},
		{"includeApplications MicrosoftAdminPortals", resources, []string{apps + `["MicrosoftAdminPortals"]`}, everybody},
		{"includeApplications AllAgentIdResources", agents, []string{apps + `["AllAgentIdResources"]`}, "no"},
		{"excludeApplications AllAgentIdResources", agents, []string{`{apps}/excludeApplications = ["AllAgentIdResources"]`}, everybody},
		{"excludeApplications Office365", resources, []string{`{apps}/excludeApplications = ["Office365"]`}, everybody},
		{"excludeApplications MicrosoftAdminPortals", resources, []string{`{apps}/excludeApplications = ["MicrosoftAdminPortals"]`}, everybody},
		{"includeApplications null", resources, []string{apps + `null`}, "no"},
		{"excludeApplications null", resources, []string{`{apps}/excludeApplications = null`}, everybody},
		{"includeApplications of tomorrow", resources, []string{apps + `["AllRobotResources"]`}, `?"AllRobotResources"`},
		{"includeApplications with four hyphens and no id", resources, []string{apps + `["all-of-the-robot-resources"]`}, `?"all-of-the-robot-resources"`},
		{"an application filter that says nothing", resources, []string{`{apps}/applicationFilter = {"mode": null, "rule": null}`}, everybody},
		{"globalSecureAccess", resources, []string{apps + `[]`, `{apps}/globalSecureAccess = {"trafficProfiles": "m365"}`}, "no"},
		{"networkAccess", resources, []string{apps + `[]`, `{apps}/networkAccess = {"trafficProfiles": "internet"}`}, "no"},
		{"globalSecureAccess beside all applications", resources, []string{`{apps}/globalSecureAccess = {"trafficProfiles": "m365"}`}, everybody},
		{"user actions null", resources, []string{`{apps}/includeUserActions = null`, `{apps}/includeAuthenticationContextClassReferences = null`}, everybody},

		{"includeServicePrincipals", identities, []string{agent + `{"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}`}, "no"},
		{"servicePrincipalFilter", identities, []string{agent + `{"includeServicePrincipals": [], "servicePrincipalFilter": {"mode": "include", "rule": "x"}}`}, "no"},
		{"includeAgentIdServicePrincipals", identities, []string{agent + `{"includeServicePrincipals": [], "includeAgentIdServicePrincipals": ["All"]}`}, "no"},
		{"agentIdServicePrincipalFilter", identities, []string{agent + `{"includeServicePrincipals": [], "agentIdServicePrincipalFilter": {"mode": "include", "rule": "x"}}`}, "no"},
		{"excludeAgentIdServicePrincipals alone", identities, []string{agent + `{"includeServicePrincipals": [], "excludeAgentIdServicePrincipals": ["x"]}`}, everybody},
		{"excludeServicePrincipals alone", identities, []string{agent + `{"includeServicePrincipals": [], "excludeServicePrincipals": ["x"]}`}, everybody},
		{"client applications that say nothing", identities, []string{agent + `{"includeServicePrincipals": null, "excludeServicePrincipals": [], "servicePrincipalFilter": {"mode": null, "rule": null}, "includeAgentIdServicePrincipals": null, "agentIdServicePrincipalFilter": null}`}, everybody},
		{"a property that only sounds like agents", identities, []string{agent + `{"includeServicePrincipals": [], "agentPool": {"x": 1}}`}, "?agentPool"},

		{"agents, empty lists", set, []string{`{conditions}/agents = {"includeAgents": [], "excludeAgents": []}`}, everybody},
		{"agents, null", set, []string{`{conditions}/agents = {"@odata.type": "#microsoft.graph.conditionalAccessAgents", "includeAgentUsers": null, "agentFilter": {"mode": null, "rule": ""}}`}, everybody},
		{"agents, and people", set, []string{`{conditions}/agents = {"includeAgentUsers": ["All"]}`}, "?agents"},
		{"agents, and nobody else", set, []string{`{users}/includeUsers = ["None"]`, `{conditions}/agents = {"includeAgentUsers": ["All"]}`}, "no"},
		{"agentContext, empty", set, []string{`{conditions}/agentContext = {"includeAgentContexts": [], "excludeAgentContexts": []}`}, everybody},
		{"agentIdRiskLevels null", set, []string{`{conditions}/agentIdRiskLevels = null`}, everybody},
		{"agentIdRiskLevels of agents", set, []string{`{users}/includeUsers = ["AllAgentIdUsers"]`, `{conditions}/agentIdRiskLevels = "high"`}, "no"},
		{"agentIdRiskLevels of people", set, []string{`{conditions}/agentIdRiskLevels = "high"`}, "?agentIdRiskLevels"},
		{"times null", set, []string{`{conditions}/times = null`}, everybody},
		{"an annotation is no condition", set, []string{`{conditions}/@microsoft.graph.tips = "x"`}, everybody},

		{"clientAppTypes null", set, []string{`{conditions}/clientAppTypes = null`}, everybody},
		{"clientAppTypes all", set, []string{`{conditions}/clientAppTypes = ["all"]`}, everybody},
		{"clientAppTypes browser", set, []string{`{conditions}/clientAppTypes = ["browser"]`}, "all users [the client app is browser]"},
		{"clientAppTypes mobileAppsAndDesktopClients", set, []string{`{conditions}/clientAppTypes = ["mobileAppsAndDesktopClients"]`}, "all users [the client app is mobileAppsAndDesktopClients]"},
		{"clientAppTypes modern, the old name", set, []string{`{conditions}/clientAppTypes = ["modern"]`}, "all users [the client app is modern]"},
		{"clientAppTypes exchangeActiveSync", set, []string{`{conditions}/clientAppTypes = ["exchangeActiveSync"]`}, "no"},
		{"clientAppTypes easSupported", set, []string{`{conditions}/clientAppTypes = ["easSupported"]`}, "no"},
		{"clientAppTypes easUnsupported", set, []string{`{conditions}/clientAppTypes = ["easUnsupported"]`}, "no"},
		{"clientAppTypes other", set, []string{`{conditions}/clientAppTypes = ["other"]`}, "no"},
		{"clientAppTypes unknownFutureValue", set, []string{`{conditions}/clientAppTypes = ["unknownFutureValue"]`}, `?"unknownFutureValue"`},

		{"platforms, empty lists", platforms, []string{`{conditions}/platforms = {"includePlatforms": [], "excludePlatforms": []}`}, everybody},
		{"platforms, null lists", platforms, []string{`{conditions}/platforms = {"includePlatforms": null, "excludePlatforms": null}`}, everybody},
		{"locations, empty lists", places, []string{`{conditions}/locations = {"includeLocations": [], "excludeLocations": []}`}, everybody},
		{"locations, null lists", places, []string{`{conditions}/locations = {"includeLocations": null, "excludeLocations": null}`}, everybody},
		{"locations but one, none included", places, []string{`{conditions}/locations = {"includeLocations": [], "excludeLocations": ["AllTrusted"]}`}, "all users [the location]"},
		{"devices, empty", devices, []string{`{conditions}/devices = {"deviceFilter": null, "includeDevices": [], "excludeDevices": [], "includeDeviceStates": null, "excludeDeviceStates": []}`}, everybody},
		{"devices, a filter that says nothing", devices, []string{`{conditions}/devices = {"deviceFilter": {"mode": null, "rule": null}}`}, everybody},
		{"devices, excluded", devices, []string{`{conditions}/devices = {"deviceFilter": null, "includeDevices": ["All"], "excludeDevices": ["Compliant"]}`}, "all users [the device state]"},
		{"devices, states excluded", devices, []string{`{conditions}/devices = {"deviceFilter": null, "includeDeviceStates": ["All"], "excludeDeviceStates": ["DomainJoined"]}`}, "all users [the device state]"},
		{"deviceStates", set, []string{`{conditions}/deviceStates = {"includeStates": ["All"], "excludeStates": ["Compliant"]}`}, "all users [the device state]"},
		{"deviceStates, empty", set, []string{`{conditions}/deviceStates = {"includeStates": [], "excludeStates": null}`}, everybody},
		{"risk levels, empty", risk, []string{`{conditions}/signInRiskLevels = []`, `{conditions}/userRiskLevels = null`, `{conditions}/servicePrincipalRiskLevels = null`, `{conditions}/insiderRiskLevels = null`}, everybody},
		{"authenticationFlows null", set, []string{`{conditions}/authenticationFlows = {"transferMethods": null}`}, everybody},
		{"authenticationFlows empty", set, []string{`{conditions}/authenticationFlows = {"transferMethods": ""}`}, everybody},

		{"what says nothing of the policy", policies, []string{`{policy}/partialEnablementStrategy = null`, `{policy}/templateId = "{nobody}"`, `{policy}/description = "x"`,
			`{policy}/createdDateTime = "2026-01-01T00:00:00Z"`, `{policy}/modifiedDateTime = "2026-01-01T00:00:00Z"`}, everybody},
		{"an action is no property", policies, []string{`{policy}/#microsoft.graph.restore = {"title": "x", "target": "y"}`}, everybody},
		{"a property of a policy of tomorrow", policies, []string{`{policy}/partialEnablementStrategy = "half"`}, "?partialEnablementStrategy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !assertApplies(t, c.changes, c.want) {
				t.Log(c.source)
			}
		})
	}
}
