package config

import (
	"regexp"
	"strings"
	"testing"

	"breakglass/catalog"
)

// TestMistakesInJapanese: every mistake is said in Japanese where that is asked for, with
// what stands in the file as it is.
func TestMistakesInJapanese(t *testing.T) {
	t.Parallel()
	english := regexp.MustCompile(`[A-Za-z]{2,}( [a-z]{2,}){2,}`)
	asItIs := regexp.MustCompile("\"[^\"]*\"|`[^`]*`|構文が壊れています: .*|[a-zA-Z]+, [a-zA-Z, ]+ or [a-zA-Z]+")
	tr := catalog.Terminal("ja")
	for _, c := range mistakeCases() {
		for line := range strings.SplitSeq("f:"+c.want, "\n") {
			said := tr.Sentence(line)
			if left := english.FindString(asItIs.ReplaceAllString(said, "")); left != "" || said == line {
				t.Errorf("%q in %s\n\t%s", left, line, said)
			}
		}
	}
}
