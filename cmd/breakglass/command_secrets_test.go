package main

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"breakglass/internal/standin/apptest"
)

// TestSecretsInCommands: whatever secret stands in whatever setting, no command prints a part of it.
func TestSecretsInCommands(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	for kind, secret := range apptest.Secrets() {
		for _, name := range apptest.EverySetting() {
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
			p := program{getenv: getenv, environ: environ, stdout: &said, stderr: &said}
			commands := [][]string{{"doctor", "--offline"}, {"drill", "list"}}
			if name == "BREAKGLASS_SCHEDULE" {
				commands = append(commands, []string{"doctor", "--offline", "--format", "json", "--package", w.App})
			}
			for _, args := range commands {
				p.run(t.Context(), args)
			}
			if part := secret.Shows(said.String()); part != "" {
				t.Errorf("%s in %s: %q is seen in %q", kind, name, part, said.String())
			}
		}
	}
}

// TestSecretsInArguments: what is pasted in the wrong place of a command line is not printed.
func TestSecretsInArguments(t *testing.T) {
	t.Parallel()
	for kind, secret := range apptest.Secrets() {
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
			p.run(t.Context(), strings.Fields(strings.ReplaceAll(line, "SECRET", secret.Whole)))
			if part := secret.Shows(said.String()); part != "" {
				t.Errorf("%s: breakglass %s shows %q: %s", kind, line, part, said.String())
			}
		}
	}
}
