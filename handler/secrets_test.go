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

	"breakglass/internal/standin/apptest"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
	"breakglass/notify"
	"breakglass/notify/kinds"
)

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
	w := apptest.World(t)
	slack, teams := 0, 0 // were posted before
	for kind, secret := range apptest.Secrets() {
		for _, name := range apptest.EverySetting() {
			if posts(name, secret.Whole) {
				continue // it is where it belongs, and would be posted to
			}
			env := map[string]string{"BREAKGLASS_LANGUAGE": "en"}
			for _, pair := range w.Env() {
				key, value, _ := strings.Cut(pair, "=")
				env[key] = value
			}
			env[name] = secret.Whole
			getenv := func(name string) string { return env[name] }
			environ := func() []string {
				var all []string
				for _, key := range slices.Sorted(maps.Keys(env)) {
					all = append(all, key+"="+env[key])
				}
				return all
			}
			var said bytes.Buffer
			if name == portSetting {
				process{getenv: getenv, environ: environ, stdout: &said, stderr: &said}.run(t.Context(), nil)
			}
			c := newInstallation(getenv, environ, w.App)
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
			slack, teams = apptest.Posted(w)
			said.WriteString(kept(t, w.State))
			if part := secret.Shows(said.String()); part != "" {
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
