package host

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestStartGivesTheHandlerItsEnvironment(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{
		"Check/function.json": plainTimer,
		"host.json":           `{"version":"2.0","customHandler":{"description":{"defaultExecutablePath":"%NAME%","arguments":["-a=%A%%NONE%","b"]}}}`,
	})
	h := startIn(t, dir, "slow", "NAME=handler", "A=1")
	inv, err := h.Invoke(t.Context(), "Check", Timer{})
	if err != nil {
		t.Fatal(err)
	}
	s := echo(t, inv)
	port := strings.TrimPrefix(h.Address(), "http://127.0.0.1:")
	for _, want := range []string{"FUNCTIONS_CUSTOMHANDLER_PORT=" + port, "FUNCTIONS_HTTPWORKER_PORT=" + port, "FUNCTIONS_APP_ROOT_PATH=" + dir, "A=1"} {
		if !slices.Contains(s.Env, want) {
			t.Errorf("no %s in %v", want, s.Env)
		}
	}
	if slices.ContainsFunc(s.Env, func(v string) bool { return strings.HasPrefix(v, "HOME=") }) {
		t.Errorf("the caller's own environment leaks: %v", s.Env)
	}
	if s.Dir != dir {
		t.Errorf("working directory is %s, want %s", s.Dir, dir)
	}
	if !slices.Equal(s.Args, []string{"-a=1", "b"}) {
		t.Errorf("arguments %q", s.Args)
	}
	if n := len(h.Startups()); n != 1 {
		t.Errorf("%d startups recorded, want 1", n)
	}
}

func TestAnyAnswerIsReady(t *testing.T) {
	t.Parallel()
	h := start(t, "rude", plainTimer) // a closed connection is an answer, too
	var failure *Failure
	if _, err := h.Invoke(t.Context(), "Check", Timer{}); !errors.As(err, &failure) {
		t.Errorf("got %v, want a failure", err)
	}
}

func TestStartGivesUp(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]string{
		"exit": "exited with code 3\n second ,third ,bad configuration", // the last three lines of stderr
		"deaf": "Initializing HttpWorker timed out.",
		"done": "Initializing HttpWorker timed out.",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			dir := stage(t, map[string]string{"Check/function.json": plainTimer})
			h, err := Start(t.Context(), Options{Dir: dir, Env: []string{
				"HOST_TEST_HANDLER=" + mode, "AzureFunctionsJobHost__customHandler__initializationTimeout=00:00:00.4",
			}})
			if !errors.Is(err, ErrStopped) || !strings.Contains(err.Error(), want) {
				t.Fatalf("got %v, want %q", err, want)
			}
			h.Stop()
			if n := len(h.Exits()); n != 3 {
				t.Errorf("started %d times, want 3", n)
			}
			if _, err := h.Invoke(t.Context(), "Check", Timer{}); !errors.Is(err, ErrStopped) {
				t.Errorf("got %v from a stopped host", err)
			}
		})
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	t.Run("0 is never restarted", func(t *testing.T) {
		t.Parallel()
		h := start(t, "serve", plainTimer)
		code := 0
		_, _ = h.Invoke(t.Context(), "Check", order(t, orders{Exit: &code})) // fails, see below
		for range 4 {
			var failure *Failure
			if _, err := h.Invoke(t.Context(), "Check", Timer{}); !errors.As(err, &failure) || !strings.HasPrefix(failure.Message, "Connection refused") {
				t.Fatalf("got %v, want a refused connection", err)
			}
		}
		if exits := h.Exits(); len(exits) != 1 || exits[0].Code != 0 {
			t.Errorf("exits %v", exits)
		}
	})
	t.Run("200 restarts and is not counted", func(t *testing.T) {
		t.Parallel()
		h := start(t, "serve", plainTimer)
		code := 200
		for range 4 {
			if _, err := h.Invoke(t.Context(), "Check", order(t, orders{Exit: &code})); err == nil {
				t.Fatal("an exit in mid-run is a success")
			}
		}
		if _, err := h.Invoke(t.Context(), "Check", Timer{}); err != nil {
			t.Error(err)
		}
	})
	t.Run("200 before the first answer", func(t *testing.T) {
		t.Parallel()
		h := start(t, "again", plainTimer)
		if exits := h.Exits(); len(exits) != 1 || exits[0].Code != 200 {
			t.Errorf("exits %v", exits)
		}
	})
	t.Run("others restart, the third stops the host", func(t *testing.T) {
		t.Parallel()
		h := start(t, "serve", plainTimer)
		code := 1
		for range 3 {
			var failure *Failure
			_, err := h.Invoke(t.Context(), "Check", order(t, orders{Exit: &code}))
			if !errors.As(err, &failure) || failure.Message != "An error occurred while sending the request." {
				t.Fatalf("got %v", err)
			}
		}
		if _, err := h.Invoke(t.Context(), "Check", Timer{}); !errors.Is(err, ErrStopped) {
			t.Errorf("got %v after three crashes", err)
		}
	})
}

func TestKill(t *testing.T) {
	t.Parallel()
	h := start(t, "serve", plainTimer)
	for range 2 {
		h.Kill()
		if _, err := h.Invoke(t.Context(), "Check", Timer{}); err != nil {
			t.Fatal(err)
		}
	}
	h.Kill()
	if err := h.Ready(t.Context()); !errors.Is(err, ErrStopped) {
		t.Errorf("got %v after the third kill", err)
	}
	if _, err := h.Invoke(t.Context(), "Check", Timer{}); !errors.Is(err, ErrStopped) || !strings.Contains(err.Error(), "exited with code 137") {
		t.Errorf("got %v; want why the host stopped", err)
	}
	var errorLines []string
	for _, line := range h.Lines() {
		if line.Category == Own && line.Level == Error {
			errorLines = append(errorLines, line.Text)
		}
	}
	if len(errorLines) != 4 || !strings.HasPrefix(errorLines[3], "Exceeded http worker restart retry count.") {
		t.Errorf("the host's own errors: %q", errorLines)
	}
	for _, exit := range h.Exits() {
		if exit.Code != 128+int(syscall.SIGKILL) || exit.MaxRSS == 0 {
			t.Errorf("exit %+v", exit)
		}
	}
}

func TestFailuresLongAgoAreForgotten(t *testing.T) {
	t.Parallel()
	h := start(t, "serve", plainTimer)
	h.Kill()
	h.Kill()
	h.mu.Lock()
	for i := range h.failures {
		h.failures[i] = h.failures[i].Add(-failuresWithin - time.Minute)
	}
	h.mu.Unlock()
	h.Kill()
	if err := h.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestStopKillsWithoutAsking(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{"Check/function.json": plainTimer})
	h := startIn(t, dir, "term")
	h.Stop()
	h.Stop() // twice does no harm
	if _, err := os.Stat(filepath.Join(dir, "asked")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the handler got SIGTERM")
	}
	if exits := h.Exits(); len(exits) != 1 || exits[0].Code != 128+int(syscall.SIGKILL) {
		t.Errorf("exits %v", exits)
	}
	if _, err := h.Invoke(t.Context(), "Check", Timer{}); !errors.Is(err, ErrStopped) {
		t.Errorf("got %v from a stopped host", err)
	}
}

func TestSignal(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{"Check/function.json": plainTimer})
	h := startIn(t, dir, "term")
	if err := h.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-h.current.handled
	if _, err := os.Stat(filepath.Join(dir, "asked")); err != nil {
		t.Error(err)
	}
}

func TestStopWaitsForARun(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{"Check/function.json": plainTimer})
	h := startIn(t, dir, "serve")
	done := make(chan error, 1)
	go func() {
		_, err := h.Invoke(context.WithoutCancel(t.Context()), "Check", order(t, orders{Meet: "meet-1"}))
		done <- err
	}()
	waitFor(t, filepath.Join(dir, "meet-1"))
	stopped := make(chan struct{})
	go func() {
		h.Stop()
		close(stopped)
	}()
	<-h.halting
	write(t, filepath.Join(dir, "meet-2"), "")
	if err := <-done; err != nil {
		t.Errorf("the running invocation got %v", err)
	}
	<-stopped
}

func TestContextStopsTheHost(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	h, err := Start(ctx, Options{Dir: stage(t, map[string]string{"Check/function.json": plainTimer}), Env: []string{"HOST_TEST_HANDLER=serve"}})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-h.stopped
	if _, err := h.Invoke(t.Context(), "Check", Timer{}); !errors.Is(err, ErrStopped) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	h.Stop()
	if n := len(h.Exits()); n != 1 {
		t.Errorf("%d exits, want 1", n)
	}
}

func waitFor(t *testing.T, path string) {
	t.Helper()
	for {
		if _, err := os.Stat(path); err == nil {
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatalf("no %s", path)
		case <-time.After(time.Millisecond):
		}
	}
}
