package state

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"

	"breakglass/alert"
	"breakglass/text"
)

// errUnguarded says that a store takes what it must refuse.
var errUnguarded = text.Sentinel("the storage does not guard what another run wrote: it took a write that names an older version")

// errShared says that a store lets two runs in at once.
var errShared = text.Sentinel("the storage let two runs hold the same lease")

// Probe tries in a store what runs do there: it writes a memory, sees that the store
// refuses to put another in its place unseen, reads it back, and takes the lease that lets
// in one run at a time. It does so under a name of its own, and leaves nothing there.
func Probe(ctx context.Context, s Store) error {
	name := "probe-" + strings.ToLower(rand.Text())
	err := errors.Join(probeMemory(ctx, s, name), probeLease(ctx, s, name))
	if err != nil {
		_ = remove(context.WithoutCancel(ctx), s, name) // the first error says more
		return err
	}
	return remove(ctx, s, name)
}

func probeMemory(ctx context.Context, s Store, name string) error {
	m := alert.NewMemory(name)
	first, err := s.Save(ctx, m, "")
	if err != nil {
		return err
	}
	if err := refuses(ctx, s, m, ""); err != nil {
		return err
	}
	m.Serial = 1
	second, err := s.Save(ctx, m, first)
	if err != nil {
		return err
	}
	m.Serial = 2
	if err := refuses(ctx, s, m, first); err != nil {
		return err
	}
	kept, version, err := s.Load(ctx, name)
	if err == nil && (kept.Serial != 1 || version != second) {
		err = text.New("the storage does not give back what was written last")
	}
	return err
}

// refuses sees to it that a memory cannot be put in the place of a version that is gone.
func refuses(ctx context.Context, s Store, m alert.Memory, stale Version) error {
	_, err := s.Save(ctx, m, stale)
	switch {
	case errors.Is(err, ErrConflict):
		return nil
	case err == nil:
		return errUnguarded
	}
	return err
}

func probeLease(ctx context.Context, s Store, name string) error {
	_, release, err := s.Lease(ctx, name)
	if err != nil {
		return err
	}
	defer release()
	_, second, err := s.Lease(ctx, name)
	switch {
	case errors.Is(err, ErrBusy):
		return nil
	case err == nil:
		second()
		return errShared
	}
	return err
}

// remove takes away everything that is kept under a name.
func remove(ctx context.Context, s Store, name string) error {
	var err error
	switch s := s.(type) {
	case *Blob:
		err = s.remove(ctx, name)
	case *Dir:
		err = s.remove(name)
	}
	if err != nil {
		return text.New("remove what was tried: %s", err)
	}
	return nil
}

func (b *Blob) remove(ctx context.Context, tenant string) error {
	name, err := key(tenant)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, blob := range []string{name, name + ".run"} {
		if _, err := b.container.NewBlobClient(blob).Delete(ctx, nil); err != nil && !bloberror.HasCode(err, bloberror.BlobNotFound) {
			return b.explain(text.New("remove what is remembered"), err)
		}
	}
	return nil
}

func (d *Dir) remove(tenant string) error {
	file, err := d.file(tenant)
	if err != nil {
		return err
	}
	for _, path := range []string{file, file + ".lock", file + ".run", file + ".new"} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
