package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"breakglass/checks"
	"breakglass/handler/internal/demo"
)

// A register stands in for what Microsoft Graph knows of service principals and their app
// roles, and takes assignments as it does:
// https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignments
type register struct {
	mu       sync.Mutex
	held     []map[string]string
	writes   int
	withheld string // a permission that the cloud does not offer
	forbids  bool   // whoever asks may not grant
}

const (
	watcherID     = "5d1a0e5e-1111-4a11-8111-111111111111"
	watcherClient = "5d1a0e5e-2222-4a22-8222-222222222222"
	graphID       = "5d1a0e5e-3333-4a33-8333-333333333333"
	otherID       = "5d1a0e5e-4444-4a44-8444-444444444444"
	writeAll      = "19dbc75e-c2e2-444c-a770-ec69d8559fc7" // Directory.ReadWrite.All
)

func (r *register) has(resource, name, role string) {
	r.held = append(r.held, map[string]string{"appRoleId": role, "resourceId": resource, "resourceDisplayName": name, "principalId": watcherID})
}

func (r *register) intercept(w http.ResponseWriter, request *http.Request, path string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	answer := func(status int, body any) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body) // a recorder, or a test's client
		return true
	}
	refuse := func(status int, code string) bool {
		return answer(status, map[string]any{"error": map[string]string{"code": code, "message": "No."}})
	}
	path, _, _ = strings.Cut(path, "?")
	switch {
	case strings.HasSuffix(path, "/servicePrincipals/"+watcherID), strings.HasSuffix(path, "/servicePrincipals(appId='"+watcherClient+"')"):
		return answer(http.StatusOK, map[string]any{"id": watcherID, "displayName": "id-contosobg"})
	case strings.HasSuffix(path, "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"):
		roles := []map[string]any{{"id": writeAll, "value": "Directory.ReadWrite.All", "isEnabled": true, "allowedMemberTypes": []string{"Application"}}}
		for _, p := range checks.Permissions() {
			if p.Name != r.withheld {
				roles = append(roles, map[string]any{"id": p.ID, "value": p.Name, "isEnabled": true, "allowedMemberTypes": []string{"Application"}})
			}
		}
		return answer(http.StatusOK, map[string]any{"id": graphID, "appRoles": roles})
	case strings.HasSuffix(path, "/servicePrincipals/"+watcherID+"/appRoleAssignments") && request.Method == http.MethodGet:
		return answer(http.StatusOK, map[string]any{"value": append([]map[string]string{}, r.held...)})
	case strings.HasSuffix(path, "/servicePrincipals/"+watcherID+"/appRoleAssignments") && request.Method == http.MethodPost:
		r.writes++
		var asked struct{ PrincipalID, ResourceID, AppRoleID string }
		if err := json.NewDecoder(request.Body).Decode(&asked); err != nil || asked.PrincipalID != watcherID || asked.ResourceID != graphID {
			return refuse(http.StatusBadRequest, "Request_BadRequest")
		}
		if r.forbids {
			return refuse(http.StatusForbidden, "Authorization_RequestDenied")
		}
		if slices.ContainsFunc(r.held, func(h map[string]string) bool { return h["appRoleId"] == asked.AppRoleID && h["resourceId"] == graphID }) {
			return refuse(http.StatusBadRequest, "Request_BadRequest") // it already exists
		}
		r.has(graphID, "Microsoft Graph", asked.AppRoleID)
		return answer(http.StatusCreated, r.held[len(r.held)-1])
	case strings.Contains(path, "/servicePrincipals"):
		return refuse(http.StatusNotFound, "Request_ResourceNotFound")
	}
	return false
}

// registered is the environment of somebody who may grant.
func registered(t *testing.T, r *register) []string {
	t.Helper()
	w, err := newWorld(demoTenant(t), demo.WithIntercept(r.intercept))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	return w.env()
}

// TestGrant: what is missing is shown, and granted only when somebody agrees; then nothing
// is left to do, and nothing is ever removed.
func TestGrant(t *testing.T) {
	t.Parallel()
	permissions := checks.Permissions()
	r := &register{}
	r.has(graphID, "Microsoft Graph", permissions[0].ID)
	r.has(graphID, "Microsoft Graph", writeAll)
	r.has(otherID, "Kumo \x1b[31mMail", "5d1a0e5e-5555-4a55-8555-555555555555")
	env := registered(t, r)
	s := liveIn(t, env, "permissions", "grant", "--identity", watcherID)
	if s.code != 0 || r.writes != 0 || !strings.Contains(s.out, "Nothing was granted.") || !strings.Contains(s.err, fmt.Sprintf("Grant these %d permissions?", len(permissions)-1)) {
		t.Fatalf("nobody agreed: exit %d, %d writes\n%s%s", s.code, r.writes, s.out, s.err)
	}
	for _, part := range []string{"id-contosobg", "Granted already: 1 of", "  + " + permissions[1].Name + "\n", "beyond need", "  ! Directory.ReadWrite.All", `Kumo \x1b[31mMail`} {
		if !strings.Contains(s.out, part) {
			t.Errorf("no %q in\n%s", part, s.out)
		}
	}
	if strings.Contains(s.out, "+ "+permissions[0].Name) {
		t.Errorf("it is granted already:\n%s", s.out)
	}
	if s := liveIn(t, env, "permissions", "grant", "--identity", watcherClient, "--check"); s.code != exitFound || r.writes != 0 {
		t.Errorf("check: exit %d, %d writes", s.code, r.writes)
	}
	s = liveIn(t, env, "permissions", "grant", "--identity", watcherClient, "--yes")
	if s.code != 0 || r.writes != len(permissions)-1 || len(r.held) != len(permissions)+2 || !strings.Contains(s.out, "granted "+permissions[1].Name+"\n") {
		t.Errorf("exit %d, %d writes, %d held\n%s%s", s.code, r.writes, len(r.held), s.out, s.err)
	}
	if s := liveIn(t, env, "permissions", "grant", "--identity", watcherID, "--yes"); s.code != 0 || r.writes != len(permissions)-1 || strings.Contains(s.out, "To grant") {
		t.Errorf("again: exit %d, %d writes\n%s", s.code, r.writes, s.out)
	}
	if s := liveIn(t, env, "permissions", "grant", "--identity", watcherID, "--check"); s.code != exitFound { // beyond need
		t.Errorf("check of what is beyond need: exit %d", s.code)
	}
	r.held = slices.DeleteFunc(r.held, func(h map[string]string) bool { return h["appRoleId"] == writeAll || h["resourceId"] == otherID })
	if s := liveIn(t, env, "permissions", "grant", "--identity", watcherID, "--check"); s.code != 0 {
		t.Errorf("check of what is right: exit %d\n%s%s", s.code, s.out, s.err)
	}
}

func TestGrantRefused(t *testing.T) {
	t.Parallel()
	env := registered(t, &register{forbids: true})
	absent := checks.Permissions()[2].Name
	elsewhere := registered(t, &register{withheld: absent})
	for _, c := range []struct {
		env  []string
		args []string
		code int
		says string
	}{
		{env, []string{"--identity", watcherID, "--yes"}, exitError, "Privileged Role Administrator"},
		{env, []string{"--identity", otherID}, exitError, "no identity has the object id or the client id " + otherID},
		{env, []string{"--identity", "id-contosobg"}, exitUsage, "is no id of an identity"},
		{env, nil, exitUsage, "needs --identity"},
		{env, []string{"--identity", watcherID, "--client", "x"}, exitUsage, "--client needs --login"},
		{env, []string{"--identity", watcherID, "more"}, exitUsage, "no argument"},
		{elsewhere, []string{"--identity", watcherID, "--yes"}, exitOK, "Not offered in this cloud"},
		{elsewhere, []string{"--identity", watcherID, "--check"}, exitFound, "  ? " + absent},
	} {
		s := liveIn(t, c.env, append([]string{"permissions", "grant"}, c.args...)...)
		if s.code != c.code || !strings.Contains(s.out+s.err, c.says) || strings.Contains(s.out+s.err, "eyJ") {
			t.Errorf("%q: exit %d\n%s%s\nwant %d, %q", c.args, s.code, s.out, s.err, c.code, c.says)
		}
	}
}

// TestGrantByLogin: to look asks for less than to grant.
func TestGrantByLogin(t *testing.T) {
	t.Parallel()
	for _, check := range []bool{false, true} {
		a := demo.NewAuthority(0)
		r := &register{}
		_, env := entranceBy(t, a, a, demo.WithIntercept(r.intercept))
		args := []string{"permissions", "grant", "--login", "--identity", watcherID, "--yes"}
		if check {
			args = append(args, "--check")
		}
		s := liveIn(t, env, args...)
		_, _, scopes := a.Asked()
		writes := slices.Contains(scopes, "https://graph.microsoft.com/AppRoleAssignment.ReadWrite.All")
		if writes == check || !slices.Contains(scopes, "https://graph.microsoft.com/Application.Read.All") || (r.writes == 0) != check {
			t.Errorf("check %v: exit %d, scopes %q, %d writes\n%s%s", check, s.code, scopes, r.writes, s.out, s.err)
		}
	}
}

// TestPermissionsAz: the commands are those of the list.
func TestPermissionsAz(t *testing.T) {
	t.Parallel()
	s := run(t, nil, "permissions", "--format", "az")
	for _, p := range checks.Permissions() {
		if n := strings.Count(s.out, `\"appRoleId\":\"`+p.ID+`\"}" # `+p.Name+"\n"); n != 1 {
			t.Errorf("%s: %d commands", p.Name, n)
		}
	}
}
