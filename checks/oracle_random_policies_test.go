package checks_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	strengthResistant = "00000000-0000-0000-0000-000000000004"
	strengthModelA    = "dddddddd-0000-4000-8000-0000000000f1"
	strengthPush      = "dddddddd-0000-4000-8000-0000000000f2"
)

func (m *maker) makeMethods() {
	restrictions := object{"isEnforced": m.may(50), "enforcementType": pick(m, "allow", "allow", "block"), "aaGuids": m.some(2, modelA, modelB)}
	profile := object{"id": "profile-1", "name": "Keys", "passkeyTypes": pick(m, "deviceBound", "deviceBound,synced", "deviceBound", "synced"),
		"attestationEnforcement": "disabled", "keyRestrictions": pick[any](m, nil, restrictions)}
	target := object{"id": "all_users", "targetType": "group", "allowedPasskeyProfiles": pick(m, []any{"profile-1"}, []any{})}
	if m.may(20) {
		target["id"] = pick(m, m.groups...)
	}
	excluded := []any{}
	if m.may(10) {
		excluded = append(excluded, object{"id": pick(m, m.groups...), "targetType": "group"})
	}
	fido2 := object{"@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration", "id": "Fido2", "state": pick(m, "enabled", "enabled", "enabled", "enabled", "disabled"),
		"includeTargets": []any{target}, "excludeTargets": excluded, "isAttestationEnforced": false, "keyRestrictions": pick[any](m, nil, restrictions),
		"defaultPasskeyProfile": "profile-1", "passkeyProfiles": pick(m, []any{profile}, []any{profile}, []any{})}
	certificates := object{"@odata.type": "#microsoft.graph.x509CertificateAuthenticationMethodConfiguration", "id": "X509Certificate", "state": "disabled",
		"includeTargets": []any{}, "excludeTargets": []any{}}
	m.file["authenticationMethodsPolicy"] = object{"authenticationMethodConfigurations": []any{fido2, certificates}}
	m.file["authenticationStrengthPolicies"] = []any{
		object{"id": strengthResistant, "displayName": "Phishing-resistant MFA", "policyType": "builtIn", "combinationConfigurations": []any{},
			"allowedCombinations": []any{"windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"}},
		object{"id": strengthModelA, "displayName": "Model A", "policyType": "custom", "allowedCombinations": []any{"fido2"}, "combinationConfigurations": []any{
			object{"@odata.type": "#microsoft.graph.fido2CombinationConfiguration", "id": "cc-1", "appliesToCombinations": []any{"fido2"}, "allowedAAGUIDs": []any{modelA}}}},
		object{"id": strengthPush, "displayName": "Push", "policyType": "custom", "allowedCombinations": []any{"password,microsoftAuthenticatorPush"}, "combinationConfigurations": []any{}},
	}
}

func (m *maker) makePolicies() {
	m.file["conditionalAccessPolicies"] = []any{}
	m.file["namedLocations"] = []any{object{"@odata.type": "#microsoft.graph.ipNamedLocation", "id": "99999999-0000-4000-8000-0000000000f1", "displayName": "Office",
		"isTrusted": true, "ipRanges": []any{object{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"}}}}
	for i := range m.IntN(4) {
		state := "enabled"
		if m.may(35) {
			state = pick(m, reportOnly, reportOnly, reportOnly, "disabled", "paused")
		}
		p := object{"id": fmt.Sprintf("cccccccc-0000-4000-8000-00000000000%d", i), "displayName": pick(m, "Policy", "Policy", "Policy", "Microsoft-managed: policy", "not Microsoft-managed:"),
			"state": state, "deletedDateTime": nil, "conditions": m.conditions(), "grantControls": m.grant(), "sessionControls": m.session()}
		if m.may(2) {
			p["deletedDateTime"] = "2026-11-01T00:00:00Z"
		}
		m.add("conditionalAccessPolicies", p)
	}
}

func (m *maker) conditions() object {
	c := object{"users": m.policyUsers(), "applications": m.policyApplications(), "clientAppTypes": []any{"all"}, "platforms": nil, "locations": nil, "devices": nil,
		"clientApplications": nil, "authenticationFlows": nil, "signInRiskLevels": []any{}, "userRiskLevels": []any{}, "servicePrincipalRiskLevels": []any{}, "insiderRiskLevels": nil}
	if m.may(30) {
		switch m.IntN(11) {
		case 0:
			c["clientAppTypes"] = []any{"exchangeActiveSync", "other"}
		case 1:
			c["clientAppTypes"] = m.some(3, "browser", "mobileAppsAndDesktopClients", "other", "telepathy")
		case 2:
			c["authenticationFlows"] = object{"transferMethods": pick[any](m, "deviceCodeFlow", "deviceCodeFlow,authenticationTransfer", "none", nil, "pigeonFlow", "deviceCodeFlow,pigeonFlow")}
		case 3:
			c["signInRiskLevels"] = []any{"high"}
		case 4:
			c["userRiskLevels"] = []any{"high", "medium"}
		case 5:
			c["platforms"] = object{"includePlatforms": []any{"all"}, "excludePlatforms": m.some(2, "iOS", "windows")}
		case 6:
			c["locations"] = object{"includeLocations": []any{"All"}, "excludeLocations": pick(m, []any{"AllTrusted"}, []any{})}
		case 7:
			c["devices"] = object{"deviceFilter": object{"mode": pick(m, "include", "exclude"), "rule": "device.isCompliant -eq True"}}
		case 8:
			c["clientApplications"] = pick(m, object{"includeServicePrincipals": []any{"ServicePrincipalsInMyTenant"}, "excludeServicePrincipals": []any{}, "servicePrincipalFilter": nil},
				object{"includeServicePrincipals": []any{}, "excludeServicePrincipals": []any{}})
		case 9:
			c["agents"] = object{"includeAgents": []any{}, "excludeAgents": []any{}}
		case 10:
			c["insiderRiskLevels"] = "elevated"
			c["weather"] = pick[any](m, nil, []any{}, object{"include": []any{"rain"}})
		}
	}
	return c
}

func (m *maker) policyUsers() any {
	users := object{"includeUsers": []any{}, "excludeUsers": []any{}, "includeGroups": []any{}, "excludeGroups": []any{}, "includeRoles": []any{}, "excludeRoles": []any{},
		"includeGuestsOrExternalUsers": nil, "excludeGuestsOrExternalUsers": nil}
	roles := []string{globalAdministrator, globalAdministrator, conditionalAccess, globalReader, customRole}
	switch n := m.IntN(100); {
	case n < 50:
		users["includeUsers"] = []any{"All"}
	case n < 70:
		users["includeRoles"] = m.some(3, roles...)
	case n < 80:
		users["includeGroups"] = m.some(2, slices.Concat(m.groups, []string{missingID, goneID})...)
	case n < 88:
		users["includeUsers"] = m.some(2, slices.Concat(m.users, []string{gonePerson, missingUser})...)
	case n < 92:
		users["includeUsers"] = []any{pick(m, "None", "GuestsOrExternalUsers", "AllAgentIdUsers", "AllMartians")}
	case n < 96:
		users["includeGuestsOrExternalUsers"] = m.guests()
	case n < 98:
		return nil
	}
	if m.may(65) {
		users["excludeGroups"] = m.some(2, slices.Concat(m.groups, m.groups, m.groups, []string{missingID, goneID})...)
	}
	if m.may(35) {
		users["excludeUsers"] = m.some(3, slices.Concat(m.accounts, m.accounts, m.users, []string{gonePerson, "AllAgentIdUsers", "GuestsOrExternalUsers"})...)
	}
	if m.may(20) {
		users["excludeRoles"] = m.some(1, roles...)
	}
	if m.may(5) {
		users["excludeGuestsOrExternalUsers"] = m.guests()
	}
	if m.may(3) {
		users[pick(m, slices.Sorted(maps.Keys(users))...)] = nil
	}
	return users
}

func (m *maker) guests() any {
	types := []string{}
	for _, one := range m.some(3, "internalGuest", "b2bCollaborationGuest", "b2bCollaborationMember", "b2bDirectConnectUser", "otherExternalUser", "serviceProvider", "martian") {
		types = append(types, one.(string))
	}
	return object{"guestOrExternalUserTypes": strings.Join(types, ","), "externalTenants": pick[any](m, nil, object{"membershipKind": "all"},
		object{"membershipKind": "enumerated", "members": []any{otherTenant}})}
}

func (m *maker) policyApplications() object {
	apps := object{"includeApplications": []any{"All"}, "excludeApplications": []any{}, "includeUserActions": []any{}, "includeAuthenticationContextClassReferences": []any{}, "applicationFilter": nil}
	names := []string{"MicrosoftAdminPortals", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "797f4846-ba00-4fd7-ba43-dac1f8f63013", "00000003-0000-0000-c000-000000000000",
		"Office365", "00000006-0000-0ff1-ce00-000000000000", "00000003-0000-0ff1-ce00-000000000000", "AllAgentIdResources"}
	switch n := m.IntN(100); {
	case n < 65:
	case n < 88:
		apps["includeApplications"] = m.some(3, names...)
	case n < 90:
		apps["includeApplications"] = []any{"None"}
	case n < 92:
		apps["includeApplications"], apps["includeUserActions"] = []any{}, []any{"urn:user:registersecurityinfo"}
	case n < 94:
		apps["includeApplications"], apps["includeAuthenticationContextClassReferences"] = []any{}, []any{"c1"}
	case n < 96:
		apps["applicationFilter"] = object{"mode": pick(m, "include", "exclude"), "rule": "CustomSecurityAttribute.A_B -eq \"C\""}
	case n < 98:
		apps["includeApplications"] = []any{"AllMoonPortals"}
	default:
		apps["futureTargets"] = pick[any](m, nil, object{"include": "everything"})
	}
	if m.may(15) {
		apps["excludeApplications"] = m.some(5, slices.Concat(names, []string{"AllMoonPortals"})...)
	}
	if m.may(2) {
		apps["excludeApplications"] = nil
	}
	return apps
}

func (m *maker) grant() any {
	if m.may(12) {
		return nil
	}
	g := object{"operator": pick(m, "OR", "OR", "AND"), "builtInControls": []any{}, "customAuthenticationFactors": []any{}, "termsOfUse": []any{}, "authenticationStrength": nil}
	switch n := m.IntN(100); {
	case n < 30:
		g["builtInControls"] = []any{"mfa"}
	case n < 50:
		g["builtInControls"] = []any{"block"}
	case n < 80:
		g["builtInControls"] = m.some(3, "mfa", "mfa", "compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication", "passwordChange", "riskRemediation", "psychicProof")
	case n < 84:
		g["builtInControls"] = []any{"approvedApplication"}
	case n < 88:
		g["termsOfUse"] = []any{"99999999-0000-4000-8000-0000000000e1"}
	case n < 90:
		g["customAuthenticationFactors"] = []any{"RequireDuo"}
	case n < 92:
		g["futureControls"] = pick[any](m, []any{}, []any{"x"})
	}
	if m.may(15) && !slices.Contains(g["builtInControls"].([]any), any("block")) { // which goes with nothing else
		g["authenticationStrength"] = object{"id": pick(m, strengthResistant, strengthModelA, strengthPush), "displayName": "Strength"}
	}
	return g
}

func (m *maker) session() any {
	if m.may(70) {
		return nil
	}
	s := object{"applicationEnforcedRestrictions": nil, "cloudAppSecurity": nil, "persistentBrowser": nil, "signInFrequency": nil, "disableResilienceDefaults": nil,
		"secureSignInSession": nil, "continuousAccessEvaluation": nil, "globalSecureAccessFilteringProfile": nil}
	switch m.IntN(7) {
	case 0:
		s["signInFrequency"] = object{"isEnabled": true, "type": "hours", "value": 4.0}
	case 1:
		s["persistentBrowser"] = object{"isEnabled": true, "mode": "never"}
	case 2:
		s["secureSignInSession"] = object{"isEnabled": pick[any](m, true, false, nil)}
	case 3:
		s["continuousAccessEvaluation"] = object{"mode": pick(m, "strictLocation", "disabled", "futureMode")}
	case 4:
		s["globalSecureAccessFilteringProfile"] = object{"isEnabled": m.may(50), "profileId": "99999999-0000-4000-8000-0000000000e2"}
	case 5:
		s["applicationEnforcedRestrictions"], s["cloudAppSecurity"] = object{"isEnabled": true}, object{"isEnabled": true, "cloudAppSecurityType": "monitorOnly"}
	case 6:
		s["futureSession"] = pick[any](m, nil, object{"isEnabled": true})
	}
	return s
}
