package checks

// stopped are the verdicts when policies of the given severity stop both accounts.
func stopped(severity string) map[string]string {
	return map[string]string{"policy-excluded ea01": "fail " + severity, "policy-excluded ea02": "fail " + severity}
}

var openPolicies = map[string]string{"policy-excluded ea01": "unknown medium", "policy-excluded ea02": "unknown medium"}

func resistant(s *Settings) { s.PolicyProfile = ProfilePhishingResistant }

// with is the good tenant with the accounts under the policy, changed further.
func with(changes ...string) []string { return append([]string{included}, changes...) }

func strength(id string) string {
	return grant + `/authenticationStrength = {"id": "` + id + `", "displayName": "S", "allowedCombinations": ["fido2"]}`
}

const noControls = grant + "/builtInControls = []"

func policyJudgements() []judgement {
	return []judgement{
		{
			name: "policy: MFA of all users", changes: with(), want: stopped("medium"),
			says: map[string]string{"policy-excluded ea01": "A policy can apply to the account: “Require MFA for all users” (through all users) demands mfa."},
		},
		{name: "policy: MFA, phishing-resistant profile", changes: with(), settings: resistant},
		{
			name: "policy: MFA of what may be anything, phishing-resistant profile", changes: with(policy + `/conditions/applications/includeApplications = ["AllMoonPortals"]`), settings: resistant,
			want: map[string]string{"policy-excluded ea01": "pass"},
		},
		{name: "policy: block", changes: with(grant + `/builtInControls = ["block"]`), want: stopped("critical")},
		{name: "policy: block, phishing-resistant profile", changes: with(grant + `/builtInControls = ["block"]`), settings: resistant, want: stopped("critical")},
		{name: "policy: compliant device or MFA", changes: with(grant + `/builtInControls = ["mfa", "compliantDevice"]`), want: stopped("medium")},
		{
			name: "policy: compliant device and MFA", changes: with(grant+`/builtInControls = ["mfa", "compliantDevice"]`, grant+`/operator = "AND"`),
			want: stopped("critical"),
		},
		{name: "policy: a control not known", changes: with(grant + `/builtInControls = ["telepathy"]`), want: stopped("critical")},
		{
			name: "policy: a retired control", changes: with(grant + `/builtInControls = ["approvedApplication"]`), want: stopped("medium"),
			says: map[string]string{"policy-excluded ea01": "A policy can apply to the account: “Require MFA for all users” (through all users) demands what Microsoft no longer enforces: approvedApplication."},
		},
		{name: "policy: a retired control, phishing-resistant profile", changes: with(grant + `/builtInControls = ["approvedApplication"]`), settings: resistant},
		{
			name: "policy: MFA and a retired control", changes: with(grant+`/builtInControls = ["mfa", "approvedApplication"]`, grant+`/operator = "AND"`), want: stopped("medium"),
			says: map[string]string{"policy-excluded ea01": "demands mfa (approvedApplication is retired and demands nothing)."},
		},
		{name: "policy: an app policy or a retired control", changes: with(grant + `/builtInControls = ["compliantApplication", "approvedApplication"]`), want: stopped("critical")},
		{name: "policy: terms of use", changes: with(grant+`/termsOfUse = ["t-1"]`, noControls), want: stopped("critical")},
		{name: "policy: built-in strength", changes: with(noControls, strength(strengthMFA)), want: stopped("medium")},
		{name: "policy: built-in strength, phishing-resistant profile", changes: with(noControls, strength(strengthMFA)), settings: resistant},
		{name: "policy: strength for another model", changes: with(noControls, strength(strengthX)), want: stopped("critical")},
		{
			name: "policy: strengths unread", changes: with(noControls, "- authenticationStrengthPolicies", grant+`/authenticationStrength = {"id": "`+strengthX+`"}`),
			want: stopped("critical"),
			says: map[string]string{"policy-excluded ea01": "could not be told"},
		},
		{
			name:     "policy: strengths unread, phishing-resistant profile",
			changes:  with(noControls, "- authenticationStrengthPolicies", grant+`/authenticationStrength = {"id": "`+strengthX+`"}`),
			settings: resistant,
			want:     openPolicies,
		},
		{
			name: "policy: MFA and the key is shut out", changes: with(noSpare, method1+"/aaGuid = "+otherModel),
			want: map[string]string{
				"policy-excluded ea01": "fail critical", "policy-excluded ea02": "fail medium",
				"method-usable ea01": "fail critical", "mfa-ready ea01": "fail critical",
			},
		},
		{name: "policy: disabled", changes: with(policy + `/state = "disabled"`)},
		{name: "policy: report-only", changes: with(policy + `/state = "enabledForReportingButNotEnforced"`)},
		{name: "policy: state not known", changes: with(policy + `/state = "enabledForSome"`), want: openPolicies},
		{name: "policy: state unread", changes: with("- " + policy + "/state"), want: openPolicies},
		{name: "policy: nothing is demanded", changes: with(noControls)},
		{name: "policy: sign-in frequency only", changes: with(noControls, policy+`/sessionControls = {"signInFrequency": {"isEnabled": true, "value": 4, "type": "hours"}, "secureSignInSession": null}`)},
		{name: "policy: token protection unread", changes: with(noControls, policy+`/sessionControls = {"signInFrequency": {"isEnabled": true}}`), want: openPolicies},
		{name: "policy: token protection", changes: with(noControls, policy+`/sessionControls = {"secureSignInSession": {"isEnabled": true}}`), want: stopped("critical")},
		{name: "policy: session control not known", changes: with(noControls, policy+`/sessionControls = {"mindReading": {"isEnabled": true}}`), want: openPolicies},
		{name: "policy: grant controls unread", changes: with("- " + policy + "/grantControls"), want: openPolicies},
		{name: "policy: conditions unread", changes: []string{"- " + policy + "/conditions"}, want: openPolicies},
		{name: "policy: named", changes: with(users + `/includeUsers = ["` + first + `"]`), want: map[string]string{"policy-excluded ea01": "fail medium"}},
		{name: "policy: included by a role", changes: with(users+`/includeUsers = []`, users+`/includeRoles = ["62e90394-69f5-4237-9190-012177145e10"]`), want: stopped("medium")},
		{name: "policy: excluded by a role", changes: with(users + `/excludeRoles = ["62e90394-69f5-4237-9190-012177145e10"]`)},
		{name: "policy: included by a nested group", changes: with(users+`/includeUsers = []`, users+`/includeGroups = ["`+keyHolders+`"]`), want: stopped("medium")},
		{
			name: "policy: excluding group unread", changes: []string{"- groups/2/members"}, want: openPolicies,
			says: map[string]string{"policy-excluded ea01": "Key holders"},
		},
		{
			name: "policy: nested excluding group unread", changes: []string{"- groups/0/members"}, want: openPolicies,
		},
		{
			name: "policy: a group is unread, and another policy applies", changes: []string{"- groups/0/members",
				`conditionalAccessPolicies/+ = {"id": "p-2", "displayName": "Block", "state": "enabled", "conditions": {"users": {"includeUsers": ["All"], "excludeUsers": [], "includeGroups": [], "excludeGroups": [], "includeRoles": [], "excludeRoles": []}, "applications": {"includeApplications": ["All"], "excludeApplications": []}, "clientAppTypes": ["all"]}, "grantControls": {"operator": "OR", "builtInControls": ["block"], "customAuthenticationFactors": [], "termsOfUse": [], "authenticationStrength": null}, "sessionControls": null}`},
			want: stopped("critical"),
		},
		{name: "policy: guests only", changes: with(users + `/includeUsers = ["GuestsOrExternalUsers"]`)},
		{name: "policy: nobody", changes: with(users + `/includeUsers = ["None"]`)},
		{name: "policy: Exchange only", changes: with(policy + `/conditions/applications/includeApplications = ["00000002-0000-0ff1-ce00-000000000000"]`)},
		{name: "policy: Office 365 only", changes: with(policy + `/conditions/applications/includeApplications = ["Office365"]`)},
		{name: "policy: the admin portals", changes: with(policy + `/conditions/applications/includeApplications = ["MicrosoftAdminPortals"]`), want: stopped("medium")},
		{name: "policy: all but the admin portals", changes: with(policy + `/conditions/applications/excludeApplications = ["MicrosoftAdminPortals"]`), want: stopped("medium")},
		{name: "policy: user action only", changes: with(policy + `/conditions/applications = {"includeApplications": [], "excludeApplications": [], "includeUserActions": ["urn:user:registersecurityinfo"]}`)},
		{name: "policy: filter on applications", changes: with(policy + `/conditions/applications/applicationFilter = {"mode": "exclude", "rule": "x"}`), want: openPolicies},
		{name: "policy: filter on applications absent", changes: with("- " + policy + "/conditions/applications/applicationFilter"), want: stopped("medium")},
		{
			name:    "policy: filter on applications absent, Office 365 only",
			changes: with("- "+policy+"/conditions/applications/applicationFilter", policy+`/conditions/applications/includeApplications = ["Office365"]`),
			want:    openPolicies,
		},
		{name: "policy: workload identities", changes: with(policy + `/conditions/clientApplications = {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"], "excludeServicePrincipals": []}`)},
		{name: "policy: legacy clients only", changes: with(policy + `/conditions/clientAppTypes = ["exchangeActiveSync", "other"]`)},
		{name: "policy: device code flow only", changes: with(policy + `/conditions/authenticationFlows = {"transferMethods": "deviceCodeFlow"}`)},
		{name: "policy: a condition not known", changes: with(policy + `/conditions/moonPhase = {"phase": "full"}`), want: openPolicies},
		{
			name: "policy: conditions that are open", changes: with(policy+`/conditions/locations = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}`, policy+`/conditions/signInRiskLevels = ["high"]`),
			want: stopped("medium"),
			says: map[string]string{"policy-excluded ea01": "depending on the location, sign-in risk is high"},
		},
		{name: "policies unread", changes: []string{"- conditionalAccessPolicies", `unreadable = {"conditionalAccessPolicies": ` + denied + `}`}, want: openPolicies},
		{name: "no policies", changes: []string{"conditionalAccessPolicies = []"}},
	}
}
