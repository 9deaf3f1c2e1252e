package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"

	"breakglass/alert"
	"breakglass/internal/standin"
	"breakglass/internal/state"
)

// A readFault is what is wrong with Microsoft Graph for some runs.
type readFault struct {
	kind   string // which requests fail; empty for none
	path   string // what their path, or their query, holds
	status int
	runs   int // for how many runs still
}

// readFaults are the requests that can fail, by what their path or their query holds.
func readFaults() []readFault {
	accounts := stormAccounts()
	var all []readFault
	for _, a := range accounts {
		all = append(all, readFault{kind: "the profile of " + a.short(), path: "/users/" + a.id}, readFault{kind: "the sign-ins of " + a.short(), path: "userId eq '" + a.id})
	}
	return append(all,
		readFault{kind: "users", path: "/users/"}, readFault{kind: "the declared group", path: "/groups/" + stormGroup}, readFault{kind: "groups", path: "/groups/"},
		readFault{kind: "role assignments", path: "/roleManagement/directory/roleAssignments"}, readFault{kind: "the sign-in log", path: "/auditLogs/signIns"},
		readFault{kind: "the audit log", path: "/auditLogs/directoryAudits"}, readFault{kind: "policies", path: "/identity/conditionalAccess/policies"},
	)
}

// hits reports whether a request fails. An account is asked for by its name as well.
func (f readFault) hits(path, query string) bool {
	if f.kind == "" {
		return false
	}
	query = strings.ReplaceAll(strings.ReplaceAll(query, "+", " "), "%27", "'")
	for _, a := range stormAccounts() {
		if f.path == "/users/"+a.id && strings.Contains(path, "/users/"+a.name) {
			return true
		}
	}
	return strings.Contains(path, f.path) || strings.Contains(query, f.path)
}

func (f *readFault) end() {
	if f.runs--; f.runs <= 0 {
		*f = readFault{}
	}
}

// intercept answers in the place of Microsoft Graph what fails.
func (s *storm) intercept(w http.ResponseWriter, r *http.Request, path string) bool {
	if !s.reads.hits(path, r.URL.RawQuery) && !s.reads.hits(path, r.URL.Query().Encode()) {
		return false
	}
	body := `{"error": {"code": "Authorization_RequestDenied", "message": "no"}}`
	switch s.reads.status {
	case http.StatusNotFound: // of a gateway
		body = "<html>not here</html>"
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "30")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(s.reads.status)
	_, _ = io.WriteString(w, body) // the handler may be gone
	return true
}

// A storeFault is what is wrong with what keeps the memory, for one run.
type storeFault struct {
	kind  string // unreadable, read-only, conflict; empty for nothing
	kill  int    // at which save the process dies; 0 for never
	after bool   // once that save is made

	saves  int
	died   bool
	missed bool // something was wrong indeed
}

func (f *storeFault) begin()     { f.saves, f.died, f.missed = 0, false, false }
func (f *storeFault) end()       { *f = storeFault{} }
func (f *storeFault) held() bool { return !f.missed }

// A shakyStore is a store that fails as it is told to.
type shakyStore struct {
	state.Store
	s *storm
}

// Load returns what is kept, unless it is unreadable.
func (k *shakyStore) Load(ctx context.Context, tenant string) (alert.Memory, state.Version, error) {
	if k.s.store.kind == "unreadable" {
		k.s.store.missed = true
		return alert.Memory{}, "", errors.New("the storage answers 503")
	}
	return k.Store.Load(ctx, tenant)
}

// Save keeps a memory, unless the process dies before it.
func (k *shakyStore) Save(ctx context.Context, m alert.Memory, v state.Version) (state.Version, error) {
	f := &k.s.store
	f.saves++
	dies := f.kill > 0 && f.saves >= f.kill
	if dies && !f.after {
		f.die()
	}
	switch f.kind {
	case "unreadable", "read-only":
		f.missed = true
		return "", errors.New("the storage answers 403")
	case "conflict":
		if f.saves%3 == 1 {
			f.missed = true
			return "", state.ErrConflict
		}
	}
	next, err := k.Store.Save(ctx, m, v)
	if dies {
		f.die()
	}
	return next, err
}

// die ends the process, which here is a goroutine: nothing of it goes on but what the system
// does for a dead process, which is to free its lock.
func (f *storeFault) die() {
	f.died = true
	runtime.Goexit()
}

// A lane is a channel with the people at its other end.
type lane struct {
	name, way string
	posts     func() []string // the texts that people see and have not seen before

	mu      sync.Mutex
	fault   laneFault
	refused bool // something, since it was last looked at
}

// A laneFault is how a channel answers while it is broken.
type laneFault struct {
	kind    string // empty for well
	reply   standin.Reply
	forGood bool // waiting does not help
}

// laneFaults are the ways in which a channel can be broken.
func laneFaults() []laneFault {
	status := func(status int, body string, header ...string) standin.Reply {
		r := standin.Reply{Status: status, Body: body}
		if len(header) == 2 {
			r.Header = map[string]string{header[0]: header[1]}
		}
		return r
	}
	return []laneFault{
		{kind: "429, Retry-After 120", reply: status(429, "slow down", "Retry-After", "120")},
		{kind: "429, Retry-After 86400", reply: status(429, "slow down", "Retry-After", "86400")},
		{kind: "429, Retry-After in 2100", reply: status(429, "slow down", "Retry-After", "Fri, 01 Jan 2100 00:00:00 GMT")},
		{kind: "500", reply: status(500, "oh")},
		{kind: "404", reply: status(404, "no_service"), forGood: true},
		{kind: "403", reply: status(403, "action_prohibited"), forGood: true},
		{kind: "reset", reply: standin.Reply{Reset: true}},
		{kind: "answer lost", reply: standin.Reply{Reset: true, Posts: true}},
	}
}

// breaks lets the channel answer so from now on.
func (l *lane) breaks(f laneFault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fault = f
}

func (l *lane) reply(int) standin.Reply {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused = l.refused || l.fault.kind != ""
	return l.fault.reply
}

// heard is what came of a run at the other end.
func (l *lane) heard() heard {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := heard{name: l.name, texts: l.posts(), refused: l.refused, broken: l.fault.kind != "", forGood: l.fault.forGood}
	l.refused = false
	return h
}

// lanesOf are the channels, and puts their faults to work.
func (s *storm) lanesOf(ways string) []*lane {
	var all []*lane
	webhook := func(name, way string, sink *standin.Sink) {
		seen := 0
		l := &lane{name: name, way: way}
		l.posts = func() (texts []string) {
			deliveries := sink.Deliveries()
			for _, d := range deliveries[seen:] {
				if d.Posted {
					texts = append(texts, textOf(d.Body))
				}
			}
			seen = len(deliveries)
			return texts
		}
		sink.Respond(l.reply)
		all = append(all, l)
	}
	if s.bot != nil {
		seen := map[string]bool{}
		l := &lane{name: "slack", way: "bot"}
		l.posts = func() (texts []string) {
			posts := s.bot.Posted()
			for _, thread := range s.bot.Threads() {
				posts = append(posts, thread...)
			}
			for _, p := range posts {
				if !seen[p.TS] {
					seen[p.TS] = true
					texts = append(texts, textOf(encoded(p.Content)))
				}
			}
			return texts
		}
		for _, method := range []string{"chat.postMessage", "chat.update"} {
			s.bot.Respond(method, l.reply)
		}
		all = append(all, l)
	}
	if strings.Contains(ways, "webhook") {
		webhook("slack", "webhook", s.Slack)
	}
	if strings.Contains(ways, "teams") {
		webhook("teams", "teams", s.Teams)
	}
	return all
}
