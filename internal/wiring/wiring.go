// Package wiring makes, of what the configuration declares, what a run works with: the reader of a tenant, the store of
// its memory, the sinks of its channels. It judges nothing, and only it knows which setting makes which sink.
package wiring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/internal/config"
	"breakglass/internal/graph"
	"breakglass/internal/state"
	"breakglass/internal/watch"
	"breakglass/notify"
)

// readLimit is the time for reading the tenant: below tickLimit, so that what was
// read can still be told.
const readLimit = 7 * time.Minute

// HomeTenant is the key of the memory where no tenant is declared: the identity is
// in the tenant that it watches.
const HomeTenant = "home"

// SetUp builds the watch that the configuration describes.
func SetUp(getenv func(string) string, dir, version string) (*watch.Watch, error) {
	c, err := config.Load(getenv, dir)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	caught := &watch.Defects{}
	o := ReaderOptions(c, nil)
	o.Caught = caught.Add
	reader, err := NewReader(o, getenv)
	if err != nil {
		return nil, err
	}
	w := &watch.Watch{
		State: &watch.State{Key: MemoryKey(c), Now: time.Now, Caught: caught}, Version: version,
		Source: reader, Signer: SignerOf(getenv, false), Accounts: c.Accounts, Settings: c.Settings(), Language: c.Language,
		Tenant: c.Tenant, Doubts: doubtsOf(c),
	}
	if w.Channels, err = Channels(c, getenv); err != nil {
		return nil, err
	}
	if w.Policy, err = PolicyOf(c, w.Channels, time.Now()); err != nil {
		return nil, err
	}
	w.Pulse = pulse(c.Heartbeat)
	if c.State == "" && len(w.Channels) > 0 {
		return nil, errors.New("configuration: BREAKGLASS_STATE is not set: without it every run would tell everything again")
	}
	if c.State != "" {
		store, err := state.Open(context.Background(), c.State, getenv)
		if err != nil {
			return nil, fmt.Errorf("configuration: %w", err)
		}
		w.Store = store
	}
	return w, nil
}

// doubtsOf says what of a configuration is a mistake now that the tenant is known.
func doubtsOf(c config.Config) func(checks.Report) ([]notify.Trouble, int) {
	return func(r checks.Report) ([]notify.Trouble, int) {
		var strangers []notify.Trouble
		for _, m := range c.Strangers(r) {
			strangers = append(strangers, notify.Trouble{Subject: m.Where(), Says: m.What.String(), Remedy: m.Expected.String()})
		}
		return strangers, len(c.Twice(r))
	}
}

// Reach is how people are told by what is right of the app settings.
func Reach(ctx context.Context, getenv func(string) string) watch.Reach {
	c := config.Remains(getenv)
	r := watch.Reach{Language: c.Language}
	r.Channels, r.Err = Channels(c, getenv)
	if store, err := state.Open(ctx, c.State, getenv); err == nil {
		r.Store = store
	}
	return r
}

// MemoryKey is the name under which a tenant's memory is kept.
func MemoryKey(c config.Config) string { return cmp.Or(c.Tenant, HomeTenant) }

// NewReader builds the reader of a live tenant, as the identity of the program.
func NewReader(o graph.Options, getenv func(string) string) (*graph.Reader, error) {
	credential, err := graph.Credential(getenv)
	if err != nil {
		return nil, err
	}
	o.Credential = credential
	return graph.New(o)
}

// ReaderOptions are those of every reader; who reads is left to say.
func ReaderOptions(c config.Config, progress func(string)) graph.Options {
	return graph.Options{URL: c.GraphURL, Accounts: c.Accounts, Budget: readLimit, Progress: progress}
}

// Channels builds what is told: Slack, Teams, both or neither, and the channels for
// escalation. With an error come those that could be built: a watch is not set up with
// them, but they can be told why.
func Channels(c config.Config, getenv func(string) string) ([]watch.Channel, error) {
	client := &http.Client{Timeout: 30 * time.Second}
	regular, err := sinks(c, getenv, client)
	failed := []error{err}
	n := c.Notifications
	var all []watch.Channel
	for _, s := range regular {
		ch := watch.Channel{Sink: s, Channel: alert.Channel{Name: s.Name()}}
		switch s.Name() {
		case "slack":
			for _, id := range n.MentionSlack {
				ch.People = append(ch.People, notify.Person{ID: id})
			}
		case "teams":
			for _, p := range n.MentionTeams {
				ch.People = append(ch.People, notify.Person(p))
			}
		}
		ch.Mentions = len(ch.People) > 0
		all = append(all, ch)
	}
	toSlack, err := slackWebhook("ESCALATION_SLACK_WEBHOOK_URL", c.EscalationSlack, client)
	failed = append(failed, err)
	toTeams, err := teamsWorkflow("ESCALATION_TEAMS_WORKFLOW_URL", c.EscalationTeams, client)
	failed = append(failed, err)
	for _, s := range append(toSlack, toTeams...) {
		all = append(all, watch.Channel{Sink: s, Channel: alert.Channel{Name: "escalation-" + s.Name(), Escalation: true}})
	}
	return all, errors.Join(failed...)
}

// sinks builds what is told of everything; errors are as for channels.
func sinks(c config.Config, getenv func(string) string, client *http.Client) ([]watch.Sink, error) {
	toSlack, errSlack := slackSink(c.Slack, client)
	toTeams, errTeams := teamsSink(c, getenv, client)
	return append(toSlack, toTeams...), errors.Join(errSlack, errTeams)
}

// slackWebhook builds a sink that posts to an incoming webhook, if there is one.
func slackWebhook(setting string, address config.Secret, client *http.Client) ([]watch.Sink, error) {
	if !address.Set() {
		return nil, nil
	}
	url, err := notify.ParseSlackWebhook(address.Reveal())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", setting, err)
	}
	return []watch.Sink{notify.NewSlack(url, client)}, nil
}

// teamsWorkflow builds a sink whose URL authorises, if there is one.
func teamsWorkflow(setting string, address config.Secret, client *http.Client) ([]watch.Sink, error) {
	if !address.Set() {
		return nil, nil
	}
	url, err := notify.ParseTeamsWorkflow(address.Reveal())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", setting, err)
	}
	return []watch.Sink{notify.NewTeams(url, client)}, nil
}

// slackSink builds Slack's sink, if there is one: a webhook or a bot.
func slackSink(c config.Slack, client *http.Client) ([]watch.Sink, error) {
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
	return []watch.Sink{notify.NewSlackBot(token, channel, api, client)}, nil
}

// teamsSink builds the sink of Teams, if there is one: the workflow's URL authorises,
// or the app's identity does.
func teamsSink(c config.Config, getenv func(string) string, client *http.Client) ([]watch.Sink, error) {
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
	return []watch.Sink{notify.NewTeamsIdentity(trigger, client, graph.Token(credential, trigger.Scope()))}, nil
}

// named says which setting an error is about, if there is one.
func named(setting string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", setting, err)
	}
	return nil
}

// PolicyOf is what people want to be told, on these channels.
func PolicyOf(c config.Config, all []watch.Channel, now time.Time) (alert.Policy, error) {
	p, err := c.Policy(now)
	if err != nil {
		return p, fmt.Errorf("configuration: %w", err)
	}
	for _, ch := range all {
		p.Channels = append(p.Channels, ch.Channel)
	}
	return p, nil
}

// Pulse asks for an address outside after each daily run that is complete; nil if there
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
