package main

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"breakglass/internal/config"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
	"breakglass/notify"
	"breakglass/notify/kinds"
)

// A planted secret, of which no part of what authorises may be seen.
type planted struct{ whole, secret string }

func plantedSecrets() map[string]planted {
	const (
		random = "zQ7vT2mX9kL4pW8nR5jH3cB6"
		key    = "kY3v+0/aQ8xZ1bW5tR7uP2sD4fG6hJ9kL0zX3cV5bN2mQ8wE4rT6yU1iO3pA5sD7fG9hJ0kL2zX4cV6bN8m=="
		sig    = "h4Kq9ZtW2rVb7YxN3mLp8JdF6sGcQ1uE"
		jwt    = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBoIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
	)
	return map[string]planted{
		"a Slack webhook":       {"https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/" + random, random},
		"a bot's token":         {"xoxb-2837465019283-8374650192837-" + random, random},
		"a workflow":            {"https://prod-12.westeurope.logic.azure.com:443/workflows/5f3a9c/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=" + sig, sig},
		"a connection string":   {"DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=" + key + ";EndpointSuffix=core.windows.net", key},
		"a SAS token":           {"sv=2022-11-02&ss=b&srt=sco&sp=rwdl&se=2027-01-01T00:00:00Z&st=2026-01-01T00:00:00Z&spr=https&sig=" + sig, sig},
		"an application's":      {"abc8Q~zQ7vT2mX9kL4pW8nR5jH3cB6sD1fG0hJ2a", "abc8Q~zQ7vT2mX9kL4pW8nR5jH3cB6sD1fG0hJ2a"},
		"a token":               {jwt, jwt},
		"a heartbeat":           {"https://hc-ping.com/" + "q7f3k9d2-x8m4z6t1p5w0", "q7f3k9d2-x8m4z6t1p5w0"},
		"a word":                {random, random},
		"a word in small":       {"9f3k7d2x8m4z6t1p5w0q7b3n", "9f3k7d2x8m4z6t1p5w0q7b3n"},
		"a key in hexadecimals": {"4fa1c09b7e3d52886d10f7ab93ce45d2", "4fa1c09b7e3d52886d10f7ab93ce45d2"},
	}
}

// shows is a part of the secret, eight characters or more in any case, that a text shows.
func (p planted) shows(text string) string {
	text = strings.ToLower(text)
	for i := 0; i+8 <= len(p.secret); i++ {
		if part := strings.ToLower(p.secret[i : i+8]); strings.Contains(text, part) {
			return part
		}
	}
	return ""
}

// everySetting is all that the program, its doctor or the libraries read.
func everySetting() []string {
	return slices.Concat(config.SettingNames(), []string{"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_AUTHORITY_HOST", "WEBSITE_SITE_NAME"}, []string{
		"BREAKGLASS_SCHEDULE", portSetting, "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_STORAGE_CONNECTION_STRING",
		"APPLICATIONINSIGHTS_CONNECTION_STRING", "AzureWebJobsStorage", "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId",
		"AzureWebJobsStorage__credential", "AzureWebJobs.Watch.Disabled", "AzureWebJobs.EmergencyAccess.Disabled", "BREAKGLASS_UNKNOWN", "NO_COLOR",
	})
}

// posts reports whether a setting with this value is a channel.
func posts(name, value string) bool {
	get := func(asked string) string { return map[string]string{name: value}[asked] }
	return slices.ContainsFunc(kinds.All(), func(k notify.Kind) bool {
		regular, _ := k.Build(notify.Values{Get: get}, notify.Means{}) // what is wrong with it
		escalation, _ := k.Build(k.ForEscalation(get), notify.Means{}) // posts nothing
		return regular != nil || escalation != nil
	})
}

// TestSecretsInSettings: whatever secret stands in whatever setting, no part of it is printed,
// logged, told or kept.
func TestSecretsInSettings(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	slack, teams := 0, 0 // were posted before
	for kind, secret := range plantedSecrets() {
		for _, name := range everySetting() {
			if posts(name, secret.whole) {
				continue // it is where it belongs, and would be posted to
			}
			env := map[string]string{"BREAKGLASS_LANGUAGE": "en"}
			for _, pair := range w.Env() {
				key, value, _ := strings.Cut(pair, "=")
				env[key] = value
			}
			env[name] = secret.whole
			getenv := func(name string) string { return env[name] }
			environ := func() []string {
				var all []string
				for _, key := range slices.Sorted(maps.Keys(env)) {
					all = append(all, key+"="+env[key])
				}
				return all
			}
			var said bytes.Buffer
			p := program{getenv: getenv, environ: environ, stdout: &said, stderr: &said}
			commands := [][]string{{"doctor", "--offline"}, {"drill", "list"}}
			switch name {
			case "BREAKGLASS_SCHEDULE":
				commands = append(commands, []string{"doctor", "--offline", "--format", "json", "--package", w.App})
			case portSetting:
				commands = append(commands, nil)
			}
			for _, args := range commands {
				p.run(t.Context(), args)
			}
			c := newCaretaker(getenv, environ, w.App)
			log := slog.New(newLogHandler(&said, &said))
			c.SetUp = func() (*watch.Watch, error) {
				_, err := wiring.SetUp(getenv, w.App, version)
				return nil, cmp.Or(err, errors.New("it went no further"))
			}
			_, err := c.Run(t.Context(), log, true)
			log.ErrorContext(t.Context(), "run failed", "err", err)
			for _, body := range slices.Concat(w.Slack.Posted()[slack:], w.Teams.Posted()[teams:]) {
				said.Write(body)
			}
			slack, teams = posted(w)
			said.WriteString(kept(t, w.State))
			if part := secret.shows(said.String()); part != "" {
				i := strings.Index(strings.ToLower(said.String()), part)
				t.Errorf("%s in %s: %q is seen in %q", kind, name, part, said.String()[max(0, i-200):min(said.Len(), i+100)])
			}
		}
	}
}

// kept is all that is in a directory.
func kept(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		all.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestSecretsInArguments: what is pasted in the wrong place of a command line is not printed.
func TestSecretsInArguments(t *testing.T) {
	t.Parallel()
	for kind, secret := range plantedSecrets() {
		for _, line := range []string{
			"SECRET", "check SECRET", "check --format SECRET", "check --tenant SECRET", "check --since SECRET --tenant /dev/null", "check --at SECRET", "check --fail-on SECRET",
			"check --SECRET", "check --config SECRET", "check --client SECRET", "explain SECRET", "permissions --format SECRET", "permissions grant SECRET",
			"acknowledge --account SECRET --as drill --by me --reason x", "acknowledge --account a --as SECRET --by me --reason x",
			"drill start --account SECRET --by me --for 1h", "drill start --account a --for SECRET", "drill SECRET", "survive --down SECRET", "survive --lose SECRET",
			"survive --keep SECRET", "doctor --settings SECRET", "doctor --package SECRET", "doctor --format SECRET", "collect --out /dev/null --from SECRET --redact", "demo SECRET", "version SECRET",
		} {
			var said bytes.Buffer
			env := map[string]string{"BREAKGLASS_ACCOUNTS": "a@contoso.com"}
			p := program{getenv: func(name string) string { return env[name] }, stdout: &said, stderr: &said}
			p.run(t.Context(), strings.Fields(strings.ReplaceAll(line, "SECRET", secret.whole)))
			if part := secret.shows(said.String()); part != "" {
				t.Errorf("%s: breakglass %s shows %q: %s", kind, line, part, said.String())
			}
		}
	}
}
