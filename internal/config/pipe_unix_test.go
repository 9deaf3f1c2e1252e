//go:build unix

package config

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPipeForAFile: what may never begin, or never end, is no configuration file, and nobody
// waits for it.
func TestPipeForAFile(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "breakglass.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{pipe, "/dev/zero"} {
		if _, err := Load(environment("BREAKGLASS_CONFIG", name), "."); err == nil || !strings.Contains(err.Error(), "it cannot be read as a file") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Load(environment(), filepath.Dir(pipe)); err == nil || !strings.Contains(err.Error(), "it cannot be read as a file") {
		t.Errorf("the usual one: %v", err)
	}
}
