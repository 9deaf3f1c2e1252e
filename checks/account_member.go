package checks

import (
	"errors"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

var accountMember = Check{
	ID:       "account-member",
	Title:    "The account is a member of the tenant, not a guest",
	Severity: Medium,
	Why: "A guest signs in at home, in a tenant that somebody else looks after, and policies for guests apply to it. " +
		"The spare key must not hang in another house.",
	Passes:      "`userType` is `Member`, or is not set, which counts as a member, and the name has no `#EXT#`: an invited member signs in at home, too.",
	Remediation: "Create a cloud-only account of the tenant itself (Microsoft Entra admin center > Users > New user > Create new user) and retire this one.",
	References:  []string{pageEmergencyAccess, "https://learn.microsoft.com/entra/external-id/user-properties"},
	evaluate: perAccount(func(_ view, u tenant.User) verdict {
		kind, err := u.UserType.Get()
		upn, upnErr := u.UserPrincipalName.Get()
		switch {
		case err == nil && kind != nil && strings.EqualFold(*kind, "Guest"):
			return fail("The account is a guest.").with("userType", *kind)
		case upnErr == nil && tenant.WasInvited(upn):
			return fail("The account was invited from another tenant, and signs in there.").with("user", u.ID)
		case err != nil || upnErr != nil:
			return unknown(errors.Join(err, upnErr))
		case kind == nil, strings.EqualFold(*kind, "Member"):
			return pass("The account is a member.")
		}
		return unknown(signin.Doubting(say("the user type %q is not known", *kind), "userType", *kind))
	}),
}
