package catalog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// written collects what the pure packages write for people: every text of the source that
// is words, with {} for what is filled in.
func written(t *testing.T, dirs ...string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_names.go") { // names of Microsoft's, which nobody reads
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				if field, ok := n.(*ast.Field); ok && field.Tag != nil {
					return false
				}
				if _, ok := n.(*ast.ImportSpec); ok {
					return false
				}
				expression, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				text, whole := pattern(expression)
				if !whole {
					return true
				}
				if isWords(text) {
					all[text] = file
				}
				return false
			})
		}
	}
	return all
}

var verbs = regexp.MustCompile(`%(\[\d\])?[-+# 0]*(\d+|\*)?(\.\d+)?[a-zA-Z]`)

// pattern writes an expression down as a text with {} for what is filled in; whole is false
// if it is no text.
func pattern(e ast.Expr) (text string, whole bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		value, err := strconv.Unquote(e.Value)
		return value, err == nil
	case *ast.ParenExpr:
		return pattern(e.X)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, leftText := pattern(e.X)
		right, rightText := pattern(e.Y)
		if !leftText && !rightText {
			return "", false
		}
		if !leftText {
			left = "{}"
		}
		if !rightText {
			right = "{}"
		}
		return left + right, true
	case *ast.CallExpr:
		f, ok := e.Fun.(*ast.SelectorExpr)
		if !ok || !slices.Contains([]string{"Sprintf", "Errorf"}, f.Sel.Name) || len(e.Args) == 0 {
			return "", false
		}
		format, ok := pattern(e.Args[0])
		if !ok {
			return "", false
		}
		return strings.ReplaceAll(verbs.ReplaceAllString(format, "{}"), "%%", "%"), true
	}
	return "", false
}

var word = regexp.MustCompile(`[a-z]{2,}[ ,.:;)]|[ (][a-z]{2,}`)

// isWords reports whether a text is one that people read: words, and no name or address.
func isWords(text string) bool {
	return word.MatchString(text) && !strings.HasPrefix(text, "https://") && !strings.HasPrefix(text, "#microsoft")
}

// TestEverySentenceIsInTheCatalogue reads the source: every text of the checks is said in
// Japanese, but for names, and nothing else is.
func TestEverySentenceIsInTheCatalogue(t *testing.T) {
	t.Parallel()
	tr := For("ja")
	known := map[string]bool{}
	for line := range strings.SplitSeq(checksJapanese, "\n") {
		if english, _, ok := strings.Cut(line, "\t"); ok {
			english = holes.ReplaceAllString(english, "{}")
			if known[english] {
				t.Errorf("twice in the catalogue: %q", english)
			}
			known[english] = true
		}
	}
	for format := range japaneseTable() {
		known[format] = true
	}
	for text, file := range written(t, "../checks", "../signin", "../tenant") {
		if known[text] || kept.MatchString(text) {
			continue
		}
		if tr.Sentence(text) == text {
			t.Errorf("%s: no Japanese; add to checks.ja.txt:\n%s\t", file, text)
		}
	}
}

// kept are texts that nobody translates: names of products and roles, what is no sentence,
// and what a mistake in a file is called, for those who repair files.
var kept = regexp.MustCompile(`^(line |not JSON|unexpected end$|max depth$|after top-level value$|an \{\}$|write tenant|merge unknown|report: |an object has no|null in a list|expected |an? (object|list|number|text|id)$|an @odata|true or false$|a whole number$|a date and time|is missing$|evidence must|\{\} is not a |` +
	`(terms of use|custom control|through group) $|\{\} (is|of|on) \{\}$|There w(as a|ere \{\}) change|If %s failed|on \{\} \{\}: |[ ,;]|(device|key|key-model|phone|place|custodian):|@|device\.|\.)|\.onmicrosoft|^(onmicrosoft|partner|breakglass)\.|` +
	`Password Manager$|Passwords$|Administrator$|Vault$|SDK$|^(Chrom|Edge|Burp|Hey|Proton|Samsung|ToothPic|Windows|iCloud|Microsoft|Partner|Privileged)|^([A-Z][A-Za-z0-9-]*(\.[A-Za-z]+)+\s*)+$|` +
	`^\^|^[A-Z][A-Za-z]*( [A-Z][A-Za-z]+)* (Readers?|Writers|Operator|Managers?|Accounts?|Responder|Inviter)$`)

// inEnglish finds a run of English words.
var inEnglish = regexp.MustCompile(`[A-Za-z]{2,}( [a-z]{2,}){2,}`)

// halfEnglish finds an English word that a Japanese sentence was left with.
var halfEnglish = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}ー] [a-z]{3,} [A-Za-z]`)

// quoted is what stays as it is: names, code, addresses.
var quoted = regexp.MustCompile("[「“][^」”]*[」”]|`[^`]*`|https://\\S+|breakglass [a-z ]+|Update-Mg[^。]*")

// TestNothingIsLeftInEnglish judges a tenant with each of its facts left out in turn, and
// reads every text of every result.
func TestNothingIsLeftInEnglish(t *testing.T) {
	t.Parallel()
	left := map[string]string{}
	tr := For("ja")
	for _, r := range results(t) {
		for _, text := range []string{r.Title, r.Reason, r.Remediation} {
			said := tr.Sentence(text)
			if bare := quoted.ReplaceAllString(said, ""); inEnglish.MatchString(bare) || halfEnglish.MatchString(bare) {
				left[text] = said
			}
		}
	}
	for text, said := range left {
		t.Errorf("%s\n\t%s", text, said)
	}
}
