package signin

import (
	"encoding/json"
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// Kinds of guests and external users, as Conditional Access tells them apart.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
const (
	internalGuest          = "internalGuest"
	b2bCollaborationGuest  = "b2bCollaborationGuest"
	b2bCollaborationMember = "b2bCollaborationMember"
)

// externalKinds are all kinds that a condition can name. Those beyond the first three
// have no user in the directory.
func externalKinds() []string {
	return []string{internalGuest, b2bCollaborationGuest, b2bCollaborationMember, "b2bDirectConnectUser", "otherExternalUser", "serviceProvider"}
}

// externalKind says of which kind of external user a user is: none for a member who
// was not invited.
func externalKind(u tenant.User) (string, error) {
	kind, err := u.UserType.Get()
	if err != nil {
		return "", err
	}
	upn, err := u.UserPrincipalName.Get()
	if err != nil {
		return "", err
	}
	invited := tenant.WasInvited(upn)
	switch {
	case kind != nil && strings.EqualFold(*kind, "Guest") && invited:
		return b2bCollaborationGuest, nil
	case kind != nil && strings.EqualFold(*kind, "Guest"):
		return internalGuest, nil
	case kind != nil && !strings.EqualFold(*kind, "Member"):
		return "", notKnown(say("the user type %q is not known", *kind), *kind)
	case invited:
		return b2bCollaborationMember, nil
	}
	return "", nil
}

// isGuest says whether the condition on all guests and external users holds the user.
// Whether it holds a member who was invited cannot be told.
func isGuest(u tenant.User) (bool, error) {
	kind, err := externalKind(u)
	if kind == b2bCollaborationMember {
		return false, say("whether the condition on external users holds an invited member cannot be told")
	}
	return kind != "", err
}

// listedGuest matches a condition on some kinds of guests and external users.
func listedGuest(u tenant.User, fact tenant.Fact[*tenant.GuestsOrExternalUsers]) (text.Text, error) {
	condition, err := fact.Get()
	if err == nil && condition == nil {
		return text.Text{}, nil
	}
	kind, kindErr := externalKind(u)
	if kindErr == nil && kind == "" {
		return text.Text{}, nil
	}
	if err != nil || kindErr != nil {
		return text.Text{}, join(err, kindErr)
	}
	types, err := condition.Types.Get()
	if err != nil || types == nil { // no kinds
		return text.Text{}, err
	}
	var unknown []string
	listed := false
	for _, t := range commaList(*types) {
		listed = listed || strings.EqualFold(t, kind)
		if !slices.ContainsFunc(externalKinds(), func(k string) bool { return strings.EqualFold(k, t) }) && !strings.EqualFold(t, "none") {
			unknown = append(unknown, t)
		}
	}
	switch {
	case listed:
		return listedTenant(kind, condition.ExternalTenants)
	case len(unknown) > 0:
		return text.Text{}, notKnown(say("the kind of external users %q is not known", text.Join(text.Comma, unknown)), unknown...)
	}
	return text.Text{}, nil
}

// listedTenant narrows a condition by the tenant that an external user comes from,
// which the directory does not tell.
func listedTenant(kind string, fact tenant.Fact[*json.RawMessage]) (text.Text, error) {
	through := say("guests and external users")
	tenants, err := fact.Get()
	switch {
	case err != nil && !absent(err):
		return text.Text{}, err
	case err != nil, tenants == nil, kind == internalGuest:
		return through, nil
	}
	var condition struct {
		MembershipKind string            `json:"membershipKind"`
		Members        []json.RawMessage `json:"members"`
	}
	if json.Unmarshal(*tenants, &condition) == nil && (condition.MembershipKind == "all" || condition.MembershipKind == "" && len(condition.Members) == 0) {
		return through, nil
	}
	return text.Text{}, say("from which tenant the external user comes is not known")
}
