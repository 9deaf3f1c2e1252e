package notify

import (
	"fmt"
	"slices"
	"strings"
)

// teamsBytes is the size of a request that Teams still takes after the workflow has
// wrapped it: 28 KB are allowed, and 24,453 bytes have been seen to become 28,897.
// https://github.com/MicrosoftDocs/msteams-docs/issues/11274
const teamsBytes = 20000

// teamsCard renders a message, shortened to what Teams takes. Strangers' text is in
// text runs only, where nothing acts.
func teamsCard(m Message) envelope {
	return teamsRender(fit(m, func(m Message) bool { return teamsFits(teamsRender(m)) }))
}

// teamsPlain renders a message without any form, for when the workflow does not take
// the card.
func teamsPlain(m Message) envelope {
	render := func(m Message) envelope {
		var body []element
		for line := range strings.SplitSeq(plainText(m), "\n") {
			if line != "" {
				body = append(body, rich(run(line)))
			}
		}
		return teamsEnvelope(m, body)
	}
	return render(fit(m, func(m Message) bool { return teamsFits(render(m)) }))
}

func teamsFits(e envelope) bool {
	text, err := encode(e)
	return err == nil && len(text) <= teamsBytes
}

func teamsEnvelope(m Message, body []element) envelope {
	text := literal(summary(m))
	return envelope{Type: "message", Summary: text, Attachments: []attachment{{
		ContentType: "application/vnd.microsoft.card.adaptive",
		Content: card{
			Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.5", Lang: "en",
			FallbackText: text, Speak: text, Teams: teamsSettings{Width: "full"}, Body: body,
		},
	}}}
}

func teamsRender(m Message) envelope {
	body := append([]element{teamsHead(m)}, teamsCounts(m.Counts)...)
	for _, text := range m.Lead {
		body = append(body, spaced("Medium", rich(run(text))))
	}
	if len(m.Outlook.Rows) > 0 {
		body = append(body, teamsOutlook(m.Outlook))
	}
	for i, s := range m.Sections {
		body = append(body, teamsSection(s, i > 0 || len(m.Lead) > 0)...)
	}
	footer := rich(small(m.Footer))
	footer.Separator = true
	return teamsEnvelope(m, append(body, spaced("Medium", footer)))
}

// teamsHead is the verdict, on a coloured ground unless the message is calm.
func teamsHead(m Message) element {
	styles := map[Tone]string{Bad: "attention", Warning: "warning", Good: "good", Calm: "emphasis"}
	tenant := make([]textRun, 0, 2*len(m.Tenant))
	for i, r := range m.Tenant {
		if i == 0 {
			tenant = append(tenant, heavy(r.Text))
			continue
		}
		tenant = append(tenant, small(" · "+r.Text))
	}
	return element{Type: "Container", Style: styles[m.Tone], Bleed: true, Items: []element{
		{Type: "TextBlock", Text: literal(m.Title), Wrap: true, Size: "Large", Weight: "Bolder", Style: "heading"},
		spaced("Small", rich(tenant...)),
		spaced("None", rich(small(m.Checked))),
	}}
}

// teamsCounts shows the numbers in rows of four at most, as a phone is narrow.
func teamsCounts(counts []Count) []element {
	const most = 4
	if len(counts) == 0 {
		return nil
	}
	var rows []element
	perRow := most
	if len(counts) > most {
		perRow = 3
	}
	for row := range slices.Chunk(counts, perRow) {
		set := element{Type: "ColumnSet", Spacing: "Medium"}
		for _, c := range row {
			number := element{
				Type: "TextBlock", Text: fmt.Sprint(c.N), Wrap: true, Size: "ExtraLarge", Weight: "Bolder", HorizontalAlignment: "Center", Spacing: "None",
			}
			if c.Alarm {
				number.Color = "Attention"
			}
			set.Columns = append(set.Columns, element{Type: "Column", Width: "stretch", Items: []element{number, {
				Type: "TextBlock", Text: c.Label, Size: "Small", Subtle: true, Wrap: true, HorizontalAlignment: "Center", Spacing: "None",
			}}})
		}
		for len(set.Columns) < min(perRow, len(counts)) { // the numbers stand below each other
			set.Columns = append(set.Columns, element{Type: "Column", Width: "stretch"})
		}
		rows = append(rows, set)
	}
	return rows
}

// teamsOutlook lists who could still sign in, the numbers below each other.
func teamsOutlook(o Outlook) element {
	box := element{Type: "Container", Style: "emphasis", Spacing: "Medium", Items: []element{rich(heavy(o.Title)), spaced("None", rich(small(o.Note)))}}
	for _, r := range o.Rows {
		number := heavy(r.Able)
		if r.Alarm {
			number.Color = "Attention"
		}
		inlines := []textRun{number}
		if r.Was != "" {
			inlines = append(inlines, small("  "+r.Was))
		}
		able := rich(inlines...)
		able.HorizontalAlignment = "Right"
		box.Items = append(box.Items, element{Type: "ColumnSet", Spacing: "Small", Columns: []element{
			{Type: "Column", Width: "stretch", Items: []element{rich(run(r.What.Text))}},
			{Type: "Column", Width: "auto", VerticalAlignment: "Center", Items: []element{able}},
		}})
	}
	return box
}

func teamsSection(s Section, separator bool) []element {
	title := spaced("Large", rich(textRun{Type: "TextRun", Text: s.Title, Weight: "Bolder", Size: "Medium"}))
	title.Separator = separator
	body := []element{title}
	if s.Note != "" {
		body = append(body, spaced("None", rich(textRun{Type: "TextRun", Text: s.Note, Subtle: true})))
	}
	for _, it := range s.Items {
		if it.Brief {
			body = append(body, teamsLine(it)...)
		} else {
			body = append(body, teamsDetails(it))
		}
	}
	if s.More != "" {
		body = append(body, spaced("Small", rich(textRun{Type: "TextRun", Text: s.More, Subtle: true})))
	}
	return body
}

func teamsDetails(it Item) element {
	label := textRun{Type: "TextRun", Text: it.Icon + " " + it.Label, Weight: "Bolder"}
	items := []element{rich(append([]textRun{label}, teamsChecks(it)...)...)}
	for _, f := range it.Findings {
		items = append(items, spaced("Small", rich(heavy(f.Subject.Text+": "), run(f.Text.Text))))
	}
	if more := it.more(); more != "" {
		items = append(items, spaced("Small", rich(small(more))))
	}
	for _, f := range it.Facts {
		items = append(items, spaced("Small", rich(textRun{Type: "TextRun", Text: f.Label + ": ", Subtle: true}, run(f.Text.Text))))
	}
	if it.Link.URL != "" {
		items = append(items, spaced("Small", element{Type: "ActionSet", Actions: []openURL{{"Action.OpenUrl", it.Link.Text, it.Link.URL}}}))
	}
	return element{Type: "Container", Spacing: "Medium", Items: items}
}

func teamsLine(it Item) []element {
	line := []textRun{heavy(it.Icon + " " + it.Short + " · ")}
	for _, f := range it.Findings {
		line = append(line, heavy(f.Subject.Text+": "), run(f.Text.Text))
	}
	below := teamsChecks(it)
	if more := it.more(); more != "" {
		below = append(below, small("  "+more))
	}
	return []element{spaced("Small", rich(line...)), spaced("None", rich(below...))}
}

func teamsChecks(it Item) []textRun {
	text := strings.Join(it.Checks, "  ")
	if it.MoreChecks > 0 {
		text += fmt.Sprintf("  and %d more", it.MoreChecks)
	}
	return []textRun{{Type: "TextRun", Text: "  " + literal(text), FontType: "Monospace", Size: "Small", Subtle: true}}
}

// literal takes the program of a text that renderers run even in text runs:
// https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features#datetime-formatting-and-localization.
func literal(text string) string {
	for strings.Contains(text, "{{") {
		text = strings.ReplaceAll(text, "{{", "{ {")
	}
	return text
}

func run(text string) textRun { return textRun{Type: "TextRun", Text: literal(text)} }
func heavy(text string) textRun {
	return textRun{Type: "TextRun", Text: literal(text), Weight: "Bolder"}
}
func small(text string) textRun {
	return textRun{Type: "TextRun", Text: literal(text), Size: "Small", Subtle: true}
}

func rich(inlines ...textRun) element { return element{Type: "RichTextBlock", Inlines: inlines} }

func spaced(spacing string, e element) element {
	e.Spacing = spacing
	return e
}
