package standin

import (
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// badOptions refuses query options that an endpoint does not take.
// https://learn.microsoft.com/graph/query-parameters
func (q question) badOptions(taken []string) (answer, bool) {
	for _, name := range slices.Sorted(maps.Keys(q.query)) {
		switch {
		case !strings.HasPrefix(name, "$"), name == "$skiptoken", slices.Contains(taken, name):
		default:
			return refused(http.StatusBadRequest, "BadRequest", "Query option '"+name+"' is not allowed."), true
		}
	}
	return answer{}, false
}

// selected returns what $select names.
func (q question) selected() []string {
	var names []string
	for name := range strings.SplitSeq(q.query.Get("$select"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// project keeps the selected properties, or, with no $select, the defaults; with
// no defaults, all. A type stays. A selected property that the file does not hold
// is left out, not made null: null is an answer.
func (q question) project(object document, defaults []string) document {
	names := q.selected()
	if len(names) == 0 {
		if names = defaults; names == nil {
			return object
		}
	}
	kept := document{}
	for name, value := range object {
		if slices.Contains(names, name) || name == "@odata.type" {
			kept[name] = value
		}
	}
	return kept
}

// without copies an object and leaves properties out.
func without(object document, names ...string) document {
	copied := maps.Clone(object)
	for _, name := range names {
		delete(copied, name)
	}
	return copied
}

func (q question) context(of string) string { return q.root + "/" + q.version + "/$metadata#" + of }

func selectedContext(of string, selected []string) string {
	if len(selected) == 0 {
		return of
	}
	return of + "(" + strings.Join(selected, ",") + ")"
}

// A pageOf is a list, of which one page is asked for. Shape makes of an item what
// is served; only the items of the page are shaped.
type pageOf struct {
	context string
	items   []any
	shape   func(document) document
}

// page answers with one page of a list whose items are served as the file holds
// them, or the selected properties of them.
func (g *Graph) page(q question, context, path string, items []any) answer {
	if context == "" {
		context = path
	}
	return g.pageOf(q, pageOf{selectedContext(context, q.selected()), items, func(item document) document { return q.project(item, nil) }})
}

// pageOf answers with one page of a list. The next page's address holds the
// question and a token that is good for this question only.
// https://learn.microsoft.com/graph/paging
func (g *Graph) pageOf(q question, p pageOf) answer {
	start := 0
	rest := maps.Clone(q.query)
	delete(rest, "$skiptoken")
	seal := fnv.New64a()
	_, _ = fmt.Fprint(seal, q.version, q.path, rest.Encode()) // a hash takes everything
	if token := q.query.Get("$skiptoken"); token != "" {
		sealed, at, _ := strings.Cut(token, ".")
		offset, err := strconv.Atoi(at)
		if err != nil || sealed != strconv.FormatUint(seal.Sum64(), 36) || offset < 0 || offset > len(p.items) {
			return refused(http.StatusBadRequest, "Directory_ExpiredPageToken", "The specified page token value has expired and can no longer be included in your request.")
		}
		start = offset
	}
	size := g.pageSize
	if top := q.query.Get("$top"); top != "" {
		n, err := strconv.Atoi(top)
		if err != nil || n < 1 || n > 1000 {
			return refused(http.StatusBadRequest, "Request_UnsupportedQuery", "Invalid page size specified: '"+top+"'.")
		}
		size = min(size, n)
	}
	end := min(start+size, len(p.items))
	value := make([]any, 0, size)
	for _, item := range p.items[start:end] {
		object, _ := item.(document)
		value = append(value, p.shape(object))
	}
	body := document{"@odata.context": q.context(p.context), "value": value}
	if start == 0 && q.query.Get("$count") == "true" {
		body["@odata.count"] = len(p.items)
	}
	if end < len(p.items) {
		rest.Set("$skiptoken", strconv.FormatUint(seal.Sum64(), 36)+"."+strconv.Itoa(end))
		next := url.URL{Path: "/" + q.version + q.path, RawQuery: rest.Encode()}
		body["@odata.nextLink"] = q.root + next.String()
	}
	return answer{status: http.StatusOK, body: body}
}
