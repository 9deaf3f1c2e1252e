package config

import (
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

// Config is everything that an operator declared. Fields that were left out are
// zero.
type Config struct {
	Tenant                  string // an id or a domain; empty when the identity is in the tenant that it watches
	Accounts                []tenant.Declaration
	DrillEvery              time.Duration
	MaxGlobalAdministrators int
	PolicyProfile           checks.PolicyProfile

	Custody                []checks.Custody
	PasswordAuthentication PasswordAuthentication
	Dependencies           []checks.Dependency
	Identifiers            checks.Identifiers
	AllowedApplications    []string // object ids of service principals
	Drills                 []checks.Drill
	Snoozes                []Snooze
	Notifications          Notifications

	Language string // "en" or "ja"
	State    string // where memories are kept: an address, which package state reads
	GraphURL string // another cloud's Microsoft Graph, without a slash at the end

	// Sinks are the settings of the kinds of sinks that are set, by their names. Those that
	// begin with notify.EscalationPrefix are of channels that hear of what nobody took care of.
	Sinks map[string]Secret
	// Heartbeat is an address outside that is asked for after each daily run that is
	// complete, so that somebody notices when it is not.
	Heartbeat Secret

	declared, named []mention // where the file says who
}

// Settings returns what the checks need to know.
func (c Config) Settings() checks.Settings {
	s := checks.Settings{
		Accounts:                c.Accounts,
		DrillEvery:              c.DrillEvery,
		MaxGlobalAdministrators: c.MaxGlobalAdministrators,
		PolicyProfile:           c.PolicyProfile,
		Custody:                 c.Custody,
		AllowedApplications:     c.AllowedApplications,
		Dependencies:            c.Dependencies,
		Identifiers:             c.Identifiers,
		Past:                    checks.Past{Drills: c.Drills},
	}
	if c.PasswordAuthentication != "" {
		through := c.PasswordAuthentication == PasswordPassThrough
		s.PassThrough = &through
	}
	return s
}

// PasswordAuthentication says how the passwords of synchronised users are checked;
// empty when it was not declared.
type PasswordAuthentication string

// The ways to check a password.
const (
	PasswordHash        PasswordAuthentication = "hash"
	PasswordPassThrough PasswordAuthentication = "pass-through"
)

// A Snooze keeps a known problem quiet for a while. An empty Subject means all.
type Snooze struct {
	Check   string
	Subject string
	Until   time.Time
	Reason  string
	By      string
	// AcceptCritical is set if it is meant for critical findings too.
	AcceptCritical bool

	at place
}

// A place is where in a file something stands.
type place struct {
	file string
	line int
}

// Sink returns a setting of a kind of sink, or nothing.
func (c Config) Sink(name string) string { return c.Sinks[name].Reveal() }
