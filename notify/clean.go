package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxMarks is how many combining marks one letter keeps. Real writing stacks two
	// or three; more than that paints over the lines above and below.
	maxMarks = 4
	// removed stands for characters that are not shown: a name that hides something
	// must not look like one that does not.
	removed = '\uFFFD'
)

// clean makes a text safe to show on one line. White space and controls become one
// space; what reorders the line or shows nothing becomes a visible mark.
func clean(s string) string {
	var b strings.Builder
	last, marks := ' ', maxMarks // a mark with nothing before it would change our own text
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Z, r) || unicode.IsControl(r):
			r, marks = ' ', maxMarks
		case hostile(r) || unicode.Is(unicode.M, r) && marks >= maxMarks:
			r, marks = removed, maxMarks
		case unicode.Is(unicode.M, r):
			marks++
		default:
			marks = 0
		}
		if r != last || r != ' ' && r != removed {
			b.WriteRune(r)
		}
		last = r
	}
	return strings.TrimSuffix(b.String(), " ")
}

// hostile reports whether a character must not be shown: format characters (bidi
// controls, zero-width characters, tags), private and unassigned ones, and letters
// that show nothing. https://www.unicode.org/reports/tr36/ and https://www.unicode.org/reports/tr39/
func hostile(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || // fillers, the grapheme joiner
		r == '\u2800' || // the empty braille pattern
		r >= '\u180B' && r <= '\u180F' // Mongolian selectors
}

// cut shortens a clean text to at most limit characters (runes), the ellipsis
// included. It takes nothing away from a letter that it keeps.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	runes := []rune(s)
	end := max(limit-1, 0)
	for end > 0 && joined(runes, end) {
		end--
	}
	return strings.TrimRight(string(runes[:end]), " ") + "…"
}

// joined reports whether the character at i is drawn together with the one before.
// As clean leaves no joiners, these are all cases of https://www.unicode.org/reports/tr29/
// that a reader would notice.
func joined(runes []rune, i int) bool {
	r := runes[i]
	switch {
	case unicode.Is(unicode.M, r), r >= 0x1F3FB && r <= 0x1F3FF: // marks, skin tones
		return true
	case r >= 0x1160 && r <= 0x11FF, r >= 0xD7B0 && r <= 0xD7FB: // Hangul vowels and finals
		return true
	case regionalIndicator(r):
		before := 0
		for before < i && regionalIndicator(runes[i-1-before]) {
			before++
		}
		return before%2 == 1
	}
	return false
}

// regionalIndicator reports whether r is half of a flag.
func regionalIndicator(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// short makes a text clean and at most limit characters long.
func short(s string, limit int) string { return cut(clean(s), limit) }
