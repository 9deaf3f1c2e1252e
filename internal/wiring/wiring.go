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
	"breakglass/notify/kinds"
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

// Channels builds what is told, and the channels for escalation. With an error come those
// that could be built: a watch is not set up with them, but they can be told why.
func Channels(c config.Config, getenv func(string) string) ([]watch.Channel, error) {
	means := notify.Means{Client: &http.Client{Timeout: 30 * time.Second}, Token: func(scope string) (func(context.Context) (string, error), error) {
		credential, err := graph.Credential(getenv)
		if err != nil {
			return nil, err
		}
		return graph.Token(credential, scope), nil
	}}
	var regular, escalation []watch.Channel
	var failed []error
	for _, k := range kinds.All() {
		if s, err := k.Build(notify.Values{Get: c.Sink}, means); s != nil {
			people := c.Notifications.Mention[k.Name]
			regular = append(regular, watch.Channel{Sink: s, People: people, Channel: alert.Channel{Name: s.Name(), Mentions: len(people) > 0}})
		} else {
			failed = append(failed, err)
		}
		if s, err := k.Build(k.ForEscalation(c.Sink), means); s != nil {
			escalation = append(escalation, watch.Channel{Sink: s, Channel: alert.Channel{Name: "escalation-" + s.Name(), Escalation: true}})
		} else {
			failed = append(failed, err)
		}
	}
	return append(regular, escalation...), errors.Join(failed...)
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
