package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"breakglass/checks"
	"breakglass/internal/config"
	"breakglass/internal/graph"
	"breakglass/internal/standin"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
)

// A storm is an installation in bad weather: the handler in this process, on a clock that is
// moved by hand, between the stand-ins of Graph, Slack and Teams.
type storm struct {
	*testbed.Testbed
	t     testing.TB
	bot   *standin.SlackBot // nil where Slack is told by a webhook
	lanes []*lane
	clock atomic.Int64 // of the world, in nanoseconds
	ahead atomic.Int64 // by how much the handler's clock is
	file  map[string]any
	roles map[int][]any // what was taken from an account, by list
	away  map[int]bool  // by-name accounts that the configuration does not name

	reads   readFault
	store   storeFault
	handler http.Handler
	seen    int // requests to Graph that were looked at
	oracle  *oracle
	says    func(string, ...any) // is told what came of each run, unless it is nil
	last    ran
	drilled map[int]time.Time // until when an account's drill is announced
}

// newStorm starts the stand-ins. Ways are how people are told: by the bot or the webhook of
// Slack, by Teams, or both.
func newStorm(t testing.TB, ways string) *storm {
	t.Helper()
	s := &storm{t: t, away: map[int]bool{}, roles: map[int][]any{}, drilled: map[int]time.Time{}}
	s.clock.Store(time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC).UnixNano())
	s.file = stormTenant(t)
	data, err := json.Marshal(s.file)
	if err != nil {
		t.Fatal(err)
	}
	var roles []string
	for _, p := range checks.Permissions() {
		roles = append(roles, p.Name)
	}
	if s.Testbed, err = testbed.NewWith(roles, data, standin.WithPageSize(100), standin.WithIntercept(s.intercept)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := os.MkdirAll(s.App, 0o700); err != nil {
		t.Fatal(err)
	}
	if dir, err := os.MkdirTemp("/dev/shm", "breakglass-"); err == nil { // where there is a disk in memory, waiting for the disk ends
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		s.State = dir
	}
	if strings.Contains(ways, "bot") {
		s.bot = standin.NewSlackBot(standin.WithSlackClock(s.truly))
		if err := s.bot.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.bot.Close() }) // it was of use already
	}
	s.lanes = s.lanesOf(ways)
	s.oracle = newOracle(stormAccounts(), len(s.lanes))
	s.configure()
	s.start()
	return s
}

// truly is the time of the world.
func (s *storm) truly() time.Time { return time.Unix(0, s.clock.Load()).UTC() }

// now is the time on the handler's clock.
func (s *storm) now() time.Time { return s.truly().Add(time.Duration(s.ahead.Load())) }

// wait lets time go by.
func (s *storm) wait(d time.Duration) { s.clock.Add(int64(d)) }

// getenv is the environment of the handler.
func (s *storm) getenv(name string) string {
	env := map[string]string{"BREAKGLASS_LANGUAGE": "en"}
	for _, pair := range s.Env() {
		key, value, _ := strings.Cut(pair, "=")
		env[key] = value
	}
	told := map[string]bool{}
	for _, l := range s.lanes {
		told[l.way] = true
	}
	if !told["webhook"] {
		delete(env, "SLACK_WEBHOOK_URL")
	}
	if !told["teams"] {
		delete(env, "TEAMS_WORKFLOW_URL")
	}
	if s.bot != nil {
		env["SLACK_BOT_TOKEN"], env["SLACK_CHANNEL"], env["SLACK_API_URL"] = s.bot.Token(), s.bot.Channel(), s.bot.APIURL()
	}
	return env[name]
}

// configure writes what operators declare.
func (s *storm) configure() {
	lines := []string{"tenant: " + stormKey, "emergencyAccess:", "  accounts:", "    - group: " + stormGroup}
	for i, a := range stormAccounts() {
		if !a.grouped && !s.away[i] {
			lines = append(lines, "    - user: "+a.name)
		}
	}
	if err := os.WriteFile(filepath.Join(s.App, "breakglass.yaml"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// start begins a new process: what the last one remembered by itself is gone.
func (s *storm) start() {
	c := newInstallation(s.getenv, nil, s.App)
	c.Now = s.now
	w, err := wiring.SetUp(s.getenv, s.App, version)
	if err != nil {
		s.t.Fatal(err)
	}
	settings, err := config.Load(s.getenv, s.App)
	if err != nil {
		s.t.Fatal(err)
	}
	o := wiring.ReaderOptions(settings, nil)
	o.Now = s.now
	o.Credential = standInToken{s.Identity}
	if w.Source, err = graph.New(o); err != nil {
		s.t.Fatal(err)
	}
	w.Now, w.Store = s.now, &shakyStore{w.Store, s}
	c.Watch = w
	s.handler = routes(slog.New(slog.DiscardHandler), func() (runner, error) { return hurried{c, s}, nil })
}

// A standInToken asks the identity endpoint as the platform's library does, which takes its
// address from the environment of the whole process.
type standInToken struct{ identity *standin.Identity }

// GetToken returns a token for Microsoft Graph.
func (i standInToken) GetToken(ctx context.Context, _ policy.TokenRequestOptions) (azcore.AccessToken, error) {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com", nil)
	r.Header.Set("X-IDENTITY-HEADER", i.identity.Header())
	w := httptest.NewRecorder()
	i.identity.ServeHTTP(w, r)
	var given struct {
		Token string `json:"access_token"`
	}
	err := json.Unmarshal(w.Body.Bytes(), &given)
	return azcore.AccessToken{Token: given.Token, ExpiresOn: time.Now().Add(time.Hour)}, err
}

// A hurried runner makes the handler's runs without waiting between attempts, and keeps what
// became of them.
type hurried struct {
	runner
	s *storm
}

func (h hurried) Run(ctx context.Context, log *slog.Logger, scheduled bool) (watch.Outcome, error) {
	done, err := h.runner.Run(hurry{ctx}, log, scheduled)
	h.s.last.outcome, h.s.last.err = done, err
	return done, err
}

func (h hurried) Poll(ctx context.Context, log *slog.Logger) (watch.Outcome, error) {
	done, err := h.runner.Poll(hurry{ctx}, log)
	h.s.last.outcome, h.s.last.err = done, err
	return done, err
}

// hurry is a context that always seems to end soon, and does not: nobody waits for another
// attempt in it.
type hurry struct{ context.Context }

// Deadline is sooner than the shortest wait between two attempts, half a second.
func (hurry) Deadline() (time.Time, bool) { return time.Now().Add(400 * time.Millisecond), true }

// run fires a timer, and lets the oracle judge what became of it.
func (s *storm) run(daily bool) {
	s.last = ran{daily: daily, at: s.truly(), rightClock: s.ahead.Load() == 0, wholeRead: s.reads.kind == ""}
	s.store.begin()
	name := "/Watch"
	if daily {
		name = "/EmergencyAccess"
	}
	done := make(chan struct{})
	go func() { // in a goroutine of its own, which a crash ends
		defer close(done)
		s.handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(context.Background(), http.MethodPost, name, strings.NewReader("{}")))
	}()
	<-done
	s.last.killed, s.last.storeHeld = s.store.died, s.store.held()
	s.look()
	s.ahead.Store(0)
	s.store.end()
	s.reads.end()
	if s.last.killed {
		s.start()
	}
}

// look gathers what people saw and what Graph was asked, for the oracle.
func (s *storm) look() {
	requests := s.Graph.Requests()
	for _, r := range requests[s.seen:] {
		if r.Path != "/auditLogs/signIns" || s.reads.hits(r.Path, r.Query.Encode()) {
			continue
		}
		for i, a := range stormAccounts() {
			if strings.Contains(strings.ToLower(r.Query.Get("$filter")), a.id) {
				s.last.asked = append(s.last.asked, i)
			}
		}
	}
	s.seen = len(requests)
	for _, l := range s.lanes {
		s.last.lanes = append(s.last.lanes, l.heard())
	}
	s.oracle.judge(s.last)
	if s.says == nil {
		return
	}
	r := s.last
	s.says("%s, daily %v, sound %v: %s, partial %v, error %v, asked for the sign-ins of %v", clockTime(r.at), r.daily, r.sound(), r.outcome.Did, r.outcome.Partial, r.err, r.asked)
	for _, h := range r.lanes {
		s.says("  %s, refused %v: %q", h.name, h.refused, h.texts)
	}
}
