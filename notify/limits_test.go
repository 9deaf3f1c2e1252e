package notify

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"breakglass/checks"
)

// expectLimits counts what the services count.
func expectLimits(t *testing.T, name string, whole Message) {
	t.Helper()
	for i, m := range Split(whole) {
		expectTaken(t, fmt.Sprintf("%s, part %d", name, i+1), m)
	}
}

func expectTaken(t *testing.T, name string, m Message) {
	t.Helper()
	message := slackMessage(m)
	blocks, err := encode(message.Blocks.BlockSet)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(message.Blocks.BlockSet); n > 50 {
		t.Errorf("%s: %d blocks", name, n)
	}
	if n := utf8.RuneCount(blocks); n > 13200 {
		t.Errorf("%s: %d characters of blocks", name, n)
	}
	if n := utf8.RuneCountInString(message.Text); n > 4000 {
		t.Errorf("%s: %d characters of text", name, n)
	}
	walk(object(t, message), func(o map[string]any) {
		text, isText := o["text"].(string)
		switch {
		case isText && text == "":
			t.Errorf("%s: empty text in %v", name, o)
		case o["type"] == "plain_text" && utf8.RuneCountInString(text) > 150:
			t.Errorf("%s: header or footer of %d characters", name, utf8.RuneCountInString(text))
		case utf8.RuneCountInString(text) > 3000 && o["type"] != nil:
			t.Errorf("%s: text of %d characters", name, utf8.RuneCountInString(text))
		}
	})
	for kind, e := range map[string]envelope{"card": teamsCard(m), "plain card": teamsPlain(m)} {
		if text, err := encode(e); err != nil || len(text) > 24000 {
			t.Errorf("%s: %s of %d bytes, %v", name, kind, len(text), err)
		}
	}
	if n := utf8.RuneCountInString(slackPlain(m).Text); n > 4000 && m.musts() == 0 || n > 40000 {
		t.Errorf("%s: %d characters of plain text", name, n)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		expectLimits(t, s.name, s.message())
	}
	expectLimits(t, "nothing", Message{Title: "x", Footer: "x"})
	expectLimits(t, "many little ones", (story{before: reportOf(yesterday), after: reportOf(today, little)}).message())
	for _, name := range []string{strings.Repeat("緊急", 250), strings.Repeat("\"\\", 250), strings.Repeat("👩🏽", 250), hostileText + strings.Repeat("<&>", 250)} {
		for _, first := range []bool{false, true} {
			before := reportOf(yesterday)
			if first {
				before = checks.Report{}
			}
			for _, status := range []checks.Status{checks.Fail, checks.Unknown} {
				t.Run(fmt.Sprintf("%.12q %v %s", name, first, status), func(t *testing.T) {
					t.Parallel()
					after := reportOf(today, enormous(name, status))
					expectLimits(t, "enormous", Compose(story{before: before, after: after}.entry().Digest, Options{Version: name}))
				})
			}
		}
	}
}

// enormous makes 120 checks of as many names come out alike: several times what a message holds.
func enormous(name string, status checks.Status) func(*checks.Report) {
	return func(r *checks.Report) {
		r.Tenant.DisplayName, r.Tenant.DefaultDomain = name, name
		r.Results = nil
		for i := range 120 {
			c := check("account-exists")
			c.ID, c.Title, c.Remediation = fmt.Sprintf("%d-%s", i, name), name, name
			r.Results = append(r.Results, result(c, user(fmt.Sprint(i), fmt.Sprint(i)+name), status, fmt.Sprint(i)+name))
		}
	}
}

// little makes as many results fail as there is room for blocks, with little to say.
func little(r *checks.Report) {
	r.Results = nil
	for i := range 25 {
		r.Results = append(r.Results, checks.Result{Check: fmt.Sprint(i), Status: checks.Fail, Reason: "x", Severity: checks.Low})
	}
}

// counted adds up what a message tells of and what it says it leaves out.
func counted(s Section) int {
	n := 0
	for _, it := range s.Items {
		n += it.Results
	}
	var more int
	if _, err := fmt.Sscanf(s.More, "+%d more", &more); err == nil {
		n += more
	}
	return n
}

func TestMoreIsTrue(t *testing.T) {
	t.Parallel()
	for _, s := range []story{
		storyOf(t, "flood"),
		{name: "enormous", before: reportOf(yesterday), after: reportOf(today, enormous("x", checks.Fail))},
		{name: "blind", before: reportOf(yesterday), after: reportOf(today, enormous("x", checks.Unknown))},
	} {
		m := s.message()
		steps := m.steps()
		for _, to := range steps {
			for i, section := range m.reduced(to).Sections {
				if got := counted(section); !strings.HasSuffix(section.Title, fmt.Sprintf("(%d)", got)) {
					t.Errorf("%s at %v: %q tells of %d", s.name, to, section.Title, got)
				}
				for _, it := range section.Items {
					if told(it.Findings)+it.More != it.Results {
						t.Errorf("%s at %v: item %d of section %d tells of %d and %d more, not %d", s.name, to, i, i, told(it.Findings), it.More, it.Results)
					}
				}
			}
		}
		if last := m.reduced(steps[len(steps)-1]); len(last.Sections) != len(m.Sections) || len(last.Sections[0].Items) != 0 {
			t.Errorf("%s: the shortest form still shows items, or lost a section", s.name)
		}
	}
}
