package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Schema names the format of an Examination as JSON.
const Schema = "breakglass.doctor/v1"

// A Status says what came of examining one thing.
type Status string

// The statuses.
const (
	OK      Status = "ok"
	Notice  Status = "notice"  // it works, and somebody should know
	Fault   Status = "fault"   // it does not work
	Unknown Status = "unknown" // it was looked at, and what was seen does not decide it
	Skipped Status = "skipped" // it was not looked at; Says tells why
)

// An Area is what a finding belongs to, in the order in which they are told.
type Area string

// The areas.
const (
	AreaSettings    Area = "settings"
	AreaSchedule    Area = "schedule"
	AreaPackage     Area = "package"
	AreaVersions    Area = "versions"
	AreaIdentity    Area = "identity"
	AreaPermissions Area = "permissions"
	AreaGraph       Area = "graph"
	AreaLicences    Area = "licences"
	AreaState       Area = "state"
	AreaRuns        Area = "runs"
	AreaChannels    Area = "channels"
	AreaClock       Area = "clock"
)

// Areas lists them all.
func Areas() []Area {
	return []Area{
		AreaSettings, AreaSchedule, AreaPackage, AreaVersions, AreaIdentity, AreaPermissions, AreaGraph, AreaLicences,
		AreaState, AreaRuns, AreaChannels, AreaClock,
	}
}

// A Finding is what examining one thing came to. It holds no secret.
type Finding struct {
	Area Area `json:"area"`
	// Subject is the app setting, the function, the permission or the channel; empty where
	// the area is one thing.
	Subject string `json:"subject,omitempty"`
	Status  Status `json:"status"`
	Says    string `json:"says"`
	// Remedy is what to do; empty where there is nothing to do.
	Remedy    string `json:"remedy,omitempty"`
	Reference string `json:"reference,omitempty"`

	settings []string // the app settings whose absence it explains: that it is about, and that was meant
}

// Trouble reports whether somebody must do something.
func (f Finding) Trouble() bool { return f.Status == Fault || f.Status == Unknown }

// An Examination is everything that was looked at.
type Examination struct {
	Schema  string    `json:"schema"`
	Version string    `json:"version"` // of the program that looked
	At      time.Time `json:"at"`
	// LookedAs says with whose rights: of the app's identity, or of a person's.
	LookedAs string    `json:"lookedAs"`
	Result   Status    `json:"result"` // the worst of ok, notice, unknown and fault
	Findings []Finding `json:"findings"`
}

// New puts findings into an Examination, in the order of the areas.
func New(version, lookedAs string, at time.Time, findings ...Finding) Examination {
	e := Examination{Schema: Schema, Version: version, At: at.UTC().Truncate(time.Second), LookedAs: lookedAs, Result: OK, Findings: findings}
	order := Areas()
	slices.SortStableFunc(e.Findings, func(a, b Finding) int { return slices.Index(order, a.Area) - slices.Index(order, b.Area) })
	for _, f := range e.Findings {
		if rank(f.Status) > rank(e.Result) {
			e.Result = f.Status
		}
	}
	return e
}

// rank orders the statuses: what could not be looked at on request is worse than a notice,
// what nobody asked for is nothing.
func rank(s Status) int { return slices.Index([]Status{Skipped, OK, Notice, Unknown, Fault}, s) }

// Trouble lists what somebody must do something about.
func (e Examination) Trouble() []Finding {
	return slices.DeleteFunc(slices.Clone(e.Findings), func(f Finding) bool { return !f.Trouble() })
}

// Count counts the findings of a status.
func (e Examination) Count(s Status) int {
	n := 0
	for _, f := range e.Findings {
		if f.Status == s {
			n++
		}
	}
	return n
}

// JSON writes the Examination. Equal ones give equal bytes.
func (e Examination) JSON(w io.Writer) error {
	if e.Findings == nil {
		e.Findings = []Finding{}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(e)
}

// finding words one without a remedy.
func finding(a Area, subject string, s Status, format string, args ...any) Finding {
	return Finding{Area: a, Subject: subject, Status: s, Says: fmt.Sprintf(format, args...)}
}

// fix adds what to do.
func (f Finding) fix(format string, args ...any) Finding {
	f.Remedy = fmt.Sprintf(format, args...)
	return f
}

// explains adds which app settings are not there because of it.
func (f Finding) explains(settings ...string) Finding {
	f.settings = settings
	return f
}

// see adds where it is written.
func (f Finding) see(reference string) Finding {
	f.Reference = reference
	return f
}

// list names a few, and counts the rest.
func list(names []string) string {
	const most = 8
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
