package config

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"breakglass/tenant"
)

// howToDeclare is said where nothing is declared.
const howToDeclare = "expected emergencyAccess with accounts, a list of " + howToList

const howToList = "\"- user: <user principal name or object id>\" or \"- group: <object id>\""

// declaring says how to declare what is written as a plain text.
func declaring(n *yaml.Node) string {
	_, isUser := userName.parse(n.Value)
	_, isID := objectID.parse(n.Value)
	switch {
	case n.Kind != yaml.ScalarNode || !isUser || secretive(n.Value):
		return "expected " + howToList
	case isID:
		return fmt.Sprintf(`write "- user: %[1]s" for a user, or "- group: %[1]s" for a group`, n.Value)
	default:
		return fmt.Sprintf(`write "- user: %s"`, n.Value)
	}
}

// declaringTheirs is declaring in Maester's form.
func declaringTheirs(n *yaml.Node) string {
	_, isUser := userName.parse(n.Value)
	_, isID := objectID.parse(n.Value)
	switch {
	case n.Kind != yaml.ScalarNode || !isUser || secretive(n.Value):
		return "expected " + theirForm
	case isID:
		return fmt.Sprintf(`write {"Type": "User", "Id": "%s"}, or Group in the place of User`, n.Value)
	default:
		return fmt.Sprintf(`write {"Type": "User", "UserPrincipalName": "%s"}`, n.Value)
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
