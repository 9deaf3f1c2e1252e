package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass"
	"breakglass/alert"
	"breakglass/checks"
	"breakglass/internal/doctor"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/state"
	"breakglass/internal/wiring"
)

// An installation is one that a doctor looks at: everything is right until a test breaks it.
type installation struct {
	t     *testing.T
	world *testbed.Testbed
	env   map[string]string
	yaml  []byte
	dir   string // where the doctor is asked
	args  []string
}

// breaking is how an installation is made otherwise than it should be before it is there.
type breaking struct {
	roles   func([]string) []string
	graph   standin.Intercept
	ahead   time.Duration // this machine's clock
	file    func(map[string]any)
	damages func(*installation)
}

func newInstallation(t *testing.T, b breaking) *installation {
	t.Helper()
	var roles []string
	for _, p := range checks.Permissions() {
		roles = append(roles, p.Name)
	}
	if b.roles != nil {
		roles = b.roles(roles)
	}
	file := apptest.Tenant(t)
	if b.file != nil {
		var tenant map[string]any
		if err := json.Unmarshal(file, &tenant); err != nil {
			t.Fatal(err)
		}
		b.file(tenant)
		var err error
		if file, err = json.Marshal(tenant); err != nil {
			t.Fatal(err)
		}
	}
	var options []standin.GraphOption
	if b.ahead != 0 {
		options = append(options, standin.WithGraphClock(func() time.Time { return time.Now().Add(-b.ahead) }))
	}
	if b.graph != nil {
		options = append(options, standin.WithIntercept(b.graph))
	}
	w, err := testbed.NewWith(roles, file, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	i := &installation{t: t, world: w, yaml: standin.Config(), dir: t.TempDir(), env: map[string]string{
		"WEBSITE_SITE_NAME": "func-contosobg", "AzureWebJobsStorage__accountName": "stcontosobg", "AzureWebJobsStorage__credential": "managedidentity",
		"AzureWebJobsStorage__clientId": w.Identity.ClientID(), "APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=0", "PATH": os.Getenv("PATH"),
	}}
	for _, pair := range w.Env() {
		name, value, _ := strings.Cut(pair, "=")
		i.env[name] = value
	}
	i.remembers(func(*alert.Memory) {})
	if b.damages != nil {
		b.damages(i)
	}
	return i
}

// remembers puts what a run left an hour ago, changed, into the place of what is there: for
// the tenant that is declared, and for where none is.
func (i *installation) remembers(change func(*alert.Memory)) {
	i.t.Helper()
	for _, key := range []string{wiring.HomeTenant, "kitahama.onmicrosoft.com", "contoso.onmicrosoft.com"} {
		i.remembersOf(key, change)
	}
}

func (i *installation) remembersOf(key string, change func(*alert.Memory)) {
	i.t.Helper()
	m := alert.NewMemory(key)
	m.Report = &checks.Report{Schema: checks.Schema, CheckedAt: time.Now().Add(-time.Hour).UTC()}
	change(&m)
	store, err := state.Open(i.t.Context(), i.env["BREAKGLASS_STATE"], func(string) string { return "" })
	if err != nil {
		i.t.Fatal(err)
	}
	_, at, err := store.Load(i.t.Context(), key)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		i.t.Fatal(err)
	}
	if _, err := store.Save(i.t.Context(), m, at); err != nil {
		i.t.Fatal(err)
	}
}

// settings writes the app settings as the Azure CLI lists them, and takes them out of the
// shell; what the platform gives a process stays.
func (i *installation) settings(change func(map[string]string)) {
	settings := map[string]string{}
	for name, value := range i.env {
		if !slices.Contains(append(doctor.PlatformSettings(), "PATH"), name) {
			settings[name] = value
			delete(i.env, name)
		}
	}
	change(settings)
	var listed []map[string]any
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		listed = append(listed, map[string]any{"name": name, "slotSetting": false, "value": settings[name]})
	}
	data, err := json.Marshal(listed)
	if err != nil {
		i.t.Fatal(err)
	}
	i.writes("settings.json", data)
	i.args = append(i.args, "--settings", "settings.json")
}

func (i *installation) writes(name string, data []byte) {
	i.t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(i.dir, name)), 0o700); err != nil {
		i.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(i.dir, name), data, 0o600); err != nil {
		i.t.Fatal(err)
	}
}

// packs lays a package out and lets a test damage it.
func (i *installation) packs(damage func(dir string)) {
	i.t.Helper()
	i.world.App = filepath.Join(i.dir, "app")
	if err := i.world.Stage(apptest.Handler(i.t)); err != nil {
		i.t.Fatal(err)
	}
	damage(i.world.App)
	i.args = append(i.args, "--package", "app")
}

// asks runs a doctor and returns what it found.
func (i *installation) asks(args ...string) (apptest.Session, doctor.Examination) {
	i.t.Helper()
	if i.yaml != nil {
		i.writes("breakglass.yaml", i.yaml)
	}
	command := exec.CommandContext(i.t.Context(), apptest.CommandLine(i.t), slices.Concat([]string{"doctor", "--format", "json"}, i.args, args)...)
	command.Dir = i.dir
	for name, value := range i.env {
		command.Env = append(command.Env, name+"="+value)
	}
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	if err := command.Run(); command.ProcessState == nil {
		i.t.Fatal(err)
	}
	s := apptest.Session{Code: command.ProcessState.ExitCode(), Out: out.String(), Err: errs.String()}
	var e doctor.Examination
	if err := json.Unmarshal(out.Bytes(), &e); err != nil {
		i.t.Fatalf("exit %d: %v\n%s%s", s.Code, err, s.Out, s.Err)
	}
	return s, e
}

// refused answers as Microsoft Graph does where it refuses.
func refused(status int, code string, path ...string) standin.Intercept {
	return func(w http.ResponseWriter, _ *http.Request, at string) bool {
		if !slices.ContainsFunc(path, func(p string) bool { return strings.Contains(at, p) }) {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error": {"code": %q, "message": "No."}}`, code)
		return true
	}
}

func without(names ...string) func([]string) []string {
	return func(all []string) []string {
		return slices.DeleteFunc(all, func(n string) bool { return slices.Contains(names, n) })
	}
}

func set(pairs ...string) func(*installation) {
	return func(i *installation) {
		for p := range slices.Chunk(pairs, 2) {
			i.env[p[0]] = p[1]
		}
	}
}

func unset(names ...string) func(*installation) {
	return func(i *installation) {
		for _, name := range names {
			delete(i.env, name)
		}
	}
}

func settingsWith(pairs ...string) func(*installation) {
	return func(i *installation) {
		i.settings(func(s map[string]string) {
			for p := range slices.Chunk(pairs, 2) {
				if s[p[0]] = p[1]; p[1] == "" {
					delete(s, p[0])
				}
			}
		})
	}
}

func packed(damage func(dir string) error) func(*installation) {
	return func(i *installation) {
		i.packs(func(dir string) {
			if err := damage(dir); err != nil {
				i.t.Fatal(err)
			}
		})
	}
}

// A broken installation, and what a doctor must find: everything that is not right, and
// nothing else.
type broken struct {
	breaking
	finds  []string // "status area subject"
	says   string
	remedy string
	args   []string
}

func brokenSettings() map[string]broken {
	damaged := func(f func(*installation)) breaking { return breaking{damages: f} }
	return map[string]broken{
		"a misspelt setting": {damaged(func(i *installation) {
			i.env["SLACK_WEBHOK_URL"] = i.env["SLACK_WEBHOOK_URL"]
			delete(i.env, "SLACK_WEBHOOK_URL")
		}), []string{"fault settings SLACK_WEBHOK_URL"}, "nothing reads it", "SLACK_WEBHOOK_URL", nil},
		"a misspelt one that is needed": {damaged(func(i *installation) { i.yaml = nil; i.env["BREAKGLASS_ACOUNTS"] = "ea01@kitahama.onmicrosoft.com" }), []string{"fault settings BREAKGLASS_ACOUNTS"}, "nothing reads it", "BREAKGLASS_ACCOUNTS", nil},
		"the state, misspelt": {damaged(func(i *installation) {
			i.env["BREAKGLASS_STAT"] = i.env["BREAKGLASS_STATE"]
			delete(i.env, "BREAKGLASS_STATE")
		}), []string{"fault settings BREAKGLASS_STAT"}, "nothing reads it", "BREAKGLASS_STATE", nil},
		"a setting of ours that is nothing": {damaged(set("BREAKGLASS_UNHEARD_OF_THING", "x")), []string{"notice settings BREAKGLASS_UNHEARD_OF_THING"}, "nothing reads it", "README", nil},
		"another language":                  {damaged(set("BREAKGLASS_LANGUAGE", "fr")), []string{"fault settings BREAKGLASS_LANGUAGE"}, "fr", "en or ja", nil},
		"no accounts":                       {damaged(func(i *installation) { i.yaml = nil }), []string{"fault settings BREAKGLASS_ACCOUNTS"}, "no emergency access account", "user principal names", nil},
		"only escalation is told": {damaged(func(i *installation) {
			i.env["ESCALATION_SLACK_WEBHOOK_URL"] = i.env["SLACK_WEBHOOK_URL"]
			unset("SLACK_WEBHOOK_URL", "TEAMS_WORKFLOW_URL")(i)
		}), []string{"fault settings"}, "nobody is told", "SLACK_WEBHOOK_URL", nil},
		"only the heartbeat is in the vault": {damaged(settingsWith("SLACK_WEBHOOK_URL", "", "TEAMS_WORKFLOW_URL", "", "BREAKGLASS_HEARTBEAT_URL", "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/x)")), []string{"fault settings"}, "nobody is told", "SLACK_WEBHOOK_URL", nil},
		"two things that are not one": {damaged(func(i *installation) {
			i.env["BREAKGLASS_LANGUAGE"] = "fr"
			unset("SLACK_WEBHOOK_URL", "TEAMS_WORKFLOW_URL")(i)
		}), []string{"fault settings BREAKGLASS_LANGUAGE", "fault settings"}, "nobody is told", "en or ja", nil},
		"a signature that is too much": {damaged(set("TEAMS_WORKFLOW_URL", "https://x.environment.api.powerplatform.com/workflows/SECRETSECRET?api-version=1&sig=SECRETSECRET", "TEAMS_WORKFLOW_AUTH", "identity")), []string{"fault settings TEAMS_WORKFLOW_URL"}, "the URL has a sig", "", nil},
		"a mistake in the file": {damaged(func(i *installation) {
			i.yaml = append(i.yaml, "drillEverry: 90d\n"...)
			_ = os.Remove(filepath.Join(i.world.State, "memory-"+wiring.HomeTenant+".json")) // what is remembered is the declared tenant's
		}), []string{"fault settings breakglass.yaml:*"}, "unknown key", "expected tenant", nil},
		"a file that is not there":       {damaged(set("BREAKGLASS_CONFIG", "gone.yaml")), []string{"fault settings BREAKGLASS_CONFIG"}, "not there", "name the file", nil},
		"a secret that was not followed": {damaged(set("TEAMS_WORKFLOW_URL", "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/x)")), []string{"fault settings TEAMS_WORKFLOW_URL"}, "Key Vault", "may read the secret", nil},
		"Slack is somewhere else":        {damaged(set("SLACK_WEBHOOK_URL", "https://hooks.example/services/SECRETSECRET")), []string{"fault settings SLACK_WEBHOOK_URL"}, "host", "", nil},
		"a webhook and a bot":            {damaged(set("SLACK_BOT_TOKEN", "xoxb-SECRETSECRET", "SLACK_CHANNEL", "C0123456789")), []string{"fault settings SLACK_WEBHOOK_URL"}, "SLACK_BOT_TOKEN is set too", "one of the two", nil},
		"a bot without a channel":        {damaged(set("SLACK_BOT_TOKEN", "xoxb-SECRETSECRET", "SLACK_WEBHOOK_URL", "")), []string{"fault settings SLACK_CHANNEL"}, "not set", "channel's id", nil},
		"a workflow without a signature": {damaged(set("TEAMS_WORKFLOW_URL", "https://x.environment.api.powerplatform.com/workflows/SECRETSECRET?api-version=1")), []string{"fault settings TEAMS_WORKFLOW_URL"}, "no sig", "", nil},
		"nobody is told":                 {damaged(unset("SLACK_WEBHOOK_URL", "TEAMS_WORKFLOW_URL")), []string{"fault settings"}, "nobody is told", "SLACK_WEBHOOK_URL", nil},
		"nothing is remembered":          {damaged(unset("BREAKGLASS_STATE")), []string{"fault settings BREAKGLASS_STATE"}, "not set", "https://<account>", nil},
		"the state is no address":        {damaged(set("BREAKGLASS_STATE", "stcontosobg/state")), []string{"fault settings BREAKGLASS_STATE"}, "scheme", "https://<account>", nil},
		"a token would go elsewhere":     {damaged(set("BREAKGLASS_GRAPH_URL", "https://graph.example/v1.0")), []string{"fault settings BREAKGLASS_GRAPH_URL"}, "token goes there", "graph.microsoft.com", nil},
		"a time zone":                    {damaged(settingsWith("WEBSITE_TIME_ZONE", "Tokyo Standard Time")), []string{"fault settings WEBSITE_TIME_ZONE"}, "must not be set", "UTC", nil},
		"the host has no storage":        {damaged(unset("AzureWebJobsStorage__accountName")), []string{"fault settings AzureWebJobsStorage__accountName"}, "starts no timer", "storage account", nil},
		"the host has no identity":       {damaged(unset("AzureWebJobsStorage__credential")), []string{"fault settings AzureWebJobsStorage__credential"}, "does not use the identity", "managedidentity", nil},
		"the host has a key":             {damaged(set("AzureWebJobsStorage", "DefaultEndpointsProtocol=https;AccountKey=SECRETSECRET")), []string{"notice settings AzureWebJobsStorage"}, "with a key", "use the identity", nil},
		"no identity is named":           {damaged(unset("AZURE_CLIENT_ID")), []string{"fault settings AZURE_CLIENT_ID"}, "user-assigned", "AzureWebJobsStorage__clientId", nil},
		"two identities":                 {damaged(set("AzureWebJobsStorage__clientId", "5d1a0e5e-1111-4a11-8111-111111111111")), []string{"notice settings AZURE_CLIENT_ID"}, "another identity", "both are meant", nil},
		"the daily run is off":           {damaged(set("AzureWebJobs.EmergencyAccess.Disabled", "true")), []string{"fault settings AzureWebJobs.EmergencyAccess.Disabled"}, "no daily run", "remove", nil},
		"the watch is off":               {damaged(set("AzureWebJobs.Watch.Disabled", "1")), []string{"notice settings AzureWebJobs.Watch.Disabled"}, "switched off", "", nil},
		"nothing is logged":              {damaged(unset("APPLICATIONINSIGHTS_CONNECTION_STRING")), []string{"notice settings APPLICATIONINSIGHTS_CONNECTION_STRING"}, "no alarm", "Application Insights", nil},
		"no schedule":                    {damaged(unset("BREAKGLASS_SCHEDULE")), []string{"fault schedule BREAKGLASS_SCHEDULE"}, "not set", "0 0 6 * * *", nil},
		"a schedule that is none":        {damaged(set("BREAKGLASS_SCHEDULE", "at six")), []string{"fault schedule BREAKGLASS_SCHEDULE"}, "does not take it", "0 0 6 * * *", nil},
		"a schedule of another plan":     {damaged(set("BREAKGLASS_SCHEDULE", "24:00:00")), []string{"fault schedule BREAKGLASS_SCHEDULE"}, "does not take it", "0 0 6 * * *", nil},
		"only on weekdays":               {damaged(set("BREAKGLASS_SCHEDULE", "0 0 6 * * 1-5")), []string{"notice schedule BREAKGLASS_SCHEDULE"}, "not made every day", "watch_silence_hours", nil},
	}
}

func brokenPackages() map[string]broken {
	in := func(dir string, name ...string) string { return filepath.Join(append([]string{dir}, name...)...) }
	damaged := func(f func(dir string) error) breaking { return breaking{damages: packed(f)} }
	return map[string]broken{
		"no host.json":        {damaged(func(dir string) error { return os.Remove(in(dir, "host.json")) }), []string{"fault package app"}, "host.json", "make package", nil},
		"host.json is broken": {damaged(func(dir string) error { return os.WriteFile(in(dir, "host.json"), []byte("{"), 0o600) }), []string{"fault package app"}, "host.json", "make package", nil},
		"no handler":          {damaged(func(dir string) error { return os.Remove(in(dir, "handler")) }), []string{"fault package app"}, "handler", "make package", nil},
		"a handler of another machine": {damaged(func(dir string) error {
			return errors.Join(os.Remove(in(dir, "handler")), os.WriteFile(in(dir, "handler"), []byte("MZ, a program of Windows"), 0o700))
		}), []string{"fault package app"}, "no program for Linux", "make package", nil},
		"no daily function":       {damaged(func(dir string) error { return os.RemoveAll(in(dir, "EmergencyAccess")) }), []string{"fault package EmergencyAccess"}, "never starts it", "EmergencyAccess/function.json", nil},
		"its file is in the root": {damaged(func(dir string) error { return os.Rename(in(dir, "Watch", "function.json"), in(dir, "function.json")) }), []string{"fault package Watch"}, "never starts it", "Watch/function.json", nil},
		"a function file is broken": {damaged(func(dir string) error {
			return os.WriteFile(in(dir, "Watch", "function.json"), []byte(`{"bindings": []}`), 0o600)
		}), []string{"fault package Watch"}, "leave the function out", "make package", nil},
		"a function too many": {damaged(func(dir string) error {
			return errors.Join(os.Mkdir(in(dir, "Other"), 0o700), os.WriteFile(in(dir, "Other", "function.json"), breakglass.WatchJSON, 0o600))
		}), []string{"fault package Other"}, "knows no such function", "remove Other", nil},
		"a handler that does not start": {damaged(func(dir string) error {
			return errors.Join(os.Remove(in(dir, "handler")), lame(in(dir, "handler"), apptest.PackageDir+"/dist/handler"))
		}), []string{"fault package app"}, "does not start", "make package", []string{"--start"}},
	}
}

// lame copies a program, which then has nowhere to begin.
func lame(to, from string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	const entry = 24 // e_entry: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
	copy(data[entry:entry+8], make([]byte, 8))
	return os.WriteFile(to, data, 0o700) //nolint:gosec // a program must be executable
}

func brokenServices() map[string]broken {
	elsewhere := "http://127.0.0.1:1"
	plans := func(of map[string]any) { of["organization"].(map[string]any)["assignedPlans"] = []any{} }
	noP1 := func(w http.ResponseWriter, r *http.Request, path string) bool {
		return refused(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "/auditLogs/signIns")(w, r, path)
	}
	return map[string]broken{
		"another identity":               {breaking{damages: set("AZURE_CLIENT_ID", "5d1a0e5e-1111-4a11-8111-111111111111", "AzureWebJobsStorage__clientId", "5d1a0e5e-1111-4a11-8111-111111111111")}, []string{"fault identity"}, "no token", "AZURE_CLIENT_ID", nil},
		"no identity endpoint":           {breaking{damages: set("IDENTITY_ENDPOINT", elsewhere)}, []string{"fault identity"}, "no token", "assigned to the app", nil},
		"no permission at all":           {breaking{roles: func([]string) []string { return []string{} }, graph: refused(403, "Authorization_RequestDenied", "/")}, []string{"fault permissions"}, "lacks 17 of 17", "permissions grant --identity b7f0a9d4", nil},
		"a permission is missing":        {breaking{roles: without("Policy.Read.All"), graph: refused(403, "Authorization_RequestDenied", "/identity/conditionalAccess", "/policies/identitySecurityDefaults", "/policies/authorizationPolicy", "/authentication/requirements")}, []string{"fault permissions"}, "lacks 1 of 17 permissions: Policy.Read.All", "permissions grant", nil},
		"one that can be done without":   {breaking{roles: without("AdministrativeUnit.Read.All")}, []string{"notice permissions"}, "AdministrativeUnit.Read.All", "permissions grant", nil},
		"one too many":                   {breaking{roles: func(all []string) []string { return append(all, "Directory.ReadWrite.All") }}, []string{"notice permissions"}, "Directory.ReadWrite.All", "remove it", nil},
		"refused in spite of it":         {breaking{graph: refused(403, "Authorization_RequestDenied", "/domains")}, []string{"fault graph"}, "the domains", "the token holds Domain.Read.All", nil},
		"Microsoft Graph fails":          {breaking{graph: refused(500, "InternalServerError", "/domains")}, []string{"unknown graph"}, "the domains: Microsoft Graph failed", "try again", nil},
		"Microsoft Graph throttles":      {breaking{graph: refused(429, "TooManyRequests", "/organization")}, []string{"unknown graph"}, "kept throttling", "try again", nil},
		"a list is not there":            {breaking{graph: refused(404, "Request_ResourceNotFound", "/domains")}, []string{"unknown graph"}, "the domains: Microsoft Graph does not know it", "try again", nil},
		"a licence that does not count":  {breaking{graph: refused(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "/auditLogs/signIns")}, []string{"notice licences"}, "no Microsoft Entra ID P1", "one P1 licence", nil},
		"a second licence that does not": {breaking{graph: refused(403, "AadPremiumLicenseRequired", "/riskyUsers")}, []string{"notice licences"}, "although the tenant has it", "takes hours", nil},
		"a bot that may look and not post": {breaking{damages: func(i *installation) {
			i.bot(func(*standin.SlackBot) {})
			i.remembers(func(m *alert.Memory) {
				m.Channels["slack"] = &alert.Box{Failure: &alert.Failure{Since: time.Now(), Reason: "restricted_action"}}
			})
		}}, []string{"fault channels slack"}, "restricted_action", "--send", nil},
		"Microsoft Graph is away": {breaking{damages: set("BREAKGLASS_GRAPH_URL", elsewhere)}, []string{"unknown graph"}, "does not answer: dial tcp", "firewall", nil},
		"an account is misspelt":  {breaking{damages: func(i *installation) { i.env["BREAKGLASS_ACCOUNTS"] = "ae01@kitahama.onmicrosoft.com" }}, []string{"fault graph ae01@kitahama.onmicrosoft.com"}, "no such account", "correct the name", nil},
		"another tenant": {breaking{damages: func(i *installation) {
			i.yaml = bytes.Replace(i.yaml, []byte("tenant: kitahama."), []byte("tenant: contoso."), 1)
		}}, []string{"fault graph"}, "contoso.onmicrosoft.com", "correct tenant", nil},
		"no licence":         {breaking{file: plans, graph: noP1}, []string{"notice licences"}, "no Microsoft Entra ID P1", "one P1 licence", nil},
		"the clock is wrong": {breaking{ahead: 11 * time.Minute}, []string{"fault clock"}, "11m", "set this machine's clock", nil},
		"the state is a file": {breaking{damages: func(i *installation) {
			i.writes("state", nil)
			i.env["BREAKGLASS_STATE"] = "file://" + i.dir + "/state"
		}}, []string{"fault state"}, "not a directory", "nothing is remembered", nil},
		"a memory of a later version": {breaking{damages: func(i *installation) { garble(i.world) }}, []string{"fault runs"}, "cannot be used", "newer version", nil},
		"it never ran":                {breaking{damages: func(i *installation) { i.remembers(func(m *alert.Memory) { m.Report = nil }) }}, []string{"notice runs"}, "no run yet", "Watch", nil},
		"it does not run any more": {breaking{damages: func(i *installation) {
			i.remembers(func(m *alert.Memory) { m.Report.CheckedAt = time.Now().Add(-50 * time.Hour) })
		}}, []string{"fault runs"}, "last full run was at", "troubleshooting", nil},
		"a channel took nothing": {breaking{damages: func(i *installation) {
			i.remembers(func(m *alert.Memory) {
				m.Channels["teams"] = &alert.Box{Failure: &alert.Failure{Since: time.Now(), Reason: "410 Gone"}}
			})
		}}, []string{"fault channels teams"}, "410 Gone", "--send", nil},
		"Slack's webhook is gone": {breaking{damages: func(i *installation) { i.world.Slack.Script(standin.Reply{Status: 404, Body: "no_service"}) }}, []string{"fault channels slack"}, "no_service", "makes a new one", []string{"--send"}},
		"Teams does not answer": {breaking{damages: func(i *installation) {
			i.env["TEAMS_WORKFLOW_URL"] = strings.Replace(i.world.Teams.URL(), i.world.Teams.URL()[:strings.Index(i.world.Teams.URL()[8:], "/")+8], elsewhere, 1)
		}}, []string{"unknown channels teams"}, "not reached", "try again", []string{"--send"}},
		"a bot whose token is revoked": {breaking{damages: func(i *installation) {
			i.bot(func(b *standin.SlackBot) { b.Script("auth.test", standin.SlackRefusal("token_revoked")) })
		}}, []string{"fault channels slack"}, "token_revoked", "token", nil},
	}
}

// garble makes what is remembered look like a later version's.
func garble(w *testbed.Testbed) {
	files, _ := filepath.Glob(filepath.Join(w.State, "memory-kitahama*.json"))
	for _, f := range files {
		data, _ := os.ReadFile(f)
		_ = os.WriteFile(f, bytes.Replace(data, []byte(alert.Schema), []byte("breakglass.memory/v99"), 1), 0o600) // the test notices
	}
}

// bot puts a Slack app in the place of the webhook.
func (i *installation) bot(change func(*standin.SlackBot)) {
	i.t.Helper()
	b := standin.NewSlackBot()
	if err := b.Start(); err != nil {
		i.t.Fatal(err)
	}
	i.t.Cleanup(func() { _ = b.Close() }) // it was of use already
	change(b)
	set("SLACK_WEBHOOK_URL", "", "SLACK_BOT_TOKEN", b.Token(), "SLACK_CHANNEL", b.Channel(), "SLACK_API_URL", b.APIURL())(i)
}

// TestDoctor: of each broken installation a doctor names the fault and the remedy, and
// nothing else.
func TestDoctor(t *testing.T) {
	t.Parallel()
	for _, all := range []map[string]broken{brokenSettings(), brokenPackages(), brokenServices()} {
		for name, b := range all {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s, e := newInstallation(t, b.breaking).asks(b.args...)
				b.hold(t, s, e)
			})
		}
	}
}

func (b broken) hold(t *testing.T, s apptest.Session, e doctor.Examination) {
	t.Helper()
	var found []string
	var says, remedies strings.Builder
	for _, f := range e.Findings {
		if f.Status == doctor.OK || f.Status == doctor.Skipped {
			continue
		}
		found = append(found, strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Status, f.Area, f.Subject)))
		says.WriteString(f.Says)
		remedies.WriteString(f.Remedy)
	}
	if len(found) != len(b.finds) || !slices.EqualFunc(found, b.finds, func(got, want string) bool {
		begins, open := strings.CutSuffix(want, "*")
		return got == want || open && strings.HasPrefix(got, begins)
	}) {
		t.Fatalf("found %q, want %q\n%s", found, b.finds, s.Out)
	}
	if !strings.Contains(says.String(), b.says) || !strings.Contains(remedies.String(), b.remedy) {
		t.Errorf("it says %q, remedy %q; want %q, %q", says.String(), remedies.String(), b.says, b.remedy)
	}
	want := exitFound
	if !slices.ContainsFunc(b.finds, func(f string) bool { return !strings.HasPrefix(f, "notice") }) {
		want = exitOK
	}
	if s.Code != want {
		t.Errorf("exit %d, want %d: %s", s.Code, want, s.Err)
	}
	if strings.Contains(s.Out+s.Err, "SECRET") || strings.Contains(s.Out+s.Err, "eyJ") {
		t.Errorf("a secret is told:\n%s%s", s.Out, s.Err)
	}
}

// TestDoctorWell: of an installation in which all is well it says so, of every area.
func TestDoctorWell(t *testing.T) {
	t.Parallel()
	i := newInstallation(t, breaking{damages: packed(func(string) error { return nil })})
	s, e := i.asks("--send", "--start")
	if !strings.Contains(s.Out, "and so is the package") {
		t.Errorf("the package does not say its version: %s", s.Out)
	}
	for _, a := range doctor.Areas() {
		if !slices.ContainsFunc(e.Findings, func(f doctor.Finding) bool { return f.Area == a && f.Status == doctor.OK }) {
			t.Errorf("%s is not right", a)
		}
	}
	if s.Code != 0 || e.Result != doctor.OK || len(e.Trouble()) > 0 || e.Schema != doctor.Schema || !strings.Contains(e.LookedAs, "managed identity") {
		t.Errorf("exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
	if len(i.world.Slack.Posted()) != 1 || len(i.world.Teams.Posted()) != 1 {
		t.Errorf("posted %d and %d", len(i.world.Slack.Posted()), len(i.world.Teams.Posted()))
	}
	files, err := os.ReadDir(i.world.State)
	for _, f := range files {
		if strings.Contains(f.Name(), "probe") {
			t.Errorf("left behind: %s", f.Name())
		}
	}
	if err != nil {
		t.Error(err)
	}
	if _, e := i.asks(); e.Count(doctor.Skipped) != 2 || len(i.world.Slack.Posted()) != 1 {
		t.Errorf("without --send: %d channels are left out, %d messages", e.Count(doctor.Skipped), len(i.world.Slack.Posted()))
	}
}

// TestDoctorVersions: another version in the package is told, and a function that a setting
// keeps from starting is not said to start.
func TestDoctorVersions(t *testing.T) {
	t.Parallel()
	for own, want := range map[string]doctor.Status{"0.1.0": doctor.OK, "0.2.0": doctor.Notice, "dev": doctor.OK} {
		if f := doctor.Versions(own, &doctor.Package{Version: "0.1.0"}); f.Status != want || !strings.Contains(f.Says, own) && own != "dev" {
			t.Errorf("%s: %+v", own, f)
		}
	}
	i := newInstallation(t, breaking{damages: packed(func(string) error { return nil })})
	delete(i.env, "BREAKGLASS_SCHEDULE")
	_, e := i.asks("--offline")
	if !slices.ContainsFunc(e.Findings, func(f doctor.Finding) bool {
		return f.Area == doctor.AreaPackage && f.Says == "the host would start it, with Watch; settings keep EmergencyAccess from starting"
	}) {
		t.Errorf("%+v", e.Findings)
	}
}

// TestDoctorOffline: it reaches nothing.
func TestDoctorOffline(t *testing.T) {
	t.Parallel()
	i := newInstallation(t, breaking{damages: packed(func(string) error { return nil })})
	s, e := i.asks("--offline")
	if s.Code != 0 || e.Count(doctor.Skipped) != 8 || len(i.world.Graph.Requests()) > 0 {
		t.Errorf("exit %d, %d requests\n%s", s.Code, len(i.world.Graph.Requests()), s.Out)
	}
}

// TestDoctorAtAzurite: in the real storage emulator a trial of the storage succeeds, and what
// is wrong there is named.
func TestDoctorAtAzurite(t *testing.T) {
	t.Parallel()
	storage := apptest.StartStorage(t)
	storage.Open(t, "state")
	i := newInstallation(t, breaking{})
	at := func(container string) {
		for _, pair := range storage.Settings(container) {
			name, value, _ := strings.Cut(pair, "=")
			i.env[name] = value
		}
	}
	at("state")
	s, e := i.asks()
	broken{finds: []string{"notice runs"}, says: "no run yet"}.hold(t, s, e)
	at("elsewhere")
	s, e = i.asks()
	broken{finds: []string{"fault state"}, says: `there is no container "elsewhere"`, remedy: "nothing is remembered"}.hold(t, s, e)
	storage.At("state", func(bool) bool { return false })
	at("state")
	s, e = i.asks()
	broken{finds: []string{"fault state"}, says: "cannot be reached", remedy: "nothing is remembered"}.hold(t, s, e)
}
