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

// floors are our packages from the ground up. A package may import those of lower floors, and
// none of its own: those do not know one another.
var floors = [][]string{
	{"breakglass", "breakglass/defect", "breakglass/text", "breakglass/internal/funcapp"},
	{"breakglass/tenant", "breakglass/catalog"},
	{"breakglass/signin"},
	{"breakglass/checks"},
	{"breakglass/alert", "breakglass/display"},
	{"breakglass/report", "breakglass/notify", "breakglass/notify/stories"},
	{"breakglass/notify/slack", "breakglass/notify/teams", "breakglass/notify/sinktest"},
	{"breakglass/notify/kinds"},
	{"breakglass/internal/config", "breakglass/internal/graph", "breakglass/internal/state", "breakglass/internal/redact", "breakglass/internal/standin"},
	{"breakglass/internal/watch", "breakglass/internal/standin/host", "breakglass/internal/standin/testbed"},
	{"breakglass/internal/wiring"},
	{"breakglass/internal/doctor", "breakglass/internal/standin/apptest"},
	{"breakglass/handler", "breakglass/cmd/breakglass"},
	{"breakglass/infra"}, // tests of its scripts
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
	"github.com/slack-go/slack":                            {"breakglass/notify/slack"},
	"go.yaml.in/yaml/v3":                                   {"breakglass/internal/config"},
	"golang.org/x/text":                                    {"breakglass/catalog"},
	"golang.org/x/time":                                    {"breakglass/internal/graph"},
	"github.com/hashicorp/hcl/v2":                          {"breakglass/internal/standin/apptest"},
	"github.com/zclconf/go-cty":                            {"breakglass/internal/standin/apptest"},
	"golang.org/x/term":                                    {"breakglass/cmd/breakglass"},
	"github.com/clipperhouse/uax29/v2":                     {"breakglass/report"},
	"github.com/mattn/go-runewidth":                        {"breakglass/report"},
}

// TestImports holds the tree to the two tables. Tests may import more.
func TestImports(t *testing.T) {
	t.Parallel()
	floor := map[string]int{}
	for i, packages := range floors {
		for _, path := range packages {
			floor[path] = i + 1
		}
	}
	seen := map[string]bool{}
	for _, p := range packages(t) {
		seen[p.ImportPath] = true
		own := floor[p.ImportPath]
		if own == 0 {
			t.Errorf("%s is on no floor: what may it import?", p.ImportPath)
		}
		for _, path := range p.Imports {
			switch {
			case path == "breakglass" || strings.HasPrefix(path, "breakglass/"):
				if floor[path] >= own {
					t.Errorf("%s imports %s, which is not on a lower floor", p.ImportPath, path)
				}
			case !standard(path):
				who := importedBy[module(path)]
				if !slices.Contains(who, p.ImportPath) {
					t.Errorf("%s imports %s, and the table of modules lets %q import it", p.ImportPath, path, who)
				}
			}
		}
	}
	for path := range floor {
		if !seen[path] {
			t.Errorf("%s is on a floor and not in the tree", path)
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
