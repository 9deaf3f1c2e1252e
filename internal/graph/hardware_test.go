package graph

import (
	"net/http"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/tenant"
)

// withTokenOnly leaves the first account a password and a hardware token, which v1.0 of
// Microsoft Graph does not show.
func withTokenOnly(file map[string]any) {
	user := userIn(file, "ea01")
	user["authentication"].(map[string]any)["methods"] = []any{
		map[string]any{"@odata.type": tenant.MethodPassword, "id": "28c10230-6103-485e-b985-444c60001490", "createdDateTime": nil},
		map[string]any{"@odata.type": tenant.MethodHardwareOATH, "id": "token-ea01", "createdDateTime": nil},
	}
	configurations := file["authenticationMethodsPolicy"].(map[string]any)["authenticationMethodConfigurations"].([]any)
	for _, c := range configurations {
		if configuration := c.(map[string]any); configuration["id"] == hardwareOATH {
			configuration["state"] = "enabled"
			configuration["includeTargets"], configuration["excludeTargets"] = []any{map[string]any{"id": "all_users", "targetType": "group"}}, []any{}
			return
		}
	}
	file["authenticationMethodsPolicy"].(map[string]any)["authenticationMethodConfigurations"] = append(configurations, map[string]any{
		"@odata.type": "#microsoft.graph.hardwareOathAuthenticationMethodConfiguration", "id": hardwareOATH, "state": "enabled",
		"includeTargets": []any{map[string]any{"id": "all_users", "targetType": "group"}}, "excludeTargets": []any{},
	})
}

// TestHardwareTokens: a hardware token counts although v1.0 hides it; where beta does not
// answer nobody who may have one is called locked out; and its configuration is read from
// beta where v1.0 does not list it.
func TestHardwareTokens(t *testing.T) {
	t.Parallel()
	file := edited(t, withTokenOnly)
	unlisted := func(w http.ResponseWriter, r *http.Request, path string) bool {
		if path != "/policies/authenticationMethodsPolicy" || !strings.HasPrefix(r.URL.Path, "/v1.0/") {
			return false
		}
		say(`{"authenticationMethodConfigurations": []}`)(w, r)
		return true
	}
	for _, c := range []struct {
		name      string
		intercept standin.Intercept
		want      checks.Status
	}{
		{"as it is", nil, checks.Pass},
		{"beta refuses the methods", func(w http.ResponseWriter, r *http.Request, path string) bool {
			if path != "/users/"+ea01+"/authentication/methods" || !strings.HasPrefix(r.URL.Path, "/beta/") {
				return false
			}
			refuse(http.StatusForbidden, "", tenant.CodeDenied)(w, r)
			return true
		}, checks.Unknown},
		{"v1.0 does not list the configuration", unlisted, checks.Pass},
	} {
		var options []standin.GraphOption
		if c.intercept != nil {
			options = append(options, standin.WithIntercept(c.intercept))
		}
		got := verdicts(checks.Run(checks.All(), reader(t, serve(t, file, options...)).Snapshot(t.Context()), settings()))
		if r := got["mfa-ready/ea01"]; r.Status != c.want {
			t.Errorf("%s: mfa-ready is %s: %s", c.name, r.Status, r.Reason)
		}
	}
}
