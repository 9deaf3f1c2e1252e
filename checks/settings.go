package checks

import (
	"time"

	"breakglass/tenant"
)

// A PolicyProfile says which Conditional Access policies may apply to an
// emergency account.
type PolicyProfile string

// The profiles.
const (
	// ProfileExcluded is Microsoft's advice since 2026: no policy that restricts
	// sign-in applies to the account.
	ProfileExcluded PolicyProfile = "excluded"
	// ProfilePhishingResistant is the advice of 2025, which some tenants follow: a
	// policy that one of the account's credentials satisfies alone does not count.
	ProfilePhishingResistant PolicyProfile = "phishing-resistant"
)

// Settings are what the operator declared. The zero values of DrillEvery,
// MaxGlobalAdministrators, PolicyProfile and Identifiers mean their defaults.
type Settings struct {
	Accounts                []tenant.Declaration
	DrillEvery              time.Duration // default DefaultDrillEvery
	MaxGlobalAdministrators int           // default DefaultMaxGlobalAdministrators
	PolicyProfile           PolicyProfile // default ProfileExcluded
	Custody                 []Custody     // empty: nothing is asked about custody
	AllowedApplications     []string      // object ids of service principals that are known and accepted
	Identifiers             Identifiers   // default IdentifiersAlias
	PassThrough             *bool         // how the passwords of synchronised users are checked; nil if nobody says
	Dependencies            []Dependency  // what the operator knows better
	Past                    Past
}

// Custody says where a key is and who can fetch it.
type Custody struct {
	Account    string // as declared: a user principal name or an object id
	Credential string // its display name or id in Microsoft Entra
	Place      string
	Custodians []string
	Checked    time.Time // when somebody last saw it there; zero if nobody wrote it down
}

// Defaults of Settings. Microsoft asks to validate emergency accounts at least
// every 90 days, and for fewer than five Global Administrators:
// https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
// https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices
const (
	DefaultDrillEvery              = 90 * 24 * time.Hour
	DefaultMaxGlobalAdministrators = 4
)

// withDefaults fills in what the operator left out.
func (s Settings) withDefaults() Settings {
	if s.DrillEvery == 0 {
		s.DrillEvery = DefaultDrillEvery
	}
	if s.MaxGlobalAdministrators == 0 {
		s.MaxGlobalAdministrators = DefaultMaxGlobalAdministrators
	}
	if s.PolicyProfile == "" {
		s.PolicyProfile = ProfileExcluded
	}
	if s.Identifiers == "" {
		s.Identifiers = IdentifiersAlias
	}
	return s
}
