package watch

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"

	"breakglass/alert"
	"breakglass/internal/state"
)

// heed learns, once in a process, what the installation's memory attests of this one. It is
// kept beside it, so whoever deletes both is not found out.
func (d *session) heed(ctx context.Context) {
	if d.asked {
		return
	}
	note, _, err := d.Store.Load(ctx, installationKey)
	switch {
	case err == nil:
		note.Sane(d.Now())
		mark := note.Kept[d.Key]
		d.attested = mark.Serial
		if mark.Serial > d.kept.Serial {
			d.kept = mark
		}
	case errors.Is(err, state.ErrUnusable):
		unattested := alert.Touch{How: alert.Unattested, At: d.Now()}.Because(err)
		d.unattested = &unattested
	case !errors.Is(err, fs.ErrNotExist):
		return // the memory itself cannot be reached either
	}
	d.asked = true
}

// attest writes down, beside the memory and after it, which one was last kept: so the next
// process knows whether it is gone, or older. It may lag behind, and never runs ahead.
func (k *State) attest(ctx context.Context, log *slog.Logger) {
	if k.Store == nil || k.kept.Serial <= k.attested {
		return
	}
	for range 3 {
		note, v, err := k.Store.Load(ctx, installationKey)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, state.ErrUnusable):
			note, err = alert.NewMemory(installationKey), nil
		case err == nil:
			note.Sane(k.Now())
		}
		if err == nil && note.Attest(k.Key, k.kept) {
			_, err = k.Store.Save(ctx, note, v)
		}
		if errors.Is(err, state.ErrConflict) {
			continue
		}
		if err != nil {
			log.WarnContext(ctx, "it is not attested what is remembered", "err", err)
			return
		}
		k.attested = k.kept.Serial
		return
	}
}
