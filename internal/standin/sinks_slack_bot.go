package standin

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// A SlackBot stands in for Slack's Web API, as an app sees it that may post to one channel:
// https://docs.slack.dev/apis/web-api. It knows chat.postMessage, chat.update, conversations.history, conversations.replies
// and auth.test, and judges messages as the stand-in of a webhook does.
type SlackBot struct {
	sink    Sink
	token   string
	channel string
	scopes  []string
	outside bool
	now     func() time.Time

	mu       sync.Mutex
	messages []SlackPost // in the order of their ts
	updates  []SlackPost
	last     int64 // ts in microseconds
}

// A SlackPost is a message in the channel.
type SlackPost struct {
	TS     string // its id
	Thread string // ts of the message that it answers to; empty in the channel
	// Broadcast is set if an answer is shown in the channel too.
	Broadcast bool
	// Content is what a webhook would get: text, blocks, metadata and what else was sent.
	Content map[string]any
	// Bot is the bot_id of the app that sent it.
	Bot string
}

// Key is the key in the message's metadata, or empty.
func (p SlackPost) Key() string {
	metadata, _ := p.Content["metadata"].(document)
	payload, _ := metadata["event_payload"].(document)
	key, _ := payload["key"].(string)
	return key
}

// The app of the made-up workspace.
const (
	slackBotID   = "B0STANDIN01"
	slackBotUser = "U0STANDIN01"
)

// A SlackBotOption changes a SlackBot.
type SlackBotOption func(*SlackBot)

// WithSlackScopes sets what the token may do: chat:write and channels:history unless set.
func WithSlackScopes(scopes ...string) SlackBotOption {
	return func(b *SlackBot) { b.scopes = slices.Clone(scopes) }
}

// WithAppOutside leaves the app out of the channel.
func WithAppOutside() SlackBotOption { return func(b *SlackBot) { b.outside = true } }

// WithSlackClock sets where the SlackBot takes the time from.
func WithSlackClock(now func() time.Time) SlackBotOption { return func(b *SlackBot) { b.now = now } }

// NewSlackBot makes a stand-in of Slack's Web API.
func NewSlackBot(options ...SlackBotOption) *SlackBot {
	b := &SlackBot{
		token: "xoxb-000000000000-0000000000000-" + newSecret(), channel: "C0STANDIN01",
		scopes: []string{"chat:write", "channels:history"}, now: time.Now,
	}
	for _, option := range options {
		option(b)
	}
	b.sink.judge = b.judge
	return b
}

// Start listens on the loopback interface.
func (b *SlackBot) Start() error { return b.sink.Start() }

// Close stops listening and cuts the connections.
func (b *SlackBot) Close() error { return b.sink.Close() }

// APIURL is the address to give as SLACK_API_URL, once started.
func (b *SlackBot) APIURL() string { return b.sink.server.url + "/api/" }

// Token is the secret to give as SLACK_BOT_TOKEN.
func (b *SlackBot) Token() string { return b.token }

// Channel is the id to give as SLACK_CHANNEL.
func (b *SlackBot) Channel() string { return b.channel }

// Respond sets the faults of one method, such as chat.postMessage, whose requests are numbered by themselves. Nil ends them.
func (b *SlackBot) Respond(method string, reply func(n int) Reply) { b.sink.respondTo(method, reply) }

// Script gives the next requests for one method one reply each.
func (b *SlackBot) Script(method string, replies ...Reply) { b.sink.script(method, replies) }

// SlackRefusal is a reply with one of Slack's words, as its Web API gives it.
func SlackRefusal(word string) Reply {
	return Reply{Status: http.StatusOK, Header: map[string]string{"Content-Type": "application/json"}, Body: `{"ok":false,"error":"` + word + `"}`}
}

// Deliveries returns all requests so far; their Call is the method. The body of one that the slack package made is a form,
// and holds the token.
func (b *SlackBot) Deliveries() []Delivery { return b.sink.Deliveries() }

// Calls counts the requests for one method.
func (b *SlackBot) Calls(method string) int {
	n := 0
	for _, d := range b.Deliveries() {
		if d.Call == method {
			n++
		}
	}
	return n
}

// Posted returns the messages that stand in the channel, as they look now, the oldest first.
func (b *SlackBot) Posted() []SlackPost {
	return b.those(func(p SlackPost) bool { return p.Thread == "" || p.Broadcast })
}

// Threads returns the answers to each message by its ts.
func (b *SlackBot) Threads() map[string][]SlackPost {
	threads := map[string][]SlackPost{}
	for _, p := range b.those(func(p SlackPost) bool { return p.Thread != "" }) {
		threads[p.Thread] = append(threads[p.Thread], p)
	}
	return threads
}

// Updates returns what messages were replaced by, in order.
func (b *SlackBot) Updates() []SlackPost {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.updates)
}

// Add puts somebody else's message into the channel and returns its ts.
func (b *SlackBot) Add(p SlackPost) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	p.TS = b.stamp()
	b.messages = append(b.messages, p)
	return p.TS
}

// Delete removes a message, as its author can.
func (b *SlackBot) Delete(ts string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = slices.DeleteFunc(b.messages, func(p SlackPost) bool { return p.TS == ts })
}

func (b *SlackBot) those(wanted func(SlackPost) bool) []SlackPost {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []SlackPost
	for _, p := range b.messages {
		if wanted(p) {
			p.Content = maps.Clone(p.Content)
			all = append(all, p)
		}
	}
	return all
}

// stamp makes the next ts. The caller holds the lock.
func (b *SlackBot) stamp() string {
	b.last = max(b.last+1, b.now().UnixMicro())
	return fmt.Sprintf("%d.%06d", b.last/1e6, b.last%1e6)
}

// at returns the index of a message, or -1. The caller holds the lock.
func (b *SlackBot) at(ts string) int {
	return slices.IndexFunc(b.messages, func(p SlackPost) bool { return p.TS == ts })
}

// judge answers a request for a method.
func (b *SlackBot) judge(r *http.Request, body []byte) verdict {
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	arguments, token, problem := slackArguments(r, body)
	v := verdict{problems: problem}
	switch {
	case problem != nil:
		v = slackSays("invalid_arguments", problem...)
	case token == "":
		v = slackSays("not_authed")
	case token != b.token:
		v = slackSays("invalid_auth")
	default:
		v = b.answer(method, arguments)
	}
	v.call = method
	v.header = map[string]string{"X-OAuth-Scopes": strings.Join(b.scopes, ",")}
	return v
}

func (b *SlackBot) answer(method string, arguments document) verdict {
	b.mu.Lock()
	defer b.mu.Unlock()
	methods := map[string]struct {
		scope  string
		answer func(document) verdict
	}{
		"chat.postMessage":      {"chat:write", b.post},
		"chat.update":           {"chat:write", b.update},
		"conversations.history": {"channels:history", b.history},
		"conversations.replies": {"channels:history", b.replies},
	}
	m, known := methods[method]
	switch {
	case method == "auth.test":
		return slackOK(document{"url": "https://standin.slack.com/", "team": "Stand-in", "user": "breakglass", "team_id": "T0STANDIN01", "user_id": slackBotUser, "bot_id": slackBotID})
	case !known:
		return slackSays("unknown_method")
	case !slices.Contains(b.scopes, m.scope):
		return slackAnswers(document{"ok": false, "error": "missing_scope", "needed": m.scope, "provided": strings.Join(b.scopes, ",")})
	case arguments["channel"] != b.channel:
		return slackSays("channel_not_found")
	case b.outside:
		return slackSays("not_in_channel")
	}
	return m.answer(arguments)
}
