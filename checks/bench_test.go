package checks

import (
	"encoding/json"
	"fmt"
	"testing"

	"breakglass/tenant"
)

// parsed is a JSON value.
func parsed(b testing.TB, format string, args ...any) any {
	b.Helper()
	var value any
	if err := json.Unmarshal(fmt.Appendf(nil, format, args...), &value); err != nil {
		b.Fatal(err)
	}
	return value
}

func add(d document, key string, value any) {
	list, _ := d[key].([]any) // a list that is not there is empty
	d[key] = append(list, value)
}

// crowded is the good tenant with that many administrators and policies, whose
// exclusion is ten groups away from the accounts.
func crowded(b testing.TB, administrators, policies int) document {
	b.Helper()
	d := goodTenant(b)
	for i := range administrators {
		id := fmt.Sprintf("aaaaaaaa-0000-4000-8000-0000000%05d", i)
		add(d, "users", parsed(b, `{"id": %q, "userPrincipalName": "u%d@contoso.com", "accountEnabled": true, "userType": "Member", "authorizationInfo": null, "authentication": {"methods": []}}`, id, i))
		add(d, "roleAssignments", parsed(b, `{"id": "ra%d", "principalId": %q, "roleDefinitionId": %q, "directoryScopeId": "/"}`, i, id, globalID))
	}
	const depth = 10
	for i := range depth {
		member := parsed(b, `{"@odata.type": %q, "id": "g-%d"}`, tenant.TypeGroup, i+1)
		if i == depth-1 {
			member = parsed(b, `{"@odata.type": %q, "id": %q}`, tenant.TypeGroup, emergency)
		}
		add(d, "groups", parsed(b, `{"id": "g-%d", "displayName": "G%d", "isAssignableToRole": true, "isManagementRestricted": false, "groupTypes": [], "onPremisesSyncEnabled": null, "owners": [], "members": []}`, i, i))
		groups := d["groups"].([]any)
		groups[len(groups)-1].(map[string]any)["members"] = []any{member}
	}
	d.edit(b, users+`/excludeGroups = ["g-0"]`)
	first := document(d["conditionalAccessPolicies"].([]any)[0].(map[string]any))
	for i := range policies - 1 {
		p := clone(first)
		p["id"] = fmt.Sprintf("p-%d", i)
		add(d, "conditionalAccessPolicies", map[string]any(p))
	}
	return d
}

// BenchmarkRun judges tenants of growing size: the accounts are excluded through groups
// nested ten deep.
func BenchmarkRun(b *testing.B) {
	for _, size := range []struct{ administrators, policies int }{{10, 50}, {60, 50}, {10, 500}, {60, 500}} {
		b.Run(fmt.Sprintf("%d administrators, %d policies", size.administrators, size.policies), func(b *testing.B) {
			s := crowded(b, size.administrators, size.policies).snapshot(b)
			b.ReportAllocs()
			for b.Loop() {
				Run(All(), s, declared())
			}
		})
	}
}

// BenchmarkLargeFile decodes and judges a tenant file of 50,000 users, who are all in
// one group that a policy includes.
func BenchmarkLargeFile(b *testing.B) {
	d := goodTenant(b)
	members := make([]any, 0, 50_000)
	for i := range 50_000 {
		id := fmt.Sprintf("cccccccc-0000-4000-8000-0000000%05d", i)
		add(d, "users", parsed(b, `{"id": %q, "userPrincipalName": "u%d@contoso.com", "accountEnabled": true, "userType": "Member"}`, id, i))
		members = append(members, map[string]any{"@odata.type": tenant.TypeUser, "id": id})
	}
	add(d, "groups", map[string]any{"id": "everybody", "members": members})
	d.edit(b, users+`/includeGroups = ["everybody"]`)
	data, err := json.Marshal(d)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s, _, err := tenant.Decode(data)
		if err != nil {
			b.Fatal(err)
		}
		Run(All(), s, declared())
	}
}
