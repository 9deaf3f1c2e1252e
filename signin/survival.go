package signin

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// A Survival says who could still sign in as an administrator if something failed.
// Everything in it is in order, so equal facts give equal bytes.
type Survival struct {
	Components     []Component `json:"components"`
	Administrators []Survivor  `json:"administrators"`
	Outages        []Outage    `json:"outages"`
	// MinimalCutSets are the smallest sets of failures, up to three, that leave nobody
	// able to sign in by a known path. The first is always the authentication service
	// itself, which nothing that an administrator registers can avoid.
	MinimalCutSets [][]string `json:"minimalCutSets"`
	// AnyDevice is who can sign in from an unmanaged computer on an unknown network.
	AnyDevice Outage `json:"anyDevice"`
	// PoliciesBlock is who can sign in if every enforced Conditional Access policy that
	// restricts sign-in blocked whom it can apply to.
	PoliciesBlock Outage `json:"policiesBlock"`
	// Elsewhere are the administrators and their ways in from there.
	Elsewhere []Survivor `json:"-"`
	// Unknown is why there may be administrators who are not listed.
	Unknown string `json:"unknown,omitempty"`
	// Message is Unknown as a Text; see Said.
	Message text.Text `json:"message,omitzero"`
	// Overruled lists the methods whose dependencies the operator gave.
	Overruled []string `json:"overruled,omitempty"`
	// Assumed says what was taken for the worse because nothing tells.
	Assumed []string `json:"assumed,omitempty"`

	open error // what Unknown says
}

// Why is Unknown as an error, with what Microsoft Graph answered; nil if there is none.
func (s Survival) Why() error { return why(s.Said(), s.open) }

// Said is the Text of Unknown.
func (s Survival) Said() text.Text { return text.Agreed(s.Message, s.Unknown) }

// A Survivor is one administrator, or an emergency account, and the ways in.
type Survivor struct {
	ID         string  `json:"id"`
	Name       string  `json:"name"`
	Emergency  bool    `json:"emergency"`
	Assignment string  `json:"assignment"` // permanent, active, eligible, or none
	Paths      []Path  `json:"paths"`
	Blocked    []Block `json:"blocked"`
	// Unknown is why there may be other paths.
	Unknown string `json:"unknown,omitempty"`
	// Message is Unknown as a Text; see Said.
	Message text.Text `json:"message,omitzero"`

	open error // what Unknown says
}

// Said is the Text of Unknown.
func (s Survivor) Said() text.Text { return text.Agreed(s.Message, s.Unknown) }

// Why is Unknown as an error, with what Microsoft Graph answered; nil if there is none.
func (s Survivor) Why() error { return why(s.Said(), s.open) }

// An Outage is what is left when some components are down. Who is not known to be
// able, and not known to be locked out, is unknown.
type Outage struct {
	Down      []string `json:"down"`
	CanSignIn []string `json:"canSignIn"`
	LockedOut []string `json:"lockedOut"`
	Unknown   []string `json:"unknown,omitempty"`
}

// A model holds what paths are computed from.
type model struct {
	snapshot      tenant.Snapshot
	circumstances Circumstances
	phones        map[string]string // shared numbers, by their digits
	mandatoryMFA  bool
	cloudOpen     error // why that is not known
	lasting       bool  // only ways that do not end by themselves
}

// Survive computes who could still sign in.
func Survive(s tenant.Snapshot, c Circumstances) Survival {
	if c.Dependencies == nil {
		c.Dependencies = Dependencies()
	}
	if c.IsAccount == nil {
		c.IsAccount = func(string) bool { return false }
	}
	m := model{snapshot: s, circumstances: c}
	m.mandatoryMFA, _, m.cloudOpen = MandatoryMFA(s)
	people, open := m.people()
	m.phones = sharedPhones(people)
	survival := Survival{Components: []Component{}, Administrators: []Survivor{}, Outages: []Outage{}, MinimalCutSets: [][]string{}}
	if open != nil {
		said := text.Of(open).Plain()
		survival.Unknown, survival.Message, survival.open = said.String(), said, open
	}
	for _, d := range c.Dependencies {
		if d.Overruled {
			survival.Overruled = append(survival.Overruled, d.Method)
		}
	}
	usual, elsewhere := placesOf(s, Usual), placesOf(s, AnyDevice)
	for i, p := range people {
		p.barriers, p.barriersOpen = m.barriersOf(p.user, p.assignment == "eligible")
		people[i] = p
		survival.Administrators = append(survival.Administrators, m.survivor(p, usual))
		survival.Elsewhere = append(survival.Elsewhere, m.survivor(p, elsewhere))
	}
	survival.PoliciesBlock = policiesBlock(people, survival.Administrators)
	survival.Assumed = m.assumed(survival.Administrators)
	survival.Components = componentsOf(survival.Administrators)
	for _, component := range survival.Components {
		survival.Outages = append(survival.Outages, outage(survival.Administrators, component.ID))
	}
	survival.AnyDevice = outage(survival.Elsewhere)
	survival.MinimalCutSets = minimalCutSets(survival.Administrators)
	return survival
}

// What is taken for the worse because nothing tells.
const (
	assumedPassThrough = "the passwords of synchronised users are taken to be checked on premises; passwordAuthentication in breakglass.yaml says how they are"
	assumedNoMFA       = "multifactor authentication of the identity provider of a federated domain is taken not to count, for the domain's settings could not be read"
)

// Assumptions lists what a Survival may say that it assumes.
func Assumptions() []string { return []string{assumedPassThrough, assumedNoMFA} }

// assumed says what the answer rests on that nothing tells.
func (m model) assumed(all []Survivor) []string {
	var assumed []string
	if _, said := m.passThrough(); !said && uses(all, PathPasswordPassThrough) {
		assumed = append(assumed, assumedPassThrough)
	}
	domains, _ := m.snapshot.Domains.Get() // unread: nobody is known to be in a federated one
	unread := slices.ContainsFunc(domains, func(d tenant.Domain) bool {
		kind, err := d.AuthenticationType.Get()
		accepted, settings, _ := providerMFA(d)
		return err == nil && strings.EqualFold(kind, "Federated") && settings != nil && !accepted
	})
	if unread && uses(all, PathFederated) {
		assumed = append(assumed, assumedNoMFA)
	}
	return assumed
}

// uses reports whether a method stands in anybody's way, open or blocked.
func uses(all []Survivor, method string) bool {
	return slices.ContainsFunc(all, func(s Survivor) bool {
		return slices.ContainsFunc(s.Paths, func(p Path) bool { return slices.Contains(MethodsOf(p.Method), method) }) ||
			slices.ContainsFunc(s.Blocked, func(b Block) bool { return slices.Contains(MethodsOf(b.Method), method) })
	})
}

// A person is somebody whose paths are computed.
type person struct {
	user       tenant.User
	assignment string
	held       bool  // the role, now or when it is activated
	open       error // why that is not known

	barriers     []barrier
	barriersOpen error // why they are not known
}

// people lists the administrators and the emergency accounts, these first.
func (m model) people() ([]person, error) {
	holders := HoldersOf(m.snapshot, GlobalAdministrator)
	open := join(holders.Open, holders.OpenElsewhere())
	var all []person
	for _, a := range holders.Administrators() {
		p := person{user: a.User, held: true, assignment: "eligible"}
		if a.Active {
			p.assignment = "active"
			if terms, err := RoleTerms(m.snapshot, a.User, GlobalAdministrator); err == nil && terms.Permanent {
				p.assignment = "permanent"
			}
		}
		all = append(all, p)
	}
	for _, u := range m.circumstances.Accounts {
		if slices.ContainsFunc(all, func(p person) bool { return strings.EqualFold(p.user.ID, u.ID) }) {
			continue
		}
		p := person{user: u, assignment: "none"}
		_, p.open = HoldsRole(m.snapshot, u, GlobalAdministrator)
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b person) int {
		return cmp.Or(rank(m.circumstances.IsAccount(b.user.ID))-rank(m.circumstances.IsAccount(a.user.ID)), cmp.Compare(a.user.ID, b.user.ID))
	})
	return all, open
}

func rank(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// label names a user for people.
func (m model) label(id string) string {
	if u, err := m.snapshot.User(id); err == nil {
		return u.Label()
	}
	return id
}

// sharedPhones maps the digits of a number that several phones have to the first of
// them. The numbers go no further.
func sharedPhones(people []person) map[string]string {
	first := map[string]string{}
	for _, p := range slices.SortedFunc(slices.Values(people), func(a, b person) int { return cmp.Compare(a.user.ID, b.user.ID) }) {
		methods, _ := Registered(p.user) // unread: nothing is shared
		phones := slices.DeleteFunc(slices.Clone(methods), func(m tenant.Method) bool { return m.ODataType != tenant.MethodPhone })
		slices.SortFunc(phones, func(a, b tenant.Method) int { return cmp.Compare(a.ID, b.ID) })
		for _, phone := range phones {
			number, numberErr := phone.PhoneNumber.Get()
			kind, kindErr := phone.PhoneType.Get()
			if numberErr != nil || kindErr != nil || number == nil || kind == nil || digits(*number) == "" {
				continue
			}
			if _, ok := first[digits(*number)]; !ok {
				first[digits(*number)] = p.user.ID + "/" + *kind
			}
		}
	}
	return first
}

// survivor computes the paths of one person in a context.
func (m model) survivor(p person, in places) Survivor {
	s := Survivor{ID: p.user.ID, Name: p.user.Label(), Emergency: m.circumstances.IsAccount(p.user.ID), Assignment: p.assignment, Paths: []Path{}, Blocked: []Block{}}
	enabled, err := p.user.AccountEnabled.Get()
	switch {
	case err == nil && !enabled:
		s.Blocked = append(s.Blocked, block("account", say("the account is disabled")))
		return s
	case !p.held && p.open == nil:
		s.Blocked = append(s.Blocked, block("role", say("the account does not hold Global Administrator")))
		return s
	}
	open := join(err, p.open)
	w := m.waysOf(p.user, in.context)
	open = join(open, w.open)
	if w.has(First) { // alone it may be enough
		open = join(open, m.cloudOpen)
	}
	s.Blocked = append(s.Blocked, w.blocked...)
	paths := combine(w.usable, m.mandatoryMFA)
	more, err := m.roleNeeds(p)
	open = join(open, err)
	open = join(open, p.barriersOpen)
	if m.mandatoryMFA {
		s.Blocked = append(s.Blocked, w.lonely()...)
	}
	if p.open == nil && p.barriersOpen == nil { // without the role or the policies no path is certain
		known, stopped, unclear := m.through(p.barriers, paths, in)
		open = join(open, unclear)
		s.Blocked = append(s.Blocked, stopped...)
		if _, enabledErr := p.user.AccountEnabled.Get(); enabledErr == nil {
			if more != nil || p.assignment != "eligible" {
				for _, path := range known {
					s.Paths = append(s.Paths, path.needing(more...))
				}
			}
		}
	}
	slices.SortStableFunc(s.Paths, func(a, b Path) int {
		return cmp.Or(cmp.Compare(a.Method, b.Method), cmp.Compare(a.Credential, b.Credential), slices.Compare(a.Needs, b.Needs))
	})
	slices.SortStableFunc(s.Blocked, func(a, b Block) int { return cmp.Or(cmp.Compare(a.Method, b.Method), cmp.Compare(a.Why, b.Why)) })
	s.Blocked = slices.CompactFunc(s.Blocked, sameBlock)
	if open != nil {
		said := text.Of(open).Plain()
		s.Unknown, s.Message, s.open = said.String(), said, open
	}
	return s
}

// roleNeeds returns what the role adds: PIM for an eligible one, and an approver where
// its settings ask for approval.
func (m model) roleNeeds(p person) ([]Component, error) {
	if p.assignment != "eligible" {
		return nil, nil
	}
	needs := []Component{m.service(PIM)}
	rules, err := m.snapshot.RoleManagementPolicyRules.Get()
	if err != nil {
		return nil, err
	}
	for _, rule := range rules {
		role, err := rule.RoleDefinitionID.Get()
		if err != nil {
			return nil, err
		}
		if !strings.EqualFold(role, GlobalAdministrator) || !strings.EqualFold(rule.ID, "Approval_EndUser_Assignment") {
			continue
		}
		setting, err := rule.Setting.Get()
		if err != nil {
			return nil, err
		}
		if setting == nil {
			return nil, say("whether PIM asks for approval is null")
		}
		required, err := setting.IsApprovalRequired.Get()
		if err != nil {
			return nil, err
		}
		if required != nil && *required {
			needs = append(needs, component(Approver, "person", say("Somebody who approves")))
		}
		return needs, nil
	}
	return nil, say("PIM's rule Approval_EndUser_Assignment for Global Administrator is not among those that were read")
}

// through leads paths past the policies.
func (m model) through(barriers []barrier, paths []Path, in places) (known []Path, blocked []Block, open error) {
	for _, path := range paths {
		alternatives := []Path{path}
		var why text.Text
		var unclear error
		for _, b := range barriers {
			var next []Path
			var doubt error
			for _, a := range alternatives {
				past, stopped, err := m.past(b, a, in)
				next = append(next, past...)
				doubt = join(doubt, Doubting(err, "policies", b.policy.ID))
				if why.IsZero() {
					why = stopped
				}
			}
			if unclear = join(unclear, doubt); len(next) == 0 && doubt != nil {
				continue // another policy may stop the path for certain
			}
			if alternatives = next; len(alternatives) == 0 {
				break
			}
		}
		switch {
		case len(alternatives) == 0:
			blocked = append(blocked, block(path.Method, why))
		case unclear != nil:
			open = join(open, unclear)
		default:
			known = append(known, shortest(alternatives)...)
		}
	}
	return known, blocked, open
}

// shortest drops the alternatives of one path that need all that another needs.
func shortest(alternatives []Path) []Path {
	var kept []Path
	for i, a := range alternatives {
		if !slices.ContainsFunc(alternatives, func(b Path) bool { return len(b.Needs) < len(a.Needs) && subset(b.Needs, a.Needs) }) &&
			!slices.ContainsFunc(alternatives[:i], func(b Path) bool { return slices.Equal(a.Needs, b.Needs) }) {
			kept = append(kept, a)
		}
	}
	return kept
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(x string) bool { return !slices.Contains(b, x) })
}

// componentsOf lists what can fail: the named services first, then what else a path
// needs, in order.
func componentsOf(all []Survivor) []Component {
	var list []Component
	seen := map[string]bool{}
	take := func(c Component) {
		if !seen[c.ID] {
			seen[c.ID] = true
			list = append(list, c)
		}
	}
	for _, c := range services() {
		if c.ID == Authentication || slices.Contains(alwaysAsked(), c.ID) {
			take(c)
		}
	}
	named := len(list)
	for _, s := range all {
		for _, p := range s.Paths {
			for _, c := range p.things {
				take(c)
			}
		}
	}
	slices.SortFunc(list[named:], func(a, b Component) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// outage says who is left when components are down.
func outage(all []Survivor, down ...string) Outage {
	o := Outage{Down: append([]string{}, down...), CanSignIn: []string{}, LockedOut: []string{}}
	for _, s := range all {
		switch able, known := s.without(down); {
		case able:
			o.CanSignIn = append(o.CanSignIn, s.ID)
		case known:
			o.LockedOut = append(o.LockedOut, s.ID)
		default:
			o.Unknown = append(o.Unknown, s.ID)
		}
	}
	return o
}

// without reports whether somebody can sign in without some components; known says that
// somebody who cannot is certainly locked out.
func (s Survivor) without(down []string) (able, known bool) {
	for _, p := range s.Paths {
		if !slices.ContainsFunc(p.Needs, func(need string) bool { return slices.Contains(down, need) }) {
			return true, true
		}
	}
	return false, s.Unknown == ""
}

// Stops counts who can sign in as things are and not for certain once these components
// are down: all of them, and the emergency accounts among them.
func (s Survival) Stops(down ...string) (all, emergency int) {
	now, then := s.If(), s.If(down...)
	for _, a := range s.Administrators {
		if slices.Contains(now.CanSignIn, a.ID) && !slices.Contains(then.CanSignIn, a.ID) {
			all++
			emergency += rank(a.Emergency)
		}
	}
	return all, emergency
}

// CutSets are the minimal sets of failures that lock everybody out once these components
// are down.
func (s Survival) CutSets(down ...string) [][]string {
	left := make([]Survivor, len(s.Administrators))
	for i, a := range s.Administrators {
		left[i] = a
		left[i].Paths = slices.DeleteFunc(slices.Clone(a.Paths), func(p Path) bool {
			return slices.ContainsFunc(p.Needs, func(need string) bool { return slices.Contains(down, need) })
		})
	}
	return minimalCutSets(left)
}

// policiesBlock leaves those whom no policy can apply to: a mistake in any other could
// lock them out.
func policiesBlock(people []person, all []Survivor) Outage {
	o := Outage{Down: []string{}, CanSignIn: []string{}, LockedOut: []string{}}
	for i, p := range people {
		applies := slices.ContainsFunc(p.barriers, func(b barrier) bool { return b.open == nil && b.unread == nil })
		switch s := all[i]; {
		case applies, len(s.Paths) == 0 && s.Unknown == "":
			o.LockedOut = append(o.LockedOut, s.ID)
		case p.barriersOpen == nil && len(p.barriers) == 0 && len(s.Paths) > 0:
			o.CanSignIn = append(o.CanSignIn, s.ID)
		default:
			o.Unknown = append(o.Unknown, s.ID)
		}
	}
	return o
}

// If says who could still sign in if these components were down.
func (s Survival) If(down ...string) Outage { return outage(s.Administrators, down...) }
