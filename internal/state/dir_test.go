package state

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDir(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T) fixture {
		path := filepath.Join(t.TempDir(), "made", "by the first save")
		return fixture{
			store: NewDir(path),
			tamper: func(t *testing.T, tenant, content string) {
				t.Helper()
				name, err := key(tenant)
				if err != nil {
					t.Fatal(err)
				}
				if err := errors.Join(os.MkdirAll(path, 0o700), os.WriteFile(filepath.Join(path, name), []byte(content), 0o600)); err != nil {
					t.Fatal(err)
				}
			},
		}
	})
}

func TestDirStaysInside(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	store := NewDir(filepath.Join(parent, "a", "b"))
	for _, name := range hostileNames() {
		mustSave(t, store, memory(name, "x"), "")
	}
	err := filepath.WalkDir(parent, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Dir(path) != filepath.Join(parent, "a", "b") {
			t.Errorf("wrote %q", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDirIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	mustSave(t, NewDir(path), memory("t", "x"), "")
	for name, want := range map[string]fs.FileMode{"": 0o700, "memory-t.json": 0o600} {
		info, err := os.Stat(filepath.Join(path, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%q has mode %v, want %v", name, info.Mode().Perm(), want)
		}
	}
}

// TestDirAfterADeadRun starts from what a run that died in the middle of a save
// leaves behind.
func TestDirAfterADeadRun(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	store := NewDir(path)
	version := mustSave(t, store, memory("t", "kept"), "")
	if err := os.WriteFile(filepath.Join(path, "memory-t.json.new"), []byte(`{"schema":"breakgl`), 0o600); err != nil {
		t.Fatal(err)
	}
	wantKept(t, store, memory("t", "kept"), version)
	version = mustSave(t, store, memory("t", "next"), version)
	wantKept(t, store, memory("t", "next"), version)
}

// TestDirWaitsForTheLock holds the lock as another process would.
func TestDirWaitsForTheLock(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	store := NewDir(path)
	unlock, held, err := tryLock(filepath.Join(path, "memory-t.json.lock"))
	if held || err != nil {
		t.Fatalf("tryLock: held %v, %v", held, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := store.Save(ctx, memory("t", "x"), ""); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "another run holds the lock") {
		t.Errorf("Save = %v, want it to wait for the lock until the deadline", err)
	}
	mustSave(t, store, memory("other", "x"), "") // another tenant is not kept waiting
	unlock()
	mustSave(t, store, memory("t", "x"), "")
}

func TestDirThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	store := NewDir(file)
	if _, err := store.Save(t.Context(), memory("t", "x"), ""); err == nil {
		t.Error("Save into a file as a directory went well")
	}
	if _, _, err := store.Load(t.Context(), "t"); err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrUnusable) {
		t.Errorf("Load = %v, want an error that does not say that nothing is kept", err)
	}
}

// TestProbeLeavesNothing: a trial in a directory takes its files away again.
func TestProbeLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Probe(t.Context(), NewDir(dir)); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
