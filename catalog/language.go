package catalog

import (
	"embed"
	"maps"
	"path"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"breakglass/text"
)

// The files of ja hold what each package says, in Japanese: an English format, a tab, the
// Japanese one. Lines that begin with # are comments.
//
//go:embed ja/*.txt
var japaneseFiles embed.FS

// A Language words a Text. The words of a format are looked up, exactly; a format that is
// not there is said in English.
type Language struct {
	text.Renderer
	// Name is en or ja.
	Name string
}

// In returns a language by its name: en, or ja. Any other is English.
func In(name string) *Language {
	if name == "ja" {
		return japaneseLanguage()
	}
	return englishLanguage()
}

// Say words a format of the program's own, with its arguments.
func (l *Language) Say(format string, args ...any) string { return l.Text(text.New(format, args...)) }

// Whole words an English text that is kept as it is, such as the title of a check.
func (l *Language) Whole(english string) string { return l.Text(text.Text{Format: english}) }

var englishLanguage = sync.OnceValue(func() *Language {
	singulars := english()
	l := &Language{Name: "en"}
	l.Renderer = text.Renderer{
		Number: number(language.English),
		Format: func(format string, args []any) string {
			if s, ok := singulars[format]; ok && s.argument <= len(args) && one(language.English, args[s.argument-1]) {
				return s.one
			}
			return format
		},
	}
	return l
})

var japaneseLanguage = sync.OnceValue(func() *Language {
	table := japaneseTable()
	l := &Language{Name: "ja"}
	other := japaneseTranslator()
	l.Renderer = text.Renderer{
		Number: number(language.Japanese),
		Format: func(format string, _ []any) string { return or(table, format) },
		Whole: func(t text.Text) (string, bool) {
			if _, known := table[t.Format]; known || !wordy(t.Format) {
				return "", false
			}
			return other.Sentence(t.String()), true
		},
		Term:     func(term text.Term) string { return or(table, string(term)) },
		Between:  japaneseList,
		Sentence: func(s string) string { return strings.ReplaceAll(s, "。。", "。") },
		Glue:     japaneseGlue,
	}
	return l
})

// japaneseTable holds every format that is said in Japanese.
var japaneseTable = sync.OnceValue(func() map[string]string {
	table := map[string]string{"%s.": "%s。"}
	for _, texts := range []map[string]string{japanese(), messages(), reports()} {
		maps.Copy(table, texts)
	}
	for line := range strings.Lines(japaneseLines()) {
		if format, words, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok && !strings.HasPrefix(line, "#") {
			table[format] = words
		}
	}
	return table
})

// japaneseLines are the files of ja, one after the other.
func japaneseLines() string {
	files, err := japaneseFiles.ReadDir("ja")
	must(err)
	var all strings.Builder
	for _, file := range files {
		data, err := japaneseFiles.ReadFile(path.Join("ja", file.Name()))
		must(err)
		all.Write(data)
	}
	return all.String()
}

// wholeJapanese are the lines of them in which nothing is filled in.
func wholeJapanese() string {
	var all strings.Builder
	for line := range strings.Lines(japaneseLines()) {
		if !filledIn.MatchString(line) {
			all.WriteString(line)
		}
	}
	return all.String()
}

func or(table map[string]string, key string) string {
	if words, ok := table[key]; ok {
		return words
	}
	return key
}

// number writes numbers as a language groups their digits.
func number(tag language.Tag) func(int) string {
	printer := message.NewPrinter(tag)
	return func(n int) string { return printer.Sprintf("%d", n) }
}

// one reports whether a language uses its singular for a number.
func one(tag language.Tag, arg any) bool {
	n, ok := arg.(int)
	return ok && n >= 0 && plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0) == plural.One
}

func japaneseList(by text.Separator) (between, last string) {
	switch by {
	case text.Comma, text.And:
		return "、", "、"
	case text.Or:
		return "、", " または "
	case text.Semicolon:
		return "。", "。"
	case text.Space:
		return "", ""
	case text.Plus:
	}
	return string(by), string(by)
}

// japaneseGlue leaves out the space that a format has beside a name in Latin letters where a
// Japanese word was filled in: before and after a particle, and before a quotation.
func japaneseGlue(before, after string) string {
	rest, spaced := strings.CutPrefix(after, " ")
	lead, ended := strings.CutSuffix(before, " ")
	switch {
	case spaced && endsJapanese(before) && startsWithParticle(rest):
		return before + rest
	case ended && endsWithParticle(lead) && startsJapanese(after), ended && endsJapanese(lead) && strings.HasPrefix(after, "「"):
		return lead + after
	}
	return before + after
}

func startsJapanese(words string) bool {
	r, _ := utf8.DecodeRuneInString(words)
	return isJapanese(r)
}

func endsWithParticle(words string) bool {
	r, _ := utf8.DecodeLastRuneInString(words)
	return strings.ContainsRune(particles, r)
}

// filledIn is what a format fills in.
var filledIn = regexp.MustCompile(`%[-+# 0]*(\[\d+\])?\d*(\.\d+)?[a-zA-Z%]`)

// letters are what words are made of.
var letters = regexp.MustCompile(`\p{L}`)

// wordy reports whether a format has words of its own, which can be translated.
func wordy(format string) bool { return letters.MatchString(filledIn.ReplaceAllString(format, "")) }
