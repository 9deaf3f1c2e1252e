package checks_test

import (
	"encoding/json"
	"flag"
	"testing"

	"breakglass/checks"
	"breakglass/tenant"
)

var spoken = flag.Int("spoken", 40, "how many random tenants TestRandomTenantsInJapanese tells of")

// TestRandomTenantsInJapanese says every text about random tenants in Japanese.
func TestRandomTenantsInJapanese(t *testing.T) {
	t.Parallel()
	for seed := range uint64(*spoken) {
		file, settings := makeTenant(seed)
		data, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		snapshot, _, err := tenant.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		report := checks.Run(checks.All(), snapshot, checks.Settings{Accounts: settings.accounts, MaxGlobalAdministrators: settings.limit, AllowedApplications: settings.allowedApps})
		for said, words := range checks.LeftInEnglish(report) {
			t.Errorf("tenant %d: %q is left in Japanese of %s", seed, words, said)
		}
	}
}
