package notify

import (
	"flag"
	"testing"

	"breakglass/notify/stories"
)

var update = flag.Bool("update", false, "write the golden files")

// What happens in the tests, in the tests' own short names.
const (
	ea01        = stories.EA01
	ea02        = stories.EA02
	restricted  = stories.Restricted
	notGranted  = stories.NotGranted
	throttled   = stories.Throttled
	included    = stories.Included
	noDrill     = stories.NoDrill
	custom      = stories.Custom
	hostileText = stories.HostileText
)

var (
	reportOf  = stories.ReportOf
	user      = stories.User
	set       = stories.Set
	severe    = stories.Severe
	forecast  = stories.Forecast
	yesterday = stories.Yesterday()
	today     = stories.Today()
)

type story = stories.Story

func storyOf(_ testing.TB, name string) story { return stories.Of(name) }

// message is what a story is told as.
func message(s story) Message {
	e := s.Entry()
	return Compose(e.Digest, Options{Version: "1.0.0", Key: e.Key, Language: "en"})
}
