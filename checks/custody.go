package checks

import (
	"errors"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

// noCustody is said where the operator declared nothing about custody.
const noCustody = "No custody is declared in breakglass.yaml."

// perCustodian asks the question of every emergency account, where custody is declared.
func perCustodian(judge func(view, tenant.User) verdict) func(view) []finding {
	return func(v view) []finding {
		if len(v.settings.Custody) > 0 {
			return perAccount(judge)(v)
		}
		findings := make([]finding, 0, len(v.accounts))
		for _, a := range v.accounts {
			findings = append(findings, finding{subject: a.subject(), verdict: notApplicable(noCustody)})
		}
		return findings
	}
}

// A key is a registered credential that is kept somewhere: a passkey or a certificate.
type key struct {
	id, name string
	usable   bool
	open     error // why it cannot be told whether it is usable
	unnamed  error // why its name is not known
}

// is reports whether a custody entry is about the key, by its id or its name.
func (k key) is(c Custody) bool {
	return strings.EqualFold(c.Credential, k.id) || strings.EqualFold(c.Credential, k.name)
}

// keysOf returns the keys that an account has registered. The error says which others
// it may have. A certificate that is bound to the account goes by the name
// "certificate", as Graph gives it none.
func (v view) keysOf(u tenant.User) ([]key, error) {
	methods, open := signin.Registered(u)
	open = errors.Join(open, signin.UnknownTypes(methods))
	var keys []key
	for _, m := range passkeys(methods) {
		if m.ID == "" { // what custody calls by an id may be it
			open = errors.Join(open, withoutID(u))
			continue
		}
		stopped, err := signin.PasskeyStopped(v.Snapshot, u, m)
		_, unnamed := m.DisplayName.Get()
		keys = append(keys, key{id: m.ID, name: m.Label(), usable: err == nil && stopped.IsZero(), open: err, unnamed: unnamed})
	}
	bound, err := certificateBound(u)
	open = errors.Join(open, err)
	if bound {
		stopped, err := signin.CertificateStopped(v.Snapshot, u, v.CollectedAt.Time)
		keys = append(keys, key{id: certificateModel, name: certificateModel, usable: err == nil && stopped.IsZero(), open: err})
	}
	slices.SortFunc(keys, func(a, b key) int { return strings.Compare(a.id, b.id) })
	return keys, open
}

// custodyOf returns the custody entries of an account. The error says that others may be
// the account's, as its name is not known.
func (v view) custodyOf(u tenant.User) ([]Custody, error) {
	var own []Custody
	var open error
	for _, c := range v.settings.Custody {
		is, err := signin.Owned(c.Account, u)
		if is {
			own = append(own, c)
		}
		open = errors.Join(open, err)
	}
	return own, open
}

// entryFor finds the custody entry of a key: by its id, or else by its name.
func entryFor(k key, entries []Custody) (Custody, bool) {
	i := slices.IndexFunc(entries, func(c Custody) bool { return strings.EqualFold(c.Credential, k.id) })
	if i < 0 {
		i = slices.IndexFunc(entries, k.is)
	}
	if i < 0 {
		return Custody{}, false
	}
	return entries[i], true
}

// ambiguous is the error for a name that two keys of an account share, or may share.
func ambiguous(keys []key, entries []Custody) error {
	var open error
	for _, c := range entries {
		if slices.ContainsFunc(keys, func(k key) bool { return strings.EqualFold(c.Credential, k.id) }) {
			continue
		}
		n := 0
		for _, k := range keys {
			if k.is(c) {
				n++
			}
			if k.unnamed != nil {
				open = errors.Join(open, k.unnamed)
			}
		}
		if n > 1 {
			return signin.Doubting(say("%d keys are called “%s”: custody must name them by their id", n, c.Credential), "credentials", c.Credential)
		}
	}
	return open
}
