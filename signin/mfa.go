package signin

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"breakglass/tenant"
)

// MFA says whether a user has a way in that is multifactor authentication, whatever
// policies demand and whatever role the user holds: one method that is enough alone, or
// a first and a second. A Temporary Access Pass does not count, as it ends, and a QR code
// and an email never do.
type MFA struct {
	With    []string // the ways, as Path.Method, each once and in order
	Blocked []Block  // registered methods that make none, and why
}

// Ready reports whether there is a way.
func (m MFA) Ready() bool { return len(m.With) > 0 }

// MFAReady says with what the user can do multifactor authentication at the given time,
// from a computer of the organisation. The error says what is missing to tell, if no way
// is known.
// https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication
func MFAReady(s tenant.Snapshot, u tenant.User, now time.Time) (MFA, error) {
	m := model{snapshot: s, circumstances: Circumstances{Dependencies: Dependencies(), Now: now}, mandatoryMFA: true, lasting: true}
	w := m.waysOf(u, Usual)
	var result MFA
	for _, p := range combine(slices.Concat(w.usable, w.bare), true) {
		result.With = append(result.With, p.Method)
	}
	slices.Sort(result.With)
	if result.With = slices.Compact(result.With); result.Ready() {
		return result, nil
	}
	result.Blocked = slices.DeleteFunc(slices.Concat(w.blocked, w.lonely()), func(b Block) bool { return isFirst(b.Method) })
	slices.SortFunc(result.Blocked, func(a, b Block) int {
		return cmp.Or(strings.Compare(a.Method, b.Method), strings.Compare(a.Why, b.Why))
	})
	result.Blocked = slices.CompactFunc(result.Blocked, sameBlock)
	return result, join(w.open, w.openMFA)
}

// isFirst reports whether a method is a first factor only.
func isFirst(method string) bool {
	return slices.ContainsFunc(Dependencies(), func(d Dependency) bool { return d.Method == method && d.As == First })
}
