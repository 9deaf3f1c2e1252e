package doctor

import (
	"slices"
	"testing"
)

// TestNobodyIsTold: that there is no channel which hears of everything is said, unless a
// finding says already why one that was meant is not there.
func TestNobodyIsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		channels  int
		elsewhere []string
		mistake   string // the setting in which there is one
		want      bool
	}{
		"none":                                {want: true},
		"one":                                 {channels: 1},
		"Slack's is in the vault":             {elsewhere: []string{"SLACK_WEBHOOK_URL"}},
		"Slack's token is in the vault":       {elsewhere: []string{"SLACK_BOT_TOKEN"}},
		"Teams' is in the vault":              {elsewhere: []string{"TEAMS_WORKFLOW_URL"}},
		"escalation's is in the vault":        {elsewhere: []string{"ESCALATION_TEAMS_WORKFLOW_URL"}, want: true},
		"Slack's is wrong":                    {mistake: "SLACK_WEBHOOK_URL"},
		"Teams' is wrong":                     {mistake: "TEAMS_WORKFLOW_URL"},
		"escalation's is wrong":               {mistake: "ESCALATION_SLACK_WEBHOOK_URL", want: true},
		"escalation's is wrong, there is one": {channels: 1, mistake: "ESCALATION_SLACK_WEBHOOK_URL"},
		"something else is wrong":             {mistake: "BREAKGLASS_LANGUAGE", want: true},
	} {
		s := Settings{Accounts: 2, State: true, Channels: c.channels, Elsewhere: c.elsewhere, Value: func(string) string { return "" }}
		if c.mistake != "" {
			s.Mistakes = []Mistake{{Where: c.mistake, What: "it is wrong", Expected: "something else"}}
		}
		found := s.Judge()
		said := slices.ContainsFunc(found, func(f Finding) bool { return f.Subject == "" && f.Status == Fault })
		if said != c.want {
			t.Errorf("%s: said %v: %+v", name, said, found)
		}
	}
}
