package standin_test

import (
	"net/http"
	"strings"
	"testing"

	"breakglass/internal/standin"
)

// TestCapitals: ids come in another case, and are found in any; addresses of pages stay.
func TestCapitals(t *testing.T) {
	t.Parallel()
	const path = "/roleManagement/directory/roleAssignments"
	g := started(t, standin.Tenant(), standin.WithPageSize(3), standin.WithCapitals(func(p string) bool { return p == path }))
	small := started(t, standin.Tenant())
	capitals, _ := all(t, g.URL()+path)
	plain, _ := all(t, small.URL()+path)
	if len(capitals) != len(plain) {
		t.Fatalf("%d and %d items", len(capitals), len(plain))
	}
	for i := range plain {
		want, got := plain[i].(object), capitals[i].(object)
		if got["principalId"] != strings.ToUpper(want["principalId"].(string)) || got["id"] != want["id"] || got["directoryScopeId"] != "/" {
			t.Errorf("%v, expected %v in capitals", got, want)
		}
	}
	const infrastructures = "/directory/publicKeyInfrastructure/certificateBasedAuthConfigurations"
	g = started(t, withRest(t), standin.WithCapitals(func(string) bool { return true }))
	pki, _ := all(t, g.URL()+infrastructures)
	if authorities, _ := all(t, g.URL()+infrastructures+"/"+pki[0].(object)["id"].(string)+"/certificateAuthorities"); len(authorities) != 1 {
		t.Errorf("authorities, asked for in capitals: %v", authorities)
	}
	g = small
	id := idOf(t, ea01)
	if status, body := get(t, g.URL()+"/users/"+strings.ToUpper(id)+"?$select=id"); status != http.StatusOK || body["id"] != id {
		t.Errorf("asked in capitals: %d %v", status, body)
	}
}
