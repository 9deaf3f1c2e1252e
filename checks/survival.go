package checks

import (
	"errors"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

// The answer to who could still sign in, as a Report holds it.
type (
	Survival  = signin.Survival
	Survivor  = signin.Survivor
	Outage    = signin.Outage
	Component = signin.Component
	Path      = signin.Path
	// A DependencyRow is a row of the dependency table.
	DependencyRow = signin.Dependency
)

// DependencyTable is the dependency table, with what the operator overrules.
func (s Settings) DependencyTable() []DependencyRow { return s.dependencies() }

// Survive says who could still sign in, as Run does in its report.
func Survive(s tenant.Snapshot, settings Settings) Survival {
	return *newView(s, settings.withDefaults()).survives()
}

// MethodLabel names a way of signing in for people.
func MethodLabel(way string) text.Text { return signin.MethodLabel(way) }

// Components that formats must tell from the others.
const (
	AuthenticationService = signin.Authentication
	ManagedDevices        = signin.ManagedDevice
	ApproverComponent     = signin.Approver
)

const noSpareKey = "No emergency account is there: there is no spare key."

// circumstances are what the operator declared about signing in.
func (v view) circumstances() signin.Circumstances {
	c := signin.Circumstances{
		IsAccount: func(id string) bool {
			return slices.ContainsFunc(v.accounts, func(a account) bool { return strings.EqualFold(a.id, id) })
		},
		PassThrough:  v.settings.PassThrough,
		Dependencies: v.settings.dependencies(),
		Now:          v.CollectedAt.Time,
	}
	for _, a := range v.accounts {
		if a.err == nil {
			c.Accounts = append(c.Accounts, a.user)
		}
	}
	for _, k := range v.settings.Custody {
		c.Keepings = append(c.Keepings, signin.Keeping{Account: k.Account, Credential: k.Credential, Place: k.Place, Custodians: k.Custodians})
	}
	return c
}

// dependencies are the program's, with the rows that the operator overrules.
func (s Settings) dependencies() []signin.Dependency {
	all := signin.Dependencies()
	for _, o := range s.Dependencies {
		for i, d := range all {
			if d.Method != o.Method {
				continue
			}
			services := []string{signin.Authentication}
			for _, id := range o.Services {
				if !slices.Contains(services, id) {
					services = append(services, id)
				}
			}
			all[i].Services, all[i].Overruled, all[i].Evidence, all[i].Source = services, true, signin.Declared, o.Reason
		}
	}
	return all
}

// A Dependency overrules which services a way of signing in depends on.
type Dependency struct {
	Method   string   // as paths name it, such as fido2
	Services []string // the authentication service need not be named
	Reason   string
}

// unreadAccounts says which accounts may be there and could not be looked at.
func (v view) unreadAccounts() error {
	var open error
	for _, e := range v.entries {
		open = errors.Join(open, e.err)
	}
	for _, a := range v.accounts {
		open = errors.Join(open, a.err)
	}
	return open
}

// standing is who of the emergency accounts, or of the others, an outage leaves.
type standing struct{ able, lost, open []Survivor }

func (v view) standing(o Outage, emergency bool) standing {
	return standingOf(v.survives().Administrators, o, emergency)
}

func standingOf(all []Survivor, o Outage, emergency bool) standing {
	var s standing
	for _, who := range all {
		switch {
		case who.Emergency != emergency:
		case slices.Contains(o.CanSignIn, who.ID):
			s.able = append(s.able, who)
		case slices.Contains(o.LockedOut, who.ID):
			s.lost = append(s.lost, who)
		default:
			s.open = append(s.open, who)
		}
	}
	return s
}

// why says what is not known about the paths of those who may be able.
func (s standing) why() error {
	var open error
	for _, who := range s.open {
		open = errors.Join(open, say("the ways in of %s are not all known: %s", who.Name, who.Why()))
	}
	return open
}

// blocked says why nobody of the accounts gets in.
func (s standing) blocked() text.List {
	var parts []text.Text
	for _, who := range s.lost {
		if len(who.Blocked) == 0 {
			parts = append(parts, say("%s (no method that is enough)", who.Name))
		} else {
			parts = append(parts, say("%s (%s)", who.Name, blocks(who.Blocked)))
		}
	}
	return text.Join(text.Comma, parts)
}

// blocks says why methods make no way in.
func blocks(all []signin.Block) text.List {
	whys := make([]text.Text, len(all))
	for i, b := range all {
		whys[i] = say("%s: %s", signin.MethodLabel(b.Method), b.Said())
	}
	return text.Join(text.Semicolon, whys)
}

// single are the outages of one component that the checks ask about: all but that of
// the authentication service, which nobody can avoid.
func (v view) single() []Outage {
	return slices.DeleteFunc(slices.Clone(v.survives().Outages), func(o Outage) bool { return slices.Contains(o.Down, signin.Authentication) })
}

// component finds what an outage takes away.
func (v view) component(o Outage) Component {
	i := slices.IndexFunc(v.survives().Components, func(c Component) bool { return c.ID == o.Down[0] })
	return v.survives().Components[i]
}

// An outcome gathers what the outages of single components show.
type outcome struct {
	failing []Component // certainly
	open    []gap       // what is not known of others
}

// A gap is what is not known of the outages of some components.
type gap struct {
	without []Component
	why     error
}

// unclear notes why an outage cannot be told. What is the same of several is told once.
func (o *outcome) unclear(c Component, why error) {
	words := why.Error()
	for i, g := range o.open {
		if g.why.Error() == words {
			o.open[i].without = append(g.without, c)
			return
		}
	}
	o.open = append(o.open, gap{[]Component{c}, why})
}

func (o outcome) why() error {
	var open error
	for _, g := range o.open {
		open = errors.Join(open, say("without %s: %s", componentNames(g.without), g.why))
	}
	return open
}

func componentNames(all []Component) text.List {
	names := make([]text.Text, len(all))
	for i, c := range all {
		names[i] = say("“%s”", c.Said())
	}
	return text.Join(text.Or, names)
}

func (o outcome) ids() []string {
	ids := make([]string, len(o.failing))
	for i, c := range o.failing {
		ids[i] = c.ID
	}
	return ids
}
