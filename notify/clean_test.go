package notify

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"breakglass/checks"
)

func TestClean(t *testing.T) {
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
		if got := clean(tt.in); got != tt.want {
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
		if got := cut(tt.in, tt.limit); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add(hostileText)
	f.Add("e\u0301\u202E\xff\x00")
	f.Fuzz(func(t *testing.T, in string) {
		got := clean(in)
		if !utf8.ValidString(got) || clean(got) != got || strings.TrimSpace(got) != got {
			t.Fatalf("%q becomes %q, then %q", in, got, clean(got))
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) || r != ' ' && unicode.IsSpace(r) {
				t.Fatalf("%q keeps %U", in, r)
			}
		}
	})
}

func FuzzCut(f *testing.F) {
	f.Add(hostileText, 40)
	f.Add("🇯🇵🇯🇵e\u0301가", 3)
	f.Fuzz(func(t *testing.T, in string, limit int) {
		in, limit = clean(in), max(1, limit%1000)
		got := cut(in, limit)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit {
			t.Fatalf("cut(%q, %d) = %q", in, limit, got)
		}
		if got == in {
			return
		}
		kept, ok := strings.CutSuffix(got, "…")
		if !ok || !strings.HasPrefix(in, kept) {
			t.Fatalf("cut(%q, %d) = %q", in, limit, got)
		}
		if rest := []rune(in[len(kept):]); len(rest) > 0 && len(kept) > 0 && unicode.Is(unicode.M, rest[0]) {
			t.Fatalf("cut(%q, %d) = %q takes a mark from its letter", in, limit, got)
		}
		if flags := []rune(kept); len(flags) > 0 {
			slices.Reverse(flags)
			if n := slices.IndexFunc(flags, func(r rune) bool { return !regionalIndicator(r) }); n%2 == 1 && n > 0 && regionalIndicator([]rune(in[len(kept):])[0]) {
				t.Fatalf("cut(%q, %d) = %q halves a flag", in, limit, got)
			}
		}
	})
}

// FuzzCompose lets strangers name everything, and expects that it can be sent.
func FuzzCompose(f *testing.F) {
	f.Add(hostileText, hostileText)
	f.Add("{{{", "\u202E\n")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, name, reason string) {
		after := reportOf(today, set("policy-excluded", ea01, "fail", reason), set("drill-recent", ea01, "unknown", reason))
		after.Results = append(after.Results, checks.Result{Check: name, Status: checks.Fail, Title: reason, Remediation: name, References: []string{name}})
		after.Tenant.DisplayName = name
		for i := range after.Results {
			after.Results[i].Subject.Name = name
		}
		expectLimits(t, "fuzz", Compose(story{before: reportOf(yesterday), after: after}.entry().Digest, Options{Version: name, Language: "ja"}))
	})
}
