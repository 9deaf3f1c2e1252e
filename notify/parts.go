package notify

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"breakglass/alert"
	"breakglass/checks"
)

// A Part is one of the postings that an entry of an outbox becomes.
type Part struct {
	Posting Posting
	Starts  []checks.Key // findings whose thread it begins
}

// A Plan is how an entry is posted.
type Plan struct {
	Options
	People   []Person       // who is called, if somebody must look
	Threaded bool           // whether there are threads
	Threads  []alert.Thread // earlier ones that the entry has something for
	Now      time.Time
	// Takes reports whether every service takes a message as it is. What one does not is told
	// in several, the same ones in every channel.
	Takes func(Message) bool
}

// Parts are the postings of an entry, in order. Where there are threads, a finding's later
// life goes into the thread of the message that told of it first, and that message is
// brought up to date; the channel hears of everything that is new. The same entry always
// becomes the same postings.
func Parts(e alert.Entry, p Plan) []Part {
	message := Compose(e.Digest, p.Options)
	if e.Digest.Mention {
		message.Mentions = p.People
	}
	inChannel := e.Digest.InChannel(p.Threads)
	var parts []Part
	if inChannel {
		for _, m := range Split(message, p.Takes) {
			parts = append(parts, Part{Posting: Posting{Message: m}})
		}
		if p.Threaded {
			start(parts, e.Digest.Fresh(), p.Threads)
		}
	}
	for i, t := range p.Threads {
		p.Key = fmt.Sprintf("%s-%d", e.Key, i+1) // its own, so that none is taken for another
		parts = append(parts, replies(e, t, p, !inChannel)...)
	}
	return parts
}

// start gives each new finding the thread of the part that tells of it; of one that none
// tells of by itself, the first part's.
func start(parts []Part, fresh []checks.Key, threads []alert.Thread) {
	for _, k := range fresh {
		if slices.ContainsFunc(threads, func(t alert.Thread) bool { return slices.Contains(t.Keys, k) }) {
			continue
		}
		i := max(0, slices.IndexFunc(parts, func(p Part) bool { return p.Posting.Message.tells(k) }))
		parts[i].Starts = append(parts[i].Starts, k)
	}
}

// tells reports whether an item of the message is about the finding.
func (m Message) tells(k checks.Key) bool {
	for _, s := range m.Sections {
		if slices.ContainsFunc(s.Items, func(it Item) bool { return slices.Contains(it.Keys, k) }) {
			return true
		}
	}
	return false
}

// replies tell in a thread what became of its findings, and bring its first message up
// to date.
func replies(e alert.Entry, t alert.Thread, p Plan, broadcast bool) []Part {
	digest := e.Digest.Only(t.Keys)
	reply := Compose(digest, p.Options)
	if broadcast && e.Digest.Mention {
		reply.Mentions = p.People
	}
	var parts []Part
	for _, m := range Split(reply, p.Takes) {
		parts = append(parts, Part{Posting: Posting{Message: m, Thread: t.ID, Broadcast: broadcast}})
	}
	var first Message
	closed := digest.Closes()
	if len(closed) == 0 || json.Unmarshal(t.Message, &first) != nil { // of a later version: it stays as it is
		return parts
	}
	// It is a posting though it was made before: which ones there are does not hang on how far
	// an earlier run came.
	first.Settle(closed, SettledOn(p.Language, p.Now))
	return append(parts, Part{Posting: Posting{Message: first, Replaces: t.ID}})
}
