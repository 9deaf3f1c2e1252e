package doctor

import (
	"time"

	"breakglass/internal/watch"
)

// A State is what a trial of the place came to where memories are kept.
type State struct {
	Skipped string // why it was not tried
	Err     error  // of the trial; nil if everything went well
	Managed bool   // the app's identity tried it, and not somebody on this machine
}

// Judge says what is wrong with it.
func (s State) Judge() Finding {
	switch {
	case s.Skipped != "":
		return finding(AreaState, "", Skipped, "%s", s.Skipped)
	case s.Err != nil:
		remedy := "nothing is remembered until it works: every run tells everything again"
		if !s.Managed {
			remedy += "; it was tried as whoever is signed in on this machine, who may lack the role that the app's identity has"
		}
		return finding(AreaState, "", Fault, "%s", watch.OneLine(s.Err)).fix("%s", remedy)
	}
	return finding(AreaState, "", OK, "it can be written, guards what another run wrote, and one run at a time holds it")
}

// late is how long after the last full run the next one must have been: a day, and the
// time for the retries of a run that failed.
const late = 26 * time.Hour

// Runs are what the memory tells of the runs.
type Runs struct {
	Skipped string
	Err     error     // why the memory cannot be used
	Last    time.Time // of the last full run; zero if there was none
	Now     time.Time
	Daily   bool // the full run is to be made every day
}

// Judge says whether the watch runs.
func (r Runs) Judge() Finding {
	switch {
	case r.Skipped != "":
		return finding(AreaRuns, "", Skipped, "%s", r.Skipped)
	case r.Err != nil:
		return finding(AreaRuns, "", Fault, "what is remembered cannot be used, so that everything is told again: %s", watch.OneLine(r.Err)).
			fix("if a newer version wrote it, use that one; else the next run replaces it")
	case r.Last.IsZero():
		return finding(AreaRuns, "", Notice, "there was no run yet: the first one tells how everything stands").
			fix("wait five minutes for Watch, or make a run by hand; if the app has made one, its tenant is declared otherwise than here")
	case r.Daily && r.Now.Sub(r.Last) > late:
		return finding(AreaRuns, "", Fault, "the last full run was at %s", r.Last.UTC().Format(time.RFC3339)).
			fix("see why in the logs: docs/troubleshooting.md; then make a run by hand")
	}
	return finding(AreaRuns, "", OK, "the last full run was at %s", r.Last.UTC().Format(time.RFC3339))
}

// A Channel is what is known of one place where people are told.
type Channel struct {
	Name    string
	Tried   string // what was done, in the past tense; empty if nothing was
	Sent    bool   // a message was
	Err     error
	Certain bool // Err is a refusal that waiting does not mend
	// Kept is why it took no messages in the last run; empty if it did.
	Kept string
}

// Judge says whether a channel can be told.
func (c Channel) Judge() Finding {
	switch {
	case c.Err != nil && c.Certain:
		return finding(AreaChannels, c.Name, Fault, "%s", failure(c.Err)).fix("put the right address or token into its app setting, or its secret; whoever owns the channel makes a new one")
	case c.Err != nil:
		return finding(AreaChannels, c.Name, Unknown, "it was not reached: %s", failure(c.Err)).fix("try again; see that the way there is open (a firewall, a proxy)")
	case c.Kept != "" && !c.Sent:
		return finding(AreaChannels, c.Name, Fault, "it took no messages in the last run: %s", c.Kept).fix("look again with --send, which posts a test message")
	case c.Tried == "":
		return finding(AreaChannels, c.Name, Skipped, "its address has the right form; whether it takes messages only a message tells: --send posts one")
	}
	return finding(AreaChannels, c.Name, OK, "%s", c.Tried)
}
