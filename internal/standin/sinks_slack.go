package standin

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// NewSlack makes a stand-in of a Slack incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
// It answers with a word, as Slack does; Problems tells the rest.
func NewSlack() *Sink {
	secret := newSecret()
	s := &Sink{secret: secret, path: "/services/T00000000/B00000000/" + secret}
	s.judge = func(r *http.Request, body []byte) verdict {
		status, word, problems := slackAnswer(r, body, s.path)
		return verdict{status: status, contentType: "text/html", body: word, posted: status == http.StatusOK, problems: problems}
	}
	return s
}

// Slack's limits: https://docs.slack.dev/reference/block-kit/blocks and, for text,
// https://docs.slack.dev/reference/methods/chat.postMessage. The one on all blocks together is not documented there:
// https://github.com/slackapi/bolt-js/issues/2509. It is taken here as a limit on their JSON.
const (
	slackMostBlocks      = 50
	slackMostBlockText   = 13200
	slackMostAttachments = 100
	slackMostText        = 40000
	slackMostID          = 255
	slackMostURL         = 3000
)

// slackAnswer returns the status, Slack's word, and what is wrong.
func slackAnswer(r *http.Request, body []byte, path string) (status int, word string, problems []string) {
	switch {
	case !strings.HasPrefix(r.URL.Path, path[:strings.LastIndex(path, "/")+1]):
		return http.StatusNotFound, "no_service", []string{"no such webhook"}
	case r.URL.Path != path:
		return http.StatusForbidden, "invalid_token", []string{"wrong token"}
	case r.Method != http.MethodPost:
		return http.StatusBadRequest, "invalid_payload", []string{"method " + r.Method}
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return http.StatusBadRequest, "invalid_payload", []string{"content type is not application/json"}
	}
	var message document
	if err := json.Unmarshal(body, &message); err != nil || message == nil || !utf8.Valid(body) {
		return http.StatusBadRequest, "invalid_payload", []string{fmt.Sprintf("not a JSON object in UTF-8: %v", err)}
	}
	return slackMessage(message)
}

func slackMessage(message document) (status int, word string, problems []string) {
	c := &inspector{}
	text, textOK := message["text"].(string)
	blocks, blocksOK := message["blocks"].([]any)
	attachments, attachmentsOK := message["attachments"].([]any)
	for name, ok := range map[string]bool{"text": textOK, "blocks": blocksOK, "attachments": attachmentsOK} {
		if value := message[name]; value != nil && !ok {
			return http.StatusBadRequest, "invalid_payload", []string{"/" + name + ": wrong type"}
		}
	}
	switch {
	case strings.TrimSpace(text) == "" && len(blocks)+len(attachments) == 0:
		return http.StatusBadRequest, "no_text", []string{"neither text nor blocks"}
	case len(attachments) > slackMostAttachments:
		return http.StatusBadRequest, "too_many_attachments", []string{"more than 100 attachments"}
	}
	c.slackBlocks(blocks)
	if len(c.problems) > 0 {
		return http.StatusBadRequest, "invalid_blocks", c.problems
	}
	if n := jsonLength(blocks); n > slackMostBlockText {
		return http.StatusBadRequest, "msg_blocks_too_long", []string{fmt.Sprintf("/blocks: %d characters of JSON", n)}
	}
	if n := utf8.RuneCountInString(text); n > slackMostText {
		problems = append(problems, fmt.Sprintf("/text: %d characters; Slack cuts it after %d", n, slackMostText))
	}
	return http.StatusOK, "ok", problems
}

// jsonLength counts the characters of a value's compact JSON.
func jsonLength(value any) int {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // it came from JSON
	return utf8.RuneCountInString(b.String()) - 1
}

func (c *inspector) slackBlocks(blocks []any) {
	c.list("/blocks", blocks, 0, slackMostBlocks)
	tables, markdown := 0, 0
	for i, value := range blocks {
		at := fmt.Sprintf("/blocks/%d", i)
		block := c.object(at, value)
		c.str(at+"/block_id", block["block_id"], 0, slackMostID)
		switch block["type"] {
		case "header":
			c.object(at, block, "type", "block_id", "text", "level")
			c.slackText(at+"/text", block["text"], 150, "plain_text")
		case "section":
			c.slackSection(at, block)
		case "divider":
			c.object(at, block, "type", "block_id")
		case "context":
			c.slackContext(at, block)
		case "actions":
			c.slackActions(at, block)
		case "image":
			c.slackImage(at, block)
		case "rich_text":
			c.object(at, block, "type", "block_id", "elements")
			c.slackRichText(at, block)
		case "table":
			tables++
			c.slackTable(at, block)
		case "markdown":
			c.object(at, block, "type", "block_id", "text")
			markdown += utf8.RuneCountInString(c.str(at+"/text", block["text"], 1, 12000))
		default: // among them "alert", which is for modals only
			c.note(at, "unsupported type: %v", block["type"])
		}
	}
	if tables > 1 || markdown > 12000 {
		c.note("/blocks", "%d tables and %d characters of markdown; must be 1 and 12000 at most", tables, markdown)
	}
}

// slackText wants a text object of one of the types.
func (c *inspector) slackText(at string, value any, most int, types ...string) {
	text := c.object(at, value, "type", "text", "emoji", "verbatim")
	kind := c.oneOf(at+"/type", text["type"], types...)
	c.str(at+"/text", text["text"], 1, most)
	if _, ok := text["emoji"]; ok && kind == "mrkdwn" {
		c.note(at, "emoji is for plain_text")
	}
	if _, ok := text["verbatim"]; ok && kind == "plain_text" {
		c.note(at, "verbatim is for mrkdwn")
	}
}

func (c *inspector) slackSection(at string, block document) {
	c.object(at, block, "type", "block_id", "text", "fields", "accessory", "expand")
	if block["text"] == nil && block["fields"] == nil {
		c.note(at, "neither text nor fields")
	}
	if block["text"] != nil {
		c.slackText(at+"/text", block["text"], 3000, "plain_text", "mrkdwn")
	}
	if block["fields"] != nil {
		for i, field := range c.list(at+"/fields", block["fields"], 1, 10) {
			c.slackText(fmt.Sprintf("%s/fields/%d", at, i), field, 2000, "plain_text", "mrkdwn")
		}
	}
}

func (c *inspector) slackContext(at string, block document) {
	c.object(at, block, "type", "block_id", "elements")
	for i, value := range c.list(at+"/elements", block["elements"], 1, 10) {
		at := fmt.Sprintf("%s/elements/%d", at, i)
		if element := c.object(at, value); element["type"] == "image" {
			c.slackImage(at, element)
		} else {
			c.slackText(at, value, 3000, "plain_text", "mrkdwn")
		}
	}
}

func (c *inspector) slackActions(at string, block document) {
	c.object(at, block, "type", "block_id", "elements")
	for i, value := range c.list(at+"/elements", block["elements"], 1, 25) {
		at := fmt.Sprintf("%s/elements/%d", at, i)
		element := c.object(at, value)
		c.str(at+"/action_id", element["action_id"], 0, slackMostID)
		if element["type"] == "button" {
			c.slackText(at+"/text", element["text"], 75, "plain_text")
			c.str(at+"/value", element["value"], 0, 2000)
			c.str(at+"/url", element["url"], 0, slackMostURL)
		}
	}
}

func (c *inspector) slackImage(at string, block document) {
	c.object(at, block, "type", "block_id", "image_url", "slack_file", "alt_text", "title")
	c.str(at+"/alt_text", block["alt_text"], 1, 2000)
	if block["slack_file"] == nil {
		c.str(at+"/image_url", block["image_url"], 1, slackMostURL)
	}
}

func (c *inspector) slackTable(at string, block document) {
	c.object(at, block, "type", "block_id", "rows", "column_settings")
	for i, row := range c.list(at+"/rows", block["rows"], 1, 100) {
		c.list(fmt.Sprintf("%s/rows/%d", at, i), row, 1, 20)
	}
}
