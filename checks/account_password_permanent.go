package checks

import (
	"slices"
	"strconv"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

// neverExpires is a domain's password validity, in days, that means no expiry.
// https://learn.microsoft.com/graph/api/resources/domain
const neverExpires = 2147483647

var accountPasswordPermanent = Check{
	ID:       "account-password-permanent",
	Title:    "The account's password does not expire",
	Severity: Medium,
	Why: "An account that is used once a year meets its expired password on the worst day: the password in the safe is refused, " +
		"and changing it may ask for methods that are down.",
	Passes: "`passwordPolicies` contains `DisablePasswordExpiration`, or the domain's `passwordValidityPeriodInDays` is 2147483647. " +
		"Another number is a failure; without a policy and a number it is unknown, as the default depends on the age of the tenant.",
	Remediation: "Update-MgUser -UserId <the account> -PasswordPolicies DisablePasswordExpiration. For the whole tenant: Microsoft 365 admin center > " +
		"Settings > Org settings > Security & privacy > Password expiration policy.",
	References: []string{pageEmergencyAccess, "https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy"},
	evaluate:   perAccount(judgePassword),
}

func judgePassword(v view, u tenant.User) verdict {
	policies, err := u.PasswordPolicies.Get()
	if err == nil && policies != nil && slices.ContainsFunc(strings.Split(*policies, ","), func(p string) bool {
		return strings.EqualFold(strings.TrimSpace(p), "DisablePasswordExpiration")
	}) {
		return pass("The account's own policy says that its password does not expire.")
	}
	days, domain, domainErr := v.passwordValidity(u)
	switch {
	case domainErr == nil && days == neverExpires:
		return pass(say("Passwords of the domain %s do not expire.", domain))
	case err != nil:
		return unknown(err)
	case domainErr != nil:
		return unknown(domainErr)
	}
	return fail(say("Passwords of the domain %s expire after %d days, and the account has no policy of its own.", domain, days)).
		with("passwordValidityPeriodInDays", strconv.Itoa(days))
}

// passwordValidity returns for how many days a password of the account's domain is
// good.
func (v view) passwordValidity(u tenant.User) (days int, name string, err error) {
	if name, err = domainOf(u); err != nil {
		return 0, "", err
	}
	domains, err := v.Domains.Get()
	if err != nil {
		return 0, name, err
	}
	for _, d := range domains {
		if !strings.EqualFold(d.ID, name) {
			continue
		}
		days, err := d.PasswordValidityPeriodInDays.Get()
		if err != nil {
			return 0, name, err
		}
		if days == nil {
			return 0, name, signin.Doubting(say("the domain %s sets no number of days, and what holds then depends on when the tenant was made", name), "domain", name)
		}
		return *days, name, nil
	}
	return 0, name, signin.Doubting(say("the domain %s is not among the tenant's domains", name), "domain", name)
}
