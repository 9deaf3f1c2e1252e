package main

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/host"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/state"
)

// identityRefusing is an identity endpoint that gives no token, and what it says instead.
func identityRefusing(t *testing.T, status int, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // a test's client
	}))
	t.Cleanup(server.Close)
	return "IDENTITY_ENDPOINT=" + server.URL + "/msi/token"
}

// commands read a live tenant.
func commands() [][]string {
	return [][]string{{"check"}, {"check", "--format=json", "--fail-on=info"}, {"collect", "--out=-"}, {"survive"}}
}

// TestNotSignedIn: without a token nothing is judged; the reason and what helps are said, and
// nothing else of what the identity endpoint answers.
func TestNotSignedIn(t *testing.T) {
	t.Parallel()
	const away = "IDENTITY_ENDPOINT=http://127.0.0.1:1/msi/token"
	const managed = "see that the identity is assigned to the app"
	for name, c := range map[string]struct {
		endpoint func(t *testing.T) string
		want     string
		all      bool // of the commands
	}{
		"no such identity": {func(t *testing.T) string {
			t.Helper()
			return identityRefusing(t, 400, `{"error": "invalid_request", "error_description": "SECRET https://x.example/SECRET"}`)
		}, "(ManagedIdentityCredential: status 400, invalid_request)", true},
		"in words of its own": {func(t *testing.T) string {
			t.Helper()
			return identityRefusing(t, 400, `{"statusCode": 400, "message": "No managed identity SECRET was found", "error": "SECRET"}`)
		}, "(ManagedIdentityCredential: status 400)", false},
		"forbidden": {func(t *testing.T) string {
			t.Helper()
			return identityRefusing(t, 403, "SECRET")
		}, "(ManagedIdentityCredential: status 403)", false},
		"broken": {func(t *testing.T) string {
			t.Helper()
			return identityRefusing(t, 500, "")
		}, "(ManagedIdentityCredential: status 500)", false},
		"garbage": {func(t *testing.T) string {
			t.Helper()
			return identityRefusing(t, 200, `{"access_token": "SECRET", `)
		}, "(ManagedIdentityCredential: an answer that cannot be read)", false},
		"not there": {func(*testing.T) string { return away }, "(ManagedIdentityCredential: no connection)", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.World(t)
			endpoint := c.endpoint(t)
			for i, args := range commands() {
				if i > 0 && !c.all {
					break
				}
				s := apptest.LiveIn(t, append(w.Env(), endpoint), args...)
				want := "breakglass: not signed in: the identity gave no token for Microsoft Graph " + c.want + "; " + managed
				if s.Code != 1 || s.Out != "" || !strings.Contains(s.Err, want) || strings.Count(s.Err, "\n") != 1 {
					t.Errorf("%v: exit %d\n%s\n%s", args, s.Code, s.Out, s.Err)
				}
				if strings.Contains(s.Err, "SECRET") || strings.Contains(s.Err, "127.0.0.1") || strings.Contains(s.Err, w.Identity.Header()) {
					t.Errorf("what the endpoint says is repeated: %s", s.Err)
				}
			}
			if n := len(w.Graph.Requests()); n > 0 {
				t.Errorf("%d requests to Microsoft Graph", n)
			}
		})
	}
}

// TestNobodyIsSignedIn: on a machine where azidentity's default order finds nobody.
func TestNobodyIsSignedIn(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	env := []string{"BREAKGLASS_GRAPH_URL=" + w.Graph.URL(), "PATH=", "HOME=" + t.TempDir(), "AZURE_TOKEN_CREDENTIALS=dev"} // it asks for no identity of this machine
	for _, args := range commands()[:1] {
		s := apptest.LiveIn(t, env, args...)
		if s.Code != 1 || s.Out != "" || !strings.Contains(s.Err, "not signed in: the identity gave no token for Microsoft Graph (none of them gave one: ") ||
			!strings.Contains(s.Err, "AzureCLICredential") || !strings.Contains(s.Err, "; sign in with az login, or give --login") {
			t.Errorf("%v: exit %d\n%s\n%s", args, s.Code, s.Out, s.Err)
		}
	}
	if s := apptest.LiveIn(t, append(env, "BREAKGLASS_LANGUAGE=ja"), "check"); s.Code != 1 || !strings.Contains(s.Err, "サインインしていません") || strings.Contains(s.Err, "gave no token") {
		t.Errorf("in Japanese: %s", s.Err)
	}
}

// TestSecretExpired: an application whose secret is too old, asked over azidentity's own path.
func TestSecretExpired(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("here programs trust the system's certificates alone, and the stand-in's is none of them") // CI is on Linux
	}
	w := apptest.World(t)
	a := standin.NewAuthority(0)
	for _, c := range []struct{ code, want string }{
		{"AADSTS7000222", "(ClientSecretCredential: status 401, invalid_client, AADSTS7000222 (the client secret has expired)); make a new client secret"},
		{"AADSTS7000215", "(ClientSecretCredential: status 401, invalid_client, AADSTS7000215 (the client secret is wrong)); make a new client secret"},
		{"AADSTS700016", "(ClientSecretCredential: status 401, invalid_client, AADSTS700016); see that AZURE_TENANT_ID"},
	} {
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.URL.Path, "/token") {
				a.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprintf(w, `{"error": "invalid_client", "error_description": "%s: HIDDEN Trace ID: 1"}`, c.code) // a test's client
		}))
		t.Cleanup(server.Close)
		trusted := filepath.Join(t.TempDir(), "authority.pem")
		if err := os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		s := apptest.LiveIn(t, []string{
			"BREAKGLASS_GRAPH_URL=" + w.Graph.URL(), "AZURE_AUTHORITY_HOST=" + server.URL, "SSL_CERT_FILE=" + trusted, "PATH=", "HOME=" + t.TempDir(), "AZURE_TOKEN_CREDENTIALS=EnvironmentCredential",
			"AZURE_TENANT_ID=11111111-2222-4333-8444-555555555555", "AZURE_CLIENT_ID=11111111-2222-4333-8444-666666666666", "AZURE_CLIENT_SECRET=HIDDEN",
		}, "check")
		if s.Code != 1 || s.Out != "" || !strings.Contains(s.Err, "not signed in: ") || !strings.Contains(s.Err, c.want) || strings.Contains(s.Err, "HIDDEN") {
			t.Errorf("%s: exit %d\n%s\n%s", c.code, s.Code, s.Out, s.Err)
		}
	}
}

// refusingGraph takes no token, or after so many requests none any more.
func refusingGraph(t *testing.T, taken int64) *standin.Graph {
	t.Helper()
	var asked atomic.Int64
	g, err := standin.NewGraph(apptest.Tenant(t), standin.WithTokenCheck(func(string) bool { return asked.Add(1) <= taken }))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() }) // a test's server
	return g
}

// TestTokenRefused: a token that Microsoft Graph takes for nothing is none. One that it took
// before is told where it is not taken any more.
func TestTokenRefused(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	g := refusingGraph(t, 0)
	for _, args := range commands() {
		s := apptest.LiveIn(t, append(w.Env(), "BREAKGLASS_GRAPH_URL="+g.URL()), args...)
		if s.Code != 1 || s.Out != "" || !strings.Contains(s.Err, "not signed in: Microsoft Graph refuses the identity's token for everything (401 ") || !strings.Contains(s.Err, "that the clock is right") {
			t.Errorf("%v: exit %d\n%s\n%s", args, s.Code, s.Out, s.Err)
		}
	}
	s := apptest.LiveIn(t, append(w.Env(), "BREAKGLASS_GRAPH_URL="+refusingGraph(t, 9).URL()), "check", "--format=json")
	r, err := checks.ParseReport([]byte(s.Out))
	if s.Code != 0 || err != nil || r.Summary.Unknown == 0 {
		t.Errorf("some requests are taken: exit %d, %+v, %v, %s", s.Code, r.Summary, err, s.Err)
	}
}

// TestPersonIsRefused: somebody signs in, and Microsoft Graph takes the token for nothing.
func TestPersonIsRefused(t *testing.T) {
	t.Parallel()
	_, env := entrance(t, standin.NewAuthority(0))
	s := apptest.LiveIn(t, append(env, "BREAKGLASS_GRAPH_URL="+refusingGraph(t, 0).URL()), "check", "--login")
	if s.Code != 1 || s.Out != "" || !strings.Contains(s.Err, "not signed in: Microsoft Graph refuses") || !strings.Contains(s.Err, "run the command again, and sign in") {
		t.Errorf("exit %d\n%s\n%s", s.Code, s.Out, s.Err)
	}
}

// TestAppIsNotSignedIn: an app whose identity gives no token, or one that is taken for nothing,
// says so in its channels, once, and that it is over; what is remembered of the accounts
// stays as it is.
func TestAppIsNotSignedIn(t *testing.T) {
	t.Parallel()
	const english = "BREAKGLASS_LANGUAGE=en"
	for name, c := range map[string]struct {
		setting func(t *testing.T) string
		says    string
	}{
		"no token": {func(t *testing.T) string {
			t.Helper()
			return identityRefusing(t, 400, `{"error": "invalid_request", "error_description": "SECRET"}`)
		}, "the identity gave no token for Microsoft Graph (ManagedIdentityCredential: status 400, invalid_request)"},
		"refused": {func(t *testing.T) string {
			t.Helper()
			return "BREAKGLASS_GRAPH_URL=" + refusingGraph(t, 0).URL()
		}, "Microsoft Graph refuses the identity's token for everything (401 InvalidAuthenticationToken)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.World(t)
			apptest.Restart(t, w, false, english).Stop()
			apptest.ExpectPosted(t, w, 1, 1)
			apptest.Restart(t, w, true, english).Stop()
			before := findingsKept(t, w)
			h := apptest.Boot(t, w, english, c.setting(t))
			for _, function := range []string{"Watch", "EmergencyAccess", "Watch", "Watch", "EmergencyAccess"} {
				if _, err := h.Invoke(t.Context(), function, host.Timer{}); err == nil {
					t.Errorf("%s succeeds", function)
				}
			}
			h.Stop()
			for _, s := range []*standin.Sink{w.Slack, w.Teams} {
				told := apptest.ToldOfInstallation(s)
				if len(told) != 1 || len(s.Posted()) != 2 {
					t.Fatalf("told %d, posted %d\n%s", len(told), len(s.Posted()), apptest.Console(h))
				}
				text := strings.ReplaceAll(string(told[0]), `\u0026`, "&")
				if strings.Count(text, c.says) != 1 || strings.Contains(text, "SECRET") || strings.Contains(text, "unknown") {
					t.Errorf("%s", text)
				}
			}
			if after := findingsKept(t, w); before != after {
				t.Errorf("what is remembered of the accounts changed\n%s\n%s", before, after)
			}
			apptest.Restart(t, w, false, english).Stop()
			for _, s := range []*standin.Sink{w.Slack, w.Teams} {
				if told := apptest.ToldOfInstallation(s); len(told) != 2 || !bytes.Contains(told[1], []byte("works again")) || len(s.Posted()) != 3 {
					t.Errorf("told %d, posted %d", len(told), len(s.Posted()))
				}
			}
		})
	}
}

// findingsKept is what is kept of the findings and the last report.
func findingsKept(t *testing.T, w *testbed.Testbed) string {
	t.Helper()
	m := memoryOf(t, w)
	var findings []string
	for _, f := range m.Findings {
		findings = append(findings, fmt.Sprint(f.Key, f.Result.Status, f.Blind != nil))
	}
	slices.Sort(findings)
	return fmt.Sprint(findings, m.Report.CheckedAt, m.Report.Summary)
}

func memoryOf(t *testing.T, w *testbed.Testbed) alert.Memory {
	t.Helper()
	m, _, err := state.NewDir(w.State).Load(t.Context(), "kitahama.onmicrosoft.com")
	if err != nil {
		t.Fatal(err)
	}
	return m
}
