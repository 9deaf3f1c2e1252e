package signin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"breakglass/tenant"
)

// Resources that an administrator signs in to, as Conditional Access names them.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-cloud-apps
const (
	adminPortals    = "MicrosoftAdminPortals"
	azurePortal     = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
	azureManagement = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
	microsoftGraph  = "00000003-0000-0000-c000-000000000000"
)

func administratorResources() []string {
	return []string{adminPortals, azurePortal, azureManagement, microsoftGraph}
}

// An Application says whether a Conditional Access policy can apply to a user's
// sign-in as an administrator. Conditions that are open in an emergency, such as
// the place or the risk, count as met and are named.
type Application struct {
	Can        bool
	Through    string   // what includes the user, in words
	Excluded   string   // what excludes the user, in words; then it cannot apply
	Conditions []string // open conditions, in words: it applies only where they hold
}

// CanApply says whether a policy can apply to the user's interactive sign-in to
// the resources of an administrator. It looks at the policy's conditions, not at
// its state. The error says what is missing to tell: something unread, or a
// condition or an enum value that the program does not know.
func CanApply(s tenant.Snapshot, u tenant.User, p tenant.Policy) (Application, error) {
	return canApply(s, u, p, false)
}

// WouldApply is CanApply as if the policy excluded nobody: whether it is meant for
// such a user.
func WouldApply(s tenant.Snapshot, u tenant.User, p tenant.Policy) (Application, error) {
	return canApply(s, u, p, true)
}

func canApply(s tenant.Snapshot, u tenant.User, p tenant.Policy, disregardExclusions bool) (Application, error) {
	c, err := p.Conditions.Get()
	if err != nil {
		return Application{}, err
	}
	var open error
	var application Application
	for _, part := range []func() (bool, error){
		func() (bool, error) { return forPeople(c) },
		func() (through bool, err error) {
			application.Through, application.Excluded, err = includesUser(s, u, c, disregardExclusions)
			return application.Through != "" || err != nil, err
		},
		func() (bool, error) { return reachesAdministration(c) },
		func() (bool, error) { return interactive(c) },
		func() (bool, error) { return ordinaryFlow(c) },
		func() (bool, error) { return true, unknownProperties("conditions", c.Other) },
	} {
		can, err := part()
		if err == nil && !can {
			return Application{Excluded: application.Excluded}, nil
		}
		open = join(open, err)
	}
	if open != nil {
		return Application{}, open
	}
	application.Can = true
	application.Conditions = openConditions(c)
	return application, nil
}

// unknownProperties is the error for properties that the program cannot judge.
func unknownProperties(of string, other tenant.Other) error {
	if len(other) == 0 {
		return nil
	}
	names := make([]string, 0, len(other))
	for name := range other {
		names = append(names, name)
	}
	slices.Sort(names)
	return fmt.Errorf("%s hold what this version does not know: %s", of, strings.Join(names, ", "))
}

// forPeople says whether the policy is for users at all, and not for workload
// identities or agents. A policy whose kind was not read is for people.
func forPeople(c tenant.Conditions) (bool, error) {
	apps, err := c.ClientApplications.Get()
	if err != nil || apps == nil {
		return true, nil //nolint:nilerr // without the condition it is for people
	}
	included, includeErr := apps.IncludeServicePrincipals.Get()
	filter, filterErr := apps.ServicePrincipalFilter.Get()
	if includeErr == nil && len(included) > 0 || filterErr == nil && filter != nil {
		return false, nil
	}
	for name := range apps.Other {
		if lower := strings.ToLower(name); strings.Contains(lower, "agent") && !strings.HasPrefix(lower, "exclude") {
			return false, nil
		}
	}
	return true, unknownProperties("client applications", apps.Other)
}

// reachesAdministration says whether the policy's target resources hold one that
// an administrator signs in to.
func reachesAdministration(c tenant.Conditions) (bool, error) {
	apps, err := c.Applications.Get()
	if err != nil {
		return false, err
	}
	included, err := apps.IncludeApplications.Get()
	if err != nil {
		return false, err
	}
	reached, includeErr := resourcesIn(included)
	excluded, err := apps.ExcludeApplications.Get()
	if err != nil && len(reached) > 0 {
		return false, err
	}
	out, excludeErr := resourcesIn(excluded)
	reached = slices.DeleteFunc(reached, func(r string) bool { return slices.Contains(out, r) })
	filter, filterErr := apps.ApplicationFilter.Get()
	if filterErr == nil && filter != nil {
		filterErr = errors.New("a filter on applications cannot be judged")
	}
	unknown := unknownProperties("the target resources", apps.Other)
	switch {
	case len(reached) > 0 && absent(filterErr):
		return true, join(excludeErr, unknown) // a filter only narrows what is reached
	case len(reached) > 0:
		return true, join(excludeErr, filterErr, unknown)
	case absent(filterErr) && targetsActions(apps):
		filterErr = nil // a policy for actions has no filter
	}
	return false, join(includeErr, filterErr, unknown)
}

// targetsActions reports whether the policy is for user actions or authentication
// contexts, which it is instead of applications.
func targetsActions(apps tenant.ConditionApplications) bool {
	actions, _ := apps.IncludeUserActions.Get() // unread: not known to be
	contexts, _ := apps.IncludeContexts.Get()
	return len(actions)+len(contexts) > 0
}

// resourcesIn returns which resources of an administrator a list of applications
// holds. The error names a value that is neither an application nor known.
func resourcesIn(list []string) ([]string, error) {
	var found []string
	var open error
	for _, value := range list {
		if strings.EqualFold(value, "All") {
			return administratorResources(), nil
		}
		i := slices.IndexFunc(administratorResources(), func(r string) bool { return strings.EqualFold(r, value) })
		switch {
		case i >= 0:
			found = append(found, administratorResources()[i])
		case strings.EqualFold(value, "None"), strings.EqualFold(value, "Office365"), looksLikeID(value):
		default:
			open = join(open, fmt.Errorf("the target resources hold %q, which is not known", value))
		}
	}
	return found, open
}

// interactive says whether the policy is for clients in which people sign in, and
// not for legacy clients only.
func interactive(c tenant.Conditions) (bool, error) {
	types, err := c.ClientAppTypes.Get()
	if err != nil || len(types) == 0 {
		return true, err
	}
	var open error
	for _, t := range types {
		switch t {
		case "all", "browser", "mobileAppsAndDesktopClients":
			return true, nil
		case "exchangeActiveSync", "easSupported", "other":
		default:
			open = join(open, fmt.Errorf("the client app type %q is not known", t))
		}
	}
	return false, open
}

// ordinaryFlow says whether the policy is for ordinary sign-ins too, and not only
// for device code flow or authentication transfer.
func ordinaryFlow(c tenant.Conditions) (bool, error) {
	flows, err := c.AuthenticationFlows.Get()
	if err != nil || flows == nil {
		return true, nil //nolint:nilerr // without the condition it is for every flow
	}
	if err := unknownProperties("the authentication flows", flows.Other); err != nil {
		return true, err
	}
	methods, err := flows.TransferMethods.Get()
	if err != nil || methods == nil {
		return true, err
	}
	restricted := false
	var open error
	for _, m := range commaList(*methods) {
		switch m {
		case "none":
		case "deviceCodeFlow", "authenticationTransfer":
			restricted = true
		default:
			open = join(open, fmt.Errorf("the authentication flow %q is not known", m))
		}
	}
	return !restricted || open != nil, open
}

// openConditions names the conditions that narrow the policy and that nobody can
// count on in an emergency.
func openConditions(c tenant.Conditions) []string {
	var names []string
	if types, err := c.ClientAppTypes.Get(); err == nil && len(types) > 0 && !slices.Contains(types, "all") {
		names = append(names, "the client app is "+strings.Join(slices.Sorted(slices.Values(types)), " or "))
	}
	if p, err := c.Platforms.Get(); err == nil && p != nil && narrows(p.IncludePlatforms, p.ExcludePlatforms) {
		names = append(names, "the device platform")
	}
	if l, err := c.Locations.Get(); err == nil && l != nil && narrows(l.IncludeLocations, l.ExcludeLocations) {
		names = append(names, "the location")
	}
	if d, err := c.Devices.Get(); err == nil && d != nil {
		if f, err := d.DeviceFilter.Get(); err != nil || f != nil {
			names = append(names, "the device filter")
		}
	}
	for _, risk := range []struct {
		levels tenant.Fact[*[]string]
		name   string
	}{{c.SignInRiskLevels, "sign-in risk"}, {c.UserRiskLevels, "user risk"}} {
		if levels, err := risk.levels.Get(); err == nil && levels != nil && len(*levels) > 0 {
			names = append(names, risk.name+" is "+strings.Join(slices.Sorted(slices.Values(*levels)), " or "))
		}
	}
	if r, err := c.InsiderRiskLevels.Get(); err == nil && r != nil && *r != "" {
		names = append(names, "insider risk is "+*r)
	}
	return names
}

// narrows reports whether a pair of lists leaves anything out.
func narrows(include, exclude tenant.Fact[[]string]) bool {
	in, inErr := include.Get()
	out, outErr := exclude.Get()
	all := slices.ContainsFunc(in, func(v string) bool { return strings.EqualFold(v, "all") })
	return inErr != nil || outErr != nil || !all || len(out) > 0
}
