package state

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"breakglass/alert"
	"breakglass/text"
)

// lockRetry is how often a save looks whether another process has let go.
const lockRetry = 10 * time.Millisecond

// Dir keeps memories as files in a directory, which the first save makes. Runs in
// several processes exclude each other with a lock file beside each memory; the
// operating system frees it when its holder dies.
type Dir struct{ path string }

// NewDir returns a Dir that keeps its files in the directory at path.
func NewDir(path string) *Dir { return &Dir{path: path} }

// Load returns what is kept about a tenant and its Version. The error wraps
// fs.ErrNotExist if nothing is, and ErrUnusable, with the Version beside it, if it
// cannot be read.
func (d *Dir) Load(ctx context.Context, tenant string) (alert.Memory, Version, error) {
	file, err := d.file(tenant)
	if err != nil {
		return alert.Memory{}, "", err
	}
	if err := ctx.Err(); err != nil {
		return alert.Memory{}, "", text.New("load what is remembered: %s", err)
	}
	data, err := read(file)
	if errors.Is(err, errIrregular) {
		return alert.Memory{}, irregular, text.New("%s: %s", ErrUnusable, err)
	}
	if err != nil {
		return alert.Memory{}, "", text.New("load what is remembered: %s", err)
	}
	m, err := decode(data, tenant)
	return m, versionOf(data), err
}

// Save keeps m in place of the version that v names; the zero Version if there is
// to be none. If another is there, the error is ErrConflict and nothing changes.
func (d *Dir) Save(ctx context.Context, m alert.Memory, v Version) (Version, error) {
	file, err := d.file(m.Tenant)
	if err != nil {
		return "", err
	}
	data, err := encode(m)
	if err != nil {
		return "", err
	}
	if err := d.replace(ctx, file, data, v); err != nil {
		return "", text.New("save what is remembered: %s", err)
	}
	return versionOf(data), nil
}

func (d *Dir) file(tenant string) (string, error) {
	name, err := key(tenant)
	return filepath.Join(d.path, name), err
}

// replace writes data to file if it still holds version v.
func (d *Dir) replace(ctx context.Context, file string, data []byte, v Version) error {
	if err := os.MkdirAll(d.path, 0o700); err != nil {
		return err
	}
	unlock, err := lock(ctx, file+".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if err := ctx.Err(); err != nil {
		return err
	}

	var current Version
	switch kept, err := read(file); {
	case err == nil:
		current = versionOf(kept)
	case errors.Is(err, errIrregular):
		current = irregular
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if current != v {
		return ErrConflict
	}
	return writeWhole(file, data)
}

// lock waits until the lock file is ours or ctx ends.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	for {
		unlock, held, err := tryLock(path)
		if err != nil {
			return nil, text.New("lock: %s", err)
		}
		if !held {
			return unlock, nil
		}
		select {
		case <-ctx.Done():
			return nil, text.New("another run holds the lock: %s", ctx.Err())
		case <-time.After(lockRetry):
		}
	}
}

// writeWhole replaces a file so that a reader finds the old content or the new
// one, whenever the process or the machine stops. Its caller holds the lock, so one
// temporary name is enough and a dead run leaves at most one file behind. What stands under
// that name is never written into: it may be a link or a pipe.
func writeWhole(file string, data []byte) error {
	temporary := file + ".new"
	if err := os.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary, file); err != nil {
		return err
	}
	return syncDir(filepath.Dir(file))
}

// syncDir makes a rename survive a power cut. Windows has no such call.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// errIrregular says that no file is there but a pipe, a device, a directory or the like, and
// irregular is the Version of it.
var errIrregular = text.Sentinel("it is no regular file")

const irregular Version = "irregular"

// regular is an error unless a file is one that ends.
func regular(f *os.File) error {
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errIrregular
	}
	return err
}

// read returns a file's content, and of one that is too large a byte more than
// decode allows.
func read(file string) ([]byte, error) {
	f, err := open(file)
	if errors.Is(err, syscall.ENXIO) { // of a socket, or of a device that is not there
		return nil, errIrregular
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	if err := regular(f); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f, maxSize+1))
}

// versionOf names a content. Two equal contents are the same version.
func versionOf(data []byte) Version {
	sum := sha256.Sum256(data)
	return Version(hex.EncodeToString(sum[:]))
}
