package graph

import (
	"net/http"
	"strings"
	"testing"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"breakglass/internal/standin"
	"breakglass/tenant"
)

// TestReaderOnlyReads: all that a Reader sends in a whole look is GET, alone or in a batch.
func TestReaderOnlyReads(t *testing.T) {
	t.Parallel()
	g := serve(t, withEverything(t))
	reader(t, g).Snapshot(t.Context())
	alone, inside := 0, 0
	for _, r := range g.Requests() {
		switch {
		case r.InBatch && r.Method == http.MethodGet:
			inside++
		case r.Method == http.MethodGet, r.Method == http.MethodPost && r.Path == "/$batch" && !r.InBatch:
			alone++
		default:
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}
	if alone == 0 || inside == 0 {
		t.Errorf("%d requests, %d in batches", alone, inside)
	}
}

// TestWritesStay: what could write is not sent for a Reader, whoever builds it; a Granter
// can grant app roles, and nothing else.
func TestWritesStay(t *testing.T) {
	t.Parallel()
	const principal = "/servicePrincipals/" + standin.RegisterIdentity
	for _, c := range []struct {
		method  abstractions.HttpMethod
		path    string
		body    string
		granter bool // may send it
		reader  bool
	}{
		{abstractions.GET, "/organization", "", true, true},
		{abstractions.POST, "/$batch", `{"requests":[{"id":"1","method":"GET","url":"/organization"}]}`, true, true},
		{abstractions.POST, principal + "/appRoleAssignments", `{"appRoleId":"x"}`, true, false},
		{abstractions.POST, "/$batch", `{"requests":[{"id":"1","method":"GET","url":"/organization"},{"id":"2","method":"DELETE","url":"/users/x"}]}`, false, false},
		{abstractions.POST, "/$batch", `{"requests":[{"id":"1","method":"get","url":"/users/x"}]}`, false, false},
		{abstractions.POST, "/$batch", `{"requests":[{"id":"1","url":"/users/x"}]}`, false, false},
		{abstractions.POST, "/$batch", `[]`, false, false},
		{abstractions.POST, "/users", `{}`, false, false},
		{abstractions.POST, principal + "/appRoleAssignments/x", `{}`, false, false},
		{abstractions.POST, principal + "/appRoleAssignedTo", `{}`, false, false},
		{abstractions.POST, "/users/x/revokeSignInSessions", "", false, false},
		{abstractions.PUT, "/users/x/manager/$ref", `{}`, false, false},
		{abstractions.PATCH, principal, `{}`, false, false},
		{abstractions.DELETE, principal + "/appRoleAssignments/x", "", false, false},
		{abstractions.HEAD, "/organization", "", false, false},
	} {
		for name, may := range map[string]bool{"reader": c.reader, "granter": c.granter} {
			g := serve(t, standin.Tenant())
			carrier := reader(t, g).carrier
			if name == "granter" {
				carrier = granter(t, g, anyToken{}).carrier
			}
			ri := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(c.method, "{+version}"+c.path, map[string]string{"version": g.URL()})
			if c.body != "" {
				ri.SetStreamContentAndContentType([]byte(c.body), "application/json")
			}
			a := carrier.once(t.Context(), ri)
			sent := len(g.Requests()) > 0
			if sent != may {
				t.Errorf("%s %s %s of a %s: sent is %v", c.method, c.path, c.body, name, sent)
			}
			if !may && (a.err == nil || a.err.Status != 0 || a.err.Code != tenant.CodeUnexpected || !strings.Contains(a.err.Message, "was not sent")) {
				t.Errorf("%s %s of a %s: %+v", c.method, c.path, name, a.err)
			}
		}
	}
}

// TestSDKWritesStay: the SDK offers to write, and for a Reader it does not.
func TestSDKWritesStay(t *testing.T) {
	t.Parallel()
	g := serve(t, standin.Tenant())
	client := reader(t, g).carrier.client
	user := models.NewUser()
	enabled := false
	user.SetAccountEnabled(&enabled)
	if _, err := client.Users().ByUserId(ea01).Patch(t.Context(), user, nil); err == nil {
		t.Error("an account was changed")
	}
	if err := client.Users().ByUserId(ea01).Delete(t.Context(), nil); err == nil {
		t.Error("an account was deleted")
	}
	if sent := g.Requests(); len(sent) > 0 {
		t.Errorf("sent %v", sent)
	}
}
