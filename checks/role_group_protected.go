package checks

import (
	"errors"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var roleGroupProtected = Check{
	ID:       "role-group-protected",
	Title:    "Only the highest administrators can change who is in a group that gives Global Administrator",
	Severity: High,
	Why: "Whoever can add a member to the group gives away Global Administrator: its owner, an on-premises directory that it is synchronised from, " +
		"or whoever manages another group whose members can join it.",
	Passes: "The group, assigned or eligible, has no owner, and nobody who can become one, but emergency accounts and regular administrators; is not synchronised; " +
		"and no other group can join it but one in which everybody is an emergency account, or a regular administrator anyway.",
	Remediation: "Microsoft Entra admin center > Groups > the group > Owners: remove whoever is no Global Administrator. " +
		"Privileged Identity Management > Groups > the group > Assignments: let people join it directly instead of through another group.",
	References: []string{pageRoleGroups, "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups"},
	evaluate:   judgeRoleGroups,
}

func judgeRoleGroups(v view) []finding {
	var findings []finding
	for _, id := range v.holders.Groups {
		group, err := v.Group(id)
		subject := Subject{Type: SubjectGroup, ID: id, Name: groupLabel(v.Snapshot, id)}
		said := unknown(err)
		if err == nil {
			subject.ID = group.ID
			said = v.judgeRoleGroup(group)
		}
		findings = append(findings, finding{subject: subject, verdict: said})
	}
	return v.covered(findings, v.holders.Open, "Every group that gives Global Administrator is known.", "No group gives Global Administrator.")
}

func (v view) judgeRoleGroup(g tenant.Group) verdict {
	var weak []text.Text
	synced, open := g.OnPremisesSyncEnabled.Get()
	isSynced := open == nil && synced != nil && *synced
	if isSynced {
		weak = append(weak, say("it is synchronised from an on-premises directory"))
	}
	owners, err := v.strangersAmong(g.Owners)
	if len(owners) > 0 {
		weak = append(weak, say("it has owners that are neither emergency accounts nor Global Administrators: %s", v.named(owners)))
	}
	open = errors.Join(open, err)
	joining, err := v.joining(g)
	open = errors.Join(open, err)
	var people []string
	for _, id := range joining["owner"] {
		all, isGroup, err := v.everyoneIn(id)
		open = errors.Join(open, err)
		if !isGroup && err == nil {
			all = []string{id}
		}
		people = append(people, all...)
	}
	owning, err := v.strangers(people)
	if len(owning) > 0 {
		weak = append(weak, say("others can become its owner: %s", v.named(owning)))
	}
	open = errors.Join(open, err)
	members, groups, err := v.joiningThrough(joining["member"])
	if len(members) > 0 {
		weak = append(weak, say("others can join it through another group: %s", v.named(members)))
	}
	if open = errors.Join(open, err); len(weak) == 0 {
		if open != nil {
			return unknown(open).with("groupId", g.ID)
		}
		return pass("Only the highest administrators can change who is in the group.")
	}
	said := fail(say("The group can be changed by others: %s.", text.Join(text.Semicolon, weak))).with("owners", sorted(append(owners, owning...))...).
		with("members", members...).with("groupId", groups...)
	if isSynced {
		said = said.with("onPremisesSyncEnabled", "true")
	}
	return said
}

// joining returns who can become a member or an owner of a group, by what they can become.
// Without the licence for PIM nobody can.
func (v view) joining(g tenant.Group) (map[string][]string, error) {
	instances, err := v.GroupSchedules(v.GroupEligibilityScheduleInstances, "groupEligibilityScheduleInstances", g.ID)
	if _, none := tenant.NoLicence(err); none {
		return nil, nil
	}
	all := map[string][]string{}
	for _, i := range instances {
		access, accessErr := i.AccessID.Get()
		principal, principalErr := i.PrincipalID.Get()
		access = strings.ToLower(access)
		switch {
		case accessErr != nil || principalErr != nil:
			err = errors.Join(err, accessErr, principalErr)
		case access != "member" && access != "owner":
			err = errors.Join(err, say("the access %q to a group is not known", access))
		default:
			all[access] = append(all[access], principal)
		}
	}
	return all, err
}

// joiningThrough returns who can join through a group of those that can, and gets the role
// in no other way, and the groups.
func (v view) joiningThrough(ids []string) (members, groups []string, open error) {
	for _, id := range ids {
		all, isGroup, err := v.everyoneIn(id)
		open = errors.Join(open, err)
		if !isGroup {
			continue
		}
		others := slices.DeleteFunc(all, func(user string) bool { return v.isAccount(user) || v.holdsAnyway(user) })
		if len(others) > 0 {
			groups = append(groups, id)
		}
		members = append(members, others...)
	}
	if err := errors.Join(v.holders.Open, v.groupsUnread()); len(members) > 0 && err != nil {
		return nil, nil, errors.Join(open, err)
	}
	return sorted(members), sorted(groups), open
}

// everyoneIn returns the users and the applications in a group, nested groups included, if
// an id is a group's. The error says why there may be more, or why it may be one.
func (v view) everyoneIn(id string) (ids []string, isGroup bool, err error) {
	if _, err := v.User(id); err == nil {
		return nil, false, nil
	}
	if _, err := v.ServicePrincipal(id); err == nil {
		return nil, false, nil
	}
	if _, err := v.Group(id); err != nil {
		if tenant.NotFound(err) {
			err = nil
		}
		return nil, false, err
	}
	ids, err = signin.UsersIn(v.Snapshot, id)
	return append(ids, v.applicationsIn(id, map[string]bool{})...), true, err
}

// applicationsIn returns the applications in a group, nested groups included; what is
// unread UsersIn says.
func (v view) applicationsIn(id string, seen map[string]bool) []string {
	group, err := v.Group(id)
	if key := strings.ToLower(id); err != nil || seen[key] {
		return nil
	} else {
		seen[key] = true
	}
	var ids []string
	members, _ := group.Members.Get()
	for _, m := range members {
		_, err := v.ServicePrincipal(m.ID)
		switch kind := m.Kind(); {
		case kind == tenant.KindApplication, kind == tenant.KindUnknown && err == nil:
			ids = append(ids, m.ID)
		case kind == tenant.KindGroup, kind == tenant.KindUnknown: // nothing is in what is no group
			ids = append(ids, v.applicationsIn(m.ID, seen)...)
		}
	}
	return ids
}

// holdsAnyway reports whether somebody gets Global Administrator by an assignment of their
// own, as a direct member of a group that gives it, or as one who can become that themselves.
func (v view) holdsAnyway(id string) bool {
	i := slices.IndexFunc(v.holders.All, func(h signin.Holder) bool { return strings.EqualFold(h.ID, id) })
	if i < 0 {
		return false
	}
	return v.holders.All[i].Direct || slices.ContainsFunc(v.holders.All[i].Groups, func(through string) bool {
		group, _ := v.Group(through) // it gives the role, so it was read
		members, _ := group.Members.Get()
		joining, _ := v.joining(group)
		return containsObject(members, id) || slices.ContainsFunc(joining["member"], func(own string) bool { return strings.EqualFold(own, id) })
	})
}
