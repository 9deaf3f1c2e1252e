package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"breakglass/internal/standin"
	"breakglass/tenant"
)

// App roles of the registers of these tests.
const (
	roleA = "aaaaaaaa-0000-4000-8000-000000000001"
	roleB = "aaaaaaaa-0000-4000-8000-000000000002"
)

// may is a credential whose tokens hold these permissions.
type may []string

func (m may) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if m == nil {
		return azcore.AccessToken{}, errors.New("nobody is signed in")
	}
	payload, err := json.Marshal(map[string]any{"roles": m})
	token := "header." + base64.RawURLEncoding.EncodeToString(payload) + ".signature"
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, err
}

// administrator may do what granting takes.
func administrator() may { return may{"Application.Read.All", "AppRoleAssignment.ReadWrite.All"} }

// granter returns a Granter that does not wait.
func granter(t *testing.T, g *standin.Graph, credential azcore.TokenCredential) *Granter {
	t.Helper()
	granter, err := NewGranter(Options{URL: g.URL(), Credential: credential})
	if err != nil {
		t.Fatal(err)
	}
	granter.carrier.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	granter.carrier.timeout = 10 * time.Second
	return granter
}

// waits lets a carrier keep what it would have waited.
func waits(c *carrier) *[]time.Duration {
	var all []time.Duration
	c.sleep = func(ctx context.Context, d time.Duration) error {
		if d > 0 {
			all = append(all, d)
		}
		return ctx.Err()
	}
	c.jitter = func() float64 { return 0.5 }
	return &all
}

func registered(t *testing.T) (*standin.Register, *standin.Graph) {
	t.Helper()
	r := standin.NewRegister(standin.AppRole{ID: roleA, Name: "A.Read.All"}, standin.AppRole{ID: roleB, Name: "B.Read.All"})
	return r, serve(t, standin.Tenant(), standin.WithIntercept(r.Intercept))
}

// look reads what the identity of a register has.
func look(t *testing.T, g *Granter) Grants {
	t.Helper()
	grants, err := g.Grants(t.Context(), standin.RegisterIdentity)
	if err != nil {
		t.Fatal(err)
	}
	return grants
}

// TestGrants: what an identity has, over several pages, of Microsoft Graph and of others.
func TestGrants(t *testing.T) {
	t.Parallel()
	r, g := registered(t)
	r.Hold(strings.ToUpper(roleB))
	for _, role := range []string{"1", "2", "3", "4", "5", "6"} {
		r.Hold("AAAAAAAA-0000-4000-8000-00000000001"+role, "other", "Kumo Mail")
	}
	for _, id := range []string{standin.RegisterIdentity, standin.RegisterClient} {
		grants, err := granter(t, g, administrator()).Grants(t.Context(), id)
		if err != nil || grants.ID != standin.RegisterIdentity || !slices.Equal(grants.Held, []string{roleB}) || grants.Offered[roleA] != "A.Read.All" ||
			len(grants.Elsewhere) != 6 || grants.Elsewhere[0] != (OtherRole{"Kumo Mail", "aaaaaaaa-0000-4000-8000-000000000011"}) {
			t.Errorf("%s: %+v, %v", id, grants, err)
		}
	}
	for id, is := range map[string]bool{standin.RegisterIdentity: true, strings.ToUpper(roleA): true, "": false, "id-contosobg": false, roleA + "0": false, "{" + roleA + "}": false, strings.ReplaceAll(roleA, "-", ""): false} {
		if IsID(id) != is {
			t.Errorf("%q is an id: %v", id, !is)
		}
	}
}

// TestGrantAnswers: what Microsoft Graph makes of a request to grant, how often it is sent,
// what is waited for, and whether anybody knows what became of it.
func TestGrantAnswers(t *testing.T) {
	t.Parallel()
	busy := standin.WriteFault{Status: 429, Code: "TooManyRequests", RetryAfter: 7}
	down := standin.WriteFault{Status: 503, Code: "serviceNotAvailable"}
	late := standin.WriteFault{Status: 504, Code: "gatewayTimeout", Lands: true}
	for name, c := range map[string]struct {
		faults        []standin.WriteFault
		who           azcore.TokenCredential
		sends         int
		waits         []time.Duration
		held          bool
		says          string // the error
		refused, same bool
	}{
		"granted":            {nil, administrator(), 1, nil, true, "", false, false},
		"throttled":          {[]standin.WriteFault{busy, busy}, administrator(), 3, []time.Duration{7 * time.Second, 7 * time.Second}, true, "", false, false},
		"not available":      {[]standin.WriteFault{down}, administrator(), 2, []time.Duration{time.Second}, true, "", false, false},
		"too late":           {[]standin.WriteFault{late}, administrator(), 2, []time.Duration{time.Second}, true, "answered 400 Request_BadRequest “Permission being assigned already exists on the object”", true, false},
		"throttled for long": {slices.Repeat([]standin.WriteFault{busy}, 9), administrator(), 5, slices.Repeat([]time.Duration{7 * time.Second}, 4), false, "answered 429 TooManyRequests: it is asked too often", true, true},
		"down for long":      {slices.Repeat([]standin.WriteFault{down}, 9), administrator(), 5, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}, false, "answered 503 serviceNotAvailable: run the command again", false, false},
		"broken, and landed": {[]standin.WriteFault{{Reset: true, Lands: true}}, administrator(), 1, nil, true, "gave no answer (connectionFailed): run the command again", false, false},
		"broken":             {[]standin.WriteFault{{Reset: true}}, administrator(), 1, nil, false, "gave no answer (connectionFailed): run the command again", false, false},
		"granted meanwhile":  {[]standin.WriteFault{{Status: 400, Code: "Request_BadRequest", Message: "It is “there”.", Lands: true}}, administrator(), 1, nil, true, "answered 400 Request_BadRequest “It is 'there'.”: run the command again", true, false},
		"may not":            {nil, may{"Application.Read.All"}, 1, nil, false, "answered 403 Authorization_RequestDenied “Insufficient privileges to complete the operation.”: who signs in needs the role Privileged Role Administrator", true, true},
		"nobody":             {nil, may(nil), 0, nil, false, "there is no token for Microsoft Graph: sign in with az login, or use --login", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, g := registered(t)
			r.Fail(roleA, c.faults...)
			to := look(t, granter(t, g, administrator()))
			writer := granter(t, g, c.who)
			waited := waits(writer.carrier)
			err := writer.Grant(t.Context(), to, strings.ToUpper(roleA))
			if sends := len(r.Writes()); sends != c.sends || !slices.Equal(*waited, c.waits) {
				t.Errorf("sent %d times with waits of %v, want %d and %v", sends, *waited, c.sends, c.waits)
			}
			if held := slices.Contains(r.Held(), roleA); held != c.held {
				t.Errorf("held: %v", held)
			}
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%v, want %q", err, c.says)
			}
			if Refused(err) != c.refused || SameForAll(err) != c.same {
				t.Errorf("refused %v, the same for all %v: %v", Refused(err), SameForAll(err), err)
			}
		})
	}
}

// TestGrantInTime: what Microsoft Graph asks to wait for is not waited for if the time ends
// before that, and whoever ends the program is obeyed.
func TestGrantInTime(t *testing.T) {
	t.Parallel()
	r, g := registered(t)
	r.Fail(roleA, standin.WriteFault{Status: 429, Code: "TooManyRequests", RetryAfter: 3600})
	writer := granter(t, g, administrator())
	to := look(t, writer)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := writer.Grant(ctx, to, roleA); err == nil || len(r.Writes()) != 1 || !SameForAll(err) {
		t.Errorf("%v after %d requests", err, len(r.Writes()))
	}
	cancel()
	if err := writer.Grant(ctx, to, roleA); err == nil || len(r.Writes()) != 1 || !SameForAll(err) || Refused(err) {
		t.Errorf("%v after %d requests", err, len(r.Writes()))
	}
	if _, err := writer.Again(ctx, to, []string{roleA}); err == nil {
		t.Error("what was granted is known without time to read it")
	}
}

// TestAgain: what was granted is read until it is seen, as long as patience lasts.
func TestAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lag, reads int
		seen       bool
	}{
		"at once": {0, 1, true}, "late": {3, 4, true}, "just in time": {6, 7, true}, "too late": {7, 7, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, g := registered(t)
			r.Hold(roleB)
			r.Lag(c.lag)
			writer := granter(t, g, administrator())
			writer.patience = patience("graph.microsoft.com")
			waited := waits(writer.carrier)
			to := look(t, writer)
			if err := writer.Grant(t.Context(), to, roleA); err != nil {
				t.Fatal(err)
			}
			before := lists(g)
			now, err := writer.Again(t.Context(), to, []string{strings.ToUpper(roleA), roleB})
			if err != nil || slices.Contains(now.Held, roleA) != c.seen || !slices.Contains(now.Held, roleB) || now.ID != to.ID || now.Offered[roleA] == "" {
				t.Errorf("%+v, %v", now, err)
			}
			if reads := lists(g) - before; reads != c.reads || len(*waited) != reads-1 {
				t.Errorf("%d reads, %v waited, want %d", reads, *waited, c.reads)
			}
		})
	}
	total := time.Duration(0)
	for _, wait := range patience("graph.microsoft.com") {
		total += wait
	}
	if total != time.Minute {
		t.Errorf("patience lasts %s", total)
	}
}

// lists counts the reads of what an identity has.
func lists(g *standin.Graph) int {
	n := 0
	for _, r := range g.Requests() {
		if r.Method == http.MethodGet && strings.HasSuffix(r.Path, "/appRoleAssignments") && !r.Query.Has("$skiptoken") {
			n++
		}
	}
	return n
}

// TestAgainUnread: where the grants cannot be read again, that is an error; where they could
// be once, what was read is what is known.
func TestAgainUnread(t *testing.T) {
	t.Parallel()
	for reads, fails := range map[int64]bool{0: true, 1: false} {
		r := standin.NewRegister(standin.AppRole{ID: roleA, Name: "A.Read.All"})
		var left atomic.Int64 // reads that are answered; less than none are all
		left.Store(-1)
		g := serve(t, standin.Tenant(), standin.WithIntercept(func(w http.ResponseWriter, request *http.Request, path string) bool {
			switch n := left.Load(); {
			case n == 0:
				refuse(403, "", tenant.CodeDenied)(w, request)
				return true
			case n > 0:
				left.Store(n - 1)
			}
			return r.Intercept(w, request, path)
		}))
		writer := granter(t, g, administrator())
		to := look(t, writer)
		left.Store(reads)
		now, err := writer.Again(t.Context(), to, []string{roleA})
		if (err != nil) != fails || len(now.Held) != 0 {
			t.Errorf("after %d reads: %+v, %v", reads, now, err)
		}
		if fails && !strings.Contains(err.Error(), "needs a role that may read applications") {
			t.Error(err)
		}
	}
}

// TestAgainEnds: whoever ends the program while it waits is obeyed, and what was read stays.
func TestAgainEnds(t *testing.T) {
	t.Parallel()
	r, g := registered(t)
	r.Hold(roleB)
	writer := granter(t, g, administrator())
	to := look(t, writer)
	before := lists(g)
	ctx, cancel := context.WithCancel(t.Context())
	waits := 0
	writer.carrier.sleep = func(ctx context.Context, d time.Duration) error {
		if d > 0 {
			waits++
			cancel()
			if ctx.Err() == nil {
				t.Error("it waits on")
			}
		}
		return ctx.Err()
	}
	now, err := writer.Again(ctx, to, []string{roleA})
	if err != nil || !slices.Equal(now.Held, []string{roleB}) || waits != 1 || lists(g)-before != 1 {
		t.Errorf("%+v, %v after %d waits", now, err, waits)
	}
}
