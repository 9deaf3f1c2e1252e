package standin

import (
	_ "embed" // for the two files
	"regexp"
	"time"
)

//go:embed tenant.json
var tenantFileText string

//go:embed breakglass.yaml
var configText string

// Tenant returns the tenant file of the made-up tenant.
func Tenant() []byte { return []byte(tenantFileText) }

// Config returns the configuration that watches the made-up tenant.
func Config() []byte { return []byte(configText) }

// collected is when the made-up tenant was collected: what its configuration announces
// is as of then.
var collected = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// announced is a time in the configuration.
var announced = regexp.MustCompile(`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}`)

// ConfigAsOf returns the configuration that watches AsOf's tenant: what it announces is
// moved as the tenant's times are.
func ConfigAsOf(at time.Time) []byte {
	by := at.UTC().Truncate(time.Second).Sub(collected)
	return announced.ReplaceAllFunc(Config(), func(text []byte) []byte {
		t, err := time.Parse(time.RFC3339, string(text))
		if err != nil {
			return text
		}
		return []byte(t.Add(by).Format(time.RFC3339))
	})
}
