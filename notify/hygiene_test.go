package notify

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"

	"breakglass/checks"
)

// object decodes what is sent.
func object(t *testing.T, message any) map[string]any {
	t.Helper()
	data, err := encode(message)
	if err != nil {
		t.Fatal(err)
	}
	var decoded map[string]any
	if err := json.Unmarshal(data, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

// walk visits every object in value.
func walk(value any, visit func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		visit(v)
		for _, inner := range v {
			walk(inner, visit)
		}
	case []any:
		for _, inner := range v {
			walk(inner, visit)
		}
	}
}

// references are the addresses that the checks know.
func references() []string {
	var all []string
	for _, c := range checks.All() {
		all = append(all, c.References...)
	}
	return all
}

// marks are pieces of what strangers wrote, each of which would act somewhere.
var marks = []string{"evil.example", "<!channel", "<at>", "[Click]", "{{", "*b*"}

func TestStrangersTextNeverActs(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		m := Split(s.message())[0]
		slackObject, teamsObject := object(t, slackMessage(m)), object(t, teamsCard(m))
		links := 0
		walk([]any{slackObject, teamsObject}, func(o map[string]any) {
			if link, ok := o["url"].(string); ok {
				links++
				if !slices.Contains(references(), link) {
					t.Errorf("%s: the link %q is not ours", s.name, link)
				}
			}
			text, _ := o["text"].(string)
			switch kind := o["type"]; kind {
			case "text", "TextRun", "link": // literal
			case "mrkdwn", "markdown", "section", "FactSet":
				t.Errorf("%s: %v acts on its text", s.name, kind)
			default:
				for _, mark := range marks {
					if kind != nil && strings.Contains(text, mark) {
						t.Errorf("%s: %v holds strangers' text: %q", s.name, kind, text)
					}
				}
			}
			if o["type"] == "TextRun" && strings.Contains(text, "{{") {
				t.Errorf("%s: a text run is a program: %q", s.name, text)
			}
		})
		if links == 0 && s.name != "heartbeat" && s.name != "touched" { // what is open has a line each there
			t.Errorf("%s has no links", s.name)
		}
		for _, text := range []string{slackMessage(m).Text, slackPlain(m).Text} {
			bare := strings.NewReplacer("&lt;", "", "&gt;", "", "&amp;", "").Replace(text)
			if strings.ContainsAny(bare, "<>&") {
				t.Errorf("%s: the text acts: %q", s.name, text)
			}
		}
	}
}

func TestEveryTextIsClean(t *testing.T) {
	t.Parallel()
	m := storyOf(t, "hostile").message()
	for _, message := range []any{slackMessage(m), slackPlain(m), teamsCard(m), teamsPlain(m)} {
		walk(object(t, message), func(o map[string]any) {
			for name, value := range o {
				text, ok := value.(string)
				if !ok {
					continue
				}
				for _, r := range text {
					if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
						t.Errorf("%s holds %U: %q", name, r, text)
					}
				}
			}
		})
	}
}

func TestStrangersTextIsMarked(t *testing.T) {
	t.Parallel()
	m := storyOf(t, "hostile").message()
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var decoded any
	if err := json.Unmarshal(data, &decoded); err != nil {
		t.Fatal(err)
	}
	strangers := 0
	walk(decoded, func(o map[string]any) {
		text, _ := o["Text"].(string)
		if o["Strange"] == true {
			strangers++
		} else if strings.Contains(text, "evil.example") {
			t.Errorf("not marked as a stranger's: %q", text)
		}
	})
	if strangers == 0 {
		t.Error("nothing is a stranger's")
	}
	for _, text := range append([]string{m.Title, m.Footer, m.Checked}, m.Lead...) {
		if strings.Contains(text, "evil.example") {
			t.Errorf("a stranger speaks for us: %q", text)
		}
	}
}
