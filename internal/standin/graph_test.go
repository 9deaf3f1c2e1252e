package standin_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"breakglass/internal/standin"
	"breakglass/tenant"
)

type object = map[string]any

// started serves a tenant file for the time of a test.
func started(t *testing.T, file []byte, options ...standin.GraphOption) *standin.Graph {
	t.Helper()
	g, err := standin.NewGraph(file, options...)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// do asks with a token.
func do(t *testing.T, method, address string, body any) (int, http.Header, object) {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer any")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }() // all of it was read
	data, err = io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, decoded(t, data)
}

func decoded(t *testing.T, data []byte) object {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var o object
	if err := decoder.Decode(&o); err != nil && !errors.Is(err, io.EOF) {
		t.Fatalf("%v in %.200s", err, data)
	}
	return o
}

func get(t *testing.T, address string) (int, object) {
	t.Helper()
	status, _, body := do(t, http.MethodGet, address, nil)
	return status, body
}

// all follows the pages of a list.
func all(t *testing.T, address string) (items []any, pages int) {
	t.Helper()
	for address != "" {
		status, body := get(t, address)
		if status != http.StatusOK {
			t.Fatalf("%s: %d %v", address, status, body)
		}
		value, ok := body["value"].([]any)
		if !ok {
			t.Fatalf("%s: no list in %v", address, body)
		}
		items = append(items, value...)
		address, _ = body["@odata.nextLink"].(string)
		pages++
	}
	return items, pages
}

// code returns the code of an error, after a look at its envelope.
func code(t *testing.T, body object) string {
	t.Helper()
	e, _ := body["error"].(object)
	inner, _ := e["innerError"].(object)
	for _, name := range []string{"date", "request-id", "client-request-id"} {
		if text, _ := inner[name].(string); text == "" {
			t.Errorf("the error envelope has no %s: %v", name, body)
		}
	}
	text, _ := e["code"].(string)
	return text
}

// written returns the tenant file, as JSON.
func written(t *testing.T) object {
	t.Helper()
	return decoded(t, standin.Tenant())
}

// edited returns the tenant file after a change.
func edited(t *testing.T, change func(object)) []byte {
	t.Helper()
	file := written(t)
	change(file)
	return encoded(t, file)
}

func encoded(t *testing.T, file object) []byte {
	t.Helper()
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func idOf(t *testing.T, name string) string {
	t.Helper()
	return userOf(t, snapshot(t), name).ID
}

const (
	roleFilter  = "?$filter=roleDefinitionId%20eq%20'62e90394-69f5-4237-9190-012177145e10'"
	exclusions  = "CA-Exclude-EmergencyAccess"
	allStaff    = "SEC-全従業員"
	federated   = "fed.kitahama.example" // of withRest
	groupSelect = "?$select=id,displayName,isAssignableToRole,isManagementRestricted,groupTypes,onPremisesSyncEnabled"
	userSelect  = "?$select=id,userPrincipalName,displayName,accountEnabled,userType,onPremisesSyncEnabled,passwordPolicies," +
		"lastPasswordChangeDateTime,assignedPlans,isManagementRestricted,mobilePhone,businessPhones,otherMails,authorizationInfo,signInActivity"
)

func groupID(t *testing.T, name string) string {
	t.Helper()
	groups, err := snapshot(t).Groups.Get()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		if text(g.DisplayName) == name {
			return g.ID
		}
	}
	t.Fatalf("no group is called %s", name)
	return ""
}

func TestListsAreTheFile(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant())
	file := written(t)
	for path, key := range map[string]string{
		"/domains": "domains",
		"/roleManagement/directory/roleAssignments": "roleAssignments",
		"/identity/conditionalAccess/policies":      "conditionalAccessPolicies",
		"/policies/authenticationStrengthPolicies":  "authenticationStrengthPolicies",
		"/auditLogs/directoryAudits":                "directoryAudits",
	} {
		items, pages := all(t, g.URL()+path)
		if !reflect.DeepEqual(items, file[key]) {
			t.Errorf("%s differs from %s of the file", path, key)
		}
		if want := (len(items) + 4) / 5; pages != want {
			t.Errorf("%s came in %d pages, expected %d", path, pages, want)
		}
	}
	if items, _ := all(t, g.URL()+"/organization"); !reflect.DeepEqual(items, []any{file["organization"]}) {
		t.Error("/organization differs from the file")
	}
	_, body := get(t, g.URL()+"/policies/authenticationMethodsPolicy")
	delete(body, "@odata.context")
	if !reflect.DeepEqual(body, file["authenticationMethodsPolicy"]) {
		t.Error("/policies/authenticationMethodsPolicy differs from the file")
	}
}

func TestUserIsTheFile(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant())
	user, _ := written(t)["users"].([]any)[0].(object)
	address := g.URL() + "/users/" + user["id"].(string)
	items, _ := all(t, address+"/authentication/methods")
	if want := user["authentication"].(object)["methods"]; !reflect.DeepEqual(items, want) {
		t.Errorf("methods: %v, expected %v", items, want)
	}
	status, body := get(t, address+userSelect)
	delete(body, "@odata.context")
	delete(user, "authentication")
	delete(user, "riskyUser")
	if status != http.StatusOK || !reflect.DeepEqual(body, user) {
		t.Errorf("%d %v, expected %v", status, body, user)
	}
	_, body = get(t, address+"?$select=displayName")
	delete(body, "@odata.context")
	if want := (object{"displayName": user["displayName"]}); !reflect.DeepEqual(body, want) {
		t.Errorf("$select=displayName: %v, expected %v", body, want)
	}
}

func TestGroupMembers(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant())
	_, body := get(t, g.URL()+"/groups/"+groupID(t, exclusions)+groupSelect)
	if body["isAssignableToRole"] != true || body["members"] != nil {
		t.Errorf("the group: %v", body)
	}
	items, pages := all(t, g.URL()+"/groups/"+groupID(t, allStaff)+"/members?$select=id,userPrincipalName")
	if len(items) != 13 || pages != 3 {
		t.Errorf("%d members in %d pages, expected 13 in 3", len(items), pages)
	}
	want := object{"@odata.type": tenant.TypeUser, "id": idOf(t, "k.sato@kitahama.example"), "userPrincipalName": "k.sato@kitahama.example"}
	if !reflect.DeepEqual(items[0], any(want)) {
		t.Errorf("a member: %v, expected %v", items[0], want)
	}
}

func TestTransitiveMemberOf(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant())
	for name, want := range map[string][]string{
		ea01:                        {"CA-Exclude-EmergencyAccess", "SEC-Administrators"},
		"d.suzuki@kitahama.example": {"Role-GlobalAdministrators", "SEC-Administrators", allStaff}, // the second through the first
	} {
		for _, cast := range []string{"", "/microsoft.graph.group", "/graph.group"} {
			items, _ := all(t, g.URL()+"/users/"+idOf(t, name)+"/transitiveMemberOf"+cast+"?$select=id,displayName")
			var names []string
			for _, item := range items {
				group, _ := item.(object)
				names = append(names, fmt.Sprint(group["displayName"]))
				if typed := group["@odata.type"] != nil; typed != (cast == "") {
					t.Errorf("type of a member of %q: %v", cast, group["@odata.type"])
				}
			}
			if !slices.Equal(names, want) {
				t.Errorf("%s is in %q, expected %q", name, names, want)
			}
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant())
	group := groupID(t, "Role-GlobalAdministrators")
	signIns := "/auditLogs/signIns?$filter=userId eq '" + idOf(t, ea02) + "'"
	for question, want := range map[string]int{
		"/roleManagement/directory/roleAssignments" + roleFilter:                                                     5,
		"/roleManagement/directory/roleAssignmentScheduleInstances" + roleFilter:                                     6,
		"/roleManagement/directory/roleEligibilityScheduleInstances" + roleFilter:                                    1,
		"/identityGovernance/privilegedAccess/group/assignmentScheduleInstances?$filter=groupId eq '" + group + "'":  1,
		"/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances?$filter=groupId eq '" + group + "'": 0,
		signIns: 6,
		signIns + " and createdDateTime ge 2026-11-13T01:14:22Z":                                                                  3,
		signIns + " and createdDateTime ge 2026-11-14T00:00:00Z and status/errorCode eq 0":                                        0,
		signIns + " and status/errorCode eq 0&$top=2":                                                                             6,
		"/auditLogs/signIns?$filter=userId eq '" + idOf(t, ea01) + "'":                                                            2,
		"/auditLogs/signIns?$filter=userId eq '" + idOf(t, ea01) + "' and status/errorCode eq 0":                                  0,
		"/auditLogs/directoryAudits?$filter=activityDateTime ge 2026-11-18T00:00:00Z and loggedByService eq 'Conditional Access'": 1,
		"/auditLogs/directoryAudits?$filter=activityDateTime ge 2026-11-19T00:00:00Z":                                             0,
		"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '9DB5431B-c8e6-4223-8176-c6e21d0ff7fd')":                1,
		"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '" + idOf(t, ea01) + "')":                               0,
		"/directory/publicKeyInfrastructure/certificateBasedAuthConfigurations":                                                   0,
		"/policies/authenticationStrengthPolicies?$filter=policyType eq 'custom'":                                                 1,
		"/identity/conditionalAccess/policies?$filter=state eq 'disabled'&$select=id,state":                                       1,
	} {
		if items, _ := all(t, g.URL()+strings.ReplaceAll(question, " ", "%20")); len(items) != want {
			t.Errorf("%s: %d items, expected %d", question, len(items), want)
		}
	}
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant())
	id, group := idOf(t, ea01), groupID(t, exclusions)
	for question, want := range map[string]string{
		"/users/" + id:     "400 BadRequest", // no $select
		"/groups/" + group: "400 BadRequest",
		"/users/" + id + "?$select=id,accountEnabeld":                                      "400 BadRequest",
		"/users/" + id + "?$select=id&$expand=manager":                                     "400 BadRequest",
		"/users/" + ea01 + "?$select=id,signInActivity":                                    "400 BadRequest",
		"/users/" + id + "/authentication/methods?$select=id":                              "400 BadRequest",
		"/policies/authenticationMethodsPolicy?$expand=authenticationMethodConfigurations": "400 BadRequest",
		"/auditLogs/signIns?$filter=deviceDetail/browser%20eq%20'x'":                       "400 BadRequest",
		"/auditLogs/signIns?$filter=userId":                                                "400 BadRequest",
		"/auditLogs/directoryAudits?$filter=category%20eq%20'Policy'":                      "400 BadRequest",
		"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/type%20eq%20'User')":   "400 BadRequest",
		"/auditLogs/signIns?$top=0":                                                        "400 Request_UnsupportedQuery",
		"/domains?$skiptoken=made-up.1":                                                    "400 Directory_ExpiredPageToken",
		"/identityGovernance/privilegedAccess/group/assignmentScheduleInstances":           "400 MissingParameters",
		"/nothing": "400 BadRequest",
		"/users/ea09@kitahama.onmicrosoft.com?$select=id":        "404 Request_ResourceNotFound",
		"/users/00000000-0000-4000-8000-000000000000?$select=id": "404 Request_ResourceNotFound",
		"/users/" + group + "?$select=id":                        "404 Request_ResourceNotFound",
		"/groups/" + id + "?$select=id":                          "404 Request_ResourceNotFound",
		"/users/" + id + "/authentication/requirements":          "400 BadRequest", // beta only
	} {
		status, body := get(t, g.URL()+question)
		if got := fmt.Sprint(status, " ", code(t, body)); got != want {
			t.Errorf("%s: %s, expected %s", question, got, want)
		}
	}
	if status, _, body := do(t, http.MethodDelete, g.URL()+"/users/"+id, nil); status != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: %d %v", status, body)
	}
	if status, body := get(t, g.URL()+"/users/"+ea01+"?$select=id,accountEnabled"); status != http.StatusOK || body["id"] != id {
		t.Errorf("by user principal name: %d %v", status, body)
	}
}

func TestDefaultsWithoutSelect(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant(), standin.WithoutStrictSelect())
	status, body := get(t, g.URL()+"/users/"+idOf(t, ea01))
	if _, ok := body["accountEnabled"]; status != http.StatusOK || ok || body["userPrincipalName"] != ea01 {
		t.Errorf("%d %v, expected the default properties", status, body)
	}
}

func TestRequestIDsDiffer(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant())
	seen := map[any]bool{}
	for range 3 {
		_, body := get(t, g.URL()+"/nothing")
		seen[body["error"].(object)["innerError"].(object)["request-id"]] = true
	}
	if len(seen) != 3 {
		t.Errorf("request ids: %v, expected three", seen)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	g := started(t, standin.Tenant(), standin.WithTokenCheck(func(token string) bool { return token == "good" }))
	for header, want := range map[string]int{"": 401, "Bearer bad": 401, "Basic good": 401, "Bearer good": 200} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.URL()+"/domains", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", header)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close() // nothing is read from it
		if response.StatusCode != want {
			t.Errorf("Authorization %q: %d, expected %d", header, response.StatusCode, want)
		}
	}
}

func TestBetaShowsOtherSignIns(t *testing.T) {
	t.Parallel()
	g := started(t, edited(t, func(file object) {
		file["signIns"].([]any)[0].(object)["signInEventTypes"] = []any{"nonInteractiveUser"}
		file["signIns"].([]any)[1].(object)["signInEventTypes"] = []any{"interactiveUser"}
	}))
	for question, want := range map[string]int{
		"/v1.0/auditLogs/signIns": 7,
		"/beta/auditLogs/signIns": 7,
		"/beta/auditLogs/signIns?$filter=signInEventTypes/any(t:%20t%20eq%20'nonInteractiveUser')": 1,
	} {
		items, _ := all(t, strings.TrimSuffix(g.URL(), "/v1.0")+question)
		if len(items) != want {
			t.Errorf("%s: %d sign-ins, expected %d", question, len(items), want)
		}
		for _, item := range items {
			for _, property := range []string{"signInEventTypes", "authenticationDetails", "authenticationRequirement", "sessionId"} {
				if _, told := item.(object)[property]; told && !strings.HasPrefix(question, "/beta") {
					t.Errorf("%s tells the %s of a sign-in, which only beta does", question, property)
				}
			}
		}
	}
}
