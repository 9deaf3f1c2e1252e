package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"breakglass/handler/internal/config"
	"breakglass/handler/internal/graph"
	"breakglass/handler/internal/state"
	"breakglass/notify"
)

// readLimit is the time for reading the tenant: below tickLimit, so that what was
// read can still be told.
const readLimit = 7 * time.Minute

// homeTenant is the key of the memory where no tenant is declared: the identity is
// in the tenant that it watches.
const homeTenant = "home"

// setUp builds the watch that the configuration describes.
func setUp(getenv func(string) string, dir string) (*watch, error) {
	c, err := config.Load(getenv, dir)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	reader, err := newReader(c, getenv, nil)
	if err != nil {
		return nil, err
	}
	w := &watch{source: reader, settings: c.Settings(), tenant: c.Tenant, key: cmp.Or(c.Tenant, homeTenant)}
	if w.sinks, err = sinks(c, getenv); err != nil {
		return nil, err
	}
	if c.State == "" && len(w.sinks) > 0 {
		return nil, errors.New("configuration: BREAKGLASS_STATE is not set: without it every run would tell everything again")
	}
	if c.State != "" {
		store, err := state.Open(context.Background(), c.State, getenv)
		if err != nil {
			return nil, fmt.Errorf("configuration: %w", err)
		}
		w.memory = store
	}
	return w, nil
}

// newReader builds the reader of a live tenant.
func newReader(c config.Config, getenv func(string) string, progress func(string)) (*graph.Reader, error) {
	credential, err := graph.Credential(getenv)
	if err != nil {
		return nil, err
	}
	o := readerOptions(c, progress)
	o.Credential = credential
	return graph.New(o)
}

// readerOptions are those of every reader; who reads is left to say.
func readerOptions(c config.Config, progress func(string)) graph.Options {
	return graph.Options{URL: c.GraphURL, Accounts: c.Accounts, Budget: readLimit, Progress: progress}
}

// sinks builds what is told: Slack, Teams, both or neither.
func sinks(c config.Config, getenv func(string) string) ([]sink, error) {
	client := &http.Client{Timeout: 30 * time.Second}
	toSlack, errSlack := slackSink(c.Slack, client)
	toTeams, errTeams := teamsSink(c, getenv, client)
	if err := errors.Join(errSlack, errTeams); err != nil {
		return nil, err
	}
	return append(toSlack, toTeams...), nil
}

// slackSink builds Slack's sink, if there is one: a webhook or a bot.
func slackSink(c config.Slack, client *http.Client) ([]sink, error) {
	switch {
	case c.Webhook.Set():
		url, err := notify.ParseSlackWebhook(c.Webhook.Reveal())
		if err != nil {
			return nil, fmt.Errorf("SLACK_WEBHOOK_URL: %w", err)
		}
		return []sink{notify.NewSlack(url, client)}, nil
	case c.BotToken.Set():
		token, err := notify.ParseSlackToken(c.BotToken.Reveal())
		failed := []error{named("SLACK_BOT_TOKEN", err)}
		channel, err := notify.ParseSlackChannel(c.Channel)
		failed = append(failed, named("SLACK_CHANNEL", err))
		api, err := notify.ParseSlackAPI(c.APIURL)
		failed = append(failed, named("SLACK_API_URL", err))
		if err := errors.Join(failed...); err != nil {
			return nil, err
		}
		return []sink{notify.NewSlackBot(token, channel, api, client)}, nil
	}
	return nil, nil
}

// teamsSink builds the sink of Teams, if there is one: the workflow's URL authorises,
// or the app's identity does.
func teamsSink(c config.Config, getenv func(string) string, client *http.Client) ([]sink, error) {
	switch {
	case !c.TeamsWorkflow.Set():
		return nil, nil
	case !c.TeamsIdentity:
		url, err := notify.ParseTeamsWorkflow(c.TeamsWorkflow.Reveal())
		if err != nil {
			return nil, fmt.Errorf("TEAMS_WORKFLOW_URL: %w", err)
		}
		return []sink{notify.NewTeams(url, client)}, nil
	}
	trigger, err := notify.ParseTeamsTrigger(c.TeamsWorkflow.Reveal())
	if err != nil {
		return nil, fmt.Errorf("TEAMS_WORKFLOW_URL, with TEAMS_WORKFLOW_AUTH set to identity: %w", err)
	}
	credential, err := graph.Credential(getenv)
	if err != nil {
		return nil, err
	}
	return []sink{notify.NewTeamsIdentity(trigger, client, graph.Token(credential, trigger.Scope()))}, nil
}

// named says which setting an error is about, if there is one.
func named(setting string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", setting, err)
	}
	return nil
}
