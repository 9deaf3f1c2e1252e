package notify

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/display"
	"breakglass/notify/stories"
)

func TestTitles(t *testing.T) {
	t.Parallel()
	failing := set("method-no-phone", ea01, checks.Fail, noDrill)
	enabled := set("account-enabled", "", checks.Fail, "The account is disabled.")
	tests := []struct {
		name          string
		before, after checks.Report
		title         string
		tone          display.Tone
	}{
		{"first, well", checks.Report{}, reportOf(today), "✅ Emergency access: everything that was checked is in order", display.Good},
		{"first, empty", checks.Report{}, checks.Report{}, "⚠️ Emergency access: nothing was checked", display.Warning},
		{"first, open", checks.Report{}, reportOf(today, failing, enabled), "🔴 Emergency access: 2 critical problems and 1 other", display.Bad},
		{"first, blind", checks.Report{}, reportOf(today, set("method-no-phone", "", checks.Unknown, notGranted)),
			"⚠️ Emergency access: 2 of 27 checks could not be made", display.Warning},
		{"new", reportOf(yesterday), reportOf(today, enabled), "🔴 Emergency access: 2 new critical problems", display.Bad},
		{"worse", reportOf(yesterday, failing), reportOf(today, failing, severe("method-no-phone", checks.Critical)),
			"🔴 Emergency access: 1 problem became critical", display.Bad},
		{"changed", reportOf(yesterday, failing), reportOf(today, set("method-no-phone", ea01, checks.Fail, "Another day.")),
			"⚠️ Emergency access: 1 problem changed", display.Warning},
		{"resolved", reportOf(yesterday, failing), reportOf(today), "✅ Emergency access: 1 resolved, everything that was checked is in order", display.Good},
		{"resolved, open", reportOf(yesterday, failing, enabled), reportOf(today, enabled), "⚠️ Emergency access: 1 resolved, 2 critical problems still open", display.Warning},
		{"lost", reportOf(yesterday, failing), reportOf(today, set("method-no-phone", ea01, checks.Unknown, notGranted)),
			"⚠️ Emergency access: 1 of 27 checks could not be made", display.Warning},
		{"dropped", reportOf(yesterday, failing), reportOf(today, set("method-no-phone", ea01, checks.NotApplicable, "Not asked.")),
			"⚠️ Emergency access: 1 no longer checked", display.Warning},
		{"nothing", reportOf(yesterday, failing), reportOf(today, failing), "ℹ️ Emergency access: still watching, nothing changed", display.Calm},
	}
	for _, tt := range tests {
		m := message(story{Before: tt.before, After: tt.after})
		if m.Title != tt.title || m.Tone != tt.tone {
			t.Errorf("%s: %q, tone %d; want %q, %d", tt.name, m.Title, m.Tone, tt.title, tt.tone)
		}
	}
}

func TestFirstProvesTheInstallation(t *testing.T) {
	t.Parallel()
	m := message(storyOf(t, "first"))
	if len(m.Lead) != 1 || !strings.Contains(m.Lead[0], "first report") || !strings.Contains(m.Lead[0], "proves that the installation works") {
		t.Errorf("lead %q", m.Lead)
	}
	for _, s := range m.Sections {
		for _, it := range s.Items {
			if it.Brief {
				t.Errorf("%v is brief in a first report", it.Checks)
			}
		}
	}
}

func TestHeartbeat(t *testing.T) {
	t.Parallel()
	m := message(storyOf(t, "heartbeat"))
	want := "Still watching: nothing changed; 27 of 27 checks completed; 3 still open (1 high, 1 medium, 1 low), the oldest since 22 Nov 2026."
	if len(m.Lead) != 1 || m.Lead[0] != want {
		t.Errorf("lead %q, want %q", m.Lead, want)
	}
	blind := set("method-no-phone", "", checks.Unknown, notGranted)
	m = message(story{Before: reportOf(yesterday, blind), After: reportOf(today, blind)})
	want = "Still watching: nothing changed; 25 of 27 checks completed; none open."
	if m.Lead[0] != want || len(m.Sections) != 0 || m.Tone != display.Calm {
		t.Errorf("lead %q, sections %v; want %q", m.Lead, m.Sections, want)
	}
}

func TestSectionsAreInOrder(t *testing.T) {
	t.Parallel()
	before := reportOf(yesterday,
		set("account-enabled", "", checks.Fail, "The account is disabled."),
		set("account-exists", ea01, checks.Fail, "It is gone."), severe("account-exists", checks.Low),
		set("method-no-phone", ea01, checks.Fail, noDrill),
		set("mfa-ready", ea01, checks.Fail, "No method."),
		set("policy-excluded", ea01, checks.Fail, included),
		set("account-onmicrosoft", ea01, checks.Unknown, throttled))
	after := reportOf(today,
		set("account-enabled", ea01, checks.Fail, "The account is disabled."),
		set("account-exists", ea01, checks.Fail, "It is gone."),
		set("method-no-phone", ea01, checks.Fail, "Another day."),
		set("mfa-ready", ea01, checks.Unknown, notGranted),
		set("policy-excluded", ea01, checks.NotApplicable, "No policy."),
		set("account-onmicrosoft", ea01, checks.Unknown, throttled),
		set("method-usable", ea01, checks.Fail, restricted))
	m := message(story{Before: before, After: after})
	var titles []string
	for _, s := range m.Sections {
		titles = append(titles, s.Title)
	}
	want := []string{
		"New (1)", "Worse (1)", "Changed (1)", "Could not be checked (1)", "Resolved (1)", "No longer checked (1)", "Still open (1)", "Still not checked (1)",
	}
	if !slices.Equal(titles, want) {
		t.Errorf("sections %q, want %q", titles, want)
	}
	if m.Sections[1].Items[0].Label != "CRITICAL, WAS LOW" {
		t.Errorf("worse is %q", m.Sections[1].Items[0].Label)
	}
	if f := m.Sections[2].Items[0].Fields[0]; f.Label != "Before" || f.Text != strange(noDrill) {
		t.Errorf("changed tells %v", f)
	}
}

func TestOneCauseIsToldOnce(t *testing.T) {
	t.Parallel()
	m := message(storyOf(t, "unknown"))
	items := m.Sections[0].Items
	if len(items) != 2 || !slices.Equal(items[0].Checks, []string{"mfa-ready", "policy-excluded"}) || items[0].Results != 4 {
		t.Fatalf("items %v", items)
	}
	text := m.Plain()
	if n := strings.Count(text, throttled); n != 1 {
		t.Errorf("the cause is told %d times:\n%s", n, text)
	}
	if !strings.Contains(text, "1 failed, 3 passed") || !strings.Contains(items[0].Label, "COULD NOT BE MADE") {
		t.Errorf("it is not said what is lost:\n%s", text)
	}
}

func TestResolvedSaysHowBadItWas(t *testing.T) {
	t.Parallel()
	before := reportOf(yesterday, set("method-no-phone", ea01, checks.Fail, noDrill), severe("method-no-phone", checks.Low))
	if got := message(story{Before: before, After: reportOf(today)}).Sections[0].Items[0]; got.Short != "Resolved, was low for 24 hours" || got.Severity != checks.Low {
		t.Errorf("resolved: %q, %v", got.Short, got.Severity)
	}
	before = reportOf(yesterday, set("method-no-phone", ea01, checks.Unknown, notGranted))
	if got := message(story{Before: before, After: reportOf(today)}).Sections[0].Items[0]; got.Short != "In order, could not be checked for 24 hours" {
		t.Errorf("resolved: %q", got.Short)
	}
}

func TestSharedNamesAreToldApart(t *testing.T) {
	t.Parallel()
	same := func(r *checks.Report) {
		for i := range r.Results {
			r.Results[i].Subject.Name = "emergency"
		}
	}
	m := message(story{Before: checks.Report{}, After: reportOf(today, set("account-enabled", "", checks.Fail, "The account is disabled."), same)})
	want := "emergency (aaaaaaaa-0000-4000-8000-000000000001), emergency (aaaaaaaa-0000-4000-8000-000000000002)"
	if got := m.Sections[0].Items[0].Findings[0].Subject.Text; got != want {
		t.Errorf("named %q, want %q", got, want)
	}
}

func TestEqualInputEqualBytes(t *testing.T) {
	t.Parallel()
	for _, s := range stories.All() {
		var first []byte
		for range 5 {
			m := message(s)
			all, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = all
			}
			if string(all) != string(first) {
				t.Fatalf("%s differs:\n%s\n%s", s.Name, first, all)
			}
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	keys := map[string]string{}
	base := storyOf(t, "daily")
	later, other := base, base
	later.After.CheckedAt = base.After.CheckedAt.Add(1)
	other.After.Tenant.ID = "dddddddd-0000-4000-8000-000000000001"
	for name, s := range map[string]story{"base": base, "later": later, "other": other, "heartbeat": storyOf(t, "heartbeat")} {
		m := message(s)
		if known, ok := keys[m.Key]; ok || len(m.Key) != 10 || !strings.HasSuffix(m.Footer, "key "+m.Key) {
			t.Errorf("%s: key %q (%s), footer %q", name, m.Key, known, m.Footer)
		}
		keys[m.Key] = name
	}
}

func TestLinksAreSafe(t *testing.T) {
	t.Parallel()
	good := "https://learn.microsoft.com/entra"
	bad := []string{"http://a.example", "javascript:alert(1)", "https://user@a.example/", "https:///x", "https://a.example/\u202E", "https://a.example/" + strings.Repeat("x", 300)}
	if got := wordsIn("en").link(append(bad, good)); got.URL != good {
		t.Errorf("link %v", got)
	}
}
