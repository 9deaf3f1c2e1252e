package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/tenant"
)

// withLogs is the made-up tenant with a change.
func withLogs(t testing.TB, change func(map[string]any)) []byte {
	t.Helper()
	var file map[string]any
	if err := json.Unmarshal(standin.Tenant(), &file); err != nil {
		t.Fatal(err)
	}
	change(file)
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// logQuery asks for the accounts and the group that excludes them.
func logQuery(since time.Time) LogQuery {
	return LogQuery{Since: since, Accounts: []string{ea01, ea02}, Groups: []string{"9b8aa7c2-4b7e-4f2d-8f4e-0c6a1d2e3f41", "9b8aa7c2-4b7e-4f2d-8f4e-0c6a1d2e3f42"}}
}

// TestLogsCost: a quiet five minutes take two HTTP requests, three under Microsoft's limits,
// however many policies there are.
func TestLogsCost(t *testing.T) {
	t.Parallel()
	g := serve(t, standin.Tenant())
	r := reader(t, g)
	s := r.Logs(t.Context(), logQuery(time.Date(2026, 11, 23, 5, 55, 0, 0, time.UTC)))
	if stats := r.Traffic(); stats.Requests != 2 || stats.Batched != 4+2+2+6 {
		t.Errorf("%+v", stats)
	}
	limited := reader(t, g)
	limited.carrier.limits = microsoftLimits()
	limited.Logs(t.Context(), logQuery(time.Date(2026, 11, 23, 5, 55, 0, 0, time.UTC)))
	if stats := limited.Traffic(); stats.Requests != 3 || stats.Batched != 4+2+2+6 {
		t.Errorf("under Microsoft's limits %+v", stats)
	}
	signIns, err := s.SignIns.Get()
	audits, auditErr := s.Audits(ea01, nil)
	if err != nil || auditErr != nil || len(signIns)+len(audits) > 0 {
		t.Errorf("%v %v, %v %v", signIns, err, audits, auditErr)
	}
}

// TestLogs reads what the made-up tenant's logs hold since a time.
func TestLogs(t *testing.T) {
	t.Parallel()
	r := reader(t, serve(t, withLogs(t, func(file map[string]any) {
		first, _ := file["signIns"].([]any)[0].(map[string]any)
		first["signInEventTypes"] = []any{"nonInteractiveUser"}
	})))
	s := r.Logs(t.Context(), logQuery(time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)))
	signIns, err := s.SignIns.Get()
	if err != nil || len(signIns) != 2 || signIns[0].ID != "5d1b8f0e-7a44-4e0b-9b5e-3d0c7a6f1e21" {
		t.Errorf("sign-ins %+v, %v", signIns, err)
	}
	audits, err := s.Audits(ea01, nil)
	if err != nil || len(audits) != 1 || !strings.HasPrefix(audits[0].ID, "Directory_") {
		t.Errorf("audits %+v, %v", audits, err)
	}
	s = r.Logs(t.Context(), logQuery(time.Date(2026, 11, 13, 0, 0, 0, 0, time.UTC)))
	signIns, _ = s.SignIns.Get()
	if len(signIns) != 8 {
		t.Errorf("%d sign-ins", len(signIns))
	}
	i := slices.IndexFunc(signIns, func(x tenant.SignIn) bool { return checks.MethodUsed(x) != "" })
	if i < 0 || checks.MethodUsed(signIns[i]) != "Passkey (device-bound)" {
		t.Error("nobody tells with what somebody signed in")
	}
}

// answering refuses requests whose path and filter hold the given texts.
func answering(status int, code, path, filter string) standin.GraphOption {
	return standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, at string) bool {
		if !strings.HasSuffix(at, path) || !strings.Contains(r.URL.Query().Get("$filter"), filter) {
			return false
		}
		refuse(status, "", code)(w, r)
		return true
	})
}

// TestLogsRefused: what is refused is not read, and says why; the rest is.
func TestLogsRefused(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 11, 13, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		path, filter, code string
		signIns, audits    int // how many are read; -1 for an error
		audited            bool
	}{
		"no licence":               {"/auditLogs/signIns", "", tenant.CodeNoP1, -1, 1, true},
		"sign-ins of one account":  {"/auditLogs/signIns", ea02, "Forbidden", 2, 1, true},
		"no audits":                {"/auditLogs/directoryAudits", "", "Forbidden", 8, -1, false},
		"audits of one account":    {"/auditLogs/directoryAudits", ea01, "Forbidden", 8, 1, false},
		"audits of policies":       {"/auditLogs/directoryAudits", "Conditional Access", "Forbidden", 8, 0, false},
		"audits of the role alone": {"/auditLogs/directoryAudits", globalAdministrator, "Forbidden", 8, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := reader(t, serve(t, standin.Tenant(), answering(403, c.code, c.path, c.filter))).Logs(t.Context(), logQuery(since))
			signIns, err := s.SignIns.Get()
			if n := count(signIns, err); n != c.signIns {
				t.Errorf("%d sign-ins, %v; want %d", n, err, c.signIns)
			}
			audits, err := s.DirectoryAudits.Get()
			if n := count(audits, err); n != c.audits {
				t.Errorf("%d audits, %v; want %d", n, err, c.audits)
			}
			if _, err := s.Audits(ea01, nil); (err == nil) != c.audited {
				t.Errorf("audits: %v", err)
			}
			if _, err := s.Audits(ea02, nil); (err == nil) != (c.audited || c.filter == ea01) {
				t.Errorf("audits of the other: %v", err)
			}
			if c.filter == ea02 {
				if _, err := s.SignInsOf(ea02); err == nil {
					t.Error("what was refused of one account passes for read")
				}
			}
		})
	}
}

func count[T any](list []T, err error) int {
	if err != nil {
		return -1
	}
	return len(list)
}

// TestLogsWithoutBeta: v1.0 tells of people's sign-ins, with less of each.
func TestLogsWithoutBeta(t *testing.T) {
	t.Parallel()
	g := serve(t, standin.Tenant(), standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, path string) bool {
		if !strings.HasPrefix(r.URL.Path, "/beta/") || path != "/auditLogs/signIns" || strings.Contains(r.URL.Query().Get("$filter"), "nonInteractive") {
			return false
		}
		refuse(404, "", "ResourceNotFound")(w, r)
		return true
	}))
	s := reader(t, g).Logs(t.Context(), logQuery(time.Date(2026, 11, 13, 0, 0, 0, 0, time.UTC)))
	signIns, err := s.SignIns.Get()
	if err != nil || len(signIns) != 8 || checks.MethodUsed(signIns[len(signIns)-1]) != "" {
		t.Errorf("%d sign-ins, %v", len(signIns), err)
	}
	if _, err := s.SignInsOf(ea01); err != nil {
		t.Errorf("of ea01: %v", err)
	}
}

// TestLogsOfAnAttack: of very many attempts some are read, and all that succeeded; that
// there are others is said.
func TestLogsOfAnAttack(t *testing.T) {
	t.Parallel()
	r := reader(t, serve(t, withLogs(t, func(file map[string]any) {
		signIns, _ := file["signIns"].([]any)
		for i := range 60 {
			signIns = append(signIns, map[string]any{
				"id": fmt.Sprint("attempt-", i), "userId": ea01, "createdDateTime": time.Date(2026, 11, 20, 0, i, 0, 0, time.UTC).Format(time.RFC3339),
				"isInteractive": true, "status": map[string]any{"errorCode": 50126},
			})
		}
		file["signIns"] = append(signIns, map[string]any{
			"id": "in", "userId": ea01, "createdDateTime": "2026-11-15T00:00:00Z", "isInteractive": true, "status": map[string]any{"errorCode": 0},
		})
	}))) // of five a page
	s := r.Logs(t.Context(), logQuery(time.Date(2026, 11, 13, 0, 0, 0, 0, time.UTC)))
	own, err := s.SignInsOf(ea01)
	succeeded := 0
	for _, x := range own {
		if checks.Succeeded(x) {
			succeeded++
		}
	}
	if err != nil || succeeded != 1 || len(own) >= 60 || s.FailedSignInsOf(ea01) == nil || s.FailedSignInsOf(ea02) != nil {
		t.Errorf("%d sign-ins, %d successful, %v; %v", len(own), succeeded, err, s.FailedSignInsOf(ea01))
	}
}

// TestLogsOfAnAttackWithoutBeta: where v1.0 answers for people's sign-ins, it also tells the
// successful ones of an attack.
func TestLogsOfAnAttackWithoutBeta(t *testing.T) {
	t.Parallel()
	r := reader(t, serve(t, withLogs(t, func(file map[string]any) {
		signIns, _ := file["signIns"].([]any)
		for i := range 60 {
			signIns = append(signIns, map[string]any{
				"id": fmt.Sprint("attempt-", i), "userId": ea01, "createdDateTime": time.Date(2026, 11, 20, 0, i, 0, 0, time.UTC).Format(time.RFC3339),
				"isInteractive": true, "status": map[string]any{"errorCode": 50126},
			})
		}
		file["signIns"] = append(signIns, map[string]any{
			"id": "in", "userId": ea01, "createdDateTime": "2026-11-15T00:00:00Z", "isInteractive": true, "status": map[string]any{"errorCode": 0},
		})
	}), standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, path string) bool {
		if !strings.HasPrefix(r.URL.Path, "/beta/") || path != "/auditLogs/signIns" || strings.Contains(r.URL.Query().Get("$filter"), "nonInteractive") {
			return false
		}
		refuse(404, "", "ResourceNotFound")(w, r)
		return true
	})))
	s := r.Logs(t.Context(), logQuery(time.Date(2026, 11, 13, 0, 0, 0, 0, time.UTC)))
	own, err := s.SignInsOf(ea01)
	if err != nil || !slices.ContainsFunc(own, func(x tenant.SignIn) bool { return x.ID == "in" }) || s.FailedSignInsOf(ea01) == nil {
		t.Errorf("%d sign-ins, %v; %v", len(own), err, s.FailedSignInsOf(ea01))
	}
}

// TestLogsOfOneKind: that the sign-ins without a person cannot be read does not hide those
// of people, and nothing passes.
func TestLogsOfOneKind(t *testing.T) {
	t.Parallel()
	s := reader(t, serve(t, standin.Tenant(), answering(403, "Forbidden", "/auditLogs/signIns", "nonInteractive"))).Snapshot(t.Context())
	got := verdicts(checks.Run(checks.All(), s, settings()))
	for key, want := range map[string]checks.Status{
		"activity-sign-in/ea01": checks.Unknown, "activity-attempts/ea01": checks.Fail, // of two attempts
		"activity-sign-in/ea02": checks.Fail, "activity-attempts/ea02": checks.Unknown, // of a sign-in
	} {
		if got[key].Status != want {
			t.Errorf("%s is %s: %s", key, got[key].Status, got[key].Reason)
		}
	}
}

// TestAuditsOfAGroupKnownByItsMembers: the log is asked about a group that excludes an
// account even where the account's own memberships cannot be read.
func TestAuditsOfAGroupKnownByItsMembers(t *testing.T) {
	t.Parallel()
	file := withLogs(t, func(file map[string]any) {
		file["directoryAudits"] = append(file["directoryAudits"].([]any), map[string]any{
			"id": "Directory_x", "activityDateTime": "2026-11-20T00:00:00Z", "activityDisplayName": "Add owner to group", "loggedByService": "Core Directory",
			"targetResources": []any{map[string]any{"id": exclusions, "type": "Group", "displayName": "CA-Exclude-EmergencyAccess"}},
		})
	})
	g := serve(t, file, standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, path string) bool {
		if !strings.HasSuffix(path, "/transitiveMemberOf/graph.group") {
			return false
		}
		refuse(403, "", tenant.CodeDenied)(w, r)
		return true
	}))
	r := reader(t, g)
	r.accounts = []tenant.Declaration{{Group: exclusions}}
	s := r.Snapshot(t.Context())
	audits, err := s.Audits(ea01, nil)
	if err != nil || !slices.ContainsFunc(audits, func(a tenant.DirectoryAudit) bool { return a.ID == "Directory_x" }) {
		t.Errorf("%d entries, %v", len(audits), err)
	}
}

// TestAuditsWithAMemberOfNoType: a member without a type may be a group, through which others
// may be excluded.
func TestAuditsWithAMemberOfNoType(t *testing.T) {
	t.Parallel()
	for member, sure := range map[string]bool{
		`"@odata.type": "#microsoft.graph.device", "id": "99999999-5eed-4bad-8abe-0f1e2d3c4b5a"`: true,
		`"id": "99999999-5eed-4bad-8abe-0f1e2d3c4b5a"`:                                           false,
	} {
		g := serve(t, withLogs(t, func(map[string]any) {}), standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, path string) bool {
			switch {
			case strings.HasSuffix(path, "/transitiveMemberOf/graph.group"), strings.Contains(path, "99999999-5eed"):
				refuse(403, "", tenant.CodeDenied)(w, r)
				return true
			case strings.HasSuffix(path, "/groups/"+exclusions+"/members"):
				w.Header().Set("Content-Type", "application/json")
				_, err := fmt.Fprintf(w, `{"value": [{"@odata.type": "#microsoft.graph.user", "id": "%s"}, {%s}]}`, ea01, member)
				return err == nil
			}
			return false
		}))
		r := reader(t, g)
		r.accounts = []tenant.Declaration{{Group: exclusions}}
		s := r.Snapshot(t.Context())
		if _, err := s.Audits(ea01, nil); (err == nil) != sure {
			t.Errorf("{%s}: %v", member, err)
		}
	}
}

// TestEntriesWithoutAnID are none of them lost: each may be the one that matters.
func TestEntriesWithoutAnID(t *testing.T) {
	t.Parallel()
	r := reader(t, serve(t, standin.Tenant(), standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, path string) bool {
		if path != "/auditLogs/signIns" || !strings.Contains(r.URL.Query().Get("$filter"), ea01) || strings.Contains(r.URL.Query().Get("$filter"), "nonInteractive") {
			return false
		}
		say(`{"value": [{"userId": "`+ea01+`", "status": {"errorCode": 0}}, {"userId": "`+ea01+`", "status": {"errorCode": 50126}}]}`)(w, r)
		return true
	})))
	own, err := r.Logs(t.Context(), logQuery(time.Date(2026, 11, 13, 0, 0, 0, 0, time.UTC))).SignInsOf(ea01)
	if err != nil || len(own) != 2 {
		t.Errorf("%d sign-ins, %v", len(own), err)
	}
}

// TestAuditsOfTheTenant: what concerns every account and has no id to ask for is asked for by
// its name, with what it changed, in a full reading and in a look at the logs.
func TestAuditsOfTheTenant(t *testing.T) {
	t.Parallel()
	file := withLogs(t, func(file map[string]any) {
		audits := []any{}
		for _, a := range tenantActivities() {
			audits = append(audits, map[string]any{
				"id": a[1], "activityDateTime": "2026-11-20T00:00:00Z", "activityDisplayName": a[1], "loggedByService": "Core Directory",
				"targetResources": []any{map[string]any{"id": nil, "displayName": "kitahama.example", "modifiedProperties": []any{map[string]any{"displayName": "LiveType", "oldValue": "\"Managed\"", "newValue": "\"Federated\""}}}},
			})
		}
		file["directoryAudits"] = audits
	})
	since := time.Date(2026, 11, 13, 0, 0, 0, 0, time.UTC)
	for name, read := range map[string]func(*Reader) tenant.Snapshot{
		"a look":       func(r *Reader) tenant.Snapshot { return r.Logs(t.Context(), logQuery(since)) },
		"a whole read": func(r *Reader) tenant.Snapshot { return r.Snapshot(t.Context()) },
	} {
		audits, err := read(reader(t, serve(t, file))).Audits(ea01, nil)
		if err != nil || len(audits) != len(tenantActivities()) {
			t.Fatalf("%s: %d entries, %v", name, len(audits), err)
		}
		targets, _ := audits[0].TargetResources.Get()
		properties, err := targets[0].ModifiedProperties.Get()
		if value, _ := properties[0].NewValue.Get(); err != nil || value == nil || *value != `"Federated"` {
			t.Errorf("%s: what it changed: %v, %v", name, properties, err)
		}
		for _, a := range tenantActivities() {
			_, err := read(reader(t, serve(t, file, answering(403, tenant.CodeDenied, "/auditLogs/directoryAudits", a[1])))).Audits(ea02, []string{})
			if err == nil {
				t.Errorf("%s: %s was refused, and is not missed", name, a[1])
			}
		}
	}
}

// TestLogsOfWhomNobodyAskedFor: an account that is declared after the tenant was read is not
// known to be unused, whether it is judged at once or from the file.
func TestLogsOfWhomNobodyAskedFor(t *testing.T) {
	t.Parallel()
	g := serve(t, standin.Tenant())
	r := reader(t, g)
	r.accounts = r.accounts[:1]
	s := r.Snapshot(t.Context())
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]tenant.Snapshot{"read": s, "written down": decoded(t, data)} {
		got := verdicts(checks.Run(checks.All(), s, settings()))
		for _, check := range []string{"activity-sign-in", "activity-attempts", "activity-changes"} {
			if r := got[check+"/ea01"]; r.Status == checks.Unknown {
				t.Errorf("%s: %s of the account that was asked for: %s", name, check, r.Reason)
			}
			if r := got[check+"/ea02"]; r.Status != checks.Unknown && (check != "activity-changes" || r.Status != checks.Fail) { // a policy of both was changed
				t.Errorf("%s: %s of the other: %s", name, check, r.Status)
			}
		}
	}
}
