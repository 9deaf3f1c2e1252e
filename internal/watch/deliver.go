package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"breakglass/alert"
	"breakglass/defect"
	"breakglass/notify"
	"breakglass/notify/kinds"
)

// A Channel is a sink under the name by which its outbox is kept, and whom to call there.
type Channel struct {
	notify.Sink
	alert.Channel
	People []notify.Person
}

// Name is the one of the outbox.
func (c Channel) Name() string { return c.Channel.Name }

// A delivery is how channels are told what is in their outboxes.
type delivery struct {
	*session
	channels []Channel
	policy   alert.Policy
	language string
	version  string
	sent     int // messages that a channel took
}

func (w *Watch) delivery(d *session) *delivery {
	return &delivery{session: d, channels: w.Channels, policy: w.Policy, language: w.Language, version: w.Version}
}

// rounds bounds how often one run tells channels of each other's failures.
const rounds = 3

// deliver sends what is in the outboxes, and returns how many channels were told
// something. What a channel refuses is told on the others, and kept. It is an error if
// nobody could be told; one channel that works is enough for the run.
func (d *delivery) deliver(ctx context.Context) (int, error) {
	told := map[string]bool{}
	refused := map[string]error{}
	var failed []error
	for range rounds {
		for _, c := range d.channels {
			if err := d.attend(ctx, c, told); err != nil {
				refused[c.Name()] = err
				if defect.From(err) != nil { // it is told, whichever channel works
					failed = append(failed, fmt.Errorf("tell %s: %w", c.Name(), err))
				}
			}
		}
		news := false
		if err := d.change(ctx, func(m *alert.Memory) { news = m.Deliveries(d.Now(), d.policy) }); err != nil {
			failed = append(failed, err)
		}
		if !news {
			break
		}
	}
	works := len(d.channels) == 0
	for _, c := range d.channels {
		works = works || refused[c.Name()] == nil && !c.Escalation
	}
	if !works {
		for _, name := range slices.Sorted(maps.Keys(refused)) {
			failed = append(failed, fmt.Errorf("tell %s: %w", name, refused[name]))
		}
	}
	return len(told), errors.Join(failed...)
}

// attend sends what one channel is to be told. A panic is a refusal of the message that was
// its turn, like one that no repetition helps against: the other channels hear of it.
func (d *delivery) attend(ctx context.Context, c Channel, told map[string]bool) error {
	var err error
	caught := defect.In(func() { err = d.empty(ctx, c, told) })
	if caught == nil {
		return err
	}
	LogDefect(ctx, d.log, caught)
	box := d.memory.Channels[c.Name()]
	if box == nil || len(box.Queue) == 0 {
		return caught
	}
	return errors.Join(caught, d.change(ctx, func(m *alert.Memory) {
		m.Refused(c.Name(), box.Queue[0].Key, d.Now(), alert.Refusal{Reason: caught.Error(), Permanent: true, Doubtful: true})
	}))
}

// waiting counts the messages that are kept for later.
func waiting(m alert.Memory) int {
	n := 0
	for _, box := range m.Channels {
		n += len(box.Queue)
	}
	return n
}

// empty sends what one channel is to be told, the oldest first.
func (d *delivery) empty(ctx context.Context, c Channel, told map[string]bool) error {
	for ctx.Err() == nil {
		box := d.memory.Channels[c.Name()]
		if box == nil {
			return nil
		}
		entry := box.Due(d.Now())
		if entry == nil {
			if box.Failure != nil && len(box.Queue) > 0 {
				return errors.New(box.Failure.Reason)
			}
			return nil
		}
		if err := d.send(ctx, c, *entry); err != nil {
			return err
		}
		told[c.Name()] = true
	}
	return ctx.Err()
}

// send sends one entry. Before and after each part the memory is kept, so that whenever
// the process dies the next run knows what may have arrived.
func (d *delivery) send(ctx context.Context, c Channel, e alert.Entry) error {
	parts := d.parts(c, e)
	for i := e.Posted; i < len(parts); i++ {
		doubt := d.doubt(c.Name())
		if err := d.change(ctx, func(m *alert.Memory) { m.Begin(c.Name(), e.Key, d.Now()) }); err != nil {
			d.log.ErrorContext(ctx, "sending although it cannot be remembered", "channel", c.Name(), "err", err)
		}
		parts[i].Posting.Doubt = doubt
		receipt, err := c.Notify(ctx, parts[i].Posting)
		if err != nil {
			refusal := RefusalOf(err)
			d.log.ErrorContext(ctx, "not told", "channel", c.Name(), "key", e.Key, "part", i+1, "err", err, "permanent", refusal.Permanent)
			return errors.Join(err, d.change(ctx, func(m *alert.Memory) { m.Refused(c.Name(), e.Key, d.Now(), refusal) }))
		}
		d.log.InfoContext(ctx, "told", "channel", c.Name(), "key", e.Key, "receipt", receipt.String(), "part", i+1, "parts", len(parts),
			"attempt", e.Attempts+1, "again", receipt.Found, "plain", receipt.Plain, "events", len(e.Digest.Events), "runs", len(e.Digest.Runs))
		d.sent++
		if receipt.Note != "" {
			d.log.WarnContext(ctx, "told, with a remark", "remark", receipt.Note, "channel", c.Name(), "key", e.Key)
		}
		last := i == len(parts)-1
		err = d.change(ctx, func(m *alert.Memory) { m.Sent(c.Name(), e.Key, d.Now(), sent(parts[i], receipt), last) })
		if err != nil {
			d.log.ErrorContext(ctx, "told, but not remembered", "channel", c.Name(), "err", err)
		}
	}
	return nil
}

// RefusalOf says what can be done about an error of a sink.
func RefusalOf(err error) alert.Refusal {
	r := alert.Refusal{Reason: err.Error()}
	if e, ok := errors.AsType[*notify.Error](err); ok {
		r.Permanent = e.Class != notify.Retryable
		r.RetryAfter = e.RetryAfter
		r.Doubtful = e.Uncertain
	}
	return r
}

// doubt is when an earlier attempt to send the part began that may have arrived.
func (d *delivery) doubt(channel string) time.Time {
	if b := d.memory.Channels[channel]; b != nil && len(b.Queue) > 0 {
		return b.Queue[0].Doubt
	}
	return time.Time{}
}

// Sent says what the memory must know of a part that was sent.
func sent(p notify.Part, r notify.Receipt) alert.Sent {
	s := alert.Sent{ID: r.ID, Delivered: !r.Accepted, Starts: p.Starts, Replaces: p.Posting.Replaces}
	if len(p.Starts) > 0 || p.Posting.Replaces != "" {
		if data, err := json.Marshal(p.Posting.Message); err == nil { // plain data
			s.Message = data
		}
	}
	return s
}

// parts are the postings of an entry.
func (d *delivery) parts(c Channel, e alert.Entry) []notify.Part {
	p := notify.Plan{
		Options: notify.Options{Version: d.version, Language: d.language, Key: e.Key, Labels: kinds.Labels()},
		People:  c.People, Threaded: c.Threads(), Now: d.Now(), Takes: kinds.Take,
	}
	if p.Threaded {
		p.Threads = d.memory.Channels[c.Name()].Threaded(e)
	}
	return notify.Parts(e, p)
}
