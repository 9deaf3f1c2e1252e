package funcapp

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestProgramIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	write(t, source, "package main\n\nfunc main() {}\n")
	for name, test := range map[string]struct {
		program func(t *testing.T) string
		want    string
	}{
		"no program at all": {func(t *testing.T) string {
			file := filepath.Join(t.TempDir(), "handler")
			write(t, file, "#!/bin/sh\n")
			return file
		}, "no program for Linux"},
		"another system":  {func(t *testing.T) string { return buildFor(t, source, "windows", "amd64") }, "no program for Linux"},
		"another machine": {func(t *testing.T) string { return buildFor(t, source, "linux", "arm64") }, "EM_AARCH64"},
		"linked dynamically": {func(t *testing.T) string {
			file := buildFor(t, source, "linux", "amd64")
			makeDynamic(t, file)
			return file
		}, "linked dynamically"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := CheckProgram(test.program(t)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("verify = %v, want an error with %q", err, test.want)
			}
		})
	}
}

func buildFor(t *testing.T, source, system, machine string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "handler")
	command := exec.CommandContext(t.Context(), "go", "build", "-o", file, source)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+machine)
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, said)
	}
	return file
}

// makeDynamic turns the last segment of a program into the name of a dynamic
// linker: what a linker would write, and no C compiler is needed for it.
func makeDynamic(t *testing.T, file string) {
	t.Helper()
	program, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// The offsets of e_phoff, e_phentsize and e_phnum in the header of ELF64.
	// https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
	table := binary.LittleEndian.Uint64(program[32:])
	size := uint64(binary.LittleEndian.Uint16(program[54:]))
	number := uint64(binary.LittleEndian.Uint16(program[56:]))
	binary.LittleEndian.PutUint32(program[table+(number-1)*size:], uint32(elf.PT_INTERP))
	if err := os.WriteFile(file, program, 0o600); err != nil {
		t.Fatal(err)
	}
}
