package standin_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"breakglass/internal/standin"
	"breakglass/tenant"
)

// beta is the address of the beta version.
func beta(g *standin.Graph) string { return strings.TrimSuffix(g.URL(), "/v1.0") + "/beta" }

// idsIn are the ids of the items of a list.
func idsIn(t *testing.T, address string) []string {
	t.Helper()
	items, _ := all(t, address)
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = fmt.Sprint(item.(object)["id"])
	}
	return ids
}

// TestPreviewPoliciesAreShownByBeta: v1.0 says nothing of a policy that it cannot show.
func TestPreviewPoliciesAreShownByBeta(t *testing.T) {
	t.Parallel()
	const preview, gone = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
	g := started(t, edited(t, func(file object) {
		policies := file["conditionalAccessPolicies"].([]any)
		file["conditionalAccessPolicies"] = append(policies,
			object{"id": preview, "state": "enabled", "conditions": object{"agentIdRiskLevels": "high"}},
			object{"id": gone, "state": "enabled", "conditions": object{}, "deletedDateTime": "2026-11-20T00:00:00Z"})
	}))
	const path = "/identity/conditionalAccess/policies"
	published, whole := idsIn(t, g.URL()+path), idsIn(t, beta(g)+path)
	if slices.Contains(published, preview) || !slices.Equal(append(published, preview), whole) || slices.Contains(whole, gone) {
		t.Errorf("v1.0 lists %q, beta %q", published, whole)
	}
	status, body := get(t, g.URL()+path+"/"+preview)
	if got := fmt.Sprint(status, " ", code(t, body)); got != "400 BadRequest" || !strings.Contains(fmt.Sprint(body), "1037") {
		t.Errorf("v1.0: %s %v", got, body)
	}
	if status, body := get(t, beta(g)+path+"/"+preview); status != http.StatusOK || body["id"] != preview {
		t.Errorf("beta: %d %v", status, body)
	}
}

// TestHardwareTokensAreShownByBeta: the methods of v1.0 hold none, and say nothing of it.
func TestHardwareTokensAreShownByBeta(t *testing.T) {
	t.Parallel()
	id := idOf(t, "d.suzuki@kitahama.example")
	token := object{"@odata.type": tenant.MethodHardwareOATH, "id": "aad49556-840c-4a3e-9f2e-2f0c5b1c9d11", "createdDateTime": nil,
		"device": object{"id": "aad49556-840c-4a3e-9f2e-2f0c5b1c9d11", "serialNumber": "TOTP123456", "manufacturer": "Contoso", "model": "Hardware Token 1000", "status": "activated"}}
	var methods []any
	g := started(t, edited(t, func(file object) {
		for _, u := range file["users"].([]any) {
			if user := u.(object); user["id"] == id {
				authentication := user["authentication"].(object)
				methods = append(authentication["methods"].([]any), token)
				authentication["methods"] = methods
			}
		}
	}))
	path := "/users/" + id + "/authentication/"
	if items, _ := all(t, g.URL()+path+"methods"); !reflect.DeepEqual(items, methods[:len(methods)-1]) {
		t.Errorf("the methods of v1.0: %v", items)
	}
	if items, _ := all(t, beta(g)+path+"methods"); !reflect.DeepEqual(items, methods) {
		t.Errorf("the methods of beta: %v", items)
	}
	if items, _ := all(t, beta(g)+path+"hardwareOathMethods"); !reflect.DeepEqual(items, []any{token}) {
		t.Errorf("the tokens: %v", items)
	}
	if items, _ := all(t, beta(g)+"/users/"+idOf(t, ea01)+"/authentication/hardwareOathMethods"); len(items) != 0 {
		t.Errorf("the tokens of somebody without: %v", items)
	}
	if status, body := get(t, g.URL()+path+"hardwareOathMethods"); status != http.StatusBadRequest {
		t.Errorf("v1.0: %d %v", status, body)
	}
}

// TestApplicationsInGroupsAreShownByBeta: v1.0 lists them only where they are asked for by
// their type.
func TestApplicationsInGroupsAreShownByBeta(t *testing.T) {
	t.Parallel()
	id, group := idOf(t, ea01), groupID(t, exclusions)
	const app, agent = "d4a1c6e8-0b2f-4d3a-9e57-6c8b0f1a2d3e", "33333333-3333-4333-8333-333333333333"
	g := started(t, edited(t, func(file object) {
		file["users"] = append(file["users"].([]any), object{"id": agent, "userPrincipalName": "agent@kitahama.example", "displayName": "Agent"})
		for _, item := range file["groups"].([]any) {
			if g := item.(object); g["id"] == group {
				members := []any{object{"@odata.type": "#microsoft.graph.agentUser", "id": agent}, object{"@odata.type": tenant.TypeServicePrincipal, "id": app}, object{"@odata.type": tenant.TypeUser, "id": id}}
				g["members"], g["owners"] = members, members[1:]
			}
		}
	}))
	path := "/groups/" + group
	for address, want := range map[string][]string{
		g.URL() + path + "/members?$select=id":                                        {agent, id},
		beta(g) + path + "/members?$select=id":                                        {agent, app, id},
		g.URL() + path + "/members/graph.servicePrincipal?$select=id":                 {app},
		beta(g) + path + "/members/microsoft.graph.user?$select=id":                   {id},
		g.URL() + path + "/owners?$select=id":                                         {id},
		beta(g) + path + "/owners?$select=id":                                         {app, id},
		g.URL() + path + "/owners/microsoft.graph.servicePrincipal?$select=id":        {app},
		g.URL() + "/users/" + agent + "/transitiveMemberOf/graph.group?$select=id":    {group},
		g.URL() + "/users/" + id + "/transitiveMemberOf/microsoft.graph.group?$top=1": {group, groupID(t, "SEC-Administrators")},
	} {
		if ids := idsIn(t, address); !slices.Equal(ids, want) {
			t.Errorf("%s: %q, expected %q", address, ids, want)
		}
	}
	members, _ := all(t, beta(g)+path+"/members?$select=id,displayName")
	for i, want := range []object{
		{"@odata.type": "#microsoft.graph.agentUser", "id": agent, "displayName": "Agent"},
		{"@odata.type": tenant.TypeServicePrincipal, "id": app, "displayName": "Kumo Backup for Microsoft 365"},
	} {
		if !reflect.DeepEqual(members[i], any(want)) {
			t.Errorf("a member: %v, expected %v", members[i], want)
		}
	}
	if status, _ := get(t, g.URL()+"/users/"+id+"/transitiveMemberOf/graph.user"); status != http.StatusBadRequest {
		t.Errorf("groups that are users: %d", status)
	}
}

// TestBetaInABatch: a batch of beta reaches what v1.0 does not have.
func TestBetaInABatch(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant())
	path := "/users/" + idOf(t, ea01) + "/authentication/requirements"
	for address, want := range map[string]string{beta(g): "200", g.URL(): "400"} {
		requests := object{"requests": []any{object{"id": "1", "method": "GET", "url": path}, object{"id": "2", "method": "GET", "url": "/identity/conditionalAccess/policies?$select=id"}}}
		_, _, body := do(t, http.MethodPost, address+"/$batch", requests)
		for _, r := range body["responses"].([]any) {
			if response := r.(object); response["id"] == "1" && fmt.Sprint(response["status"]) != want {
				t.Errorf("%s: %v, expected %s", address, response, want)
			}
		}
	}
}
