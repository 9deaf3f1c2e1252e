package catalog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// said are the texts that the code says: the first argument of say, and the Text of a
// Supposition.
func said(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, dir := range []string{"../display", "../report", "../cmd/breakglass", "../notify", "../notify/slack", "../notify/teams"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "demo.go") { // the demonstration is in English
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				var text ast.Expr
				switch n := n.(type) {
				case *ast.CallExpr:
					if says(n.Fun) && len(n.Args) > 0 {
						text = n.Args[0]
					}
				case *ast.KeyValueExpr:
					if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Text" {
						text = n.Value
					}
				}
				if literal, ok := text.(*ast.BasicLit); ok {
					value, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					all[value] = file
				}
				return true
			})
		}
	}
	return all
}

// says reports whether a function is one that says its first argument: say or Say of something,
// or count, which says how many of something there are.
func says(function ast.Expr) bool {
	switch f := function.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name == "say" || f.Sel.Name == "Say"
	case *ast.Ident:
		return f.Name == "count"
	}
	return false
}

// terms are the words that are translated by themselves.
func terms() []string {
	return []string{"permanent", "active", "eligible", "none"}
}

var verb = regexp.MustCompile(`%(\[\d\])?[a-z]`)

// TestComplete: everything that is said is said in Japanese too, with the same names and
// numbers in it, and nothing else is in the catalogue.
func TestComplete(t *testing.T) {
	t.Parallel()
	wanted := said(t)
	if len(wanted) < 30 {
		t.Fatalf("%d texts found in the code", len(wanted))
	}
	for _, term := range terms() {
		wanted[term] = "a term"
	}
	texts := japanese()
	maps.Copy(texts, messages())
	maps.Copy(texts, reports())
	for text, where := range wanted {
		ja, ok := texts[text]
		if !ok {
			t.Errorf("%s: no Japanese for %q", where, text)
		}
		if got, want := len(verb.FindAllString(ja, -1)), len(verb.FindAllString(text, -1)); got != want {
			t.Errorf("%q has %d names and numbers, %q %d", ja, got, text, want)
		}
	}
	for text := range texts {
		if _, ok := wanted[text]; !ok {
			t.Errorf("nobody says %q", text)
		}
	}
	for text := range english() {
		if _, ok := wanted[text]; !ok {
			t.Errorf("nobody says %q", text)
		}
	}
}

func TestPrinter(t *testing.T) {
	t.Parallel()
	const sets = "… and %d more sets."
	for _, c := range []struct {
		language, text string
		args           []any
		want           string
	}{
		{"en", sets, []any{1}, "… and one more set."},
		{"", sets, []any{2}, "… and 2 more sets."},
		{"ja", sets, []any{1}, "… ほか 1 組。"},
		{"xx", "key “%s”", []any{"%d%s"}, "key “%d%s”"},
		{"ja", "key “%s”", []any{"%d%s"}, "キー「%d%s」"},
		{"ja", "%d of %d administrators could sign in; as things are, %d can.", []any{1, 4, 2}, "管理者 4 人のうち 1 人がサインインできます。現状では 2 人です。"},
		{"ja", "not there: %s", []any{"x"}, "not there: x"},
	} {
		if got := Printer(c.language).Sprintf(c.text, c.args...); got != c.want {
			t.Errorf("%s: %q, want %q", c.language, got, c.want)
		}
	}
	if slices.Contains(terms(), "") {
		t.Error("an empty term")
	}
}
