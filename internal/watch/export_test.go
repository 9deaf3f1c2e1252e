package watch

import (
	"context"
	"log/slog"

	"breakglass/notify"
)

// Defective words a panic for people.
var Defective = defective

// Note takes in what became of a run.
func (i *Installation) Note(scheduled bool, done Outcome, err error) { i.note(scheduled, done, err) }

// Tell says what is wrong to the channels.
func (i *Installation) Tell(ctx context.Context, log *slog.Logger, scheduled bool, troubles []notify.Trouble) {
	i.tell(ctx, log, scheduled, troubles)
}

// Doubts are those of the last full run.
func (i *Installation) Doubts() []notify.Trouble { return i.doubts }
