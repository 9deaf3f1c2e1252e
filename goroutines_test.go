package breakglass_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// standIns start goroutines of their own: they run where somebody looks on, and a panic of
// theirs is to be seen. Package defect starts those of all others.
var standIns = []string{"defect", "internal/standin", "tools"}

// TestGoroutines: a panic in a goroutine ends the process, unless the goroutine itself catches
// it. So each is started by defect.Go.
func TestGoroutines(t *testing.T) {
	t.Parallel()
	through := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		slashed := filepath.ToSlash(path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (len(path) > 1 && strings.HasPrefix(path, ".") || slices.Contains(standIns, slashed)):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		for _, at := range starts(file) {
			if at.by == "defect.Go" {
				through++
				continue
			}
			t.Errorf("%s: a goroutine is started by %s, and not by defect.Go", set.Position(at.pos), at.by)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if through < 3 {
		t.Errorf("%d goroutines were found, which is too few", through)
	}
}

// TestStarts: what starts a goroutine is seen, in each way in which Go can.
func TestStarts(t *testing.T) {
	t.Parallel()
	const source = `package x
func f() {
	go f()
	go func() { defer recover(); f() }()
	group.Go(f)
	w.group.Go(f)
	defect.Go(f, nil)
	time.AfterFunc(1, f)
	context.AfterFunc(nil, f)
	runtime.GC()
}`
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	var by []string
	for _, at := range starts(file) {
		by = append(by, at.by)
	}
	if want := []string{"a go statement", "a go statement", "group.Go", "….Go", "defect.Go", "time.AfterFunc", "context.AfterFunc"}; !slices.Equal(by, want) {
		t.Errorf("%q, want %q", by, want)
	}
}

// A start is where a goroutine is started, and by what.
type start struct {
	pos token.Pos
	by  string
}

// starts are the places of a file where a goroutine is started.
func starts(file *ast.File) []start {
	var all []start
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			all = append(all, start{n.Pos(), "a go statement"})
		case *ast.CallExpr:
			called, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"Go", "AfterFunc"}, called.Sel.Name) {
				break
			}
			of := "…"
			if name, ok := called.X.(*ast.Ident); ok {
				of = name.Name
			}
			all = append(all, start{n.Pos(), of + "." + called.Sel.Name})
		}
		return true
	})
	return all
}
