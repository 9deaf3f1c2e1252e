// Package kinds lists the sorts of sinks. A new one is a directory beside it and a line here.
package kinds

import (
	"breakglass/notify"
	"breakglass/notify/slack"
	"breakglass/notify/teams"
)

// All lists the kinds in the order in which people are told.
func All() []notify.Kind {
	return []notify.Kind{
		slack.Kind(),
		teams.Kind(),
	}
}

// Labels are what people call the kinds, by their names.
func Labels() map[string]string {
	labels := map[string]string{}
	for _, k := range All() {
		labels[k.Name] = k.Label
	}
	return labels
}

// Take reports whether every service takes a message as it is.
func Take(m notify.Message) bool {
	for _, k := range All() {
		if !k.Takes(m) {
			return false
		}
	}
	return true
}
