package breakglass_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"breakglass/tenant"
)

// An identifier is an id that the source names.
type identifier struct {
	place string   // file and line
	id    string   // as it is written
	names []string // what stands beside it: the constant's or the function's name, the text that a table gives it
	link  bool     // the declaration says on which page it stands
}

var (
	guidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	guidLike = regexp.MustCompile(`(?i)^[0-9a-z]{8}(-[0-9a-z]{4}){3}-[0-9a-z]{12}$`)
)

// TestIdentifiers holds every id of Microsoft's in the program to the form of one, and to
// Microsoft's lists: it is in one, under the name that stands beside it. What is in none has
// a name beside it, and a link to the page that it is from. In a table of ids nothing else is
// an id, and none is there twice.
func TestIdentifiers(t *testing.T) {
	t.Parallel()
	known := microsofts(t)
	all, tables := identifiers(t)
	if len(all) < 80 || tables < 4 {
		t.Fatalf("%d ids found in %d tables", len(all), tables)
	}
	for _, found := range all {
		if !guidForm.MatchString(found.id) {
			t.Errorf("%s: %q is no id in lower case", found.place, found.id)
		}
		names, listed := known[strings.ToLower(found.id)]
		switch {
		case !listed && (len(found.names) == 0 || !found.link):
			t.Errorf("%s: %s is in no list of Microsoft's, and has no name and no link beside it", found.place, found.id)
		case listed && slices.Equal(found.names, []string{"publicIDs"}): // what is kept in a redacted file, whatever it is
		case listed && !slices.ContainsFunc(found.names, func(n string) bool { return slices.Contains(names, plain(n)) }):
			t.Errorf("%s: %s is called %q, and is %q", found.place, found.id, found.names, names)
		}
	}
}

// TestEveryListIsUsed: nothing stands in testdata that the program does not name.
func TestEveryListIsUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	all, _ := identifiers(t)
	for _, found := range all {
		used[found.id] = true
	}
	for _, file := range []string{"testdata/microsoft-ids.csv", "testdata/passkey-providers.csv"} {
		for _, row := range rows(t, file) {
			if !used[row[0]] {
				t.Errorf("%s has %s, and the program does not", file, row)
			}
		}
	}
}

// microsofts are the names of Microsoft's ids, plain.
func microsofts(t *testing.T) map[string][]string {
	t.Helper()
	known := map[string][]string{}
	for _, list := range []map[string]string{tenant.BuiltInRoles(), tenant.GraphPermissions()} {
		for id, name := range list {
			known[id] = append(known[id], plain(name))
		}
	}
	for _, file := range []string{"testdata/microsoft-ids.csv", "testdata/passkey-providers.csv"} {
		for _, row := range rows(t, file) {
			if !guidForm.MatchString(row[0]) || known[row[0]] != nil {
				t.Errorf("%s: %s is no id, or is there twice", file, row)
			}
			for _, name := range row[1:] {
				known[row[0]] = append(known[row[0]], plain(name))
			}
		}
	}
	return known
}

// rows reads a list: its first lines say where it is from, and as of when.
func rows(t *testing.T, file string) [][]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), "# ") || !regexp.MustCompile(`\n# https://.* as of 20\d\d-\d\d-\d\d`).Match(text) {
		t.Errorf("%s does not say what it is and where it is from", file)
	}
	var all [][]string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
			all = append(all, strings.Split(line, ","))
		}
	}
	return all
}

// plain is a name without what differs between Microsoft's spelling and an identifier's.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_.", r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// identifiers are the ids in the program's source, and how many tables of them there are.
// What is made up for the demonstration is left out.
func identifiers(t *testing.T) (all []identifier, tables int) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (len(path) > 1 && strings.HasPrefix(path, ".") || slices.Contains([]string{"bin", "build", "dist", "tools", "standin"}, d.Name())):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || d.Name() == "demo.go":
			return nil
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		for _, declaration := range parsed.Decls {
			found, n := declared(t, files, declaration)
			all, tables = append(all, found...), tables+n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, tables
}

// declared are the ids of one declaration.
func declared(t *testing.T, files *token.FileSet, declaration ast.Decl) (all []identifier, tables int) {
	t.Helper()
	var names []string
	doc := ""
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		names, doc = []string{d.Name.Name}, d.Doc.Text()
	case *ast.GenDecl:
		doc = d.Doc.Text()
	}
	beside := map[*ast.BasicLit][]string{}
	ast.Inspect(declaration, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			doc += n.Doc.Text()
			for i, value := range n.Values {
				if literal, ok := value.(*ast.BasicLit); ok {
					beside[literal] = append(beside[literal], n.Names[i].Name)
				}
			}
		case *ast.CompositeLit:
			if isTable(t, files, n) {
				tables++
			}
			for _, element := range n.Elts {
				neighbours(n, element, beside)
			}
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if n.Kind == token.STRING && err == nil && guidLike.MatchString(text) {
				all = append(all, identifier{files.Position(n.Pos()).String(), text, slices.Concat(names, beside[n]), strings.Contains(doc, "https://")})
			}
		}
		return true
	})
	return all, tables
}

// neighbours notes what stands beside a literal in a table: the text that it is a key of, or
// the other fields of the same row.
func neighbours(row *ast.CompositeLit, element ast.Expr, beside map[*ast.BasicLit][]string) {
	pair, ok := element.(*ast.KeyValueExpr)
	if !ok {
		return
	}
	texts := func(n ast.Node) (all []string) {
		ast.Inspect(n, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, _ := strconv.Unquote(literal.Value) // what is no literal is no name
				all = append(all, text)
			}
			return true
		})
		return all
	}
	if key, ok := pair.Key.(*ast.BasicLit); ok {
		beside[key] = append(beside[key], texts(pair.Value)...)
	}
	if value, ok := pair.Value.(*ast.BasicLit); ok {
		for _, other := range row.Elts {
			if field, ok := other.(*ast.KeyValueExpr); ok && other != element {
				beside[value] = append(beside[value], texts(field.Value)...)
			}
		}
	}
}

// isTable reports whether a composite literal is a table of ids, by its keys or its elements,
// and holds it to be of nothing else, and to have each once.
func isTable(t *testing.T, files *token.FileSet, n *ast.CompositeLit) bool {
	t.Helper()
	var ids, others []string
	for _, element := range n.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			element = pair.Key
		}
		literal, ok := element.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			continue
		}
		if text, _ := strconv.Unquote(literal.Value); guidLike.MatchString(text) {
			ids = append(ids, strings.ToLower(text))
		} else {
			others = append(others, text)
		}
	}
	if len(ids) == 0 {
		return false
	}
	place := files.Position(n.Pos())
	if len(others) > 0 {
		t.Errorf("%s: %q stands in a table of ids", place, others)
	}
	slices.Sort(ids)
	if len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("%s: an id stands twice in the table", place)
	}
	return true
}
