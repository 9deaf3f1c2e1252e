package signin

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// A barrier is what an enforced policy that can apply to a user demands.
type barrier struct {
	policy tenant.Policy
	demand Demand
	open   error // why it cannot be told whether it is one
	unread error // why it cannot be told what it demands
}

// barriersOf returns the enforced policies that can stop a user who signs in as an
// administrator. The error says that there may be others.
func (m model) barriersOf(u tenant.User, eligible bool) ([]barrier, error) {
	policies, open := m.snapshot.Policies()
	s := m.snapshot
	if eligible { // once the role is activated, policies for the role apply too
		s = asIfHeld(s, u)
	}
	var all []barrier
	for _, p := range policies {
		state, stateErr := p.State.Get()
		switch {
		case stateErr != nil:
		case state == tenant.PolicyDisabled, state == tenant.PolicyReportOnly:
			continue
		case state != tenant.PolicyEnabled:
			stateErr = notKnown(say("its state %q is not known", state), state)
		}
		application, applyErr := CanApply(s, u, p)
		if applyErr == nil && !application.Can {
			continue
		}
		demand, demandErr := DemandOf(p)
		if demandErr == nil && !demand.Restricts() {
			continue
		}
		all = append(all, barrier{p, demand, join(stateErr, applyErr), demandErr})
	}
	slices.SortFunc(all, func(a, b barrier) int {
		return cmp.Or(cmp.Compare(a.policy.Label(), b.policy.Label()), cmp.Compare(a.policy.ID, b.policy.ID))
	})
	return all, open
}

// asIfHeld is the snapshot in which the user holds Global Administrator.
func asIfHeld(s tenant.Snapshot, u tenant.User) tenant.Snapshot {
	assignments, err := s.RoleAssignments.Get()
	if err != nil {
		return s
	}
	s.RoleAssignments = tenant.Known(append(slices.Clone(assignments), tenant.RoleAssignment{
		ID: "activated", PrincipalID: tenant.Known(u.ID), RoleDefinitionID: tenant.Known(GlobalAdministrator), DirectoryScopeID: tenant.Known(TenantScope),
	}))
	return s
}

// past returns a path as it is past a policy: the same, one that needs more, several
// alternatives, or none and why. The error says that it cannot be told. Whether a policy
// applies does not matter to a path that meets it anyway.
func (m model) past(b barrier, p Path, in places) (alternatives []Path, why text.Text, err error) {
	applies, err := in.applies(b.policy, p)
	switch {
	case err == nil && !applies:
		return []Path{p}, why, nil
	case b.unread != nil:
		return nil, why, say("policy “%s”: %s", b.policy.Label(), join(b.open, err, b.unread))
	case len(b.demand.Session) > 0:
		return nil, why, say("policy “%s” demands %s, and what can meet that is not known", b.policy.Label(), text.Join(text.Comma, b.demand.Session))
	case b.demand.open != nil:
		return nil, why, say("policy “%s”: %s", b.policy.Label(), b.demand.open)
	}
	open := join(b.open, err)
	stopped := say("policy “%s” demands %s", b.policy.Label(), b.demand.Text())
	if b.demand.Any {
		alternatives, err = m.anyOf(b.demand, p, in.context)
	} else {
		alternatives, err = m.allOf(b.demand, p, in.context)
	}
	switch {
	case open != nil && len(alternatives) == 1 && slices.Equal(alternatives[0].Needs, p.Needs):
		return alternatives, why, nil
	case open != nil:
		return nil, why, say("policy “%s”: %s", b.policy.Label(), open)
	case len(alternatives) > 0:
		return alternatives, why, nil
	case err != nil:
		return nil, why, say("policy “%s”: %s", b.policy.Label(), err)
	}
	return nil, stopped, nil
}

// anyOf meets one of several controls. One that needs nothing more makes the others
// pointless.
func (m model) anyOf(d Demand, p Path, in Context) ([]Path, error) {
	var alternatives []Path
	var open error
	for _, control := range d.Controls {
		met, more, err := m.meets(control, p, in)
		switch {
		case err != nil:
			open = join(open, err)
		case met && len(more) == 0:
			return []Path{p}, nil
		case met:
			alternatives = append(alternatives, p.needing(more...))
		}
	}
	return alternatives, open
}

// allOf meets every one of several controls.
func (m model) allOf(d Demand, p Path, in Context) ([]Path, error) {
	var open error
	for _, control := range d.Controls {
		met, more, err := m.meets(control, p, in)
		switch {
		case err != nil:
			open = join(open, err)
		case !met:
			return nil, nil
		default:
			p = p.needing(more...)
		}
	}
	if open != nil {
		return nil, open
	}
	return []Path{p}, nil
}

// meets says whether a path meets one grant control in a context, and what more that
// needs.
func (m model) meets(control Control, p Path, in Context) (met bool, more []Component, err error) {
	managed := component(ManagedDevice, "device", say("Managed devices"))
	switch control.kind {
	case controlOther: // by its name
	case controlOpen:
		return false, nil, control.open
	case controlMFA:
		return p.mfa, nil, nil
	case controlStrength:
		met, err := m.strong(control, p)
		return met, nil, err
	case controlTerms:
		return true, nil, nil
	case controlCustom:
		return true, []Component{m.service(ExternalMFA)}, nil
	}
	switch control.Name {
	case "block", "compliantApplication", "passwordChange", "riskRemediation":
		return false, nil, nil
	case "compliantDevice":
		return in == Usual, []Component{m.service(IntuneCompliance), managed}, nil
	case "domainJoinedDevice":
		return in == Usual, []Component{m.service(OnPremises), managed}, nil
	}
	return false, nil, notKnown(say("the control %q is not known", control.Name), control.Name)
}

// strong says whether an authentication strength admits a path. Where a method counts
// as either of two combinations and the strength admits one of them, it is not known.
func (m model) strong(control Control, p Path) (bool, error) {
	if p.combination == "" {
		return false, nil
	}
	var open error
	yes, no := 0, 0
	for combination := range strings.SplitSeq(p.combination, "|") {
		met, err := strengthAdmits(m.snapshot, control.strength, Credential{Mode: combination, AAGUID: p.aaguid})
		switch {
		case err != nil:
			open = join(open, err)
		case met:
			yes++
		default:
			no++
		}
	}
	switch {
	case open != nil:
		return false, open
	case yes > 0 && no > 0 && strings.Contains(p.combination, "temporaryAccessPass"):
		return false, say("whether the strength admits the Temporary Access Pass is not known")
	}
	return yes > 0, nil
}
