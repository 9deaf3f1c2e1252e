package graph

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/internal/standin"
)

// every is of how many ways to break a request one is tried, the next one for the next request.
// With 1 every request is broken in every way, and 300 pairs of them, which takes minutes; with 0
// each in one way.
var every = flag.Int("every", 0, "break each request in one of this many ways")

const (
	pairs   = 300 // of requests that are broken together
	someOf  = 20  // of the pairs, in a plain run
	shards  = 4   // of each tenant, side by side
	perPage = 2

	mostShown = 12 // of what one trial makes better
)

// A subject is a tenant that is read, and what is known of it before.
type subject struct {
	name     string
	file     []byte
	settings checks.Settings
	token    azcore.TokenCredential
}

// subjects are the demonstration's tenant and the one in which nearly everything fails.
func subjects(t *testing.T) []subject {
	made, file := withEverything(t), failing(t)
	return []subject{
		{"made-up", made, settled(t, made), tokenOf(t, made)},
		{"failing", file, failingSettings(t), tokenOf(t, file)},
	}
}

// reader returns a Reader of the tenant that does not wait between attempts.
func (s subject) reader(t testing.TB, g *standin.Graph) *Reader {
	t.Helper()
	r, err := New(Options{URL: g.URL(), Credential: s.token, Accounts: s.settings.Accounts, Now: collected})
	if err != nil {
		t.Fatal(err)
	}
	r.carrier.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	r.carrier.timeout = 10 * time.Second
	return r
}

// TestFaultsMakeNothingGreener is the first law at the reader: whichever request of a
// reading fails, and however, nothing is better than without the fault, nothing vanishes
// unless it is said that it could not be looked for, and nobody is told that anything is
// resolved.
func TestFaultsMakeNothingGreener(t *testing.T) {
	t.Parallel()
	for _, s := range subjects(t) {
		trials, before := s.trials(t)
		t.Logf("%s: %d trials", s.name, len(trials))
		for n := range shards {
			t.Run(fmt.Sprint(s.name, " ", n), func(t *testing.T) {
				t.Parallel()
				stand := newStand(t, s.file)
				for i := n; i < len(trials); i += shards {
					stand.try(t, s, before, trials[i])
				}
			})
		}
	}
}

// trials are what is broken of a reading, one at a time and two together, and the report
// without.
func (s subject) trials(t *testing.T) ([]trial, checks.Report) {
	t.Helper()
	stand := newStand(t, s.file)
	before := stand.report(t, s)
	asks := stand.asked()
	if len(asks) < 50 {
		t.Fatalf("%s: %d requests were seen", s.name, len(asks))
	}
	single := stand.singles(asks)
	random := rand.New(rand.NewPCG(20261123, uint64(len(s.name)))) // the same each time
	var chosen []trial
	for i, of := range single {
		step := *every
		if step == 0 {
			step = len(of)
		}
		for j := i % step; j < len(of); j += step {
			chosen = append(chosen, trial{of[j]})
		}
	}
	all := slices.Concat(single...)
	for i := range pairs {
		a, b := all[random.IntN(len(all))], all[random.IntN(len(all))]
		if *every > 0 && i%*every == 0 || i < someOf {
			chosen = append(chosen, trial{a, b})
		}
	}
	return chosen, before
}

// try makes one trial and says what got better by it.
func (s *stand) try(t *testing.T, of subject, before checks.Report, broken trial) {
	t.Helper()
	s.arm(broken)
	after := s.report(t, of)
	if !s.hit() {
		t.Errorf("%s: %v was not asked", of.name, broken)
	}
	if wrong := slices.Concat(greener(before, after), vanished(before, after), toldGood(before, after)); len(wrong) > 0 {
		shown := wrong[:min(len(wrong), mostShown)]
		if more := len(wrong) - len(shown); more > 0 {
			shown = append(slices.Clone(shown), fmt.Sprintf("and %d more", more))
		}
		t.Errorf("%s: %v\n\t%s", of.name, broken, strings.Join(shown, "\n\t"))
	}
}

// report reads the tenant and judges it.
func (s *stand) report(t *testing.T, of subject) checks.Report {
	t.Helper()
	return checks.Run(checks.All(), of.reader(t, s.graph).Snapshot(t.Context()), of.settings)
}

// greener returns the results that are better than before: that do not ask anybody to do
// something and did, or ask it less urgently. What cannot be told has the usual severity of
// its check, whatever it was when it could.
func greener(before, after checks.Report) []string {
	var wrong []string
	now := byKey(before, after)
	ids := checks.ObjectIDs(before, after)
	usual := map[string]checks.Severity{}
	for _, c := range checks.All() {
		usual[c.ID] = c.Severity
	}
	for _, was := range before.Results {
		is, ok := now[fold(was.Key(ids))]
		switch {
		case !ok || !was.Status.Open():
		case !is.Status.Open(), is.Severity < was.Severity && !(is.Status == checks.Unknown && is.Severity >= usual[is.Check]):
			wrong = append(wrong, fmt.Sprintf("%s %s: %s %s → %s %s", was.Check, subjectOf(was), was.Status, was.Severity, is.Status, is.Severity))
		}
	}
	return wrong
}

// vanished returns the results that are gone although nothing says that the check could
// not find its subjects.
func vanished(before, after checks.Report) []string {
	var wrong []string
	now := byKey(before, after)
	ids := checks.ObjectIDs(before, after)
	for _, was := range before.Results {
		if _, ok := now[fold(was.Key(ids))]; !ok && was.Status != checks.NotApplicable && !excused(before, after, was) {
			wrong = append(wrong, fmt.Sprintf("%s %s: %s %s → gone", was.Check, subjectOf(was), was.Status, was.Severity))
		}
	}
	return wrong
}

// excused reports whether the same check is unknown for the tenant, or for the declared
// group that brought the account.
func excused(before, after checks.Report, was checks.Result) bool {
	declared := ""
	for _, a := range before.Accounts {
		if strings.EqualFold(a.ID, was.Subject.ID) {
			declared = a.Declared
		}
	}
	return slices.ContainsFunc(after.Results, func(r checks.Result) bool {
		return r.Check == was.Check && r.Status == checks.Unknown &&
			(r.Subject.Type == checks.SubjectTenant || declared != "" && strings.EqualFold(r.Subject.ID, declared))
	})
}

// toldGood returns what people would be told to be well, in the next daily run and the one
// after: that it is resolved, or not asked any more.
func toldGood(before, after checks.Report) []string {
	m := alert.NewMemory("t")
	policy := alert.Policy{Channels: []alert.Channel{{Name: "slack"}}}
	m.Advance(alert.Look{Report: before, Scheduled: true}, policy)
	var wrong []string
	for day := range 2 {
		after.CheckedAt = before.CheckedAt.Add(time.Duration(day+1) * 24 * time.Hour)
		for _, e := range m.Advance(alert.Look{Report: after, Scheduled: true}, policy) {
			wrong = append(wrong, good(e)...)
		}
	}
	return wrong
}

// good returns an event and those below it that say that something is well, or of no
// interest.
func good(e alert.Event) []string {
	var wrong []string
	switch e.Kind {
	case alert.Resolved, alert.Dropped, alert.CameWent, alert.Unwatched:
		r := e.Result()
		wrong = append(wrong, fmt.Sprintf("%s %s: people are told “%s”", r.Check, subjectOf(r), e.Kind))
	default:
	}
	for _, c := range e.Caused {
		wrong = append(wrong, good(c)...)
	}
	return wrong
}

// byKey are the results of a report by their keys, in any case of the ids.
func byKey(before, after checks.Report) map[checks.Key]checks.Result {
	ids := checks.ObjectIDs(before, after)
	all := make(map[checks.Key]checks.Result, len(after.Results))
	for _, r := range after.Results {
		all[fold(r.Key(ids))] = r
	}
	return all
}

func fold(k checks.Key) checks.Key {
	return checks.Key{Check: k.Check, Subject: strings.ToLower(k.Subject)}
}
