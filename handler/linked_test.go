package main

import (
	"debug/elf"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"breakglass/internal/standin/apptest"
)

// notDeployed begin the packages that are for the command line, the demonstration and tests: what Azure runs takes
// no token but from Azure, and plays nobody's part.
func notDeployed() []string {
	return []string{"breakglass/internal/standin", "breakglass/internal/redact", "breakglass/cmd/", "breakglass/report", "testing"}
}

// TestWhatIsLinked: neither the packages that the handler is built of nor the functions in it are of a stand-in, of the
// command line, or of the demonstration. The command line, which has them, shows that they would be found.
func TestWhatIsLinked(t *testing.T) {
	t.Parallel()
	root := apptest.Root(t)
	dir := t.TempDir()
	for _, program := range []struct {
		name, path string
		deployed   bool
	}{{"handler", "./handler", true}, {"breakglass", "./cmd/breakglass", false}} {
		listed := goes(t, "list", "-C", root, "-deps", program.path)
		file := filepath.Join(dir, program.name)
		// With its symbols: a package has them stripped.
		goes(t, "build", "-C", root, "-trimpath", "-o", file, program.path)
		for what, names := range map[string][]string{"is built of": strings.Fields(listed), "holds the function": functions(t, file)} {
			found := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
				return !slices.ContainsFunc(notDeployed(), func(begin string) bool { return strings.HasPrefix(name, begin) })
			})
			switch {
			case len(names) < 100:
				t.Errorf("%s %s %d names: does this test still find them?", program.name, what, len(names))
			case program.deployed && len(found) > 0:
				t.Errorf("%s %s %q", program.name, what, found[:min(len(found), 10)])
			case !program.deployed && !slices.ContainsFunc(found, func(name string) bool { return strings.HasPrefix(name, "breakglass/internal/standin") }):
				t.Errorf("%s %s no stand-in, and its demonstration has some", program.name, what)
			}
		}
	}
}

// functions are the names in a program's table of symbols.
func functions(t *testing.T, program string) []string {
	t.Helper()
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // nothing was written
	symbols, err := file.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, symbol := range symbols {
		if elf.ST_TYPE(symbol.Info) == elf.STT_FUNC {
			names = append(names, symbol.Name)
		}
	}
	return names
}

// goes runs a command of Go, for the host's machine, and returns what it prints.
func goes(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	command.Env = append(command.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	said, err := command.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("go %s: %v\n%s", args[0], err, exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}
