package notify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
)

func TestParseWebhook(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"https://hooks.example/x": true, " https://HOOKS.example/x\n": true, "https://hooks.example:443/x": true,
		"http://127.0.0.1:8080/SECRET": true, "http://[::1]:8080/SECRET": true, "http://localhost/SECRET": true,
		"http://hooks.example/SECRET": false, "https://user@hooks.example/SECRET": false, "https://hooks.example:8443/SECRET": false,
		"https://hooks.example/SECRET#x": false, "http://localhost.evil.example/SECRET": false, "http://10.0.0.1/SECRET": false,
		"": false, "SECRET": false, "https://%zz/SECRET": false, "https:///services/SECRET": false,
	} {
		u, err := ParseWebhook(text)
		if (err == nil) != good || good && u.Host != strings.ToLower(u.Host) {
			t.Errorf("%q: %v, %v", text, u, err)
		}
		if err != nil && strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%q: the error tells it: %v", text, err)
		}
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	hook := NewWebhook(&url.URL{Scheme: "https", Host: "hooks.example", Path: "/workflows/0123456789", RawQuery: "sig=SECRETSIGNATURE"})
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "hook", hook, "secret", hook.Secret)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "hook", hook, "pointer", &hook)
	text, err := json.Marshal(map[string]any{"hook": hook, "pointer": &hook})
	if err != nil {
		t.Fatal(err)
	}
	printed := log.String() + string(text) + hook.String() + hook.GoString()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed += fmt.Sprintf(verb, hook) + fmt.Sprintf(verb, &hook) + fmt.Sprintf(verb, []any{hook, struct{ h WebhookURL }{hook}})
	}
	for _, secret := range []string{"SECRETSIGNATURE", "0123456789", "workflows/", fmt.Sprintf("%x", "SECRET")} {
		if strings.Contains(printed, secret) {
			t.Errorf("%q is printed: %s", secret, printed)
		}
	}
	if hook.String() != "webhook at hooks.example" || !strings.HasSuffix(hook.Reveal(), "SECRETSIGNATURE") {
		t.Errorf("it is %s", hook)
	}
	var none WebhookURL
	if none.Reveal() != "" || none.String() != "" {
		t.Error("no address is one")
	}
}
