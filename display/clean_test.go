package display

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile is what an attacker would call things.
const hostile = "{{DATE(2026-01-01,SHORT)}} <at>all</at> \u202Etxet\u2066\u200B\x1b[31m\r\n# Z̸̢̛͍͙̈́̈́̀algo 👩‍👩‍👧"

func TestChat(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"plain", "Emergency Access 01", "Emergency Access 01"},
		{"Japanese", "緊急アクセス\u3000用", "緊急アクセス 用"},
		{"newlines", "a\r\nb\tc\u2028d", "a b c d"},
		{"at the ends", " a \n", "a"},
		{"escape", "a\x1b[31mb\u009b", "a [31mb"},
		{"bidi", "a\u202Eb\u2066\u2069c", "a\uFFFDb\uFFFDc"},
		{"zero width", "ad\u200Bmin\uFEFF", "ad\uFFFDmin\uFFFD"},
		{"filler", "a\u3164b\u2800", "a\uFFFDb\uFFFD"},
		{"tags", "a\U000E0041b", "a\uFFFDb"},
		{"not UTF-8", "a\xffb", "a\uFFFDb"},
		{"mark first", "\u0301a", "\uFFFDa"},
		{"marks", "e\u0301\u0301\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301\uFFFD"},
		{"emoji", "⚠️ 👩🏽", "⚠️ 👩🏽"},
	}
	for _, tt := range tests {
		if got := Chat(tt.in); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in    string
		limit int
		want  string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"ab cd", 4, "ab…"},
		{"緊急アクセス", 3, "緊急…"},
		{"abe\u0301d", 4, "ab…"},
		{"ab👩🏽d", 4, "ab…"},
		{"a🇯🇵🇯🇵", 3, "a…"},
		{"a🇯🇵🇯🇵", 4, "a🇯🇵…"},
		{"abc", 0, "…"},
	}
	for _, tt := range tests {
		if got := Cut(tt.in, tt.limit); got != tt.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func FuzzChat(f *testing.F) {
	f.Add(hostile)
	f.Add("e\u0301\u202E\xff\x00")
	f.Fuzz(func(t *testing.T, in string) {
		got := Chat(in)
		if !utf8.ValidString(got) || Chat(got) != got || strings.TrimSpace(got) != got {
			t.Fatalf("%q becomes %q, then %q", in, got, Chat(got))
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) || r != ' ' && unicode.IsSpace(r) {
				t.Fatalf("%q keeps %U", in, r)
			}
		}
	})
}

func FuzzCut(f *testing.F) {
	f.Add(hostile, 40)
	f.Add("🇯🇵🇯🇵e\u0301가", 3)
	f.Fuzz(func(t *testing.T, in string, limit int) {
		in, limit = Chat(in), max(1, limit%1000)
		got := Cut(in, limit)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit {
			t.Fatalf("Cut(%q, %d) = %q", in, limit, got)
		}
		if got == in {
			return
		}
		kept, ok := strings.CutSuffix(got, "…")
		if !ok || !strings.HasPrefix(in, kept) {
			t.Fatalf("Cut(%q, %d) = %q", in, limit, got)
		}
		if rest := []rune(in[len(kept):]); len(rest) > 0 && len(kept) > 0 && unicode.Is(unicode.M, rest[0]) {
			t.Fatalf("Cut(%q, %d) = %q takes a mark from its letter", in, limit, got)
		}
		if flags := []rune(kept); len(flags) > 0 {
			slices.Reverse(flags)
			if n := slices.IndexFunc(flags, func(r rune) bool { return !regionalIndicator(r) }); n%2 == 1 && n > 0 && regionalIndicator([]rune(in[len(kept):])[0]) {
				t.Fatalf("Cut(%q, %d) = %q halves a flag", in, limit, got)
			}
		}
	})
}

func TestTerminal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"ea01@contoso.onmicrosoft.com", "ea01@contoso.onmicrosoft.com"},
		{"緊急アクセス　壱 é 👩🏽 “x”", "緊急アクセス　壱 é 👩🏽 “x”"},
		{"葛\U000E0100城", "葛\U000E0100城"},
		{"\x1b[31m", `\x1b[31m`},
		{"\u009b31m", "U+009B31m"},
		{"a\nb\tc\rd\x00", `a\nb\tc\rd\x00`},
		{"a\u202Eb\u2066c", "aU+202EbU+2066c"},
		{"a\u200Bb\u200Dc\uFEFFd\u00ADe", "aU+200BbU+200DcU+FEFFdU+00ADe"},
		{"a\u2028b\u0085c", "aU+2028bU+0085c"},
		{"a\u00A0b\u2003c", "a b c"},
		{"\u3164\u2800\uE000", "U+3164U+2800U+E000"},
		{"\u0301a", "U+0301a"},
		{"a \u0301", "a U+0301"},
		{"Z\u0335\u0336\u0337\u0338\u0339", "Z\u0335\u0336\u0337\u0338U+0339"},
		{"a\xffb\uFFFD", "a\\xffb\uFFFD"},
	} {
		if got := Terminal(c.text); got != c.want {
			t.Errorf("Terminal(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	if got, want := Lines("北浜\u3000\x1b[31m\u202e\r\nok\a"), "北浜\u3000\\x1b[31mU+202E\\r\nok\\x07"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
