package apptest

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"breakglass/internal/state"
)

func (s *Storage) pass(container string, before bool) bool {
	s.mu.Lock()
	step := s.steps[container]
	s.mu.Unlock()
	return step == nil || step(before)
}

// At sees each request to a container.
func (s *Storage) At(container string, step func(before bool) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps[container] = step
}

func (s *Storage) Connection(address string) string {
	return "DefaultEndpointsProtocol=http;AccountName=breakglass;AccountKey=" + s.key + ";BlobEndpoint=" + address + "/breakglass;"
}

// Settings are the handler's, with a container of its own.
func (s *Storage) Settings(container string) []string {
	return []string{"BREAKGLASS_STATE=" + s.Gate.URL + "/breakglass/" + container, "AZURE_STORAGE_CONNECTION_STRING=" + s.Connection(s.Gate.URL)}
}

// Open opens the container past the gate, and makes it.
func (s *Storage) Open(t *testing.T, name string) state.Store {
	t.Helper()
	if err := state.CreateContainer(t.Context(), s.Connection(s.Account), name); err != nil {
		t.Fatal(err)
	}
	store, err := state.Open(t.Context(), s.Account+"/breakglass/"+name, func(string) string { return s.Connection(s.Account) })
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// A Storage is where the handler keeps its memory in a test, behind a gate that sees each
// request.
type Storage struct {
	Account string // of Azurite: its address
	key     string
	Gate    *httptest.Server

	mu    sync.Mutex
	steps map[string]func(before bool) bool // by container; false: the connection breaks instead
}

// StartStorage starts Azurite and the gate before it.
func StartStorage(t *testing.T) *Storage {
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
	s := &Storage{steps: map[string]func(bool) bool{}, key: base64.StdEncoding.EncodeToString(secret)}
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
	for s.Account == "" && lines.Scan() {
		if _, address, found := strings.Cut(lines.Text(), "successfully listens on "); found {
			s.Account = strings.TrimSpace(address)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, output) }() // it must not block on its output
	target, err := url.Parse(s.Account)
	if err != nil || s.Account == "" {
		t.Fatalf("Azurite does not listen: %v, %v", lines.Err(), err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = nil
	s.Gate = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
	t.Cleanup(s.Gate.Close)
	return s
}
