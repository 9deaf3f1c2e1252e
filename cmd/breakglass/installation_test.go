package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"breakglass/internal/doctor"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/host"
	"breakglass/internal/standin/testbed"
)

// deployed unpacks a package as make package writes it.
func deployed(t *testing.T) (zip, dir string) {
	t.Helper()
	zip = apptest.Zip(t)
	dir = filepath.Join(t.TempDir(), "wwwroot")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := doctor.Unpack(zip, dir); err != nil {
		t.Fatal(err)
	}
	return zip, dir
}

// TestInstalled: the package, with the settings that Terraform writes and no other, reports
// at its first tick and is quiet at the second. What names a service of Microsoft's names
// its stand-in here, the key vault's references are followed, and the platform gives what it
// gives every process.
func TestInstalled(t *testing.T) {
	t.Parallel()
	zip, app := deployed(t)
	w, err := testbed.New(apptest.Tenant(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	storage := apptest.StartStorage(t)
	storage.Open(t, "state")

	accounts := cty.ListVal([]cty.Value{cty.StringVal("ea01@kitahama.onmicrosoft.com"), cty.StringVal("ea02@kitahama.onmicrosoft.com")})
	written := apptest.SettingsWith(t, map[string]cty.Value{"accounts": accounts}, "SLACK_WEBHOOK_URL", "TEAMS_WORKFLOW_URL")
	given := maps.Clone(written)
	for name, standIn := range map[string]string{
		"SLACK_WEBHOOK_URL": w.Slack.URL(), "TEAMS_WORKFLOW_URL": w.Teams.URL(), "AZURE_CLIENT_ID": w.Identity.ClientID(),
		"BREAKGLASS_STATE": strings.TrimPrefix(storage.Settings("state")[0], "BREAKGLASS_STATE="),
	} {
		if given[name] == "" {
			t.Errorf("Terraform does not write %s", name)
		}
		given[name] = standIn
	}
	// Of the worldwide cloud nothing need be set, and an emulator has a key.
	given["BREAKGLASS_GRAPH_URL"] = w.Graph.URL()
	given["AZURE_STORAGE_CONNECTION_STRING"] = storage.Connection(storage.Gate.URL)
	maps.Copy(given, map[string]string{"IDENTITY_ENDPOINT": w.Identity.URL(), "IDENTITY_HEADER": w.Identity.Header(), "WEBSITE_SITE_NAME": "func-contosobg"})
	var env []string
	for name, value := range given {
		env = append(env, name+"="+value)
	}
	h, err := host.Start(t.Context(), host.Options{Dir: app, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Stop)
	if functions := h.Functions(); !slices.Equal(functions, []string{"EmergencyAccess", "Watch"}) {
		t.Errorf("functions %q, refused %v", functions, h.Refused())
	}
	apptest.Poll(t, h)
	apptest.ExpectPosted(t, w, 1, 1)
	for range 2 {
		apptest.Poll(t, h)
		apptest.Fire(t, h, true)
	}
	apptest.ExpectPosted(t, w, 1, 1)
	if lines := apptest.ErrorLines(h); len(lines) > 0 {
		t.Errorf("errors: %s", lines)
	}

	// The doctor finds this installation well, by the settings as Azure lists them.
	i := installation{t: t, world: w, env: map[string]string{"PATH": os.Getenv("PATH")}, dir: t.TempDir()}
	var listed []map[string]any
	for name, value := range given {
		if slices.Contains(doctor.PlatformSettings(), name) {
			i.env[name] = value
			continue
		}
		listed = append(listed, map[string]any{"name": name, "slotSetting": false, "value": value})
	}
	data, err := json.Marshal(listed)
	if err != nil {
		t.Fatal(err)
	}
	i.writes("settings.json", data)
	s, e := i.asks("--settings", "settings.json", "--package", zip)
	if s.Code != 0 || len(e.Trouble()) > 0 || e.Count(doctor.Notice) > 1 {
		t.Errorf("exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
	for _, f := range e.Findings {
		if f.Status == doctor.Notice && f.Subject != "AZURE_CLIENT_ID" { // the stand-in's identity is not that of the storage
			t.Errorf("%+v", f)
		}
	}

	// And by what Terraform wrote, the references not followed.
	data, err = json.Marshal(written)
	if err != nil {
		t.Fatal(err)
	}
	i.writes("settings.json", data)
	s, e = i.asks("--settings", "settings.json", "--package", zip, "--offline")
	if s.Code != 0 || e.Result != doctor.OK || bytes.Count([]byte(s.Out), []byte("key vault")) != 2 {
		t.Errorf("exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
}
