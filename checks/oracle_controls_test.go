package checks_test

import (
	"slices"
	"strings"
)

// restricting says whether a policy demands anything, or has a session control
// that can stop a sign-in. A control that Microsoft retired demands nothing.
func restricting(p object) truth {
	return either(demands(p), stops(p))
}

const retired = "approvedapplication"

// demandedOnce says whether all that a policy demands is what Microsoft no longer
// enforces.
func demandedOnce(p object) truth {
	grant, _ := inner(p, "grantControls")
	controls, _ := texts(grant, "builtInControls")
	return both(truthOf(slices.Contains(controls, retired)), not(restricting(p)))
}

func demands(p object) truth {
	grant, read := inner(p, "grantControls")
	if !read {
		return unclear
	}
	if grant == nil {
		return no
	}
	answer := strange(grant, grantControls...)
	for _, key := range []string{"builtInControls", "customAuthenticationFactors", "termsOfUse"} {
		all, listRead := texts(grant, key)
		all = slices.DeleteFunc(all, func(control string) bool { return control == retired })
		if !listRead {
			answer = either(answer, unclear)
		}
		answer = either(answer, truthOf(len(all) > 0))
	}
	strength, strengthRead := inner(grant, "authenticationStrength")
	if !strengthRead {
		answer = either(answer, unclear)
	}
	return either(answer, truthOf(strength != nil))
}

func stops(p object) truth {
	session, read := inner(p, "sessionControls")
	if !read {
		return unclear
	}
	if session == nil {
		return no
	}
	answer := strange(session, "applicationEnforcedRestrictions", "cloudAppSecurity", "persistentBrowser", "signInFrequency", "disableResilienceDefaults",
		"secureSignInSession", "continuousAccessEvaluation", "globalSecureAccessFilteringProfile")
	for _, key := range []string{"secureSignInSession", "globalSecureAccessFilteringProfile"} {
		control, controlRead := inner(session, key)
		switch {
		case !controlRead:
			answer = either(answer, unclear)
		case control != nil:
			answer = either(answer, switchedOn(control))
		}
	}
	evaluation, evaluationRead := inner(session, "continuousAccessEvaluation")
	switch {
	case !evaluationRead:
		answer = either(answer, unclear)
	case evaluation != nil:
		answer = either(answer, word(evaluation, "mode", "strictLocation", "strictLocation", "disabled"))
	}
	return answer
}

func switchedOn(control object) truth {
	if empty(control) { // says nothing
		return no
	}
	return known(control, "isEnabled")
}

// satisfied says whether one usable credential meets all that a policy demands.
func (t *oracle) satisfied(p object, id string) truth {
	answer := not(stops(p))
	grant, read := inner(p, "grantControls")
	if !read {
		return both(answer, unclear)
	}
	if grant == nil {
		return answer
	}
	var each []truth
	controls, controlsRead := texts(grant, "builtInControls")
	if slices.Contains(controls, "block") {
		return no // nothing goes with it
	}
	for _, control := range controls {
		switch control {
		case retired: // counts as not selected
		case "mfa":
			each = append(each, t.usable(id, nil))
		case "compliantdevice", "domainjoineddevice", "compliantapplication", "passwordchange", "riskremediation":
			each = append(each, no)
		default:
			each = append(each, unclear)
		}
	}
	for _, key := range []string{"customAuthenticationFactors", "termsOfUse"} {
		if all, _ := texts(grant, key); len(all) > 0 {
			each = append(each, no)
		}
	}
	if strength, _ := inner(grant, "authenticationStrength"); strength != nil {
		each = append(each, t.usable(id, strength))
	}
	_, strengthRead := grant["authenticationStrength"]
	if !controlsRead || !strengthRead { // or there is nothing more
		each = append(each, both(unclear, t.usable(id, nil)))
	}
	if strange(grant, grantControls...) != no {
		each = append(each, unclear)
	}
	return both(answer, joined(grant, each))
}

var grantControls = []string{"operator", "builtInControls", "customAuthenticationFactors", "termsOfUse", "authenticationStrength"}

// joined is what several controls come to together.
func joined(grant object, each []truth) truth {
	all, one := yes, no
	for _, answer := range each {
		all, one = both(all, answer), either(one, answer)
	}
	if _, there := grant["customAuthenticationFactors"]; !there {
		all = both(all, unclear)
	}
	if _, there := grant["termsOfUse"]; !there {
		all = both(all, unclear)
	}
	switch operator, _ := grant["operator"].(string); {
	case len(each) == 0:
		return all
	case operator == "AND":
		return all
	case operator == "OR":
		return one
	case all == one:
		return all
	default:
		return unclear
	}
}

// usable says whether somebody has a passkey that works today and that a
// strength admits, if there is one.
func (t *oracle) usable(id string, strength object) truth {
	u, _ := t.user(id)
	authentication, _ := inner(u, "authentication")
	methods, read := list(authentication, "methods")
	found := t.certificate(u)
	if !read {
		found = unclear
	}
	for _, m := range methods {
		if memberType(m) != "fido2authenticationmethod" {
			continue
		}
		works := t.passkeyWorks(id, m)
		if strength != nil {
			works = both(works, t.admits(strength, m))
		}
		found = either(found, works)
	}
	return found
}

// certificate says whether a certificate works. Nobody here has one, as far as the
// configuration was read.
func (t *oracle) certificate(u object) truth {
	config, found := t.method("X509Certificate")
	if !found {
		return unclear
	}
	info, _ := inner(u, "authorizationInfo")
	if ids, read := texts(info, "certificateUserIds"); read && len(ids) == 0 {
		return no
	}
	return word(config, "state", "enabled", "enabled", "disabled")
}

func (t *oracle) method(id string) (object, bool) {
	policy, _ := inner(t.file, "authenticationMethodsPolicy")
	all, _ := list(policy, "authenticationMethodConfigurations")
	for _, config := range all {
		if strings.EqualFold(lower(config["id"]), id) {
			return config, true
		}
	}
	return nil, false
}

// passkeyWorks says whether today's policy lets somebody use a passkey.
func (t *oracle) passkeyWorks(id string, m object) truth {
	config, found := t.method("Fido2")
	if !found {
		return unclear
	}
	included, includedRead := list(config, "includeTargets")
	excluded, excludedRead := list(config, "excludeTargets")
	in, out := no, no
	if !includedRead {
		in = unclear
	}
	if !excludedRead {
		out = unclear
	}
	for _, target := range included {
		in = either(in, both(t.targets(target, id), t.profileAllows(config, target, m)))
	}
	for _, target := range excluded {
		out = either(out, t.targets(target, id))
	}
	return both(word(config, "state", "enabled", "enabled", "disabled"), both(in, not(out)))
}

func (t *oracle) targets(target object, id string) truth {
	switch {
	case lower(target["id"]) == "all_users":
		return yes
	case target["targetType"] == "user":
		return truthOf(lower(target["id"]) == id)
	}
	return t.inGroup(id, lower(target["id"]))
}

func (t *oracle) profileAllows(config, target, m object) truth {
	profiles, read := list(config, "passkeyProfiles")
	if !read {
		return unclear
	}
	if len(profiles) == 0 {
		return restrictionsAllow(config, m)
	}
	wanted, wantedRead := texts(target, "allowedPasskeyProfiles")
	if !wantedRead {
		return unclear
	}
	if len(wanted) == 0 {
		if _, there := config["defaultPasskeyProfile"]; !there {
			return unclear
		}
		wanted = []string{lower(config["defaultPasskeyProfile"])}
	}
	found := no
	for _, profile := range profiles {
		if slices.Contains(wanted, lower(profile["id"])) {
			found = either(found, both(hasType(profile, m), restrictionsAllow(profile, m)))
		}
	}
	return found
}

func hasType(profile, m object) truth {
	kinds, isText := profile["passkeyTypes"].(string)
	kind, known := m["passkeyType"].(string)
	if !isText || !known {
		return unclear
	}
	return truthOf(slices.Contains(strings.Split(kinds, ","), kind))
}

func restrictionsAllow(holder, m object) truth {
	restrictions, read := inner(holder, "keyRestrictions")
	if !read {
		return unclear
	}
	if restrictions == nil {
		return yes
	}
	aaguids, aaguidsRead := texts(restrictions, "aaGuids")
	listed := truthOf(slices.Contains(aaguids, lower(m["aaGuid"])))
	if _, there := m["aaGuid"]; !there || !aaguidsRead {
		listed = unclear
	}
	var allowed truth
	switch kind, _ := restrictions["enforcementType"].(string); kind {
	case "allow":
		allowed = listed
	case "block":
		allowed = not(listed)
	default:
		allowed = unclear
	}
	if enforced := on(restrictions, "isEnforced"); enforced != yes {
		return not(enforced)
	}
	return allowed
}

// admits says whether a strength takes a passkey. Its list of models is with the
// strengths of the tenant, not in the policy.
func (t *oracle) admits(strength, m object) truth {
	known, found := t.find("authenticationStrengthPolicies", lower(strength["id"]))
	if !found {
		return unclear
	}
	combinations, read := texts(known, "allowedCombinations")
	answer := truthOf(slices.Contains(combinations, "fido2"))
	if !read {
		answer = unclear
	}
	configurations, configurationsRead := list(known, "combinationConfigurations")
	if !configurationsRead {
		return both(answer, unclear)
	}
	for _, configuration := range configurations {
		applies, _ := texts(configuration, "appliesToCombinations")
		models, modelsRead := texts(configuration, "allowedAAGUIDs")
		if slices.Contains(applies, "fido2") {
			admitted := truthOf(slices.Contains(models, lower(m["aaGuid"])))
			if _, there := m["aaGuid"]; !there || !modelsRead {
				admitted = unclear
			}
			answer = both(answer, admitted)
		}
	}
	return answer
}
