package graph

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/tenant"
)

// TestRowsOfPermissions: a row whose application, permission or kind of principal Graph does
// not say is never taken for none.
func TestRowsOfPermissions(t *testing.T) {
	t.Parallel()
	const app, write = "d4a1c6e8-0b2f-4d3a-9e57-6c8b0f1a2d3e", "741f803b-c850-494e-b5df-cde7c675a1ca"
	const read = "df021288-bdef-4463-88db-98f22de89214"
	for row, want := range map[string]string{
		`"principalId": "` + app + `", "appRoleId": "` + write + `", "principalType": "ServicePrincipal"`:                                                      "fail, pass",
		`"principalId": "` + app + `", "appRoleId": "` + write + `", "principalType": "Agent"`:                                                                 "unknown, pass",
		`"principalId": "` + app + `", "appRoleId": "` + write + `", "principalType": null`:                                                                    "unknown, pass",
		`"principalId": "` + app + `", "appRoleId": "` + write + `"`:                                                                                           "unknown, pass",
		`"principalId": "` + app + `", "appRoleId": null, "principalType": "ServicePrincipal"`:                                                                 "unknown, pass",
		`"principalId": "` + app + `", "principalType": "ServicePrincipal"`:                                                                                    "unknown, pass",
		`"principalId": null, "appRoleId": "` + write + `", "principalType": "ServicePrincipal"`:                                                               ", unknown",
		`"appRoleId": "` + write + `", "principalType": "ServicePrincipal"`:                                                                                    ", unknown",
		`"principalId": "` + app + `", "appRoleId": "` + read + `", "principalType": "ServicePrincipal"`:                                                       "pass, pass",
		`"principalId": "` + app + `", "appRoleId": "` + read + `", "principalType": "ServicePrincipal"}, {"appRoleId": "` + write + `"`:                       "unknown, unknown",
		`"principalId": "` + app + `", "appRoleId": "` + write + `", "principalType": "ServicePrincipal"}, {"principalId": null, "appRoleId": "` + write + `"`: "fail, unknown",
		``: ", unknown",
	} {
		g := serve(t, standin.Tenant(), standin.WithIntercept(func(w http.ResponseWriter, _ *http.Request, path string) bool {
			if !strings.HasSuffix(path, "/appRoleAssignedTo") {
				return false
			}
			w.Header().Set("Content-Type", "application/json")
			_, err := fmt.Fprintf(w, `{"value": [{%s}]}`, row)
			return err == nil
		}))
		results := verdicts(checks.Run(checks.All(), reader(t, g).Snapshot(t.Context()), settings()))
		said := results["tamper-applications/"+app].Status + ", " + results["tamper-applications/tenant"].Status
		if string(said) != want {
			t.Errorf("{%s}: %s, want %s", row, said, want)
		}
	}
}

// TestOtherAdministratorsAreNoApplications: whoever holds another role is looked for among
// the applications and the groups, and that they are none is said.
func TestOtherAdministratorsAreNoApplications(t *testing.T) {
	t.Parallel()
	const user = "c0ffee00-5b1e-4c55-9b5e-0a4f2d6f7a01"
	file := edited(t, func(file map[string]any) {
		copied := maps.Clone(file["users"].([]any)[5].(map[string]any))
		copied["id"], copied["userPrincipalName"] = user, "r.ito@kitahama.example"
		file["users"] = append(file["users"].([]any), copied)
		file["roleAssignments"] = append(file["roleAssignments"].([]any), map[string]any{
			"id": "other", "principalId": user, "roleDefinitionId": "29232cdf-9323-42fd-ade2-1d097af3e4de", "directoryScopeId": "/"})
	})
	listed := standin.WithIntercept(func(w http.ResponseWriter, _ *http.Request, path string) bool {
		if path != "/groups" {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		_, err := fmt.Fprint(w, `{"value": []}`)
		return err == nil
	})
	for name, options := range map[string][]standin.GraphOption{"no group can hold a role": {listed}, "which groups can is not listed": nil} {
		s := reader(t, serve(t, file, options...)).Snapshot(t.Context())
		_, group := s.Group(user)
		_, application := s.ServicePrincipal(user)
		if !tenant.NotFound(group) || !tenant.NotFound(application) {
			t.Errorf("%s: as a group: %v; as an application: %v", name, group, application)
		}
		if r := verdicts(checks.Run(checks.All(), s, settings()))["tamper-applications/tenant"]; r.Status != checks.Pass {
			t.Errorf("%s: %s: %s", name, r.Status, r.Reason)
		}
	}
}
