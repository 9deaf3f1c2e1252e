package breakglass_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mayImport states which of our packages each of our packages may import:
// tenant ← signin ← checks ← {report, notify} ← handler, and the packages below
// handler do not know one another. Whoever starts goroutines or calls what may panic
// knows defect.
var mayImport = map[string][]string{
	"breakglass":                           {},
	"breakglass/defect":                    {},
	"breakglass/text":                      {},
	"breakglass/tenant":                    {"breakglass/text"},
	"breakglass/signin":                    {"breakglass/tenant", "breakglass/text"},
	"breakglass/checks":                    {"breakglass/defect", "breakglass/signin", "breakglass/tenant", "breakglass/text"},
	"breakglass/alert":                     {"breakglass/checks", "breakglass/tenant", "breakglass/text"},
	"breakglass/catalog":                   {"breakglass/text"},
	"breakglass/report":                    {"breakglass/catalog", "breakglass/checks", "breakglass/text"},
	"breakglass/notify":                    {"breakglass/alert", "breakglass/catalog", "breakglass/checks", "breakglass/text"},
	"breakglass/internal/config":           {"breakglass/alert", "breakglass/checks", "breakglass/signin", "breakglass/tenant", "breakglass/text"},
	"breakglass/internal/standin":          {},
	"breakglass/internal/doctor":           {"breakglass/checks", "breakglass/internal/funcapp", "breakglass/tenant", "breakglass/text"},
	"breakglass/internal/graph":            {"breakglass/defect", "breakglass/signin", "breakglass/tenant", "breakglass/text"},
	"breakglass/internal/funcapp":          {},
	"breakglass/internal/standin/host":     {"breakglass/internal/funcapp"},
	"breakglass/handler/internal/pack":     {"breakglass/internal/funcapp"},
	"breakglass/handler/internal/pack/cmd": {"breakglass/handler/internal/pack", "breakglass/text"},
	"breakglass/internal/redact":           {"breakglass/tenant"},
	"breakglass/internal/state":            {"breakglass/alert", "breakglass/checks", "breakglass/defect", "breakglass/tenant", "breakglass/text"},
	"breakglass/infra":                     {}, // tests of its scripts
	"breakglass/handler": {
		"breakglass", "breakglass/alert", "breakglass/catalog", "breakglass/defect", "breakglass/tenant", "breakglass/signin", "breakglass/checks", "breakglass/report", "breakglass/notify",
		"breakglass/internal/config", "breakglass/internal/standin", "breakglass/internal/doctor", "breakglass/internal/graph",
		"breakglass/internal/funcapp", "breakglass/internal/standin/host", "breakglass/internal/redact", "breakglass/internal/state",
	},
}

// importedBy states which of our packages may import a module. A package is of the
// longest path here that it begins with.
var importedBy = map[string][]string{
	"github.com/microsoftgraph":                            {"breakglass/internal/graph"},
	"github.com/google/uuid":                               {"breakglass/internal/graph"}, // of the SDK's models
	"github.com/microsoft":                                 {"breakglass/internal/graph"}, // kiota
	"github.com/Azure/azure-sdk-for-go/sdk/azcore":         {"breakglass/internal/graph", "breakglass/internal/state"},
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity":     {"breakglass/internal/graph", "breakglass/internal/state"},
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob": {"breakglass/internal/state"},
	"github.com/slack-go/slack":                            {"breakglass/notify"},
	"go.yaml.in/yaml/v3":                                   {"breakglass/internal/config"},
	"golang.org/x/text":                                    {"breakglass/catalog", "breakglass/report"},
	"golang.org/x/time":                                    {"breakglass/internal/graph"},
	"github.com/google/licensecheck":                       {"breakglass/handler/internal/pack"},
	"golang.org/x/term":                                    {"breakglass/handler"},
	"github.com/clipperhouse/uax29/v2":                     {"breakglass/report"},
	"github.com/mattn/go-runewidth":                        {"breakglass/report"},
}

// TestImports holds the tree to the two tables. Tests may import more.
func TestImports(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range packages(t) {
		seen[p.ImportPath] = true
		ours, ok := mayImport[p.ImportPath]
		if !ok {
			t.Errorf("%s is not in the table of packages: what may it import?", p.ImportPath)
			continue
		}
		for _, path := range p.Imports {
			switch {
			case path == "breakglass" || strings.HasPrefix(path, "breakglass/"):
				if !slices.Contains(ours, path) {
					t.Errorf("%s imports %s, and may import %q of ours", p.ImportPath, path, ours)
				}
			case !standard(path):
				who := importedBy[module(path)]
				if !slices.Contains(who, p.ImportPath) {
					t.Errorf("%s imports %s, and the table of modules lets %q import it", p.ImportPath, path, who)
				}
			}
		}
	}
	for path := range mayImport {
		if !seen[path] {
			t.Errorf("%s is in the table of packages and not in the tree", path)
		}
	}
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	walk(t)
	command := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...")
	out, err := command.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("go list: %v\n%s", err, exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	var all []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// walk opens every directory of ours. go test caches a result until what the test
// itself opened has changed, and does not know what go list opened for it.
func walk(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		hidden := len(path) > 1 && strings.HasPrefix(path, ".")
		if err == nil && d.IsDir() && (hidden || slices.Contains([]string{"bin", "build", "dist", "tools"}, path)) {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// standard says whether a path is of the standard library, whose first element has no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// module is the longest path in importedBy that a path begins with, or empty.
func module(path string) string {
	longest := ""
	for m := range importedBy {
		if (path == m || strings.HasPrefix(path, m+"/")) && len(m) > len(longest) {
			longest = m
		}
	}
	return longest
}
