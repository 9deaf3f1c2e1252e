package standin

import (
	"maps"
	"slices"
	"strings"
)

// group answers for a group and its members and owners.
func (g *Graph) group(q question, rest []string) answer {
	if len(rest) == 0 {
		return unknownSegment("groups")
	}
	group, names, reason := g.file.object("groups", rest[0])
	if reason != nil {
		return because(reason)
	}
	below, kind := castTo(strings.Join(rest[1:], "/"))
	if reason := g.file.anyFault(names, "/"+below); below != "" && reason != nil {
		return because(reason)
	}
	switch below {
	case "":
		selected, a, bad := g.selection(q, "group", groupProperties())
		if bad {
			return a
		}
		for _, property := range selected {
			if reason := g.file.anyFault(names, "/"+property); reason != nil {
				return because(reason)
			}
		}
		return g.entity(q, selectedContext("groups", selected)+"/$entity", q.project(without(group, "members", "owners"), groupDefaults()))
	case "members", "owners":
		return g.members(q, group, below, kind)
	}
	return unknownSegment(below)
}

// members answers for the direct members or the owners of a group.
// https://learn.microsoft.com/graph/api/group-list-members
// A cast to a kind lists those of it, applications in v1.0 too, and without their type.
func (g *Graph) members(q question, group document, list, kind string) answer {
	if a, bad := q.badOptions([]string{"$select", "$top", "$count"}); bad {
		return a
	}
	members, ok := group[list].([]any)
	if !ok {
		return because(denied())
	}
	context := "directoryObjects"
	if members = shownMembers(q.version, members); kind != "" {
		context, members = kind+"s", ofType(group[list].([]any), "#microsoft.graph."+kind)
	}
	return g.pageOf(q, pageOf{context, members, func(member document) document {
		whole := q.project(g.file.whole(member), userDefaults())
		if kind != "" {
			delete(whole, "@odata.type")
		}
		return whole
	}})
}

// whole gives a member the properties that the file knows of it.
func (f *graphFile) whole(member document) document {
	list, parts := "users", []string{"authentication", "riskyUser", "transitiveMemberOf", "signInActivity"}
	switch kind := text(member["@odata.type"]); {
	case kind == "#microsoft.graph.group":
		list, parts = "groups", []string{"members", "owners"}
	case slices.Contains(applicationTypes(), kind):
		list, parts = "servicePrincipals", []string{"appRoleAssignments"}
	}
	object, _, reason := f.object(list, text(member["id"]))
	if reason != nil {
		return member
	}
	merged := without(object, parts...)
	maps.Copy(merged, member)
	return merged
}

// groupDefaults are the properties of a group that this stand-in returns without
// $select. Graph returns a few more; a reader must not count on them.
// https://learn.microsoft.com/graph/api/group-get
func groupDefaults() []string {
	return strings.Fields(`id displayName description groupTypes mail mailEnabled mailNickname securityEnabled visibility createdDateTime @odata.type`)
}

// groupProperties are the properties of a group that can be selected here.
// https://learn.microsoft.com/graph/api/resources/group
func groupProperties() []string {
	return append(groupDefaults(), strings.Fields(`classification deletedDateTime expirationDateTime isAssignableToRole isManagementRestricted
		membershipRule membershipRuleProcessingState onPremisesDomainName onPremisesLastSyncDateTime onPremisesSamAccountName
		onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation proxyAddresses renewedDateTime resourceProvisioningOptions
		securityIdentifier theme uniqueName`)...)
}
