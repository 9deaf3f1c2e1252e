package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxShown is how many characters of a wrong value are repeated.
const maxShown = 40

// is says what a wrong value is, and does not repeat what may be a secret.
func is(name, value string) string {
	if secretive(value) {
		return name + " has a value that is not repeated here, as it may be a secret"
	}
	return name + " is " + shown(value)
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

// secretive reports whether a text looks like what authorises its holder, or like a
// part of it.
func secretive(text string) bool {
	return telling(text) || slices.ContainsFunc(tokenPattern.FindAllString(text, -1), random)
}

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

// random reports whether a word looks drawn: small letters, capitals and digits
// alternate. In names they seldom do.
func random(word string) bool {
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
	return changes >= len(kinds)/3 && strings.Contains(kinds, "a") && strings.Contains(kinds, "A") && strings.Contains(kinds, "0")
}
