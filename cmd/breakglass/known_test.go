package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
)

// strangers are additions to the made-up configuration that name nobody, or an account twice.
const strangers = "\nsnooze:\n  - {check: drill-recent, subject: ea09@kitahama.onmicrosoft.com, until: 2026-01-01, reason: r, by: k}\n"

// TestNamesNobody: whom the configuration names and the tenant does not know is told with its
// line: at the command line, in the app once, and by the doctor.
func TestNamesNobody(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	file := filepath.Join(w.App, "breakglass.yaml")
	good := standin.ConfigAsOf(time.Now())
	bad := string(good) + strangers
	if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	line := "breakglass.yaml:" + strconv.Itoa(strings.Count(string(good), "\n")+3)
	const says = `snooze[0].subject is "ea09@kitahama.onmicrosoft.com", and no such account is declared`
	s := apptest.LiveIn(t, w.Env(), "check", "--config="+file)
	if s.Code != 0 || !strings.Contains(s.Err, "breakglass: "+line+": "+says+"; ") {
		t.Errorf("exit %d: %s", s.Code, s.Err)
	}
	s = apptest.LiveIn(t, w.Env(), "doctor", "--config="+file)
	if !strings.Contains(strings.Join(strings.Fields(s.Out), " "), "FAULT settings "+line) && !strings.Contains(s.Out, line) {
		t.Errorf("doctor: exit %d: %s", s.Code, s.Out)
	}
	for range 2 {
		apptest.Restart(t, w, false, "BREAKGLASS_LANGUAGE=en").Stop()
		apptest.Restart(t, w, true, "BREAKGLASS_LANGUAGE=en").Stop()
	}
	told := apptest.ToldOfInstallation(w.Slack)
	if len(told) != 1 || !strings.Contains(string(told[0]), line) || !strings.Contains(string(told[0]), "no such account is declared") {
		t.Errorf("told %d: %s", len(told), told)
	}
	if err := os.WriteFile(file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	apptest.Restart(t, w, false, "BREAKGLASS_LANGUAGE=en").Stop()
	if told := apptest.ToldOfInstallation(w.Slack); len(told) != 2 || !strings.Contains(string(told[1]), "works again") {
		t.Errorf("told %d", len(told))
	}
}
