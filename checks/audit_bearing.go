package checks

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

// conditionalAccessService is how the audit log names who writes about policies:
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
const conditionalAccessService = "Conditional Access"

// touchiness is what decides whether an account works: ids in lower case.
type touchiness struct {
	account string
	domain  string // of the account's name
	targets map[string]bool
	through map[string]bool // those of the targets that are groups
	known   map[string]bool // all policies: one that is not among them is gone
	open    error           // why there may be other targets
	unnamed error           // why the domain is not known
}

// groups are those that exclude the account and those on the way to it; nil, which are all,
// if there may be others.
func (t touchiness) groups() []string {
	if t.open != nil {
		return nil
	}
	return append([]string{}, slices.Sorted(maps.Keys(t.through))...)
}

// touchy lists what decides whether an account works.
func (v view) touchy(u tenant.User) touchiness {
	t := touchiness{
		account: strings.ToLower(u.ID), targets: map[string]bool{strings.ToLower(u.ID): true, signin.GlobalAdministrator: true}, through: map[string]bool{}, known: map[string]bool{},
	}
	upn, upnErr := u.UserPrincipalName.Get()
	t.domain, t.unnamed = strings.ToLower(tenant.DomainOf(upn)), upnErr
	policies, err := v.Policies()
	t.open = err
	for _, p := range sortedPolicies(policies) {
		t.known[strings.ToLower(p.ID)] = true
		in, stateErr := inState(p, tenant.PolicyEnabled, tenant.PolicyReportOnly)
		if stateErr == nil && !in {
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
				t.targets[strings.ToLower(id)], t.through[strings.ToLower(id)] = true, true
			}
		}
		exclusions, err := signin.Exclusions(v.Snapshot, u, p)
		application, applyErr := signin.CanApply(v.Snapshot, u, p)
		// One of which that cannot be told is taken for one that applies.
		if stateErr != nil || err != nil || applyErr != nil || application.Can || len(exclusions) > 0 {
			t.targets[strings.ToLower(p.ID)] = true
		}
	}
	return t
}

// A bearing is what an entry of the audit log has to do with an account.
type bearing int

// The bearings.
const (
	bearsNot bearing = iota
	mayBear          // on a policy that is gone or was not read
	bears
)

// bearing says what an entry has to do with the account. The error says that it may have
// more to do with it than can be told.
func (t touchiness) bearing(a tenant.DirectoryAudit) (bearing, error) {
	targets, err := a.TargetResources.Get()
	if err != nil {
		return bearsNot, ofAudit(err)
	}
	activity, open := auditActivity(a)
	switch {
	case forEverybody(activity):
		return bears, nil
	case open != nil:
		open = ofAudit(open)
	case activity == "":
		open = ofAudit(say("what was done is not told"))
	}
	found := bearsNot
	for _, target := range targets {
		what, err := t.bearingOfDomain(target, a)
		found = max(found, what)
		open = errors.Join(open, err)
		id, err := target.ID.Get()
		if err != nil {
			open = errors.Join(open, ofAudit(err))
		}
		if err != nil || id == nil { // null: it is nothing with an id
			continue
		}
		what, err = t.bearingOn(strings.ToLower(*id), a)
		found = max(found, what)
		open = errors.Join(open, err)
		if what == bearsNot && !t.known[strings.ToLower(*id)] && !elsewhere(target) {
			open = errors.Join(open, t.open)
		}
	}
	if found == bears {
		open = nil
	}
	return found, open
}

// bearingOfDomain says whether a target is the domain of the account's name, or one above it,
// whose settings it has.
// https://learn.microsoft.com/entra/identity/users/domains-manage
func (t touchiness) bearingOfDomain(target tenant.TargetResource, a tenant.DirectoryAudit) (bearing, error) {
	if activity, _ := auditActivity(a); !ofDomains(activity) { // unread: bearing says so
		return bearsNot, nil
	}
	name, err := target.DisplayName.Get()
	switch {
	case err != nil:
		return bearsNot, ofAudit(err)
	case name == nil || *name == "":
		return bearsNot, ofAudit(say("of which domain is not told"))
	case t.unnamed != nil:
		return bearsNot, ofAudit(t.unnamed)
	case strings.EqualFold(t.domain, *name) || strings.HasSuffix(t.domain, "."+strings.ToLower(*name)):
		return bears, nil
	}
	return bearsNot, nil
}

// elsewhere reports whether a target is surely no group or policy.
func elsewhere(target tenant.TargetResource) bool {
	kind, err := target.Type.Get()
	return err == nil && kind != nil && slices.Contains([]string{"user", "role", "device", "application", "serviceprincipal", "domain"}, strings.ToLower(*kind))
}

// bearingOn is bearing for one target.
func (t touchiness) bearingOn(id string, a tenant.DirectoryAudit) (bearing, error) {
	activity, activityErr := auditActivity(a)
	switch {
	case id == t.account:
		return bears, nil
	case id == signin.GlobalAdministrator && activityErr != nil:
		return bearsNot, ofAudit(activityErr)
	case id == signin.GlobalAdministrator && ofHolders(activity):
		return bearsNot, nil // who else gets or loses the role, for a while or for good
	case t.targets[id] && isQuiet(activity):
		return bearsNot, nil // somebody asked for a membership of the group; nothing has changed
	case t.targets[id]:
		return bears, nil
	case t.known[id]:
		return bearsNot, nil // a policy that has nothing to do with the account
	}
	service, serviceErr := a.LoggedByService.Get()
	if serviceErr == nil && (service == nil || *service != conditionalAccessService) {
		return bearsNot, nil
	}
	if err := errors.Join(serviceErr, activityErr); err != nil {
		return bearsNot, ofAudit(err)
	}
	if activity == "" || strings.Contains(activity, "policy") {
		return mayBear, nil
	}
	return bearsNot, nil // a named location and the like
}

func ofAudit(err error) error { return say("an entry of the audit log: %s", err) }
