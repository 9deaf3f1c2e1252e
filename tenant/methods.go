package tenant

// A MethodsPolicy is Graph's authenticationMethodsPolicy.
// https://learn.microsoft.com/graph/api/resources/authenticationmethodspolicy
type MethodsPolicy struct {
	PolicyMigrationState    Fact[*string]                  `json:"policyMigrationState,omitzero"`
	ReconfirmationInDays    Fact[*int]                     `json:"reconfirmationInDays,omitzero"`
	RegistrationEnforcement Fact[*RegistrationEnforcement] `json:"registrationEnforcement,omitzero"`
	Configurations          Fact[[]MethodConfiguration]    `json:"authenticationMethodConfigurations,omitzero"`
}

// RegistrationEnforcement is Graph's registrationEnforcement.
type RegistrationEnforcement struct {
	Campaign Fact[*RegistrationCampaign] `json:"authenticationMethodsRegistrationCampaign,omitzero"`
}

// A RegistrationCampaign asks people to register a method when they sign in.
type RegistrationCampaign struct {
	State          Fact[*string]  `json:"state,omitzero"` // default, enabled or disabled
	IncludeTargets Fact[[]Target] `json:"includeTargets,omitzero"`
	ExcludeTargets Fact[[]Target] `json:"excludeTargets,omitzero"`
}

// A MethodConfiguration is any of Graph's types derived from
// authenticationMethodConfiguration, told apart by ID: Fido2, X509Certificate,
// MicrosoftAuthenticator, … or the id of an external method.
type MethodConfiguration struct {
	ODataType      string         `json:"@odata.type"`
	ID             string         `json:"id" identity:"required"`
	DisplayName    Fact[*string]  `json:"displayName,omitzero"` // external methods
	State          Fact[string]   `json:"state,omitzero"`       // enabled or disabled
	IncludeTargets Fact[[]Target] `json:"includeTargets,omitzero"`
	ExcludeTargets Fact[[]Target] `json:"excludeTargets,omitzero"`

	IsAttestationEnforced Fact[*bool]            `json:"isAttestationEnforced,omitzero"` // Fido2
	KeyRestrictions       Fact[*KeyRestrictions] `json:"keyRestrictions,omitzero"`       // Fido2, legacy
	PasskeyProfiles       Fact[[]PasskeyProfile] `json:"passkeyProfiles,omitzero"`       // Fido2
	DefaultPasskeyProfile Fact[*string]          `json:"defaultPasskeyProfile,omitzero"` // Fido2

	IsSoftwareOathEnabled Fact[*bool] `json:"isSoftwareOathEnabled,omitzero"` // MicrosoftAuthenticator
	IsOfficePhoneAllowed  Fact[*bool] `json:"isOfficePhoneAllowed,omitzero"`  // Voice

	ModeConfiguration          Fact[*CertificateModes]  `json:"authenticationModeConfiguration,omitzero"` // X509Certificate
	CertificateAuthorityScopes Fact[[]CertificateScope] `json:"certificateAuthorityScopes,omitzero"`      // X509Certificate
}

// A Target is a group that a configuration is for; "all_users" is everybody.
type Target struct {
	ID                           string         `json:"id" identity:"required"`
	TargetType                   Fact[*string]  `json:"targetType,omitzero"`
	IsRegistrationRequired       Fact[*bool]    `json:"isRegistrationRequired,omitzero"`
	AuthenticationMode           Fact[*string]  `json:"authenticationMode,omitzero"`           // MicrosoftAuthenticator: any, push, deviceBasedPush
	AllowedPasskeyProfiles       Fact[[]string] `json:"allowedPasskeyProfiles,omitzero"`       // Fido2
	TargetedAuthenticationMethod Fact[*string]  `json:"targetedAuthenticationMethod,omitzero"` // campaign
}

// AllUsers is the Target.ID that means everybody.
const AllUsers = "all_users"

// A PasskeyProfile says which passkeys may be used.
type PasskeyProfile struct {
	ID                     string                 `json:"id" identity:"required"`
	Name                   Fact[*string]          `json:"name,omitzero"`
	PasskeyTypes           Fact[string]           `json:"passkeyTypes,omitzero"` // comma-joined: deviceBound, synced
	AttestationEnforcement Fact[*string]          `json:"attestationEnforcement,omitzero"`
	KeyRestrictions        Fact[*KeyRestrictions] `json:"keyRestrictions,omitzero"`
}

// KeyRestrictions allow or block passkeys by AAGUID, at registration and at
// sign-in.
type KeyRestrictions struct {
	IsEnforced      Fact[*bool]    `json:"isEnforced,omitzero"`
	EnforcementType Fact[*string]  `json:"enforcementType,omitzero"` // allow or block
	AAGUIDs         Fact[[]string] `json:"aaGuids,omitzero"`
}

// CertificateModes is Graph's x509CertificateAuthenticationModeConfiguration.
type CertificateModes struct {
	DefaultMode Fact[*string]           `json:"x509CertificateAuthenticationDefaultMode,omitzero"`
	Rules       Fact[[]CertificateRule] `json:"rules,omitzero"`
}

// A CertificateRule gives a kind of certificate another mode than the default.
type CertificateRule struct {
	Type Fact[*string] `json:"x509CertificateRuleType,omitzero"`
	Mode Fact[*string] `json:"x509CertificateAuthenticationMode,omitzero"`
}

// A CertificateScope limits a certificate authority to some groups.
type CertificateScope struct {
	SubjectKeyIdentifier Fact[*string]  `json:"subjectKeyIdentifier,omitzero"`
	PKIIdentifier        Fact[*string]  `json:"publicKeyInfrastructureIdentifier,omitzero"`
	IncludeTargets       Fact[[]Target] `json:"includeTargets,omitzero"`
}

// A CertificateAuthority is Graph's certificateAuthorityDetail.
type CertificateAuthority struct {
	ID                           Fact[string]  `json:"id,omitzero"`
	DisplayName                  Fact[*string] `json:"displayName,omitzero"`
	Type                         Fact[*string] `json:"certificateAuthorityType,omitzero"`
	CertificateRevocationListURL Fact[*string] `json:"certificateRevocationListUrl,omitzero"`
	DeltaRevocationListURL       Fact[*string] `json:"deltaCertificateRevocationListUrl,omitzero"`
	ExpirationDateTime           Fact[Time]    `json:"expirationDateTime,omitzero"`
	Issuer                       Fact[*string] `json:"issuer,omitzero"`
	IssuerSubjectKeyIdentifier   Fact[*string] `json:"issuerSubjectKeyIdentifier,omitzero"`
}
