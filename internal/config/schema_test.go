package config

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

var schemaPath = filepath.Join("..", "..", "breakglass.schema.json")

// TestSchemaFile holds breakglass.schema.json to the table that the reader follows.
func TestSchemaFile(t *testing.T) {
	t.Parallel()
	want, err := fileSchema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(schemaPath, want, 0o644); err != nil { //nolint:gosec // a document for everybody
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("breakglass.schema.json is not what the configuration is: run `make docs`")
	}
}

// compiled returns the schema, which is itself held to the schema of schemas.
func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := fileSchema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("file:///breakglass.schema.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := compiler.Compile("file:///breakglass.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchemaIsComplete: whatever an editor may complete has a description, and no key
// passes that is not known, but for those of Maester.
func TestSchemaIsComplete(t *testing.T) {
	t.Parallel()
	sections := 0
	var walk func(path string, s *jsonschema.Schema)
	walk = func(path string, s *jsonschema.Schema) {
		if s == nil {
			return
		}
		if s.Types != nil && strings.Contains(s.Types.String(), "object") {
			sections++
			if open := s.AdditionalProperties != false; open != (path == ".GlobalSettings") {
				t.Errorf("%s takes unknown keys: %v", path, open)
			}
		}
		for name, property := range s.Properties {
			if property.Description == "" {
				t.Errorf("%s.%s has no description", path, name)
			}
			walk(path+"."+name, property)
		}
		walk(path+"[]", s.Items2020)
	}
	s := compiled(t)
	if s.DraftVersion != 2020 {
		t.Errorf("the draft is of %d", s.DraftVersion)
	}
	walk("", s)
	if sections != 16 {
		t.Errorf("%d sections, want 16", sections)
	}
}

// TestSchemaAccepts: editors find no mistake in what the reader takes.
func TestSchemaAccepts(t *testing.T) {
	t.Parallel()
	s := compiled(t)
	texts := goodCases()
	for _, name := range []string{"complete.yaml", "minimal.yaml", "maester-config.json", "zero-trust-assessment.yaml", "../../standin/breakglass.yaml"} {
		texts = append(texts, string(example(t, name)))
	}
	for _, text := range texts {
		if _, err := Parse("f", []byte(text)); err != nil {
			t.Errorf("the reader refuses it:\n%v\n%s", err, text)
		}
		value, ok := plainValue([]byte(text))
		if err := s.Validate(value); !ok || err != nil {
			t.Errorf("plain YAML: %v, %v\n%s", ok, err, text)
		}
	}
}

// goodCases are what the examples leave out.
func goodCases() []string {
	const account = "emergencyAccess:\n  accounts:\n    - user: ea01@contoso.com\n"
	return []string{
		"{}", "tenant: " + id1, account + "custody:\nallow:\ndrills:\nsnooze:\n", account + "allow: {applications: }\ncustody: [{account: ea01@contoso.com, credential: c, custodians: }]",
		account + "custody: []\nallow: {}\ndrills: []\nsnooze: []\n", account + "snooze:\n  - check: drill-recent\n    until: 2026-12-15\n    by: k\n    reason: >\n      folded\n      text\n",
		account + "snooze:\n  - check: drill-recent\n    until: 2026-12-15T00:00:00.5-09:30\n    by: 'k'\n    reason: |\n      a block\n",
		account + "  drillEvery: 36h\n  policyProfile: excluded\n", account + "  drillEvery: 12w\n  maxGlobalAdministrators: 10000\n", account + "  drillEvery: 99999d\n  maxGlobalAdministrators: 1\n",
		"emergencyAccess: {accounts: [{user: k.o'hara_fabrikam.com#EXT#@contoso.onmicrosoft.com}, {user: 予備@contoso.example}]}",
		`{"$schema": "./breakglass.schema.json", "emergencyAccess": {"accounts": [{"group": "` + id2 + `"}]}}`,
		`{"Days": 30, "TestTimeout": "01:00:00", "GlobalSettings": {"EmergencyAccessAccounts": [{"Id": "` + id1 + `", "DisplayName": ""}]}}`,
	}
}

// TestReadmeExample: the configuration that the README shows is one, for both.
func TestReadmeExample(t *testing.T) {
	t.Parallel()
	readme := string(example(t, "../../../README.md"))
	_, rest, _ := strings.Cut(readme, "```yaml\n")
	text, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the README shows no configuration")
	}
	if _, err := Parse("README.md", []byte(text)); err != nil {
		t.Error(err)
	}
	value, ok := plainValue([]byte(text))
	if err := compiled(t).Validate(value); !ok || err != nil {
		t.Errorf("plain YAML: %v, %v", ok, err)
	}
}

// notInSchema are the mistakes that no schema can express, and why.
var notInSchema = map[string]string{
	"drill, backwards":                       "one value is compared with another",
	"drill, eight days":                      "one value is compared with another",
	"custody, a credential twice":            "one value is compared with another",
	"custody, a credential twice in a group": "one value is compared with another",
	"dependencies, twice":                    "one value is compared with another",
	"snooze, a critical check":               "which checks are critical is for the program to know",
	"maxGlobalAdministrators, octal":         "what numbers begin with is YAML's, and YAML 1.2 takes it for ten",
}

// TestSchemaRefuses: editors show each mistake that a schema can express.
func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	s := compiled(t)
	left := len(notInSchema)
	for _, c := range append(mistakeCases(), mistakeCase{name: "all at once", text: string(example(t, "mistakes.yaml"))}) {
		value, ok := plainValue([]byte(c.text))
		if !ok {
			continue // the YAML is wrong, or goes beyond what a schema sees
		}
		why, inexpressible := notInSchema[c.name]
		if err := s.Validate(value); (err == nil) != inexpressible {
			t.Errorf("%s: the schema says %v; cannot express it: %q", c.name, err, why)
		}
		if inexpressible {
			left--
		}
	}
	if left != 0 {
		t.Errorf("%d of the mistakes that no schema can express are none", left)
	}
}

// plainValue returns what a file says, as editors have it when they look at the
// schema. It returns false for what is not YAML, and for aliases, merge keys, foreign
// tags and keys that are given twice or are no text.
func plainValue(data []byte) (any, bool) {
	r := &reader{}
	root := r.document(data)
	if root == nil || len(r.mistakes) > 0 {
		return nil, false
	}
	return plainNode(root)
}

func plainNode(n *yaml.Node) (any, bool) {
	switch {
	case n.Kind == yaml.MappingNode && n.ShortTag() == "!!map":
		mapping := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			value, ok := plainNode(n.Content[i+1])
			if _, twice := mapping[key.Value]; !ok || twice || key.Kind != yaml.ScalarNode || key.ShortTag() != "!!str" {
				return nil, false
			}
			mapping[key.Value] = value
		}
		return mapping, true
	case n.Kind == yaml.SequenceNode && n.ShortTag() == "!!seq":
		list := make([]any, len(n.Content))
		for i := range list {
			var ok bool
			if list[i], ok = plainNode(n.Content[i]); !ok {
				return nil, false
			}
		}
		return list, true
	case n.Kind == yaml.ScalarNode:
		return plainScalar(n)
	}
	return nil, false
}

// plainScalar follows YAML 1.2, as editors do: a date is a text.
func plainScalar(n *yaml.Node) (any, bool) {
	switch n.ShortTag() {
	case "!!str", "!!timestamp":
		return n.Value, true
	case "!!null":
		return nil, true
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), true
	case "!!int", "!!float":
		number, err := strconv.ParseFloat(n.Value, 64)
		text, unwritable := json.Marshal(number)
		return json.Number(text), err == nil && unwritable == nil
	}
	return nil, false
}
