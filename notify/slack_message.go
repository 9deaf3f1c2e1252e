package notify

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"
)

// Limits on a message. Slack takes 50 blocks, and about 13,200 characters of all of
// them together: https://docs.slack.dev/reference/block-kit/blocks,
// https://github.com/slackapi/bolt-js/issues/2509.
const (
	slackBlocks     = 45
	slackCharacters = 12000
	// Slack recommends 4,000 characters of text, and cuts what is beyond 40,000:
	// https://docs.slack.dev/reference/methods/chat.postMessage
	slackPlainText = 3500
	slackPlainMost = 35000
)

// slackMessage renders a message, shortened to what Slack takes. Only the header, the
// footer and the text for notifications are not rich text; of them only the last
// holds strangers' text, escaped.
func slackMessage(m Message) *slack.WebhookMessage {
	return slackRender(fit(m, slackTakes))
}

func slackTakes(m Message) bool {
	blocks := slackRender(m).Blocks.BlockSet
	text, err := encode(blocks)
	return err == nil && len(blocks) <= slackBlocks && utf8.RuneCount(text) <= slackCharacters
}

// slackPlain renders a message as text alone, for when Slack does not take the blocks.
func slackPlain(m Message) *slack.WebhookMessage {
	size := func(m Message) int { return utf8.RuneCountInString(slackEscape(plainText(m))) }
	most := slackPlainText
	if bare := m.reduced(step{0, m.musts()}); size(bare) > most {
		m, most = bare, slackPlainMost // what must be told is told
	}
	m = fit(m, func(m Message) bool { return size(m) <= most })
	return slackEnvelope(slackEscape(plainText(m)))
}

// slackEnvelope holds a text and nothing else. Slack makes no links of it.
func slackEnvelope(text string) *slack.WebhookMessage {
	no := false
	return &slack.WebhookMessage{Text: text, Parse: "none", UnfurlLinks: &no, UnfurlMedia: &no}
}

// slackEscape makes a text literal: https://docs.slack.dev/messaging/formatting-message-text#escaping.
func slackEscape(text string) string { return slackutilsx.EscapeMessage(text) }

func slackRender(m Message) *slack.WebhookMessage {
	w := wordsIn(m.Language)
	message := slackEnvelope(slackEscape(summary(m)))
	blocks := []slack.Block{
		slack.NewHeaderBlock(slackOurs(m.Title)),
		slackRich(slackSection(slackHead(m)...)),
	}
	if len(m.Mentions) > 0 {
		blocks = append(blocks, slackRich(slackSection(slackMentions(w, m.Mentions)...)))
	}
	for _, text := range m.Lead {
		blocks = append(blocks, slackRich(slackSection(slackText(text))))
	}
	if len(m.Forecast.Rows) > 0 {
		blocks = append(blocks, slackForecast(m.Forecast))
	}
	for _, s := range m.Sections {
		blocks = append(blocks, slack.NewDividerBlock())
		blocks = append(blocks, slackSectionBlocks(w, s)...)
	}
	blocks = append(blocks, slack.NewContextBlock("", slackOurs(m.Footer)))
	message.Blocks = &slack.Blocks{BlockSet: blocks}
	return message
}

// slackMentions calls people.
func slackMentions(w words, people []Person) []slack.RichTextSectionElement {
	all := []slack.RichTextSectionElement{slackText(w.say("Please look at this now:"))}
	for _, p := range people {
		all = append(all, slackText(" "), slack.NewRichTextSectionUserElement(p.ID, nil))
	}
	return all
}

// slackHead says who, when and how much.
func slackHead(m Message) []slack.RichTextSectionElement {
	var head []slack.RichTextSectionElement
	for i, run := range m.Tenant {
		if i > 0 {
			head = append(head, slackText(" · "))
		}
		head = append(head, slackStyled(run.Text, slack.RichTextSectionTextStyle{Bold: i == 0}))
	}
	head = append(head, slackText("\n"+m.Checked))
	for i, c := range m.Counts {
		separator := "   ·   "
		if i == 0 {
			separator = "\n"
		}
		head = append(head, slackText(separator),
			slackStyled(fmt.Sprintf("%s %d", c.Label, c.N), slack.RichTextSectionTextStyle{Bold: c.Alarm}))
	}
	return head
}

// slackForecast lists who could still sign in.
func slackForecast(o Forecast) slack.Block {
	rows := make([]slack.RichTextElement, len(o.Rows))
	for i, r := range o.Rows {
		row := []slack.RichTextSectionElement{slackText(r.What.Text + ": "), slackStyled(r.Able, slackBold())}
		if r.Was != "" {
			row = append(row, slackText("  ("+r.Was+")"))
		}
		rows[i] = slackSection(row...)
	}
	return slackRich(
		slackSection(slackStyled(o.Title, slackBold()), slackText("\n"), slackStyled(o.Note, slackItalic())),
		slack.NewRichTextList(slack.RTEListBullet, 0, rows...),
	)
}

// slackSectionBlocks gives each item with details a block of its own, and the lines
// one list.
func slackSectionBlocks(w words, s Section) []slack.Block {
	title := []slack.RichTextSectionElement{slackStyled(s.Title, slackBold())}
	if s.Note != "" {
		title = append(title, slackText("\n"), slackStyled(s.Note, slackItalic()))
	}
	blocks := []slack.Block{}
	rest := []slack.RichTextElement{slackSection(title...)}
	var lines []slack.RichTextElement
	for i, it := range s.Items {
		if it.Brief {
			lines = append(lines, slackLine(w, it))
			continue
		}
		if len(rest) > 0 {
			blocks = append(blocks, slackRich(rest...))
			rest = nil
		}
		if i > 0 {
			blocks = append(blocks, slack.NewDividerBlock())
		}
		blocks = append(blocks, slackDetails(w, it))
	}
	if len(lines) > 0 {
		rest = append(rest, slack.NewRichTextList(slack.RTEListBullet, 0, lines...))
	}
	if s.More != "" {
		rest = append(rest, slackSection(slackStyled(s.More, slackItalic())))
	}
	if len(rest) > 0 {
		blocks = append(blocks, slackRich(rest...))
	}
	return blocks
}

func slackDetails(w words, it Item) slack.Block {
	head := append([]slack.RichTextSectionElement{slackStyled(it.heading(it.Label), slackBold())}, slackChecks(w, it)...)
	for _, f := range it.Findings {
		head = append(head, slackText("\n"))
		head = append(head, slackFinding(f)...)
	}
	if more := w.more(it); more != "" {
		head = append(head, slackText("\n"), slackStyled(more, slackItalic()))
	}
	var fields []slack.RichTextElement
	for _, f := range it.Fields {
		fields = append(fields, slackSection(slackStyled(f.Label+": ", slackBold()), slackText(f.Text.Text)))
	}
	if it.Link.URL != "" {
		fields = append(fields, slackSection(slack.NewRichTextSectionLinkElement(it.Link.URL, it.Link.Text, nil)))
	}
	elements := []slack.RichTextElement{slackSection(head...)}
	if len(fields) > 0 {
		elements = append(elements, slack.NewRichTextList(slack.RTEListBullet, 0, fields...))
	}
	return slackRich(elements...)
}

func slackLine(w words, it Item) slack.RichTextElement {
	line := []slack.RichTextSectionElement{slackStyled(it.heading(it.Short)+" · ", slackBold())}
	for i, f := range it.Findings {
		if i > 0 {
			line = append(line, slackText("; "))
		}
		line = append(line, slackFinding(f)...)
	}
	for _, f := range it.Fields {
		line = append(line, slackText(" · "), slackStyled(f.Label+": ", slackBold()), slackText(f.Text.Text))
	}
	line = append(line, slackChecks(w, it)...)
	if more := w.more(it); more != "" {
		line = append(line, slackStyled("  "+more, slackItalic()))
	}
	return slackSection(line...)
}

func slackFinding(f Finding) []slack.RichTextSectionElement {
	return []slack.RichTextSectionElement{slackStyled(f.Subject.Text+": ", slackBold()), slackText(f.Text.Text)}
}

func slackChecks(w words, it Item) []slack.RichTextSectionElement {
	var all []slack.RichTextSectionElement
	for _, id := range it.Checks {
		all = append(all, slackText("  "), slackStyled(id, slack.RichTextSectionTextStyle{Code: true}))
	}
	if it.MoreChecks > 0 {
		all = append(all, slackText("  "+w.say("and %d more", it.MoreChecks)))
	}
	return all
}

// slackOurs is text of the program's own, where Slack has no rich text.
func slackOurs(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, strings.TrimSpace(text), true, false)
}

func slackRich(elements ...slack.RichTextElement) *slack.RichTextBlock {
	return slack.NewRichTextBlock("", elements...)
}

func slackSection(elements ...slack.RichTextSectionElement) *slack.RichTextSection {
	return slack.NewRichTextSection(elements...)
}

func slackText(text string) slack.RichTextSectionElement {
	return slack.NewRichTextSectionTextElement(text, nil)
}

func slackStyled(text string, style slack.RichTextSectionTextStyle) slack.RichTextSectionElement {
	if style == (slack.RichTextSectionTextStyle{}) {
		return slackText(text)
	}
	return slack.NewRichTextSectionTextElement(text, &style)
}

func slackBold() slack.RichTextSectionTextStyle {
	return slack.RichTextSectionTextStyle{Bold: true}
}

func slackItalic() slack.RichTextSectionTextStyle {
	return slack.RichTextSectionTextStyle{Italic: true}
}
