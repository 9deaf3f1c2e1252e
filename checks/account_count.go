package checks

import (
	"cmp"
	"errors"

	"breakglass/text"
)

// wantedAccounts is how many emergency accounts Microsoft asks for, at least.
const wantedAccounts = 2

var accountCount = Check{
	ID:       "account-count",
	Title:    "At least two emergency accounts exist and are enabled",
	Severity: High,
	Why: "One key can be lost, broken or locked out; the second account is what remains. " +
		"With none there is no way back in when the other administrators are locked out.",
	Passes: "At least two declared accounts exist and have `accountEnabled` true. One is a failure of severity high, none of severity critical.",
	Remediation: "Create a second cloud-only account on the *.onmicrosoft.com domain (Microsoft Entra admin center > Users > New user), " +
		"make it a permanent Global Administrator, give it security keys of its own, and declare it in breakglass.yaml.",
	References: []string{pageEmergencyAccess},
	evaluate:   perTenant(countAccounts),
}

func countAccounts(v view) verdict {
	var enabled []string
	var open error
	maybe := 0
	for _, a := range v.accounts {
		on, err := a.user.AccountEnabled.Get()
		if err == nil || a.err != nil {
			err = cmp.Or(a.err, a.perhaps)
		}
		switch {
		case err != nil:
			open = errors.Join(open, err)
			maybe++
		case on:
			enabled = append(enabled, a.id)
		}
	}
	for _, e := range v.entries {
		if e.err != nil && e.subject.Type == SubjectGroup {
			open = errors.Join(open, e.err)
			maybe += wantedAccounts // a group that was not read may hold any number
		}
	}
	found := text.Count(len(enabled), "Only one emergency account exists and is enabled.", "%d emergency accounts exist and are enabled.")
	if len(enabled) == 0 {
		found = say("No emergency account exists and is enabled.")
	}
	switch {
	case len(enabled) >= wantedAccounts:
		return pass(found).with("accounts", enabled...)
	case len(enabled)+maybe >= wantedAccounts:
		return unknown(open)
	case len(enabled) == 0:
		return fail(found).as(Critical).with("accounts", v.accountIDs()...).with("tenant", v.tenantID()...)
	}
	return fail(found).with("accounts", enabled...)
}

// accountIDs are the object ids of the emergency accounts, or the declared texts of those
// that were not read.
func (v view) accountIDs() []string {
	ids := make([]string, len(v.accounts))
	for i, a := range v.accounts {
		ids[i] = a.id
	}
	return ids
}

// tenantID is the tenant's id, where it was read.
func (v view) tenantID() []string {
	if id := tenantOf(v.Snapshot).ID; id != "" {
		return []string{id}
	}
	return nil
}
