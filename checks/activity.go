package checks

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"breakglass/tenant"
	"breakglass/text"
)

// logDays is how long Microsoft keeps the sign-in log with a licence for it:
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention
const logDays = 30

// mostNamed is how many entries of a log a reason tells in full.
const mostNamed = 3

// mostHappened bounds what a result holds of a log: who floods it pushes out neither what
// came first nor what came last.
func mostHappened(all []Happening) []Happening {
	if len(all) <= MostHappened {
		return all
	}
	return slices.Concat(all[:MostHappened/2], all[len(all)-MostHappened/2:])
}

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

// credentialsUsed are the account's credentials with which somebody signed in, as the log
// names them; none where it does not.
func credentialsUsed(s tenant.SignIn) []text.Text {
	details, _ := s.AuthenticationDetails.Get() // v1.0 has none
	var names []string
	var quoted []text.Text
	for _, d := range details {
		name, err := d.AuthenticationMethodDetail.Get()
		succeeded, _ := d.Succeeded.Get()
		if err == nil && name != nil && *name != "" && succeeded != nil && *succeeded && !slices.Contains(names, *name) {
			names, quoted = append(names, *name), append(quoted, say("“%s”", *name))
		}
	}
	return quoted
}

// MethodUsed says with what somebody signed in, in Microsoft's words: the methods that
// succeeded. It is empty where the log does not tell, as that of v1.0.
func MethodUsed(s tenant.SignIn) string { return strings.Join(succeeded(s), " + ") }

// succeeded are the methods that succeeded in a sign-in, in Microsoft's words, each once.
func succeeded(s tenant.SignIn) []string {
	details, _ := s.AuthenticationDetails.Get() // v1.0 has none
	var methods []string
	for _, d := range details {
		method, err := d.AuthenticationMethod.Get()
		succeeded, _ := d.Succeeded.Get()
		if err == nil && method != nil && *method != "" && succeeded != nil && *succeeded && !slices.Contains(methods, *method) {
			methods = append(methods, *method)
		}
	}
	return methods
}

// sinceWhen is a time to compare with; one that is not known comes last of all, so that
// it is named first.
func sinceWhen(at tenant.Fact[tenant.Time]) time.Time {
	t, err := at.Get()
	if err != nil {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return t.UTC()
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
	all = slices.DeleteFunc(all, func(s tenant.SignIn) bool { return !Succeeded(s) })
	all = once(all)
	newestFirst(all)
	return all, err
}

// evidenceOf names a sign-in in the evidence: by its id, or by its time where it has none.
func evidenceOf(s tenant.SignIn) string {
	at, err := s.CreatedDateTime.Get()
	switch {
	case s.ID != "":
		return s.ID
	case err == nil:
		return timestamp(at)
	}
	return unknownValue
}

// once leaves out what a list holds twice: the same entry, from two pages or from two looks.
// One without an id is the same if nothing about it differs.
func once(all []tenant.SignIn) []tenant.SignIn {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b tenant.SignIn) int { return cmp.Compare(a.ID, b.ID) })
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(s tenant.SignIn) bool {
		key := strings.ToLower(s.ID)
		if key == "" {
			data, _ := json.Marshal(s) // facts can always be written
			key = string(data)
		}
		again := seen[key]
		seen[key] = true
		return again
	})
}

func newestFirst(all []tenant.SignIn) {
	slices.SortStableFunc(all, func(a, b tenant.SignIn) int {
		return cmp.Or(sinceWhen(b.CreatedDateTime).Compare(sinceWhen(a.CreatedDateTime)), cmp.Compare(a.ID, b.ID))
	})
}

// explained finds the explanation of something that was done with an account, by its time and
// the name that it has in the evidence; of several the latest. It is nil if there is none, or
// the time is not known.
func (v view) explained(u tenant.User, at tenant.Fact[tenant.Time], event string) *Acknowledgement {
	t, err := at.Get()
	if err != nil {
		return nil
	}
	var found *Acknowledgement
	for _, a := range v.settings.Past.Acknowledged {
		if a.of(u.ID, t.Time) && a.covers(event) && (found == nil || cmp.Or(a.At.Compare(found.At), cmp.Compare(a.By, found.By)) > 0) {
			found = &a
		}
	}
	return found
}

// logStart is since when the log was looked at.
func (v view) logStart() text.Date { return text.Date(v.CollectedAt.AddDate(0, 0, -logDays)) }

// on says when something was, for people and in UTC.
func on(at tenant.Fact[tenant.Time]) text.Text {
	t, err := at.Get()
	if err != nil {
		return say("at a time that the log does not tell")
	}
	return say("on %s", text.Minute(t.Time))
}
