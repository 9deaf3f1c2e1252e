package slack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"breakglass/notify"
	"breakglass/notify/sinktest"
)

const secretPath = "/services/T00000000/B00000000/SECRETSECRETSECRET"

// webhookSink is what the suite must know of incoming webhooks.
func webhookSink() sinktest.Sink {
	return sinktest.Sink{
		Kind: Kind(),
		Settings: func(address string) map[string]string {
			return map[string]string{settingWebhook: address + secretPath}
		},
		Authority: secretPath,
		Secrets:   []string{"SECRET", "services/"},
		Well:      func(sinktest.Request) sinktest.Reply { return sinktest.Reply{Status: 200, Body: "ok"} },
		Refused:   sinktest.Reply{Status: 400, Body: "invalid_blocks"},
		Taken:     func(status int, body string) bool { return status == http.StatusOK && strings.TrimSpace(body) == "ok" },
		Decode: func(r sinktest.Request) (map[string]any, error) {
			var m map[string]any
			return m, json.Unmarshal(r.Body, &m)
		},
		Acting: acting,
		Limits: limits,
	}
}

// botSink is what the suite must know of the Web API.
func botSink() sinktest.Sink {
	s := webhookSink()
	w := &workspace{}
	s.Settings = func(address string) map[string]string {
		return map[string]string{settingToken: botToken, settingChannel: "C1234567", settingAPI: address}
	}
	s.Authority, s.Secrets = botToken, []string{"SECRET", "xoxb", "000000000000"}
	s.Posts = func(r sinktest.Request) bool { return strings.HasSuffix(r.Path, "/chat.postMessage") }
	s.Well = func(r sinktest.Request) sinktest.Reply {
		form, _ := url.ParseQuery(string(r.Body)) // what is wrong with it shows
		return sinktest.Reply{Status: 200, Body: w.well(strings.TrimPrefix(r.Path, "/api/"), form, false)}
	}
	s.Refused = sinktest.Reply{Status: 200, Body: `{"ok":false,"error":"invalid_blocks"}`}
	s.Taken = func(status int, body string) bool {
		var said struct {
			OK bool
			TS string
		}
		return status == http.StatusOK && json.Unmarshal([]byte(body), &said) == nil && said.OK && said.TS != ""
	}
	s.Limits, s.Threads = nil, true
	s.Decode = func(r sinktest.Request) (map[string]any, error) {
		form, err := url.ParseQuery(string(r.Body))
		if err != nil {
			return nil, err
		}
		m := map[string]any{"text": form.Get("text")}
		if blocks := form.Get("blocks"); blocks != "" {
			var all []any
			err = json.Unmarshal([]byte(blocks), &all)
			m["blocks"] = all
		}
		return m, err
	}
	return s
}

// acting is the text of an object in which Slack follows markup: in rich text it follows none.
func acting(o map[string]any) []string {
	text, _ := o["text"].(string)
	switch o["type"] {
	case "text", "link":
		return nil
	case nil: // the message itself: what is escaped is shown as it is
		if bare := strings.NewReplacer("&lt;", "", "&gt;", "", "&amp;", "").Replace(text); !strings.ContainsAny(bare, "<>&") {
			return nil
		}
	}
	return []string{text}
}

// limits counts what Slack counts: https://docs.slack.dev/reference/block-kit/blocks.
func limits(m notify.Message, decoded map[string]any, _ sinktest.Request) string {
	blocks, _ := decoded["blocks"].([]any)
	text, _ := decoded["text"].(string)
	most := 4000
	if len(blocks) == 0 && musts(m) {
		most = 40000
	}
	encoded, err := notify.Encode(blocks)
	switch {
	case err != nil:
		return err.Error()
	case len(blocks) > 50:
		return fmt.Sprintf("%d blocks", len(blocks))
	case utf8.RuneCount(encoded) > 13200:
		return fmt.Sprintf("%d characters of blocks", utf8.RuneCount(encoded))
	case utf8.RuneCountInString(text) > most:
		return fmt.Sprintf("%d characters of text", utf8.RuneCountInString(text))
	}
	complaint := ""
	sinktest.Walk(blocks, func(o map[string]any) {
		text, isText := o["text"].(string)
		switch n := utf8.RuneCountInString(text); {
		case isText && text == "":
			complaint = fmt.Sprintf("empty text in %v", o)
		case o["type"] == "plain_text" && n > 150:
			complaint = fmt.Sprintf("header or footer of %d characters", n)
		case n > 3000 && o["type"] != nil:
			complaint = fmt.Sprintf("text of %d characters", n)
		}
	})
	return complaint
}

// musts reports whether something of a message must be told whatever there is no room for.
func musts(m notify.Message) bool {
	for _, s := range m.Bare().Sections {
		if len(s.Items) > 0 {
			return true
		}
	}
	return false
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	sinktest.Run(t, webhookSink())
}

func TestBot(t *testing.T) {
	t.Parallel()
	sinktest.Run(t, botSink())
}

func FuzzWebhookAnswers(f *testing.F) { sinktest.FuzzAnswers(f, webhookSink()) }

func FuzzMessages(f *testing.F) { sinktest.FuzzMessages(f, webhookSink()) }

func FuzzBotAnswers(f *testing.F) { sinktest.FuzzAnswers(f, botSink()) }
