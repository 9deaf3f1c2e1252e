package pack

import (
	"debug/buildinfo"
	"encoding/json"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// listing is what go list says of a program that is linked with two modules, in which
// the handler imports one and that one the other.
const listing = `[
	{"ImportPath": "fmt", "Dir": "/go/src/fmt", "Standard": true},
	{"ImportPath": "example.com/b/deep", "Dir": "/cache/b/deep", "Imports": ["fmt"], "Module": {"Path": "example.com/b", "Dir": "/cache/b"}},
	{"ImportPath": "example.com/a", "Dir": "/cache/a", "Imports": ["example.com/a/more", "example.com/b/deep", "fmt"], "Module": {"Path": "example.com/a", "Dir": "/cache/a"}},
	{"ImportPath": "example.com/a/more", "Dir": "/cache/a/more", "Imports": ["fmt"], "Module": {"Path": "example.com/a", "Dir": "/cache/a"}},
	{"ImportPath": "fake/handler", "Dir": "/fake/handler", "Imports": ["example.com/a"], "Module": {"Path": "fake", "Dir": "/fake", "Main": true}}
]`

func listed(t *testing.T) []goPackage {
	t.Helper()
	var all []goPackage
	if err := json.Unmarshal([]byte(listing), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestJoin(t *testing.T) {
	t.Parallel()
	a := &debug.Module{Path: "example.com/a", Version: "v1.2.0", Sum: "h1:a"}
	b := &debug.Module{Path: "example.com/b", Version: "v0.3.0", Sum: "h1:b"}
	replaced := &debug.Module{Path: "example.com/b", Version: "v0.3.0", Replace: &debug.Module{Path: "../b"}}
	stranger := &debug.Module{Path: "example.com/c", Version: "v0.1.0", Sum: "h1:c"}
	for name, test := range map[string]struct {
		linked []*debug.Module
		want   string // in the error, or empty
	}{
		"the program and go list agree":   {[]*debug.Module{b, a}, ""},
		"go list does not know a module":  {[]*debug.Module{a, b, stranger}, "example.com/c is linked"},
		"the program does not know one":   {[]*debug.Module{a}, "go list knows example.com/b"},
		"a module is replaced in go.mod":  {[]*debug.Module{a, replaced}, "example.com/b is replaced"},
		"the program is linked with none": {nil, "go list knows example.com/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := join(&debug.BuildInfo{Deps: test.linked}, listed(t))
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("join = %v, want an error with %q", err, test.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := []module{
				{"example.com/a", "v1.2.0", "h1:a", "/cache/a", []string{"/cache/a", "/cache/a/more"}, []string{"example.com/b", standardLibrary}},
				{"example.com/b", "v0.3.0", "h1:b", "/cache/b", []string{"/cache/b/deep"}, []string{standardLibrary}},
			}
			if !slices.EqualFunc(got, want, sameModule) {
				t.Errorf("join =\n%+v, want\n%+v", got, want)
			}
		})
	}
}

func sameModule(a, b module) bool {
	return a.path == b.path && a.version == b.version && a.sum == b.sum && a.dir == b.dir &&
		slices.Equal(a.folders, b.folders) && slices.Equal(a.imports, b.imports)
}

// TestLinked looks at the handler.
func TestLinked(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "dist")
	opts := Options{Root: root, Dir: dir, Package: "./handler", Version: "0.0.1"}
	if err := Stage(t.Context(), opts); err != nil {
		t.Fatal(err)
	}
	_, modules, err := linked(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(filepath.Join(dir, handlerName))
	if err != nil {
		t.Fatal(err)
	}
	if len(info.Deps) == 0 || len(modules) != len(info.Deps) {
		t.Fatalf("%d modules, and the program is linked with %d", len(modules), len(info.Deps))
	}
	for i, m := range modules {
		if dep := info.Deps[i]; m.path != dep.Path || m.version != dep.Version || m.sum != dep.Sum {
			t.Errorf("module %d is %+v, and the program is linked with %+v", i, m, dep)
		}
		if ids, err := licencesOf(m); err != nil || len(ids) == 0 {
			t.Errorf("the licences of %s are %q, %v", m.path, ids, err)
		}
	}
}
