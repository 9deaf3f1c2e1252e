package signin

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"breakglass/tenant"
)

// Keeping says where a key is and who can fetch it.
type Keeping struct {
	Account    string // a user principal name or an object id, in any case
	Credential string // its display name or id
	Place      string
	Custodians []string
}

// SameLabel reports whether two labels that an operator wrote down mean the same person,
// or the same place: case and blanks do not tell them apart.
func SameLabel(a, b string) bool { return labelKey(a) == labelKey(b) }

func labelKey(label string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, label))
}

// People returns the people that a list names, each once and in order.
func People(names []string) []string {
	var people []string
	for _, name := range slices.Sorted(slices.Values(names)) {
		name = strings.TrimSpace(name)
		if name != "" && !slices.ContainsFunc(people, func(p string) bool { return SameLabel(p, name) }) {
			people = append(people, name)
		}
	}
	return people
}

// Owned reports whether something that names an account by its user principal name or its
// object id, in any case, is about a user. The error says that it cannot be told.
func Owned(account string, u tenant.User) (bool, error) {
	if strings.EqualFold(account, u.ID) {
		return true, nil
	}
	upn, err := u.UserPrincipalName.Get()
	if err != nil && !tenant.IsUserPrincipalName(account) {
		return false, nil //nolint:nilerr // it is the id of somebody else
	}
	return err == nil && strings.EqualFold(account, upn), err
}

// kept returns what it takes to fetch a key: its place, and the only person who can.
// The error says that it cannot be told which entry of custody is the key's.
func (m model) kept(u tenant.User, registered tenant.Method) ([]Component, error) {
	_, nameErr := registered.DisplayName.Get()
	var open error
	var byID, byName *Keeping
	for i, k := range m.circumstances.Keepings {
		own, err := Owned(k.Account, u)
		open = join(open, err)
		switch {
		case !own:
		case registered.ID != "" && strings.EqualFold(k.Credential, registered.ID):
			byID = cmp.Or(byID, &m.circumstances.Keepings[i])
		case strings.EqualFold(k.Credential, registered.Label()):
			byName = cmp.Or(byName, &m.circumstances.Keepings[i])
		case registered.ID == "" || nameErr != nil:
			open = join(open, Doubting(say("which entry of custody is a key's cannot be told, for its id or its name is not known"), "methods", cmp.Or(registered.ID, u.ID)))
		}
	}
	entry := cmp.Or(byID, byName)
	if entry == nil {
		return nil, open
	}
	var needs []Component
	if place := m.spelled(entry.Place); place != "" {
		needs = append(needs, component("place:"+place, "place", say(called, place)))
	}
	if people := People(entry.Custodians); len(people) == 1 {
		person := m.spelled(people[0])
		needs = append(needs, component("custodian:"+person, "person", say(called, person)))
	}
	return needs, nil
}

// spelled returns the one spelling that all of custody's spellings of a label go by: the
// first in order. What is the same place or person is then one component.
func (m model) spelled(label string) string {
	label = strings.TrimSpace(label)
	for _, k := range m.circumstances.Keepings {
		for _, other := range append(slices.Clone(k.Custodians), k.Place) {
			if other = strings.TrimSpace(other); SameLabel(other, label) && other < label {
				label = other
			}
		}
	}
	return label
}
