package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"breakglass/alert"
	"breakglass/internal/config"
	"breakglass/internal/graph"
	"breakglass/internal/state"
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
	caught := &defects{}
	o := readerOptions(c, nil)
	o.Caught = caught.add
	reader, err := newReader(o, getenv)
	if err != nil {
		return nil, err
	}
	w := &watch{
		keeping: &keeping{key: memoryKey(c), now: time.Now, caught: caught}, version: version,
		source: reader, signer: signerOf(getenv, identity{}), config: c, settings: c.Settings(), language: c.Language,
		tenant: c.Tenant,
	}
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

// reachOf is how people are told by what is right of the app settings.
func reachOf(ctx context.Context, getenv func(string) string) reach {
	c := config.Remains(getenv)
	r := reach{language: c.Language}
	r.channels, r.err = channels(c, getenv)
	if store, err := state.Open(ctx, c.State, getenv); err == nil {
		r.store = store
	}
	return r
}

// memoryKey is the name under which a tenant's memory is kept.
func memoryKey(c config.Config) string { return cmp.Or(c.Tenant, homeTenant) }

// newReader builds the reader of a live tenant, as the identity of the program.
func newReader(o graph.Options, getenv func(string) string) (*graph.Reader, error) {
	credential, err := graph.Credential(getenv)
	if err != nil {
		return nil, err
	}
	o.Credential = credential
	return graph.New(o)
}

// readerOptions are those of every reader; who reads is left to say.
func readerOptions(c config.Config, progress func(string)) graph.Options {
	return graph.Options{URL: c.GraphURL, Accounts: c.Accounts, Budget: readLimit, Progress: progress}
}

// channels builds what is told: Slack, Teams, both or neither, and the channels for
// escalation. With an error come those that could be built: a watch is not set up with
// them, but they can be told why.
func channels(c config.Config, getenv func(string) string) ([]channel, error) {
	client := &http.Client{Timeout: 30 * time.Second}
	regular, err := sinks(c, getenv, client)
	failed := []error{err}
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
	toSlack, err := slackWebhook("ESCALATION_SLACK_WEBHOOK_URL", c.EscalationSlack, client)
	failed = append(failed, err)
	toTeams, err := teamsWorkflow("ESCALATION_TEAMS_WORKFLOW_URL", c.EscalationTeams, client)
	failed = append(failed, err)
	for _, s := range append(toSlack, toTeams...) {
		all = append(all, channel{sink: s, Channel: alert.Channel{Name: "escalation-" + s.Name(), Escalation: true}})
	}
	return all, errors.Join(failed...)
}

// sinks builds what is told of everything; errors are as for channels.
func sinks(c config.Config, getenv func(string) string, client *http.Client) ([]sink, error) {
	toSlack, errSlack := slackSink(c.Slack, client)
	toTeams, errTeams := teamsSink(c, getenv, client)
	return append(toSlack, toTeams...), errors.Join(errSlack, errTeams)
}

// slackWebhook builds a sink that posts to an incoming webhook, if there is one.
func slackWebhook(setting string, address config.Secret, client *http.Client) ([]sink, error) {
	if !address.Set() {
		return nil, nil
	}
	url, err := notify.ParseSlackWebhook(address.Reveal())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", setting, err)
	}
	return []sink{notify.NewSlack(url, client)}, nil
}

// teamsWorkflow builds a sink whose URL authorises, if there is one.
func teamsWorkflow(setting string, address config.Secret, client *http.Client) ([]sink, error) {
	if !address.Set() {
		return nil, nil
	}
	url, err := notify.ParseTeamsWorkflow(address.Reveal())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", setting, err)
	}
	return []sink{notify.NewTeams(url, client)}, nil
}

// slackSink builds Slack's sink, if there is one: a webhook or a bot.
func slackSink(c config.Slack, client *http.Client) ([]sink, error) {
	if !c.BotToken.Set() {
		return slackWebhook("SLACK_WEBHOOK_URL", c.Webhook, client)
	}
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

// teamsSink builds the sink of Teams, if there is one: the workflow's URL authorises,
// or the app's identity does.
func teamsSink(c config.Config, getenv func(string) string, client *http.Client) ([]sink, error) {
	if !c.TeamsWorkflow.Set() || !c.TeamsIdentity {
		return teamsWorkflow("TEAMS_WORKFLOW_URL", c.TeamsWorkflow, client)
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
