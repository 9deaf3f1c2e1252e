package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func openBot(t *testing.T, options ...SlackBotOption) *SlackBot {
	t.Helper()
	b := NewSlackBot(options...)
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

const formType = "application/x-www-form-urlencoded"

// ask calls a method as the slack package does; the pairs are added to the token and the channel.
func ask(t *testing.T, b *SlackBot, method string, pairs ...string) document {
	t.Helper()
	form := url.Values{"token": {b.Token()}, "channel": {b.Channel()}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return asked(t, b, method, formType, form.Encode())
}

func asked(t *testing.T, b *SlackBot, method, contentType, body string) document {
	t.Helper()
	answer, err := send(t.Context(), http.MethodPost, b.APIURL()+method, contentType, body)
	var decoded document
	if err != nil || answer.status != 200 || json.Unmarshal([]byte(answer.body), &decoded) != nil {
		t.Fatalf("%s: %d %s, %v", method, answer.status, answer.body, err)
	}
	return decoded
}

const mark = `{"event_type":"breakglass_watch","event_payload":{"key":"k1"}}`

func TestSlackBotPosts(t *testing.T) {
	t.Parallel()
	b := openBot(t)
	blockList := `[{"type":"divider"}]`
	first := ask(t, b, "chat.postMessage", "text", "a", "blocks", blockList, "metadata", mark, "unfurl_links", "false")
	ts, _ := first["ts"].(string)
	if first["ok"] != true || first["channel"] != b.Channel() || len(strings.Split(ts, ".")[1]) != 6 {
		t.Fatalf("%v", first)
	}
	answer := ask(t, b, "chat.postMessage", "text", "b", "thread_ts", ts)
	shown := ask(t, b, "chat.postMessage", "text", "c", "thread_ts", ts, "reply_broadcast", "true")
	lost := ask(t, b, "chat.postMessage", "text", "d", "thread_ts", "1.000001")
	for _, m := range []document{answer, shown, lost} {
		message, _ := m["message"].(document)
		if m["ok"] != true || (message["thread_ts"] == ts) == (m["ts"] == lost["ts"]) {
			t.Errorf("%v", m)
		}
	}
	posted, threads := b.Posted(), b.Threads()
	if len(posted) != 3 || posted[0].TS != ts || posted[0].Key() != "k1" || posted[1].Content["text"] != "c" || posted[2].Content["text"] != "d" || posted[2].Key() != "" {
		t.Errorf("posted %+v", posted)
	}
	if len(threads) != 1 || len(threads[ts]) != 2 || threads[ts][0].Broadcast || !threads[ts][1].Broadcast {
		t.Errorf("threads %+v", threads)
	}
	// JSON, with the token in a header, as curl users write it
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.APIURL()+"chat.postMessage", strings.NewReader(`{"channel":"`+b.Channel()+`","text":"e","blocks":`+blockList+`}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", jsonUTF8)
	req.Header.Set("Authorization", "Bearer "+b.Token())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close() // Posted tells
	if posted := b.Posted(); len(posted) != 4 || posted[3].Content["blocks"] == nil {
		t.Errorf("posted %+v", posted)
	}
}

func TestSlackBotUpdates(t *testing.T) {
	t.Parallel()
	b := openBot(t)
	ts, _ := ask(t, b, "chat.postMessage", "text", "a", "blocks", `[{"type":"divider"}]`, "metadata", mark)["ts"].(string)
	if answer := ask(t, b, "chat.update", "ts", ts, "text", "b"); answer["ok"] != true || answer["ts"] != ts {
		t.Errorf("%v", answer)
	}
	if p := b.Posted()[0]; p.Content["text"] != "b" || p.Content["blocks"] == nil || p.Key() != "k1" {
		t.Errorf("blocks or metadata that were not given are gone: %+v", p)
	}
	ask(t, b, "chat.update", "ts", ts, "text", "c", "blocks", "[]")
	if p := b.Posted()[0]; p.Content["text"] != "c" || p.Content["blocks"] != nil {
		t.Errorf("the blocks are still there: %+v", p)
	}
	stranger := b.Add(SlackPost{Content: document{"text": "hello"}, Bot: "B1"})
	for ts, word := range map[string]string{"1.000001": "message_not_found", stranger: "cant_update_message"} {
		if answer := ask(t, b, "chat.update", "ts", ts, "text", "x"); answer["error"] != word {
			t.Errorf("%v, want %s", answer, word)
		}
	}
	if updates := b.Updates(); len(updates) != 2 || updates[1].Content["text"] != "c" || len(b.Posted()) != 2 {
		t.Errorf("updates %+v", updates)
	}
	b.Delete(ts)
	if len(b.Posted()) != 1 {
		t.Error("it is still there")
	}
}

func TestSlackBotLists(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	b := openBot(t, WithSlackClock(func() time.Time { return now }))
	var all []string
	for i := range 5 {
		ts, _ := ask(t, b, "chat.postMessage", "text", fmt.Sprint(i), "metadata", mark)["ts"].(string)
		all = append(all, ts)
		now = now.Add(time.Minute)
	}
	ask(t, b, "chat.postMessage", "text", "answer", "thread_ts", all[0], "metadata", mark)
	ask(t, b, "chat.postMessage", "text", "shown", "thread_ts", all[0], "reply_broadcast", "1")
	texts := func(answer document) string {
		messages, _ := answer["messages"].([]any)
		var list []string
		for _, m := range messages {
			message, _ := m.(document)
			list = append(list, fmt.Sprint(message["text"]))
		}
		return strings.Join(list, " ")
	}
	for want, pairs := range map[string][]string{
		"shown 4 3 2 1 0": nil,
		"shown 4 3":       {"limit", "3"},
		"shown 4 3 2":     {"oldest", all[1]},
		"shown 4 3 2 1":   {"oldest", all[1], "inclusive", "1"},
		"2 1":             {"oldest", all[0], "latest", all[3]},
		"4 3":             {"limit", "2", "cursor", "after:1"},
		"0":               {"oldest", "999.000000", "latest", all[1]},
	} {
		if answer := ask(t, b, "conversations.history", pairs...); texts(answer) != want || answer["ok"] != true {
			t.Errorf("%v: %s, want %s", pairs, texts(answer), want)
		}
	}
	page := ask(t, b, "conversations.history", "limit", "4")
	next, _ := page["response_metadata"].(document)
	if page["has_more"] != true || texts(ask(t, b, "conversations.history", "limit", "4", "cursor", fmt.Sprint(next["next_cursor"]))) != "1 0" {
		t.Errorf("the next page of %v", page)
	}
	for _, asksFor := range []string{"", "0", "1", "true"} {
		answer := ask(t, b, "conversations.replies", "ts", all[0], "include_all_metadata", asksFor)
		if texts(answer) != "answer shown" {
			t.Errorf("%v", answer)
		}
		if encoded, err := json.Marshal(answer); err != nil || strings.Contains(string(encoded), "k1") != (asksFor == "1" || asksFor == "true") {
			t.Errorf("include_all_metadata %q: %s", asksFor, encoded)
		}
	}
	if answer := ask(t, b, "conversations.replies", "ts", "1.000001"); answer["error"] != "thread_not_found" {
		t.Errorf("%v", answer)
	}
}

func TestSlackBotRefuses(t *testing.T) {
	t.Parallel()
	b, outside, reader := openBot(t), openBot(t, WithAppOutside()), openBot(t, WithSlackScopes("channels:history"))
	for name, c := range map[string]struct {
		bot    *SlackBot
		method string
		pairs  []string
		word   string
	}{
		"no token":         {b, "chat.postMessage", []string{"token", "", "text", "a"}, "not_authed"},
		"wrong token":      {b, "auth.test", []string{"token", "xoxb-1"}, "invalid_auth"},
		"no method":        {b, "chat.shout", []string{"text", "a"}, "unknown_method"},
		"other channel":    {b, "chat.postMessage", []string{"channel", "C1", "text", "a"}, "channel_not_found"},
		"outside":          {outside, "chat.postMessage", []string{"text", "a"}, "not_in_channel"},
		"no scope":         {reader, "chat.postMessage", []string{"text", "a"}, "missing_scope"},
		"nothing to say":   {b, "chat.postMessage", nil, "no_text"},
		"unknown block":    {b, "chat.postMessage", []string{"text", "a", "blocks", `[{"type":"alert"}]`}, "invalid_blocks"},
		"too many blocks":  {b, "chat.postMessage", []string{"text", "a", "blocks", `[` + repeat(51, `{"type":"divider"}`) + `]`}, "invalid_blocks"},
		"too long":         {b, "chat.postMessage", []string{"text", "a", "blocks", `[` + repeat(5, `{"type":"section","text":`+plain(2700)+`}`) + `]`}, "msg_blocks_too_long"},
		"blocks not JSON":  {b, "chat.postMessage", []string{"text", "a", "blocks", "["}, "invalid_arguments"},
		"metadata of text": {b, "chat.postMessage", []string{"text", "a", "metadata", `"k1"`}, "invalid_metadata_format"},
		"no event type":    {b, "chat.postMessage", []string{"text", "a", "metadata", `{"event_payload":{}}`}, "invalid_metadata_format"},
		"bad cursor":       {b, "conversations.history", []string{"cursor", "after:99"}, "invalid_cursor"},
	} {
		answer := ask(t, c.bot, c.method, c.pairs...)
		if answer["ok"] != false || answer["error"] != c.word {
			t.Errorf("%s: %v, want %s", name, answer, c.word)
		}
		d := c.bot.Deliveries()
		if last := d[len(d)-1]; last.Posted || last.Call != c.method || (c.word == "invalid_blocks") != strings.Contains(fmt.Sprint(answer["response_metadata"]), "[json-pointer:/blocks") {
			t.Errorf("%s: %+v, %v", name, last, answer)
		}
		if c.word == "missing_scope" && answer["needed"] != "chat:write" {
			t.Errorf("%v", answer)
		}
	}
	for contentType, body := range map[string]string{"text/plain": "a", jsonUTF8: "[", "": ""} {
		if answer := asked(t, b, "chat.postMessage", contentType, body); answer["error"] != "invalid_arguments" {
			t.Errorf("%q: %v", contentType, answer)
		}
	}
	if len(b.Posted())+len(outside.Posted())+len(reader.Posted()) != 0 {
		t.Error("something is posted")
	}
}

func TestSlackBotScript(t *testing.T) {
	t.Parallel()
	b := openBot(t)
	ask(t, b, "chat.postMessage", "text", "before")
	late := SlackRefusal("internal_error")
	late.Posts = true
	b.Script("chat.postMessage", SlackRefusal("ratelimited"), late, Reply{Reset: true, Posts: true}, Reply{Status: 503})
	if answer := ask(t, b, "auth.test"); answer["bot_id"] != slackBotID {
		t.Errorf("the script is another method's: %v", answer)
	}
	for _, word := range []string{"ratelimited", "internal_error"} {
		if answer := ask(t, b, "chat.postMessage", "text", "a"); answer["error"] != word {
			t.Errorf("%v, want %s", answer, word)
		}
	}
	form := url.Values{"token": {b.Token()}, "channel": {b.Channel()}, "text": {"a"}}.Encode()
	if answer, err := send(t.Context(), http.MethodPost, b.APIURL()+"chat.postMessage", formType, form); err == nil {
		t.Errorf("%+v", answer)
	}
	if answer, err := send(t.Context(), http.MethodPost, b.APIURL()+"chat.postMessage", formType, form); err != nil || answer.status != 503 {
		t.Errorf("%+v, %v", answer, err)
	}
	if answer := ask(t, b, "chat.postMessage", "text", "after"); answer["ok"] != true {
		t.Errorf("%v", answer)
	}
	if n, calls := len(b.Posted()), b.Calls("chat.postMessage"); n != 4 || calls != 6 { // before, the internal error, the reset, after
		t.Errorf("posted %d in %d calls", n, calls)
	}
	b.Respond("auth.test", func(n int) Reply { return SlackRefusal(fmt.Sprintf("call_%d", n)) })
	if answer := ask(t, b, "auth.test"); answer["error"] != "call_2" {
		t.Errorf("%v", answer)
	}
	answer, err := send(t.Context(), http.MethodPost, b.APIURL()+"conversations.history", formType, form)
	if err != nil || answer.header.Get("X-OAuth-Scopes") != "chat:write,channels:history" {
		t.Errorf("%+v, %v", answer, err)
	}
}

func TestTeamsTakesTokens(t *testing.T) {
	t.Parallel()
	s := open(t, NewTeams(WithTokens(func(token string) bool { return token == "good" })))
	signed := open(t, NewTeams())
	for _, c := range []struct {
		url, token string
		status     int
		code       string
	}{
		{s.URL(), "good", 202, ""},
		{s.URL(), "bad", 403, "MisMatchingOAuthClaims"},
		{s.URL(), "", 401, "DirectApiAuthorizationRequired"},
		{s.URL() + "&sig=x", "good", 401, "DirectApiRequestHasMoreThanOneAuthorization"},
		{signed.URL(), "good", 401, "DirectApiRequestHasMoreThanOneAuthorization"},
		{strings.Split(signed.URL(), "&")[0], "good", 401, "DirectApiAuthorizationRequired"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url, strings.NewReader(card("1.5", `"body":[]`)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", jsonUTF8)
		if c.token != "" {
			req.Header.Set("Authorization", "Bearer "+c.token)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var said struct{ Error struct{ Code string } }
		_ = json.NewDecoder(resp.Body).Decode(&said) // nothing is said to a good one
		_ = resp.Body.Close()                        // it was read
		if resp.StatusCode != c.status || said.Error.Code != c.code {
			t.Errorf("%q: %d %s, want %d %s", c.token, resp.StatusCode, said.Error.Code, c.status, c.code)
		}
	}
	if strings.Contains(s.URL(), "sig=") || len(s.Posted()) != 1 || len(signed.Posted()) != 0 {
		t.Errorf("%s, posted %d and %d", s.URL(), len(s.Posted()), len(signed.Posted()))
	}
}
