package teams_test

import (
	"testing"

	"breakglass/notify"
	"breakglass/notify/kinds"
	"breakglass/notify/sinktest"
	"breakglass/notify/teams"
)

func TestGolden(t *testing.T) {
	t.Parallel()
	sinktest.Golden(t, sinktest.Looks{
		Name: "teams", Takes: kinds.Take,
		Rich:  func(m notify.Message) any { return teams.Render(m) },
		Plain: func(m notify.Message) any { return teams.Plain(m) },
	})
}
