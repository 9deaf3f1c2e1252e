package main

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
)

// entrance starts a sign-in service and a Microsoft Graph that takes its tokens only, and
// returns the environment of somebody who is at both: no identity but a person's.
func entrance(t *testing.T, a *standin.Authority) (*standin.Graph, []string) {
	t.Helper()
	return entranceBy(t, a, a)
}

// entranceBy lets another handler answer in the place of the sign-in service.
func entranceBy(t *testing.T, a *standin.Authority, answers http.Handler, options ...standin.GraphOption) (*standin.Graph, []string) {
	t.Helper()
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("here programs trust the system's certificates alone, and the stand-in's is none of them") // CI is on Linux
	}
	server := httptest.NewTLSServer(answers)
	t.Cleanup(server.Close)
	trusted := filepath.Join(t.TempDir(), "authority.pem")
	if err := os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	g, err := standin.NewGraph(apptest.Tenant(t), append(options, standin.WithTokenCheck(a.Accepts))...)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() }) // a test's server
	return g, []string{"BREAKGLASS_GRAPH_URL=" + g.URL(), "AZURE_AUTHORITY_HOST=" + server.URL, "SSL_CERT_FILE=" + trusted}
}

// TestLogin: a person signs in once, by device code, with permissions that are listed
// first and read only, and gets the report that the managed identity would.
func TestLogin(t *testing.T) {
	t.Parallel()
	a := standin.NewAuthority(2)
	g, env := entrance(t, a)
	s := apptest.LiveIn(t, env, "check", "--login", "--format=json")
	if s.Code != 0 {
		t.Fatalf("exit %d: %s", s.Code, s.Err)
	}
	r, err := checks.ParseReport([]byte(s.Out))
	if err != nil || r.Summary.Unknown > 0 || r.Summary.Pass == 0 {
		t.Errorf("%+v, %v", r.Summary, err)
	}
	for _, result := range r.Results {
		if result.Check == "tamper-self" && result.Status != checks.NotApplicable {
			t.Errorf("tamper-self is %v of a person", result.Status)
		}
	}
	_, client, scopes := a.Asked()
	if a.Tokens() != 1 || client != "14d82eec-204b-4c2f-b7e8-296a70dab67e" {
		t.Errorf("%d tokens, client %s", a.Tokens(), client)
	}
	at := strings.Index(s.Err, standin.UserCode)
	if at < 0 || !strings.Contains(s.Err, "https://microsoft.com/devicelogin") {
		t.Fatalf("no code in %s", s.Err)
	}
	for _, scope := range scopes {
		name, ours := strings.CutPrefix(scope, "https://graph.microsoft.com/")
		switch {
		case !ours && !slices.Contains([]string{"openid", "profile", "offline_access"}, scope):
			t.Errorf("%s is asked for", scope)
		case ours && (!strings.Contains(name, ".Read.") || !strings.Contains(s.Err[:at], name+":")):
			t.Errorf("%s is asked for, but not listed before, or does more than read", name)
		}
	}
	if want := len(checks.Permissions()); len(scopes) != want+3 {
		t.Errorf("%d scopes are asked for, want %d and three of OpenID Connect", len(scopes), want)
	}
	for _, secret := range []string{"stand-in-device-code", "stand-in-refresh-token", "eyJ"} {
		if strings.Contains(s.Out+s.Err, secret) {
			t.Errorf("%s is shown", secret)
		}
	}
	if len(g.Requests()) == 0 {
		t.Error("the stand-in was not read")
	}
}

// TestLoginCollects: collect signs in the same way, to an application of one's own and
// to the tenant that is declared.
func TestLoginCollects(t *testing.T) {
	t.Parallel()
	a := standin.NewAuthority(0)
	_, env := entrance(t, a)
	config := filepath.Join(t.TempDir(), "breakglass.yaml")
	if err := os.WriteFile(config, standin.Config(), 0o600); err != nil {
		t.Fatal(err)
	}
	s := apptest.LiveIn(t, env, "collect", "--login", "--client=11111111-2222-4333-8444-555555555555", "--config="+config, "--out=-")
	if s.Code != 0 || !strings.Contains(s.Out, `"conditionalAccessPolicies"`) {
		t.Fatalf("exit %d: %s", s.Code, s.Err)
	}
	if tenant, client, _ := a.Asked(); tenant != "kitahama.onmicrosoft.com" || client != "11111111-2222-4333-8444-555555555555" {
		t.Errorf("signed in to %s, client %s", tenant, client)
	}
	if strings.Contains(s.Out, `"watcher"`) {
		t.Error("a person is written down as the watcher")
	}
}

// TestLoginRefused: why nobody signed in, and what to do about it, without the ids of
// the request; nothing is read, and exit 1.
func TestLoginRefused(t *testing.T) {
	t.Parallel()
	const ids = " Trace ID: 0d1f Correlation ID: 2e3a Timestamp: 2026-11-23 06:00:00Z"
	for name, c := range map[string]struct{ endpoint, code, description, want string }{
		"declined":       {"token", "authorization_declined", "AADSTS70016: declined." + ids, "declined; run the command again"},
		"expired":        {"token", "expired_token", "AADSTS70020: expired." + ids, "expired before anybody signed in"},
		"no device code": {"token", "access_denied", "AADSTS53003: Access has been blocked by Conditional Access policies." + ids, "many tenants block the device code flow"},
		"no consent":     {"token", "invalid_grant", "AADSTS65001: The user or administrator has not consented." + ids, "must agree to these permissions once"},
		"no such client": {"devicecode", "unauthorized_client", "AADSTS700016: Application not found in the directory." + ids, "--client is not in this tenant"},
		"another tenant": {"devicecode", "invalid_request", "AADSTS90002: Tenant not found." + ids, "name the right one"},
		"anything else":  {"devicecode", "temporarily_unavailable", "AADSTS90033: A transient error.\x1b[31m" + ids, `AADSTS90033: A transient error.\x1b[31m`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := standin.NewAuthority(0)
			a.Refuse(c.endpoint, c.code, c.description)
			g, env := entrance(t, a)
			s := apptest.LiveIn(t, env, "check", "--login")
			if s.Code != 1 || s.Out != "" || !strings.Contains(s.Err, c.want) || !strings.Contains(s.Err, "sign-in: "+c.code) {
				t.Errorf("exit %d: %s", s.Code, s.Err)
			}
			if strings.Contains(s.Err, "Trace ID") || strings.Contains(s.Err, "\x1b") {
				t.Errorf("ids of the request, or an escape sequence: %s", s.Err)
			}
			if len(g.Requests()) > 0 {
				t.Error("Microsoft Graph was read")
			}
		})
	}
}

// TestLoginUnanswered: a code that nobody uses ends by itself, and so does a sign-in
// service that is not there.
func TestLoginUnanswered(t *testing.T) {
	t.Parallel()
	a := standin.NewAuthority(1000)
	a.ExpireAfter(1)
	_, env := entrance(t, a)
	if s := apptest.LiveIn(t, env, "check", "--login"); s.Code != 1 || !strings.Contains(s.Err, "expired before anybody signed in") {
		t.Errorf("exit %d: %s", s.Code, s.Err)
	}
	if s := apptest.LiveIn(t, append(env, "AZURE_AUTHORITY_HOST=https://127.0.0.1:1/"), "check", "--login"); s.Code != 1 || !strings.Contains(s.Err, "connection refused") {
		t.Errorf("exit %d: %s", s.Code, s.Err)
	}
}

// TestLoginGarbled: an answer with a token in it that is no JSON is told without the
// answer, which the library's error quotes.
func TestLoginGarbled(t *testing.T) {
	t.Parallel()
	a := standin.NewAuthority(0)
	_, env := entranceBy(t, a, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/token") {
			a.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token": "stand-in-secret", "expires_in": `)) // a test's client
	}))
	s := apptest.LiveIn(t, env, "check", "--login")
	if s.Code != 1 || strings.Contains(s.Out+s.Err, "stand-in-secret") || !strings.Contains(s.Err, "sign-in: ") {
		t.Errorf("exit %d: %s", s.Code, s.Err)
	}
}
