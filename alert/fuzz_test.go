package alert

import (
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

// FuzzLogs: whatever stands in the logs of an account, a sign-in that succeeded outside of every
// drill never passes, and the same look twice makes no news.
func FuzzLogs(f *testing.F) {
	f.Add(`[{"id": "a", "userId": "`+ea01+`", "createdDateTime": "2026-03-02T05:00:00Z", "status": {"errorCode": 0}}]`, `[]`)
	f.Add(`[{"id": "a", "userId": "`+ea01+`", "createdDateTime": "2026-03-02T05:00:00Z", "status": {"errorCode": 50126}, "ipAddress": "203.0.113.5", "isInteractive": true}]`, `[]`)
	f.Add(`[]`, `[{"id": "b", "activityDateTime": "2026-03-02T05:00:00Z", "activityDisplayName": "Reset password (by admin)", "targetResources": [{"id": "`+ea01+`", "type": "User"}]}]`)
	f.Add(`[{"id": "a"}, null, 1]`, `[{}]`)
	f.Fuzz(func(t *testing.T, signIns, audits string) {
		s, _, err := tenant.Decode([]byte(`{"collectedAt": "2026-03-02T06:00:00Z", "users": [{"id": "` + ea01 + `", "userPrincipalName": "ea01@contoso.com"}], "signIns": ` + signIns + `, "directoryAudits": ` + audits + `}`))
		if err != nil {
			return
		}
		m := NewMemory("t")
		look := func(at time.Time) []Event {
			s.CollectedAt = tenant.Time{Time: at}
			settings := checks.Settings{Accounts: []tenant.Declaration{{User: ea01}}, Past: m.Past(nil)}
			l := Look{Report: checks.Run(checks.All(), s, settings), Partial: Partial(s)}
			l.SignIns, _ = s.SignIns.Get()
			return m.Advance(l, everything())
		}
		look(start)
		for _, r := range m.Report.Results {
			if r.Check == "activity-sign-in" && r.Status == checks.Pass && slices.ContainsFunc(signedInWith(s), checks.Succeeded) {
				t.Errorf("a sign-in passes: %s", r.Reason)
			}
		}
		m.SawNews(m.News(s), start, Partial(s))
		if again := m.News(s); len(again) > 0 {
			t.Errorf("news again: %v", again)
		}
		look(start.Add(time.Minute)) // what is compared with the report before is compared for the first time
		if again := look(start.Add(2 * time.Minute)); len(again) > 0 {
			t.Errorf("the same look makes %s", kinds(again))
		}
	})
}

// signedInWith are the entries of the account.
func signedInWith(s tenant.Snapshot) []tenant.SignIn {
	all, _ := s.SignIns.Get() // what was not read is not there
	return slices.DeleteFunc(slices.Clone(all), func(x tenant.SignIn) bool {
		id, err := x.UserID.Get()
		return err != nil || !strings.EqualFold(id, ea01)
	})
}
