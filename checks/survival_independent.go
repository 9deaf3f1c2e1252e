package checks

import (
	"errors"
	"slices"
)

var survivalIndependent = Check{
	ID:       "survival-independent",
	Title:    "What locks every other administrator out leaves an emergency account",
	Severity: High,
	Why: "An emergency account that depends on what the other administrators depend on is no second way in: the outage that makes it needed is the " +
		"outage that makes it useless.",
	Passes: "Whenever the failure of one component other than the authentication service stops every regular administrator who can sign in otherwise, at " +
		"least one account has a way in that does not need it. Not applicable where no regular administrator can sign in.",
	Remediation: "Find the component among what the emergency accounts need (the matrix of the report shows it), and give one of them a way in without it: " +
		"a FIDO2 security key of its own, in a place of its own.",
	References: []string{pageEmergencyAccess, pageResilience},
	evaluate:   perTenant(judgeSurvivalIndependent),
}

func judgeSurvivalIndependent(v view) verdict {
	unread := v.unreadAccounts()
	if len(v.accounts) == 0 && unread == nil {
		return fail(noSpareKey).with("tenant", v.tenantID()...)
	}
	passing := say("Whatever one thing stops every regular administrator, an emergency account can still sign in.")
	others := v.survives().Why()
	now := v.standing(v.survives().If(), false)
	if len(now.able) == 0 {
		open := errors.Join(unread, others, now.why())
		switch {
		case open == nil:
			return notApplicable("No regular administrator can sign in as things are.")
		case !slices.ContainsFunc(v.single(), func(o Outage) bool { return len(v.standing(o, true).able) == 0 }):
			return pass(passing) // whoever else can
		}
		return unknown(open)
	}
	var result outcome
	for _, o := range v.single() {
		accounts, regular := v.standing(o, true), v.standing(o, false)
		if len(accounts.able) > 0 || len(regular.able) > 0 && unread == nil { // one who could not be read may be that regular one
			continue
		}
		if open := errors.Join(unread, accounts.why(), others, regular.why()); open != nil {
			result.unclear(v.component(o), open)
			continue
		}
		result.failing = append(result.failing, v.component(o))
	}
	return result.verdict(High, say("If %s failed, neither a regular administrator nor an emergency account could sign in.", componentNames(result.failing)), passing)
}
