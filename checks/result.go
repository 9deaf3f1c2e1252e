package checks

import (
	"encoding/json"
	"slices"
	"strings"

	"breakglass/text"
)

// A Status is the answer of one check about one subject. It is kept as text, so
// that a report written today still means the same after constants are added.
type Status string

// The four answers. Only a Pass says that all is well.
const (
	Pass          Status = "pass"           // looked, and it holds
	Fail          Status = "fail"           // looked, and it does not hold
	Unknown       Status = "unknown"        // could not look, or what was read does not decide it
	NotApplicable Status = "not-applicable" // the question does not arise here
)

// Open reports whether people have something to do about a result of this
// status: it fails, or it could not be told. A status that the program does not
// know counts as open.
func (s Status) Open() bool { return s != Pass && s != NotApplicable }

// A Severity says how bad a failing check is. Severities are in rank order, so
// they can be compared; the zero Severity is none.
type Severity int

// The severities, from the least to the worst.
const (
	Info Severity = iota + 1
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{Info: "info", Low: "low", Medium: "medium", High: "high", Critical: "critical"}

// Severities returns every severity, the least first.
func Severities() []Severity { return []Severity{Info, Low, Medium, High, Critical} }

// String returns the severity's name, or nothing for the zero Severity.
func (s Severity) String() string {
	if s < Info || s > Critical {
		return ""
	}
	return severityNames[s]
}

// ParseSeverity reads a severity's name, in any case.
func ParseSeverity(name string) (Severity, error) {
	for s := Info; s <= Critical; s++ {
		if strings.EqualFold(severityNames[s], name) {
			return s, nil
		}
	}
	return 0, say("%q is not a severity: use info, low, medium, high or critical", name)
}

// MarshalText writes the severity's name; the zero Severity is empty text.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Severity) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = 0
		return nil
	}
	parsed, err := ParseSeverity(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

// A SubjectType is the kind of thing that a result is about.
type SubjectType string

// The kinds of subject.
const (
	SubjectUser        SubjectType = "user"
	SubjectTenant      SubjectType = "tenant"
	SubjectGroup       SubjectType = "group"
	SubjectPolicy      SubjectType = "policy"
	SubjectApplication SubjectType = "application"
)

// A Subject is what a result is about. ID is Graph's object id; for a declared
// account that resolves to nothing it is the declared text. Name is for people
// and is never part of a result's identity: it is text that strangers chose.
type Subject struct {
	Type SubjectType `json:"type"`
	ID   string      `json:"id"`
	Name string      `json:"name"`
}

// Values are one or more texts; one is written in JSON as a string, several as
// a list.
type Values []string

// MarshalJSON writes a single value as a string, anything else as a list.
func (v Values) MarshalJSON() ([]byte, error) {
	if len(v) == 1 {
		return json.Marshal(v[0])
	}
	return json.Marshal([]string(v))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *Values) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*v = Values{one}
		return nil
	}
	var many []string
	if err := json.Unmarshal(data, &many); err != nil {
		return say("evidence must be a text or a list of texts: %s", err)
	}
	*v = many
	return nil
}

// Evidence is what a result rests on, by Graph's property name: ids, AAGUIDs,
// dates, Graph error codes. It holds stable facts only, never an age, a count of
// days or a request id, so equal facts give equal evidence.
type Evidence map[string]Values

// Equal reports whether both hold the same facts.
func (e Evidence) Equal(other Evidence) bool {
	if len(e) != len(other) {
		return false
	}
	for key, values := range e {
		if otherValues, ok := other[key]; !ok || !slices.Equal(values, otherValues) {
			return false
		}
	}
	return true
}

// A Result is what one check says about one subject.
type Result struct {
	Check    string   `json:"check"`
	Status   Status   `json:"status"`
	Severity Severity `json:"severity"`
	Subject  Subject  `json:"subject"`

	// Title says what is true when the check passes.
	Title string `json:"title"`
	// Reason says, in a sentence, what was found; it may hold names of the tenant. Message is
	// the same as a Text; see Said.
	Reason  string    `json:"reason"`
	Message text.Text `json:"message,omitzero"`
	// Remediation says how to put it right; empty when there is nothing to do. Remedy is the
	// same as a Text where it is put together; see Advice.
	Remediation string    `json:"remediation,omitempty"`
	Remedy      text.Text `json:"remedy,omitzero"`
	Evidence    Evidence  `json:"evidence,omitempty"`
	References  []string  `json:"references,omitempty"`
	// Happened are the entries of a log that a failure rests on, the newest first: the reason
	// may name some of them only. It holds MostHappened at most.
	Happened []Happening `json:"happened,omitempty"`
}

// MostHappened bounds the entries that a result holds: the newest, and the oldest.
const MostHappened = 200

// A Happening is one entry of a log. The ID tells it from others, and stands in the evidence.
type Happening struct {
	ID      string    `json:"id"`
	Text    string    `json:"text"` // when, by whom or with what, as a reason says it
	Message text.Text `json:"message,omitzero"`
}

func happening(id string, what text.Text) Happening {
	return Happening{ID: id, Text: what.String(), Message: what.Plain()}
}

// Said is the Text of the entry.
func (h Happening) Said() text.Text { return text.Agreed(h.Message, h.Text) }

// Said is the Text of the reason.
func (r Result) Said() text.Text { return text.Agreed(r.Message, r.Reason) }

// Advice is the Text of the remediation.
func (r Result) Advice() text.Text { return text.Agreed(r.Remedy, r.Remediation) }

// A Key is the identity of results within one tenant: the same question about the
// same subject, whenever it is asked. Subject is an object id; it is empty for the
// tenant itself.
type Key struct {
	Check   string `json:"check"`
	Subject string `json:"subject,omitempty"`
}

// Key is the result's identity within one tenant. The tenant itself is one subject,
// whether or not its id could be read this time; ids maps declared texts of users
// to object ids.
func (r Result) Key(ids map[string]string) Key {
	switch r.Subject.Type {
	case SubjectTenant:
		return Key{Check: r.Check}
	case SubjectUser:
		if id, ok := ids[r.Subject.ID]; ok {
			return Key{r.Check, id}
		}
	case SubjectGroup, SubjectPolicy, SubjectApplication:
	}
	return Key{r.Check, r.Subject.ID}
}
