package checks

import (
	"errors"
	"slices"

	"breakglass/text"
)

var survivalEmergency = Check{
	ID:       "survival-emergency",
	Title:    "Whatever one thing fails, an emergency account can still sign in",
	Severity: Critical,
	Why: "One failure that takes every emergency account at once is what they are there to survive: a service that all of them need, one safe, " +
		"one person, one model of key that a policy or a recall shuts out.",
	Passes: "For each component of any administrator's way in, and for each of the services that people ask about (Microsoft's MFA service, the phone network, " +
		"push notifications, federation, PIM, Intune, certificate revocation lists, external MFA), at least one account has a way in that does not need it, from a " +
		"managed computer on a trusted network. The authentication service of Microsoft Entra itself is left out: nothing avoids it. Medium if only " +
		"models of keys are such components.",
	Remediation: "Exclude the accounts from the policies that bring such a component in, and give them ways in that share nothing: FIDO2 security keys of two models, " +
		"kept in two places, which two people can each fetch. " +
		"`breakglass survive` tries out what would help.",
	References: []string{pageEmergencyAccess, pageResilience},
	evaluate:   perTenant(judgeSurvivalEmergency),
}

func judgeSurvivalEmergency(v view) verdict {
	unread := v.unreadAccounts()
	if len(v.accounts) == 0 && unread == nil {
		return fail(noSpareKey).with("tenant", v.tenantID()...)
	}
	now := v.standing(v.survives().If(), true)
	if len(now.able) == 0 {
		if open := errors.Join(unread, now.why()); open != nil {
			return unknown(open)
		}
		return fail(say("No emergency account can sign in even while everything works: %s.", now.blocked())).with("accounts", v.accountIDs()...)
	}
	var result outcome
	for _, o := range v.single() {
		s := v.standing(o, true)
		if len(s.able) > 0 {
			continue
		}
		if open := errors.Join(unread, s.why()); open != nil {
			result.unclear(v.component(o), open)
			continue
		}
		result.failing = append(result.failing, v.component(o))
	}
	return result.verdict(Medium, say("If %s failed, no emergency account could sign in.", componentNames(result.failing)),
		say("Whatever one thing fails, an emergency account can still sign in."))
}

// verdict is that of an outcome. Only models of keys give it another severity.
func (o outcome) verdict(onlyModels Severity, failing, passing text.Text) verdict {
	switch {
	case len(o.failing)+len(o.open) == 0:
		return pass(passing)
	case len(o.failing) == 0:
		return unknown(o.why())
	}
	said := fail(failing).with("component", o.ids()...)
	if !slices.ContainsFunc(o.failing, func(c Component) bool { return c.Kind != "model" }) {
		said = said.as(onlyModels)
	}
	return said
}
