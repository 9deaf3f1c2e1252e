package report

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"breakglass/checks"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"  one   two three ", 7, []string{"one two", "three"}},
		{"abcdefghijkl", 5, []string{"abcde", "fghij", "kl"}},
		{"see https://learn.microsoft.com/entra ok", 8, []string{"see", "https://learn.microsoft.com/entra", "ok"}},
		{"see https://example.com/日本語 ok", 8, []string{"see", "https://example.com/日本語", "ok"}},
		{"abc ﾞdef", 6, []string{"abc", "ﾞdef"}},
		{"日本語日本語", 6, []string{"日本語", "日本語"}},
		{"日本語日本語", 7, []string{"日本語", "日本語"}},
		{"日本語。日本語", 6, []string{"日本", "語。日", "本語"}}, // no full stop at the start of a line
		{"日本「語」", 6, []string{"日本", "「語」"}},         // no opening bracket at the end
		{"キーを check する", 8, []string{"キーを", "check す", "る"}},
		{"“日本”", 4, []string{"“日", "本”"}}, // quotation marks are one column wide
		{"가나 다라", 5, []string{"가나", "다라"}},
		{"🇯🇵🇯🇵🇯🇵", 4, []string{"🇯🇵🇯🇵", "🇯🇵"}},
	} {
		if got := wrap(c.text, c.width); !slices.Equal(got, c.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestPad(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"日本", "日本  "},
		{"日本語", "日本語"},
		{"日本語で", "日本… "},
		{"abcdefg", "abcde…"},
	} {
		if got := pad(c.text, 6); got != c.want {
			t.Errorf("pad(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// TestVerdict asks for good news only where there is some.
func TestVerdict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		count count
		want  string
		style style
	}{
		{count{}, "Nothing was checked.", yellow},
		{count{notApplicable: 2}, "None of the checks applies.", yellow},
		{count{pass: 1, notApplicable: 2}, "The only check passes.", green},
		{count{pass: 2}, "All 2 checks pass.", green},
		{count{pass: 3, unknown: 1}, "No failure found, but 1 of 4 checks could not be made.", yellow},
		{count{unknown: 1}, "No failure found, but 1 of 1 checks could not be made.", yellow},
		{count{pass: 3, fail: 1, worst: checks.Low}, "1 of 4 checks fails, and it is low.", red},
		{count{fail: 2, unknown: 1, worst: checks.High}, "2 of 3 checks fail, the worst is high; 1 could not be made.", red},
	} {
		p := newPage(TextOptions{Colour: true})
		p.verdict(c.count)
		if want := p.paint(c.style, c.want) + "\n"; p.String() != want {
			t.Errorf("%+v: %q, want %q", c.count, p.String(), want)
		}
	}
}

// TestUnknownStatus holds a status that the program does not know to be no pass.
func TestUnknownStatus(t *testing.T) {
	t.Parallel()
	r := good()
	r.Results[0].Status = "passed"
	if got := rendered(t, r, TextOptions{}); !strings.HasPrefix(got, "No failure found, but 1 of 20") {
		t.Errorf("%s", got)
	}
}

// TestSharedName tells subjects of one name apart.
func TestSharedName(t *testing.T) {
	t.Parallel()
	r := faults()
	for i := range r.Results {
		r.Results[i].Subject.Name = "admin"
	}
	got := rendered(t, r, TextOptions{})
	for _, s := range []checks.Subject{ea01, ea02} {
		if !strings.Contains(got, "admin ("+s.ID+")") {
			t.Errorf("no %s in:\n%s", s.ID, got)
		}
	}
}

// TestManySubjects gives administrators beyond a few one row together.
func TestManySubjects(t *testing.T) {
	t.Parallel()
	r := good()
	for _, id := range []string{"1", "2", "3", "4"} {
		s := checks.Subject{Type: checks.SubjectUser, ID: id, Name: "admin" + id}
		r.Results = append(r.Results, result("account-undeclared", checks.Low, s, checks.Pass, "It holds."))
	}
	if got := rendered(t, r, TextOptions{}); !strings.Contains(got, "\n4 other users  ") || strings.Contains(got, "admin1") {
		t.Errorf("%s", got)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	r := faults()
	r.Results[0].Evidence = checks.Evidence{"code": {"A"}, "aaGuid": {"1", "2"}}
	r.Results[1].Reason = "<b> & \x1b\u009b\u202E\U000E0041\u2028 緊急"
	var b bytes.Buffer
	if err := JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	golden(t, "faults.json", b.Bytes())
	if !bytes.Contains(b.Bytes(), []byte(`"<b> & \u001b\u009b\u202e\udb40\udc41\u2028 緊急"`)) {
		t.Error("not escaped as it should be")
	}
	back, err := checks.ParseReport(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, r) {
		t.Errorf("read back:\n%+v\nwant\n%+v", back, r)
	}
	var empty bytes.Buffer
	if err := JSON(&empty, checks.Report{Schema: checks.Schema}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(empty.String(), "null") {
		t.Errorf("a list that is empty is no null: %s", empty.String())
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	e := Explanation{
		ID:       "account-cloud-only",
		Title:    "The account exists only in the cloud",
		Severity: checks.Critical,
		Why: "A synchronised account depends on the on-premises directory, which may be what has failed or been taken over. " +
			"On that day it opens nothing.",
		Passes:      "`onPremisesSyncEnabled` is not true.",
		Remediation: "Create a cloud-only account on the *.onmicrosoft.com domain and retire this one.",
		References:  []string{page1},
	}
	for file, o := range map[string]TextOptions{"explain": {}, "explain.colour.40": {Width: 40, Colour: true}} {
		var b bytes.Buffer
		if err := Explain(&b, e, o); err != nil {
			t.Fatal(err)
		}
		checkPage(t, b.String(), o)
		golden(t, file+".txt", b.Bytes())
	}
	var b bytes.Buffer
	if err := Explain(&b, Explanation{ID: "\x1b", Title: "\x1b"}, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if want := "\\x1b · unrated\n\\x1b\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// closed is a writer that takes nothing.
type closed struct{}

var errClosed = errors.New("closed")

func (closed) Write([]byte) (int, error) { return 0, errClosed }

func TestClosedWriter(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"text":    Text(closed{}, good(), TextOptions{}),
		"json":    JSON(closed{}, good()),
		"explain": Explain(closed{}, Explanation{}, TextOptions{}),
	} {
		if !errors.Is(err, errClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
