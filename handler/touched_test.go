package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/host"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/state"
)

// tellsOfTouch are the messages of a channel that tell that another hand was at the memory.
func tellsOfTouch(s *standin.Sink) [][]byte {
	var all [][]byte
	for _, body := range s.Posted() {
		if bytes.Contains(body, []byte("memory of the watch was changed")) {
			all = append(all, body)
		}
	}
	return all
}

// memoryPath is where the memory is kept, and notePath what is kept beside it.
func memoryPath(w *testbed.Testbed) string {
	return filepath.Join(w.State, "memory-kitahama.onmicrosoft.com.json")
}
func notePath(w *testbed.Testbed) string { return filepath.Join(w.State, "memory-installation.json") }

// rewrite changes the memory behind the program's back, as somebody would who has read its source.
func rewrite(t *testing.T, w *testbed.Testbed, change func(*alert.Memory)) {
	t.Helper()
	store := state.NewDir(w.State)
	m, v, err := store.Load(t.Context(), "kitahama.onmicrosoft.com")
	if err != nil {
		t.Fatal(err)
	}
	change(&m)
	m.Serial++
	if _, err := store.Save(t.Context(), m, v); err != nil {
		t.Fatal(err)
	}
}

// TestTouchedMemory: whatever another hand does to the memory, people hear of it, once, in every
// regular channel, whether the process that kept it lives or not, and what it means. What the
// process still has is not told again.
func TestTouchedMemory(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		touch func(t *testing.T, w *testbed.Testbed, old []byte) error
		says  string
	}{
		"deleted": {func(_ *testing.T, w *testbed.Testbed, _ []byte) error { return os.Remove(memoryPath(w)) }, "was deleted; it was last kept on"},
		"emptied": {func(_ *testing.T, w *testbed.Testbed, _ []byte) error { return os.WriteFile(memoryPath(w), nil, 0o600) }, "broken or cut off"},
		"of another tenant": {func(_ *testing.T, w *testbed.Testbed, old []byte) error {
			return os.WriteFile(memoryPath(w), bytes.Replace(old, []byte(`"tenant":"kitahama.`), []byte(`"tenant":"contoso.`), 1), 0o600)
		}, "it is about another tenant"},
		"of a later version": {func(_ *testing.T, w *testbed.Testbed, old []byte) error {
			return os.WriteFile(memoryPath(w), bytes.Replace(old, []byte(alert.Schema), []byte("breakglass.memory/v9"), 1), 0o600)
		}, "its schema is"},
		"put back to an older one": {func(_ *testing.T, w *testbed.Testbed, old []byte) error {
			return os.WriteFile(memoryPath(w), old, 0o600)
		}, "was put back to how it was on"},
		"no file": {func(_ *testing.T, w *testbed.Testbed, _ []byte) error {
			return errors.Join(os.Remove(memoryPath(w)), os.Symlink(os.DevNull, memoryPath(w)))
		}, "it is no regular file"},
	} {
		for _, lives := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", alive", false: ", after a restart"}[lives], func(t *testing.T) {
				t.Parallel()
				w := apptest.World(t)
				escalation := standin.NewSlack()
				if err := escalation.Start(); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = escalation.Close() }) // it was of use already
				env := []string{"BREAKGLASS_LANGUAGE=en", "ESCALATION_SLACK_WEBHOOK_URL=" + escalation.URL()}
				h := apptest.Boot(t, w, env...)
				apptest.Fire(t, h, true)
				old := memoryFile(t, w)
				apptest.Happens(t, w, "signIns", testbed.SignIn("alarm", apptest.FirstAccount, time.Now().Add(-2*time.Minute), 0))
				apptest.Poll(t, h)
				apptest.ExpectPosted(t, w, 2, 2)
				if err := c.touch(t, w, old); err != nil {
					t.Fatal(err)
				}
				if !lives {
					h.Stop()
					h = apptest.Boot(t, w, env...)
				}
				apptest.Poll(t, h)
				for _, s := range []*standin.Sink{w.Slack, w.Teams} {
					told := tellsOfTouch(s)
					if len(told) != 1 {
						t.Fatalf("told %d times of it\n%s", len(told), apptest.Console(h))
					}
					lost := bytes.Contains(told[0], []byte("What it held is lost")) && bytes.Contains(told[0], []byte("everything that is open is told again")) && bytes.Contains(told[0], []byte("method-usable"))
					if kept := bytes.Contains(told[0], []byte("nothing is lost")); kept != lives || lost == lives {
						t.Errorf("lost %v, kept %v: %s", lost, kept, told[0])
					}
					if !bytes.Contains(told[0], []byte(c.says)) || !bytes.Contains(told[0], []byte("who can write to the storage account")) {
						t.Errorf("no %q in %s", c.says, told[0])
					}
				}
				apptest.Poll(t, h)
				apptest.Fire(t, h, true)
				h.Stop()
				h = apptest.Boot(t, w, env...)
				apptest.Poll(t, h)
				if s, m, e := len(tellsOfTouch(w.Slack)), len(tellsOfTouch(w.Teams)), len(escalation.Posted()); s != 1 || m != 1 || e != 0 {
					t.Errorf("told %d, %d and %d times\n%s", s, m, e, apptest.Console(h))
				}
				apptest.ExpectPosted(t, w, 3, 3)
			})
		}
	}
}

// TestTouchedBlob: the same where the memory is a blob, by a process that lives and by the next.
func TestTouchedBlob(t *testing.T) {
	t.Parallel()
	s := apptest.StartStorage(t)
	for _, lives := range []bool{true, false} {
		for _, deleted := range []bool{true, false} {
			name := fmt.Sprintf("lives-%v-deleted-%v", lives, deleted)
			t.Run(name, func(t *testing.T) {
				store := s.Open(t, name)
				w := apptest.World(t)
				env := append(s.Settings(name), "BREAKGLASS_LANGUAGE=en")
				h := apptest.Boot(t, w, env...)
				apptest.Fire(t, h, true)
				old, _, err := store.Load(t.Context(), "kitahama.onmicrosoft.com")
				if err != nil {
					t.Fatal(err)
				}
				apptest.Happens(t, w, "signIns", testbed.SignIn("alarm", apptest.FirstAccount, time.Now().Add(-2*time.Minute), 0))
				apptest.Poll(t, h)
				_, v, err := store.Load(t.Context(), "kitahama.onmicrosoft.com")
				if err != nil {
					t.Fatal(err)
				}
				if deleted {
					client, errClient := container.NewClientFromConnectionString(s.Connection(s.Account), name, nil)
					if errClient != nil {
						t.Fatal(errClient)
					}
					_, err = client.NewBlobClient("memory-kitahama.onmicrosoft.com.json").Delete(t.Context(), nil)
				} else {
					_, err = store.Save(t.Context(), old, v)
				}
				if err != nil {
					t.Fatal(err)
				}
				if !lives {
					h.Stop()
					h = apptest.Boot(t, w, env...)
				}
				for range 2 {
					apptest.Poll(t, h)
					for _, sink := range []*standin.Sink{w.Slack, w.Teams} {
						told := tellsOfTouch(sink)
						if len(told) != 1 || bytes.Contains(told[0], []byte("nothing is lost")) != lives || bytes.Contains(told[0], []byte("was deleted")) != deleted {
							t.Fatalf("told %d: %s\n%s", len(told), told, apptest.Console(h))
						}
					}
				}
			})
		}
	}
}

// TestMemoryIsAttested: a quiet look writes nothing, also beside the memory, and what stands
// there follows the memory.
func TestMemoryIsAttested(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w)
	apptest.Fire(t, h, true)
	apptest.Poll(t, h)
	kept, note := memoryFile(t, w), noteFile(t, w)
	h.Stop()
	h = apptest.Boot(t, w) // it learns what is attested, and has nothing to add
	apptest.Poll(t, h)
	apptest.Poll(t, h)
	if !bytes.Equal(kept, memoryFile(t, w)) || !bytes.Equal(note, noteFile(t, w)) {
		t.Error("a quiet look writes")
	}
	apptest.Happens(t, w, "signIns", testbed.SignIn("alarm", apptest.FirstAccount, time.Now().Add(-2*time.Minute), 0))
	apptest.Poll(t, h)
	store := state.NewDir(w.State)
	m, _, err := store.Load(t.Context(), "kitahama.onmicrosoft.com")
	beside, _, besideErr := store.Load(t.Context(), "installation")
	if err := errors.Join(err, besideErr); err != nil || beside.Kept["kitahama.onmicrosoft.com"].Serial != m.Serial {
		t.Errorf("%d is kept, and attested %+v, %v", m.Serial, beside.Kept, err)
	}
}

func noteFile(t *testing.T, w *testbed.Testbed) []byte {
	t.Helper()
	data, err := os.ReadFile(notePath(w))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestNobodyIsAccused: what happens without another hand is told by nobody as one's doing.
func TestNobodyIsAccused(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(t *testing.T, w *testbed.Testbed){
		"the memory of before there was a note": func(t *testing.T, w *testbed.Testbed) { remove(t, notePath(w)) },
		"a process that died before it noted": func(t *testing.T, w *testbed.Testbed) {
			note := noteFile(t, w)
			rewrite(t, w, func(*alert.Memory) {})
			if err := os.WriteFile(notePath(w), note, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"everything deleted": func(t *testing.T, w *testbed.Testbed) { remove(t, notePath(w)); remove(t, memoryPath(w)) }, // nothing is left that could tell
		"a drill announced":  func(t *testing.T, w *testbed.Testbed) { announce(t, w) },
		"a storage that could not be written": func(t *testing.T, w *testbed.Testbed) {
			path := memoryPath(w) + ".lock"
			remove(t, path)
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
			h := apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en")
			apptest.Fire(t, h, false)
			apptest.Fire(t, h, false)
			remove(t, path)
			apptest.Fire(t, h, true)
			h.Stop()
		},
		"two processes": func(t *testing.T, w *testbed.Testbed) {
			one, two := apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en"), apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en")
			for i := range 3 {
				apptest.Happens(t, w, "signIns", testbed.SignIn(string(rune('a'+i)), apptest.FirstAccount, time.Now().Add(-time.Minute), 0))
				apptest.Poll(t, one)
				apptest.Poll(t, two)
				apptest.Fire(t, two, true)
				apptest.Fire(t, one, true)
			}
			one.Stop()
			two.Stop()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.World(t)
			h := apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en")
			apptest.Fire(t, h, true)
			apptest.Poll(t, h)
			h.Stop()
			do(t, w)
			h = apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en")
			apptest.Poll(t, h)
			apptest.Fire(t, h, true)
			if s, m := len(tellsOfTouch(w.Slack)), len(tellsOfTouch(w.Teams)); s+m > 0 {
				t.Errorf("told %d and %d times: %s\n%s", s, m, tellsOfTouch(w.Slack), apptest.Console(h))
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func announce(t *testing.T, w *testbed.Testbed) {
	t.Helper()
	if s := apptest.LiveIn(t, w.Env(), "drill", "start", "--account", apptest.DrillAccount, "--by", "k.sato"); s.Code != 0 {
		t.Fatalf("exit %d: %s", s.Code, s.Err)
	}
}

// TestForeignEntriesHideNothing: an explanation of what will come, and a drill for ages, that
// somebody writes into the memory explain nothing, and people hear of them.
func TestForeignEntriesHideNothing(t *testing.T) {
	t.Parallel()
	ages := time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		put  func(*alert.Memory)
		says string
	}{
		"an explanation": {func(m *alert.Memory) {
			m.Activity.Acknowledged = append(m.Activity.Acknowledged, checks.Acknowledgement{Account: apptest.FirstAccount, Until: ages, At: ages, As: checks.ExplainedDrill, By: "x", Reason: "x"})
		}, "an explanation of what " + apptest.FirstAccount},
		"a drill": {func(m *alert.Memory) {
			m.Activity.Drills = append(m.Activity.Drills, checks.Drill{Account: apptest.DrillAccount, From: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), To: ages, By: "x"})
		}, "a drill of " + apptest.DrillAccount + " until 1 Jan 2099"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.World(t)
			h := apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en")
			apptest.Fire(t, h, true)
			apptest.Poll(t, h)
			rewrite(t, w, c.put)
			apptest.Happens(t, w, "signIns", testbed.SignIn("alarm", apptest.FirstAccount, time.Now().Add(-time.Minute), 0))
			apptest.Poll(t, h)
			for _, s := range []*standin.Sink{w.Slack, w.Teams} {
				told := tellsOfTouch(s)
				if len(told) != 1 || !bytes.Contains(told[0], []byte(c.says)) || !bytes.Contains(told[0], []byte("activity-sign-in")) || bytes.Contains(told[0], []byte("DRILL SUCCEEDED")) {
					t.Fatalf("told %d: %s\n%s", len(told), told, apptest.Console(h))
				}
			}
			apptest.Poll(t, h)
			apptest.Fire(t, h, true)
			apptest.ExpectPosted(t, w, 2, 2)
			m := alert.Memory{}
			if err := json.Unmarshal(memoryFile(t, w), &m); err != nil || len(m.Activity.Drills)+len(m.Activity.Acknowledged) > 0 {
				t.Errorf("kept %+v, %v", m.Activity, err)
			}
		})
	}
}

// TestTouchedAtTheCommandLine: nothing is announced into a memory that is gone or older before
// people heard of it, and what is announced into one that was touched does not hide that.
func TestTouchedAtTheCommandLine(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en")
	apptest.Fire(t, h, true)
	old := memoryFile(t, w)
	apptest.Happens(t, w, "signIns", testbed.SignIn("alarm", apptest.FirstAccount, time.Now().Add(-2*time.Minute), 0))
	apptest.Poll(t, h)
	h.Stop()
	start := []string{"drill", "start", "--account", apptest.DrillAccount, "--by", "k.sato"}
	if err := os.WriteFile(memoryPath(w), old, 0o600); err != nil {
		t.Fatal(err)
	}
	if s := apptest.LiveIn(t, w.Env(), start...); s.Code != 1 || !strings.Contains(s.Err, "the next run replaces it") {
		t.Errorf("exit %d: %s", s.Code, s.Err)
	}
	h = apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en")
	apptest.Poll(t, h)
	if n := len(tellsOfTouch(w.Slack)); n != 1 {
		t.Fatalf("told %d times", n)
	}
	rewrite(t, w, func(m *alert.Memory) {
		m.Activity.Drills = []checks.Drill{{Account: apptest.DrillAccount, To: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)}}
	})
	announce(t, w)
	apptest.Poll(t, h)
	if told := tellsOfTouch(w.Slack); len(told) != 2 || !bytes.Contains(told[1], []byte("until 1 Jan 2099")) {
		t.Errorf("told %d times", len(told))
	}
	for _, args := range [][]string{
		{"drill", "start", "--account", apptest.DrillAccount, "--by", strings.Repeat("x", alert.LongestName+1)},
		{"acknowledge", "--account", apptest.DrillAccount, "--as", "drill", "--by", "x", "--reason", strings.Repeat("x", alert.LongestText+1)},
	} {
		if s := apptest.LiveIn(t, w.Env(), args...); s.Code != 64 || !strings.Contains(s.Err, "at most") {
			t.Errorf("%s: exit %d: %s", args[0], s.Code, s.Err)
		}
	}
}

// TestSpoiledNote: what would show an older memory is told as touched too.
func TestSpoiledNote(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en")
	apptest.Fire(t, h, true)
	apptest.Poll(t, h)
	h.Stop()
	if err := os.WriteFile(notePath(w), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		h = apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en")
		apptest.Poll(t, h)
		h.Stop()
	}
	if told := tellsOfTouch(w.Slack); len(told) != 1 || !bytes.Contains(told[0], []byte("notes beside its memory")) || bytes.Contains(told[0], []byte("told again")) {
		t.Errorf("told %d: %s", len(told), told)
	}
}

// TestTouchedAgain: each time is told.
func TestTouchedAgain(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en")
	apptest.Fire(t, h, true)
	for want := range 3 {
		if n := len(tellsOfTouch(w.Slack)); n != want {
			t.Fatalf("told %d times, want %d\n%s", n, want, apptest.Console(h))
		}
		remove(t, memoryPath(w))
		apptest.Poll(t, h)
	}
}

// TestTouchedForGood: what cannot be put in order is told once by a process that lives.
func TestTouchedForGood(t *testing.T) {
	t.Parallel()
	w := apptest.World(t)
	h := apptest.Boot(t, w, "BREAKGLASS_LANGUAGE=en")
	apptest.Fire(t, h, true)
	remove(t, memoryPath(w))
	if err := os.MkdirAll(filepath.Join(memoryPath(w), "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		_, _ = h.Invoke(t.Context(), "Watch", host.Timer{}) // that nothing is kept fails a run
	}
	if n := len(tellsOfTouch(w.Slack)); n != 1 {
		t.Errorf("told %d times\n%s", n, apptest.Console(h))
	}
}
