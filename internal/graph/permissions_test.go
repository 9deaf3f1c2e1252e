package graph

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"breakglass/checks"
	"breakglass/internal/standin"
)

// needed is the permission that a request takes: the least privileged one of
// https://learn.microsoft.com/graph/permissions-reference.
func needed(r *http.Request, path string) string {
	for _, rule := range []struct{ prefix, suffix, permission string }{
		{"/users/", "/authentication/methods", "UserAuthenticationMethod.Read.All"},
		{"/users/", "/authentication/requirements", "Policy.Read.All"},
		{"/users/", "/transitiveMemberOf/graph.group", "GroupMember.Read.All"},
		{"/users/", "", "User.Read.All"},
		{"/groups", "", "GroupMember.Read.All"},
		{"/organization", "", "Organization.Read.All"},
		{"/domains/", "/federationConfiguration", "Domain-InternalFederation.Read.All"},
		{"/domains", "", "Domain.Read.All"},
		{"/roleManagement/", "", "RoleManagement.Read.Directory"},
		{"/policies/roleManagementPolicyAssignments", "", "RoleManagement.Read.Directory"},
		{"/policies/authenticationMethodsPolicy", "", "Policy.Read.AuthenticationMethod"},
		{"/policies/authenticationStrengthPolicies", "", "Policy.Read.AuthenticationMethod"},
		{"/policies/", "", "Policy.Read.All"},
		{"/identity/conditionalAccess/", "", "Policy.Read.All"},
		{"/identityProtection/", "", "IdentityRiskyUser.Read.All"},
		{"/identityGovernance/privilegedAccess/group/assignment", "", "PrivilegedAssignmentSchedule.Read.AzureADGroup"},
		{"/identityGovernance/privilegedAccess/group/eligibility", "", "PrivilegedEligibilitySchedule.Read.AzureADGroup"},
		{"/directory/deletedItems/", "", "User.Read.All"},
		{"/directory/administrativeUnits", "", "AdministrativeUnit.Read.All"},
		{"/directory/onPremisesSynchronization", "", "OnPremDirectorySynchronization.Read.All"},
		{"/directory/publicKeyInfrastructure/", "", "PublicKeyInfrastructure.Read.All"},
		{"/servicePrincipals", "", "Application.Read.All"},
		{"/auditLogs/", "", "AuditLog.Read.All"},
	} {
		if strings.HasPrefix(path, rule.prefix) && strings.HasSuffix(path, rule.suffix) {
			if rule.permission == "User.Read.All" && strings.Contains(r.URL.RawQuery, "signInActivity") {
				return "AuditLog.Read.All" // beside User.Read.All
			}
			return rule.permission
		}
	}
	return ""
}

// TestPermissions withdraws each permission: the checks that the list names, and no
// others, become unknown, and what they say names the permission. Nothing that is asked
// for needs a permission that is not in the list.
func TestPermissions(t *testing.T) {
	t.Parallel()
	file := withEverything(t)
	known := settled(t, file)
	want := verdicts(checks.Run(checks.All(), reader(t, serve(t, file)).Snapshot(t.Context()), known))
	for key, result := range want {
		if result.Status == checks.Unknown {
			t.Fatalf("%s is unknown with all of them: %s", key, result.Reason)
		}
	}
	for _, p := range checks.Permissions() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			var refused atomic.Int64
			g := serve(t, file, standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, path string) bool {
				permission := needed(r, path)
				if permission == "" && path != "/$batch" {
					t.Errorf("%s needs no permission that is known", path)
				}
				if permission != p.Name && (p.Name != "User.Read.All" || !strings.Contains(r.URL.RawQuery, "signInActivity")) {
					return false
				}
				refused.Add(1)
				refuse(403, "", "Authorization_RequestDenied")(w, r)
				return true
			}))
			r := reader(t, g)
			r.credential = anyToken{without: p.Name}
			got := verdicts(checks.Run(checks.All(), r.Snapshot(t.Context()), known))
			if refused.Load() == 0 {
				t.Error("nothing is asked for that needs it")
			}
			var lost []string
			named := false
			for key, before := range want {
				now, asked := got[key]
				if asked && now.Status == checks.Unknown && before.Status != checks.Unknown || !asked && before.Status != checks.NotApplicable {
					lost = append(lost, before.Check)
				}
			}
			for _, now := range got {
				named = named || strings.Contains(now.Reason, p.Name)
				if now.Status == checks.Unknown {
					lost = append(lost, now.Check)
				}
				if now.Check == "tamper-self" && now.Status != checks.Fail {
					t.Errorf("tamper-self: %s", now.Status)
				}
			}
			slices.Sort(lost)
			lost = slices.Compact(lost)
			if !slices.Equal(lost, slices.Sorted(slices.Values(p.Checks))) {
				t.Errorf("without it unknown: \"%s\"", strings.Join(lost, `", "`))
			}
			if !named {
				t.Error("no result names it")
			}
		})
	}
}
