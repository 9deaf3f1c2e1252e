package signin

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// A Candidate is a user who looks like an emergency account. It is a suggestion for
// somebody who declares accounts, and never a verdict.
type Candidate struct {
	User    tenant.User
	Reasons []text.Text // the most telling first

	score int
}

// mostCandidates is how many are worth looking at.
const mostCandidates = 5

// Candidates returns who looks like an emergency account, the likeliest first: Global
// Administrators who are let out of most of the policies that are meant for them, or who
// exist in the cloud only and go by the tenant's initial domain. What was not read is no
// reason.
func Candidates(s tenant.Snapshot) []Candidate {
	administrators, _ := Administrators(s) // those who are known
	var all []Candidate
	for _, a := range administrators {
		if enabled, err := a.User.AccountEnabled.Get(); err == nil && !enabled || !a.Active {
			continue
		}
		if upn, err := a.User.UserPrincipalName.Get(); err == nil && tenant.WasInvited(upn) {
			continue // whoever signs in in another tenant is no spare key of this one
		}
		c := Candidate{User: a.User}
		excluded := c.excluded(s)
		initial := c.initialDomain()
		if !excluded && !initial {
			continue
		}
		c.lasting(s)
		c.methods()
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b Candidate) int { return cmp.Or(b.score-a.score, cmp.Compare(a.User.ID, b.User.ID)) })
	return all[:min(len(all), mostCandidates)]
}

func (c *Candidate) because(score int, reason text.Text) {
	c.score += score
	c.Reasons = append(c.Reasons, reason)
}

// excluded says how many of the enforced policies that are meant for the user let the
// user out, and whether those are most.
func (c *Candidate) excluded(s tenant.Snapshot) bool {
	policies, _ := s.Policies() // unread: no reason
	meant, out := 0, 0
	for _, p := range policies {
		state, err := p.State.Get()
		if err != nil || state != tenant.PolicyEnabled {
			continue
		}
		would, wouldErr := WouldApply(s, c.User, p)
		does, doesErr := CanApply(s, c.User, p)
		demand, demandErr := DemandOf(p)
		if wouldErr != nil || doesErr != nil || demandErr != nil || !would.Can || !demand.Restricts() {
			continue
		}
		meant++
		if !does.Can {
			out++
		}
	}
	if out == 0 || 2*out <= meant {
		return false
	}
	c.because(4, say("excluded from %d of %d Conditional Access policies that are meant for such an administrator", out, meant))
	return true
}

// initialDomain says whether the user exists in the cloud only and goes by a domain that
// Microsoft gave to the tenant.
func (c *Candidate) initialDomain() bool {
	upn, err := c.User.UserPrincipalName.Get()
	synced, syncErr := c.User.OnPremisesSyncEnabled.Get()
	domain := strings.ToLower(tenant.DomainOf(upn))
	if err != nil || syncErr != nil || synced != nil && *synced || !tenant.OnMicrosoft(domain) {
		return false
	}
	c.because(3, say("exists in the cloud only, and goes by the domain %s", domain))
	return true
}

func (c *Candidate) lasting(s tenant.Snapshot) {
	if terms, err := RoleTerms(s, c.User, GlobalAdministrator); err == nil && terms.Permanent {
		c.because(1, say("holds Global Administrator permanently"))
	}
}

// methods says whether the user has a security key and no method of a person.
func (c *Candidate) methods() {
	methods, err := c.User.Authentication.Methods.Get()
	if err != nil {
		return
	}
	key, personal := false, false
	for _, m := range methods {
		switch m.ODataType {
		case tenant.MethodFIDO2:
			key = true
		case tenant.MethodPassword, tenant.MethodTemporaryAccessPass:
		default:
			personal = true
		}
	}
	switch {
	case key && !personal:
		c.because(2, say("has security keys, and no phone or app"))
	case key:
		c.because(1, say("has a security key"))
	case !personal:
		c.because(1, say("has no phone and no app registered"))
	}
}
