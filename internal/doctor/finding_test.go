package doctor

import (
	"errors"
	"testing"

	"breakglass/text"
)

// TestFailure words a sentence as a whole, and joined errors one after the other.
func TestFailure(t *testing.T) {
	t.Parallel()
	cause := errors.New("refused")
	for want, err := range map[string]error{
		"":                             nil,
		"load what is kept: refused":   text.New("load what is kept: %s", cause),
		"it is busy":                   text.New("it is busy"),
		"it is busy; it is no channel": errors.Join(text.New("it is busy"), text.New("it is no %s", "channel")),
	} {
		if got := failure(err); got != want {
			t.Errorf("%v is %q, want %q", err, got, want)
		}
	}
}
