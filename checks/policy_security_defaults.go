package checks

import (
	"errors"

	"breakglass/signin"
	"breakglass/text"
)

var policySecurityDefaults = Check{
	ID:       "policy-security-defaults",
	Title:    "Security defaults are off, or every emergency account can satisfy them",
	Severity: Info,
	Why: "Security defaults ask every administrator for multifactor authentication at each sign-in, and exclude nobody. " +
		"An account without a usable method cannot get in.",
	Passes: "Security defaults are off, or every emergency account has a usable way of multifactor authentication, as in mfa-ready. High if one has none. " +
		"Not applicable where no emergency account exists.",
	Remediation: "Register a security key for the account, or move to Conditional Access: Microsoft Entra admin center > Overview > Properties > Manage security defaults.",
	References:  []string{"https://learn.microsoft.com/entra/fundamentals/security-defaults"},
	evaluate:    perTenant(judgeSecurityDefaults),
}

func judgeSecurityDefaults(v view) verdict {
	if len(v.accounts) == 0 && v.unreadAccounts() == nil {
		return notApplicable("No emergency account exists.")
	}
	defaults, err := v.SecurityDefaults.Get()
	if err != nil {
		return unknown(err)
	}
	on, err := defaults.IsEnabled.Get()
	switch {
	case err != nil:
		return unknown(err)
	case !on:
		return pass("Security defaults are off.")
	}
	var without, names []string
	open := v.unreadAccounts()
	for _, a := range v.accounts {
		if a.err != nil {
			continue
		}
		mfa, err := signin.MFAReady(v.Snapshot, a.user, v.CollectedAt.Time)
		switch {
		case mfa.Ready():
		case err != nil:
			open = errors.Join(open, err)
		default:
			without, names = append(without, a.id), append(names, a.user.Label())
		}
	}
	switch {
	case len(without) > 0:
		return fail(say("Security defaults are on, and have no usable method of multifactor authentication: %s.", text.Join(text.Comma, sorted(names)))).as(High).with("accounts", without...)
	case open != nil:
		return unknown(open).as(High)
	}
	return pass("Security defaults are on, and every emergency account can satisfy them.")
}
