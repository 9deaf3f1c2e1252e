package standin_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestAbsentIsRefused(t *testing.T) {
	t.Parallel()
	id := idOf(t, ea01)
	for key, question := range map[string]string{
		"organization": "/organization", "domains": "/domains", "users": "/users/" + id + "?$select=id",
		"groups": "/users/" + id + "/transitiveMemberOf?$select=id", "roleAssignments": "/roleManagement/directory/roleAssignments",
		"authenticationMethodsPolicy": "/policies/authenticationMethodsPolicy", "signIns": "/auditLogs/signIns",
		"certificateAuthorities":           "/directory/publicKeyInfrastructure/certificateBasedAuthConfigurations",
		"groupAssignmentScheduleInstances": "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances?$filter=groupId%20eq%20'" + groupID(t, exclusions) + "'",
	} {
		g := started(t, edited(t, func(file object) { delete(file, key) }))
		status, body := get(t, g.URL()+question)
		if got := fmt.Sprint(status, " ", code(t, body)); got != "403 Authorization_RequestDenied" {
			t.Errorf("without %s: %s: %s", key, question, got)
		}
	}
	g := started(t, edited(t, func(file object) { delete(file["users"].([]any)[0].(object), "onPremisesSyncEnabled") }))
	if _, body := get(t, g.URL()+"/users/"+id+"?$select=id,onPremisesSyncEnabled"); len(body) != 2 {
		t.Errorf("%v, expected no onPremisesSyncEnabled: null would be an answer", body)
	}
	// Somebody who is only mentioned was not collected; somebody deleted is gone.
	sato := idOf(t, "k.sato@kitahama.example")
	g = started(t, edited(t, func(file object) {
		users := file["users"].([]any)
		file["users"] = slices.Delete(users, 2, 3)
	}))
	if status, _ := get(t, g.URL()+"/users/"+sato+"?$select=id"); status != http.StatusForbidden {
		t.Errorf("a user who is only mentioned: %d, expected 403", status)
	}
	g = started(t, edited(t, func(file object) {
		file["users"] = slices.Delete(file["users"].([]any), 2, 3)
		file["deletedObjects"] = []any{sato}
	}))
	if status, _ := get(t, g.URL()+"/users/"+sato+"?$select=id"); status != http.StatusNotFound {
		t.Errorf("a deleted user: %d, expected 404", status)
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	id, group := idOf(t, ea02), groupID(t, exclusions)
	byUser := "/auditLogs/signIns?$filter=userId%20eq%20'" + id + "'"
	pim := "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances?$filter=groupId%20eq%20'" + group + "'"
	for key, question := range map[string]string{
		"signIns":                                               byUser,
		"users/" + id + "/signIns":                              byUser,
		"users/" + strings.ToUpper(id):                          "/users/" + id + "?$select=id",
		"users/" + ea02:                                         "/users/" + id + "/authentication/methods",
		"users/" + id + "/authentication/methods":               "/users/" + id + "/authentication/methods",
		"users/" + id + "/signInActivity":                       "/users/" + id + "?$select=id,signInActivity",
		"users/" + id + "/transitiveMemberOf":                   "/users/" + id + "/transitiveMemberOf/microsoft.graph.group",
		"groups/" + group:                                       "/groups/" + group + "/members",
		"groups/" + group + "/members":                          "/groups/" + group + "/members",
		"groups/" + group + "/isAssignableToRole":               "/groups/" + group + "?$select=id,isAssignableToRole",
		"groupAssignmentScheduleInstances":                      pim,
		"groups/" + group + "/groupAssignmentScheduleInstances": pim,
		"conditionalAccessPolicies":                             "/identity/conditionalAccess/policies",
		"authenticationMethodsPolicy":                           "/policies/authenticationMethodsPolicy",
	} {
		g := started(t, edited(t, func(file object) {
			file["unreadable"] = object{key: object{"status": 403, "code": "Authentication_RequestFromNonPremiumTenantOrB2CTenant"}}
		}))
		status, body := get(t, g.URL()+question)
		if got := fmt.Sprint(status, " ", code(t, body)); got != "403 Authentication_RequestFromNonPremiumTenantOrB2CTenant" {
			t.Errorf("%s unreadable: %s: %s", key, question, got)
		}
		if status, _ := get(t, g.URL()+"/domains"); status != http.StatusOK {
			t.Errorf("%s unreadable: /domains: %d", key, status)
		}
	}
	g := started(t, edited(t, func(file object) {
		file["unreadable"] = object{"users/" + id + "/signInActivity": object{"status": 403, "code": "x"}}
	}))
	if status, _ := get(t, g.URL()+"/users/"+id+"?$select=id"); status != http.StatusOK {
		t.Errorf("the other properties of a user: %d", status)
	}
}
