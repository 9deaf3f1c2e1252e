package watch

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"breakglass/checks"
	"breakglass/internal/graph"
	"breakglass/internal/state"
	"breakglass/tenant"
)

// TestBusy: while another run is at work the watch leaves everything to it, and to its next
// poll; a daily run waits, and has failed if that was in vain.
func TestBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := state.NewDir(t.TempDir())
		_, release, err := store.Lease(t.Context(), "home")
		if err != nil {
			t.Fatal(err)
		}
		w := &Watch{State: &State{Store: store, Key: "home", Now: time.Now}}
		began := time.Now()
		log := slog.New(slog.DiscardHandler)
		if done, err := w.Poll(t.Context(), log); err != nil || !done.Skipped || done.Did != "skipped: another run is in progress" {
			t.Errorf("the watch: %+v, %v", done, err)
		}
		if done, err := w.Run(t.Context(), log, true); !errors.Is(err, state.ErrBusy) || done.Skipped {
			t.Errorf("the daily run: %+v, %v", done, err)
		}
		if waited := time.Since(began); waited > 2*leaseWait || waited < leaseWait {
			t.Errorf("they waited %v", waited)
		}
		go func() {
			time.Sleep(leaseWait / 2)
			release()
		}()
		w.Source, w.Settings = reading{}, checks.Settings{}
		if done, err := w.Run(t.Context(), log, true); err != nil || done.Did == "" {
			t.Errorf("after the other run: %+v, %v", done, err)
		}
	})
}

const ea01 = "2c63888f-28f0-4481-be6d-dce7a7ace732" // ea01 of the made-up tenant

// A reading is a source that always reads the same.
type reading struct {
	Source
	snapshot tenant.Snapshot
}

func (r reading) Snapshot(context.Context, ...string) tenant.Snapshot { return r.snapshot }
func (r reading) Traffic() graph.Traffic                              { return graph.Traffic{} }

// TestPromptedKeepsWhatItSaw: what made a run necessary is in it even where the run cannot
// read the log, and that there may be more is too.
func TestPromptedKeepsWhatItSaw(t *testing.T) {
	t.Parallel()
	in := tenant.SignIn{ID: "in", UserID: tenant.Known(ea01)}
	seen := tenant.Snapshot{SignIns: tenant.Known([]tenant.SignIn{in}), DirectoryAudits: tenant.Known([]tenant.DirectoryAudit{{ID: "changed"}})}
	throttled := &tenant.UnreadError{Status: 429}
	for name, full := range map[string]tenant.Snapshot{
		"unread":         {SignIns: tenant.Unread[[]tenant.SignIn](throttled), DirectoryAudits: tenant.Unread[[]tenant.DirectoryAudit](throttled)},
		"read in part":   {SignIns: tenant.Known([]tenant.SignIn{}), DirectoryAudits: tenant.Known([]tenant.DirectoryAudit{}), Unreadable: map[string]tenant.UnreadError{"users/" + ea01 + "/signIns": *throttled, "groups/g/directoryAudits": *throttled}},
		"read as before": seen,
	} {
		s := withLogs{reading{snapshot: full}, seen}.Snapshot(t.Context())
		signIns, err := s.SignInsOf(ea01)
		audits, auditErr := s.Audits(ea01, nil)
		if len(signIns) != 1 || len(audits) != 1 || (err == nil) != (name == "read as before") || (auditErr == nil) != (name == "read as before") {
			t.Errorf("%s: %d sign-ins, %v; %d entries, %v", name, len(signIns), err, len(audits), auditErr)
		}
	}
}
