package config

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"breakglass/tenant"
	"breakglass/text"
)

// howToDeclare is said where nothing is declared.
func howToDeclare() text.Text {
	return say("expected emergencyAccess with accounts, a list of %s", howToList())
}

func howToList() text.Text {
	return say(`"- user: <user principal name or object id>" or "- group: <object id>"`)
}

// write returns what says how to declare the account that is written as a plain text:
// with its id or its name, or else in general.
func write(id, name func(account string) text.Text, general text.Text) func(*yaml.Node) text.Text {
	return func(n *yaml.Node) text.Text {
		_, isUser := userName.parse(n.Value)
		_, isID := objectID.parse(n.Value)
		switch {
		case n.Kind != yaml.ScalarNode || !isUser || Secretive(n.Value):
			return say("expected %s", general)
		case isID:
			return id(n.Value)
		default:
			return name(n.Value)
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
