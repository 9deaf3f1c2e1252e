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
	Conditions []string // open conditions, in words: it applies only where they hold
}

// CanApply says whether a policy can apply to the user's interactive sign-in to
// the resources of an administrator. It looks at the policy's conditions, not at
// its state. The error says what is missing to tell: something unread, or a
// condition or an enum value that the program does not know.
func CanApply(s tenant.Snapshot, u tenant.User, p tenant.Policy) (Application, error) {
	c, err := p.Conditions.Get()
	if err != nil {
		return Application{}, err
	}
	var open error
	var application Application
	for _, part := range []func() (bool, error){
		func() (bool, error) { return forPeople(c) },
		func() (through bool, err error) {
			application.Through, err = includesUser(s, u, c)
			return application.Through != "" || err != nil, err
		},
		func() (bool, error) { return reachesAdministration(c) },
		func() (bool, error) { return interactive(c) },
		func() (bool, error) { return ordinaryFlow(c) },
		func() (bool, error) { return true, unknownProperties("conditions", c.Other) },
	} {
		can, err := part()
		if err == nil && !can {
			return Application{}, nil
		}
		open = errors.Join(open, err)
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
		if strings.Contains(strings.ToLower(name), "agent") {
			return false, nil
		}
	}
	return true, unknownProperties("client applications", apps.Other)
}

// includesUser says through what the policy includes the user: nothing if it
// does not, or if it excludes the user. Exclusion wins.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
func includesUser(s tenant.Snapshot, u tenant.User, c tenant.Conditions) (string, error) {
	users, err := c.Users.Get()
	if err != nil {
		return "", err
	}
	excluded, excludeErr := listed(s, u, assignment{users.ExcludeUsers, users.ExcludeGroups, users.ExcludeRoles, users.ExcludeGuests})
	if excluded != "" {
		return "", nil
	}
	included, includeErr := listed(s, u, assignment{users.IncludeUsers, users.IncludeGroups, users.IncludeRoles, users.IncludeGuests})
	unknown := unknownProperties("the users", users.Other)
	if included == "" {
		return "", errors.Join(includeErr, unknown)
	}
	return included, errors.Join(excludeErr, unknown)
}

// An assignment is one side of a policy's users: the included or the excluded.
type assignment struct {
	users, groups, roles tenant.Fact[[]string]
	guests               tenant.Fact[*tenant.GuestsOrExternalUsers]
}

// listed says through what an assignment holds the user; the error, if nothing
// certainly does, what is missing to tell.
func listed(s tenant.Snapshot, u tenant.User, a assignment) (string, error) {
	var open error
	for _, part := range []func() (string, error){
		func() (string, error) { return listedUser(u, a.users) },
		func() (string, error) { return listedGroup(s, u, a.groups) },
		func() (string, error) { return listedRole(s, u, a.roles) },
		func() (string, error) { return listedGuest(u, a.guests) },
	} {
		through, err := part()
		if through != "" {
			return through, nil
		}
		open = errors.Join(open, err)
	}
	return "", open
}

func listedUser(u tenant.User, list tenant.Fact[[]string]) (string, error) {
	ids, err := list.Get()
	if err != nil {
		return "", err
	}
	var open error
	for _, id := range ids {
		switch {
		case strings.EqualFold(id, "All"):
			return "all users", nil
		case strings.EqualFold(id, u.ID):
			return "the account itself", nil
		case strings.EqualFold(id, "GuestsOrExternalUsers"):
			guest, err := isGuest(u)
			if guest {
				return "guests and external users", nil
			}
			open = errors.Join(open, err)
		case strings.EqualFold(id, "None"):
		case !looksLikeID(id):
			open = errors.Join(open, fmt.Errorf("the users hold %q, which is not known", id))
		}
	}
	return "", open
}

// looksLikeID reports whether a value is an object id and not a word such as All.
func looksLikeID(value string) bool { return strings.Count(value, "-") == 4 }

func listedGroup(s tenant.Snapshot, u tenant.User, list tenant.Fact[[]string]) (string, error) {
	ids, err := list.Get()
	if err != nil {
		return "", err
	}
	var open error
	for _, id := range ids {
		in, err := InGroup(s, u, id)
		if in {
			return "group " + groupName(s, id), nil
		}
		open = errors.Join(open, err)
	}
	return "", open
}

// listedRole matches roles as Conditional Access does: built-in ones that the
// user holds now, for the whole tenant.
func listedRole(s tenant.Snapshot, u tenant.User, list tenant.Fact[[]string]) (string, error) {
	ids, err := list.Get()
	if err != nil {
		return "", err
	}
	var open error
	for _, id := range ids {
		held, err := HoldsRole(s, u, id)
		if held.Held {
			return "role " + roleName(id), nil
		}
		open = errors.Join(open, err)
	}
	return "", open
}

func roleName(id string) string {
	if strings.EqualFold(id, GlobalAdministrator) {
		return "Global Administrator"
	}
	return id
}

// isGuest says whether the user is a guest or an external user. A member whose
// name carries the mark of an invited user is external too.
func isGuest(u tenant.User) (bool, error) {
	kind, err := u.UserType.Get()
	if err != nil {
		return false, err
	}
	upn, err := u.UserPrincipalName.Get()
	if err != nil {
		return false, err
	}
	return kind != nil && strings.EqualFold(*kind, "Guest") || strings.Contains(strings.ToUpper(upn), "#EXT#"), nil
}

// listedGuest matches guests and external users. Of which kind a guest is cannot
// be told, so a condition on some kinds leaves it open.
func listedGuest(u tenant.User, fact tenant.Fact[*tenant.GuestsOrExternalUsers]) (string, error) {
	condition, err := fact.Get()
	if err == nil && condition == nil {
		return "", nil
	}
	guest, guestErr := isGuest(u)
	if guestErr == nil && !guest {
		return "", nil
	}
	if err != nil || guestErr != nil {
		return "", errors.Join(err, guestErr)
	}
	return "", errors.New("of which kind the external user is cannot be told")
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
		return true, errors.Join(excludeErr, unknown) // a filter only narrows what is reached
	case len(reached) > 0:
		return true, errors.Join(excludeErr, filterErr, unknown)
	case absent(filterErr) && targetsActions(apps):
		filterErr = nil // a policy for actions has no filter
	}
	return false, errors.Join(includeErr, filterErr, unknown)
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
			open = errors.Join(open, fmt.Errorf("the target resources hold %q, which is not known", value))
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
			open = errors.Join(open, fmt.Errorf("the client app type %q is not known", t))
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
	for _, m := range commaList(*methods) {
		switch m {
		case "none":
		case "deviceCodeFlow", "authenticationTransfer":
			restricted = true
		default:
			return true, fmt.Errorf("the authentication flow %q is not known", m)
		}
	}
	return !restricted, nil
}

// openConditions names the conditions that narrow the policy and that nobody can
// count on in an emergency.
func openConditions(c tenant.Conditions) []string {
	var names []string
	if types, err := c.ClientAppTypes.Get(); err == nil && len(types) > 0 && !slices.Contains(types, "all") {
		names = append(names, "the client app is "+strings.Join(types, " or "))
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
			names = append(names, risk.name+" is "+strings.Join(*levels, " or "))
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
