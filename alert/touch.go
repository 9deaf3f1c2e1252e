package alert

import (
	"cmp"
	"slices"
	"time"

	"breakglass/text"
)

// A TouchKind is how what is remembered was found not to be as this program left it.
type TouchKind string

// The kinds of touches.
const (
	Deleted TouchKind = "deleted" // it is gone
	Spoiled TouchKind = "spoiled" // it cannot be used
	Older   TouchKind = "older"   // an older one is in its place
	Foreign TouchKind = "foreign" // something is in it that this program does not write
	// Unattested says that the mark cannot be used which would show an older one.
	Unattested TouchKind = "unattested"
)

// A Touch is a sign that somebody else than this program was at what is remembered. It is
// told once.
type Touch struct {
	How TouchKind `json:"how"`
	At  time.Time `json:"at"` // when it was noticed
	// Lost is set if what was remembered is gone; otherwise the process still had it.
	Lost bool `json:"lost,omitempty"`
	// Back is of when the older memory is, and Last when the one was kept that is missing;
	// zero where it is not known.
	Back   time.Time `json:"back,omitzero"`
	Last   time.Time `json:"last,omitzero"`
	Reason string    `json:"reason,omitempty"` // why it cannot be used
	// Message is the reason as a Text; see Said.
	Message text.Text `json:"message,omitzero"`
	// Strange is what was dropped, as nobody but another hand or a wrong clock writes it.
	Strange []Strange `json:"strange,omitempty"`
}

// Because returns the Touch with why the memory cannot be used.
func (t Touch) Because(err error) Touch {
	t.Message = text.Of(err).Plain()
	t.Reason = t.Message.String()
	return t
}

// Said is the Text of the reason.
func (t Touch) Said() text.Text { return text.Agreed(t.Message, t.Reason) }

// touchesKept bounds how many are told at once.
const touchesKept = 5

// Touch notes that another hand was at the memory, until people heard. If what was told
// before is lost, everything that is open is told again.
func (m *Memory) Touch(t Touch) {
	m.Touched = touches(m.Touched, []Touch{t})
	if t.Lost && m.Forgotten == "" {
		m.Forgotten = cmp.Or(t.Reason, "what is remembered is gone")
	}
}

// touches joins two lists, and keeps the newest.
func touches(a, b []Touch) []Touch {
	all := slices.Concat(a, b)
	return all[max(len(all)-touchesKept, 0):]
}

// again tells everything that is open where it is not known what people heard of it.
func (o *observation) again() {
	if o.first || o.Forgotten == "" {
		return
	}
	for i := range o.Findings {
		if f := &o.Findings[i]; o.remindable(f) {
			s, _ := f.standing()
			o.replace(f, Open, s)
		}
	}
}

// A Mark is which memory of a tenant was last kept, as somebody remembers who is asked when
// it is gone.
type Mark struct {
	Serial int64     `json:"serial"`
	At     time.Time `json:"at"`
}

// marksKept bounds of how many tenants an installation has a Mark.
const marksKept = 100

// Attest notes which memory of a tenant was last kept, in the memory of the installation. It
// reports whether that is news. A mark never goes back: it is to show what does.
func (m *Memory) Attest(tenant string, last Mark) bool {
	if m.Kept[tenant].Serial >= last.Serial {
		return false
	}
	if m.Kept == nil || len(m.Kept) >= marksKept {
		m.Kept = map[string]Mark{}
	}
	m.Kept[tenant] = last
	return true
}
