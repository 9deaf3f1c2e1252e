package display

import (
	"fmt"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks one letter keeps. Real writing stacks two
// or three; more than that paints over the lines above and below.
const maxMarks = 4

// Terminal makes a stranger's text safe to show on one line of a terminal. What
// could command the terminal, reorder the line or hide in it becomes a visible
// escape such as \x1b or U+202E; white space of every width becomes a space.
func Terminal(s string) string {
	var b strings.Builder
	for c, shown := range characters(s) {
		switch r, _ := utf8.DecodeRuneInString(c); {
		case !shown:
			b.WriteString(escape(c, r))
		case r != '\u3000' && unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		default:
			b.WriteString(c)
		}
	}
	return b.String()
}

// Lines makes a text safe for a terminal as Terminal does; line breaks stay.
func Lines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Terminal(line)
	}
	return strings.Join(lines, "\n")
}

// Chat makes a stranger's text safe to show on one line of a message. White space and
// controls become one space; what reorders the line or shows nothing becomes a visible
// mark: a name that hides something must not look like one that does not.
func Chat(s string) string {
	const removed = "\uFFFD"
	var b strings.Builder
	last := " "
	for c, shown := range characters(s) {
		switch r, _ := utf8.DecodeRuneInString(c); {
		case unicode.Is(unicode.Z, r) || unicode.IsControl(r):
			c = " "
		case !shown:
			c = removed
		}
		if c != last || c != " " && c != removed {
			b.WriteString(c)
		}
		last = c
	}
	return strings.TrimSuffix(b.String(), " ")
}

// characters yields the characters of a text, and whether each may be shown as it is: a
// combining mark with nothing before it would change our own text.
func characters(s string) iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		for marks := maxMarks; len(s) > 0; {
			r, size := utf8.DecodeRuneInString(s)
			mark := unicode.Is(unicode.M, r)
			shown := (r != utf8.RuneError || size > 1) && !Hostile(r) && (!mark || marks < maxMarks)
			switch {
			case !shown, unicode.Is(unicode.Zs, r):
				marks = maxMarks
			case mark:
				marks++
			default:
				marks = 0
			}
			if !yield(s[:size], shown) {
				return
			}
			s = s[size:]
		}
	}
}

// Hostile reports whether a character must not be shown as it is: controls, format
// characters (bidi controls, zero-width characters, tags), line separators, private and
// unassigned characters, and letters that show nothing. Variation selectors are not among
// them: Japanese names need them, and a letter keeps few.
// https://www.unicode.org/reports/tr36/ and https://www.unicode.org/reports/tr39/
func Hostile(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || // fillers, the grapheme joiner
		r == '\u2800' || // the empty braille pattern
		r >= '\u180B' && r <= '\u180F' // Mongolian selectors
}

// escape writes a character down. One that is not UTF-8 is a byte.
func escape(c string, r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\t':
		return `\t`
	case r == '\r':
		return `\r`
	case len(c) == 1:
		return fmt.Sprintf(`\x%02x`, c[0])
	}
	return fmt.Sprintf("U+%04X", r)
}

// Cut shortens a clean text to at most limit characters (runes), the ellipsis
// included. It takes nothing away from a letter that it keeps.
func Cut(s string, limit int) string {
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
// As Chat leaves no joiners, these are all cases of https://www.unicode.org/reports/tr29/
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

// Short makes a text clean for a chat and at most limit characters long.
func Short(s string, limit int) string { return Cut(Chat(s), limit) }
