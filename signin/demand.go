package signin

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// A Demand is what a Conditional Access policy asks of a sign-in that it applies
// to.
type Demand struct {
	Any      bool        // one control is enough, not all are needed
	Controls []Control   // grant controls
	Retired  []string    // grant controls that Microsoft enforces no longer: as if they were not selected
	Session  []text.Term // session controls that can stop a sign-in

	open error // session controls of which it cannot be told
}

// A Control is one grant control.
type Control struct {
	Name     string // as Graph names it; empty if it was not read
	words    text.Text
	kind     controlKind
	strength tenant.AuthenticationStrength
	open     error // of a controlOpen: what is missing to tell
}

// Text names the control.
func (c Control) Text() text.Text { return c.words }

type controlKind int

const (
	controlOther controlKind = iota // no credential meets it alone
	controlMFA
	controlStrength
	controlCustom
	controlTerms // of use
	controlOpen  // what was not read, or is not known: it may ask for anything
)

// retiredControl reports whether Microsoft enforces a grant control no longer. Of those
// on its page "Require approved client app" is the only one.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-grant
// https://learn.microsoft.com/entra/identity/conditional-access/migrate-approved-client-app
func retiredControl(name string) bool { return name == "approvedApplication" }

// Restricts reports whether the demand can stop a sign-in.
func (d Demand) Restricts() bool { return len(d.Controls) > 0 || len(d.Session) > 0 }

// Text words the demand.
func (d Demand) Text() text.Text {
	names := make([]text.Text, len(d.Controls))
	for i, c := range d.Controls {
		names[i] = c.Text()
	}
	grant := both(names)
	if d.Any {
		grant = either(names)
	}
	switch session := text.Join(text.Comma, d.Session); {
	case len(d.Session) == 0:
		return grant
	case grant.IsZero():
		return say("%s", session)
	default:
		return say("%s; %s", grant, session)
	}
}

// String is Text, in English.
func (d Demand) String() string { return d.Text().String() }

// both says of several things that all are meant.
func both[T any](all []T) text.Text {
	return paired(all, func(a, b any) text.Text { return say("%s and %s", a, b) })
}

// either says of several things that one of them is meant.
func either[T any](all []T) text.Text {
	return paired(all, func(a, b any) text.Text { return say("%s or %s", a, b) })
}

func paired[T any](all []T, pair func(a, b any) text.Text) text.Text {
	var said text.Text
	for i, one := range all {
		if i == 0 {
			said = say("%s", one)
		} else {
			said = pair(said, one)
		}
	}
	return said
}

// DemandOf returns what a policy asks. The error says what is missing to tell
// whether it asks anything; with a Demand that restricts there is none.
func DemandOf(p tenant.Policy) (Demand, error) {
	var d Demand
	unread := d.addGrant(p.GrantControls)
	d.open = d.addSession(p.SessionControls)
	if d.Restricts() {
		d.Controls = append(d.Controls, unread...)
		return d, nil
	}
	for _, control := range unread {
		d.open = join(d.open, control.open)
	}
	return d, d.open
}

// addGrant adds the grant controls that are certain, and returns those of which it
// cannot be told.
func (d *Demand) addGrant(fact tenant.Fact[*tenant.GrantControls]) (unread []Control) {
	grant, err := fact.Get()
	if err != nil {
		return []Control{{words: say("grant controls that were not read"), kind: controlOpen, open: err}}
	}
	if grant == nil {
		return nil
	}
	if operator, err := grant.Operator.Get(); err == nil && operator != nil {
		d.Any = strings.EqualFold(*operator, "OR")
	}
	for _, list := range []struct {
		fact   tenant.Fact[[]string]
		kind   controlKind
		unread text.Text
	}{
		{grant.BuiltInControls, controlOther, say("controls that were not read")},
		{grant.CustomAuthenticationFactors, controlCustom, say("custom controls that were not read")},
		{grant.TermsOfUse, controlTerms, say("terms of use that were not read")},
	} {
		values, err := tenant.ListOf(list.fact)
		if err != nil {
			unread = append(unread, Control{words: list.unread, kind: controlOpen, open: err})
		}
		for _, v := range values {
			if list.kind == controlOther && retiredControl(v) {
				d.Retired = []string{v}
				continue
			}
			d.Controls = append(d.Controls, controlOf(v, list.kind))
		}
	}
	strength, err := grant.AuthenticationStrength.Get()
	if err != nil {
		unread = append(unread, Control{words: say("a strength that was not read"), kind: controlOpen, open: err})
	} else if strength != nil {
		words := say("strength %s", strength.ID)
		if n, err := strength.DisplayName.Get(); err == nil && n != nil {
			words = say("strength “%s”", *n)
		}
		d.Controls = append(d.Controls, Control{Name: strength.ID, words: words, kind: controlStrength, strength: *strength})
	}
	slices.SortStableFunc(d.Controls, func(a, b Control) int { return cmp.Compare(a.words.String(), b.words.String()) })
	d.Controls = slices.CompactFunc(d.Controls, func(a, b Control) bool { return a.kind == b.kind && a.words.Equal(b.words) })
	if err := unknownProperties("the grant controls", grant.Other); err != nil {
		unread = append(unread, Control{words: say("controls that are not known"), kind: controlOpen, open: err})
	}
	return unread
}

// controlOf is a control that one of Graph's lists names.
func controlOf(name string, kind controlKind) Control {
	c := Control{Name: name, kind: kind, words: say("%s", name)}
	switch {
	case kind == controlCustom:
		c.words = say("custom control %s", name)
	case kind == controlTerms:
		c.words = say("terms of use %s", name)
	case name == "mfa":
		c.kind = controlMFA
	}
	return c
}

func (d *Demand) addSession(fact tenant.Fact[*tenant.SessionControls]) error {
	session, err := fact.Get()
	if err != nil || session == nil {
		return err
	}
	var open error
	for _, s := range []struct {
		fact tenant.Fact[*tenant.Switch]
		name text.Term
		beta bool
	}{{session.SecureSignInSession, "token protection", false}, {session.GlobalSecureAccessFilteringProfile, "Global Secure Access filtering", true}} {
		control, err := s.fact.Get()
		if err != nil && !(s.beta && absent(err)) {
			open = join(open, err)
		}
		if control == nil {
			continue
		}
		on, err := control.IsEnabled.Get()
		switch {
		case err != nil:
			open = join(open, say("whether %s is on is not known", s.name), err)
		case on != nil && *on:
			d.Session = append(d.Session, s.name)
		}
	}
	cae, err := session.ContinuousAccessEvaluation.Get()
	if err != nil && !absent(err) {
		open = join(open, err)
	}
	if cae != nil {
		mode, err := cae.Mode.Get()
		switch {
		case err != nil:
			open = join(open, say("the mode of continuous access evaluation is not known"), err)
		case mode == nil: // it says nothing
		case *mode == "strictLocation" || *mode == "strictEnforcement":
			d.Session = append(d.Session, "strict location enforcement")
		case *mode != "disabled":
			open = join(open, notKnown(say("the mode %q of continuous access evaluation is not known", *mode), *mode))
		}
	}
	return join(open, unknownProperties("the session controls", switchedOn(session.Other)))
}

// switchedOn leaves out the session controls that are off: each has isEnabled.
// https://learn.microsoft.com/graph/api/resources/conditionalaccesssessioncontrol
func switchedOn(other tenant.Other) tenant.Other {
	on := tenant.Other{}
	for name, value := range other {
		var control struct {
			IsEnabled *bool `json:"isEnabled"`
		}
		if json.Unmarshal(value, &control) != nil || control.IsEnabled == nil || *control.IsEnabled {
			on[name] = value
		}
	}
	return on
}

// absent reports whether a property is simply not there: Graph's v1.0 leaves out
// those that only its beta knows.
func absent(err error) bool {
	var unread *tenant.UnreadError
	return errors.As(err, &unread) && unread.Status == 0 && unread.Code == ""
}

// MetBy reports whether the credential meets the demand alone. The error says
// that it may, and what is missing to tell.
func (d Demand) MetBy(s tenant.Snapshot, c Credential) (bool, error) {
	if len(d.Session) > 0 {
		return false, nil
	}
	var open error
	for _, control := range d.Controls {
		met, err := control.metBy(s, c)
		switch {
		case err != nil:
			open = join(open, err)
		case met && d.Any:
			return d.open == nil, d.open
		case !met && !d.Any:
			return false, nil
		}
	}
	if open != nil || d.Any {
		return false, open
	}
	return d.open == nil, d.open
}

func (control Control) metBy(s tenant.Snapshot, c Credential) (bool, error) {
	switch control.kind {
	case controlMFA:
		return true, nil
	case controlStrength:
		return strengthAdmits(s, control.strength, c)
	case controlOpen:
		return false, control.open
	case controlOther, controlCustom, controlTerms:
	}
	return false, nil
}
