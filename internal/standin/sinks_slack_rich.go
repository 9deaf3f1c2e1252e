package standin

import (
	"fmt"
	"maps"
	"slices"
)

// slackRichText checks a rich_text block: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
func (c *inspector) slackRichText(at string, block document) {
	for i, value := range c.list(at+"/elements", block["elements"], 1, 1000) {
		at := fmt.Sprintf("%s/elements/%d", at, i)
		element := c.object(at, value)
		switch element["type"] {
		case "rich_text_section":
			c.slackRichSection(at, element)
		case "rich_text_list":
			c.slackRichList(at, element)
		case "rich_text_quote":
			c.object(at, element, "type", "elements", "border")
			c.slackRichInline(at, element, "text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date", "color")
		case "rich_text_preformatted":
			c.object(at, element, "type", "elements", "border", "language")
			c.slackRichInline(at, element, "text", "link")
		default:
			c.note(at, "unsupported type: %v", element["type"])
		}
	}
}

func (c *inspector) slackRichSection(at string, section document) {
	c.object(at, section, "type", "elements")
	c.slackRichInline(at, section, "text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date", "color")
}

func (c *inspector) slackRichList(at string, list document) {
	c.object(at, list, "type", "style", "elements", "indent", "offset", "border")
	c.oneOf(at+"/style", list["style"], "bullet", "ordered")
	if indent, ok := list["indent"].(float64); list["indent"] != nil && (!ok || indent < 0 || indent > 8) {
		c.note(at+"/indent", "must be 0 to 8")
	}
	for i, value := range c.list(at+"/elements", list["elements"], 1, 1000) {
		at := fmt.Sprintf("%s/elements/%d", at, i)
		section := c.object(at, value)
		c.oneOf(at+"/type", section["type"], "rich_text_section")
		c.slackRichSection(at, section)
	}
}

// slackRichInline checks the runs of text of a section, a quote or a preformatted block.
func (c *inspector) slackRichInline(at string, parent document, types ...string) {
	for i, value := range c.list(at+"/elements", parent["elements"], 1, 1000) {
		at := fmt.Sprintf("%s/elements/%d", at, i)
		element := c.object(at, value)
		switch c.oneOf(at+"/type", element["type"], types...) {
		case "text":
			c.object(at, element, "type", "text", "style")
			c.str(at+"/text", element["text"], 1, 40000)
		case "link":
			c.object(at, element, "type", "url", "text", "unsafe", "style")
			c.str(at+"/url", element["url"], 1, slackMostURL)
		case "emoji":
			c.str(at+"/name", element["name"], 1, 100)
		}
		c.slackStyle(at+"/style", element["style"])
	}
}

func (c *inspector) slackStyle(at string, value any) {
	if value == nil {
		return
	}
	style := c.object(at, value, "bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
	for _, name := range slices.Sorted(maps.Keys(style)) {
		if _, ok := style[name].(bool); !ok {
			c.note(at+"/"+name, "must be true or false")
		}
	}
}
