package checks

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/tenant"
)

// used is a sign-in with more to say.
func used(id, user, at, more string) string {
	return fmt.Sprintf(`signIns/+ = {"id": %q, "userId": %q, "createdDateTime": %q, %s}`, id, user, at, more)
}

// inSession is a sign-in of ea01 on the day of the drill.
func inSession(id, at, session string, person bool) string {
	how := held
	if !person {
		how = onToken
	}
	return used(id, first, "2026-11-20T"+at+":00Z", fmt.Sprintf(`"sessionId": %q, %s`, session, how))
}

// from is a sign-in from another address.
func from(address, how string) string { return strings.Replace(how, here, address, 1) }

const (
	gotIn   = `"status": {"errorCode": 0}`
	wrong   = `"status": {"errorCode": 50126}`
	here    = "203.0.113.5"
	there   = "198.51.100.7"
	at      = `"isInteractive": true, "ipAddress": "` + here + `", ` + gotIn
	held    = at + `, "authenticationDetails": [{"authenticationMethod": "Passkey (device-bound)", "authenticationMethodDetail": "Key A", "succeeded": true}]`
	onToken = `"isInteractive": false, "ipAddress": "` + here + `", ` + gotIn + `, "authenticationDetails": [{"authenticationMethod": "Previously satisfied", "succeeded": true}]`
	withKey = at + `, "appDisplayName": "Azure Portal", "authenticationDetails": [{"authenticationMethod": "Passkey (device-bound)", "authenticationMethodDetail": "Key A", "succeeded": true}, {"authenticationMethod": "Password", "succeeded": false}]`
)

// audit is an entry of the audit log about one target; what more says twice counts.
func audit(id, activity, target, more string) string {
	return fmt.Sprintf(`directoryAudits/+ = {"id": %q, "activityDateTime": "2026-11-20T10:00:00Z", "activityDisplayName": %q, "loggedByService": "Core Directory", "targetResources": [{"id": %q, "type": "Policy", "displayName": "CA"}]%s}`, id, activity, target, more)
}

// changedTo is an entry of the audit log with what it changed.
func changedTo(activity, target, properties, more string) string {
	kind := map[string]string{first: "User", emergency: "Group"}[target] // else it is a policy
	return audit("a", activity, target, fmt.Sprintf(`, "targetResources": [{"id": %q, "type": %q, "modifiedProperties": [%s]}]%s`, target, cmp.Or(kind, "Policy"), properties, more))
}

// ofDomain is an entry about a domain, which goes by its name.
func ofDomain(activity, name string) string {
	return fmt.Sprintf(`directoryAudits/+ = {"id": "a", "activityDateTime": "2026-11-20T10:00:00Z", "activityDisplayName": %q, "loggedByService": "Core Directory", "targetResources": [{"id": null, "type": "Domain", "displayName": %s}]}`, activity, name)
}

const (
	bySubstrate = `, "initiatedBy": {"app": {"displayName": "Microsoft Substrate Management"}}`

	bySato = `, "initiatedBy": {"user": {"id": "u9", "userPrincipalName": "sato@contoso.com"}}`
	ofCA   = `, "loggedByService": "Conditional Access"` + bySato
)

// past changes what is remembered.
func past(change func(*Past)) settings { return func(s *Settings) { change(&s.Past) } }

func moment(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return at
}

func announced(account string) settings {
	return past(func(p *Past) {
		p.Drills = []Drill{{Account: account, From: moment("2026-11-20T00:00:00Z"), To: moment("2026-11-20T02:00:00Z"), By: "k.sato"}}
	})
}

func acknowledged(account, until string) settings {
	return past(func(p *Past) {
		p.Acknowledged = []Acknowledgement{{Account: account, Until: moment(until), As: ExplainedDrill, By: "k.sato"}}
	})
}

func remembered(t tenant.SignIn) settings {
	return past(func(p *Past) { p.SignIns = []tenant.SignIn{t} })
}

func oldSignIn(user, at string) tenant.SignIn {
	return tenant.SignIn{ID: "old", UserID: tenant.Known(user), CreatedDateTime: tenant.Known(tenant.Time{Time: moment(at)}), Status: tenant.Known[*tenant.SignInStatus](nil)}
}

func activityJudgements() []judgement {
	alarm := map[string]string{"activity-sign-in ea01": "fail critical"}
	tried := map[string]string{"activity-attempts ea01": "fail medium"}
	touched := map[string]string{"activity-changes ea01": "fail high"}
	both := map[string]string{"activity-changes ea01": "fail high", "activity-changes ea02": "fail high"}
	open := map[string]string{"activity-changes ea01": "unknown high", "activity-changes ea02": "unknown high"}
	none := map[string]string{"activity-sign-in ea01": "pass", "activity-attempts ea01": "pass", "activity-changes ea01": "pass"}
	in := used("s1", first, "2026-11-20T01:00:00Z", withKey)
	failed := func(n int, more string) []string {
		var all []string
		for i := range n {
			all = append(all, used(fmt.Sprint("f", i), first, fmt.Sprintf("2026-11-20T01:%02d:00Z", i), more))
		}
		return all
	}
	return slices.Concat(drillJudgements(), explainedJudgements(), []judgement{
		{name: "sign-in", changes: []string{in}, want: alarm, says: map[string]string{"activity-sign-in ea01": "on 2026-11-20 01:00 UTC with Passkey (device-bound) (“Key A”) at “Azure Portal”, from the address 203.0.113.5."}},
		{name: "sign-in, without a person", changes: []string{used("s1", first, "2026-11-20T01:00:00Z", gotIn+`, "isInteractive": false`)}, want: alarm, says: map[string]string{"activity-sign-in ea01": "without a person"}},
		{
			name: "sign-in, five times", want: alarm, says: map[string]string{"activity-sign-in ea01": "2026-11-20 01:04 UTC; on 2026-11-20 01:03 UTC; on 2026-11-20 01:02 UTC; and 2 times before that."},
			changes: failed(5, gotIn),
		},
		{name: "sign-in in a drill", changes: []string{in}, settings: announced("EA01@contoso.onmicrosoft.com"), want: none, says: map[string]string{"activity-sign-in ea01": "a drill announced by k.sato on 2026-11-20"}},
		{name: "sign-in in a drill, by id", changes: []string{in}, settings: announced(first), want: none},
		{
			name: "sign-in in several drills", changes: []string{in}, want: none, says: map[string]string{"activity-sign-in ea01": "a drill announced by a.kato on 2026-11-20"},
			settings: past(func(p *Past) {
				for _, by := range []string{"z.mori", "k.sato", "a.kato", "b.ito"} {
					p.Drills = append(p.Drills, Drill{Account: first, From: moment("2026-11-20T00:00:00Z"), To: moment("2026-11-20T02:00:00Z"), By: by})
				}
			}),
		},
		{name: "sign-in in a drill of the other", changes: []string{in}, settings: announced(second), want: alarm},
		{
			name: "token refreshed after the drill, in its session", settings: announced(first), changes: []string{inSession("s1", "01:00", "S-1", true), inSession("t1", "04:00", "s-1", false), inSession("t2", "05:00", "s-1", false)},
			want: map[string]string{"activity-sign-in ea01": "fail medium"}, says: map[string]string{"activity-sign-in ea01": "The session of the drill announced by k.sato on 2026-11-20 is still alive: a token was refreshed on 2026-11-20 05:00 UTC."},
		},
		{
			name: "token refreshed after the drill, and the rest of the log unread", settings: announced(first), want: map[string]string{"activity-sign-in ea01": "fail medium"},
			changes: []string{inSession("s1", "01:00", "s-1", true), inSession("t1", "04:00", "s-1", false), `unreadable = {"users/` + first + `/signIns": ` + denied + `}`},
			says:    map[string]string{"activity-sign-in ea01": "04:00 UTC. The sign-in log: the permission AuditLog.Read.All is missing"},
		},
		{name: "the drill's session used by a person after it", settings: announced(first), changes: []string{inSession("s1", "01:00", "s-1", true), inSession("t1", "04:00", "s-1", true)}, want: alarm},
		{name: "a token of the drill's session and a sign-in", settings: announced(first), changes: []string{inSession("s1", "01:00", "s-1", true), inSession("t1", "04:00", "s-1", false), inSession("x", "05:00", "s-2", true)}, want: alarm},
		{name: "a token of another session", settings: announced(first), changes: []string{inSession("s1", "01:00", "s-1", true), inSession("t1", "04:00", "s-2", false)}, want: alarm},
		{name: "a token of no session", settings: announced(first), changes: []string{inSession("s1", "01:00", "", true), inSession("t1", "04:00", "", false)}, want: alarm},
		{name: "a token of a session that was there before the drill", settings: announced(first), changes: []string{
			strings.Replace(inSession("b1", "22:00", "s-1", true), "2026-11-20", "2026-11-19", 1), inSession("s1", "01:00", "s-1", true), inSession("t1", "04:00", "s-1", false)}, want: alarm},
		{name: "a token of a session that no person began in the drill", settings: announced(first), changes: []string{inSession("s1", "01:00", "s-1", false), inSession("t1", "04:00", "s-1", false)}, want: alarm},
		{name: "sign-in before the drill", changes: []string{used("s1", first, "2026-11-19T23:59:59Z", gotIn)}, settings: announced(first), want: alarm},
		{name: "sign-in as the drill ends", changes: []string{used("s1", first, "2026-11-20T02:00:00Z", held)}, settings: announced(first), want: none},
		{name: "sign-in after the drill", changes: []string{used("s1", first, "2026-11-20T02:00:01Z", gotIn)}, settings: announced(first), want: alarm},
		{name: "sign-in, explained", changes: []string{in}, settings: acknowledged(first, "2026-11-20T01:00:00Z"), want: none, says: map[string]string{"activity-sign-in ea01": "except what k.sato explained as drill"}},
		{name: "sign-in after what was explained", changes: []string{in}, settings: acknowledged(first, "2026-11-20T00:59:59Z"), want: alarm},
		{name: "sign-in, the other's explained", changes: []string{in}, settings: acknowledged(second, "2026-11-21T00:00:00Z"), want: alarm},
		{name: "sign-in that the log forgot", settings: remembered(oldSignIn(first, "2026-06-01T00:00:00Z")), want: alarm},
		{name: "sign-in that both know", changes: []string{used("old", first, "2026-06-01T00:00:00Z", gotIn)}, settings: remembered(oldSignIn(first, "2026-06-01T00:00:00Z")), want: alarm},
		{name: "sign-in remembered of the other", settings: remembered(oldSignIn(second, "2026-06-01T00:00:00Z")), want: map[string]string{"activity-sign-in ea01": "pass", "activity-sign-in ea02": "fail critical"}},
		{name: "sign-in log unread", changes: []string{"- signIns"}, want: map[string]string{"activity-sign-in ea01": "unknown critical", "activity-attempts ea01": "unknown medium", "activity-changes ea01": "pass"}},
		{name: "sign-in log unread, one is remembered", changes: []string{"- signIns"}, settings: remembered(oldSignIn(first, "2026-06-01T00:00:00Z")), want: alarm},
		{
			name: "sign-in log of one unread", changes: []string{`unreadable = {"users/` + first + `/signIns": ` + denied + `}`},
			want: map[string]string{"activity-sign-in ea01": "unknown critical", "activity-attempts ea01": "unknown medium", "activity-sign-in ea02": "pass"}, says: map[string]string{"activity-sign-in ea01": "AuditLog.Read.All"},
		},
		{
			name: "memory unread", settings: past(func(p *Past) { p.Err = errors.New("the storage cannot be reached") }),
			want: map[string]string{"activity-sign-in ea01": "unknown critical", "activity-drift ea01": "unknown high", "activity-attempts ea01": "pass", "activity-changes ea01": "pass"},
			says: map[string]string{"activity-sign-in ea01": "The storage cannot be reached."},
		},
		{name: "memory unread, the log shows one", changes: []string{in}, settings: past(func(p *Past) { p.Err = errors.New("x") }), want: alarm},

		{name: "attempt", changes: failed(1, wrong), want: tried, says: map[string]string{"activity-attempts ea01": "A sign-in failed once on 2026-11-20: a wrong password (1)."}},
		{name: "attempts, nine in a day", changes: failed(9, wrong), want: tried},
		{name: "attempts, ten in a day", changes: failed(10, wrong), want: map[string]string{"activity-attempts ea01": "fail high"}, says: map[string]string{"activity-attempts ea01": "10 times"}},
		{
			name: "attempt in a drill", changes: failed(1, wrong), settings: announced(first), want: tried,
			says: map[string]string{"activity-attempts ea01": "a wrong password (1). The last one lies in the drill announced by k.sato, which excuses no failed sign-in."},
		},
		{name: "attempts in a drill, twelve", changes: failed(12, wrong), settings: announced(first), want: map[string]string{"activity-attempts ea01": "fail high"}},
		{name: "attempt, explained", changes: failed(1, wrong), settings: acknowledged(first, "2026-11-21T00:00:00Z"), want: none},
		{name: "attempt after what was explained", changes: failed(1, wrong), settings: acknowledged(first, "2026-11-20T00:59:59Z"), want: tried},
		{
			name: "attempt at a time that is not known", changes: append(failed(1, wrong), `signIns/+ = {"id": "z", "userId": "`+first+`", `+wrong+`}`), want: tried,
			says: map[string]string{"activity-attempts ea01": "2 times on 2026-11-20 and at a time that the log does not tell"},
		},
		{
			name: "attempts, nine in a day and one at a time that is not known", changes: append(failed(9, wrong), `signIns/+ = {"id": "z", "userId": "`+first+`", `+wrong+`}`),
			want: map[string]string{"activity-attempts ea01": "fail high"}, says: map[string]string{"activity-attempts ea01": "10 times"},
		},
		{
			name: "sign-in at a time that is not known, after much was explained", changes: []string{`signIns/+ = {"id": "z", "userId": "` + first + `", ` + gotIn + `}`}, settings: acknowledged(first, "2026-11-23T00:00:00Z"), want: alarm,
			says: map[string]string{"activity-sign-in ea01": "Somebody signed in at a time that the log does not tell."},
		},
		{
			name: "the rest of the log unread, the log shows one", changes: []string{in, `unreadable = {"users/` + first + `/signIns": ` + denied + `}`},
			want: map[string]string{"activity-sign-in ea01": "fail critical", "activity-attempts ea01": "unknown medium"},
		},
		{
			name: "the rest of the log unread, the log shows attempts", changes: append(failed(1, wrong), `unreadable = {"users/`+first+`/signIns": `+denied+`}`),
			want: map[string]string{"activity-sign-in ea01": "unknown critical", "activity-attempts ea01": "fail high"},
		},
		{
			name: "sign-in that the log tells no more of than that it was", changes: []string{used("old", first, "2026-11-20T01:00:00Z", `"isInteractive": true`)},
			settings: remembered(oldSignIn(first, "2026-11-20T01:00:00Z")), want: alarm,
		},
		{
			name: "attempt without a code", changes: failed(1, `"status": {"errorCode": null}`),
			want: map[string]string{"activity-attempts ea01": "fail medium", "activity-sign-in ea01": "unknown critical"}, says: map[string]string{"activity-sign-in ea01": "cannot be told"},
		},
		{name: "drift", settings: past(func(p *Past) {
			p.Before = &Report{Results: []Result{{Check: "activity-drift", Subject: Subject{ID: first}, Evidence: Evidence{"lastPasswordChangeDateTime": {"2025-01-01T00:00:00Z"}}}}}
		}), want: map[string]string{"activity-drift ea01": "fail high", "activity-drift ea02": "not-applicable high"}},
		{
			name: "a step on the way in", want: map[string]string{"activity-attempts ea01": "pass", "activity-sign-in ea01": "fail critical"},
			changes: []string{used("f", first, "2026-11-20T01:00:00Z", `"correlationId": "c", "status": {"errorCode": 50074}`), used("s", first, "2026-11-20T01:00:09Z", `"correlationId": "c", `+gotIn)},
		},
		{
			name: "a step on another's way", want: map[string]string{"activity-attempts ea01": "fail high", "activity-sign-in ea01": "fail critical"},
			changes: []string{used("f", first, "2026-11-20T01:00:00Z", `"correlationId": "d", "status": {"errorCode": 50074}`), used("s", first, "2026-11-20T01:00:09Z", `"correlationId": "c", `+gotIn)},
		},
		{
			name: "attempts on some days", want: tried, says: map[string]string{"activity-attempts ea01": "from 2026-11-18 to 2026-11-20: the account is disabled (2), error 7 (1)"},
			changes: []string{used("a", first, "2026-11-18T01:00:00Z", `"status": {"errorCode": 50057}`), used("b", first, "2026-11-19T01:00:00Z", `"status": {"errorCode": 7}`), used("c", first, "2026-11-20T01:00:00Z", `"status": {"errorCode": 50057}`)},
		},
		{
			name: "attempt with the right password", changes: failed(1, `"isInteractive": true, "status": {"errorCode": 50074}`), want: map[string]string{"activity-attempts ea01": "fail high"},
			says: map[string]string{"activity-attempts ea01": "once on 2026-11-20: a second factor was asked for (1). The password is right."},
		},
		{
			name: "attempt with a right key", changes: failed(1, `"isInteractive": true, "status": {"errorCode": 50074}, "authenticationDetails": [{"authenticationMethod": "X.509 Certificate", "succeeded": true}]`),
			want: map[string]string{"activity-attempts ea01": "fail high"}, says: map[string]string{"activity-attempts ea01": "The first factor was accepted: X.509 Certificate."},
		},
		{name: "attempt without a person, a second factor asked for", changes: failed(1, `"isInteractive": false, "status": {"errorCode": 50076}`), want: tried},
		{name: "attempt with the right password in a drill", changes: failed(1, `"isInteractive": true, "status": {"errorCode": 50074}`), settings: announced(first), want: map[string]string{"activity-attempts ea01": "fail high", "activity-sign-in ea01": "pass"}},
		{name: "interruptions", changes: slices.Concat(failed(12, `"status": {"errorCode": 50140}`), failed(3, `"isInteractive": false, "status": {"errorCode": 70043}`)), want: none},
		{
			name: "attempt that a policy stopped", changes: append(failed(1, `"status": {"errorCode": 53003}`), used("w", first, "2026-11-20T02:00:00Z", wrong), used("v", first, "2026-11-20T03:00:00Z", wrong)), want: map[string]string{"activity-attempts ea01": "fail critical"},
			says: map[string]string{"activity-attempts ea01": "a Conditional Access policy blocked it (1), a wrong password (2). Somebody needed the account, and a policy did not let it in."},
		},
		{
			name: "attempt that a policy stopped in a drill", changes: failed(1, `"status": {"errorCode": 53000}`), settings: announced(first), want: map[string]string{"activity-attempts ea01": "fail critical", "activity-sign-in ea01": "pass"},
			says: map[string]string{"activity-attempts ea01": "the device is not compliant (1). The drill announced by k.sato on 2026-11-20 failed: a policy did not let the account in."},
		},
		{
			name: "attempt in a drill, of which the log tells no code", changes: failed(1, `"status": {"errorCode": null}`), settings: announced(first),
			want: map[string]string{"activity-attempts ea01": "fail medium", "activity-sign-in ea01": "unknown critical"}, says: map[string]string{"activity-sign-in ea01": "Whether the sign-in on 2026-11-20 01:00 UTC succeeded cannot be told."},
		},
		{name: "attempt that a policy stopped, explained", changes: failed(1, `"status": {"errorCode": 53003}`), settings: acknowledged(first, "2026-11-21T00:00:00Z"), want: none},
		{
			name: "attempt that a policy stopped, and then not", want: map[string]string{"activity-attempts ea01": "pass", "activity-sign-in ea01": "pass"}, settings: announced(first),
			changes: []string{used("f", first, "2026-11-20T01:00:00Z", `"correlationId": "c", "status": {"errorCode": 53000}`), used("s", first, "2026-11-20T01:00:09Z", `"correlationId": "C", `+held)},
		},
		{
			name: "attempt after the sign-in of the same name", want: map[string]string{"activity-attempts ea01": "fail medium", "activity-sign-in ea01": "fail critical"},
			changes: []string{used("s", first, "2026-11-20T01:00:00Z", `"correlationId": "c", `+gotIn), used("f", first, "2026-11-20T01:00:09Z", `"correlationId": "c", `+wrong)},
		},
		{
			name: "attempt, neither it nor a sign-in of a name", want: map[string]string{"activity-attempts ea01": "fail medium", "activity-sign-in ea01": "fail critical"},
			changes: []string{used("f", first, "2026-11-20T01:00:00Z", `"correlationId": "", `+wrong), used("s", first, "2026-11-20T01:00:09Z", `"correlationId": "", `+gotIn)},
		},
		{
			name: "attempts, each in the log twice", want: tried, says: map[string]string{"activity-attempts ea01": "5 times"},
			changes: slices.Concat(failed(5, wrong), failed(5, wrong)),
		},
		{
			name: "failed sign-ins incomplete", changes: []string{`unreadable = {"users/` + first + `/failedSignIns": {"code": "tooManyPages"}}`},
			want: map[string]string{"activity-attempts ea01": "unknown medium", "activity-sign-in ea01": "pass"},
		},

		{name: "change of the account", changes: []string{audit("a", "Reset password (by admin)", strings.ToUpper(first), bySato)}, want: touched, says: map[string]string{"activity-changes ea01": "There was a change: on 2026-11-20 10:00 UTC sato@contoso.com: “Reset password (by admin)” on “CA”."}},
		{
			name: "change, who did it by alias", changes: []string{audit("a", "Reset password (by admin)", first, bySato)}, settings: func(s *Settings) { s.Identifiers = IdentifiersAlias },
			want: touched, says: map[string]string{"activity-changes ea01": "the user u9: "},
		},
		{name: "change by an application", changes: []string{audit("a", "Update user", first, `, "initiatedBy": {"app": {"displayName": "Sync"}}`)}, want: touched, says: map[string]string{"activity-changes ea01": "the application “Sync”"}},
		{name: "change by nobody known", changes: []string{audit("a", "Update user", first, "")}, want: touched, says: map[string]string{"activity-changes ea01": "somebody whom the log does not name"}},
		{name: "change of the excluding group", changes: []string{audit("a", "Add member to group", emergency, bySato)}, want: both},
		{name: "change of another group", changes: []string{audit("a", "Add member to group", nobody, bySato)}, want: none},
		{name: "change of another user", changes: []string{audit("a", "Update user", "aaaaaaaa-0000-4000-8000-000000000003", bySato)}, want: none},
		{name: "change of the role's settings", changes: []string{audit("a", "Update role setting in PIM", "62e90394-69f5-4237-9190-012177145e10", bySato)}, want: both},
		{name: "change of a policy that excludes both", changes: []string{audit("a", "Update conditional access policy", "CCCCCCCC-0000-4000-8000-000000000001", ofCA)}, want: both},
		{name: "change of a policy that is gone", changes: []string{audit("a", "Delete conditional access policy", "cccccccc-0000-4000-8000-00000000ffff", ofCA)}, want: both, says: map[string]string{"activity-changes ea01": "The policy is gone or was not read: it may have applied to the account."}},
		{name: "change of a named location", changes: []string{audit("a", "Update named location", "cccccccc-0000-4000-8000-00000000ffff", ofCA)}, want: none},
		{name: "change, explained", changes: []string{audit("a", "Update user", first, bySato)}, settings: acknowledged(first, "2026-11-20T10:00:00Z"), want: none},
		{name: "change in a drill", changes: []string{audit("a", "Update user", first, bySato)}, settings: past(func(p *Past) {
			p.Drills = []Drill{{Account: first, From: moment("2026-11-20T00:00:00Z"), To: moment("2026-11-21T00:00:00Z")}}
		}), want: touched},
		{name: "change without targets", changes: []string{`directoryAudits/+ = {"id": "a", "activityDateTime": "2026-11-20T10:00:00Z"}`}, want: open, says: map[string]string{"activity-changes ea01": "An entry of the audit log"}},
		{name: "change of a target without an id", changes: []string{audit("a", "Update user", "x", `, "targetResources": [{"type": "User"}]`)}, want: open},
		{name: "change of a target whose id is null", changes: []string{audit("a", "Update user", "x", `, "targetResources": [{"id": null, "type": "Other"}]`)}, want: none},
		{name: "change after what was explained", changes: []string{audit("a", "Update user", first, bySato)}, settings: acknowledged(first, "2026-11-20T09:59:59Z"), want: touched},
		{name: "change of a policy that is gone, and of another", changes: []string{audit("a", "Delete conditional access policy", "cccccccc-0000-4000-8000-00000000ffff", ofCA), audit("b", "Update conditional access policy", "cccccccc-0000-4000-8000-000000000001", ofCA)}, want: both,
			says: map[string]string{"activity-changes ea01": "1 of them: the policy is gone or was not read, and may have applied to the account."}},
		{name: "another gets the role for a while", changes: []string{audit("a", "Add member to role completed (PIM activation)", "62e90394-69f5-4237-9190-012177145e10", `, "loggedByService": "PIM"`)}, want: none},
		{name: "the account gets the role for a while", want: touched, changes: []string{audit("a", "Add member to role completed (PIM activation)", first,
			`, "loggedByService": "PIM", "targetResources": [{"id": "62e90394-69f5-4237-9190-012177145e10", "type": "Role", "displayName": "Global Administrator"}, {"id": "`+first+`", "type": "User", "displayName": "Emergency 1"}]`)},
			says: map[string]string{"activity-changes ea01": "on “Global Administrator”."}},
		{name: "something of the role, and what is not said", changes: []string{`directoryAudits/+ = {"id": "a", "targetResources": [{"id": "62e90394-69f5-4237-9190-012177145e10"}]}`}, want: open},
		{name: "change of a person's device, by alias", changes: []string{audit("a", "Update device", first, `, "targetResources": [{"id": "`+first+`", "displayName": "Regular"}, {"id": "d", "type": "Device", "displayName": "Pixel of Regular"}, {"id": "u", "type": "User", "displayName": "Regular"}]`)},
			settings: func(s *Settings) { s.Identifiers = IdentifiersAlias }, want: touched, says: map[string]string{"activity-changes ea01": "“Update device”."}},
		{name: "change by an application without a name", changes: []string{audit("a", "Update user", first, `, "initiatedBy": {"user": null, "app": {"displayName": null, "servicePrincipalId": "sp"}}`)}, want: touched, says: map[string]string{"activity-changes ea01": "the application sp: "}},
		{
			name: "change by a service, of nothing", want: none,
			changes: []string{changedTo("Update user", first, `{"displayName": "Included Updated Properties", "oldValue": null, "newValue": "\"\""}, {"displayName": "TargetId.UserType", "oldValue": null, "newValue": "\"Member\""}`, bySubstrate)},
		},
		{
			name: "change by a service, of what does not matter", want: none,
			changes: []string{changedTo("Update user", first, `{"displayName": "LastDirSyncTime", "oldValue": "a", "newValue": "b"}, {"displayName": "Included Updated Properties", "newValue": "\"LastDirSyncTime\""}`, bySubstrate)},
		},
		{
			name: "change by a service, of what nobody knows", want: map[string]string{"activity-changes ea01": "fail low"}, says: map[string]string{"activity-changes ea01": "“Update user” (changed: “CloudMoonPhase”)."},
			changes: []string{changedTo("Update user", first, `{"displayName": "CloudMoonPhase", "oldValue": "a", "newValue": "b"}`, bySubstrate)},
		},
		{
			name: "change by a service, of what matters", want: touched, says: map[string]string{"activity-changes ea01": "“Update user” (changed: “AccountEnabled”, “AssignedPlan”)."},
			changes: []string{changedTo("Update user", first, `{"displayName": "AccountEnabled", "oldValue": "[true]", "newValue": "[false]"}, {"displayName": "Included Updated Properties", "newValue": "\"AccountEnabled, AssignedPlan\""}`, bySubstrate)},
		},
		{name: "change that names what stayed", want: none, changes: []string{changedTo("Update user", first, `{"displayName": "AccountEnabled", "oldValue": "[true]", "newValue": "[true]"}, {"displayName": "Included Updated Properties", "newValue": "\"\""}`, bySubstrate)}},
		{name: "change of no property", want: map[string]string{"activity-changes ea01": "fail low"}, changes: []string{changedTo("Update user", first, ``, bySubstrate)}},
		{name: "change of a property without a name", want: touched, changes: []string{changedTo("Update user", first, `{"oldValue": "a", "newValue": "b"}`, bySubstrate)}},
		{name: "change of the name of a group", want: map[string]string{"activity-changes ea01": "fail low", "activity-changes ea02": "fail low"}, changes: []string{changedTo("Update group", emergency, `{"displayName": "DisplayName", "oldValue": "a", "newValue": "b"}`, bySato)}},
		{name: "change of who is in a group", want: both, changes: []string{changedTo("Update group", emergency, `{"displayName": "MembershipRule", "oldValue": "a", "newValue": "b"}`, bySato)}},
		{
			name: "change of the name of a policy", want: map[string]string{"activity-changes ea01": "fail low", "activity-changes ea02": "fail low"},
			changes: []string{changedTo("Update conditional access policy", "cccccccc-0000-4000-8000-000000000001", `{"displayName": "ConditionalAccessPolicy", "oldValue": "{\"displayName\": \"a\", \"state\": \"enabled\", \"modifiedDateTime\": \"1\"}", "newValue": "{\"displayName\":\"b\",\"state\":\"enabled\",\"modifiedDateTime\":\"2\"}"}`, ofCA)},
		},
		{
			name: "change of the state of a policy", want: both, says: map[string]string{"activity-changes ea01": "(changed: “state”)"},
			changes: []string{changedTo("Update conditional access policy", "cccccccc-0000-4000-8000-000000000001", `{"displayName": "ConditionalAccessPolicy", "oldValue": "{\"state\": \"disabled\"}", "newValue": "{\"state\": \"enabled\"}"}`, ofCA)},
		},
		{
			name: "change of a policy that Microsoft manages", want: both, says: map[string]string{"activity-changes ea01": "on 2026-11-20 10:00 UTC (shown under sato@contoso.com, but Microsoft changes such policies itself): “Update conditional access policy”"},
			changes: []string{audit("a", "Update conditional access policy", "cccccccc-0000-4000-8000-000000000001", ofCA+`, "targetResources": [{"id": "cccccccc-0000-4000-8000-000000000001", "type": "Policy", "displayName": "Microsoft-managed: Multifactor authentication for admins"}]`)},
		},
		{name: "change in the log twice", want: touched, says: map[string]string{"activity-changes ea01": "There was a change:"}, changes: []string{audit("a", "Reset password", first, bySato), audit("A", "Reset password", first, bySato)}},
		{name: "request for the role of another", changes: []string{audit("a", "Process request", "62e90394-69f5-4237-9190-012177145e10", bySato)}, want: none},
		{name: "request for the group of another", changes: []string{audit("a", "Add member to role requested (PIM activation)", emergency, bySato)}, want: none},
		{name: "another is activated in the group", changes: []string{audit("a", "Add member to role completed (PIM activation)", emergency, bySato)}, want: both},
		{name: "request about the account", changes: []string{audit("a", "Process request", first, bySato)}, want: map[string]string{"activity-changes ea01": "fail low"}},
		{name: "something new about the role", changes: []string{audit("a", "Turn role inside out", "62e90394-69f5-4237-9190-012177145e10", bySato)}, want: both},
		{name: "the account's domain is federated", changes: []string{ofDomain("Set domain authentication", `"Contoso.onmicrosoft.com"`)}, want: both},
		{name: "the domain above the account's", changes: []string{user2 + `/userPrincipalName = "ea02@eu.contoso.onmicrosoft.com"`, ofDomain("Set federation settings on domain", `"contoso.onmicrosoft.com"`)}, want: both},
		{name: "another domain is federated", changes: []string{ofDomain("Set domain authentication", `"contoso.com"`)}, want: none},
		{name: "a domain without a name is federated", changes: []string{ofDomain("Set domain authentication", `null`)}, want: open},
		{name: "the methods policy", changes: []string{`directoryAudits/+ = {"id": "a", "activityDateTime": "2026-11-20T10:00:00Z", "activityDisplayName": "Authentication Methods Policy Update", "loggedByService": "Authentication Methods", "targetResources": [{"id": null, "type": "N/A"}]}`}, want: both},
		{name: "the security defaults", changes: []string{audit("a", "Update security defaults", "00000000-0000-0000-0000-000000000005", ofCA)}, want: both},
		{name: "something without a name", changes: []string{`directoryAudits/+ = {"id": "a", "activityDateTime": "2026-11-20T10:00:00Z", "activityDisplayName": null, "loggedByService": "Core Directory", "targetResources": [{"id": "x", "type": "User"}]}`}, want: open},
		{name: "audit log unread", changes: []string{"- directoryAudits"}, want: map[string]string{"activity-changes ea01": "unknown high", "activity-sign-in ea01": "pass"}},
		{
			name: "audit log in part", changes: []string{`unreadable = {"groups/` + emergency + `/directoryAudits": ` + denied + `}`},
			want: map[string]string{"activity-changes ea01": "unknown high", "activity-changes ea02": "unknown high"}, says: map[string]string{"activity-changes ea01": "AuditLog.Read.All"},
		},
		{
			name: "audit log of one account unread", changes: []string{`unreadable = {"users/` + strings.ToUpper(second) + `/directoryAudits": ` + denied + `}`},
			want: map[string]string{"activity-changes ea01": "pass", "activity-changes ea02": "unknown high"},
		},
		{
			name: "audit log of one account unread, by name", changes: []string{`unreadable = {"users/EA02@contoso.onmicrosoft.com/directoryAudits": ` + denied + `}`},
			want: map[string]string{"activity-changes ea01": "pass", "activity-changes ea02": "unknown high"},
		},
		{name: "audit log of another person and another group unread", changes: []string{`unreadable = {"users/x/directoryAudits": ` + denied + `, "groups/` + nobody + `/directoryAudits": ` + denied + `}`}, want: none},
		{
			name: "logs that nobody asked for", changes: []string{`unreadable = {"users/` + first + `/directoryAudits": {}, "users/` + strings.ToUpper(first) + `/signIns": {}}`},
			want: map[string]string{"activity-changes ea01": "unknown high", "activity-sign-in ea01": "unknown critical", "activity-attempts ea01": "unknown medium", "activity-changes ea02": "pass", "activity-sign-in ea02": "pass"},
			says: map[string]string{"activity-changes ea01": "The audit log: it was not collected.", "activity-sign-in ea01": "The sign-in log: it was not collected."},
		},
		{
			name: "the log of groups that nobody knows", changes: []string{`unreadable = {"groups/directoryAudits": {}, "conditionalAccessPolicies": ` + denied + `}`, "- conditionalAccessPolicies"}, want: open,
			says: map[string]string{"activity-changes ea01": "The audit log of groups that may exclude the account: it was not collected; the Conditional Access policies: the permission Policy.Read.All is missing"},
		},
		{name: "nothing happened, and the policies are unread", changes: []string{"- conditionalAccessPolicies", `unreadable = {"conditionalAccessPolicies": {"status": 403, "code": "` + tenant.CodeNoP1 + `"}}`}, want: none},
		{
			name: "something happened to a user, and the policies are unread", want: none,
			changes: []string{"- conditionalAccessPolicies", audit("a", "Update user", "aaaaaaaa-0000-4000-8000-000000000003", `, "targetResources": [{"id": "aaaaaaaa-0000-4000-8000-000000000003", "type": "User"}]`)},
		},
		{
			name: "something happened to a group, and the policies are unread", want: open,
			changes: []string{"- conditionalAccessPolicies", audit("a", "Add member to group", nobody, `, "targetResources": [{"id": "`+nobody+`", "type": "Group"}]`)},
		},
		{name: "change of a policy of which the state is not known", changes: []string{policy + `/state = "resting"`, audit("a", "Update conditional access policy", "cccccccc-0000-4000-8000-000000000001", ofCA)}, want: both},
		{name: "a sign-in of nobody", changes: []string{used("n", "", "2026-11-20T01:00:00Z", gotIn)}, want: map[string]string{"activity-sign-in ea01": "unknown critical", "activity-attempts ea01": "unknown medium"}},
		{name: "a sign-in of null", changes: []string{`signIns/+ = {"id": "n", "userId": null, "createdDateTime": "2026-11-20T01:00:00Z", ` + gotIn + `}`}, want: map[string]string{"activity-sign-in ea01": "unknown critical", "activity-attempts ea01": "unknown medium"}},
		{
			name: "audit log in part, with a change", changes: []string{`unreadable = {"groups/` + emergency + `/directoryAudits": ` + denied + `}`, audit("a", "Update user", first, bySato)},
			want: map[string]string{"activity-changes ea01": "fail high", "activity-changes ea02": "unknown high"},
		},
	})
}

// driftOf judges the tenant after the one before it.
func driftOf(t *testing.T, before *Report, changes ...string) (Report, Result) {
	t.Helper()
	d := goodTenant(t)
	groups := `[{"@odata.type": "#microsoft.graph.group", "id": "` + emergency + `"}, {"@odata.type": "#microsoft.graph.group", "id": "` + keyHolders + `"}]`
	d.edit(t, user1+"/transitiveMemberOf = "+groups, user2+"/transitiveMemberOf = "+groups)
	d.edit(t, changes...)
	s := declared()
	s.Past.Before = before
	r := Run(All(), d.snapshot(t), s)
	for _, x := range r.Results {
		if x.Check == "activity-drift" && x.Subject.ID == first {
			return r, x
		}
	}
	t.Fatal("no result")
	return r, Result{}
}

// TestDrift compares each report with the one before it.
func TestDrift(t *testing.T) {
	t.Parallel()
	base, x := driftOf(t, nil)
	if x.Status != NotApplicable || x.Evidence["lastPasswordChangeDateTime"][0] != "2026-02-01T00:00:00Z" || fmt.Sprint(x.Evidence["roles"]) != "[direct permanent]" || len(x.Evidence["methods"]) != 3 || len(x.Evidence["groups"]) != 2 {
		t.Fatalf("the first look: %+v", x)
	}
	if _, same := driftOf(t, &base); same.Status != Pass || !same.Evidence.Equal(x.Evidence) {
		t.Errorf("unchanged: %+v", same)
	}
	groupsUnread := []string{"- " + user1 + "/transitiveMemberOf", `unreadable = {"users/` + first + `/transitiveMemberOf": ` + denied + `}`}
	const newKey = `users/0/authentication/methods/+ = {"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "k9", "displayName": "Key Z", "aaGuid": "2fc0579f-8113-47ea-b116-bb5a8db9202a"}`
	for name, c := range map[string]struct {
		changes []string
		status  Status
		says    string
	}{
		"password":    {[]string{user1 + `/lastPasswordChangeDateTime = "2026-11-20T00:00:00Z"`}, Fail, "the date of the password was 2026-02-01T00:00:00Z and is 2026-11-20T00:00:00Z."},
		"a new key":   {[]string{newKey}, Fail, "the credentials gained fido2 “Key Z”."},
		"a key less":  {[]string{noSpare}, Fail, "the credentials lost fido2 key-a-spare."},
		"a role less": {[]string{`roleAssignments/0/roleDefinitionId = "x"`, `roleAssignmentScheduleInstances/0/roleDefinitionId = "x"`}, Fail, "the assignments of Global Administrator"},
		"the role through a group too": {[]string{`roleAssignments/+ = {"id": "ra-9", "principalId": "` + emergency + `", "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10", "directoryScopeId": "/"}`,
			`roleAssignmentScheduleInstances/+ = {"id": "si-9", "principalId": "` + emergency + `", "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10", "directoryScopeId": "/", "assignmentType": "Assigned", "memberType": "Direct", "endDateTime": null}`},
			Fail, "the assignments of Global Administrator gained through group " + emergency + "."},
		"a group less":      {[]string{user1 + `/transitiveMemberOf/0/id = "g"`}, Fail, "the groups gained g and lost " + emergency},
		"password unread":   {[]string{"- " + user1 + "/lastPasswordChangeDateTime"}, Unknown, "not collected"},
		"methods unread":    {[]string{"- " + user1 + "/authentication/methods"}, Unknown, "sign-in methods"},
		"groups unread":     {groupsUnread, Unknown, "group memberships"},
		"groups by members": {[]string{"- " + user1 + "/transitiveMemberOf"}, Pass, ""},
		"unread and change": {append([]string{newKey}, groupsUnread...), Fail, "Key Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, x := driftOf(t, &base, c.changes...)
			if x.Status != c.status || !strings.Contains(x.Reason, c.says) {
				t.Errorf("%s: %s", x.Status, x.Reason)
			}
			if c.status != Unknown {
				return
			}
			// After a gap the comparison is with what was known before it.
			if _, again := driftOf(t, &after, newKey, user1+`/lastPasswordChangeDateTime = "2026-11-20T00:00:00Z"`, user1+`/transitiveMemberOf/0/id = "g"`); again.Status != Fail ||
				!strings.Contains(again.Reason, "Key Z") || !strings.Contains(again.Reason, "the groups gained g") || !strings.Contains(again.Reason, "2026-02-01") {
				t.Errorf("after a gap: %s: %s", again.Status, again.Reason)
			}
		})
	}
}

// TestDriftAfterAnUnreadAccount: an account that could not be read for a while is compared
// with what it was before that, whether it is declared by its name or by its id.
func TestDriftAfterAnUnreadAccount(t *testing.T) {
	t.Parallel()
	for i, user := range []string{user1, user2} {
		run := func(before *Report, changes ...string) (Report, Result) {
			d := goodTenant(t)
			d.edit(t, changes...)
			s := declared()
			s.Past.Before = before
			r := Run(All(), d.snapshot(t), s)
			var own []Result
			for _, x := range r.Results {
				if id := x.Subject.ID; x.Check == "activity-drift" && (id == []string{first, second}[i] || strings.EqualFold(id, "ea01@contoso.onmicrosoft.com") && i == 0) {
					own = append(own, x)
				}
			}
			if len(own) != 1 {
				t.Fatalf("%d results", len(own))
			}
			return r, own[0]
		}
		gone := []string{"- users", `unreadable = {"users": ` + denied + `}`}
		base, was := run(nil)
		blind, x := run(&base, gone...)
		if x.Status != Unknown || fmt.Sprint(x.Evidence["methods"]) != fmt.Sprint(was.Evidence["methods"]) {
			t.Errorf("%s unread: %+v", user, x)
		}
		still, _ := run(&blind, gone...)
		if _, x := run(&still, user+`/lastPasswordChangeDateTime = "2026-11-20T00:00:00Z"`); x.Status != Fail || !strings.Contains(x.Reason, "is 2026-11-20") {
			t.Errorf("%s read again: %s: %s", user, x.Status, x.Reason)
		}
		if _, x := run(&still); x.Status != Pass {
			t.Errorf("%s read again, unchanged: %s: %s", user, x.Status, x.Reason)
		}
		if _, x := run(nil, gone...); x.Status != Unknown || x.Evidence["roles"][0] != unreadState {
			t.Errorf("%s unread at first: %+v", user, x)
		}
	}
}

// TestDriftOfWhatWasNeverRead is no news when it is read for the first time.
func TestDriftOfWhatWasNeverRead(t *testing.T) {
	t.Parallel()
	unread := []string{"- " + user1 + "/transitiveMemberOf", `unreadable = {"users/` + first + `/transitiveMemberOf": ` + denied + `}`}
	blind, x := driftOf(t, nil, unread...)
	if x.Status != NotApplicable || x.Evidence["groups"][0] != unreadState {
		t.Fatalf("the first look: %+v", x)
	}
	if _, x := driftOf(t, &blind, unread...); x.Status != Unknown {
		t.Errorf("still unread: %+v", x)
	}
	after, x := driftOf(t, &blind)
	if x.Status != Unknown || len(x.Evidence["groups"]) != 2 || x.Reason != "Not compared, as the last report does not tell: the groups." {
		t.Errorf("read for the first time: %+v", x)
	}
	if _, x := driftOf(t, &after); x.Status != Pass {
		t.Errorf("read twice: %+v", x)
	}
	if _, x := driftOf(t, &blind, user1+`/lastPasswordChangeDateTime = "2026-11-20T00:00:00Z"`); x.Status != Fail || !strings.HasSuffix(x.Reason, "is 2026-11-20T00:00:00Z. Not compared, as the last report does not tell: the groups.") {
		t.Errorf("read for the first time, with a change: %+v", x)
	}
}

// TestDriftFromNothing: a report in which the account could not be read at all tells nothing.
func TestDriftFromNothing(t *testing.T) {
	t.Parallel()
	blind, _ := driftOf(t, nil)
	for i := range blind.Results {
		if r := &blind.Results[i]; r.Check == "activity-drift" && r.Subject.ID == first {
			r.Evidence = Evidence{"lastPasswordChangeDateTime": {unreadState}, "methods": {unreadState}, "roles": {unreadState}}
		}
	}
	if _, x := driftOf(t, &blind); x.Status != NotApplicable || len(x.Evidence["methods"]) != 3 {
		t.Errorf("nothing was known: %+v", x)
	}
	if _, x := driftOf(t, &blind, "- "+user1+"/authentication/methods"); x.Status != Unknown {
		t.Errorf("nothing was known, and something is not: %+v", x)
	}
}

// TestDriftSurvivesAFile: a report that was written down is as good as one in memory.
func TestDriftSurvivesAFile(t *testing.T) {
	t.Parallel()
	base, _ := driftOf(t, nil)
	data, err := json.Marshal(base)
	if err != nil {
		t.Fatal(err)
	}
	read, err := ParseReport(data)
	if err != nil {
		t.Fatal(err)
	}
	if _, x := driftOf(t, &read); x.Status != Pass {
		t.Errorf("%s: %s", x.Status, x.Reason)
	}
}

// TestAttemptsAreOneFinding: the evidence of an attack that goes on within a day stays the
// same, so that nobody is told each minute.
func TestAttemptsAreOneFinding(t *testing.T) {
	t.Parallel()
	evidence := func(n int) Evidence {
		d := goodTenant(t)
		for i := range n {
			d.edit(t, used(fmt.Sprint("f", i), first, fmt.Sprintf("2026-11-20T01:%02d:00Z", i), wrong))
		}
		for _, x := range Run(All(), d.snapshot(t), declared()).Results {
			if x.Check == "activity-attempts" && x.Subject.ID == first {
				return x.Evidence
			}
		}
		return nil
	}
	if a, b := evidence(11), evidence(50); len(a) == 0 || !a.Equal(b) {
		t.Errorf("%v and %v", a, b)
	}
}

func TestMethodUsed(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	detail := func(method string, succeeded *bool) tenant.AuthenticationDetail {
		return tenant.AuthenticationDetail{AuthenticationMethod: tenant.Known(&method), Succeeded: tenant.Known(succeeded)}
	}
	for want, details := range map[string][]tenant.AuthenticationDetail{
		"":                   {detail("Password", &no), detail("Password", nil)},
		"Password + Passkey": {detail("Password", &yes), detail("", &yes), detail("Passkey", &yes), detail("Password", &yes)},
	} {
		if got := MethodUsed(tenant.SignIn{AuthenticationDetails: tenant.Known(details)}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := MethodUsed(tenant.SignIn{}); got != "" {
		t.Errorf("unread: %q", got)
	}
}

// TestLessOfTheLogsIsNeverGreener takes keys of the logs away from every case of them, every
// key with -every 1:
// no result may pass that did not pass before, and what was seen to fail and is still there
// does not.
func TestLessOfTheLogsIsNeverGreener(t *testing.T) {
	t.Parallel()
	for n, c := range activityJudgements() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, s := c.tenant(t)
			passed := passes(c.known(t))
			all := slices.DeleteFunc(keys("", map[string]any(d)), func(key string) bool {
				return !strings.HasPrefix(key, "signIns/") && !strings.HasPrefix(key, "directoryAudits/")
			})
			slices.Sort(all)
			for i, key := range all {
				if (i+n)%max(1, *every/20) != 0 { // they are few, beside all keys
					continue
				}
				for result := range passes(Run(All(), d.without(t, key), s)) {
					if !passed[result] {
						t.Errorf("without %s, %s passes for %s", key, result.Check, result.Subject)
					}
				}
			}
		})
	}
}
