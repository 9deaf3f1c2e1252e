package notify

import (
	"fmt"

	"breakglass/text"
)

// A Kind is a sort of sink: all that the rest of the program knows of it. Package kinds lists
// them. What operators declare, its JSON Schema, what is examined in an installation, and the
// tables of settings are made of that list.
type Kind struct {
	Name  string // in memories, logs and the configuration
	Label string // for people
	// Settings are the app settings that say how it is reached. The first one is an address
	// that is enough by itself: with EscalationPrefix before its name it is that of a channel
	// for escalation.
	Settings []Setting
	Mention  Mention
	// Takes reports whether the service takes a message as it is, with its form and without.
	Takes func(Message) bool
	// Build makes the sink; nil if no setting says that there is one.
	Build func(Values, Means) (Sink, error)
}

// A Setting is an app setting.
type Setting struct {
	Name    string
	Secret  bool // its value authorises, and is enough to reach the service with what it needs
	Address bool // it is a web address
	Trial   bool // it is for trials on one machine
	// Values are those that it may have, if it may not have any; Expected says them.
	Values   []string
	Expected text.Text
	Instead  string // the setting in the place of which it is
	Needs    Need
}

// A Need is what a setting cannot do without.
type Need struct {
	Setting  string    // empty if it needs none
	If       string    // the value that needs it; empty for any
	Expected text.Text // says what the one that is missing is
}

// A Mention says how somebody is named who is called by this kind.
type Mention struct {
	About string // for editors
	// ID is a pattern of what names somebody, and Is says what that is. Where ID is empty it is a
	// user principal name or an object id, beside the name that is shown.
	ID string
	Is text.Text
}

// EscalationPrefix begins the name of the address of a channel for escalation.
const EscalationPrefix = "ESCALATION_"

// Values are the app settings that a sink is made of. What is not set is empty.
type Values struct {
	Get    func(name string) string
	Prefix string // before each name, in errors
}

// Name says in an error which setting it is about.
func (v Values) Name(setting string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s%s: %w", v.Prefix, setting, err)
}

// ForEscalation are the values of a channel for escalation of this kind.
func (k Kind) ForEscalation(get func(name string) string) Values {
	return Values{Prefix: EscalationPrefix, Get: func(name string) string {
		if name != k.Settings[0].Name {
			return ""
		}
		return get(EscalationPrefix + name)
	}}
}
