package redact

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"breakglass/tenant"
)

// A kind says what a text is.
type kind int

const (
	other      kind = iota // anything: it is replaced
	enum                   // a word of Graph's
	typeName               // the name of one of Graph's types
	permission             // the name of one of Graph's permissions
	phrase                 // several words of Graph's
	date
	model // an AAGUID, or a service plan: Microsoft's, and the same everywhere
	id
	upn
	domain
	email
	phone
	address // of the internet
	web
	rule  // an expression of Graph's
	scope // a path with ids
	name
	message // left out
)

// kinds says what the texts are under each property, in lower case; "a/b" is b under a.
// What is not here is other.
func kinds() map[string]kind {
	all := map[string]kind{}
	set := func(k kind, properties ...string) {
		for _, p := range properties {
			all[strings.ToLower(p)] = k
		}
	}
	set(typeName, "@odata.type")
	set(permission, "watcher/roles")
	set(enum, "assignedPlans/capabilityStatus", "assignedPlans/service", "verifiedDomains/type", "authenticationType", "federatedIdpMfaBehavior", "userType", "passwordPolicies",
		"passkeyType", "passkeyTypes", "attestationLevel", "attestationEnforcement", "phoneType", "methodUsabilityReason", "methods/keyStrength", "methods/platform", "methods/deviceTag",
		"perUserMfaState", "riskLevel", "riskState", "groupTypes", "assignmentType", "memberType", "principalType", "accessId", "roleManagementPolicyRules/id", "maximumDuration", "enabledRules",
		"conditionalAccessPolicies/state", "authenticationMethodConfigurations/state", "authenticationMethodsRegistrationCampaign/state", "guestOrExternalUserTypes", "membershipKind", "deviceFilter/mode", "applicationFilter/mode", "servicePrincipalFilter/mode", "agentIdServicePrincipalFilter/mode", "continuousAccessEvaluation/mode", "countryLookupMethod", "includeDevices", "excludeDevices",
		"includeDeviceStates", "excludeDeviceStates", "includeStates", "excludeStates", "clientAppTypes", "includePlatforms", "excludePlatforms", "transferMethods", "signInRiskLevels",
		"userRiskLevels", "servicePrincipalRiskLevels", "insiderRiskLevels", "grantControls/operator", "builtInControls", "policyType", "allowedCombinations", "appliesToCombinations",
		"policyMigrationState", "targetType", "authenticationMode", "targetedAuthenticationMethod", "authenticationMethodConfigurations/id", "enforcementType",
		"x509CertificateAuthenticationDefaultMode", "x509CertificateRuleType", "x509CertificateAuthenticationMode", "certificateAuthorityType", "signInEventTypes",
		"conditionalAccessStatus", "authenticationRequirement", "operationType", "directoryAudits/category", "directoryAudits/result", "targetResources/type", "includeUserActions", "includeAuthenticationContextClassReferences",
		"unreadable/code")
	set(phrase, "modifiedProperties/displayName", "clientAppUsed", "activityDisplayName", "loggedByService")
	set(date, "collectedAt", "assignedDateTime", "lastPasswordChangeDateTime", "lastSuccessfulSignInDateTime", "lastSignInDateTime", "lastNonInteractiveSignInDateTime",
		"createdDateTime", "modifiedDateTime", "startDateTime", "endDateTime", "expirationDateTime", "activityDateTime", "deletedDateTime")
	set(model, "aaGuid", "aaGuids", "allowedAAGUIDs", "servicePlanId")
	set(id, "id", "principalId", "roleDefinitionId", "groupId", "userId", "correlationId", "sessionId", "appId", "resourceId", "appRoleId", "appOwnerOrganizationId", "servicePrincipalId",
		"deviceId", "configurationId", "profileId", "includeUsers", "excludeUsers", "includeGroups", "excludeGroups", "includeRoles", "excludeRoles", "externalTenants/members",
		"includeApplications", "excludeApplications", "includeLocations", "excludeLocations", "includeServicePrincipals", "excludeServicePrincipals", "includeAgentIdServicePrincipals", "excludeAgentIdServicePrincipals",
		"customAuthenticationFactors", "termsOfUse", "allowedIssuerSkis", "allowedPolicyOIDs", "allowedPasskeyProfiles", "defaultPasskeyProfile", "subjectKeyIdentifier",
		"issuerSubjectKeyIdentifier", "publicKeyInfrastructureIdentifier", "deletedObjects")
	set(domain, "domains/id", "verifiedDomains/name")
	set(upn, "userPrincipalName")
	set(email, "otherMails", "emailAddress", "mail")
	set(phone, "mobilePhone", "businessPhones", "phoneNumber")
	set(address, "ipAddress", "cidrAddress", "lowerAddress", "upperAddress")
	set(web, "certificateRevocationListUrl", "deltaCertificateRevocationListUrl", "issuerUri")
	set(rule, "rule")
	set(scope, "directoryScopeId")
	set(name, "displayName", "name", "appDisplayName", "resourceDisplayName", "authenticationMethodDetail", "model", "issuer", "certificateUserIds", "failureReason", "countriesAndRegions")
	set(message, "unreadable/message")
	return all
}

// kindOf says what a text under a path is.
func (r *redactor) kindOf(path []string) kind {
	here := strings.ToLower(at(path))
	if len(path) == 3 && path[0] == "unreadable" { // the key between is a place
		return r.kinds["unreadable/"+here]
	}
	if k, ok := r.kinds[strings.ToLower(under(path))+"/"+here]; ok {
		return k
	}
	return r.kinds[here]
}

// Words of Graph's: names of its enumerations, durations, types and permissions. A word
// has neither a dot nor a hyphen, so no domain, no host and no GUID is one.
var (
	enumPattern       = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,79}(:[a-z]+){0,2}(, ?[A-Za-z][A-Za-z0-9_]{0,79})*$`)
	typePattern       = regexp.MustCompile(`^#?microsoft\.graph\.[A-Za-z0-9]{1,79}$`)
	permissionPattern = regexp.MustCompile(`^[A-Z][A-Za-z0-9-]{0,79}\.(Read|Create|Send|Manage|Invite|Export)[A-Za-z]{0,20}(\.[A-Z][A-Za-z0-9]{0,40}){0,2}$`)
	phrasePattern     = regexp.MustCompile(`^[A-Za-z]+([ ,;:()/]+[A-Za-z]+|-[a-z]+){0,30}\)?$`)
	guidPattern       = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// isKnown reports whether a text has the form of what its kind stands for, and so says
// nothing of the tenant.
func (k kind) isKnown(text string) bool {
	switch k {
	case enum:
		return enumPattern.MatchString(text)
	case typeName:
		return typePattern.MatchString(text)
	case permission:
		return permissionPattern.MatchString(text)
	case phrase:
		return phrasePattern.MatchString(text)
	case model:
		return guidPattern.MatchString(text)
	case date:
		return isDate(text)
	default:
		return false
	}
}

// text is what is written in the place of a text.
func (r *redactor) text(path []string, text string) any {
	if strings.Trim(text, "\"[] \r\n\t") == "" {
		return text // whether there is something counts, in a value of the audit log within its own quotation marks
	}
	k := r.kindOf(path)
	switch {
	case k.isKnown(text):
		return text
	case guidPattern.MatchString(text): // whatever it is: an external method is configured under one
		return r.aliases.identifier(text)
	}
	switch k {
	case id:
		return r.aliases.identifier(text)
	case upn, email:
		return r.aliases.user(text)
	case domain:
		return r.aliases.domain(text)
	case phone:
		return r.aliases.phone(text)
	case address:
		return r.aliases.address(text)
	case web:
		return r.aliases.web(text)
	case rule:
		return r.aliases.rule(text)
	case scope:
		return r.aliases.scope(text)
	case name:
		return r.aliases.name(labelOf(path), text)
	case message:
		return ""
	case other, enum, typeName, permission, phrase, date, model:
	}
	return r.aliases.text("text", text)
}

// isDate reports whether a text is a time or a date and nothing else.
func isDate(text string) bool {
	var t tenant.Time
	data, err := json.Marshal(text)
	return err == nil && json.Unmarshal(data, &t) == nil && len(text) <= len(time.RFC3339Nano)+5
}

// labelOf says what a name is of, for its alias.
func labelOf(path []string) string {
	labels := map[string]string{
		"organization": "Tenant", "users": "User", "groups": "Group", "administrativeunits": "Unit", "conditionalaccesspolicies": "Policy", "namedlocations": "Location",
		"authenticationstrengthpolicies": "Strength", "authenticationstrength": "Strength", "methods": "Method", "passkeyprofiles": "Profile",
		"certificateauthorities": "Authority", "serviceprincipals": "Application", "members": "Member", "owners": "Owner", "device": "Device",
	}
	if strings.EqualFold(at(path), "model") {
		return "Model"
	}
	for _, key := range slices.Backward(path) {
		if label, ok := labels[strings.ToLower(key)]; ok {
			return label
		}
	}
	return "Name"
}

// knownKeys are the names of the properties of a tenant file that the program knows.
func knownKeys() map[string]bool {
	keys := map[string]bool{"collectedat": true, "unreadable": true, "status": true, "code": true, "message": true, "membershipkind": true, "failedsignins": true,
		"description": true, "createddatetime": true, "modifieddatetime": true, "templateid": true} // the last four say nothing of what a policy does
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(t.Elem())
		case reflect.Struct:
			if seen[t] {
				return
			}
			seen[t] = true
			for f := range t.Fields() {
				if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag != "" && tag != "-" {
					keys[strings.ToLower(tag)] = true
				}
				walk(f.Type)
			}
		default:
		}
	}
	walk(reflect.TypeFor[tenant.Snapshot]())
	return keys
}
