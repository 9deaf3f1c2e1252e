package checks

import (
	"errors"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var methodNoCampaign = Check{
	ID:       "method-no-campaign",
	Title:    "Nothing asks the account to register a method when it signs in",
	Severity: Low,
	Why: "A registration campaign interrupts the sign-in with a request to set up an app or a passkey on somebody's phone. " +
		"On the worst day that costs time; and whoever complies ties the spare key to a phone.",
	Passes: "The registration campaign does not reach the account: it is no target, is not enabled for the targeted method, for Microsoft Authenticator not in a mode that " +
		"can push, or has the method already. While Microsoft manages the campaign (`default`), whom it asks is unknown.",
	Remediation: "Microsoft Entra admin center > Authentication methods > Registration campaign > Edit: exclude the group that holds the emergency accounts.",
	References:  []string{"https://learn.microsoft.com/entra/identity/authentication/how-to-mfa-registration-campaign"},
	evaluate:    perAccount(judgeCampaign),
}

func judgeCampaign(v view, u tenant.User) verdict {
	policy, err := v.AuthenticationMethodsPolicy.Get()
	if err != nil {
		return unknown(err)
	}
	asked, open := v.askedByCampaign(u, policy)
	switch {
	case len(asked) > 0:
		return fail(say("The account is asked to register a method: the registration campaign, for %s.", text.Join(text.Comma, sorted(asked)))).
			with("targetedAuthenticationMethod", sorted(asked)...)
	case open != nil:
		return unknown(open)
	}
	return pass("Nothing asks the account to register a method.")
}

// askedByCampaign says for which methods the registration campaign asks the account.
func (v view) askedByCampaign(u tenant.User, policy tenant.MethodsPolicy) ([]string, error) {
	enforcement, err := policy.RegistrationEnforcement.Get()
	if err != nil || enforcement == nil {
		return nil, err
	}
	campaign, err := enforcement.Campaign.Get()
	if err != nil || campaign == nil {
		return nil, err
	}
	state, err := campaign.State.Get()
	switch {
	case err != nil:
		return nil, err
	case state == nil:
		return nil, signin.Doubting(say("the state of the registration campaign is null"), "unread", "authenticationMethodsPolicy/registrationEnforcement")
	case *state == "disabled":
		return nil, nil
	case *state != "enabled" && *state != "default":
		return nil, signin.Doubting(say("the state %q of the registration campaign is not known", *state), "state", *state)
	}
	out, excludeErr := signin.Targeted(v.Snapshot, u, campaign.ExcludeTargets)
	if len(out) > 0 {
		return nil, nil
	}
	if *state != "enabled" {
		return nil, signin.Doubting(say("the registration campaign is in the state %q, in which Microsoft decides whom it asks", *state), "state", *state)
	}
	in, open := signin.Targeted(v.Snapshot, u, campaign.IncludeTargets)
	open = errors.Join(open, excludeErr)
	var asked []string
	for _, t := range in {
		method, err := t.TargetedAuthenticationMethod.Get()
		if err == nil && method == nil {
			err = signin.Doubting(say("the method of the registration campaign is null"), "targets", t.ID)
		}
		if err != nil {
			open = errors.Join(open, err)
			continue
		}
		stopped, err := signin.RegistrationStopped(v.Snapshot, u, *method)
		if err == nil && stopped.IsZero() && excludeErr == nil {
			asked = append(asked, *method)
		}
		open = errors.Join(open, err)
	}
	return asked, open
}
