package signin

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"breakglass/tenant"
)

// An answer is what one question about the account gave.
type answer struct {
	words  string
	open   bool // it could not be told
	favour bool // it is certain, and good news for the account
}

// answers asks everything about the account of a tenant, and about its first
// policy. It gives nothing for a tenant without the account.
func answers(s tenant.Snapshot) map[string]answer {
	u, err := s.User(ea)
	if err != nil {
		return nil
	}
	all := map[string]answer{}
	keep := func(question, words string, favour bool, err error) {
		if err != nil {
			words += " ?" + err.Error()
		}
		all[question] = answer{words, err != nil, favour && err == nil}
	}
	for _, group := range []string{inner, outer, empty, holders} {
		way, err := Way(s, u, group)
		keep("way "+group, fmt.Sprint(way), false, err)
		in, err := InGroup(s, u, group)
		keep("in "+group, fmt.Sprint(in), false, err)
		ids, err := UsersIn(s, group)
		keep("users in "+group, fmt.Sprint(ids), false, err)
	}
	h, err := HoldsRole(s, u, GlobalAdministrator)
	keep("holds", fmt.Sprintf("%+v", h), h.Held, err)
	terms, err := RoleTerms(s, u, GlobalAdministrator)
	keep("terms", fmt.Sprintf("%+v", terms), terms.Permanent, err)
	stopped, err := CertificateStopped(s, u, now())
	keep("certificate", stopped.String(), stopped.IsZero(), err)
	mfa, err := MFAReady(s, u, now())
	keep("mfa", fmt.Sprintf("%+v", mfa), mfa.Ready(), err)
	methods, _ := Registered(u) // unread: no passkey to ask about
	for _, m := range methods {
		if m.ODataType == tenant.MethodFIDO2 {
			stopped, err := PasskeyStopped(s, u, m)
			keep("passkey "+m.ID, stopped.String(), stopped.IsZero(), err)
		}
	}
	policies, _ := s.ConditionalAccessPolicies.Get() // unread: no policy to ask about
	for _, p := range policies {
		a, err := CanApply(s, u, p)
		keep("applies "+p.ID, fmt.Sprintf("%+v", a), !a.Can, err)
		for _, context := range []Context{Usual, AnyDevice} {
			applies, err := placesOf(s, context).applies(p, Path{Method: PathFIDO2})
			keep(fmt.Sprint("from context ", context, " ", p.ID), fmt.Sprint(applies), !applies, err)
		}
		d, err := DemandOf(p)
		keep("demands "+p.ID, d.String(), !d.Restricts(), err)
		if err == nil && d.Restricts() {
			id := yubikey
			met, err := d.MetBy(s, Credential{Mode: ModeFIDO2, AAGUID: &id})
			keep("met "+p.ID, fmt.Sprint(met), met, err)
		} else {
			all["met "+p.ID] = answer{open: err != nil, favour: err == nil}
		}
	}
	return all
}

// variants are tenants in which much depends on much.
func variants() map[string][]string {
	const secondKey = `{methods}/+ = {"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "phone", "aaGuid": "{nobody}", "passkeyType": "synced"}`
	custom := `{grant}/authenticationStrength = {"id": "dddddddd-0000-4000-8000-000000000001", "displayName": "Our keys", "allowedCombinations": ["fido2"]}`
	return map[string][]string{
		"good":     nil,
		"excluded": {`{users}/excludeGroups = ["{outer}", "{empty}"]`, `{users}/excludeRoles = ["{nobody}"]`},
		"excluded by an unread group": {`{users}/excludeGroups = ["{outer}", "{nobody}"]`, `{users}/includeGroups = ["{outer}", "{inner}", "{empty}"]`,
			`{users}/includeUsers = ["{admin}"]`},
		"included by role, excluded from some portals": {`{users}/includeUsers = []`, `{users}/includeRoles = ["{nobody}", "{ga}"]`,
			`{apps}/excludeApplications = ["MicrosoftAdminPortals", "Office365", "{nobody}"]`},
		"for guests": {`users/0/userType = "Guest"`, `{users}/includeUsers = ["GuestsOrExternalUsers", "{admin}"]`},
		"narrowed": {`{conditions}/clientAppTypes = ["mobileAppsAndDesktopClients", "browser"]`, `{conditions}/locations = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}`,
			`{conditions}/signInRiskLevels = ["medium", "high"]`, `{conditions}/devices = {"deviceFilter": {"mode": "include", "rule": "x"}}`,
			`{conditions}/authenticationFlows = {"transferMethods": "none"}`},
		"legacy clients":   {`{conditions}/clientAppTypes = ["other", "exchangeActiveSync"]`},
		"device code flow": {`{conditions}/authenticationFlows = {"transferMethods": "deviceCodeFlow"}`},
		"workloads":        {`{conditions}/clientApplications = {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"], "servicePrincipalFilter": null}`},
		"user actions":     {`{apps}/includeApplications = []`, `{apps}/includeUserActions = ["urn:user:registerdevice", "urn:user:registersecurityinfo"]`},
		"a place and a device": {`{conditions}/locations = {"includeLocations": ["All"], "excludeLocations": ["{nobody}", "AllTrusted"]}`,
			`namedLocations = [{"@odata.type": "#microsoft.graph.countryNamedLocation", "id": "{nobody}", "countryLookupMethod": "clientIpAddress"}]`,
			`{conditions}/devices = {"deviceFilter": {"mode": "exclude", "rule": "device.isCompliant -eq False -or device.model -eq \"X\""}}`, `{conditions}/platforms = {"includePlatforms": ["all"], "excludePlatforms": ["iOS", "linux"]}`},
		"roles and agents": {`{users}/includeUsers = ["AllAgentIdUsers"]`, `{users}/includeRoles = ["{custom}", "{ga}", "{ca}"]`, `{users}/excludeRoles = ["{ca}"]`,
			`roleAssignments/+ = {"id": "held", "principalId": "{ea}", "roleDefinitionId": "{custom}", "directoryScopeId": "/"}`, `{conditions}/agents = {"includeAgentUsers": [], "agentFilter": {"rule": null}}`},
		"groups in each other": {`groups/0/members/+ = {"@odata.type": "#microsoft.graph.group", "id": "{empty}"}`, `groups/2/members = [{"@odata.type": "#microsoft.graph.group", "id": "{inner}"}, {"@odata.type": "#microsoft.graph.agentUser", "id": "{nobody}"}]`,
			`groups/1/members/+ = {"@odata.type": "#microsoft.graph.group", "id": "{empty}"}`, `{users}/excludeGroups = ["{outer}"]`},
		"values of tomorrow": {`{users}/excludeUsers = ["AllAgents", "AllRobots"]`, `{apps}/excludeApplications = ["Clouds", "Air"]`},
		"all controls needed": {`{grant}/operator = "AND"`, custom, `{grant}/builtInControls = ["mfa"]`,
			`{strengths}/1/combinationConfigurations/+ = {"@odata.type": "#microsoft.graph.x509CertificateCombinationConfiguration", "appliesToCombinations": ["x509CertificateMultiFactor"]}`},
		"a control that is not met": {`{grant}/operator = "AND"`, custom, `{grant}/builtInControls = ["mfa", "compliantDevice", "approvedApplication"]`, `{grant}/termsOfUse = ["b", "a"]`},
		"a strength for other keys": {`{grant}/builtInControls = []`, custom, `{strengths}/1/combinationConfigurations/0/allowedAAGUIDs = ["x", "y"]`},
		"token protection":          {`{policy}/sessionControls = {"secureSignInSession": {"isEnabled": true}, "signInFrequency": {"isEnabled": true}}`},

		"keys stopped": {secondKey, hard + `keyRestrictions/aaGuids = ["x", "y"]`},
		"two profiles": {secondKey, fido2 + `includeTargets/0/allowedPasskeyProfiles = ["soft", "hard"]`},
		"a profile that is not listed": {fido2 + `includeTargets/0/allowedPasskeyProfiles = ["third", "fourth", "soft"]`,
			fido2 + `includeTargets/+ = {"targetType": "group", "id": "{nobody}", "allowedPasskeyProfiles": ["hard"]}`},
		"the default profile":         {secondKey, fido2 + `includeTargets/0/allowedPasskeyProfiles = []`},
		"no profiles":                 {secondKey, fido2 + `passkeyProfiles = []`},
		"no profiles, keys blocked":   {fido2 + `passkeyProfiles = []`, fido2 + `keyRestrictions/enforcementType = "block"`},
		"excluded from every method":  {fido2 + `excludeTargets = [{"id": "{outer}"}, {"id": "{inner}"}]`, certificate + `excludeTargets = [{"id": "{outer}"}]`},
		"perhaps excluded":            {fido2 + `excludeTargets = [{"id": "{nobody}"}, {"id": "{empty}"}]`},
		"two groups included":         {fido2 + `includeTargets = [{"id": "{outer}", "allowedPasskeyProfiles": ["soft"]}, {"id": "{inner}", "allowedPasskeyProfiles": ["soft", "hard"]}]`},
		"certificates by rules":       {certificate + `authenticationModeConfiguration/rules = [{"x509CertificateAuthenticationMode": "x509CertificateSingleFactor"}]`},
		"certificates, single factor": {certificate + `authenticationModeConfiguration/x509CertificateAuthenticationDefaultMode = "x509CertificateSingleFactor"`},
		"certificates expired":        {`certificateAuthorities/0/expirationDateTime = "2020-01-01T00:00:00Z"`},
		"certificates for others":     {certificate + `certificateAuthorityScopes = [{"includeTargets": [{"id": "{empty}"}]}]`},
		"second factors": {fido2 + `state = "disabled"`, certificate + `state = "disabled"`, `{config}/4/state = "disabled"`,
			`{methods}/+ = {"@odata.type": "#microsoft.graph.phoneAuthenticationMethod", "id": "phone", "phoneType": "mobile"}`,
			`{methods}/+ = {"@odata.type": "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod", "id": "app"}`},

		"through a group":             throughGroup(),
		"through a group under PIM":   throughGroup(membership + "}"),
		"through a group, for a time": throughGroup(membership+"}", memberships+`/0/endDateTime = "2027-01-01T00:00:00Z"`),
		"through a group, activated":  throughGroup(instances+`/0/assignmentType = "Activated"`, instances+`/0/endDateTime = "2026-11-24T00:00:00Z"`),
		"through a group, no P2":      throughGroup("- "+memberships, "- "+instances, `unreadable = {"`+memberships+`": `+noP2+`, "`+instances+`": `+noP2+`}`),
		"activated":                   {instances + `/0/assignmentType = "Activated"`, "groups/3/members/+ = {userRef}", instances + `/1/endDateTime = "2027-01-01T00:00:00Z"`},
		"activated twice": {instances + `/0/assignmentType = "Activated"`,
			instances + `/+ = {"id": "x", "principalId": "{ea}", "roleDefinitionId": "{ga}", "directoryScopeId": "/", "assignmentType": "Assigned", "memberType": "Direct", "endDateTime": "2027-01-01T00:00:00Z"}`},
		"nested only":                       throughGroup(`groups/3/members = [{"@odata.type": "#microsoft.graph.group", "id": "{inner}"}]`),
		"holding nothing":                   {"- roleAssignments/0", "- " + instances + "/0"},
		"holding nothing, by membership":    {"- roleAssignments/0", "- " + instances + "/0", "users/0/transitiveMemberOf = []", "groups/0/members = []"},
		"for an administrative unit":        {`roleAssignments/0/directoryScopeId = "/administrativeUnits/x"`, "- " + instances + "/0"},
		"a circle of groups, and a missing": {`groups/0/members/+ = {"@odata.type": "#microsoft.graph.group", "id": "{outer}"}`, `groups/1/members/+ = {"id": "{nobody}"}`, `groups/2/members = [{"id": "{app}"}, {"id": "{nobody}"}]`},
	}
}

// removals visits a document once without each of its keys.
func removals(v any, place string, visit func(place string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			removals(value, place+"/"+key, visit)
			delete(v, key)
			visit(place + "/" + key)
			v[key] = value
		}
	case []any:
		for i, value := range v {
			removals(value, fmt.Sprintf("%s/%d", place, i), visit)
		}
	}
}

// TestLessIsNeverMoreFavourable removes every key of every variant in turn: what
// is not collected must never turn bad news, or none, into good news.
func TestLessIsNeverMoreFavourable(t *testing.T) {
	t.Parallel()
	for name, changes := range variants() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := editedDocument(t, changes...)
			before := answers(snapshot(t, d))
			removals(d, "", func(place string) {
				for question, after := range answers(snapshot(t, d)) {
					was, asked := before[question]
					switch {
					case !asked: // a credential or a policy that lost its id
					case after.favour && !was.favour:
						t.Errorf("without %s, %s:\n%s\nbecomes\n%s", place, question, was.words, after.words)
					case question == "holds" && !after.open && !after.favour && (was.open || was.favour):
						t.Errorf("without %s the role is certainly not held:\n%s", place, was.words)
					case strings.HasPrefix(question, "in ") && !after.open && after.words != was.words,
						strings.HasPrefix(question, "users in ") && !after.open && after.words != was.words:
						t.Errorf("without %s, %s:\n%s\nbecomes\n%s", place, question, was.words, after.words)
					}
				}
			})
		})
	}
}

// TestOrderNeverMatters shuffles every list of every variant: the answers and
// their words stay the same.
func TestOrderNeverMatters(t *testing.T) {
	t.Parallel()
	for name, changes := range variants() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := editedDocument(t, changes...)
			before := answers(snapshot(t, d))
			for seed := range uint64(20) {
				shuffle(d, rand.New(rand.NewPCG(seed, 1)))
				for question, after := range answers(snapshot(t, d)) {
					if was := before[question]; after != was {
						t.Errorf("in another order, %s:\n%s\nbecomes\n%s", question, was.words, after.words)
					}
				}
			}
		})
	}
}

func shuffle(v any, random *rand.Rand) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			shuffle(v[key], random)
		}
	case []any:
		for _, value := range v {
			shuffle(value, random)
		}
		random.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	a, b := errors.New("a"), errors.New("b")
	if err := join(nil, nil); err != nil {
		t.Errorf("nothing joins to %v", err)
	}
	if one, other := join(b, nil, join(a, b)), join(join(b, a), a); one.Error() != "a\nb" || other.Error() != "a\nb" {
		t.Errorf("%q and %q", one, other)
	}
	if !errors.Is(join(a, b), b) {
		t.Error("what was joined is lost")
	}
}

// FuzzPolicy reads anything as a Conditional Access policy: it must be judged, or
// be an error.
func FuzzPolicy(f *testing.F) {
	f.Add([]byte(`{"id": "p", "conditions": {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]}, "clientAppTypes": ["all"]}, "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}}`))
	f.Add([]byte(`{"id": "p", "conditions": {"clientApplications": {"includeServicePrincipals": []}}, "sessionControls": {"continuousAccessEvaluation": {"mode": "strictLocation"}}}`))
	f.Add([]byte(`{"id": "p", "deletedDateTime": "2026-11-01T00:00:00Z", "conditions": {"users": null, "applications": {"includeApplications": ["All"]}, "clientAppTypes": ["browser"],
		"devices": {"deviceFilter": {"mode": "exclude", "rule": "device.model -in [\"A\", 'B'] -and -not (device.isCompliant -eq True -or device.trustType -ne \"AzureAD\")"}},
		"locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted", "00000000-0000-0000-0000-000000000000"]}, "platforms": {"includePlatforms": ["all"]}}, "grantControls": {"builtInControls": ["approvedApplication"]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := tenant.FromJSON[tenant.Policy](data).Get()
		if err != nil {
			return
		}
		s := edited(t)
		a, err := CanApply(s, user(t, s), p)
		if err != nil && (a.Can || err.Error() == "") || err == nil && a.Can != (!a.Through.IsZero()) {
			t.Errorf("no verdict: %+v %v", a, err)
		}
		d, err := DemandOf(p)
		if err != nil && d.Restricts() || err == nil && d.Restricts() != (d.String() != "") {
			t.Errorf("no verdict: %q %v", d, err)
		}
		if met, err := d.MetBy(s, Credential{Mode: ModeFIDO2}); met && err != nil {
			t.Errorf("met, and not known: %v", err)
		}
		for _, context := range []Context{Usual, AnyDevice} {
			if applies, err := placesOf(s, context).applies(p, Path{}); err != nil && (applies || err.Error() == "") {
				t.Errorf("it applies, and it is not known: %v", err)
			}
		}
	})
}
