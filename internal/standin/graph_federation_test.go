package standin_test

import (
	"fmt"
	"reflect"
	"testing"
)

// TestFederationAndSynchronization: both are served as lists of one, and where the file
// does not hold them, the answer is what Graph's is.
func TestFederationAndSynchronization(t *testing.T) {
	t.Parallel()
	const federation, synchronization = "/domains/" + federated + "/federationConfiguration", "/directory/onPremisesSynchronization"
	g := started(t, withRest(t))
	file := decoded(t, withRest(t))
	domains := file["domains"].([]any)
	if items, _ := all(t, g.URL()+federation); !reflect.DeepEqual(items, domains[len(domains)-1].(object)["federationConfiguration"]) {
		t.Errorf("federation: %v", items)
	}
	want := []any{object{"id": file["organization"].(object)["id"], "features": file["directorySynchronization"].(object)["features"]}}
	for _, query := range []string{"", "?$select=id,features"} {
		if items, _ := all(t, g.URL()+synchronization+query); !reflect.DeepEqual(items, want) {
			t.Errorf("synchronisation: %v, expected %v", items, want)
		}
	}
	items, _ := all(t, g.URL()+"/domains")
	for _, item := range items {
		if item.(object)["federationConfiguration"] != nil {
			t.Errorf("a domain brings its federation along: %v", item)
		}
	}
	refused := func(key string) func(object) {
		return func(file object) { file["unreadable"] = object{key: object{"status": 403, "code": "x"}} }
	}
	for _, c := range []struct {
		question, want string
		change         func(object)
	}{
		{federation + "?$select=id", "400 BadRequest", nil},
		{synchronization + "?$expand=x", "400 BadRequest", nil},
		{"/domains/kitahama.example/federationConfiguration", "403 Authorization_RequestDenied", nil}, // not collected
		{"/domains/elsewhere.example/federationConfiguration", "404 Request_ResourceNotFound", nil},
		{federation, "404 Request_ResourceNotFound", func(file object) {
			domains := file["domains"].([]any)
			domains[len(domains)-1].(object)["federationConfiguration"] = []any{}
		}},
		{federation, "403 x", refused("domains/" + federated + "/federationConfiguration")},
		{federation, "403 x", refused("domains")},
		{federation, "403 Authorization_RequestDenied", func(file object) { delete(file, "domains") }},
		{synchronization, "403 x", refused("directorySynchronization")},
		{synchronization, "403 Authorization_RequestDenied", func(file object) { delete(file, "directorySynchronization") }},
	} {
		g := g
		if c.change != nil {
			file := decoded(t, withRest(t))
			c.change(file)
			g = started(t, encoded(t, file))
		}
		status, body := get(t, g.URL()+c.question)
		if got := fmt.Sprint(status, " ", code(t, body)); got != c.want {
			t.Errorf("%s: %s, expected %s", c.question, got, c.want)
		}
	}
}
