package notify

import (
	"fmt"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/notify/stories"
)

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
		{Name: "enormous", Before: reportOf(yesterday), After: reportOf(today, stories.Enormous("x", checks.Fail))},
		{Name: "blind", Before: reportOf(yesterday), After: reportOf(today, stories.Enormous("x", checks.Unknown))},
	} {
		m := message(s)
		steps := m.steps()
		for _, to := range steps {
			for i, section := range m.reduced(to).Sections {
				if got := counted(section); !strings.HasSuffix(section.Title, fmt.Sprintf("(%d)", got)) {
					t.Errorf("%s at %v: %q tells of %d", s.Name, to, section.Title, got)
				}
				for _, it := range section.Items {
					if told(it.Findings)+it.More != it.Results {
						t.Errorf("%s at %v: item %d of section %d tells of %d and %d more, not %d", s.Name, to, i, i, told(it.Findings), it.More, it.Results)
					}
				}
			}
		}
		if last := m.reduced(steps[len(steps)-1]); len(last.Sections) != len(m.Sections) || len(last.Sections[0].Items) != 0 {
			t.Errorf("%s: the shortest form still shows items, or lost a section", s.Name)
		}
	}
}
