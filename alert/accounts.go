package alert

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/checks"
	"breakglass/tenant"
)

// Watched are the accounts under watch, by object id.
func (m *Memory) Watched() []checks.Account {
	if len(m.Accounts) > 0 || m.Report == nil && len(m.Declared) == 0 {
		return m.Accounts
	}
	// A memory of an earlier version: it has the accounts of its last report, and one for each
	// declaration. Of a group that is one of several.
	var all []checks.Account
	if m.Report != nil {
		all = slices.Clone(m.Report.Accounts)
	}
	for declared, id := range m.Declared {
		known := slices.ContainsFunc(all, func(a checks.Account) bool { return strings.EqualFold(a.ID, id) })
		switch {
		case known, id == "":
		case tenant.IsUserPrincipalName(declared):
			all = append(all, checks.Account{ID: id, Declared: declared})
		default:
			all = append(all, checks.Account{ID: id, Declared: id})
		}
	}
	sortAccounts(all)
	return all
}

func sortAccounts(all []checks.Account) {
	slices.SortFunc(all, func(a, b checks.Account) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Declared, b.Declared))
	})
}

// accounts brings up to date which accounts are under watch, and tells of those that are not
// declared any more, whatever role they have: to stop watching one in silence would be a way to
// attack it. An account that the report could not see stays.
func (o *observation) accounts() {
	var all []checks.Account
	listed := map[string]bool{}
	for _, a := range o.look.Report.Accounts {
		all, listed[strings.ToLower(a.ID)] = append(all, a), true
	}
	o.left = map[string]bool{}
	for _, a := range o.Watched() {
		switch {
		case listed[strings.ToLower(a.ID)]:
		case o.look.Report.Declares(a):
			all = append(all, a)
		default:
			o.left[a.ID] = true
			o.unwatched(a)
		}
	}
	sortAccounts(all)
	o.Accounts, o.Declared = all, nil
}

func (o *observation) unwatched(a checks.Account) {
	subject := checks.Subject{Type: checks.SubjectUser, ID: a.ID, Name: cmp.Or(a.UserPrincipalName, a.DisplayName, a.Declared)}
	o.events = append(o.events, Event{
		Kind: Unwatched, Key: checks.Key{Subject: a.ID}, Since: o.at,
		Before: checks.Unwatched(subject),
	})
}

// LeavesOut reports whether a report cannot tell of everybody who is declared who they are: then
// nobody asked for the logs of somebody. An account that goes by its object id is asked for.
func LeavesOut(r checks.Report) bool {
	return slices.ContainsFunc(r.Unresolved(), func(s checks.Subject) bool {
		return s.Type != checks.SubjectUser || tenant.IsUserPrincipalName(s.ID)
	})
}

// LeftOut reports whether the last report left somebody out.
func (m *Memory) LeftOut() bool { return m.Report != nil && LeavesOut(*m.Report) }
