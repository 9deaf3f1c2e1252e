package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"breakglass/alert"
	"breakglass/checks"
)

const tenantID = "11111111-2222-3333-4444-555555555555"

// report is one whose every field survives or is noticed to be lost.
func report(reason string) checks.Report {
	return checks.Report{
		Schema:    checks.Schema,
		Tenant:    checks.Tenant{ID: tenantID, DisplayName: "Contoso <!channel>", DefaultDomain: "contoso.onmicrosoft.com"},
		CheckedAt: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC),
		Accounts:  []checks.Account{{ID: "a", UserPrincipalName: "ea01@contoso.onmicrosoft.com", Declared: "a"}},
		Summary:   checks.Summary{Fail: 1, Worst: checks.Critical},
		Results: []checks.Result{{
			Check: "drill-recent", Status: checks.Fail, Severity: checks.Critical,
			Subject: checks.Subject{Type: checks.SubjectUser, ID: "a", Name: "緊急 <b>"},
			Title:   "t", Reason: reason, Evidence: checks.Evidence{"one": {"1"}, "two": {"1", "2"}},
		}},
	}
}

// memory is one whose every part survives or is noticed to be lost.
func memory(tenant, reason string) alert.Memory {
	m := alert.NewMemory(tenant)
	m.Advance(alert.Look{Report: report(reason)}, alert.Policy{Channels: []alert.Channel{{Name: "slack"}, {Name: "teams"}}})
	key := m.Channels["teams"].Queue[0].Key
	m.Begin("teams", key, report("").CheckedAt)
	m.Refused("teams", key, report("").CheckedAt, alert.Refusal{Reason: "no answer", Doubtful: true})
	return m
}

// A fixture is an empty store, and a way to write to it behind its back.
type fixture struct {
	store  Store
	tamper func(t *testing.T, tenant, content string)
}

// conform runs what holds for every store.
func conform(t *testing.T, empty func(*testing.T) fixture) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, fixture){
		"nothing is kept":        testNothing,
		"round trip":             testRoundTrip,
		"conflict on create":     testConflictOnCreate,
		"conflict on update":     testConflictOnUpdate,
		"conflict when gone":     testConflictWhenGone,
		"concurrent savers":      testConcurrent,
		"tenants are apart":      testTenantsApart,
		"hostile tenant names":   testHostileNames,
		"unusable content":       testUnusable,
		"the context has ended":  testEndedContext,
		"no tenant":              testNoTenant,
		"a large memory is kept": testLarge,
		"an earlier memory":      testEarlier,
		"one run at a time":      testLease,
		"a trial":                testProbe,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, empty(t))
		})
	}
}

func mustSave(t *testing.T, s Store, m alert.Memory, v Version) Version {
	t.Helper()
	saved, err := s.Save(t.Context(), m, v)
	if err != nil || saved == "" || saved == v {
		t.Fatalf("Save over %q = %q, %v; want a new version", v, saved, err)
	}
	return saved
}

func wantKept(t *testing.T, s Store, want alert.Memory, version Version) {
	t.Helper()
	got, v, err := s.Load(t.Context(), want.Tenant)
	if err != nil || v != version || !reflect.DeepEqual(got, want) {
		t.Errorf("Load = %+v, version %q, %v\nwant %+v, version %q", got, v, err, want, version)
	}
}

func testNothing(t *testing.T, f fixture) {
	m, v, err := f.store.Load(t.Context(), tenantID)
	if !errors.Is(err, fs.ErrNotExist) || v != "" || !reflect.DeepEqual(m, alert.Memory{}) {
		t.Errorf("Load = %+v, %q, %v; want an error that wraps fs.ErrNotExist and nothing else", m, v, err)
	}
	if errors.Is(err, ErrUnusable) || errors.Is(err, ErrConflict) {
		t.Errorf("Load = %v, which claims more than that nothing is there", err)
	}
}

func testRoundTrip(t *testing.T, f fixture) {
	first := mustSave(t, f.store, memory(tenantID, "first"), "")
	wantKept(t, f.store, memory(tenantID, "first"), first)
	second := mustSave(t, f.store, memory(tenantID, "second"), first)
	wantKept(t, f.store, memory(tenantID, "second"), second)

	third := mustSave(t, f.store, alert.NewMemory(tenantID), second)
	wantKept(t, f.store, alert.NewMemory(tenantID), third)
}

func testConflictOnCreate(t *testing.T, f fixture) {
	first := mustSave(t, f.store, memory(tenantID, "first"), "")
	wantConflict(t, f.store, memory(tenantID, "second"), "")
	wantKept(t, f.store, memory(tenantID, "first"), first)
}

func testConflictOnUpdate(t *testing.T, f fixture) {
	first := mustSave(t, f.store, memory(tenantID, "first"), "")
	second := mustSave(t, f.store, memory(tenantID, "second"), first)
	wantConflict(t, f.store, memory(tenantID, "third"), first)
	wantKept(t, f.store, memory(tenantID, "second"), second)
}

func testConflictWhenGone(t *testing.T, f fixture) {
	first := mustSave(t, f.store, memory("elsewhere", "first"), "")
	wantConflict(t, f.store, memory(tenantID, "second"), first)
	if _, _, err := f.store.Load(t.Context(), tenantID); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load = %v, want fs.ErrNotExist", err)
	}
}

func wantConflict(t *testing.T, s Store, m alert.Memory, v Version) {
	t.Helper()
	if saved, err := s.Save(t.Context(), m, v); !errors.Is(err, ErrConflict) || saved != "" {
		t.Errorf("Save over %q = %q, %v; want ErrConflict", v, saved, err)
	}
}

// testConcurrent has 20 savers replace each version: one wins, the others learn
// that they did not, and a reader never sees half a memory.
func testConcurrent(t *testing.T, f fixture) {
	var version Version
	for round := range 5 {
		results := make([]Version, 20)
		failures := make([]error, len(results))
		var wg sync.WaitGroup
		for i := range results {
			wg.Go(func() {
				results[i], failures[i] = f.store.Save(t.Context(), memory(tenantID, fmt.Sprintf("%d by %d", round, i)), version)
			})
			wg.Go(func() {
				if _, _, err := f.store.Load(t.Context(), tenantID); err != nil && (round > 0 || !errors.Is(err, fs.ErrNotExist)) {
					t.Errorf("round %d: Load while others save: %v", round, err)
				}
			})
		}
		wg.Wait()
		winner := -1
		for i, err := range failures {
			switch {
			case err == nil && winner < 0:
				winner = i
			case err == nil:
				t.Fatalf("round %d: savers %d and %d both replaced version %q", round, winner, i, version)
			case !errors.Is(err, ErrConflict):
				t.Errorf("round %d: saver %d: %v, want ErrConflict", round, i, err)
			}
		}
		if winner < 0 {
			t.Fatalf("round %d: nobody replaced version %q", round, version)
		}
		version = results[winner]
		wantKept(t, f.store, memory(tenantID, fmt.Sprintf("%d by %d", round, winner)), version)
	}
}

func testTenantsApart(t *testing.T, f fixture) {
	other := "contoso.onmicrosoft.com"
	one := mustSave(t, f.store, memory(tenantID, "one"), "")
	two := mustSave(t, f.store, memory(other, "two"), "")
	one = mustSave(t, f.store, memory(tenantID, "one again"), one)
	wantKept(t, f.store, memory(tenantID, "one again"), one)
	wantKept(t, f.store, memory(other, "two"), two)
	f.tamper(t, tenantID, "broken")
	wantKept(t, f.store, memory(other, "two"), two)
}

func hostileNames() []string {
	return []string{
		"../x", "..", ".", "/etc/passwd", `..\x`, `C:\x`, "a/b", "a_2fb", "a%2fb", "a b", "A", "a", "nul", "CON.", "x\x00y", "x\ny",
		"テナント", "?sig=x#y", "x/", "x", "~", "-", "-rf", ".lock", ".new", "<!channel>",
		strings.Repeat("l", 300), strings.Repeat("l", 301), strings.Repeat("界", 100),
	}
}

func testHostileNames(t *testing.T, f fixture) {
	versions := map[string]Version{}
	for _, name := range hostileNames() {
		versions[name] = mustSave(t, f.store, memory(name, name), "")
	}
	for name, version := range versions {
		wantKept(t, f.store, memory(name, name), version)
	}
	if _, _, err := f.store.Load(t.Context(), "\xff"); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load of a tenant that is not text = %v, want an error", err)
	}
}

func testUnusable(t *testing.T, f fixture) {
	good, err := encode(memory(tenantID, "good"))
	if err != nil {
		t.Fatal(err)
	}
	var version Version
	for _, c := range []struct{ content, want string }{
		{"", "broken or cut off"},
		{"\x00\x01", "broken or cut off"},
		{string(good[:len(good)/2]), "broken or cut off"},
		{string(good) + "{}", "broken or cut off"},
		{"[]", "broken or cut off"},
		{"null", `its schema is "", expected "breakglass.memory/v2"`},
		{strings.Replace(string(good), alert.Schema, "breakglass.memory/v3", 1), `its schema is "breakglass.memory/v3", expected "breakglass.memory/v2"`},
		{strings.Replace(string(good), checks.Schema, "breakglass.report/v9", 1), `is "breakglass.report/v9", expected "breakglass.report/v1"`},
		{strings.Replace(string(good), `"channels":{`, `"channels":7,"x":{`, 1), "cannot unmarshal number"},
		{strings.Replace(string(good), `"channels":{`, `"channels":{"none":null,`, 1), `the channel "none" has no outbox`},
		{strings.Replace(string(good), tenantID, "other", 1), `it is about another tenant, "other"`},
	} {
		f.tamper(t, tenantID, c.content)
		m, v, err := f.store.Load(t.Context(), tenantID)
		if !errors.Is(err, ErrUnusable) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: error %v, want ErrUnusable with %q", c.content, err, c.want)
		}
		if errors.Is(err, fs.ErrNotExist) || v == "" || v == version || !reflect.DeepEqual(m, alert.Memory{}) {
			t.Errorf("%.40q: Load = %+v, version %q; want no memory and a new version", c.content, m, v)
		}
		version = v
	}
	wantConflict(t, f.store, memory(tenantID, "good"), "")
	version = mustSave(t, f.store, memory(tenantID, "good"), version)
	wantKept(t, f.store, memory(tenantID, "good"), version)
}

func testEndedContext(t *testing.T, f fixture) {
	version := mustSave(t, f.store, memory(tenantID, "kept"), "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := f.store.Load(ctx, tenantID); !errors.Is(err, context.Canceled) {
		t.Errorf("Load = %v, want context.Canceled", err)
	}
	if _, err := f.store.Save(ctx, memory(tenantID, "late"), version); !errors.Is(err, context.Canceled) {
		t.Errorf("Save = %v, want context.Canceled", err)
	}
	wantKept(t, f.store, memory(tenantID, "kept"), version)
}

func testNoTenant(t *testing.T, f fixture) {
	if _, err := f.store.Save(t.Context(), memory("", "x"), ""); err == nil {
		t.Error("Save kept a memory of no tenant")
	}
	if _, _, err := f.store.Load(t.Context(), ""); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load = %v, want an error about the tenant", err)
	}
}

func testLarge(t *testing.T, f fixture) {
	large := memory(tenantID, strings.Repeat("large ", 1<<20))
	wantKept(t, f.store, large, mustSave(t, f.store, large, ""))
}

// testEarlier reads what version 1 kept: a report for each channel. The one that had
// fallen behind is told everything.
func testEarlier(t *testing.T, f fixture) {
	told := map[string]checks.Report{"slack": report("new"), "teams": report("old")}
	old := told["teams"]
	old.CheckedAt = old.CheckedAt.Add(-24 * time.Hour)
	told["teams"] = old
	content, err := json.Marshal(map[string]any{"schema": "breakglass.memory/v1", "tenant": tenantID, "told": told})
	if err != nil {
		t.Fatal(err)
	}
	f.tamper(t, tenantID, string(content))
	m, version, err := f.store.Load(t.Context(), tenantID)
	if err != nil || len(m.Findings) != 1 || m.Channels["slack"] == nil || m.Channels["teams"] != nil {
		t.Fatalf("Load = %+v, %v", m, err)
	}
	again := report("new")
	again.CheckedAt = again.CheckedAt.Add(time.Hour)
	m.Advance(alert.Look{Report: again}, alert.Policy{Channels: []alert.Channel{{Name: "slack"}, {Name: "teams"}}})
	if n := len(m.Channels["slack"].Queue); n != 0 {
		t.Errorf("slack is told %d messages of what it knows", n)
	}
	if q := m.Channels["teams"].Queue; len(q) != 1 || !q[0].Digest.First {
		t.Errorf("teams is told %+v", q)
	}
	wantKept(t, f.store, m, mustSave(t, f.store, m, version))
}

func testLease(t *testing.T, f fixture) {
	_, release, err := f.store.Lease(t.Context(), tenantID)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.store.Lease(t.Context(), tenantID); !errors.Is(err, ErrBusy) {
		t.Errorf("a second run: %v, want ErrBusy", err)
	}
	_, other, err := f.store.Lease(t.Context(), "other")
	if err != nil {
		t.Errorf("another tenant: %v", err)
	}
	other()
	mustSave(t, f.store, memory(tenantID, "x"), "") // the lease is not on the memory itself
	release()
	_, again, err := f.store.Lease(t.Context(), tenantID)
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	again()
}

// testProbe: what holds for a store is found to hold, beside what is kept there, and nothing
// is left behind.
func testProbe(t *testing.T, f fixture) {
	kept := mustSave(t, f.store, memory(tenantID, "kept"), "")
	if err := Probe(t.Context(), f.store); err != nil {
		t.Error(err)
	}
	wantKept(t, f.store, memory(tenantID, "kept"), kept)
}

// A lax store does not keep to one of the rules.
type lax struct {
	Store
	unguarded, shared, forgetful bool
}

func (l lax) Save(ctx context.Context, m alert.Memory, v Version) (Version, error) {
	saved, err := l.Store.Save(ctx, m, v)
	if l.unguarded && errors.Is(err, ErrConflict) {
		return "new", nil
	}
	return saved, err
}

func (l lax) Load(ctx context.Context, tenant string) (alert.Memory, Version, error) {
	m, v, err := l.Store.Load(ctx, tenant)
	if l.forgetful {
		m.Serial = 0
	}
	return m, v, err
}

func (l lax) Lease(ctx context.Context, tenant string) (context.Context, func(), error) {
	if l.shared {
		return ctx, func() {}, nil
	}
	return l.Store.Lease(ctx, tenant)
}

// TestProbeFinds: each rule that a store breaks is named.
func TestProbeFinds(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*lax){
		"does not guard what another run wrote":    func(l *lax) { l.unguarded = true },
		"two runs hold the same lease":             func(l *lax) { l.shared = true },
		"does not give back what was written last": func(l *lax) { l.forgetful = true },
	} {
		l := lax{Store: NewDir(t.TempDir())}
		change(&l)
		if err := Probe(t.Context(), l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
