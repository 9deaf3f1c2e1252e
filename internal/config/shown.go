package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"breakglass/text"
)

// maxShown is how many characters of a wrong value are repeated.
const maxShown = 40

// is says what a wrong value is, and does not repeat what may be a secret.
func is(name, value string) text.Text {
	if Secretive(value) {
		return say("%s has a value that is not repeated here, as it may be a secret", named(name))
	}
	return say("%s is %s", named(name), shown(value))
}

// quoted quotes the whole of a text; what does not print is escaped.
func quoted(text string) string { return strconv.Quote(text) }

// shown quotes the beginning of a text; what does not print is escaped.
func shown(text string) string {
	if runes := []rune(text); len(runes) > maxShown {
		return strconv.Quote(string(runes[:maxShown])) + "…"
	}
	return strconv.Quote(text)
}

// Quote quotes a value for people. One that may be a secret is not repeated: it says how
// long it is, and who asks says beside it what was expected. What is quoted of a setting or
// of an argument goes through here, or through is.
func Quote(value string) string {
	if Secretive(value) {
		return withheld(value)
	}
	return shown(value)
}

func withheld(value string) string {
	return fmt.Sprintf("a value of %d characters that is not repeated here, as it may be a secret", utf8.RuneCountInString(value))
}

// Withhold takes out of a text what of some values must not be repeated, in whole or in the
// parts between commas and equals signs. Words says what stands in their place, in the
// language of the text.
func Withhold(said string, words func(string) string, values ...string) string {
	for _, value := range values {
		if !Secretive(value) {
			continue
		}
		parts := strings.FieldsFunc(value, func(c rune) bool { return c == ',' || c == '=' })
		for _, part := range append([]string{value, strings.TrimLeft(value, "-")}, parts...) {
			if len(part) >= 8 {
				instead := words(withheld(value))
				said = strings.ReplaceAll(strings.ReplaceAll(said, strconv.Quote(part), instead), part, instead)
			}
		}
	}
	return said
}

// Secretive reports whether a text, as it was written, looks like what authorises its
// holder, or like a part of it: an address, what has a signature, a token, a word that
// looks drawn. It must be asked before the text is changed in any way.
func Secretive(text string) bool {
	return telling(text) || jwtPattern.MatchString(text) || slices.ContainsFunc(tokenPattern.FindAllString(text, -1), func(run string) bool {
		return random(run) || slices.ContainsFunc(strings.FieldsFunc(run, func(c rune) bool { return strings.ContainsRune("/=_~.-+", c) }), func(word string) bool {
			return len(word) >= leastRandom && random(word) && len(digitsPattern.FindAllString(word, -1)) >= 2 // CamelCase with a number is a name
		})
	})
}

var digitsPattern = regexp.MustCompile(`[0-9]+`)

// leastRandom is how long a word between signs must be, for chance to be out of question.
const leastRandom = 16

// telling reports whether a text has a part that tells the address of a webhook or of
// a workflow, a token, a signature or a key.
func telling(text string) bool {
	lower := strings.ToLower(text)
	return slices.ContainsFunc([]string{"://", "hooks.slack", "/services/", "xox", "xapp-", "sig=", "accountkey=", "powerautomate", "logic.azure"},
		func(sign string) bool { return strings.Contains(lower, sign) })
}

// tokenPattern is what the keys of storage accounts, the secrets of applications and
// tokens are written with.
var tokenPattern = regexp.MustCompile(`[A-Za-z0-9+/=_~.-]{20,}`)

// jwtPattern is how tokens begin: {" in Base64. https://www.rfc-editor.org/rfc/rfc7519#section-3
var jwtPattern = regexp.MustCompile(`(?i)\beyJ[A-Za-z0-9_-]{10,}`)

// random reports whether a word looks drawn: small letters, capitals and digits
// alternate, or letters and digits do in a long one. In names they seldom do, and an object
// id is none.
func random(word string) bool {
	if isObjectID(word) {
		return false
	}
	kind := func(c rune) rune {
		switch {
		case unicode.IsLower(c):
			return 'a'
		case unicode.IsUpper(c):
			return 'A'
		case unicode.IsDigit(c):
			return '0'
		}
		return -1
	}
	kinds := strings.Map(kind, word)
	changes := 0
	for i := 1; i < len(kinds); i++ {
		if kinds[i] != kinds[i-1] {
			changes++
		}
	}
	letters := strings.ContainsAny(kinds, "aA")
	mixed := strings.Contains(kinds, "a") && strings.Contains(kinds, "A")
	return changes >= len(kinds)/3 && letters && strings.Contains(kinds, "0") && (mixed || len(kinds) >= leastRandom)
}

func isObjectID(word string) bool {
	_, ok := objectID.parse(word)
	return ok
}
