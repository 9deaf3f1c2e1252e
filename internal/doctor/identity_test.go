package doctor

import (
	"testing"

	"breakglass/checks"
	"breakglass/tenant"
)

// TestNothingIsLeftOut: what was not read is never said to be read, whatever kept it from
// it, but for what another finding tells, and objects that are not there.
func TestNothingIsLeftOut(t *testing.T) {
	t.Parallel()
	var roles []string
	for _, p := range checks.Permissions() {
		roles = append(roles, p.Name)
	}
	denied := tenant.UnreadError{Status: 403, Code: tenant.CodeDenied}
	for name, c := range map[string]struct {
		identity Identity
		key      string
		reason   tenant.UnreadError
		want     Status
	}{
		"nothing":                   {Identity{Roles: roles}, "", tenant.UnreadError{}, OK},
		"no token any more":         {Identity{Roles: roles}, "domains", tenant.UnreadError{Code: tenant.CodeToken}, Unknown},
		"a part":                    {Identity{Roles: roles}, "users/a/signIns", tenant.UnreadError{Code: tenant.CodePartial}, Unknown},
		"null for a list":           {Identity{Roles: roles}, "domains", tenant.UnreadError{Code: tenant.CodeNull}, Unknown},
		"a list that is not there":  {Identity{Roles: roles}, "conditionalAccessPolicies", tenant.UnreadError{Status: 404}, Unknown},
		"no user is there":          {Identity{Roles: roles}, "users", tenant.UnreadError{Status: 404}, Unknown},
		"a group that is gone":      {Identity{Roles: roles}, "groups/a", tenant.UnreadError{Status: 404}, OK},
		"refused":                   {Identity{Roles: roles}, "domains", denied, Fault},
		"lacking, told elsewhere":   {Identity{}, "domains", denied, OK},
		"refused to a person":       {Identity{Person: true}, "domains", denied, Fault},
		"refused to nobody knows":   {Identity{Opaque: true}, "domains", denied, Fault},
		"the time was over":         {Identity{Roles: roles}, "domains", tenant.UnreadError{Code: tenant.CodeDeadline}, Unknown},
		"a code of later versions":  {Identity{Roles: roles}, "domains", tenant.UnreadError{Code: "later"}, Unknown},
		"a status of later version": {Identity{Roles: roles}, "domains", tenant.UnreadError{Status: 418}, Unknown},
	} {
		r := Reading{Identity: c.identity, Reasons: map[string]tenant.UnreadError{}}
		if c.key != "" {
			r.Reasons[c.key] = c.reason
		}
		if f := r.Judge()[0]; f.Area != AreaGraph || f.Status != c.want || f.Status != OK && f.Remedy == "" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestOpaque: of a token that says nothing it is not said that it holds what is needed.
func TestOpaque(t *testing.T) {
	t.Parallel()
	all := Identity{Opaque: true}.Judge()
	if len(all) != 2 || all[0].Status != OK || all[1].Status != Unknown {
		t.Errorf("%+v", all)
	}
}
