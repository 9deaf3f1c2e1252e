package text

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// A worded error words itself.
type worded struct{ code string }

func (w worded) Error() string { return w.Text().String() }
func (w worded) Text() Text    { return New("the code is %q", w.code) }

var noon = time.Date(2026, 11, 23, 12, 30, 15, 0, time.UTC)

// TestEnglish words each kind of Text.
func TestEnglish(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text Text
		want string
	}{
		{Text{}, ""},
		{New("100 % of it"), "100 % of it"},
		{New("100 %% of %s", "it"), "100 % of it"},
		{New("%[2]s before %[1]s", "a", "b"), "b before a"},
		{New("the state %q of %.3q", `a"b`, "long"), `the state "a\"b" of "lon"`},
		{New("%d and %03d", 7, 7), "7 and 007"},
		{New("%s", "a", "b"), "a"},
		{New("%s and %s and %d", "a"), "a and %!s(MISSING) and %!d(MISSING)"},
		{New("on %s, at %s", Date(noon), Minute(noon)), "on 2026-11-23, at 2026-11-23 12:30 UTC"},
		{New("%s", Term("Phone network")), "Phone network"},
		{Count(1, "one key is usable", "%d keys are usable"), "one key is usable"},
		{Count(2, "one key is usable", "%d keys are usable"), "2 keys are usable"},
		{New("%s", Join(And, []string{"a", "b", "c"})), "a, b and c"},
		{New("%s", Join(Or, []string{"a", "b"})), "a or b"},
		{New("%s", Join(Comma, []string(nil))), ""},
		{New("%s", Sorted(Comma, []string{"b", "a", "b"})), "a, b"},
		{Sentence(New("the account is disabled")), "The account is disabled."},
		{Sentence(errors.Join(New("a is %s", "b"), errors.Join(New("c"), New("a is %s", "b")), worded{"x"})), `A is b; c; the code is "x".`},
		{Sentence(errors.Join(Clauses(New("a"), New("b")), New("b"), New("x: %s", Clauses(New("a"), New("b"))))), "A; b; x: a; b."},
		{Sentences(New("One."), Text{}, New("Two.")), "One. Two."},
		{Clauses(New("a"), New("b")), "a; b"},
		{Of(nil), ""},
		{Of(fmt.Errorf("read %d%%: %w", 3, New("b"))), "read 3%: b"},
		{New("group %s: %s", "g", errors.Join(New("a"), New("b"))), "group g: a; b"},
	} {
		if got := c.text.String(); got != c.want {
			t.Errorf("%#v is %q, want %q", c.text, got, c.want)
		}
	}
}

// TestCauses finds the errors that a Text is made of, however deep they are. Nobody takes it for
// joined errors.
func TestCauses(t *testing.T) {
	t.Parallel()
	cause := worded{"deep"}
	err := Sentence(errors.Join(New("a"), New("group %s: %s", "g", Join(Semicolon, []error{New("b: %s", cause)}))))
	if found, ok := errors.AsType[worded](error(err)); !ok || found != cause {
		t.Errorf("%v does not lead to its cause", err)
	}
	sentinel := Sentinel("it is busy")
	if !errors.Is(New("load %s: %s", "x", sentinel), sentinel) || errors.Is(New("it is busy"), sentinel) {
		t.Error("a sentinel is not told from its words")
	}
	if _, ok := error(err).(interface{ Unwrap() []error }); ok {
		t.Error("a Text is taken for joined errors")
	}
	if _, ok := errors.AsType[worded](error(err.Plain())); ok {
		t.Error("a plain Text holds an error")
	}
	if err.Plain().String() != err.String() {
		t.Errorf("plain it is %q, not %q", err.Plain(), err)
	}
}

// TestJSON writes each kind of Text and reads it again.
func TestJSON(t *testing.T) {
	t.Parallel()
	whole := New("%s %d %s %s %s %s %s", "name", 3, Term("term"), Date(noon.Truncate(24*time.Hour)), Minute(noon.Truncate(time.Minute)),
		Sentence(New("100 %")), Join(Or, []any{"a", New("b %s", "c")}))
	data, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"args":["name",3,{"term":"term"},{"date":"2026-11-23"},{"minute":"2026-11-23T12:30:00Z"},` +
		`{"args":[{"format":"100 %"}],"format":"%s."},{"by":" or ","list":["a",{"args":["c"],"format":"b %s"}]}],"format":"%s %d %s %s %s %s %s"}`
	if string(data) != want {
		t.Errorf("written as\n%s, want\n%s", data, want)
	}
	var read Text
	if err := json.Unmarshal(data, &read); err != nil || !reflect.DeepEqual(read, whole) {
		t.Errorf("read as %#v (%v), want %#v", read, err, whole)
	}
	withError, err := json.Marshal(New("group: %s", worded{"x"}))
	if err != nil || string(withError) != `{"args":[{"args":["x"],"format":"the code is %q"}],"format":"group: %s"}` {
		t.Errorf("an error is written as %s (%v)", withError, err)
	}
}

// TestReadsNothingEndless refuses what is short to write and without end to say.
func TestReadsNothingEndless(t *testing.T) {
	t.Parallel()
	doubled := `"x"`
	for range deepest - 1 {
		doubled = `{"format":"%[1]s%[1]s","args":[` + doubled + `]}`
	}
	for _, endless := range []string{doubled, `{"format":"` + strings.Repeat("%999999s", 100) + `","args":["x"]}`} {
		var read Text
		if err := json.Unmarshal([]byte(endless), &read); err != nil || !read.IsZero() {
			t.Errorf("%.60s… is read (%v)", endless, err)
		}
	}
}

// TestAgreed trusts no Text that says something else than its English form.
func TestAgreed(t *testing.T) {
	t.Parallel()
	said := New("the account is %s", "ea01")
	if got := Agreed(said, "the account is ea01"); !reflect.DeepEqual(got, said) {
		t.Errorf("kept %#v", got)
	}
	for _, other := range []Text{{}, New("the account is %s", "ea02")} {
		if got := Agreed(other, "the account is ea01"); !reflect.DeepEqual(got, Text{Format: "the account is ea01"}) {
			t.Errorf("kept %#v", got)
		}
	}
}

// TestRenderer lets a language and a medium have their say about each kind of argument, and
// about nothing else.
func TestRenderer(t *testing.T) {
	t.Parallel()
	mark := func(kind string) func(string) string { return func(s string) string { return kind + "(" + s + ")" } }
	r := Renderer{
		Format: func(format string, _ []any) string {
			return map[string]string{"%s of %s": "%[2]s no %[1]s", "%s.": "%s!"}[format]
		},
		Name:     func(n Name) string { return mark("name")(string(n)) },
		Term:     func(n Term) string { return mark("term")(string(n)) },
		Between:  func(Separator) (string, string) { return "/", "+" },
		Sentence: mark("sentence"),
		Glue:     func(before, after string) string { return before + strings.TrimPrefix(after, " ") },
	}
	got := r.Text(Sentence(New("%s of %s", Join(Comma, []string{"a", "b", "c"}), Term("t"))))
	if want := "sentence(term(t)no name(a)/name(b)+name(c)!)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzRead reads what strangers wrote: nothing panics, and what is read is written again.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"format":"%s %d","args":["a",1]}`, `{"format":"%[9]s%[1]s%!%","args":[{"list":[],"by":""}]}`, `{"args":[null]}`, `[]`, `"a"`,
		`{"format":"%s","args":[` + strings.Repeat(`{"list":[`, 40) + strings.Repeat(`],"by":"x"}`, 40) + `]}`, `{"format":"%99999999999999999999d","args":[{"date":"x"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var read, again Text
		if json.Unmarshal(data, &read) != nil {
			return
		}
		_ = read.String()
		written, err := json.Marshal(read)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil || again.String() != read.String() {
			t.Errorf("%q is read again as %q (%v)", read, again, err)
		}
		if !slices.Equal(mustJSON(t, again), written) {
			t.Errorf("%s is written again as %s", written, mustJSON(t, again))
		}
	})
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
