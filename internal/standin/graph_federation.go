package standin

import "strings"

// federation answers for what a domain is federated with, without query options.
// https://learn.microsoft.com/graph/api/domain-list-federationconfiguration
func (g *Graph) federation(q question, id string) answer {
	if a, bad := q.badOptions(nil); bad {
		return a
	}
	domains, reason := g.file.list("domains")
	if reason == nil {
		reason = g.file.faultOf("domains/" + id + "/federationConfiguration")
	}
	if reason != nil {
		return because(reason)
	}
	for _, item := range domains {
		domain, _ := item.(document)
		if !strings.EqualFold(text(domain["id"]), id) {
			continue
		}
		configurations, ok := domain["federationConfiguration"].([]any)
		switch {
		case !ok:
			return because(denied())
		case len(configurations) == 0:
			return because(notFound(id))
		}
		return g.page(q, "", "domains('"+id+"')/federationConfiguration", configurations)
	}
	return because(notFound(id))
}

// synchronization answers for how the directory is synchronised: a list of one, whose
// id is the tenant's.
// https://learn.microsoft.com/graph/api/resources/onpremisesdirectorysynchronization
func (g *Graph) synchronization(q question) answer {
	if a, bad := q.badOptions([]string{"$select"}); bad {
		return a
	}
	items, reason := g.file.list("directorySynchronization")
	if reason != nil {
		return because(reason)
	}
	object, _ := items[0].(document)
	object = without(object)
	organization, _ := g.file.top["organization"].(document)
	object["id"] = text(organization["id"])
	return g.page(q, "", "directory/onPremisesSynchronization", []any{object})
}
