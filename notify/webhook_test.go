package notify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

const (
	slackURL = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
	teamsURL = "https://default0.11.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/0123456789/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers&sv=1.0&sig=SECRETSIGNATURE"
)

func TestParseWebhooks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		url          string
		slack, teams bool
	}{
		{slackURL, true, false},
		{" " + slackURL + "\n", true, false},
		{strings.Replace(slackURL, "hooks.slack.com", "hooks.slack-gov.com", 1), true, false},
		{strings.Replace(slackURL, "hooks.slack.com", "HOOKS.slack.com", 1), true, false},
		{strings.Replace(slackURL, "/services/", "/workflows/", 1), false, false},
		{strings.Replace(slackURL, "https", "http", 1), false, false},
		{strings.Replace(slackURL, "hooks.slack.com", "hooks.slack.com.evil.example", 1), false, false},
		{strings.Replace(slackURL, "hooks.slack.com", "user@hooks.slack.com", 1), false, false},
		{strings.Replace(slackURL, "hooks.slack.com", "hooks.slack.com:8443", 1), false, false},
		{slackURL + "#x", false, false},
		{teamsURL, false, true},
		{"https://prod-12.westeurope.logic.azure.com:443/workflows/0?api-version=1&sig=SECRET", false, true},
		{strings.ReplaceAll(teamsURL, "&", "&amp;"), false, false},
		{strings.TrimSuffix(teamsURL, "&sig=SECRETSIGNATURE"), false, false},
		{strings.Replace(teamsURL, ".powerplatform.com", ".powerplatform.com.evil.example", 1), false, false},
		{"https://evil.example/?x=logic.azure.com&sig=SECRET", false, false},
		{"https://evillogic.azure.com/?sig=SECRET", false, false},
		{"https://contoso.webhook.office.com/webhookb2/SECRET", false, false},
		{"http://127.0.0.1:8080/services/SECRET", true, true},
		{"http://[::1]:8080/SECRET", true, true},
		{"http://localhost/SECRET", true, true},
		{"http://localhost.evil.example/SECRET", false, false},
		{"http://10.0.0.1/SECRET", false, false},
		{"", false, false},
		{"SECRET", false, false},
		{"https://%zz/SECRET", false, false},
		{"https:///services/SECRET", false, false},
	}
	for _, tt := range tests {
		_, slackErr := ParseSlackWebhook(tt.url)
		_, teamsErr := ParseTeamsWorkflow(tt.url)
		if (slackErr == nil) != tt.slack || (teamsErr == nil) != tt.teams {
			t.Errorf("%q: Slack %v, Teams %v", tt.url, slackErr, teamsErr)
		}
		for _, err := range []error{slackErr, teamsErr} {
			if err != nil && (strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "XXXX")) {
				t.Errorf("%q: the error tells it: %v", tt.url, err)
			}
		}
	}
	if _, err := ParseTeamsWorkflow(strings.ReplaceAll(teamsURL, "&", "&amp;")); err == nil || !strings.Contains(err.Error(), "&amp;") {
		t.Errorf("an escaped URL is refused without help: %v", err)
	}
	if _, err := ParseTeamsWorkflow("https://contoso.webhook.office.com/x"); err == nil || !strings.Contains(err.Error(), "learn.microsoft.com") {
		t.Errorf("a connector is refused without help: %v", err)
	}
}

func TestWebhookIsNeverPrinted(t *testing.T) {
	t.Parallel()
	hook, err := ParseTeamsWorkflow(teamsURL)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "hook", hook, "sink", NewTeams(hook, nil))
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "hook", hook, "pointer", &hook, "sink", NewSlack(hook, &http.Client{}))
	text, err := json.Marshal(map[string]any{"hook": hook, "pointer": &hook})
	if err != nil {
		t.Fatal(err)
	}
	printed := log.String() + string(text) + hook.String() + hook.GoString()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed += fmt.Sprintf(verb, hook) + fmt.Sprintf(verb, &hook) + fmt.Sprintf(verb, []any{hook, NewTeams(hook, nil), *NewSlack(hook, nil)})
	}
	for _, secret := range []string{"SECRETSIGNATURE", "0123456789", "workflows/", fmt.Sprintf("%x", "SECRET")} {
		if strings.Contains(printed, secret) {
			t.Errorf("%q is printed: %s", secret, printed)
		}
	}
	if !strings.Contains(hook.String(), "default0.11.environment.api.powerplatform.com") {
		t.Errorf("the host is not: %s", hook)
	}
	var none WebhookURL
	_ = none.String() // and does not panic
}
