package release

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// directory is where make release wrote to. go test does not know what is there, so it
// must run with -count=1.
func directory(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("BREAKGLASS_RELEASE")
	if dir == "" {
		t.Skip("BREAKGLASS_RELEASE names no directory with a release; make check makes one")
	}
	return dir
}

// read decodes the bill of materials.
func read(t *testing.T) (*cyclonedx.BOM, string) {
	t.Helper()
	file := filepath.Join(directory(t), "breakglass-watch.cdx.json")
	content, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	bom := new(cyclonedx.BOM)
	if err := cyclonedx.NewBOMDecoder(content, cyclonedx.BOMFileFormatJSON).Decode(bom); err != nil {
		t.Fatal(err)
	}
	return bom, file
}

// handler takes the program out of the zip, and says what go version -m prints of it.
func handler(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "handler")
	if err := os.WriteFile(program, zipped(t)["handler"], 0o700); err != nil { //nolint:gosec // go version reads programs only
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "version", "-m", program).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// zipped are the files in the zip.
func zipped(t *testing.T) map[string][]byte {
	t.Helper()
	archive, err := zip.OpenReader(filepath.Join(directory(t), "breakglass-watch.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	all := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = content
	}
	return all
}

func TestBillListsExactlyWhatIsLinked(t *testing.T) {
	t.Parallel()
	bom, _ := read(t)
	var want []string
	for line := range strings.Lines(handler(t)) {
		switch fields := strings.Fields(line); {
		case len(fields) == 4 && fields[0] == "dep":
			raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(fields[3], "h1:"))
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, strings.Join([]string{fields[1], fields[2], fields[3], hex.EncodeToString(raw), "pkg:golang/" + fields[1] + "@" + fields[2]}, " "))
		case len(fields) == 2 && strings.HasPrefix(fields[1], "go1."): // <file>: go1.26.8
			want = append(want, strings.Join([]string{"stdlib", fields[1], "pkg:golang/stdlib@" + strings.TrimPrefix(fields[1], "go")}, " "))
		case len(fields) > 0 && (fields[0] == "dep" || fields[0] == "=>"):
			t.Errorf("go version -m says %q, which this test does not understand", line)
		}
	}
	if len(want) < 2 {
		t.Fatalf("go version -m names %q only", want)
	}
	var got []string
	for _, c := range *bom.Components {
		words := []string{c.Name, c.Version}
		if c.Properties != nil {
			words = append(words, (*c.Properties)[0].Value)
		}
		if c.Hashes != nil {
			words = append(words, (*c.Hashes)[0].Value)
		}
		got = append(got, strings.Join(append(words, c.PackageURL), " "))
		if c.Licenses == nil || len(*c.Licenses) == 0 {
			t.Errorf("%s has no licence", c.Name)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the bill lists\n%s\nand linked are\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestBillListsTheFilesOfTheZip(t *testing.T) {
	t.Parallel()
	bom, _ := read(t)
	files := zipped(t)
	for _, c := range *bom.Metadata.Component.Components {
		content, ok := files[c.Name]
		if sum := sha256.Sum256(content); !ok || (*c.Hashes)[0].Value != hex.EncodeToString(sum[:]) {
			t.Errorf("the bill lists %s with %s, and in the zip it is another or none", c.Name, (*c.Hashes)[0].Value)
		}
		delete(files, c.Name)
	}
	for name := range files {
		t.Errorf("%s is in the zip and not in the bill", name)
	}
}

func TestBillHasTheFormOfCycloneDX(t *testing.T) {
	t.Parallel()
	_, file := read(t)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(content)))
	if err != nil {
		t.Fatal(err)
	}
	schema := compile(t)
	if err := schema.Validate(value); err != nil {
		t.Errorf("%#v", err)
	}
	if serial, ok := value.(map[string]any)["serialNumber"].(string); !ok || serial == "" {
		t.Error("there is no serial number; CycloneDX can do without, and actions/attest cannot")
	}
	// A schema that lets everything pass would be no test.
	value.(map[string]any)["components"].([]any)[0].(map[string]any)["licenses"] = []any{map[string]any{"license": map[string]any{"id": "No-Such-Licence"}}}
	if err := schema.Validate(value); err == nil {
		t.Error("the schema lets a licence pass that is not SPDX's")
	}
}

// compile reads the schemas that CycloneDX's library comes with.
func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	const home = "http://cyclonedx.org/schema/"
	for name, file := range map[string]string{
		"bom-1.6.schema.json":  "bom-1.6.schema.json",
		"spdx.schema.json":     "spdx.schema.json",
		"jsf-0.82.schema.json": "jsf-0.82.schemax.json", // [sic]
	} {
		content, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "schema", file))
		if err != nil {
			t.Fatal(err)
		}
		var value any
		if err := json.Unmarshal(content, &value); err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource(home+name, value); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile(home + "bom-1.6.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
