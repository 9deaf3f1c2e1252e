package checks

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

var activityChanges = Check{
	ID:       "activity-changes",
	Title:    "Nobody changed the account or what decides whether it works",
	Severity: High,
	Lags:     true,
	Tells:    Changed,
	Why: "An attack on the spare key comes before the attack on the house: a method is added, an exclusion is taken away, the role is made eligible. " +
		"A mistake looks the same. Either is easy to undo on the day it happens.",
	Passes: "The audit log holds no event whose target is the account, a group that excludes it from a Conditional Access policy, such a policy or one that applies to it, " +
		"the settings of Global Administrator, the authentication methods policy, the security defaults, or how the account's domain signs in, whatever the event's result, since somebody last explained them. " +
		"A drill excuses none. A policy that is gone may have applied, so an event about one counts; who else gets or loses the role does not. " +
		"How bad it is goes by what changed: a name, a licence or a request is low, what is known not to matter is nothing, and what the program does not know is told.",
	Remediation: "Ask the person named here whether they meant it, and undo it if not. Then: breakglass acknowledge --account ACCOUNT --as drill, emergency or misuse.",
	References:  []string{pageEmergencyAccess, pageAuditLogs},
	evaluate: perLog(func(v view, u tenant.User) verdict {
		watched := v.touchy(u)
		all, open := v.Audits(u.ID, watched.groups())
		var changes []change
		var unclear []string
		for _, a := range onceEach(all) {
			if v.explained(u, a.ActivityDateTime, entryOf(a)) != nil {
				continue
			}
			bearing, err := watched.bearing(a)
			severity, properties := gravity(a)
			if bearing != bearsNot && severity > 0 {
				changes = append(changes, change{a, bearing, severity, properties})
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
	bearing    bearing
	severity   Severity
	properties []string // that changed, where the log tells
}

// onceEach leaves out what a list holds twice. An entry without an id may be any.
func onceEach(all []tenant.DirectoryAudit) []tenant.DirectoryAudit {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b tenant.DirectoryAudit) int { return cmp.Compare(a.ID, b.ID) })
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(a tenant.DirectoryAudit) bool {
		key := strings.ToLower(a.ID)
		again := seen[key] && key != ""
		seen[key] = true
		return again
	})
}

// changed words the changes, the worst first, and of those the newest.
func (v view) changed(changes []change) verdict {
	slices.SortStableFunc(changes, func(a, b change) int {
		return cmp.Or(int(b.severity-a.severity), sinceWhen(b.ActivityDateTime).Compare(sinceWhen(a.ActivityDateTime)), cmp.Compare(a.ID, b.ID))
	})
	var entries []text.Text
	var ids, activities, properties []string
	var happened []Happening
	gone := 0
	for i, a := range changes {
		ids = append(ids, entryOf(a.DirectoryAudit))
		activities = append(activities, activityOf(a.DirectoryAudit).String())
		properties = append(properties, a.properties...)
		if a.bearing == mayBear {
			gone++
		}
		entry := v.entry(a)
		happened = append(happened, happening(entryOf(a.DirectoryAudit), entry))
		if i < mostNamed {
			entries = append(entries, entry)
		}
	}
	if more := len(changes) - mostNamed; more > 0 {
		entries = append(entries, say("and %d before that", more))
	}
	var doubt text.Text
	switch {
	case gone == 1 && len(changes) == 1:
		doubt = say("The policy is gone or was not read: it may have applied to the account.")
	case gone > 0:
		doubt = say("%d of them: the policy is gone or was not read, and may have applied to the account.", gone)
	}
	reason := text.Count(len(changes), "There was a change: %[2]s.", "There were %d changes: %s.", text.Join(text.Semicolon, entries))
	said := fail(text.Sentences(reason, doubt)).as(changes[0].severity).with("events", sorted(ids)...).with("activities", sorted(activities)...)
	said.happened = happened
	return said.with("modifiedProperties", sorted(properties)...)
}

// entry says when a change was made, by whom, what it was and to what. Of a policy of
// Microsoft's the log names one who need not be it.
func (v view) entry(c change) text.Text {
	when, who, activity, target, changed := on(c.ActivityDateTime), v.initiator(c.DirectoryAudit), activityOf(c.DirectoryAudit), v.targetOf(c.DirectoryAudit), c.what()
	switch managed := ofMicrosoft(c.DirectoryAudit); {
	case managed && target != "":
		return say("%s (shown under %s, but Microsoft changes such policies itself): “%s” on “%s”%s", when, who, activity, target, changed)
	case managed:
		return say("%s (shown under %s, but Microsoft changes such policies itself): “%s”%s", when, who, activity, changed)
	case target != "":
		return say("%s %s: “%s” on “%s”%s", when, who, activity, target, changed)
	}
	return say("%s %s: “%s”%s", when, who, activity, changed)
}

// what names the properties that changed.
func (c change) what() text.Text {
	if len(c.properties) == 0 {
		return text.Text{}
	}
	quoted := make([]text.Text, len(c.properties))
	for i, name := range c.properties {
		quoted[i] = say("“%s”", name)
	}
	return say(" (changed: %s)", text.Join(text.Comma, quoted))
}

// ofMicrosoft reports whether a change was made to a policy that Microsoft manages: it
// creates and changes those itself, and files that under an administrator.
// https://learn.microsoft.com/entra/identity/conditional-access/managed-policies
func ofMicrosoft(a tenant.DirectoryAudit) bool {
	targets, _ := a.TargetResources.Get() // unread: nobody could be named for it
	return slices.ContainsFunc(targets, func(t tenant.TargetResource) bool {
		name, err := t.DisplayName.Get()
		return err == nil && name != nil && strings.HasPrefix(strings.ToLower(*name), strings.ToLower(managedPrefix))
	})
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

func activityOf(a tenant.DirectoryAudit) text.Text {
	if name, err := a.ActivityDisplayName.Get(); err == nil && name != nil && *name != "" {
		return say("%s", *name)
	}
	return say("an activity without a name")
}

// initiator names who did it: a person as the report names people, or an application.
func (v view) initiator(a tenant.DirectoryAudit) text.Text {
	by, err := a.InitiatedBy.Get()
	if err != nil || by == nil {
		return say("somebody whom the log does not name")
	}
	if user, err := by.User.Get(); err == nil && user != nil {
		id, _ := user.ID.Get()
		name, _ := user.UserPrincipalName.Get()
		known := id != nil && slices.ContainsFunc(v.accounts, func(a account) bool { return strings.EqualFold(a.id, *id) })
		switch {
		case name != nil && *name != "" && (known || v.settings.Identifiers == IdentifiersFull):
			return say("%s", *name)
		case id != nil && *id != "":
			return say("the user %s", *id)
		}
	}
	if app, err := by.App.Get(); err == nil && app != nil {
		if name, err := app.DisplayName.Get(); err == nil && name != nil && *name != "" {
			return say("the application “%s”", *name)
		}
		for _, fact := range []tenant.Fact[*string]{app.ID, app.ServicePrincipalID} {
			if id, err := fact.Get(); err == nil && id != nil && *id != "" {
				return say("the application %s", *id)
			}
		}
	}
	return say("somebody whom the log does not name")
}

// targetOf names what it was done to, unless that may be a person or what is a person's; then it
// is empty.
func (v view) targetOf(a tenant.DirectoryAudit) string {
	targets, _ := a.TargetResources.Get() // unread: the activity must do
	for _, t := range targets {
		kind, err := t.Type.Get()
		name, nameErr := t.DisplayName.Get()
		if err != nil || nameErr != nil || kind == nil || name == nil || *name == "" {
			continue
		}
		impersonal := slices.Contains([]string{"policy", "group", "role", "application", "serviceprincipal"}, strings.ToLower(*kind))
		if impersonal || v.settings.Identifiers == IdentifiersFull && !strings.EqualFold(*kind, "User") {
			return *name
		}
	}
	return ""
}
