package notify

import (
	"encoding/json"
	"strings"
	"testing"
)

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

func TestStrangersTextIsMarked(t *testing.T) {
	t.Parallel()
	m := message(storyOf(t, "hostile"))
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
