package notify

import (
	"cmp"
	"slices"

	"breakglass/checks"
	"breakglass/display"
)

// mostForecasts is how many failures a message asks about.
const mostForecasts = 6

// An Forecast says who could still sign in if something failed.
type Forecast struct {
	Title, Note string
	Rows        []ForecastRow
}

// An ForecastRow is the answer for one failure.
type ForecastRow struct {
	What  Run
	Able  string // "1 of 5"
	Was   string // "▼ was 2"; empty if it was the same, or is not known
	Alarm bool   // nobody is certain to get in, or fewer than before
}

// A upcoming is a failure and how many it leaves.
type upcoming struct {
	what                 Run
	able, unknown, total int
	before               int // -1: not known
	service              bool
}

func (p upcoming) changed() bool { return p.before >= 0 && p.before != p.able }

// forecast chooses the failures that people must know of: what changed, then what
// leaves the fewest. The failure of Microsoft Entra's own sign-in is left out, for
// nothing avoids it.
func (w words) forecast(now, before *checks.Survival, most int) Forecast {
	if now == nil || len(now.Administrators) == 0 {
		return Forecast{}
	}
	var all []upcoming
	for _, c := range now.Components {
		service := c.Kind == "service"
		stopped, accounts := now.Stops(c.ID)
		if c.ID == checks.AuthenticationService || !service && stopped < 2 && accounts == 0 {
			continue // of things, the phones and keys of many administrators would bury the rest
		}
		all = append(all, upcomingOf(w.what(c), service, func(s *checks.Survival) checks.Outage { return s.If(c.ID) }, now, before))
	}
	all = append(all,
		upcomingOf(ours(w.say("Conditional Access blocks everybody that it can")), true, func(s *checks.Survival) checks.Outage { return s.PoliciesBlock }, now, before),
		upcomingOf(ours(w.say("there is no managed computer and no known network")), false, func(s *checks.Survival) checks.Outage { return s.AnyDevice }, now, before))
	base := upcomingOf(Run{}, false, func(s *checks.Survival) checks.Outage { return s.If() }, now, before)
	all = slices.DeleteFunc(all, func(p upcoming) bool {
		return p.unknown == base.unknown && p.able == base.able && (p.before < 0 || p.before == base.before)
	})
	slices.SortStableFunc(all, func(a, b upcoming) int {
		return cmp.Or(rank(!a.changed())-rank(!b.changed()), a.able-b.able, rank(!a.service)-rank(!b.service))
	})
	o := Forecast{Title: w.say("Who could still sign in if…"), Note: w.note(now, base)}
	for _, p := range all[:min(most, len(all))] {
		o.Rows = append(o.Rows, w.row(p))
	}
	return o
}

// upcomingOf asks both answers the same. What an answer of before does not hold is not
// known of it: an Outage always has a list of who can sign in.
func upcomingOf(what Run, service bool, outage func(*checks.Survival) checks.Outage, now, before *checks.Survival) upcoming {
	left := outage(now)
	p := upcoming{what: what, service: service, able: len(left.CanSignIn), unknown: len(left.Unknown), total: len(now.Administrators), before: -1}
	if before != nil {
		if was := outage(before); was.CanSignIn != nil {
			p.before = len(was.CanSignIn)
		}
	}
	return p
}

// note says of whom the rows speak.
func (w words) note(now *checks.Survival, base upcoming) string {
	emergency := 0
	for _, a := range now.Administrators {
		if a.Emergency {
			emergency++
		}
	}
	note := w.say("%d administrators, %d of them for emergencies. As things are, %d of %d can sign in.", len(now.Administrators), emergency, base.able, base.total)
	if base.unknown > 0 {
		note += w.say(" Of %d it is not known.", base.unknown)
	}
	if base.changed() {
		note += w.say(" Before, %d could.", base.before)
	}
	if now.Unknown != "" {
		note += w.say(" There may be others: not all administrators are known.")
	}
	return note
}

// what words the failure of a component, for the middle of a sentence. Some names are the
// program's own, such as that of the key of a person.
func (w words) what(c checks.Component) Run {
	switch c.Kind {
	case "service":
		return w.serviceDown(c)
	case "key", "phone", "device":
		if c.ID == checks.ManagedDevices {
			return ours(w.say("managed computers do not work"))
		}
		return strange(w.say("%s is lost", display.Short(w.Text(c.Said()), maxName)))
	case "model":
		return strange(w.say("keys of the model %s are not accepted", display.Short(w.Text(c.Said()), maxName)))
	case "place":
		return strange(w.say("nobody can get into %s", display.Short(w.Text(c.Said()), maxName)))
	case "person":
		return strange(w.say("%s cannot come", display.Short(w.Text(c.Said()), maxName)))
	}
	return strange(w.say("%s fails", display.Short(w.Text(c.Said()), maxName)))
}

func (w words) serviceDown(c checks.Component) Run {
	texts := map[string]string{
		"entra-mfa":          w.say("Microsoft's MFA service is down"),
		"phone-carrier":      w.say("the phone network is down"),
		"push-notification":  w.say("push notifications do not arrive"),
		"on-premises":        w.say("federation or the on-premises network is down"),
		"pim":                w.say("Privileged Identity Management is down"),
		"intune-compliance":  w.say("Intune's compliance is down"),
		"crl":                w.say("certificate revocation lists cannot be fetched"),
		"external-mfa":       w.say("the external MFA provider is down"),
		"internet-on-device": w.say("phones have no internet"),
		"passkey-provider":   w.say("the passkey provider is down"),
		"pki":                w.say("the certificate authority is down"),
	}
	if text, ok := texts[c.ID]; ok {
		return ours(text)
	}
	return strange(w.say("%s is down", display.Short(w.Text(c.Said()), maxName))) // the operator's own
}

func (w words) row(p upcoming) ForecastRow {
	r := ForecastRow{What: p.what, Able: w.say("%d of %d", p.able, p.total), Alarm: p.able == 0}
	if p.unknown > 0 {
		r.Able += w.say(", %d not known", p.unknown)
	}
	switch {
	case !p.changed():
	case p.able < p.before:
		r.Was, r.Alarm = w.say("▼ was %d", p.before), true
	default:
		r.Was = w.say("▲ was %d", p.before)
	}
	return r
}
