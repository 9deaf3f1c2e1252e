package checks

import (
	"maps"
	"time"
)

const activity1 = user1 + "/signInActivity"

func signIn(user, at, status string) string {
	return `signIns/+ = {"id": "s", "userId": "` + user + `", "createdDateTime": "` + at + `", "status": ` + status + `}`
}

func otherJudgements() []judgement {
	old := activity1 + `/lastSuccessfulSignInDateTime = "2026-08-01T00:00:00Z"`
	overdue := map[string]string{"drill-recent ea01": "fail high"}
	return []judgement{
		{name: "drill: 90 days to the second", changes: []string{activity1 + `/lastSuccessfulSignInDateTime = "2026-08-25T06:00:00Z"`}},
		{name: "drill: 90 days and a second", changes: []string{activity1 + `/lastSuccessfulSignInDateTime = "2026-08-25T05:59:59Z"`}, want: overdue},
		{name: "drill: never", changes: []string{activity1 + "/lastSuccessfulSignInDateTime = null"}, want: overdue, says: map[string]string{"drill-recent ea01": "ever"}},
		{name: "drill: old, longer period", changes: []string{old}, settings: func(s *Settings) { s.DrillEvery = 365 * 24 * time.Hour }},
		{name: "drill: the log shows it", changes: []string{old, signIn(first, "2026-11-20T00:00:00Z", `{"errorCode": 0}`)}},
		{name: "drill: the log shows it, no status", changes: []string{old, signIn(first, "2026-11-20T00:00:00Z", `null`)}},
		{name: "drill: the log shows a failure", changes: []string{old, signIn(first, "2026-11-20T00:00:00Z", `{"errorCode": 50126}`)}, want: overdue},
		{name: "drill: the log shows another", changes: []string{old, signIn(second, "2026-11-20T00:00:00Z", `{"errorCode": 0}`)}, want: overdue},
		{name: "drill: activity unread", changes: []string{"- " + activity1}, want: map[string]string{"drill-recent ea01": "unknown high"}},
		{name: "drill: activity null", changes: []string{activity1 + " = null"}, want: map[string]string{"drill-recent ea01": "unknown high"}},
		{name: "drill: activity unread, the log shows it", changes: []string{"- " + activity1, signIn(first, "2026-11-20T00:00:00Z", `{"errorCode": 0}`)}},
		{
			name: "drill: no P1 licence", changes: []string{"- " + activity1, `unreadable = {"users/` + first + `/signInActivity": {"status": 403, "code": "Authentication_RequestFromNonPremiumTenantOrB2CTenant"}}`},
			want: map[string]string{"drill-recent ea01": "unknown high"},
			says: map[string]string{"drill-recent ea01": "P1"},
		},
		{
			name: "sovereign cloud", settings: func(s *Settings) { s.Accounts[0].User = first }, changes: []string{
				`domains/0 = {"id": "contoso.onmicrosoft.us", "authenticationType": "Managed", "isInitial": true}`,
				`organization/verifiedDomains/0/name = "contoso.onmicrosoft.us"`,
				user1 + `/userPrincipalName = "ea01@contoso.onmicrosoft.us"`, user2 + `/userPrincipalName = "ea02@contoso.onmicrosoft.us"`,
			},
			want: map[string]string{"mfa-ready ea01": "not-applicable critical", "mfa-ready ea02": "not-applicable critical"},
		},
		{
			name: "cloud not known", changes: []string{"domains/0/isInitial = false", "organization/verifiedDomains = []"},
			want: map[string]string{"mfa-ready ea01": "unknown critical", "mfa-ready ea02": "unknown critical"},
		},
		{
			name: "nothing was collected", changes: []string{
				"- organization", "- domains", "- users", "- groups", "- roleAssignments", "- roleAssignmentScheduleInstances", "- roleEligibilityScheduleInstances",
				"- conditionalAccessPolicies", "- authenticationStrengthPolicies", "- authenticationMethodsPolicy", "- certificateAuthorities", "- signIns", "- deletedObjects",
			},
			want: func() map[string]string {
				want := unread1("EA01@contoso.onmicrosoft.com")
				maps.Copy(want, unread1("ea02"))
				return want
			}(),
		},
	}
}
