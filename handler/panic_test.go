package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"breakglass/defect"
	"breakglass/internal/config"
	"breakglass/internal/graph"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
	"breakglass/notify"
	"breakglass/tenant"
)

// A fragile world is one in which a part of the program panics, when it is told to.
type fragile struct {
	*testbed.Testbed
	*watch.Installation
	getenv func(string) string
	at     time.Time
	breaks string // which part
	log    bytes.Buffer
	errs   bytes.Buffer
}

const secretName = "ea01@kitahama.onmicrosoft.com"

func newFragile(t *testing.T) *fragile {
	t.Helper()
	w := apptest.World(t)
	env := map[string]string{}
	for _, pair := range append(w.Env(), "BREAKGLASS_LANGUAGE=en") {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	f := &fragile{Testbed: w, at: time.Now(), getenv: func(name string) string { return env[name] }}
	f.Installation = newInstallation(func(name string) string { return f.getenv(name) }, nil, w.App)
	f.Now = func() time.Time { return f.at }
	var err error
	if f.Watch, err = wiring.SetUp(f.getenv, w.App, version); err != nil {
		t.Fatal(err)
	}
	f.Watch.Now = f.Now
	c, err := config.Load(f.getenv, w.App)
	if err != nil {
		t.Fatal(err)
	}
	o := wiring.ReaderOptions(c, nil)
	o.Credential, o.Caught = askedOf{w.Identity}, f.Watch.Caught.Add
	reader, err := graph.New(o)
	if err != nil {
		t.Fatal(err)
	}
	f.Watch.Source = fragileSource{reader, f}
	for i, c := range f.Watch.Channels {
		f.Watch.Channels[i].Sink = fragileSink{c.Sink, f}
	}
	return f
}

// askedOf is a credential that asks the stand-in, which the SDK's own finds in the process's
// environment alone.
type askedOf struct{ *standin.Identity }

func (i askedOf) GetToken(ctx context.Context, _ policy.TokenRequestOptions) (azcore.AccessToken, error) {
	query := url.Values{"api-version": {"2019-08-01"}, "resource": {"https://graph.microsoft.com"}, "client_id": {i.ClientID()}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, i.URL()+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	request.Header.Set("X-IDENTITY-HEADER", i.Header())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	defer func() { _ = response.Body.Close() }()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	err = json.NewDecoder(response.Body).Decode(&token)
	return azcore.AccessToken{Token: token.AccessToken, ExpiresOn: time.Now().Add(time.Hour)}, err
}

// breaking panics, with a name of the tenant, if that part is to.
func (f *fragile) breaking(part string) {
	if f.breaks == part {
		panic("of " + secretName)
	}
}

type fragileSource struct {
	watch.Source
	*fragile
}

func (s fragileSource) Snapshot(ctx context.Context, known ...string) tenant.Snapshot {
	s.breaking("reading")
	return s.Source.Snapshot(ctx, known...)
}

func (s fragileSource) Logs(ctx context.Context, q graph.LogQuery) tenant.Snapshot {
	s.breaking("the logs")
	return s.Source.Logs(ctx, q)
}

type fragileSink struct {
	notify.Sink
	*fragile
}

func (s fragileSink) Notify(ctx context.Context, p notify.Posting) (notify.Receipt, error) {
	s.breaking("delivering")
	s.breaking("delivering to " + s.Name())
	if s.breaks == "refusing" {
		return notify.Receipt{}, &notify.Error{Class: notify.Retryable, Reason: "not now"}
	}
	return s.Sink.Notify(ctx, p)
}

// run makes one run, a day after the one before or with some minutes between, and returns
// what was told of the installation.
func (f *fragile) run(t *testing.T, daily bool, breaks string) (toldSlack, toldTeams int, err error) {
	t.Helper()
	f.breaks = breaks
	f.at = f.at.Add(5 * time.Minute)
	log := slog.New(newLogHandler(&f.log, &f.errs))
	before := [2]int{len(apptest.ToldOfInstallation(f.Slack)), len(apptest.ToldOfInstallation(f.Teams))}
	if daily {
		_, err = f.Run(t.Context(), log, true)
	} else {
		_, err = f.Poll(t.Context(), log)
	}
	return len(apptest.ToldOfInstallation(f.Slack)) - before[0], len(apptest.ToldOfInstallation(f.Teams)) - before[1], err
}

// TestPanicIsTold: a panic, wherever it is, is told at the first time and once; what waits is
// sent all the same; and it is over when it is.
func TestPanicIsTold(t *testing.T) {
	t.Parallel()
	for part, daily := range map[string]bool{"reading": true, "the logs": false} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			f := newFragile(t)
			if _, _, err := f.run(t, true, "refusing"); err == nil {
				t.Fatal("a message that everybody refuses was told")
			}
			apptest.ExpectPosted(t, f.Testbed, 0, 0)
			slack, teams, err := f.run(t, daily, part)
			if defect.From(err) == nil || slack != 1 || teams != 1 {
				t.Fatalf("told %d and %d, %v", slack, teams, err)
			}
			apptest.ExpectPosted(t, f.Testbed, 2, 2) // what waited, and the panic
			said := string(apptest.ToldOfInstallation(f.Slack)[0])
			for _, want := range []string{"a defect of breakglass: a panic with a value of type string, in breakglass/handler.(*fragile).breaking, line ", "please report it"} {
				if !strings.Contains(said, want) {
					t.Errorf("no %q in %s", want, said)
				}
			}
			if slack, teams, _ = f.run(t, daily, part); slack+teams != 0 {
				t.Errorf("told again: %d and %d", slack, teams)
			}
			if slack, teams, err = f.run(t, daily, ""); err != nil || daily && slack+teams != 2 {
				t.Errorf("its end is told %d and %d times, %v", slack, teams, err)
			}
			if slack, teams, err = f.run(t, true, ""); err != nil || !daily && slack+teams != 2 {
				t.Errorf("its end is told %d and %d times, %v", slack, teams, err)
			}
			f.logged(t)
		})
	}
}

// logged sees to it that the log says where the panic came from, on one line, and names nobody.
func (f *fragile) logged(t *testing.T) {
	t.Helper()
	if all := f.log.String() + f.errs.String(); strings.Contains(all, "ea01") {
		t.Error("the log names somebody")
	}
	for line := range strings.Lines(f.errs.String()) {
		var l struct{ Msg, Stack string }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if l.Msg == "defect" && strings.Contains(l.Stack, "(*fragile).breaking (") && !strings.Contains(l.Stack, "\n") {
			return
		}
	}
	t.Errorf("nothing says where it was: %s", f.errs.String())
}

// TestDeliveryPanics: a panic about one channel leaves the others told, and they hear of it.
func TestDeliveryPanics(t *testing.T) {
	t.Parallel()
	f := newFragile(t)
	_, teams, err := f.run(t, true, "delivering to slack")
	if defect.From(err) == nil || teams != 1 {
		t.Errorf("told %d, %v", teams, err)
	}
	if n := len(f.Teams.Posted()); n != 3 || !bytes.Contains(f.Teams.Posted()[1], []byte("a defect of breakglass")) {
		t.Errorf("Teams has %d: the report, that Slack does not get its own, and the panic", n)
	}
	f.breaks = ""
	if _, _, err := f.run(t, false, ""); err != nil {
		t.Error(err)
	}
	if posted := apptest.ToldOfInstallation(f.Teams); len(posted) != 1 {
		t.Errorf("a look that had nothing to tell calls it over: %d", len(posted))
	}
	if _, _, err := f.run(t, true, ""); err != nil {
		t.Error(err)
	}
	if posted := apptest.ToldOfInstallation(f.Teams); len(posted) != 2 || len(f.Slack.Posted()) < 2 {
		t.Errorf("after the next daily run: %d in Teams, %d in Slack", len(posted), len(f.Slack.Posted()))
	}
	f.logged(t)
}

// TestSetUpPanics: a panic of the setting up is told like any other.
func TestSetUpPanics(t *testing.T) {
	t.Parallel()
	f := newFragile(t)
	f.Watch = nil
	getenv, calls := f.getenv, 0
	f.getenv = func(name string) string {
		if calls++; calls == 1 {
			panic("of " + secretName)
		}
		return getenv(name)
	}
	// The run itself is not made, as whoever signs in is not there.
	if slack, teams, err := f.run(t, false, ""); defect.From(err) == nil || slack != 1 || teams != 1 {
		t.Errorf("told %d and %d, %v", slack, teams, err)
	}
}
