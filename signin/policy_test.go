package signin

import (
	"fmt"
	"testing"

	"breakglass/tenant"
)

// policy returns the first policy of a tenant.
func policy(t testing.TB, s tenant.Snapshot) tenant.Policy {
	t.Helper()
	policies, err := s.ConditionalAccessPolicies.Get()
	if err != nil {
		t.Fatal(err)
	}
	return policies[0]
}

func TestCanApply(t *testing.T) {
	t.Parallel()
	const (
		toNobody = `{users}/includeUsers = []`
		guest    = `users/0/userType = "Guest"`
		ext      = `users/0/userPrincipalName = "ea01_contoso.com#EXT#@contoso.onmicrosoft.com"`
	)
	held := func(role string) string {
		return `roleAssignments/+ = {"id": "held", "principalId": "{ea}", "roleDefinitionId": "` + role + `", "directoryScopeId": "/"}`
	}
	apps := func(list string) string { return `{apps}/includeApplications = ` + list }
	for _, c := range []struct {
		name    string
		changes []string
		want    string // "no", or what includes the account and the open conditions
	}{
		// whom
		{name: "all users", want: "all users []"},
		{name: "the account", changes: []string{`{users}/includeUsers = ["{ea}"]`}, want: "the account itself []"},
		{name: "another user", changes: []string{`{users}/includeUsers = ["{admin}"]`}, want: "no"},
		{name: "nobody", changes: []string{`{users}/includeUsers = ["None"]`}, want: "no"},
		{name: "an empty list", changes: []string{toNobody}, want: "no"},
		{name: "a user's name", changes: []string{`{users}/includeUsers = ["ea01@contoso.onmicrosoft.com"]`}, want: "?not known"},
		{name: "a word of tomorrow", changes: []string{`{users}/includeUsers = ["AllAgents"]`}, want: `?"AllAgents"`},
		{name: "a word of tomorrow beside all", changes: []string{`{users}/includeUsers = ["AllAgents", "All"]`}, want: "all users []"},
		{name: "a group", changes: []string{toNobody, `{users}/includeGroups = ["{inner}"]`}, want: "group “Inner” []"},
		{name: "a nested group", changes: []string{toNobody, `{users}/includeGroups = ["{outer}"]`}, want: "group “Outer” []"},
		{name: "another group", changes: []string{toNobody, `{users}/includeGroups = ["{empty}"]`}, want: "no"},
		{name: "a deleted group", changes: []string{toNobody, `{users}/includeGroups = ["{gone}"]`}, want: "no"},
		{name: "a group not collected", changes: []string{toNobody, `{users}/includeGroups = ["{nobody}"]`}, want: "?" + nobody},
		{name: "a group not collected, beside all", changes: []string{`{users}/includeGroups = ["{nobody}"]`}, want: "all users []"},
		{name: "a role", changes: []string{toNobody, `{users}/includeRoles = ["{ga}"]`}, want: "role Global Administrator []"},
		{name: "another role", changes: []string{toNobody, `{users}/includeRoles = ["{nobody}"]`}, want: "no"},
		{name: "a role for an administrative unit", changes: []string{toNobody, `{users}/includeRoles = ["{ga}"]`, "- " + instances + "/0", `roleAssignments/0/directoryScopeId = "/administrativeUnits/x"`}, want: "no"},
		{name: "a role, assignments unread", changes: []string{toNobody, `{users}/includeRoles = ["{ca}"]`, "- roleAssignments"}, want: "?the role assignments"},
		{name: "a custom role that is held", changes: []string{toNobody, `{users}/includeRoles = ["{custom}"]`, held("{custom}")}, want: "no"},
		{name: "a custom role, assignments unread", changes: []string{toNobody, `{users}/includeRoles = ["{custom}"]`, "- roleAssignments"}, want: "no"},
		{name: "another built-in role that is held", changes: []string{toNobody, `{users}/includeRoles = ["{ca}"]`, held("{ca}")}, want: "role b1be1c3e-b65d-4f19-8427-f6fa0d97feb9 []"},
		{name: "a built-in role in capitals", changes: []string{toNobody, `{users}/includeRoles = ["B1BE1C3E-B65D-4F19-8427-F6FA0D97FEB9"]`, held("{ca}")}, want: "role B1BE1C3E-B65D-4F19-8427-F6FA0D97FEB9 []"},
		{name: "guests", changes: []string{`{users}/includeUsers = ["GuestsOrExternalUsers"]`}, want: "no"},
		{name: "guests, for a guest", changes: []string{guest, `{users}/includeUsers = ["GuestsOrExternalUsers"]`}, want: "guests and external users []"},
		{name: "guests, for an invited member", changes: []string{ext, `{users}/includeUsers = ["GuestsOrExternalUsers"]`}, want: "?invited member"},
		{name: "guests, for a user of a type of tomorrow", changes: []string{`users/0/userType = "Robot"`, `{users}/includeUsers = ["GuestsOrExternalUsers"]`}, want: `?"Robot"`},
		{name: "guests, the type unread", changes: []string{"- users/0/userType", `{users}/includeUsers = ["GuestsOrExternalUsers"]`}, want: "?userType"},
		{name: "guests, the type null", changes: []string{"users/0/userType = null", `{users}/includeUsers = ["GuestsOrExternalUsers"]`}, want: "no"},
		{name: "kinds of guests", changes: []string{toNobody, `{users}/includeGuestsOrExternalUsers = {"guestOrExternalUserTypes": "internalGuest"}`}, want: "no"},
		{name: "kinds of guests, for a guest", changes: []string{guest, toNobody, `{users}/includeGuestsOrExternalUsers = {"guestOrExternalUserTypes": "internalGuest,b2bCollaborationGuest"}`}, want: "guests and external users []"},
		{name: "other kinds of guests, for a guest", changes: []string{guest, toNobody, `{users}/includeGuestsOrExternalUsers = {"guestOrExternalUserTypes": "b2bCollaborationGuest, serviceProvider"}`}, want: "no"},
		{name: "kinds of tomorrow, for a guest", changes: []string{guest, toNobody, `{users}/includeGuestsOrExternalUsers = {"guestOrExternalUserTypes": "martian"}`}, want: `?"martian"`},
		{name: "kinds of tomorrow too, for a guest", changes: []string{guest, toNobody, `{users}/includeGuestsOrExternalUsers = {"guestOrExternalUserTypes": "martian,internalGuest"}`}, want: "guests and external users []"},
		{name: "kinds of guests unread", changes: []string{guest, toNobody, `{users}/includeGuestsOrExternalUsers = {}`}, want: "?guestOrExternalUserTypes"},
		{name: "invited members", changes: []string{ext, toNobody, `{users}/includeGuestsOrExternalUsers = {"guestOrExternalUserTypes": "b2bCollaborationMember", "externalTenants": {"membershipKind": "all"}}`}, want: "guests and external users []"},
		{name: "invited members of some tenants", changes: []string{ext, toNobody, `{users}/includeGuestsOrExternalUsers = {"guestOrExternalUserTypes": "b2bCollaborationMember", "externalTenants": {"membershipKind": "enumerated", "members": ["x"]}}`}, want: "?tenant"},
		{name: "users unread", changes: []string{"- {users}"}, want: "?users"},
		{name: "included users unread", changes: []string{"- {users}/includeUsers"}, want: "?includeUsers"},
		{name: "included users unread, nobody else", changes: []string{"- {users}/includeUsers", `{users}/includeGroups = ["{empty}"]`}, want: "?includeUsers"},
		{name: "users of tomorrow", changes: []string{toNobody, `{users}/includeAgents = ["x"]`}, want: "?includeAgents"},

		// but for whom
		{name: "excluded itself", changes: []string{`{users}/excludeUsers = ["{ea}"]`}, want: "no"},
		{name: "excluded and included itself", changes: []string{`{users}/includeUsers = ["{ea}"]`, `{users}/excludeUsers = ["{ea}"]`}, want: "no"},
		{name: "excluded by group", changes: []string{`{users}/excludeGroups = ["{inner}"]`}, want: "no"},
		{name: "excluded by nested group", changes: []string{`{users}/excludeGroups = ["{outer}"]`}, want: "no"},
		{name: "excluded by role", changes: []string{`{users}/excludeRoles = ["{ga}"]`}, want: "no"},
		{name: "excluded by a custom role", changes: []string{`{users}/excludeRoles = ["{custom}"]`, held("{custom}")}, want: "all users []"},
		{name: "another excluded", changes: []string{`{users}/excludeUsers = ["{admin}"]`, `{users}/excludeGroups = ["{empty}", "{gone}"]`}, want: "all users []"},
		{name: "guests excluded", changes: []string{`{users}/excludeUsers = ["GuestsOrExternalUsers"]`}, want: "all users []"},
		{name: "guests excluded, for a guest", changes: []string{guest, `{users}/excludeUsers = ["GuestsOrExternalUsers"]`}, want: "no"},
		{name: "guests excluded, for an invited member", changes: []string{ext, `{users}/excludeUsers = ["GuestsOrExternalUsers"]`}, want: "?invited member"},
		{name: "kinds of guests excluded, for a guest", changes: []string{guest, `{users}/excludeGuestsOrExternalUsers = {"guestOrExternalUserTypes": "internalGuest"}`}, want: "no"},
		{name: "exclusion unread", changes: []string{"- {users}/excludeGroups"}, want: "?excludeGroups"},
		{name: "an excluded group not collected", changes: []string{`{users}/excludeGroups = ["{nobody}"]`}, want: "?" + nobody},
		{name: "an excluded group not collected, another excludes", changes: []string{`{users}/excludeGroups = ["{nobody}", "{inner}"]`}, want: "no"},
		{name: "an excluded group not collected, nobody included", changes: []string{toNobody, `{users}/excludeGroups = ["{nobody}"]`}, want: "no"},
		{name: "an excluded word of tomorrow", changes: []string{`{users}/excludeUsers = ["AllAgents"]`}, want: `?"AllAgents"`},

		// for what
		{name: "no application", changes: []string{apps(`["None"]`)}, want: "no"},
		{name: "the admin portals", changes: []string{apps(`["MicrosoftAdminPortals"]`)}, want: "all users []"},
		{name: "the Azure portal", changes: []string{apps(`["` + azurePortal + `"]`)}, want: "all users []"},
		{name: "Azure management", changes: []string{apps(`["` + azureManagement + `"]`)}, want: "all users []"},
		{name: "Microsoft Graph", changes: []string{apps(`["` + microsoftGraph + `"]`)}, want: "all users []"},
		{name: "Office 365", changes: []string{apps(`["Office365"]`)}, want: "no"},
		{name: "the Office portal", changes: []string{apps(`["00000006-0000-0ff1-ce00-000000000000"]`)}, want: "no"},
		{name: "another application", changes: []string{apps(`["{nobody}"]`)}, want: "no"},
		{name: "a target of tomorrow", changes: []string{apps(`["AllAgentResources"]`)}, want: `?"AllAgentResources"`},
		{name: "a target of tomorrow beside a known one", changes: []string{apps(`["AllAgentResources", "MicrosoftAdminPortals"]`)}, want: "all users []"},
		{name: "all but the admin portals", changes: []string{`{apps}/excludeApplications = ["MicrosoftAdminPortals"]`}, want: "all users []"},
		{name: "the admin portals but the admin portals", changes: []string{apps(`["MicrosoftAdminPortals"]`), `{apps}/excludeApplications = ["MicrosoftAdminPortals"]`}, want: "no"},
		{name: "all but every resource of an administrator", changes: []string{`{apps}/excludeApplications = ["MicrosoftAdminPortals", "` + azurePortal + `", "` + azureManagement + `", "` + microsoftGraph + `"]`}, want: "no"},
		{name: "all but a target of tomorrow", changes: []string{`{apps}/excludeApplications = ["AllAgentResources"]`}, want: `?"AllAgentResources"`},
		{name: "exclusion of targets unread", changes: []string{"- {apps}/excludeApplications"}, want: "?excludeApplications"},
		{name: "targets unread", changes: []string{"- {apps}"}, want: "?applications"},
		{name: "included targets unread", changes: []string{"- {apps}/includeApplications"}, want: "?includeApplications"},
		{name: "a filter", changes: []string{`{apps}/applicationFilter = {"mode": "exclude", "rule": "x"}`}, want: "?filter"},
		{name: "a filter alone", changes: []string{apps("[]"), `{apps}/applicationFilter = {"mode": "include", "rule": "x"}`}, want: "?filter"},
		{name: "the filter unread", changes: []string{"- {apps}/applicationFilter"}, want: "all users []"},
		{name: "the filter unread, no application", changes: []string{apps("[]"), "- {apps}/applicationFilter"}, want: "?applicationFilter"},
		{name: "user actions only", changes: []string{apps("[]"), `{apps}/includeUserActions = ["urn:user:registersecurityinfo"]`}, want: "no"},
		{name: "authentication contexts only", changes: []string{apps("[]"), `{apps}/includeAuthenticationContextClassReferences = ["c1"]`}, want: "no"},
		{name: "targets of another kind", changes: []string{apps("[]"), `{apps}/moonAccess = {"x": 1}`}, want: "?moonAccess"},

		// for whom it is not
		{name: "workload identities", changes: []string{`{conditions}/clientApplications = {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}`}, want: "no"},
		{name: "workload identities by filter", changes: []string{`{conditions}/clientApplications = {"includeServicePrincipals": [], "servicePrincipalFilter": {"mode": "include", "rule": "x"}}`}, want: "no"},
		{name: "agents", changes: []string{`{conditions}/clientApplications = {"includeServicePrincipals": [], "includeAgentIdServicePrincipals": ["All"]}`}, want: "no"},
		{name: "excluded agents say nothing", changes: []string{`{conditions}/clientApplications = {"includeServicePrincipals": [], "excludeAgentIdServicePrincipals": ["x"]}`}, want: "all users []"},
		{name: "clients of tomorrow", changes: []string{`{conditions}/clientApplications = {"includeServicePrincipals": [], "includeRobots": ["All"]}`}, want: "?includeRobots"},
		{name: "empty client applications", changes: []string{`{conditions}/clientApplications = {"includeServicePrincipals": [], "servicePrincipalFilter": null}`}, want: "all users []"},

		// how
		{name: "legacy clients only", changes: []string{`{conditions}/clientAppTypes = ["exchangeActiveSync", "other"]`}, want: "no"},
		{name: "a browser", changes: []string{`{conditions}/clientAppTypes = ["browser", "other"]`}, want: "all users [the client app is browser or other]"},
		{name: "desktop clients", changes: []string{`{conditions}/clientAppTypes = ["mobileAppsAndDesktopClients"]`}, want: "all users [the client app is mobileAppsAndDesktopClients]"},
		{name: "clients of tomorrow's type", changes: []string{`{conditions}/clientAppTypes = ["telepathy", "other"]`}, want: `?"telepathy"`},
		{name: "no client types", changes: []string{`{conditions}/clientAppTypes = []`}, want: "all users []"},
		{name: "client types unread", changes: []string{"- {conditions}/clientAppTypes"}, want: "?clientAppTypes"},
		{name: "device code flow only", changes: []string{`{conditions}/authenticationFlows = {"transferMethods": "deviceCodeFlow"}`}, want: "no"},
		{name: "device code flow and authentication transfer", changes: []string{`{conditions}/authenticationFlows = {"transferMethods": "deviceCodeFlow, authenticationTransfer"}`}, want: "no"},
		{name: "no flow", changes: []string{`{conditions}/authenticationFlows = {"transferMethods": "none"}`}, want: "all users []"},
		{name: "a flow of tomorrow", changes: []string{`{conditions}/authenticationFlows = {"transferMethods": "deviceCodeFlow,telepathy"}`}, want: `?"telepathy"`},
		{name: "the flow null", changes: []string{`{conditions}/authenticationFlows = {"transferMethods": null}`}, want: "all users []"},
		{name: "the flow unread", changes: []string{`{conditions}/authenticationFlows = {}`}, want: "?transferMethods"},
		{name: "a platform", changes: []string{`{conditions}/platforms = {"includePlatforms": ["iOS"], "excludePlatforms": []}`}, want: "all users [the device platform]"},
		{name: "every platform", changes: []string{`{conditions}/platforms = {"includePlatforms": ["all"], "excludePlatforms": []}`}, want: "all users []"},
		{name: "every platform but one", changes: []string{`{conditions}/platforms = {"includePlatforms": ["all"], "excludePlatforms": ["windows"]}`}, want: "all users [the device platform]"},
		{name: "every place but the trusted ones", changes: []string{`{conditions}/locations = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}`}, want: "all users [the location]"},
		{name: "a device filter", changes: []string{`{conditions}/devices = {"deviceFilter": {"mode": "include", "rule": "x"}}`}, want: "all users [the device filter]"},
		{name: "risks", changes: []string{`{conditions}/signInRiskLevels = ["medium", "high"]`, `{conditions}/userRiskLevels = ["high"]`, `{conditions}/insiderRiskLevels = "elevated"`},
			want: "all users [sign-in risk is high or medium user risk is high insider risk is elevated]"},
		{name: "a condition of tomorrow", changes: []string{`{conditions}/moonPhase = "full"`}, want: "?moonPhase"},
		{name: "a condition of tomorrow, for others", changes: []string{toNobody, `{conditions}/moonPhase = "full"`}, want: "no"},
		{name: "conditions unread", changes: []string{"- {conditions}"}, want: "?conditions"},
		{name: "conditions null", changes: []string{"{conditions} = null"}, want: "?conditions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assertApplies(t, c.changes, c.want)
		})
	}
}

func TestDemand(t *testing.T) {
	t.Parallel()
	const (
		custom   = "dddddddd-0000-4000-8000-000000000001"
		builtIn  = "00000000-0000-0000-0000-000000000004"
		none     = `{grant}/builtInControls = []`
		allowed  = "{strengths}/1/allowedCombinations"
		narrowed = "{strengths}/1/combinationConfigurations"
		other    = narrowed + `/0/allowedAAGUIDs = ["x"]`
		and      = `{grant}/operator = "AND"`
	)
	controls := func(list string) string { return `{grant}/builtInControls = ` + list }
	strength := func(id string) string {
		return `{grant}/authenticationStrength = {"id": "` + id + `", "displayName": "S", "allowedCombinations": ["fido2"]}`
	}
	session := func(controls string) string {
		return `{policy}/sessionControls = {"secureSignInSession": null, ` + controls + `}`
	}
	for _, c := range []struct {
		name    string
		changes []string
		want    string // the words of the demand: nothing if it does not restrict
		met     string // by the key: "true", "false" or "?reason"
	}{
		{name: "MFA", want: "mfa", met: "true"},
		{name: "block", changes: []string{controls(`["block"]`)}, want: "block", met: "false"},
		{name: "a compliant device", changes: []string{controls(`["compliantDevice"]`)}, want: "compliantDevice", met: "false"},
		{name: "a control of tomorrow", changes: []string{controls(`["riskRemediation"]`)}, want: "riskRemediation", met: "false"},
		{name: "MFA or a device", changes: []string{controls(`["mfa", "compliantDevice"]`)}, want: "compliantDevice or mfa", met: "true"},
		{name: "MFA and a device", changes: []string{controls(`["mfa", "compliantDevice"]`), and}, want: "compliantDevice and mfa", met: "false"},
		{name: "MFA and a device, the operator unread", changes: []string{controls(`["mfa", "compliantDevice"]`), "- {grant}/operator"}, want: "compliantDevice and mfa", met: "false"},
		{name: "MFA and a device, an operator of tomorrow", changes: []string{controls(`["mfa", "compliantDevice"]`), `{grant}/operator = "XOR"`}, want: "compliantDevice and mfa", met: "false"},
		{name: "MFA twice", changes: []string{controls(`["mfa", "mfa"]`)}, want: "mfa", met: "true"},
		{name: "a retired control", changes: []string{controls(`["approvedApplication"]`)}, want: "", met: "?"},
		{name: "MFA or a retired control", changes: []string{controls(`["mfa", "approvedApplication"]`)}, want: "mfa", met: "true"},
		{name: "a device or a retired control", changes: []string{controls(`["compliantDevice", "approvedApplication"]`)}, want: "compliantDevice", met: "false"},
		{name: "MFA and a retired control", changes: []string{controls(`["mfa", "approvedApplication"]`), and}, want: "mfa", met: "true"},
		{name: "an app policy or a retired control", changes: []string{controls(`["compliantApplication", "approvedApplication"]`)}, want: "compliantApplication", met: "false"},
		{name: "controls null", changes: []string{"{grant}/builtInControls = null", "{grant}/termsOfUse = null", "{grant}/customAuthenticationFactors = null"}, want: "", met: "?"},
		{name: "terms of use", changes: []string{none, `{grant}/termsOfUse = ["t"]`}, want: "terms of use t", met: "false"},
		{name: "a custom control", changes: []string{none, `{grant}/customAuthenticationFactors = ["c"]`}, want: "custom control c", met: "false"},
		{name: "nothing", changes: []string{"{policy}/grantControls = null"}, want: "", met: "true"},
		{name: "no control", changes: []string{none}, want: "", met: "?"},

		{name: "a built-in strength", changes: []string{none, strength(builtIn)}, want: "strength “S”", met: "true"},
		{name: "a built-in strength, the list unread", changes: []string{none, strength(builtIn), "- {strengths}"}, want: "strength “S”", met: "true"},
		{name: "a strength with its list of keys", changes: []string{none, strength(custom)}, want: "strength “S”", met: "true"},
		{name: "a strength for other keys", changes: []string{none, strength(custom), other}, want: "strength “S”", met: "false"},
		{name: "a strength without keys", changes: []string{none, strength(custom), allowed + ` = ["password,sms"]`}, want: "strength “S”", met: "false"},
		{name: "a strength for certificates' issuers", changes: []string{none, strength(custom), narrowed + `/0/appliesToCombinations = ["x509CertificateMultiFactor"]`}, want: "strength “S”", met: "true"},
		{name: "a strength, the list unread", changes: []string{none, strength(custom), "- {strengths}"}, want: "strength “S”", met: "?combinationConfigurations"},
		{name: "a strength not listed", changes: []string{none, strength(nobody)}, want: "strength “S”", met: "?combinationConfigurations"},
		{name: "a strength's combinations unread", changes: []string{none, strength(custom), "- {grant}/authenticationStrength/allowedCombinations", "- {strengths}"}, want: "strength “S”", met: "?allowedCombinations"},
		{name: "a strength's restrictions unread", changes: []string{none, strength(custom), "- " + narrowed}, want: "strength “S”", met: "?combinationConfigurations"},
		{name: "a restriction's combinations unread", changes: []string{none, strength(custom), "- " + narrowed + "/0/appliesToCombinations"}, want: "strength “S”", met: "?appliesToCombinations"},
		{name: "a restriction's keys unread", changes: []string{none, strength(custom), "- " + narrowed + "/0/allowedAAGUIDs"}, want: "strength “S”", met: "?allowedAAGUIDs"},
		{name: "one restriction unread, another for other keys", changes: []string{none, strength(custom), narrowed + "/+ = {}", other}, want: "strength “S”", met: "false"},
		{name: "the strength unread", changes: []string{"- {grant}/authenticationStrength"}, want: "mfa or a strength that was not read", met: "true"},
		{name: "the strength unread, all needed", changes: []string{"- {grant}/authenticationStrength", and}, want: "mfa and a strength that was not read", met: "?authenticationStrength"},
		{name: "the strength unread, beside a device", changes: []string{"- {grant}/authenticationStrength", controls(`["compliantDevice"]`)}, want: "compliantDevice or a strength", met: "?authenticationStrength"},
		{name: "the strength unread, and a device", changes: []string{"- {grant}/authenticationStrength", controls(`["compliantDevice"]`), and}, want: "compliantDevice and a strength", met: "false"},
		{name: "the strength unread, nothing else", changes: []string{none, "- {grant}/authenticationStrength"}, want: "?authenticationStrength"},
		{name: "the controls unread, beside a strength", changes: []string{"- {grant}/builtInControls", strength(builtIn), and}, want: "strength “S” and controls that were not read", met: "?builtInControls"},
		{name: "the terms of use unread, all needed", changes: []string{"- {grant}/termsOfUse", and}, want: "mfa and terms of use that were not read", met: "?termsOfUse"},
		{name: "the controls unread, nothing else", changes: []string{"- {grant}/builtInControls"}, want: "?builtInControls"},
		{name: "an unknown kind of control, all needed", changes: []string{`{grant}/vibeCheck = {"x": 1}`, and}, want: "mfa and controls that are not known", met: "?vibeCheck"},
		{name: "an unknown kind of control alone", changes: []string{none, `{grant}/vibeCheck = {"x": 1}`}, want: "?vibeCheck"},
		{name: "grant controls unread", changes: []string{"- {grant}"}, want: "?grantControls"},
		{name: "grant controls unread, token protection", changes: []string{"- {grant}", `{policy}/sessionControls = {"secureSignInSession": {"isEnabled": true}}`}, want: "grant controls that were not read; token protection", met: "false"},

		{name: "sign-in frequency alone", changes: []string{none, session(`"signInFrequency": {"isEnabled": true, "value": 4}`)}, want: "", met: "?"},
		{name: "what does not restrict", changes: []string{none, session(`"persistentBrowser": {"isEnabled": true}, "cloudAppSecurity": {"isEnabled": true}, "applicationEnforcedRestrictions": {"isEnabled": true}, "disableResilienceDefaults": true`)}, want: "", met: "?"},
		{name: "token protection", changes: []string{none, `{policy}/sessionControls = {"secureSignInSession": {"isEnabled": true}}`}, want: "token protection", met: "false"},
		{name: "token protection off", changes: []string{none, `{policy}/sessionControls = {"secureSignInSession": {"isEnabled": false}}`}, want: "", met: "?"},
		{name: "token protection null", changes: []string{none, `{policy}/sessionControls = {"secureSignInSession": {"isEnabled": null}}`}, want: "", met: "?"},
		{name: "token protection unread", changes: []string{none, `{policy}/sessionControls = {}`}, want: "?secureSignInSession"},
		{name: "MFA and token protection", changes: []string{`{policy}/sessionControls = {"secureSignInSession": {"isEnabled": true}}`}, want: "mfa; token protection", met: "false"},
		{name: "filtering", changes: []string{none, session(`"globalSecureAccessFilteringProfile": {"isEnabled": true, "profileId": "x"}`)}, want: "Global Secure Access filtering", met: "false"},
		{name: "strict location", changes: []string{none, session(`"continuousAccessEvaluation": {"mode": "strictLocation"}`)}, want: "strict location enforcement", met: "false"},
		{name: "evaluation off", changes: []string{none, session(`"continuousAccessEvaluation": {"mode": "disabled"}`)}, want: "", met: "?"},
		{name: "evaluation of tomorrow", changes: []string{none, session(`"continuousAccessEvaluation": {"mode": "psychic"}`)}, want: `?"psychic"`},
		{name: "evaluation null", changes: []string{none, session(`"continuousAccessEvaluation": {"mode": null}`)}, want: "", met: "?"},
		{name: "evaluation without a mode", changes: []string{none, session(`"continuousAccessEvaluation": {}`)}, want: "?mode"},
		{name: "a session control of tomorrow that is off", changes: []string{none, session(`"curfew": {"isEnabled": false, "hours": 3}`)}, want: "", met: "?"},
		{name: "a session control of tomorrow that says nothing", changes: []string{none, session(`"curfew": {"isEnabled": null}`)}, want: "", met: "?"},
		{name: "a session control of tomorrow", changes: []string{none, session(`"curfew": {"isEnabled": true}`)}, want: "?curfew"},
		{name: "a session control of tomorrow beside MFA", changes: []string{session(`"curfew": {"isEnabled": true}`)}, want: "mfa", met: "?curfew"},
		{name: "session controls unread beside MFA", changes: []string{"- {policy}/sessionControls"}, want: "mfa", met: "?sessionControls"},
		{name: "session controls unread beside MFA, all needed", changes: []string{"- {policy}/sessionControls", and}, want: "mfa", met: "?sessionControls"},
		{name: "session controls unread beside block", changes: []string{"- {policy}/sessionControls", controls(`["block"]`)}, want: "block", met: "false"},
		{name: "session controls unread alone", changes: []string{"- {policy}/sessionControls", none}, want: "?sessionControls"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, c.changes...)
			d, err := DemandOf(policy(t, s))
			if !matches(d.String(), err, c.want) || d.Restricts() != (c.want != "" && c.want[0] != '?') {
				t.Errorf("%q %v, want %q", d, err, c.want)
			}
			if err != nil || c.met == "?" {
				return // a demand that does not restrict is not asked whether it is met
			}
			id := yubikey
			met, err := d.MetBy(s, Credential{Mode: ModeFIDO2, AAGUID: &id})
			if !matches(fmt.Sprint(met), err, c.met) || err != nil && met {
				t.Errorf("met %v %v, want %s", met, err, c.met)
			}
		})
	}
}

func TestStrengthsAndCredentials(t *testing.T) {
	t.Parallel()
	id := yubikey
	custom := `{grant}/authenticationStrength = {"id": "dddddddd-0000-4000-8000-000000000001"}`
	issuers := `{strengths}/1/combinationConfigurations/+ = {"@odata.type": "#microsoft.graph.x509CertificateCombinationConfiguration", "appliesToCombinations": ["x509CertificateMultiFactor"], "allowedIssuerSkis": ["x"]}`
	for _, c := range []struct {
		name       string
		changes    []string
		credential Credential
		want       string
	}{
		{"a key", nil, Credential{Mode: ModeFIDO2, AAGUID: &id}, "true"},
		{"a key of an unknown model", nil, Credential{Mode: ModeFIDO2}, "?AAGUID"},
		{"a key of an unknown model, without a list", []string{"{strengths}/1/combinationConfigurations = []"}, Credential{Mode: ModeFIDO2}, "true"},
		{"a certificate", nil, Credential{Mode: ModeCertificate}, "true"},
		{"a certificate, only some issuers", []string{issuers}, Credential{Mode: ModeCertificate}, "?issuers"},
		{"a certificate, not allowed", []string{`{strengths}/1/allowedCombinations = ["fido2"]`}, Credential{Mode: ModeCertificate}, "false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, append(c.changes, custom, "{grant}/builtInControls = []")...)
			d, err := DemandOf(policy(t, s))
			if err != nil {
				t.Fatal(err)
			}
			if met, err := d.MetBy(s, c.credential); !matches(fmt.Sprint(met), err, c.want) {
				t.Errorf("met %v %v, want %s", met, err, c.want)
			}
		})
	}
}

// assertApplies reports whether the policy applies to the user as wanted, and fails if not.
func assertApplies(t *testing.T, changes []string, want string) bool {
	t.Helper()
	s := edited(t, changes...)
	a, err := CanApply(s, user(t, s), policy(t, s))
	got := "no"
	if a.Can {
		got = fmt.Sprint(a.Through, " ", a.Conditions)
	}
	ok := matches(got, err, want) && (err == nil || !a.Can)
	if !ok {
		t.Errorf("%s %v, want %s", got, err, want)
	}
	return ok
}
