package slack

import (
	"strings"
	"testing"
)

func TestParseSlackToken(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		botToken:                "",
		" " + botToken + "\n":   "",
		"xoxp-1-2-SECRETSECRET": "a user's token",
		"xapp-1-A-SECRETSECRET": "an app-level token",
		"xoxe.xoxb-1-SECRET":    "expires",
		"xoxe-1-SECRETSECRET":   "expires",
		"xoxc-1-SECRETSECRET":   "browser",
		"xoxs-1-SECRETSECRET":   "session",
		webhookURL:              "incoming webhook",
		"xoxb-":                 "does not look like",
		"xoxb-SECRET SECRET":    "does not look like",
		"xoxb-SECRETSECRET\nx":  "does not look like",
		"xoxb-…SECRETSECRET":    "does not look like",
		"Bearer " + botToken:    "does not look like",
		"SECRETSECRET":          "does not look like",
		"":                      "does not look like",
	} {
		token, err := ParseToken(text)
		switch {
		case (err == nil) != (says == ""):
			t.Errorf("%q: %v", text, err)
		case err == nil && token.Reveal() != botToken:
			t.Errorf("%q is read as another token", text)
		case err != nil && (!strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "use the bot token") || strings.Contains(err.Error(), "SECRET")):
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestParseSlackChannel(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"C0123ABCD": "", "G0123ABCD": "", " C0123ABCD\n": "",
		"#security-alerts": "a channel's name, which changes", "security-alerts": "not a channel's id", "c0123abcd": "not a channel's id",
		"C01": "not a channel's id", "D0123ABCD": "a direct message", "U0123ABCD": "a person", "@k.sato": "a person",
		"https://contoso.slack.com/archives/C0123ABCD": "not a channel's id", "": "not a channel's id", "C0123ABCD,C0123ABCE": "not a channel's id",
	} {
		channel, err := ParseChannel(text)
		switch {
		case (err == nil) != (says == ""):
			t.Errorf("%q: %v", text, err)
		case err == nil && channel.String() != strings.TrimSpace(text):
			t.Errorf("%q is read as %s", text, channel)
		case err != nil && (!strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "use the channel's id (C…), which stands at the end")):
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestParseSlackAPI(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "https://slack.com/api/", "https://slack.com": "https://slack.com/api/", "https://slack.com/api": "https://slack.com/api/",
		"https://SLACK.com:443/api//": "https://slack.com:443/api/", "https://slack-gov.com/api/": "https://slack-gov.com/api/",
		"http://127.0.0.1:8080": "http://127.0.0.1:8080/api/", "http://localhost:1/x/": "http://localhost:1/x/", "http://[::1]:1/api": "http://[::1]:1/api/",
		"http://slack.com/api/": "", "https://slack.com.evil.example/api/": "", "https://evilslack.com/api/": "", "https://hooks.slack.com/services/x": "",
		"https://contoso.slack.com/api/": "", "https://slack.com/x/": "", "https://slack.com/api/?x=1": "", "https://slack.com/api/?": "", "https://u:p@slack.com/": "",
		"https://slack.com:8443/api/": "", "https://127.0.0.1/api/": "", "http://10.0.0.1/api/": "", "slack.com": "", "https://slack.com/%61pi/": "https://slack.com/api/",
	} {
		api, err := ParseAPI(text)
		if (err == nil) != (want != "") || err == nil && api.String() != want {
			t.Errorf("%q: %s, %v", text, api, err)
		}
	}
}

const webhookURL = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"

func TestParseWebhook(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		webhookURL: true, " " + webhookURL + "\n": true,
		strings.Replace(webhookURL, "hooks.slack.com", "hooks.slack-gov.com", 1):          true,
		strings.Replace(webhookURL, "hooks.slack.com", "HOOKS.slack.com", 1):              true,
		strings.Replace(webhookURL, "/services/", "/workflows/", 1):                       false,
		strings.Replace(webhookURL, "https", "http", 1):                                   false,
		strings.Replace(webhookURL, "hooks.slack.com", "hooks.slack.com.evil.example", 1): false,
		strings.Replace(webhookURL, "hooks.slack.com", "user@hooks.slack.com", 1):         false,
		strings.Replace(webhookURL, "hooks.slack.com", "hooks.slack.com:8443", 1):         false,
		webhookURL + "#x": false, "https://x.environment.api.powerplatform.com/workflows/0?sig=XXXX": false,
		"http://127.0.0.1:8080/services/XXXX": true, "http://[::1]:8080/XXXX": true, "http://localhost/XXXX": true,
		"http://localhost.evil.example/XXXX": false, "http://10.0.0.1/XXXX": false, "https://%zz/XXXX": false, "": false,
	} {
		hook, err := ParseWebhook(text)
		if (err == nil) != good || err != nil && strings.Contains(err.Error(), "XXXX") {
			t.Errorf("%q: %v", text, err)
		}
		if good && hook.Reveal() == "" {
			t.Errorf("%q is read as nothing", text)
		}
	}
}
