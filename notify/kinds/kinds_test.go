package kinds

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"breakglass/notify"
)

// TestKinds: a kind says all that others ask of it.
func TestKinds(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, k := range All() {
		first := k.Settings[0]
		if k.Name == "" || k.Label == "" || k.Mention.About == "" || k.Takes == nil || !first.Secret || !first.Address || first.Needs.Setting != "" {
			t.Errorf("%s is not whole: %+v", k.Name, k)
		}
		if s, err := k.Build(notify.Values{Get: func(string) string { return "" }}, notify.Means{}); s != nil || err != nil {
			t.Errorf("%s is there without a setting: %v, %v", k.Name, s, err)
		}
		for _, s := range k.Settings {
			if names[s.Name] || names[k.Name] || !strings.Contains(s.Name, "_") {
				t.Errorf("%s, %s is there twice, or has no prefix", k.Name, s.Name)
			}
			names[s.Name] = true
			for _, other := range []string{s.Instead, s.Needs.Setting} {
				if other != "" && !slices.ContainsFunc(k.Settings, func(x notify.Setting) bool { return x.Name == other }) {
					t.Errorf("%s names %s, which is no setting of %s", s.Name, other, k.Name)
				}
			}
		}
		names[k.Name] = true
	}
}

// TestEscalation: a channel for escalation is reached by its own address alone.
func TestEscalation(t *testing.T) {
	t.Parallel()
	for _, k := range All() {
		const address = "http://127.0.0.1:1/SECRETSECRET"
		set := map[string]string{notify.EscalationPrefix + k.Settings[0].Name: address}
		if s, err := k.Build(k.ForEscalation(func(name string) string { return set[name] }), notify.Means{}); s == nil || err != nil || s.Name() != k.Name {
			t.Errorf("%s: %v, %v", k.Name, s, err)
		}
		set = map[string]string{notify.EscalationPrefix + k.Settings[0].Name: "https://SECRET.example/"}
		for _, x := range k.Settings {
			set[x.Name] = "x"
		}
		_, err := k.Build(k.ForEscalation(func(name string) string { return set[name] }), notify.Means{})
		if err == nil || !strings.HasPrefix(err.Error(), notify.EscalationPrefix+k.Settings[0].Name+": ") || strings.Contains(err.Error(), "SECRET.") {
			t.Errorf("%s: %v", k.Name, err)
		}
	}
}

// TestReadmeNamesTheSettings: the README's table of settings has those of each kind.
func TestReadmeNamesTheSettings(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for row := range strings.Lines(string(data)) {
		if cells := strings.Split(row, "|"); len(cells) > 2 {
			for _, name := range regexp.MustCompile("`([A-Z_]+)`").FindAllStringSubmatch(cells[1], -1) {
				named[name[1]] = true
			}
		}
	}
	for _, k := range All() {
		if !named[notify.EscalationPrefix+k.Settings[0].Name] {
			t.Errorf("the README does not name the channel for escalation of %s", k.Label)
		}
		for _, s := range k.Settings {
			if named[s.Name] == s.Trial {
				t.Errorf("the README names %s: %v", s.Name, named[s.Name])
			}
		}
	}
}
