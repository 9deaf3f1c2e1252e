package demo

import _ "embed" // for the two files

//go:embed tenant.json
var tenantFileText string

//go:embed breakglass.yaml
var configText string

// Tenant returns the tenant file of the made-up tenant.
func Tenant() []byte { return []byte(tenantFileText) }

// Config returns the configuration that watches the made-up tenant.
func Config() []byte { return []byte(configText) }
