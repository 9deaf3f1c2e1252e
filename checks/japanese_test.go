package checks

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"breakglass/catalog"
	"breakglass/text"
)

// LeftInEnglish are the texts of a report that hold English words in Japanese, names left
// out, each with the words.
func LeftInEnglish(r Report) map[string][]string {
	left := map[string][]string{}
	for _, result := range r.Results {
		said := []text.Text{result.Said(), result.Advice(), {Format: result.Title}}
		for _, h := range result.Happened {
			said = append(said, h.Said())
		}
		for _, s := range said {
			if words := english(s); len(words) > 0 && !glued(result.Check) {
				left[result.Check+": "+s.String()] = words
			}
		}
	}
	return left
}

// glued reports whether a check still puts its sentences together.
func glued(check string) bool {
	area, _, _ := strings.Cut(check, "-")
	return slices.Contains([]string{"method", "mfa", "policy", "survival", "custody"}, area)
}

// english are the English words that a Text leaves in Japanese, names left out.
func english(t text.Text) []string {
	r := catalog.In("ja").Renderer
	r.Whole = nil
	r.Name = func(text.Name) string { return "◯" }
	r.Date = func(text.Date) string { return "◯" }
	r.Minute = func(text.Minute) string { return "◯" }
	return englishWord.FindAllString(asItIs.ReplaceAllString(r.Text(t), ""), -1)
}

// englishWord is a word in small letters. Products and their parts have capital ones.
var englishWord = regexp.MustCompile(`\b[a-z]{2,}\b`)

// asItIs is what no language changes: code, commands and files, domains, ids of checks.
var asItIs = regexp.MustCompile("`[^`]*`|breakglass (permissions|acknowledge)|breakglass\\.yaml|--account|--as drill、emergency、misuse|Update-Mg[^ ]* [^ ]*|" +
	`\*\.onmicrosoft\.com|https://\S+|method-usable|PIM for Groups|\bnull\b`)

// TestJudgementsInJapanese says every text of every case in Japanese.
func TestJudgementsInJapanese(t *testing.T) {
	t.Parallel()
	for _, c := range judgements() {
		for said, words := range LeftInEnglish(c.known(t)) {
			t.Errorf("%s: %q is left in Japanese of %s", c.name, words, said)
		}
	}
}
