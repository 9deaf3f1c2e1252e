package notify

import "time"

// A Posting is a message and where it goes.
type Posting struct {
	Message   Message
	Thread    string    // id of the message to answer to; empty: a new message in the channel
	Broadcast bool      // with Thread: shown in the channel too
	Replaces  string    // id of the message that is replaced by this one, in place
	Doubt     time.Time // when an earlier attempt to send this very message ended without a certain answer; zero if there was none
}
