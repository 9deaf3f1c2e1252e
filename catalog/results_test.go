package catalog

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

// results are what the checks say of the good tenant of their tests, of it with each of
// its values left out or replaced in turn, and of the made-up tenant.
func results(t *testing.T) []checks.Result {
	t.Helper()
	data, err := os.ReadFile("../checks/testdata/good.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []checks.Result
	seen := map[string]bool{}
	judge := func(file []byte, s checks.Settings) {
		snapshot, _, err := tenant.Decode(file)
		if err != nil {
			return
		}
		for _, r := range checks.Run(checks.All(), snapshot, s).Results {
			if key := r.Check + r.Reason + r.Remediation; !seen[key] {
				seen[key] = true
				all = append(all, r)
			}
		}
	}
	settings := checks.Settings{
		Identifiers: checks.IdentifiersFull,
		Accounts:    []tenant.Declaration{{User: "EA01@contoso.onmicrosoft.com"}, {User: "aaaaaaaa-0000-4000-8000-000000000002"}},
		Custody: []checks.Custody{
			{Account: "ea01@contoso.onmicrosoft.com", Credential: "Key A", Place: "safe east", Custodians: []string{"sato"}, Checked: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)},
		},
	}
	judge(data, settings)
	madeUp, err := os.ReadFile("../internal/standin/tenant.json")
	if err != nil {
		t.Fatal(err)
	}
	judge(madeUp, checks.Settings{Accounts: []tenant.Declaration{{User: "ea01@kitahama.onmicrosoft.com"}, {User: "ea02@kitahama.onmicrosoft.com"}}})
	var file any
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	without(file, func() {
		changed, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		judge(changed, settings)
	})
	return all
}

// without leaves out each value of a document in turn, sets it to null, and empties each
// list, and calls judge.
func without(value any, judge func()) {
	switch v := value.(type) {
	case map[string]any:
		for key, old := range v {
			delete(v, key)
			judge()
			for _, other := range []any{nil, []any{}, "other", true, false} {
				v[key] = other
				judge()
			}
			v[key] = old
			without(old, judge)
		}
	case []any:
		for _, item := range v {
			without(item, judge)
		}
	}
}
