package sinktest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"breakglass/notify"
	"breakglass/notify/stories"
)

var update = flag.Bool("update", false, "write the golden files")

// Looks are how a sink shows messages.
type Looks struct {
	Name        string // of the sink, in the names of the files
	Rich, Plain func(notify.Message) any
	Takes       func(notify.Message) bool // how messages are split
}

// Golden holds the looks of the messages to what is kept of them in testdata.
func Golden(t *testing.T, l Looks) {
	t.Helper()
	for _, s := range stories.All() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			m := Message(s)
			for i, m := range notify.Split(m, l.Takes) {
				name := s.Name
				if i > 0 {
					name = fmt.Sprintf("%s.%d", name, i+1)
				}
				golden(t, name+"."+l.Name, l.Rich(m))
			}
			if s.Name != "flood" {
				golden(t, s.Name+".ja."+l.Name, l.Rich(MessageIn(s, "ja")))
			}
			if s.Name == "daily" || s.Name == "hostile" {
				golden(t, s.Name+".plain-"+l.Name, l.Plain(m))
			}
		})
	}
	for name, m := range installation() {
		golden(t, name+"."+l.Name, l.Rich(m))
	}
}

// installation is what is said of the installation itself.
func installation() map[string]notify.Message {
	at := time.Date(2026, 11, 27, 6, 0, 0, 0, time.UTC)
	troubles := []notify.Trouble{
		{Subject: "breakglass.yaml:7", Says: `the file has an unknown key "drillEvry"`, Remedy: "expected tenant, emergencyAccess, custody, passwordAuthentication, dependencies, identifiers, allow, drills, snooze, notifications or GlobalSettings"},
		{Subject: "BREAKGLASS_SCHEDULE", Says: "it is not set: the host leaves EmergencyAccess out without a word, and there is no daily run", Remedy: "set it to six fields in UTC, such as 0 0 6 * * *"},
		{Says: "the configuration declares the tenant \"<!channel>\", but the identity reads tenant 0: it must be in the tenant that it watches"},
	}
	all := map[string]notify.Message{}
	for language, ending := range map[string]string{"en": "", "ja": ".ja"} {
		o := notify.Options{Version: "0.1.0", Language: language}
		all["mended"+ending], all["test"+ending] = notify.Mended(o, at), notify.Test(o, at)
		o.Key, o.App = "0123456789", "func-<contoso>bg"
		all["broken"+ending] = notify.Broken(troubles, o, at)
	}
	return all
}

func golden(t *testing.T, name string, message any) {
	t.Helper()
	compact, err := notify.Encode(message)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := json.Indent(&got, compact, "", " "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	file := filepath.Join("testdata", name+".json")
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
		t.Errorf("%s is not what it was; run go test ./notify/… -update and look at the difference:\n%s", file, got.Bytes())
	}
}
