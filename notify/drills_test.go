package notify

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/checks"
)

// TestDrillsAreTold writes down, in English and Japanese, every message about a drill.
func TestDrillsAreTold(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	in := alert.Used{Mark: checks.Mark{Key: "passkey (device-bound)", Address: "203.0.113.5"}, ID: "in", At: from.Add(10 * time.Minute), Method: "Passkey (device-bound)", Application: "Azure Portal"}
	drill := checks.Drill{Account: ea01, From: from, To: from.Add(2 * time.Hour), By: "k.sato", Reason: "does the alarm ring?"}
	use := func(change func(*alert.Use)) alert.Use {
		u := alert.Use{Drill: drill, Subject: user("1", ea01), Announced: from}
		change(&u)
		return u
	}
	unknown := func(u *alert.Use) { u.Unknown = "The sign-in log: the permission AuditLog.Read.All is missing." }
	var all strings.Builder
	for _, c := range []struct {
		name string
		kind alert.Kind
		at   time.Duration
		use  alert.Use
	}{
		{"announced", alert.DrillAnnounced, 0, use(func(*alert.Use) {})},
		{"announced without a reason, over already", alert.DrillAnnounced, 3 * time.Hour, use(func(u *alert.Use) { u.Reason = "" })},
		{"lasts longer", alert.DrillAnnounced, time.Hour, use(func(u *alert.Use) { u.Until = from.Add(time.Hour) })},
		{"used", alert.Drilled, 20 * time.Minute, use(func(u *alert.Use) { u.SignIns, u.Noticed = []alert.Used{in}, from.Add(15*time.Minute) })},
		{"over", alert.DrillEnded, 2 * time.Hour, use(func(u *alert.Use) { u.SignIns = []alert.Used{in, in, in} })},
		{"over, one sign-in, others beside it, seen late", alert.DrillEnded, 3 * time.Hour, use(func(u *alert.Use) { u.SignIns, u.Others, u.Announced = []alert.Used{in}, 2, from.Add(3*time.Hour) })},
		{"taken back", alert.DrillEnded, time.Hour, use(func(u *alert.Use) { u.Withdrawn, u.To = true, from.Add(time.Hour) })},
		{"nobody", alert.NoDrill, 9 * time.Hour, use(func(*alert.Use) {})},
		{"nobody as in a drill", alert.NoDrill, 9 * time.Hour, use(func(u *alert.Use) { u.Others = 1 })},
		{"not known", alert.NoDrill, 9 * time.Hour, use(unknown)},
	} {
		for _, language := range []string{"en", "ja"} {
			d := alert.Digest{Tenant: checks.Tenant{DisplayName: "Contoso"}, Runs: []time.Time{from.Add(c.at)}, Pass: 1, Events: []alert.Event{{
				Kind: c.kind, Key: checks.Key{Check: "drill", Subject: c.use.Subject.ID}, Drill: &c.use, Now: checks.Result{Check: "drill-recent", Subject: c.use.Subject},
			}}}
			m := Compose(d, Options{Language: language})
			it := m.Sections[0].Items[0]
			fmt.Fprintf(&all, "## %s\n%s\n%s %s\n%s: %s\n", c.name, m.Title, it.Icon, it.Label, it.Findings[0].Subject.Text, it.Findings[0].Text.Text)
			for _, f := range it.Fields {
				fmt.Fprintf(&all, "%s: %s\n", f.Label, f.Text.Text)
			}
			all.WriteString("\n")
		}
	}
	const golden = "testdata/drills.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if all.String() != string(want) {
		t.Errorf("not as in %s; run go test ./notify -update and read the difference", golden)
	}
}
