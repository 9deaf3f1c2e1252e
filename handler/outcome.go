package main

// An outcome is what a run did: what its invocation answers, and its last line in the log
// says.
type outcome struct {
	did     string // in words
	skipped bool   // it left everything to another run
	// partial is set if a log was left unread, so that something may have happened which
	// nobody has heard of.
	partial bool
}

// skip is the outcome of a run that was none, and why.
func skip(why string) outcome { return outcome{did: "skipped: " + why, skipped: true} }
