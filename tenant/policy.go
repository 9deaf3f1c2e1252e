package tenant

import (
	"encoding/json"
	"errors"
)

// A Policy is Graph's conditionalAccessPolicy. Enum values are kept as Graph
// writes them, known or not.
// https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy
type Policy struct {
	ID              string                 `json:"id" identity:"required"`
	DisplayName     Fact[*string]          `json:"displayName,omitzero"`
	State           Fact[string]           `json:"state,omitzero"`
	DeletedDateTime Fact[*Time]            `json:"deletedDateTime,omitzero"` // null while it is there
	Conditions      Fact[Conditions]       `json:"conditions,omitzero"`
	GrantControls   Fact[*GrantControls]   `json:"grantControls,omitzero"`
	SessionControls Fact[*SessionControls] `json:"sessionControls,omitzero"`
	Other           Other                  `json:"-" besides:"description createdDateTime modifiedDateTime templateId"`
}

// States of a Policy.
const (
	PolicyEnabled    = "enabled"
	PolicyDisabled   = "disabled"
	PolicyReportOnly = "enabledForReportingButNotEnforced"
)

// Label returns the policy's name for people, or its id.
func (p Policy) Label() string {
	if name, err := p.DisplayName.Get(); err == nil && name != nil && *name != "" {
		return *name
	}
	return p.ID
}

// Policies returns the Conditional Access policies that there are: one that was
// deleted is none. Of one of which that cannot be told the state is not known. The error
// says that there may be others.
func (s Snapshot) Policies() ([]Policy, error) {
	all, err := s.ConditionalAccessPolicies.Get()
	if err != nil && all == nil {
		return nil, err
	}
	live := make([]Policy, 0, len(all))
	for _, p := range all {
		deleted, err := p.DeletedDateTime.Get()
		var unread *UnreadError
		switch {
		case err == nil && deleted != nil:
			continue
		case errors.As(err, &unread) && !unread.empty():
			p.State = Unread[string](err)
		}
		live = append(live, p)
	}
	return live, err
}

// ListOf returns the values of a list of a policy. Null says as little as an empty
// list does.
func ListOf[T any](list Fact[[]T]) ([]T, error) {
	values, err := list.Get()
	if IsNull(err) {
		return nil, nil
	}
	return values, err
}

// Other holds the properties of an object that the program does not know and
// that are not empty, as Graph wrote them.
type Other map[string]json.RawMessage

// Conditions is Graph's conditionalAccessConditionSet. A nil condition is none.
type Conditions struct {
	Users                      Fact[ConditionUsers]        `json:"users,omitzero"`
	Applications               Fact[ConditionApplications] `json:"applications,omitzero"`
	ClientAppTypes             Fact[[]string]              `json:"clientAppTypes,omitzero"`
	Platforms                  Fact[*ConditionPlatforms]   `json:"platforms,omitzero"`
	Locations                  Fact[*ConditionLocations]   `json:"locations,omitzero"`
	Devices                    Fact[*ConditionDevices]     `json:"devices,omitzero"`
	DeviceStates               Fact[*DeviceStates]         `json:"deviceStates,omitzero"` // beta, deprecated
	ClientApplications         Fact[*ClientApplications]   `json:"clientApplications,omitzero"`
	AuthenticationFlows        Fact[*AuthenticationFlows]  `json:"authenticationFlows,omitzero"`
	SignInRiskLevels           Fact[*[]string]             `json:"signInRiskLevels,omitzero"`
	UserRiskLevels             Fact[*[]string]             `json:"userRiskLevels,omitzero"`
	ServicePrincipalRiskLevels Fact[*[]string]             `json:"servicePrincipalRiskLevels,omitzero"`
	InsiderRiskLevels          Fact[*string]               `json:"insiderRiskLevels,omitzero"`
	Other                      Other                       `json:"-"`
}

// People returns whom the conditions name. Null, as in a policy for workload
// identities, names nobody.
func (c Conditions) People() (ConditionUsers, error) {
	users, err := c.Users.Get()
	if IsNull(err) {
		none, nobody := Known([]string(nil)), Known[*GuestsOrExternalUsers](nil)
		return ConditionUsers{none, none, none, none, none, none, nobody, nobody, nil}, nil
	}
	return users, err
}

// ConditionUsers is Graph's conditionalAccessUsers. Roles are template ids.
type ConditionUsers struct {
	IncludeUsers  Fact[[]string]               `json:"includeUsers,omitzero"`
	ExcludeUsers  Fact[[]string]               `json:"excludeUsers,omitzero"`
	IncludeGroups Fact[[]string]               `json:"includeGroups,omitzero"`
	ExcludeGroups Fact[[]string]               `json:"excludeGroups,omitzero"`
	IncludeRoles  Fact[[]string]               `json:"includeRoles,omitzero"`
	ExcludeRoles  Fact[[]string]               `json:"excludeRoles,omitzero"`
	IncludeGuests Fact[*GuestsOrExternalUsers] `json:"includeGuestsOrExternalUsers,omitzero"`
	ExcludeGuests Fact[*GuestsOrExternalUsers] `json:"excludeGuestsOrExternalUsers,omitzero"`
	Other         Other                        `json:"-"`
}

// GuestsOrExternalUsers is Graph's conditionalAccessGuestsOrExternalUsers; the
// types are a comma-joined list.
type GuestsOrExternalUsers struct {
	Types           Fact[*string]          `json:"guestOrExternalUserTypes,omitzero"`
	ExternalTenants Fact[*json.RawMessage] `json:"externalTenants,omitzero"`
}

// ConditionApplications is Graph's conditionalAccessApplications.
type ConditionApplications struct {
	IncludeApplications Fact[[]string] `json:"includeApplications,omitzero"`
	ExcludeApplications Fact[[]string] `json:"excludeApplications,omitzero"`
	IncludeUserActions  Fact[[]string] `json:"includeUserActions,omitzero"`
	IncludeContexts     Fact[[]string] `json:"includeAuthenticationContextClassReferences,omitzero"`
	ApplicationFilter   Fact[*Filter]  `json:"applicationFilter,omitzero"`
	// Traffic profiles of Global Secure Access, under its two names in beta. They name
	// networks, and no application.
	GlobalSecureAccess Fact[*json.RawMessage] `json:"globalSecureAccess,omitzero"`
	NetworkAccess      Fact[*json.RawMessage] `json:"networkAccess,omitzero"`
	Other              Other                  `json:"-"`
}

// A Filter is Graph's conditionalAccessFilter.
type Filter struct {
	Mode Fact[string] `json:"mode,omitzero"` // include or exclude
	Rule Fact[string] `json:"rule,omitzero"`
}

// Filters reports whether there is a filter: one whose mode and rule are null or
// empty is none.
func (f *Filter) Filters() bool {
	nothing := func(fact Fact[string]) bool {
		text, err := fact.Get()
		return IsNull(err) || err == nil && text == ""
	}
	return f != nil && !(nothing(f.Mode) && nothing(f.Rule))
}

// ConditionPlatforms is Graph's conditionalAccessPlatforms.
type ConditionPlatforms struct {
	IncludePlatforms Fact[[]string] `json:"includePlatforms,omitzero"`
	ExcludePlatforms Fact[[]string] `json:"excludePlatforms,omitzero"`
}

// ConditionLocations is Graph's conditionalAccessLocations.
type ConditionLocations struct {
	IncludeLocations Fact[[]string] `json:"includeLocations,omitzero"`
	ExcludeLocations Fact[[]string] `json:"excludeLocations,omitzero"`
}

// ConditionDevices is Graph's conditionalAccessDevices. The lists are beta's.
type ConditionDevices struct {
	DeviceFilter        Fact[*Filter]  `json:"deviceFilter,omitzero"`
	IncludeDevices      Fact[[]string] `json:"includeDevices,omitzero"` // All
	ExcludeDevices      Fact[[]string] `json:"excludeDevices,omitzero"` // Compliant, DomainJoined
	IncludeDeviceStates Fact[[]string] `json:"includeDeviceStates,omitzero"`
	ExcludeDeviceStates Fact[[]string] `json:"excludeDeviceStates,omitzero"`
	Other               Other          `json:"-"`
}

// DeviceStates is Graph's (beta) conditionalAccessDeviceStates, with the same values
// as the lists of ConditionDevices.
type DeviceStates struct {
	IncludeStates Fact[[]string] `json:"includeStates,omitzero"`
	ExcludeStates Fact[[]string] `json:"excludeStates,omitzero"`
	Other         Other          `json:"-"`
}

// ClientApplications is Graph's conditionalAccessClientApplications: a policy
// that has it is for workload identities or agents, not for people.
type ClientApplications struct {
	IncludeServicePrincipals Fact[[]string] `json:"includeServicePrincipals,omitzero"`
	ExcludeServicePrincipals Fact[[]string] `json:"excludeServicePrincipals,omitzero"`
	ServicePrincipalFilter   Fact[*Filter]  `json:"servicePrincipalFilter,omitzero"`
	IncludeAgentIdentities   Fact[[]string] `json:"includeAgentIdServicePrincipals,omitzero"`
	ExcludeAgentIdentities   Fact[[]string] `json:"excludeAgentIdServicePrincipals,omitzero"`
	AgentIdentityFilter      Fact[*Filter]  `json:"agentIdServicePrincipalFilter,omitzero"`
	Other                    Other          `json:"-"`
}

// AuthenticationFlows is Graph's conditionalAccessAuthenticationFlows; the
// methods are a comma-joined list.
type AuthenticationFlows struct {
	TransferMethods Fact[*string] `json:"transferMethods,omitzero"`
	Other           Other         `json:"-"`
}

// GrantControls is Graph's conditionalAccessGrantControls.
type GrantControls struct {
	Operator                    Fact[*string]                 `json:"operator,omitzero"` // AND or OR
	BuiltInControls             Fact[[]string]                `json:"builtInControls,omitzero"`
	CustomAuthenticationFactors Fact[[]string]                `json:"customAuthenticationFactors,omitzero"`
	TermsOfUse                  Fact[[]string]                `json:"termsOfUse,omitzero"`
	AuthenticationStrength      Fact[*AuthenticationStrength] `json:"authenticationStrength,omitzero"`
	Other                       Other                         `json:"-"`
}

// SessionControls is Graph's conditionalAccessSessionControls. The four that
// cannot stop a sign-in are kept whole; what can stop one is spelt out.
type SessionControls struct {
	ApplicationEnforcedRestrictions    Fact[*json.RawMessage]            `json:"applicationEnforcedRestrictions,omitzero"`
	CloudAppSecurity                   Fact[*json.RawMessage]            `json:"cloudAppSecurity,omitzero"`
	PersistentBrowser                  Fact[*json.RawMessage]            `json:"persistentBrowser,omitzero"`
	SignInFrequency                    Fact[*json.RawMessage]            `json:"signInFrequency,omitzero"`
	DisableResilienceDefaults          Fact[*bool]                       `json:"disableResilienceDefaults,omitzero"`
	SecureSignInSession                Fact[*Switch]                     `json:"secureSignInSession,omitzero"`
	ContinuousAccessEvaluation         Fact[*ContinuousAccessEvaluation] `json:"continuousAccessEvaluation,omitzero"`
	GlobalSecureAccessFilteringProfile Fact[*Switch]                     `json:"globalSecureAccessFilteringProfile,omitzero"`
	Other                              Other                             `json:"-"`
}

// A Switch is a session control that is on or off.
type Switch struct {
	IsEnabled Fact[*bool]   `json:"isEnabled,omitzero"`
	ProfileID Fact[*string] `json:"profileId,omitzero"`
}

// ContinuousAccessEvaluation is Graph's (beta)
// continuousAccessEvaluationSessionControl.
type ContinuousAccessEvaluation struct {
	Mode Fact[*string] `json:"mode,omitzero"` // disabled, strictEnforcement, strictLocation
}

// An AuthenticationStrength is Graph's authenticationStrengthPolicy; each
// allowed combination is a comma-joined list of method modes.
type AuthenticationStrength struct {
	ID                  string                           `json:"id" identity:"required"`
	DisplayName         Fact[*string]                    `json:"displayName,omitzero"`
	PolicyType          Fact[*string]                    `json:"policyType,omitzero"`
	AllowedCombinations Fact[[]string]                   `json:"allowedCombinations,omitzero"`
	Configurations      Fact[[]CombinationConfiguration] `json:"combinationConfigurations,omitzero"`
}

// A CombinationConfiguration narrows a combination of an authentication
// strength: passkeys by AAGUID, certificates by issuer and policy.
type CombinationConfiguration struct {
	ODataType             string         `json:"@odata.type"`
	ID                    Fact[string]   `json:"id,omitzero"`
	AppliesToCombinations Fact[[]string] `json:"appliesToCombinations,omitzero"`
	AllowedAAGUIDs        Fact[[]string] `json:"allowedAAGUIDs,omitzero"`
	AllowedIssuerSKIs     Fact[[]string] `json:"allowedIssuerSkis,omitzero"`
	AllowedPolicyOIDs     Fact[[]string] `json:"allowedPolicyOIDs,omitzero"`
}

// A NamedLocation is Graph's ipNamedLocation, countryNamedLocation or (beta)
// compliantNetworkNamedLocation.
type NamedLocation struct {
	ODataType           string          `json:"@odata.type"`
	ID                  string          `json:"id" identity:"required"`
	DisplayName         Fact[*string]   `json:"displayName,omitzero"`
	IsTrusted           Fact[*bool]     `json:"isTrusted,omitzero"`
	IPRanges            Fact[[]IPRange] `json:"ipRanges,omitzero"`
	CountriesAndRegions Fact[[]string]  `json:"countriesAndRegions,omitzero"`
	CountryLookupMethod Fact[*string]   `json:"countryLookupMethod,omitzero"`
	IncludeUnknown      Fact[*bool]     `json:"includeUnknownCountriesAndRegions,omitzero"`
}

// An IPRange is one of Graph's four kinds of ipRange.
type IPRange struct {
	ODataType    string        `json:"@odata.type"`
	CIDRAddress  Fact[*string] `json:"cidrAddress,omitzero"`
	LowerAddress Fact[*string] `json:"lowerAddress,omitzero"`
	UpperAddress Fact[*string] `json:"upperAddress,omitzero"`
}
