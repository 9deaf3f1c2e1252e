package checks

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

var methodNoCampaign = Check{
	ID:       "method-no-campaign",
	Title:    "Nothing asks the account to register a method when it signs in",
	Severity: Low,
	Why: "A registration campaign interrupts the sign-in with a request to set up an app or a passkey on somebody's phone. " +
		"On the worst day that costs time; and whoever complies ties the spare key to a phone.",
	Passes: "The account is not a target of the registration campaign, nor of an enabled method whose target requires registration. " +
		"An account that already has the method is not asked. While Microsoft manages the campaign (`default`), whom it asks is unknown.",
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
	required, err := v.askedByMethods(u, policy)
	open = errors.Join(open, err)
	asked = append(asked, required...)
	switch {
	case len(asked) > 0:
		return fail("The account is asked to register a method: " + strings.Join(sorted(asked), "; ") + ".")
	case open != nil:
		return unknown(open)
	}
	return pass("Nothing asks the account to register a method.")
}

// askedByCampaign says for what the registration campaign asks the account.
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
		return nil, errors.New("the state of the registration campaign is null")
	case *state == "disabled":
		return nil, nil
	}
	out, excludeErr := signin.Targeted(v.Snapshot, u, campaign.ExcludeTargets)
	if len(out) > 0 {
		return nil, nil
	}
	if *state != "enabled" {
		return nil, fmt.Errorf("the registration campaign is in the state %q, in which Microsoft decides whom it asks", *state)
	}
	in, open := signin.Targeted(v.Snapshot, u, campaign.IncludeTargets)
	open = errors.Join(open, excludeErr)
	var asked []string
	for _, t := range in {
		method, err := t.TargetedAuthenticationMethod.Get()
		if err == nil && method == nil {
			err = errors.New("the method of the registration campaign is null")
		}
		if err != nil {
			open = errors.Join(open, err)
			continue
		}
		has, err := hasMethod(u, *method)
		if err == nil && !has && excludeErr == nil {
			asked = append(asked, "the registration campaign, for "+*method)
		}
		open = errors.Join(open, err)
	}
	return asked, open
}

// askedByMethods says which methods require the account to register.
func (v view) askedByMethods(u tenant.User, policy tenant.MethodsPolicy) ([]string, error) {
	configurations, err := policy.Configurations.Get()
	if err != nil {
		return nil, err
	}
	var asked []string
	var open error
	for _, c := range configurations {
		state, err := c.State.Get()
		if err == nil && state == "disabled" {
			continue
		}
		targets, requiredErr := requiring(c)
		in, includeErr := signin.Targeted(v.Snapshot, u, targets)
		includeErr = errors.Join(includeErr, requiredErr)
		out, excludeErr := signin.Targeted(v.Snapshot, u, c.ExcludeTargets)
		if len(out) > 0 || len(in) == 0 && includeErr == nil { // exclusion wins
			continue
		}
		has, hasErr := hasMethod(u, c.ID)
		if has {
			continue
		}
		if err := errors.Join(err, includeErr, excludeErr, hasErr); err != nil {
			open = errors.Join(open, err)
			continue
		}
		asked = append(asked, c.ID+", whose registration is required")
	}
	return asked, open
}

// requiring returns the include targets that require registration. The error says of
// which it is not known.
func requiring(c tenant.MethodConfiguration) (tenant.Fact[[]tenant.Target], error) {
	targets, err := c.IncludeTargets.Get()
	if err != nil {
		return c.IncludeTargets, nil //nolint:nilerr // whoever asks who is in them gets the reason
	}
	var kept []tenant.Target
	var open error
	for _, t := range targets {
		required, err := t.IsRegistrationRequired.Get()
		switch {
		case err != nil:
			open = errors.Join(open, err)
		case required != nil && *required:
			kept = append(kept, t)
		}
	}
	return tenant.Known(kept), open
}

// hasMethod reports whether a user has registered the method of a configuration.
func hasMethod(u tenant.User, configuration string) (bool, error) {
	types, known := map[string][]string{
		"microsoftauthenticator": {tenant.MethodAuthenticator, tenant.MethodPasswordless},
		"fido2":                  {tenant.MethodFIDO2},
		"sms":                    {tenant.MethodPhone},
		"voice":                  {tenant.MethodPhone},
		"email":                  {tenant.MethodEmail},
		"softwareoath":           {tenant.MethodSoftwareOATH},
		"hardwareoath":           {tenant.MethodHardwareOATH},
		"temporaryaccesspass":    {tenant.MethodTemporaryAccessPass},
		"qrcodepin":              {tenant.MethodQRCodePin},
	}[strings.ToLower(configuration)]
	if !known {
		return false, nil // nothing of it can be registered, as far as Graph tells
	}
	methods, err := u.Authentication.Methods.Get()
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(methods, func(m tenant.Method) bool { return slices.Contains(types, m.ODataType) }), nil
}
