package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"breakglass/alert"
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
	w := &watch{source: reader, settings: c.Settings(), language: c.Language, tenant: c.Tenant, key: memoryKey(c), now: time.Now}
	if w.channels, err = channels(c, getenv); err != nil {
		return nil, err
	}
	if w.policy, err = policyOf(c, w.channels, time.Now()); err != nil {
		return nil, err
	}
	w.pulse = pulse(c.Heartbeat)
	if c.State == "" && len(w.channels) > 0 {
		return nil, errors.New("configuration: BREAKGLASS_STATE is not set: without it every run would tell everything again")
	}
	if c.State != "" {
		store, err := state.Open(context.Background(), c.State, getenv)
		if err != nil {
			return nil, fmt.Errorf("configuration: %w", err)
		}
		w.store = store
	}
	return w, nil
}

// memoryKey is the name under which a tenant's memory is kept.
func memoryKey(c config.Config) string { return cmp.Or(c.Tenant, homeTenant) }

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

// channels builds what is told: Slack, Teams, both or neither, and the channels for
// escalation.
func channels(c config.Config, getenv func(string) string) ([]channel, error) {
	regular, err := sinks(c, getenv)
	if err != nil {
		return nil, err
	}
	n := c.Notifications
	var all []channel
	for _, s := range regular {
		ch := channel{sink: s, Channel: alert.Channel{Name: s.Name()}}
		switch s.Name() {
		case "slack":
			for _, id := range n.MentionSlack {
				ch.people = append(ch.people, notify.Person{ID: id})
			}
		case "teams":
			for _, p := range n.MentionTeams {
				ch.people = append(ch.people, notify.Person(p))
			}
		}
		ch.Mentions = len(ch.people) > 0
		all = append(all, ch)
	}
	further, err := webhooks(c.EscalationSlack, "ESCALATION_SLACK_WEBHOOK_URL", c.EscalationTeams, "ESCALATION_TEAMS_WORKFLOW_URL")
	if err != nil {
		return nil, err
	}
	for _, s := range further {
		all = append(all, channel{sink: s, Channel: alert.Channel{Name: "escalation-" + s.Name(), Escalation: true}})
	}
	return all, nil
}

// sinks builds what is told of everything.
func sinks(c config.Config, _ func(string) string) ([]sink, error) {
	if c.Slack.BotToken.Set() {
		return nil, errors.New("configuration: SLACK_BOT_TOKEN is set, but this version posts to Slack through an incoming webhook only: set SLACK_WEBHOOK_URL instead")
	}
	return webhooks(c.Slack.Webhook, "SLACK_WEBHOOK_URL", c.TeamsWorkflow, "TEAMS_WORKFLOW_URL")
}

// webhooks builds the sinks that are reached by an address which is a secret.
func webhooks(slack config.Secret, slackSetting string, teams config.Secret, teamsSetting string) ([]sink, error) {
	client := &http.Client{Timeout: 30 * time.Second}
	var all []sink
	if slack.Set() {
		url, err := notify.ParseSlackWebhook(slack.Reveal())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", slackSetting, err)
		}
		all = append(all, notify.NewSlack(url, client))
	}
	if teams.Set() {
		url, err := notify.ParseTeamsWorkflow(teams.Reveal())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", teamsSetting, err)
		}
		all = append(all, notify.NewTeams(url, client))
	}
	return all, nil
}

// policyOf is what people want to be told, on these channels.
func policyOf(c config.Config, all []channel, now time.Time) (alert.Policy, error) {
	p, err := c.Policy(now)
	if err != nil {
		return p, fmt.Errorf("configuration: %w", err)
	}
	for _, ch := range all {
		p.Channels = append(p.Channels, ch.Channel)
	}
	return p, nil
}

// pulse asks for an address outside after each daily run that is complete; nil if there
// is none. Its errors hold no part of the address.
func pulse(address config.Secret) func(context.Context) error {
	if !address.Set() {
		return nil
	}
	client := &http.Client{Timeout: 15 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.Reveal(), http.NoBody)
		if err != nil {
			return errors.New("BREAKGLASS_HEARTBEAT_URL cannot be asked for")
		}
		response, err := client.Do(request)
		if err != nil {
			return errors.New("BREAKGLASS_HEARTBEAT_URL gives no answer")
		}
		_ = response.Body.Close() // what it says does not matter
		if response.StatusCode/100 != 2 {
			return fmt.Errorf("BREAKGLASS_HEARTBEAT_URL answers %d", response.StatusCode)
		}
		return nil
	}
}
