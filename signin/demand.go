package signin

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"breakglass/tenant"
)

// A Demand is what a Conditional Access policy asks of a sign-in that it applies
// to.
type Demand struct {
	Any      bool      // one control is enough, not all are needed
	Controls []Control // grant controls
	Retired  []string  // grant controls that Microsoft enforces no longer: as if they were not selected
	Session  []string  // session controls that can stop a sign-in, in words

	open error // session controls of which it cannot be told
}

// A Control is one grant control.
type Control struct {
	Name     string // as Graph names it, or "strength …"
	kind     controlKind
	strength tenant.AuthenticationStrength
	open     error // of a controlOpen: what is missing to tell
}

type controlKind int

const (
	controlOther controlKind = iota // no credential meets it alone
	controlMFA
	controlStrength
	controlOpen // what was not read, or is not known: it may ask for anything
)

// retiredControl reports whether Microsoft enforces a grant control no longer. Of those
// on its page "Require approved client app" is the only one.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-grant
// https://learn.microsoft.com/entra/identity/conditional-access/migrate-approved-client-app
func retiredControl(name string) bool { return name == "approvedApplication" }

// Restricts reports whether the demand can stop a sign-in.
func (d Demand) Restricts() bool { return len(d.Controls) > 0 || len(d.Session) > 0 }

// String words the demand.
func (d Demand) String() string {
	names := make([]string, 0, len(d.Controls))
	for _, c := range d.Controls {
		names = append(names, c.Name)
	}
	joint := " and "
	if d.Any {
		joint = " or "
	}
	words := strings.Join(names, joint)
	if len(d.Session) > 0 {
		words = strings.Join(slices.DeleteFunc([]string{words, strings.Join(d.Session, ", ")}, func(w string) bool { return w == "" }), "; ")
	}
	return words
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
		return []Control{{Name: "grant controls that were not read", kind: controlOpen, open: err}}
	}
	if grant == nil {
		return nil
	}
	if operator, err := grant.Operator.Get(); err == nil && operator != nil {
		d.Any = strings.EqualFold(*operator, "OR")
	}
	for _, list := range []struct {
		fact         tenant.Fact[[]string]
		prefix, name string
	}{{grant.BuiltInControls, "", "controls"}, {grant.CustomAuthenticationFactors, "custom control ", "custom controls"}, {grant.TermsOfUse, "terms of use ", "terms of use"}} {
		values, err := tenant.ListOf(list.fact)
		if err != nil {
			unread = append(unread, Control{Name: list.name + " that were not read", kind: controlOpen, open: err})
		}
		for _, v := range values {
			if list.prefix == "" && retiredControl(v) {
				d.Retired = []string{v}
				continue
			}
			c := Control{Name: list.prefix + v}
			if c.Name == "mfa" {
				c.kind = controlMFA
			}
			d.Controls = append(d.Controls, c)
		}
	}
	strength, err := grant.AuthenticationStrength.Get()
	if err != nil {
		unread = append(unread, Control{Name: "a strength that was not read", kind: controlOpen, open: err})
	} else if strength != nil {
		name := strength.ID
		if n, err := strength.DisplayName.Get(); err == nil && n != nil {
			name = "“" + *n + "”"
		}
		d.Controls = append(d.Controls, Control{Name: "strength " + name, kind: controlStrength, strength: *strength})
	}
	slices.SortStableFunc(d.Controls, func(a, b Control) int { return cmp.Compare(a.Name, b.Name) })
	d.Controls = slices.CompactFunc(d.Controls, func(a, b Control) bool { return a.Name == b.Name && a.kind == b.kind })
	if err := unknownProperties("the grant controls", grant.Other); err != nil {
		unread = append(unread, Control{Name: "controls that are not known", kind: controlOpen, open: err})
	}
	return unread
}

func (d *Demand) addSession(fact tenant.Fact[*tenant.SessionControls]) error {
	session, err := fact.Get()
	if err != nil || session == nil {
		return err
	}
	var open error
	for _, s := range []struct {
		fact tenant.Fact[*tenant.Switch]
		name string
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
			open = join(open, fmt.Errorf("whether %s is on is not known", s.name), err)
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
			open = join(open, errors.New("the mode of continuous access evaluation is not known"), err)
		case mode == nil: // it says nothing
		case *mode == "strictLocation" || *mode == "strictEnforcement":
			d.Session = append(d.Session, "strict location enforcement")
		case *mode != "disabled":
			open = join(open, notKnown(fmt.Sprintf("the mode %q of continuous access evaluation is not known", *mode), *mode))
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
	case controlOther:
	}
	return false, nil
}
