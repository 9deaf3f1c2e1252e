package catalog

import (
	_ "embed" // for the phrases
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed checks.ja.txt
var checksJapanese string

//go:embed terminal.ja.txt
var terminalJapanese string

// A Translator says in another language what a check said in English. The checks are
// pure and speak English, and reports are kept so; the phrases that a sentence is made of
// are recognised, and said. What is not recognised stays as it is, and so does what
// stands between quotation marks: it is somebody's name.
type Translator struct {
	whole   map[string]string
	phrases []phrase
	terms   map[string]string // names of the program's own
	clause  string            // what stands between two clauses
}

// A phrase is a text with holes.
type phrase struct {
	english *regexp.Regexp
	literal string // its longest part without a hole, which a text must hold
	raw     []bool // by hole: it is a name
	term    []bool // by hole: it is a name that may be one of the program's own
	free    []bool // by hole: it may hold several clauses
	weight  int
	other   string
}

// For returns the translator into a language; nil, which translates nothing, for English.
func For(language string) *Translator {
	if language != "ja" {
		return nil
	}
	return japaneseTranslator()
}

// Terminal returns the translator of what the program says at the command line: of mistakes
// in the configuration and wrong usage, of its help, and of what a check said.
func Terminal(language string) *Translator {
	if language != "ja" {
		return nil
	}
	return japaneseTerminal()
}

var (
	japaneseTranslator = sync.OnceValue(func() *Translator { return newTranslator(checksJapanese+wholeJapanese(), "、") })
	japaneseTerminal   = sync.OnceValue(func() *Translator { return newTranslator(checksJapanese+wholeJapanese()+terminalJapanese, "。") })
)

func newTranslator(data, clause string) *Translator {
	t := &Translator{whole: map[string]string{}, terms: components(), clause: clause}
	for line := range strings.SplitSeq(data, "\n") {
		english, other, found := strings.Cut(line, "\t")
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		if !holes.MatchString(english) {
			t.whole[english] = other
			continue
		}
		t.phrases = append(t.phrases, newPhrase(english, other))
	}
	slices.SortStableFunc(t.phrases, func(a, b phrase) int { return b.weight - a.weight })
	return t
}

func newPhrase(english, other string) phrase {
	p := phrase{other: other}
	parts, marks := holes.Split(english, -1), holes.FindAllString(english, -1)
	var pattern strings.Builder
	pattern.WriteString("(?s)^")
	for i, part := range parts {
		p.weight += len(part)
		if len(part) > len(p.literal) {
			p.literal = part
		}
		pattern.WriteString(regexp.QuoteMeta(part))
		if i == len(parts)-1 {
			break
		}
		pattern.WriteString("(.+?)")
		p.raw = append(p.raw, strings.HasSuffix(part, "“") || marks[i] == "{!}")
		p.term = append(p.term, marks[i] == "{?}")
		p.free = append(p.free, strings.HasSuffix(part, "; ") || strings.HasSuffix(part, ": ") || strings.HasSuffix(part, "("))
	}
	p.english = regexp.MustCompile(pattern.String() + "$")
	return p
}

// deepest bounds how far a text is taken apart.
const deepest = 8

// Sentence says a text.
func (t *Translator) Sentence(text string) string {
	if t == nil || text == "" {
		return text
	}
	s := saying{Translator: t, known: map[string]spoken{}}
	return strings.ReplaceAll(s.say(text, 0).text, "。。", "。")
}

func isJapanese(r rune) bool {
	return r == '」' || r == 'ー' || unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
}

// A saying is one text on its way. It knows its parts, so that each is said once, and
// gives up on what strangers made too intricate.
type saying struct {
	*Translator
	known map[string]spoken
}

// spoken is a text in the other language; known is false if nothing of it is.
type spoken struct {
	text  string
	known bool
}

// mostParts bounds how many parts of one text are looked at.
const mostParts = 150

// say returns the text in the other language.
func (s *saying) say(text string, depth int) spoken {
	if done, ok := s.known[text]; ok {
		return done
	}
	if depth > deepest || text == "" || len(s.known) > mostParts {
		return spoken{text, false}
	}
	s.known[text] = spoken{text, false} // until it is
	result := s.anew(text, depth)
	s.known[text] = result
	return result
}

func (s *saying) anew(text string, depth int) spoken {
	for _, form := range forms(text) {
		if other, ok := s.whole[form.text]; ok {
			return spoken{other + form.end, true}
		}
		if other, ok := s.whole[form.text+"."]; ok { // the stop is the sentence's around it
			return spoken{other, true}
		}
	}
	if result := s.phrase(text, depth, func(p phrase) bool { return p.weight >= strong }); result.known {
		return result
	}
	if result := s.apart(text, depth); result.known {
		return result
	}
	return s.phrase(text, depth, func(p phrase) bool { return p.weight < strong })
}

// strong phrases hold so many letters of their own that a text is not of their form by
// chance.
const strong = 8

func (s *saying) phrase(text string, depth int, which func(phrase) bool) spoken {
	all := forms(text)
	for _, p := range s.phrases {
		if !which(p) {
			continue
		}
		for _, form := range all {
			if other, ok := s.fill(p, form.text, depth); ok {
				return spoken{other + form.end, true}
			}
		}
	}
	return spoken{text, false}
}

// A form is a way to look at a text: an error is said as a sentence, with a capital letter
// and a full stop.
type form struct{ text, end string }

func forms(text string) []form {
	var all []form
	add := func(text, end string) {
		all = append(all, form{text, end})
		if low := uncapital(text); low != text {
			all = append(all, form{low, end})
		}
	}
	if bare, ok := strings.CutSuffix(text, "."); ok { // first, so that no part takes the stop along
		add(bare, "。")
	}
	add(text, "")
	return all
}

func uncapital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}

// fill says a text that has the form of a phrase. Each part that is filled in is said too.
func (s *saying) fill(p phrase, text string, depth int) (string, bool) {
	if !strings.Contains(text, p.literal) {
		return "", false
	}
	found := p.english.FindStringSubmatch(text)
	if found == nil {
		return "", false
	}
	values := found[1:]
	for i, v := range values {
		if !balanced(v) || !p.free[i] && !p.raw[i] && several(v) {
			return "", false
		}
		if p.raw[i] {
			if term, ok := s.terms[v]; ok && p.term[i] {
				values[i] = term
			}
			continue
		}
		part := s.say(v, depth+1)
		if !part.known && prose(v) {
			return "", false
		}
		values[i] = part.text
	}
	return p.filled(values), true
}

// filled is the phrase in the other language with its holes filled in.
func (p phrase) filled(values []string) string {
	var b strings.Builder
	end, last := 0, ""
	literal := func(text string) {
		if after, spaced := strings.CutPrefix(text, " "); spaced && endsJapanese(last) && startsWithParticle(after) {
			text = after // the space is there for a name in Latin letters
		}
		b.WriteString(text)
	}
	for n, at := range hole.FindAllStringIndex(p.other, -1) {
		literal(p.other[end:at[0]])
		mark := p.other[at[0]:at[1]]
		if mark != "{}" {
			n, _ = strconv.Atoi(mark[1 : len(mark)-1]) // the pattern sees to it
			n--
		}
		last = mark
		if n < len(values) {
			last = values[n]
		}
		b.WriteString(last)
		end = at[1]
	}
	literal(p.other[end:])
	return b.String()
}

func endsJapanese(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return isJapanese(r)
}

func startsWithParticle(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return strings.ContainsRune(particles, r)
}

// particles follow a word; または joins two.
const particles = "がをのにはとでもま"

// holes are those of an English phrase; {!} is for what stays as it is, and {?} too unless
// it is a term.
var holes = regexp.MustCompile(`\{[!?]?\}`)

var hole = regexp.MustCompile(`\{\d?\}`)

// prose reports whether a text is more than a name, so that it must not be left in English
// in the middle of a sentence: a whole sentence in English is easier to read.
func prose(text string) bool {
	return words.MatchString(quotation.ReplaceAllString(text, ""))
}

var (
	words     = regexp.MustCompile(`\b[a-z]+ [a-z]+ [a-z]+\b`)
	quotation = regexp.MustCompile("“[^”]*”|\"[^\"]*\"|`[^`]*`")
)

// balanced reports whether a part has all of its quotation marks, in order: otherwise it cuts a
// name, or begins within one and ends within another.
func balanced(text string) bool {
	open := 0
	for _, r := range text {
		switch r {
		case '“':
			open++
		case '”':
			open--
		}
		if open < 0 {
			return false
		}
	}
	return open == 0
}

// several reports whether a part is more than one clause.
func several(text string) bool {
	for _, mark := range []string{"; ", ": ", ". "} {
		if len(split(text, mark)) > 1 {
			return true
		}
	}
	return false
}

// apart says a text by its parts: sentences, clauses, lists, what follows a colon.
func (s *saying) apart(text string, depth int) spoken {
	for _, by := range []struct{ mark, join string }{{". ", ""}, {"; ", s.clause}, {": ", ": "}, {", ", "、"}, {" and ", "、"}, {" + ", " + "}} {
		parts := split(text, by.mark)
		if len(parts) < 2 {
			continue
		}
		any, all := false, true
		for i, part := range parts {
			if by.mark == ". " && i < len(parts)-1 {
				part += "."
			}
			result := s.say(part, depth+1)
			parts[i] = result.text
			any = any || result.known
			all = all && (result.known || !prose(part))
		}
		if any && all {
			return spoken{strings.Join(parts, by.join), true}
		}
	}
	if before, inside, ok := strings.Cut(strings.TrimSuffix(text, ")"), " ("); ok && strings.HasSuffix(text, ")") {
		first, second := s.say(before, depth+1), s.say(inside, depth+1)
		if (first.known || second.known) && (first.known || !prose(before)) && (second.known || !prose(inside)) {
			return spoken{first.text + " (" + second.text + ")", true}
		}
	}
	return spoken{text, false}
}

// split splits a text at a mark that is outside of quotation marks and parentheses.
func split(text, mark string) []string {
	var parts []string
	depth, start, quoted := 0, 0, 0
	for i, r := range text {
		switch r {
		case '“', '(':
			depth++
		case '”', ')':
			depth = max(depth-1, 0)
		case '"':
			if depth += 1 - 2*quoted; depth < 0 {
				depth = 0
			}
			quoted = 1 - quoted
		}
		if depth == 0 && i >= start && strings.HasPrefix(text[i:], mark) {
			parts = append(parts, text[start:i])
			start = i + len(mark)
			if mark == ": " { // once: what follows is one thing
				break
			}
		}
	}
	return append(parts, text[start:])
}
