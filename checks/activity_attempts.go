package checks

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"breakglass/tenant"
	"breakglass/text"
)

// ManyAttempts in a day are no mistyped password any more.
const ManyAttempts = 10

var activityAttempts = Check{
	ID:       "activity-attempts",
	Title:    "Nobody tries to sign in with the account",
	Severity: Medium,
	Lags:     true,
	Tells:    Attempted,
	Why: "An account that nobody uses has no failed sign-ins, except those of somebody who tries the door. " +
		"Too many of them also lock it, just when it may be needed.",
	Passes: "No failed sign-in is in the log, other than those that somebody explained by `breakglass acknowledge`. An announced drill excuses none. A step that a successful sign-in went on from is no failure, " +
		"nor is one that everybody makes, such as the question whether to stay signed in. From ten in a day (UTC), or with the right password, it is high. " +
		"One that a policy stopped is critical: somebody needed the account and was not let in.",
	Remediation: "Find out from where (Microsoft Entra admin center > Users > the account > Sign-in logs). Keys cannot be guessed; a password can: make it long and random. " +
		"When you know what it was: breakglass acknowledge.",
	References: []string{pageEmergencyAccess, pageSignInLogs},
	evaluate: perLog(func(v view, u tenant.User) verdict {
		log, err := v.SignInsOf(u.ID)
		if attempts := v.attempts(u, log); len(attempts) > 0 {
			said := v.attempted(u, attempts)
			if err := errors.Join(err, v.FailedSignInsOf(u.ID)); err != nil && said.severity < High {
				said = said.as(High) // how many there are is not known
			}
			return said
		}
		unclear := v.unclear(u) // a policy may have stopped it
		if err := errors.Join(err, v.FailedSignInsOf(u.ID), unclear.err); err != nil {
			return unknown(err).with("signIns", unclear.ids...)
		}
		return pass(say("No failed sign-in is in the log since %s.", v.logStart()))
	}),
}

// attempts are the failed sign-ins that nobody explained, each once, the newest first.
func (v view) attempts(u tenant.User, log []tenant.SignIn) []tenant.SignIn {
	all := failed(log)
	newestFirst(all)
	explained := map[int]bool{}
	for _, a := range v.settings.Past.Acknowledged {
		left := maps.Clone(a.Attempts)
		for i, s := range slices.Backward(all) { // people heard of the oldest
			at, err := s.CreatedDateTime.Get()
			if err != nil || !a.of(u.ID, at.Time) {
				continue
			}
			kind := kindOf(s)
			if !a.Listed || left[kind] > 0 {
				explained[i] = true
			}
			if left[kind] > 0 {
				left[kind]--
			}
		}
	}
	var open []tenant.SignIn
	for i, s := range all {
		if !explained[i] {
			open = append(open, s)
		}
	}
	return open
}

// failed are the failed attempts in an account's log, each once: steps that a success went on
// from are none.
func failed(log []tenant.SignIn) []tenant.SignIn {
	went := map[string]time.Time{} // on to a success, the last of several
	for _, s := range log {
		if id := correlationOf(s); id != "" && Succeeded(s) {
			if at, err := s.CreatedDateTime.Get(); err == nil && at.After(went[id]) {
				went[id] = at.Time
			}
		}
	}
	return slices.DeleteFunc(once(log), func(s tenant.SignIn) bool {
		on, ok := went[correlationOf(s)]
		_, attempt := Attempt(s)
		return !attempt || ok && !sinceWhen(s.CreatedDateTime).After(on)
	})
}

// AttemptsOf counts the failed attempts in an account's log by what people are told of them:
// the day, the code and how bad they are.
func AttemptsOf(log []tenant.SignIn) map[string]int {
	counts := map[string]int{}
	for _, s := range failed(log) {
		counts[kindOf(s)]++
	}
	return counts
}

// kindOf is the kind of a failed attempt in AttemptsOf.
func kindOf(s tenant.SignIn) string {
	day, code := dayAndCode(s)
	severity, _ := Attempt(s)
	return day + "/" + code + "/" + severity.String()
}

// correlationOf is what the steps of one way in have in common; nothing if that is not known.
func correlationOf(s tenant.SignIn) string {
	id, err := s.CorrelationID.Get()
	if err != nil || id == nil {
		return ""
	}
	return strings.ToLower(*id)
}

// unknownValue stands in the evidence for what the log does not tell.
const unknownValue = "unknown"

// attempted words the attempts. The evidence holds days, codes and the first attempt of each
// day with each code, not every attempt: an attack is one finding and not one each minute.
func (v view) attempted(u tenant.User, attempts []tenant.SignIn) verdict {
	perDay, perCode, numbers := map[string]int{}, map[string]int{}, map[string]int{}
	firsts, worst := map[string]string{}, map[string]Severity{} // by day and code, by code
	var days, codes, ids []string
	for _, s := range attempts { // the newest first, so that the oldest of a kind is kept
		day, code := dayAndCode(s)
		if n, known := codeOf(s); known {
			numbers[code] = n
		}
		days, codes = append(days, day), append(codes, code)
		firsts[day+" "+code] = evidenceOf(s)
		perDay[day]++
		perCode[code]++
		severity, _ := Attempt(s)
		worst[code] = max(worst[code], severity)
	}
	for _, id := range firsts {
		ids = append(ids, id)
	}
	days, codes = sorted(days), sorted(codes)
	slices.SortStableFunc(codes, func(a, b string) int { return cmp.Or(int(worst[b]-worst[a]), perCode[b]-perCode[a]) })
	var why []text.Text
	for _, code := range codes[:min(len(codes), mostNamed)] {
		why = append(why, say("%s (%d)", meaningOf(code, numbers[code]), perCode[code]))
	}
	said := v.decisive(u, attempts)
	said.reason = text.Sentences(text.Count(len(attempts), "A sign-in failed once %[2]s: %[3]s.", "A sign-in failed %d times %s: %s.",
		onDays(days), text.Join(text.Comma, why)), said.reason)
	if d := v.drill(u, attempts[0].CreatedDateTime); d != nil && said.severity < Critical {
		said.reason = text.Sentences(said.reason, say("The last one lies in the drill announced by %s, which excuses no failed sign-in.", d.By))
	}
	for day, n := range perDay {
		if day != unknownValue {
			n += perDay[unknownValue] // they may be of this day too
		}
		if n >= ManyAttempts {
			said.severity = max(said.severity, High)
		}
	}
	return said.with("days", days...).with("errorCodes", sorted(codes)...).with("signIns", sorted(ids)...)
}

// dayAndCode are the UTC day and the code of a failed sign-in, for the evidence.
func dayAndCode(s tenant.SignIn) (day, code string) {
	day, code = unknownValue, unknownValue
	if at, err := s.CreatedDateTime.Get(); err == nil {
		day = at.UTC().Format(time.DateOnly)
	}
	if n, known := codeOf(s); known {
		code = strconv.Itoa(n)
	}
	return day, code
}

// decisive says what the worst of the attempts, which are the newest first, shows, and what
// to do about it.
func (v view) decisive(u tenant.User, attempts []tenant.SignIn) verdict {
	said := fail("").as(Medium)
	for _, s := range attempts {
		severity, _ := Attempt(s)
		if severity <= said.severity {
			continue
		}
		said = fail("").as(severity)
		how := accepted(s)
		switch d := v.drill(u, s.CreatedDateTime); {
		case severity == Critical && d != nil:
			said.reason = say("The drill announced by %s on %s failed: a policy did not let the account in.", d.By, text.Date(sinceWhen(s.CreatedDateTime)))
		case severity == Critical:
			said.reason = say("Somebody needed the account, and a policy did not let it in.")
		case how == acceptedOther:
			said.reason = say("The first factor was accepted: %s.", text.Join(text.Plus, succeeded(s)))
		default:
			said.reason = say("The password is right.")
		}
		said.remediation = remediationOf(severity, how)
	}
	return said
}

// remediationOf is what to do about an attempt that got further than most.
func remediationOf(severity Severity, how acceptance) string {
	switch {
	case severity == Critical:
		return "Find the policy (Microsoft Entra admin center > Users > the account > Sign-in logs > the entry > Conditional Access) and exclude the account from it: until then nobody gets in with it. " +
			"If nobody of yours tried, change its password today, for whoever did got past it. When you know what it was: breakglass acknowledge."
	case how == acceptedPassword:
		return "Change the account's password today, to a long random one: somebody has it. Then find out from where they tried (Microsoft Entra admin center > Users > the account > Sign-in logs), " +
			"and whether it was used elsewhere. When you know what it was: breakglass acknowledge."
	}
	return "Find out who has what was accepted, and from where they tried (Microsoft Entra admin center > Users > the account > Sign-in logs). If nobody of yours tried, replace it today and revoke the account's sessions. " +
		"When you know what it was: breakglass acknowledge."
}

// onDays says on which days, which are in order; an unknown one comes last.
func onDays(days []string) text.Text {
	last := len(days) - 1
	switch {
	case days[last] == unknownValue && last == 0:
		return say("at a time that the log does not tell")
	case days[last] == unknownValue:
		return say("%s and at a time that the log does not tell", onDays(days[:last]))
	case last == 0:
		return say("on %s", dateOf(days[0]))
	}
	return say("from %s to %s", dateOf(days[0]), dateOf(days[last]))
}

// dateOf reads a day of dayAndCode.
func dateOf(day string) text.Date {
	at, _ := time.Parse(time.DateOnly, day) // it was written so
	return text.Date(at)
}
