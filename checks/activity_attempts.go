package checks

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"breakglass/tenant"
)

// ManyAttempts in a day are no mistyped password any more.
const ManyAttempts = 10

var activityAttempts = Check{
	ID:       "activity-attempts",
	Title:    "Nobody tries to sign in with the account",
	Severity: Medium,
	Lags:     true,
	Why: "An account that nobody uses has no failed sign-ins, except those of somebody who tries the door. " +
		"Too many of them also lock it, just when it may be needed.",
	Passes: "No failed sign-in is in the log, other than in an announced drill or explained by `breakglass acknowledge`. A step that a successful sign-in went on from is no failure. " +
		"From ten in a day (UTC) it is high.",
	Remediation: "Find out from where (Microsoft Entra admin center > Users > the account > Sign-in logs). Keys cannot be guessed; a password can: make it long and random. " +
		"When you know what it was: breakglass acknowledge.",
	References: []string{pageEmergencyAccess, pageSignInLogs},
	evaluate: perAccount(func(v view, u tenant.User) verdict {
		log, err := v.SignInsOf(u.ID)
		if attempts := v.attempts(u, log); len(attempts) > 0 {
			return attempted(attempts)
		}
		if err := errors.Join(err, v.FailedSignInsOf(u.ID)); err != nil {
			return unknown(err)
		}
		return pass("No failed sign-in is in the log since " + v.logStart() + ".")
	}),
}

// attempts are the failed sign-ins that nothing explains, the newest first.
func (v view) attempts(u tenant.User, log []tenant.SignIn) []tenant.SignIn {
	went := map[string]bool{} // on to a success
	for _, s := range log {
		if id, err := s.CorrelationID.Get(); err == nil && id != nil && Succeeded(s) {
			went[*id] = true
		}
	}
	var all []tenant.SignIn
	for _, s := range log {
		id, err := s.CorrelationID.Get()
		if Succeeded(s) || err == nil && id != nil && went[*id] {
			continue
		}
		if !v.excused(u, s) {
			all = append(all, s)
		}
	}
	newestFirst(all)
	return all
}

// attempted words the attempts. The evidence holds days and codes, not each attempt: an
// attack is one finding and not one each minute.
func attempted(attempts []tenant.SignIn) verdict {
	perDay, perCode := map[string]int{}, map[string]int{}
	var days, codes []string
	for _, s := range attempts {
		day, code := "unknown", "unknown"
		if at, err := s.CreatedDateTime.Get(); err == nil {
			day = at.UTC().Format(time.DateOnly)
		}
		if n, known := codeOf(s); known {
			code = strconv.Itoa(n)
		}
		days, codes = append(days, day), append(codes, code)
		perDay[day]++
		perCode[code]++
	}
	days, codes = sorted(days), sorted(codes)
	slices.SortStableFunc(codes, func(a, b string) int { return perCode[b] - perCode[a] })
	var why []string
	for _, code := range codes[:min(len(codes), mostNamed)] {
		why = append(why, fmt.Sprintf("%s (%d)", meaningOf(code), perCode[code]))
	}
	times := "once"
	if n := len(attempts); n > 1 {
		times = fmt.Sprintf("%d times", n)
	}
	when := onDays(days)
	said := fail("A sign-in failed "+times+" "+when+": "+strings.Join(why, ", ")+".").with("days", days...).with("errorCodes", sorted(codes)...)
	for _, n := range perDay {
		if n >= ManyAttempts {
			return said.as(High)
		}
	}
	return said
}

// onDays says on which days, which are in order; an unknown one comes last.
func onDays(days []string) string {
	last := len(days) - 1
	switch {
	case days[last] == "unknown" && last == 0:
		return "at a time that the log does not tell"
	case days[last] == "unknown":
		return onDays(days[:last]) + " and at a time that the log does not tell"
	case last == 0:
		return "on " + days[0]
	}
	return "from " + days[0] + " to " + days[last]
}

// meaningOf says what Microsoft's code of a failed sign-in means:
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func meaningOf(code string) string {
	meanings := map[string]string{
		"50126":   "a wrong password",
		"50053":   "the account is locked, or the address is known for attacks",
		"50057":   "the account is disabled",
		"50055":   "the password has expired",
		"50074":   "a second factor was asked for",
		"50076":   "a second factor was asked for",
		"50072":   "a second factor was to be registered",
		"50079":   "a second factor was to be registered",
		"500121":  "the second factor failed",
		"53003":   "a Conditional Access policy blocked it",
		"53000":   "the device is not compliant",
		"53001":   "the device is not joined",
		"135004":  "the passkey could not be verified",
		"135011":  "the device is disabled",
		"50034":   "the account was not found",
		"50140":   "the sign-in was interrupted",
		"unknown": "for a reason that the log does not tell",
	}
	if text, ok := meanings[code]; ok {
		return text
	}
	return "error " + code
}
