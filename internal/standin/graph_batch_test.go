package standin_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"breakglass/internal/standin"
)

func batch(t *testing.T, g *standin.Graph, addresses ...string) (status int, ids []string, answers map[string]object) {
	t.Helper()
	var requests []object
	for i, address := range addresses {
		requests = append(requests, object{"id": fmt.Sprint(i), "method": "GET", "url": address})
	}
	status, _, body := do(t, http.MethodPost, g.URL()+"/$batch", object{"requests": requests})
	answers = map[string]object{}
	responses, _ := body["responses"].([]any)
	for _, r := range responses {
		response, _ := r.(object)
		id, _ := response["id"].(string)
		ids = append(ids, id)
		answers[id] = response
	}
	return status, ids, answers
}

func TestBatch(t *testing.T) {
	t.Parallel()
	id := idOf(t, ea01)
	addresses := []string{"/domains?$select=id", "/users/" + id, "/users/" + id + "/authentication/methods",
		"users/" + id + "?$select=id", "/nothing", "/organization", "/v1.0/domains", "https://graph.microsoft.com/v1.0/domains"}
	want := []string{"200", "400", "200", "200", "400", "200", "400", "400"}
	var orders [][]string
	for range 2 {
		g := started(t, standin.Tenant())
		status, order, answers := batch(t, g, addresses...)
		for i := range addresses {
			if got := fmt.Sprint(answers[fmt.Sprint(i)]["status"]); status != http.StatusOK || got != want[i] {
				t.Errorf("%s: %d %s, expected %s", addresses[i], status, got, want[i])
			}
		}
		orders = append(orders, order)
		body, _ := answers["3"]["body"].(object)
		if body["id"] != id {
			t.Errorf("a body in a batch: %v", answers["3"])
		}
		if log := g.Requests(); log[0].Path != "/$batch" || log[0].InBatch || log[1].Path != "/domains" || !log[1].InBatch || log[1].Query.Get("$select") != "id" {
			t.Errorf("the log: %+v", log)
		}
	}
	if slices.IsSorted(orders[0]) || !slices.Equal(orders[0], orders[1]) {
		t.Errorf("orders %q: expected the same one twice, and not that of the requests", orders)
	}
	g := started(t, standin.Tenant())
	if status, _, _ := batch(t, g, slices.Repeat([]string{"/domains"}, 21)...); status != http.StatusBadRequest {
		t.Errorf("21 requests: %d", status)
	}
	if status, _, _ := batch(t, g, slices.Repeat([]string{"/domains"}, 20)...); status != http.StatusOK {
		t.Errorf("20 requests: %d", status)
	}
}

func TestNextLinkOfABatchWorksAlone(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant())
	_, _, answers := batch(t, g, "/groups/"+groupID(t, allStaff)+"/members?$select=id&$top=3")
	body, _ := answers["0"]["body"].(object)
	next, _ := body["@odata.nextLink"].(string)
	rest, _ := all(t, next)
	if first, _ := body["value"].([]any); len(first) != 3 || len(rest) != 10 {
		t.Errorf("%d and %d members, expected 3 and 10", len(first), len(rest))
	}
	if u, err := url.Parse(next); err != nil || "http://"+u.Host+"/v1.0" != g.URL() {
		t.Errorf("next page at %s", next)
	}
}

func TestIntercept(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant(), standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, path string) bool {
		switch path {
		case "/domains":
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, `{"error":{"code":"x"}}`)
			return true
		case "/organization":
			_, _ = io.WriteString(w, "<html>"+r.URL.Path)
			return true
		}
		return false
	}))
	_, _, answers := batch(t, g, "/domains", "/organization", "/roleManagement/directory/roleAssignments")
	headers, _ := answers["0"]["headers"].(object)
	if fmt.Sprint(answers["0"]["status"], " ", headers["Retry-After"], " ", answers["0"]["body"]) != "503 7 map[error:map[code:x]]" {
		t.Errorf("an intercepted request of a batch: %v", answers["0"])
	}
	if answers["1"]["body"] != "PGh0bWw+L3YxLjAvb3JnYW5pemF0aW9u" {
		t.Errorf("a body that is not JSON: %v", answers["1"])
	}
	if fmt.Sprint(answers["2"]["status"]) != "200" {
		t.Errorf("a request that is let through: %v", answers["2"])
	}
	if status, header, _ := do(t, http.MethodGet, g.URL()+"/domains", nil); status != http.StatusServiceUnavailable || header.Get("Retry-After") != "7" {
		t.Errorf("an intercepted request: %d %v", status, header)
	}
}
