package checks

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"breakglass/signin"
	"breakglass/tenant"
)

// conditionalAccessService is how the audit log names who writes about policies:
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
const conditionalAccessService = "Conditional Access"

var activityChanges = Check{
	ID:       "activity-changes",
	Title:    "Nobody changed the account or what decides whether it works",
	Severity: High,
	Lags:     true,
	Why: "An attack on the spare key comes before the attack on the house: a method is added, an exclusion is taken away, the role is made eligible. " +
		"A mistake looks the same. Either is easy to undo on the day it happens.",
	Passes: "The audit log holds no event whose target is the account, a group that excludes it from a Conditional Access policy, such a policy or one that applies to it, " +
		"or the settings of Global Administrator, whatever the event's result, since somebody last explained them. A drill excuses none.",
	Remediation: "Ask the person named here whether they meant it, and undo it if not. Then: breakglass acknowledge --account ACCOUNT --as drill, emergency or misuse.",
	References:  []string{pageEmergencyAccess, pageAuditLogs},
	evaluate: perAccount(func(v view, u tenant.User) verdict {
		all, open := v.Audits()
		watched := v.touchy(u)
		var changes []tenant.DirectoryAudit
		for _, a := range all {
			at, err := a.ActivityDateTime.Get()
			if watched.holds(a) && (err != nil || v.explained(u, at.Time) == nil) {
				changes = append(changes, a)
			}
		}
		if len(changes) > 0 {
			return v.changed(changes)
		}
		if err := errors.Join(open, watched.open); err != nil {
			return unknown(err)
		}
		return pass("The audit log shows no change to the account, its exclusions, its policies or the settings of its role.")
	}),
}

// touchiness is what decides whether an account works: ids in lower case.
type touchiness struct {
	targets map[string]bool
	known   map[string]bool // all policies: one that is not among them is gone
	open    error           // why there may be other targets
}

// touchy lists what decides whether an account works.
func (v view) touchy(u tenant.User) touchiness {
	t := touchiness{targets: map[string]bool{strings.ToLower(u.ID): true, signin.GlobalAdministrator: true}, known: map[string]bool{}}
	policies, err := v.ConditionalAccessPolicies.Get()
	t.open = err
	for _, p := range sortedPolicies(policies) {
		t.known[strings.ToLower(p.ID)] = true
		if in, err := inState(p, tenant.PolicyEnabled, tenant.PolicyReportOnly); err != nil || !in {
			t.open = errors.Join(t.open, err)
			continue
		}
		groups, err := signin.ExcludingGroups(v.Snapshot, u, p)
		if err != nil {
			t.open = errors.Join(t.open, inPolicy(p, err))
		}
		for _, id := range groups {
			way, err := signin.Way(v.Snapshot, u, id)
			t.open = errors.Join(t.open, err)
			for _, id := range append(way, id) {
				t.targets[strings.ToLower(id)] = true
			}
		}
		exclusions, err := signin.Exclusions(v.Snapshot, u, p)
		application, applyErr := signin.CanApply(v.Snapshot, u, p)
		// One of which that cannot be told is taken for one that applies.
		if err != nil || applyErr != nil || application.Can || len(exclusions) > 0 {
			t.targets[strings.ToLower(p.ID)] = true
		}
	}
	return t
}

// holds reports whether an event is about what decides.
func (t touchiness) holds(a tenant.DirectoryAudit) bool {
	targets, err := a.TargetResources.Get()
	if err != nil {
		return true // perhaps
	}
	service, _ := a.LoggedByService.Get() // then it is none of a policy
	activity, _ := a.ActivityDisplayName.Get()
	ofPolicy := service != nil && *service == conditionalAccessService && activity != nil && strings.Contains(strings.ToLower(*activity), "policy")
	for _, target := range targets {
		id, err := target.ID.Get()
		if err != nil || id == nil {
			continue
		}
		lower := strings.ToLower(*id)
		if t.targets[lower] || ofPolicy && !t.known[lower] { // it is gone: it may have applied
			return true
		}
	}
	return false
}

// changed words the changes, the newest first.
func (v view) changed(changes []tenant.DirectoryAudit) verdict {
	slices.SortStableFunc(changes, func(a, b tenant.DirectoryAudit) int {
		return cmp.Or(happened(b).Compare(happened(a)), cmp.Compare(a.ID, b.ID))
	})
	var words, ids, activities []string
	for i, a := range changes {
		ids = append(ids, a.ID)
		activities = append(activities, activityOf(a))
		if i < mostNamed {
			words = append(words, fmt.Sprintf("on %s %s: “%s”%s", clock(happened(a)), v.initiator(a), activityOf(a), targetsOf(a)))
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
	return fail(reason+".").with("events", sorted(ids)...).with("activities", sorted(activities)...)
}

func happened(a tenant.DirectoryAudit) time.Time {
	at, _ := a.ActivityDateTime.Get()
	return at.UTC()
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
	}
	return "somebody whom the log does not name"
}

// targetsOf names what it was done to, other than users.
func targetsOf(a tenant.DirectoryAudit) string {
	targets, _ := a.TargetResources.Get() // unread: the activity must do
	for _, t := range targets {
		kind, _ := t.Type.Get()
		name, err := t.DisplayName.Get()
		if err == nil && name != nil && *name != "" && (kind == nil || !strings.EqualFold(*kind, "User")) {
			return " on “" + *name + "”"
		}
	}
	return ""
}
