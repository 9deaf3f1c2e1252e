package checks

import (
	"errors"
	"slices"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var policyExcluded = Check{
	ID:       "policy-excluded",
	Title:    "No Conditional Access policy that restricts sign-in can apply to the account",
	Severity: Medium,
	Why: "A mistake in a Conditional Access policy is the most common way to lock a tenant. The spare key must not hang on the same lock: " +
		"a policy that demands a compliant device, a place or a service that is down shuts it out with everybody else.",
	Passes: "No enabled policy that restricts sign-in can apply to the account when it signs in as an administrator (admin portals, Azure management, Microsoft Graph). " +
		"Exclusion wins over inclusion, nested groups count, and conditions such as place, device or risk count as met. " +
		"Critical if a usable credential does not satisfy the policy by itself, else medium. A control that Microsoft has retired demands nothing; a policy of nothing else is medium. " +
		"With `policyProfile: phishing-resistant` a policy that a usable credential satisfies by itself does not count.",
	Remediation: "Microsoft Entra admin center > Conditional Access > the policy > Users > Exclude: choose the group that holds the emergency accounts. " +
		"Use one role-assignable group for it, and exclude it from every new policy too.",
	References: []string{pageEmergencyAccess, pagePolicyUsers},
	evaluate:   perAccount(judgePolicies),
}

// A barrier is a policy that can stop the account.
type barrier struct {
	policy tenant.Policy
	words  text.Text
	met    bool // a usable credential satisfies it by itself
}

func judgePolicies(v view, u tenant.User) verdict {
	policies, open := v.Policies()
	own := v.credentials(u)
	var barriers []barrier
	for _, p := range sortedPolicies(policies) {
		b, err := v.barrierOf(u, own, p)
		if err != nil {
			open = errors.Join(open, inPolicy(p, err))
		} else if b != nil {
			barriers = append(barriers, *b)
		}
	}
	switch {
	case len(barriers) > 0:
		return failing(barriers)
	case open != nil:
		return unknown(open)
	}
	return pass("No enabled policy that restricts sign-in can apply to the account.")
}

// barrierOf judges one policy: nil if it cannot stop the account, or if the
// profile lets it stand; an error if that cannot be told.
func (v view) barrierOf(u tenant.User, own credentials, p tenant.Policy) (*barrier, error) {
	enforced, stateErr := inState(p, tenant.PolicyEnabled)
	if stateErr == nil && !enforced {
		return nil, nil
	}
	application, applyErr := signin.CanApply(v.Snapshot, u, p)
	if applyErr == nil && !application.Can {
		return nil, nil
	}
	demand, demandErr := signin.DemandOf(p)
	idle := demandErr == nil && !demand.Restricts()
	if idle && (len(demand.Retired) == 0 || v.settings.PolicyProfile == ProfilePhishingResistant) {
		return nil, nil
	}
	met, metErr := meets(v.Snapshot, demand, own.certain)
	if v.settings.PolicyProfile == ProfilePhishingResistant && demandErr == nil && met {
		return nil, nil // whether or not it applies
	}
	if err := errors.Join(stateErr, applyErr, demandErr); err != nil {
		return nil, err
	}
	if idle {
		return &barrier{policy: p, met: true, words: describe(p, application, demand, nil)}, nil
	}
	if v.settings.PolicyProfile == ProfilePhishingResistant {
		if maybe, maybeErr := meets(v.Snapshot, demand, own.possible); maybe || maybeErr != nil {
			return nil, errors.Join(say("whether a usable credential satisfies it cannot be told"), metErr, maybeErr, own.open)
		}
		if metErr != nil {
			return nil, metErr
		}
	}
	return &barrier{policy: p, met: met, words: describe(p, application, demand, metErr)}, nil
}

// meets reports whether one of the credentials satisfies the demand by itself; the
// error, if none certainly does, says what is missing to tell.
func meets(s tenant.Snapshot, d signin.Demand, all []signin.Credential) (bool, error) {
	var open error
	for _, c := range all {
		met, err := d.MetBy(s, c)
		if met && err == nil {
			return true, nil
		}
		open = errors.Join(open, err)
	}
	return false, open
}

func describe(p tenant.Policy, a signin.Application, d signin.Demand, metErr error) text.Text {
	var words text.Text
	retired := text.Join(text.Comma, d.Retired)
	switch {
	case !d.Restricts():
		words = say("“%s” (through %s) demands what Microsoft no longer enforces: %s", p.Label(), a.Through, retired)
	case len(d.Retired) > 0:
		words = say("“%s” (through %s) demands %s (%s is retired and demands nothing)", p.Label(), a.Through, d.Text(), retired)
	default:
		words = say("“%s” (through %s) demands %s", p.Label(), a.Through, d.Text())
	}
	if len(a.Conditions) > 0 {
		words = say("%s, depending on %s", words, text.Join(text.Comma, a.Conditions))
	}
	if metErr != nil {
		words = say("%s (whether a key satisfies it alone could not be told: %s)", words, metErr)
	}
	return words
}

// failing words the policies that can stop the account, the worst first.
func failing(barriers []barrier) verdict {
	slices.SortStableFunc(barriers, func(a, b barrier) int {
		switch {
		case a.met == b.met:
			return 0
		case b.met:
			return -1
		}
		return 1
	})
	words := make([]text.Text, len(barriers))
	ids := make([]string, len(barriers))
	for i, b := range barriers {
		words[i], ids[i] = b.words, b.policy.ID
	}
	v := fail(text.Count(len(barriers), "A policy can apply to the account: %[2]s.", "%d policies can apply to the account: %s.", text.Join(text.Semicolon, words))).
		with("policies", sorted(ids)...)
	if !barriers[0].met {
		return v.as(Critical)
	}
	return v
}
