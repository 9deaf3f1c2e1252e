package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"

	"breakglass"
	"breakglass/handler/internal/config"
)

// infraWith are the app settings of an installation with these sinks.
func infraWith(t *testing.T, variables map[string]cty.Value, sinks ...string) map[string]string {
	t.Helper()
	all := map[string]cty.Value{"accounts": cty.ListVal([]cty.Value{cty.StringVal("ea01@contoso.example"), cty.StringVal("ea02@contoso.example")})}
	maps.Copy(all, variables)
	var names []cty.Value
	for _, sink := range sinks {
		names = append(names, cty.StringVal(sink))
	}
	all["sinks"] = cty.SetVal(names)
	return readInfra(t, all).settings(t)
}

// withWebhooks has every sink but Slack's bot, which excludes Slack's webhook.
func withWebhooks(t *testing.T, cloud, language string) map[string]string {
	t.Helper()
	var sinks []string
	for _, sink := range readInfra(t, nil).local(t, "secret_settings").AsValueSlice() {
		if sink.AsString() != "SLACK_BOT_TOKEN" {
			sinks = append(sinks, sink.AsString())
		}
	}
	return infraWith(t, map[string]cty.Value{"cloud": cty.StringVal(cloud), "language": cty.StringVal(language)}, sinks...)
}

func withBot(t *testing.T) map[string]string {
	t.Helper()
	return infraWith(t, map[string]cty.Value{"slack_channel": cty.StringVal("C0123456789"), "teams_workflow_auth": cty.StringVal("identity"), "watch": cty.False}, "SLACK_BOT_TOKEN", "TEAMS_WORKFLOW_URL")
}

var reference = regexp.MustCompile(`^@Microsoft\.KeyVault\(SecretUri=https://kv-contoso\.vault\.azure\.net/secrets/([a-z-]{1,127})\)$`)

// followed gives the settings as the platform gives them to the program: references to
// the key vault are replaced by what is there.
func followed(t *testing.T, settings map[string]string) map[string]string {
	t.Helper()
	const slack = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
	const teams = "https://prod-00.westeurope.logic.azure.com:443/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=XXXX"
	vault := map[string]string{
		"slack-webhook-url": slack, "escalation-slack-webhook-url": slack, "teams-workflow-url": teams, "escalation-teams-workflow-url": teams,
		"slack-bot-token": "xoxb-0-0-x", "breakglass-heartbeat-url": "https://heartbeat.example/x",
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
			written := followed(t, withWebhooks(t, cloud, language))
			written["IDENTITY_ENDPOINT"], written["IDENTITY_HEADER"] = "http://127.0.0.1:1/token", "x" // the platform's
			w, err := setUp(func(name string) string { return written[name] }, t.TempDir())
			if err != nil {
				t.Errorf("%s, %s: %v", cloud, language, err)
				continue
			}
			if len(w.channels) != 4 || w.store == nil || w.pulse == nil || w.language != language || len(w.settings.Accounts) != 2 {
				t.Errorf("%s, %s: %d channels, %d accounts, language %q", cloud, language, len(w.channels), len(w.settings.Accounts), w.language)
			}
		}
	}
	bot := followed(t, withBot(t))
	c, err := config.Load(func(name string) string { return bot[name] }, t.TempDir())
	if err != nil || !c.Slack.BotToken.Set() || !c.TeamsIdentity || c.Slack.Channel != "C0123456789" {
		t.Errorf("Slack's bot: %v, channel %q", err, c.Slack.Channel)
	}
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
	written := followed(t, readInfra(t, variables).settings(t))
	c, err := config.Load(func(name string) string { return written[name] }, t.TempDir())
	if err != nil || len(c.Accounts) != 2 || !c.Slack.Webhook.Set() || !c.TeamsWorkflow.Set() {
		t.Errorf("%v, %d accounts", err, len(c.Accounts))
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
		_, _ = setUp(func(name string) string { read[name] = true; return given[name] }, t.TempDir()) // the other test looks at the error
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
		"SLACK_API_URL":                   "is for a stand-in",
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

var (
	hasText  = regexp.MustCompile(`message has "([^"]+)"`)
	hasField = regexp.MustCompile(`tostring\(line\["([^"]+)"\]\) == "([^"]+)"`)
)

// TestInfraAlarms tries the conditions of the alarms' queries on lines that the handler
// logs.
func TestInfraAlarms(t *testing.T) {
	t.Parallel()
	lines := map[string]string{}
	for _, function := range []string{"EmergencyAccess", "Watch"} {
		lines[function+" completed"] = logged(t, function, nil)
		lines[function+" failed"] = logged(t, function, errors.New("run completed, not"))
	}
	want := map[string][]string{
		"silence-emergencyaccess": {"EmergencyAccess completed"},
		"silence-watch":           {"Watch completed"},
		"errors":                  {"EmergencyAccess failed", "Watch failed"},
	}
	alarms := readInfra(t, nil).local(t, "alarms").AsValueMap()
	if got := slices.Sorted(maps.Keys(alarms)); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Fatalf("alarms %q", got)
	}
	for name, alarm := range alarms {
		query := alarm.GetAttr("query").AsString()
		var got []string
		for about, log := range lines {
			if n := matches(t, query, log); n > 1 {
				t.Errorf("%s: %d lines of one run", name, n)
			} else if n == 1 {
				got = append(got, about)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want[name]) {
			t.Errorf("%s is about %q, and should be about %q:\n%s", name, got, want[name], query)
		}
		if column := alarm.GetAttr("column").AsString(); !strings.HasSuffix(strings.TrimSpace(query), "| summarize "+column+" = count()") {
			t.Errorf("%s measures %s, which is not what its query counts", name, column)
		}
	}
	if query := alarms["silence-emergencyaccess"].GetAttr("query").AsString(); !strings.Contains(query, "ago(26h)") {
		t.Errorf("silence is not 26 hours:\n%s", query)
	}
}

// logged is what the handler logs when the host invokes a function.
func logged(t *testing.T, function string, failure error) string {
	t.Helper()
	var out bytes.Buffer
	h := routes(slog.New(newLogHandler(&out, &out)), func() (runner, error) {
		return ticker(func(context.Context, *slog.Logger) (string, error) { return "run failed in another tenant", failure }), nil
	})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+function, strings.NewReader("{}")))
	return out.String()
}

// matches is how many lines satisfy all the conditions of a query.
func matches(t *testing.T, query, log string) int {
	t.Helper()
	text, fields := hasText.FindAllStringSubmatch(query, -1), hasField.FindAllStringSubmatch(query, -1)
	if len(text) != 1 || len(fields) == 0 || strings.Count(query, "==") != len(fields) {
		t.Fatalf("a query that this test does not understand:\n%s", query)
	}
	n := 0
	for line := range strings.Lines(log) {
		var said map[string]any
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(line, text[0][1]) && !slices.ContainsFunc(fields, func(f []string) bool { return said[f[1]] != f[2] }) {
			n++
		}
	}
	return n
}
