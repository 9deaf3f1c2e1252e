package notify

import (
	"fmt"
	"strings"

	"breakglass/display"
)

// Summary is the message in a line, for notifications and screen readers.
func (m Message) Summary() string {
	parts := []string{m.Title, texts(m.Tenant)}
	var counts []string
	for _, c := range m.Counts {
		counts = append(counts, fmt.Sprintf("%s %d", c.Label, c.N))
	}
	if len(counts) > 0 {
		parts = append(parts, strings.Join(counts, ", "))
	} else {
		parts = append(parts, m.Lead...)
	}
	return strings.Join(parts, " · ")
}

// Plain is the message without any format, a line for each thing.
func (m Message) Plain() string {
	w := display.In(m.Language)
	lines := []string{m.Summary(), m.Checked}
	if len(m.Counts) > 0 {
		lines = append(lines, m.Lead...)
	}
	if len(m.Forecast.Rows) > 0 {
		lines = append(lines, "", m.Forecast.Title, m.Forecast.Note)
		for _, r := range m.Forecast.Rows {
			lines = append(lines, strings.TrimRight(fmt.Sprintf("- %s: %s %s", r.What.Text, r.Able, r.Was), " "))
		}
	}
	for _, s := range m.Sections {
		lines = append(lines, "", s.Title)
		for _, it := range s.Items {
			lines = append(lines, it.plain(w)...)
		}
		if s.More != "" {
			lines = append(lines, s.More)
		}
	}
	return strings.Join(append(lines, "", m.Footer), "\n")
}

func (it Item) plain(w display.Words) []string {
	head := it.Short
	if it.Settled != "" {
		head = it.Settled + " · " + head
	}
	var lines []string
	for _, f := range it.Findings {
		lines = append(lines, fmt.Sprintf("- %s · %s: %s [%s]", head, f.Subject.Text, f.Text.Text, strings.Join(it.CheckIDs(w), ", ")))
	}
	if more := it.Rest(w); more != "" {
		lines = append(lines, "  "+more)
	}
	for _, f := range it.Fields {
		lines = append(lines, fmt.Sprintf("  %s: %s", f.Label, f.Text.Text))
	}
	if it.Link.URL != "" {
		lines = append(lines, "  "+it.Link.URL)
	}
	return lines
}

// texts joins runs.
func texts(runs []Run) string {
	all := make([]string, len(runs))
	for i, r := range runs {
		all[i] = r.Text
	}
	return strings.Join(all, " · ")
}
