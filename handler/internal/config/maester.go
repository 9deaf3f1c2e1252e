package config

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"breakglass/tenant"
)

// The accounts as Maester and Microsoft's Zero Trust Assessment have them declared,
// so that their file can be given as it is:
// https://maester.dev/docs/configuration
// https://github.com/microsoft/zerotrustassessment
const (
	globalSettings = "GlobalSettings"
	theirAccounts  = "EmergencyAccessAccounts"
)

// maester returns the keys of their file. Those beside GlobalSettings are known only
// where it is there, and are not looked at.
func (r *reader) maester(root *yaml.Node, c *Config) []field {
	fields := []field{{name: globalSettings, read: func(path string, n *yaml.Node) { r.globalSettings(path, n, c) }}}
	if lookup(root, globalSettings) == nil {
		return fields
	}
	for _, theirs := range []string{"$schema", "ModuleVersion", "ConfigVersion", "TestSettings"} {
		fields = append(fields, field{name: theirs, read: func(string, *yaml.Node) {}})
	}
	return fields
}

// globalSettings reads the accounts among settings that are none of ours.
func (r *reader) globalSettings(path string, n *yaml.Node, c *Config) {
	list := lookup(n, theirAccounts)
	if list == nil {
		r.mistake(n.Line, path+" has no "+theirAccounts, "expected a list of {Type: User or Group, Id: <object id>, UserPrincipalName: <name>}")
		return
	}
	path = join(path, theirAccounts)
	r.list(path, list, func(path string, n *yaml.Node) { r.theirAccount(path, n, c) })
	r.noAccounts(path, list)
}

func (r *reader) theirAccount(path string, n *yaml.Node, c *Config) {
	var kind, id, name, ignored string
	before := len(r.mistakes)
	anyCase := oneOf("user", "group")
	anyCase.expected = "User or Group"
	exact := anyCase.parse
	anyCase.parse = func(s string) (string, bool) { return exact(strings.ToLower(s)) }
	r.section(path, n, []field{
		{name: "Type", read: value(r, &kind, anyCase)},
		{name: "Id", read: unlessEmpty(value(r, &id, objectID()))},
		{name: "UserPrincipalName", read: unlessEmpty(value(r, &name, userName()))},
		{name: "DisplayName", read: unlessEmpty(value(r, &ignored, text()))},
	})
	switch {
	case len(r.mistakes) > before:
	case kind == "group" && id == "":
		r.mistake(n.Line, path+" is a group without Id", "expected the group's object id")
	case kind == "group":
		c.Accounts = append(c.Accounts, tenant.Declaration{Group: id})
	case id != "":
		c.Accounts = append(c.Accounts, tenant.Declaration{User: id})
	case name != "":
		c.Accounts = append(c.Accounts, tenant.Declaration{User: name})
	default:
		r.mistake(n.Line, path+" names nobody", "expected Id or UserPrincipalName")
	}
}

// unlessEmpty leaves out a key that a program wrote without a value.
func unlessEmpty(read func(string, *yaml.Node)) func(string, *yaml.Node) {
	return func(path string, n *yaml.Node) {
		if !empty(n) && (n.Kind != yaml.ScalarNode || n.Value != "") {
			read(path, n)
		}
	}
}

// lookup returns the value of a mapping's key, or nil.
func lookup(n *yaml.Node, name string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Kind == yaml.ScalarNode && n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}
