package checks

import (
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

var accountDomainManaged = Check{
	ID:       "account-domain-managed",
	Title:    "The account's domain is managed by Microsoft Entra",
	Severity: Critical,
	Why: "On a federated domain the sign-in is done by another identity provider. When the federation server is dead, " +
		"or its certificate has expired, the account is locked out with everybody else.",
	Passes: "The domain of the user principal name is among the tenant's domains with `authenticationType` `Managed`.",
	Remediation: "Move the account to the *.onmicrosoft.com domain (Users > the account > Edit properties > User principal name), " +
		"or convert its domain to managed authentication.",
	References: []string{pageEmergencyAccess, pageDomains},
	evaluate:   perAccount(judgeDomain),
}

func judgeDomain(v view, u tenant.User) verdict {
	name, err := domainOf(u)
	if err != nil {
		return unknown(err)
	}
	domains, err := v.Domains.Get()
	if err != nil {
		return unknown(err)
	}
	for _, d := range domains {
		if !strings.EqualFold(d.ID, name) {
			continue
		}
		kind, err := d.AuthenticationType.Get()
		switch {
		case err != nil:
			return unknown(err)
		case strings.EqualFold(kind, "Managed"):
			return pass(say("The domain %s is managed.", name))
		case strings.EqualFold(kind, "Federated"):
			return fail(say("The domain %s is federated: another identity provider does its sign-ins.", name)).with("authenticationType", kind)
		}
		return unknown(signin.Doubting(say("the authentication type %q of the domain %s is not known", kind, name), "authenticationType", kind)).with("domain", name)
	}
	return fail(say("The domain %s is not among the tenant's domains.", name)).with("domain", name)
}
