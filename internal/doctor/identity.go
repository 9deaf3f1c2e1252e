package doctor

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"breakglass/checks"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
	"breakglass/tenant"
)

// An Identity is who reads the tenant.
type Identity struct {
	Skipped  string // why nobody was asked; empty if somebody was
	Err      error  // why there is no token; nil if there is one
	Managed  bool   // the platform's managed identity, and not somebody on this machine
	Person   bool   // the token is a person's, whose roles decide what may be read
	Opaque   bool   // the token does not say whose it is, nor what it may do
	ObjectID string
	Roles    []string // the application permissions in the token
}

// Judge says what is wrong with the identity, and with what it may do.
func (i Identity) Judge() []Finding {
	if i.Skipped != "" {
		return []Finding{finding(AreaIdentity, "", Skipped, "%s", i.Skipped), finding(AreaPermissions, "", Skipped, "%s", i.Skipped)}
	}
	if i.Err != nil {
		return []Finding{
			finding(AreaIdentity, "", Fault, "there is no token for Microsoft Graph: %s", watch.OneLine(i.Err)).fix("%s", wiring.TokenRemedy(i.Managed)),
			finding(AreaPermissions, "", Skipped, "there is no token that would say them"),
		}
	}
	switch {
	case i.Opaque:
		return []Finding{
			finding(AreaIdentity, "", OK, "there is a token for Microsoft Graph"),
			finding(AreaPermissions, "", Unknown, "the token does not say what it may do").fix("ask breakglass permissions grant --check, as somebody who may read applications"),
		}
	case i.Person:
		return []Finding{
			finding(AreaIdentity, "", OK, "there is a token for Microsoft Graph, of a person"),
			finding(AreaPermissions, "", Skipped, "a person looked: what the app's identity may do, breakglass permissions grant --check tells"),
		}
	}
	who := finding(AreaIdentity, "", OK, "there is a token for Microsoft Graph, of the identity %s", cmp.Or(i.ObjectID, "whose id it does not say"))
	return append([]Finding{who}, i.permissions()...)
}

// permissions holds the token's application permissions to those that are needed.
func (i Identity) permissions() []Finding {
	grant := "breakglass permissions grant --identity " + cmp.Or(i.ObjectID, "ID") + "; then restart the app, or wait a day for its next token"
	var lacks, dims, beyond []string
	for _, p := range checks.Permissions() {
		switch {
		case i.holds(p.Name):
		case len(p.Checks) > 0:
			lacks = append(lacks, p.Name)
		default:
			dims = append(dims, p.Name)
		}
	}
	for _, role := range slices.Sorted(slices.Values(i.Roles)) {
		if !slices.ContainsFunc(checks.Permissions(), func(p checks.Permission) bool { return strings.EqualFold(p.Name, role) }) {
			beyond = append(beyond, role)
		}
	}
	var all []Finding
	switch {
	case len(lacks) > 0:
		lacks = append(lacks, dims...)
		all = append(all, finding(AreaPermissions, "", Fault, "the identity lacks %d of %d permissions: %s. What they read stays unknown", len(lacks), len(checks.Permissions()), list(lacks)).fix("%s", grant))
	case len(dims) > 0:
		all = append(all, finding(AreaPermissions, "", Notice, "the identity lacks %s: the worse is assumed of what they read", list(dims)).fix("%s", grant))
	}
	if len(beyond) > 0 {
		all = append(all, finding(AreaPermissions, "", Notice, "the identity holds more than it needs: %s. Whoever takes it over has that too", list(beyond)).
			fix("remove it: Microsoft Entra admin center > Enterprise applications > Managed identities > the identity > Permissions"))
	}
	if len(all) == 0 {
		all = append(all, finding(AreaPermissions, "", OK, "the token holds all %d permissions that are needed, and no other", len(checks.Permissions())))
	}
	return all
}

func (i Identity) holds(permission string) bool {
	return slices.ContainsFunc(i.Roles, func(r string) bool { return strings.EqualFold(r, permission) })
}

// A Reading is what one whole read of the tenant came to.
type Reading struct {
	Skipped  string // why nothing was read; empty if it was
	Away     error  // why Microsoft Graph did not answer at all; nil if it did
	Identity Identity
	Reasons  map[string]tenant.UnreadError // as tenant.Snapshot.Reasons
	Declared []tenant.Declaration
	Wrong    error // the tenant is not the one that is declared; nil if it is

	Requests, Throttled int
	Organization        tenant.Fact[tenant.Organization]
}

// reach is what to do where Microsoft Graph cannot be reached.
const reach = "see that the way to Microsoft Graph is open (a firewall, a proxy, BREAKGLASS_GRAPH_URL), and try again"

// Judge says what could not be read. What the identity lacks a permission or the tenant a
// licence for is told elsewhere.
func (r Reading) Judge() []Finding {
	if r.Skipped != "" {
		return []Finding{finding(AreaGraph, "", Skipped, "%s", r.Skipped), finding(AreaLicences, "", Skipped, "%s", r.Skipped)}
	}
	if r.Away != nil {
		return []Finding{
			finding(AreaGraph, "", Unknown, "Microsoft Graph does not answer: %s", watch.OneLine(r.Away)).fix("%s", reach),
			finding(AreaLicences, "", Skipped, "Microsoft Graph does not answer"),
		}
	}
	if r.Wrong != nil {
		return []Finding{
			finding(AreaGraph, "", Fault, "%s", r.Wrong).fix("correct tenant in breakglass.yaml, or use an identity of that tenant"),
			r.licences(),
		}
	}
	all := append(r.accounts(), r.refused()...)
	if len(all) == 0 {
		all = append(all, finding(AreaGraph, "", OK, "the tenant was read, with %d requests, of which %d were throttled", r.Requests, r.Throttled))
	}
	return append(all, r.licences())
}

// accounts are the declared ones that Microsoft Graph does not know.
func (r Reading) accounts() []Finding {
	var all []Finding
	for _, d := range r.Declared {
		key, kind := "users/"+d.User, "account"
		if d.Group != "" {
			key, kind = "groups/"+d.Group, "group"
		}
		for k, reason := range r.Reasons {
			if strings.EqualFold(k, key) && reason.Status == 404 {
				all = append(all, finding(AreaGraph, d.String(), Fault, "the tenant has no such %s, so that nothing is watched under this name", kind).
					fix("correct the name where it is declared; if it was deleted, restore it within 30 days"))
			}
		}
	}
	return all
}

// refused groups what could not be read by the reason.
func (r Reading) refused() []Finding {
	about := map[string][]string{}
	reasons := map[string]tenant.UnreadError{}
	for _, key := range slices.Sorted(maps.Keys(r.Reasons)) {
		reason := r.Reasons[key]
		reason.Key = key
		if r.elsewhere(&reason) || tenant.NotCollected(&reason) { // nobody asked, for want of something else that is told
			continue
		}
		what, why, _ := strings.Cut(reason.Error(), ": ")
		if !slices.Contains(about[why], what) {
			about[why] = append(about[why], what)
		}
		reasons[why] = reason
	}
	var all []Finding
	for _, why := range slices.Sorted(maps.Keys(about)) {
		f := finding(AreaGraph, "", Unknown, "not read: %s: %s", list(about[why]), why)
		switch reason := reasons[why]; {
		case reason.Status == 401 || reason.Status == 403:
			f.Status = Fault
			f = f.fix("%s", r.refusalRemedy(reason))
		case reason.Code == tenant.CodeUnexpected, reason.Code == tenant.CodeWrongType, reason.Status == 400:
			f = f.fix("look for a newer version of breakglass, and report it if there is none")
		case reason.Code == tenant.CodeConnection, reason.Code == tenant.CodeTimeout:
			f = f.fix("%s", reach)
		default:
			f = f.fix("try again in some minutes; the next run does")
		}
		all = append(all, f)
	}
	return all
}

func (r Reading) refusalRemedy(reason tenant.UnreadError) string {
	permission := tenant.SourceOf(reason.Key).Permission
	switch {
	case r.Identity.Person:
		return "sign in as somebody whose role may read it, such as Global Reader"
	case reason.Status == 401:
		return wiring.RefusedRemedy
	case permission == "", r.Identity.Opaque:
		return "see whether the permission was granted, and whether a policy protects it"
	}
	return "the token holds " + permission + ": if it was granted within the last minutes, wait; else see whether a policy protects it"
}

// elsewhere reports whether another finding tells of the reason, or it is an answer: of an
// object that is not there the checks tell.
func (r Reading) elsewhere(reason *tenant.UnreadError) bool {
	_, licence := tenant.NoLicence(reason)
	permission := tenant.SourceOf(reason.Key).Permission
	lacking := reason.Status == 403 && permission != "" && !r.Identity.Person && !r.Identity.Opaque && !r.Identity.holds(permission)
	list, _, object := strings.Cut(reason.Key, "/")
	gone := reason.Status == 404 && object && slices.Contains([]string{"users", "groups", "servicePrincipals"}, list)
	return licence || lacking || gone
}

// Service plans of Microsoft Entra ID P1 and P2:
// https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
const (
	planP1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
	planP2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
)

// licences says what the tenant's licences leave unknown: what Microsoft Graph refused for
// want of one, whatever the tenant's own record says.
func (r Reading) licences() Finding {
	wanting := map[string]bool{}
	for _, reason := range r.Reasons {
		if name, ok := tenant.NoLicence(&reason); ok {
			wanting[name] = true
		}
	}
	plan, known := r.plan()
	switch {
	case wanting["P1"] || known && plan == "":
		return finding(AreaLicences, "", Notice, "no Microsoft Entra ID P1: the sign-in log cannot be read, so that the use of an account is not told").
			fix("one P1 licence in the tenant is enough for the log; without it these checks stay unknown").
			see("https://learn.microsoft.com/entra/identity/monitoring-health/concept-sign-ins")
	case wanting["P2"] && plan == "P2":
		return finding(AreaLicences, "", Notice, "Microsoft Graph refuses what needs Microsoft Entra ID P2, although the tenant has it").
			fix("a licence that was bought or has ended lately takes hours to count; until then these checks stay unknown")
	case !known:
		return finding(AreaLicences, "", Skipped, "the tenant's licences were not read")
	case plan == "P1":
		return finding(AreaLicences, "", OK, "Microsoft Entra ID P1; without P2, risk and PIM are not to be read")
	}
	return finding(AreaLicences, "", OK, "Microsoft Entra ID P2: everything can be read")
}

// plan is the better of the two that the tenant has, P1 or P2, or none.
func (r Reading) plan() (plan string, known bool) {
	organization, err := r.Organization.Get()
	if err != nil {
		return "", false
	}
	plans, err := organization.AssignedPlans.Get()
	if err != nil {
		return "", false
	}
	has := func(id string) bool {
		return slices.ContainsFunc(plans, func(p tenant.AssignedPlan) bool {
			plan, err := p.ServicePlanID.Get()
			status, statusErr := p.CapabilityStatus.Get()
			return err == nil && plan != nil && strings.EqualFold(*plan, id) && statusErr == nil && status != nil && slices.Contains([]string{"Enabled", "Warning"}, *status)
		})
	}
	switch {
	case has(planP2):
		return "P2", true
	case has(planP1):
		return "P1", true
	}
	return "", true
}

// tolerance is how far a clock may be off: tokens are refused beyond it.
// https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
const tolerance = 5 * time.Minute

// A Clock is how far this machine's clock is ahead of Microsoft Graph's.
type Clock struct {
	Skipped string // why it was not compared
	Ahead   time.Duration
	Err     error
	Silent  bool // Microsoft Graph did not answer at all
}

// Judge says whether the clock is right.
func (c Clock) Judge() Finding {
	ahead := c.Ahead.Round(time.Second)
	switch {
	case c.Skipped != "":
		return finding(AreaClock, "", Skipped, "%s", c.Skipped)
	case c.Silent: // told where the reads are
		return finding(AreaClock, "", Skipped, "Microsoft Graph does not answer")
	case c.Err != nil:
		return finding(AreaClock, "", Unknown, "it could not be compared with Microsoft Graph's: %s", watch.OneLine(c.Err)).
			fix("%s", reach)
	case ahead > tolerance, ahead < -tolerance:
		return finding(AreaClock, "", Fault, "it is %s off Microsoft Graph's: tokens are refused, and drills and snoozes begin and end at the wrong time", ahead).
			fix("set this machine's clock")
	}
	return finding(AreaClock, "", OK, "it is within %s of Microsoft Graph's", tolerance)
}

// failure words errors that a channel or a store gave.
func failure(err error) string {
	if err == nil {
		return ""
	}
	if joined, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err); ok {
		var parts []string
		for _, e := range joined.Unwrap() {
			parts = append(parts, watch.OneLine(e))
		}
		return strings.Join(parts, "; ")
	}
	return watch.OneLine(err)
}
