package checks

import (
	"encoding/json"
	"time"
)

// Schema names the format of a Report's JSON.
const Schema = "breakglass.report/v1"

// A Report is what the checks say about one tenant at one time. Its order is
// fixed (the order of the checks, then the subject's id), so equal facts give
// equal bytes.
type Report struct {
	Schema    string    `json:"schema"`
	Tenant    Tenant    `json:"tenant"`
	CheckedAt time.Time `json:"checkedAt"` // UTC
	Accounts  []Account `json:"accounts"`
	Summary   Summary   `json:"summary"`
	Results   []Result  `json:"results"`
	// Survival says who could still sign in if something failed; nil in a report of
	// before it was computed.
	Survival *Survival `json:"survival,omitempty"`
	// Defects are the panics of checks, whose results are unknown. They are for who runs
	// the program, and are not kept.
	Defects []Defect `json:"-"`
}

// A Tenant says which tenant a report is about. Fields that could not be read
// are empty.
type Tenant struct {
	ID            string `json:"id"`
	DisplayName   string `json:"displayName"`
	DefaultDomain string `json:"defaultDomain"`
}

// An Account is a declared emergency account that exists. Declared is the entry
// of the configuration that names it.
type Account struct {
	ID                string `json:"id"`
	UserPrincipalName string `json:"userPrincipalName"`
	DisplayName       string `json:"displayName"`
	Declared          string `json:"declared"`
}

// A Summary counts the results by status. Worst is the worst severity among
// failing and unknown results; the zero Severity when there are none.
type Summary struct {
	Pass          int      `json:"pass"`
	Fail          int      `json:"fail"`
	Unknown       int      `json:"unknown"`
	NotApplicable int      `json:"notApplicable"`
	Worst         Severity `json:"worst,omitempty"`
}

func summarize(results []Result) Summary {
	var s Summary
	for _, r := range results {
		switch r.Status {
		case Pass:
			s.Pass++
		case Fail:
			s.Fail++
		case NotApplicable:
			s.NotApplicable++
		case Unknown:
			s.Unknown++
		default:
			s.Unknown++
		}
		if r.Status.Open() {
			s.Worst = max(s.Worst, r.Severity)
		}
	}
	return s
}

// ParseReport reads a report's JSON. It is an error if the text is not JSON or
// not of a format that this program reads.
func ParseReport(data []byte) (Report, error) {
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return Report{}, say("report: %s", err)
	}
	if r.Schema != Schema {
		return Report{}, say("report: schema is %q, expected %q", r.Schema, Schema)
	}
	return r, nil
}
