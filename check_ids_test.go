package breakglass_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"breakglass/checks"
)

// TestNobodyKnowsACheckByItsID: what others need to know of a check it says itself, so that
// one that is renamed or split goes on being told of.
func TestNobodyKnowsACheckByItsID(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for _, c := range checks.All() {
		area, _, _ := strings.Cut(c.ID, "-")
		ids[c.ID], ids[area+"-"] = true, true
	}
	read := 0
	for _, dir := range []string{"alert", "cmd", "display", "handler", "internal", "notify", "report"} {
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err == nil && slices.Contains([]string{"notify/stories", "notify/sinktest", "internal/standin"}, filepath.ToSlash(path)) { // for tests
				return fs.SkipDir
			}
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			read++
			ast.Inspect(file, func(n ast.Node) bool {
				if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					if value, err := strconv.Unquote(literal.Value); err == nil && ids[value] {
						t.Errorf("%s knows the check %s", path, value)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if read < 100 {
		t.Errorf("%d files read", read)
	}
}
