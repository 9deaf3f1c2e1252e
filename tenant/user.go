package tenant

import (
	"reflect"
	"slices"
	"strings"
)

// A User is Graph's user with what hangs on it.
type User struct {
	ID                         string                   `json:"id" identity:"required"`
	UserPrincipalName          Fact[string]             `json:"userPrincipalName,omitzero"`
	DisplayName                Fact[*string]            `json:"displayName,omitzero"`
	AccountEnabled             Fact[bool]               `json:"accountEnabled,omitzero"`
	UserType                   Fact[*string]            `json:"userType,omitzero"` // Member, Guest or nil
	OnPremisesSyncEnabled      Fact[*bool]              `json:"onPremisesSyncEnabled,omitzero"`
	PasswordPolicies           Fact[*string]            `json:"passwordPolicies,omitzero"`
	LastPasswordChangeDateTime Fact[*Time]              `json:"lastPasswordChangeDateTime,omitzero"`
	AssignedPlans              Fact[[]AssignedPlan]     `json:"assignedPlans,omitzero"`
	IsManagementRestricted     Fact[*bool]              `json:"isManagementRestricted,omitzero"` // nil is false
	MobilePhone                Fact[*string]            `json:"mobilePhone,omitzero"`
	BusinessPhones             Fact[[]string]           `json:"businessPhones,omitzero"`
	OtherMails                 Fact[[]string]           `json:"otherMails,omitzero"`
	AuthorizationInfo          Fact[*AuthorizationInfo] `json:"authorizationInfo,omitzero"`

	// SignInActivity holds nil dates for somebody who never signed in.
	SignInActivity Fact[*SignInActivity] `json:"signInActivity,omitzero"`
	Authentication Authentication        `json:"authentication,omitzero"`
	RiskyUser      Fact[*RiskyUser]      `json:"riskyUser,omitzero"`

	// TransitiveMemberOf lists every group that the user is in, nested ones too.
	// Where it is read it decides membership; else Group.Members are followed.
	TransitiveMemberOf Fact[[]DirectoryObject] `json:"transitiveMemberOf,omitzero"`
}

// Label returns the user's name for people: the user principal name, or the
// object id if that was not read.
func (u User) Label() string {
	if upn, err := u.UserPrincipalName.Get(); err == nil && upn != "" {
		return upn
	}
	return u.ID
}

// DomainOf is the domain of a user principal name: what follows its last @. A name
// without one has none.
func DomainOf(userPrincipalName string) string {
	at := strings.LastIndex(userPrincipalName, "@")
	if at < 0 {
		return ""
	}
	return userPrincipalName[at+1:]
}

// InitialSuffixes end the domains that Microsoft gives to a tenant: of the worldwide cloud,
// of the US Government clouds, and of China.
func InitialSuffixes() []string {
	return []string{"onmicrosoft.com", "onmicrosoft.us", "partner.onmschina.cn"}
}

// OnMicrosoft reports whether a domain is one that Microsoft gives to a tenant: exactly
// one label before the suffix of a cloud.
// https://learn.microsoft.com/entra/identity/users/domains-manage
func OnMicrosoft(domain string) bool {
	label, suffix, _ := strings.Cut(strings.ToLower(domain), ".")
	return label != "" && slices.Contains(InitialSuffixes(), suffix)
}

// WasInvited reports whether a user principal name is that of somebody who was invited
// from elsewhere: https://learn.microsoft.com/entra/external-id/user-properties
func WasInvited(userPrincipalName string) bool {
	return strings.Contains(strings.ToUpper(userPrincipalName), "#EXT#")
}

// AuthorizationInfo is Graph's authorizationInfo.
type AuthorizationInfo struct {
	CertificateUserIDs Fact[[]string] `json:"certificateUserIds,omitzero"`
}

// SignInActivity is Graph's signInActivity. Only the successful date says that
// somebody got in; Graph keeps it since 1 December 2023.
// https://learn.microsoft.com/graph/api/resources/signinactivity
type SignInActivity struct {
	LastSuccessfulSignInDateTime     Fact[*Time] `json:"lastSuccessfulSignInDateTime,omitzero"`
	LastSignInDateTime               Fact[*Time] `json:"lastSignInDateTime,omitzero"`
	LastNonInteractiveSignInDateTime Fact[*Time] `json:"lastNonInteractiveSignInDateTime,omitzero"`
}

// RiskyUser is Graph's riskyUser.
type RiskyUser struct {
	RiskLevel Fact[*string] `json:"riskLevel,omitzero"`
	RiskState Fact[*string] `json:"riskState,omitzero"`
}

// Authentication is Graph's authentication of a user.
type Authentication struct {
	Methods      Fact[[]Method]                    `json:"methods,omitzero"`
	Requirements Fact[*AuthenticationRequirements] `json:"requirements,omitzero"`
}

// AuthenticationRequirements is Graph's (beta) strongAuthenticationRequirements.
type AuthenticationRequirements struct {
	PerUserMfaState Fact[*string] `json:"perUserMfaState,omitzero"` // disabled, enabled or enforced
}

// IsZero reports whether nothing was read.
func (a Authentication) IsZero() bool { return a.Methods.IsZero() && a.Requirements.IsZero() }

// read never fails: what is no object leaves both Facts unread, with the reason.
func (a *Authentication) read(r *reader) *shapeError {
	*a = Authentication{}
	v := reflect.ValueOf(a).Elem()
	if r.peek() == '{' {
		return r.object(v, planOf(v.Type()))
	}
	shape := r.mismatch(v.Type())
	shape.above = true
	reason := &UnreadError{Code: CodeWrongType, Message: shape.Error(), cause: shape}
	a.Methods, a.Requirements = Unread[[]Method](reason), Unread[*AuthenticationRequirements](reason)
	return nil
}

// A Method is a registered authentication method: any of Graph's types derived
// from authenticationMethod, told apart by ODataType.
type Method struct {
	ODataType string `json:"@odata.type" identity:"required"`
	ID        string `json:"id"`

	DisplayName     Fact[*string] `json:"displayName,omitzero"`
	CreatedDateTime Fact[*Time]   `json:"createdDateTime,omitzero"`

	AAGUID           Fact[*string] `json:"aaGuid,omitzero"`           // passkeys
	Model            Fact[*string] `json:"model,omitzero"`            // passkeys
	PasskeyType      Fact[*string] `json:"passkeyType,omitzero"`      // deviceBound or synced
	AttestationLevel Fact[*string] `json:"attestationLevel,omitzero"` // attested or notAttested

	PhoneType   Fact[*string] `json:"phoneType,omitzero"`
	PhoneNumber Fact[*string] `json:"phoneNumber,omitzero"`

	IsUsable              Fact[*bool]   `json:"isUsable,omitzero"`              // Temporary Access Pass
	MethodUsabilityReason Fact[*string] `json:"methodUsabilityReason,omitzero"` // Temporary Access Pass
	LifetimeInMinutes     Fact[*int]    `json:"lifetimeInMinutes,omitzero"`     // Temporary Access Pass
	StartDateTime         Fact[*Time]   `json:"startDateTime,omitzero"`         // Temporary Access Pass

	ConfigurationID Fact[*string]       `json:"configurationId,omitzero"` // external methods
	DeviceTag       Fact[*string]       `json:"deviceTag,omitzero"`       // Authenticator
	KeyStrength     Fact[*string]       `json:"keyStrength,omitzero"`     // Windows Hello, platform credential
	Platform        Fact[*string]       `json:"platform,omitzero"`        // platform credential
	EmailAddress    Fact[*string]       `json:"emailAddress,omitzero"`
	Device          Fact[*MethodDevice] `json:"device,omitzero"`
}

// A MethodDevice is the device that a method lives in.
type MethodDevice struct {
	ID          Fact[*string] `json:"id,omitzero"`
	DeviceID    Fact[*string] `json:"deviceId,omitzero"`
	DisplayName Fact[*string] `json:"displayName,omitzero"`
}

// Label returns the method's name for people: the name it was given, or its id.
func (m Method) Label() string {
	if name, err := m.DisplayName.Get(); err == nil && name != nil && *name != "" {
		return *name
	}
	return m.ID
}

// Types of a Method.
// https://learn.microsoft.com/graph/api/resources/authenticationmethods-overview
const (
	MethodPassword            = "#microsoft.graph.passwordAuthenticationMethod"
	MethodFIDO2               = "#microsoft.graph.fido2AuthenticationMethod"
	MethodAuthenticator       = "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod"
	MethodPasswordless        = "#microsoft.graph.passwordlessMicrosoftAuthenticatorAuthenticationMethod"
	MethodWindowsHello        = "#microsoft.graph.windowsHelloForBusinessAuthenticationMethod"
	MethodPlatformCredential  = "#microsoft.graph.platformCredentialAuthenticationMethod"
	MethodPhone               = "#microsoft.graph.phoneAuthenticationMethod"
	MethodEmail               = "#microsoft.graph.emailAuthenticationMethod"
	MethodSoftwareOATH        = "#microsoft.graph.softwareOathAuthenticationMethod"
	MethodHardwareOATH        = "#microsoft.graph.hardwareOathAuthenticationMethod"
	MethodTemporaryAccessPass = "#microsoft.graph.temporaryAccessPassAuthenticationMethod"
	MethodExternal            = "#microsoft.graph.externalAuthenticationMethod"
	MethodQRCodePin           = "#microsoft.graph.qrCodePinAuthenticationMethod"
	MethodResourceAccountKey  = "#microsoft.graph.resourceAccountKeyAuthenticationMethod"
)

// MethodTypes lists the types of a Method that the program knows.
func MethodTypes() []string {
	return []string{
		MethodPassword, MethodFIDO2, MethodAuthenticator, MethodPasswordless, MethodWindowsHello, MethodPlatformCredential, MethodPhone, MethodEmail,
		MethodSoftwareOATH, MethodHardwareOATH, MethodTemporaryAccessPass, MethodExternal, MethodQRCodePin, MethodResourceAccountKey,
	}
}

// A SignIn is Graph's signIn.
type SignIn struct {
	ID                string              `json:"id"`
	CreatedDateTime   Fact[Time]          `json:"createdDateTime,omitzero"`
	UserID            Fact[string]        `json:"userId,omitzero"`
	UserPrincipalName Fact[*string]       `json:"userPrincipalName,omitzero"`
	AppID             Fact[*string]       `json:"appId,omitzero"`
	AppDisplayName    Fact[*string]       `json:"appDisplayName,omitzero"`
	IPAddress         Fact[*string]       `json:"ipAddress,omitzero"`
	ClientAppUsed     Fact[*string]       `json:"clientAppUsed,omitzero"`
	IsInteractive     Fact[*bool]         `json:"isInteractive,omitzero"`
	SignInEventTypes  Fact[[]string]      `json:"signInEventTypes,omitzero"` // beta
	Status            Fact[*SignInStatus] `json:"status,omitzero"`
	CorrelationID     Fact[*string]       `json:"correlationId,omitzero"` // of all steps of one way in
	SessionID         Fact[*string]       `json:"sessionId,omitzero"`     // beta: of all that hangs on one sign-in by a person

	ResourceDisplayName     Fact[*string] `json:"resourceDisplayName,omitzero"`
	ConditionalAccessStatus Fact[*string] `json:"conditionalAccessStatus,omitzero"` // success, failure or notApplied

	AuthenticationRequirement Fact[*string]                `json:"authenticationRequirement,omitzero"` // beta
	AuthenticationDetails     Fact[[]AuthenticationDetail] `json:"authenticationDetails,omitzero"`     // beta
}

// An AuthenticationDetail is one step of a SignIn, as beta tells it.
type AuthenticationDetail struct {
	AuthenticationMethod       Fact[*string] `json:"authenticationMethod,omitzero"`       // in words, such as “Passkey (device-bound)”
	AuthenticationMethodDetail Fact[*string] `json:"authenticationMethodDetail,omitzero"` // which, such as the name of the key
	Succeeded                  Fact[*bool]   `json:"succeeded,omitzero"`
}

// A SignInStatus is Graph's signInStatus; error code 0 is success.
type SignInStatus struct {
	ErrorCode     Fact[*int]    `json:"errorCode,omitzero"`
	FailureReason Fact[*string] `json:"failureReason,omitzero"`
}

// A DirectoryAudit is Graph's directoryAudit.
type DirectoryAudit struct {
	ID                  string                 `json:"id"`
	ActivityDateTime    Fact[Time]             `json:"activityDateTime,omitzero"`
	ActivityDisplayName Fact[*string]          `json:"activityDisplayName,omitzero"`
	Category            Fact[*string]          `json:"category,omitzero"`
	OperationType       Fact[*string]          `json:"operationType,omitzero"`
	CorrelationID       Fact[*string]          `json:"correlationId,omitzero"`
	Result              Fact[*string]          `json:"result,omitzero"`
	LoggedByService     Fact[*string]          `json:"loggedByService,omitzero"`
	InitiatedBy         Fact[*AuditInitiator]  `json:"initiatedBy,omitzero"`
	TargetResources     Fact[[]TargetResource] `json:"targetResources,omitzero"`
}

// An AuditInitiator is who caused a DirectoryAudit.
type AuditInitiator struct {
	User Fact[*AuditIdentity] `json:"user,omitzero"`
	App  Fact[*AuditIdentity] `json:"app,omitzero"`
}

// An AuditIdentity is a user or an application in a DirectoryAudit.
type AuditIdentity struct {
	ID                 Fact[*string] `json:"id,omitzero"`
	DisplayName        Fact[*string] `json:"displayName,omitzero"`
	UserPrincipalName  Fact[*string] `json:"userPrincipalName,omitzero"`
	ServicePrincipalID Fact[*string] `json:"servicePrincipalId,omitzero"`
}

// A TargetResource is what a DirectoryAudit was done to.
type TargetResource struct {
	ID                Fact[*string] `json:"id,omitzero"`
	DisplayName       Fact[*string] `json:"displayName,omitzero"`
	Type              Fact[*string] `json:"type,omitzero"`
	UserPrincipalName Fact[*string] `json:"userPrincipalName,omitzero"`

	ModifiedProperties Fact[[]ModifiedProperty] `json:"modifiedProperties,omitzero"`
}

// A ModifiedProperty is a property that a DirectoryAudit changed. The values are JSON,
// often in quotation marks of their own.
// https://learn.microsoft.com/graph/api/resources/modifiedproperty
type ModifiedProperty struct {
	DisplayName Fact[*string] `json:"displayName,omitzero"`
	OldValue    Fact[*string] `json:"oldValue,omitzero"`
	NewValue    Fact[*string] `json:"newValue,omitzero"`
}
