package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"breakglass/internal/standin/apptest"

	"github.com/zclconf/go-cty/cty"
)

// rolesOf are the roles that the identity is given in Azure, by their names, and on what.
func rolesOf(t *testing.T, variables map[string]cty.Value) map[string][]string {
	t.Helper()
	i := apptest.ReadInfra(t, variables)
	names := map[string]string{}
	for name, id := range i.Local(t, "roles").AsValueMap() {
		names[id.AsString()] = name
	}
	on := map[string][]string{}
	for _, given := range i.Local(t, "access").AsValueMap() {
		scope := strings.TrimPrefix(given.GetAttr("scope").AsString(), "/")
		on[scope] = append(on[scope], names[given.GetAttr("role").AsString()])
		slices.Sort(on[scope])
	}
	return on
}

// TestInfraRoles: the identity owns the data of the host's account alone, and with
// package_read_only it cannot replace its own program.
func TestInfraRoles(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"stcontosohost":    {"blob_owner", "table_contributor"},
		"breakglass-state": {"blob_contributor"},
		"stcontosopkg":     {"blob_contributor", "blob_reader"},
		"appi-contoso":     {"metrics_publisher"},
		"kv-contoso":       {"secrets_user"},
	}
	if got := rolesOf(t, nil); !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("roles %v", got)
	}
	want["stcontosopkg"] = []string{"blob_reader"}
	if got := rolesOf(t, map[string]cty.Value{"package_read_only": cty.True}); !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("read only: roles %v", got)
	}
}

// nobodyTold are the variables that have no default, of an installation without sinks.
func nobodyTold() map[string]cty.Value {
	return map[string]cty.Value{"accounts": cty.ListValEmpty(cty.String), "sinks": cty.SetValEmpty(cty.String)}
}

// TestInfraPackage: the package lies where the host keeps nothing and the memory is not.
func TestInfraPackage(t *testing.T) {
	t.Parallel()
	i := apptest.ReadInfra(t, nobodyTold())
	at := apptest.Path(t, i.Body(t, "azapi_resource.app", cty.NilVal), "properties", "functionAppConfig", "deployment", "storage", "value").AsString()
	if at != "https://stcontosopkg.blob.core.windows.net/app-package" {
		t.Errorf("the package is at %s", at)
	}
	settings := i.Settings(t)
	if settings["AzureWebJobsStorage__accountName"] != "stcontosohost" || settings["BREAKGLASS_STATE"] != "https://stcontoso.blob.core.windows.net/breakglass-state" {
		t.Errorf("settings %v", settings)
	}
	for _, account := range []string{"storage", "host_storage", "package_storage"} {
		properties := apptest.Path(t, i.Body(t, "azapi_resource."+account, cty.NilVal), "properties")
		if apptest.Path(t, properties, "allowSharedKeyAccess").True() || apptest.Path(t, properties, "allowBlobPublicAccess").True() || apptest.Path(t, properties, "minimumTlsVersion").AsString() != "TLS1_2" {
			t.Errorf("%s: keys, anonymous access or old TLS", account)
		}
	}
}

// TestInfraKeeps: the memory and the package have versions, and what is deleted comes back
// for the days that were asked for.
func TestInfraKeeps(t *testing.T) {
	t.Parallel()
	i := apptest.ReadInfra(t, map[string]cty.Value{"kept_days": cty.NumberIntVal(12)})
	if got := slices.Sorted(maps.Keys(i.Local(t, "kept").AsValueMap())); !slices.Equal(got, []string{"memory", "package"}) {
		t.Errorf("kept: %q", got)
	}
	days := func(v cty.Value) int64 { n, _ := v.AsBigFloat().Int64(); return n }
	service := apptest.Path(t, i.Body(t, "azapi_update_resource.kept", cty.NilVal), "properties")
	if !apptest.Path(t, service, "isVersioningEnabled").True() {
		t.Error("no versions")
	}
	for _, policy := range []string{"deleteRetentionPolicy", "containerDeleteRetentionPolicy"} {
		if !apptest.Path(t, service, policy, "enabled").True() || days(apptest.Path(t, service, policy, "days")) != 12 {
			t.Errorf("%s: %#v", policy, apptest.Path(t, service, policy))
		}
	}
	rule := apptest.Path(t, i.Body(t, "azapi_resource.forgotten", cty.NilVal), "properties", "policy", "rules", 0)
	if actions := apptest.Path(t, rule, "definition", "actions"); len(actions.AsValueMap()) != 1 || days(apptest.Path(t, actions, "version", "delete", "daysAfterCreationGreaterThan")) != 12 {
		t.Errorf("what is taken away: %#v", actions) // only versions, never what is current
	}
}

// TestInfraAudit: who touches the memory, the package and the secrets is logged, apart from
// the logs for which the alarms wait.
func TestInfraAudit(t *testing.T) {
	t.Parallel()
	i := apptest.ReadInfra(t, nil)
	want := map[string][]string{
		"memory":  {"/stcontoso/blobServices/default", "StorageRead", "StorageWrite", "StorageDelete"},
		"package": {"/stcontosopkg/blobServices/default", "StorageRead", "StorageWrite", "StorageDelete"},
		"vault":   {"/kv-contoso", "AuditEvent"},
	}
	got := map[string][]string{}
	for name, logged := range i.Local(t, "logged").AsValueMap() {
		got[name] = []string{logged.GetAttr("of").AsString()}
		properties := apptest.Path(t, i.Body(t, "azapi_resource.diagnostics", cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(name), "value": logged})), "properties")
		for _, log := range apptest.Path(t, properties, "logs").AsValueSlice() {
			if log.GetAttr("enabled").True() {
				got[name] = append(got[name], log.GetAttr("category").AsString())
			}
		}
		if to := apptest.Path(t, properties, "workspaceId").AsString(); to != "/log-contoso-audit" {
			t.Errorf("%s is logged to %s", name, to)
		}
		if properties.Type().HasAttribute("logAnalyticsDestinationType") != (name == "vault") {
			t.Errorf("%s: %#v", name, properties)
		}
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("logged: %v", got)
	}
	for _, workspace := range []string{"workspace", "audit"} {
		if !apptest.Path(t, i.Body(t, "azapi_resource."+workspace, cty.NilVal), "properties", "features", "disableLocalAuth").True() {
			t.Errorf("%s takes logs with a key", workspace)
		}
	}
}

// TestInfraClosed: the app's own site answers nobody who is not named, and the one for
// publishing has rules of its own.
func TestInfraClosed(t *testing.T) {
	t.Parallel()
	addresses := cty.ListVal([]cty.Value{cty.StringVal("203.0.113.7/32")})
	for name, test := range map[string]struct {
		variables   map[string]cty.Value
		site, scm   string
		names, open int
	}{
		"as it is":    {nil, "Deny", "Allow", 0, 0},
		"by hand":     {map[string]cty.Value{"admin_addresses": addresses}, "Deny", "Allow", 1, 0},
		"publication": {map[string]cty.Value{"deploy_addresses": addresses}, "Deny", "Deny", 0, 1},
	} {
		variables := nobodyTold()
		maps.Copy(variables, test.variables)
		site := apptest.Path(t, apptest.ReadInfra(t, variables).Body(t, "azapi_resource.app", cty.NilVal), "properties", "siteConfig")
		if got := apptest.Path(t, site, "ipSecurityRestrictionsDefaultAction").AsString(); got != test.site {
			t.Errorf("%s: the site is %s", name, got)
		}
		if got := apptest.Path(t, site, "scmIpSecurityRestrictionsDefaultAction").AsString(); got != test.scm || apptest.Path(t, site, "scmIpSecurityRestrictionsUseMain").True() {
			t.Errorf("%s: the publishing site is %s", name, got)
		}
		if a, b := apptest.Path(t, site, "ipSecurityRestrictions").LengthInt(), apptest.Path(t, site, "scmIpSecurityRestrictions").LengthInt(); a != test.names || b != test.open {
			t.Errorf("%s: %d and %d addresses", name, a, b)
		}
		if len(apptest.Path(t, site, "appSettings").AsValueSlice()) == 0 {
			t.Errorf("%s: no settings", name)
		}
	}
}

// TestInfraTellsChanges: who changes the app, its roles or its alarms is told of.
func TestInfraTellsChanges(t *testing.T) {
	t.Parallel()
	i := apptest.ReadInfra(t, nil)
	conditions := apptest.Path(t, i.Body(t, "azapi_resource.changes", cty.NilVal), "properties", "condition", "allOf").AsValueSlice()
	if len(conditions) != 3 || conditions[0].GetAttr("equals").AsString() != "Administrative" {
		t.Fatalf("conditions: %#v", conditions)
	}
	var operations []string
	for _, one := range conditions[2].GetAttr("anyOf").AsValueSlice() {
		operations = append(operations, one.GetAttr("equals").AsString())
	}
	for _, what := range []string{
		"Microsoft.Authorization/roleAssignments/write", "Microsoft.Web/sites/config/write", "Microsoft.Web/sites/stop/action",
		"Microsoft.Insights/activityLogAlerts/delete", "Microsoft.Insights/actionGroups/write", "Microsoft.Insights/diagnosticSettings/delete",
	} {
		if !slices.Contains(operations, what) {
			t.Errorf("%s is not told", what)
		}
	}
}
