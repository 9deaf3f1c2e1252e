package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/tenant"
)

// Ids of the made-up tenant.
const (
	ea01       = "2c63888f-28f0-4481-be6d-dce7a7ace732"
	ea02       = "8a119b9e-16bc-4732-8f7b-7676d015b0dc"
	holders    = "0b80a255-53a1-4945-a932-58ef7777682c" // a group that holds Global Administrator
	exclusions = "5796a670-482c-490e-8d97-82bfcdc83011" // a group that policies exclude
	federated  = "fed.kitahama.example"                 // a domain of withEverything
)

func settings() checks.Settings {
	return checks.Settings{Accounts: []tenant.Declaration{{User: "ea01@kitahama.onmicrosoft.com"}, {User: "ea02@kitahama.onmicrosoft.com"}}}
}

// settled are the settings of a second look, after one at the whole tenant.
func settled(t testing.TB, file []byte) checks.Settings {
	t.Helper()
	s := settings()
	before := checks.Run(checks.All(), reader(t, serve(t, file)).Snapshot(t.Context()), s)
	s.Past.Before = &before
	return s
}

func collected() time.Time { return time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC) }

// anyToken is a credential that always has a token, of an application that may read
// what is needed.
type anyToken struct{ without string }

func (c anyToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	roles := make([]string, 0, 20)
	for _, p := range checks.Permissions() {
		if p.Name != c.without {
			roles = append(roles, p.Name)
		}
	}
	payload, err := json.Marshal(map[string]any{"appid": "5b1d3c52-91ce-4f0e-9c56-0d3c8a4b7f21", "roles": roles})
	token := "header." + base64.RawURLEncoding.EncodeToString(payload) + ".signature"
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, err
}

// serve starts a Graph on a tenant file.
func serve(t testing.TB, file []byte, options ...standin.GraphOption) *standin.Graph {
	t.Helper()
	g, err := standin.NewGraph(file, append(options, standin.WithGraphClock(collected))...)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() }) // the test is over
	return g
}

// reader returns a Reader that does not wait between attempts.
func reader(t testing.TB, g *standin.Graph) *Reader {
	t.Helper()
	r, err := New(Options{URL: g.URL(), Credential: anyToken{}, Accounts: settings().Accounts, Now: collected})
	if err != nil {
		t.Fatal(err)
	}
	r.carrier.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	r.carrier.timeout = 10 * time.Second
	return r
}

// edited is the made-up tenant after changes.
func edited(t testing.TB, changes ...func(file map[string]any)) []byte {
	t.Helper()
	var file map[string]any
	if err := json.Unmarshal(standin.Tenant(), &file); err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(file)
	}
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// withEverything is the made-up tenant with all that is read where it is needed only.
func withEverything(t testing.TB) []byte {
	t.Helper()
	return edited(t, switchCertificatesOn, synchronise, federate(federated, "d.suzuki"), func(file map[string]any) {
		file["directoryAudits"] = []any{} // a change would hide that others cannot be told
	})
}

// switchCertificatesOn lets the certificate authorities be read.
func switchCertificatesOn(file map[string]any) {
	configurations := file["authenticationMethodsPolicy"].(map[string]any)["authenticationMethodConfigurations"].([]any)
	for _, c := range configurations {
		if configuration := c.(map[string]any); configuration["id"] == "X509Certificate" {
			configuration["state"] = "enabled"
			configuration["includeTargets"] = []any{map[string]any{"id": "all_users", "targetType": "group", "isRegistrationRequired": false}}
			configuration["excludeTargets"], configuration["certificateAuthorityScopes"] = []any{}, []any{}
			configuration["authenticationModeConfiguration"] = map[string]any{"x509CertificateAuthenticationDefaultMode": "x509CertificateMultiFactor", "rules": []any{}}
		}
	}
	file["certificateAuthorities"] = []any{map[string]any{"id": "ca", "displayName": "CA", "certificateAuthorityType": "root",
		"expirationDateTime": "2030-01-01T00:00:00Z", "issuer": "CN=CA", "issuerSubjectKeyIdentifier": "x"}}
	users := file["users"].([]any)
	for _, u := range users[1:2] { // the first account stays with its keys
		u.(map[string]any)["authorizationInfo"] = map[string]any{"certificateUserIds": []any{"X509:<PN>bob"}}
	}
}

// A target is one kind of request that the reader makes.
type target struct {
	path  string // without the version
	only  string // the version; both where it is empty
	other string // another path to the same
	query string // part of the query, where the path is not enough
	list  bool
	whole bool // asked for outside of a batch, so that its connection can break
}

func (x target) is(r *http.Request, path string) bool {
	query := r.URL.Query().Encode()
	if x.only != "" && !strings.HasPrefix(r.URL.Path, "/"+x.only+"/") {
		return false
	}
	return path == x.path && strings.Contains(query, x.query) || path == x.other && !strings.Contains(query, "signInActivity")
}

func targets() map[string]target {
	return map[string]target{
		"organization":               {path: "/organization", list: true, whole: true},
		"domains":                    {path: "/domains", list: true, whole: true},
		"role assignments":           {path: "/roleManagement/directory/roleAssignments", list: true, whole: true},
		"PIM assignments":            {path: "/roleManagement/directory/roleAssignmentScheduleInstances", list: true, whole: true},
		"PIM eligibility":            {path: "/roleManagement/directory/roleEligibilityScheduleInstances", list: true, whole: true},
		"policies":                   {path: "/identity/conditionalAccess/policies", list: true, whole: true},
		"policies that beta lists":   {path: "/identity/conditionalAccess/policies", only: "beta", list: true, whole: true},
		"methods that beta lists":    {path: "/users/" + ea01 + "/authentication/methods", only: "beta", list: true},
		"groups that can hold roles": {path: "/groups", list: true, whole: true},
		"strengths":                  {path: "/policies/authenticationStrengthPolicies", list: true, whole: true},
		"methods policy":             {path: "/policies/authenticationMethodsPolicy", whole: true},
		"certificate configurations": {path: "/directory/publicKeyInfrastructure/certificateBasedAuthConfigurations", list: true, whole: true},
		"federation":                 {path: "/domains/" + federated + "/federationConfiguration", list: true},
		"synchronisation":            {path: "/directory/onPremisesSynchronization", list: true, whole: true},
		"account":                    {path: "/users/ea01@kitahama.onmicrosoft.com", other: "/users/" + ea01},
		"last sign-in":               {path: "/users/" + ea01, query: "signInActivity"},
		"sign-ins":                   {path: "/auditLogs/signIns", query: ea01, list: true},
		"methods":                    {path: "/users/" + ea01 + "/authentication/methods", list: true},
		"memberships":                {path: "/users/" + ea01 + "/transitiveMemberOf/graph.group", list: true},
		"group that holds the role":  {path: "/groups/" + holders},
		"its members":                {path: "/groups/" + holders + "/members", list: true},
		"its PIM assignments":        {path: "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances", list: true},
		"applications":               {path: "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')/appRoleAssignedTo", list: true, whole: true},
		"an application":             {path: "/servicePrincipals/d4a1c6e8-0b2f-4d3a-9e57-6c8b0f1a2d3e"},
		"risk":                       {path: "/identityProtection/riskyUsers", query: ea01, list: true, whole: true},
		"per-user MFA":               {path: "/users/" + ea01 + "/authentication/requirements"},
		"PIM's settings":             {path: "/policies/roleManagementPolicyAssignments", list: true, whole: true},
		"security defaults":          {path: "/policies/identitySecurityDefaultsEnforcementPolicy", whole: true},
		"authorization policy":       {path: "/policies/authorizationPolicy", whole: true},
		"named locations":            {path: "/identity/conditionalAccess/namedLocations", list: true, whole: true},
		"administrative units":       {path: "/directory/administrativeUnits", list: true, whole: true},
		"background sign-ins":        {path: "/auditLogs/signIns", query: "nonInteractiveUser", list: true, whole: true},
		"audits of an account":       {path: "/auditLogs/directoryAudits", query: ea01, list: true},
		"audits of a group":          {path: "/auditLogs/directoryAudits", query: exclusions, list: true},
		"audits of the role":         {path: "/auditLogs/directoryAudits", query: globalAdministrator, list: true},
		"audits of policies":         {path: "/auditLogs/directoryAudits", query: "Conditional+Access", list: true},
		"owners":                     {path: "/groups/" + exclusions + "/owners", list: true},
		"members that excludes":      {path: "/groups/" + exclusions + "/members", list: true},
		"its PIM eligibility":        {path: "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances", list: true},
		"account by its name":        {path: "/users/ea01@kitahama.onmicrosoft.com"},
		"every batch":                {path: "/$batch", whole: true},
	}
}

// A fault is what goes wrong with a request, and what people then read.
type fault struct {
	name   string
	words  []string // one of them is in the reason
	answer func(w http.ResponseWriter, r *http.Request)
	breaks bool // the connection: a request in a batch cannot do that alone
	pages  bool // of a list
}

func refuse(status int, header, code string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		if header != "" {
			w.Header().Set("Retry-After", header)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error": {"code": %q, "message": "secret request id 1234"}}`, code)
	}
}

func say(body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body)) // the reader may be gone
	}
}

// nextPage answers with an empty page that names another.
func nextPage(link func(r *http.Request) string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"value": [], "@odata.nextLink": %q}`, link(r))
	}
}

func faults() []fault {
	var page atomic.Int64
	here := func(r *http.Request, skip string) string {
		query := r.URL.Query()
		query.Set("$skiptoken", skip)
		return "http://" + r.Host + r.URL.Path + "?" + query.Encode()
	}
	answered := []string{"not what was asked for", "a type that Microsoft Graph does not document", "a part of it could not be read", "it was not collected"}
	return []fault{
		{name: "401", words: []string{"did not accept the identity's token"}, answer: refuse(401, "", "InvalidAuthenticationToken")},
		{name: "403", words: []string{".Read.", "refused access"}, answer: refuse(403, "", tenant.CodeDenied)},
		{name: "429 with Retry-After", words: []string{"kept throttling"}, answer: refuse(429, "1", "TooManyRequests")},
		{name: "429 without", words: []string{"kept throttling"}, answer: refuse(429, "", "TooManyRequests")},
		{name: "500", words: []string{"Microsoft Graph failed"}, answer: refuse(500, "", "generalException")},
		{name: "503", words: []string{"Microsoft Graph failed"}, answer: refuse(503, "1", "serviceNotAvailable")},
		{name: "truncated", words: answered, answer: say(`{"value": [{"id": "x`)},
		{name: "wrong type", words: answered, answer: say(`{"value": 7, "id": {}, "authenticationMethodConfigurations": {}, "isEnabled": 7, "perUserMfaState": 7, "riskState": 7}`)},
		{name: "wrong items", words: append(slices.Clone(answered), "a part of it could not be read"), answer: say(`{"value": [7], "id": 7, "authenticationMethodConfigurations": 7, "responses": 7, "isEnabled": {}, "perUserMfaState": {}, "riskState": {}}`)},
		{name: "empty", words: answered, answer: say(``)},
		{name: "timeout", words: []string{"did not answer in time"}, breaks: true, answer: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		{name: "reset", words: []string{"no connection"}, breaks: true, answer: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		{name: "pages in a circle", words: []string{"lead in a circle"}, pages: true, answer: nextPage(func(r *http.Request) string { return here(r, "again") })},
		{name: "pages without end", words: []string{"more pages than can be read"}, pages: true,
			answer: nextPage(func(r *http.Request) string { return here(r, fmt.Sprint(page.Add(1))) })},
		{name: "a page elsewhere", words: []string{"another host"}, pages: true,
			answer: nextPage(func(*http.Request) string { return "https://graph.example.com/v1.0/users" })},
		{name: "404", words: []string{"does not know it", "not what was asked for", "is from another tenant"}, answer: refuse(404, "", tenant.CodeNotFound)},
	}
}

// verdicts are the statuses of a report, by check and account.
func verdicts(r checks.Report) map[string]checks.Result {
	all := map[string]checks.Result{}
	for _, result := range r.Results {
		name := result.Subject.Name
		if result.Subject.Type == checks.SubjectTenant {
			name = "tenant"
		}
		if result.Subject.Type == checks.SubjectApplication {
			name = result.Subject.ID
		}
		name, _, _ = strings.Cut(name, "@")
		all[result.Check+"/"+name] = result
	}
	return all
}

// dependants says which results surely hang on a request. The golden file says which
// all do.
func dependants() map[string][]string {
	return map[string][]string{
		"domains":               {"account-domain-managed/ea01", "account-domain-managed/ea02"},
		"PIM assignments":       {"role-permanent/ea01", "role-permanent/ea02"},
		"policies":              {"policy-excluded/ea01", "policy-excluded/ea02", "policy-no-dangling/tenant"},
		"methods policy":        {"method-usable/ea01", "method-usable/ea02", "mfa-ready/ea01", "mfa-ready/ea02"},
		"account":               {"account-exists/ea01", "account-enabled/ea01", "policy-excluded/ea01", "mfa-ready/ea01", "drill-recent/ea01", "account-count/tenant"},
		"last sign-in":          {"drill-recent/ea01"},
		"sign-ins":              {"activity-sign-in/ea01"},
		"background sign-ins":   {"activity-sign-in/ea01"},
		"audits of an account":  {"activity-changes/ea01"},
		"audits of a group":     {"activity-changes/ea01", "activity-changes/ea02"},
		"audits of the role":    {"activity-changes/ea01", "activity-changes/ea02"},
		"audits of policies":    {"activity-changes/ea01", "activity-changes/ea02"},
		"methods":               {"method-phishing-resistant/ea01", "method-usable/ea01", "method-no-phone/ea01", "mfa-ready/ea01"},
		"memberships":           {"method-usable/ea01", "mfa-ready/ea01"},
		"every batch":           {"account-exists/ea01", "account-exists/ea02", "drill-recent/ea02"},
		"applications":          {"tamper-applications/tenant"},
		"an application":        {"tamper-applications/d4a1c6e8-0b2f-4d3a-9e57-6c8b0f1a2d3e"},
		"risk":                  {"account-not-risky/ea01"},
		"per-user MFA":          {"mfa-not-per-user/ea01"},
		"PIM's settings":        {"role-permanent-allowed/tenant"},
		"security defaults":     {"policy-security-defaults/tenant"},
		"owners":                {"policy-group-protected/CA-Exclude-EmergencyAccess"},
		"members that excludes": {"policy-group-members/CA-Exclude-EmergencyAccess"},
	}
}

var update = flag.Bool("update", false, "write golden files")

// goldenFile says of each request which results change when it fails, and which when
// Graph answers that there is no such thing.
const goldenFile = "testdata/faults.golden.txt"

// TestFaults makes every request fail in every way: what hangs on it is unknown,
// for a reason that says what happened, and nothing else changes.
func TestFaults(t *testing.T) {
	t.Parallel()
	file := withEverything(t)
	known := settled(t, file)
	want := verdicts(checks.Run(checks.All(), reader(t, serve(t, file)).Snapshot(t.Context()), known))
	var mu sync.Mutex
	changes := map[string][]string{}
	t.Run("all", func(t *testing.T) {
		for name, x := range targets() {
			for _, f := range faults() {
				if f.breaks && !x.whole || f.pages && !x.list {
					continue
				}
				t.Run(name+"/"+f.name, func(t *testing.T) {
					t.Parallel()
					changed := fail(t, file, known, x, f, want)
					key := name
					if f.name == "404" {
						key += " (404)"
					} else if must := dependants()[name]; !subset(must, changed) {
						t.Errorf("changed %q, without all of %q", changed, must)
					}
					mu.Lock()
					defer mu.Unlock()
					if known, ok := changes[key]; ok && !slices.Equal(known, changed) {
						t.Errorf("changed %q, and %q with another fault", changed, known)
					}
					changes[key] = changed
				})
			}
		}
	})
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(changes)) {
		fmt.Fprintf(&b, "%s\n\t%s\n", key, strings.Join(changes[key], "\n\t"))
	}
	if *update {
		if err := os.WriteFile(goldenFile, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(goldenFile)
	if err != nil || string(golden) != b.String() {
		t.Errorf("%s is not what changes: run with -update and look (%v)", goldenFile, err)
	}
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(x string) bool { return !slices.Contains(b, x) })
}

// fail reads the tenant with one request failing, and returns which results change.
func fail(t *testing.T, file []byte, known checks.Settings, x target, f fault, want map[string]checks.Result) []string {
	t.Helper()
	hits := atomic.Int64{}
	g := serve(t, file, standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, path string) bool {
		if !x.is(r, path) {
			return false
		}
		hits.Add(1)
		f.answer(w, r)
		return true
	}))
	r := reader(t, g)
	if f.name == "timeout" {
		r.carrier.timeout = 200 * time.Millisecond
	}
	got := verdicts(checks.Run(checks.All(), r.Snapshot(t.Context()), known))
	if hits.Load() == 0 {
		t.Fatal("nothing was asked")
	}
	return compare(t, f, want, got)
}

// compare returns which results change, and says what of them nobody could mean.
func compare(t *testing.T, f fault, want, got map[string]checks.Result) []string {
	t.Helper()
	var changed []string
	for key, now := range got {
		before, asked := want[key]
		switch {
		case !asked || now.Status != before.Status:
			changed = append(changed, key)
		default:
			continue
		}
		switch {
		case now.Status == checks.Pass:
			t.Errorf("%s passes", key)
		case now.Status == checks.Unknown && !slices.ContainsFunc(f.words, func(words string) bool { return strings.Contains(now.Reason, words) }) &&
			!strings.Contains(now.Reason, "which one is not known"):
			t.Errorf("%s: %s", key, now.Reason)
		case strings.Contains(now.Reason, "1234"):
			t.Errorf("%s holds what differs from one request to the next: %s", key, now.Reason)
		case now.Status != checks.Unknown && f.name != "404":
			t.Errorf("%s: %s, which nobody could tell", key, now.Status)
		}
	}
	for key := range want {
		if _, asked := got[key]; !asked {
			changed = append(changed, key)
		}
	}
	slices.Sort(changed)
	return slices.Compact(changed)
}
