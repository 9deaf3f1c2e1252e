package checks

import (
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

var accountOnmicrosoft = Check{
	ID:       "account-onmicrosoft",
	Title:    "The account's name is on the tenant's *.onmicrosoft.com domain",
	Severity: High,
	Why: "A custom domain can expire, be moved to another tenant or be federated; the *.onmicrosoft.com domain cannot. " +
		"An account named on it goes on working whatever happens to the company's domains.",
	Passes: "The domain of the user principal name is `<label>.onmicrosoft.com`, or `<label>.onmicrosoft.us` or `<label>.partner.onmschina.cn` " +
		"in the sovereign clouds, compared label by label and ignoring case.",
	Remediation: "Microsoft Entra admin center > Users > the account > Edit properties > Identity > User principal name: choose the *.onmicrosoft.com domain. " +
		"Then bring breakglass.yaml and the note in the safe up to date.",
	References: []string{pageEmergencyAccess},
	evaluate: perAccount(func(_ view, u tenant.User) verdict {
		domain, err := domainOf(u)
		switch {
		case err != nil:
			return unknown(err)
		case !tenant.OnMicrosoft(domain):
			return fail(say("The account's domain is %s.", domain)).with("domain", domain)
		}
		return pass(say("The account's domain is %s.", domain))
	}),
}

// domainOf returns the domain of the user principal name, in lower case.
func domainOf(u tenant.User) (string, error) {
	upn, err := u.UserPrincipalName.Get()
	if err != nil {
		return "", err
	}
	domain := tenant.DomainOf(upn)
	if domain == "" {
		return "", signin.Doubting(say("the user principal name has no domain"), "userPrincipalName", upn)
	}
	return strings.ToLower(domain), nil
}
