package checks

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"breakglass/tenant"
)

var activityChanges = Check{
	ID:       "activity-changes",
	Title:    "Nobody changed the account or what decides whether it works",
	Severity: High,
	Lags:     true,
	Why: "An attack on the spare key comes before the attack on the house: a method is added, an exclusion is taken away, the role is made eligible. " +
		"A mistake looks the same. Either is easy to undo on the day it happens.",
	Passes: "The audit log holds no event whose target is the account, a group that excludes it from a Conditional Access policy, such a policy or one that applies to it, " +
		"or the settings of Global Administrator, whatever the event's result, since somebody last explained them. A drill excuses none. " +
		"A policy that is gone may have applied, so an event about one counts; who else gets or loses the role does not.",
	Remediation: "Ask the person named here whether they meant it, and undo it if not. Then: breakglass acknowledge --account ACCOUNT --as drill, emergency or misuse.",
	References:  []string{pageEmergencyAccess, pageAuditLogs},
	evaluate: perAccount(func(v view, u tenant.User) verdict {
		watched := v.touchy(u)
		all, open := v.Audits(u.ID, watched.groups())
		var changes []change
		var unclear []string
		for _, a := range all {
			if v.explained(u, a.ActivityDateTime) != nil {
				continue
			}
			bearing, err := watched.bearing(a)
			if bearing != bearsNot {
				changes = append(changes, change{a, bearing})
			}
			if err != nil {
				open = errors.Join(open, err)
				unclear = append(unclear, entryOf(a))
			}
		}
		switch {
		case len(changes) > 0:
			return v.changed(changes)
		case open != nil: // else nothing happened, whatever there is that it may have happened to
			return unknown(errors.Join(open, watched.open)).with("events", sorted(unclear)...)
		}
		return pass("The audit log shows no change to the account, its exclusions, its policies or the settings of its role.")
	}),
}

// A change is an entry of the audit log, and what it has to do with the account.
type change struct {
	tenant.DirectoryAudit
	bearing bearing
}

// changed words the changes, the newest first.
func (v view) changed(changes []change) verdict {
	slices.SortStableFunc(changes, func(a, b change) int {
		return cmp.Or(sinceWhen(b.ActivityDateTime).Compare(sinceWhen(a.ActivityDateTime)), cmp.Compare(a.ID, b.ID))
	})
	var words, ids, activities []string
	gone := 0
	for i, a := range changes {
		ids = append(ids, entryOf(a.DirectoryAudit))
		activities = append(activities, activityOf(a.DirectoryAudit))
		if a.bearing == mayBear {
			gone++
		}
		if i < mostNamed {
			words = append(words, fmt.Sprintf("%s %s: “%s”%s", on(a.ActivityDateTime), v.initiator(a.DirectoryAudit), activityOf(a.DirectoryAudit), v.targetsOf(a.DirectoryAudit)))
		}
	}
	count := "There was a change: "
	if n := len(changes); n > 1 {
		count = fmt.Sprintf("There were %d changes: ", n)
	}
	reason := count + strings.Join(words, "; ")
	if more := len(changes) - mostNamed; more > 0 {
		reason += fmt.Sprintf("; and %d before that", more)
	}
	switch {
	case gone == 1 && len(changes) == 1:
		reason += ". The policy is gone or was not read: it may have applied to the account"
	case gone > 0:
		reason += fmt.Sprintf(". %d of them: the policy is gone or was not read, and may have applied to the account", gone)
	}
	return fail(reason+".").with("events", sorted(ids)...).with("activities", sorted(activities)...)
}

// entryOf names an entry of the audit log in the evidence: by its id, or by its time where it
// has none.
func entryOf(a tenant.DirectoryAudit) string {
	at, err := a.ActivityDateTime.Get()
	switch {
	case a.ID != "":
		return a.ID
	case err == nil:
		return timestamp(at)
	}
	return unknownValue
}

func activityOf(a tenant.DirectoryAudit) string {
	if name, err := a.ActivityDisplayName.Get(); err == nil && name != nil && *name != "" {
		return *name
	}
	return "an activity without a name"
}

// initiator names who did it: a person as the report names people, or an application.
func (v view) initiator(a tenant.DirectoryAudit) string {
	by, err := a.InitiatedBy.Get()
	if err != nil || by == nil {
		return "somebody whom the log does not name"
	}
	if user, err := by.User.Get(); err == nil && user != nil {
		id, _ := user.ID.Get()
		name, _ := user.UserPrincipalName.Get()
		known := id != nil && slices.ContainsFunc(v.accounts, func(a account) bool { return strings.EqualFold(a.id, *id) })
		switch {
		case name != nil && *name != "" && (known || v.settings.Identifiers == IdentifiersFull):
			return *name
		case id != nil && *id != "":
			return "the user " + *id
		}
	}
	if app, err := by.App.Get(); err == nil && app != nil {
		if name, err := app.DisplayName.Get(); err == nil && name != nil && *name != "" {
			return "the application “" + *name + "”"
		}
		for _, fact := range []tenant.Fact[*string]{app.ID, app.ServicePrincipalID} {
			if id, err := fact.Get(); err == nil && id != nil && *id != "" {
				return "the application " + *id
			}
		}
	}
	return "somebody whom the log does not name"
}

// targetsOf names what it was done to, unless that may be a person or what is a person's.
func (v view) targetsOf(a tenant.DirectoryAudit) string {
	targets, _ := a.TargetResources.Get() // unread: the activity must do
	for _, t := range targets {
		kind, err := t.Type.Get()
		name, nameErr := t.DisplayName.Get()
		if err != nil || nameErr != nil || kind == nil || name == nil || *name == "" {
			continue
		}
		impersonal := slices.Contains([]string{"policy", "group", "role", "application", "serviceprincipal"}, strings.ToLower(*kind))
		if impersonal || v.settings.Identifiers == IdentifiersFull && !strings.EqualFold(*kind, "User") {
			return " on “" + *name + "”"
		}
	}
	return ""
}
