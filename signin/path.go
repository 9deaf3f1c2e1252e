package signin

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"breakglass/tenant"
	"breakglass/text"
)

// A Path is one way for a person to sign in as an administrator: everything that it
// needs, together.
type Path struct {
	Method     string   `json:"method"`
	Credential string   `json:"credential"`
	Needs      []string `json:"needs"` // components, in order

	combination string  // as authentication strengths name it; empty if none admits it
	aaguid      *string // of a passkey
	mfa         bool
	things      []Component // with names for people
}

// A Block says why a registered method makes no path.
type Block struct {
	Method string `json:"method"`
	Why    string `json:"why"`
	// Message is Why as a Text; see Said.
	Message text.Text `json:"message,omitzero"`
}

func block(method string, why text.Text) Block { return Block{method, why.String(), why.Plain()} }

// Said is the Text of Why.
func (b Block) Said() text.Text { return text.Agreed(b.Message, b.Why) }

func sameBlock(a, b Block) bool { return a.Method == b.Method && a.Why == b.Why }

// Circumstances are what the operator knows and Microsoft Graph does not tell.
type Circumstances struct {
	IsAccount    func(userID string) bool // emergency accounts
	Accounts     []tenant.User            // those that were read, in the role or not
	Keepings     []Keeping
	PassThrough  *bool        // how synchronised users' passwords are checked; nil if nobody said
	Dependencies []Dependency // those of Dependencies, overruled or not
	Now          time.Time
}

// combine makes paths of factors: one that is enough alone, or a first and a second.
// Without multifactor authentication there is no way into an admin portal, save in
// clouds where Microsoft does not ask for it.
func combine(factors []factor, mandatoryMFA bool) []Path {
	var paths []Path
	for _, f := range factors {
		if f.as == Both || f.as == First && !mandatoryMFA {
			paths = append(paths, pathOf(f))
		}
		if f.as != First {
			continue
		}
		for _, second := range factors {
			if second.as == Second {
				paths = append(paths, pathOf(f, second))
			}
		}
	}
	slices.SortStableFunc(paths, func(a, b Path) int {
		return cmp.Or(cmp.Compare(a.Method, b.Method), cmp.Compare(a.Credential, b.Credential))
	})
	return paths
}

func pathOf(factors ...factor) Path {
	var p Path
	for i, f := range factors {
		if i > 0 {
			p.Method += together
		}
		p.Method += f.method
		p.things = append(p.things, f.needs...)
		p.aaguid = f.aaguid
		p.mfa = p.mfa || f.as == Both || f.as == Second
	}
	last := factors[len(factors)-1]
	p.Credential = last.credential
	switch {
	case last.combination == "": // an external method is in no strength
	case len(factors) == 1:
		p.combination = last.combination
	default:
		var all []string
		for alternative := range strings.SplitSeq(last.combination, "|") {
			all = append(all, factors[0].combination+","+alternative)
		}
		p.combination = strings.Join(all, "|")
	}
	return p.settled()
}

// settled orders what a path needs, each once.
func (p Path) settled() Path {
	slices.SortStableFunc(p.things, func(a, b Component) int { return cmp.Compare(a.ID, b.ID) })
	p.things = slices.CompactFunc(p.things, func(a, b Component) bool { return a.ID == b.ID })
	p.Needs = make([]string, len(p.things))
	for i, c := range p.things {
		p.Needs[i] = c.ID
	}
	return p
}

// needing is the path that needs more.
func (p Path) needing(more ...Component) Path {
	p.things = append(slices.Clone(p.things), more...)
	return p.settled()
}
