package checks

import (
	"fmt"
	"strings"

	"breakglass/tenant"
)

var accountMember = Check{
	ID:       "account-member",
	Title:    "The account is a member of the tenant, not a guest",
	Severity: Medium,
	Why: "A guest signs in at home, in a tenant that somebody else looks after, and policies for guests apply to it. " +
		"The spare key must not hang in another house.",
	Passes:      "`userType` is `Member`, or is not set, which counts as a member.",
	Remediation: "Create a cloud-only account of the tenant itself (Microsoft Entra admin center > Users > New user > Create new user) and retire this one.",
	References:  []string{pageEmergencyAccess, "https://learn.microsoft.com/entra/external-id/user-properties"},
	evaluate: perAccount(func(_ view, u tenant.User) verdict {
		kind, err := u.UserType.Get()
		switch {
		case err != nil:
			return unknown(err)
		case kind == nil, strings.EqualFold(*kind, "Member"):
			return pass("The account is a member.")
		case strings.EqualFold(*kind, "Guest"):
			return fail("The account is a guest.").with("userType", *kind)
		}
		return unknown(fmt.Errorf("the user type %q is not known", *kind))
	}),
}
