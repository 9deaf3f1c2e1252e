package checks

import (
	"slices"

	"breakglass/signin"
	"breakglass/tenant"
)

var accountNotRisky = Check{
	ID:       "account-not-risky",
	Title:    "Microsoft does not see the account at risk",
	Severity: High,
	Why:      "Somebody may know its password. And a policy that blocks risky users shuts the account out, also when the risk is a false alarm.",
	Passes:   "`riskState` is neither `atRisk` nor `confirmedCompromised`. Not applicable without a P2 licence.",
	Remediation: "Microsoft Entra admin center > Protection > Identity Protection > Risky users > the account: find out what was seen. Then change the password, " +
		"and confirm it as safe or dismiss the risk.",
	References: []string{"https://learn.microsoft.com/entra/id-protection/howto-identity-protection-remediate-unblock"},
	evaluate:   perAccount(judgeRisk),
}

func judgeRisk(_ view, u tenant.User) verdict {
	risky, err := u.RiskyUser.Get()
	if _, none := tenant.NoLicence(err); none {
		return notApplicable("Without a Microsoft Entra ID P2 licence Microsoft does not say which users are at risk.")
	}
	if err != nil {
		return unknown(err)
	}
	if risky == nil {
		return pass("Microsoft lists no risk for the account.")
	}
	state, err := risky.RiskState.Get()
	switch {
	case err != nil:
		return unknown(err)
	case state == nil:
		return unknown(signin.Doubting(say("the risk state is null"), "unread", "users/"+u.ID+"/riskyUser/riskState"))
	case *state == "atRisk", *state == "confirmedCompromised":
		return fail(say("The risk state of the account is %s.", *state)).with("riskState", *state)
	case slices.Contains([]string{"none", "confirmedSafe", "remediated", "dismissed"}, *state):
		return pass(say("The risk state of the account is %s.", *state))
	}
	return unknown(signin.Doubting(say("the risk state %q is not known", *state), "riskState", *state))
}
