package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/host"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/state"
)

var keyPattern = regexp.MustCompile(`· key ([a-z2-7]{10})"`)

// keys are those of the messages that people saw, in order.
func keys(posted [][]byte) []string {
	var all []string
	for _, body := range posted {
		for _, m := range keyPattern.FindAllSubmatch(body, 1) {
			all = append(all, string(m[1]))
		}
	}
	return all
}

// duplicates counts messages that people saw again; a message must not come again under
// another key.
func duplicates(all []string) int {
	seen := map[string]bool{}
	n := 0
	for _, k := range all {
		if seen[k] {
			n++
		}
		seen[k] = true
	}
	return n
}

// A crash is one run of the handler that is killed at a step. The steps are everything
// that it does outside of itself but reading: each request to the storage and to the
// channels, just before it is done and just after.
type crash struct {
	world *testbed.Testbed
	host  *host.Host
	steps int
	kill  int // at which step; 0 for none
	mu    sync.Mutex
}

// step counts one, and kills the handler at the one that is meant.
func (c *crash) step() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.steps++
	if c.steps == c.kill {
		c.host.Kill()
		return false
	}
	return true
}

// respond makes the channels steps too: before a message is taken, and after.
func (c *crash) respond(int) standin.Reply {
	if !c.step() {
		return standin.Reply{Reset: true}
	}
	if !c.step() {
		return standin.Reply{Posts: true, Reset: true}
	}
	return standin.Reply{}
}

// TestCrash kills the handler at every step of a run, with kill -9, and lets it run again:
// no finding is lost, the state never moves backwards, and at most one message comes
// twice, under the same key.
func TestCrash(t *testing.T) {
	t.Parallel()
	s := apptest.StartStorage(t)
	n := crashAt(t, s, "uncrashed", 0)
	if n < 12 {
		t.Fatalf("a run has %d steps", n)
	}
	for kill := 1; kill <= n; kill++ {
		t.Run(fmt.Sprintf("step %d of %d", kill, n), func(t *testing.T) {
			t.Parallel()
			crashAt(t, s, fmt.Sprintf("step-%d", kill), kill)
		})
	}
}

// crashAt makes a run that is killed at a step, and then those that follow. It returns how
// many steps there were.
func crashAt(t *testing.T, s *apptest.Storage, container string, kill int) int {
	t.Helper()
	store := s.Open(t, container)
	w := apptest.World(t)
	c := &crash{world: w, kill: kill}
	c.host = apptest.Boot(t, w, s.Settings(container)...)
	w.Slack.Respond(c.respond)
	w.Teams.Respond(c.respond)
	s.At(container, func(bool) bool { return c.step() })
	_, err := c.host.Invoke(t.Context(), "EmergencyAccess", host.Timer{ByHand: true})
	if kill == 0 && err != nil || kill > 0 && err == nil && c.steps < kill {
		t.Fatalf("the run: %v, %d steps", err, c.steps)
	}
	steps := c.steps
	s.At(container, nil)
	c.kill = -1
	anotherSecond()
	before := serial(t, store)
	freeLease(t, s, container)
	apptest.Fire(t, c.host, true)
	for range 3 { // what waits is sent by the watch
		freeLease(t, s, container)
		apptest.Poll(t, c.host)
	}
	m, _, err := store.Load(t.Context(), "kitahama.onmicrosoft.com")
	if err != nil || m.Serial < before {
		t.Fatalf("kept %d, before %d: %v", m.Serial, before, err)
	}
	for name, sink := range map[string]*standin.Sink{"slack": w.Slack, "teams": w.Teams} {
		posted := sink.Posted()
		told := keys(posted)
		if len(told) == 0 || !bytes.Contains(posted[0], []byte("method-usable")) {
			t.Errorf("%s was told nothing", name)
		}
		again := duplicates(told)
		if different := len(told) - again; different != 1 || again > 1 || kill == 0 && again > 0 {
			t.Errorf("%s was told %q", name, told)
		}
		if waiting := m.Channels[name].Queue; len(waiting) > 0 && waiting[0].NotBefore.Before(time.Now()) {
			t.Errorf("%s still waits for %+v", name, waiting)
		}
	}
	return steps
}

func serial(t *testing.T, store state.Store) int64 {
	t.Helper()
	m, _, err := store.Load(t.Context(), "kitahama.onmicrosoft.com")
	if err != nil {
		return 0 // nothing was kept yet
	}
	return m.Serial
}

// anotherSecond waits until a run is told from the one before by its time.
func anotherSecond() { time.Sleep(1100 * time.Millisecond) }

// freeLease ends the lease of a run that was killed, as a minute of waiting would.
func freeLease(t *testing.T, s *apptest.Storage, container string) {
	t.Helper()
	if err := state.BreakLease(t.Context(), s.Connection(s.Account), container, "kitahama.onmicrosoft.com"); err != nil {
		t.Fatal(err)
	}
}

// TestStorageFails: the storage breaks off before each of its requests is done, or after:
// people are told all the same, and not again when it is back.
func TestStorageFails(t *testing.T) {
	t.Parallel()
	s := apptest.StartStorage(t)
	for _, c := range []struct {
		name     string
		from, to int // which requests
		before   bool
	}{
		{"before the lease", 1, 1 << 20, true},
		{"before the note is read", 3, 1 << 20, true},
		{"before the memory is read", 4, 1 << 20, true},
		{"before the commit", 5, 1 << 20, true},
		{"after the commit", 5, 1 << 20, false},
		{"after the commit, once", 5, 5, false},
		{"while sending", 7, 1 << 20, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			container := strings.NewReplacer(" ", "-", ",", "").Replace(c.name)
			store := s.Open(t, container)
			w := apptest.World(t)
			h := apptest.Boot(t, w, s.Settings(container)...)
			n := 0
			s.At(container, func(before bool) bool {
				if before {
					n++
				}
				return n < c.from || n > c.to || before != c.before
			})
			_, _ = h.Invoke(t.Context(), "EmergencyAccess", host.Timer{ByHand: true}) // whatever becomes of it
			s.At(container, nil)
			if told := len(keys(w.Slack.Posted())); told != 1 {
				t.Errorf("with the storage broken, Slack was told %d times", told)
			}
			freeLease(t, s, container)
			anotherSecond()
			apptest.Fire(t, h, true)
			apptest.Poll(t, h)
			for name, sink := range map[string]*standin.Sink{"slack": w.Slack, "teams": w.Teams} {
				told := keys(sink.Posted())
				if duplicates(told) > 0 || len(told) > 2 { // the second: what hangs on the memory can be checked again
					t.Errorf("%s was told %q", name, told)
				}
			}
			m, _, err := store.Load(t.Context(), "kitahama.onmicrosoft.com")
			if err != nil || m.Report == nil || len(m.Channels["slack"].Queue) > 0 {
				t.Errorf("kept %+v, %v", m.Channels["slack"], err)
			}
		})
	}
}

// TestTwoRunners: two processes are asked at once; people are told once.
func TestTwoRunners(t *testing.T) {
	t.Parallel()
	s := apptest.StartStorage(t)
	store := s.Open(t, "two-runners")
	w := apptest.World(t)
	one, two := apptest.Boot(t, w, s.Settings("two-runners")...), apptest.Boot(t, w, s.Settings("two-runners")...)
	var wg sync.WaitGroup
	for _, h := range []*host.Host{one, two, one, two} {
		wg.Go(func() { apptest.Fire(t, h, true) })
	}
	wg.Wait()
	apptest.ExpectPosted(t, w, 1, 1)
	m, _, err := store.Load(t.Context(), "kitahama.onmicrosoft.com")
	if err != nil || m.Report == nil {
		t.Errorf("kept %v", err)
	}
}

// TestCrashInADirectory kills the handler at every step of the channels, and at random
// times, with its memory in a directory.
func TestCrashInADirectory(t *testing.T) {
	t.Parallel()
	for kill := 1; kill <= 4; kill++ {
		t.Run(fmt.Sprintf("step %d", kill), func(t *testing.T) {
			t.Parallel()
			w := apptest.World(t)
			c := &crash{world: w, kill: kill, host: apptest.Boot(t, w)}
			w.Slack.Respond(c.respond)
			w.Teams.Respond(c.respond)
			_, _ = c.host.Invoke(t.Context(), "EmergencyAccess", host.Timer{ByHand: true}) // it is killed
			c.kill = -1
			anotherSecond()
			afterwards(t, w, c.host, 1)
		})
	}
	t.Run("at any time", func(t *testing.T) {
		t.Parallel()
		for i := range 12 {
			w := apptest.World(t)
			h := apptest.Boot(t, w)
			done := make(chan bool)
			go func() {
				defer close(done)
				_, _ = h.Invoke(t.Context(), "EmergencyAccess", host.Timer{ByHand: true})
			}()
			time.Sleep(time.Duration(i*12) * time.Millisecond)
			h.Kill()
			<-done
			anotherSecond()
			afterwards(t, w, h, 1)
		}
	})
}

// afterwards lets the handler run again, and expects that everybody is told everything,
// with so many messages twice at most.
func afterwards(t *testing.T, w *testbed.Testbed, h *host.Host, most int) {
	t.Helper()
	apptest.Fire(t, h, true)
	apptest.Poll(t, h)
	for name, sink := range map[string]*standin.Sink{"slack": w.Slack, "teams": w.Teams} {
		told := keys(sink.Posted())
		if again := duplicates(told); len(told)-again != 1 || again > most {
			t.Errorf("%s was told %q", name, told)
		}
	}
	entries, err := os.ReadDir(w.State)
	if err != nil || !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasSuffix(e.Name(), ".json") }) {
		t.Errorf("%v, %v", entries, err)
	}
	m, _, err := state.NewDir(w.State).Load(t.Context(), "kitahama.onmicrosoft.com")
	if err != nil || m.Report == nil || m.Schema != alert.Schema {
		t.Errorf("kept %v, %v", m.Report, err)
	}
}
