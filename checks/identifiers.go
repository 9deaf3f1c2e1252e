package checks

import (
	"slices"
	"strings"

	"breakglass/tenant"
)

// Identifiers says how a report names people who are no emergency account.
type Identifiers string

// The ways to name people.
const (
	// IdentifiersAlias names them by their object id: a channel is read by more people
	// than those who need to know who the administrators are.
	IdentifiersAlias Identifiers = "alias"
	// IdentifiersFull names them as Microsoft Entra does.
	IdentifiersFull Identifiers = "full"
)

// aliased gives everybody who is no emergency account a name made of their object id,
// and their devices none. The domain stays, and whether somebody was invited: rules look at
// them.
func aliased(s tenant.Snapshot, isAccount func(id string) bool) tenant.Snapshot {
	users, _ := s.Users.Get() // unread: nobody is named
	users = slices.Clone(users)
	for i, u := range users {
		if isAccount(u.ID) {
			continue
		}
		alias := "user-" + u.ID[:min(8, len(u.ID))]
		if upn, err := u.UserPrincipalName.Get(); err == nil {
			name := alias
			if tenant.WasInvited(upn) {
				name += "#EXT#"
			}
			if strings.Contains(upn, "@") {
				name += "@" + tenant.DomainOf(upn)
			}
			u.UserPrincipalName = tenant.Known(name)
		}
		if _, err := u.DisplayName.Get(); err == nil {
			u.DisplayName = tenant.Known(&alias)
		}
		methods, _ := u.Authentication.Methods.Get() // unread: none is named
		methods = slices.Clone(methods)
		for j := range methods {
			methods[j].DisplayName = tenant.Known[*string](nil)
		}
		u.Authentication.Methods = u.Authentication.Methods.With(methods)
		users[i] = u
	}
	s.Users = s.Users.With(users)
	return s
}
