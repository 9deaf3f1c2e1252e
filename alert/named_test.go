package alert

import (
	"strings"
	"testing"
	"time"
)

// TestNamedInAnyForm: a snooze and a drill name an account by its name or its id, in any
// case, and so does the log.
func TestNamedInAnyForm(t *testing.T) {
	t.Parallel()
	const fails = "role-permanent/1 fail high"
	for _, who := range []string{ea01, strings.ToUpper(ea01), account("1").Name, strings.ToUpper(account("1").Name)} {
		p := Policy{Heartbeat: Off, Channels: []Channel{{Name: "slack", Mentions: true}}}
		p.Snoozes = []Snooze{{Check: "role-permanent", Subject: who, Until: start.Add(60 * day), Reason: "the move", By: "k.sato"}}
		m := play(t, p, tick{today{fails}, "new role-permanent/1"}, tick{today{fails}, ""}, tick{today{fails}, ""}, tick{today{fails}, ""}, tick{today{fails}, ""})
		if s := m.Standing(); len(s) != 1 || s[0].Snooze == nil {
			t.Errorf("%s: stands %+v", who, s)
		}
		d := drilling()
		d.Drills[0].Account = who
		m2 := watched(t, d)
		at := start.Add(2*day + 70*time.Minute)
		if got := see(t, m2, d, at, signIn("in", strings.ToUpper(ea01), start.Add(2*day+time.Hour), 0)); got != "drill-announced drill/1, drilled drill/1" {
			t.Errorf("%s: told %q", who, got)
		}
	}
}
