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
	if w.sinks, err = sinks(c); err != nil {
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
func sinks(c config.Config) ([]sink, error) {
	client := &http.Client{Timeout: 30 * time.Second}
	var all []sink
	if c.Slack.BotToken.Set() {
		return nil, errors.New("configuration: SLACK_BOT_TOKEN is set, but this version posts to Slack through an incoming webhook only: set SLACK_WEBHOOK_URL instead")
	}
	if c.Slack.Webhook.Set() {
		url, err := notify.ParseSlackWebhook(c.Slack.Webhook.Reveal())
		if err != nil {
			return nil, fmt.Errorf("SLACK_WEBHOOK_URL: %w", err)
		}
		all = append(all, notify.NewSlack(url, client))
	}
	if c.TeamsWorkflow.Set() {
		url, err := notify.ParseTeamsWorkflow(c.TeamsWorkflow.Reveal())
		if err != nil {
			return nil, fmt.Errorf("TEAMS_WORKFLOW_URL: %w", err)
		}
		all = append(all, notify.NewTeams(url, client))
	}
	return all, nil
}
