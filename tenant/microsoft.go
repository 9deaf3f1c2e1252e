package tenant

import (
	_ "embed" // Microsoft's lists
	"maps"
	"strings"
	"sync"
)

// What is the same in every tenant: the lists say where they are from, and as of when.

//go:embed microsoft_roles.csv
var microsoftRoles string

//go:embed microsoft_permissions.csv
var microsoftPermissions string

var (
	builtInRoles     = sync.OnceValue(func() map[string]string { return named(microsoftRoles) })
	graphPermissions = sync.OnceValue(func() map[string]string { return named(microsoftPermissions) })
	permissionNames  = sync.OnceValue(func() map[string]bool {
		names := map[string]bool{}
		for _, name := range graphPermissions() {
			names[strings.ToLower(name)] = true
		}
		return names
	})
)

// BuiltInRole returns the name of a built-in directory role by its template id, in any
// case. One that is not found is a custom role, or newer than the list.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
func BuiltInRole(id string) (name string, ok bool) {
	name, ok = builtInRoles()[strings.ToLower(id)]
	return name, ok
}

// GraphPermission returns the name of an application permission of Microsoft Graph by
// the id of its app role, in any case. One that is not found is another resource's, or
// newer than the list.
// https://learn.microsoft.com/graph/permissions-reference
func GraphPermission(id string) (name string, ok bool) {
	name, ok = graphPermissions()[strings.ToLower(id)]
	return name, ok
}

// BuiltInRoles returns the names of the built-in directory roles by template id.
func BuiltInRoles() map[string]string { return maps.Clone(builtInRoles()) }

// GraphPermissions returns the names of Microsoft Graph's application permissions by the
// id of the app role.
func GraphPermissions() map[string]string { return maps.Clone(graphPermissions()) }

// IsGraphPermission reports whether an application permission of Microsoft Graph has a
// name, in any case.
func IsGraphPermission(name string) bool { return permissionNames()[strings.ToLower(name)] }

// named reads a list of ids and names. A line that is none panics: a test reads both lists.
func named(list string) map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, name, ok := strings.Cut(line, ",")
		if _, twice := all[id]; !ok || twice {
			panic("line without an id and a name of its own: " + line)
		}
		all[id] = name
	}
	return all
}
