package checks

import (
	"errors"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var methodNoSelfServiceReset = Check{
	ID:       "method-no-self-service-reset",
	Title:    "Nobody can reset the account's password with a phone or a mailbox",
	Severity: Medium,
	Why: "Administrators can reset their own password with two of phone, mail and app, whatever the authentication methods policy says. " +
		"Whoever holds the phone and the mailbox that are registered can take the account over, or change the password that is in the safe.",
	Passes: "No phone and no email method is registered, or the authorization policy's `allowedToUseSSPR` is false.",
	Remediation: "Delete the phone and email methods of the account, or switch self-service password reset off for administrators: " +
		"Update-MgPolicyAuthorizationPolicy -AllowedToUseSSPR:$false (it takes up to an hour).",
	References: []string{"https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy"},
	evaluate: perAccount(func(v view, u tenant.User) verdict {
		allowed, policyErr := selfServiceReset(v)
		if policyErr == nil && !allowed {
			return pass("Self-service password reset is off for administrators.")
		}
		methods, err := registeredOf(u, tenant.MethodPhone, tenant.MethodEmail)
		var found []text.Text
		var ids []string
		if len(ofType(methods, tenant.MethodPhone)) > 0 {
			found = append(found, say("a phone"))
		}
		if len(ofType(methods, tenant.MethodEmail)) > 0 {
			found = append(found, say("an email address"))
		}
		for _, m := range methods {
			ids = append(ids, m.ID)
		}
		switch {
		case len(found) == 0 && err != nil:
			return unknown(errors.Join(err, policyErr))
		case len(found) == 0:
			return pass("No phone and no email address is registered.")
		case policyErr != nil:
			return unknown(policyErr).with("methods", sorted(ids)...)
		}
		return fail(say("Registered: %s; and self-service password reset is on for administrators.", text.Join(text.Comma, found))).with("methods", sorted(ids)...)
	}),
}

func selfServiceReset(v view) (bool, error) {
	policy, err := v.AuthorizationPolicy.Get()
	if err != nil {
		return false, err
	}
	allowed, err := policy.AllowedToUseSSPR.Get()
	if err == nil && allowed == nil {
		err = signin.Doubting(say("whether administrators may reset their own password is null"), "unread", "authorizationPolicy/allowedToUseSSPR")
	}
	return err == nil && *allowed, err
}
