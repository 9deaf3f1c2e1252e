package standin

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// roleA and roleB are app roles that the register of these tests offers.
const (
	roleA = "aaaaaaaa-0000-4000-8000-000000000001"
	roleB = "aaaaaaaa-0000-4000-8000-000000000002"
)

// tokenOf is a token with some permissions, under a claim.
func tokenOf(claim string, permissions any) string {
	payload, err := json.Marshal(map[string]any{claim: permissions})
	if err != nil {
		panic(err) // texts and lists of texts
	}
	return "header." + base64.RawURLEncoding.EncodeToString(payload) + ".signature"
}

// request asks a Graph that stands behind a register, and returns the status and the body.
func request(t *testing.T, g *Graph, token, method, path, body string) (status int, said string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, g.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }() // it is read
	var content json.RawMessage
	if err := json.NewDecoder(response.Body).Decode(&content); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

func registered(t *testing.T) (*Register, *Graph) {
	t.Helper()
	r := NewRegister(AppRole{roleA, "A.Read.All"}, AppRole{roleB, "B.Read.All"})
	g, err := NewGraph(Tenant(), WithIntercept(r.Intercept))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() }) // the test is over
	return r, g
}

const registerList = "/servicePrincipals/" + RegisterIdentity + "/appRoleAssignments"

// assignment is the body that grants an app role.
func assignment(role string) string {
	return fmt.Sprintf(`{"principalId":%q,"resourceId":%q,"appRoleId":%q}`, RegisterIdentity, RegisterGraph, role)
}

// TestRegisterScopes: what a token does not hold, it may not.
func TestRegisterScopes(t *testing.T) {
	t.Parallel()
	const read, write = "Application.Read.All", "AppRoleAssignment.ReadWrite.All"
	for name, c := range map[string]struct {
		token     string
		get, post int
	}{
		"an application that may both":   {tokenOf("roles", []string{read, write}), 200, 201},
		"a person who may both":          {tokenOf("scp", read+" "+write), 200, 201},
		"an application that may read":   {tokenOf("roles", []string{read}), 200, 403},
		"a person who may read":          {tokenOf("scp", read), 200, 403},
		"a person who may write only":    {tokenOf("scp", write), 403, 403},
		"a person who may nothing of it": {tokenOf("scp", "User.Read"), 403, 403},
		"no token of the shape of one":   {"x", 403, 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, g := registered(t)
			if status, body := request(t, g, c.token, http.MethodGet, registerList, ""); status != c.get {
				t.Errorf("read: %d %s, want %d", status, body, c.get)
			}
			if status, body := request(t, g, c.token, http.MethodPost, registerList, assignment(roleA)); status != c.post {
				t.Errorf("write: %d %s, want %d", status, body, c.post)
			}
			if held := len(r.Held()); held == 1 != (c.post == 201) {
				t.Errorf("%d held", held)
			}
		})
	}
}

// TestRegister: an app role is granted once and seen after a while, what is not offered is
// refused, nothing is removed, and what is told to go wrong does.
func TestRegister(t *testing.T) {
	t.Parallel()
	r, g := registered(t)
	token := tokenOf("scp", "Application.Read.All AppRoleAssignment.ReadWrite.All")
	r.Lag(1)
	r.Fail(roleB, WriteFault{Status: 503, Code: "x", RetryAfter: 1}, WriteFault{Reset: true, Lands: true})
	for i, step := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{http.MethodPost, registerList, assignment(roleA), 201, roleA},
		{http.MethodPost, registerList, assignment(roleA), 400, "already exists on the object"},
		{http.MethodPost, registerList, assignment("aaaaaaaa-0000-4000-8000-000000000003"), 400, "was not found on application"},
		{http.MethodPost, registerList, strings.ReplaceAll(assignment(roleB), RegisterGraph, RegisterClient), 400, "invalid"},
		{http.MethodGet, registerList, "", 200, `{"value":[]}`},
		{http.MethodGet, registerList, "", 200, roleA},
		{http.MethodPost, registerList, assignment(roleB), 503, ""},
		{http.MethodPost, registerList, assignment(roleB), 0, ""},
		{http.MethodPost, registerList, assignment(roleB), 400, "already exists on the object"},
		{http.MethodDelete, registerList + "/x", "", 405, ""},
		{http.MethodPatch, "/servicePrincipals/" + RegisterIdentity, "{}", 405, ""},
		{http.MethodGet, "/servicePrincipals/" + RegisterClient, "", 404, ""},
		{http.MethodGet, "/servicePrincipals(appId='" + RegisterClient + "')", "", 200, RegisterIdentity},
	} {
		status, body := request(t, g, token, step.method, step.path, step.body)
		if status != step.status || !strings.Contains(body, step.says) {
			t.Errorf("step %d: %s %s: %d %s, want %d, %q", i, step.method, step.path, status, body, step.status, step.says)
		}
	}
	if held, writes := len(r.Held()), len(r.Writes()); held != 2 || writes != 7 {
		t.Errorf("%d held after %d writes", held, writes)
	}
	r.Drop(roleA)
	r.Forbid()
	if status, _ := request(t, g, token, http.MethodPost, registerList, assignment(roleA)); status != 403 || len(r.Held()) != 1 {
		t.Errorf("whoever may not grant is answered %d", status)
	}
}
