package tenant

// An Organization is Graph's organization.
type Organization struct {
	ID              string                 `json:"id" identity:"optional"`
	DisplayName     Fact[*string]          `json:"displayName,omitzero"`
	AssignedPlans   Fact[[]AssignedPlan]   `json:"assignedPlans,omitzero"`
	VerifiedDomains Fact[[]VerifiedDomain] `json:"verifiedDomains,omitzero"`
}

// An AssignedPlan is a service plan of a tenant or a user.
type AssignedPlan struct {
	AssignedDateTime Fact[*Time]   `json:"assignedDateTime,omitzero"`
	CapabilityStatus Fact[*string] `json:"capabilityStatus,omitzero"`
	Service          Fact[*string] `json:"service,omitzero"`
	ServicePlanID    Fact[*string] `json:"servicePlanId,omitzero"`
}

// A VerifiedDomain is a domain as the organization lists it.
type VerifiedDomain struct {
	Name      Fact[*string] `json:"name,omitzero"`
	Type      Fact[*string] `json:"type,omitzero"`
	IsInitial Fact[*bool]   `json:"isInitial,omitzero"`
	IsDefault Fact[*bool]   `json:"isDefault,omitzero"`
}

// A Domain is Graph's domain; ID is its name.
type Domain struct {
	ID                           string                          `json:"id" identity:"required"`
	AuthenticationType           Fact[string]                    `json:"authenticationType,omitzero"` // Managed or Federated
	IsInitial                    Fact[*bool]                     `json:"isInitial,omitzero"`
	PasswordValidityPeriodInDays Fact[*int]                      `json:"passwordValidityPeriodInDays,omitzero"`
	FederationConfiguration      Fact[[]FederationConfiguration] `json:"federationConfiguration,omitzero"`
}

// A FederationConfiguration is Graph's internalDomainFederation.
type FederationConfiguration struct {
	ID                      Fact[string]  `json:"id,omitzero"`
	IssuerURI               Fact[*string] `json:"issuerUri,omitzero"`
	FederatedIdpMfaBehavior Fact[*string] `json:"federatedIdpMfaBehavior,omitzero"`
}

// A Group is Graph's group. Members are its direct members.
type Group struct {
	ID                     string                  `json:"id" identity:"required"`
	DisplayName            Fact[*string]           `json:"displayName,omitzero"`
	IsAssignableToRole     Fact[*bool]             `json:"isAssignableToRole,omitzero"`
	IsManagementRestricted Fact[*bool]             `json:"isManagementRestricted,omitzero"`
	GroupTypes             Fact[[]string]          `json:"groupTypes,omitzero"`
	OnPremisesSyncEnabled  Fact[*bool]             `json:"onPremisesSyncEnabled,omitzero"`
	Members                Fact[[]DirectoryObject] `json:"members,omitzero"`
	Owners                 Fact[[]DirectoryObject] `json:"owners,omitzero"`
}

// A DirectoryObject is a reference to a user, a group, a service principal ….
type DirectoryObject struct {
	ODataType   string        `json:"@odata.type"`
	ID          string        `json:"id" identity:"required"`
	DisplayName Fact[*string] `json:"displayName,omitzero"`
}

// Types of a DirectoryObject.
const (
	TypeUser             = "#microsoft.graph.user"
	TypeAgentUser        = "#microsoft.graph.agentUser"
	TypeGroup            = "#microsoft.graph.group"
	TypeServicePrincipal = "#microsoft.graph.servicePrincipal"
)

// An ObjectKind says what a DirectoryObject is to a group that it is in.
type ObjectKind int

// The kinds of objects.
const (
	KindUnknown     ObjectKind = iota // of a type that the program does not know, or of none
	KindUser                          // signs in, a person or an agent that acts as one
	KindGroup                         // has members of its own
	KindApplication                   // signs in as itself, and can hold a role
	KindOther                         // none of them
)

// Kind says of which kind the object is, by its type. The types are those of the page on
// directory objects, in v1.0 and in beta, and those that inherit from them:
// https://learn.microsoft.com/graph/api/resources/directoryobject
func (o DirectoryObject) Kind() ObjectKind {
	switch o.ODataType {
	case TypeUser, TypeAgentUser:
		return KindUser
	case TypeGroup:
		return KindGroup
	case TypeServicePrincipal, "#microsoft.graph.agentIdentity", "#microsoft.graph.agentIdentityBlueprintPrincipal":
		return KindApplication
	case "#microsoft.graph.device", "#microsoft.graph.orgContact", "#microsoft.graph.contract",
		"#microsoft.graph.application", "#microsoft.graph.agentIdentityBlueprint",
		"#microsoft.graph.administrativeUnit", "#microsoft.graph.directoryRole", "#microsoft.graph.directoryRoleTemplate",
		"#microsoft.graph.externalProfile", "#microsoft.graph.externalUserProfile", "#microsoft.graph.pendingExternalUserProfile",
		"#microsoft.graph.organization", "#microsoft.graph.appRoleAssignment":
		return KindOther
	}
	return KindUnknown
}

// An AdministrativeUnit is Graph's administrativeUnit.
type AdministrativeUnit struct {
	ID                           string                  `json:"id" identity:"required"`
	DisplayName                  Fact[*string]           `json:"displayName,omitzero"`
	IsMemberManagementRestricted Fact[*bool]             `json:"isMemberManagementRestricted,omitzero"`
	Members                      Fact[[]DirectoryObject] `json:"members,omitzero"`
}

// A RoleAssignment is Graph's unifiedRoleAssignment.
type RoleAssignment struct {
	ID               string       `json:"id"`
	PrincipalID      Fact[string] `json:"principalId,omitzero"`
	RoleDefinitionID Fact[string] `json:"roleDefinitionId,omitzero"`
	DirectoryScopeID Fact[string] `json:"directoryScopeId,omitzero"` // "/" is the whole tenant
}

// A RoleScheduleInstance is Graph's unifiedRoleAssignmentScheduleInstance or
// unifiedRoleEligibilityScheduleInstance; the latter has no AssignmentType. A nil
// EndDateTime is no end.
type RoleScheduleInstance struct {
	ID               string        `json:"id"`
	PrincipalID      Fact[string]  `json:"principalId,omitzero"`
	RoleDefinitionID Fact[string]  `json:"roleDefinitionId,omitzero"`
	DirectoryScopeID Fact[string]  `json:"directoryScopeId,omitzero"`
	AssignmentType   Fact[string]  `json:"assignmentType,omitzero"` // Assigned or Activated
	MemberType       Fact[*string] `json:"memberType,omitzero"`     // Direct, Group or Inherited
	StartDateTime    Fact[*Time]   `json:"startDateTime,omitzero"`
	EndDateTime      Fact[*Time]   `json:"endDateTime,omitzero"`
}

// A GroupScheduleInstance is Graph's privilegedAccessGroupAssignmentScheduleInstance
// or …EligibilityScheduleInstance; the latter has no AssignmentType.
type GroupScheduleInstance struct {
	ID             string        `json:"id"`
	PrincipalID    Fact[string]  `json:"principalId,omitzero"`
	GroupID        Fact[string]  `json:"groupId,omitzero"`
	AccessID       Fact[string]  `json:"accessId,omitzero"`       // member or owner
	AssignmentType Fact[string]  `json:"assignmentType,omitzero"` // assigned or activated
	MemberType     Fact[*string] `json:"memberType,omitzero"`     // direct or group
	StartDateTime  Fact[*Time]   `json:"startDateTime,omitzero"`
	EndDateTime    Fact[*Time]   `json:"endDateTime,omitzero"`
}

// A RoleManagementPolicyRule is one rule of PIM's settings for one role.
type RoleManagementPolicyRule struct {
	ID                   string                     `json:"id"`
	RoleDefinitionID     Fact[string]               `json:"roleDefinitionId,omitzero"`
	IsExpirationRequired Fact[*bool]                `json:"isExpirationRequired,omitzero"`
	MaximumDuration      Fact[*string]              `json:"maximumDuration,omitzero"`
	EnabledRules         Fact[[]string]             `json:"enabledRules,omitzero"`
	Setting              Fact[*RoleApprovalSetting] `json:"setting,omitzero"`
}

// A RoleApprovalSetting is Graph's approvalSettings.
type RoleApprovalSetting struct {
	IsApprovalRequired Fact[*bool] `json:"isApprovalRequired,omitzero"`
}

// SecurityDefaults is Graph's identitySecurityDefaultsEnforcementPolicy.
type SecurityDefaults struct {
	IsEnabled Fact[bool] `json:"isEnabled,omitzero"`
}

// An AuthorizationPolicy is Graph's authorizationPolicy.
type AuthorizationPolicy struct {
	AllowedToUseSSPR Fact[*bool] `json:"allowedToUseSSPR,omitzero"`
}

// DirectorySynchronization is Graph's onPremisesDirectorySynchronization.
type DirectorySynchronization struct {
	Features Fact[SynchronizationFeatures] `json:"features,omitzero"`
}

// SynchronizationFeatures is Graph's onPremisesDirectorySynchronizationFeature.
type SynchronizationFeatures struct {
	PasswordSyncEnabled Fact[*bool] `json:"passwordSyncEnabled,omitzero"`
}

// A ServicePrincipal is Graph's servicePrincipal with its app role assignments.
type ServicePrincipal struct {
	ID                     string                    `json:"id" identity:"required"`
	AppID                  Fact[*string]             `json:"appId,omitzero"`
	DisplayName            Fact[*string]             `json:"displayName,omitzero"`
	AppOwnerOrganizationID Fact[*string]             `json:"appOwnerOrganizationId,omitzero"`
	AppRoleAssignments     Fact[[]AppRoleAssignment] `json:"appRoleAssignments,omitzero"`
}

// An AppRoleAssignment is a permission granted to an application. PrincipalType is
// ServicePrincipal; it is absent where nothing else was asked for.
// https://learn.microsoft.com/graph/api/resources/approleassignment
type AppRoleAssignment struct {
	ResourceID    Fact[*string] `json:"resourceId,omitzero"`
	AppRoleID     Fact[string]  `json:"appRoleId,omitzero"`
	PrincipalType Fact[string]  `json:"principalType,omitzero"`
}

// A Watcher is the identity that read the tenant: its application id and the
// permissions ("roles") that its token carries.
type Watcher struct {
	AppID Fact[string]   `json:"appId,omitzero"`
	Roles Fact[[]string] `json:"roles,omitzero"`
}
