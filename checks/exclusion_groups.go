package checks

import (
	"errors"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

// excluding returns the groups through which an enforced or report-only policy
// excludes an account: those that the policy names, and every group on the way to the
// account. The error says which others there may be.
func (v view) excluding() ([]string, error) {
	policies, open := v.Policies()
	var ids []string
	for _, p := range sortedPolicies(policies) {
		in, err := inState(p, tenant.PolicyEnabled, tenant.PolicyReportOnly)
		if err != nil {
			open = errors.Join(open, inPolicy(p, err))
		}
		if !in {
			continue
		}
		for _, a := range v.accounts {
			if a.err != nil {
				open = errors.Join(open, a.err)
				continue
			}
			groups, err := signin.ExcludingGroups(v.Snapshot, a.user, p)
			if err != nil {
				open = errors.Join(open, inPolicy(p, err))
			}
			for _, id := range groups {
				way, err := signin.Way(v.Snapshot, a.user, id)
				ids = append(append(ids, id), way...)
				open = errors.Join(open, err)
			}
		}
	}
	open = errors.Join(open, v.groupsUnread())
	for i := range ids {
		ids[i] = strings.ToLower(ids[i])
	}
	return sorted(ids), open
}

// perExclusionGroup asks the question of every group that excludes an account.
func perExclusionGroup(judge func(view, tenant.Group) verdict) func(view) []finding {
	return func(v view) []finding {
		ids, open := v.excluding()
		var findings []finding
		for _, id := range ids {
			group, err := v.Group(id)
			subject := Subject{Type: SubjectGroup, ID: id, Name: groupLabel(v.Snapshot, id)}
			said := unknown(err).with("groups", id)
			if err == nil {
				subject.ID = group.ID
				said = judge(v, group)
			}
			findings = append(findings, finding{subject: subject, verdict: said})
		}
		return v.covered(findings, open, "Every group that excludes an emergency account is known.", "No policy excludes an emergency account through a group.")
	}
}

// nameOfID names a user or an application for people, or returns the id.
func (v view) nameOfID(id string) string {
	if u, err := v.User(id); err == nil {
		return u.Label()
	}
	return id
}

// named names several, and counts those that are too many to name.
func (v view) named(ids []string) text.Text {
	const most = 5
	var names []string
	for _, id := range ids[:min(len(ids), most)] {
		names = append(names, v.nameOfID(id))
	}
	if more := len(ids) - most; more > 0 {
		return say("%s and %d more", text.Join(text.Comma, names), more)
	}
	return say("%s", text.Join(text.Comma, names))
}
