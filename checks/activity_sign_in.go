package checks

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"breakglass/tenant"
)

var activitySignIn = Check{
	ID:       "activity-sign-in",
	Title:    "Nobody signed in with the account, other than in a drill",
	Severity: Critical,
	Lags:     true,
	Why: "The account is for the day when nothing else works. A sign-in on any other day is a drill, or somebody who should not have the key. " +
		"Whoever gets in is Global Administrator.",
	Passes: "No successful sign-in, interactive or not, lies outside an announced drill since the last one that somebody explained. " +
		"What was seen is remembered when the log forgets it after 30 days.",
	Remediation: "Ask everybody who can fetch a key who used it. If nobody did, treat it as an attack: end the account's sessions, change its password, replace its keys, and look in the audit log for what was done. " +
		"Then say what it was: breakglass acknowledge --account ACCOUNT --as drill, emergency or misuse.",
	References: []string{pageEmergencyAccess, pageSignInLogs},
	evaluate: perAccount(func(v view, u tenant.User) verdict {
		all, err := v.uses(u)
		unclear := v.unclear(u, func(s tenant.SignIn) bool { return v.excused(u, s) })
		err = errors.Join(err, v.settings.Past.Err, unclear.err)
		var alarms []tenant.SignIn
		var drilled, told []string
		for _, s := range all {
			if d := v.drill(u, s.CreatedDateTime); d != nil {
				drilled = append(drilled, fmt.Sprintf("a drill announced by %s on %s", d.By, sinceWhen(s.CreatedDateTime).Format(time.DateOnly)))
			} else if a := v.explained(u, s.CreatedDateTime); a != nil {
				told = append(told, fmt.Sprintf("what %s explained as %s", a.By, a.As))
			} else {
				alarms = append(alarms, s)
			}
		}
		switch {
		case len(alarms) > 0:
			return alarmed(alarms)
		case err != nil:
			return unknown(err).with("signIns", unclear.ids...)
		}
		reason := "No sign-in is in the log since " + v.logStart()
		switch {
		case len(drilled) > 0:
			reason += ", except in " + drilled[0]
		case len(told) > 0:
			reason += ", except " + told[0]
		}
		return pass(reason + ".")
	}),
}

// A doubt is about sign-ins of which the log does not tell whether they succeeded.
type doubt struct {
	ids []string // for the evidence, in order
	err error    // names the newest
}

// unclear are the doubts about an account's sign-ins, but for those that are excused.
func (v view) unclear(u tenant.User, excused func(tenant.SignIn) bool) doubt {
	log, _ := v.SignInsOf(u.ID) // unread: uses says so
	log = once(log)
	newestFirst(log)
	var found doubt
	for _, s := range log {
		if _, known := codeOf(s); known || excused(s) {
			continue
		}
		found.ids = append(found.ids, evidenceOf(s))
		if found.err == nil {
			found.err = fmt.Errorf("whether the sign-in %s succeeded cannot be told", on(s.CreatedDateTime))
		}
	}
	found.ids = sorted(found.ids)
	return found
}

// alarmed words the sign-ins that nobody has explained, the newest first.
func alarmed(alarms []tenant.SignIn) verdict {
	var words, ids, times []string
	for i, s := range alarms {
		ids = append(ids, evidenceOf(s))
		if at, err := s.CreatedDateTime.Get(); err == nil {
			times = append(times, timestamp(at))
		}
		if i < mostNamed {
			words = append(words, on(s.CreatedDateTime)+howSignedIn(s))
		}
	}
	reason := "Somebody signed in " + strings.Join(words, "; ")
	if more := len(alarms) - mostNamed; more > 0 {
		reason += fmt.Sprintf("; and %d times before that", more)
	}
	return fail(reason+".").with("signIns", sorted(ids)...).with("createdDateTime", sorted(times)...)
}

// howSignedIn says with what and where.
func howSignedIn(s tenant.SignIn) string {
	words := ""
	if method := MethodUsed(s); method != "" {
		words += " with " + method
		if name := credentialUsed(s); name != "" {
			words += " (" + name + ")"
		}
	}
	if name, err := s.AppDisplayName.Get(); err == nil && name != nil && *name != "" {
		words += " at “" + *name + "”"
	}
	if interactive, err := s.IsInteractive.Get(); err == nil && interactive != nil && !*interactive {
		words += " (without a person)"
	}
	return words
}
