package checks

import (
	"slices"
	"strings"
	"sync"

	"breakglass/tenant"
	"breakglass/text"
)

// A signInOutcome is what the code of a failed sign-in says of it.
type signInOutcome int

// The outcomes.
const (
	outcomeOther   signInOutcome = iota // an attempt, of which the code says no more; what the program does not know
	outcomeNothing                      // a step that everybody makes, or a session that ended: no attempt
	outcomeWrong                        // the password is wrong
	outcomeRight                        // the password is right: what failed comes after it
	outcomeBlocked                      // a policy stopped it, after the password or the key
	outcomeAccount                      // of the account as it is: locked, disabled, not there
	outcomeKey                          // a key, a certificate or a device did not prove itself
	outcomeConsent                      // somebody got as far as the question whether an application may
)

// A signInCode is a code and what it says, in words; without them it is told by its number.
type signInCode struct {
	code  int
	says  signInOutcome
	words text.Text
}

// signInCodes are the codes that say something. Microsoft's list warns that codes change:
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
// 500121 and 135004 are in https://learn.microsoft.com/entra/architecture/security-operations-user-accounts
// and in the log's own words. That a code comes only after the right password is seen by
// those who try passwords: https://github.com/dafthack/MSOLSpray/issues/5
func signInCodes() []signInCode {
	return []signInCode{
		{50074, outcomeRight, say("a second factor was asked for")},
		{50076, outcomeRight, say("a second factor was asked for")},
		{50072, outcomeRight, say("a second factor was to be registered")},
		{50079, outcomeRight, say("a second factor was to be registered")},
		{500121, outcomeRight, say("the second factor failed")},
		{50086, outcomeRight, say("the second factor could not be asked for")},
		{50087, outcomeRight, say("the second factor could not be asked for")},
		{50088, outcomeRight, say("the second factor could not be asked for")},
		{50158, outcomeRight, say("a second factor of another provider was asked for")},
		{50159, outcomeRight, say("a second factor of another provider was asked for")},
		{50161, outcomeRight, say("a second factor of another provider was asked for")},
		{50166, outcomeRight, say("a second factor of another provider was asked for")},
		{50170, outcomeRight, say("a second factor of another provider was asked for")},
		{50172, outcomeRight, say("a second factor of another provider was asked for")},
		{50176, outcomeRight, say("a second factor of another provider was asked for")},
		{50055, outcomeRight, say("the password has expired")},
		{50144, outcomeRight, say("the password has expired")},
		{50125, outcomeRight, say("the password was to be reset")},
		{50135, outcomeRight, say("the password was to be changed because of a risk")},
		{50137, outcomeRight, say("the password was to be changed because of a rule")},
		{50142, outcomeRight, say("the password was to be changed because of a rule")},
		{50105, outcomeRight, say("the account is not assigned to the application")},

		{53003, outcomeBlocked, say("a Conditional Access policy blocked it")},
		{53000, outcomeBlocked, say("the device is not compliant")},
		{53001, outcomeBlocked, say("the device is not joined")},
		{53002, outcomeBlocked, say("the app is not an approved one")},
		{53004, outcomeBlocked, say("a policy kept it from registering a second factor")},
		{53010, outcomeBlocked, say("a policy kept it from registering a second factor")},
		{53011, outcomeBlocked, say("it was blocked for a risk in the home tenant")},
		{530034, outcomeBlocked, say("it was blocked for a risk in the home tenant")},
		{530032, outcomeBlocked, say("a security policy of the tenant blocked it")},
		{530035, outcomeBlocked, say("the security defaults blocked it")},
		{50005, outcomeBlocked, say("a Conditional Access policy does not allow the platform")},
		{50131, outcomeBlocked, say("a Conditional Access policy refused it, or it looked suspicious")},

		{50140, outcomeNothing, text.Text{}}, // stay signed in?
		{50199, outcomeNothing, text.Text{}}, // is this the app that you mean?
		{50058, outcomeNothing, text.Text{}}, // nobody is signed in yet
		{50168, outcomeNothing, text.Text{}}, // the browser tries single sign-on
		{16000, outcomeNothing, text.Text{}}, // choose an account
		{16001, outcomeNothing, text.Text{}},
		{16002, outcomeNothing, text.Text{}},
		{160021, outcomeNothing, text.Text{}},
		{16003, outcomeNothing, text.Text{}},
		{50089, outcomeNothing, text.Text{}}, // a session or a token ended
		{50132, outcomeNothing, text.Text{}},
		{50133, outcomeNothing, text.Text{}},
		{50173, outcomeNothing, text.Text{}},
		{70008, outcomeNothing, text.Text{}},
		{700082, outcomeNothing, text.Text{}},
		{700084, outcomeNothing, text.Text{}},
		{70043, outcomeNothing, text.Text{}},
		{70044, outcomeNothing, text.Text{}},

		{50126, outcomeWrong, say("a wrong password")},
		{120000, outcomeWrong, say("a wrong password")}, // when it was to be changed
		{50064, outcomeOther, say("the password could not be checked")},
		{80001, outcomeOther, say("the password could not be checked")},
		{80002, outcomeOther, say("the password could not be checked")},
		{80005, outcomeOther, say("the password could not be checked")},
		{80007, outcomeOther, say("the password could not be checked")},
		{80010, outcomeOther, say("the password could not be checked")},
		{80013, outcomeOther, say("the password could not be checked")},
		{80014, outcomeOther, say("the password could not be checked")},

		{50053, outcomeAccount, say("the account is locked, or the address is known for attacks")},
		{50057, outcomeAccount, say("the account is disabled")},
		{50034, outcomeAccount, say("the account was not found")},
		{51004, outcomeAccount, say("the account was not found")},
		{50056, outcomeAccount, say("the account has no password")},

		{135004, outcomeKey, say("the passkey could not be verified")},
		{135010, outcomeKey, say("the key was not found")},
		{130004, outcomeKey, say("the key was not found")},
		{130006, outcomeKey, say("the key was not found")},
		{130005, outcomeKey, say("the signature of the key was wrong")},
		{50141, outcomeKey, say("the key is another user's")},
		{135011, outcomeKey, say("the device is disabled")},
		{130007, outcomeKey, say("the device is disabled")},
		{130008, outcomeKey, say("the device was not found")},
		{50155, outcomeKey, say("the device could not prove itself")},
		{50187, outcomeKey, say("the device could not prove itself")},
		{50097, outcomeKey, say("the device was asked to prove itself")}, // also a plain step of a device's sign-in
		{50129, outcomeKey, say("the device was to be joined")},
		{50012, outcomeKey, say("the certificate could not be verified")},
		{50017, outcomeKey, say("the certificate could not be verified")},
		{50192, outcomeKey, say("no certificate was sent")},
		{220501, outcomeKey, say("the certificate revocation list could not be fetched")},

		{65001, outcomeConsent, say("an application asked for a consent that nobody gave")},
		{65004, outcomeConsent, say("consent to an application was declined")},
		{90008, outcomeConsent, say("an application asked for a consent that nobody gave")},
		{90094, outcomeConsent, say("an application asked for an administrator's consent")},
		{90095, outcomeConsent, say("an application asked for an administrator's consent")},
	}
}

// byCode finds a code that says something.
var byCode = sync.OnceValue(func() map[int]signInCode {
	all := map[int]signInCode{}
	for _, c := range signInCodes() {
		all[c.code] = c
	}
	return all
})

// Attempt reports whether a sign-in is a failed attempt, by itself, and how bad that is. A
// policy that stopped it is critical, a right password high, anything else medium; what
// the program does not know is an attempt, and what means nothing is none.
func Attempt(s tenant.SignIn) (Severity, bool) {
	if Succeeded(s) {
		return 0, false
	}
	code, known := codeOf(s)
	if !known {
		return Medium, true
	}
	switch says := byCode()[code].says; {
	case says == outcomeNothing:
		return 0, false
	case says == outcomeBlocked:
		return Critical, true
	case accepted(s) != notAccepted:
		return High, true
	}
	return Medium, true
}

// An acceptance says whether the first factor of a failed sign-in was accepted.
type acceptance int

// The acceptances.
const (
	notAccepted   acceptance = iota
	acceptedOther            // another than the password
	acceptedPassword
)

// accepted says whether the first factor was accepted: by the steps that the log tells of,
// else by the code. Where no person took part the first factor may be a token.
func accepted(s tenant.SignIn) acceptance {
	if interactive, err := s.IsInteractive.Get(); err == nil && interactive != nil && !*interactive {
		return notAccepted
	}
	methods := succeeded(s)
	right := false
	if code, known := codeOf(s); known {
		right = byCode()[code].says == outcomeRight
	}
	switch {
	case slices.ContainsFunc(methods, func(m string) bool { return strings.HasPrefix(strings.ToLower(m), "password") && !passwordless(m) }):
		return acceptedPassword
	case right && len(methods) > 0:
		return acceptedOther
	case right:
		return acceptedPassword
	}
	return notAccepted
}

func passwordless(method string) bool {
	return strings.HasPrefix(strings.ToLower(method), "passwordless")
}

// meaningOf says what the code of a failed sign-in means, in words; “unknown” is one that
// the log does not tell.
func meaningOf(code string, number int) text.Text {
	if code == unknownValue {
		return say("for a reason that the log does not tell")
	}
	if words := byCode()[number].words; !words.IsZero() {
		return words
	}
	return say("error %s", code)
}
