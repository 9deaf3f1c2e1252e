package checks

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// A Mark is what the first sign-in of a drill was made with: the key, as the log names it,
// and the address. What is not known is empty.
type Mark struct {
	Key     string `json:"key,omitempty"`
	Address string `json:"address,omitempty"`
}

// whole reports whether both are known.
func (m Mark) whole() bool { return m.Key != "" && m.Address != "" }

// MarkOf reads with which key, and from where, a person signed in. A key is a passkey or a
// certificate, and nothing else may have succeeded: a password beside it is another method.
func MarkOf(s tenant.SignIn) Mark {
	m := Mark{Address: addressOf(s)}
	person, err := s.IsInteractive.Get()
	if methods, known := proved(s); err == nil && person != nil && *person && known && len(methods) > 0 {
		m.Key = strings.Join(methods, " + ")
		if slices.ContainsFunc(methods, func(m string) bool { return !isKey(m) }) {
			m.Key = ""
		}
	}
	return m
}

// proved are the steps in which somebody proved who they are, each with what it was done
// with, in lower case and in order. A claim of an earlier proof is none. Known is false if
// the log leaves open whether there is another.
func proved(s tenant.SignIn) (methods []string, known bool) {
	details, err := s.AuthenticationDetails.Get()
	if err != nil { // v1.0 has none
		return nil, false
	}
	for _, d := range details {
		done, err := d.Succeeded.Get()
		if err != nil || done == nil {
			return nil, false
		}
		method, err := d.AuthenticationMethod.Get()
		switch {
		case !*done:
			continue
		case err != nil || method == nil || *method == "":
			return nil, false
		case strings.EqualFold(*method, previouslySatisfied):
			continue
		}
		name, err := d.AuthenticationMethodDetail.Get()
		if err != nil { // it may be any of the kind
			return nil, false
		}
		text := strings.ToLower(*method)
		if name != nil && *name != "" {
			text += " “" + strings.ToLower(*name) + "”"
		}
		methods = append(methods, text)
	}
	slices.Sort(methods)
	return slices.Compact(methods), true
}

// previouslySatisfied is the log's word for a step that rests on an earlier one.
const previouslySatisfied = "Previously satisfied"

// isKey reports whether a method, in lower case, is one of the keys that can lie in a safe.
// https://learn.microsoft.com/entra/identity/monitoring-health/concept-sign-in-log-activity-details
func isKey(method string) bool {
	return slices.ContainsFunc([]string{"passkey", "fido2", "x.509", "certificate"}, func(p string) bool { return strings.HasPrefix(method, p) })
}

// addressOf is from where somebody signed in, in one spelling; empty if that is not known.
func addressOf(s tenant.SignIn) string {
	text, err := s.IPAddress.Get()
	if err != nil || text == nil {
		return ""
	}
	a, err := netip.ParseAddr(*text)
	if err != nil || a.IsUnspecified() {
		return ""
	}
	return a.Unmap().String()
}

// A Part is what a successful sign-in has to do with the drills of its account.
type Part struct {
	Drill *Drill // that it lies in; nil if there is none
	Is    bool   // it is part of it
	mark  Mark   // of the drill
}

// Parts says of each successful sign-in of an account in which of its drills it lies, and
// whether it is part of it. The first one with a key, from an address that is known, is;
// so are others with that key from that address, and what rests on a session of theirs
// alone, from there. A drill that people were told of stays what they were told.
func Parts(drills []Drill, all []tenant.SignIn) []Part {
	parts := make([]Part, len(all))
	marks := map[*Drill]Mark{}
	for _, i := range oldestFirst(all) {
		d := drillAt(drills, all[i].CreatedDateTime)
		if d == nil {
			continue
		}
		own := MarkOf(all[i])
		switch {
		case d.Used != nil && d.Used.whole():
			marks[d] = *d.Used
		case marks[d] == Mark{} && own.whole():
			marks[d] = own
		}
		parts[i] = Part{Drill: d, Is: own.whole() && own == marks[d]}
	}
	sessions := sessionsOf(all, parts)
	for i, s := range all {
		p := &parts[i]
		if p.Drill == nil {
			continue
		}
		p.mark = marks[p.Drill]
		methods, known := proved(s)
		p.Is = p.Is || sessions[sessionOf(s)].drill == p.Drill && known && len(methods) == 0 && addressOf(s) == p.mark.Address
	}
	return parts
}

// oldestFirst is the order in which sign-ins happened.
func oldestFirst(all []tenant.SignIn) []int {
	order := make([]int, len(all))
	for i := range all {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(sinceWhen(all[a].CreatedDateTime).Compare(sinceWhen(all[b].CreatedDateTime)), cmp.Compare(all[a].ID, all[b].ID))
	})
	return order
}

// drillAt finds the drill that a time lies in; nil if there is none. Of several it is the
// one that began last, so that no time has two.
func drillAt(drills []Drill, at tenant.Fact[tenant.Time]) *Drill {
	t, err := at.Get()
	if err != nil {
		return nil // it may have been at any time
	}
	var found *Drill
	for i := range drills {
		d := &drills[i]
		if t.Before(d.From) || t.After(d.To) {
			continue
		}
		if found == nil || cmp.Or(found.From.Compare(d.From), cmp.Compare(d.By, found.By)) < 0 {
			found = d
		}
	}
	return found
}

// drillsOf are the drills of an account.
func (v view) drillsOf(u tenant.User) []Drill {
	upn, _ := u.UserPrincipalName.Get() // then the id must do
	var own []Drill
	for _, d := range v.settings.Past.Drills {
		if strings.EqualFold(d.Account, u.ID) || strings.EqualFold(d.Account, upn) {
			own = append(own, d)
		}
	}
	return own
}

// drill finds the drill of an account that a time lies in; nil if there is none.
func (v view) drill(u tenant.User, at tenant.Fact[tenant.Time]) *Drill {
	return drillAt(v.drillsOf(u), at)
}

// whyNot says why a sign-in is not part of the drill that it lies in; nothing if it lies in
// none.
func (p Part) whyNot(s tenant.SignIn) text.Text {
	if p.Drill == nil || p.Is {
		return text.Text{}
	}
	return say("The sign-in %s lies in the drill announced by %s, which does not excuse it: %s.", on(s.CreatedDateTime), p.Drill.By, p.other(s))
}

// other says in what a sign-in is unlike those of the drill.
func (p Part) other(s tenant.SignIn) text.Text {
	own := MarkOf(s)
	methods, known := proved(s)
	details, _ := s.AuthenticationDetails.Get() // unread: not known
	person, err := s.IsInteractive.Get()
	switch {
	case known && len(methods) == 0 && len(details) > 0:
		return say("it rests on an earlier sign-in that is not the drill's, or came from another address")
	case !known, len(methods) == 0, err != nil, person == nil:
		return say("the log does not tell with what it was made")
	case own.Key == "":
		return say("it was not made with a key alone")
	case own.Address == "":
		return say("the log does not tell from where it came")
	case own.Address != p.mark.Address:
		return say("it came from %s, and the drill from %s", own.Address, p.mark.Address)
	}
	return say("it was made with another key")
}
