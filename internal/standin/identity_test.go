package standin_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"breakglass/internal/standin"
)

func startedIdentity(t *testing.T, options ...standin.IdentityOption) *standin.Identity {
	t.Helper()
	i := standin.NewIdentity(options...)
	if err := i.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	return i
}

func askToken(t *testing.T, i *standin.Identity, query, header string) (int, map[string]string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, i.URL()+"?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-IDENTITY-HEADER", header)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }() // all of it was read
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]string
	if response.StatusCode == http.StatusOK {
		if err := json.Unmarshal(data, &body); err != nil { // expires_on is a text
			t.Fatal(err)
		}
	}
	return response.StatusCode, body
}

const forGraph = "api-version=2019-08-01&resource=https://graph.microsoft.com"

func TestIdentityGivesTokens(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	i := startedIdentity(t, standin.WithRoles("User.Read.All"), standin.WithIdentityClock(func() time.Time { return now }))
	status, body := askToken(t, i, forGraph+"&client_id="+i.ClientID(), i.Header())
	if status != http.StatusOK || body["expires_on"] != "1795500000" || body["token_type"] != "Bearer" || body["resource"] != "https://graph.microsoft.com" {
		t.Fatalf("%d %v", status, body)
	}
	token := body["access_token"]
	parts := strings.Split(token, ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || len(parts) != 3 || !strings.Contains(string(claims), `"roles":["User.Read.All"]`) {
		t.Errorf("claims %s of %d parts: %v", claims, len(parts), err)
	}
	if !i.Accepts(token) || i.Accepts(token+"x") || i.Accepts("") {
		t.Error("a token that was issued is accepted, no other is")
	}
	_, body = askToken(t, i, "api-version=2019-08-01&resource=https://storage.azure.com", i.Header())
	if body["access_token"] == "" || i.Accepts(body["access_token"]) {
		t.Error("a token for something else is not good for Graph")
	}
}

func TestIdentityGivesTokensForWorkflows(t *testing.T) {
	t.Parallel()
	i := startedIdentity(t)
	for resource, want := range map[string]bool{
		"https://service.flow.microsoft.com/": true,
		"https://service.flow.microsoft.com":  false, // a workflow does not take it
		"https://graph.microsoft.com":         false,
	} {
		_, body := askToken(t, i, "api-version=2019-08-01&resource="+resource, i.Header())
		if token := body["access_token"]; token == "" || i.AcceptsForWorkflows(token) != want || i.AcceptsForWorkflows(token+"x") {
			t.Errorf("%s: accepted %v", resource, i.AcceptsForWorkflows(token))
		}
	}
	_, body := askToken(t, i, forGraph+"/", i.Header())
	if !i.Accepts(body["access_token"]) {
		t.Error("Graph does not mind the slash")
	}
}

func TestIdentityTokensExpire(t *testing.T) {
	t.Parallel()
	i := startedIdentity(t, standin.WithLifetime(0))
	if _, body := askToken(t, i, forGraph, i.Header()); body["access_token"] == "" || i.Accepts(body["access_token"]) {
		t.Error("an expired token is accepted")
	}
}

func TestIdentityRefuses(t *testing.T) {
	t.Parallel()
	i := startedIdentity(t)
	for _, ask := range []struct {
		query, header string
		want          int
	}{
		{forGraph, "", 401},
		{forGraph, "wrong", 401},
		{"resource=https://graph.microsoft.com", i.Header(), 400},
		{"api-version=2019-08-01", i.Header(), 400},
		{forGraph + "&client_id=00000000-0000-4000-8000-000000000000", i.Header(), 400},
	} {
		if status, _ := askToken(t, i, ask.query, ask.header); status != ask.want {
			t.Errorf("%q: %d, expected %d", ask.query, status, ask.want)
		}
	}
}

func TestGraphTakesTheIdentitysTokens(t *testing.T) {
	t.Parallel()
	i := startedIdentity(t)
	g := started(t, standin.Tenant(), standin.WithTokenCheck(i.Accepts))
	_, body := askToken(t, i, forGraph, i.Header())
	for token, want := range map[string]int{body["access_token"]: 200, "any": 401} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.URL()+"/domains", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close() // nothing is read from it
		if response.StatusCode != want {
			t.Errorf("%d, expected %d", response.StatusCode, want)
		}
	}
}
