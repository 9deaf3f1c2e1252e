package checks

import (
	"strings"
	"testing"

	"breakglass/tenant"
)

// TestOneAccountHoweverDeclared: what names one account declares one, read or not.
func TestOneAccountHoweverDeclared(t *testing.T) {
	t.Parallel()
	const name = "ea01@contoso.onmicrosoft.com"
	for _, c := range []struct {
		names  [2]string
		change string
	}{
		{[2]string{name, strings.ToUpper(name)}, ""},
		{[2]string{first, strings.ToUpper(first)}, ""},
		{[2]string{name, first}, ""},
		{[2]string{strings.ToUpper(first), strings.ToUpper(name)}, ""},
		{[2]string{name, strings.ToUpper(name)}, "- users"},
		{[2]string{first, strings.ToUpper(first)}, "- users"},
		{[2]string{strings.ToUpper(name), name}, `unreadable = {"users/` + name + `": {"status": 404}}`},
	} {
		d := goodTenant(t)
		gone := strings.Contains(c.change, "404")
		if gone {
			d.drop("users")
		}
		if c.change != "" {
			d.edit(t, c.change)
		}
		v := newView(d.snapshot(t), Settings{Accounts: []tenant.Declaration{{User: c.names[0]}, {User: c.names[1]}}}.withDefaults())
		if (len(v.accounts) == 0) != gone || len(v.accounts) > 1 || len(v.entries) != 1 {
			t.Errorf("%v, %s: %d accounts, %d entries", c.names, c.change, len(v.accounts), len(v.entries))
		}
	}
}
