package notify

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			m := s.message()
			golden(t, s.name+".slack.json", slackMessage(m))
			golden(t, s.name+".teams.json", teamsCard(m))
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
