package apptest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"breakglass/internal/standin"
	"breakglass/internal/standin/testbed"
)

// A Session is one run of the command line.
type Session struct {
	Code     int
	Out, Err string
}

// Live runs the packaged program as a person would beside the stand-ins: the identity
// library reads the environment of its process, so it takes a process of its own. The
// working directory holds the configuration.
func Live(t *testing.T, w *testbed.Testbed, args ...string) Session {
	t.Helper()
	return LiveIn(t, w.Env(), args...)
}

func LiveIn(t *testing.T, env []string, args ...string) Session {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "breakglass.yaml"), standin.Config(), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), CommandLine(t), args...)
	command.Dir = dir
	command.Env = append(env, "BREAKGLASS_CONFIG="+filepath.Join(dir, "breakglass.yaml"))
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	return Session{command.ProcessState.ExitCode(), out.String(), errs.String()}
}

func ReadText(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

const DrillAccount = "ea01@kitahama.onmicrosoft.com"

// SecondAccount is ea02 of the made-up tenant.
const SecondAccount = "8a119b9e-16bc-4732-8f7b-7676d015b0dc"

// build builds the command line, once and of the handler's version, with the handler that its
// demonstration starts beside it.
var build = sync.OnceValue(func() error {
	root, err := findRoot()
	if err != nil {
		return err
	}
	if err := stage(); err != nil {
		return err
	}
	handler := filepath.Join(PackageDir, "dist", "handler")
	said, err := exec.CommandContext(context.Background(), handler, "version").Output()
	if err != nil {
		return err
	}
	_, version, _ := strings.Cut(strings.TrimSpace(string(said)), " ")
	bin := filepath.Join(PackageDir, "bin")
	if err := goes("build", "-C", root, "-trimpath", "-ldflags", "-X main.version="+version, "-o", filepath.Join(bin, "breakglass"), "./cmd/breakglass"); err != nil {
		return err
	}
	return os.Symlink(handler, filepath.Join(bin, "handler"))
})

// CommandLine is the command line, as make build builds it.
func CommandLine(t testing.TB) string {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(PackageDir, "bin", "breakglass")
}
