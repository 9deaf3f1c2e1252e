package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/internal/standin"
	"breakglass/internal/standin/host"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/state"
)

// A storage is where the handler keeps its memory in a test, behind a gate that sees each
// request.
type storage struct {
	account string // of Azurite: its address
	key     string
	gate    *httptest.Server

	mu    sync.Mutex
	steps map[string]func(before bool) bool // by container; false: the connection breaks instead
}

// startStorage starts Azurite and the gate before it.
func startStorage(t *testing.T) *storage {
	t.Helper()
	executable := os.Getenv("BREAKGLASS_AZURITE")
	if executable == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("BREAKGLASS_AZURITE is not set: in CI crashes are tried against Azurite")
		}
		t.Skip("BREAKGLASS_AZURITE is not set: make test sets it")
	}
	ctx, cancel := context.WithCancel(context.Background())
	secret := make([]byte, 64)
	_, _ = rand.Read(secret) // never fails
	s := &storage{steps: map[string]func(bool) bool{}, key: base64.StdEncoding.EncodeToString(secret)}
	cmd := exec.CommandContext(ctx, executable, "--blobHost", "127.0.0.1", "--blobPort", "0", "--location", t.TempDir(), "--silent", "--disableTelemetry", "--skipApiVersionCheck")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Env = append(os.Environ(), "AZURITE_ACCOUNTS=breakglass:"+s.key)
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was interrupted
	})
	lines := bufio.NewScanner(output)
	for s.account == "" && lines.Scan() {
		if _, address, found := strings.Cut(lines.Text(), "successfully listens on "); found {
			s.account = strings.TrimSpace(address)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, output) }() // it must not block on its output
	target, err := url.Parse(s.account)
	if err != nil || s.account == "" {
		t.Fatalf("Azurite does not listen: %v, %v", lines.Err(), err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = nil
	s.gate = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		container := strings.Split(r.URL.Path, "/")[2]
		if !s.pass(container, true) {
			panic(http.ErrAbortHandler)
		}
		kept := httptest.NewRecorder()
		proxy.ServeHTTP(kept, r)
		if !s.pass(container, false) {
			panic(http.ErrAbortHandler)
		}
		maps.Copy(w.Header(), kept.Header())
		w.WriteHeader(kept.Code)
		_, _ = w.Write(kept.Body.Bytes()) // who asked may be gone
	}))
	t.Cleanup(s.gate.Close)
	return s
}

func (s *storage) pass(container string, before bool) bool {
	s.mu.Lock()
	step := s.steps[container]
	s.mu.Unlock()
	return step == nil || step(before)
}

// at sees each request to a container.
func (s *storage) at(container string, step func(before bool) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps[container] = step
}

func (s *storage) connection(address string) string {
	return "DefaultEndpointsProtocol=http;AccountName=breakglass;AccountKey=" + s.key + ";BlobEndpoint=" + address + "/breakglass;"
}

// settings are the handler's, with a container of its own.
func (s *storage) settings(container string) []string {
	return []string{"BREAKGLASS_STATE=" + s.gate.URL + "/breakglass/" + container, "AZURE_STORAGE_CONNECTION_STRING=" + s.connection(s.gate.URL)}
}

// open opens the container past the gate, and makes it.
func (s *storage) open(t *testing.T, name string) state.Store {
	t.Helper()
	if err := state.CreateContainer(t.Context(), s.connection(s.account), name); err != nil {
		t.Fatal(err)
	}
	store, err := state.Open(t.Context(), s.account+"/breakglass/"+name, func(string) string { return s.connection(s.account) })
	if err != nil {
		t.Fatal(err)
	}
	return store
}

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
	s := startStorage(t)
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
func crashAt(t *testing.T, s *storage, container string, kill int) int {
	t.Helper()
	store := s.open(t, container)
	w := newTestWorld(t)
	c := &crash{world: w, kill: kill}
	c.host = boot(t, w, s.settings(container)...)
	w.Slack.Respond(c.respond)
	w.Teams.Respond(c.respond)
	s.at(container, func(bool) bool { return c.step() })
	_, err := c.host.Invoke(t.Context(), "EmergencyAccess", host.Timer{ByHand: true})
	if kill == 0 && err != nil || kill > 0 && err == nil && c.steps < kill {
		t.Fatalf("the run: %v, %d steps", err, c.steps)
	}
	steps := c.steps
	s.at(container, nil)
	c.kill = -1
	anotherSecond()
	before := serial(t, store)
	freeLease(t, s, container)
	fire(t, c.host, true)
	for range 3 { // what waits is sent by the watch
		freeLease(t, s, container)
		glance(t, c.host)
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
func freeLease(t *testing.T, s *storage, container string) {
	t.Helper()
	if err := state.BreakLease(t.Context(), s.connection(s.account), container, "kitahama.onmicrosoft.com"); err != nil {
		t.Fatal(err)
	}
}

// TestStorageFails: the storage breaks off before each of its requests is done, or after:
// people are told all the same, and not again when it is back.
func TestStorageFails(t *testing.T) {
	t.Parallel()
	s := startStorage(t)
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
			store := s.open(t, container)
			w := newTestWorld(t)
			h := boot(t, w, s.settings(container)...)
			n := 0
			s.at(container, func(before bool) bool {
				if before {
					n++
				}
				return n < c.from || n > c.to || before != c.before
			})
			_, _ = h.Invoke(t.Context(), "EmergencyAccess", host.Timer{ByHand: true}) // whatever becomes of it
			s.at(container, nil)
			if told := len(keys(w.Slack.Posted())); told != 1 {
				t.Errorf("with the storage broken, Slack was told %d times", told)
			}
			freeLease(t, s, container)
			anotherSecond()
			fire(t, h, true)
			glance(t, h)
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
	s := startStorage(t)
	store := s.open(t, "two-runners")
	w := newTestWorld(t)
	one, two := boot(t, w, s.settings("two-runners")...), boot(t, w, s.settings("two-runners")...)
	var wg sync.WaitGroup
	for _, h := range []*host.Host{one, two, one, two} {
		wg.Go(func() { fire(t, h, true) })
	}
	wg.Wait()
	expectPosted(t, w, 1, 1)
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
			w := newTestWorld(t)
			c := &crash{world: w, kill: kill, host: boot(t, w)}
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
			w := newTestWorld(t)
			h := boot(t, w)
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
	fire(t, h, true)
	glance(t, h)
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
