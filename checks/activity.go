package checks

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"breakglass/tenant"
)

// logDays is how long Microsoft keeps the sign-in log with a licence for it:
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention
const logDays = 30

// mostNamed is how many entries of a log a reason tells in full.
const mostNamed = 3

// Succeeded reports whether somebody got in: error code 0, or a sign-in that
// Graph gives no status.
func Succeeded(s tenant.SignIn) bool {
	code, known := codeOf(s)
	return known && code == 0
}

// codeOf is the error code of a sign-in; not known if Graph gives a status without one.
func codeOf(s tenant.SignIn) (int, bool) {
	status, err := s.Status.Get()
	switch {
	case err != nil:
		return 0, false
	case status == nil:
		return 0, true
	}
	code, err := status.ErrorCode.Get()
	if err != nil || code == nil {
		return 0, false
	}
	return *code, true
}

// MethodUsed says with what somebody signed in, in Microsoft's words: the methods that
// succeeded. It is empty where the log does not tell, as that of v1.0.
func MethodUsed(s tenant.SignIn) string {
	details, _ := s.AuthenticationDetails.Get() // v1.0 has none
	var methods []string
	for _, d := range details {
		method, err := d.AuthenticationMethod.Get()
		succeeded, _ := d.Succeeded.Get()
		if err == nil && method != nil && *method != "" && succeeded != nil && *succeeded && !slices.Contains(methods, *method) {
			methods = append(methods, *method)
		}
	}
	return strings.Join(methods, " + ")
}

// signedIn is when; the zero time if that is not known.
func signedIn(s tenant.SignIn) time.Time {
	at, _ := s.CreatedDateTime.Get()
	return at.UTC()
}

// uses are the successful sign-ins of an account that are known, the newest first: those
// of the log, and those that are remembered. The error says why there may be others.
func (v view) uses(u tenant.User) ([]tenant.SignIn, error) {
	log, err := v.SignInsOf(u.ID)
	all := slices.Clone(log)
	for _, s := range v.settings.Past.SignIns {
		if id, _ := s.UserID.Get(); strings.EqualFold(id, u.ID) {
			all = append(all, s)
		}
	}
	seen := map[string]bool{}
	all = slices.DeleteFunc(all, func(s tenant.SignIn) bool {
		again := seen[s.ID] && s.ID != ""
		seen[s.ID] = true
		return again || !Succeeded(s)
	})
	newestFirst(all)
	return all, err
}

func newestFirst(all []tenant.SignIn) {
	slices.SortStableFunc(all, func(a, b tenant.SignIn) int {
		return cmp.Or(signedIn(b).Compare(signedIn(a)), cmp.Compare(a.ID, b.ID))
	})
}

// drill finds the drill of an account that a time lies in; nil if there is none.
func (v view) drill(u tenant.User, at time.Time) *Drill {
	upn, _ := u.UserPrincipalName.Get() // then the id must do
	for _, d := range v.settings.Past.Drills {
		if !strings.EqualFold(d.Account, u.ID) && !strings.EqualFold(d.Account, upn) {
			continue
		}
		if !at.Before(d.From) && !at.After(d.To) {
			return &d
		}
	}
	return nil
}

// explained finds the acknowledgement of an account that covers a time; nil if there is
// none.
func (v view) explained(u tenant.User, at time.Time) *Acknowledgement {
	for _, a := range v.settings.Past.Acknowledged {
		if strings.EqualFold(a.Account, u.ID) && !at.After(a.Until) {
			return &a
		}
	}
	return nil
}

// logStart is since when the log was looked at.
func (v view) logStart() string {
	return v.CollectedAt.UTC().AddDate(0, 0, -logDays).Format(time.DateOnly)
}

// clock is a time of day for people, in UTC.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + " UTC" }
