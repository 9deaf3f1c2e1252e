// Package teams posts messages to Microsoft Teams, through a workflow of Power Automate. It
// decides nothing but looks and delivery: what a message says is package notify's.
package teams

import (
	"errors"
	"fmt"

	"breakglass/notify"
	"breakglass/text"
)

const (
	settingWorkflow = "TEAMS_WORKFLOW_URL"
	settingAuth     = "TEAMS_WORKFLOW_AUTH"
	authIdentity    = "identity"
)

// Kind is all that others know of Teams.
func Kind() notify.Kind {
	return notify.Kind{
		Name: "teams", Label: "Teams",
		Settings: []notify.Setting{
			// The address is a secret unless the identity authorises, and treated as one in any case.
			{Name: settingWorkflow, Secret: true, Address: true},
			{
				Name: settingAuth, Values: []string{"signature", authIdentity},
				Expected: text.New("expected signature, where the workflow's URL has one, or identity"),
				Needs:    notify.Need{Setting: settingWorkflow, If: authIdentity, Expected: text.New("expected the workflow's URL")},
			},
		},
		Mention: notify.Mention{About: "People in Teams."},
		Takes:   takes,
		Build:   build,
	}
}

// build makes the sink: the URL's signature authorises, or the program's identity.
func build(v notify.Values, m notify.Means) (notify.Sink, error) {
	switch {
	case v.Get(settingWorkflow) == "":
		return nil, nil
	case v.Get(settingAuth) == authIdentity:
		return buildWithIdentity(v, m)
	}
	hook, err := ParseWorkflow(v.Get(settingWorkflow))
	if err != nil {
		return nil, v.Name(settingWorkflow, err)
	}
	return NewWorkflow(hook, m), nil
}

func buildWithIdentity(v notify.Values, m notify.Means) (notify.Sink, error) {
	trigger, err := ParseTrigger(v.Get(settingWorkflow))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s, with %s set to %s: %w", settingWorkflow, settingAuth, authIdentity, err)
	case m.Token == nil:
		return nil, v.Name(settingAuth, errors.New("there is no identity"))
	}
	token, err := m.Token(trigger.Scope())
	if err != nil {
		return nil, err
	}
	return NewWithIdentity(trigger, m, token), nil
}
