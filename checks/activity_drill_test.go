package checks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"breakglass/tenant"
)

// keyed is how somebody signs in with a key of that name.
func keyed(method, name string) string {
	return at + fmt.Sprintf(`, "authenticationDetails": [{"authenticationMethod": %q, "authenticationMethodDetail": %q, "succeeded": true}]`, method, name)
}

// toldOf lets people have been told with what the drill was held.
func toldOf(key, address string) settings {
	return past(func(p *Past) {
		s := Settings{}
		announced(first)(&s)
		p.Drills = s.Past.Drills
		p.Drills[0].Used = &Mark{Key: key, Address: address}
	})
}

// drillJudgements are what an announced drill excuses, and what not.
func drillJudgements() []judgement {
	alarm := map[string]string{"activity-sign-in ea01": "fail critical"}
	none := map[string]string{"activity-sign-in ea01": "pass", "activity-attempts ea01": "pass", "activity-changes ea01": "pass"}
	on := func(id, minute, how string) string { return used(id, first, "2026-11-20T01:"+minute+":00Z", how) }
	says := func(text string) map[string]string { return map[string]string{"activity-sign-in ea01": text} }
	const lies = "The sign-in on 2026-11-20 01:30 UTC lies in the drill announced by k.sato, which does not excuse it: "
	key := on("k", "10", held)
	cases := []judgement{
		{name: "several portals", changes: []string{key, on("b", "20", held+`, "appDisplayName": "Azure Portal"`), on("c", "30", from("::ffff:"+here, held))}, want: none, says: says("except in a drill announced by k.sato on 2026-11-20.")},
		{name: "a certificate", changes: []string{on("k", "10", keyed("X.509 Certificate", "CN=ea01"))}, want: none},
		{name: "an older word for a key", changes: []string{on("k", "10", keyed("FIDO2 security key", "Key A"))}, want: none},
		{name: "a second address", changes: []string{key, on("b", "30", from(there, held))}, want: alarm, says: says("Somebody signed in on 2026-11-20 01:30 UTC with Passkey (device-bound) (“Key A”), from the address 198.51.100.7. " + lies + "it came from 198.51.100.7, and the drill from 203.0.113.5.")},
		{name: "a second key", changes: []string{key, on("b", "30", keyed("Passkey (device-bound)", "Key B"))}, want: alarm, says: says(lies + "it was made with another key.")},
		{name: "a key without a name after one with", changes: []string{key, on("b", "30", keyed("Passkey (device-bound)", ""))}, want: alarm},
		{name: "a password", changes: []string{on("b", "30", keyed("Password", "Password in the cloud"))}, want: alarm, says: says(lies + "it was not made with a key alone.")},
		{name: "a password after the key", changes: []string{key, on("b", "30", keyed("Password", ""))}, want: alarm, says: says("Somebody signed in on 2026-11-20 01:30 UTC with Password")},
		{name: "a password before the key", changes: []string{on("b", "05", keyed("Password", "")), key}, want: alarm, says: says("Somebody signed in on 2026-11-20 01:05 UTC with Password")},
		{name: "a push", changes: []string{on("b", "30", keyed("Mobile app notification", ""))}, want: alarm},
		{name: "Windows Hello", changes: []string{on("b", "30", keyed("Windows Hello for Business", ""))}, want: alarm},
		{name: "a method that the log does not tell", changes: []string{on("b", "30", at)}, want: alarm, says: says(lies + "the log does not tell with what it was made.")},
		{name: "no method", changes: []string{on("b", "30", at+`, "authenticationDetails": []`)}, want: alarm},
		{name: "a method without a name", changes: []string{on("b", "30", at+`, "authenticationDetails": [{"authenticationMethod": null, "succeeded": true}]`)}, want: alarm},
		{name: "a key, and a step of which the log does not tell whether it succeeded", changes: []string{on("b", "30", at+`, "authenticationDetails": [{"authenticationMethod": "Passkey", "succeeded": true}, {"authenticationMethod": "Password", "succeeded": null}]`)}, want: alarm},
		{name: "a key, and not which", changes: []string{on("b", "30", at+`, "authenticationDetails": [{"authenticationMethod": "Passkey", "succeeded": true}]`)}, want: alarm, says: says("the log does not tell with what it was made.")},
		{name: "an earlier claim", changes: []string{on("b", "30", keyed("Previously satisfied", ""))}, want: alarm},
		{name: "a key, with a claim of it", changes: []string{on("k", "10", at+`, "authenticationDetails": [{"authenticationMethod": "Passkey (device-bound)", "authenticationMethodDetail": null, "succeeded": true}, {"authenticationMethod": "Previously satisfied", "succeeded": true}]`)}, want: none},
		{name: "an address that the log does not tell", changes: []string{on("b", "30", strings.Replace(held, `"`+here+`"`, "null", 1))}, want: alarm, says: says(lies + "the log does not tell from where it came.")},
		{name: "an address that is none", changes: []string{on("b", "30", from("somewhere", held))}, want: alarm},
		{name: "the address of everybody", changes: []string{on("b", "30", from("0.0.0.0", held))}, want: alarm},
		{name: "a key without a person", changes: []string{on("b", "30", strings.Replace(held, "true", "false", 1))}, want: alarm},
		{name: "a key, and not whether a person", changes: []string{on("b", "30", strings.Replace(held, "true", "null", 1))}, want: alarm, says: says("the log does not tell with what it was made.")},
		{name: "a time that is not known", changes: []string{`signIns/+ = {"id": "z", "userId": "` + first + `", ` + held + `}`}, want: alarm},
		{name: "tokens of the session", changes: []string{inSession("k", "01:00", "s-1", true), inSession("t", "01:10", "S-1", false)}, want: none},
		{name: "tokens of the session, from elsewhere", changes: []string{inSession("k", "01:00", "s-1", true), from(there, inSession("t", "01:10", "s-1", false))}, want: alarm, says: says("it rests on an earlier sign-in that is not the drill's, or came from another address.")},
		{name: "a password in the session", changes: []string{inSession("k", "01:00", "s-1", true), on("b", "30", `"sessionId": "s-1", `+keyed("Password", ""))}, want: alarm},
		{name: "a method that the log does not tell, in the session", changes: []string{inSession("k", "01:00", "s-1", true), on("b", "30", `"sessionId": "s-1", `+at)}, want: alarm},
		{name: "a token of a session that a password began", changes: []string{on("p", "05", `"sessionId": "s-1", `+keyed("Password", "")), inSession("t", "01:10", "s-1", false)}, want: alarm, says: says("(without a person), from the address 203.0.113.5; on 2026-11-20 01:05 UTC with Password, from the address 203.0.113.5.")},
		{name: "token refreshed after it, from elsewhere", changes: []string{inSession("k", "01:00", "s-1", true), from(there, inSession("t", "04:00", "s-1", false))}, want: alarm},
	}
	for i := range cases {
		cases[i].name = "in a drill: " + cases[i].name
		cases[i].settings = announced(first)
	}
	return append(cases,
		judgement{name: "in a drill: the key that people were told of", changes: []string{key}, settings: toldOf("passkey (device-bound) “key a”", here), want: none},
		judgement{name: "in a drill: an earlier sign-in than people were told of", changes: []string{on("b", "05", from(there, held)), key}, settings: toldOf("passkey (device-bound) “key a”", here), want: alarm, says: says("on 2026-11-20 01:05 UTC")},
		judgement{name: "in a drill: none like the one that people were told of", changes: []string{key}, settings: toldOf("passkey (device-bound) “key b”", here), want: alarm},
		judgement{name: "in a drill: what people were told of is not known", changes: []string{key}, settings: toldOf("", here), want: none},
		judgement{
			name: "in two drills, an address each", changes: []string{key, on("b", "30", from(there, held))}, want: alarm, says: says("announced by m.tanaka"),
			settings: past(func(p *Past) {
				for _, by := range []string{"k.sato", "m.tanaka"} {
					p.Drills = append(p.Drills, Drill{Account: first, From: moment("2026-11-20T00:00:00Z"), To: moment("2026-11-20T02:00:00Z"), By: by})
				}
				p.Drills[1].From = moment("2026-11-20T01:05:00Z")
			}),
		},
	)
}

// explains is an explanation of what people had been told of.
func explains(told []string, attempts map[string]int) settings {
	return past(func(p *Past) {
		p.Acknowledged = []Acknowledgement{{Account: first, Until: moment("2026-11-21T00:00:00Z"), As: ExplainedDrill, By: "k.sato", Listed: true, Told: told, Attempts: attempts}}
	})
}

// explainedJudgements are what an explanation covers, and what not.
func explainedJudgements() []judgement {
	in, other := used("s1", first, "2026-11-20T01:00:00Z", held), used("s2", first, "2026-11-20T00:30:00Z", from(there, held))
	try := func(n int, more string) []string {
		var all []string
		for i := range n {
			all = append(all, used(fmt.Sprint("f", i), first, fmt.Sprintf("2026-11-20T01:%02d:00Z", i), more))
		}
		return all
	}
	const kind = "2026-11-20/50126/medium"
	change := func(id string) string { return audit(id, "Update user", first, bySato) }
	cases := []judgement{
		{name: "a sign-in", changes: []string{in}, settings: explains([]string{"S1"}, nil), want: map[string]string{"activity-sign-in ea01": "pass"}},
		{name: "a sign-in of which nobody was told", changes: []string{in}, settings: explains(nil, nil), want: map[string]string{"activity-sign-in ea01": "fail critical"}},
		{name: "an earlier sign-in of which nobody was told", changes: []string{in, other}, settings: explains([]string{"s1"}, nil), want: map[string]string{"activity-sign-in ea01": "fail critical"}, says: map[string]string{"activity-sign-in ea01": "Somebody signed in on 2026-11-20 00:30 UTC"}},
		{name: "a change", changes: []string{change("a")}, settings: explains([]string{"a"}, nil), want: map[string]string{"activity-changes ea01": "pass"}},
		{name: "a change of which nobody was told", changes: []string{change("a"), change("b")}, settings: explains([]string{"a"}, nil), want: map[string]string{"activity-changes ea01": "fail high"}, says: map[string]string{"activity-changes ea01": "There was a change:"}},
		{name: "attempts", changes: try(3, wrong), settings: explains(nil, map[string]int{kind: 3}), want: map[string]string{"activity-attempts ea01": "pass"}},
		{name: "more attempts than people were told of", changes: try(12, wrong), settings: explains(nil, map[string]int{kind: 1}), want: map[string]string{"activity-attempts ea01": "fail high"}, says: map[string]string{"activity-attempts ea01": "failed 11 times"}},
		{name: "attempts of another kind", changes: slices.Concat(try(2, wrong), []string{used("p", first, "2026-11-20T01:00:00Z", `"isInteractive": true, "status": {"errorCode": 50074}`)}), settings: explains(nil, map[string]int{kind: 2}), want: map[string]string{"activity-attempts ea01": "fail high"}, says: map[string]string{"activity-attempts ea01": "failed once"}},
		{name: "a sign-in of which the log tells no more", changes: try(1, `"status": {"errorCode": null}`), settings: explains([]string{"f0"}, map[string]int{"2026-11-20/unknown/medium": 1}), want: map[string]string{"activity-sign-in ea01": "pass", "activity-attempts ea01": "pass"}},
	}
	for i := range cases {
		cases[i].name = "explained: " + cases[i].name
	}
	return cases
}

// TestTwoExplanations cover what each was about, and an attempt that both knew of once.
func TestTwoExplanations(t *testing.T) {
	t.Parallel()
	var log []tenant.SignIn
	code := 50126
	for i := range 5 {
		log = append(log, tenant.SignIn{ID: fmt.Sprint(i), CreatedDateTime: tenant.Known(tenant.Time{Time: moment(fmt.Sprintf("2026-11-20T01:%02d:00Z", i))}), Status: tenant.Known(&tenant.SignInStatus{ErrorCode: tenant.Known(&code)})})
	}
	counts := AttemptsOf(log[:3])
	if fmt.Sprint(counts) != "map[2026-11-20/50126/medium:3]" {
		t.Fatalf("counted %v", counts)
	}
	a := Acknowledgement{Account: first, Until: moment("2026-11-21T00:00:00Z"), Listed: true, Attempts: counts}
	v := view{settings: Settings{Past: Past{Acknowledged: []Acknowledgement{a, a}}}}
	if got := v.attempts(tenant.User{ID: first}, log); len(got) != 2 || got[0].ID != "4" || got[1].ID != "3" || counts["2026-11-20/50126/medium"] != 3 {
		t.Errorf("left %v, counted %v", len(got), counts)
	}
}

// TestAPasswordBesideAKey: who used both used another method than a key.
func TestAPasswordBesideAKey(t *testing.T) {
	t.Parallel()
	yes, address := true, here
	step := func(method string) tenant.AuthenticationDetail {
		return tenant.AuthenticationDetail{AuthenticationMethod: tenant.Known(&method), AuthenticationMethodDetail: tenant.Known[*string](nil), Succeeded: tenant.Known(&yes)}
	}
	for want, details := range map[string][]tenant.AuthenticationDetail{
		"":                            {step("Password"), step("Passkey")},
		"passkey":                     {step("Passkey"), step("Previously satisfied"), step("PASSKEY")},
		"passkey + x.509 certificate": {step("X.509 Certificate"), step("Passkey")},
	} {
		s := tenant.SignIn{IsInteractive: tenant.Known(&yes), IPAddress: tenant.Known(&address), AuthenticationDetails: tenant.Known(details)}
		if got := MarkOf(s); got != (Mark{Key: want, Address: here}) {
			t.Errorf("%+v, want %q", got, want)
		}
	}
}
