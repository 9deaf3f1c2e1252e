package checks

import (
	"breakglass/signin"
	"breakglass/tenant"
)

var mfaNotPerUser = Check{
	ID:       "mfa-not-per-user",
	Title:    "Per-user multifactor authentication is off for the account",
	Severity: High,
	Why: "Per-user MFA asks for Microsoft's MFA service at every sign-in. No exclusion from Conditional Access lifts it, " +
		"so when that service is down the account is shut out with everybody else.",
	Passes:      "`perUserMfaState` is `disabled`.",
	Remediation: "Microsoft Entra admin center > Users > Per-user MFA: select the account and disable MFA there. Conditional Access takes its place for everybody else.",
	References: []string{"https://learn.microsoft.com/entra/identity/authentication/howto-mfa-userstates",
		"https://learn.microsoft.com/entra/identity/authentication/concept-resilient-controls"},
	evaluate: perAccount(func(_ view, u tenant.User) verdict {
		requirements, err := u.Authentication.Requirements.Get()
		if err != nil {
			return unknown(err)
		}
		if requirements == nil {
			return unknown(stateNull(u))
		}
		state, err := requirements.PerUserMfaState.Get()
		switch {
		case err != nil:
			return unknown(err)
		case state == nil:
			return unknown(stateNull(u))
		case *state == "disabled":
			return pass("Per-user MFA is off.")
		case *state == "enabled", *state == "enforced":
			return fail(say("Per-user MFA is %s.", *state)).with("perUserMfaState", *state)
		}
		return unknown(signin.Doubting(say("the state %q of per-user MFA is not known", *state), "perUserMfaState", *state))
	}),
}

func stateNull(u tenant.User) error {
	return signin.Doubting(say("the state of per-user MFA is null"), "unread", "users/"+u.ID+"/authentication/requirements/perUserMfaState")
}
