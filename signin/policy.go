package signin

import (
	"slices"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

// Resources that an administrator signs in to, as Conditional Access names them.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-cloud-apps
const (
	adminPortals    = "MicrosoftAdminPortals"
	agentResources  = "AllAgentIdResources" // no resource of an administrator
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
	Through    text.Text   // what includes the user
	Excluded   text.Text   // what excludes the user; then it cannot apply
	Conditions []text.Text // open conditions: it applies only where they hold
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
			return !application.Through.IsZero() || err != nil, err
		},
		func() (bool, error) { return reachesAdministration(c) },
		func() (bool, error) { return interactive(c) },
		func() (bool, error) { return ordinaryFlow(c) },
		func() (bool, error) {
			return true, join(unknownProperties("conditions", c.Other), unknownProperties("properties", p.Other))
		},
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
func unknownProperties(of text.Term, other tenant.Other) error {
	names := other.Names()
	if len(names) == 0 {
		return nil
	}
	return notKnown(say("%s hold what this version does not know: %s", of, text.Join(text.Comma, names)), names...)
}

// forPeople says whether the policy is for users at all, and not for workload
// identities or agents. A policy whose kind was not read is for people.
// https://learn.microsoft.com/graph/api/resources/conditionalaccessclientapplications?view=graph-rest-beta
func forPeople(c tenant.Conditions) (bool, error) {
	apps, err := c.ClientApplications.Get()
	if err != nil || apps == nil {
		return true, nil //nolint:nilerr // without the condition it is for people
	}
	for _, included := range []tenant.Fact[[]string]{apps.IncludeServicePrincipals, apps.IncludeAgentIdentities} {
		if ids, err := included.Get(); err == nil && len(ids) > 0 {
			return false, nil
		}
	}
	for _, filter := range []tenant.Fact[*tenant.Filter]{apps.ServicePrincipalFilter, apps.AgentIdentityFilter} {
		if f, err := filter.Get(); err == nil && f.Filters() {
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
	included, err := tenant.ListOf(apps.IncludeApplications)
	if err != nil {
		return false, err
	}
	reached, includeErr := resourcesIn(included)
	excluded, err := tenant.ListOf(apps.ExcludeApplications)
	if err != nil && len(reached) > 0 {
		return false, err
	}
	out, excludeErr := resourcesIn(excluded)
	reached = slices.DeleteFunc(reached, func(r string) bool { return slices.Contains(out, r) })
	filter, filterErr := apps.ApplicationFilter.Get()
	if filterErr == nil && filter.Filters() {
		filterErr = notKnown(say("a filter on applications cannot be judged"), "applicationFilter")
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
		case strings.EqualFold(value, "None"), strings.EqualFold(value, "Office365"), strings.EqualFold(value, agentResources), tenant.IsObjectID(value):
		default:
			open = join(open, notKnown(say("the target resources hold %q, which is not known", value), value))
		}
	}
	return found, open
}

// interactive says whether the policy is for clients in which people sign in, and
// not for legacy clients only. Two of the words are older names.
// https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset
func interactive(c tenant.Conditions) (bool, error) {
	types, err := tenant.ListOf(c.ClientAppTypes)
	if err != nil || len(types) == 0 {
		return true, err
	}
	var open error
	for _, t := range types {
		switch t {
		case "all", "browser", "mobileAppsAndDesktopClients", "modern":
			return true, nil
		case "exchangeActiveSync", "easSupported", "easUnsupported", "other":
		default:
			open = join(open, notKnown(say("the client app type %q is not known", t), t))
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
			open = join(open, notKnown(say("the authentication flow %q is not known", m), m))
		}
	}
	return !restricted || open != nil, open
}

// openConditions names the conditions that narrow the policy and that nobody can
// count on in an emergency.
func openConditions(c tenant.Conditions) []text.Text {
	var names []text.Text
	if types, err := c.ClientAppTypes.Get(); err == nil && len(types) > 0 && !slices.Contains(types, "all") {
		names = append(names, say("the client app is %s", either(slices.Sorted(slices.Values(types)))))
	}
	if p, err := c.Platforms.Get(); err == nil && p != nil && narrows(p.IncludePlatforms, p.ExcludePlatforms) {
		names = append(names, say("the device platform"))
	}
	if l, err := c.Locations.Get(); err == nil && l != nil && narrows(l.IncludeLocations, l.ExcludeLocations) {
		names = append(names, say("the location"))
	}
	names = append(names, openDevices(c)...)
	if levels, err := c.SignInRiskLevels.Get(); err == nil && levels != nil && len(*levels) > 0 {
		names = append(names, say("sign-in risk is %s", either(slices.Sorted(slices.Values(*levels)))))
	}
	if levels, err := c.UserRiskLevels.Get(); err == nil && levels != nil && len(*levels) > 0 {
		names = append(names, say("user risk is %s", either(slices.Sorted(slices.Values(*levels)))))
	}
	if r, err := c.InsiderRiskLevels.Get(); err == nil && r != nil && *r != "" {
		names = append(names, say("insider risk is %s", *r))
	}
	return names
}

// openDevices names the conditions on the device.
func openDevices(c tenant.Conditions) []text.Text {
	var names []text.Text
	devices, err := c.Devices.Get()
	if err == nil && devices != nil {
		if f, err := devices.DeviceFilter.Get(); err != nil || f.Filters() {
			names = append(names, say("the device filter"))
		}
	}
	if slices.ContainsFunc(deviceStates(c), func(s stateLists) bool { return narrows(s.include, s.exclude) }) {
		names = append(names, say("the device state"))
	}
	return names
}

// narrows reports whether a pair of lists leaves anything out: empty lists do not.
func narrows(include, exclude tenant.Fact[[]string]) bool {
	in, inErr := tenant.ListOf(include)
	out, outErr := tenant.ListOf(exclude)
	all := len(in) == 0 || slices.ContainsFunc(in, func(v string) bool { return strings.EqualFold(v, "all") })
	return inErr != nil || outErr != nil || !all || len(out) > 0
}
