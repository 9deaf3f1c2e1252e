package slack_test

import (
	"testing"

	"breakglass/notify"
	"breakglass/notify/kinds"
	"breakglass/notify/sinktest"
	"breakglass/notify/slack"
)

func TestGolden(t *testing.T) {
	t.Parallel()
	sinktest.Golden(t, sinktest.Looks{
		Name: "slack", Takes: kinds.Take,
		Rich:  func(m notify.Message) any { return slack.Render(m) },
		Plain: func(m notify.Message) any { return slack.Plain(m) },
	})
}
