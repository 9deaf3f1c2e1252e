package standin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"breakglass/tenant"
)

// TestWhoIsNobody: of an id that is of nobody here, and of those that were deleted.
func TestWhoIsNobody(t *testing.T) {
	t.Parallel()
	const partner, user, group, mentioned = "44444444-4444-4444-8444-444444444444", "55555555-5555-4555-8555-555555555555",
		"66666666-6666-4666-8666-666666666666", "77777777-7777-4777-8777-777777777777"
	notFound := object{"status": 404, "code": "Request_ResourceNotFound"}
	g := started(t, edited(t, func(file object) {
		for i, id := range []string{partner, user, mentioned} {
			file["roleAssignments"] = append(file["roleAssignments"].([]any), object{"id": fmt.Sprint("a", i), "principalId": id, "roleDefinitionId": "r", "directoryScopeId": "/"})
		}
		users := file["conditionalAccessPolicies"].([]any)[0].(object)["conditions"].(object)["users"].(object)
		users["excludeGroups"] = append(users["excludeGroups"].([]any), strings.ToUpper(group))
		file["deletedObjects"] = []any{strings.ToUpper(user), group}
		file["unreadable"] = object{"users/" + partner: notFound, "groups/" + partner: notFound, "servicePrincipals/" + partner: notFound}
	}))
	const gone, denied, found = "404 Request_ResourceNotFound", "403 Authorization_RequestDenied", "200 "
	for id, want := range map[string][4]string{
		partner:                                {gone, gone, gone, gone},
		user:                                   {gone, gone, gone, found + tenant.TypeUser},
		group:                                  {gone, gone, gone, found + tenant.TypeGroup},
		mentioned:                              {denied, denied, denied, gone}, // not collected
		idOf(t, ea01):                          {found, gone, gone, gone},
		"d4a1c6e8-0b2f-4d3a-9e57-6c8b0f1a2d3e": {gone, gone, found, gone}, // an application
		"88888888-8888-4888-8888-888888888888": {gone, gone, gone, gone},  // never heard of
	} {
		for i, path := range []string{"/users/", "/groups/", "/servicePrincipals/", "/directory/deletedItems/"} {
			status, body := get(t, g.URL()+path+id+"?$select=id")
			got := fmt.Sprint(status, " ")
			if kind, ok := body["@odata.type"]; ok {
				got += fmt.Sprint(kind)
			}
			if status != http.StatusOK {
				got += code(t, body)
			} else if !strings.EqualFold(fmt.Sprint(body["id"]), id) {
				t.Errorf("%s%s: %v", path, id, body)
			}
			if got != want[i] {
				t.Errorf("%s%s: %s, expected %s", path, id, got, want[i])
			}
		}
	}
	g = started(t, edited(t, func(file object) {
		delete(file, "deletedObjects")
		file["users"].([]any)[0].(object)["riskyUser"] = nil
	}))
	if status, body := get(t, g.URL()+"/directory/deletedItems/"+user); status != http.StatusForbidden {
		t.Errorf("not collected: %d %v", status, body)
	}
	if status, body := get(t, g.URL()+"/identityProtection/riskyUsers?$filter="+url.QueryEscape("id eq '"+idOf(t, ea01)+"'")); status != http.StatusOK || len(body["value"].([]any)) != 0 {
		t.Errorf("somebody without risk: %d %v", status, body)
	}
}
