package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"

	"breakglass"
	"breakglass/internal/config"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
	"breakglass/notify"
	"breakglass/notify/kinds"
)

// sinkSettings are those of all kinds of sinks of which something holds.
func sinkSettings(holds func(notify.Setting) bool) []string {
	var names []string
	for _, k := range kinds.All() {
		for _, s := range k.Settings {
			if holds(s) {
				names = append(names, s.Name)
			}
		}
	}
	return names
}

// withWebhooks has every sink but those that are in the place of another, as Slack's bot is.
func withWebhooks(t *testing.T, cloud, language string) map[string]string {
	t.Helper()
	var sinks []string
	instead := sinkSettings(func(s notify.Setting) bool { return s.Instead != "" })
	for _, sink := range secretSettings(t) {
		if !slices.Contains(instead, sink) {
			sinks = append(sinks, sink)
		}
	}
	return apptest.SettingsWith(t, map[string]cty.Value{"cloud": cty.StringVal(cloud), "language": cty.StringVal(language)}, sinks...)
}

// secretSettings are those whose values Terraform keeps in the key vault.
func secretSettings(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, name := range apptest.ReadInfra(t, nil).Local(t, "secret_settings").AsValueSlice() {
		names = append(names, name.AsString())
	}
	return names
}

// TestInfraKeepsSecrets: what authorises at a sink is kept in the key vault.
func TestInfraKeepsSecrets(t *testing.T) {
	t.Parallel()
	want := append(sinkSettings(func(s notify.Setting) bool { return s.Secret }), "BREAKGLASS_HEARTBEAT_URL")
	for _, k := range kinds.All() {
		want = append(want, notify.EscalationPrefix+k.Settings[0].Name)
	}
	got := secretSettings(t)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("Terraform keeps %q, and %q are secret", got, want)
	}
}

// withBot has Slack's bot, Teams with the identity, and only the daily timer.
func withBot(t *testing.T) map[string]string {
	t.Helper()
	return apptest.SettingsWith(t, map[string]cty.Value{
		"slack_channel": cty.StringVal("C0123456789"), "teams_workflow_auth": cty.StringVal("identity"), "watch": cty.False,
	}, "SLACK_BOT_TOKEN", "TEAMS_WORKFLOW_URL")
}

var reference = regexp.MustCompile(`^@Microsoft\.KeyVault\(SecretUri=https://kv-contoso\.vault\.azure\.net/secrets/([a-z-]{1,127})\)$`)

// followed gives the settings as the platform gives them to the program: references to
// the key vault are replaced by what is there.
func followed(t *testing.T, settings map[string]string) map[string]string {
	t.Helper()
	const slack = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
	teams := "https://prod-00.westeurope.logic.azure.com:443/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=XXXX"
	if settings["TEAMS_WORKFLOW_AUTH"] == "identity" {
		teams = "https://default0.00.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/0/triggers/manual/paths/invoke?api-version=1"
	}
	vault := map[string]string{
		"slack-webhook-url": slack, "escalation-slack-webhook-url": slack, "teams-workflow-url": teams, "escalation-teams-workflow-url": teams,
		"slack-bot-token": "xoxb-0000000000-0000000000-xxxxxxxxxxxxxxxxxxxxxxxx", "breakglass-heartbeat-url": "https://heartbeat.example/x",
	}
	given := maps.Clone(settings)
	for name, value := range settings {
		if !strings.HasPrefix(value, "@") {
			continue
		}
		secret := reference.FindStringSubmatch(value)
		if secret == nil || vault[secret[1]] == "" {
			t.Fatalf("%s is %q, which is no reference to a secret", name, value)
		}
		given[name] = vault[secret[1]]
	}
	return given
}

// TestInfraSettingsAreAccepted gives the program what Terraform writes, in each cloud
// and language.
func TestInfraSettingsAreAccepted(t *testing.T) {
	t.Parallel()
	for _, cloud := range []string{"public", "usgovernment", "dod", "china"} {
		for _, language := range []string{"en", "ja"} {
			w := accepted(t, cloud+", "+language, withWebhooks(t, cloud, language))
			if w != nil && (len(w.Channels) != 2*len(kinds.All()) || w.Store == nil || w.Pulse == nil || w.Language != language || len(w.Settings.Accounts) != 2) {
				t.Errorf("%s, %s: %d channels, %d accounts, language %q", cloud, language, len(w.Channels), len(w.Settings.Accounts), w.Language)
			}
		}
	}
	if w := accepted(t, "bot", withBot(t)); w != nil && len(w.Channels) != 2 {
		t.Errorf("bot: %d channels", len(w.Channels))
	}
}

// accepted sets the program up with what Terraform writes; nil if it refuses.
func accepted(t *testing.T, about string, settings map[string]string) *watch.Watch {
	t.Helper()
	given := followed(t, settings)
	given["IDENTITY_ENDPOINT"], given["IDENTITY_HEADER"] = "http://127.0.0.1:1/token", "x" // the platform's
	w, err := wiring.SetUp(func(name string) string { return given[name] }, t.TempDir(), version)
	if err != nil {
		t.Errorf("%s: %v", about, err)
		return nil
	}
	return w
}

// TestInfraExample gives the program what Terraform writes of the example.
func TestInfraExample(t *testing.T) {
	t.Parallel()
	example, diagnostics := hclparse.NewParser().ParseHCLFile("../infra/terraform.tfvars.example")
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	attributes, diagnostics := example.Body.JustAttributes()
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	variables := map[string]cty.Value{}
	for name, attribute := range attributes {
		if variables[name], diagnostics = attribute.Expr.Value(nil); diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
	}
	w := accepted(t, "example", apptest.ReadInfra(t, variables).Settings(t))
	if w != nil && (len(w.Settings.Accounts) != 2 || len(w.Channels) != 2) {
		t.Errorf("%d accounts, %d channels", len(w.Settings.Accounts), len(w.Channels))
	}
}

// TestInfraSettingsAreThePrograms holds the settings that Terraform writes to those that
// the program and the host read, in both directions.
func TestInfraSettingsAreThePrograms(t *testing.T) {
	t.Parallel()
	webhooks, bot := withWebhooks(t, "dod", "en"), withBot(t)
	written := slices.Concat(slices.Collect(maps.Keys(webhooks)), slices.Collect(maps.Keys(bot)))
	read := map[string]bool{}
	for _, settings := range []map[string]string{webhooks, bot, {"BREAKGLASS_STATE": "http://127.0.0.1:1/account/container"}} {
		given := followed(t, settings)
		given["IDENTITY_ENDPOINT"] = "http://127.0.0.1:1/token"
		given["BREAKGLASS_ACCOUNTS"] = "ea01@contoso.example"
		_, _ = wiring.SetUp(func(name string) string { read[name] = true; return given[name] }, t.TempDir(), version) // the other test looks at the error
	}
	for _, file := range [][]byte{breakglass.FunctionJSON, breakglass.WatchJSON} {
		for _, name := range regexp.MustCompile(`%([^%]+)%`).FindAllSubmatch(file, -1) {
			read[string(name[1])] = true
		}
	}
	host := []string{ // https://learn.microsoft.com/azure/azure-functions/functions-app-settings
		"APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING",
		"AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential",
		"AzureWebJobs.Watch.Disabled",
	}
	unset := map[string]string{ // what the program reads and Terraform does not set, and why
		"AZURE_STORAGE_CONNECTION_STRING": "is for an emulator",
		"BREAKGLASS_CONFIG":               "breakglass.yaml is in the package",
		"IDENTITY_ENDPOINT":               "the platform gives it",
	}
	for _, name := range sinkSettings(func(s notify.Setting) bool { return s.Trial }) {
		unset[name] = "is for a stand-in"
	}
	for _, name := range config.SettingNames() {
		if !read[name] {
			t.Errorf("%s is listed as a setting of the program, which never reads it", name)
		}
	}
	for name := range read {
		if strings.ContainsAny(name, "_") && !slices.Contains(append(config.SettingNames(), "BREAKGLASS_SCHEDULE", "AZURE_CLIENT_ID", "AZURE_STORAGE_CONNECTION_STRING", "IDENTITY_ENDPOINT"), name) {
			t.Errorf("the program reads %s, which a doctor would call misspelt", name)
		}
	}
	for _, name := range written {
		if !read[name] && !slices.Contains(host, name) {
			t.Errorf("Terraform writes %s, which nobody reads", name)
		}
		if unset[name] != "" {
			t.Errorf("Terraform writes %s, but it should not: %s", name, unset[name])
		}
	}
	for name := range read {
		if !slices.Contains(written, name) && unset[name] == "" {
			t.Errorf("the program reads %s, which Terraform never writes", name)
		}
	}
	for _, name := range slices.Concat(host, slices.Collect(maps.Keys(unset))) {
		if slices.Contains(host, name) != slices.Contains(written, name) || unset[name] != "" && !read[name] {
			t.Errorf("%s is in a list of this test and should not be", name)
		}
	}
}
