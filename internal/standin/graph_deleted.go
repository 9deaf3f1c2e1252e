package standin

import (
	"slices"
	"strings"
)

// deletedItem answers for an object that was deleted lately: the file has the ids of what
// is gone. Anything else was not deleted, or is no more among them.
// https://learn.microsoft.com/graph/api/directory-deleteditems-get
func (g *Graph) deletedItem(q question, id string) answer {
	if a, bad := q.badOptions([]string{"$select"}); bad {
		return a
	}
	gone, reason := g.file.list("deletedObjects")
	if reason == nil {
		reason = g.file.faultOf("deletedObjects/" + id)
	}
	if reason != nil {
		return because(reason)
	}
	if strings.Count(id, "-") != 4 {
		return unknownSegment(id) // such as a cast to a type, which is a list
	}
	if !holdsText(gone, id) {
		return because(notFound(id))
	}
	return g.entity(q, "directoryObjects/$entity", q.project(document{"@odata.type": g.file.typeOfDeleted(id), "id": strings.ToLower(id)}, nil))
}

// typeOfDeleted is what a deleted object was, as far as the file tells: a group where a
// policy names it as one, else a user.
func (f *graphFile) typeOfDeleted(id string) string {
	included, excluded := policyGroups(f.top)
	if slices.Contains(slices.Concat(included, excluded), strings.ToLower(id)) {
		return "#microsoft.graph.group"
	}
	return "#microsoft.graph.user"
}

// holdsText reports whether a list holds a text, in any case.
func holdsText(list []any, wanted string) bool {
	return slices.ContainsFunc(list, func(item any) bool { return strings.EqualFold(text(item), wanted) })
}
