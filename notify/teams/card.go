package teams

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"breakglass/display"
	"breakglass/notify"
)

// mostBytes is the size of a request that Teams still takes after the workflow has
// wrapped it: 28 KB are allowed, and 24,453 bytes have been seen to become 28,897.
// https://github.com/MicrosoftDocs/msteams-docs/issues/11274
const mostBytes = 20000

// mostName is how long a name is of somebody who is called, in characters.
const mostName = 120

// Render renders a message, shortened to what Teams takes. Strangers' text is in
// text runs only, where nothing acts.
func Render(m notify.Message) Envelope {
	return render(m.Fit(takesCard))
}

// Plain renders a message without any form, for when the workflow does not take
// the card.
func Plain(m notify.Message) Envelope {
	return lines(m.Fit(takesPlain))
}

func lines(m notify.Message) Envelope {
	var body []element
	for line := range strings.SplitSeq(m.Plain(), "\n") {
		if line != "" {
			body = append(body, rich(run(line)))
		}
	}
	return envelopeOf(m, body)
}

// takes reports whether a message needs no shortening, with its form and without.
func takes(m notify.Message) bool { return takesCard(m) && takesPlain(m) }

func takesCard(m notify.Message) bool  { return fits(render(m)) }
func takesPlain(m notify.Message) bool { return fits(lines(m)) }

func fits(e Envelope) bool {
	text, err := notify.Encode(e)
	return err == nil && len(text) <= mostBytes
}

func envelopeOf(m notify.Message, body []element) Envelope {
	text := literal(m.Summary())
	return Envelope{Type: "message", Summary: text, Attachments: []attachment{{
		ContentType: "application/vnd.microsoft.card.adaptive",
		Content: card{
			Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.5", Lang: cmp.Or(m.Language, "en"),
			FallbackText: text, Speak: text, Teams: teamsSettings{Width: "full", Entities: entities(m.Mentions)}, Body: body,
		},
	}}}
}

func render(m notify.Message) Envelope {
	w := display.In(m.Language)
	body := append([]element{head(m)}, counts(m.Counts)...)
	if len(m.Mentions) > 0 {
		body = append(body, mentions(m))
	}
	for _, text := range m.Lead {
		body = append(body, spaced("Medium", rich(run(text))))
	}
	if len(m.Forecast.Rows) > 0 {
		body = append(body, forecast(m.Forecast))
	}
	for i, s := range m.Sections {
		body = append(body, section(w, s, i > 0 || len(m.Lead) > 0)...)
	}
	footer := rich(small(m.Footer))
	footer.Separator = true
	return envelopeOf(m, append(body, spaced("Medium", footer)))
}

// head is the verdict, on a coloured ground unless the message is calm.
func head(m notify.Message) element {
	styles := map[display.Tone]string{display.Bad: "attention", display.Warning: "warning", display.Good: "good", display.Calm: "emphasis"}
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

// mentions calls people: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format#mention-support-within-adaptive-cards.
func mentions(m notify.Message) element {
	text := []string{m.Appeal()}
	for _, p := range m.Mentions {
		text = append(text, at(p))
	}
	return element{Type: "TextBlock", Text: literal(strings.Join(text, " ")), Wrap: true, Spacing: "Medium"}
}

func at(p notify.Person) string { return "<at>" + display.Short(p.Name, mostName) + "</at>" }

func entities(people []notify.Person) []mention {
	var all []mention
	for _, p := range people {
		all = append(all, mention{Type: "mention", Text: at(p), Mentioned: mentioned{ID: p.ID, Name: display.Short(p.Name, mostName)}})
	}
	return all
}

// counts shows the numbers in rows of four at most, as a phone is narrow.
func counts(counts []notify.Count) []element {
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

// forecast lists who could still sign in, the numbers below each other.
func forecast(o notify.Forecast) element {
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

func section(w display.Words, s notify.Section, separator bool) []element {
	title := spaced("Large", rich(textRun{Type: "TextRun", Text: s.Title, Weight: "Bolder", Size: "Medium"}))
	title.Separator = separator
	body := []element{title}
	if s.Note != "" {
		body = append(body, spaced("None", rich(textRun{Type: "TextRun", Text: s.Note, Subtle: true})))
	}
	for _, it := range s.Items {
		if it.Brief {
			body = append(body, line(w, it)...)
		} else {
			body = append(body, details(w, it))
		}
	}
	if s.More != "" {
		body = append(body, spaced("Small", rich(textRun{Type: "TextRun", Text: s.More, Subtle: true})))
	}
	return body
}

func details(w display.Words, it notify.Item) element {
	label := textRun{Type: "TextRun", Text: literal(it.Heading(it.Label)), Weight: "Bolder"}
	items := []element{rich(append([]textRun{label}, checkIDs(w, it)...)...)}
	for _, f := range it.Findings {
		items = append(items, spaced("Small", rich(heavy(f.Subject.Text+": "), run(f.Text.Text))))
	}
	if more := it.Rest(w); more != "" {
		items = append(items, spaced("Small", rich(small(more))))
	}
	for _, f := range it.Fields {
		items = append(items, spaced("Small", rich(textRun{Type: "TextRun", Text: f.Label + ": ", Subtle: true}, run(f.Text.Text))))
	}
	if it.Link.URL != "" {
		items = append(items, spaced("Small", element{Type: "ActionSet", Actions: []openURL{{"Action.OpenUrl", it.Link.Text, it.Link.URL}}}))
	}
	return element{Type: "Container", Spacing: "Medium", Items: items}
}

func line(w display.Words, it notify.Item) []element {
	line := []textRun{heavy(it.Heading(it.Short) + " · ")}
	for i, f := range it.Findings {
		if i > 0 {
			line = append(line, run("; "))
		}
		line = append(line, heavy(f.Subject.Text+": "), run(f.Text.Text))
	}
	for _, f := range it.Fields {
		line = append(line, heavy(" · "+f.Label+": "), run(f.Text.Text))
	}
	below := checkIDs(w, it)
	if more := it.Rest(w); more != "" {
		below = append(below, small("  "+more))
	}
	return []element{spaced("Small", rich(line...)), spaced("None", rich(below...))}
}

func checkIDs(w display.Words, it notify.Item) []textRun {
	text := strings.Join(it.CheckIDs(w), "  ")
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
