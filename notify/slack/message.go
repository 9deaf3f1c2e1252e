package slack

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"breakglass/display"
	"breakglass/notify"
)

// Limits on a message. Slack takes 50 blocks, and about 13,200 characters of all of
// them together: https://docs.slack.dev/reference/block-kit/blocks,
// https://github.com/slackapi/bolt-js/issues/2509.
const (
	mostBlocks     = 45
	mostCharacters = 12000
	// Slack recommends 4,000 characters of text, and cuts what is beyond 40,000:
	// https://docs.slack.dev/reference/methods/chat.postMessage
	usualPlain = 3500
	mostPlain  = 35000
)

// Render renders a message, shortened to what Slack takes. Only the header, the
// footer and the text for notifications are not rich text; of them only the last
// holds strangers' text, escaped.
func Render(m notify.Message) *slack.WebhookMessage {
	return render(m.Fit(takes))
}

func takes(m notify.Message) bool {
	blocks := render(m).Blocks.BlockSet
	text, err := notify.Encode(blocks)
	return err == nil && len(blocks) <= mostBlocks && utf8.RuneCount(text) <= mostCharacters
}

// Plain renders a message as text alone, for when Slack does not take the blocks.
func Plain(m notify.Message) *slack.WebhookMessage {
	size := func(m notify.Message) int { return utf8.RuneCountInString(escape(m.Plain())) }
	most := usualPlain
	if bare := m.Bare(); size(bare) > most {
		m, most = bare, mostPlain // what must be told is told
	}
	m = m.Fit(func(m notify.Message) bool { return size(m) <= most })
	return envelope(escape(m.Plain()))
}

// envelope holds a text and nothing else. Slack makes no links of it.
func envelope(text string) *slack.WebhookMessage {
	no := false
	return &slack.WebhookMessage{Text: text, Parse: "none", UnfurlLinks: &no, UnfurlMedia: &no}
}

// escape makes a text literal: https://docs.slack.dev/messaging/formatting-message-text#escaping.
func escape(text string) string { return slackutilsx.EscapeMessage(text) }

func render(m notify.Message) *slack.WebhookMessage {
	w := display.In(m.Language)
	message := envelope(escape(m.Summary()))
	blocks := []slack.Block{
		slack.NewHeaderBlock(plainText(m.Title)),
		richText(section(head(m)...)),
	}
	if len(m.Mentions) > 0 {
		blocks = append(blocks, richText(section(mentions(m)...)))
	}
	for _, text := range m.Lead {
		blocks = append(blocks, richText(section(textRun(text))))
	}
	if len(m.Forecast.Rows) > 0 {
		blocks = append(blocks, forecast(m.Forecast))
	}
	for _, s := range m.Sections {
		blocks = append(blocks, slack.NewDividerBlock())
		blocks = append(blocks, sectionBlocks(w, s)...)
	}
	blocks = append(blocks, slack.NewContextBlock("", plainText(m.Footer)))
	message.Blocks = &slack.Blocks{BlockSet: blocks}
	return message
}

// mentions calls people.
func mentions(m notify.Message) []slack.RichTextSectionElement {
	all := []slack.RichTextSectionElement{textRun(m.Appeal())}
	for _, p := range m.Mentions {
		all = append(all, textRun(" "), slack.NewRichTextSectionUserElement(p.ID, nil))
	}
	return all
}

// head says who, when and how much.
func head(m notify.Message) []slack.RichTextSectionElement {
	var head []slack.RichTextSectionElement
	for i, run := range m.Tenant {
		if i > 0 {
			head = append(head, textRun(" · "))
		}
		head = append(head, styledRun(run.Text, slack.RichTextSectionTextStyle{Bold: i == 0}))
	}
	head = append(head, textRun("\n"+m.Checked))
	for i, c := range m.Counts {
		separator := "   ·   "
		if i == 0 {
			separator = "\n"
		}
		head = append(head, textRun(separator),
			styledRun(fmt.Sprintf("%s %d", c.Label, c.N), slack.RichTextSectionTextStyle{Bold: c.Alarm}))
	}
	return head
}

// forecast lists who could still sign in.
func forecast(o notify.Forecast) slack.Block {
	rows := make([]slack.RichTextElement, len(o.Rows))
	for i, r := range o.Rows {
		row := []slack.RichTextSectionElement{textRun(r.What.Text + ": "), styledRun(r.Able, bold())}
		if r.Was != "" {
			row = append(row, textRun("  ("+r.Was+")"))
		}
		rows[i] = section(row...)
	}
	return richText(
		section(styledRun(o.Title, bold()), textRun("\n"), styledRun(o.Note, italic())),
		slack.NewRichTextList(slack.RTEListBullet, 0, rows...),
	)
}

// sectionBlocks gives each item with details a block of its own, and the lines
// one list.
func sectionBlocks(w display.Words, s notify.Section) []slack.Block {
	title := []slack.RichTextSectionElement{styledRun(s.Title, bold())}
	if s.Note != "" {
		title = append(title, textRun("\n"), styledRun(s.Note, italic()))
	}
	blocks := []slack.Block{}
	rest := []slack.RichTextElement{section(title...)}
	var lines []slack.RichTextElement
	for i, it := range s.Items {
		if it.Brief {
			lines = append(lines, line(w, it))
			continue
		}
		if len(rest) > 0 {
			blocks = append(blocks, richText(rest...))
			rest = nil
		}
		if i > 0 {
			blocks = append(blocks, slack.NewDividerBlock())
		}
		blocks = append(blocks, details(w, it))
	}
	if len(lines) > 0 {
		rest = append(rest, slack.NewRichTextList(slack.RTEListBullet, 0, lines...))
	}
	if s.More != "" {
		rest = append(rest, section(styledRun(s.More, italic())))
	}
	if len(rest) > 0 {
		blocks = append(blocks, richText(rest...))
	}
	return blocks
}

func details(w display.Words, it notify.Item) slack.Block {
	head := append([]slack.RichTextSectionElement{styledRun(it.Heading(it.Label), bold())}, checkIDs(w, it)...)
	for _, f := range it.Findings {
		head = append(head, textRun("\n"))
		head = append(head, finding(f)...)
	}
	if more := it.Rest(w); more != "" {
		head = append(head, textRun("\n"), styledRun(more, italic()))
	}
	var fields []slack.RichTextElement
	for _, f := range it.Fields {
		fields = append(fields, section(styledRun(f.Label+": ", bold()), textRun(f.Text.Text)))
	}
	if it.Link.URL != "" {
		fields = append(fields, section(slack.NewRichTextSectionLinkElement(it.Link.URL, it.Link.Text, nil)))
	}
	elements := []slack.RichTextElement{section(head...)}
	if len(fields) > 0 {
		elements = append(elements, slack.NewRichTextList(slack.RTEListBullet, 0, fields...))
	}
	return richText(elements...)
}

func line(w display.Words, it notify.Item) slack.RichTextElement {
	line := []slack.RichTextSectionElement{styledRun(it.Heading(it.Short)+" · ", bold())}
	for i, f := range it.Findings {
		if i > 0 {
			line = append(line, textRun("; "))
		}
		line = append(line, finding(f)...)
	}
	for _, f := range it.Fields {
		line = append(line, textRun(" · "), styledRun(f.Label+": ", bold()), textRun(f.Text.Text))
	}
	line = append(line, checkIDs(w, it)...)
	if more := it.Rest(w); more != "" {
		line = append(line, styledRun("  "+more, italic()))
	}
	return section(line...)
}

func finding(f notify.Finding) []slack.RichTextSectionElement {
	return []slack.RichTextSectionElement{styledRun(f.Subject.Text+": ", bold()), textRun(f.Text.Text)}
}

func checkIDs(w display.Words, it notify.Item) []slack.RichTextSectionElement {
	var all []slack.RichTextSectionElement
	for _, id := range it.Checks {
		all = append(all, textRun("  "), styledRun(id, slack.RichTextSectionTextStyle{Code: true}))
	}
	if it.MoreChecks > 0 {
		all = append(all, textRun("  "+w.Say("and %d more", it.MoreChecks)))
	}
	return all
}

// plainText is text of the program's own, where Slack has no rich text.
func plainText(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, strings.TrimSpace(text), true, false)
}

func richText(elements ...slack.RichTextElement) *slack.RichTextBlock {
	return slack.NewRichTextBlock("", elements...)
}

func section(elements ...slack.RichTextSectionElement) *slack.RichTextSection {
	return slack.NewRichTextSection(elements...)
}

func textRun(text string) slack.RichTextSectionElement {
	return slack.NewRichTextSectionTextElement(text, nil)
}

func styledRun(text string, style slack.RichTextSectionTextStyle) slack.RichTextSectionElement {
	if style == (slack.RichTextSectionTextStyle{}) {
		return textRun(text)
	}
	return slack.NewRichTextSectionTextElement(text, &style)
}

func bold() slack.RichTextSectionTextStyle {
	return slack.RichTextSectionTextStyle{Bold: true}
}

func italic() slack.RichTextSectionTextStyle {
	return slack.RichTextSectionTextStyle{Italic: true}
}
