package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"breakglass/display"
)

// teamsBytes is the size of a request that Teams still takes after the workflow has
// wrapped it: 28 KB are allowed, and 24,453 bytes have been seen to become 28,897.
// https://github.com/MicrosoftDocs/msteams-docs/issues/11274
const teamsBytes = 20000

// teamsCard renders a message, shortened to what Teams takes. Strangers' text is in
// text runs only, where nothing acts.
func teamsCard(m Message) envelope {
	return teamsRender(fit(m, teamsTakes))
}

// teamsPlain renders a message without any form, for when the workflow does not take
// the card.
func teamsPlain(m Message) envelope {
	return teamsLines(fit(m, teamsTakesPlain))
}

func teamsLines(m Message) envelope {
	var body []element
	for line := range strings.SplitSeq(plainText(m), "\n") {
		if line != "" {
			body = append(body, rich(run(line)))
		}
	}
	return teamsEnvelope(m, body)
}

func teamsTakes(m Message) bool      { return teamsFits(teamsRender(m)) }
func teamsTakesPlain(m Message) bool { return teamsFits(teamsLines(m)) }

func teamsFits(e envelope) bool {
	text, err := encode(e)
	return err == nil && len(text) <= teamsBytes
}

func teamsEnvelope(m Message, body []element) envelope {
	text := literal(summary(m))
	return envelope{Type: "message", Summary: text, Attachments: []attachment{{
		ContentType: "application/vnd.microsoft.card.adaptive",
		Content: card{
			Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.5", Lang: cmp.Or(m.Language, "en"),
			FallbackText: text, Speak: text, Teams: teamsSettings{Width: "full", Entities: teamsEntities(m.Mentions)}, Body: body,
		},
	}}}
}

func teamsRender(m Message) envelope {
	w := wordsIn(m.Language)
	body := append([]element{teamsHead(m)}, teamsCounts(m.Counts)...)
	if len(m.Mentions) > 0 {
		body = append(body, teamsMentions(w, m.Mentions))
	}
	for _, text := range m.Lead {
		body = append(body, spaced("Medium", rich(run(text))))
	}
	if len(m.Forecast.Rows) > 0 {
		body = append(body, teamsForecast(m.Forecast))
	}
	for i, s := range m.Sections {
		body = append(body, teamsSection(w, s, i > 0 || len(m.Lead) > 0)...)
	}
	footer := rich(small(m.Footer))
	footer.Separator = true
	return teamsEnvelope(m, append(body, spaced("Medium", footer)))
}

// teamsHead is the verdict, on a coloured ground unless the message is calm.
func teamsHead(m Message) element {
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

// teamsMentions calls people: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format#mention-support-within-adaptive-cards.
func teamsMentions(w words, people []Person) element {
	text := []string{w.say("Please look at this now:")}
	for _, p := range people {
		text = append(text, teamsAt(p))
	}
	return element{Type: "TextBlock", Text: literal(strings.Join(text, " ")), Wrap: true, Spacing: "Medium"}
}

func teamsAt(p Person) string { return "<at>" + display.Short(p.Name, maxName) + "</at>" }

func teamsEntities(people []Person) []mention {
	var all []mention
	for _, p := range people {
		all = append(all, mention{Type: "mention", Text: teamsAt(p), Mentioned: mentioned{ID: p.ID, Name: display.Short(p.Name, maxName)}})
	}
	return all
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

// teamsForecast lists who could still sign in, the numbers below each other.
func teamsForecast(o Forecast) element {
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

func teamsSection(w words, s Section, separator bool) []element {
	title := spaced("Large", rich(textRun{Type: "TextRun", Text: s.Title, Weight: "Bolder", Size: "Medium"}))
	title.Separator = separator
	body := []element{title}
	if s.Note != "" {
		body = append(body, spaced("None", rich(textRun{Type: "TextRun", Text: s.Note, Subtle: true})))
	}
	for _, it := range s.Items {
		if it.Brief {
			body = append(body, teamsLine(w, it)...)
		} else {
			body = append(body, teamsDetails(w, it))
		}
	}
	if s.More != "" {
		body = append(body, spaced("Small", rich(textRun{Type: "TextRun", Text: s.More, Subtle: true})))
	}
	return body
}

func teamsDetails(w words, it Item) element {
	label := textRun{Type: "TextRun", Text: literal(it.heading(it.Label)), Weight: "Bolder"}
	items := []element{rich(append([]textRun{label}, teamsChecks(w, it)...)...)}
	for _, f := range it.Findings {
		items = append(items, spaced("Small", rich(heavy(f.Subject.Text+": "), run(f.Text.Text))))
	}
	if more := w.more(it); more != "" {
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

func teamsLine(w words, it Item) []element {
	line := []textRun{heavy(it.heading(it.Short) + " · ")}
	for i, f := range it.Findings {
		if i > 0 {
			line = append(line, run("; "))
		}
		line = append(line, heavy(f.Subject.Text+": "), run(f.Text.Text))
	}
	for _, f := range it.Fields {
		line = append(line, heavy(" · "+f.Label+": "), run(f.Text.Text))
	}
	below := teamsChecks(w, it)
	if more := w.more(it); more != "" {
		below = append(below, small("  "+more))
	}
	return []element{spaced("Small", rich(line...)), spaced("None", rich(below...))}
}

func teamsChecks(w words, it Item) []textRun {
	text := strings.Join(w.checks(it), "  ")
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
