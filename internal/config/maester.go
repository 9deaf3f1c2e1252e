package config

import (
	"go.yaml.in/yaml/v3"

	"breakglass/tenant"
	"breakglass/text"
)

// The accounts as Maester and Microsoft's Zero Trust Assessment have them declared,
// so that their file can be given as it is:
// https://maester.dev/docs/configuration/emergency-access-accounts
// https://github.com/microsoft/zerotrustassessment
const (
	globalSettings = "GlobalSettings"
	theirAccounts  = "EmergencyAccessAccounts"
)

func theirForm() text.Text {
	return say("{Type: User or Group, Id: <object id>, UserPrincipalName: <name>}")
}

// theirOtherKeys are those of their files, which are not looked at:
// https://maester.dev/docs/configuration/run-configuration and Invoke-ZtAssessment's
// configuration file. They are known beside GlobalSettings alone.
func theirOtherKeys() []string {
	return []string{
		"ModuleVersion", "ConfigVersion", "TestSettings", "Metadata", "Selection", "Environment", "Execution", "Output",
		"Path", "Days", "MaximumSignInLogQueryTime", "ShowLog", "ExportLog", "DisableTelemetry", "Resume", "Tests", "TestTimeout",
	}
}

// maester returns the keys of their files.
func (d *draft) maester() []field {
	fields := []field{{
		name: globalSettings, shape: d.globalSettings(),
		about: "The settings of Maester or of Microsoft's Zero Trust Assessment, of which the accounts are read.",
	}}
	for _, name := range theirOtherKeys() {
		fields = append(fields, field{name: name, shape: ignored{}, beside: globalSettings, unnamed: true, about: "A key of Maester or of Microsoft's Zero Trust Assessment, which is not looked at."})
	}
	return fields
}

func (d *draft) globalSettings() section {
	return section{
		fields: []field{{
			name: theirAccounts, required: true, shape: list[theirAccount]{to: &d.theirs, item: (*theirAccount).shape, none: noAccount},
			about: "The emergency access accounts.",
		}},
		open: true,
		instead: func(*yaml.Node) text.Text {
			return say("expected %s, a list of %s", named(theirAccounts), theirForm())
		},
	}
}

// A theirAccount is an entry of EmergencyAccessAccounts. Without a kind it is a user.
type theirAccount struct{ kind, id, name, displayName string }

func (a *theirAccount) group() bool { return a.kind == "Group" || a.kind == "group" }

// declaration prefers the id, as Maester does.
func (a *theirAccount) declaration() tenant.Declaration {
	switch {
	case a.group():
		return tenant.Declaration{Group: a.id}
	case a.id != "":
		return tenant.Declaration{User: a.id}
	default:
		return tenant.Declaration{User: a.name}
	}
}

func (a *theirAccount) shape() shape {
	kind := oneOf("User", "Group", "user", "group")
	kind.expected = say("%s", text.Join(text.Or, []text.Term{"User", "Group"}))
	return section{
		fields: []field{
			{name: "Type", shape: value[string]{&a.kind, kind}, about: "Whether it is a user or a group."},
			{name: "Id", shape: orEmpty{value[string]{&a.id, objectID}}, about: "The object id of the user or the group."},
			{name: "UserPrincipalName", shape: orEmpty{value[string]{&a.name, userName}}, about: "The user's principal name. A group is declared by its id."},
			{name: "DisplayName", shape: orEmpty{value[string]{&a.displayName, freeText}}, about: "Not looked at."},
		},
		rule: rule{check: a.check, schema: anybody()},
		instead: write(
			func(id string) text.Text {
				return say(`write {"Type": "User", "Id": "%s"}, or Group in the place of User`, id)
			},
			func(name string) text.Text { return say(`write {"Type": "User", "UserPrincipalName": "%s"}`, name) }, theirForm()),
	}
}

func (a *theirAccount) check(r *reader, path string, n *yaml.Node) {
	switch {
	case a.group() && a.id == "":
		r.mistake(n.Line, say("%s is a group without Id", named(path)), say("expected the group's object id"))
	case a.id == "" && a.name == "":
		r.mistake(n.Line, say("%s names nobody", named(path)), say("expected Id or UserPrincipalName"))
	}
}

// anybody is what check asks, for editors: an Id, or the name of what is no group.
func anybody() schema {
	group := schema{Enum: []string{"Group", "group"}}
	return schema{AnyOf: []schema{
		{Required: []string{"Id"}, Properties: map[string]schema{"Id": {Type: "string", MinLength: 1}}},
		{Required: []string{"UserPrincipalName"}, Properties: map[string]schema{
			"UserPrincipalName": {Type: "string", MinLength: 1}, "Type": {Not: &group},
		}},
	}}
}
