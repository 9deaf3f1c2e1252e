package checks_test

import (
	"regexp"
	"slices"
	"strings"
)

const (
	enforced   = "enabled"
	reportOnly = "enabledForReportingButNotEnforced"
)

// policies are those that were not deleted, and whether the list was read.
func (t *oracle) policies() ([]object, bool) {
	all, read := list(t.file, "conditionalAccessPolicies")
	return slices.DeleteFunc(all, func(p object) bool { return p["deletedDateTime"] != nil }), read
}

// inState says whether a policy is in a state.
func inState(p object, state string) truth {
	return word(p, "state", state, enforced, reportOnly, "disabled")
}

// empty reports whether a value says nothing.
func empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case string:
		return v == ""
	case object:
		for key, inner := range v {
			if key != "@odata.type" && !empty(inner) {
				return false
			}
		}
		return true
	}
	return false
}

// inner returns an object of an object. What is null is an object that says
// nothing; what is absent was not read.
func inner(o object, key string) (object, bool) {
	value, there := o[key]
	found, isObject := value.(object)
	return found, isObject || there && value == nil
}

// strange says whether an object has a property that nobody here knows and that
// says something.
func strange(o object, known ...string) truth {
	found := no
	for key, value := range o {
		if !slices.Contains(known, key) && !strings.Contains(key, "@") && !empty(value) {
			found = unclear
		}
	}
	return found
}

var guid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// named says whether the users' side of a policy names somebody: "include" or
// "exclude".
func (t *oracle) named(p object, side, id string) truth {
	conditions, _ := inner(p, "conditions")
	_, read := conditions["users"]
	users, _ := inner(conditions, "users")
	if !read {
		return unclear
	}
	if users == nil {
		return no
	}
	return either(either(t.namedHimself(users, side, id), t.namedByGroup(users, side, id)),
		either(t.namedByRole(users, side, id), t.namedAsGuest(users, side, id)))
}

func (t *oracle) namedHimself(users object, side, id string) truth {
	all, read := texts(users, side+"Users")
	found := truthOf(slices.Contains(all, id) || slices.Contains(all, "all"))
	if !read {
		found = unclear
	}
	for _, text := range all {
		switch {
		case text == "guestsorexternalusers":
			found = either(found, t.guest(id))
		case guid.MatchString(text) || text == "none" || text == "all" || text == "allagentidusers":
		default:
			found = either(found, unclear)
		}
	}
	return found
}

func (t *oracle) namedByGroup(users object, side, id string) truth {
	all, read := texts(users, side+"Groups")
	found := no
	if !read {
		found = unclear
	}
	for _, group := range all {
		found = either(found, t.inGroup(id, group))
	}
	return found
}

func (t *oracle) namedByRole(users object, side, id string) truth {
	all, read := texts(users, side+"Roles")
	found := no
	if !read {
		found = unclear
	}
	for _, role := range all {
		if builtIn(role) {
			found = either(found, t.active(id, role))
		}
	}
	return found
}

// guest says whether somebody is a guest or an external user of any kind. Of an
// external member it is not known whether the old word for all of them means him.
func (t *oracle) guest(id string) truth {
	u, _ := t.user(id)
	answer := is(u, "userType", "Guest")
	if name, known := u["userPrincipalName"]; !known || strings.Contains(lower(name), "#ext#") {
		answer = either(answer, unclear)
	}
	return answer
}

// namedAsGuest follows the table of guest and external user types:
// https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
func (t *oracle) namedAsGuest(users object, side, id string) truth {
	u, _ := t.user(id)
	condition, read := inner(users, side+"GuestsOrExternalUsers")
	if !read {
		return both(unclear, t.guest(id))
	}
	if _, known := u["userType"]; condition != nil && !known {
		return unclear
	}
	types, there := condition["guestOrExternalUserTypes"].(string)
	if condition == nil || there && (types == "" || types == "none") || types == "" && condition["guestOrExternalUserTypes"] == nil {
		return no
	}
	invited, isGuest := strings.Contains(lower(u["userPrincipalName"]), "#ext#"), is(u, "userType", "Guest")
	found := no
	for one := range strings.SplitSeq(types, ",") {
		switch one {
		case "internalGuest":
			found = either(found, both(isGuest, truthOf(!invited)))
		case "b2bCollaborationGuest":
			found = either(found, both(both(isGuest, truthOf(invited)), fromAnywhere(condition)))
		case "b2bCollaborationMember":
			found = either(found, both(both(not(isGuest), truthOf(invited)), fromAnywhere(condition)))
		case "b2bDirectConnectUser", "otherExternalUser", "serviceProvider": // have no user here
		default:
			found = either(found, both(unclear, t.guest(id)))
		}
	}
	return found
}

// fromAnywhere says whether a condition is for the external users of every tenant.
func fromAnywhere(condition object) truth {
	if tenants, there := condition["externalTenants"]; there && (tenants == nil || tenants.(object)["membershipKind"] == "all") {
		return yes
	}
	return unclear
}

// resources are where an administrator signs in, by the words and ids of policies.
var resources = []string{"microsoftadminportals", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "797f4846-ba00-4fd7-ba43-dac1f8f63013", "00000003-0000-0000-c000-000000000000"}

// atSignIn says whether a policy is for people who sign in to administer, or may
// be: whoever they are.
func atSignIn(p object) truth {
	conditions, read := inner(p, "conditions")
	if !read {
		return unclear
	}
	answer := both(forPeople(conditions), both(covers(conditions), both(interactive(conditions), notByFlow(conditions))))
	return both(answer, not(strange(conditions, "users", "applications", "clientAppTypes", "platforms", "locations", "devices", "clientApplications",
		"authenticationFlows", "signInRiskLevels", "userRiskLevels", "servicePrincipalRiskLevels", "insiderRiskLevels")))
}

// forPeople is no for policies for workload and agent identities.
func forPeople(conditions object) truth {
	clients, read := inner(conditions, "clientApplications")
	if !read {
		return unclear
	}
	return truthOf(empty(clients))
}

// covers says whether a policy is for what administrators sign in to.
func covers(conditions object) truth {
	apps, read := inner(conditions, "applications")
	if !read {
		return unclear
	}
	included, includedRead := texts(apps, "includeApplications")
	excluded, excludedRead := texts(apps, "excludeApplications")
	answer := no
	for _, resource := range resources {
		in := truthOf(slices.Contains(included, "all") || slices.Contains(included, resource))
		if !includedRead || slices.ContainsFunc(included, unknownApp) {
			in = either(in, unclear)
		}
		out := truthOf(slices.Contains(excluded, resource))
		if !excludedRead || slices.ContainsFunc(excluded, unknownApp) {
			out = either(out, unclear)
		}
		answer = either(answer, both(in, not(out)))
	}
	filter, filterRead := inner(apps, "applicationFilter")
	if !filterRead || !empty(filter) {
		answer = unclear
	}
	if strange(apps, "includeApplications", "excludeApplications", "includeUserActions", "includeAuthenticationContextClassReferences", "applicationFilter") != no {
		answer = unclear
	}
	return answer
}

// unknownApp reports whether a text is neither an application's id nor a word
// with a meaning: Office365 holds no portal of administrators.
func unknownApp(text string) bool {
	return !guid.MatchString(text) && !slices.Contains([]string{"all", "none", "office365", "microsoftadminportals", "allagentidresources"}, text)
}

// interactive is no for policies that are for legacy clients only.
func interactive(conditions object) truth {
	types, read := texts(conditions, "clientAppTypes")
	if !read {
		return unclear
	}
	answer := truthOf(len(types) == 0)
	for _, one := range types {
		switch one {
		case "all", "browser", "mobileappsanddesktopclients":
			return yes
		case "exchangeactivesync", "other":
		default:
			answer = unclear
		}
	}
	return answer
}

// notByFlow is no for policies that are for device code flow or authentication
// transfer only.
func notByFlow(conditions object) truth {
	flows, read := inner(conditions, "authenticationFlows")
	if !read {
		return unclear
	}
	methods, isText := flows["transferMethods"].(string)
	if flows != nil && !isText && flows["transferMethods"] != nil {
		return unclear
	}
	if methods == "" || methods == "none" {
		return truthOf(true)
	}
	for one := range strings.SplitSeq(methods, ",") {
		if one != "deviceCodeFlow" && one != "authenticationTransfer" {
			return unclear
		}
	}
	return no
}

// risky says whether a policy has a condition of risk: an ordinary sign-in has none.
func risky(p object) truth {
	conditions, read := inner(p, "conditions")
	if !read {
		return unclear
	}
	answer := no
	for _, key := range []string{"signInRiskLevels", "userRiskLevels", "insiderRiskLevels"} {
		value, there := conditions[key]
		if !there {
			answer = either(answer, unclear)
		} else {
			answer = either(answer, truthOf(!empty(value)))
		}
	}
	return answer
}

// applies says whether a policy includes somebody and does not exclude him.
func (t *oracle) applies(p object, id string) truth {
	return both(atSignIn(p), both(t.named(p, "include", id), not(t.named(p, "exclude", id))))
}
