package display

import (
	"testing"
	"time"

	"breakglass/checks"
)

func TestWords(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 23, 4, 5, 0, time.FixedZone("JST", 9*60*60))
	for language, want := range map[string][]string{
		"en": {"critical", "unrated", "2 critical, 1 low, 1 unrated", "2 Jan 2026", "2 Jan 2026, 14:04 UTC", "one minute", "2 hours", "3 days"},
		"ja": {"重大", "未評価", "重大 2 件、低 1 件、未評価 1 件", "2026年1月2日", "2026年1月2日 14:04 UTC", "1 分", "2 時間", "3 日"},
		"xx": {"critical", "unrated", "2 critical, 1 low, 1 unrated", "2 Jan 2026", "2 Jan 2026, 14:04 UTC", "one minute", "2 hours", "3 days"},
	} {
		w := In(language)
		for i, got := range []string{
			w.Severity(checks.Critical), w.Severity(99), w.BySeverity(map[checks.Severity]int{checks.Low: 1, checks.Critical: 2, 0: 1}),
			w.Day(at), w.Moment(at), w.Span(0), w.Span(2 * time.Hour), w.Span(60 * time.Hour),
		} {
			if got != want[i] {
				t.Errorf("%s: %q, want %q", language, got, want[i])
			}
		}
	}
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	subject := func(kind checks.SubjectType, id, name string) checks.Subject {
		return checks.Subject{Type: kind, ID: id, Name: name}
	}
	all := []checks.Subject{
		subject(checks.SubjectUser, "1", "a\tb"), subject(checks.SubjectUser, "2", "a b"), subject(checks.SubjectUser, "3", "c"),
		subject(checks.SubjectUser, "3", "c"), subject(checks.SubjectGroup, "4", ""), subject(checks.SubjectPolicy, "", ""),
		subject(checks.SubjectTenant, "5", "d"), subject(checks.SubjectApplication, "6", "e\u202E"),
	}
	for i, want := range []struct{ plain, full string }{
		{"a b (1)", "a b (1)"}, {"a b (2)", "a b (2)"}, {"c", "c"}, {"c", "c"}, {"4", "Group “4”"},
		{"something without a name", "Policy “something without a name”"}, {"the tenant", "The tenant"}, {"e\uFFFD", "Application “e\uFFFD”"},
	} {
		s := In("en").Subjects(all, Chat)
		if plain, full := s.Plain(all[i]), s.Full(all[i]); plain != want.plain || full != want.full {
			t.Errorf("%v: %q and %q", all[i], plain, full)
		}
	}
	if got := In("en").Subjects(all, Terminal).Plain(all[0]); got != `a\tb` {
		t.Errorf("for a terminal: %q", got)
	}
}
