package catalog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"breakglass/text"
)

// A speaker is a package that has a table in ja.
type speaker struct {
	table   string            // its file
	formats map[string]string // each text that it words, and where
	strings map[string]bool   // every constant string
}

// speakers reads the source of every package that has a table. That of package text is for
// all of them.
func speakers(t *testing.T) []speaker {
	t.Helper()
	files, err := japaneseFiles.ReadDir("ja")
	if err != nil {
		t.Fatal(err)
	}
	var all []speaker
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ".txt")
		if name == "text" {
			continue
		}
		dir := sourceOf(t, name)
		s := speaker{table: file.Name(), formats: map[string]string{}, strings: map[string]bool{}}
		s.read(t, dir)
		for _, sink := range sinksOf(t, name) {
			s.read(t, sink)
		}
		all = append(all, s)
	}
	return all
}

// sinksOf are the directories of the sinks, whose settings the table of the configuration words.
func sinksOf(t *testing.T, name string) []string {
	t.Helper()
	if name != "config" {
		return nil
	}
	files, err := filepath.Glob("../notify/*/kind.go")
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for _, file := range files {
		dirs = append(dirs, filepath.Dir(file))
	}
	return dirs
}

// sourceOf finds the directory of a package by its name.
func sourceOf(t *testing.T, name string) string {
	t.Helper()
	for _, parent := range []string{"..", "../internal", "../handler", "../handler/internal", "../notify"} {
		if info, err := os.Stat(filepath.Join(parent, name)); err == nil && info.IsDir() {
			return filepath.Join(parent, name)
		}
	}
	t.Fatalf("ja/%s.txt belongs to no package", name)
	return ""
}

func (s *speaker) read(t *testing.T, dir string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatal(dir, err)
	}
	files := map[string]*ast.File{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		if files[path], err = parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
	}
	constants := constantsOf(files)
	for path, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if value, ok := constants.value(e); ok {
					s.strings[value] = true
				}
			}
			if words := constants.glued(n); run.MatchString(filledIn.ReplaceAllString(words, "")) && !unfinished.MatchString(path) {
				t.Errorf("%s: %q is put together, and nobody can translate it", path, words)
			}
			for _, e := range formatsIn(n) {
				value, ok := constants.value(e)
				if _, parameter := e.(*ast.Ident); !ok && !parameter && !unfinished.MatchString(path) {
					t.Errorf("%s: a format is no constant", path)
				}
				if ok {
					s.formats[value] = path
				}
			}
			return true
		})
	}
}

// formatsIn are the expressions of a node that are formats, or texts that are said whole.
func formatsIn(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		name := nameOf(n.Fun)
		switch {
		case len(n.Args) > 2 && name == "Count":
			return n.Args[1:3]
		case len(n.Args) > 0 && slices.Contains([]string{"say", "New", "Sentinel"}, name) && ofText(n.Fun):
			return n.Args[:1]
		case len(n.Args) == 1 && slices.Contains([]string{"pass", "fail", "notApplicable"}, name) && isText(n.Args[0]):
			return n.Args
		}
	case *ast.CompositeLit:
		if nameOf(n.Type) == "Text" && len(n.Elts) > 0 {
			if field, ok := n.Elts[0].(*ast.KeyValueExpr); ok && nameOf(field.Key) == "Format" && isText(field.Value) {
				return []ast.Expr{field.Value}
			}
		}
	case *ast.KeyValueExpr:
		if slices.Contains([]string{"Title", "Why", "Passes", "Remediation", "Reads", "Lost"}, nameOf(n.Key)) && isText(n.Value) {
			return []ast.Expr{n.Value}
		}
	}
	return nil
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// ofText reports whether a function is package text's, or one of the package's own.
func ofText(function ast.Expr) bool {
	selector, ok := function.(*ast.SelectorExpr)
	return !ok || nameOf(selector.X) == "text"
}

// isText reports whether an expression is written down as a string.
func isText(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return e.Kind == token.STRING
	case *ast.BinaryExpr:
		return isText(e.X) && isText(e.Y)
	}
	return false
}

// constants are the strings of a package that have a name.
type constants map[string]string

func constantsOf(files map[string]*ast.File) constants {
	all := constants{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			declared, ok := n.(*ast.GenDecl)
			if !ok || declared.Tok != token.CONST {
				return true
			}
			for _, spec := range declared.Specs {
				values, ok := spec.(*ast.ValueSpec)
				for i := range values.Values {
					if value, text := all.value(values.Values[i]); ok && text {
						all[values.Names[i].Name] = value
					}
				}
			}
			return true
		})
	}
	return all
}

// value is what an expression is, if it is a constant string.
func (c constants) value(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		value, err := strconv.Unquote(e.Value)
		return value, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return c.value(e.X)
	case *ast.Ident:
		value, ok := c[e.Name]
		return value, ok
	case *ast.BinaryExpr:
		left, leftOK := c.value(e.X)
		right, rightOK := c.value(e.Y)
		return left + right, leftOK && rightOK && e.Op == token.ADD
	}
	return "", false
}

// glued are the words of a node that makes a sentence out of strings.
func (c constants) glued(n ast.Node) string {
	switch n := n.(type) {
	case *ast.CallExpr:
		if len(n.Args) > 0 && slices.Contains([]string{"Sprintf", "Errorf"}, nameOf(n.Fun)) || len(n.Args) == 1 && nameOf(n.Fun) == "New" && !ofText(n.Fun) {
			value, _ := c.value(n.Args[0])
			return value
		}
	case *ast.BinaryExpr:
		left, leftOK := c.value(n.X)
		right, rightOK := c.value(n.Y)
		if n.Op == token.ADD && leftOK != rightOK {
			return left + right
		}
	}
	return ""
}

// run is a run of words.
var run = regexp.MustCompile(`[a-z]{2,} [a-z]+ [a-z]+`)

// unfinished are the files that still put their sentences together, and those of names and of
// mistakes in the program's own data.
var unfinished = regexp.MustCompile(`checks/(method|mfa|polic|survival|custody|administrators)|_names\.go|config/shown|tenant/(objects|microsoft)\.go|notify/`)

// TestEveryFormatIsInATable: what the packages say that have a table is said in Japanese.
func TestEveryFormatIsInATable(t *testing.T) {
	t.Parallel()
	table := japaneseTable()
	for _, s := range speakers(t) {
		if len(s.formats) < 2 {
			t.Errorf("%s: %d formats found in the source", s.table, len(s.formats))
		}
		for format, file := range s.formats {
			if _, known := table[format]; !known && wordy(format) {
				t.Errorf("%s: not in ja/%s:\n%s\t", file, s.table, format)
			}
		}
	}
}

// TestTables holds each line of the tables to its package, which must say it, and to the
// other tables, which must not say it otherwise.
func TestTables(t *testing.T) {
	t.Parallel()
	says := map[string]speaker{}
	for _, s := range speakers(t) {
		says[s.table] = s
	}
	files, err := japaneseFiles.ReadDir("ja")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, file := range files {
		data, err := japaneseFiles.ReadFile(path.Join("ja", file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		here := map[string]bool{}
		for line := range strings.Lines(string(data)) {
			english, japanese, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			if strings.HasPrefix(line, "#") || line == "\n" {
				continue
			}
			if !ok || japanese == "" {
				t.Errorf("%s: no Japanese: %s", file.Name(), line)
			}
			if other, ok := seen[english]; here[english] || ok && other != japanese {
				t.Errorf("%s: twice in the tables: %s", file.Name(), english)
			}
			seen[english], here[english] = japanese, true
			if s, ok := says[file.Name()]; ok && !s.strings[english] {
				t.Errorf("%s: nobody says %s", file.Name(), english)
			}
		}
	}
}

// marks stand for what is filled in.
var marks = []string{"⟦1⟧", "⟦2⟧", "⟦3⟧", "⟦4⟧", "⟦5⟧", "⟦6⟧", "⟦7⟧", "⟦8⟧", "⟦9⟧"}

// missing finds a verb for which there is no argument.
var missing = regexp.MustCompile(`%!|%\[`)

// TestArguments: a format holds in Japanese what it holds in English, as often.
func TestArguments(t *testing.T) {
	t.Parallel()
	japanese := In("ja")
	for format := range japaneseTable() {
		if !filledIn.MatchString(format) {
			continue
		}
		filled := text.Text{Format: format}
		for _, mark := range marks {
			filled.Args = append(filled.Args, text.Name(mark))
		}
		before, after := filled.String(), japanese.Text(filled)
		if missing.MatchString(before + after) {
			t.Errorf("more is filled in than there is:\n%s\n%s", before, after)
		}
		for _, mark := range marks {
			if strings.Count(after, mark) != strings.Count(before, mark) {
				t.Errorf("%s is not as often in both:\n%s\n%s", mark, before, after)
			}
		}
	}
}
