package notify

import "breakglass/checks"

// A Message is what people are told, in words but in no format. It is plain data:
// equal messages have equal JSON.
type Message struct {
	Tone     Tone
	Title    string // the verdict, in the program's own words
	Tenant   []Run
	Checked  string
	Counts   []Count
	Lead     []string // paragraphs before the sections, in the program's own words
	Outlook  Outlook
	Sections []Section
	Footer   string
	Key      string // tells this message from others; it is part of the footer
}

// A Tone says how a message is meant, for formats that have colours. The words
// say the same without it.
type Tone int

// The tones, from the calmest.
const (
	Calm Tone = iota
	Good
	Warning
	Bad
)

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
	news bool
}

// An Item is what one check, or one cause that stops several, says about some subjects.
type Item struct {
	Icon     string
	Severity checks.Severity
	Label    string // over the details
	Short    string // before a single line
	Checks   []string
	Findings []Finding
	Facts    []Fact
	Link     Link
	// Results is how many results the item stands for, More how many of them no
	// finding here tells of, MoreChecks how many checks are not listed.
	Results, More, MoreChecks int
	// Brief is set if a single line is enough.
	Brief bool
}

// A Finding is what was found about some subjects.
type Finding struct {
	Subject Run
	Text    Run
	Results int
}

// A Fact is a labelled detail.
type Fact struct {
	Label string
	Text  Run
}

// A Link is an address of the program's own, never one from the tenant.
type Link struct{ URL, Text string }

func ours(text string) Run    { return Run{Text: text} }
func strange(text string) Run { return Run{Text: text, Strange: true} }
