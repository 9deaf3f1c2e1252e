package checks

import (
	"errors"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var policyGroupProtected = Check{
	ID:         "policy-group-protected",
	Title:      "Only the highest administrators can change who is in the group that excludes an account",
	Severity:   High,
	LosesSight: true,
	Why: "Whoever can change the group can take an emergency account out, so that the policies apply to it, or put an account of their own in, " +
		"which is then outside Conditional Access.",
	Passes: "The group, and every group on the way to the account, is role-assignable or in a restricted management administrative unit; is not dynamic and not synchronised; " +
		"and has no owner but emergency accounts and regular administrators.",
	Remediation: "Create a role-assignable security group (Microsoft Entra admin center > Groups > New group > Microsoft Entra roles can be assigned to the group: Yes, which cannot be changed later), " +
		"put the emergency accounts in it directly, exclude it from the policies, and take the old group out. Remove its owners.",
	References: []string{pageRoleGroups, pagePolicyUsers, "https://learn.microsoft.com/entra/identity/role-based-access-control/admin-units-restricted-management"},
	evaluate:   perExclusionGroup(judgeProtection),
}

func judgeProtection(v view, g tenant.Group) verdict {
	var weak []text.Text
	assignable, assignableErr := g.IsAssignableToRole.Get()
	restricted, restrictedErr := g.IsManagementRestricted.Get()
	var open error
	switch {
	case assignableErr == nil && assignable != nil && *assignable, restrictedErr == nil && restricted != nil && *restricted:
	case assignableErr != nil || restrictedErr != nil:
		open = errors.Join(assignableErr, restrictedErr)
	default:
		weak = append(weak, say("it is neither role-assignable nor in a restricted management administrative unit"))
	}
	types, err := g.GroupTypes.Get()
	if slices.ContainsFunc(types, func(t string) bool { return strings.EqualFold(t, "DynamicMembership") }) {
		weak = append(weak, say("its members are set by a rule"))
	}
	open = errors.Join(open, err)
	synced, err := g.OnPremisesSyncEnabled.Get()
	if err == nil && synced != nil && *synced {
		weak = append(weak, say("it is synchronised from an on-premises directory"))
	}
	open = errors.Join(open, err)
	strangers, err := v.strangersAmong(g.Owners)
	if len(strangers) > 0 {
		weak = append(weak, say("it has owners that are neither emergency accounts nor Global Administrators: %s", v.named(strangers)))
	}
	open = errors.Join(open, err)
	switch {
	case len(weak) > 0:
		return fail(say("The group can be changed by others: %s.", text.Join(text.Semicolon, weak))).with("owners", strangers...).with("groups", g.ID)
	case open != nil:
		return unknown(open).with("groups", g.ID)
	}
	return pass("Only the highest administrators can change the group.")
}

// strangersAmong returns the owners that are neither accounts nor regular
// administrators.
func (v view) strangersAmong(list tenant.Fact[[]tenant.DirectoryObject]) ([]string, error) {
	owners, err := list.Get()
	if err != nil || len(owners) == 0 {
		return nil, err
	}
	ids := make([]string, len(owners))
	for i, o := range owners {
		ids[i] = o.ID
	}
	return v.strangers(ids)
}

// strangers returns those who are neither accounts nor regular administrators. If not all
// administrators are known, none is called a stranger.
func (v view) strangers(ids []string) ([]string, error) {
	admins, open := v.regular()
	var strangers []string
	for _, id := range ids {
		if !v.isAccount(id) && !slices.ContainsFunc(admins, func(a signin.Administrator) bool { return strings.EqualFold(a.User.ID, id) }) {
			strangers = append(strangers, id)
		}
	}
	if len(strangers) > 0 && open != nil {
		return nil, open
	}
	return sorted(strangers), nil
}
