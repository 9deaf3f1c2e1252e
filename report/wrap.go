package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/mattn/go-runewidth"
)

// cells measures text in the columns of a terminal. It does not ask the locale:
// East Asian characters of ambiguous width are narrow everywhere, so the same
// report gives the same bytes.
var cells = runewidth.Condition{StrictEmojiNeutral: true}

// A chunk is text that a line does not break within, unless it is longer than
// the whole line.
type chunk struct {
	text   string
	spaced bool // a space stands before it, unless it begins a line
}

// wrap breaks clean text into lines of at most width columns: at spaces, and in
// scripts that write without spaces between any two characters that may be
// parted. A web address is never broken, even if it is longer than the line.
func wrap(text string, width int) []string {
	var lines []string
	var line strings.Builder
	used := 0
	flush := func() {
		lines = append(lines, line.String())
		line.Reset()
		used = 0
	}
	for _, c := range chunks(text) {
		space := 0
		if c.spaced && used > 0 {
			space = 1
		}
		size := cells.StringWidth(c.text)
		if used > 0 && used+space+size > width {
			flush()
			space = 0
		}
		if space > 0 {
			line.WriteByte(' ')
		}
		for size > width && !isAddress(c.text) {
			head := fit(c.text, width)
			line.WriteString(head)
			flush()
			c.text = c.text[len(head):]
			size = cells.StringWidth(c.text)
		}
		line.WriteString(c.text)
		used += space + size
	}
	if used > 0 || len(lines) == 0 {
		flush()
	}
	return lines
}

// chunks cuts text where a line may break.
func chunks(text string) []chunk {
	var all []chunk
	var word strings.Builder
	spaced := false
	last := "" // the character before, in the same word
	end := func() {
		if word.Len() > 0 {
			all = append(all, chunk{word.String(), spaced})
			word.Reset()
			spaced = false
		}
	}
	address := false
	for i := graphemes.FromString(text); i.Next(); {
		c, space := strings.CutPrefix(i.Value(), " ") // a half-width ﾞ joins the space before it
		if space {
			end()
			spaced, last, address = true, "", false
		}
		if c == "" {
			continue
		}
		address = address || last == "" && isAddress(text[i.End()-len(c):])
		if last != "" && !address && mayPart(last, c) {
			end()
		}
		word.WriteString(c)
		last = c
	}
	end()
	return all
}

// fit returns the first characters of text that fill at most width columns, and
// at least one.
func fit(text string, width int) string {
	used := 0
	for i := graphemes.FromString(text); i.Next(); {
		used += cells.StringWidth(i.Value())
		if used > width && i.Start() > 0 {
			return text[:i.Start()]
		}
	}
	return text
}

// Characters that stay with the one before them and with the one after them: a
// short form of the rules for Japanese, https://www.w3.org/TR/jlreq/#characters_not_starting_a_line
const (
	notFirst = "、。，．・：；？！‐–—…‥゠〜～々〻ゝゞヽヾー）］｝〕〉》」』】〙〗”’％℃" +
		"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ" + "!%),.:;?]}»›｡､･ｰﾞﾟ｣"
	notLast = "（［｛〔〈《「『【〘〖“‘￥＄£([{«‹$｢"
)

// mayPart reports whether a line may break between two characters with no space
// between them.
func mayPart(before, after string) bool {
	b, _ := utf8.DecodeLastRuneInString(before)
	a, _ := utf8.DecodeRuneInString(after)
	return (spaceless(before) || spaceless(after)) && !strings.ContainsRune(notFirst, a) && !strings.ContainsRune(notLast, b)
}

// spaceless reports whether a character belongs to a script that writes without
// spaces.
func spaceless(character string) bool {
	r, _ := utf8.DecodeRuneInString(character)
	return cells.StringWidth(character) == 2 || unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func isAddress(word string) bool { return strings.HasPrefix(word, "https://") }

// pad fills text with spaces to width columns, or shortens it.
func pad(text string, width int) string {
	if cells.StringWidth(text) > width {
		text = fit(text, width-1) + "…"
	}
	return text + strings.Repeat(" ", max(0, width-cells.StringWidth(text)))
}
