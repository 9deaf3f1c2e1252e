// Package slack posts messages to Slack, through an incoming webhook or as an app. It decides
// nothing but looks and delivery: what a message says is package notify's.
package slack

import (
	"errors"

	"breakglass/notify"
	"breakglass/text"
)

const (
	settingWebhook = "SLACK_WEBHOOK_URL"
	settingToken   = "SLACK_BOT_TOKEN"
	settingChannel = "SLACK_CHANNEL"
	settingAPI     = "SLACK_API_URL"
)

// Kind is all that others know of Slack.
func Kind() notify.Kind {
	return notify.Kind{
		Name: "slack", Label: "Slack",
		Settings: []notify.Setting{
			{Name: settingWebhook, Secret: true, Address: true},
			{
				Name: settingToken, Secret: true, Instead: settingWebhook,
				Needs: notify.Need{Setting: settingChannel, Expected: text.New("expected the channel's id")},
			},
			{Name: settingChannel, Needs: notify.Need{Setting: settingToken, Expected: text.New("expected the bot's token; a webhook has its own channel")}},
			{Name: settingAPI, Address: true, Trial: true},
		},
		Mention: notify.Mention{
			About: "Slack member ids (a profile's menu: Copy member ID).",
			ID:    "^[UW][A-Z0-9]{5,20}$", Is: text.New("a Slack member id, such as U012AB3CD"),
		},
		Takes: takes,
		Build: build,
	}
}

// build makes the sink: a bot where there is a token, else a webhook.
func build(v notify.Values, m notify.Means) (notify.Sink, error) {
	switch {
	case v.Get(settingToken) != "":
		return buildBot(v, m)
	case v.Get(settingWebhook) == "":
		return nil, nil
	}
	hook, err := ParseWebhook(v.Get(settingWebhook))
	if err != nil {
		return nil, v.Name(settingWebhook, err)
	}
	return NewWebhook(hook, m), nil
}

func buildBot(v notify.Values, m notify.Means) (notify.Sink, error) {
	token, errToken := ParseToken(v.Get(settingToken))
	channel, errChannel := ParseChannel(v.Get(settingChannel))
	api, errAPI := ParseAPI(v.Get(settingAPI))
	if err := errors.Join(v.Name(settingToken, errToken), v.Name(settingChannel, errChannel), v.Name(settingAPI, errAPI)); err != nil {
		return nil, err
	}
	return NewBot(token, channel, api, m), nil
}
