package notify

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files")

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			m := s.message()
			for i, m := range Split(m) {
				name := s.name
				if i > 0 {
					name = fmt.Sprintf("%s.%d", name, i+1)
				}
				golden(t, name+".slack.json", slackMessage(m))
				golden(t, name+".teams.json", teamsCard(m))
			}
			if s.name != "flood" {
				m := s.in("ja")
				golden(t, s.name+".ja.slack.json", slackMessage(m))
				golden(t, s.name+".ja.teams.json", teamsCard(m))
			}
			if s.name == "daily" || s.name == "hostile" {
				golden(t, s.name+".plain-slack.json", slackPlain(m))
				golden(t, s.name+".plain-teams.json", teamsPlain(m))
			}
		})
	}
}

func golden(t *testing.T, name string, message any) {
	t.Helper()
	compact, err := encode(message)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := json.Indent(&got, compact, "", " "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s is not what it was; run go test ./notify -update and look at the difference:\n%s", file, got.Bytes())
	}
}

// TestInstallationGolden: what is said of the installation itself.
func TestInstallationGolden(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 27, 6, 0, 0, 0, time.UTC)
	troubles := []Trouble{
		{"breakglass.yaml:7", `the file has an unknown key "drillEvry"`, "expected tenant, emergencyAccess, custody, passwordAuthentication, dependencies, identifiers, allow, drills, snooze, notifications or GlobalSettings"},
		{"BREAKGLASS_SCHEDULE", "it is not set: the host leaves EmergencyAccess out without a word, and there is no daily run", "set it to six fields in UTC, such as 0 0 6 * * *"},
		{"", "the configuration declares the tenant \"<!channel>\", but the identity reads tenant 0: it must be in the tenant that it watches", ""},
	}
	for _, language := range []string{"en", "ja"} {
		o := Options{Version: "0.1.0", Language: language, Key: "0123456789", App: "func-<contoso>bg"}
		for name, m := range map[string]Message{"broken": Broken(troubles, o, at), "mended": Mended(Options{Version: "0.1.0", Language: language}, at), "test": Test(Options{Version: "0.1.0", Language: language}, at)} {
			if language != "en" {
				name += "." + language
			}
			golden(t, name+".slack.json", slackMessage(m))
			golden(t, name+".teams.json", teamsCard(m))
		}
	}
}
