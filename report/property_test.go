package report

import (
	"math/rand"
	"regexp"
	"strings"
	"testing"
	"testing/quick"
	"unicode"
	"unicode/utf8"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/display"
)

var (
	ourColours = regexp.MustCompile("\x1b\\[(1|2|1;31|32|33|0)m")
	addresses  = regexp.MustCompile("(^| )https://[^ ]*") // these are never broken
)

// checkPage holds text to what a terminal may be given: no line wider than the
// page but an address, and no character that does more than show.
func checkPage(t testing.TB, page string, o TextOptions) {
	t.Helper()
	width := max(minWidth, o.Width)
	if o.Width == 0 {
		width = defaultWidth
	}
	if o.Colour {
		page = ourColours.ReplaceAllString(page, "")
	}
	if !strings.HasSuffix(page, "\n") || !utf8.ValidString(page) {
		t.Errorf("not text that ends with a line end: %q", page)
	}
	for line := range strings.SplitSeq(page, "\n") {
		trimmed := strings.TrimLeft(line, " ")
		if n := cells.StringWidth(addresses.ReplaceAllString(line, "")); n > width {
			t.Errorf("%d columns, more than %d: %q", n, width, line)
		}
		for i, r := range trimmed {
			if !unicode.IsGraphic(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point) {
				t.Errorf("%U in %q", r, line)
			}
			if i == 0 && unicode.Is(unicode.M, r) {
				t.Errorf("begins with a mark: %q", line)
			}
		}
	}
}

// letters are what strangers may write, the harmful more often than in life.
var letters = []rune("aZ 9@.-_:/<>&|*`\"'\\\u200B日本語、。「」（）ー々ガﾊﾟ　한글ไทยעבריتée\u0301Z\u0335\u0336👩🏽🇯🇵\uFE0F\U000E0100\u200D\u200B\u202E\u2066\u2069\u00AD" +
	"\x00\x07\x08\t\n\r\x1b[]m\x7f\u0085\u009b\u2028\u2029\uFEFF\u3164\u115F\u2800\u034F\uE000\uFFFD\uFFFE\U000E0041\u00A0\u2003“”…×①")

func scribble(random *rand.Rand) string {
	switch random.Intn(8) {
	case 0:
		return ""
	case 1:
		return "https://" + strings.Repeat("x", random.Intn(99))
	}
	var b strings.Builder
	for range random.Intn(60) {
		if random.Intn(20) == 0 {
			b.WriteByte(byte(0x80 + random.Intn(0x80))) // not UTF-8
			continue
		}
		b.WriteRune(letters[random.Intn(len(letters))])
	}
	return b.String()
}

// scribbled is a report of which nothing is as the checks write it.
func scribbled(random *rand.Rand) checks.Report {
	pick := func(texts ...string) string { return texts[random.Intn(len(texts))] }
	r := checks.Report{Tenant: checks.Tenant{ID: scribble(random), DisplayName: scribble(random), DefaultDomain: scribble(random)}}
	for range random.Intn(4) {
		r.Accounts = append(r.Accounts, checks.Account{
			ID: pick("1", "2", scribble(random)), UserPrincipalName: scribble(random), DisplayName: scribble(random), Declared: scribble(random),
		})
	}
	for range random.Intn(30) {
		r.Results = append(r.Results, checks.Result{
			Check:       pick("method-usable", "account-enabled", scribble(random)),
			Status:      checks.Status(pick("pass", "fail", "unknown", "not-applicable", scribble(random))),
			Severity:    checks.Severity(random.Intn(8) - 1),
			Subject:     checks.Subject{Type: checks.SubjectType(pick("user", "tenant", scribble(random))), ID: pick("1", "2", scribble(random)), Name: scribble(random)},
			Title:       scribble(random),
			Reason:      scribble(random),
			Remediation: scribble(random),
			References:  []string{scribble(random)},
		})
	}
	return r
}

// TestAnyReport writes reports full of strangers' text at every width.
func TestAnyReport(t *testing.T) {
	t.Parallel()
	holds := func(seed int64, width uint8, colour bool) bool {
		random := rand.New(rand.NewSource(seed))
		r, before := scribbled(random), scribbled(random)
		r.Survival = survival(random.Intn(40), func(string) string { return scribble(random) })
		before.Schema = checks.Schema
		changes := alert.Since(before, r)
		o := TextOptions{Width: int(width), Colour: colour, Changes: &changes}
		page := rendered(t, r, o)
		checkPage(t, page, o)
		if other := rendered(t, r, o); other != page {
			t.Errorf("another page for the same report")
		}
		first, _, _ := strings.Cut(page, "\n")
		if strings.HasPrefix(first, "All ") && strings.Contains(page, "Could not be checked") {
			t.Errorf("good news, and yet: %s", page)
		}
		return !t.Failed()
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 200, Rand: rand.New(rand.NewSource(1))}); err != nil {
		t.Error(err)
	}
}

// FuzzText gives one text every place that strangers can fill.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "a", hostileName, "日本語の長い文章は、空白なしで続きます。", "\u0301\u0301", "https://example.com/日本", "🇯🇵🇯🇵👩‍👩‍👧", "\xff\xfe", "ab\U000E0100\uFE0F"} {
		f.Add(seed, uint8(0), false)
		f.Add(seed, uint8(40), true)
	}
	f.Fuzz(func(t *testing.T, s string, width uint8, colour bool) {
		r := faults()
		r.Tenant.DisplayName = s
		r.Accounts[0].UserPrincipalName, r.Accounts[0].DisplayName, r.Accounts[1].DisplayName = s, s, s
		r.Survival = survival(3, func(string) string { return s })
		for i := range r.Results {
			r.Results[i].Subject.Name = s
			r.Results[i].Reason += s
			if i%3 == 0 {
				r.Results[i].Check, r.Results[i].Title, r.Results[i].References = s, s, []string{s}
			}
		}
		o := TextOptions{Width: int(width), Colour: colour}
		checkPage(t, rendered(t, r, o), o)

		// Nothing is lost or added but white space.
		cleaned := display.Terminal(s)
		if again := display.Terminal(cleaned); again != cleaned {
			t.Errorf("clean %q is %q, and again %q", s, cleaned, again)
		}
		whole := strings.ReplaceAll(cleaned, " ", "")
		if got := strings.ReplaceAll(strings.Join(wrap(cleaned, 40), ""), " ", ""); got != whole {
			t.Errorf("wrapped %q, want %q", got, whole)
		}
	})
}
