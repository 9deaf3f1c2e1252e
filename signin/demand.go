package signin

import (
	"cmp"
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
	Session  []string  // session controls that can stop a sign-in, in words
}

// A Control is one grant control.
type Control struct {
	Name     string // as Graph names it, or "strength …"
	kind     controlKind
	strength tenant.AuthenticationStrength
}

type controlKind int

const (
	controlOther controlKind = iota // no credential meets it alone
	controlMFA
	controlStrength
)

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
	grantErr := d.addGrant(p.GrantControls)
	sessionErr := d.addSession(p.SessionControls)
	if d.Restricts() {
		return d, nil
	}
	return d, errors.Join(grantErr, sessionErr)
}

func (d *Demand) addGrant(fact tenant.Fact[*tenant.GrantControls]) error {
	grant, err := fact.Get()
	if err != nil || grant == nil {
		return err
	}
	if operator, err := grant.Operator.Get(); err == nil && operator != nil {
		d.Any = strings.EqualFold(*operator, "OR")
	}
	var open error
	for _, list := range []struct {
		fact   tenant.Fact[[]string]
		prefix string
	}{{grant.BuiltInControls, ""}, {grant.CustomAuthenticationFactors, "custom control "}, {grant.TermsOfUse, "terms of use "}} {
		values, err := list.fact.Get()
		open = errors.Join(open, err)
		for _, v := range values {
			c := Control{Name: list.prefix + v}
			if c.Name == "mfa" {
				c.kind = controlMFA
			}
			d.Controls = append(d.Controls, c)
		}
	}
	strength, err := grant.AuthenticationStrength.Get()
	if err != nil {
		d.addUnread(err)
		open = errors.Join(open, err)
	} else if strength != nil {
		name := strength.ID
		if n, err := strength.DisplayName.Get(); err == nil && n != nil {
			name = "“" + *n + "”"
		}
		d.Controls = append(d.Controls, Control{"strength " + name, controlStrength, *strength})
	}
	slices.SortStableFunc(d.Controls, func(a, b Control) int { return cmp.Compare(a.Name, b.Name) })
	return errors.Join(open, unknownProperties("the grant controls", grant.Other))
}

// addUnread adds nothing to what is certain; a control that was not read counts
// only beside others, as the worst that it can be.
func (d *Demand) addUnread(error) {
	if len(d.Controls) > 0 && !d.Any {
		d.Controls = append(d.Controls, Control{Name: "a strength that was not read"})
	}
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
			open = errors.Join(open, err)
		}
		if control == nil {
			continue
		}
		if on, err := control.IsEnabled.Get(); err != nil {
			open = errors.Join(open, err)
		} else if on != nil && *on {
			d.Session = append(d.Session, s.name)
		}
	}
	cae, err := session.ContinuousAccessEvaluation.Get()
	if err != nil && !absent(err) {
		open = errors.Join(open, err)
	}
	if cae != nil {
		mode, err := cae.Mode.Get()
		switch {
		case err != nil || mode == nil:
			open = errors.Join(open, err)
		case *mode == "strictLocation" || *mode == "strictEnforcement":
			d.Session = append(d.Session, "strict location enforcement")
		case *mode != "disabled":
			open = errors.Join(open, fmt.Errorf("the mode %q of continuous access evaluation is not known", *mode))
		}
	}
	return errors.Join(open, unknownProperties("the session controls", session.Other))
}

// absent reports whether a property is simply not there: Graph's v1.0 leaves out
// those that only its beta knows.
func absent(err error) bool {
	var unread *tenant.UnreadError
	return errors.As(err, &unread) && unread.Status == 0 && unread.Code == ""
}

// A Credential is one that is multifactor authentication by itself.
type Credential struct {
	Mode   string  // its mode in authentication strengths: fido2 or x509CertificateMultiFactor
	AAGUID *string // of a passkey; nil if not known
}

// Modes of a Credential.
const (
	ModeFIDO2       = "fido2"
	ModeCertificate = "x509CertificateMultiFactor"
)

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
			open = errors.Join(open, err)
		case met && d.Any:
			return true, nil
		case !met && !d.Any:
			return false, nil
		}
	}
	if open != nil {
		return false, open
	}
	return !d.Any, nil
}

func (control Control) metBy(s tenant.Snapshot, c Credential) (bool, error) {
	switch control.kind {
	case controlMFA:
		return true, nil
	case controlStrength:
		return strengthAdmits(s, control.strength, c)
	case controlOther:
	}
	return false, nil
}

// strengthAdmits says whether an authentication strength admits a credential
// alone. What it allows stands in the policy; what narrows a combination stands
// in the list of strengths only.
// https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths
func strengthAdmits(s tenant.Snapshot, inline tenant.AuthenticationStrength, c Credential) (bool, error) {
	strength := inline
	all, listErr := s.AuthenticationStrengthPolicies.Get()
	for _, known := range all {
		if strings.EqualFold(known.ID, inline.ID) {
			strength = known
		}
	}
	combinations, err := strength.AllowedCombinations.Get()
	if err != nil {
		if combinations, err = inline.AllowedCombinations.Get(); err != nil {
			return false, errors.Join(err, listErr)
		}
	}
	if !slices.Contains(combinations, c.Mode) {
		return false, nil
	}
	configurations, err := strength.Configurations.Get()
	if err != nil {
		return builtInStrength(inline.ID), onlyIf(!builtInStrength(inline.ID), errors.Join(err, listErr))
	}
	for _, configuration := range configurations {
		if admitted, err := configurationAdmits(configuration, c); err != nil || !admitted {
			return false, err
		}
	}
	return true, nil
}

func onlyIf(condition bool, err error) error {
	if condition {
		return err
	}
	return nil
}

// builtInStrength reports whether a strength is one of Microsoft's, which have no
// combination configurations.
func builtInStrength(id string) bool {
	return slices.Contains([]string{
		"00000000-0000-0000-0000-000000000002",
		"00000000-0000-0000-0000-000000000003",
		"00000000-0000-0000-0000-000000000004",
	}, id)
}

func configurationAdmits(configuration tenant.CombinationConfiguration, c Credential) (bool, error) {
	modes, err := configuration.AppliesToCombinations.Get()
	if err != nil {
		return false, err
	}
	if !slices.Contains(modes, c.Mode) {
		return true, nil
	}
	if c.Mode == ModeCertificate {
		return false, errors.New("the strength asks for certain issuers or policies of certificates")
	}
	allowed, err := configuration.AllowedAAGUIDs.Get()
	if err != nil {
		return false, err
	}
	if c.AAGUID == nil {
		return false, errors.New("the AAGUID of the passkey is not known")
	}
	return slices.ContainsFunc(allowed, func(g string) bool { return strings.EqualFold(g, *c.AAGUID) }), nil
}
