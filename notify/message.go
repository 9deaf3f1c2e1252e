package notify

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"breakglass/checks"
	"breakglass/display"
)

// A Message is what people are told, in words but in no format. It is plain data:
// equal messages have equal JSON.
type Message struct {
	Language string // en, or ja
	Tone     display.Tone
	Title    string // the verdict, in the program's own words
	Tenant   []Run
	Checked  string
	Counts   []Count
	Lead     []string // paragraphs before the sections, in the program's own words
	Forecast Forecast `json:"Outlook"` // as earlier messages are kept
	Sections []Section
	// Mention is set if somebody must look now, and Mentions are those who are called.
	Mention  bool
	Mentions []Person
	Footer   string
	Key      string // tells this message from others; it is part of the footer
}

// A Person can be called by a service: by Slack's member id, or by the user principal
// name or object id in Teams, which shows Name.
type Person struct{ ID, Name string }

// A Run is a piece of text. Strange text holds words that somebody chose in the
// tenant, so a format must not let it act.
type Run struct {
	Text    string
	Strange bool
}

// A Count is a number that a message begins with.
type Count struct {
	Label string
	N     int
	Alarm bool // the number is bad news
}

// A Section holds the items of one kind, the worst first.
type Section struct {
	Title string
	Note  string // what to know about all of them
	Items []Item
	// More says what is left out; empty if nothing is.
	More string
	News bool // it tells what the channel was not told before
}

// must reports whether the section's item is told whatever there is no room for: what is of
// high severity and was not told before is named and not counted.
func (s Section) must(it Item) bool { return s.News && it.must() }

func (it Item) must() bool {
	return it.Must || it.Severity >= checks.High || slices.ContainsFunc(it.Fields, func(f Field) bool { return f.Must })
}

// An Item is what one check, or one cause that stops several, says about some subjects.
type Item struct {
	Icon     string
	Severity checks.Severity
	Label    string // over the details
	Short    string // before a single line
	Checks   []string
	Findings []Finding
	Fields   []Field `json:"Facts"` // the same
	Link     Link
	// Results is how many results the item stands for, More how many of them no
	// finding here tells of, MoreChecks how many checks are not listed.
	Results, More, MoreChecks int
	// Brief is set if a single line is enough, and Must if it is told however little severe.
	Brief, Must bool
	// Keys are the findings that the item tells of, and Settled what has become of all of
	// them since; empty while that is nothing.
	Keys    []checks.Key
	Settled string
}

// A Finding is what was found about some subjects.
type Finding struct {
	Subject Run
	Text    Run
	Results int
	// Whole is set if the text is not shortened: it names things that happened.
	Whole bool
}

// A Field is a labelled detail.
type Field struct {
	Label string
	Text  Run
	// Must is set if it tells of something that happened, and not how to look at it: then it
	// is not left out.
	Must bool
}

// A Link is an address of the program's own, never one from the tenant.
type Link struct{ URL, Text string }

func ours(text string) Run    { return Run{Text: text} }
func strange(text string) Run { return Run{Text: text, Strange: true} }

// Settle says in a message what became of findings that it told of. It reports whether
// that changes the message.
func (m *Message) Settle(keys []checks.Key, how string) bool {
	changed := false
	for i := range m.Sections {
		for j := range m.Sections[i].Items {
			it := &m.Sections[i].Items[j]
			left := slices.DeleteFunc(slices.Clone(it.Keys), func(k checks.Key) bool { return slices.Contains(keys, k) })
			if len(left) == len(it.Keys) {
				continue
			}
			it.Keys = left
			if len(left) == 0 {
				it.Settled = how
				changed = true
			}
		}
	}
	return changed
}

// Appeal asks those who are called to look.
func (m Message) Appeal() string { return display.In(m.Language).Say("Please look at this now:") }

// Encode writes compact JSON. It escapes no more than it must, as the size counts.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// SettledOn is what to say of a finding that was settled at a time.
func SettledOn(language string, at time.Time) string {
	w := wordsIn(language)
	return w.say("Settled on %s", w.Day(at))
}
