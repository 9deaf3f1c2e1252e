package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/host"
)

// TestFollowsNoRedirect: whatever the deployed program and the command line reach, and whatever
// that answers, no other host is asked.
func TestFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  func(address string) []string
		args []string // of the command line; the app runs without
		sink bool     // Slack's and Teams's stand-ins redirect
		says string
	}{
		"the identity endpoint": {env: func(a string) []string { return []string{"IDENTITY_ENDPOINT=" + a + "/msi/token"} }, says: "not signed in"},
		"Microsoft Graph":       {env: func(a string) []string { return []string{"BREAKGLASS_GRAPH_URL=" + a + "/v1.0"} }, says: "checked"},
		"the storage": {env: func(a string) []string {
			return []string{
				"BREAKGLASS_STATE=" + a + "/breakglass/state",
				"AZURE_STORAGE_CONNECTION_STRING=AccountName=breakglass;AccountKey=a2V5;BlobEndpoint=" + a + "/breakglass;",
			}
		}, says: "redirects are not followed"},
		"Slack and Teams": {env: func(string) []string { return nil }, sink: true, says: "redirects are not followed"},
		"the heartbeat":   {env: func(a string) []string { return []string{"BREAKGLASS_HEARTBEAT_URL=" + a + "/ping"} }, says: "BREAKGLASS_HEARTBEAT_URL answers 307"},
		"the clock":       {env: func(a string) []string { return []string{"BREAKGLASS_GRAPH_URL=" + a + "/v1.0"} }, args: []string{"doctor"}, says: "clock"},
		"a person's sign-in": {env: func(a string) []string {
			return []string{"AZURE_AUTHORITY_HOST=" + strings.Replace(a, "http:", "https:", 1), "IDENTITY_ENDPOINT=", "IDENTITY_HEADER="}
		}, args: []string{"check", "--login"}, says: "sign-in"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.World(t)
			var asked, elsewhere atomic.Int32
			other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
			t.Cleanup(other.Close)
			away := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				http.Redirect(rw, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
			})
			service := httptest.NewServer(away)
			t.Cleanup(service.Close)
			env := append(w.Env(), append(c.env(service.URL), "BREAKGLASS_LANGUAGE=en")...)
			if name == "a person's sign-in" {
				_, env = entranceBy(t, standin.NewAuthority(0), away)
			}
			if c.sink {
				for _, s := range []*standin.Sink{w.Slack, w.Teams} {
					s.Respond(func(int) standin.Reply {
						asked.Add(1)
						return standin.Reply{Status: http.StatusTemporaryRedirect, Redirect: other.URL}
					})
				}
			}
			said := ""
			if c.args != nil {
				s := apptest.LiveIn(t, env, c.args...)
				said = s.Out + s.Err
			} else {
				h := apptest.Boot(t, w, env...)
				_, _ = h.Invoke(t.Context(), "EmergencyAccess", host.Timer{}) // whatever becomes of it
				said = apptest.Console(h)
			}
			if asked.Load() == 0 || elsewhere.Load() > 0 {
				t.Errorf("asked %d times, and another host %d times\n%s", asked.Load(), elsewhere.Load(), said)
			}
			if !strings.Contains(said, c.says) {
				t.Errorf("no %q in\n%s", c.says, said)
			}
		})
	}
}
