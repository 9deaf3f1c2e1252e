package checks

// compliant is a policy that demands a compliant device of everybody.
func compliant() string { return another("Compliant", "enabled", `"compliantDevice"`) }

// oneModel gives the accounts' spare keys the model of the others.
func oneModel() []string {
	const model = `/aaGuid = "cb69481e-8ff7-4039-93ec-0a2729a154a8"`
	return []string{user1 + "/authentication/methods/2" + model, user2 + "/authentication/methods/2" + model}
}

func survivalJudgements() []judgement {
	const invited = user3 + `/userPrincipalName = "admin_home.com#EXT#@contoso.onmicrosoft.com"`
	verdicts := func(emergency, independent, anyDevice string) map[string]string {
		return map[string]string{
			"survival-emergency tenant": emergency, "survival-independent tenant": independent, "survival-any-device tenant": anyDevice,
		}
	}
	says := func(check, part string) map[string]string {
		return map[string]string{"survival-" + check + " tenant": part}
	}
	custody := func(change func(*Custody)) settings {
		return func(s *Settings) {
			for i := range s.Custody {
				change(&s.Custody[i])
			}
		}
	}
	return []judgement{
		{name: "one safe", settings: custody(func(c *Custody) { c.Place = "safe east" }), want: verdicts("fail critical", "pass", "pass"),
			says: says("emergency", "If “safe east” failed, no")},
		{name: "one custodian", settings: custody(func(c *Custody) { c.Custodians = []string{"sato"} }), want: verdicts("fail critical", "pass", "pass"),
			says: says("emergency", "“sato”")},
		{name: "one model of key", changes: oneModel(), want: verdicts("fail medium", "pass", "pass")},
		{name: "one model of key in one safe", changes: oneModel(), settings: custody(func(c *Custody) { c.Place = "safe east" }), want: verdicts("fail critical", "pass", "pass"),
			says: says("emergency", "“cb69481e-8ff7-4039-93ec-0a2729a154a8” or “safe east”")},
		{name: "everybody needs a compliant device", changes: []string{compliant()}, want: verdicts("fail critical", "fail high", "fail high"),
			says: says("independent", "“Intune compliance”")},
		{name: "everybody needs a compliant device, and an administrator's methods are unread", changes: []string{compliant(), "- " + user3 + "/authentication/methods"},
			want: verdicts("fail critical", "unknown high", "fail high")},
		{name: "everybody is blocked", changes: []string{another("Block", "enabled", `"block"`)}, want: verdicts("fail critical", "not-applicable high", "fail high"),
			says: says("emergency", "even while everything works: ea01@contoso.onmicrosoft.com (FIDO2 security key: policy “Block” demands block")},
		{name: "everybody is blocked outside of the office", changes: []string{another("Office", "enabled", `"block"`),
			`conditionalAccessPolicies/1/conditions/locations = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}`}, want: verdicts("pass", "pass", "fail high")},
		{name: "where people may be is not known", changes: []string{another("Office", "enabled", `"block"`),
			`conditionalAccessPolicies/1/conditions/locations = {"includeLocations": ["99999999-0000-4000-8000-000000000001"], "excludeLocations": []}`},
			want: verdicts("unknown critical", "unknown high", "unknown high"), says: says("any-device", "policy “Office”")},
		{name: "the administrator is disabled, so nobody is to be independent of", changes: []string{user3 + "/accountEnabled = false"}, want: verdicts("pass", "not-applicable high", "pass")},
		{name: "an administrator's methods unread, who may be the only one", changes: []string{"- " + user3 + "/authentication/methods"}, want: verdicts("pass", "pass", "pass")},
		{name: "an administrator's methods unread, and one safe", changes: []string{"- " + user3 + "/authentication/methods"}, settings: custody(func(c *Custody) { c.Place = "safe east" }),
			want: verdicts("fail critical", "unknown high", "pass")},
		{name: "the administrator was invited", changes: []string{invited}, want: verdicts("pass", "pass", "pass")},
		{name: "the administrator was invited, and one safe", changes: []string{invited}, settings: custody(func(c *Custody) { c.Place = "safe east" }),
			want: verdicts("fail critical", "unknown high", "pass"), says: says("independent", "signs in at home")},
		{name: "the administrator was invited and is disabled", changes: []string{invited, user3 + "/accountEnabled = false"}, settings: custody(func(c *Custody) { c.Place = "safe east" }),
			want: verdicts("fail critical", "not-applicable high", "pass")},
		{name: "the administrator is a guest of this tenant, and one safe", changes: []string{user3 + `/userType = "Guest"`}, settings: custody(func(c *Custody) { c.Place = "safe east" }),
			want: verdicts("fail critical", "pass", "pass")},
		{name: "both accounts were invited", changes: []string{user1 + `/userPrincipalName = "ea01_home.com#EXT#@contoso.onmicrosoft.com"`, user2 + `/userPrincipalName = "ea02_home.com#EXT#@contoso.onmicrosoft.com"`},
			settings: byID, want: verdicts("unknown critical", "unknown high", "unknown high")},
		{name: "the administrator's hardware tokens are unread, and push is off", changes: []string{
			`unreadable = {"users/aaaaaaaa-0000-4000-8000-000000000003/authentication/hardwareOathMethods": ` + denied + `}`, user3 + "/authentication/methods/1 = " + password, tokensUnread("enabled")[1]},
			settings: custody(func(c *Custody) { c.Place = "safe east" }), want: verdicts("fail critical", "unknown high", "pass"), says: says("independent", "the hardware tokens")},
		{name: "both accounts' methods unread", changes: []string{"- " + user1 + "/authentication/methods", "- " + user2 + "/authentication/methods"},
			want: verdicts("unknown critical", "unknown high", "unknown high"), says: says("emergency", "the ways in of ea02@contoso.onmicrosoft.com are not all known")},
		{name: "policies unread, and whom they stop", changes: []string{"- conditionalAccessPolicies"}, want: verdicts("unknown critical", "unknown high", "unknown high")},
		{name: "one account's methods unread", changes: []string{"- " + user1 + "/authentication/methods"}, want: verdicts("pass", "pass", "pass")},
		{name: "one account's methods unread, and the other has one key", changes: []string{"- " + user1 + "/authentication/methods", user2 + noSpare[len(user1):]},
			want: verdicts("unknown critical", "pass", "pass")},
	}
}
