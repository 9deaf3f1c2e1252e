package state

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"breakglass/alert"
)

// TestDirTakesFilesOnly: what never ends, or answers nobody, holds no run up. In place of the
// memory it is a spoiled one, and in place of a lock it is an error.
func TestDirTakesFilesOnly(t *testing.T) {
	t.Parallel()
	for name, put := range map[string]func(path string) error{
		"a named pipe": func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a device":     func(path string) error { return os.Symlink("/dev/zero", path) },
		"a directory":  func(path string) error { return os.MkdirAll(filepath.Join(path, "full"), 0o700) },
		"a socket":     func(path string) error { return syscall.Mknod(path, syscall.S_IFSOCK|0o600, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			store := NewDir(dir)
			file := filepath.Join(dir, "memory-t.json")
			if err := put(file); err != nil {
				t.Fatal(err)
			}
			m, version, err := store.Load(t.Context(), "t")
			if !errors.Is(err, ErrUnusable) || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "it is no regular file") || m.Schema != "" || version == "" {
				t.Errorf("Load = %+v, %q, %v", m, version, err)
			}
			wantConflict(t, store, memory("t", "x"), "")
			saved, err := store.Save(t.Context(), memory("t", "x"), version)
			switch {
			case name == "a directory" && err == nil:
				t.Error("a directory was replaced")
			case name != "a directory" && err != nil:
				t.Errorf("Save = %v", err)
			case err == nil:
				wantKept(t, store, memory("t", "x"), saved)
			}
			if err := put(filepath.Join(dir, "memory-lock.json.lock")); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Save(t.Context(), memory("lock", "x"), ""); err == nil || errors.Is(err, ErrConflict) {
				t.Errorf("Save with such a lock = %v", err)
			}
			if err := put(filepath.Join(dir, "memory-run.json.run")); err != nil {
				t.Fatal(err)
			}
			if _, _, err := store.Lease(t.Context(), "run"); err == nil || errors.Is(err, ErrBusy) {
				t.Errorf("Lease with such a file = %v", err)
			}
			if err := put(filepath.Join(dir, "memory-new.json.new")); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Save(t.Context(), memory("new", "x"), ""); (err == nil) == (name == "a directory") {
				t.Errorf("Save with such a file before it = %v", err)
			}
		})
	}
}

// TestDirLeavesOthersFilesAlone: a link under the name of what is being written leads nowhere.
func TestDirLeavesOthersFilesAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := filepath.Join(t.TempDir(), "other")
	if err := errors.Join(os.WriteFile(other, []byte("kept"), 0o600), os.Symlink(other, filepath.Join(dir, "memory-t.json.new"))); err != nil {
		t.Fatal(err)
	}
	mustSave(t, NewDir(dir), alert.NewMemory("t"), "")
	if data, err := os.ReadFile(other); err != nil || string(data) != "kept" {
		t.Errorf("the other file holds %.40q, %v", data, err)
	}
}
