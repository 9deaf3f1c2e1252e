package standin

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Enlarge returns a tenant file of the same tenant with that many ordinary users
// more. They are in the groups that policies include, never in one that a policy
// excludes or that can hold a role. The same number gives the same bytes.
func Enlarge(file []byte, users int) ([]byte, error) {
	top, err := decodeDocument(file)
	if err != nil {
		return nil, fmt.Errorf("tenant file: %w", err)
	}
	domain := "example.com"
	if domains, _ := top["domains"].([]any); len(domains) > 0 {
		last, _ := domains[len(domains)-1].(document)
		domain = text(last["id"])
	}
	random := rand.New(rand.NewPCG(20261123, 0)) // repeatable ids are wanted
	added, members := make([]any, users), make([]any, users)
	for i := range users {
		id := fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", random.Uint32(), random.Uint32()>>16, random.Uint32()>>20, random.Uint32()>>20, random.Uint64()>>16)
		added[i] = document{"id": id, "userPrincipalName": fmt.Sprintf("user%06d@%s", i+1, domain), "displayName": fmt.Sprintf("社員 %06d", i+1),
			"accountEnabled": true, "userType": "Member", "onPremisesSyncEnabled": nil}
		members[i] = document{"@odata.type": "#microsoft.graph.user", "id": id}
	}
	existing, _ := top["users"].([]any)
	top["users"] = append(slices.Clone(existing), added...)
	included, excluded := policyGroups(top)
	groups, _ := top["groups"].([]any)
	for _, item := range groups {
		group, _ := item.(document)
		id := strings.ToLower(text(group["id"]))
		if group["isAssignableToRole"] != true && slices.Contains(included, id) && !slices.Contains(excluded, id) {
			existing, _ := group["members"].([]any)
			group["members"] = append(slices.Clone(existing), members...)
		}
	}
	data, err := json.Marshal(top)
	if err != nil {
		return nil, fmt.Errorf("write tenant file: %w", err)
	}
	return append(data, '\n'), nil
}

// policyGroups returns the groups that Conditional Access policies include and
// exclude.
func policyGroups(top document) (included, excluded []string) {
	policies, _ := top["conditionalAccessPolicies"].([]any)
	for _, item := range policies {
		policy, _ := item.(document)
		conditions, _ := policy["conditions"].(document)
		users, _ := conditions["users"].(document)
		for name, ids := range map[string]*[]string{"includeGroups": &included, "excludeGroups": &excluded} {
			list, _ := users[name].([]any)
			for _, id := range list {
				*ids = append(*ids, strings.ToLower(text(id)))
			}
		}
	}
	return included, excluded
}
