package doctor

import (
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"breakglass/internal/state"
	"breakglass/text"
)

func zipped(t *testing.T, files map[string]string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "app.zip")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(f)
	for path, content := range files {
		w, err := archive.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestUnpack: a zip that somebody made writes into its directory and nowhere else.
func TestUnpack(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"../evil", "a/../../evil", "/evil", "EmergencyAccess/../../evil"} {
		dir := filepath.Join(t.TempDir(), "in")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := Unpack(zipped(t, map[string]string{path: "x"}), dir); err == nil {
			t.Errorf("%s was unpacked", path)
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "evil")); err == nil {
			t.Errorf("%s was written outside", path)
		}
	}
	dir := t.TempDir()
	if err := Unpack(zipped(t, map[string]string{"Watch/function.json": "{}", "host.json": "{}"}), dir); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(filepath.Join(dir, "Watch", "function.json")); err != nil || string(content) != "{}" {
		t.Errorf("%q, %v", content, err)
	}
	none := filepath.Join(t.TempDir(), "none.zip")
	if err := os.WriteFile(none, []byte("PK, but not really"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openPackageAt(none); err == nil || !strings.Contains(err.Error(), "it is no zip file") {
		t.Errorf("%v", err)
	}
}

// FuzzParseSettings: whatever is given for app settings, it is them or an error that
// repeats nothing of it.
func FuzzParseSettings(f *testing.F) {
	for _, seed := range []string{`[{"name":"A","slotSetting":false,"value":"B"}]`, `{"IsEncrypted":false,"Values":{"A":"B"}}`, `{"A":"B"}`, `[{"name":"A","value":null}]`, `[]`, `{}`, `null`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		values, err := parseSettings(data)
		if err != nil && (values != nil || err.Error() != errSettings.Error()) {
			t.Errorf("%v, %v", values, err)
		}
		for name := range values {
			if name == "" && strings.HasPrefix(strings.TrimSpace(string(data)), "[") {
				t.Errorf("a setting without a name in %q", data)
			}
		}
	})
}

// TestParseSettings: the forms in which app settings come.
func TestParseSettings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[{"name":"A","slotSetting":false,"value":"B"}]`: "B",
		`{"IsEncrypted":false,"Values":{"A":"B"}}`:       "B",
		`{"A":"B"}`:                      "B",
		`[{"name":"A","value":null}]`:    "",
		`[{"name":"","value":"SECRET"}]`: "",
		`{"A":{"value":"SECRET"}}`:       "",
		`A=SECRET`:                       "",
	} {
		values, err := parseSettings([]byte(text))
		if values["A"] != want || (err == nil) != (want != "") || err != nil && strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v, %v", text, values, err)
		}
	}
}

// TestMistakesOf: a sentence is one mistake, whatever fills it in; of several errors each is one.
func TestMistakesOf(t *testing.T) {
	t.Parallel()
	_, noAddress := state.Open(t.Context(), "::", func(string) string { return "" })
	why := errors.New("it is wrong")
	got := mistakesOf(errors.Join(noAddress, text.New("%s: %s", "SLACK_CHANNEL", why)))
	if len(got) != 2 || got[0].Where != "BREAKGLASS_STATE" || got[1] != (Mistake{Where: "SLACK_CHANNEL", What: "it is wrong"}) {
		t.Errorf("%+v", got)
	}
}
