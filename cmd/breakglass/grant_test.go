package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
)

const (
	writeAll = "19dbc75e-c2e2-444c-a770-ec69d8559fc7" // Directory.ReadWrite.All
	otherID  = "5d1a0e5e-4444-4a44-8444-444444444444"
	mailRole = "5d1a0e5e-5555-4a55-8555-555555555555"
	green    = "The identity has what it needs"
)

// needing is an identity that has nothing yet, in a cloud that offers all but some.
func needing(withheld ...string) *standin.Register {
	offered := []standin.AppRole{{ID: writeAll, Name: "Directory.ReadWrite.All"}}
	for _, p := range checks.Permissions() {
		if !slices.Contains(withheld, p.Name) {
			offered = append(offered, standin.AppRole{ID: p.ID, Name: p.Name})
		}
	}
	return standin.NewRegister(offered...)
}

// administrator is what the token of somebody who may grant holds.
func administrator() []string {
	return []string{"Application.Read.All", "AppRoleAssignment.ReadWrite.All"}
}

// signedIn is the environment of somebody whose token holds these permissions, in front of a
// Microsoft Graph.
func signedIn(t *testing.T, intercept standin.Intercept, holds ...string) []string {
	t.Helper()
	identity := standin.NewIdentity(standin.WithRoles(holds...))
	g, err := standin.NewGraph(apptest.Tenant(t), standin.WithIntercept(intercept), standin.WithTokenCheck(identity.Accepts))
	if err != nil {
		t.Fatal(err)
	}
	for _, start := range []func() error{identity.Start, g.Start} {
		if err := start(); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _, _ = identity.Close(), g.Close() }) // the test is over
	return []string{"BREAKGLASS_GRAPH_URL=" + g.URL(), "IDENTITY_ENDPOINT=" + identity.URL(), "IDENTITY_HEADER=" + identity.Header()}
}

func grant(t *testing.T, env []string, args ...string) apptest.Session {
	t.Helper()
	return apptest.LiveIn(t, slices.Clone(env), append([]string{"permissions", "grant", "--identity", standin.RegisterIdentity}, args...)...)
}

// TestGrant: what is missing is shown, then granted; then nothing is left to do, and nothing
// is ever removed.
func TestGrant(t *testing.T) {
	t.Parallel()
	permissions := checks.Permissions()
	r := needing()
	r.Hold(permissions[0].ID)
	r.Hold(writeAll)
	r.Hold(mailRole, otherID, "Kumo \x1b[31mMail")
	env := signedIn(t, r.Intercept, administrator()...)
	s := grant(t, env, "--check")
	if s.Code != exitFound || len(r.Writes()) != 0 {
		t.Errorf("check: exit %d, wrote %q", s.Code, r.Writes())
	}
	for _, part := range []string{"id-contosobg", "Granted already: 1 of", "  + " + permissions[1].Name + "\n", "beyond need", "  ! Directory.ReadWrite.All", `Kumo \x1b[31mMail`} {
		if !strings.Contains(s.Out, part) {
			t.Errorf("no %q in\n%s", part, s.Out)
		}
	}
	if strings.Contains(s.Out, "+ "+permissions[0].Name) || strings.Contains(s.Out, green) {
		t.Errorf("it is granted already, or all is:\n%s", s.Out)
	}
	s = apptest.LiveIn(t, env, "permissions", "grant", "--identity", standin.RegisterClient, "--yes")
	if s.Code != 0 || len(r.Writes()) != len(permissions)-1 || len(r.Held()) != len(permissions)+2 || !strings.Contains(s.Out, "granted "+permissions[1].Name+"\n") || !strings.Contains(s.Out, green+". A running app") {
		t.Errorf("exit %d, %d writes, %d held\n%s%s", s.Code, len(r.Writes()), len(r.Held()), s.Out, s.Err)
	}
	if s := grant(t, env, "--yes"); s.Code != 0 || len(r.Writes()) != len(permissions)-1 || strings.Contains(s.Out, "To grant") || !strings.Contains(s.Out, green+".\n") {
		t.Errorf("again: exit %d, %d writes\n%s", s.Code, len(r.Writes()), s.Out)
	}
	if s := grant(t, env, "--check"); s.Code != exitFound || strings.Contains(s.Out, green) {
		t.Errorf("check of what is beyond need: exit %d\n%s", s.Code, s.Out)
	}
	r.Drop(writeAll)
	r.Drop(mailRole)
	if s := grant(t, env, "--check"); s.Code != 0 || !strings.Contains(s.Out, green+", and no more.") {
		t.Errorf("check of what is right: exit %d\n%s%s", s.Code, s.Out, s.Err)
	}
}

// TestGrantMisused: what is wrong with the command shows before anybody signs in.
func TestGrantMisused(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(elsewhere.Close)
	env := []string{"BREAKGLASS_GRAPH_URL=" + elsewhere.URL, "IDENTITY_ENDPOINT=" + elsewhere.URL, "IDENTITY_HEADER=x", "AZURE_AUTHORITY_HOST=" + elsewhere.URL}
	const id = "--identity=" + standin.RegisterIdentity
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "needs --identity"},
		{[]string{"--identity", "id-contosobg", "--yes"}, `"id-contosobg" is no id of an identity`},
		{[]string{"--identity", "id-contosobg", "--yes", "--login"}, "is no id of an identity"},
		{[]string{"--identity", standin.RegisterIdentity + "/appRoleAssignments", "--check"}, "is no id of an identity"},
		{[]string{id}, "there is nobody to ask: add --yes"},
		{[]string{id, "--login"}, "there is nobody to ask: add --yes"},
		{[]string{id, "--format", "json"}, "there is nobody to ask: add --yes"},
		{[]string{id, "--yes", "--format", "xml"}, `--format is "xml", expected text or json`},
		{[]string{id, "--yes", "--client", "x"}, "--client needs --login"},
		{[]string{id, "--yes", "more"}, "no argument"},
	} {
		s := apptest.LiveIn(t, slices.Clone(env), append([]string{"permissions", "grant"}, c.args...)...)
		if s.Code != exitUsage || s.Out != "" || !strings.Contains(s.Err, c.says) || asked.Load() > 0 {
			t.Errorf("%q: exit %d, %d requests\n%s%s\nwant %q", c.args, s.Code, asked.Load(), s.Out, s.Err, c.says)
		}
	}
	if s := grant(t, env, "--yes", "--config", "none.yaml"); s.Code != exitError || !strings.Contains(s.Err, "none.yaml") || asked.Load() > 0 {
		t.Errorf("a configuration that is not there: exit %d, %d requests\n%s", s.Code, asked.Load(), s.Err)
	}
	if s := apptest.LiveIn(t, env, "permissions", "grant", "--help"); s.Code != 0 || !strings.Contains(s.Out, "Exit codes: 0 all that is needed is there") {
		t.Errorf("help: exit %d\n%s", s.Code, s.Out)
	}
}

// A granting is one way in which granting goes, and how it must be told.
type granting struct {
	name      string
	prepare   func(*standin.Register)
	intercept func(*standin.Register, standin.Intercept) standin.Intercept
	withheld  string
	holds     []string // the token; an administrator's if it is nil
	code      int
	writes    int // requests to grant; 0 is one for each permission
	says      []string
	states    map[grantState]int // of JSON; those not here are none
}

func failing(n int, faults ...standin.WriteFault) func(*standin.Register) {
	return func(r *standin.Register) { r.Fail(checks.Permissions()[n].ID, faults...) }
}

func grantings() []granting {
	all, name := len(checks.Permissions()), func(n int) string { return checks.Permissions()[n].Name }
	from := func(n int) string {
		var names []string
		for i := n; i < all; i++ {
			names = append(names, name(i))
		}
		return strings.Join(names, ", ")
	}
	refused := standin.WriteFault{Status: 400, Code: "Request_BadRequest", Message: "Not \x1b[31mthis one."}
	const later = "Not seen when the grants were read again; run this with --check in a few minutes:\n"
	return []granting{
		{name: "seen at once", states: map[grantState]int{stateGranted: all}},
		{name: "seen late", prepare: func(r *standin.Register) { r.Lag(5) }, states: map[grantState]int{stateGranted: all}},
		{name: "not seen", prepare: func(r *standin.Register) { r.Lag(100) }, code: exitError,
			says:   []string{later + "  - " + from(0) + ": Microsoft Graph said that it granted it\n", fmt.Sprintf("the identity has 0 of the %d permissions", all)},
			states: map[grantState]int{stateNotSeen: all}},
		{name: "one refused", prepare: failing(3, refused), code: exitError,
			says:   []string{"granted " + name(2) + "\n", "granted " + name(4) + "\n", "granted " + name(all-1) + "\n", "Not granted:\n  - " + name(3) + `: Microsoft Graph answered 400 Request_BadRequest “Not \x1b[31mthis one.”: run the command again`, fmt.Sprintf("the identity has %d of the %d permissions", all-1, all)},
			states: map[grantState]int{stateGranted: all - 1, stateRefused: 1}},
		{name: "two refused", prepare: func(r *standin.Register) { failing(0, refused)(r); failing(all-1, refused)(r) }, code: exitError,
			says:   []string{"  - " + name(0) + ", " + name(all-1) + ": Microsoft Graph answered 400"},
			states: map[grantState]int{stateGranted: all - 2, stateRefused: 2}},
		{name: "nobody who may grant", prepare: (*standin.Register).Forbid, code: exitError, writes: 1,
			says:   []string{"  - " + name(0) + ": Microsoft Graph answered 403 Authorization_RequestDenied", "Privileged Role Administrator", "  - " + from(1) + ": not tried, for the answer would be the same\n", fmt.Sprintf("the identity has 0 of the %d permissions", all)},
			states: map[grantState]int{stateRefused: 1, stateMissing: all - 1}},
		{name: "a token for reading only", holds: administrator()[:1], code: exitError, writes: 1,
			says: []string{"answered 403", "Privileged Role Administrator"}, states: map[grantState]int{stateRefused: 1, stateMissing: all - 1}},
		{name: "granted meanwhile", prepare: failing(1, standin.WriteFault{Status: 400, Code: "Request_BadRequest", Message: "Permission being assigned already exists on the object", Lands: true}),
			states: map[grantState]int{stateGranted: all - 1, stateHeld: 1}},
		{name: "said to exist, and not seen", prepare: failing(1, standin.WriteFault{Status: 400, Code: "Request_BadRequest", Message: "Permission being assigned already exists on the object"}), code: exitError,
			says: []string{"  - " + name(1) + ": Microsoft Graph answered 400"}, states: map[grantState]int{stateGranted: all - 1, stateRefused: 1}},
		{name: "broken after it arrived", prepare: failing(1, standin.WriteFault{Reset: true, Lands: true}), states: map[grantState]int{stateGranted: all - 1, stateHeld: 1}},
		{name: "broken before it arrived", prepare: failing(1, standin.WriteFault{Reset: true}), code: exitError,
			says: []string{later + "  - " + name(1) + ": Microsoft Graph gave no answer (connectionFailed)"}, states: map[grantState]int{stateGranted: all - 1, stateNotSeen: 1}},
		{name: "throttled", prepare: failing(1, standin.WriteFault{Status: 429, Code: "TooManyRequests", RetryAfter: 1}), writes: all + 1, states: map[grantState]int{stateGranted: all}},
		{name: "down, and granted all the same", prepare: failing(1, standin.WriteFault{Status: 504, Code: "gatewayTimeout", RetryAfter: 1, Lands: true}), writes: all + 1, states: map[grantState]int{stateGranted: all - 1, stateHeld: 1}},
		{name: "not offered", withheld: name(2), code: exitError, writes: all - 1,
			says:   []string{"Not offered in this cloud, so what needs them stays unknown:\n  ? " + name(2) + "\n", "The identity has all that this cloud offers. What needs the rest stays unknown.", fmt.Sprintf("the identity has %d of the %d", all-1, all)},
			states: map[grantState]int{stateGranted: all - 1, stateNotOffered: 1}},
		{name: "not read again", intercept: afterWrites(func(w http.ResponseWriter, _ *standin.Register) bool {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"error":{"code":"Authorization_RequestDenied"}}`)) // the program's
			return true
		}), code: exitError, says: []string{later + "  - " + from(0) + ": the permissions of the identity: Microsoft Graph answered 403"}, states: map[grantState]int{stateNotSeen: all}},
		{name: "taken away meanwhile", prepare: func(r *standin.Register) { r.Hold(checks.Permissions()[0].ID) }, writes: all - 1,
			intercept: afterWrites(func(_ http.ResponseWriter, r *standin.Register) bool {
				r.Drop(checks.Permissions()[0].ID)
				return false
			}),
			code: exitError, says: []string{later + "  - " + name(0) + ": it was there before"}, states: map[grantState]int{stateGranted: all - 1, stateNotSeen: 1}},
	}
}

// afterWrites lets something happen when what is granted is read after a request to grant.
func afterWrites(happens func(http.ResponseWriter, *standin.Register) bool) func(*standin.Register, standin.Intercept) standin.Intercept {
	return func(r *standin.Register, next standin.Intercept) standin.Intercept {
		return func(w http.ResponseWriter, request *http.Request, path string) bool {
			if request.Method == http.MethodGet && len(r.Writes()) > 0 && happens(w, r) {
				return true
			}
			return next(w, request, path)
		}
	}
}

// at is a register and the environment of whoever grants there.
func (g granting) at(t *testing.T) (*standin.Register, []string) {
	t.Helper()
	r := needing(g.withheld)
	if g.prepare != nil {
		g.prepare(r)
	}
	holds := g.holds
	if holds == nil {
		holds = administrator()
	}
	intercept := r.Intercept
	if g.intercept != nil {
		intercept = g.intercept(r, intercept)
	}
	return r, signedIn(t, intercept, holds...)
}

// TestGrantTold: that all is there is said only of what a read showed after granting; else
// what is not there is named, with the reason, and a script can tell.
func TestGrantTold(t *testing.T) {
	t.Parallel()
	for _, g := range grantings() {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			r, env := g.at(t)
			s := grant(t, env, "--yes")
			if s.Code != g.code || strings.Contains(s.Out, green) != (g.code == exitOK) {
				t.Errorf("exit %d, want %d\n%s%s", s.Code, g.code, s.Out, s.Err)
			}
			if n := len(r.Writes()); n != g.writes && (g.writes != 0 || n != len(checks.Permissions())) {
				t.Errorf("%d requests to grant, want %d", n, g.writes)
			}
			for _, part := range g.says {
				if !strings.Contains(s.Out+s.Err, part) {
					t.Errorf("no %q in\n%s%s", part, s.Out, s.Err)
				}
			}
			if strings.Contains(s.Out+s.Err, "eyJ") || strings.Contains(s.Out+s.Err, "\x1b") {
				t.Errorf("a token, or what rules the terminal, is shown:\n%q%q", s.Out, s.Err)
			}
		})
		t.Run(g.name+", as JSON", func(t *testing.T) {
			t.Parallel()
			_, env := g.at(t)
			s := grant(t, env, "--yes", "--format", "json")
			report := grantsIn(t, s)
			if s.Code != g.code || report.Complete != (g.code == exitOK) || strings.Contains(s.Err, green) != report.Complete {
				t.Errorf("exit %d, complete %v\n%s%s", s.Code, report.Complete, s.Out, s.Err)
			}
			for _, state := range []grantState{stateHeld, stateGranted, stateMissing, stateRefused, stateNotOffered, stateNotSeen} {
				some := report.in(state)
				if len(some) != g.states[state] {
					t.Errorf("%d are %s, want %d\n%s", len(some), state, g.states[state], s.Out)
				}
				for _, n := range some {
					if (n.Reason == "") != (state == stateHeld || state == stateGranted) {
						t.Errorf("%s is %s, reason %q", n.Name, state, n.Reason)
					}
				}
			}
		})
	}
}

// grantsIn reads the JSON of a session, which is all that stands on standard output.
func grantsIn(t *testing.T, s apptest.Session) grantReport {
	t.Helper()
	var r grantReport
	decoder := json.NewDecoder(strings.NewReader(s.Out))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil || decoder.More() || r.Schema != "breakglass.grants/v1" || len(r.Needed) != len(checks.Permissions()) {
		t.Fatalf("%v: %s%s", err, s.Out, s.Err)
	}
	return r
}

// TestGrantCheckJSON: a script learns of each permission how it stands with it, and of what
// is beyond need, by exit code and by the document.
func TestGrantCheckJSON(t *testing.T) {
	t.Parallel()
	permissions := checks.Permissions()
	r := needing(permissions[1].Name)
	r.Hold(permissions[0].ID)
	r.Hold(writeAll)
	r.Hold(mailRole, otherID, "Kumo Mail")
	env := signedIn(t, r.Intercept, administrator()[0])
	s := grant(t, env, "--check", "--format=json")
	report := grantsIn(t, s)
	want := []beyondPermission{{"Microsoft Graph", writeAll, "Directory.ReadWrite.All"}, {"Kumo Mail", mailRole, ""}}
	if s.Code != exitFound || report.Complete || report.Identity != (grantIdentity{standin.RegisterIdentity, "id-contosobg"}) || !slices.Equal(report.Beyond, want) {
		t.Errorf("exit %d\n%s", s.Code, s.Out)
	}
	for i, state := range map[int]grantState{0: stateHeld, 1: stateNotOffered, 2: stateMissing} {
		if n := report.Needed[i]; n.State != state || n.ID != permissions[i].ID || n.Name != permissions[i].Name {
			t.Errorf("%+v, want %s", n, state)
		}
	}
	if !strings.Contains(s.Err, "To grant:") || len(r.Writes()) > 0 {
		t.Errorf("wrote %q, told people %q", r.Writes(), s.Err)
	}
	all := needing()
	for _, p := range permissions {
		all.Hold(p.ID)
	}
	s = grant(t, signedIn(t, all.Intercept, administrator()[0]), "--check", "--format=json")
	if report := grantsIn(t, s); s.Code != 0 || !report.Complete || !strings.Contains(s.Out, `"beyond": []`) {
		t.Errorf("exit %d\n%s", s.Code, s.Out)
	}
}

// TestGrantUnread: where nothing can be read, nothing is said of grants, and nothing is written.
func TestGrantUnread(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		holds, args []string
		says        string
	}{
		{administrator()[1:], nil, "Microsoft Graph answered 403 Authorization_RequestDenied “Insufficient privileges to complete the operation.”: who signs in needs a role that may read applications"},
		{administrator(), []string{"--identity", otherID}, "no identity has the object id or the client id " + otherID},
	} {
		for _, mode := range []string{"--yes", "--check", "--format=json"} {
			r := needing()
			s := grant(t, signedIn(t, r.Intercept, c.holds...), append([]string{mode, "--yes"}, c.args...)...)
			if s.Code != exitError || s.Out != "" || !strings.Contains(s.Err, c.says) || len(r.Writes()) > 0 {
				t.Errorf("%s: exit %d, wrote %q\n%s%s", mode, s.Code, r.Writes(), s.Out, s.Err)
			}
		}
	}
}

// TestGrantByLogin: to look asks for less than to grant, and each is enough for it.
func TestGrantByLogin(t *testing.T) {
	t.Parallel()
	for _, check := range []bool{false, true} {
		a := standin.NewAuthority(0)
		r := needing()
		_, env := entranceBy(t, a, a, standin.WithIntercept(r.Intercept))
		args, code := []string{"--login", "--yes"}, exitOK
		if check {
			args, code = append(args, "--check"), exitFound
		}
		s := grant(t, env, args...)
		_, _, scopes := a.Asked()
		writes := slices.Contains(scopes, "https://graph.microsoft.com/AppRoleAssignment.ReadWrite.All")
		if s.Code != code || writes == check || !slices.Contains(scopes, "https://graph.microsoft.com/Application.Read.All") || (len(r.Writes()) == 0) != check {
			t.Errorf("check %v: exit %d, scopes %q, wrote %q\n%s%s", check, s.Code, scopes, r.Writes(), s.Out, s.Err)
		}
	}
}

// TestGrantInJapanese: so is all of it said to who reads Japanese.
func TestGrantInJapanese(t *testing.T) {
	t.Parallel()
	for _, g := range grantings() {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			_, env := g.at(t)
			s := grant(t, append(env, "BREAKGLASS_LANGUAGE=ja"), "--yes")
			expectJapanese(t, g.name, s.Out+s.Err)
		})
	}
	r := needing()
	env := append(signedIn(t, r.Intercept, administrator()[1:]...), "BREAKGLASS_LANGUAGE=ja")
	for _, args := range [][]string{
		{"--check"}, {"--identity", otherID, "--check"}, {"--identity", "x"}, {}, {"--yes", "--format", "x"}, {"--help"},
	} {
		s := grant(t, env, args...)
		expectJapanese(t, strings.Join(args, " "), s.Out+s.Err)
	}
	nobody := []string{"BREAKGLASS_LANGUAGE=ja", "BREAKGLASS_GRAPH_URL=http://127.0.0.1:1/v1.0", "IDENTITY_ENDPOINT=http://127.0.0.1:1/", "IDENTITY_HEADER=x"}
	s := grant(t, nobody, "--check")
	expectJapanese(t, "nobody is signed in", s.Out+s.Err)
}
