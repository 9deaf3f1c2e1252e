package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
)

// TestGrantAsks: at a terminal a person is asked, and nothing is granted but for a yes.
// Whoever says no, says nothing or ends the program is told so, and so is a script: exit 1.
func TestGrantAsks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(t *testing.T, person *os.File, program *os.Process)
		agrees bool
	}{
		"yes":      {types("Yes\n"), true},
		"y":        {types("y\n"), true},
		"no":       {types("n\n"), false},
		"enter":    {types("\n"), false},
		"yessir":   {types("yessir\n"), false},
		"Ctrl+D":   {types("\x04"), false},
		"an end":   {func(t *testing.T, _ *os.File, program *os.Process) { signalled(t, program, os.Interrupt) }, false},
		"no JSON!": {types("n\n"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := needing()
			person, terminal := terminalPair(t)
			args := []string{"permissions", "grant", "--identity", standin.RegisterIdentity}
			asJSON := name == "no JSON!"
			if asJSON {
				args = append(args, "--format", "json")
			}
			command := exec.CommandContext(t.Context(), apptest.CommandLine(t), args...)
			command.Dir = t.TempDir()
			command.Env = signedIn(t, r.Intercept, administrator()...)
			var out bytes.Buffer
			command.Stdin, command.Stdout = terminal, &out
			said, err := command.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			var errs bytes.Buffer
			for reader := bufio.NewReader(said); !strings.Contains(errs.String(), "[y/N]"); {
				b, err := reader.ReadByte()
				if err != nil {
					t.Fatalf("nobody is asked: %v\n%s", err, errs.String())
				}
				errs.WriteByte(b)
			}
			c.answer(t, person, command.Process)
			_, _ = errs.ReadFrom(said) // until it ends
			_ = command.Wait()         // its code tells
			granted := len(r.Held())
			text := out.String()
			if asJSON {
				text = errs.String()
			}
			wantCode, wantGranted, want := exitError, 0, "Nothing was granted.\n"
			if c.agrees {
				wantCode, wantGranted, want = exitOK, len(checks.Permissions()), "The identity has what it needs."
			}
			if code := command.ProcessState.ExitCode(); code != wantCode || granted != wantGranted || !strings.Contains(text, want) {
				t.Errorf("exit %d, %d granted\n%s%s", code, granted, out.String(), errs.String())
			}
			if asJSON && (!strings.HasPrefix(out.String(), "{") || !strings.Contains(out.String(), `"complete": false`)) {
				t.Errorf("no JSON: %s", out.String())
			}
		})
	}
}

// typed types an answer.
func types(text string) func(*testing.T, *os.File, *os.Process) {
	return func(t *testing.T, person *os.File, _ *os.Process) {
		if _, err := person.WriteString(text); err != nil {
			t.Error(err)
		}
	}
}

func signalled(t *testing.T, program *os.Process, signal os.Signal) {
	t.Helper()
	if err := program.Signal(signal); err != nil {
		t.Error(err)
	}
}
