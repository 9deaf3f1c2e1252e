package slack

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"breakglass/notify"
	"breakglass/notify/sinktest"
)

const botToken = "xoxb-000000000000-1111111111111-SECRETsecretSECRETsecret"

// A workspace answers Slack's Web API by a script; where that has nothing, and after
// its end, as it does when all is well.
type workspace struct {
	*httptest.Server
	mu     sync.Mutex
	script []turn
	kept   []kept
	calls  []string
	forms  []url.Values
}

// A turn is one answer. The zero one is that of a workspace where all is well.
type turn struct {
	sinktest.Reply
	keeps bool // the message is there, whatever is answered
	hangs chan<- bool
}

// kept is a message in the channel.
type kept struct{ TS, Thread, Bot, Metadata string }

func says(word string) turn {
	return turn{Reply: sinktest.Reply{Status: 200, Body: `{"ok":false,"error":"` + word + `"}`}}
}

func answers(status int, body string) turn {
	return turn{Reply: sinktest.Reply{Status: status, Body: body}}
}

func limited(after string) turn {
	return turn{Reply: sinktest.Reply{Status: 429, Body: `{"ok":false,"error":"ratelimited"}`, Header: [2]string{"Retry-After", after}}}
}

func newWorkspace(t *testing.T, script ...turn) *workspace {
	t.Helper()
	w := &workspace{script: script}
	w.Server = httptest.NewServer(w)
	t.Cleanup(w.Close)
	return w
}

func (w *workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm() // what is wrong with it shows
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	w.mu.Lock()
	var now turn
	if n := len(w.calls); n < len(w.script) {
		now = w.script[n]
	}
	w.calls = append(w.calls, method)
	w.forms = append(w.forms, r.PostForm)
	well := w.well(method, r.PostForm, now.keeps || now.Status == 0 && !now.Reset)
	w.mu.Unlock()
	switch {
	case now.hangs != nil:
		now.hangs <- true
		<-r.Context().Done()
		return
	case now.Reset:
		if conn, _, err := http.NewResponseController(rw).Hijack(); err == nil {
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
		return
	case now.Status == 0:
		now.Reply = sinktest.Reply{Status: 200, Body: well, Header: [2]string{"X-OAuth-Scopes", "chat:write,channels:history"}}
	}
	if now.Header[0] != "" {
		rw.Header().Set(now.Header[0], now.Header[1])
	}
	rw.WriteHeader(now.Status)
	_, _ = io.WriteString(rw, now.Body)
}

// well is the answer to a method. The caller holds the lock.
func (w *workspace) well(method string, form url.Values, keeps bool) string {
	switch method {
	case "chat.postMessage":
		m := kept{TS: "1000.00000" + string(rune('1'+len(w.kept))), Thread: form.Get("thread_ts"), Bot: "B1", Metadata: form.Get("metadata")}
		if keeps {
			w.kept = append(w.kept, m)
		}
		return `{"ok":true,"channel":"C1234567","ts":"` + m.TS + `","message":{"blocks":[{"type":"not known"}]}}`
	case "chat.update":
		return `{"ok":true,"channel":"C1234567","ts":"` + form.Get("ts") + `"}`
	case "auth.test":
		return `{"ok":true,"user_id":"U1","bot_id":"B1"}`
	}
	messages := []map[string]any{{"ts": "1.0", "metadata": "a stranger's"}}
	for _, m := range w.kept {
		at, _ := strconv.ParseFloat(m.TS, 64) // the tests' own
		oldest, _ := strconv.ParseFloat(form.Get("oldest"), 64)
		if form.Get("include_all_metadata") == "1" && m.Thread == form.Get("ts") && at >= oldest {
			messages = append(messages, map[string]any{"ts": m.TS, "bot_id": m.Bot, "metadata": json.RawMessage(m.Metadata)})
		}
	}
	text, _ := json.Marshal(map[string]any{"ok": true, "messages": messages}) // it was JSON
	return string(text)
}

// bot makes a sink that posts to w and does not wait.
func (w *workspace) bot(t testing.TB, waits *sinktest.Waits) *Bot {
	t.Helper()
	token, errToken := ParseToken(botToken)
	channel, errChannel := ParseChannel("C1234567")
	api, errAPI := ParseAPI(w.URL)
	if err := errors.Join(errToken, errChannel, errAPI); err != nil {
		t.Fatal(err)
	}
	s := NewBot(token, channel, api, waits.Means(w.Client()))
	s.now = func() time.Time { return time.Unix(5000, 0) }
	return s
}

// methods are the calls in short.
func (w *workspace) methods() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	short := strings.NewReplacer("chat.postMessage", "post", "chat.update", "update", "conversations.", "", "auth.test", "auth")
	return short.Replace(strings.Join(w.calls, " "))
}

func (w *workspace) form(n int) url.Values {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.forms[n]
}

// expectBot fails if an error is not of the class, or tells any part of the token.
func expectBot(t *testing.T, err error, class notify.Class, uncertain bool, text string) {
	t.Helper()
	var e *notify.Error
	switch {
	case class == "" && err != nil:
		t.Errorf("error %v", err)
	case class == "":
	case !errors.As(err, &e) || e.Class != class || e.Uncertain != uncertain:
		t.Errorf("error %#v, want class %q, uncertain %v", err, class, uncertain)
	case !strings.Contains(err.Error(), text) || strings.ContainsAny(err.Error(), "\x1b\x00") || len(err.Error()) > 700:
		t.Errorf("error %q, want %q in it", err, text)
	}
	if err != nil {
		for _, secret := range []string{"SECRET", "xoxb", "000000000000"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the error tells the token: %v", err)
			}
		}
	}
}

func TestBotDelivery(t *testing.T) {
	t.Parallel()
	well, busy, second := turn{}, answers(503, "<html>busy "+botToken), sinktest.Waits{time.Second}
	const long = "Fri, 31 Dec 2100 23:59:59 GMT"
	type row struct {
		name      string
		script    []turn
		class     notify.Class // of the error; empty if it is delivered
		calls     string
		kept      int
		waits     sinktest.Waits
		receipt   notify.Receipt // with a note that says
		says      string
		uncertain bool
	}
	first := notify.Receipt{ID: "1000.000001"}
	found := notify.Receipt{ID: "1000.000001", Found: true}
	plain := notify.Receipt{ID: "1000.000001", Plain: true}
	kept := func(t turn) turn { t.keeps = true; return t }
	rows := []row{
		{name: "well", calls: "post", kept: 1, receipt: first},
		{name: "busy", script: []turn{busy}, calls: "post auth history post", kept: 1, waits: second, receipt: first},
		{name: "busy, but it arrived", script: []turn{kept(busy)}, calls: "post auth history", kept: 1, waits: second, receipt: found},
		{name: "reset", script: []turn{{Reply: sinktest.Reply{Reset: true}}}, calls: "post auth history post", kept: 1, waits: second, receipt: first},
		{name: "reset, but it arrived", script: []turn{kept(turn{Reply: sinktest.Reply{Reset: true}})}, calls: "post auth history", kept: 1, waits: second, receipt: found},
		{name: "internal error", script: []turn{says("internal_error")}, calls: "post auth history post", kept: 1, waits: second, receipt: first},
		{name: "internal error, but it arrived", script: []turn{kept(says("internal_error"))}, calls: "post auth history", kept: 1, waits: second, receipt: found},
		{name: "fatal error, but it arrived", script: []turn{kept(says("fatal_error"))}, calls: "post auth history", kept: 1, waits: second, receipt: found},
		{name: "unavailable", script: []turn{says("service_unavailable")}, calls: "post auth history post", kept: 1, waits: second, receipt: first},
		{name: "cut short by us", script: []turn{says("request_timeout")}, calls: "post post", kept: 1, waits: second, receipt: first},
		{name: "moving", script: []turn{says("team_added_to_org")}, calls: "post post", kept: 1, waits: second, receipt: first},
		{name: "limited", script: []turn{limited("30")}, calls: "post post", kept: 1, waits: sinktest.Waits{30 * time.Second}, receipt: first},
		{name: "limited until a day", script: []turn{limited(long)}, class: notify.Retryable, calls: "post", says: "429 Too Many Requests: ratelimited"},
		{name: "limited without a time", script: []turn{answers(429, "")}, calls: "post post", kept: 1, waits: second, receipt: first},
		{name: "limited in words", script: []turn{limited("soon")}, calls: "post post", kept: 1, waits: second, receipt: first},
		{name: "limited with 200", script: []turn{{Reply: sinktest.Reply{Status: 200, Body: `{"ok":false,"error":"ratelimited"}`, Header: [2]string{"Retry-After", "7"}}}}, calls: "post post", kept: 1, waits: sinktest.Waits{7 * time.Second}, receipt: first},
		{name: "limited twice", script: []turn{limited("40"), limited("40")}, class: notify.Retryable, calls: "post post", waits: sinktest.Waits{40 * time.Second}},
		{name: "redirect", script: []turn{{Reply: sinktest.Reply{Status: 307, Header: [2]string{"Location", "/elsewhere"}}}}, class: notify.Configuration, calls: "post", says: "redirects are not followed"},
		{name: "an error of a proxy", script: []turn{answers(403, "<html>"+botToken)}, class: notify.Configuration, calls: "post", says: "web page"},
		{name: "content by status", script: []turn{answers(413, "")}, calls: "post post", kept: 1, receipt: plain},
		{name: "invalid blocks", script: []turn{answers(200, `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0]"]}}`)}, calls: "post post", kept: 1, receipt: plain},
		{name: "refused twice", script: []turn{answers(200, `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["too long [json-pointer:/blocks/0]","xoxb-000000000000"]}}`), says("no_text")}, class: notify.Content, calls: "post post", says: "invalid_blocks: too long [json-pointer:/blocks/0]"},
		{name: "busy, then refused", script: []turn{busy, well, well, says("msg_too_long")}, calls: "post auth history post auth history post", kept: 1, waits: second, receipt: plain},
		{name: "busy, then not allowed", script: []turn{busy, well, well, says("is_archived")}, class: notify.Configuration, calls: "post auth history post", waits: second, uncertain: true},
		{name: "an unknown word", script: []turn{says("brand_new\\u001b[31m" + botToken)}, class: notify.Configuration, calls: "post", says: "brand_new"},
		{name: "an unknown word with 503", script: []turn{answers(503, `{"ok":false,"error":"x"}`)}, calls: "post auth history post", kept: 1, waits: second, receipt: first},

		{name: "looking is limited", script: []turn{kept(busy), well, limited("9")}, calls: "post auth history auth history", kept: 1, waits: sinktest.Waits{time.Second, 9 * time.Second}, receipt: found},
		{name: "looking is busy", script: []turn{kept(busy), busy, busy}, class: notify.Retryable, calls: "post auth auth", kept: 1, waits: sinktest.Waits{time.Second, 4 * time.Second}, uncertain: true},
		{name: "looking is not allowed", script: []turn{busy, well, answers(200, `{"ok":false,"error":"missing_scope","needed":"channels:history","provided":"chat:write"}`)},
			calls: "post auth history post", kept: 1, waits: second, receipt: first, says: "may be there twice: missing_scope: the app lacks the scope channels:history"},
		{name: "looking is not possible", script: []turn{busy, well, says("not_in_channel")}, calls: "post auth history post", kept: 1, waits: second, receipt: first, says: "not_in_channel"},
		{name: "too much to look through", script: append([]turn{busy, well}, slices.Repeat([]turn{answers(200, `{"ok":true,"messages":[],"response_metadata":{"next_cursor":"x"}}`)}, lookPages)...),
			calls: "post auth" + strings.Repeat(" history", lookPages) + " post", kept: 1, waits: second, receipt: first, says: "more than 1000 messages"},
		{name: "too much to look through, of long ago", script: append([]turn{busy, well}, slices.Repeat([]turn{answers(200, `{"ok":true,"messages":[{"ts":"2.0"}],"response_metadata":{"next_cursor":"x"}}`)}, lookPages)...),
			calls: "post auth" + strings.Repeat(" history", lookPages) + " post", kept: 1, waits: second, receipt: first},
		{name: "on the second page", script: []turn{kept(busy), well, answers(200, `{"ok":true,"messages":[{"ts":"2","metadata":[]},{"ts":"3","metadata":{"event_type":"breakglass_watch","event_payload":{"key":1}}}],"response_metadata":{"next_cursor":"x"}}`)},
			calls: "post auth history history", kept: 1, waits: second, receipt: found},
		{name: "well, with 500", script: []turn{answers(500, `{"ok":true,"ts":"1.0"}`)}, calls: "post auth history post", kept: 1, waits: second, receipt: first},
		{name: "refused, but the earlier one is there", script: []turn{busy, well, well, kept(says("invalid_blocks"))}, calls: "post auth history post auth history", kept: 1, waits: second, receipt: found},
		{name: "a page of a proxy", script: []turn{busy, well, answers(200, "<html>")}, calls: "post auth history post", kept: 1, waits: second, receipt: first, says: "web page"},
	}
	for _, body := range []string{"", "{}", "null", "[]", "ok", `{"ok":false}`, `{"ok":true}`, `{"ok":true,"ts":""}`, `{"ok":true,"ts":5}`, `{"ok":true,"ts":"1`, "<html>" + botToken, `"` + botToken} {
		rows = append(rows, row{name: "200 " + body, script: []turn{answers(200, body)}, class: notify.Configuration, calls: "post", says: "Slack's", uncertain: true})
	}
	for _, word := range []string{"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "invalid_payload", "no_text", "too_many_attachments"} {
		rows = append(rows, row{name: word, script: []turn{says(word)}, calls: "post post", kept: 1, receipt: plain})
	}
	for word, remedy := range map[string]string{
		"channel_not_found": "a private one", "not_in_channel": "invite the app", "is_archived": "archived", "restricted_action": "administrator",
		"restricted_action_read_only_channel": "administrator", "not_authed": "install", "invalid_auth": "install", "account_inactive": "install",
		"token_revoked": "install", "ekm_access_denied": "", "missing_scope": "scope", "not_allowed_token_type": "bot token", "message_not_found": "", "unknown_method": "",
	} {
		rows = append(rows, row{name: word, script: []turn{says(word)}, class: notify.Configuration, calls: "post", says: word + map[bool]string{true: ": "}[remedy != ""]})
		rows = append(rows, row{name: word + " says what to do", script: []turn{says(word)}, class: notify.Configuration, calls: "post", says: remedy})
	}
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, tt.script...)
			var waits sinktest.Waits
			receipt, err := w.bot(t, &waits).Notify(t.Context(), sinktest.Daily())
			expectBot(t, err, tt.class, tt.uncertain, tt.says)
			if err == nil && (!strings.Contains(receipt.Note, tt.says) || (tt.says == "") != (receipt.Note == "") || strings.Contains(receipt.Note, "SECRET")) {
				t.Errorf("note %q, want %q in it", receipt.Note, tt.says)
			}
			if receipt.Note = ""; receipt != tt.receipt {
				t.Errorf("receipt %+v, want %+v", receipt, tt.receipt)
			}
			if w.methods() != tt.calls || len(w.kept) != tt.kept || !slices.Equal(waits, tt.waits) {
				t.Errorf("called %s, kept %d, waited %v; want %s, %d, %v", w.methods(), len(w.kept), waits, tt.calls, tt.kept, tt.waits)
			}
		})
	}
}

// TestBotPostings: where a message goes, and what is looked at before it does.
func TestBotPostings(t *testing.T) {
	t.Parallel()
	well, doubt := turn{}, time.Unix(4000, 0)
	key := sinktest.Daily().Message.Key
	mine := kept{TS: "900.000001", Bot: "B1", Metadata: `{"event_type":"breakglass_watch","event_payload":{"key":"` + key + `"}}`}
	with := func(change func(*kept)) []kept { m := mine; change(&m); return []kept{m} }
	for name, tt := range map[string]struct {
		posting notify.Posting
		there   []kept
		script  []turn
		calls   string
		receipt notify.Receipt
		says    string
	}{
		"no doubt":              {notify.Posting{}, []kept{mine}, nil, "post", notify.Receipt{ID: "1000.000002"}, ""},
		"doubt":                 {notify.Posting{Doubt: doubt}, nil, nil, "auth history post", notify.Receipt{ID: "1000.000001"}, ""},
		"the clock was ahead":   {notify.Posting{Doubt: time.Unix(900, 0).Add(24 * time.Hour)}, []kept{mine}, nil, "auth history", notify.Receipt{ID: mine.TS, Found: true}, ""},
		"it had arrived":        {notify.Posting{Doubt: doubt}, []kept{mine}, nil, "auth history", notify.Receipt{ID: mine.TS, Found: true}, ""},
		"somebody else's":       {notify.Posting{Doubt: doubt}, with(func(m *kept) { m.Bot = "B2" }), nil, "auth history post", notify.Receipt{ID: "1000.000002"}, ""},
		"nobody's":              {notify.Posting{Doubt: doubt}, with(func(m *kept) { m.Bot = "" }), nil, "auth history post", notify.Receipt{ID: "1000.000002"}, ""},
		"another event":         {notify.Posting{Doubt: doubt}, with(func(m *kept) { m.Metadata = strings.Replace(m.Metadata, "watch", "match", 1) }), nil, "auth history post", notify.Receipt{ID: "1000.000002"}, ""},
		"another message":       {notify.Posting{Doubt: doubt}, with(func(m *kept) { m.Metadata = strings.Replace(m.Metadata, key, "other", 1) }), nil, "auth history post", notify.Receipt{ID: "1000.000002"}, ""},
		"an answer":             {notify.Posting{Thread: "7.1"}, nil, nil, "post", notify.Receipt{ID: "1000.000001"}, ""},
		"an answer in doubt":    {notify.Posting{Thread: "7.1", Doubt: doubt}, []kept{mine}, nil, "auth replies post", notify.Receipt{ID: "1000.000002"}, ""},
		"the answer is there":   {notify.Posting{Thread: "7.1", Doubt: doubt}, with(func(m *kept) { m.Thread = "7.1" }), nil, "auth replies", notify.Receipt{ID: mine.TS, Found: true}, ""},
		"no such thread":        {notify.Posting{Thread: "7.1"}, nil, []turn{says("thread_not_found")}, "post post", notify.Receipt{ID: "1000.000001"}, "the thread takes no more (thread_not_found)"},
		"no such thread, doubt": {notify.Posting{Thread: "7.1", Doubt: doubt}, []kept{mine}, []turn{well, says("thread_not_found")}, "auth replies auth history", notify.Receipt{ID: mine.TS, Found: true}, "the thread"},
		"replaced":              {notify.Posting{Replaces: "7.1", Doubt: doubt}, []kept{mine}, nil, "update", notify.Receipt{ID: "7.1"}, ""},
		"replaced, in the end":  {notify.Posting{Replaces: "7.1"}, nil, []turn{says("fatal_error")}, "update update", notify.Receipt{ID: "7.1"}, ""},
		"replaced by plain":     {notify.Posting{Replaces: "7.1"}, nil, []turn{says("invalid_blocks")}, "update update", notify.Receipt{ID: "7.1", Plain: true}, ""},
		"nothing to replace":    {notify.Posting{Replaces: "7.1"}, nil, []turn{says("message_not_found")}, "update post", notify.Receipt{ID: "1000.000001"}, "the message to replace takes no more"},
		"nothing to replace, and a doubt": {notify.Posting{Replaces: "7.1", Doubt: doubt}, []kept{mine}, []turn{says("cant_update_message")}, "update auth history",
			notify.Receipt{ID: mine.TS, Found: true}, "cant_update_message"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, tt.script...)
			w.kept = tt.there
			var waits sinktest.Waits
			tt.posting.Message = sinktest.Daily().Message
			receipt, err := w.bot(t, &waits).Notify(t.Context(), tt.posting)
			if err != nil || !strings.Contains(receipt.Note, tt.says) || (tt.says == "") != (receipt.Note == "") {
				t.Errorf("note %q, error %v", receipt.Note, err)
			}
			for _, m := range w.kept[len(tt.there):] {
				if (m.Thread == "") != (tt.posting.Thread == "" || tt.says != "") {
					t.Errorf("posted to %q", m.Thread)
				}
			}
			if receipt.Note = ""; receipt != tt.receipt || w.methods() != tt.calls {
				t.Errorf("receipt %+v after %s, want %+v after %s", receipt, w.methods(), tt.receipt, tt.calls)
			}
		})
	}
}

// TestBotRequests: what is sent, and what is asked for.
func TestBotRequests(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, turn{}, turn{}, turn{}, turn{}, says("invalid_blocks"))
	var waits sinktest.Waits
	p := sinktest.Daily()
	p.Thread, p.Broadcast, p.Doubt = "7.1", true, time.Unix(100_000, 5)
	if _, err := w.bot(t, &waits).Notify(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	p.Doubt, p.Broadcast = time.Time{}, false
	if _, err := w.bot(t, &waits).Notify(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	p.Thread, p.Broadcast, p.Replaces = "7.1", true, "9.1"
	if _, err := w.bot(t, &waits).Notify(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	metadata := `{"event_type":"breakglass_watch","event_payload":{"key":"` + p.Message.Key + `"}}`
	common := map[string]string{"channel": "C1234567", "unfurl_links": "false", "unfurl_media": "false", "parse": "none", "metadata": metadata}
	for n, want := range map[int]map[string]string{
		1: {"ts": "7.1", "oldest": "10000.000000", "include_all_metadata": "1", "limit": "100", "channel": "C1234567"},
		2: {"thread_ts": "7.1", "reply_broadcast": "true", "ts": ""},
		3: {"thread_ts": "7.1", "reply_broadcast": ""},
		4: {"thread_ts": "", "reply_broadcast": "", "ts": "9.1"},
		5: {"ts": "9.1", "blocks": "[]"},
	} {
		form := w.form(n)
		for name, value := range want {
			if form.Get(name) != value {
				t.Errorf("call %d: %s is %q, want %q", n, name, form.Get(name), value)
			}
		}
		if n == 1 {
			continue
		}
		for name, value := range common {
			if form.Get(name) != value {
				t.Errorf("call %d: %s is %q, want %q", n, name, form.Get(name), value)
			}
		}
		webhook := Render(p.Message)
		if n == 5 {
			webhook = Plain(p.Message)
		}
		if form.Get("text") != webhook.Text {
			t.Errorf("call %d: the text is not the webhook's: %q", n, form.Get("text"))
		}
		if blocks, err := json.Marshal(webhook.Blocks); n != 5 && (err != nil || form.Get("blocks") != string(blocks)) {
			t.Errorf("call %d: the blocks are not the webhook's, %v", n, err)
		}
	}
}

// TestDoubtStays: whoever could not look does not know more than before.
func TestDoubtStays(t *testing.T) {
	t.Parallel()
	for _, script := range [][]turn{{limited("3600")}, {turn{}, limited("3600")}} {
		w := newWorkspace(t, script...)
		var waits sinktest.Waits
		p := sinktest.Daily()
		p.Doubt = time.Unix(4000, 0)
		_, err := w.bot(t, &waits).Notify(t.Context(), p)
		expectBot(t, err, notify.Retryable, true, "429")
		if len(w.kept) > 0 {
			t.Error("it is posted without a look")
		}
	}
}

func TestBotWithoutAKey(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	var waits sinktest.Waits
	receipt, err := w.bot(t, &waits).Notify(t.Context(), notify.Posting{Message: notify.Message{Title: "x", Footer: "x"}, Doubt: time.Unix(1, 0)})
	if err != nil || receipt.ID == "" || w.methods() != "post" || w.form(0).Has("metadata") {
		t.Errorf("%+v, %v after %s", receipt, err, w.methods())
	}
}

func TestBotCheck(t *testing.T) {
	t.Parallel()
	scopes := func(list string) turn {
		return turn{Reply: sinktest.Reply{Status: 200, Body: `{"ok":true,"bot_id":"B1"}`, Header: [2]string{"X-OAuth-Scopes", list}}}
	}
	for name, tt := range map[string]struct {
		script []turn
		calls  string
		says   []string
	}{
		"well":         {nil, "auth history", nil},
		"not told":     {[]turn{answers(200, `{"ok":true}`)}, "auth history", nil},
		"no token":     {[]turn{says("invalid_auth")}, "auth", []string{"invalid_auth: the token is no longer good"}},
		"busy":         {[]turn{answers(503, "")}, "auth", []string{"503"}},
		"may not post": {[]turn{scopes("channels:history, chat:write.public")}, "auth history", []string{"post: missing_scope: the app lacks the scope chat:write:"}},
		"may not read": {[]turn{scopes("chat:write"), answers(200, `{"ok":false,"error":"missing_scope","needed":"groups:history"}`)}, "auth history", []string{"nothing is posted twice: missing_scope", "groups:history"}},
		"may nothing":  {[]turn{scopes("users:read"), says("channel_not_found")}, "auth history", []string{"chat:write", "channel_not_found: invite the app"}},
	} {
		w := newWorkspace(t, tt.script...)
		var waits sinktest.Waits
		_, err := w.bot(t, &waits).Check(t.Context())
		if (err == nil) != (tt.says == nil) || w.methods() != tt.calls || len(w.kept) > 0 || len(waits) > 0 {
			t.Errorf("%s: %v after %s", name, err, w.methods())
		}
		for _, text := range tt.says {
			var e *notify.Error
			if err == nil || !strings.Contains(err.Error(), text) || !errors.As(err, &e) {
				t.Errorf("%s: %v, want %q in it", name, err, text)
			}
		}
	}
}
