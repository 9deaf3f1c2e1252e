package tenant

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestMicrosoftsLists holds the lists to their form, to their number, and to some rows of
// the pages that they are from.
func TestMicrosoftsLists(t *testing.T) {
	t.Parallel()
	guid := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	for _, list := range []struct {
		text  string
		all   map[string]string
		find  func(string) (string, bool)
		count int
		name  *regexp.Regexp
		some  map[string]string
	}{
		{microsoftRoles, BuiltInRoles(), BuiltInRole, 146, regexp.MustCompile(`^[A-Z][A-Za-z0-9]*( [A-Za-z0-9]+)*$`), map[string]string{
			"62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
			"e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
			"7be44c8a-adaf-4e2a-84d6-ab2649e08a13": "Privileged Authentication Administrator",
			"e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8": "Partner Tier2 Support",
			"0526716b-113d-4c15-b2c8-68e3c22b9f80": "Authentication Policy Administrator",
			"158C047A-C907-4556-B7EF-446551A6B5F7": "Cloud Application Administrator",
		}},
		{microsoftPermissions, GraphPermissions(), GraphPermission, 716, regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9]+)+$`), map[string]string{
			"9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8": "RoleManagement.ReadWrite.Directory",
			"06b708a9-e830-4db3-a914-8e69da51d44f": "AppRoleAssignment.ReadWrite.All",
			"DF021288-BDEF-4463-88DB-98F22DE89214": "User.Read.All",
		}},
	} {
		if !strings.HasPrefix(list.text, "# ") || !strings.Contains(list.text, "\n# https://learn.microsoft.com/") || !strings.Contains(list.text, "\n# As of 20") {
			t.Errorf("a list does not say what it is, where it is from, or as of when: %.80s", list.text)
		}
		names := slices.Sorted(maps.Values(list.all))
		if len(names) != list.count || len(slices.Compact(names)) != list.count {
			t.Errorf("%d ids and %d names, want %d", len(list.all), len(slices.Compact(names)), list.count)
		}
		for id, name := range list.all {
			if !guid.MatchString(id) || !list.name.MatchString(name) {
				t.Errorf("%q, %q: not an id and a name", id, name)
			}
		}
		for id, want := range list.some {
			if got, ok := list.find(id); !ok || got != want {
				t.Errorf("%s is %q, want %s", id, got, want)
			}
		}
		if name, ok := list.find("MISSING"); ok || name != "" {
			t.Errorf("%q was found for no id", name)
		}
	}
	if !IsGraphPermission("user.read.all") || IsGraphPermission("User.Read.Everything") || IsGraphPermission("") {
		t.Error("names of permissions are not told apart")
	}
}

// TestNamedPanics: a list that is damaged is never a shorter one.
func TestNamedPanics(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"an id without a name", "a,b\na,c"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is taken for a list", list)
				}
			}()
			named(list)
		}()
	}
}
