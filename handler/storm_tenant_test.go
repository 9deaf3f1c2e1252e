package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
)

// The members of the storm's tenant.
const (
	stormGroup = "6e0c1f52-7a6b-4a51-9d0e-3b1f6a2c9d10" // declares the third account
	thirdID    = "77c3f2aa-1d5e-4c0b-8f3a-5a9e2b7c6d11"
	ordinaryID = "bc67ba94-637d-4efa-a09e-467ada679f81"
	stormKey   = "kitahama.onmicrosoft.com"
)

// stormAccounts are the emergency accounts: two are declared by name, one through a group.
func stormAccounts() []*account {
	return []*account{
		{id: apptest.FirstAccount, name: "ea01@kitahama.onmicrosoft.com", key: "YubiKey A（大阪本社 金庫）"},
		{id: "8a119b9e-16bc-4732-8f7b-7676d015b0dc", name: "ea02@kitahama.onmicrosoft.com", key: "YubiKey C（大阪本社 金庫）"},
		{id: thirdID, name: "ea03@kitahama.onmicrosoft.com", key: "YubiKey E（大阪本社 金庫）", grouped: true},
	}
}

// change changes the tenant.
func (s *storm) change(do func(tenant map[string]any)) {
	do(s.file)
	data, err := json.Marshal(s.file)
	if err == nil {
		err = s.Graph.Replace(data)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// user finds an account in the tenant by its object id.
func (s *storm) user(id string) map[string]any {
	users, _ := s.file["users"].([]any)
	for _, u := range users {
		if u, ok := u.(map[string]any); ok && u["id"] == id {
			return u
		}
	}
	s.t.Fatal("no user " + id)
	return nil
}

// members changes who is in the group that declares.
func (s *storm) members(ids ...string) {
	s.change(func(file map[string]any) {
		for _, g := range file["groups"].([]any) {
			if g := g.(map[string]any); g["id"] == stormGroup {
				g["members"] = membersOf(ids)
			}
		}
	})
}

func membersOf(ids []string) []any {
	all := []any{}
	for _, id := range ids {
		all = append(all, map[string]any{"@odata.type": "#microsoft.graph.user", "id": id})
	}
	return all
}

// stormTenant is the made-up tenant with a third account that a group declares, and with few
// policies, so that a run is short.
func stormTenant(t testing.TB) map[string]any {
	t.Helper()
	var file map[string]any
	text := string(standin.Tenant())
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		t.Fatal(err)
	}
	second := stormAccounts()[1]
	copied := func(entry any) any {
		data, err := json.Marshal(entry)
		if err != nil {
			t.Fatal(err)
		}
		var other any
		for from, to := range map[string]string{second.id: thirdID, "ea02": "ea03", "YubiKey C": "YubiKey E", "Feitian D": "Feitian F", "UnT_": "UnU_", "ZzkL": "ZzkM", "KOAsBX": "KOAsBY"} {
			data = []byte(strings.ReplaceAll(string(data), from, to))
		}
		if err := json.Unmarshal(data, &other); err != nil {
			t.Fatal(err)
		}
		if assignment, ok := other.(map[string]any); ok && assignment["principalId"] != nil {
			for _, id := range []string{"id", "roleAssignmentOriginId", "roleAssignmentScheduleId"} {
				if text, ok := assignment[id].(string); ok {
					assignment[id] = "third-" + text
				}
			}
		}
		return other
	}
	for list, value := range file {
		entries, _ := value.([]any)
		for _, e := range entries {
			entry, _ := e.(map[string]any)
			switch {
			case list == "users" && entry["id"] == second.id, strings.HasPrefix(list, "role") && entry["principalId"] == second.id:
				file[list] = append(file[list].([]any), copied(e))
			case list == "groups" || list == "administrativeUnits":
				for _, m := range slices.Clone(entry["members"].([]any)) {
					if m.(map[string]any)["id"] == second.id {
						entry["members"] = append(entry["members"].([]any), copied(m))
					}
				}
			}
		}
	}
	file["groups"] = append(file["groups"].([]any), map[string]any{
		"id": stormGroup, "displayName": "SEC-EmergencyAccounts", "isAssignableToRole": true, "isManagementRestricted": nil, "groupTypes": []any{},
		"onPremisesSyncEnabled": nil, "members": membersOf([]string{thirdID}), "owners": []any{},
	})
	file["conditionalAccessPolicies"] = file["conditionalAccessPolicies"].([]any)[:3]
	file["signIns"], file["directoryAudits"] = []any{}, []any{}
	return file
}
