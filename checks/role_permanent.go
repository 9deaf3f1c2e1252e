package checks

import (
	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var rolePermanent = Check{
	ID:       "role-permanent",
	Title:    "The account holds Global Administrator permanently",
	Severity: Critical,
	Why: "An eligible role must be activated in PIM first, which can ask for the MFA service, an approval or a ticket. " +
		"An assignment that ends is gone on the day nobody looked.",
	Passes: "The assignment is `Assigned` with no end; through a group, the group's assignment and the membership both. " +
		"Eligible, activated or ending is a failure. Without a P2 licence every assignment is permanent.",
	Remediation: "Microsoft Entra admin center > Privileged Identity Management > Microsoft Entra roles > Assignments > Add assignments: " +
		"Global Administrator, the account, assignment type Active, Permanently assigned. If that is greyed out, allow permanent active assignment in the role's settings.",
	References: []string{pageEmergencyAccess, pagePIM},
	evaluate: perAccount(func(v view, u tenant.User) verdict {
		terms, err := signin.RoleTerms(v.Snapshot, u, signin.GlobalAdministrator)
		switch {
		case err != nil:
			return unknown(err)
		case terms.Permanent:
			return pass("Global Administrator is assigned permanently.")
		case len(terms.Limits) == 0:
			return fail("The account does not hold Global Administrator.").with("user", u.ID)
		}
		var said []text.Text
		var limits []string
		for _, l := range terms.Limits {
			said, limits = append(said, l.Text()), append(limits, l.String())
		}
		return fail(say("Global Administrator is not permanent: %s.", text.Sorted(text.Semicolon, said))).with("limits", sorted(limits)...)
	}),
}
