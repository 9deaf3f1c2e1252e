package notify

import (
	"cmp"
	"fmt"
	"slices"

	"breakglass/checks"
)

// mostOutlooks is how many failures a message asks about.
const mostOutlooks = 6

// An Outlook says who could still sign in if something failed.
type Outlook struct {
	Title, Note string
	Rows        []OutlookRow
}

// An OutlookRow is the answer for one failure.
type OutlookRow struct {
	What  Run
	Able  string // "1 of 5"
	Was   string // "▼ was 2"; empty if it was the same, or is not known
	Alarm bool   // nobody is certain to get in, or fewer than before
}

// A prospect is a failure and how many it leaves.
type prospect struct {
	what                 Run
	able, unknown, total int
	before               int // -1: not known
	service              bool
}

func (p prospect) changed() bool { return p.before >= 0 && p.before != p.able }

// outlookOf chooses the failures that people must know of: what changed, then what
// leaves the fewest. The failure of Microsoft Entra's own sign-in is left out, for
// nothing avoids it.
func outlookOf(now, before *checks.Survival, most int) Outlook {
	if now == nil || len(now.Administrators) == 0 {
		return Outlook{}
	}
	var all []prospect
	for _, c := range now.Components {
		if c.ID == checks.AuthenticationService || petty(c, now) {
			continue
		}
		all = append(all, prospectOf(whatOf(c), c.Kind == "service", now, before, c.ID))
	}
	elsewhere := prospect{what: ours("there is no managed computer and no known network"), before: -1, total: len(now.Administrators)}
	elsewhere.able, elsewhere.unknown = len(now.AnyDevice.CanSignIn), len(now.AnyDevice.Unknown)
	if before != nil {
		elsewhere.before = len(before.AnyDevice.CanSignIn)
	}
	blocked := prospect{what: ours("Conditional Access blocks everybody that it can"), before: -1, total: len(now.Administrators), service: true}
	blocked.able, blocked.unknown = len(now.PoliciesBlock.CanSignIn), len(now.PoliciesBlock.Unknown)
	if before != nil && before.PoliciesBlock.Down != nil { // it is in the report before
		blocked.before = len(before.PoliciesBlock.CanSignIn)
	}
	all = append(all, blocked)
	base := prospectOf(Run{}, false, now, before)
	all = slices.DeleteFunc(append(all, elsewhere), func(p prospect) bool {
		return p.unknown == base.unknown && p.able == base.able && (p.before < 0 || p.before == base.before)
	})
	slices.SortStableFunc(all, func(a, b prospect) int {
		return cmp.Or(rank(!a.changed())-rank(!b.changed()), a.able-b.able, rank(!a.service)-rank(!b.service))
	})
	o := Outlook{Title: "Who could still sign in if…", Note: noteOf(now, base)}
	for _, p := range all[:min(most, len(all))] {
		o.Rows = append(o.Rows, p.row())
	}
	return o
}

func prospectOf(what Run, service bool, now, before *checks.Survival, down ...string) prospect {
	left := now.If(down...)
	p := prospect{what: what, service: service, able: len(left.CanSignIn), unknown: len(left.Unknown), total: len(now.Administrators), before: -1}
	if before != nil {
		p.before = len(before.If(down...).CanSignIn)
	}
	return p
}

// petty reports whether a thing, and no service, stops one regular administrator at most:
// the phones and keys of many would bury the rest.
func petty(c checks.Component, now *checks.Survival) bool {
	if c.Kind == "service" {
		return false
	}
	left, stopped := now.If(c.ID), 0
	for _, id := range now.If().CanSignIn {
		if slices.Contains(left.CanSignIn, id) {
			continue
		}
		i := slices.IndexFunc(now.Administrators, func(a checks.Survivor) bool { return a.ID == id })
		if stopped++; stopped > 1 || now.Administrators[i].Emergency {
			return false
		}
	}
	return true
}

// noteOf says of whom the rows speak.
func noteOf(now *checks.Survival, base prospect) string {
	emergency := 0
	for _, a := range now.Administrators {
		if a.Emergency {
			emergency++
		}
	}
	note := fmt.Sprintf("%s, %d of them for emergencies. As things are, %d of %d can sign in", plural(len(now.Administrators), "administrator"), emergency, base.able, base.total)
	if base.unknown > 0 {
		note += fmt.Sprintf(", %d not known", base.unknown)
	}
	if was := base.row().Was; was != "" {
		note += " (" + was + ")"
	}
	note += "."
	if now.Unknown != "" {
		note += " There may be others: not all administrators are known."
	}
	return note
}

// whatOf words the failure of a component, for the middle of a sentence. Only services
// have names of the program's own.
func whatOf(c checks.Component) Run {
	switch c.Kind {
	case "service":
		return serviceDown(c)
	case "key", "phone", "device":
		if c.ID == checks.ManagedDevices {
			return ours("managed computers do not work")
		}
		return strange(short(c.Name, maxName) + " is lost")
	case "model":
		return strange("keys of the model " + short(c.Name, maxName) + " are not accepted")
	case "place":
		return strange("nobody can get into " + short(c.Name, maxName))
	case "person":
		return strange(short(c.Name, maxName) + " cannot come")
	}
	return strange(short(c.Name, maxName) + " fails")
}

func serviceDown(c checks.Component) Run {
	words := map[string]string{
		"entra-mfa":          "Microsoft's MFA service is down",
		"phone-carrier":      "the phone network is down",
		"push-notification":  "push notifications do not arrive",
		"on-premises":        "federation or the on-premises network is down",
		"pim":                "Privileged Identity Management is down",
		"intune-compliance":  "Intune's compliance is down",
		"crl":                "certificate revocation lists cannot be fetched",
		"external-mfa":       "the external MFA provider is down",
		"internet-on-device": "phones have no internet",
		"passkey-provider":   "the passkey provider is down",
		"pki":                "the certificate authority is down",
	}
	if text, ok := words[c.ID]; ok {
		return ours(text)
	}
	return strange(short(c.Name, maxName) + " is down") // the operator's own
}

func (p prospect) row() OutlookRow {
	r := OutlookRow{What: p.what, Able: fmt.Sprintf("%d of %d", p.able, p.total), Alarm: p.able == 0}
	if p.unknown > 0 {
		r.Able += fmt.Sprintf(", %d not known", p.unknown)
	}
	switch {
	case !p.changed():
	case p.able < p.before:
		r.Was, r.Alarm = fmt.Sprintf("▼ was %d", p.before), true
	default:
		r.Was = fmt.Sprintf("▲ was %d", p.before)
	}
	return r
}
