package standin

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// slackArguments reads what a method is called with: a form, in which what is not text is JSON, or JSON with the token in a
// header. https://docs.slack.dev/apis/web-api#post_bodies
func slackArguments(r *http.Request, body []byte) (arguments document, token string, problem []string) {
	arguments = document{}
	bearer := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil || r.Method != http.MethodPost:
		return nil, "", []string{"method " + r.Method + ", or no content type"}
	case media == "application/json":
		if err := json.Unmarshal(body, &arguments); err != nil || !utf8.Valid(body) {
			return nil, "", []string{fmt.Sprintf("not a JSON object in UTF-8: %v", err)}
		}
		return arguments, bearer, nil
	case media != "application/x-www-form-urlencoded":
		return nil, "", []string{"content type " + media}
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, "", []string{"not a form"}
	}
	for name := range form {
		value := form.Get(name)
		arguments[name] = value
		if slices.Contains([]string{"blocks", "attachments", "metadata"}, name) {
			var decoded any
			if err := json.Unmarshal([]byte(value), &decoded); err != nil {
				return nil, "", []string{name + " is not JSON"}
			}
			arguments[name] = decoded
		}
	}
	token = form.Get("token")
	delete(arguments, "token")
	if token == "" {
		token = bearer
	}
	return arguments, token, nil
}

// slackAnswers is an answer of the Web API, whose status is 200 whatever it says.
func slackAnswers(answer document, problems ...string) verdict {
	body, err := json.Marshal(answer)
	if err != nil {
		panic(err) // it is made of what JSON was decoded into
	}
	return verdict{status: http.StatusOK, contentType: "application/json; charset=utf-8", body: string(body), problems: problems}
}

func slackOK(answer document) verdict {
	answer["ok"] = true
	return slackAnswers(answer)
}

// slackSays is a refusal. What is wrong with blocks is told with their place.
func slackSays(word string, problems ...string) verdict {
	answer := document{"ok": false, "error": word}
	if word == "invalid_blocks" {
		messages := make([]string, len(problems))
		for i, p := range problems {
			at, what, _ := strings.Cut(p, ": ")
			messages[i] = fmt.Sprintf("[ERROR] %s [json-pointer:%s]", what, at)
		}
		answer["response_metadata"] = document{"messages": messages}
	}
	return slackAnswers(answer, append([]string{word}, problems...)...)
}

// flag reads a yes or no of a form or of JSON.
func flag(value any) bool { return value == true || value == "true" || value == "1" }

// content is what is kept of a call: what a webhook would have got.
func slackContent(arguments document) document {
	content := document{}
	for name, value := range arguments {
		if !slices.Contains([]string{"channel", "ts", "thread_ts", "reply_broadcast"}, name) {
			content[name] = value
		}
	}
	return content
}

// slackMetadata checks a message's metadata: https://docs.slack.dev/messaging/message-metadata.
func slackMetadata(value any) bool {
	metadata, ok := value.(document)
	kind, _ := metadata["event_type"].(string)
	_, payload := metadata["event_payload"].(document)
	return value == nil || ok && kind != "" && payload
}

func (b *SlackBot) post(arguments document) verdict {
	if _, word, problems := slackMessage(arguments); word != "ok" {
		return slackSays(word, problems...)
	}
	if !slackMetadata(arguments["metadata"]) {
		return slackSays("invalid_metadata_format")
	}
	p := SlackPost{TS: b.stamp(), Content: slackContent(arguments), Bot: slackBotID}
	// An answer to what is not there is posted to the channel:
	// https://pkg.go.dev/github.com/slack-go/slack#Client.PostMessageWithResponseContext
	if thread, _ := arguments["thread_ts"].(string); b.at(thread) >= 0 {
		p.Thread, p.Broadcast = thread, flag(arguments["reply_broadcast"])
	}
	v := slackOK(document{"channel": b.channel, "ts": p.TS, "message": p.shown(true)})
	v.posted = true
	v.commit = func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.messages = append(b.messages, p)
	}
	return v
}

// update replaces a message of the app's own. Blocks that are not given stay:
// https://docs.slack.dev/reference/methods/chat.update.
func (b *SlackBot) update(arguments document) verdict {
	ts, _ := arguments["ts"].(string)
	at := b.at(ts)
	switch {
	case at < 0:
		return slackSays("message_not_found")
	case b.messages[at].Bot != slackBotID:
		return slackSays("cant_update_message")
	}
	if _, word, problems := slackMessage(arguments); word != "ok" {
		return slackSays(word, problems...)
	}
	if !slackMetadata(arguments["metadata"]) {
		return slackSays("invalid_metadata_format")
	}
	p := b.messages[at]
	before := p.Content
	p.Content = slackContent(arguments)
	for _, name := range []string{"blocks", "metadata"} {
		if _, given := p.Content[name]; !given && before[name] != nil {
			p.Content[name] = before[name]
		}
	}
	if blocks, _ := p.Content["blocks"].([]any); len(blocks) == 0 {
		delete(p.Content, "blocks")
	}
	v := slackOK(document{"channel": b.channel, "ts": p.TS, "text": p.Content["text"], "message": p.shown(true)})
	v.posted = true
	v.commit = func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if at := b.at(ts); at >= 0 {
			b.messages[at] = p
		}
		b.updates = append(b.updates, p)
	}
	return v
}

// history lists the channel, the newest first: https://docs.slack.dev/reference/methods/conversations.history.
func (b *SlackBot) history(arguments document) verdict {
	var shown []SlackPost
	for _, p := range slices.Backward(b.messages) {
		if p.Thread == "" || p.Broadcast {
			shown = append(shown, p)
		}
	}
	return slackPage(shown, arguments)
}

// replies lists a thread, the oldest first: https://docs.slack.dev/reference/methods/conversations.replies.
func (b *SlackBot) replies(arguments document) verdict {
	ts, _ := arguments["ts"].(string)
	if b.at(ts) < 0 {
		return slackSays("thread_not_found")
	}
	shown := []SlackPost{}
	for _, p := range b.messages {
		if p.Thread == ts {
			shown = append(shown, p)
		}
	}
	return slackPage(shown, arguments)
}

// slackTime reads a ts in microseconds; zero if there is none.
func slackTime(ts string) int64 {
	seconds, fraction, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(seconds+(fraction + "000000")[:6], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// slackPage lists messages by oldest, latest, limit and cursor.
func slackPage(all []SlackPost, arguments document) verdict {
	text := func(name string) string { value, _ := arguments[name].(string); return value }
	inclusive := flag(arguments["inclusive"])
	all = slices.DeleteFunc(slices.Clone(all), func(p SlackPost) bool {
		at, oldest, latest := slackTime(p.TS), slackTime(text("oldest")), slackTime(text("latest"))
		return at < oldest || oldest > 0 && at == oldest && !inclusive || latest > 0 && (at > latest || at == latest && !inclusive)
	})
	limit := 100
	if n, err := strconv.Atoi(text("limit")); err == nil && n > 0 {
		limit = min(n, 999)
	}
	from := 0
	if cursor := text("cursor"); cursor != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(cursor, "after:"))
		if err != nil || n < 0 || n > len(all) {
			return slackSays("invalid_cursor")
		}
		from = n
	}
	to := min(from+limit, len(all))
	messages := []document{}
	for _, p := range all[from:to] {
		messages = append(messages, p.shown(flag(arguments["include_all_metadata"])))
	}
	answer := document{"messages": messages, "has_more": to < len(all)}
	if to < len(all) {
		answer["response_metadata"] = document{"next_cursor": fmt.Sprintf("after:%d", to)}
	}
	return slackOK(answer)
}

// shown is a message as Slack gives it.
func (p SlackPost) shown(metadata bool) document {
	m := document{"type": "message", "ts": p.TS, "text": p.Content["text"]}
	if p.Bot != "" {
		m["bot_id"] = p.Bot
	}
	if p.Bot == slackBotID {
		m["user"] = slackBotUser
	}
	if p.Content["blocks"] != nil {
		m["blocks"] = p.Content["blocks"]
	}
	if p.Thread != "" {
		m["thread_ts"] = p.Thread
	}
	if metadata && p.Content["metadata"] != nil {
		m["metadata"] = p.Content["metadata"]
	}
	return m
}
