package checks

import (
	"slices"
	"strings"
	"time"

	"breakglass/signin"
	"breakglass/tenant"
)

// A Past is what is remembered about the accounts. The zero Past remembers nothing,
// as a look at a file does without an earlier report beside it.
type Past struct {
	// Err says why what is remembered could not be read; then nothing is known of it.
	Err error
	// Before is the report of before this one; nil if there is none.
	Before *Report
	// Accounts are those that were known to be declared, and by what. A name that a declaration
	// gives may come to mean somebody else, and a group may not be read: the account stays.
	Accounts []Account
	// Drills were announced, by a person or in the configuration.
	Drills []Drill
	// Acknowledged says which uses of the accounts somebody has explained.
	Acknowledged []Acknowledgement
	// SignIns are successful sign-ins that were seen before, of the accounts, by their
	// object ids. The log forgets them after 30 days.
	SignIns []tenant.SignIn
}

// LongestDrill is how long a drill may be announced for: what is announced is no alarm,
// and a wrong year in a date would silence it for as long.
const LongestDrill = 7 * 24 * time.Hour

// A Drill is a time, LongestDrill at most, in which somebody said that an account would be used.
type Drill struct {
	Account string    `json:"account"` // as declared: a user principal name or an object id
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	By      string    `json:"by"`
	Reason  string    `json:"reason,omitempty"`
	// Used is what people were told that the drill was held with; nil if they were not yet.
	Used *Mark `json:"-"`
}

// An Acknowledgement explains what was done with an account until some time: its
// sign-ins, the attempts, and the changes to it, as far as people had been told of them. What
// nobody had heard of, nobody can have meant.
type Acknowledgement struct {
	Account string      `json:"account"` // object id
	Until   time.Time   `json:"until"`
	As      Explanation `json:"as"`
	By      string      `json:"by"`
	Reason  string      `json:"reason"`
	At      time.Time   `json:"at"` // when it was said
	// Listed is set if Told and Attempts say what people had been told of. One of an earlier
	// version has neither, and goes by the time alone.
	Listed   bool           `json:"listed,omitempty"`
	Told     []string       `json:"told,omitempty"`     // sign-ins and changes, as the evidence names them
	Attempts map[string]int `json:"attempts,omitempty"` // how many failed sign-ins, by AttemptsOf
}

// of reports whether it is about something that was done with an account at a time.
func (a Acknowledgement) of(account string, at time.Time) bool {
	return strings.EqualFold(a.Account, account) && !at.After(a.Until)
}

// covers reports whether it explains an event, which the evidence names so.
func (a Acknowledgement) covers(event string) bool {
	return !a.Listed || slices.ContainsFunc(a.Told, func(told string) bool { return strings.EqualFold(told, event) })
}

// An Explanation is what the use of an account turned out to be. Microsoft asks to find
// out after each use:
// https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
type Explanation string

// The explanations.
const (
	ExplainedDrill     Explanation = "drill"
	ExplainedEmergency Explanation = "emergency"
	ExplainedMisuse    Explanation = "misuse"
)

// memoryUnread is why what is remembered is not known.
func (v view) memoryUnread() error {
	return signin.Doubting(v.settings.Past.Err, "unread", "memory")
}
