package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/internal/config"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/state"
	"breakglass/tenant"
)

// installed is the environment of an installation whose memory is in a directory.
func installed(t *testing.T) (dir string, env map[string]string) {
	t.Helper()
	dir = t.TempDir()
	return dir, map[string]string{"BREAKGLASS_STATE": "file://" + filepath.ToSlash(dir)}
}

func TestDrillCommands(t *testing.T) {
	t.Parallel()
	_, env := installed(t)
	const with = "--config=@/breakglass.yaml"
	steps := []struct {
		args     []string
		code     int
		out, err string
	}{
		{[]string{"drill"}, 64, "", "drill start, drill end or drill list?"},
		{[]string{"drill", "stop"}, 64, "", "There are drill start, drill end and drill list"},
		{[]string{"drill", "list", with}, 0, "2026-11-13", ""},
		{[]string{"drill", "start", with}, 64, "", "--account and --by"},
		{[]string{"drill", "start", with, "--account", apptest.DrillAccount, "--by", " "}, 64, "", "--account and --by"},
		{[]string{"drill", "start", with, "--account", "nobody@kitahama.onmicrosoft.com", "--by", "k.sato"}, 64, "", "no emergency access account that is watched: " + apptest.DrillAccount},
		{[]string{"drill", "start", with, "--account", apptest.DrillAccount, "--by", "k.sato", "--for", "9000h"}, 64, "", "between a minute and 7 days"},
		{[]string{"drill", "start", with, "--account", apptest.DrillAccount, "--by", "k.sato", "extra"}, 64, "", `no argument "extra"`},
		{[]string{"drill", "end", with, "--account", apptest.DrillAccount}, 1, "", "no drill of " + apptest.DrillAccount + " is announced"},
		{[]string{"drill", "start", with, "--account", strings.ToUpper(apptest.DrillAccount), "--by", "k.sato", "--for", "1h", "--reason", "the \u202eyearly one"}, 0, "A drill of " + apptest.DrillAccount + " is announced until ", "no run is remembered there"},
		{[]string{"drill", "start", with, "--account", apptest.DrillAccount, "--by", "m.tanaka"}, 1, "", "is announced until"},
		{[]string{"drill", "list", with}, 0, "the U+202Eyearly one", ""},
		{[]string{"drill", "list", with}, 0, "announced; nobody has signed in yet", ""},
		{[]string{"drill", "end", with, "--account", apptest.DrillAccount}, 0, "has ended", ""},
		{[]string{"drill", "end", with}, 64, "", "needs --account"},
		{[]string{"drill", "start", with, "--account", apptest.DrillAccount, "--by", "m.tanaka"}, 0, "is announced until", ""},
		{[]string{"drill", "list", "--help"}, 0, "-json", ""},
	}
	for _, s := range steps {
		got := run(t, env, slices.Clone(s.args)...)
		if got.Code != s.code || !strings.Contains(got.Out, s.out) || !strings.Contains(got.Err, s.err) {
			t.Errorf("%q: exit %d\n%s%s\nwant %d, %q, %q", s.args, got.Code, got.Out, got.Err, s.code, s.out, s.err)
		}
	}
	got := run(t, env, "drill", "list", with, "--json")
	var listed struct {
		Schema string
		Drills []alert.Use
	}
	if err := json.Unmarshal([]byte(got.Out), &listed); err != nil || listed.Schema != "breakglass.drills/v1" || len(listed.Drills) < 3 || listed.Drills[0].By != "m.tanaka" {
		t.Errorf("%v: %s", err, got.Out)
	}
}

func TestAcknowledgeCommand(t *testing.T) {
	t.Parallel()
	dir, env := installed(t)
	const with = "--config=@/breakglass.yaml"
	whole := []string{"acknowledge", with, "--account", apptest.DrillAccount, "--as", "drill", "--by", "k.sato", "--reason", "the drill of the week"}
	without := func(flag string) []string {
		i := slices.Index(whole, flag)
		return slices.Delete(slices.Clone(whole), i, i+2)
	}
	for _, flag := range []string{"--account", "--as", "--by", "--reason"} {
		if got := run(t, env, without(flag)...); got.Code != 64 {
			t.Errorf("without %s: exit %d, %s", flag, got.Code, got.Err)
		}
	}
	future := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	for _, c := range []struct {
		args []string
		err  string
	}{
		{append(slices.Clone(whole), "--as", "holiday"), "drill, emergency or misuse"},
		{append(slices.Clone(whole), "--until", future), "in the future"},
		{append(slices.Clone(whole), "--account", "x@y.zz"), "no emergency access account"},
	} {
		if got := run(t, env, c.args...); got.Code != 64 || !strings.Contains(got.Err, c.err) {
			t.Errorf("%q: exit %d, %s", c.args, got.Code, got.Err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasSuffix(e.Name(), ".json") }) {
		t.Errorf("what was refused is kept: %v, %v", entries, err)
	}
	// Of an account that no run has read, nothing is known that could be explained.
	if got := run(t, env, slices.Clone(whole)...); got.Code != 1 || !strings.Contains(got.Err, "no run has read "+apptest.DrillAccount+" yet") || !strings.Contains(got.Err, "after the next run") {
		t.Errorf("exit %d, %s%s", got.Code, got.Out, got.Err)
	}
	if _, _, err := state.NewDir(dir).Load(t.Context(), "kitahama.onmicrosoft.com"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was refused is kept: %v", err)
	}
	remember(t, dir, func(m *alert.Memory) { // the last run could not read the second account
		m.Declared = map[string]string{apptest.DrillAccount: apptest.FirstAccount, "ea02@kitahama.onmicrosoft.com": apptest.SecondAccount, "left@kitahama.onmicrosoft.com": "left", "lost@kitahama.onmicrosoft.com": ""}
		m.Report = &checks.Report{Schema: checks.Schema, Accounts: []checks.Account{{ID: apptest.FirstAccount, UserPrincipalName: apptest.DrillAccount, Declared: apptest.DrillAccount}}}
	})
	if got := run(t, env, slices.Clone(whole)...); got.Code != 0 || !strings.Contains(got.Out, "What happened with "+apptest.DrillAccount+" until") || !strings.Contains(got.Out, "is explained as drill, by k.sato") {
		t.Errorf("exit %d, %s%s", got.Code, got.Out, got.Err)
	}
	for _, account := range []string{"EA02@kitahama.onmicrosoft.com", apptest.SecondAccount, "left@kitahama.onmicrosoft.com"} {
		if got := run(t, env, append(slices.Clone(whole), "--account", account)...); got.Code != 0 {
			t.Errorf("%s: exit %d, %s", account, got.Code, got.Err)
		}
	}
	if got := run(t, env, append(slices.Clone(whole), "--account", "lost@kitahama.onmicrosoft.com")...); got.Code != 64 {
		t.Errorf("an account without an id: exit %d, %s", got.Code, got.Err)
	}
	if got := run(t, env, append(slices.Clone(whole), "--as", "misuse", "--until", "2026-11-01T00:00:00Z")...); got.Code != 0 || !strings.Contains(got.Out, "replace the keys") {
		t.Errorf("exit %d, %s%s", got.Code, got.Out, got.Err)
	}
	m, _, err := state.NewDir(dir).Load(t.Context(), "kitahama.onmicrosoft.com")
	all := m.Activity.Acknowledged
	if err != nil || len(all) != 5 || all[4].As != checks.ExplainedMisuse || all[4].Until.Day() != 1 {
		t.Fatalf("kept %+v, %v", m.Activity, err)
	}
	if all[0].Account != apptest.FirstAccount || all[1].Account != apptest.SecondAccount || all[2].Account != apptest.SecondAccount || all[3].Account != "left" {
		t.Errorf("kept %+v", all)
	}
}

// TestAcknowledgeAMember: of a declared group it must be said which account was used.
func TestAcknowledgeAMember(t *testing.T) {
	t.Parallel()
	const group = "6f0d2f2e-3c1b-4f0e-9d57-2f0f6f5d8a11"
	accounts := []checks.Account{{ID: apptest.FirstAccount, Declared: group}, {ID: apptest.SecondAccount, Declared: group}}
	l := ledger{config: config.Config{Accounts: []tenant.Declaration{{Group: group}}}}
	m := alert.NewMemory("home")
	m.Declared = map[string]string{group: apptest.SecondAccount}
	for _, read := range []bool{true, false} {
		if m.Report = nil; read {
			m.Report = &checks.Report{Accounts: accounts}
		}
		if a, err := l.witnessed(m, group); err == nil {
			t.Errorf("read %v: the group stands for %s", read, a.ID)
		}
		if a, err := l.witnessed(m, apptest.SecondAccount); err != nil || a.ID != apptest.SecondAccount {
			t.Errorf("read %v: %s, %v", read, a.ID, err)
		}
	}
}

// remember keeps a memory as a run would have left it.
func remember(t *testing.T, dir string, change func(*alert.Memory)) {
	t.Helper()
	m := alert.NewMemory("kitahama.onmicrosoft.com")
	change(&m)
	if _, err := state.NewDir(dir).Save(t.Context(), m, ""); err != nil {
		t.Fatal(err)
	}
}

// TestNoMemory: without the installation's memory these commands say which setting is
// missing.
func TestNoMemory(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"drill", "list", "--config=@/breakglass.yaml"},
		{"drill", "end", "--config=@/breakglass.yaml", "--account", apptest.DrillAccount},
	} {
		if got := run(t, nil, args...); got.Code != 1 || !strings.Contains(got.Err, "BREAKGLASS_STATE is not set") {
			t.Errorf("%q: exit %d, %s", args, got.Code, got.Err)
		}
	}
}

// TestBusyMemory: what is announced while a run is at work waits for it, and is not lost.
func TestBusyMemory(t *testing.T) {
	t.Parallel()
	dir, env := installed(t)
	_, release, err := state.NewDir(dir).Lease(t.Context(), "kitahama.onmicrosoft.com")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		time.Sleep(time.Second)
		release()
	}()
	if got := run(t, env, "drill", "start", "--config=@/breakglass.yaml", "--account", apptest.DrillAccount, "--by", "k.sato"); got.Code != 0 {
		t.Errorf("exit %d, %s", got.Code, got.Err)
	}
}
