package notify

import (
	"fmt"
	"testing"

	"breakglass/checks"
)

// lines are brief items of one severity.
func lines(n int, s checks.Severity) []Item {
	var all []Item
	for i := range n {
		all = append(all, Item{Severity: s, Brief: true, Checks: []string{fmt.Sprint(i)}, Results: 1})
	}
	return all
}

func TestWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	m := Message{Sections: []Section{
		{Title: "New", Items: lines(100, checks.Low), News: true},
		{Title: "Changed", Items: append(lines(2, checks.High), lines(98, checks.Info)...), News: true},
		{Title: "Still open", Items: lines(100, checks.Critical)},
	}}
	tests := []struct {
		step step
		want [3]int
		more string // of what is still open
	}{
		{step{0, 300}, [3]int{100, 100, 100}, ""},
		{step{0, 299}, [3]int{100, 100, 99}, "+1 more: 1 critical"},
		{step{0, 115}, [3]int{100, 10, 5}, "+95 more: 95 critical"},
		{step{0, 15}, [3]int{5, 5, 5}, "+95 more: 95 critical"},
		{step{0, 12}, [3]int{5, 5, 2}, "+98 more: 98 critical"},
		{step{0, 2}, [3]int{0, 2, 0}, "+100 more: 100 critical"},
		{step{0, 0}, [3]int{0, 0, 0}, "+100 more: 100 critical"},
	}
	for _, tt := range tests {
		got := m.reduced(tt.step)
		var shown [3]int
		for i, s := range got.Sections {
			shown[i] = len(s.Items)
		}
		if shown != tt.want || got.Sections[2].More != tt.more {
			t.Errorf("%v shows %v and %q, want %v and %q", tt.step, shown, got.Sections[2].More, tt.want, tt.more)
		}
	}
}

// details counts the items that have them.
func details(m Message) int {
	n := 0
	for _, it := range m.Sections[0].Items {
		if !it.Brief {
			n++
		}
	}
	return n
}

func TestFitShortensNoMoreThanNeeded(t *testing.T) {
	t.Parallel()
	m := message(storyOf(t, "flood"))
	if got := m.Fit(func(Message) bool { return true }); len(got.Sections[0].Items) != len(m.Sections[0].Items) || details(got) != detailed {
		t.Error("a message that fits is shortened")
	}
	if got := m.Fit(func(Message) bool { return false }); len(got.Sections[0].Items) != 0 {
		t.Error("a message that never fits is not as short as it can be")
	}
	got := m.Fit(func(m Message) bool { return details(m) <= 4 })
	if n := details(got); n != 4 || len(got.Sections[0].Items) != len(m.Sections[0].Items) {
		t.Errorf("%d details of %d items, want 4 of %d", n, len(got.Sections[0].Items), len(m.Sections[0].Items))
	}
}
