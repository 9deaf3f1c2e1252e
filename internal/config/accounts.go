package config

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"breakglass/tenant"
)

// howToDeclare is said where nothing is declared.
const howToDeclare = "expected emergencyAccess with accounts, a list of " + howToList

const howToList = "\"- user: <user principal name or object id>\" or \"- group: <object id>\""

// write returns what says how to declare the account that is written as a plain text:
// with its id or its name in the place of ACCOUNT, or else in general.
func write(id, name, general string) func(*yaml.Node) string {
	return func(n *yaml.Node) string {
		_, isUser := userName.parse(n.Value)
		_, isID := objectID.parse(n.Value)
		switch {
		case n.Kind != yaml.ScalarNode || !isUser || Secretive(n.Value):
			return "expected " + general
		case isID:
			return "write " + strings.ReplaceAll(id, "ACCOUNT", n.Value)
		default:
			return "write " + strings.ReplaceAll(name, "ACCOUNT", n.Value)
		}
	}
}

// unique keeps the first of declarations that name the same. Neither ids nor user
// principal names depend on case.
func unique(declared []tenant.Declaration) []tenant.Declaration {
	var kept []tenant.Declaration
	seen := map[tenant.Declaration]bool{}
	for _, d := range declared {
		key := tenant.Declaration{User: strings.ToLower(d.User), Group: strings.ToLower(d.Group)}
		if !seen[key] {
			kept = append(kept, d)
		}
		seen[key] = true
	}
	return kept
}
